package pdftext_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/pdftext"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
)

func read(t *testing.T, data []byte) reading.Reading {
	t.Helper()
	r, err := pdftext.Read(data, pdftext.Options{})
	if err != nil {
		t.Fatalf("%v %v", err, r.Problems)
	}
	return r
}

func codes(r reading.Reading) string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, p.Code)
	}
	return strings.Join(out, " ")
}

func TestEncryptedAndPackedFilesAreReadOrRefusedByName(t *testing.T) {
	for name, want := range map[string]string{
		"sound": "", "packed": "", "linearised": "",
		"rc4-40": reading.CodeRestricted, "rc4-128": reading.CodeRestricted, "aes-128": reading.CodeRestricted,
		"aes-256": reading.CodeRestricted, "aes-256-r5": reading.CodeRestricted, "aes-256-packed": reading.CodeRestricted,
		"password-128": reading.CodePassword, "password-256": reading.CodePassword,
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name+".pdf"))
			if err != nil {
				t.Fatal(err)
			}
			r, err := pdftext.Read(data, pdftext.Options{})
			if codes(r) != want {
				t.Errorf("problems %q, want %q", codes(r), want)
			}
			if want == reading.CodePassword {
				if !fault.Is(err, fault.Unreadable) {
					t.Errorf("not refused: %v", err)
				}
				return
			}
			if err != nil || len(r.Pages) != 1 || r.Pages[0].Text != "An ordinary line of text\n" {
				t.Errorf("%v %+v", err, r.Pages)
			}
		})
	}
}

// body is enough ordinary text for a page to be a page of text.
var body = func() string {
	var b strings.Builder
	for i := range 12 {
		b.WriteString(pdftest.Line(72, 700-20*float64(i), "An ordinary line of the body of the text"))
	}
	return b.String()
}()

func TestTextThatNobodySeesIsReportedAndNotUsed(t *testing.T) {
	secret := pdftest.Line(72, 400, "SECRET WORDS")
	for name, c := range map[string]struct{ content, code string }{
		"invisible":            {"BT 3 Tr ET " + secret, reading.CodeHiddenText},
		"clipped away":         {"BT 7 Tr ET " + secret, reading.CodeHiddenText},
		"white":                {"1 g " + secret + " 0 g", reading.CodeWhiteText},
		"white in RGB":         {"1 1 1 rg " + secret + " 0 g", reading.CodeWhiteText},
		"white in CMYK":        {"0 0 0 0 k " + secret + " 0 g", reading.CodeWhiteText},
		"too small":            {"BT /F1 0.4 Tf 72 400 Td (SECRET WORDS) Tj ET", reading.CodeHiddenText},
		"off the page":         {pdftest.Line(900, 400, "SECRET WORDS"), reading.CodeOutsideText},
		"outside the clip":     {"q 0 0 50 50 re W n " + secret + " Q", reading.CodeOutsideText},
		"under a white bar":    {secret + " 1 g 60 390 300 40 re f 0 g", reading.CodeCoveredText},
		"under a picture":      {secret + " q 300 0 0 40 60 390 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q", reading.CodeCoveredText},
		"watermark at a slant": {"BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm (SECRET WORDS) Tj ET", ""},
		"pale and large":       {"0.8 g BT /F1 60 Tf 72 400 Td (SECRET WORDS) Tj ET 0 g", ""},
		"named a watermark":    {"/Artifact <</Subtype /Watermark /Type /Pagination>> BDC " + secret + " EMC", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, pdftest.Doc("", body+c.content).Bytes())
			if strings.Contains(r.Pages[0].Text, "SECRET") {
				t.Errorf("used: %q", r.Pages[0].Text)
			}
			if !strings.Contains(r.Pages[0].Text, "ordinary line") {
				t.Errorf("the body is lost: %q", r.Pages[0].Text)
			}
			if codes(r) != c.code {
				t.Errorf("problems %q, want %q", codes(r), c.code)
			}
		})
	}
}

