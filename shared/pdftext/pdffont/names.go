package pdffont

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// textOfName gives the text of a glyph name by the rules of the Adobe Glyph
// List: uniXXXX, uXXXXX, ligatures joined by "_", variants behind ".". Letters
// with marks are read from the parts of their names, which covers all of
// Vietnamese. An unknown name gives "".
func textOfName(n string) string {
	if n == "" || n == ".notdef" {
		return ""
	}
	if i := strings.IndexByte(n, '.'); i > 0 {
		n = n[:i]
	}
	if strings.Contains(n, "_") {
		var out strings.Builder
		for _, part := range strings.Split(n, "_") {
			out.WriteString(textOfName(part))
		}
		return out.String()
	}
	if t := hexName(n); t != "" {
		return t
	}
	if len(n) == 1 {
		return n
	}
	if t := plainName(n); t != "" {
		return t
	}
	return letterName(n)
}

func hexName(n string) string {
	if h, ok := strings.CutPrefix(n, "uni"); ok && len(h) >= 4 && len(h)%4 == 0 {
		var out strings.Builder
		for i := 0; i < len(h); i += 4 {
			v, err := strconv.ParseUint(h[i:i+4], 16, 32)
			if err != nil {
				return ""
			}
			out.WriteRune(rune(v))
		}
		return out.String()
	}
	if h, ok := strings.CutPrefix(n, "u"); ok && len(h) >= 4 && len(h) <= 6 {
		if v, err := strconv.ParseUint(h, 16, 32); err == nil && v <= 0x10ffff {
			return string(rune(v))
		}
	}
	return ""
}

// names lists glyph names and their characters, in pairs.
const names = " space   exclam ! quotedbl \" numbersign # dollar $ percent % ampersand & quotesingle ' parenleft ( parenright ) " +
	"asterisk * plus + comma , hyphen - period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 " +
	"colon : semicolon ; less < equal = greater > question ? at @ bracketleft [ backslash \\ bracketright ] asciicircum ^ " +
	"underscore _ grave ` braceleft { bar | braceright } asciitilde ~ quoteleft ‘ quoteright ’ quotedblleft “ quotedblright ” " +
	"quotesinglbase ‚ quotedblbase „ endash – emdash — bullet • ellipsis … guillemotleft « guillemotright » guilsinglleft ‹ " +
	"guilsinglright › fi ﬁ fl ﬂ dcroat đ Dcroat Đ Eth Ð eth ð degree ° section § copyright © registered ® trademark ™ minus − " +
	"multiply × divide ÷ plusminus ± dong ₫ Euro € sterling £ yen ¥ cent ¢ currency ¤ periodcentered · middot · dagger † daggerdbl ‡ " +
	"perthousand ‰ fraction ⁄ germandbls ß ae æ AE Æ oe œ OE Œ oslash ø Oslash Ø lslash ł Lslash Ł dotlessi ı mu µ " +
	"onesuperior ¹ twosuperior ² threesuperior ³ onehalf ½ onequarter ¼ threequarters ¾ ordfeminine ª ordmasculine º " +
	"exclamdown ¡ questiondown ¿ brokenbar ¦ logicalnot ¬ paragraph ¶ thorn þ Thorn Þ florin ƒ lessequal ≤ greaterequal ≥ " +
	"notequal ≠ infinity ∞ acute ´ circumflex ˆ tilde ˜ macron ¯ breve ˘ dotaccent ˙ dieresis ¨ ring ˚ cedilla ¸ hungarumlaut ˝ " +
	"ogonek ˛ caron ˇ uhorn ư Uhorn Ư ohorn ơ Ohorn Ơ gravecomb \u0300 acutecomb \u0301 circumflexcomb \u0302 tildecomb \u0303 " +
	"brevecomb \u0306 hookabovecomb \u0309 dotbelowcomb \u0323 horncomb \u031b arrowright → checkmark ✓ "

func plainName(n string) string {
	switch n {
	case "space", "nbspace", "nonbreakingspace":
		return " "
	case "sfthyphen", "softhyphen":
		return "\u00ad"
	}
	i := strings.Index(names, " "+n+" ")
	if i < 0 {
		return ""
	}
	rest := names[i+len(n)+2:]
	j := strings.IndexByte(rest, ' ')
	if j <= 0 {
		return ""
	}
	t := rest[:j]
	if isASCIIWord(t) {
		return "" // matched a character, not a name
	}
	return t
}

func isASCIIWord(s string) bool {
	return len(s) > 1 && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
}

// letterName reads names such as "acircumflexacute": one letter and its marks.
func letterName(n string) string {
	base, rest := n[:1], n[1:]
	if c := base[0] | 0x20; c < 'a' || c > 'z' {
		return ""
	}
	marks := []struct{ name, mark string }{
		{"circumflex", circum},
		{"hookabove", hook},
		{"dotbelow", dotBelow},
		{"dieresis", "\u0308"},
		{"cedilla", "\u0327"},
		{"dotaccent", "\u0307"},
		{"ogonek", "\u0328"},
		{"macron", "\u0304"},
		{"grave", grave},
		{"acute", acute},
		{"tilde", tilde},
		{"breve", breve},
		{"caron", "\u030c"},
		{"horn", "\u031b"},
		{"hook", hook},
		{"ring", "\u030a"},
	}
	out := base
	for rest != "" {
		found := false
		for _, m := range marks {
			if r, ok := strings.CutPrefix(rest, m.name); ok {
				out, rest, found = out+m.mark, r, true
				break
			}
		}
		if !found {
			return ""
		}
	}
	return norm.NFC.String(out)
}
