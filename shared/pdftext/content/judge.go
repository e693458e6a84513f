package content

import (
	"math"
	"strings"

	"hoso/shared/pdftext/pdffont"
	"hoso/shared/reading"
)

// judge decides for every glyph whether it can be seen once the page is done:
// what was painted before it and after it counts.
func (p *page) judge() error {
	body := p.bodySize()
	for i := range p.marks {
		if err := p.tick(); err != nil {
			return err
		}
		m := &p.marks[i]
		cx, cy := (m.x0+m.x1)/2, (m.y0+m.y1)/2
		if m.dir == rightward {
			cy -= 0.3 * m.size
		}
		if m.why == White && p.onColour(m.seq, cx, cy) {
			m.why = Visible
		}
		if m.why != Visible {
			continue
		}
		switch {
		case m.dir == slanted,
			m.light && m.size > 2.2*body && m.annot == 0:
			m.why = Watermark
		case p.coveredAfter(m.seq, cx, cy):
			m.why = Covered
		}
	}
	return nil
}

// bodySize gives the size most letters of the page have.
func (p *page) bodySize() float64 {
	count := map[int]int{}
	best, n := 12, 0
	for _, m := range p.marks {
		if m.why == Visible && !m.space {
			k := int(math.Round(m.size))
			if count[k]++; count[k] > n {
				best, n = k, count[k]
			}
		}
	}
	return float64(max(best, 6))
}

func (p *page) onColour(seq int32, x, y float64) bool {
	for i := len(p.fills) - 1; i >= 0; i-- {
		if f := p.fills[i]; f.seq <= seq && inside(f.box, x, y, 0) {
			return !f.white
		}
	}
	return false
}

func (p *page) coveredAfter(seq int32, x, y float64) bool {
	for i := len(p.fills) - 1; i >= 0 && p.fills[i].seq > seq; i-- {
		if f := p.fills[i]; f.opaque && inside(f.box, x, y, 0) {
			return true
		}
	}
	return false
}

// turn makes the direction most of the text runs in the horizontal one, and
// leaves the text of other directions out.
func (p *page) turn() {
	var n [5]int
	total := 0
	for _, m := range p.marks {
		if m.why == Visible && !m.space && m.annot == 0 {
			n[m.dir]++
			total++
		}
	}
	main := rightward
	for _, d := range []uint8{downward, leftward, upward} {
		if n[d] > 2*total/3 && n[d] >= 40 {
			main = d
		}
	}
	if main != rightward {
		p.rotate(main)
	}
	for i := range p.marks {
		if m := &p.marks[i]; m.dir != main && m.why == Visible {
			m.why = Watermark
		}
	}
}

// rotate turns everything so that text in direction d runs to the right.
func (p *page) rotate(d uint8) {
	w, h := p.bounds[2], p.bounds[3]
	var turn func(x, y float64) (float64, float64)
	switch d {
	case downward:
		turn = func(x, y float64) (float64, float64) { return y, w - x }
	case leftward:
		turn = func(x, y float64) (float64, float64) { return w - x, h - y }
	default:
		turn = func(x, y float64) (float64, float64) { return h - y, x }
	}
	if d != leftward {
		p.bounds[2], p.bounds[3] = h, w
	}
	for i := range p.marks {
		m := &p.marks[i]
		m.x0, m.y0 = turn(m.x0, m.y0)
		m.x1, m.y1 = turn(m.x1, m.y1)
	}
	box := func(b reading.Box) reading.Box {
		x0, y0 := turn(b[0], b[1])
		x1, y1 := turn(b[2], b[3])
		return reading.Box{min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)}
	}
	for i, r := range p.rules {
		b := box(reading.Box{r.x0, r.y0, r.x1, r.y1})
		p.rules[i] = rule{b[0], b[1], b[2], b[3]}
	}
	for i := range p.pics {
		p.pics[i].box = box(p.pics[i].box)
	}
}

// snap gives the baseline of the page's own text that an annotation's glyph
// belongs to: number and day are drawn a little off the line they complete.
func (p *page) snap(g *mark) float64 {
	best, dist := g.y0, math.Inf(1)
	for i := range p.marks {
		m := &p.marks[i]
		if m.annot != 0 || m.why != Visible || m.dir != rightward {
			continue
		}
		dy := math.Abs(m.y0 - g.y0)
		dx := max(m.x0-g.x1, g.x0-m.x1, 0)
		if dy > 0.55*max(m.size, g.size) || dx > 160 {
			continue
		}
		if d := dy*8 + dx; d < dist {
			best, dist = m.y0, d
		}
	}
	return best
}

// quality judges the page by its own content, without its annotations: a
// signature's box on a scan is text and yet nothing of the page.
func (p *page) quality(out *Page) reading.Quality {
	seen, unknown, legacy, unseen := 0, 0, 0, 0
	for _, m := range p.marks {
		if m.annot != 0 || m.space {
			continue
		}
		switch m.why {
		case Visible:
			seen++
			if !m.known {
				unknown++
			}
			if m.guessed || m.font != nil && m.font.Encoding != pdffont.Unicode {
				legacy++
			}
		case Invisible, Covered:
			unseen++
		}
	}
	cover := 0.0
	for _, pc := range p.pics {
		if pc.annot == 0 {
			cover += area(meet(pc.box, p.bounds))
		}
	}
	cover /= max(area(p.bounds), 1)
	const few = 40 // letters: a stamp, a page number, a number set by hand
	switch {
	case seen > 0 && unknown*10 > seen*3, p.gibberish():
		return reading.Unmapped
	case cover >= 0.55 && seen < few && unseen >= few/2:
		return reading.OCR
	case cover >= 0.55 && seen < few:
		return reading.Scan
	case seen == 0 && (p.drawn > 150 || cover > 0.02):
		return reading.Scan // letters drawn as outlines, or small pictures of text
	case seen == 0:
		return reading.Empty
	case cover >= 0.3:
		return reading.Mixed
	case legacy*10 >= seen:
		return reading.Legacy
	}
	return reading.Text
}

// isRegistryStamp tells the stamp of whoever received the document: its
// number and date are not the document's own.
func isRegistryStamp(t string) bool {
	t = strings.ReplaceAll(t, " ", "")
	return strings.Contains(t, "ĐẾN") && (strings.Contains(t, "Số") || strings.Contains(t, "SỐ") || strings.Contains(t, "Ngày"))
}

// isSignerInfo tells a signature's information box by the labels that the
// signing programs write.
func isSignerInfo(t string) bool {
	t = strings.ReplaceAll(t, " ", "")
	if len([]rune(t)) > 60 {
		return true
	}
	for _, label := range []string{"Ngườiký", "Kýbởi", "Cơquan", "Email", "Thờigianký", "Giờký", "Ngàyký", "Signedby", "Digitallysigned", "SignatureValid", "Date:"} {
		if strings.Contains(t, label) {
			return true
		}
	}
	return false
}
