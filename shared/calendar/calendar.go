// Package calendar counts working days of Vietnamese state bodies and turns
// deadlines into exact instants.
//
// The calendar is data: one file a year with public holidays, the days given
// in compensation, and the working days that were swapped, each with its
// source. A day whose status is uncertain is listed and does not count. The
// package never guesses: a question about a year that is not loaded is refused.
//
// Days are civil days in Việt Nam, +07:00 all year. A deadline is the first
// instant that is too late: the end of 14/12 is 00:00 of 15/12, and what comes
// in at 23:59:59.999 of 14/12 is in time (OnTime).
//
// The package reads no clock and no time zone files.
package calendar

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"hoso/shared/fault"
)

// Kind says why a day is not what its weekday says.
type Kind string

const (
	// Holiday is a public holiday of the Labour Code, article 112.
	Holiday Kind = "holiday"
	// Compensation is off because a holiday fell on a weekend (article 111.3).
	Compensation Kind = "compensation"
	// SwapOff is an ordinary day off that is worked on another day.
	SwapOff Kind = "swap-off"
	// SwapWork is a Saturday or Sunday worked for a SwapOff.
	SwapWork Kind = "swap-work"
)

// Status says how sure a day is.
type Status string

const (
	// Stated: the law itself fixes the day.
	Stated Status = "stated"
	// Decided: the Prime Minister's yearly decision or notice fixes it.
	Decided Status = "decided"
	// Uncertain: announced without a legal basis; listed, not counted.
	Uncertain Status = "uncertain"
)

// Day is one entry of a year's file.
type Day struct {
	Date   Date   `json:"date"`
	Kind   Kind   `json:"kind"`
	Name   string `json:"name"`
	For    *Date  `json:"for,omitempty"` // the holiday compensated, or the other day of a swap
	Status Status `json:"status"`
	Source string `json:"source"`
	Note   string `json:"note,omitempty"`
}

type yearFile struct {
	Year int   `json:"year"`
	Days []Day `json:"days"`
}

// Calendar answers for the years it was loaded with. It is immutable.
type Calendar struct {
	first, last int
	days        map[Date]Day
	list        []Day
	digest      string
}

//go:embed years/*.json
var builtin embed.FS

// Builtin loads the years that come with the program and, over them, those of
// other folders, which need not be there.
func Builtin(more ...fs.FS) (*Calendar, error) {
	sub, err := fs.Sub(builtin, "years")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "calendar.load", err)
	}
	return Load(append([]fs.FS{sub}, more...)...)
}

// Load reads every *.json at the top of each folder; a year in a later folder
// replaces the same year of an earlier one, so that an operator can add the
// next year. Years must follow each other without a gap. Errors are Invalid and
// name the file and the day.
func Load(folders ...fs.FS) (*Calendar, error) {
	years := map[int]yearFile{}
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.json")
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "calendar.load", err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fault.Wrap(fault.Internal, "calendar.load", err)
			}
			y, err := parseYear(name, data)
			if err != nil {
				return nil, err
			}
			years[y.Year] = y
		}
	}
	return build(years)
}

func parseYear(name string, data []byte) (yearFile, error) {
	var y yearFile
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&y); err != nil {
		return y, bad(name, "không đọc được: "+err.Error())
	}
	if base := strings.TrimSuffix(path.Base(name), ".json"); base != strconv.Itoa(y.Year) {
		return y, bad(name, "tên tệp phải là năm của nó")
	}
	seen := map[Date]Day{}
	for _, d := range y.Days {
		at := name + ", " + d.Date.Slash()
		weekend := d.Date.Weekday() == time.Saturday || d.Date.Weekday() == time.Sunday
		_, twice := seen[d.Date]
		switch {
		case twice:
			return y, bad(at, "ngày ghi hai lần")
		case d.Date.Year != y.Year:
			return y, bad(at, "ngày không thuộc năm của tệp")
		case d.Source == "" || d.Name == "":
			return y, bad(at, "thiếu tên hoặc nguồn")
		case !slices.Contains([]Status{Stated, Decided, Uncertain}, d.Status):
			return y, bad(at, "status phải là stated, decided hoặc uncertain")
		case !slices.Contains([]Kind{Holiday, Compensation, SwapOff, SwapWork}, d.Kind):
			return y, bad(at, "kind không hợp lệ")
		case d.Kind == SwapWork && !weekend:
			return y, bad(at, "ngày làm bù phải là thứ Bảy hoặc Chủ nhật")
		case (d.Kind == Compensation || d.Kind == SwapOff) && weekend:
			return y, bad(at, "ngày nghỉ bù hoặc nghỉ hoán đổi phải là ngày làm việc trong tuần")
		case (d.Kind == Holiday) != (d.For == nil):
			return y, bad(at, "for chỉ và phải có ở ngày nghỉ bù, nghỉ hoán đổi, làm bù")
		}
		seen[d.Date] = d
	}
	return y, checkPairs(name, seen)
}

