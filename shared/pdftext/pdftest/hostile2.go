package pdftest

import (
	"bytes"
	"fmt"
	"strings"

	"hoso/shared/reading"
)

// trees are page trees with too much or too little in them.
func trees() []Case {
	loop := Doc("", page)
	loop.Set(2, "<</Type /Pages /Kids [2 0 R] /Count 1>>")
	dag := &File{}
	dag.Add("<</Type /Catalog /Pages 2 0 R>>")
	for i := 2; i < 36; i++ {
		dag.Add(fmt.Sprintf("<</Type /Pages /Kids [%d 0 R %d 0 R] /Count 2>>", i+1, i+1))
	}
	dag.Add("<</Type /Page /MediaBox [0 0 595 842]>>")
	count := Doc("", page)
	count.Set(2, "<</Type /Pages /Kids [5 0 R] /Count 2000000000>>")
	parent := Doc("", page)
	parent.Set(2, "<</Type /Pages /Kids [5 0 R] /Count 1 /Parent 2 0 R>>")
	parent.Set(5, "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>")
	length := Doc("", page)
	length.Set(4, "<</Length 4 0 R>>\nstream\n"+page+"endstream")
	deep := &File{}
	deep.Add("<</Type /Catalog /Pages 2 0 R>>")
	for i := range 5000 {
		deep.Add(fmt.Sprintf("<</Type /Pages /Kids [%d 0 R] /Count 1>>", i+3))
	}
	deep.Add("<</Type /Page /MediaBox [0 0 595 842]>>")
	return []Case{
		{"kids of itself", loop.Bytes(), reading.CodeDamaged},
		{"pages shared 2^34 times", dag.Bytes(), reading.CodeDamaged},
		{"count of 2*10^9", count.Bytes(), reading.CodeDamaged},
		{"parent of itself", parent.Bytes(), ""},
		{"length of itself", length.Bytes(), ""},
		{"tree 5,000 deep", deep.Bytes(), reading.CodeDamaged},
		{"10,000 pages", many(10_000), reading.CodeTooManyPages},
		{"no pages", Doc("").Bytes(), reading.CodeNoPages},
		{"no catalog", bytes.Replace(Doc("", page).Bytes(), []byte("/Root 1 0 R"), []byte("/Root 9 0 R"), 1), ""},
	}
}

