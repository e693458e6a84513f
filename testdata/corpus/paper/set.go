package paper

import (
	"math/rand/v2"
	"strings"

	"hoso/testdata/corpus"
)

// setter is the work on one file.
type setter struct {
	look  Look
	r     *rand.Rand
	pages []Page
	y     float64 // next baseline
	m     [4]float64
}

func (s *setter) page(m [4]float64, w, h float64) {
	s.pages = append(s.pages, Page{Width: w, Height: h})
	s.m = m
	s.y = m[1] + s.look.Size
}

func (s *setter) now() *Page      { return &s.pages[len(s.pages)-1] }
func (s *setter) bottom() float64 { return s.now().Height - s.m[3] }

// room begins a new page unless height fits below.
func (s *setter) room(height float64) bool {
	if s.y+height <= s.bottom()+2 {
		return false
	}
	p := s.now()
	s.page(s.m, p.Width, p.Height)
	return true
}

// piece is a word, or what stands for one.
type piece struct {
	s      string
	rubber bool
	pen    string // written by hand inside the word, standing where \x00 is
	gap    bool
}

// pieces cuts a text into words.
func pieces(text string) []piece {
	var out []piece
	rubber := false
	for _, w := range strings.Fields(text) {
		p := piece{rubber: rubber}
		var b strings.Builder
		penned := false
		for _, r := range w {
			switch r {
			case corpus.Pen:
				penned = true
				b.WriteByte(0)
			case corpus.Rubber:
				rubber, p.rubber = true, true
			case corpus.End:
				penned, rubber = false, false
			case corpus.Gap:
				p.gap = true
			default:
				if penned {
					p.pen += string(r)
				} else {
					b.WriteRune(r)
				}
			}
		}
		p.s = b.String()
		out = append(out, p)
	}
	return out
}

const (
	penRoom = 9.0  // points for a digit written by hand
	gapRoom = 26.0 // points of a blank
)

func (p *piece) width(f *Face, size float64) float64 {
	if p.gap {
		return gapRoom
	}
	w := f.Width(strings.ReplaceAll(p.s, "\x00", "")) * size
	if p.pen != "" {
		w += penRoom*float64(len(p.pen)) + 8
	}
	return w
}

// wrap breaks words into lines.
func wrap(words []piece, f *Face, size, first, rest float64) [][]piece {
	var out [][]piece
	var line []piece
	x, room := 0.0, first
	blank := f.Advance(' ') * size
	for _, w := range words {
		ww := w.width(f, size)
		if len(line) > 0 && x+blank+ww > room {
			out = append(out, line)
			line, x, room = nil, 0, rest
		}
		if len(line) > 0 {
			x += blank
		}
		line = append(line, w)
		x += ww
	}
	return append(out, line)
}

func natural(line []piece, f *Face, size float64) float64 {
	w := 0.0
	for i := range line {
		if i > 0 {
			w += f.Advance(' ') * size
		}
		w += line[i].width(f, size)
	}
	return w
}

// line draws words from x on baseline y; extra is added to each blank.
func (s *setter) line(words []piece, f *Face, size, x, y, extra float64) {
	p := s.now()
	blank := f.Advance(' ') * size
	var b strings.Builder
	start, rubber := x, false
	flush := func() {
		if t := b.String(); strings.TrimSpace(t) != "" {
			p.Texts = append(p.Texts, Text{X: start, Y: y, Size: size, Space: extra, Face: f, S: strings.TrimRight(t, " "), Rubber: rubber})
		}
		b.Reset()
	}
	for i := range words {
		w := &words[i]
		if w.rubber != rubber {
			flush()
			start, rubber = x, w.rubber
		}
		if w.gap {
			flush()
			x += gapRoom + blank
			start = x
			continue
		}
		before, after, penned := strings.Cut(w.s, "\x00")
		b.WriteString(before)
		x += f.Width(before) * size
		if penned {
			flush()
			width := penRoom*float64(len(w.pen)) + 8
			if s.look.Scan {
				p.Pictures = append(p.Pictures, Picture{x, y - 17, x + width, y + 7, digits(w.pen, s.r)})
			} else {
				p.Notes = append(p.Notes, Text{X: x + 4, Y: y, Size: size, Face: f, S: w.pen})
			}
			x += width
			start = x
			b.WriteString(after)
			x += f.Width(after) * size
		}
		if i+1 < len(words) {
			b.WriteByte(' ')
			x += blank + extra
		}
	}
	flush()
}

func (s *setter) face(l *corpus.Line) *Face {
	i := 0
	if l.Bold {
		i |= 1
	}
	if l.Italic {
		i |= 2
	}
	return s.look.Family[i]
}

func (s *setter) size(l *corpus.Line) float64 {
	if l.Size > 0 {
		return l.Size
	}
	return s.look.Size
}

func (s *setter) block(b *corpus.Block) {
	switch b.Kind {
	case corpus.Para:
		s.para(b)
	case corpus.Pair:
		s.pair(b)
	case corpus.Table:
		s.table(b)
	case corpus.Break:
		s.page(s.look.Margins, 595, 842)
	case corpus.Wide:
		m := s.look.Margins
		s.page([4]float64{m[1], m[0], m[3], m[2]}, 842, 595)
	}
}

