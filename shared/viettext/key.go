package viettext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key gives the comparison key of s. Two texts with one key say the same to a
// reader: it ignores case, Unicode form, invisible characters, look-alike
// letters, the place of the tone (hòa, hoà), kinds and number of spaces, spaces
// round - / and a comma, the style of dashes and quotes, and punctuation at
// both ends. It keeps every mark: Tuấn and Tuân have different keys.
func Key(s string) string {
	s, _ = Clean(s)
	s = lower(FoldLookAlikes(s))
	return NewTone(plainPunctuation(s))
}

// LooseKey gives a key for finding possible duplicates, for a person to
// confirm: Key that also ignores i/y at the end of a syllable (Kỳ, Kì), spaces
// (also where two capitalised words were joined), dashes and apostrophes. It
// keeps tones and marks. Never decide on it.
func LooseKey(s string) string {
	s, _ = Clean(s)
	rs := []rune(Key(splitJoined(FoldLookAlikes(s))))
	forWords(rs, func(word []rune) {
		syl, ok := parseSyllable(word)
		if !ok || syl.rhyme[0] != 'y' || strings.HasPrefix(syl.rhyme, "yê") {
			return
		}
		at := len([]rune(syl.onset))
		word[at] = withTone('i', toned[word[at]].tone)
	})
	var b strings.Builder
	for _, r := range rs {
		if r != ' ' && r != '-' && r != '\'' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func withTone(base, tone rune) rune {
	if r, ok := composed[tonedLetter{base, tone}]; ok {
		return r
	}
	return base
}

// splitJoined puts a space where a small letter is followed by a capital.
func splitJoined(s string) string {
	var b strings.Builder
	prev := rune(0)
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(prev) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}

// Fold gives the search key of s: look-alikes replaced, marks removed, đ to d,
// lower case, apostrophes removed, and dashes, spaces and other punctuation
// made one space. "/", "&" and "%" stay, so that 635/KH-UBND is found as
// 635/kh ubnd. It is for finding candidates only.
func Fold(s string) string {
	s, _ = Clean(s)
	f := folder{}
	f.b.Grow(len(s))
	for _, r := range norm.NFKD.String(plainQuotes(s)) {
		if r < 0x80 {
			f.add(unicode.ToLower(r))
			continue
		}
		if to, ok := lookAlike[r]; ok {
			r = to
		}
		// A lower-case letter or a look-alike may decompose once more.
		for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
			f.add(unicode.ToLower(d))
		}
	}
	return f.b.String()
}

// folder writes the letters of a search key with single spaces between words.
type folder struct {
	b     strings.Builder
	space bool
}

func (f *folder) add(r rune) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '/' || r == '&' || r == '%':
	case unicode.IsMark(r) || isApostrophe(r):
		return
	case r == 'đ':
		r = 'd'
	case unicode.IsSpace(r) || isDash(r) || unicode.IsPunct(r):
		f.space = f.b.Len() > 0
		return
	}
	if f.space {
		f.b.WriteByte(' ')
		f.space = false
	}
	f.b.WriteRune(r)
}

// MaxRotations bounds how many rows one name may have in a search index: a
// longer name is found from any of its first words on.
const MaxRotations = 16

// Rotations gives the search rows of a name: its Fold from the first word on,
// from the second on, and so on. A query of consecutive words from any word of
// the name is then a prefix of a row. At most MaxRotations rows.
func Rotations(name string) []string {
	folded := Fold(name)
	var rows []string
	for folded != "" && len(rows) < MaxRotations {
		rows = append(rows, folded)
		_, folded, _ = strings.Cut(folded, " ")
	}
	return rows
}

func lower(s string) string { return norm.NFC.String(strings.Map(unicode.ToLower, s)) }

func isDash(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '—', '―', '−', '﹣', '－', 0xad:
		return true
	}
	return false
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', '`', '´', '′', '‛', 'ꞌ', 'ˈ':
		return true
	}
	return false
}

func isQuote(r rune) bool {
	switch r {
	case '"', '“', '”', '„', '‟', '«', '»', '″', '〝', '〞':
		return true
	}
	return false
}

func plainQuotes(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case isApostrophe(r):
			return '\''
		case isQuote(r):
			return '"'
		case isDash(r):
			return '-'
		}
		return r
	}, s)
}

// plainPunctuation unifies spaces, dashes and quotes, and trims.
func plainPunctuation(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	tight := true // the last character takes no space behind it
	for _, r := range strings.ReplaceAll(plainQuotes(s), "…", "...") {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		joins := r == '-' || r == '/' || r == ','
		if space && !tight && !joins {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		space, tight = false, joins
	}
	return strings.Trim(b.String(), " .;,:/")
}
