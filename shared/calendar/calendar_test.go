package calendar

import (
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hoso/shared/fault"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseISO(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func load(t *testing.T) *Calendar {
	t.Helper()
	c, err := Builtin()
	if err != nil {
		t.Fatal(fault.Public(err), err)
	}
	return c
}

// The spans off work as officially announced, weekends included.
func TestAnnouncedSpansAreOff(t *testing.T) {
	c := load(t)
	for _, span := range [][2]string{
		{"2022-01-01", "2022-01-03"},
		{"2022-01-29", "2022-02-06"},
		{"2022-04-09", "2022-04-11"},
		{"2022-04-30", "2022-05-03"},
		{"2022-09-01", "2022-09-04"},
		{"2022-12-31", "2023-01-02"},
		{"2023-01-20", "2023-01-26"},
		{"2023-04-29", "2023-05-03"},
		{"2023-09-01", "2023-09-04"},
		{"2023-12-30", "2024-01-01"},
		{"2024-02-08", "2024-02-14"},
		{"2024-04-18", "2024-04-18"},
		{"2024-04-27", "2024-05-01"},
		{"2024-08-31", "2024-09-03"},
		{"2025-01-01", "2025-01-01"},
		{"2025-01-25", "2025-02-02"},
		{"2025-04-05", "2025-04-07"},
		{"2025-04-30", "2025-05-04"},
		{"2025-08-30", "2025-09-02"},
		{"2026-01-01", "2026-01-04"},
		{"2026-02-14", "2026-02-22"},
		{"2026-04-25", "2026-04-27"},
		{"2026-04-30", "2026-05-03"},
		{"2026-08-29", "2026-09-02"},
	} {
		first, last := date(t, span[0]), date(t, span[1])
		for d := first; !last.Before(d); d = d.AddDays(1) {
			if works, err := c.IsWorkingDay(d); works || err != nil {
				t.Errorf("%s should be off: %v", d.ISO(), err)
			}
		}
		for _, d := range []Date{first.AddDays(-1), last.AddDays(1)} {
			if works, err := c.IsWorkingDay(d); err == nil && !works {
				t.Errorf("%s borders on a span off and should be worked", d.ISO())
			}
		}
	}
	for _, s := range []string{"2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22", "2023-01-27", "2026-11-24"} {
		if works, _ := c.IsWorkingDay(date(t, s)); !works {
			t.Errorf("%s should be worked", s)
		}
	}
}

// Working days a year: 365 or 366 less weekends, less 11 holidays (those on
// weekends are compensated); swaps cancel out.
func TestEveryYearHasElevenHolidays(t *testing.T) {
	c := load(t)
	first, last := c.Years()
	for y := first; y <= last; y++ {
		works, weekdays := 0, 0
		for d := (Date{y, 1, 1}); d.Year == y; d = d.AddDays(1) {
			if w, _ := c.IsWorkingDay(d); w {
				works++
			}
			if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				weekdays++
			}
		}
		if weekdays-works != 11 {
			t.Errorf("%d: %d weekdays off, want 11", y, weekdays-works)
		}
	}
}

// Tết and Giỗ Tổ from astronomy: new moons by Meeus's series, months counted
// from the solar terms Vũ Thủy and Cốc Vũ, at +07:00.
func TestLunarDaysAgreeWithTheMoon(t *testing.T) {
	c := load(t)
	first, last := c.Years()
	for y := first; y <= last; y++ {
		tet := newMoonOnOrBefore(Date{y, 2, 19})
		gio := newMoonOnOrBefore(Date{y, 4, 20}).AddDays(9)
		if d, ok := c.Lookup(tet); !ok || d.Name != "Tết Âm lịch" {
			t.Errorf("%d: the first day of the year is %s, the calendar has %q there", y, tet.ISO(), d.Name)
		}
		if d, ok := c.Lookup(gio); !ok || d.Name != "Giỗ Tổ Hùng Vương" {
			t.Errorf("%d: 10/3 âm lịch is %s, the calendar has %q there", y, gio.ISO(), d.Name)
		}
	}
}

// newMoonOnOrBefore gives the latest day, in Việt Nam, with a new moon not
// after d.
func newMoonOnOrBefore(d Date) Date {
	k := math.Ceil((float64(d.Year)+float64(d.Month)/12-2000)*12.3685) + 1
	for {
		day := julianDate(newMoon(k) + 7.0/24 - 0.0008)
		if !d.Before(day) {
			return day
		}
		k--
	}
}