// checkPairs holds every compensation against its holiday and every swap
// against its other half.
func checkPairs(name string, days map[Date]Day) error {
	other := map[Kind]Kind{Compensation: Holiday, SwapOff: SwapWork, SwapWork: SwapOff}
	compensated := map[Date]bool{}
	for date, d := range days {
		if d.Kind == Holiday {
			continue
		}
		pair, ok := days[*d.For]
		if !ok || pair.Kind != other[d.Kind] || d.Kind != Compensation && *pair.For != date {
			return bad(name+", "+date.Slash(), "không khớp với ngày "+d.For.Slash())
		}
		compensated[*d.For] = true
	}
	for date, d := range days {
		weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		if d.Kind == Holiday && d.Status != Uncertain && weekend && !compensated[date] {
			return bad(name+", "+date.Slash(), "ngày lễ trùng ngày nghỉ hằng tuần mà không có ngày nghỉ bù")
		}
	}
	return nil
}

func bad(at, what string) error {
	return &fault.Error{Kind: fault.Invalid, Op: "calendar.load", Code: "calendar-file", Public: "Lịch làm việc, " + at + ": " + what + "."}
}

func build(years map[int]yearFile) (*Calendar, error) {
	order := slices.Sorted(maps.Keys(years))
	if len(order) == 0 {
		return nil, bad("thư mục", "không có tệp năm nào")
	}
	c := &Calendar{first: order[0], last: order[len(order)-1], days: map[Date]Day{}}
	if c.last-c.first+1 != len(order) {
		return nil, bad("thư mục", "các năm phải liền nhau")
	}
	h := sha256.New()
	for _, year := range order {
		for _, d := range years[year].Days {
			c.days[d.Date] = d
			c.list = append(c.list, d)
		}
	}
	sort.Slice(c.list, func(i, j int) bool { return c.list[i].Date.Before(c.list[j].Date) })
	for _, d := range c.list {
		fmt.Fprintf(h, "%s %s %s\n", d.Date.ISO(), d.Kind, d.Status)
	}
	c.digest = hex.EncodeToString(h.Sum(nil))
	return c, nil
}

// Years gives the first and the last loaded year.
func (c *Calendar) Years() (first, last int) { return c.first, c.last }

// Digest identifies what the calendar counts, to be kept with a deadline that
// was computed: the years and the days with their kind and status.
func (c *Calendar) Digest() string { return fmt.Sprintf("%d-%d:%s", c.first, c.last, c.digest[:16]) }

// Days lists every special day, also uncertain ones, in order.
func (c *Calendar) Days() []Day { return slices.Clone(c.list) }

// Lookup gives the special day at d, if there is one.
func (c *Calendar) Lookup(d Date) (Day, bool) { day, ok := c.days[d]; return day, ok }

// IsWorkingDay reports whether offices work on d: Monday to Friday without
// holidays, compensations and swapped days off, and the days worked for them.
// Invalid, code calendar-year, if the year is not loaded.
func (c *Calendar) IsWorkingDay(d Date) (bool, error) {
	if d.Year < c.first || d.Year > c.last {
		return false, &fault.Error{
			Kind: fault.Invalid, Op: "calendar", Code: "calendar-year",
			Public: fmt.Sprintf("Chưa có lịch làm việc năm %d (đang có %d đến %d); nạp lịch của năm đó trước khi tính thời hạn.", d.Year, c.first, c.last),
		}
	}
	if day, ok := c.days[d]; ok && day.Status != Uncertain {
		return day.Kind == SwapWork, nil
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday, nil
}

// AddWorkingDays gives the n-th working day after d, or before it if n is
// negative; d itself is not counted. n = 0 gives d. Errors as IsWorkingDay.
func (c *Calendar) AddWorkingDays(d Date, n int) (Date, error) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		works, err := c.IsWorkingDay(d)
		if err != nil {
			return Date{}, err
		}
		if works {
			n--
		}
	}
	return d, nil
}

// WorkingDaysBetween counts the working days after from up to and including
// to; negative if to is earlier. Errors as IsWorkingDay.
func (c *Calendar) WorkingDaysBetween(from, to Date) (int, error) {
	if to.Before(from) {
		n, err := c.WorkingDaysBetween(to, from)
		return -n, err
	}
	n := 0
	for from.Before(to) {
		from = from.AddDays(1)
		works, err := c.IsWorkingDay(from)
		if err != nil {
			return 0, err
		}
		if works {
			n++
		}
	}
	return n, nil
}

// DueInstant gives the deadline n working days after start: the end of the
// n-th working day, not counting the day of start. n must be 1 or more.
func (c *Calendar) DueInstant(start time.Time, n int) (time.Time, error) {
	if n < 1 {
		return time.Time{}, fault.New(fault.Invalid, "calendar.due", "Thời hạn phải từ 1 ngày làm việc trở lên.")
	}
	d, err := c.AddWorkingDays(DateOf(start), n)
	if err != nil {
		return time.Time{}, err
	}
	return d.End(), nil
}
