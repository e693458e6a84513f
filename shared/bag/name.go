package bag

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is the most bytes of one part of a path: file systems allow 255.
const maxName = 150

// SafeName makes one part of a path from what a person called a file. The
// result can be created on every usual file system, needs no escaping in a
// manifest, and keeps Vietnamese letters (in NFC). Two names may become one:
// callers put a number in front.
func SafeName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, "_"))
	name = strings.Map(func(r rune) rune {
		if badRune(r) || r == '/' {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimRight(name, " ."), " .~-")
	if reserved(name) {
		name = "_" + name
	}
	if len(name) > maxName {
		ext := path.Ext(name)
		if len(ext) > 12 {
			ext = ""
		}
		name = strings.ToValidUTF8(name[:maxName-len(ext)], "") + ext
		name = strings.TrimRight(norm.NFC.String(name), " .")
	}
	if name == "" {
		return "tep"
	}
	return name
}

// badRune reports what no part of a path may hold: what a file system, a
// shell or a BagIt manifest would read as something else.
func badRune(r rune) bool {
	return r < 0x20 || r == 0x7f || !unicode.IsPrint(r) && r != ' ' || strings.ContainsRune(`\:*?"<>|%`, r) || r == utf8.RuneError
}

// reserved reports the names that Windows keeps for devices.
func reserved(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) && base[3] >= '0' && base[3] <= '9'
}

// errPath: a path would leave the package's folder or cannot be created.
var errPath = errors.New("path is not a plain relative one")

// CheckPath reports whether p, with slashes, can be a file of a package: no
// part is empty, ".", ".." or unusable as a file name.
func CheckPath(p string) error {
	if !utf8.ValidString(p) || len(p) > 1000 {
		return fmt.Errorf("bag: %.60q: %w", p, errPath)
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || part == "." || part == ".." || len(part) > 255 || strings.ContainsFunc(part, badRune) ||
			strings.TrimRight(part, " .") != part || strings.TrimLeft(part, " ~") != part || reserved(part) {
			return fmt.Errorf("bag: %.60q: %w", p, errPath)
		}
	}
	return nil
}

// fold is the form in which two paths of one package must differ: file systems
// that ignore case or normalise would otherwise merge them.
func fold(p string) string { return strings.ToLower(norm.NFC.String(p)) }
