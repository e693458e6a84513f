package ocr

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Bounds of the second look.
const (
	maxBlocks = 4    // drawings of a page
	maxStrips = 30   // lines of a page
	larger    = 1.25 // the picture is made larger by
	between   = 24   // pixels of paper between two parts
)

// part is a part of a page that is looked at again.
type part struct {
	stroke       // its place on the page
	drawn  bool  // a drawing lies over it
	shown  *gray // without the drawing
	top    int   // where it stands in the picture of all parts, enlarged
	bottom int
}

// reread reads again what is in doubt, smoothed and made larger: the lines on
// which the readings differ, and where drawings lie over text, mostly in the
// block of signatures. There only dark cores are kept, so that thin strokes
// and stamps weigh less than letters. All parts are read as one picture.
func (r *Recogniser) reread(ctx context.Context, g *gray, d *drawings, words []word, usual, dpi float64) ([]word, error) {
	parts := g.blocks(d, words, usual)
	parts = append(parts, strips(words, parts, usual)...)
	if len(parts) == 0 {
		return words, nil
	}
	sheet := g.together(parts)
	again, err := r.read(ctx, sheet.pnm(), sparseText, dpi*larger)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		p := &parts[i]
		if p.drawn {
			words = redrawn(words, p.of(again), usual)
		} else {
			words = laid(words, p.of(again), usual)
		}
	}
	return words, nil
}

// of gives the words that were read in a part, at their places on the page.
func (p *part) of(again []word) []word {
	var out []word
	for _, w := range again {
		if mid := int(w.y0+w.y1) / 2; mid >= p.top && mid < p.bottom {
			w.move(1/larger, float64(p.x0), float64(p.y0)-float64(p.top)/larger)
			w.line += blockLines
			out = append(out, w)
		}
	}
	return out
}

// together sets parts of a page below each other.
func (g *gray) together(parts []part) *gray {
	var pieces []*gray
	out := &gray{w: 1, h: between}
	for i := range parts {
		p := &parts[i]
		p.x0, p.y0 = max(p.x0, 0), max(p.y0, 0)
		p.x1, p.y1 = min(p.x1, g.w-1), min(p.y1, g.h-1)
		c := g.cut(p.stroke)
		if p.shown != nil {
			c = p.shown
		}
		if p.drawn {
			c = c.cores()
		}
		c = c.smooth().scaled(larger)
		p.top, p.bottom = out.h, out.h+c.h
		out.w, out.h = max(out.w, c.w+2*between), out.h+c.h+between
		pieces = append(pieces, c)
	}
	out.pix = make([]byte, out.w*out.h)
	for i := range out.pix {
		out.pix[i] = 255
	}
	for i, c := range pieces {
		for y := range c.h {
			copy(out.pix[(parts[i].top+y)*out.w:], c.pix[y*c.w:(y+1)*c.w])
		}
	}
	return out
}

// blocks gives the drawings with words in or beside them.
func (g *gray) blocks(d *drawings, words []word, usual float64) []part {
	var out []stroke
	u := int(usual)
	for _, r := range d.regions {
		if r.y1-r.y0 < u || r.x1-r.x0 < u {
			continue
		}
		near := slices.ContainsFunc(words, func(w word) bool {
			return int(w.x1) > r.x0-u && int(w.x0) < r.x1+u && int(w.y1) > r.y0-u && int(w.y0) < r.y1+u
		})
		if near {
			out = append(out, stroke{r.x0 - 5*u, r.y0 - 2*u, r.x1 + 5*u, r.y1 + 2*u})
		}
	}
	var parts []part
	for _, c := range joined(out, 0) {
		if len(parts) < maxBlocks {
			c = g.uncut(c, u)
			if s := g.cut(c).unpenned(usual); s != nil {
				parts = append(parts, part{stroke: c, drawn: true, shown: s})
			} else {
				parts = append(parts, part{stroke: c, drawn: true})
			}
		}
	}
	return parts
}

