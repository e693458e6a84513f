package ocr

import (
	"context"
	"os"

	"hoso/shared/fault"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// CodeRecognised is the problem of a page whose text was recognised.
const CodeRecognised = "page-recognised"

// MaxPages bounds the pages recognised in one file; the others are left to a
// person.
const MaxPages = 120

// Page modes of Tesseract: the page in reading order, and sparse text in no
// order. The first keeps tone marks better, the second finds more words.
const (
	orderedText = 3
	sparseText  = 11
)

// Recogniser recognises pages.
type Recogniser struct {
	child pictures.Child
}

// New makes a recogniser that runs its programs by child.
func New(child pictures.Child) *Recogniser { return &Recogniser{child: child} }

// Recognise gives the reading with the pages that nobody could read
// recognised, page by page, as Assemble puts them together. A page that cannot
// be recognised stays as it was, and the others go on.
//
// Errors: fault.NotFound (CodeNotInstalled), fault.Transient (the context
// ended, or a program could not be started now). got is not changed.
func (r *Recogniser) Recognise(ctx context.Context, pdf *os.File, got reading.Reading) (reading.Reading, error) {
	pages := map[int][]byte{}
	for _, p := range got.Pages {
		if !p.NeedsPerson() || len(pages) >= MaxPages {
			continue
		}
		page, err := r.Page(ctx, pdf, p)
		if fault.Is(err, fault.Unreadable) {
			continue
		}
		if err != nil {
			return got, err
		}
		if len(page) > 0 {
			pages[p.N] = page
		}
	}
	return r.Assemble(got, pages)
}

// page recognises one page: its words and ruling lines, in points of the
// turned page, and how it was turned.
func (r *Recogniser) page(ctx context.Context, pdf *os.File, p reading.Page) (layout.Sheet, turn, error) {
	s := layout.Sheet{N: p.N, Width: p.Width, Height: p.Height}
	g, dpi, err := r.draw(ctx, pdf, p.N, p.Width, p.Height)
	if err != nil {
		return s, turn{}, err
	}
	angle := g.skew()
	g = g.turned(angle)
	across, down := g.eraseRules(dpi)
	pgm := g.pnm()
	ordered, err := r.read(ctx, pgm, orderedText, dpi)
	if err != nil {
		return s, turn{}, err
	}
	sparse, err := r.read(ctx, pgm, sparseText, dpi)
	if err != nil {
		return s, turn{}, err
	}
	words := worded(merge(ordered, sparse))
	if !legible(words) {
		return s, turn{}, nil
	}
	scale := p.Width / float64(g.w)
	usual := usualSize(words)
	left := g.unread(words, usual)
	for i := range words {
		words[i].spoilt = left.near(&words[i], usual)
	}
	fill(&s, words, usual, scale)
	rule(&s, across, down, scale)
	for _, b := range left.blobs {
		s.Pictures = append(s.Pictures, layout.Picture{Box: reading.Box{float64(b.x0) * scale, float64(b.y0) * scale, float64(b.x1) * scale, float64(b.y1) * scale}})
	}
	return s, turn{angle, float64(g.w) * scale, float64(g.h) * scale}, nil
}

// legible reports that the words are a page that was read rather than one
// lying on its side, a photograph or pure handwriting.
func legible(words []word) bool {
	letters, sum := 0, 0.0
	for i := range words {
		n := len([]rune(words[i].text))
		letters += n
		sum += words[i].conf * float64(n)
	}
	return letters >= 20 && sum/float64(letters) >= 60
}

// problems replaces "nothing of this page was read" on recognised pages.
func problems(r reading.Reading) []reading.Problem {
	recognised := map[int]bool{}
	for _, p := range r.Pages {
		recognised[p.N] = p.Recognised
	}
	var out []reading.Problem
	for _, p := range r.Problems {
		switch p.Code {
		case reading.CodePageScan, reading.CodePageOCR, reading.CodePageUnmapped:
			if recognised[p.Page] {
				p.Code = CodeRecognised
				p.Message = "Chữ của trang được máy nhận dạng từ ảnh; hãy đối chiếu các thông tin với ảnh của trang."
			}
		}
		out = append(out, p)
	}
	return out
}
