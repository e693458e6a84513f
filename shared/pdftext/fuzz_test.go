package pdftext_test

import (
	"strconv"
	"testing"
	"unicode/utf8"

	"hoso/shared/fault"
	"hoso/shared/pdftext"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
)

// sound checks what holds for every reading, whatever the bytes were.
func sound(t *testing.T, r reading.Reading, err error) {
	t.Helper()
	if err != nil && (!fault.Is(err, fault.Unreadable) || fault.Public(err) == "" || fault.CodeOf(err) == "") {
		t.Fatalf("error without kind, code or sentence: %v", err)
	}
	for i, p := range r.Pages {
		if p.N != i+1 || !utf8.ValidString(p.Text) {
			t.Fatalf("page %d: %+v", i, p)
		}
	}
	for _, d := range r.Documents {
		if d.Pages[0] < 1 || d.Pages[1] < d.Pages[0] || d.Pages[1] > len(r.Pages) {
			t.Fatalf("document on pages %v of %d", d.Pages, len(r.Pages))
		}
		for _, f := range reading.Fields(d) {
			if f.Value != "" && f.Evidence.Source == "" && f.Name != "kind" {
				t.Fatalf("%s = %q without evidence", f.Name, f.Value)
			}
			if c := f.Evidence.Confidence; c < 0 || c > 1 {
				t.Fatalf("%s has confidence %v", f.Name, c)
			}
		}
	}
	for _, p := range r.Problems {
		if p.Message == "" || p.Severity == "" {
			t.Fatalf("problem without words: %+v", p)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range pdftest.Hostile() {
		if len(c.Data) < 20_000 {
			f.Add(c.Data)
		}
	}
	f.Add(pdftest.Doc("", body).Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := pdftext.Read(data, pdftext.Options{MaxPages: 20})
		sound(t, r, err)
	})
}

func FuzzContent(f *testing.F) {
	f.Add([]byte(body))
	f.Add([]byte("q 1 0 0 1 0 0 cm BT /F1 12 Tf [(a) -200 (b)] TJ T* (c) ' ET Q 0 0 10 10 re W n BI /W 1 /H 1 ID x EI"))
	f.Add([]byte("/OC /X BDC 3 Tr 1 g 1 0 0 rg /P gs 0 0 m 1 1 l 1 1 1 1 1 1 c S EMC EMC"))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := pdftext.Read(pdftest.Doc("", string(content)).Bytes(), pdftext.Options{})
		sound(t, r, err)
	})
}

func FuzzFont(f *testing.F) {
	f.Add([]byte("1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <0041> endbfrange"), []byte("<0041>"))
	f.Add([]byte("beginbfchar <41> /Dcroat endbfchar"), []byte("(AB\\101)"))
	f.Fuzz(func(t *testing.T, cmap, text []byte) {
		file := pdftest.Doc("", "BT /F1 12 Tf 72 700 Td "+string(text)+" Tj ET")
		file.Set(3, "<</Type /Font /Subtype /Type0 /BaseFont /X /Encoding 6 0 R /ToUnicode 6 0 R /DescendantFonts [<</W [0 9 500 3 [1 2 3]]>>]>>")
		file.Stream("", cmap)
		r, err := pdftext.Read(file.Bytes(), pdftext.Options{})
		sound(t, r, err)
	})
}

func FuzzFilters(f *testing.F) {
	for _, name := range []string{"LZWDecode", "RunLengthDecode", "ASCII85Decode", "ASCIIHexDecode", "FlateDecode"} {
		f.Add(name, int64(12), int64(4), []byte("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"))
	}
	f.Fuzz(func(t *testing.T, name string, predictor, columns int64, data []byte) {
		file := pdftest.Doc("", "x")
		dict := "/Filter [/" + clean(name) + " /FlateDecode] /DecodeParms [<</Predictor " + itoa(predictor) + " /Columns " + itoa(columns) + ">> null]"
		file.Set(4, "<<"+dict+" /Length "+itoa(int64(len(data)))+">>\nstream\n"+string(data)+"\nendstream")
		r, err := pdftext.Read(file.Bytes(), pdftext.Options{})
		sound(t, r, err)
	})
}

func clean(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' || s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