func (s *setter) para(b *corpus.Block) {
	l := &b.Lines[0]
	f, size := s.face(l), s.size(l)
	pitch := size * s.look.Pitch
	left, width := s.m[0], s.now().Width-s.m[0]-s.m[2]
	indent := 0.0
	if b.Align == corpus.Body {
		indent = 28
	}
	if b.Align == corpus.Centre {
		width -= 60
		left += 30
	}
	lines := wrap(pieces(l.Text), f, size, width-indent, width)
	for i, words := range lines {
		s.room(0)
		x, extra := left, 0.0
		n := natural(words, f, size)
		if i == 0 {
			x += indent
		}
		switch {
		case b.Align == corpus.Centre:
			x = left + (width-n)/2
		case b.Align == corpus.Body && s.look.Justify && i < len(lines)-1 && len(words) > 1:
			extra = (left + width - x - n) / float64(len(words)-1)
		}
		s.line(words, f, size, x, s.y, extra)
		if l.Under > 0 && i == len(lines)-1 {
			mid := left + width/2
			s.now().Rules = append(s.now().Rules, Rule{mid - l.Under*200, s.y + 6, mid + l.Under*200, s.y + 6, 0.7})
		}
		s.y += pitch
	}
	if b.Align == corpus.Centre {
		s.y += 2
	} else {
		s.y += s.look.Size * 0.35
	}
}

// column is one side of a pair, broken into lines.
type column struct {
	lines []corpus.Line
	words [][]piece
}

func (s *setter) column(in []corpus.Line, width float64) column {
	var c column
	for _, l := range in {
		if l.Mark != corpus.None {
			c.lines, c.words = append(c.lines, l), append(c.words, nil)
			continue
		}
		parts := wrap(pieces(l.Text), s.face(&l), s.size(&l), width, width)
		for i, w := range parts {
			part := l
			if i < len(parts)-1 {
				part.Under = 0
			}
			c.lines, c.words = append(c.lines, part), append(c.words, w)
		}
	}
	return c
}

const signRoom = 62.0

func (s *setter) pitchOf(l *corpus.Line) float64 {
	switch {
	case l.Mark == corpus.Blank && l.Size > 0:
		return l.Size
	case l.Mark != corpus.None:
		return signRoom
	case l.Under > 0:
		return s.size(l)*1.2 + 5
	}
	return s.size(l) * 1.2
}

func (s *setter) height(c column) float64 {
	h := 0.0
	for i := range c.lines {
		h += s.pitchOf(&c.lines[i])
	}
	return h
}

func (s *setter) pair(b *corpus.Block) {
	head := b.Role == "header"
	width := s.now().Width
	lw, rw := 205.0, 250.0
	lm, rm := s.m[0]+100, width-s.m[2]-130
	if head {
		lm, rm, lw, rw = s.m[0]+78, width-s.m[2]-140, 172, 330
	}
	left, right := s.column(b.Left, lw), s.column(b.Right, rw)
	h := max(s.height(left), s.height(right)+b.Low)
	if !head {
		s.y += 8
		s.room(h - 10)
	}
	top := s.y
	for side, c := range []column{left, right} {
		y, mid := top, lm
		if side == 1 {
			y, mid = top+b.Low, rm
		}
		for i := range c.lines {
			l := &c.lines[i]
			if l.Mark != corpus.None {
				s.mark(l.Mark, mid, y)
				y += s.pitchOf(l)
				continue
			}
			f, size := s.face(l), s.size(l)
			if most := 280.0; head && side == 1 && f.Width(corpus.Plain(l.Text))*size > most {
				size = most / f.Width(corpus.Plain(l.Text))
			}
			n := natural(c.words[i], f, size)
			x := mid - n/2
			if strings.HasPrefix(l.Text, "- ") || strings.HasPrefix(l.Text, "Nơi nhận") {
				x = s.m[0]
			}
			s.line(c.words[i], f, size, x, y, 0)
			if l.Under > 0 {
				s.now().Rules = append(s.now().Rules, Rule{mid - n*l.Under/2, y + 4.5, mid + n*l.Under/2, y + 4.5, 0.7})
			}
			y += s.pitchOf(l)
		}
	}
	s.y = top + h + s.look.Size*0.9
}

// mark draws what a pen or a seal leaves between a title and a name.
func (s *setter) mark(m corpus.Mark, mid, y float64) {
	p := s.now()
	if m == corpus.Blank {
		return
	}
	x := mid - 55 + s.r.Float64()*20
	p.Pictures = append(p.Pictures, Picture{x, y - 6, x + 100, y + 46, scribble(s.r)})
	if m == corpus.Sealed {
		dx := mid - 105 + s.r.Float64()*25
		dy := y - 28 + s.r.Float64()*12
		p.Pictures = append(p.Pictures, Picture{dx, dy, dx + 92, dy + 92, seal(s.r)})
	}
}
