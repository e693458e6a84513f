package layout

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hoso/shared/reading"
)

// Word is a run of glyphs without a gap.
type Word struct {
	Text   string
	Box    reading.Box
	Style  Style
	Source reading.Source
	Conf   float64
}

// Line is a run of words on one baseline: a line of a column or of a cell, or
// a whole line of the page.
type Line struct {
	Page  int
	Words []Word
	Box   reading.Box
	Base  float64
	Size  float64
	gaps  []float64 // before each word, in points; 0 before the first
	wide  []bool    // before each word: the gap is too wide for a space
}

// Text gives the words with single spaces between them.
func (l *Line) Text() string {
	var b strings.Builder
	for i, w := range l.Words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// Bold reports whether most letters of the line are bold.
func (l *Line) Bold() bool { return l.styled(Bold) }

// Italic reports whether most letters of the line are italic.
func (l *Line) Italic() bool { return l.styled(Italic) }

func (l *Line) styled(s Style) bool {
	n, all := 0, 0
	for _, w := range l.Words {
		all += len(w.Text)
		if w.Style&s != 0 {
			n += len(w.Text)
		}
	}
	return 2*n > all
}

// Width is the width of the line's box.
func (l *Line) Width() float64 { return l.Box[2] - l.Box[0] }

// Center is the middle of the line's box across the page.
func (l *Line) Center() float64 { return (l.Box[0] + l.Box[2]) / 2 }

// Parted parts a line at gaps of more than a number of its heights.
func (l *Line) Parted(heights float64) []Line {
	var out []Line
	start := 0
	for i := 1; i <= len(l.Words); i++ {
		if i == len(l.Words) || l.Words[i].Box[0]-l.Words[i-1].Box[2] > heights*l.Size {
			out = append(out, l.sub(start, i))
			start = i
		}
	}
	return out
}

// Pieces parts a line at gaps that are too wide for spaces.
func (l *Line) Pieces() []Line {
	var out []Line
	start := 0
	for i := 1; i <= len(l.Words); i++ {
		if i == len(l.Words) || l.wide[i] {
			out = append(out, l.sub(start, i))
			start = i
		}
	}
	return out
}

// sub gives the words from i to j as a line of its own.
func (l *Line) sub(i, j int) Line {
	s := Line{Page: l.Page, Words: l.Words[i:j], Base: l.Base, Size: l.Size, gaps: l.gaps[i:j], wide: l.wide[i:j]}
	s.Box = l.Words[i].Box
	for _, w := range s.Words {
		s.Box = union(s.Box, w.Box)
	}
	return s
}

func union(a, b reading.Box) reading.Box {
	return reading.Box{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

// Shape of a glyph's box around its baseline, in parts of its size.
const (
	ascent  = 0.78
	descent = 0.22
)

func glyphBox(g *Glyph) reading.Box {
	return reading.Box{g.X0, g.Base - ascent*g.Size, g.X1, g.Base + descent*g.Size}
}

// Gaps, in parts of the font size. Producers that write spaces make odd gaps
// only where they set text apart; those that write none make them everywhere.
const (
	spaceIfWritten  = 0.24
	columnIfWritten = 0.45
	spaceIfNone     = 0.17
	columnIfNone    = 1.3
	columnAtSpace   = 1.8 // beyond what the written spaces explain
)

// lines groups the glyphs of the indices into lines by their baselines and
// cuts them into words.
func lines(page int, glyphs []Glyph, idx []int32, written bool) []Line {
	slices.SortStableFunc(idx, func(a, b int32) int { return cmp(glyphs[a].Base, glyphs[b].Base) })
	var out []Line
	for len(idx) > 0 {
		first := &glyphs[idx[0]]
		n := 1
		for n < len(idx) && glyphs[idx[n]].Base-first.Base <= 0.35*min(first.Size, glyphs[idx[n]].Size) {
			n++
		}
		if l, ok := line(page, glyphs, idx[:n], written); ok {
			out = append(out, l)
		}
		idx = idx[n:]
	}
	return out
}

func cmp(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// line makes one line of the glyphs of one baseline.
func line(page int, glyphs []Glyph, idx []int32, written bool) (Line, bool) {
	slices.SortStableFunc(idx, func(a, b int32) int { return cmp(glyphs[a].X0, glyphs[b].X0) })
	l := Line{Page: page}
	var last *Glyph
	spaces := 0.0 // widths of written spaces since the last letter
	spaced := false
	for _, k := range idx {
		g := &glyphs[k]
		if blank(g.Text) {
			spaces += max(g.X1-g.X0, 0)
			spaced = true
			continue
		}
		if last != nil && same(last, g) {
			l.Words[len(l.Words)-1].Style |= Bold
			continue
		}
		l.add(g, last, spaces, spaced, written)
		last, spaces, spaced = g, 0, false
	}
	if len(l.Words) == 0 {
		return l, false
	}
	return l, true
}

// same tells a letter drawn twice for boldness.
func same(a, b *Glyph) bool {
	return a.Text == b.Text && math.Abs(a.X0-b.X0) < 0.12*a.Size && math.Abs(a.Base-b.Base) < 0.12*a.Size
}

// add puts a glyph into the last word of the line or starts a new one.
func (l *Line) add(g, last *Glyph, spaces float64, spaced, written bool) {
	box := glyphBox(g)
	if last == nil {
		l.Base, l.Size, l.Box = g.Base, g.Size, box
		l.start(g, 0, false)
		return
	}
	em := max(last.Size, g.Size)
	gap := g.X0 - last.X1
	l.Box = union(l.Box, box)
	l.Size = max(l.Size, g.Size)
	limit, column := spaceIfNone*em, columnIfNone*em
	if written {
		limit, column = spaceIfWritten*em, columnIfWritten*em
		if parted(last.Text, g.Text) {
			limit = spaceIfNone * em
		}
	}
	if spaced && gap > 0.02*em {
		l.start(g, gap, gap-spaces > columnAtSpace*em)
		return
	}
	if gap > limit || g.Conf < 1 && gap > 0 && len([]rune(g.Text)) > 1 {
		l.start(g, gap, gap > column)
		return
	}
	w := &l.Words[len(l.Words)-1]
	w.Text += g.Text
	w.Box = union(w.Box, box)
	w.Style |= g.Style & Guessed
	w.Conf = min(w.Conf, g.Conf)
	if g.Source == reading.FromSignature {
		w.Source = g.Source
	}
}

// parted reports that a space belongs between two letters: some producers
// set the one behind a punctuation mark by place alone.
func parted(a, b string) bool {
	switch a {
	case ",", ";", ":", "!", "?", "”", ")":
		r, _ := utf8.DecodeRuneInString(b)
		return unicode.IsLetter(r)
	}
	return b == "“" || b == "("
}

func (l *Line) start(g *Glyph, gap float64, wide bool) {
	l.Words = append(l.Words, Word{Text: g.Text, Box: glyphBox(g), Style: g.Style, Source: g.Source, Conf: g.Conf})
	l.gaps = append(l.gaps, gap)
	l.wide = append(l.wide, wide)
}

func blank(s string) bool { return strings.TrimFunc(s, isSpaceRune) == "" }

func isSpaceRune(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\t' || r == '\u3000' || r == '\u200b' || r == '\ufeff' || r >= 0x2000 && r <= 0x200a
}

// maxOverlaid bounds the letters that are looked for over typed blanks: a
// number and a date, not a text.
const maxOverlaid = 400

// clean drops written spaces that a letter lies on: blanks typed for a number
// that was set over them later.
func clean(glyphs []Glyph) []Glyph {
	var over []*Glyph
	for i := range glyphs {
		if g := &glyphs[i]; g.Source == reading.FromSignature && !blank(g.Text) && len(over) < maxOverlaid {
			over = append(over, g)
		}
	}
	if len(over) == 0 {
		return glyphs
	}
	var out []Glyph
	for i := range glyphs {
		if g := &glyphs[i]; !blank(g.Text) || !overlaid(over, g) {
			out = append(out, *g)
		}
	}
	return out
}

func overlaid(over []*Glyph, s *Glyph) bool {
	mid := (s.X0 + s.X1) / 2
	for _, g := range over {
		if math.Abs(g.Base-s.Base) < 0.35*g.Size && mid > g.X0-0.05*g.Size && mid < g.X1+0.05*g.Size {
			return true
		}
	}
	return false
}

// writesSpaces tells whether the producer of a page writes spaces at all.
func writesSpaces(glyphs []Glyph) bool {
	n, all := 0, 0
	for i := range glyphs {
		if blank(glyphs[i].Text) {
			n++
		} else {
			all += len([]rune(glyphs[i].Text))
		}
	}
	return n*25 > all
}
