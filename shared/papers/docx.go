package papers

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"hoso/shared/fault"
)

// DOCX gives the paper as a Word document (ECMA-376, transitional): plain
// paragraphs and tables in Times New Roman, so that any office program opens
// it and people can finish it.
func (p Paper) DOCX() ([]byte, error) {
	files := []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"word/document.xml", p.document()},
		{"word/styles.xml", styles},
		{"word/header1.xml", header},
		{"word/_rels/document.xml.rels", documentRels},
		{"docProps/core.xml", fmt.Sprintf(core, esc(p.Type+" "+p.Subject), p.Made.UTC().Format(time.RFC3339))},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: p.Made.UTC()})
		if err == nil {
			_, err = w.Write([]byte(f.body))
		}
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "papers.docx", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fault.Wrap(fault.Internal, "papers.docx", err)
	}
	return b.Bytes(), nil
}

// esc makes a text safe in XML; what XML cannot hold becomes U+FFFD.
func esc(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}

// look is how a paragraph looks. Sizes are points.
type look struct {
	bold, italic bool
	size         float64
	align        string // "left", "center" or "both"
	indent       bool   // first line
	rule         bool   // a line below
	after        int    // twentieths of a point
}

func para(l look, text string) string {
	var b strings.Builder
	b.WriteString("<w:p><w:pPr>")
	if l.rule {
		b.WriteString(`<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>`)
	}
	fmt.Fprintf(&b, `<w:spacing w:before="0" w:after="%d"/>`, l.after)
	if l.indent {
		fmt.Fprintf(&b, `<w:ind w:firstLine="%d"/>`, twips(firstIndent))
	}
	fmt.Fprintf(&b, `<w:jc w:val="%s"/></w:pPr>`, l.align)
	b.WriteString(run(l, text))
	b.WriteString("</w:p>")
	return b.String()
}

func run(l look, text string) string {
	var b strings.Builder
	b.WriteString("<w:r><w:rPr>")
	if l.bold {
		b.WriteString("<w:b/>")
	}
	if l.italic {
		b.WriteString("<w:i/>")
	}
	fmt.Fprintf(&b, `<w:sz w:val="%d"/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r>`, int(l.size*2), esc(text))
	return b.String()
}

// twips are twentieths of a point.
func twips(mm float64) int { return int(mm * 1440 / 25.4) }

// grid makes a table; borders false: a layout of columns.
func grid(borders bool, widths []float64, rows [][]string, heads int) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + fmt.Sprint(twips(textWidth)) + `" w:type="dxa"/>`)
	if borders {
		b.WriteString(`<w:tblBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="auto"/>`, side)
		}
		b.WriteString(`</w:tblBorders>`)
	}
	b.WriteString(`<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, twips(textWidth*w))
	}
	b.WriteString(`</w:tblGrid>`)
	for n, r := range rows {
		b.WriteString("<w:tr><w:trPr><w:cantSplit/>")
		if n < heads {
			b.WriteString("<w:tblHeader/>")
		}
		b.WriteString("</w:trPr>")
		for i, c := range r {
			fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, twips(textWidth*widths[i]), c)
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
	return b.String()
}

func (p Paper) document() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	centre := func(bold, italic bool, size float64, texts ...string) string {
		out := ""
		for _, t := range texts {
			out += para(look{bold: bold, italic: italic, size: size, align: "center"}, t)
		}
		return out
	}
	organ := centre(true, false, headSize, p.Organ)
	if p.Parent != "" {
		organ = centre(false, false, headSize, p.Parent) + organ
	}
	b.WriteString(grid(false, []float64{leftColumn, 1 - leftColumn}, [][]string{
		{organ + short, centre(true, false, headSize, motto1) + centre(true, false, headSize+1, motto2) + short},
		{centre(false, false, bodySize, p.numberLine()), centre(false, true, bodySize, p.dateLine())},
	}, 0))
	b.WriteString(para(look{size: bodySize, align: "center"}, ""))
	b.WriteString(centre(true, false, bodySize+1, p.Type, p.Subject) + short)
	for _, t := range p.to() {
		b.WriteString(para(look{size: bodySize, align: "center", after: 120}, t))
	}
	for _, t := range p.basisLines() {
		b.WriteString(para(look{italic: true, size: bodySize, align: "both", indent: true, after: 120}, t))
	}
	for _, t := range p.Body {
		b.WriteString(para(look{size: bodySize, align: "both", indent: true, after: 120}, t))
	}
	for _, t := range p.Tables {
		b.WriteString(para(look{bold: true, size: bodySize, align: "left", after: 60}, t.Title))
		rows := [][]string{nil}
		for _, h := range t.Heads {
			rows[0] = append(rows[0], para(look{bold: true, size: tableSize, align: "center"}, h))
		}
		for _, r := range t.Rows {
			var cells []string
			for i, c := range r {
				align := "left"
				if i == 0 {
					align = "center"
				}
				cells = append(cells, para(look{size: tableSize, align: align}, c))
			}
			rows = append(rows, cells)
		}
		b.WriteString(grid(true, t.Widths, rows, 1))
		b.WriteString(para(look{size: tableSize, align: "left"}, ""))
	}
	if p.Closing != "" {
		b.WriteString(para(look{size: bodySize, align: "both", indent: true, after: 240}, p.closing()))
	}
	cc := para(look{italic: true, bold: true, size: small, align: "left"}, "Nơi nhận:")
	for _, t := range p.cc() {
		cc += para(look{size: tiny, align: "left"}, t)
	}
	sign := centre(true, false, bodySize, p.Signer...) + centre(false, false, bodySize, "", "", "", "") + centre(p.Name != "", p.Name == "", bodySize, p.name())
	b.WriteString(grid(false, []float64{0.5, 0.5}, [][]string{{cc, sign}}, 0))
	fmt.Fprintf(&b, `<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`,
		twips(pageWidth), twips(pageHeight), twips(marginTop), twips(marginRight), twips(marginBottom), twips(marginLeft))
	b.WriteString("</w:body></w:document>")
	return b.String()
}

// short is a narrow line in the middle, as below names of organisations.
const short = `<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr><w:spacing w:before="0" w:after="60"/><w:ind w:left="1100" w:right="1100"/></w:pPr></w:p>`

const (
	contentTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	packageRels  = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	documentRels = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/></Relationships>`
	styles       = xml.Header + `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`
	header       = xml.Header + `<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`
	core         = xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>%s</dc:title><dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created></cp:coreProperties>`
)
