package fields

import "unicode"

// other stands in a folded text for a character that folds to no ASCII letter.
const other = 0x7f

// highVowels lists the base letters of the characters U+1EA0 to U+1EF9.
const highVowels = "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy"

// foldRune gives the small ASCII letter, digit or mark that a character
// matches as: Vietnamese letters without their marks, quotes and dashes plain.
func foldRune(r rune) byte {
	switch {
	case r >= 'A' && r <= 'Z':
		return byte(r - 'A' + 'a')
	case r < 0x7f:
		if r < ' ' {
			return ' '
		}
		return byte(r)
	case r >= 0x1EA0 && r <= 0x1EF9:
		return highVowels[r-0x1EA0]
	}
	switch unicode.ToLower(r) {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'ă', 'ā':
		return 'a'
	case 'è', 'é', 'ê', 'ë', 'ĕ':
		return 'e'
	case 'ì', 'í', 'î', 'ï', 'ĩ', 'ĭ':
		return 'i'
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ơ', 'ŏ':
		return 'o'
	case 'ù', 'ú', 'û', 'ü', 'ũ', 'ư', 'ŭ', 'ƣ':
		return 'u'
	case 'ý', 'ÿ':
		return 'y'
	case 'đ', 'ð', 'ɖ':
		return 'd'
	case 'ç', 'č':
		return 'c'
	case 'ñ':
		return 'n'
	}
	switch r {
	case '–', '—', '‐', '‑', '−', '\u00ad', '\u2012':
		return '-'
	case '“', '”', '„', '«', '»', '″':
		return '"'
	case '’', '‘', 'ʼ', '´', '`', '′':
		return '\''
	case '\u00a0', '\u2002', '\u2003', '\u2009', '\u200a', '\u202f', '\u3000':
		return ' '
	case '…':
		return '.'
	}
	return other
}

// capital reports a letter that is written as a capital.
func capital(r rune) bool { return unicode.IsUpper(r) }
