package pdfout

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The legacy encodings, written down anew from their code charts, so that an
// error in the reader's tables is seen.

// tcvn3 gives the code of each small letter; a font whose name ends in H shows
// them as capitals.
var tcvn3 = func() map[rune]byte {
	out := map[rune]byte{}
	put := func(letters string, codes ...byte) {
		for i, r := range []rune(letters) {
			out[r] = codes[i]
		}
	}
	put("ăâêôơưđ", 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae)
	put("ĂÂÊÔƠƯĐ", 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7)
	put("àảãáạ", 0xb5, 0xb6, 0xb7, 0xb8, 0xb9)
	put("ằẳẵắặ", 0xbb, 0xbc, 0xbd, 0xbe, 0xc6)
	put("ầẩẫấậ", 0xc7, 0xc8, 0xc9, 0xca, 0xcb)
	put("èẻẽéẹ", 0xcc, 0xce, 0xcf, 0xd0, 0xd1)
	put("ềểễếệ", 0xd2, 0xd3, 0xd4, 0xd5, 0xd6)
	put("ìỉĩíị", 0xd7, 0xd8, 0xdc, 0xdd, 0xde)
	put("òỏõóọ", 0xdf, 0xe1, 0xe2, 0xe3, 0xe4)
	put("ồổỗốộ", 0xe5, 0xe6, 0xe7, 0xe8, 0xe9)
	put("ờởỡớợ", 0xea, 0xeb, 0xec, 0xed, 0xee)
	put("ùủũúụ", 0xef, 0xf1, 0xf2, 0xf3, 0xf4)
	put("ừửữứự", 0xf5, 0xf6, 0xf7, 0xf8, 0xf9)
	put("ỳỷỹýỵ", 0xfa, 0xfb, 0xfc, 0xfd, 0xfe)
	return out
}()

// vniBase are letters with a code of their own.
var vniBase = map[rune]byte{'ơ': 0xf4, 'ư': 0xf6, 'đ': 0xf1, 'ỉ': 0xe6, 'ĩ': 0xf3, 'ị': 0xf2, 'ỵ': 0xee, 'ì': 0xec, 'í': 0xed}

// vniTone gives the mark behind a plain letter, a circumflex and a breve, for
// grave, acute, hook, tilde and dot.
var vniTone = map[rune][3]byte{
	0x300: {0xf8, 0xe0, 0xe8}, 0x301: {0xf9, 0xe1, 0xe9}, 0x309: {0xfb, 0xe5, 0xfa}, 0x303: {0xf5, 0xe3, 0xfc}, 0x323: {0xef, 0xe4, 0xeb},
}

// vni writes one letter.
func vni(r rune) ([]byte, bool) {
	low := unicode.ToLower(r)
	up := func(b []byte) []byte {
		if low == r {
			return b
		}
		for i := range b {
			if b[i] >= 0xe0 || b[i] >= 'a' && b[i] <= 'z' {
				b[i] -= 0x20
			}
		}
		return b
	}
	if c, ok := vniBase[low]; ok {
		return up([]byte{c}), true
	}
	parts := []rune(norm.NFD.String(string(low)))
	base, form, tone := []byte{byte(parts[0])}, 0, rune(0)
	if parts[0] > 0x7e {
		return nil, false
	}
	for _, m := range parts[1:] {
		switch m {
		case 0x302:
			form = 1
		case 0x306:
			form = 2
		case 0x31b: // ơ, ư
			if parts[0] == 'o' {
				base = []byte{0xf4}
			} else {
				base = []byte{0xf6}
			}
		default:
			tone = m
		}
	}
	if tone == 0 {
		switch form {
		case 1:
			return up(append(base, 0xe2)), true
		case 2:
			return up(append(base, 0xea)), true
		}
		return up(base), len(parts) == 1
	}
	t, ok := vniTone[tone]
	if !ok {
		return nil, false
	}
	return up(append(base, t[form])), true
}

// typographic gives the code of a sign in the Windows code page.
var typographic = map[rune]byte{'“': 0x93, '”': 0x94, '’': 0x92, '–': 0x96}

// coded is a stretch of text in one legacy font.
type coded struct {
	capitals bool // needs the font of capitals
	codes    []byte
	advance  []float64 // of each code, for a size of 1
}

// encode writes a text in a legacy encoding; width measures letters.
func encode(s string, kind Fonts, width func(rune) float64) []coded {
	var out []coded
	add := func(capitals bool, w float64, codes ...byte) {
		if n := len(out); n == 0 || out[n-1].capitals != capitals {
			out = append(out, coded{capitals: capitals})
		}
		c := &out[len(out)-1]
		for i, b := range codes {
			c.codes = append(c.codes, b)
			if i > 0 {
				w = 0
			}
			c.advance = append(c.advance, w)
		}
	}
	title := kind == TCVN3 && strings.ToUpper(s) == s && strings.ToLower(s) != s
	for _, r := range s {
		w := width(r)
		if c, ok := typographic[r]; ok {
			add(title, w, c)
			continue
		}
		if kind == VNI {
			if b, ok := vni(r); ok {
				add(false, w, b...)
			} else {
				add(false, w, '?')
			}
			continue
		}
		low := unicode.ToLower(r)
		switch c, ok := tcvn3[low]; {
		case title && r < 0x7f:
			add(true, w, byte(low))
		case title && ok:
			add(true, w, c)
		case r < 0x7f:
			add(false, w, byte(r))
		case tcvn3[r] != 0:
			add(false, w, tcvn3[r])
		case ok:
			add(true, w, c)
		default:
			add(false, w, '?')
		}
	}
	return out
}
