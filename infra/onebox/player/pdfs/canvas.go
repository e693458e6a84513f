// Package pdfs writes the papers of a nomination dossier as PDF files: the
// submission letter, the minutes, achievement reports, and the decision, in
// the layout that Vietnamese offices use (two-column header, tables,
// signature blocks), from data.
//
// The same data gives the same bytes. A paper is either born digital (text
// with an embedded font and a Unicode map) or a scan (a grey picture of each
// page, slightly askew, and nothing else). Papers are fiction: nothing in
// them is about a real person.
package pdfs

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
)

// A4 in points.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
)

// style of a run of text.
type style int

const (
	regular style = iota
	bold
	italic
)

// fontOf gives the font of a style.
func fontOf(s style) []byte {
	switch s {
	case bold:
		return liberationserifbold.TTF
	case italic:
		return liberationserifitalic.TTF
	}
	return liberationserifregular.TTF
}

// canvas is what a paper is drawn on; y grows downwards, in points.
type canvas interface {
	newPage()
	width(s style, size float64, text string) float64
	text(x, y float64, s style, size float64, text string)
	line(x1, y1, x2, y2, thickness float64)
}

// ink is a canvas that gives a born-digital file.
type ink struct{ pdf *fpdf.Fpdf }

// onDay dates a file by its day, as its paper is: what is made twice on one day
// is the same file.
func onDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func newInk(title string, made time.Time) *ink {
	p := fpdf.New("P", "pt", "A4", "")
	p.SetCatalogSort(true)
	p.SetCreationDate(onDay(made))
	p.SetModificationDate(onDay(made))
	p.SetTitle(title, true)
	p.SetLang("vi-VN")
	p.SetAutoPageBreak(false, 0)
	for s, name := range fpdfStyles() {
		p.AddUTF8FontFromBytes("serif", name, fontOf(style(s)))
	}
	return &ink{pdf: p}
}

// fpdfStyles maps styles to the library's names: an array, so that fonts are
// added in one order.
func fpdfStyles() [3]string { return [3]string{"", "B", "I"} }

func (k *ink) newPage() { k.pdf.AddPage() }

func (k *ink) width(s style, size float64, text string) float64 {
	k.pdf.SetFont("serif", fpdfStyles()[s], size)
	return k.pdf.GetStringWidth(text)
}

func (k *ink) text(x, y float64, s style, size float64, text string) {
	k.pdf.SetFont("serif", fpdfStyles()[s], size)
	k.pdf.Text(x, y, text)
}

func (k *ink) line(x1, y1, x2, y2, thickness float64) {
	k.pdf.SetLineWidth(thickness)
	k.pdf.Line(x1, y1, x2, y2)
}

func (k *ink) bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := k.pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF: %w", err)
	}
	return b.Bytes(), nil
}
