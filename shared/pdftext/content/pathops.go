package content

import (
	"math"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// path is the path under construction: its straight pieces in page
// coordinates, its bounds, and whether it is made of such pieces alone.
type path struct {
	segs       [][4]float64
	box        reading.Box
	start, cur [2]float64
	any        bool
	curved     bool
	clip       bool
}

// rule is a ruling line as drawn.
type rule struct{ x0, y0, x1, y1 float64 }

const (
	maxRuleWidth = 4.0    // a thicker bar is an area, not a line
	minRule      = 3.0    // shorter strokes are letters or dots
	maxSegments  = 20_000 // of one path; beyond it only the bounds are kept
	maxAreas     = 2_048  // fills and pictures kept for one page
	maxRules     = 40_000
)

func (p *page) pathOp(op string, args []pdflex.Token) bool {
	switch op {
	case "m":
		p.moveTo(num(args, 0), num(args, 1))
	case "l":
		p.lineTo(num(args, 0), num(args, 1))
	case "c":
		p.curveTo(args, 4)
	case "v", "y":
		p.curveTo(args, 2)
	case "h":
		p.closePath()
	case "re":
		x, y, w, h := num(args, 0), num(args, 1), num(args, 2), num(args, 3)
		p.moveTo(x, y)
		p.lineTo(x+w, y)
		p.lineTo(x+w, y+h)
		p.lineTo(x, y+h)
		p.closePath()
	case "W", "W*":
		p.path.clip = true
	case "n":
		p.endPath(false, false)
	case "S":
		p.endPath(true, false)
	case "s":
		p.closePath()
		p.endPath(true, false)
	case "f", "F", "f*":
		p.endPath(false, true)
	case "B", "B*":
		p.endPath(true, true)
	case "b", "b*":
		p.closePath()
		p.endPath(true, true)
	default:
		return false
	}
	return true
}

func (p *page) moveTo(x, y float64) {
	x, y = p.st.ctm.at(x, y)
	p.path.start, p.path.cur = [2]float64{x, y}, [2]float64{x, y}
	p.grow(x, y)
}

func (p *page) lineTo(x, y float64) {
	x, y = p.st.ctm.at(x, y)
	p.segment(x, y)
	p.grow(x, y)
}

func (p *page) segment(x, y float64) {
	if p.budget.Segments--; len(p.path.segs) < maxSegments && p.budget.Segments > 0 {
		p.path.segs = append(p.path.segs, [4]float64{p.path.cur[0], p.path.cur[1], x, y})
	}
	p.path.cur = [2]float64{x, y}
}

func (p *page) curveTo(args []pdflex.Token, last int) {
	for i := 0; i+1 < len(args) && i <= last; i += 2 {
		x, y := p.st.ctm.at(num(args, i), num(args, i+1))
		p.grow(x, y)
		p.path.cur = [2]float64{x, y}
	}
	p.path.curved = true
}

func (p *page) closePath() {
	if p.path.any && p.path.cur != p.path.start {
		p.segment(p.path.start[0], p.path.start[1])
	}
}

func (p *page) grow(x, y float64) {
	if math.IsNaN(x) || math.IsNaN(y) {
		return
	}
	if !p.path.any {
		p.path.box, p.path.any = reading.Box{x, y, x, y}, true
		return
	}
	b := &p.path.box
	b[0], b[1], b[2], b[3] = min(b[0], x), min(b[1], y), max(b[2], x), max(b[3], y)
}

// endPath paints the path and takes it as the clip if asked to.
func (p *page) endPath(stroke, fill bool) {
	if p.path.any && (stroke || fill) && p.hide == Visible {
		p.drawn++
		if stroke && !p.st.stroke.white {
			p.strokeRules()
		}
		if fill {
			p.fillPath(stroke)
		}
	}
	if p.path.clip && p.path.any {
		p.st.clip = meet(p.st.clip, p.path.box)
	}
	p.path = path{segs: p.path.segs[:0]}
	p.seq++
}

// strokeRules keeps the straight strokes along the axes.
func (p *page) strokeRules() {
	scale := math.Sqrt(math.Abs(p.st.ctm[0]*p.st.ctm[3] - p.st.ctm[1]*p.st.ctm[2]))
	if p.st.width*scale > maxRuleWidth {
		return
	}
	for _, s := range p.path.segs {
		p.addRule(s[0], s[1], s[2], s[3])
	}
}

func (p *page) addRule(x0, y0, x1, y1 float64) {
	if len(p.rules) >= maxRules {
		return
	}
	x0, x1 = min(x0, x1), max(x0, x1)
	y0, y1 = min(y0, y1), max(y0, y1)
	c := p.st.clip
	x0, x1 = max(x0, c[0]-1), min(x1, c[2]+1)
	y0, y1 = max(y0, c[1]-1), min(y1, c[3]+1)
	const flat = 0.7
	switch {
	case y1-y0 <= flat && x1-x0 >= minRule:
		y := (y0 + y1) / 2
		p.rules = append(p.rules, rule{x0, y, x1, y})
	case x1-x0 <= flat && y1-y0 >= minRule:
		x := (x0 + x1) / 2
		p.rules = append(p.rules, rule{x, y0, x, y1})
	}
}

// fillPath keeps thin filled bars as lines and other fills as areas.
func (p *page) fillPath(stroked bool) {
	if p.st.alpha < 0.02 {
		return
	}
	bars, exact := p.bars()
	for _, b := range bars {
		w, h := b[2]-b[0], b[3]-b[1]
		switch {
		case h <= maxRuleWidth && w >= minRule && w > 2*h:
			if !p.st.fill.white {
				p.addRule(b[0], (b[1]+b[3])/2, b[2], (b[1]+b[3])/2)
			}
		case w <= maxRuleWidth && h >= minRule && h > 2*w:
			if !p.st.fill.white {
				p.addRule((b[0]+b[2])/2, b[1], (b[0]+b[2])/2, b[3])
			}
		default:
			p.addArea(fillArea{
				box: meet(b, p.st.clip), seq: p.seq, white: p.st.fill.white,
				opaque: p.st.alpha > 0.9 && exact && !p.st.fill.unknown,
			})
		}
	}
}

func (p *page) addArea(a fillArea) {
	if area(a.box) < 4 || len(p.fills) >= maxAreas {
		return
	}
	p.fills = append(p.fills, a)
}

// bars splits a path of upright rectangles into them; any other path is its
// bounds, and not exact: it covers less.
func (p *page) bars() (out []reading.Box, exact bool) {
	s := p.path.segs
	if p.path.curved || len(s) == 0 || len(s)%4 != 0 || len(s) > 4*512 {
		return []reading.Box{p.path.box}, false
	}
	for i := 0; i+3 < len(s); i += 4 {
		b := reading.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for _, g := range s[i : i+4] {
			if math.Abs(g[0]-g[2]) > 0.5 && math.Abs(g[1]-g[3]) > 0.5 {
				return []reading.Box{p.path.box}, false
			}
			b[0], b[1] = min(b[0], g[0], g[2]), min(b[1], g[1], g[3])
			b[2], b[3] = max(b[2], g[0], g[2]), max(b[3], g[1], g[3])
		}
		out = append(out, b)
	}
	return out, true
}
