package layout

import (
	"math"

	"hoso/shared/reading"
)

// gutter is the free space between a left and a right column, and what is
// known of the columns so far.
type gutter struct {
	lo, hi      float64
	left, right []Line
	lBox, rBox  reading.Box
	low         bool // below the upper third of the page, where headers stand
}

// side says where a line lies relative to a gutter.
type side uint8

const (
	across side = iota
	onLeft
	onRight
	onBoth
)

// widest gives the index of the word behind the widest gap of a line, or 0.
func widest(l *Line) int {
	best, at := 0.0, 0
	for i, g := range l.gaps {
		if l.wide[i] && g > best {
			best, at = g, i
		}
	}
	return at
}

// columnsAt tries to find a pair of columns that the line i is part of. It
// gives the range of lines taken, or ok = false.
func columnsAt(s *Sheet, ls []Line, i, from int) (b Block, first, end int, ok bool) {
	g, n := openGutter(ls, i)
	if n == 0 {
		return b, 0, 0, false
	}
	g.low = ls[i].Box[1] > s.Height/3
	end = i + n
	for end < len(ls) && g.accept(&ls[end], ls[end].Box[1]-ls[end-1].Box[3], true) {
		end++
	}
	first = g.growUp(ls, i, from)
	if len(g.left) < 2 || len(g.right) < 2 {
		return b, 0, 0, false
	}
	b = Block{Kind: Columns, Page: ls[i].Page, Box: union(g.lBox, g.rBox), Left: g.left, Right: g.right}
	return b, first, end, true
}

// openGutter starts from a line with a wide gap, or from two lines that stand
// beside each other on slightly different baselines.
func openGutter(ls []Line, i int) (*gutter, int) {
	l := &ls[i]
	if k := widest(l); k > 0 {
		g := &gutter{lo: l.Words[k-1].Box[2], hi: l.Words[k].Box[0]}
		g.lBox, g.rBox = emptyBox(), emptyBox()
		g.take(l, k)
		return g, 1
	}
	if i+1 >= len(ls) {
		return nil, 0
	}
	m := &ls[i+1]
	if m.Box[1] > l.Box[3]-0.3*l.Size {
		return nil, 0
	}
	a, b := l, m
	if a.Box[0] > b.Box[0] {
		a, b = b, a
	}
	if b.Box[0]-a.Box[2] < columnIfWritten*l.Size {
		return nil, 0
	}
	g := &gutter{lo: a.Box[2], hi: b.Box[0], lBox: emptyBox(), rBox: emptyBox()}
	g.take(a, len(a.Words))
	g.take(b, 0)
	return g, 2
}

