package fields

import (
	"fmt"
	"strings"
	"time"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// date is a date as printed and where it stands in its text. Day or month 0
// was left blank.
type date struct {
	day, month, year int
	from, to         int
}

// iso gives the date in ISO form, "" if a part is blank or the date does not exist.
func (d date) iso() string {
	if d.day == 0 || d.month == 0 || d.year == 0 {
		return ""
	}
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != d.day || int(t.Month()) != d.month || d.year < 1900 || d.year > 2200 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// evidence describes the words from i to the end of the date, as sure as its
// figures are: a misread word between them changes nothing.
func (d date) evidence(t text, i int) reading.Evidence {
	e := t.evidence(i, d.to)
	figures := sure
	for _, w := range t.words {
		if w.to > d.from && w.from < d.to && w.word != nil && strings.ContainsAny(t.fold[w.from:w.to], "0123456789") {
			figures = min(figures, w.word.Conf)
			if w.word.Style&layout.Guessed != 0 {
				figures = min(figures, doubtful)
			}
		}
	}
	e.Confidence = figures
	return e
}

// complete reports that no part was left blank, whether or not the date exists.
func (d date) complete() bool { return d.day != 0 && d.month != 0 && d.year != 0 }

// nextDate finds the next date at or behind from: "ngày 5 tháng 3 năm 2023",
// also with blanks, or figures such as 05/3/2023 and 5-3-2023.
func (t text) nextDate(from int) (date, bool) {
	for i := max(from, 0); i < len(t.fold); i++ {
		if !boundary(t.fold, i) {
			continue
		}
		if d, ok := t.wordDate(i); ok {
			return d, true
		}
		if d, ok := t.figureDate(i); ok {
			return d, true
		}
	}
	return date{}, false
}

// wordDate reads "ngày D tháng M năm Y" at i. The word ngày may be missing
// its number, and dots may stand for blanks.
func (t text) wordDate(i int) (date, bool) {
	s := t.fold
	if !word(s, i, "ngay") {
		return date{}, false
	}
	d := date{from: i}
	k := skipBlank(s, i+4)
	if word(s, k, "mong") {
		k = skipBlank(s, k+4)
	}
	d.day, k = number(s, k, 2)
	k = skipBlank(s, k)
	if !word(s, k, "thang") {
		// A day written by hand into a blank is recognised as anything.
		at := strings.Index(s[k:min(k+14, len(s))], "thang")
		if at < 0 || !word(s, k+at, "thang") || !t.recognised(k) || letters(s[k:k+at]) > 2 {
			return date{}, false
		}
		d.day, k = 0, k+at
	}
	k = skipBlank(s, k+5)
	d.month, k = number(s, k, 2)
	k = skipBlank(s, k)
	if word(s, k, "nam") {
		k = skipBlank(s, k+3)
	} else if y, end := number(s, k, 4); end-k != 4 || y < 1900 || d.day == 0 || d.month == 0 {
		return date{}, false // a word that was not read may be left out, if nothing else is
	}
	d.year, k = number(s, k, 4)
	if d.year > 0 && d.year < 100 {
		d.year = 0 // "năm 20…": a blank to be filled in
	}
	if d.day == 0 && d.month == 0 && d.year == 0 {
		return date{}, false // a label such as "Ngày, tháng, năm sinh"
	}
	d.to = k
	return d, true
}

// recognised reports that the word at i comes from a picture.
func (t text) recognised(i int) bool {
	for _, w := range t.words {
		if w.from <= i && i <= w.to && w.word != nil {
			return w.word.Source == reading.FromOCR
		}
	}
	return false
}

func letters(s string) int {
	n := 0
	for i := range len(s) {
		if letter(s[i]) {
			n++
		}
	}
	return n
}

// figureDate reads D/M/Y at i.
func (t text) figureDate(i int) (date, bool) {
	s := t.fold
	if i > 0 && (digit(s[i-1]) || s[i-1] == '/' || s[i-1] == '.') {
		return date{}, false
	}
	d := date{from: i}
	k := 0
	if d.day, k = number(s, i, 2); k == i {
		return date{}, false
	}
	var sep byte
	if sep, k = separator(s, k); sep == 0 {
		return date{}, false
	}
	from := k
	if d.month, k = number(s, k, 2); k == from {
		return date{}, false
	}
	sep2, k := separator(s, k)
	if sep2 != sep {
		return date{}, false
	}
	from = k
	d.year, k = number(s, k, 4)
	if k-from != 4 || k < len(s) && (digit(s[k]) || s[k] == '/') {
		return date{}, false
	}
	d.to = k
	return d, true
}

func separator(s string, i int) (byte, int) {
	i = skipSpace(s, i)
	if i < len(s) && (s[i] == '/' || s[i] == '-' || s[i] == '.') {
		return s[i], skipSpace(s, i+1)
	}
	return 0, i
}

// word reports whether a whole word stands at i.
func word(s string, i int, w string) bool {
	return i >= 0 && i+len(w) <= len(s) && s[i:i+len(w)] == w && boundary(s, i) && boundary(s, i+len(w))
}

// skipBlank skips spaces and the dots that stand for a blank.
func skipBlank(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '.' || s[i] == '_' || s[i] == ',' || s[i] == ':') {
		i++
	}
	return i
}

// number reads up to n digits at i.
func number(s string, i, n int) (int, int) {
	v, k := 0, i
	for k < len(s) && digit(s[k]) && k-i < n {
		v = v*10 + int(s[k]-'0')
		k++
	}
	return v, k
}