// uncut moves the edges of a part, by a line at most, to where they cut no ink.
func (g *gray) uncut(c stroke, line int) stroke {
	c = stroke{max(c.x0, 0), max(c.y0, 0), min(c.x1, g.w-1), min(c.y1, g.h-1)}
	limit := g.inkLimit()
	across := func(y int) bool {
		return slices.ContainsFunc(g.pix[y*g.w+c.x0:y*g.w+c.x1+1], func(v byte) bool { return v <= limit })
	}
	down := func(x int) bool {
		for y := c.y0; y <= c.y1; y++ {
			if g.at(x, y) <= limit {
				return true
			}
		}
		return false
	}
	for n := 0; n < line && c.y0 > 0 && across(c.y0); n++ {
		c.y0--
	}
	for n := 0; n < line && c.y1 < g.h-1 && across(c.y1); n++ {
		c.y1++
	}
	for n := 0; n < 2*line && c.x0 > 0 && down(c.x0); n++ {
		c.x0--
	}
	for n := 0; n < 2*line && c.x1 < g.w-1 && down(c.x1); n++ {
		c.x1++
	}
	return c
}

// strips gives the stretches of lines in which a word that may be a value is
// in doubt: figures, and words with a capital.
func strips(words []word, blocks []part, usual float64) []part {
	var parts []part
	inBlock := func(c stroke) bool {
		x, y := (c.x0+c.x1)/2, (c.y0+c.y1)/2
		return slices.ContainsFunc(blocks, func(p part) bool { return x >= p.x0 && x <= p.x1 && y >= p.y0 && y <= p.y1 })
	}
	order := inLines(words)
	for i := 0; i < len(order) && len(parts) < maxStrips; {
		first := &words[order[i]]
		c, doubt := first.box(), weighty(first)
		k := i + 1
		for ; k < len(order); k++ {
			w := &words[order[k]]
			if w.line != first.line || w.x0-float64(c.x1) > 3*usual {
				break
			}
			b := w.box()
			c = stroke{min(c.x0, b.x0), min(c.y0, b.y0), max(c.x1, b.x1), max(c.y1, b.y1)}
			doubt = doubt || weighty(w)
		}
		i = k
		if doubt && float64(c.y1-c.y0) < 2.5*usual && !inBlock(c) {
			pad := int(0.25 * usual)
			parts = append(parts, part{stroke: stroke{c.x0 - 2*pad, c.y0 - pad, c.x1 + 2*pad, c.y1 + pad}})
		}
	}
	return parts
}

func (w *word) box() stroke { return stroke{int(w.x0), int(w.y0), int(w.x1) + 1, int(w.y1) + 1} }

// weighty reports a word in doubt that may be a value or a part of one.
func weighty(w *word) bool {
	if w.seen == twice && w.low >= trusted || w.conf < 20 {
		return false
	}
	return w.seen == once && solid(w) || strings.IndexFunc(w.text, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) >= 0
}

// move puts a word that was read in a part back on its page.
func (w *word) move(by, x, y float64) {
	w.x0, w.x1, w.y0, w.y1 = w.x0*by+x, w.x1*by+x, w.y0*by+y, w.y1*by+y
	w.base, w.size = w.base*by+y, w.size*by
}

// redrawn lays the reading of a part that a drawing lies over in the place of
// the first: there only what both first readings had alike is kept.
func redrawn(words, again []word, usual float64) []word {
	again = slices.DeleteFunc(again, func(w word) bool {
		return w.conf < 60 || !solid(&w) || w.y1-w.y0 > 2.2*usual || w.y1-w.y0 < 0.4*usual
	})
	gone := make([]bool, len(again))
	var out []word
	for _, w := range words {
		firm := w.seen == twice && solid(&w) && w.low >= 70
		replaced := false
		for k := range again {
			o := &again[k]
			if w.shared(o) <= 0.3 {
				continue
			}
			switch {
			case firm:
				gone[k] = true
				w = w.confirmed(o)
			case o.text == w.text:
				o.seen, o.low, o.line, replaced = twice, min(o.conf, w.conf), w.line, true
			default:
				o.line, replaced = w.line, true
				if o.seen == once {
					o.seen, o.other, o.otherConf = split, w.text, w.conf
				}
			}
		}
		if !replaced {
			out = append(out, w)
		}
	}
	for k := range again {
		if !gone[k] {
			out = append(out, again[k])
		}
	}
	return out
}

// blockLines parts the lines of a reading of parts from those of the page.
const blockLines = 2 << 20

// laid lays the second reading of a part over the first.
func laid(words, again []word, usual float64) []word {
	again = slices.DeleteFunc(again, func(w word) bool { return w.conf < 50 || w.y1-w.y0 > 2.2*usual })
	var out []word
	for _, w := range words {
		over, best, at := 0, 0.0, -1
		for k := range again {
			if w.shared(&again[k]) <= 0.5 {
				continue
			}
			o := w.overlap(&again[k])
			if again[k].text == w.text {
				o = 1
			}
			if o <= samePlace && (again[k].area() > 3*w.area() || w.area() > 3*again[k].area()) {
				continue // a piece, or a clump
			}
			if over++; o > best {
				best, at = o, k
			}
		}
		if best > samePlace || over == 1 {
			w = w.confirmed(&again[at])
		}
		out = append(out, w)
	}
	return out
}

