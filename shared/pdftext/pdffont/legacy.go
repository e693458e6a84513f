package pdffont

import "strings"

// Encoding is a legacy encoding of Vietnamese text in an ordinary Latin font.
type Encoding uint8

const (
	// Unicode: no legacy encoding.
	Unicode Encoding = iota
	// TCVN3 is the "ABC" encoding: one byte per letter.
	TCVN3
	// TCVN3Capitals is TCVN3 in a font whose small letters are drawn as capitals.
	TCVN3Capitals
	// VNI writes a base letter and then a mark as a character of its own.
	VNI
)

// LegacyByName tells the encoding from a font's name without its subset tag.
func LegacyByName(name string) Encoding {
	n := strings.ToLower(strings.TrimPrefix(name, "."))
	if strings.HasPrefix(n, "vni-") || strings.HasPrefix(n, "vni ") {
		return VNI
	}
	if !strings.HasPrefix(n, "vn") || strings.HasPrefix(n, "vntimesnewromanuni") {
		return Unicode
	}
	if !strings.HasPrefix(name, ".") && !knownABC(n) {
		return Unicode
	}
	family, _, _ := strings.Cut(n, ",")
	family, _, _ = strings.Cut(family, "-")
	family = strings.TrimSuffix(strings.TrimSuffix(family, "bold"), "italic")
	if strings.HasSuffix(family, "h") {
		return TCVN3Capitals
	}
	return TCVN3
}

// knownABC lists the families of the ABC fonts, for names without their dot.
func knownABC(n string) bool {
	for _, f := range []string{
		"vntime", "vnarial", "vncentury", "vncourier", "vnbook", "vnarabia", "vnaristote", "vnavant",
		"vnbahama", "vnblack", "vnclarendon", "vncommercial", "vncooper", "vnexotic", "vnfree", "vngothic",
		"vnhelve", "vnkorin", "vnlincoln", "vnlinus", "vnlucida", "vnmemorandum", "vnmonotype", "vnmystical",
		"vnpark", "vnpresent", "vnrevue", "vnshelley", "vnsouthern", "vnstamp", "vnswitz", "vntifani", "vnuniverse", "vnvogue",
	} {
		if strings.HasPrefix(n, f) {
			return true
		}
	}
	return false
}

var tcvn3Letters = [...]rune{
	0xA1: 'Ă', 'Â', 'Ê', 'Ô', 'Ơ', 'Ư', 'Đ', 'ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ',
	0xB5: 'à', 'ả', 'ã', 'á', 'ạ', 0xBB: 'ằ', 'ẳ', 'ẵ', 'ắ',
	0xC6: 'ặ', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ', 'è', 0xCE: 'ẻ', 'ẽ', 'é', 'ẹ', 'ề', 'ể', 'ễ', 'ế', 'ệ', 'ì', 'ỉ',
	0xDC: 'ĩ', 'í', 'ị', 'ò', 0xE1: 'ỏ', 'õ', 'ó', 'ọ', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ', 'ù',
	0xF1: 'ủ', 'ũ', 'ú', 'ụ', 'ừ', 'ử', 'ữ', 'ứ', 'ự', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ', 0xFF: 0,
}

// Decode gives the Unicode text of one character of a legacy font, which was
// read as if the font were Latin-1. Marks of VNI come back as combining
// characters, to be joined to the letter before them.
func (e Encoding) Decode(s string) string {
	if e == Unicode {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch e {
		case TCVN3, TCVN3Capitals:
			b := latinByte(r)
			if b >= 0xA1 && tcvn3Letters[b] != 0 {
				out.WriteRune(tcvn3Letters[b])
			} else {
				out.WriteRune(r)
			}
		case VNI:
			out.WriteString(vni(latinByte(r), r))
		}
	}
	if e == TCVN3Capitals {
		return strings.ToUpper(out.String())
	}
	return out.String()
}

// latinByte gives the code in Windows-1252 of a character, 0 if it has none.
// Print drivers turn 0xAD, the letter ư, into a minus sign or a hyphen.
func latinByte(r rune) byte {
	switch {
	case r < 0x80, r >= 0xA0 && r <= 0xFF:
		return byte(r)
	case r == 0x2212, r == 0x2010, r == 0x2011:
		return 0xAD
	case r == 0x03BC:
		return 0xB5 // Greek mu for the micro sign
	case r == 0x02C9:
		return 0xAF
	case r == 0x2219:
		return 0xB7
	}
	for i, w := range []rune(winAnsiHigh) {
		if r == w {
			return byte(0x80 + i)
		}
	}
	return 0
}

const (
	grave     = "\u0300"
	acute     = "\u0301"
	circum    = "\u0302"
	tilde     = "\u0303"
	breve     = "\u0306"
	hook      = "\u0309"
	dotBelow  = "\u0323"
	capitalIn = 0x20 // a small letter of Latin-1 is its capital plus this
)

// vni gives the text of one code of a VNI font.
func vni(b byte, r rune) string {
	if b < 0xC0 {
		return string(r)
	}
	small := b
	if b < 0xE0 {
		small = b + capitalIn
	}
	switch small {
	case 'ù' & 0xff:
		return acute
	case 'ø' & 0xff:
		return grave
	case 'û' & 0xff:
		return hook
	case 'õ' & 0xff:
		return tilde
	case 'ï' & 0xff:
		return dotBelow
	case 'â' & 0xff:
		return circum
	case 'ê' & 0xff:
		return breve
	case 'á' & 0xff:
		return circum + acute
	case 'à' & 0xff:
		return circum + grave
	case 'å' & 0xff:
		return circum + hook
	case 'ã' & 0xff:
		return circum + tilde
	case 'ä' & 0xff:
		return circum + dotBelow
	case 'é' & 0xff:
		return breve + acute
	case 'è' & 0xff:
		return breve + grave
	case 'ú' & 0xff:
		return breve + hook
	case 'ü' & 0xff:
		return breve + tilde
	case 'ë' & 0xff:
		return breve + dotBelow
	}
	letter := ""
	switch small {
	case 'ô' & 0xff:
		letter = "ơ"
	case 'ö' & 0xff:
		letter = "ư"
	case 'ñ' & 0xff:
		letter = "đ"
	case 'æ' & 0xff:
		letter = "ỉ"
	case 'ó' & 0xff:
		letter = "ĩ"
	case 'ò' & 0xff:
		letter = "ị"
	case 'î' & 0xff:
		letter = "ỵ"
	default:
		return string(rune(b))
	}
	if small != b {
		return strings.ToUpper(letter)
	}
	return letter
}