func TestTextThatIsSeenIsUsed(t *testing.T) {
	for name, content := range map[string]string{
		"white on a dark bar":       "0 g 60 390 300 40 re f 1 g " + pdftest.Line(72, 400, "SEEN WORDS") + " 0 g",
		"on a white bar":            "1 g 60 390 300 40 re f 0 g " + pdftest.Line(72, 400, "SEEN WORDS"),
		"beside a later triangle":   pdftest.Line(72, 400, "SEEN WORDS") + " 1 g 0 0 m 595 0 l 0 842 l h f 0 g",
		"with a quote operator":     "BT /F1 12 Tf 14 TL 72 414 Td (SEEN WORDS) ' ET",
		"with a double quote":       "BT /F1 12 Tf 14 TL 72 414 Td 0 0 (SEEN WORDS) \" ET",
		"in pieces":                 "BT /F1 12 Tf 72 400 Td [(SEEN)-250( W) 20 (ORDS)] TJ ET",
		"letter by letter":          letters(72, 400, "SEEN WORDS"),
		"in a clip of its own":      "q 60 380 300 60 re W n " + pdftest.Line(72, 400, "SEEN WORDS") + " Q",
		"behind an inline image":    "q 10 0 0 10 10 10 cm BI /W 2 /H 2 /BPC 8 /CS /G ID aEI EI Q " + pdftest.Line(72, 400, "SEEN WORDS"),
		"drawn twice":               pdftest.Line(72, 400, "SEEN WORDS") + pdftest.Line(72.3, 400, "SEEN WORDS"),
		"mode 2":                    "BT 2 Tr ET " + pdftest.Line(72, 400, "SEEN WORDS"),
		"with unbalanced states":    "Q Q q q q " + pdftest.Line(72, 400, "SEEN WORDS"),
		"with an unknown operator":  "1 2 foo BX 3 bar EX " + pdftest.Line(72, 400, "SEEN WORDS"),
		"in the crop of a long way": "1 0 0 1 0 0 cm " + pdftest.Line(72, 400, "SEEN WORDS"),
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, pdftest.Doc("", body+content).Bytes())
			if n := strings.Count(r.Pages[0].Text, "SEEN WORDS"); n != 1 {
				t.Errorf("stands %d times in %q", n, r.Pages[0].Text)
			}
			if codes(r) != "" {
				t.Errorf("problems %q", codes(r))
			}
		})
	}
}

func letters(x, y float64, s string) string {
	var b strings.Builder
	w := map[rune]float64{'S': 6.672, 'E': 7.332, 'N': 8.664, ' ': 3, 'W': 11.328, 'O': 8.664, 'R': 8.004, 'D': 8.664}
	for _, r := range s {
		b.WriteString(pdftest.Line(x, y, string(r)))
		x += w[r]
	}
	return b.String()
}

