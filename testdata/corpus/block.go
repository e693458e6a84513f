package corpus

import (
	"slices"
	"strings"
)

// BlockKind says what a block is.
type BlockKind int

const (
	// Para is one paragraph.
	Para BlockKind = iota
	// Pair is two columns of lines without borders: header or signatures.
	Pair
	// Table is rows of cells.
	Table
	// Break begins a new page.
	Break
	// Wide begins a new page that lies on its side.
	Wide
)

// Align says where lines stand.
type Align int

const (
	// Body is justified text with an indented first line.
	Body Align = iota
	// Centre is centred.
	Centre
	// Left is flush left, without indent.
	Left
	// Hang is flush left with the following lines indented.
	Hang
)

// Mark is what stands in a signature block beside text.
type Mark int

const (
	// None is text.
	None Mark = iota
	// Blank is room without anything.
	Blank
	// Signed is a pen's signature.
	Signed
	// Sealed is a signature with a round seal over it.
	Sealed
)

// Line is one line of a block; it wraps where it does not fit.
//
// Text may hold Pen..End round what is written by hand into a blank, and
// Rubber..End round what is stamped.
type Line struct {
	Text   string
	Bold   bool
	Italic bool
	Size   float64 // in points; 0: the page's
	Mark   Mark
	Under  float64 // width of a short rule under the line, as a share of it
}

// Marks inside a text. They are private letters that no document has.
const (
	Pen    = '\ue001'
	Rubber = '\ue002'
	End    = '\ue003'
	Gap    = '\ue004' // a blank that a form leaves, as wide as four letters
)

// Block is a part of a document.
type Block struct {
	Kind   BlockKind
	Role   string // header or sign, of a Pair
	Align  Align
	Lines  []Line // of a Para: one
	Left   []Line
	Right  []Line
	Rows   [][]string
	Widths []float64 // of the columns, as shares
	Bare   bool      // a table without ruling lines
	Head   int       // rows that are the table's header
	Again  []int     // rows before which the page shows the header again
	Low    float64   // points by which the right column starts lower
}

func para(s string) Block { return Block{Kind: Para, Lines: []Line{{Text: s}}} }

func paras(ss ...string) []Block {
	var out []Block
	for _, s := range ss {
		out = append(out, para(s))
	}
	return out
}

func bold(s string) Block { return Block{Kind: Para, Lines: []Line{{Text: s, Bold: true}}} }

func centre(lines ...Line) []Block {
	var out []Block
	for _, l := range lines {
		out = append(out, Block{Kind: Para, Align: Centre, Lines: []Line{l}})
	}
	return out
}

func pen(s string) string { return string(Pen) + s + string(End) }

// Plain gives a text without its inner marks.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case Pen, Rubber, End:
			return -1
		case Gap:
			return ' '
		}
		return r
	}, s)
}

// TextBlock is a block as the truth's text_blocks write it.
type TextBlock struct {
	T     string     `json:"t"`
	S     string     `json:"s,omitempty"`
	Role  string     `json:"role,omitempty"`
	Left  []string   `json:"left,omitempty"`
	Right []string   `json:"right,omitempty"`
	Rows  [][]string `json:"rows,omitempty"`
}

// TextBlocks gives the text of blocks as truth.
func TextBlocks(blocks []Block) []TextBlock {
	var out []TextBlock
	lines := func(in []Line) []string {
		var out []string
		for _, l := range in {
			if l.Mark == None && strings.TrimSpace(l.Text) != "" {
				out = append(out, Plain(l.Text))
			}
		}
		return out
	}
	for _, b := range blocks {
		switch b.Kind {
		case Para:
			out = append(out, TextBlock{T: "p", S: Plain(b.Lines[0].Text)})
		case Pair:
			out = append(out, TextBlock{T: "cols", Role: b.Role, Left: lines(b.Left), Right: lines(b.Right)})
		case Table:
			var rows [][]string
			for i, r := range b.Rows {
				if slices.Contains(b.Again, i) {
					rows = append(rows, b.Rows[0])
				}
				row := []string{}
				for _, c := range r {
					row = append(row, Plain(c))
				}
				rows = append(rows, row)
			}
			out = append(out, TextBlock{T: "table", Rows: rows})
		case Break, Wide:
			out = append(out, TextBlock{T: "pb"})
		}
	}
	return out
}
