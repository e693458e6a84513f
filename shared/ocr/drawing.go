package ocr

import (
	"slices"
	"strings"
	"unicode"

	"hoso/shared/viettext"
)

// drawings are what is drawn on a page and is no letter: seals, signatures,
// scribbles. Places are in pixels.
type drawings struct {
	w, h    int
	over    []bool   // squares that a stroke of a drawing touches
	pixels  []patch  // what the drawings are made of
	regions []stroke // their boxes, those near each other as one
	shapes  []shape  // all patches of ink of the page
}

// Size of a drawing, in usual heights of a line: taller than any letter, or
// longer than letters run together.
const (
	drawnTall = 1.9
	drawnLong = 6
)

// drawings finds the patches of ink too large for letters. The remains of
// ruling lines and punched holes are none. What lies close to one and was not
// surely read belongs to it: the letters of a seal, the pieces of its ring.
func (g *gray) drawings(words []word, usual, dpi float64) *drawings {
	d := &drawings{w: g.w/square + 1, h: g.h/square + 1}
	d.over = make([]bool, d.w*d.h)
	found, patches := g.shapes(g.inkLimit())
	d.shapes = found
	drawn := make([]bool, len(found))
	for i := range found {
		s := &found[i]
		w, h := float64(s.width()), float64(s.height())
		switch {
		case h < drawnTall*usual && (w < drawnLong*usual || h < 0.5*usual), min(w, h) < 0.3*usual:
		case w > 0.75*float64(g.w), h > 0.5*float64(g.h): // the edge of the scan
		case hole(s, g.w, dpi):
		default:
			drawn[i] = true
			d.regions = append(d.regions, s.stroke)
		}
	}
	for _, p := range patches {
		if drawn[p.of] {
			d.pixels = append(d.pixels, p)
			for x := p.x0 / square; x <= p.x1/square; x++ {
				d.over[p.y/square*d.w+x] = true
			}
		}
	}
	d.regions = joined(d.regions, int(0.9*usual))
	d.grow(found, words, usual)
	return d
}

// grow takes the small shapes around drawings into their boxes.
func (d *drawings) grow(found []shape, words []word, usual float64) {
	if len(d.regions) == 0 || len(d.regions) > maxRegions {
		return
	}
	read := func(s *shape) bool {
		x, y := float64(s.x0+s.x1)/2, float64(s.y0+s.y1)/2
		return slices.ContainsFunc(words, func(w word) bool {
			return x >= w.x0-2 && x <= w.x1+2 && y >= w.y0-4 && y <= w.y1+4 && w.conf >= 60 && syllables(w.text)
		})
	}
	near := int(0.9 * usual)
	for range 3 {
		grown := false
		for i := range found {
			s := &found[i]
			if s.n < 8 || float64(s.width()) > drawnLong*usual || float64(s.height()) > 3*usual {
				continue
			}
			for k := range d.regions {
				r := &d.regions[k]
				inside := s.x0 >= r.x0 && s.x1 <= r.x1 && s.y0 >= r.y0 && s.y1 <= r.y1
				if inside || s.x0 > r.x1+near || s.x1 < r.x0-near || s.y0 > r.y1+near || s.y1 < r.y0-near || read(s) {
					continue
				}
				*r = stroke{min(r.x0, s.x0), min(r.y0, s.y0), max(r.x1, s.x1), max(r.y1, s.y1)}
				grown = true
			}
		}
		if !grown {
			break
		}
	}
	d.regions = joined(d.regions, int(0.5*usual))
}

// maxRegions bounds the drawings of a page; one with more is a drawing itself.
const maxRegions = 60

// hole reports the black disk of a punched hole at the page's edge.
func hole(s *shape, width int, dpi float64) bool {
	w, h := float64(s.width()), float64(s.height())
	solid := float64(s.n) > 0.6*w*h && max(w, h) < 0.5*dpi
	return solid && (s.x1 < width/9 || s.x0 > width-width/9)
}

// joined makes one box of boxes nearer than the distance.
func joined(boxes []stroke, near int) []stroke {
	for again := true; again; {
		again = false
		for i := 0; i < len(boxes) && len(boxes) < 400; i++ {
			for k := i + 1; k < len(boxes); k++ {
				a, b := boxes[i], boxes[k]
				if a.x0-near > b.x1 || b.x0-near > a.x1 || a.y0-near > b.y1 || b.y0-near > a.y1 {
					continue
				}
				boxes[i] = stroke{min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1)}
				boxes = slices.Delete(boxes, k, k+1)
				again, k = true, i
			}
		}
	}
	return boxes
}

// crosses reports a stroke of a drawing over a word: it may hide a mark.
func (d *drawings) crosses(w *word) bool {
	for y := max(int(w.y0)/square, 0); y <= min(int(w.y1)/square, d.h-1); y++ {
		for x := max(int(w.x0)/square, 0); x <= min(int(w.x1)/square, d.w-1); x++ {
			if d.over[y*d.w+x] {
				return true
			}
		}
	}
	return false
}

// holds reports a word whose middle lies in a drawing's box.
func (d *drawings) holds(w *word) bool {
	x, y := int(w.x0+w.x1)/2, int(w.y0+w.y1)/2
	for _, r := range d.regions {
		if x >= r.x0 && x <= r.x1 && y >= r.y0 && y <= r.y1 {
			return true
		}
	}
	return false
}

// strip leaves out what was read into strokes and is no word, and marks the
// words that strokes cross.
func (d *drawings) strip(words []word) []word {
	var out []word
	for _, w := range words {
		if d.holds(&w) && !w.inner && !(syllables(w.text) && w.conf >= 60) {
			continue
		}
		w.crossed = d.crosses(&w)
		out = append(out, w)
	}
	return out
}

// solid reports a word of at least two letters that could be a word.
func solid(w *word) bool {
	plausible, letters := viettext.Plausibility(w.text)
	return letters > 0 && plausible == letters && len([]rune(w.text)) > 1
}

// syllables reports a word of two letters or more that is made of Vietnamese
// syllables and punctuation alone.
func syllables(s string) bool {
	n := 0
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !viettext.IsSyllable(part) {
			return false
		}
		n += len([]rune(part))
	}
	return n > 1
}
