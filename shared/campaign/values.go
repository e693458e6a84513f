package campaign

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"hoso/shared/calendar"
	"hoso/shared/viettext"
)

// Kind of a nominee: two kinds, counted apart. The names are wire format.
type Kind string

const (
	// Collective is a tập thể.
	Collective Kind = "tap_the"
	// Individual is a cá nhân.
	Individual Kind = "ca_nhan"
)

// Quarter is the window a plan states for a round, "IV/2023".
type Quarter viettext.Quarter

// Window gives the quarter's days.
func (q Quarter) Window() calendar.Window {
	w, err := calendar.Quarter(q.Year, q.Quarter)
	if err != nil {
		return calendar.Window{}
	}
	return w
}

// MarshalText writes "IV/2023".
func (q Quarter) MarshalText() ([]byte, error) {
	if q.Quarter < 1 || q.Quarter > 4 {
		return nil, fmt.Errorf("quarter %d", q.Quarter)
	}
	return fmt.Appendf(nil, "%s/%d", []string{"I", "II", "III", "IV"}[q.Quarter-1], q.Year), nil
}

// UnmarshalText reads "IV/2023".
func (q *Quarter) UnmarshalText(text []byte) error {
	parsed, ok := viettext.ParseQuarter("Quý " + string(text))
	if !ok {
		return fmt.Errorf("quarter %q", text)
	}
	*q = Quarter(parsed)
	return nil
}

// YearDay is a day that comes back each year (Year 0, "15/12") or once
// ("15/12/2024").
type YearDay struct{ Year, Month, Day int }

var yearDayForm = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})(?:/(\d{4}))?$`)

// In gives the day of a year; ok is false if it belongs to another year or
// does not exist in this one.
func (y YearDay) In(year int) (d calendar.Date, ok bool) {
	d = calendar.Date{Year: year, Month: y.Month, Day: y.Day}
	return d, (y.Year == 0 || y.Year == year) && viettext.Date(d).Valid()
}

// MarshalText writes "15/12" or "15/12/2024".
func (y YearDay) MarshalText() ([]byte, error) {
	if y.Year == 0 {
		return fmt.Appendf(nil, "%02d/%02d", y.Day, y.Month), nil
	}
	return fmt.Appendf(nil, "%02d/%02d/%04d", y.Day, y.Month, y.Year), nil
}

// UnmarshalText reads the same forms.
func (y *YearDay) UnmarshalText(text []byte) error {
	m := yearDayForm.FindStringSubmatch(string(text))
	if m == nil {
		return fmt.Errorf("day %q", text)
	}
	y.Day, _ = strconv.Atoi(m[1])
	y.Month, _ = strconv.Atoi(m[2])
	y.Year, _ = strconv.Atoi(m[3])
	year := y.Year
	if year == 0 {
		year = 2024 // a leap year: 29/02 may come back
	}
	if _, ok := (YearDay{Month: y.Month, Day: y.Day}).In(year); !ok {
		return fmt.Errorf("day %q", text)
	}
	return nil
}

// Form names a form (mẫu) by its decree: the number alone is ambiguous.
type Form struct {
	Number string `yaml:"number" json:"number"` // "07"; "" if the successor's number is not known
	Decree string `yaml:"decree" json:"decree"` // "91/2017/NĐ-CP"
}

// String gives "Mẫu số 07 Nghị định 91/2017/NĐ-CP".
func (f Form) String() string {
	if f.Number == "" {
		return "mẫu của " + f.Decree
	}
	return "Mẫu số " + f.Number + " của " + f.Decree
}

// Ratio is an exact share, such as two thirds or 93,33 per cent.
type Ratio struct{ Num, Den int64 }

// Rat gives the share as a fraction.
func (r Ratio) Rat() *big.Rat { return big.NewRat(r.Num, r.Den) }

// ParseRatio reads "2/3", "80%" or "93,33%"; only shares from 0 to 1.
func ParseRatio(s string) (Ratio, bool) {
	s = strings.TrimSpace(s)
	r := new(big.Rat)
	if num, den, ok := strings.Cut(s, "/"); ok {
		a, errA := strconv.ParseInt(strings.TrimSpace(num), 10, 32)
		b, errB := strconv.ParseInt(strings.TrimSpace(den), 10, 32)
		if errA != nil || errB != nil || b <= 0 {
			return Ratio{}, false
		}
		r.SetFrac64(a, b)
	} else {
		d, err := viettext.ParsePercent(s)
		if err != nil || !strings.HasSuffix(s, "%") || d.Scale > 6 {
			return Ratio{}, false
		}
		r.Quo(d.Rat(), big.NewRat(100, 1))
	}
	if r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		return Ratio{}, false
	}
	return Ratio{r.Num().Int64(), r.Denom().Int64()}, true
}

// MarshalText writes "4/5".
func (r Ratio) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d/%d", r.Num, r.Den), nil }

// UnmarshalText reads what ParseRatio reads.
func (r *Ratio) UnmarshalText(text []byte) error {
	parsed, ok := ParseRatio(string(text))
	if !ok {
		return fmt.Errorf("ratio %q", text)
	}
	*r = parsed
	return nil
}

// Rounding says what becomes of the part behind the comma when a share of
// people is taken.
type Rounding string

const (
	RoundDown    Rounding = "down"    // 15 % of 19 = 2
	RoundUp      Rounding = "up"      // 15 % of 19 = 3
	RoundNearest Rounding = "nearest" // 15 % of 19 = 3; a half goes up
)

// Of gives the share of n people in whole people, computed on integers.
// n below 0 gives 0.
func (r Ratio) Of(n int, how Rounding) int {
	if n <= 0 || r.Den <= 0 {
		return 0
	}
	top := new(big.Int).Mul(big.NewInt(r.Num), big.NewInt(int64(n)))
	den := big.NewInt(r.Den)
	switch how {
	case RoundUp:
		top.Add(top, den).Sub(top, big.NewInt(1))
	case RoundNearest:
		top.Mul(top, big.NewInt(2)).Add(top, den)
		den = new(big.Int).Mul(den, big.NewInt(2))
	}
	return int(top.Quo(top, den).Int64())
}
