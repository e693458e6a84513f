package viettext

import (
	"math/big"
	"strconv"
	"strings"

	"hoso/shared/fault"
)

func invalid(code, public string) error {
	return &fault.Error{Kind: fault.Invalid, Op: "viettext", Code: code, Public: public}
}

// Decimal is an exact decimal number: Unscaled / 10^Scale. Percentages and
// ratios stay exact, so that a rounding rule is the caller's, written down.
type Decimal struct {
	Unscaled int64
	Scale    int
}

// Rat gives the number as a fraction.
func (d Decimal) Rat() *big.Rat {
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.Scale)), nil)
	return new(big.Rat).SetFrac(big.NewInt(d.Unscaled), den)
}

// Float64 gives the nearest float, for JSON output only.
func (d Decimal) Float64() float64 { f, _ := d.Rat().Float64(); return f }

// String writes the number the Vietnamese way, with a decimal comma.
func (d Decimal) String() string {
	s := strconv.FormatInt(d.Unscaled, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if d.Scale > 0 {
		if len(s) <= d.Scale {
			s = strings.Repeat("0", d.Scale-len(s)+1) + s
		}
		s = s[:len(s)-d.Scale] + "," + s[len(s)-d.Scale:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// ParseInteger reads a whole number with dots or spaces between groups of
// three: 05, 3.510.000, 3 510 000. Codes: number-syntax, number-range.
func ParseInteger(s string) (int64, error) {
	d, err := parseDecimal(s, false)
	if err != nil {
		return 0, err
	}
	if d.Scale != 0 {
		return 0, invalid("number-syntax", "Cần một số nguyên, ví dụ 05 hoặc 3.510.000.")
	}
	return d.Unscaled, nil
}

// ParseDecimal reads a number with a decimal comma: 93,33 or 3.510.000,5. A dot
// before exactly three digits separates thousands; before any other number of
// digits it is read as the decimal point. Codes: number-syntax, number-range.
func ParseDecimal(s string) (Decimal, error) { return parseDecimal(s, false) }

// ParsePercent reads a percentage, with or without the sign: "93,33%",
// "100 %", "= 88.89%". A single dot is the decimal point here, whatever
// follows it. Codes: number-syntax, number-range.
func ParsePercent(s string) (Decimal, error) {
	s = strings.TrimSpace(strings.TrimLeft(FoldLookAlikes(s), "= \u00a0"))
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	return parseDecimal(s, true)
}

func parseDecimal(s string, dotIsPoint bool) (Decimal, error) {
	bad := invalid("number-syntax", "Số viết chưa đúng; viết như 05, 3.510.000 hoặc 93,33.")
	s = strings.TrimSpace(FoldLookAlikes(s))
	whole, frac, comma := strings.Cut(s, ",")
	dots := strings.Count(whole, ".")
	if !comma && dots == 1 {
		a, b, _ := strings.Cut(whole, ".")
		if dotIsPoint || len(b) != 3 || len(a) > 3 || a == "0" {
			whole, frac, comma, dots = a, b, true, 0
		}
	}
	if comma && (frac == "" || !allDigits(frac)) {
		return Decimal{}, bad
	}
	groups := []string{whole}
	switch {
	case dots > 0:
		groups = strings.Split(whole, ".")
	case strings.ContainsAny(whole, " \u00a0"):
		groups = strings.Fields(whole)
	}
	for i, g := range groups {
		if !allDigits(g) || len(groups) > 1 && (i > 0 && len(g) != 3 || i == 0 && len(g) > 3) {
			return Decimal{}, bad
		}
	}
	digits := strings.Join(groups, "") + frac
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return Decimal{}, invalid("number-range", "Số quá lớn, không đọc được.")
	}
	return Decimal{Unscaled: n, Scale: len(frac)}, nil
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// ParseCount reads a count as letters state it: "05", "05 (năm)", "năm (05)",
// "năm", "mười lăm". Digits and words must agree. Codes: number-syntax,
// number-mismatch (05 (sáu)), number-blank ("…", "" or underscores).
func ParseCount(s string) (int, error) {
	s = strings.TrimSpace(FoldLookAlikes(s))
	if strings.Trim(s, " .…_-()\u00a0") == "" {
		return 0, invalid("number-blank", "Số lượng còn để trống; điền số lượng.")
	}
	outer, inner, both := strings.Cut(s, "(")
	a, err := countWord(outer)
	if err != nil || !both {
		return a, err
	}
	inner, rest, closed := strings.Cut(inner, ")")
	b, err := countWord(inner)
	if err != nil || !closed || strings.TrimSpace(rest) != "" {
		return 0, invalid("number-syntax", "Số viết chưa đúng; viết như 05 hoặc 05 (năm).")
	}
	if a != b {
		return 0, invalid("number-mismatch", "Số viết bằng chữ số và bằng chữ khác nhau.")
	}
	return a, nil
}

func countWord(s string) (int, error) {
	s = strings.TrimSpace(s)
	if n, err := ParseInteger(s); err == nil && n <= 1_000_000 {
		return int(n), nil
	}
	if n, ok := ParseNumberWords(s); ok {
		return n, nil
	}
	return 0, invalid("number-syntax", "Số viết chưa đúng; viết như 05 hoặc 05 (năm).")
}

var digitWords = []string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}

var digitOf = map[string]int{
	"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
	"sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}

// NumberWords writes n, 0 to 999, in Vietnamese words; "" beyond.
func NumberWords(n int) string {
	if n < 0 || n > 999 {
		return ""
	}
	var w []string
	if n >= 100 {
		w = append(w, digitWords[n/100], "trăm")
	}
	tens, ones := n/10%10, n%10
	switch {
	case tens == 0 && n >= 100 && ones > 0:
		w = append(w, "linh")
	case tens == 1:
		w = append(w, "mười")
	case tens > 1:
		w = append(w, digitWords[tens], "mươi")
	}
	switch {
	case ones == 0 && n > 0:
	case ones == 1 && tens > 1:
		w = append(w, "mốt")
	case ones == 5 && tens > 0:
		w = append(w, "lăm")
	default:
		w = append(w, digitWords[ones])
	}
	return strings.Join(w, " ")
}

// ParseNumberWords reads a number from 0 to 999 in words, with the spoken
// variants (mốt, tư, lăm, nhăm, bẩy, linh, lẻ). Marks count: nam is not năm.
func ParseNumberWords(s string) (int, bool) {
	w := strings.Fields(Key(s))
	if len(w) == 0 || len(w) > 6 {
		return 0, false
	}
	if len(w) == 1 {
		n, ok := digitOf[w[0]]
		if w[0] == "mười" {
			return 10, true
		}
		return n, ok && w[0] != "mốt" && w[0] != "tư" && w[0] != "lăm" && w[0] != "nhăm"
	}
	n := 0
	if w[1] == "trăm" {
		h, ok := digitOf[w[0]]
		if !ok || h == 0 {
			return 0, false
		}
		n, w = h*100, w[2:]
		if len(w) == 0 {
			return n, true
		}
		if w[0] == "linh" || w[0] == "lẻ" {
			if len(w) != 2 {
				return 0, false
			}
			d, ok := digitOf[w[1]]
			return n + d, ok && d > 0
		}
	}
	if w[0] == "mười" {
		n, w = n+10, w[1:]
	} else if len(w) >= 2 {
		d, ok := digitOf[w[0]]
		if !ok || d < 2 {
			return 0, false
		}
		n, w = n+10*d, w[1:]
		if w[0] == "mươi" {
			w = w[1:]
		} else if len(w) != 1 {
			return 0, false
		}
	} else {
		return 0, false
	}
	switch len(w) {
	case 0:
		return n, true
	case 1:
		d, ok := digitOf[w[0]]
		return n + d, ok && d > 0
	}
	return 0, false
}