// newMoon gives the Julian ephemeris day of new moon k, to a few minutes.
func newMoon(k float64) float64 {
	t := k / 1236.85
	rad := math.Pi / 180
	e := 1 - 0.002516*t
	m := rad * (2.5534 + 29.10535670*k)
	mp := rad * (201.5643 + 385.81693528*k)
	f := rad * (160.7108 + 390.67050284*k)
	om := rad * (124.7746 - 1.56375588*k)
	return 2451550.09766 + 29.530588861*k + 0.00015437*t*t -
		0.40720*math.Sin(mp) + 0.17241*e*math.Sin(m) + 0.01608*math.Sin(2*mp) + 0.01039*math.Sin(2*f) +
		0.00739*e*math.Sin(mp-m) - 0.00514*e*math.Sin(mp+m) + 0.00208*e*e*math.Sin(2*m) - 0.00111*math.Sin(mp-2*f) -
		0.00057*math.Sin(mp+2*f) + 0.00056*e*math.Sin(2*mp+m) - 0.00042*math.Sin(3*mp) + 0.00042*e*math.Sin(m+2*f) +
		0.00038*e*math.Sin(m-2*f) - 0.00024*e*math.Sin(2*mp-m) - 0.00017*math.Sin(om)
}

func julianDate(jd float64) Date {
	t := time.Unix(int64((jd-2440587.5)*86400), 0).UTC()
	return Date{t.Year(), int(t.Month()), t.Day()}
}

func TestWorkingDaysAcrossTet(t *testing.T) {
	c := load(t)
	for _, w := range []struct {
		from string
		n    int
		want string
	}{
		{"2024-02-07", 1, "2024-02-15"},
		{"2024-02-10", 1, "2024-02-15"},
		{"2024-05-03", 1, "2024-05-04"},
		{"2024-05-04", 1, "2024-05-06"},
		{"2023-12-15", 25, "2024-01-22"},
		{"2024-02-15", -1, "2024-02-07"},
		{"2023-12-15", 0, "2023-12-15"},
		{"2025-04-25", 1, "2025-04-26"},
	} {
		got, err := c.AddWorkingDays(date(t, w.from), w.n)
		if err != nil || got.ISO() != w.want {
			t.Errorf("%s + %d = %s, %v; want %s", w.from, w.n, got.ISO(), err, w.want)
		}
	}
}

func TestAddingAndCountingAgree(t *testing.T) {
	c := load(t)
	for d := (Date{2022, 12, 20}); d.Before(Date{2026, 10, 1}); d = d.AddDays(3) {
		for _, n := range []int{1, 5, 25} {
			to, err := c.AddWorkingDays(d, n)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.WorkingDaysBetween(d, to); err != nil || got != n {
				t.Fatalf("%s to %s: %d, %v; want %d", d.ISO(), to.ISO(), got, err, n)
			}
			if got, _ := c.WorkingDaysBetween(to, d); got != -n {
				t.Fatalf("backwards %d", got)
			}
		}
	}
}

func TestDueInstantIsTheEndOfTheDayInVietnam(t *testing.T) {
	c := load(t)
	// 18:30 UTC on Thursday is 01:30 on Friday in Việt Nam.
	due, err := c.DueInstant(time.Date(2023, 11, 16, 18, 30, 0, 0, time.UTC), 1)
	if err != nil || due.UTC().Format(time.RFC3339) != "2023-11-20T17:00:00Z" {
		t.Fatalf("due %v, %v", due, err)
	}
	if !OnTime(due.Add(-time.Nanosecond), due) || OnTime(due, due) {
		t.Error("the last instant of the day is in time, midnight is late")
	}
	if s := FormatDue(due); s != "hết ngày 20/11/2023" {
		t.Error(s)
	}
	if _, err := c.DueInstant(due, 0); !fault.Is(err, fault.Invalid) {
		t.Errorf("no deadline of 0 days: %v", err)
	}
	leap, err := c.DueInstant(time.Date(2024, 2, 28, 10, 0, 0, 0, time.UTC), 1)
	if err != nil || FormatDue(leap) != "hết ngày 29/02/2024" {
		t.Errorf("leap day: %v %v", leap, err)
	}
}

func TestYearsThatAreNotLoadedAreRefused(t *testing.T) {
	c := load(t)
	for _, d := range []Date{{2027, 1, 1}, {2021, 12, 31}} {
		if _, err := c.IsWorkingDay(d); fault.CodeOf(err) != "calendar-year" || !strings.Contains(fault.Public(err), "nạp lịch") {
			t.Errorf("%s: %v", d.ISO(), err)
		}
	}
	if _, err := c.DueInstant(time.Date(2026, 12, 30, 3, 0, 0, 0, time.UTC), 2); fault.CodeOf(err) != "calendar-year" {
		t.Errorf("a deadline that runs into 2027: %v", err)
	}
	if _, err := c.WorkingDaysBetween(Date{2026, 12, 30}, Date{2027, 1, 2}); err == nil {
		t.Error("counting into 2027 was not refused")
	}
}

