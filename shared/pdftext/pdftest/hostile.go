package pdftest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"hoso/shared/reading"
)

// Case is a hostile or damaged file. Want is the code that must refuse it, or
// "" if it may also be read; the reader must end in either way.
type Case struct {
	Name string
	Data []byte
	Want string
}

// page is the content of an ordinary page.
var page = Line(72, 700, "An ordinary line of text")

// Hostile lists the files. They are made afresh: nothing is read from disk.
func Hostile() []Case {
	var cs []Case
	for _, group := range [][]Case{strangers(), broken(), bombs(), trees(), tables(), active()} {
		cs = append(cs, group...)
	}
	return cs
}

// strangers are no PDFs, or not only PDFs.
func strangers() []Case {
	good := Doc("", page).Bytes()
	return []Case{
		{"empty", nil, reading.CodeEmpty},
		{"one byte", []byte("%"), reading.CodeNotPDF},
		{"header only", []byte("%PDF-1.7\n"), reading.CodeTruncated},
		{"HTML", []byte("<!DOCTYPE html><html><body>404</body></html>"), reading.CodeNotPDF},
		{"DOCX", append([]byte("PK\x03\x04\x14\x00\x06\x00word/document.xml"), make([]byte, 200)...), reading.CodeNotPDF},
		{"JPEG", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), make([]byte, 200)...), reading.CodeNotPDF},
		{"EXE", append([]byte("MZ\x90\x00\x03"), make([]byte, 200)...), reading.CodeNotPDF},
		{"JSON", []byte(`{"error":"not found"}`), reading.CodeNotPDF},
		{"HTML in front", append([]byte("<html>hello</html>\n"), good...), ""},
		{"ZIP behind", append(bytes.Clone(good), append([]byte("PK\x03\x04"), make([]byte, 3000)...)...), ""},
		{"header at 2000", append(bytes.Repeat([]byte(" "), 2000), good...), ""},
		{"two documents", append(bytes.Clone(good), good...), reading.CodeTwoFiles},
		{"zeros", append([]byte("%PDF-1.7\n"), make([]byte, 1<<20)...), reading.CodeDamaged},
		{"noise", append([]byte("%PDF-1.7\n"), noise(1<<18)...), reading.CodeDamaged},
	}
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// broken are sound files that were cut or damaged, and syntax without end.
func broken() []Case {
	good := Doc("", page, page).Bytes()
	var cs []Case
	for i := 1; i < 9; i++ {
		want := reading.CodeTruncated
		if len(good)*i/9 > bytes.Index(good, []byte("6 0 obj")) {
			want = "" // a page of two, and more, is still there
		}
		cs = append(cs, Case{fmt.Sprintf("cut at %d/9", i), good[:len(good)*i/9], want})
	}
	tail := func(s string) []byte {
		return []byte("%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R /X " + s + ">>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
	}
	return append(cs,
		Case{"hex without end", tail("<" + strings.Repeat("41", 1000)), ""},
		Case{"string without end", tail("(" + strings.Repeat("a", 1000)), ""},
		Case{"arrays without end", tail(strings.Repeat("[", 1000)), ""},
		Case{"million arrays", tail(strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000)), ""},
		Case{"200,000 dictionaries", tail(strings.Repeat("<</A ", 200_000) + strings.Repeat(">>", 200_000)), ""},
		Case{"million parentheses", tail(strings.Repeat("(", 1_000_000) + strings.Repeat(")", 1_000_000)), ""},
		Case{"million obj marks", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj "), 1_000_000)...), ""},
		Case{"million numbered marks", append([]byte("%PDF-1.7\n"), marks(1_000_000)...), ""},
	)
}

func marks(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "%d 0 obj ", i+1)
	}
	return b.Bytes()
}

// bombs are small files that grow.
func bombs() []Case {
	flat := func(n int) []byte { return Deflate(make([]byte, n)) }
	f := Doc("", page)
	f.Set(4, stream(Deflate(bytes.Repeat([]byte(" "), 128<<20)), "/FlateDecode"))
	double := Doc("", page)
	double.Set(4, stream(Deflate(flat(128<<20)), "[/FlateDecode /FlateDecode]"))
	operators := Doc("", page)
	operators.Set(4, stream(Deflate(bytes.Repeat([]byte("BT (a) Tj ET "), 3<<20)), "/FlateDecode"))
	saves := Doc("", page)
	saves.Set(4, stream(Deflate(append(bytes.Repeat([]byte("q "), 5_000_000), page...)), "/FlateDecode"))
	runs := Doc("", page)
	runs.Set(4, stream(Deflate(bytes.Repeat([]byte{129, 'a'}, 1<<20)), "[/FlateDecode /RunLengthDecode /RunLengthDecode]"))
	chain := Doc("", page)
	chain.Set(4, stream([]byte("x"), "["+strings.Repeat("/ASCIIHexDecode ", 5000)+"]"))
	objects := Doc("", page)
	objects.Stream("/Type /ObjStm /N 1 /First 8 /Filter /FlateDecode", flat(96<<20))
	columns := Doc("", page)
	columns.Set(4, "<</Length 20 /Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 2147483647>>>>\nstream\n"+string(flat(16))+"\nendstream")
	return []Case{
		{"spaces", f.Bytes(), reading.CodeTooComplex},
		{"deflated twice", double.Bytes(), reading.CodeTooComplex},
		{"text operators", operators.Bytes(), ""},
		{"five million saves", saves.Bytes(), ""},
		{"run lengths", runs.Bytes(), ""},
		{"5,000 filters", chain.Bytes(), reading.CodeTooComplex},
		{"object stream nobody names", objects.Bytes(), ""},
		{"predictor of 2^31 columns", columns.Bytes(), reading.CodeTooComplex},
		{"form in form ten by ten", forms(10, 10), reading.CodeTooComplex},
		{"form of itself", selfForm(), reading.CodeTooComplex},
		{"page of 10^9 points", bytes.Replace(Doc("", page).Bytes(), []byte("595 842"), []byte("1e9 842"), 1), ""},
		{"huge page", bytes.Replace(Doc("", page).Bytes(), []byte("595 842"), []byte("99999 9"), 1), reading.CodePageSize},
	}
}

func stream(data []byte, filter string) string {
	return fmt.Sprintf("<</Length %d /Filter %s>>\nstream\n%s\nendstream", len(data), filter, data)
}

// forms nests forms that each draw the next several times.
func forms(depth, times int) []byte {
	f := Doc("", page)
	next := f.Stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", []byte("0 0 m"))
	for range depth {
		next = f.Stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X %d 0 R>>>>", next),
			bytes.Repeat([]byte("/X Do "), times))
	}
	f.Set(4, "<</Length 6>>\nstream\n/X Do \nendstream")
	f.Set(5, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</XObject <</X %d 0 R>>>> /Contents 4 0 R>>", next))
	return f.Bytes()
}

func selfForm() []byte {
	f := Doc("", page)
	f.Stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X 6 0 R>>>>", []byte("/X Do"))
	f.Set(4, "<</Length 6>>\nstream\n/X Do \nendstream")
	f.Set(5, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <</XObject <</X 6 0 R>>>> /Contents 4 0 R>>")
	return f.Bytes()
}
