package ocr

import (
	"math"
	"slices"
	"unicode"
)

// headPart is the part of a page, from its top, in which numbers and days are
// written by hand into typed blanks.
const headPart = 0.35

// markHands marks the figures of the header's number and date that do not look
// printed: print keeps to one height and one baseline, that of the capitals
// and the year of its line. Where a line has nothing to compare with, figures
// count as written by hand.
func (g *gray) markHands(words []word, found []shape) {
	for i := range words {
		w := &words[i]
		if w.y1 > headPart*float64(g.h) || !figured(w.text) || isYear(w.text) && w.behind("nam", words) || !inBlank(w, words, float64(g.w)) {
			continue
		}
		w.byHand = !printed(w, words, found)
	}
}

// behind reports that a word stands right behind another.
func (w *word) behind(folded string, words []word) bool {
	for i := range words {
		o := &words[i]
		if math.Abs(o.base-w.base) < 0.5*max(w.size, 1) && o.x1 <= w.x0+2 && w.x0-o.x1 < 1.5*w.size && foldedText(o.text) == folded {
			return true
		}
	}
	return false
}

// inBlank reports a word in the line of the header's number or date: behind
// "Số", or in a stretch with a day and a month that begins right of the left
// column.
func inBlank(w *word, words []word, width float64) bool {
	from, to := w.x0, w.x1
	for again := true; again; {
		again = false
		for i := range words {
			o := &words[i]
			if math.Abs(o.base-w.base) > 0.5*max(w.size, 1) || o.x0 >= from && o.x1 <= to || o.x1 < from-2.5*w.size || o.x0 > to+2.5*w.size {
				continue
			}
			from, to, again = min(from, o.x0), max(to, o.x1), true
		}
	}
	day, month := false, false
	for i := range words {
		o := &words[i]
		if math.Abs(o.base-w.base) > 0.5*max(w.size, 1) || o.x0 < from || o.x1 > to {
			continue
		}
		switch foldedText(o.text) {
		case "so":
			if o.x1 <= w.x0+1 && w.x0-o.x1 < 6*w.size && o.x0 == from {
				return true
			}
		case "ngay":
			day = true
		case "thang":
			month = true
		}
	}
	return day && month && from > 0.33*width
}

// figured reports a word that begins with figures and may stand in a blank: a
// day, a month, a number with or without its symbol.
func figured(s string) bool {
	for n, r := range s {
		if !unicode.IsDigit(r) {
			return n > 0 && (r == '/' || r == '-' || r == ',' || r == '.')
		}
	}
	return s != ""
}

// isYear reports four figures that can be a year.
func isYear(s string) bool {
	return len(s) == 4 && digitsOf(s) == 4 && (s[:2] == "19" || s[:2] == "20")
}

// digitsOf counts the figures a word begins with.
func digitsOf(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsDigit(r) {
			break
		}
		n++
	}
	return n
}

// letters gives the larger shapes of a word from left to right: its letters
// without their marks.
func letters(w *word, found []shape) []shape {
	var out []shape
	tall := 0
	for i := range found {
		s := &found[i]
		x, y := float64(s.x0+s.x1)/2, float64(s.y0+s.y1)/2
		if x >= w.x0-1 && x <= w.x1+1 && y >= w.y0-4 && y <= w.y1+4 && float64(s.height()) < 2.5*w.size {
			out = append(out, *s)
			tall = max(tall, s.height())
		}
	}
	out = slices.DeleteFunc(out, func(s shape) bool { return 2*s.height() < tall })
	slices.SortFunc(out, func(a, b shape) int { return a.x0 - b.x0 })
	return out
}

// printed compares the figures a word begins with with what else its line has
// of their height.
func printed(w *word, words []word, found []shape) bool {
	var heights []int
	for i := range words {
		o := &words[i]
		if math.Abs(o.base-w.base) > 0.4*max(w.size, 1) || o.x0 > w.x1+22*w.size || o.x1 < w.x0-22*w.size {
			continue
		}
		switch {
		case o == w:
			if all := letters(o, found); len(all) > digitsOf(o.text)+1 {
				for _, s := range all[digitsOf(o.text):] {
					heights = append(heights, s.height())
				}
			}
		case capitals(o.text) || digitsOf(o.text) >= 4 && isYear(o.text[:4]):
			for _, s := range letters(o, found) {
				heights = append(heights, s.height())
			}
		}
	}
	if len(heights) < 2 {
		return false
	}
	slices.Sort(heights)
	ref := float64(heights[len(heights)/2])
	all := letters(w, found)
	if n := digitsOf(w.text); len(all) > n {
		all = all[:n]
	}
	if len(all) == 0 {
		return false
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range all {
		if math.Abs(float64(s.height())-ref) > max(2, 0.12*ref) {
			return false
		}
		low, high = min(low, float64(s.y1)), max(high, float64(s.y1))
	}
	return high-low <= max(2, 0.1*ref) && math.Abs((low+high)/2-w.base) <= max(3, 0.2*ref)
}

// capitals reports a word with several capital letters, such as a symbol.
func capitals(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 2
}
