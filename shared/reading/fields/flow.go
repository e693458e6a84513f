package fields

import (
	"math"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// item is a block of the running file: paragraphs and tables that go on over
// a page break are one item.
type item struct {
	kind  layout.Kind
	page  int
	t     text          // of a paragraph
	lines []layout.Line // of a paragraph
	left  []layout.Line // of columns
	right []layout.Line
	box   reading.Box
	table *layout.Table
}

// flow lists the blocks of all pages in order, joined over page breaks.
func flow(pages []Page) []item {
	var out []item
	for i := range pages {
		first := true
		edge := rightEdge(&pages[i])
		for b := range pages[i].Blocks {
			blk := &pages[i].Blocks[b]
			if blk.Kind == layout.PageNumber {
				continue
			}
			if first && len(out) > 0 && out[len(out)-1].page == i && goesOn(&out[len(out)-1], blk, edge) {
				extend(&out[len(out)-1], blk)
				out[len(out)-1].page = i + 1
			} else {
				out = append(out, itemOf(blk))
			}
			first = false
		}
	}
	return out
}

func itemOf(b *layout.Block) item {
	it := item{kind: b.Kind, page: b.Page, box: b.Box, lines: b.Lines, left: b.Left, right: b.Right}
	if b.Kind == layout.Paragraph {
		it.t = textOf(b.Lines...)
	}
	if b.Table != nil {
		t := *b.Table
		t.Rows = append([]layout.Row(nil), t.Rows...)
		it.table = &t
	}
	return it
}

// rightEdge is where the running text of a page ends.
func rightEdge(p *Page) float64 {
	edge := 0.0
	for i := range p.Blocks {
		if b := &p.Blocks[i]; b.Kind == layout.Paragraph && b.Box[2]-b.Box[0] > 0.5*p.Sheet.Width {
			edge = max(edge, b.Box[2])
		}
	}
	return edge
}

// goesOn reports whether the first block of a page continues the last item.
func goesOn(last *item, b *layout.Block, edge float64) bool {
	if last.kind != b.Kind {
		return false
	}
	switch b.Kind {
	case layout.Grid:
		return sameColumns(last.table, b.Table)
	case layout.Paragraph:
		p, q := &last.lines[len(last.lines)-1], &b.Lines[0]
		if edge == 0 {
			edge = p.Box[2]
		}
		fits := p.Box[2]+0.25*q.Size+(q.Words[0].Box[2]-q.Words[0].Box[0]) < edge-1
		indented := len(b.Lines) > 1 && q.Box[0] > b.Lines[1].Box[0]+8
		return !fits && !indented && math.Abs(p.Size-q.Size) < 1.5 && textOf(*q).body() == 0
	}
	return false
}

func sameColumns(a, b *layout.Table) bool {
	if a.Cols != b.Cols {
		return false
	}
	for i := range a.Xs {
		if math.Abs(a.Xs[i]-b.Xs[i]) > 8 {
			return false
		}
	}
	return true
}

// extend adds a block to the item it continues. A repeated header row is
// dropped, and a row that the page break cut is made whole.
func extend(it *item, b *layout.Block) {
	if b.Kind == layout.Paragraph {
		it.lines = append(append([]layout.Line(nil), it.lines...), b.Lines...)
		it.t = textOf(it.lines...)
		return
	}
	rows := b.Table.Rows
	if len(rows) > 0 && rowText(&rows[0]) == rowText(&it.table.Rows[0]) {
		rows = rows[1:]
	}
	if len(rows) > 0 && cutRow(it.table, &rows[0]) {
		last := &it.table.Rows[len(it.table.Rows)-1]
		*last = joinRows(last, &rows[0])
		rows = rows[1:]
	}
	it.table.Rows = append(it.table.Rows, rows...)
}

func rowText(r *layout.Row) string {
	s := ""
	for _, c := range r.Cells {
		s += c.Text() + "\t"
	}
	return s
}

// cutRow reports whether a row is the rest of the one before the page break:
// its first column is empty while the rows of the table are numbered there.
func cutRow(t *layout.Table, r *layout.Row) bool {
	if t.Cols < 2 || r.Cells[0].Text() != "" {
		return false
	}
	last := t.Rows[len(t.Rows)-1]
	if last.Cells[0].Text() == "" || len(t.Rows) < 2 {
		return false
	}
	for _, c := range r.Cells[1:] {
		if c.Text() != "" {
			return true
		}
	}
	return false
}

func joinRows(a, b *layout.Row) layout.Row {
	out := *a
	out.Cells = nil
	for c := range a.Cells {
		cell := *a.Cells[c]
		cell.Lines = append(append([]layout.Line(nil), cell.Lines...), b.Cells[c].Lines...)
		out.Cells = append(out.Cells, &cell)
	}
	return out
}
