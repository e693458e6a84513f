package pdffile

import (
	"bytes"

	"hoso/shared/reading"
)

// headLen is how far into the file "%PDF-" may stand (ISO 32000-1, annex H).
const headLen = 1024

// start finds the header, names the real type of what is no PDF, and notes
// bytes that stand before or behind the document.
func (f *File) start(data []byte) error {
	if len(data) == 0 {
		return &Stop{Code: reading.CodeEmpty}
	}
	i := bytes.Index(data[:min(len(data), headLen)], []byte("%PDF-"))
	if i < 0 {
		if i = headless(data); i < 0 {
			kind, _ := realType(data)
			return &Stop{reading.CodeNotPDF, kind}
		}
		f.repaired = true
	}
	f.data = data[i:]
	f.whole = f.data
	if i > 0 && len(bytes.TrimSpace(bytes.TrimPrefix(data[:i], []byte("\xef\xbb\xbf")))) > 0 {
		f.pad()
	}
	if len(f.data) < 64 {
		return &Stop{Code: reading.CodeTruncated}
	}
	if second := f.secondHeader(); second > 0 {
		return &Stop{Code: reading.CodeTwoFiles}
	}
	e := bytes.LastIndex(f.data, []byte("%%EOF"))
	if e < 0 {
		f.cut = true
		return nil
	}
	rest := f.data[e+len("%%EOF"):]
	if len(bytes.Trim(rest, "\x00\r\n\t ")) > 0 {
		f.behind = true
	}
	if hasMark(rest) {
		f.cut = true // a linearised file, or one added to, that lost its end
		return nil
	}
	f.data = f.data[:e+len("%%EOF")] // the chain is looked for at the document's own end
	return nil
}

// headless finds where a PDF begins whose header is spoilt or stands too far
// behind, as other readers open it; -1 for a file of another kind.
func headless(data []byte) int {
	if _, known := realType(data); known {
		return -1
	}
	i := max(0, bytes.Index(data, []byte("%PDF-")))
	if body := data[i:]; !hasMark(body) || !bytes.Contains(body, []byte("/Root")) && !bytes.Contains(body, []byte("/Catalog")) {
		return -1
	}
	return i
}

// hasMark reports that an object begins somewhere in the bytes.
func hasMark(b []byte) bool {
	for pos := 0; ; pos += len("obj") {
		i := bytes.Index(b[pos:], []byte("obj"))
		if i < 0 {
			return false
		}
		pos += i
		if _, _, _, ok := markBefore(b, pos); ok {
			return true
		}
	}
}

func (f *File) pad() {
	p := reading.NewProblem(reading.CodePadded, 0, "")
	if len(f.problems) == 0 {
		f.problems = append(f.problems, p)
	}
}

// secondHeader finds a second PDF glued behind the first: a header that
// follows an end mark.
func (f *File) secondHeader() int {
	for pos := 5; ; {
		i := bytes.Index(f.data[pos:], []byte("%PDF-"))
		if i < 0 {
			return 0
		}
		pos += i
		before := bytes.TrimRight(f.data[:pos], "\x00\r\n\t ")
		if bytes.HasSuffix(before, []byte("%%EOF")) {
			return pos
		}
		pos += 5
	}
}

// realType names what a file that is no PDF is, for the sentence to its sender,
// and reports whether that is sure.
func realType(data []byte) (kind string, known bool) {
	if kind = knownType(data); kind != "" {
		return kind, true
	}
	if isText(data[:min(len(data), 4096)]) {
		return "tệp văn bản thường", false
	}
	return "tệp không rõ loại", false
}

// knownType knows a type of file by its first bytes.
func knownType(data []byte) string {
	head := data[:min(len(data), 4096)]
	has := func(prefix string) bool { return bytes.HasPrefix(head, []byte(prefix)) }
	switch {
	case has("PK\x03\x04"):
		switch {
		case bytes.Contains(head, []byte("word/")):
			return "tệp Word (DOCX)"
		case bytes.Contains(head, []byte("xl/")):
			return "tệp Excel (XLSX)"
		case bytes.Contains(head, []byte("ppt/")):
			return "tệp PowerPoint (PPTX)"
		}
		return "tệp nén ZIP hoặc DOCX"
	case has("\xd0\xcf\x11\xe0"):
		return "tệp Office đời cũ (DOC, XLS)"
	case has("\xff\xd8\xff"):
		return "ảnh JPEG"
	case has("\x89PNG"):
		return "ảnh PNG"
	case has("II*\x00"), has("MM\x00*"):
		return "ảnh TIFF"
	case has("GIF8"):
		return "ảnh GIF"
	case has("Rar!"):
		return "tệp nén RAR"
	case has("7z\xbc\xaf"):
		return "tệp nén 7z"
	case has("\x1f\x8b"):
		return "tệp nén GZIP"
	case has("MZ"):
		return "chương trình Windows (EXE)"
	case has("\x7fELF"):
		return "chương trình Linux"
	case has("{\\rtf"):
		return "tệp RTF"
	case has("%!PS"):
		return "tệp PostScript"
	}
	switch low := bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")); {
	case bytes.HasPrefix(low, []byte("<!doctype html")), bytes.HasPrefix(low, []byte("<html")), bytes.Contains(low, []byte("<html")):
		return "trang web (HTML)"
	case bytes.HasPrefix(low, []byte("<svg")), bytes.Contains(low, []byte("<svg")):
		return "ảnh SVG"
	case bytes.HasPrefix(low, []byte("<?xml")):
		return "tệp XML"
	case bytes.HasPrefix(low, []byte("{")), bytes.HasPrefix(low, []byte("[")):
		return "tệp JSON"
	}
	return ""
}

func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
