package layout

import (
	"math"
	"strings"
	"unicode"
)

// Blocks puts a page in order: tables where ruling lines make them, columns
// where lines stand in pairs, paragraphs for the rest, from top to bottom.
func Blocks(s *Sheet) []Block {
	glyphs := clean(s.Glyphs)
	written := writesSpaces(glyphs)
	tables := grids(rulesOf(s))
	inTable := make([]map[int][]int32, len(tables))
	free := make([]int32, 0, len(glyphs))
	for i := range glyphs {
		k, n := find(tables, &glyphs[i])
		if k < 0 {
			free = append(free, int32(i))
			continue
		}
		if inTable[k] == nil {
			inTable[k] = map[int][]int32{}
		}
		inTable[k][n] = append(inTable[k][n], int32(i))
	}
	var blocks []Block
	for k, t := range tables {
		if len(inTable[k]) == 0 {
			continue // lines without text: a drawing
		}
		for n, idx := range inTable[k] {
			t.cells[n].Lines = lines(s.N, glyphs, idx, written)
		}
		blocks = append(blocks, Block{Kind: Grid, Page: s.N, Box: t.box(), Table: t.table(s.N)})
	}
	return merge(blocks, flow(s, lines(s.N, glyphs, free, written), blocks))
}

// find gives the table and cell that hold the middle of a glyph, or -1.
func find(tables []*gridded, g *Glyph) (table, cell int) {
	x, y := (g.X0+g.X1)/2, g.Base-0.3*g.Size
	for k, t := range tables {
		if n := t.cellAt(x, y); n >= 0 {
			return k, n
		}
	}
	return -1, -1
}

func rulesOf(s *Sheet) []Rule {
	out := make([]Rule, len(s.Rules))
	copy(out, s.Rules)
	return out
}

// merge puts tables among the blocks of text by their tops.
func merge(tables, text []Block) []Block {
	var out []Block
	for _, b := range text {
		for len(tables) > 0 && middle(&tables[0]) < middle(&b) {
			out = append(out, tables[0])
			tables = tables[1:]
		}
		out = append(out, b)
	}
	return append(out, tables...)
}

func middle(b *Block) float64 { return b.Box[1] }

// flow makes the blocks of the lines outside tables. A table cuts the flow.
func flow(s *Sheet, ls []Line, tables []Block) []Block {
	var out []Block
	m := marginsOf(s, ls)
	start := 0
	for i := 0; i <= len(ls); i++ {
		if i == len(ls) || i > 0 && cutBetween(tables, &ls[i-1], &ls[i]) {
			out = append(out, m.section(s, ls[start:i])...)
			start = i
		}
	}
	return out
}

func cutBetween(tables []Block, a, b *Line) bool {
	for i := range tables {
		if t := tables[i].Box; a.Base <= t[1]+2 && b.Base >= t[1] {
			return true
		}
	}
	return false
}

// margins are the edges of a page's running text.
type margins struct{ left, right float64 }

// marginsOf takes them from the lines that reach across the page. Columns on
// one line keep margins of their own, often wider than the text's: such lines
// count only where no text runs on over several lines.
func marginsOf(s *Sheet, ls []Line) margins {
	all, whole := margins{math.Inf(1), 0}, margins{math.Inf(1), 0}
	for i := range ls {
		if l := &ls[i]; l.Width() > 0.55*s.Width {
			all.reach(l)
			if !l.parted() {
				whole.reach(l)
			}
		}
	}
	if all.right == 0 {
		return margins{0.14 * s.Width, 0.91 * s.Width}
	}
	running := 0
	for i := 1; i < len(ls); i++ {
		if l := &ls[i-1]; l.Width() > 0.55*s.Width && !l.parted() && math.Abs(ls[i].Box[0]-whole.left) < 3 {
			running++
		}
	}
	if running < 3 {
		return all
	}
	return whole
}

func (m *margins) reach(l *Line) {
	m.left, m.right = min(m.left, l.Box[0]), max(m.right, l.Box[2])
}

// parted reports a line with a wide gap in it: two columns on one line, which
// keep margins of their own.
func (l *Line) parted() bool {
	for i := 1; i < len(l.Words); i++ {
		if l.Words[i].Box[0]-l.Words[i-1].Box[2] > 0.9*l.Size {
			return true
		}
	}
	return false
}

