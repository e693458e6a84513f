package layout

import (
	"strings"

	"hoso/shared/reading"
)

// Kind is the kind of a block.
type Kind uint8

const (
	// Paragraph: lines that belong to one run of text, top to bottom.
	Paragraph Kind = iota
	// Columns: a left and a right list of lines side by side.
	Columns
	// Grid: a table with ruling lines.
	Grid
	// PageNumber: the number of the page at its top or bottom.
	PageNumber
)

// Block is a piece of a page with its place.
type Block struct {
	Kind  Kind
	Page  int
	Box   reading.Box
	Lines []Line // of a paragraph
	Left  []Line // of columns
	Right []Line
	Table *Table
}

// Table is a grid of cells.
type Table struct {
	Cols int
	Rows []Row
	Xs   []float64 // the column edges, Cols+1 of them
}

// Row is one row of a table. Cells has one entry a column: a cell merged over
// several columns or rows stands in each of its places.
type Row struct {
	Page  int
	Box   reading.Box
	Cells []*Cell
	First []bool // the cell begins in this row and column
}

// Cell is one cell.
type Cell struct {
	Box   reading.Box
	Lines []Line
}

// Text gives the lines of a cell with spaces between them.
func (c *Cell) Text() string { return JoinLines(c.Lines) }

// JoinLines gives the text of lines with single spaces between them.
func JoinLines(ls []Line) string {
	var b strings.Builder
	for i := range ls {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(ls[i].Text())
	}
	return b.String()
}

// Text gives a block in reading order: a line break after each paragraph and
// column line, tabs between the cells of a row.
func (b *Block) Text() string {
	var out strings.Builder
	switch b.Kind {
	case PageNumber:
		return ""
	case Paragraph:
		out.WriteString(JoinLines(b.Lines))
		out.WriteByte('\n')
	case Columns:
		for _, side := range [2][]Line{b.Left, b.Right} {
			for i := range side {
				out.WriteString(side[i].Text())
				out.WriteByte('\n')
			}
		}
	case Grid:
		for _, r := range b.Table.Rows {
			sep := ""
			for c, cell := range r.Cells {
				if r.First[c] {
					out.WriteString(sep)
					out.WriteString(cell.Text())
					sep = "\t"
				}
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// Text gives a page's blocks in reading order.
func Text(blocks []Block) string {
	var out strings.Builder
	for i := range blocks {
		out.WriteString(blocks[i].Text())
	}
	return out.String()
}
