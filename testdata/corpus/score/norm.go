// Package score holds what was read against the truth, by the rules of the
// samples' own scorer, and keeps what calibration needs: for each value given,
// how sure the reader was and whether it was right.
package score

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var (
	tones  = tonePairs()
	blanks = regexp.MustCompile(`\s+`)
	joints = regexp.MustCompile(`\s*([-/,])\s*`)
	signs  = strings.NewReplacer("\u00a0", " ", "“", `"`, "”", `"`, "’", "'", "‘", "'", "–", "-", "—", "-", "\u200b", "")
)

// tonePairs lists old and new places of the tone of a final oa, oe, uy.
func tonePairs() [][2]string {
	var out [][2]string
	for _, p := range [][2]string{{"o", "a"}, {"o", "e"}, {"u", "y"}} {
		for _, m := range "\u0300\u0301\u0303\u0309\u0323" {
			out = append(out, [2]string{norm.NFC.String(p[0]+string(m)) + p[1], p[0] + norm.NFC.String(p[1]+string(m))})
		}
	}
	return out
}

// Norm brings a value to the form in which values are compared.
func Norm(s string) string {
	s = cases.Fold().String(norm.NFC.String(s))
	s = signs.Replace(s)
	s = strings.Trim(blanks.ReplaceAllString(s, " "), " .;,:/")
	s = joints.ReplaceAllString(s, "$1")
	for _, p := range tones {
		for from := 0; ; {
			i := strings.Index(s[from:], p[0])
			if i < 0 {
				break
			}
			i += from
			end := i + len(p[0])
			if r := []rune(s[end:]); len(r) == 0 || !(unicode.IsLetter(r[0]) || unicode.IsDigit(r[0]) || r[0] == '_') {
				s = s[:i] + p[1] + s[end:]
			}
			from = i + 1
			for from < len(s) && s[from]&0xc0 == 0x80 {
				from++
			}
		}
	}
	return s
}

// textNorm brings running text to the form in which it is compared.
func textNorm(s string) string {
	s = norm.NFC.String(s)
	s = strings.NewReplacer("\u00a0", " ", "\u00ad", "-", "\u200b", "", "“", `"`, "”", `"`).Replace(s)
	return strings.TrimSpace(blanks.ReplaceAllString(s, " "))
}

// Distance is the number of letters to change, drop or add between a and b.
// It is exact; texts that are alike cost little.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	for band := 64; ; band *= 4 {
		if d, ok := banded(x, y, band); ok {
			return d
		}
	}
}

// banded computes the distance over cells no further than band from the
// diagonal; it is right if it is at most band.
func banded(x, y []rune, band int) (int, bool) {
	n, m := len(x), len(y)
	if band >= max(n, m) {
		band = max(n, m)
	}
	if n-m > band || m-n > band {
		return 0, false
	}
	const far = 1 << 30
	prev, next := make([]int, m+2), make([]int, m+2)
	for j := range prev {
		prev[j] = far
		if j <= band {
			prev[j] = j
		}
	}
	for i := 1; i <= n; i++ {
		lo, hi := max(1, i-band), min(m, i+band)
		next[lo-1] = far
		if lo == 1 {
			next[0] = i
		}
		for j := lo; j <= hi; j++ {
			d := prev[j-1]
			if x[i-1] != y[j-1] {
				d++
			}
			d = min(d, next[j-1]+1)
			if j < i+band {
				d = min(d, prev[j]+1)
			}
			next[j] = d
		}
		next[hi+1] = far
		prev, next = next, prev
	}
	return prev[m], prev[m] <= band || band >= max(n, m)
}

func similarity(a, b string) float64 {
	return 1 - float64(Distance(a, b))/float64(max(len([]rune(a)), len([]rune(b)), 1))
}
