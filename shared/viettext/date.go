package viettext

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Date is a day of the civil calendar, without time or zone. In a result of
// ParseDate that failed, parts that were not written are 0.
type Date struct{ Year, Month, Day int }

// ISO gives yyyy-mm-dd.
func (d Date) ISO() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Valid reports whether the day exists, in a year from 1900 to 2099.
func (d Date) Valid() bool {
	if d.Year < 1900 || d.Year > 2099 || d.Month < 1 || d.Month > 12 || d.Day < 1 {
		return false
	}
	return d.Day <= time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

const blank = `[\s.…_/]*`

var (
	// The words may have lost their marks in a scan; the digits may be missing in a draft.
	wordDate = form(`(?i)\bng[àa]y(?:\s+m[ồùo]ng)?` + blank + `(\d{0,2})` + blank + `th[áa]ng` + blank + `(\d{0,2})` + blank + `n[ăa]m` + blank + `(\d{0,4})`)
	// Day, month and year with one kind of separator.
	figureDate = form(`(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?([/.-])\s?(\d{4})`)
	isoDate    = form(`(\d{4})-(\d{2})-(\d{2})`)
	dayMonth   = form(`^(?:ngày )?(\d{1,2})[/.-](\d{1,2})$`)
)

// DateMatch is a date found in a text. Err is set if what stands there is a
// date's form without being a date.
type DateMatch struct {
	Date       Date
	Start, End int // byte offsets in the text given
	Err        error
}

// FindDates finds full dates in text, in order, and also blank or impossible
// ones, which carry Err. The text must be composed (NFC): "ngày 05 tháng 3 năm
// 2023", "05/3/2023", "05-03-2023", "13.09.2024".
func FindDates(text string) []DateMatch {
	var found []DateMatch
	for _, m := range wordDate().FindAllStringSubmatchIndex(text, -1) {
		if birthLabel(text, m[0], m[1]) {
			continue
		}
		d, err := dateOf(text[m[6]:m[7]], text[m[4]:m[5]], text[m[2]:m[3]])
		found = append(found, DateMatch{Date: d, Start: m[0], End: m[1], Err: err})
	}
	for _, m := range figureDate().FindAllStringSubmatchIndex(text, -1) {
		if text[m[4]:m[5]] != text[m[8]:m[9]] || !clear(text, m[0], m[1]) {
			continue
		}
		d, err := dateOf(text[m[10]:m[11]], text[m[6]:m[7]], text[m[2]:m[3]])
		found = append(found, DateMatch{Date: d, Start: m[0], End: m[1], Err: err})
	}
	sortMatches(found)
	return found
}

// birthLabel reports whether text[i:j] is the label "ngày tháng năm sinh",
// which has the words of a blank date and no blanks.
func birthLabel(text string, i, j int) bool {
	rest, _ := utf8.DecodeRuneInString(text[j:])
	return Key(text[i:j]) == "ngày tháng năm" && len(text[i:j]) <= len("ngày tháng năm ") && unicode.IsLetter(rest)
}

// clear reports whether text[i:j] is not part of a longer number.
func clear(text string, i, j int) bool {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if i > 0 && (digit(text[i-1]) || text[i-1] == '/' || text[i-1] == '.' && i > 1 && digit(text[i-2])) {
		return false
	}
	return j >= len(text) || !digit(text[j]) && (text[j] != '/' || j+1 >= len(text) || !digit(text[j+1]))
}

func sortMatches(m []DateMatch) {
	for i := 1; i < len(m); i++ {
		for j := i; j > 0 && m[j].Start < m[j-1].Start; j-- {
			m[j], m[j-1] = m[j-1], m[j]
		}
	}
}

// ParseDate reads s as one date; "Bắc Kạn, ngày …" is accepted with its place.
// Codes of its errors: date-blank (a draft's blanks), date-impossible
// (30/02/2026, 1/13/2026), date-no-year (25/8; the parts read are returned),
// date-year (outside 1900 to 2099), date-syntax.
func ParseDate(s string) (Date, error) {
	s, _ = Clean(s)
	s = strings.Trim(strings.Join(strings.Fields(FoldLookAlikes(s)), " "), " .,;")
	if m := isoDate().FindStringSubmatch(s); m != nil && m[0] == s {
		return dateOf(m[1], m[2], m[3])
	}
	found := FindDates(s)
	if len(found) == 1 && found[0].End == len(s) && (found[0].Start == 0 || strings.HasSuffix(s[:found[0].Start], ", ") || Key(s[:found[0].Start]) == "ngày") {
		return found[0].Date, found[0].Err
	}
	if m := dayMonth().FindStringSubmatch(s); m != nil {
		day, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		return Date{Month: month, Day: day}, invalid("date-no-year", "Ngày chưa có năm; viết đủ ngày, tháng, năm.")
	}
	return Date{}, invalid("date-syntax", "Ngày viết chưa đúng; viết như 05/3/2023 hoặc ngày 05 tháng 3 năm 2023.")
}

func dateOf(year, month, day string) (Date, error) {
	var d Date
	d.Year, _ = strconv.Atoi(year)
	d.Month, _ = strconv.Atoi(month)
	d.Day, _ = strconv.Atoi(day)
	switch {
	case year == "" || month == "" || day == "":
		return d, invalid("date-blank", "Ngày, tháng hoặc năm còn để trống.")
	case d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= 28 && !d.Valid():
		return d, invalid("date-year", "Năm phải từ 1900 đến 2099.")
	case !d.Valid():
		return d, invalid("date-impossible", "Không có ngày "+day+"/"+month+"/"+year+" trong lịch.")
	}
	return d, nil
}

// Quarter is a quarter of a year, 1 to 4.
type Quarter struct{ Year, Quarter int }

// Days gives the first and the last day of the quarter.
func (q Quarter) Days() (first, last Date) {
	m := 3*q.Quarter - 2
	return Date{q.Year, m, 1}, Date{q.Year, m + 2, map[int]int{1: 31, 4: 30, 7: 30, 10: 31}[m]}
}

var (
	quarterForm = form(`(?i)\bqu[ýyíi]\s*(iv|iii|ii|i|[1-4])\s*(?:/|\s*n[ăa]m)\s*(\d{4})\b`)
	yearsForm   = form(`(?i)(\d{4})\s*(?:[-–—]|đến|đến năm)\s*(\d{4})`)
	clockForm   = form(`(?i)^(\d{1,2})\s*(?:giờ|gio|h|g|:)\s*(?:(\d{1,2})\s*(?:phút|phut|p|')?)?$`)
)

// ParseQuarter finds "Quý IV/2023", "quý 4 năm 2023" in s, which must be composed.
func ParseQuarter(s string) (Quarter, bool) {
	m := quarterForm().FindStringSubmatch(s)
	if m == nil {
		return Quarter{}, false
	}
	year, _ := strconv.Atoi(m[2])
	n := map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}[strings.ToLower(m[1])]
	return Quarter{year, n}, year >= 1900 && year <= 2099
}

// ParseYears finds a range of years in s, composed: "giai đoạn 2022 - 2025".
func ParseYears(s string) (from, to int, ok bool) {
	m := yearsForm().FindStringSubmatch(s)
	if m == nil {
		return 0, 0, false
	}
	from, _ = strconv.Atoi(m[1])
	to, _ = strconv.Atoi(m[2])
	return from, to, from >= 1900 && to <= 2099 && from <= to
}

// ParseTimeOfDay reads "08 giờ 30 phút", "8h30", "8 giờ", "14:05".
func ParseTimeOfDay(s string) (hour, minute int, ok bool) {
	s, _ = Clean(s)
	m := clockForm().FindStringSubmatch(strings.Trim(strings.Join(strings.Fields(s), " "), " .,;"))
	if m == nil {
		return 0, 0, false
	}
	hour, _ = strconv.Atoi(m[1])
	if m[2] != "" {
		minute, _ = strconv.Atoi(m[2])
	}
	return hour, minute, hour < 24 && minute < 60
}
