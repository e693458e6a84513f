package layout

import (
	"math"
	"slices"

	"hoso/shared/reading"
)

// Tolerances of ruling lines, in points.
const (
	near     = 2.0 // lines this close are one line
	reach    = 3.0 // a line may miss the one it meets by this much
	minCell  = 4.0 // a narrower column or row is a double line
	maxEdges = 400 // edges of one grid; more is a drawing
	maxCells = 20_000
	maxLines = 6_000 // ruling lines of one page; more is a drawing
)

// grids finds the tables that a page's ruling lines make.
func grids(rules []Rule) []*gridded {
	var hs, vs []Rule
	for _, r := range rules {
		if r.Y0 == r.Y1 {
			hs = append(hs, r)
		} else {
			vs = append(vs, r)
		}
	}
	hs, vs = mergeLines(hs, true), mergeLines(vs, false)
	if len(hs)+len(vs) > maxLines {
		return nil
	}
	var out []*gridded
	for _, g := range components(hs, vs) {
		if t := newGrid(g[0], g[1]); t != nil {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *gridded) int { return cmp(a.ys[0], b.ys[0]) })
	return out
}

// mergeLines joins pieces that lie on one line and touch.
func mergeLines(ls []Rule, horizontal bool) []Rule {
	key := func(r Rule) (pos, lo, hi float64) {
		if horizontal {
			return r.Y0, r.X0, r.X1
		}
		return r.X0, r.Y0, r.Y1
	}
	slices.SortStableFunc(ls, func(a, b Rule) int {
		pa, la, _ := key(a)
		pb, lb, _ := key(b)
		if math.Abs(pa-pb) > near/2 {
			return cmp(pa, pb)
		}
		return cmp(la, lb)
	})
	var out []Rule
	for _, r := range ls {
		p, lo, hi := key(r)
		merged := false
		for k := len(out) - 1; k >= 0 && k >= len(out)-8; k-- {
			q, l, h := key(out[k])
			if math.Abs(p-q) <= near && lo <= h+reach && hi >= l-reach {
				l, h = min(l, lo), max(h, hi)
				if horizontal {
					out[k].X0, out[k].X1 = l, h
				} else {
					out[k].Y0, out[k].Y1 = l, h
				}
				merged = true
				break
			}
		}
		if !merged {
			out = append(out, r)
		}
	}
	return out
}

// components groups lines that cross or meet, directly or by others.
func components(hs, vs []Rule) [][2][]Rule {
	parent := make([]int, len(hs)+len(vs))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, h := range hs {
		for j, v := range vs {
			if v.X0 >= h.X0-reach && v.X0 <= h.X1+reach && h.Y0 >= v.Y0-reach && h.Y0 <= v.Y1+reach {
				parent[find(i)] = find(len(hs) + j)
			}
		}
	}
	groups := map[int]*[2][]Rule{}
	var order []int
	add := func(i, side int, r Rule) {
		k := find(i)
		if groups[k] == nil {
			groups[k] = &[2][]Rule{}
			order = append(order, k)
		}
		groups[k][side] = append(groups[k][side], r)
	}
	for i, h := range hs {
		add(i, 0, h)
	}
	for j, v := range vs {
		add(len(hs)+j, 1, v)
	}
	var out [][2][]Rule
	for _, k := range order {
		if g := groups[k]; len(g[0]) >= 2 && len(g[1]) >= 2 {
			out = append(out, *g)
		}
	}
	return out
}

// gridded is a grid of elementary cells with the merged cells they belong to.
type gridded struct {
	xs, ys []float64
	owner  [][]int // row, column: number of the merged cell
	cells  []*Cell
}

func edges(pos []float64) []float64 {
	slices.Sort(pos)
	var out []float64
	for _, p := range pos {
		if len(out) == 0 || p-out[len(out)-1] > minCell {
			out = append(out, p)
		}
	}
	return out
}

