package calendar

import (
	"fmt"
	"time"

	"hoso/shared/fault"
)

// Zone is Việt Nam's time, without daylight saving since 1975.
func Zone() *time.Location { return time.FixedZone("+07", 7*60*60) }

// Date is a civil day in Việt Nam.
type Date struct{ Year, Month, Day int }

// DateOf gives the day on which t falls in Việt Nam.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone()).Date()
	return Date{y, int(m), d}
}

// ParseISO reads yyyy-mm-dd; a day that does not exist is Invalid.
func ParseISO(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fault.New(fault.Invalid, "calendar.date", "Ngày phải viết dạng năm-tháng-ngày và có trong lịch, ví dụ 2023-12-31.")
	}
	return Date{t.Year(), int(t.Month()), t.Day()}, nil
}

func (d Date) utc() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// Start is 00:00 of the day.
func (d Date) Start() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, Zone())
}

// End is the first instant after the day, the deadline "by the end of d".
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// AddDays gives the day n calendar days later.
func (d Date) AddDays(n int) Date {
	t := d.utc().AddDate(0, 0, n)
	return Date{t.Year(), int(t.Month()), t.Day()}
}

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.utc().Before(e.utc()) }

// ISO gives yyyy-mm-dd.
func (d Date) ISO() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Slash gives dd/mm/yyyy, as pages show days.
func (d Date) Slash() string { return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year) }

// Long gives "ngày 05 tháng 3 năm 2023": days under 10 and the months 1 and 2
// padded, as Decree 30/2020/NĐ-CP wants in letters.
func (d Date) Long() string {
	month := fmt.Sprint(d.Month)
	if d.Month < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("ngày %02d tháng %s năm %d", d.Day, month, d.Year)
}

// MarshalText writes the ISO form, in JSON and YAML too.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.ISO()), nil }

// UnmarshalText reads the ISO form.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseISO(string(text))
	if err != nil {
		return fmt.Errorf("date %q: %w", text, err)
	}
	*d = parsed
	return nil
}

// Window is a span of time that holds From and not Until.
type Window struct{ From, Until time.Time }

// Contains reports whether t is inside.
func (w Window) Contains(t time.Time) bool { return !t.Before(w.From) && t.Before(w.Until) }

// Quarter gives the window of a quarter, 1 to 4: Quý IV/2023 is 00:00 of
// 01/10/2023 until the end of 31/12/2023.
func Quarter(year, quarter int) (Window, error) {
	if quarter < 1 || quarter > 4 {
		return Window{}, fault.New(fault.Invalid, "calendar.quarter", "Quý phải từ I đến IV.")
	}
	first := Date{year, 3*quarter - 2, 1}
	next := Date{year, 3*quarter + 1, 1}
	if quarter == 4 {
		next = Date{year + 1, 1, 1}
	}
	return Window{From: first.Start(), Until: next.Start()}, nil
}

// BeforeDay gives the deadline "trước ngày d". Read strictly (inclusive false)
// the last day is the one before d; practice varies, so a campaign may decide
// that d itself still counts (inclusive true).
func BeforeDay(d Date, inclusive bool) time.Time {
	if inclusive {
		return d.End()
	}
	return d.Start()
}

// OnTime reports whether t keeps the deadline due.
func OnTime(t, due time.Time) bool { return t.Before(due) }

// FormatInstant gives "14:05 ngày 02/01/2024".
func FormatInstant(t time.Time) string {
	return t.In(Zone()).Format("15:04") + " ngày " + DateOf(t).Slash()
}

// FormatDue writes a deadline so that nobody is a day wrong: "hết ngày
// 14/12/2023" for a deadline at midnight, else "trước 14:05 ngày 02/01/2024".
func FormatDue(due time.Time) string {
	if d := DateOf(due); due.Equal(d.Start()) {
		return "hết ngày " + d.AddDays(-1).Slash()
	}
	return "trước " + FormatInstant(due)
}
