package layout

import (
	"math"
	"slices"
	"strings"

	"hoso/shared/reading"
)

// bareTable reads a table without ruling lines: headings, and lines that keep
// to the same columns below them. It gives the index behind the table's last
// line.
func bareTable(ls []Line, i int) (b Block, end int, ok bool) {
	h, ok := headsTable(ls, i)
	if !ok {
		return b, 0, false
	}
	zones, head := h.zones, h.cells
	var body []Line
	end = h.end
	for ; end < len(ls) && ls[end].Base-ls[end-1].Base < 2.4*ls[end].Size; end++ {
		if _, again := headsTable(ls, end); again {
			break
		}
		wider, cells := spread(zones, ls[end].cells())
		if cells == nil {
			break
		}
		zones, body = wider, append(body, cells...)
	}
	cuts := rowCuts(body, zones)
	if !h.numbered {
		cuts = nameCuts(body, zones)
	}
	if len(cuts) == 0 {
		return b, 0, false
	}
	t := newBare(zones)
	t.add(ls[i].Page, head)
	for k, from := range cuts {
		to := math.Inf(1)
		if k+1 < len(cuts) {
			to = cuts[k+1]
		}
		var row []Line
		for _, p := range body {
			if p.Base >= from && p.Base < to {
				row = append(row, p)
			}
		}
		t.add(ls[i].Page, row)
	}
	return Block{Kind: Grid, Page: ls[i].Page, Box: t.box, Table: t.table}, end, true
}

// cells parts a line at gaps of about a letter's size: under headings that is
// enough to tell columns from words.
func (l *Line) cells() []Line {
	var out []Line
	start := 0
	for i := 1; i <= len(l.Words); i++ {
		if i == len(l.Words) || l.Words[i].Box[0]-l.Words[i-1].Box[2] > 0.9*l.Size {
			out = append(out, l.sub(start, i))
			start = i
		}
	}
	return out
}

// spread widens the columns by the cells of a line, and parts what reaches
// over two columns at its widest gap. A line that puts two cells into one
// column, or one into none, does not belong to the table: no cells.
func spread(zones [][2]float64, cells []Line) ([][2]float64, []Line) {
	out, taken := slices.Clone(zones), map[int]bool{}
	for i := 0; i < len(cells); i++ {
		k := zoneOf(out, &cells[i])
		if k < 0 && len(cells) < len(zones) {
			if at := partAt(&cells[i]); at > 0 {
				l := cells[i]
				cells = slices.Concat(cells[:i], []Line{l.sub(0, at), l.sub(at, len(l.Words))}, cells[i+1:])
				i--
				continue
			}
		}
		if k < 0 || taken[k] {
			return nil, nil
		}
		taken[k] = true
		out[k] = [2]float64{min(out[k][0], cells[i].Box[0]), max(out[k][1], cells[i].Box[2])}
	}
	for k := 1; k < len(out); k++ {
		if out[k][0]-out[k-1][1] < 2 {
			return nil, nil
		}
	}
	return out, cells
}

// partAt gives the word behind the widest gap of a line, 0 if none is wider
// than a blank.
func partAt(l *Line) int {
	best, at := 0.38*l.Size, 0
	for i := 1; i < len(l.Words); i++ {
		if gap := l.Words[i].Box[0] - l.Words[i-1].Box[2]; gap > best {
			best, at = gap, i
		}
	}
	return at
}

// isRowNumber reports a cell that numbers a row.
func isRowNumber(l *Line) bool { return strings.Trim(l.Text(), "0123456789IVX.") == "" }

// zoneOf gives the column of a cell: the one it lies over, else the nearest
// whose neighbours leave room for it; -1 if there is none, or several.
func zoneOf(zones [][2]float64, p *Line) int {
	found := -1
	for k, z := range zones {
		if p.Box[2] > z[0] && p.Box[0] < z[1] {
			if found >= 0 {
				return -1
			}
			found = k
		}
	}
	if found >= 0 {
		return found
	}
	nearest := math.Inf(1)
	for k, z := range zones {
		left, right := math.Inf(-1), math.Inf(1)
		if k > 0 {
			left = zones[k-1][1]
		}
		if k+1 < len(zones) {
			right = zones[k+1][0]
		}
		if p.Box[0] <= left || p.Box[2] >= right || k == 0 && !isRowNumber(p) {
			continue
		}
		if far := max(z[0]-p.Box[2], p.Box[0]-z[1]); far < nearest {
			found, nearest = k, far
		}
	}
	return found
}

// rowCuts gives the baseline with which each row begins. Rows are those that
// have a number; the number may stand in the middle of its row, so a row
// begins at the widest gap above it.
func rowCuts(body []Line, zones [][2]float64) []float64 {
	var numbers, bases []float64
	for i := range body {
		bases = append(bases, body[i].Base)
		if zoneOf(zones, &body[i]) == 0 {
			if !isRowNumber(&body[i]) {
				return nil // the first column does not number rows
			}
			numbers = append(numbers, body[i].Base)
		}
	}
	slices.Sort(bases)
	slices.Sort(numbers)
	bases = slices.CompactFunc(bases, func(a, b float64) bool { return math.Abs(b-a) < 1 })
	var cuts []float64
	for k, n := range numbers {
		if k == 0 {
			cuts = append(cuts, math.Inf(-1))
			continue
		}
		best, at := 0.0, n
		for j := 1; j < len(bases); j++ {
			if gap := bases[j] - bases[j-1]; bases[j-1] >= numbers[k-1]-1 && bases[j] <= n+1 && gap > best+0.5 {
				best, at = gap, bases[j]
			}
		}
		cuts = append(cuts, at-0.5)
	}
	return cuts
}

// bare is a table in the making.
type bare struct {
	table *Table
	zones [][2]float64
	box   reading.Box
}

func newBare(zones [][2]float64) *bare {
	n := len(zones)
	t := &Table{Cols: n, Xs: []float64{zones[0][0] - 4}}
	for k := 1; k < n; k++ {
		t.Xs = append(t.Xs, (zones[k-1][1]+zones[k][0])/2)
	}
	t.Xs = append(t.Xs, zones[n-1][1]+4)
	return &bare{table: t, zones: zones, box: emptyBox()}
}

func (b *bare) add(page int, ps []Line) {
	row := Row{Page: page, Box: emptyBox()}
	for range b.zones {
		row.Cells, row.First = append(row.Cells, &Cell{Box: emptyBox()}), append(row.First, true)
	}
	for _, p := range ps {
		c := row.Cells[max(0, zoneOf(b.zones, &p))]
		c.Lines, c.Box = append(c.Lines, p), union(c.Box, p.Box)
		row.Box = union(row.Box, p.Box)
	}
	for k, c := range row.Cells {
		if len(c.Lines) == 0 {
			c.Box = reading.Box{b.table.Xs[k], row.Box[1], b.table.Xs[k+1], row.Box[3]}
		}
	}
	b.table.Rows = append(b.table.Rows, row)
	b.box = union(b.box, row.Box)
}