// newGrid makes the cells of one component, or nil if it is no table: a
// single frame, or a drawing.
func newGrid(hs, vs []Rule) *gridded {
	var xs, ys []float64
	left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, h := range hs {
		ys = append(ys, h.Y0)
		left, right = min(left, h.X0), max(right, h.X1)
	}
	for _, v := range vs {
		xs = append(xs, v.X0)
		top, bottom = min(top, v.Y0), max(bottom, v.Y1)
	}
	xs, ys = append(xs, left, right), append(ys, top, bottom) // an open side still ends there
	xs, ys = edges(xs), edges(ys)
	nc, nr := len(xs)-1, len(ys)-1
	if nc < 1 || nr < 1 || nc*nr < 2 || len(xs) > maxEdges || len(ys) > maxEdges || nc*nr > maxCells {
		return nil
	}
	g := &gridded{xs: xs, ys: ys}
	parent := make([]int, nc*nr)
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			i = parent[i]
		}
		return i
	}
	join := func(a, b int) {
		a, b = find(a), find(b)
		parent[max(a, b)] = min(a, b)
	}
	for r := range nr {
		for c := range nc {
			if c+1 < nc && !bordered(vs, xs[c+1], ys[r], ys[r+1], false) {
				join(r*nc+c, r*nc+c+1)
			}
			if r+1 < nr && !bordered(hs, ys[r+1], xs[c], xs[c+1], true) {
				join(r*nc+c, (r+1)*nc+c)
			}
		}
	}
	number := map[int]int{}
	g.owner = make([][]int, nr)
	for r := range nr {
		g.owner[r] = make([]int, nc)
		for c := range nc {
			k := find(r*nc + c)
			n, ok := number[k]
			if !ok {
				n = len(g.cells)
				number[k] = n
				g.cells = append(g.cells, &Cell{Box: reading.Box{xs[c], ys[r], xs[c+1], ys[r+1]}})
			}
			g.owner[r][c] = n
			g.cells[n].Box = union(g.cells[n].Box, reading.Box{xs[c], ys[r], xs[c+1], ys[r+1]})
		}
	}
	if len(g.cells) < 2 {
		return nil
	}
	return g
}

// bordered reports whether lines at pos cover most of the way from lo to hi.
func bordered(ls []Rule, pos, lo, hi float64, horizontal bool) bool {
	covered := 0.0
	for _, l := range ls {
		p, a, b := l.X0, l.Y0, l.Y1
		if horizontal {
			p, a, b = l.Y0, l.X0, l.X1
		}
		if math.Abs(p-pos) <= minCell {
			covered += max(0, min(b, hi)-max(a, lo))
		}
	}
	return covered > 0.6*(hi-lo)
}

func (g *gridded) box() reading.Box {
	return reading.Box{g.xs[0], g.ys[0], g.xs[len(g.xs)-1], g.ys[len(g.ys)-1]}
}

// cellAt gives the cell that holds a point, or nil.
func (g *gridded) cellAt(x, y float64) int {
	c, ok := slices.BinarySearch(g.xs, x)
	if !ok {
		c--
	}
	r, ok := slices.BinarySearch(g.ys, y)
	if !ok {
		r--
	}
	if c < 0 || r < 0 || c >= len(g.xs)-1 || r >= len(g.ys)-1 {
		return -1
	}
	return g.owner[r][c]
}

// table gives the grid as a table with its cells' lines in place.
func (g *gridded) table(page int) *Table {
	t := &Table{Cols: len(g.xs) - 1, Xs: g.xs}
	seen := map[int]bool{}
	for r, owners := range g.owner {
		row := Row{Page: page, Box: reading.Box{g.xs[0], g.ys[r], g.xs[len(g.xs)-1], g.ys[r+1]}}
		for _, n := range owners {
			row.Cells = append(row.Cells, g.cells[n])
			row.First = append(row.First, !seen[n])
			seen[n] = true
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
