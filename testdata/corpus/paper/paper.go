package paper

import (
	"image"
	"math/rand/v2"
	"strconv"

	"hoso/testdata/corpus"
)

// Page is one page: items in points from the top left corner, in the order
// they are drawn.
type Page struct {
	Width, Height float64
	Texts         []Text
	Rules         []Rule
	Pictures      []Picture
	Notes         []Text // drawn by annotations, over everything
}

// Text is letters of one style on one baseline.
type Text struct {
	X, Y   float64 // left end, baseline
	Size   float64
	Space  float64 // added to every blank
	Face   *Face
	S      string
	Rubber bool // stamped: drawn in red, a little askew
}

// Width gives how far the text reaches.
func (t *Text) Width() float64 {
	w := t.Face.Width(t.S) * t.Size
	for _, r := range t.S {
		if r == ' ' {
			w += t.Space
		}
	}
	return w
}

// Rule is a ruling line.
type Rule struct{ X0, Y0, X1, Y1, Width float64 }

// Picture is a picture with see-through parts, in its box.
type Picture struct {
	X0, Y0, X1, Y1 float64
	Image          *image.NRGBA
}

// Look is how a producer sets a dossier.
type Look struct {
	Family  Family
	Size    float64
	Margins [4]float64 // left, top, right, bottom
	Pitch   float64    // between baselines, as a multiple of the size
	Justify bool
	Numbers bool // page numbers
	Scan    bool
	Stamp   bool // an incoming stamp lies over the first page of a letter
}

// NewLook chooses a look.
func NewLook(r *rand.Rand, scan bool) Look {
	l := Look{
		Family: Serif(), Size: []float64{13, 13, 14, 12.5}[r.IntN(4)], Margins: [4]float64{85, 57, 45, 57},
		Pitch: []float64{1.2, 1.28, 1.35}[r.IntN(3)], Justify: r.IntN(3) > 0, Numbers: r.IntN(2) == 0, Scan: scan, Stamp: scan && r.IntN(3) == 0,
	}
	if r.IntN(6) == 0 {
		l.Family = Sans()
		l.Size = 12
	}
	return l
}

// Sheet is a file set on pages.
type Sheet struct {
	Pages []Page
	Spans [][2]int // first and last page of each document, from 1
}

// Set sets a file.
func Set(f corpus.File, l Look, r *rand.Rand) Sheet {
	s := &setter{look: l, r: r}
	var out Sheet
	for i, d := range f.Documents {
		s.page(l.Margins, 595, 842)
		first := len(s.pages)
		for k := range d.Blocks {
			s.block(&d.Blocks[k])
		}
		if i == 0 && l.Stamp && f.Slot == "to_trinh" {
			p := &s.pages[first-1]
			x, y := 250+r.Float64()*60, 98+r.Float64()*30
			p.Pictures = append(p.Pictures, Picture{x, y, x + 120, y + 52, incoming(r)})
		}
		out.Spans = append(out.Spans, [2]int{first, len(s.pages)})
		if l.Numbers {
			for n := first + 1; n <= len(s.pages); n++ {
				p := &s.pages[n-1]
				p.Texts = append(p.Texts, Text{X: p.Width/2 - 3, Y: 36, Size: l.Size, Face: l.Family[0], S: strconv.Itoa(n - first + 1)})
			}
		}
	}
	out.Pages = s.pages
	return out
}
