package ocr

// square is the side of the squares in which ink is counted, in pixels.
const square = 8

// ink is what of a page's ink no word accounts for, square by square.
type ink struct {
	w, h  int
	blobs []stroke
}

// unread finds the ink that words and drawings leave over: letters that were
// not found. Specks are left out; usual is the usual height of a line.
func (g *gray) unread(words []word, d *drawings, usual float64) *ink {
	limit := g.inkLimit()
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
	for _, p := range d.pixels {
		for y := max(p.y-1, 0); y <= min(p.y+1, g.h-1); y++ {
			for x := max(p.x0-2, 0); x <= min(p.x1+2, g.w-1); x++ {
				covered[y*g.w+x] = true
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
		k.blobs = append(k.blobs, stroke{box.x0 * square, box.y0 * square, (box.x1 + 1) * square, (box.y1 + 1) * square})
	}
}

// near reports left-over ink that may belong to a word's value: beside it in
// its line, or letters right above or below it, where the rest of a name may
// stand.
func (k *ink) near(w *word, usual float64) bool {
	for _, b := range k.blobs {
		x0, y0, x1, y1 := float64(b.x0), float64(b.y0), float64(b.x1), float64(b.y1)
		level := min(y1, w.y1)-max(y0, w.y0) > 0.35*usual
		beside := x0 < w.x1+1.2*usual && x1 > w.x0-1.2*usual
		if level && beside {
			return true
		}
		letters := y1-y0 < 1.7*usual && x1-x0 > 0.7*usual
		below := y0 < w.y1+0.7*usual && y1 > w.y0-0.7*usual && x0 < w.x1 && x1 > w.x0
		if letters && below {
			return true
		}
	}
	return false
}
