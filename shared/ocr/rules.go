package ocr

// Shape of ruling lines, in inches.
const (
	longAcross = 0.45
	longDown   = 0.24
	thickest   = 0.055
	maxRuns    = 20000 // black runs looked at; a page with more is a photograph
)

// stroke is a ruling line in pixels: its box.
type stroke struct{ x0, y0, x1, y1 int }

// run is a black stretch of one row (of one column, when looking down).
type run struct{ line, from, to int }

// eraseRules finds the ruling lines, paints them white and gives them.
func (g *gray) eraseRules(dpi float64) (across, down []stroke) {
	limit := byte(min(g.otsu()+25, 225))
	thick := int(thickest * dpi)
	rows := g.runs(limit, int(longAcross*dpi), false)
	cols := g.runs(limit, int(longDown*dpi), true)
	for _, group := range grouped(rows) {
		if s := boxOf(group); s.y1-s.y0 <= thick+int(0.01*float64(s.x1-s.x0)) {
			across = append(across, s)
			g.white(group, false)
		}
	}
	for _, group := range grouped(cols) {
		if s := boxOf(group); s.y1-s.y0 <= thick+int(0.01*float64(s.x1-s.x0)) {
			down = append(down, stroke{s.y0, s.x0, s.y1, s.x1})
			g.white(group, true)
		}
	}
	return across, down
}

// runs lists the black stretches of at least least pixels.
func (g *gray) runs(limit byte, least int, down bool) []run {
	lines, length, step, next := g.h, g.w, 1, g.w
	if down {
		lines, length, step, next = g.w, g.h, g.w, 1
	}
	const bridge = 2 // specks of paper in a line
	var out []run
	for l := range lines {
		from, last := -1, -1
		end := func() {
			if from >= 0 && last-from+1 >= least {
				out = append(out, run{l, from, last})
			}
			from = -1
		}
		i := l * next
		for k := range length {
			if g.pix[i] <= limit {
				if from < 0 {
					from = k
				}
				last = k
			} else if from >= 0 && k-last > bridge {
				end()
			}
			i += step
		}
		end()
		if len(out) > maxRuns {
			return nil
		}
	}
	return out
}

// grouped puts together runs that touch: the same ruling line.
func grouped(runs []run) [][]run {
	const apart = 5 // pixels between the ends of runs of one line
	var groups [][]run
	var open []int // groups that may still grow
	for _, r := range runs {
		into := -1
		kept := open[:0]
		for _, k := range open {
			last := groups[k][len(groups[k])-1]
			if r.line-last.line > 2 {
				continue
			}
			if into < 0 && r.from <= last.to+apart && r.to >= last.from-apart && r.line != last.line {
				into = k
			}
			kept = append(kept, k)
		}
		open = kept
		if into < 0 {
			into = len(groups)
			groups = append(groups, nil)
			open = append(open, into)
		}
		groups[into] = append(groups[into], r)
	}
	return groups
}

// boxOf gives the box of a group: x along the runs, y across them.
func boxOf(group []run) stroke {
	s := stroke{group[0].from, group[0].line, group[0].to, group[0].line}
	for _, r := range group {
		s.x0, s.x1 = min(s.x0, r.from), max(s.x1, r.to)
		s.y0, s.y1 = min(s.y0, r.line), max(s.y1, r.line)
	}
	return s
}

// white paints runs and their blurred edges.
func (g *gray) white(group []run, down bool) {
	for _, r := range group {
		for d := -2; d <= 2; d++ {
			for k := r.from - 1; k <= r.to+1; k++ {
				x, y := k, r.line+d
				if down {
					x, y = y, x
				}
				if x >= 0 && y >= 0 && x < g.w && y < g.h {
					g.pix[y*g.w+x] = 255
				}
			}
		}
	}
}
