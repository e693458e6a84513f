package paper

import "hoso/testdata/corpus"

func (s *setter) table(b *corpus.Block) {
	left, width := s.m[0], s.now().Width-s.m[0]-s.m[2]
	xs := []float64{left}
	for _, w := range b.Widths {
		xs = append(xs, xs[len(xs)-1]+w*width)
	}
	top := s.y - s.look.Size
	line := s.look.Size * 1.2
	for i := 0; i < len(b.Rows); i++ {
		h := s.rowHeight(b, i, xs, line)
		if top+h > s.bottom() {
			p := s.now()
			s.page(s.m, p.Width, p.Height)
			top = s.y - s.look.Size
			if b.Head > 0 && i >= b.Head {
				top = s.row(b, 0, xs, top, line)
				b.Again = append(b.Again, i)
			}
		}
		top = s.row(b, i, xs, top, line)
	}
	s.y = top + s.look.Size + 10
}

func (s *setter) cell(b *corpus.Block, row, col int, xs []float64) (lines [][]piece, f *Face) {
	f = s.look.Family[0]
	if row < b.Head {
		f = s.look.Family[1]
	}
	w := xs[col+1] - xs[col] - 8
	return wrap(pieces(b.Rows[row][col]), f, s.look.Size, w, w), f
}

func (s *setter) rowHeight(b *corpus.Block, row int, xs []float64, line float64) float64 {
	most := 1
	for c := range b.Rows[row] {
		lines, _ := s.cell(b, row, c, xs)
		most = max(most, len(lines))
	}
	return float64(most)*line + 6
}

// row draws one row below top and gives its lower edge.
func (s *setter) row(b *corpus.Block, row int, xs []float64, top, line float64) float64 {
	h := s.rowHeight(b, row, xs, line)
	p := s.now()
	for c := range b.Rows[row] {
		lines, f := s.cell(b, row, c, xs)
		y := top + s.look.Size + 1
		if c == 0 || row < b.Head { // centred upright too
			y += (h - 6 - float64(len(lines))*line) / 2
		}
		for _, words := range lines {
			x := xs[c] + 4
			if row < b.Head || c == 0 {
				x = (xs[c]+xs[c+1])/2 - natural(words, f, s.look.Size)/2
			}
			s.line(words, f, s.look.Size, x, y, 0)
			y += line
		}
	}
	if !b.Bare {
		for _, x := range xs {
			p.Rules = append(p.Rules, Rule{x, top, x, top + h, 0.5})
		}
		p.Rules = append(p.Rules, Rule{xs[0], top, xs[len(xs)-1], top, 0.5}, Rule{xs[0], top + h, xs[len(xs)-1], top + h, 0.5})
	}
	return top + h
}