// level gives words that stand beside each other one baseline: in cells and
// where strokes cross them, each may have been given its own.
func level(words []word, usual float64) {
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(words[a].x0, words[b].x0) })
	done := make([]bool, len(words))
	for _, i := range order {
		if done[i] {
			continue
		}
		row := []int{i}
		done[i] = true
		for _, k := range order {
			last, w := &words[row[len(row)-1]], &words[k]
			if done[k] || w.x0 < last.x0 || w.x0-last.x1 > 1.5*usual || math.Abs(w.y0+w.y1-last.y0-last.y1) > 0.6*usual {
				continue
			}
			row, done[k] = append(row, k), true
		}
		var bases []float64
		for _, k := range row {
			bases = append(bases, words[k].base)
		}
		slices.Sort(bases)
		if bases[len(bases)-1]-bases[0] < 0.2*usual {
			continue
		}
		for _, k := range row {
			words[k].base, words[k].line = bases[len(bases)/2], words[row[0]].line
		}
	}
}

// confirmed lays a third reading of a word over the two: what two of three
// have alike is taken, and what all three have alike is surer.
func (w word) confirmed(o *word) word {
	switch {
	case o.text == w.text && w.seen == twice:
		w.low = max(w.low, min(w.low+8, o.conf), min(w.conf, o.conf))
	case o.text == w.text:
		w.seen, w.low = twice, min(w.conf, o.conf)
	case w.seen == split && o.text == w.other:
		w.text, w.other = w.other, w.text
		w.seen, w.low, w.conf = twice, min(o.conf, w.otherConf), max(o.conf, w.otherConf)
	case solid(o) && !solid(&w):
		w.text, w.conf, w.seen = o.text, o.conf, split
	case w.seen == once:
		w.seen, w.other, w.otherConf = split, o.text, o.conf
	}
	return w
}

// cut gives a part of the picture.
func (g *gray) cut(c stroke) *gray {
	out := &gray{c.x1 - c.x0 + 1, c.y1 - c.y0 + 1, nil}
	for y := c.y0; y <= c.y1; y++ {
		out.pix = append(out.pix, g.pix[y*g.w+c.x0:y*g.w+c.x1+1]...)
	}
	return out
}

// cores keeps the dark cores of ink: what is less than about half as dark as
// the darkest vanishes.
func (g *gray) cores() *gray {
	var hist [256]int
	limit, all := g.inkLimit(), 0
	for _, v := range g.pix {
		if v <= limit {
			hist[v]++
			all++
		}
	}
	black := 0
	for n := hist[0]; black < int(limit) && n < all/10; n += hist[black] {
		black++
	}
	gone := black + (255-black)*45/100
	out := &gray{g.w, g.h, make([]byte, len(g.pix))}
	for i, v := range g.pix {
		out.pix[i] = byte((max(black, min(int(v), gone)) - black) * 255 / (gone - black))
	}
	return out
}

// smooth blurs by a pixel.
func (g *gray) smooth() *gray {
	out := &gray{g.w, g.h, slices.Clone(g.pix)}
	for y := 1; y < g.h-1; y++ {
		for x := 1; x < g.w-1; x++ {
			sum := 0
			for dy := -1; dy <= 1; dy++ {
				i := (y+dy)*g.w + x
				sum += (2 - dy*dy) * (int(g.pix[i-1]) + 2*int(g.pix[i]) + int(g.pix[i+1]))
			}
			out.pix[y*g.w+x] = byte(sum / 16)
		}
	}
	return out
}

// scaled gives the picture made larger.
func (g *gray) scaled(by float64) *gray {
	out := &gray{int(float64(g.w) * by), int(float64(g.h) * by), nil}
	out.pix = make([]byte, out.w*out.h)
	for y := range out.h {
		for x := range out.w {
			fx := max(0, min(float64(g.w)-1.01, (float64(x)+0.5)/by-0.5))
			fy := max(0, min(float64(g.h)-1.01, (float64(y)+0.5)/by-0.5))
			out.pix[y*out.w+x] = g.between(fx, fy)
		}
	}
	return out
}
