package ocr

import (
	"context"
	"slices"
	"strings"

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// A coloured stamp vanishes from the picture that the page is read from. A
// secrecy mark is such a stamp, so the coloured ink in the upper part of the
// page is looked at by itself.
const (
	redBy   = 50      // how much brighter one channel of coloured ink is than another
	redPart = 0.00025 // of the picture: less ink is no word
	redDown = 0.5     // how far down the page is looked at
)

// secretFound ends the recognition of a page that bears a secrecy mark.
type secretFound struct {
	mark string
	sure bool
}

func (s *secretFound) Error() string { return "ocr: a secrecy mark" }

// coloured gives the coloured ink of the upper part of a page, black on white;
// nil where there is too little to be a word.
func (l leaf) coloured() *gray {
	if l.black == l.all {
		return nil
	}
	w, h := l.black.w, int(float64(l.black.h)*redDown)
	g := &gray{w, h, make([]byte, w*h)}
	n := 0
	for i := range g.pix {
		g.pix[i] = 255
		if int(l.black.pix[i])-int(l.all.pix[i]) > redBy {
			g.pix[i] = 0
			n++
		}
	}
	if float64(n) < redPart*float64(w*h) {
		return nil
	}
	return g
}

// colouredMark looks for a secrecy mark among the coloured ink of a page; it
// is a *secretFound if there is one.
func (r *Recogniser) colouredMark(ctx context.Context, l leaf, page int, dpi float64) error {
	ink := l.coloured()
	if ink == nil {
		return nil
	}
	words, err := r.read(ctx, ink.pnm(), sparseText, dpi)
	if fault.Is(err, fault.Unreadable) {
		return nil
	}
	if err != nil {
		return err
	}
	s := layout.Sheet{N: page, Width: float64(ink.w), Height: float64(ink.h) / redDown}
	fill(&s, words, usualSize(words), 1)
	found := secretOn(&s)
	if found == nil {
		return nil
	}
	found.sure = slices.ContainsFunc(words, func(w word) bool { return strings.EqualFold(w.text, "MẬT") && w.conf >= 80 })
	return found
}

// secretOn looks for a secrecy mark on a recognised page; nil for none.
func secretOn(s *layout.Sheet) *secretFound {
	p := fields.Page{Sheet: *s, Quality: reading.Text, Blocks: layout.Blocks(s)}
	if mark, _, sure := fields.SecretMark(&p); mark != "" {
		return &secretFound{mark, sure}
	}
	return nil
}

// withheld is the reading of a file in which a secrecy mark was found: nothing
// of what was recognised is kept.
func withheld(r reading.Reading, p reading.Problem) reading.Reading {
	r.Pages = slices.Clone(r.Pages)
	r.Problems, r.Documents = append(slices.Clone(r.Problems), p), nil
	r.Signatures = slices.Clone(r.Signatures)
	r.Withhold()
	return r
}

// secret reports that what Page gave is a page with a secrecy mark: the other
// pages need not be looked at.
func secret(page []byte) bool {
	f, err := unpack(page)
	return err == nil && f.Secret != ""
}
