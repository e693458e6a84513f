package ocr

import (
	"context"
	"os"

	"hoso/shared/fault"
	"hoso/shared/pictures"
	"hoso/shared/reading"
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
		if secret(page) {
			break
		}
	}
	return r.Assemble(got, pages)
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
