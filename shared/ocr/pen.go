package ocr

import (
	"math"
	"slices"
)

// Size of a round seal, in usual heights of a line.
const (
	leastSeal = 4.0
	mostSeal  = 14.0
)

// unpenned gives a part of a page without what seals and pens drew over its
// letters: the rings of a seal, and of patches too large for letters the
// strokes thinner than letters' stems. It is nil if nothing was taken away.
func (g *gray) unpenned(usual float64) *gray {
	out := &gray{g.w, g.h, slices.Clone(g.pix)}
	limit := g.inkLimit()
	rings := out.eraseRings(limit, usual)
	thin := out.eraseThin(limit, usual)
	if !rings && !thin {
		return nil
	}
	return out
}

// isDrawn reports a patch of ink too large for a letter.
func (s *shape) isDrawn(usual float64) bool {
	w, h := float64(s.width()), float64(s.height())
	return (h >= drawnTall*usual || w >= drawnLong*usual && h >= 0.5*usual) && min(w, h) >= 0.3*usual
}

// circle is a ring of ink, in pixels.
type circle struct{ x, y, r float64 }

// around is how many places of a circle are looked at.
const around = 120

// inked gives what share of a circle is ink, give or take a pixel.
func (c circle) inked(ink []bool, w, h int) float64 {
	n := 0
	for k := range around {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / around)
		for _, d := range [3]float64{0, -1, 1} {
			x, y := int(c.x+(c.r+d)*cos+0.5), int(c.y+(c.r+d)*sin+0.5)
			if x >= 0 && y >= 0 && x < w && y < h && ink[y*w+x] {
				n++
				break
			}
		}
	}
	return float64(n) / around
}

// best looks for the best ring near a circle.
func (c circle) best(ink []bool, w, h int, slack float64) (circle, float64) {
	at, most := c, 0.0
	for dr := -slack; dr <= slack; dr++ {
		for dy := -slack; dy <= slack; dy++ {
			for dx := -slack; dx <= slack; dx++ {
				t := circle{c.x + dx, c.y + dy, c.r + dr}
				if s := t.inked(ink, w, h); s > most {
					at, most = t, s
				}
			}
		}
	}
	return at, most
}

// eraseRings erases the rings of round seals, thicker strokes that cross them
// left out, and reports whether there are any.
func (g *gray) eraseRings(limit byte, usual float64) bool {
	found, _ := g.shapes(limit)
	ink := make([]bool, len(g.pix))
	for i, v := range g.pix {
		ink[i] = v <= limit
	}
	ringed := false
	for i := range found {
		s := &found[i]
		if !s.isDrawn(usual) || float64(max(s.width(), s.height())) < leastSeal*usual {
			continue
		}
		c, share := ringOf(s, ink, g.w, g.h, usual)
		if share < 0.75 {
			continue
		}
		ringed = true
		g.eraseRing(c, ink)
		// The rings within it.
		for r := c.r - 3; r > 0.4*c.r; r-- {
			if in := (circle{c.x, c.y, r}); in.inked(ink, g.w, g.h) > 0.7 {
				g.eraseRing(in, ink)
			}
		}
	}
	return ringed
}

// ringOf finds the ring that a patch of ink touches the edges of.
func ringOf(s *shape, ink []bool, w, h int, usual float64) (circle, float64) {
	var at circle
	most := 0.0
	for r := leastSeal / 2 * usual; r <= mostSeal/2*usual && r <= float64(max(s.width(), s.height()))/2+3; r += 2 {
		for _, x := range [2]float64{float64(s.x0) + r, float64(s.x1) - r} {
			for _, y := range [2]float64{float64(s.y0) + r, float64(s.y1) - r} {
				c := circle{x, y, r}
				if c.inked(ink, w, h) < 0.3 {
					continue
				}
				if b, share := c.best(ink, w, h, 2); share > most {
					at, most = b, share
				}
			}
		}
	}
	if most > 0.5 {
		return at.best(ink, w, h, 2)
	}
	return at, most
}