func emptyBox() reading.Box {
	return reading.Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

// take adds the words before k to the left column and the others to the right.
func (g *gutter) take(l *Line, k int) {
	if k > 0 {
		s := l.sub(0, k)
		g.left, g.lBox = append(g.left, s), union(g.lBox, s.Box)
		g.lo = max(g.lo, s.Box[2])
	}
	if k < len(l.Words) {
		s := l.sub(k, len(l.Words))
		g.right, g.rBox = append(g.right, s), union(g.rBox, s.Box)
		g.hi = min(g.hi, s.Box[0])
	}
}

// split finds where the gutter cuts a line.
func (g *gutter) split(l *Line) (side, int) {
	switch {
	case l.Box[2] <= g.lo+1 || l.Box[2] <= g.hi-columnIfWritten*l.Size:
		return onLeft, len(l.Words)
	case l.Box[0] >= g.hi-1 || l.Box[0] >= g.lo+columnIfWritten*l.Size:
		return onRight, 0
	}
	best, at := 0.0, 0
	for k := 1; k < len(l.Words); k++ {
		lo, hi := max(g.lo, l.Words[k-1].Box[2]), min(g.hi, l.Words[k].Box[0])
		if l.Words[k-1].Box[2] <= g.hi && l.Words[k].Box[0] >= g.lo && hi-lo > best {
			best, at = hi-lo, k
		}
	}
	if at == 0 {
		return across, 0
	}
	if l.wide[at] && best >= columnIfWritten*l.Size {
		return onBoth, at
	}
	// A narrow gap counts only between columns that stand already, and if both
	// halves keep to their middles.
	if len(g.left) < 2 || len(g.right) < 2 || best < 0.3*l.Size {
		return across, 0
	}
	a, b := l.sub(0, at), l.sub(at, len(l.Words))
	if g.centred(g.left, &a, 6) && g.centred(g.right, &b, 6) {
		return onBoth, at
	}
	return across, 0
}

// accept adds a line to the columns if it keeps to them.
func (g *gutter) accept(l *Line, gap float64, down bool) bool {
	where, k := g.split(l)
	if gap > g.maxGap(where, l, down) {
		return false
	}
	switch where {
	case across:
		return false
	case onLeft:
		if !g.aligned(g.left, g.lBox, l) {
			return false
		}
	case onRight:
		if !g.aligned(g.right, g.rBox, l) {
			return false
		}
	}
	g.take(l, k)
	return true
}

// maxGap is the distance a line may keep from the one before it: the space
// left for a signature is large, but only down a column.
func (g *gutter) maxGap(where side, l *Line, down bool) float64 {
	if !down {
		return 1.2 * l.Size
	}
	if where == onBoth || where == onLeft || where == onRight {
		return 11 * l.Size
	}
	return 0
}

// aligned reports whether a line keeps to the middle or the left edge of a column.
func (g *gutter) aligned(col []Line, box reading.Box, l *Line) bool {
	if len(col) == 0 {
		return false
	}
	width := max(box[2]-box[0], l.Width())
	return g.centred(col, l, max(10, 0.13*width)) || g.flush(col, l) || g.low && fragment(box, l)
}

// fragment reports a recognised line that lies mostly within the width of a
// column: where a stamp hides a part of it, or its dash was not read, what is
// left stands off the column's middle and edge.
func fragment(box reading.Box, l *Line) bool {
	inside := min(l.Box[2], box[2]) - max(l.Box[0], box[0])
	return l.Words[0].Source == reading.FromOCR && inside > 0.6*l.Width()
}

func (g *gutter) centred(col []Line, l *Line, tol float64) bool {
	for i := range col {
		if math.Abs(col[i].Center()-l.Center()) <= tol {
			return true
		}
	}
	return false
}

// flush reports whether a line keeps to the left edge of a column that is set
// to one: in a centred column edges agree only by chance.
func (g *gutter) flush(col []Line, l *Line) bool {
	const near = 4
	if len(col) == 1 {
		return math.Abs(col[0].Box[0]-l.Box[0]) <= near
	}
	n := 0
	for i := range col {
		if math.Abs(col[i].Box[0]-l.Box[0]) <= near {
			n++
		}
	}
	return n >= 2
}

// growUp takes lines above the first pair: the column that begins higher. A
// short last line of a paragraph also lies on the left, so lines on the left
// are taken only if nothing else stands above them.
func (g *gutter) growUp(ls []Line, i, from int) int {
	first := i
	for k := i - 1; k >= from; k-- {
		l := &ls[k]
		trial := *g
		if !trial.accept(l, ls[first].Box[1]-l.Box[3], false) {
			break
		}
		where, _ := g.split(l)
		if where == onLeft && !g.beside(l) && !alone(ls[from:k+1], g) {
			break
		}
		*g = trial
		first = k
	}
	if first < i {
		order(g.left)
		order(g.right)
	}
	return first
}

// beside reports whether a line on the left stands level with one on the right.
func (g *gutter) beside(l *Line) bool {
	for i := range g.right {
		if g.right[i].Box[1] < l.Box[3] && g.right[i].Box[3] > l.Box[1] {
			return true
		}
	}
	return false
}

// alone reports whether all lines keep to one side of the gutter.
func alone(ls []Line, g *gutter) bool {
	for i := range ls {
		if where, _ := g.split(&ls[i]); where == across {
			return false
		}
	}
	return true
}

func order(ls []Line) {
	for i := 1; i < len(ls); i++ {
		for k := i; k > 0 && ls[k].Base < ls[k-1].Base; k-- {
			ls[k], ls[k-1] = ls[k-1], ls[k]
		}
	}
}
