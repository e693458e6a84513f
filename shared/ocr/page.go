package ocr

import (
	"context"
	"math"
	"os"
	"slices"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// page recognises one page: its words, ruling lines and drawings, in points of
// the turned page, and how it was turned.
func (r *Recogniser) page(ctx context.Context, pdf *os.File, p reading.Page) (layout.Sheet, turn, error) {
	s := layout.Sheet{N: p.N, Width: p.Width, Height: p.Height}
	drawn, dpi, err := r.draw(ctx, pdf, p.N, p.Width, p.Height)
	if err != nil {
		return s, turn{}, err
	}
	if err := r.colouredMark(ctx, drawn, p.N, dpi); err != nil {
		return s, turn{}, err
	}
	v, err := r.upright(ctx, drawn, dpi)
	if err != nil || !legible(v.ordered) {
		return s, turn{}, err
	}
	if v.quarters%2 == 1 {
		s.Width, s.Height = s.Height, s.Width
	}
	words, err := r.words(ctx, v, dpi)
	if err != nil || len(words) == 0 {
		return s, turn{}, err
	}
	g := v.black
	scale := s.Width / float64(g.w)
	usual := usualSize(words)
	d := v.all.drawings(words, usual, dpi)
	if words, err = r.reread(ctx, g, d, words, usual, dpi); err != nil {
		return s, turn{}, err
	}
	words = d.strip(worded(words))
	level(words, usual)
	words = unglued(words)
	repair(words)
	left := g.unread(words, d, usual)
	found := d.shapes
	if v.all != g {
		found, _ = g.shapes(g.inkLimit())
	}
	g.markHands(words, found)
	for i := range words {
		words[i].spoilt = left.near(&words[i], usual)
	}
	fill(&s, words, usual, scale)
	rule(&s, v.across, v.down, scale)
	picture(&s, d, left, usual, scale)
	return s, turn{v.quarters, v.angle, float64(g.w) * scale, float64(g.h) * scale}, nil
}

// view is a page the right way up, straightened and without ruling lines, and
// its first reading.
type view struct {
	leaf
	quarters     int // it was turned clockwise by
	angle        float64
	across, down []stroke
	ordered      []word
}

// upright straightens a page and reads it. A page that gives no text lies on
// its side or its head: the turn that reads best is taken.
func (r *Recogniser) upright(ctx context.Context, drawn leaf, dpi float64) (view, error) {
	var best view
	bestScore := -1.0
	for _, quarters := range [4]int{0, 1, 3, 2} {
		v := view{leaf: drawn.turned(quarters), quarters: quarters}
		v.angle = v.black.skew()
		v.leaf = v.levelled(v.angle)
		v.across, v.down = v.eraseRules(dpi)
		var err error
		if v.ordered, err = r.read(ctx, v.black.pnm(), orderedText, dpi); err != nil {
			return v, err
		}
		if s := sureness(v.ordered); s > bestScore {
			best, bestScore = v, s
		}
		if legible(v.ordered) {
			return v, nil
		}
	}
	return best, nil
}

// words gives the words of a page from both of its readings.
func (r *Recogniser) words(ctx context.Context, v view, dpi float64) ([]word, error) {
	sparse, err := r.read(ctx, v.black.pnm(), sparseText, dpi)
	if err != nil {
		return nil, err
	}
	return merge(v.ordered, sparse), nil
}

// sureness is the mean confidence of the letters of words, 0 if there are few.
func sureness(words []word) float64 {
	letters, sum := 0, 0.0
	for i := range words {
		if words[i].conf < 15 {
			continue
		}
		n := len([]rune(words[i].text))
		letters += n
		sum += words[i].conf * float64(n)
	}
	if letters < 8 {
		return 0
	}
	return sum / float64(letters)
}

// legible reports that the words are a page that was read rather than one
// lying on its side, a photograph or pure handwriting.
func legible(words []word) bool { return sureness(words) >= 60 }

// picture puts drawings on a sheet, and other ink that nobody could read.
func picture(s *layout.Sheet, d *drawings, left *ink, usual, scale float64) {
	add := func(b stroke, conf float64) {
		s.Pictures = append(s.Pictures, layout.Picture{Conf: conf, Box: reading.Box{
			float64(b.x0) * scale, float64(b.y0) * scale, float64(b.x1+1) * scale, float64(b.y1+1) * scale,
		}})
	}
	for _, b := range d.regions {
		conf := doubtful
		if float64(b.x1-b.x0) > 2.5*usual && float64(b.y1-b.y0) > 1.2*usual {
			conf = asRead
		}
		add(b, conf)
	}
	for _, b := range left.blobs {
		add(b, doubtful)
	}
	slices.SortStableFunc(s.Pictures, func(a, b layout.Picture) int {
		return int(math.Copysign(1, b.Conf-a.Conf)) * min(1, int(math.Ceil(math.Abs(b.Conf-a.Conf))))
	})
}
