package pdfs

import (
	"strconv"
	"strings"
)

// Margins and sizes of an official paper (NĐ 30/2020/NĐ-CP, annex I).
const (
	marginTop    = 57.0 // 20 mm
	marginBottom = 57.0
	marginLeft   = 85.0 // 30 mm
	marginRight  = 48.0 // 17 mm
	bodySize     = 13.5
	leading      = 1.28
	indent       = 30.0
)

// sheet lays text out on a canvas, page after page.
type sheet struct {
	c    canvas
	page int
	y    float64 // base line of the next line's top
}

func newSheet(c canvas) *sheet {
	s := &sheet{c: c}
	s.newPage()
	return s
}

const (
	left  = marginLeft
	right = pageWidth - marginRight
	full  = right - left
)

func (s *sheet) newPage() {
	s.c.newPage()
	s.page++
	s.y = marginTop
	if s.page > 1 {
		n := strconv.Itoa(s.page)
		s.c.text((pageWidth-s.c.width(regular, 13, n))/2, 36, regular, 13, n)
		s.y = marginTop + 6
	}
}

// need starts a new page unless height is left on this one.
func (s *sheet) need(height float64) {
	if s.y+height > pageHeight-marginBottom {
		s.newPage()
	}
}

func (s *sheet) space(h float64) { s.y += h }

// wrap breaks text into lines no wider than width; the first line is shorter
// by first.
func (s *sheet) wrap(st style, size, width, first float64, text string) []string {
	var lines []string
	cur := ""
	room := width - first
	for _, w := range strings.Fields(text) {
		try := w
		if cur != "" {
			try = cur + " " + w
		}
		if cur != "" && s.c.width(st, size, try) > room {
			lines = append(lines, cur)
			cur, room = w, width
			continue
		}
		cur = try
	}
	return append(lines, cur)
}

// para writes a justified paragraph with an indented first line.
func (s *sheet) para(st style, text string) {
	lines := s.wrap(st, bodySize, full, indent, text)
	for i, l := range lines {
		s.need(bodySize * leading)
		x, room := left, full
		if i == 0 {
			x, room = left+indent, full-indent
		}
		s.y += bodySize * leading
		if i == len(lines)-1 {
			s.c.text(x, s.y, st, bodySize, l)
		} else {
			s.justify(st, x, room, l)
		}
	}
	s.space(4)
}

// justify spreads the words of one line over room. Each word carries its
// space, so that the text reads with spaces whatever the gaps.
func (s *sheet) justify(st style, x, room float64, l string) {
	words := strings.Fields(l)
	natural := s.c.width(st, bodySize, l)
	extra := 0.0
	if len(words) > 1 {
		extra = (room - natural) / float64(len(words)-1)
	}
	for i, w := range words {
		if i < len(words)-1 {
			w += " "
		}
		s.c.text(x, s.y, st, bodySize, w)
		x += s.c.width(st, bodySize, w) + extra
	}
}

// centre writes lines in the middle of the page.
func (s *sheet) centre(st style, size float64, text string) {
	for _, l := range s.wrap(st, size, full-40, 0, text) {
		s.need(size * leading)
		s.y += size * leading
		s.c.text(left+(full-s.c.width(st, size, l))/2, s.y, st, size, l)
	}
}

// cell is a run of lines of one style in a column.
type cell struct {
	st   style
	size float64
	text string
	gap  float64 // space below
	rule bool    // a short line below
	hand string  // digits written by hand into the dotted blank of text
}

// column writes cells centred in a column from x on; gives the height used.
func (s *sheet) column(x, width float64, cells []cell, align bool) float64 {
	y := s.y
	for _, c := range cells {
		for _, l := range s.wrap(c.st, c.size, width, 0, c.text) {
			y += c.size * leading
			at := x
			if align {
				at = x + (width-s.c.width(c.st, c.size, l))/2
			}
			s.c.text(at, y, c.st, c.size, l)
			if c.hand != "" {
				s.hand(at, y, c.st, c.size, l, c.hand)
			}
		}
		if c.rule {
			w := s.c.width(c.st, c.size, c.text) * 0.6
			if w > width*0.8 {
				w = width * 0.5
			}
			s.c.line(x+(width-w)/2, y+6, x+(width+w)/2, y+6, 0.7)
			y += 5
		}
		y += c.gap
	}
	return y - s.y
}

// columns writes two columns side by side and goes on below the longer one.
func (s *sheet) columns(split float64, l, r []cell, centreLeft bool) {
	from := left
	if centreLeft {
		from -= 20 // headers of two columns reach into the margin
	}
	a := s.column(from, split-10, l, centreLeft)
	b := s.column(from+split, right-from-split, r, true)
	s.y += max(a, b)
}

// table writes rows with borders; the first row is the head, repeated on
// every page. widths are shares of the full width.
func (s *sheet) table(widths []float64, centred []bool, rows [][]string) {
	s.space(4)
	s.row(widths, centred, rows[0], bold)
	for _, r := range rows[1:] {
		if s.y+s.rowHeight(widths, r, regular) > pageHeight-marginBottom {
			s.newPage()
			s.space(4)
			s.row(widths, centred, rows[0], bold)
		}
		s.row(widths, centred, r, regular)
	}
	s.space(8)
}

const (
	cellSize = 12.5
	cellPad  = 4.0
)

func (s *sheet) rowHeight(widths []float64, r []string, st style) float64 {
	n := 1
	for i, t := range r {
		n = max(n, len(s.wrap(st, cellSize, widths[i]*full-2*cellPad, 0, t)))
	}
	return float64(n)*cellSize*leading + 2*cellPad
}

func (s *sheet) row(widths []float64, centred []bool, r []string, st style) {
	h := s.rowHeight(widths, r, st)
	s.need(h)
	top := s.y
	x := left
	for i, t := range r {
		w := widths[i] * full
		y := top + cellPad
		for _, l := range s.wrap(st, cellSize, w-2*cellPad, 0, t) {
			y += cellSize * leading
			at := x + cellPad
			if centred[i] || st == bold {
				at = x + (w-s.c.width(st, cellSize, l))/2
			}
			s.c.text(at, y-3, st, cellSize, l)
		}
		s.c.line(x, top, x, top+h, 0.6)
		x += w
	}
	s.c.line(x, top, x, top+h, 0.6)
	s.c.line(left, top, x, top, 0.6)
	s.c.line(left, top+h, x, top+h, 0.6)
	s.y = top + h
}
