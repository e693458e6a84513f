package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hoso/shared/sheet"
)

var limits = sheet.Limits{Unpacked: 1 << 20, Rows: 100, Columns: 20}

var texts = []string{
	"Họ và tên", "<b>&\"'", " đầu và cuối ", "hai\ndòng", "=1+1", "_x0041_", "_x005F_", "00123", "1E5", "TRUE", "", "𝄞 nhạc",
}

// TestAnotherProgramReadsWhatIsWritten lets excelize open it.
func TestAnotherProgramReadsWhatIsWritten(t *testing.T) {
	row := []any{}
	for _, s := range texts {
		row = append(row, s)
	}
	data, err := sheet.Write([][]any{row, {12, 0.5, -3e10}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(sheet.Name)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rows[0], texts) {
		t.Errorf("got  %q\nwant %q", rows[0], texts)
	}
	for at, want := range map[string]excelize.CellType{"A1": excelize.CellTypeInlineString, "H1": excelize.CellTypeInlineString, "A2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset} {
		if got, err := f.GetCellType(sheet.Name, at); err != nil || got != want {
			t.Errorf("%s is of type %v, want %v (%v)", at, got, want, err)
		}
	}
	own, err := sheet.Read(data, limits)
	if err != nil || !slices.Equal(own[0], texts) || !slices.Equal(own[1], []string{"12", "0.5", "-30000000000"}) {
		t.Errorf("read back: %q, %v", own, err)
	}
	if again, _ := sheet.Write([][]any{row, {12, 0.5, -3e10}}); !bytes.Equal(again, data) {
		t.Error("the same rows give other bytes")
	}
}

// TestWhatAnotherProgramWroteIsRead reads workbooks of excelize: shared
// texts, runs, numbers, formulas, gaps.
func TestWhatAnotherProgramWroteIsRead(t *testing.T) {
	f := excelize.NewFile()
	set := func(at string, v any) {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range texts {
		at, _ := excelize.CoordinatesToCellName(i+1, 1)
		if err := f.SetCellStr("Sheet1", at, s); err != nil {
			t.Fatal(err)
		}
	}
	set("C4", 912345678)
	set("D4", 0.1+0.2)
	set("E4", true)
	if err := f.SetCellRichText("Sheet1", "A5", []excelize.RichTextRun{{Text: "Sở "}, {Text: "Y tế", Font: &excelize.Font{Bold: true}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("Khác"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	want, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want[3][3] = "0.3" // as Excel shows it
	rows, err := sheet.Read(b.Bytes(), limits)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("got  %q\nwant %q", rows, want)
	}
}

// pack makes a workbook of parts as another writer names them.
func pack(t testing.TB, cells, shared string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/XL/Book.xml"/></Relationships>`,
		"xl/_rels/book.xml.rels":     `<Relationships><Relationship Id="x" Type="y/chartsheet" Target="c.xml"/><Relationship Id="b" Type="y/worksheet" Target="/xl/s.xml"/><Relationship Id="c" Type="y/sharedStrings" Target="t.xml"/></Relationships>`,
		"xl/book.xml":                `<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet r:id="x"/><x:sheet r:id="b"/></x:sheets></x:workbook>`,
		"xl/s.xml":                   `<x:worksheet xmlns:x="m"><x:sheetData>` + cells + `</x:sheetData></x:worksheet>`,
		"xl/t.xml":                   `<x:sst xmlns:x="m">` + shared + `</x:sst>`,
		"xl/worksheets/unrelated.x":  "not read",
		"xl/media/also/unrelated.gz": "not read",
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(body))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnusualWorkbooks(t *testing.T) {
	const si = `<x:si><x:t>một</x:t><x:rPh><x:t>đọc</x:t></x:rPh></x:si>`
	for name, c := range map[string]struct {
		cells string
		want  string // fmt of the rows, "large" or "bad"
	}{
		"no references":      {`<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row><x:row><x:c><x:v>3</x:v></x:c></x:row>`, `[[một 2] [3]]`},
		"a formula's result": {`<x:row r="1"><x:c r="B1" t="str"><x:f>A1&amp;""</x:f><x:v>x</x:v></x:c></x:row>`, `[[ x]]`},
		"empty styled cells": {`<x:row r="9999999"><x:c r="XFD9999999" s="4"/></x:row>`, `[]`},
		"too far down":       {`<x:row r="101"><x:c><x:v>1</x:v></x:c></x:row>`, "large"},
		"too far right":      {`<x:row r="1"><x:c r="U1"><x:v>1</x:v></x:c></x:row>`, "large"},
		"a text in all cells": {
			strings.Repeat(`<x:row>`+strings.Repeat(`<x:c t="s"><x:v>1</x:v></x:c>`, 20)+`</x:row>`, 20),
			"large",
		},
		"deep":             {strings.Repeat("<d>", 200) + strings.Repeat("</d>", 200), "large"},
		"long":             {strings.Repeat(" ", 1<<20), "large"},
		"no such text":     {`<x:row><x:c t="s"><x:v>7</x:v></x:c></x:row>`, "bad"},
		"not closed":       {`<x:row>`, "bad"},
		"an entity":        {`<x:row><x:c t="str"><x:v>&lol;</x:v></x:c></x:row>`, "bad"},
		"no number at all": {`<x:row><x:c><x:v>abc</x:v></x:c></x:row>`, `[[abc]]`},
	} {
		rows, err := sheet.Read(pack(t, c.cells, si+`<x:si><x:t>`+strings.Repeat("a", 10_000)+`</x:t></x:si>`), limits)
		got := fmt.Sprint(rows)
		switch {
		case errors.Is(err, sheet.ErrLarge):
			got = "large"
		case err != nil:
			got = "bad"
		}
		if got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
	}
	for name, data := range map[string][]byte{"empty": nil, "no zip": []byte("PK nothing"), "another zip": empty(t)} {
		if _, err := sheet.Read(data, limits); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func empty(t *testing.T) []byte {
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzRead(f *testing.F) {
	f.Add(pack(f, `<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row>`, `<x:si><x:t>a</x:t></x:si>`))
	data, err := sheet.Write([][]any{{"a", 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := sheet.Read(data, limits)
		if err == nil && (len(rows) > limits.Rows || slices.ContainsFunc(rows, func(r []string) bool { return len(r) > limits.Columns })) {
			t.Error("beyond the limits")
		}
	})
}
