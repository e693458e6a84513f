// Package papers makes official documents of data, as DOCX for people who
// finish and sign them and as PDF with an embedded font: two-column header,
// number and place line, căn cứ, body, tables, signature block and nơi nhận
// (Decree 30/2020/NĐ-CP, Appendix I). The same data gives the same bytes. What
// is not known is left as a blank to be filled in, never invented.
package papers

import (
	"strings"
	"time"
)

// Paper is one official document.
type Paper struct {
	Parent  string   // organisation above the issuing one; "": none
	Organ   string   // issuing organisation
	Number  string   // số, ký hiệu; the number itself is usually blank
	Place   string   // địa danh
	Date    string   // "ngày …": usually blank until it is signed
	Type    string   // tên loại, such as "TỜ TRÌNH"
	Subject string   // trích yếu
	To      []string // kính gửi
	Basis   []string // căn cứ, without the word
	Body    []string // paragraphs
	Tables  []Table
	Closing string   // last sentence; "./." is added
	Signer  []string // lines above the name: authority and title
	Name    string   // of the signer; "": blank
	CC      []string // nơi nhận
	Made    time.Time
}

// Table is a list in the paper. Widths are shares of the page's width.
type Table struct {
	Title  string
	Heads  []string
	Widths []float64
	Rows   [][]string
}

// Blank is where a person writes by hand or types.
const Blank = "……"

const (
	motto1 = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto2 = "Độc lập - Tự do - Hạnh phúc"
)

// Page and margins in millimetres (Decree 30/2020, Appendix I, part I, 1–2).
const (
	pageWidth, pageHeight     = 210.0, 297.0
	marginTop, marginBottom   = 20.0, 20.0
	marginLeft, marginRight   = 30.0, 15.0
	textWidth                 = pageWidth - marginLeft - marginRight
	leftColumn                = 0.42 // share of the header's left column
	bodySize, tableSize       = 13.0, 12.0
	headSize, small, tiny     = 12.0, 12.0, 11.0
	firstIndent, lineDistance = 10.0, 6.2
)

// dateLine is the line of place and date.
func (p Paper) dateLine() string {
	date := p.Date
	if date == "" {
		date = "ngày " + Blank + " tháng " + Blank + " năm " + Blank
	}
	place := p.Place
	if place == "" {
		place = Blank
	}
	return place + ", " + date
}

// numberLine is the line of số, ký hiệu.
func (p Paper) numberLine() string {
	if p.Number == "" {
		return "Số: " + Blank + "/" + Blank
	}
	return "Số: " + p.Number
}

// basisLines are the lines of căn cứ: semicolons, the last a full stop.
func (p Paper) basisLines() []string {
	var out []string
	for i, b := range p.Basis {
		end := ";"
		if i == len(p.Basis)-1 {
			end = "."
		}
		out = append(out, "Căn cứ "+strings.TrimRight(b, " .;")+end)
	}
	return out
}

// closing is the last sentence with its mark.
func (p Paper) closing() string { return strings.TrimRight(p.Closing, " ./") + "./." }

// name is the signer's name or a blank for it.
func (p Paper) name() string {
	if p.Name == "" {
		return "(Ký, ghi rõ họ tên, đóng dấu)"
	}
	return p.Name
}

// to is the line of addressees, or one each.
func (p Paper) to() []string {
	switch len(p.To) {
	case 0:
		return nil
	case 1:
		return []string{"Kính gửi: " + p.To[0]}
	}
	out := []string{"Kính gửi:"}
	for i, t := range p.To {
		end := ";"
		if i == len(p.To)-1 {
			end = "."
		}
		out = append(out, "- "+t+end)
	}
	return out
}

// cc are the lines of nơi nhận.
func (p Paper) cc() []string {
	var out []string
	for i, t := range p.CC {
		end := ";"
		if i == len(p.CC)-1 {
			end = "."
		}
		out = append(out, "- "+strings.TrimRight(t, ".;")+end)
	}
	return out
}
