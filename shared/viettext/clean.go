package viettext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// OddKind names a class of characters that do not belong in a dossier's text.
type OddKind string

const (
	// OddZeroWidth is a character without width or ink.
	OddZeroWidth OddKind = "zero-width"
	// OddBidi changes the direction in which text is drawn.
	OddBidi OddKind = "bidi-control"
	// OddControl is any other control character than tab, line or page end.
	OddControl OddKind = "control"
	// OddLookAlike is a letter of another script that looks like a Vietnamese one.
	OddLookAlike OddKind = "look-alike"
	// OddPrivate has no meaning outside one font.
	OddPrivate OddKind = "private-use"
	// OddBroken is a byte that is not UTF-8, or a replacement character.
	OddBroken OddKind = "broken"
)

// Oddity is one odd character and where it stood.
type Oddity struct {
	Kind   OddKind
	Rune   rune
	Offset int // byte offset in the text given to Clean
}

// NFC gives the composed form of s; bytes that are not UTF-8 become U+FFFD.
func NFC(s string) string { return norm.NFC.String(strings.ToValidUTF8(s, "\ufffd")) }

// Clean gives s composed and without invisible characters, and reports every
// odd character in order. Look-alike letters are reported and stay, because a
// reader must see what the document holds; FoldLookAlikes replaces them. Tabs,
// line ends and page ends are ordinary. The soft hyphen stays: it is a hyphen
// in many PDF files, and ư in a TCVN3 text that was not decoded yet.
func Clean(s string) (string, []Oddity) {
	if ordinary(s) {
		return s, nil
	}
	var odd []Oddity
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		kind := oddKind(r)
		if kind != "" {
			odd = append(odd, Oddity{Kind: kind, Rune: r, Offset: i})
		}
		switch {
		case r == 0x2028 || r == 0x2029 || r == 0x85:
			b.WriteByte('\n')
		case kind == OddBroken:
			b.WriteRune(utf8.RuneError)
		case kind == "" || kind == OddLookAlike || kind == OddPrivate:
			b.WriteRune(r)
		}
		i += n
	}
	return norm.NFC.String(b.String()), odd
}

// Reveal gives s with each invisible or broken character written as its code,
// such as ‹U+202E›, so that a person sees that it is there.
func Reveal(s string) string {
	if ordinary(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch oddKind(r) {
		case "", OddLookAlike:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "‹U+%04X›", r)
		}
	}
	return b.String()
}

// ordinary reports that s holds only composed Vietnamese letters, ASCII and the
// usual typographic signs: it is NFC, and nothing in it is odd. Nearly all text
// is, and is spared the full treatment.
func ordinary(s string) bool {
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7f, r == '\t', r == '\n', r == '\r', r == '\f':
		case r >= 0x1ea0 && r <= 0x1ef9: // ạ to ỹ
		case r >= 0xc0 && r <= 0x103 && r != 0xd0 && r != 0xf0 && r != 0xd7 && r != 0xf7: // À to ă but Ð, ð
		case r == 0x110, r == 0x111, r == 0x128, r == 0x129, r == 0x168, r == 0x169, r == 0x1a0, r == 0x1a1, r == 0x1af, r == 0x1b0: // Đ ĩ ũ ơ ư
		case r == 0xa0, r == 0x2013, r == 0x2014, r == 0x2018, r == 0x2019, r == 0x201c, r == 0x201d, r == 0x2026:
		default:
			return false
		}
	}
	return true
}

func oddKind(r rune) OddKind {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\f':
		return ""
	case r == utf8.RuneError:
		return OddBroken
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return OddBidi
	case invisible(r):
		return OddZeroWidth
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		return OddControl
	case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && r != 0xad:
		return OddControl
	case unicode.Is(unicode.Co, r):
		return OddPrivate
	}
	if _, ok := lookAlike[r]; ok {
		return OddLookAlike
	}
	return ""
}

func invisible(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x3164, 0xfeff, 0xffa0:
		return true
	}
	return r >= 0x200b && r <= 0x200d || r >= 0x2060 && r <= 0x2064 || r >= 0x206a && r <= 0x206f ||
		r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0000 && r <= 0xe0fff
}

// lookAlike maps letters that are drawn like a Vietnamese one. Marks are not
// listed: the table is used on decomposed text.
var lookAlike = map[rune]rune{
	// Latin letters that are not Vietnamese.
	'Ð': 'Đ', 'Ɖ': 'Đ', 'ð': 'đ', 'ɖ': 'đ', 'Ƣ': 'Ư', 'ƣ': 'ư', 'ı': 'i', 'ɑ': 'a', 'ɡ': 'g',
	// Cyrillic.
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y', 'Х': 'X',
	'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't', 'у': 'y', 'х': 'x',
	'І': 'I', 'і': 'i', 'Ј': 'J', 'ј': 'j', 'Ѕ': 'S', 'ѕ': 's', 'Һ': 'H', 'һ': 'h', 'Ԁ': 'D', 'ԁ': 'd', 'Ԛ': 'Q', 'ԛ': 'q',
	'Ԝ': 'W', 'ԝ': 'w', 'Ԍ': 'G', 'Ү': 'Y', 'ү': 'y', 'Ӏ': 'I', 'ӏ': 'l',
	// Greek.
	'Α': 'A', 'Β': 'B', 'Ε': 'E', 'Ζ': 'Z', 'Η': 'H', 'Ι': 'I', 'Κ': 'K', 'Μ': 'M', 'Ν': 'N', 'Ο': 'O', 'Ρ': 'P', 'Τ': 'T',
	'Υ': 'Y', 'Χ': 'X', 'α': 'a', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x',
}

// FoldLookAlikes replaces letters of other scripts that look like Vietnamese
// ones, and full-width characters, by the letter they look like. The result is
// composed. What it replaced is what Clean reports as OddLookAlike.
func FoldLookAlikes(s string) string {
	if ordinary(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, "\ufffd")) {
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xfee0
		}
		if to, ok := lookAlike[r]; ok {
			r = to
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}