func many(n int) []byte {
	f := &File{}
	f.Add("<</Type /Catalog /Pages 2 0 R>>")
	f.Add("")
	var kids strings.Builder
	for range n {
		fmt.Fprintf(&kids, "%d 0 R ", f.Add("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"))
	}
	f.Set(2, fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d>>", kids.String(), n))
	return f.Bytes()
}

// tables are cross-reference tables that lie.
func tables() []Case {
	good := Doc("", page).Bytes()
	start := bytes.LastIndex(good, []byte("xref\n0"))
	body := func(s string) []byte { return append(bytes.Clone(good[:start]), s...) }
	self := fmt.Sprintf("xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", start, start)
	xstream := func(dict string) []byte {
		return body(fmt.Sprintf("9 0 obj\n<</Type /XRef %s /Length 12>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", dict, strings.Repeat("\x01", 12), start))
	}
	inItself := Doc("", page)
	inItself.Stream("/Type /ObjStm /N 1 /First 4 /Extends 6 0 R", []byte("6 0 <<>>"))
	return []Case{
		{"Prev of itself", body(self), ""},
		{"Size of 10^12", xstream("/Size 1000000000000 /W [1 2 1] /Root 1 0 R"), ""},
		{"W of 2*10^9", xstream("/Size 6 /W [2000000000 2 1] /Root 1 0 R"), ""},
		{"Index of 10^9", xstream("/Size 6 /Index [0 1000000000] /W [1 2 1] /Root 1 0 R"), ""},
		{"subsection of 10^9", body(fmt.Sprintf("xref\n0 1000000000\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", start)), ""},
		{"startxref -1", body("trailer\n<</Root 1 0 R>>\nstartxref\n-1\n%%EOF\n"), ""},
		{"startxref huge", body("trailer\n<</Root 1 0 R>>\nstartxref\n99999999999999999999\n%%EOF\n"), ""},
		{"zeroed table", zeroTable(good), ""},
		{"no table", body("%%EOF\n"), ""},
		{"object stream in itself", inItself.Bytes(), ""},
		{"reference of itself", func() []byte {
			f := Doc("/Names 6 0 R", page)
			f.Add("6 0 R")
			return f.Bytes()
		}(), ""},
	}
}

func zeroTable(good []byte) []byte {
	out := bytes.Clone(good)
	i := bytes.LastIndex(out, []byte("xref\n0"))
	j := bytes.LastIndex(out, []byte("trailer"))
	for k := i; k < j; k++ {
		out[k] = 0
	}
	return out
}

// active are files that want to do something.
func active() []Case {
	action := func(a string) []byte { return Doc("/OpenAction <<"+a+">>", page).Bytes() }
	packed := Doc("/OpenAction 8 0 R", page)
	packed.Stream("/Type /ObjStm /N 1 /First 4", []byte("8 0 <</S /J#61vaScript /JS (app.alert(1))>>"))
	embedded := Doc("/Names <</EmbeddedFiles <</Names [(a.exe) 6 0 R]>>>>", page)
	embedded.Add("<</Type /Filespec /F (a.exe) /EF <</F 7 0 R>>>>")
	embedded.Stream("/Type /EmbeddedFile", []byte("MZ"))
	external := Doc("", page)
	external.Set(4, "<</Length 0 /F (/etc/passwd)>>\nstream\n\nendstream")
	return []Case{
		{"JavaScript", action("/S /JavaScript /JS (app.alert(1))"), reading.CodeJavaScript},
		{"JavaScript by escapes", action("/S /J#61v#61Script /#4aS (app.alert(1))"), reading.CodeJavaScript},
		{"JavaScript in names", Doc("/Names <</JavaScript <</Names [(a) <</S /JavaScript /JS (1)>>]>>>>", page).Bytes(), reading.CodeJavaScript},
		{"JavaScript in an object stream", WithXRefStream(packed, 8, 6), reading.CodeJavaScript},
		{"Launch", action("/S /Launch /F (cmd.exe)"), reading.CodeLaunch},
		{"Launch behind Next", action("/S /GoTo /D [5 0 R /Fit] /Next <</S /Launch /F (x)>>"), reading.CodeLaunch},
		{"SubmitForm", action("/S /SubmitForm /F (http://example.invalid)"), reading.CodeSubmitForm},
		{"ImportData", action("/S /ImportData /F (x.fdf)"), reading.CodeSubmitForm},
		{"GoToR to a share", action(`/S /GoToR /F (\\\\host\\share\\x.pdf) /D [0 /Fit]`), reading.CodeRemote},
		{"GoToE", action("/S /GoToE /D [0 /Fit]"), reading.CodeRemote},
		{"embedded program", embedded.Bytes(), reading.CodeAttachment},
		{"portfolio", Doc("/Collection <</View /D>>", page).Bytes(), reading.CodeAttachment},
		{"rich media", withAnnot("/Subtype /RichMedia /RichMediaContent <<>>"), reading.CodeMedia},
		{"movie", withAnnot("/Subtype /Movie /Movie <<>>"), reading.CodeMedia},
		{"attachment note", withAnnot("/Subtype /FileAttachment"), reading.CodeAttachment},
		{"XFA", Doc("/AcroForm <</XFA (x) /Fields []>>", page).Bytes(), reading.CodeXFA},
		{"stream from a file", external.Bytes(), reading.CodeExternal},
	}
}

func withAnnot(a string) []byte {
	f := Doc("", page)
	f.Set(5, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [<</Type /Annot /Rect [0 0 9 9] "+a+">>]>>")
	return f.Bytes()
}

// WithXRefStream writes the file with a cross-reference stream by which object
// number extra is the first one in the object stream container.
func WithXRefStream(f *File, extra, container int) []byte {
	good := f.Bytes()
	start := bytes.LastIndex(good, []byte("xref\n0"))
	var rows bytes.Buffer
	row := func(typ byte, a int, b byte) { rows.Write([]byte{typ, byte(a >> 8), byte(a), b}) }
	row(0, 0, 0)
	for i := 1; i <= extra; i++ {
		switch {
		case i == extra:
			row(2, container, 0)
		case i <= len(f.objects):
			row(1, bytes.Index(good, fmt.Appendf(nil, "\n%d 0 obj", i))+1, 0)
		default:
			row(0, 0, 0)
		}
	}
	out := bytes.Clone(good[:start])
	return fmt.Appendf(out, "%d 0 obj\n<</Type /XRef /Size %d /W [1 2 1] /Root 1 0 R /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		len(f.objects)+1, extra+1, rows.Len(), rows.Bytes(), start)
}
