package yearly

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/fault"
)

// maxFigure bounds a count.
const maxFigure = 1_000_000_000

var (
	countForm   = regexp.MustCompile(`^(\d{1,10}|\d{1,3}(\.\d{3}){1,3})$`)
	percentForm = regexp.MustCompile(`^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$`)
)

// ParseFigure reads a figure as offices write it: 93,33 or 1.250. It gives
// hundredths.
func (i Item) ParseFigure(text string) (int64, error) {
	text = strings.TrimSpace(text)
	bad := func(want string) error {
		return fault.New(fault.Invalid, "yearly.figure", "“"+i.Title+"”: "+want+".")
	}
	if i.Unit == Percent {
		m := percentForm.FindStringSubmatch(text)
		if m == nil {
			return 0, bad("hãy ghi tỷ lệ từ 0 đến 100, tối đa hai chữ số sau dấu phẩy")
		}
		whole, _ := strconv.ParseInt(m[1], 10, 64)
		part, _ := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
		if v := whole*100 + part; v <= 100*100 {
			return v, nil
		}
		return 0, bad("hãy ghi tỷ lệ từ 0 đến 100, tối đa hai chữ số sau dấu phẩy")
	}
	if !countForm.MatchString(text) {
		return 0, bad("hãy ghi một số nguyên không âm")
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ".", ""), 10, 64)
	if err != nil || n > maxFigure {
		return 0, bad("hãy ghi một số nguyên không âm")
	}
	return n * 100, nil
}

// Format writes hundredths as offices write them.
func (i Item) Format(v int64) string {
	s := grouped(v / 100)
	if v%100 != 0 {
		s += strings.TrimRight(fmt.Sprintf(",%02d", v%100), "0")
	}
	if i.Unit == Percent {
		s += "%"
	}
	return s
}

// Met reports whether a figure reaches the threshold that the plan states; ok
// is false where it states none.
func (i Item) Met(v int64) (met, ok bool) {
	if i.Threshold == nil {
		return false, false
	}
	return v >= int64(*i.Threshold)*100, true
}

func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "." + s[at:]
	}
	return s
}

// Sum is what the units' figures of one item come to.
type Sum struct {
	Item     Item
	N        int   // units that gave it
	Met      int   // of those, who reach the threshold
	Low      int64 // hundredths
	High     int64
	Total    int64
	Mean     int64 // rounded to the nearest hundredth, halves up
	Complete bool  // every unit that reported gave it
}

// Summary is what a year's reports come to.
type Summary struct {
	Owing    int
	Reported int
	Late     int
	Excused  int
	Missing  []Owing // who gave nothing and is not excused, in the order of the year's list
	Sums     []Sum
}

// Summarise adds up the last versions of a year's reports.
func Summarise(y Year, reports map[string]Report) Summary {
	var s Summary
	last := map[string]Version{}
	for _, o := range y.Units {
		s.Owing++
		r := reports[o.ID]
		v, sent := r.Last()
		switch {
		case sent:
			last[o.ID] = v
			s.Reported++
			if r.Versions[0].Late {
				s.Late++
			}
		case r.Excused != nil:
			s.Excused++
		default:
			s.Missing = append(s.Missing, o)
		}
	}
	for _, it := range y.Items {
		sum := Sum{Item: it}
		for _, o := range y.Units {
			f, ok := last[o.ID].Figures[it.ID]
			if !ok {
				continue
			}
			if sum.N == 0 || f < sum.Low {
				sum.Low = f
			}
			sum.High = max(sum.High, f)
			sum.Total += f
			sum.N++
			if met, _ := it.Met(f); met {
				sum.Met++
			}
		}
		if sum.N > 0 {
			sum.Mean = (2*sum.Total + int64(sum.N)) / (2 * int64(sum.N))
		}
		sum.Complete = sum.N == s.Reported
		s.Sums = append(s.Sums, sum)
	}
	return s
}

// Item gives an item by its id.
func (y Year) Item(id string) (Item, bool) {
	n := slices.IndexFunc(y.Items, func(i Item) bool { return i.ID == id })
	if n < 0 {
		return Item{}, false
	}
	return y.Items[n], true
}
