package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
)

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	schema      = "http://schemas.openxmlformats.org/"
	office      = schema + "officeDocument/2006/relationships"
	mainSpace   = schema + "spreadsheetml/2006/main"
	partSheet   = "xl/worksheets/sheet1.xml"
)

// Name is the name of the one sheet that Write makes.
const Name = "Sheet1"

var frame = []struct{ name, body string }{
	{"[Content_Types].xml", `<Types xmlns="` + schema + `package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/` + partSheet + `" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + schema + `package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + mainSpace + `" xmlns:r="` + office + `"><sheets><sheet name="` + Name + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + schema + `package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

// Write gives a workbook of one sheet. A cell is a string, an int or a
// float64; a string is never taken for a formula or a number. The same rows
// give the same bytes.
func Write(rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range frame {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write([]byte(declaration + p.body))
		}
		if err != nil {
			return nil, err
		}
	}
	w, err := z.Create(partSheet)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	line.WriteString(declaration + `<worksheet xmlns="` + mainSpace + `"><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&line, `<row r="%d">`, i+1)
		for j, v := range row {
			if err := writeCell(&line, columnName(j)+strconv.Itoa(i+1), v); err != nil {
				return nil, err
			}
		}
		line.WriteString("</row>")
		if _, err := line.WriteTo(w); err != nil {
			return nil, err
		}
	}
	line.WriteString("</sheetData></worksheet>")
	if _, err := line.WriteTo(w); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeCell(b *bytes.Buffer, at string, v any) error {
	switch v := v.(type) {
	case int:
		fmt.Fprintf(b, `<c r="%s"><v>%d</v></c>`, at, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) { // the format has no such numbers
			return writeCell(b, at, fmt.Sprint(v))
		}
		fmt.Fprintf(b, `<c r="%s"><v>%s</v></c>`, at, strconv.FormatFloat(v, 'g', -1, 64))
	case string:
		if v == "" {
			return nil
		}
		fmt.Fprintf(b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">`, at)
		if err := xml.EscapeText(b, []byte(escaped(v))); err != nil {
			return err
		}
		b.WriteString("</t></is></c>")
	default:
		return fmt.Errorf("sheet: a cell cannot hold %T", v)
	}
	return nil
}
