package pdftest

import (
	"fmt"
	"strings"
)

// Typed is a page whose font says by its map which letters it draws: any text,
// as long as it has no more than some 200 letters.
type Typed struct {
	codes map[rune]byte
	body  strings.Builder
}

// NewTyped starts a page.
func NewTyped() *Typed { return &Typed{codes: map[rune]byte{}} }

// Beside starts content of its own in the same font, for an appearance.
func (p *Typed) Beside() *Typed { return &Typed{codes: p.codes} }

// Content gives the operators so far.
func (p *Typed) Content() string { return p.body.String() }

// Show draws text at a place; matrix turns it, "" leaves it level.
func (p *Typed) Show(x, y, size float64, matrix, text string) {
	var hex strings.Builder
	for _, r := range text {
		if _, ok := p.codes[r]; !ok {
			p.codes[r] = byte(0x21 + len(p.codes))
		}
		fmt.Fprintf(&hex, "%02x", p.codes[r])
	}
	if matrix == "" {
		matrix = "1 0 0 1"
	}
	fmt.Fprintf(&p.body, "BT /F1 %g Tf %s %g %g Tm <%s> Tj ET\n", size, matrix, x, y, hex.String())
}

// File writes the page: the font is /F1, object 3; annots are entries of the
// page, and more adds objects from number 7 on.
func (p *Typed) File(annots string, more func(f *File)) []byte {
	f := &File{}
	f.Add("<</Type /Catalog /Pages 2 0 R>>")
	f.Add("<</Type /Pages /Kids [5 0 R] /Count 1>>")
	var m strings.Builder
	fmt.Fprintf(&m, "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<00> <ff>\nendcodespacerange\n%d beginbfchar\n", len(p.codes))
	for r, c := range p.codes {
		fmt.Fprintf(&m, "<%02x> <%04x>\n", c, r)
	}
	m.WriteString("endbfchar\nendcmap\nend\n")
	f.Add("<</Type /Font /Subtype /TrueType /BaseFont /AAAAAA+Times /FirstChar 32 /LastChar 255 /Widths [" + strings.Repeat("500 ", 224) + "] /ToUnicode 6 0 R>>")
	f.Stream("", []byte(p.body.String()))
	f.Add("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R " + annots + ">>")
	f.Stream("", []byte(m.String()))
	if more != nil {
		more(f)
	}
	return f.Bytes()
}