func TestBeforeDayAndQuarter(t *testing.T) {
	d := Date{2023, 12, 15}
	if s := FormatDue(BeforeDay(d, false)); s != "hết ngày 14/12/2023" {
		t.Error("strict:", s)
	}
	if s := FormatDue(BeforeDay(d, true)); s != "hết ngày 15/12/2023" {
		t.Error("inclusive:", s)
	}
	w, err := Quarter(2023, 4)
	if err != nil || w.From.Format(time.RFC3339) != "2023-10-01T00:00:00+07:00" || w.Until.Format(time.RFC3339) != "2024-01-01T00:00:00+07:00" {
		t.Errorf("%v %v", w, err)
	}
	if !w.Contains(w.From) || w.Contains(w.Until) {
		t.Error("a window holds its beginning and not its end")
	}
	if _, err := Quarter(2023, 5); err == nil {
		t.Error("there is no fifth quarter")
	}
}

func TestFormats(t *testing.T) {
	d := Date{2023, 3, 5}
	if d.Slash() != "05/03/2023" || d.Long() != "ngày 05 tháng 3 năm 2023" || (Date{2022, 2, 1}).Long() != "ngày 01 tháng 02 năm 2022" || (Date{2022, 10, 10}).Long() != "ngày 10 tháng 10 năm 2022" {
		t.Error(d.Slash(), d.Long())
	}
	at := time.Date(2024, 1, 2, 7, 5, 59, 0, time.UTC)
	if FormatInstant(at) != "14:05 ngày 02/01/2024" || FormatDue(at) != "trước 14:05 ngày 02/01/2024" {
		t.Error(FormatInstant(at), FormatDue(at))
	}
}

func TestFaultyFilesAreRefusedByName(t *testing.T) {
	day := func(s string) string { return `{"year": 2027, "days": [` + s + `]}` }
	for want, file := range map[string]string{
		"hai lần":               day(`{"date":"2027-01-01","kind":"holiday","name":"x","status":"stated","source":"y"},{"date":"2027-01-01","kind":"holiday","name":"x","status":"stated","source":"y"}`),
		"nguồn":                 day(`{"date":"2027-01-01","kind":"holiday","name":"x","status":"stated","source":""}`),
		"không thuộc năm":       day(`{"date":"2026-01-01","kind":"holiday","name":"x","status":"stated","source":"y"}`),
		"phải là thứ Bảy":       day(`{"date":"2027-01-04","kind":"swap-work","for":"2027-01-05","name":"x","status":"decided","source":"y"}`),
		"không khớp":            day(`{"date":"2027-01-09","kind":"swap-work","for":"2027-01-05","name":"x","status":"decided","source":"y"}`),
		"không có ngày nghỉ bù": day(`{"date":"2027-05-01","kind":"holiday","name":"x","status":"stated","source":"y"}`),
		"kind":                  day(`{"date":"2027-01-04","kind":"party","name":"x","status":"stated","source":"y"}`),
		"status":                day(`{"date":"2027-01-04","kind":"holiday","name":"x","status":"maybe","source":"y"}`),
		"không đọc được":        `{"year": 2027, "days": [], "extra": 1}`,
		"2027-02-30":            day(`{"date":"2027-02-30","kind":"holiday","name":"x","status":"stated","source":"y"}`),
	} {
		_, err := Load(fstest.MapFS{"2027.json": {Data: []byte(file)}})
		if !strings.Contains(fault.Public(err), want) || !strings.Contains(fault.Public(err), "2027") {
			t.Errorf("want %q, got %q", want, fault.Public(err))
		}
	}
	if _, err := Load(fstest.MapFS{"2023.json": {Data: []byte(day(""))}}); err == nil {
		t.Error("a file of another year was accepted")
	}
	if _, err := Load(fstest.MapFS{"2027.json": {Data: []byte(day(""))}, "2029.json": {Data: []byte(`{"year":2029}`)}}); err == nil {
		t.Error("a gap between years was accepted")
	}
}

func TestAnOperatorAddsAYear(t *testing.T) {
	extra := fstest.MapFS{"2027.json": {Data: []byte(`{"year": 2027, "days": [{"date":"2027-01-01","kind":"holiday","name":"Tết Dương lịch","status":"stated","source":"luật"}]}`)}}
	c, err := Load(mustSub(t), extra)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.AddWorkingDays(Date{2026, 12, 31}, 1); err != nil || got.ISO() != "2027-01-04" {
		t.Errorf("%v %v", got, err)
	}
	if c.Digest() == load(t).Digest() {
		t.Error("two calendars, one digest")
	}
}

func mustSub(t *testing.T) fs.FS {
	t.Helper()
	sub, err := fs.Sub(builtin, "years")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}
