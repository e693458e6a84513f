package papers

import (
	"bytes"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"

	"hoso/shared/fault"
)

const face = "serif"

// sheet draws a paper, in millimetres.
type sheet struct{ *fpdf.Fpdf }

// PDF gives the paper as a PDF with its font embedded.
func (p Paper) PDF() ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(p.Made.UTC())
	f.SetModificationDate(p.Made.UTC())
	f.SetTitle(p.Type+" "+p.Subject, true)
	f.SetLang("vi-VN")
	f.SetMargins(marginLeft, marginTop, marginRight)
	f.SetAutoPageBreak(true, marginBottom)
	f.AddUTF8FontFromBytes(face, "", liberationserifregular.TTF)
	f.AddUTF8FontFromBytes(face, "B", liberationserifbold.TTF)
	f.AddUTF8FontFromBytes(face, "I", liberationserifitalic.TTF)
	s := sheet{f}
	f.SetHeaderFunc(func() {
		if f.PageNo() > 1 { // the first page bears no number
			f.SetY(10)
			s.at("", bodySize)
			f.CellFormat(textWidth, 5, strconv.Itoa(f.PageNo()), "", 0, "C", false, 0, "")
			f.SetY(marginTop)
		}
	})
	f.AddPage()
	s.head(p)
	s.body(p)
	s.sign(p)
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, fault.Wrap(fault.Internal, "papers.pdf", err)
	}
	return b.Bytes(), nil
}

func (s sheet) at(style string, size float64) { s.SetFont(face, style, size) }

// lines writes lines within a column and gives where they end.
func (s sheet) lines(x, y, width float64, style string, size float64, align string, texts ...string) float64 {
	s.at(style, size)
	s.SetY(y)
	for _, t := range texts {
		s.SetX(x)
		s.MultiCell(width, size*0.42, t, "", align, false)
	}
	return s.GetY()
}

// rule draws a short line below the middle of a column.
func (s sheet) rule(x, y, width, length float64) {
	s.SetLineWidth(0.25)
	s.Line(x+(width-length)/2, y, x+(width+length)/2, y)
}

func (s sheet) head(p Paper) {
	left, right := textWidth*leftColumn, textWidth*(1-leftColumn)
	xr := marginLeft + left
	y := marginTop
	yl := y
	if p.Parent != "" {
		yl = s.lines(marginLeft, yl, left, "", headSize, "C", p.Parent)
	}
	yl = s.lines(marginLeft, yl, left, "B", headSize, "C", p.Organ)
	s.rule(marginLeft, yl+0.8, left, left*0.4)
	yr := s.lines(xr, y, right, "B", headSize, "C", motto1)
	yr = s.lines(xr, yr, right, "B", headSize+1, "C", motto2)
	s.rule(xr, yr+0.8, right, s.GetStringWidth(motto2))
	y = max(yl, yr) + 3
	s.lines(marginLeft, y, left, "", bodySize, "C", p.numberLine())
	y = s.lines(xr, y, right, "I", bodySize, "C", p.dateLine()) + 5
	y = s.lines(marginLeft, y, textWidth, "B", bodySize+1, "C", p.Type)
	y = s.lines(marginLeft, y, textWidth, "B", bodySize+1, "C", p.Subject)
	s.rule(marginLeft, y+1, textWidth, textWidth*0.3)
	s.SetY(y + 5)
}

// para writes a paragraph with an indented first line.
func (s sheet) para(style, text string) {
	s.at(style, bodySize)
	indent := ""
	for s.GetStringWidth(indent) < firstIndent {
		indent += " "
	}
	s.SetX(marginLeft)
	s.MultiCell(textWidth, lineDistance, indent+text, "", "J", false)
	s.Ln(1.5)
}

func (s sheet) body(p Paper) {
	if to := p.to(); len(to) > 0 {
		y := s.lines(marginLeft+textWidth*0.2, s.GetY(), textWidth*0.8, "", bodySize, "L", to...)
		s.SetY(y + 4)
	}
	for _, b := range p.basisLines() {
		s.para("I", b)
	}
	for _, b := range p.Body {
		s.para("", b)
	}
	for _, t := range p.Tables {
		s.table(t)
	}
	if p.Closing != "" {
		s.para("", p.closing())
	}
}

const cellPad = 1.2

func (s sheet) table(t Table) {
	s.at("B", bodySize)
	s.SetX(marginLeft)
	s.MultiCell(textWidth, lineDistance, t.Title, "", "L", false)
	s.row(t, t.Heads, "B")
	for _, r := range t.Rows {
		if s.row(t, r, "") {
			continue
		}
	}
	s.Ln(4)
}

// row draws one row; where it does not fit on the page a new one begins with
// the headings.
func (s sheet) row(t Table, cells []string, style string) bool {
	s.at(style, tableSize)
	const step = tableSize * 0.42
	most := 1
	split := make([][]string, len(cells))
	for i, c := range cells {
		split[i] = s.SplitText(c, textWidth*t.Widths[i]-2*cellPad)
		most = max(most, len(split[i]))
	}
	height := float64(most)*step + 2*cellPad
	fresh := false
	if s.GetY()+height > pageHeight-marginBottom {
		s.AddPage()
		if style == "" {
			s.row(t, t.Heads, "B")
			s.at(style, tableSize)
		}
		fresh = true
	}
	x, y := marginLeft, s.GetY()
	s.SetLineWidth(0.2)
	for i := range cells {
		w := textWidth * t.Widths[i]
		s.Rect(x, y, w, height, "D")
		align := "L"
		if i == 0 || style == "B" {
			align = "C"
		}
		for n, l := range split[i] {
			s.SetXY(x+cellPad, y+cellPad+float64(n)*step)
			s.CellFormat(w-2*cellPad, step, l, "", 0, align, false, 0, "")
		}
		x += w
	}
	s.SetXY(marginLeft, y+height)
	return fresh
}

// sign draws nơi nhận and the signature block beside each other; they stay
// on one page.
func (s sheet) sign(p Paper) {
	const need = 55
	s.Ln(4)
	if s.GetY()+need > pageHeight-marginBottom {
		s.AddPage()
	}
	left, right := textWidth*0.5, textWidth*0.5
	y := s.GetY()
	s.lines(marginLeft, s.lines(marginLeft, y, left, "I", small, "L", "Nơi nhận:"), left, "", tiny, "L", p.cc()...)
	end := s.lines(marginLeft+left, y, right, "B", bodySize, "C", p.Signer...)
	style := "B"
	if p.Name == "" {
		style = "I"
	}
	s.lines(marginLeft+left, end+25, right, style, bodySize, "C", p.name())
}
