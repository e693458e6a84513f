package ocr

import (
	"strings"
	"unicode"
)

// square is the side of the squares in which ink is counted, in pixels.
const square = 8

// ink is what of a page's ink no word accounts for, square by square.
type ink struct {
	w, h  int
	dark  []bool // enough ink that no word covers
	blobs []stroke
}

// unread finds the ink that the words leave over: letters that were not
// found, stamps, signatures. Specks are left out; usual is the usual height of
// a line.
func (g *gray) unread(words []word, usual float64) *ink {
	limit := byte(min(g.otsu(), 200))
	covered := make([]bool, len(g.pix))
	for i := range words {
		w := &words[i]
		for y := max(int(w.y0)-3, 0); y < min(int(w.y1)+4, g.h); y++ {
			row := covered[y*g.w : (y+1)*g.w]
			for x := max(int(w.x0)-3, 0); x < min(int(w.x1)+4, g.w); x++ {
				row[x] = true
			}
		}
	}
	k := &ink{w: g.w/square + 1, h: g.h/square + 1}
	count := make([]int, k.w*k.h)
	for y := range g.h {
		for x := range g.w {
			if i := y*g.w + x; !covered[i] && g.pix[i] <= limit {
				count[y/square*k.w+x/square]++
			}
		}
	}
	k.dark = make([]bool, len(count))
	k.gather(count, usual)
	return k
}

// gather keeps the squares of blobs that may be letters.
func (k *ink) gather(count []int, usual float64) {
	const some = 5 // pixels of ink in a square
	seen := make([]bool, len(count))
	for start, n := range count {
		if n < some || seen[start] {
			continue
		}
		blob, sum := []int{start}, 0
		seen[start] = true
		box := stroke{k.w, k.h, 0, 0}
		for i := 0; i < len(blob); i++ {
			at := blob[i]
			x, y := at%k.w, at/k.w
			sum += count[at]
			box = stroke{min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y)}
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if nx, ny := x+dx, y+dy; nx >= 0 && ny >= 0 && nx < k.w && ny < k.h {
						if o := ny*k.w + nx; count[o] >= some && !seen[o] {
							seen[o] = true
							blob = append(blob, o)
						}
					}
				}
			}
		}
		if sum < int(usual*usual/25) || float64(box.y1-box.y0+1)*square < 0.4*usual {
			continue
		}
		for _, at := range blob {
			k.dark[at] = true
		}
		k.blobs = append(k.blobs, stroke{box.x0 * square, box.y0 * square, (box.x1 + 1) * square, (box.y1 + 1) * square})
	}
}

// near reports left-over ink around a word: beside it, or on the next line
// above or below, where the rest of its name may stand.
func (k *ink) near(w *word, usual float64) bool {
	x0, x1 := int(w.x0-1.2*usual)/square, int(w.x1+1.2*usual)/square
	y0, y1 := int(w.y0-0.9*usual)/square, int(w.y1+0.9*usual)/square
	for y := max(y0, 0); y <= min(y1, k.h-1); y++ {
		for x := max(x0, 0); x <= min(x1, k.w-1); x++ {
			if k.dark[y*k.w+x] {
				return true
			}
		}
	}
	return false
}

// worded leaves out what is no word: marks and strokes that only one reading
// sees, and what neither is sure of.
func worded(words []word) []word {
	var out []word
	for _, w := range words {
		mark := strings.IndexFunc(w.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0
		switch {
		case mark && (w.seen != twice || w.conf < 70):
		case w.seen == once && w.conf < 45:
		case w.seen == split && w.conf < 25:
		default:
			out = append(out, w)
		}
	}
	return out
}