// eraseRing erases one ring where it is as thin as rings are.
func (g *gray) eraseRing(c circle, ink []bool) {
	const thick = 5   // pixels across; more is a letter's stroke
	const darker = 50 // than the ring: a letter
	steps := int(2 * math.Pi * c.r * 2)
	own := g.shade(c, ink)
	for k := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(steps))
		at := func(d float64) int {
			x, y := int(c.x+(c.r+d)*cos+0.5), int(c.y+(c.r+d)*sin+0.5)
			if x < 0 || y < 0 || x >= g.w || y >= g.h {
				return -1
			}
			return y*g.w + x
		}
		in, out := 0.0, 0.0
		for ; in > -thick-3; in-- {
			if i := at(in - 1); i < 0 || !ink[i] {
				break
			}
		}
		for ; out < thick+3; out++ {
			if i := at(out + 1); i < 0 || !ink[i] {
				break
			}
		}
		if out-in > thick {
			continue
		}
		for d := in - 1; d <= out+1; d += 0.5 {
			if i := at(d); i >= 0 && (int(g.pix[i]) > own-darker || own < darker) {
				g.pix[i] = 255
			}
		}
	}
}

// shade gives the middle value of a circle's ink.
func (g *gray) shade(c circle, ink []bool) int {
	var all []int
	for k := range around {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / around)
		x, y := int(c.x+c.r*cos+0.5), int(c.y+c.r*sin+0.5)
		if x >= 0 && y >= 0 && x < g.w && y < g.h && ink[y*g.w+x] {
			all = append(all, int(g.pix[y*g.w+x]))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// eraseThin erases, of patches too large for letters, the strokes that are
// thinner than letters' stems and not a part of a letter.
func (g *gray) eraseThin(limit byte, usual float64) bool {
	found, patches := g.shapes(limit)
	thick := g.thickness(patches)
	var stems, pens []int
	for _, p := range patches {
		s := &found[p.of]
		h := float64(s.height())
		for x := p.x0; x <= p.x1; x++ {
			switch t := int(thick[p.y*g.w+x]); {
			case s.isDrawn(usual):
				pens = append(pens, t)
			case h > 0.45*usual && h < 1.3*usual && s.n > 20:
				stems = append(stems, t)
			}
		}
	}
	if len(pens) < 200 || len(stems) < 400 {
		return false
	}
	slices.Sort(stems)
	slices.Sort(pens)
	stem, pen := float64(stems[len(stems)*3/4]), float64(pens[len(pens)/2])
	if stem < pen+1 {
		return false
	}
	limitThick, reach := (stem+pen)/2, int(stem)
	near := make([]bool, len(g.pix))
	for _, p := range patches {
		if !found[p.of].isDrawn(usual) {
			continue
		}
		for x := p.x0; x <= p.x1; x++ {
			if float64(thick[p.y*g.w+x]) <= limitThick {
				continue
			}
			for y := max(p.y-reach, 0); y <= min(p.y+reach, g.h-1); y++ {
				for k := max(x-reach, 0); k <= min(x+reach, g.w-1); k++ {
					near[y*g.w+k] = true
				}
			}
		}
	}
	erased := false
	for _, p := range patches {
		if !found[p.of].isDrawn(usual) {
			continue
		}
		for x := p.x0; x <= p.x1; x++ {
			if i := p.y*g.w + x; !near[i] {
				erased = true
				g.pix[i] = 255
			}
		}
	}
	return erased
}

// thickness gives for each pixel of ink how thick its stroke is: the shortest
// way through it along rows, columns and diagonals.
func (g *gray) thickness(patches []patch) []uint16 {
	out := make([]uint16, len(g.pix))
	ink := make([]bool, len(g.pix))
	for _, p := range patches {
		for x := p.x0; x <= p.x1; x++ {
			ink[p.y*g.w+x] = true
			out[p.y*g.w+x] = uint16(p.x1 - p.x0 + 1)
		}
	}
	walk := func(x, y, dx, dy int, of float64) {
		from, n := [2]int{}, 0
		for ; ; x, y = x+dx, y+dy {
			inside := x >= 0 && y >= 0 && x < g.w && y < g.h
			if inside && ink[y*g.w+x] {
				if n == 0 {
					from = [2]int{x, y}
				}
				n++
				continue
			}
			if n > 0 {
				t := uint16(float64(n)*of + 0.5)
				for k, i := from, 0; i < n; i++ {
					at := k[1]*g.w + k[0]
					out[at] = min(out[at], t)
					k[0], k[1] = k[0]+dx, k[1]+dy
				}
				n = 0
			}
			if !inside {
				return
			}
		}
	}
	for x := range g.w {
		walk(x, 0, 0, 1, 1)
		walk(x, 0, 1, 1, math.Sqrt2)
		walk(x, 0, -1, 1, math.Sqrt2)
	}
	for y := 1; y < g.h; y++ {
		walk(0, y, 1, 1, math.Sqrt2)
		walk(g.w-1, y, -1, 1, math.Sqrt2)
	}
	return out
}