// section makes the blocks of lines that no table parts.
func (m margins) section(s *Sheet, ls []Line) []Block {
	var out []Block
	done := 0 // lines already in a block of columns
	var para []Line
	flush := func() {
		if len(para) > 0 {
			out = append(out, paragraph(para))
			para = nil
		}
	}
	for i := 0; i < len(ls); {
		if isPageNumber(s, &ls[i]) {
			flush()
			out = append(out, Block{Kind: PageNumber, Page: s.N, Box: ls[i].Box, Lines: ls[i : i+1]})
			i++
			done = i
			continue
		}
		if b, end, ok := bareTable(ls, i); ok {
			flush()
			out = append(out, b)
			i, done = end, end
			continue
		}
		if b, first, end, ok := columnsAt(s, ls, i, done); ok {
			for n := i - first; n > 0; n-- { // taken back from paragraphs
				out, para = unread(out, para)
			}
			flush()
			out = append(out, b)
			i, done = end, end
			continue
		}
		if len(para) > 0 && !m.continues(&para[len(para)-1], &ls[i], &para[0], len(para)) {
			flush()
		}
		para = append(para, ls[i])
		i++
	}
	flush()
	return out
}

// unread takes the last line back from the open paragraph or the last block.
func unread(out []Block, para []Line) ([]Block, []Line) {
	if n := len(para); n > 0 {
		return out, para[:n-1]
	}
	if n := len(out); n > 0 && out[n-1].Kind == Paragraph {
		ls := out[n-1].Lines
		if len(ls) == 1 {
			return out[:n-1], nil
		}
		out[n-1] = paragraph(ls[:len(ls)-1])
	}
	return out, nil
}

func paragraph(ls []Line) Block {
	b := Block{Kind: Paragraph, Page: ls[0].Page, Box: ls[0].Box, Lines: ls}
	for i := range ls {
		b.Box = union(b.Box, ls[i].Box)
	}
	return b
}

// continues decides whether cur goes on with the paragraph that prev is the
// last of n lines of. A line was broken because the next word did not fit, or
// because the writer wanted it.
func (m margins) continues(prev, cur, first *Line, n int) bool {
	if cur.Base-prev.Base > 2.1*max(prev.Size, cur.Size) || math.Abs(prev.Size-cur.Size) > 0.2*cur.Size {
		return false
	}
	fits := prev.Box[2]+0.25*cur.Size+(cur.Words[0].Box[2]-cur.Words[0].Box[0]) < m.right-1
	if fits {
		return false
	}
	if n == 1 && math.Abs(cur.Box[0]-prev.Box[0]) < 3 && endsSentence(prev) && startsCapital(cur) {
		return false // two first lines below each other
	}
	if prev.Box[0] > m.left+2 && cur.Box[0] > m.left+2 && math.Abs(prev.Center()-cur.Center()) < 3 &&
		prev.Bold() == cur.Bold() && !listMark(cur.Words[0].Text) {
		return true // a centred text goes on
	}
	indent := cur.Box[0] - m.left
	if indent > 8 {
		hanging := listMark(first.Words[0].Text) && len(first.Words) > 1 && math.Abs(cur.Box[0]-first.Words[1].Box[0]) < 5
		level := n > 1 && math.Abs(cur.Box[0]-prev.Box[0]) < 3 && !listMark(cur.Words[0].Text)
		return hanging || level
	}
	if listMark(cur.Words[0].Text) && numbered(cur.Words[0].Text) {
		t := prev.Words[len(prev.Words)-1].Text
		return !strings.HasSuffix(t, ".") && !strings.HasSuffix(t, ";") && !strings.HasSuffix(t, ":")
	}
	return true
}

func endsSentence(l *Line) bool {
	t := l.Words[len(l.Words)-1].Text
	return strings.HasSuffix(t, ".") || strings.HasSuffix(t, ";") || strings.HasSuffix(t, ":")
}

func startsCapital(l *Line) bool {
	for _, r := range l.Words[0].Text {
		return unicode.IsUpper(r)
	}
	return false
}

// listMark reports the mark of a list entry: a dash, a bullet, "1.", "a)", "II.".
func listMark(w string) bool {
	switch w {
	case "-", "–", "—", "+", "•", "*", "\uf0b7", "\uf02d", "\uf0d8":
		return true
	}
	return numbered(w)
}

func numbered(w string) bool {
	if len(w) < 2 || len(w) > 5 {
		return false
	}
	last := w[len(w)-1]
	if last != '.' && last != ')' && last != '/' {
		return false
	}
	body := w[:len(w)-1]
	digits := strings.Trim(body, "0123456789") == ""
	roman := strings.Trim(body, "IVX") == ""
	letter := len(body) == 1 && (body[0] >= 'a' && body[0] <= 'z' || body[0] >= 'A' && body[0] <= 'Z')
	return digits || roman || letter
}

// isPageNumber reports a line of one number at the very top or bottom.
func isPageNumber(s *Sheet, l *Line) bool {
	if l.Box[1] > 0.09*s.Height && l.Box[3] < 0.92*s.Height || len(l.Words) > 3 {
		return false
	}
	t := strings.Trim(l.Text(), " -–—./")
	if t == "" || len(t) > 3 {
		return false
	}
	return strings.Trim(t, "0123456789") == ""
}