func TestRotatedPagesReadTheSame(t *testing.T) {
	var body string // within the shorter side
	for i := range 12 {
		body += pdftest.Line(72, 560-20*float64(i), "An ordinary line of the body of the text")
	}
	upright := read(t, pdftest.Doc("", body).Bytes()).Pages[0].Text
	// Content that lies on its side, as the page's own rotation undoes it.
	turned := map[int]string{90: "0 1 -1 0 595 0 cm ", 180: "-1 0 0 -1 595 842 cm ", 270: "0 -1 1 0 0 842 cm "}
	for angle, cm := range turned {
		f := pdftest.Doc("", cm+body)
		f.Set(5, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R>>", angle))
		if got := read(t, f.Bytes()).Pages[0].Text; got != upright {
			t.Errorf("rotated by %d: %q", angle, got)
		}
		// Without /Rotate most of the text still says which way is up.
		if got := read(t, pdftest.Doc("", cm+body).Bytes()).Pages[0].Text; got != upright {
			t.Errorf("lying at %d: %q", angle, got)
		}
	}
}

func TestFormsAnnotationsAndLayers(t *testing.T) {
	font := "/Resources <</Font <</F1 3 0 R>>>>"
	form := func(more, content string) (*pdftest.File, int) {
		f := pdftest.Doc("/OCProperties <</OCGs [7 0 R] /D <</OFF [7 0 R]>>>>", body+" /X Do")
		n := f.Stream("/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Matrix [1 0 0 1 72 400] "+font+more, []byte(content))
		f.Add("<</Type /OCG /Name (x)>>")
		f.Set(5, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>> /XObject <</X %d 0 R>>>> /Contents 4 0 R>>", n))
		return f, n
	}
	f, _ := form("", pdftest.Line(0, 5, "IN A FORM"))
	if r := read(t, f.Bytes()); !strings.Contains(r.Pages[0].Text, "IN A FORM") {
		t.Errorf("form: %q", r.Pages[0].Text)
	}
	f, _ = form("/OC 7 0 R", pdftest.Line(0, 5, "IN A FORM"))
	if r := read(t, f.Bytes()); strings.Contains(r.Pages[0].Text, "IN A FORM") || codes(r) != reading.CodeLayerText {
		t.Errorf("layer that is off: %q %q", r.Pages[0].Text, codes(r))
	}
	for name, c := range map[string]struct {
		annot string
		want  bool
	}{
		"stamp":         {"/Subtype /Stamp", true},
		"free text":     {"/Subtype /FreeText", true},
		"field":         {"/Subtype /Widget /FT /Tx", true},
		"signature":     {"/Subtype /Widget /FT /Sig", true},
		"hidden":        {"/Subtype /Stamp /F 2", false},
		"not for view":  {"/Subtype /Stamp /F 32", false},
		"pop-up":        {"/Subtype /Popup", false},
		"layer that is": {"/Subtype /Stamp /OC 7 0 R", false},
	} {
		f, n := form("", pdftest.Line(0, 5, "SET BY A NOTE"))
		f.Set(4, "<</Length "+fmt.Sprint(len(body))+">>\nstream\n"+body+"\nendstream")
		f.Set(5, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>> /Contents 4 0 R /Annots [<</Type /Annot %s /Rect [100 300 300 330] /AP <</N %d 0 R>>>>]>>", c.annot, n))
		r := read(t, f.Bytes())
		if got := strings.Contains(r.Pages[0].Text, "SET BY A NOTE"); got != c.want {
			t.Errorf("%s: used %v in %q", name, got, r.Pages[0].Text)
		}
	}
}

func TestPageQualities(t *testing.T) {
	picture := "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q "
	for name, c := range map[string]struct {
		content string
		want    reading.Quality
	}{
		"text":                {body, reading.Text},
		"nothing":             {"", reading.Empty},
		"scan":                {picture, reading.Scan},
		"scan in strips":      {strings.Repeat("q 595 0 0 85 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q 1 0 0 1 0 84 cm ", 10), reading.Scan},
		"invisible text":      {picture + "BT 3 Tr ET " + body, reading.OCR},
		"text under the scan": {body + picture, reading.OCR},
		"text on a picture":   {picture + body, reading.Mixed},
		"letters as outlines": {strings.Repeat("10 10 m 20 20 30 30 40 10 c f ", 400), reading.Scan},
	} {
		t.Run(name, func(t *testing.T) {
			if r := read(t, pdftest.Doc("", c.content).Bytes()); r.Pages[0].Quality != c.want {
				t.Errorf("quality %s, want %s; %q", r.Pages[0].Quality, c.want, codes(r))
			}
		})
	}
}

func TestReadingTwiceGivesTheSame(t *testing.T) {
	data := pdftest.Doc("", body, body).Bytes()
	a, b := read(t, data), read(t, bytes.Clone(data))
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil || !bytes.Equal(x, y) {
		t.Error("two readings of the same bytes differ")
	}
}

func TestPageLimitIsASetting(t *testing.T) {
	data := pdftest.Doc("", body, body, body).Bytes()
	r, err := pdftext.Read(data, pdftext.Options{MaxPages: 2})
	if fault.CodeOf(err) != reading.CodeTooManyPages || !strings.Contains(fault.Public(err), "2 trang") {
		t.Errorf("%v %v", err, r.Problems)
	}
	if _, err := pdftext.Read(data, pdftext.Options{MaxBytes: 100}); fault.CodeOf(err) != reading.CodeTooBig {
		t.Errorf("%v", err)
	}
}
