package objects

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName bounds a file name in bytes: what the usual file systems keep.
const maxName = 200

// disposition is a Content-Disposition with a name that survives: RFC 6266
// with the extended form of RFC 8187 for what is not ASCII, and a plain
// ASCII form for clients that know no other. Control characters, path
// separators and direction marks never get through.
func disposition(name string, inline bool) string {
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	name = cleanName(name)
	if name == "" {
		return kind
	}
	ascii := asciiName(name)
	if ascii == name {
		return kind + `; filename="` + name + `"`
	}
	return kind + `; filename="` + ascii + `"; filename*=UTF-8''` + extended(name)
}

func cleanName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\':
			return '_'
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if len(name) <= maxName {
		return name
	}
	end := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 && len(name)-i <= 10 {
		end = name[i:]
	}
	cut := maxName - len(end)
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimRight(name[:cut], " .") + end
}

// asciiName drops the marks of Vietnamese letters, so that the plain form is
// still readable, and what could end the quoted string.
func asciiName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(name) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case unicode.Is(unicode.Mn, r):
		case r == '"' || r == '%' || r > unicode.MaxASCII:
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// extended is the value of RFC 8187: attr-char as it is, all else in hex.
func extended(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
