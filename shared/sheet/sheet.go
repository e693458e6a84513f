// Package sheet reads and writes Excel workbooks (.xlsx) as far as a plain
// table needs them: texts and numbers of one sheet, without formulas, formats
// or dates.
// Source: ECMA-376, part 1, chapter 18 (SpreadsheetML), and part 2 (packages).
package sheet

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// columnName gives the letters of a column, counted from 0.
func columnName(n int) string {
	name := ""
	for n++; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// columnOf gives the column of a cell's reference ("C7" is 2), or -1.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > lastColumn {
			return -1
		}
	}
	return n - 1
}

// Limits of the format. Source: Excel specifications and limits,
// support.microsoft.com.
const (
	lastColumn = 16_384
	longestOne = 32_767 // UTF-16 units of a cell's text
)

// code reads one escaped UTF-16 unit, "_x000D_" (part 1, 22.9.2.19).
func code(s string) (r rune, ok bool) {
	if len(s) < 7 || s[:2] != "_x" || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}

// plain replaces escaped units.
func plain(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if r, ok := code(s[i:]); ok {
			b.WriteRune(r) // half of a pair becomes U+FFFD
			i += 7
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// escaped makes a text stand for itself where it looks like an escaped unit,
// and cuts what no cell can hold.
func escaped(s string) string {
	if units := utf16.Encode([]rune(s)); len(units) > longestOne {
		s = string(utf16.Decode(units[:longestOne]))
	}
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if _, ok := code(s[i:]); ok {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
