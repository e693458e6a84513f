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
		return &Stop{reading.CodeNotPDF, realType(data)}
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
	if e := bytes.LastIndex(f.data, []byte("%%EOF")); e >= 0 {
		if rest := bytes.Trim(f.data[e+5:], "\x00\r\n\t "); len(rest) > 0 {
			f.pad()
		}
		f.data = f.data[:e+5] // the chain is looked for at the document's own end
	} else {
		f.cut = true
	}
	return nil
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

// realType names what a file that is no PDF is, for the sentence to its sender.
func realType(data []byte) string {
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
	if isText(head) {
		return "tệp văn bản thường"
	}
	return "tệp không rõ loại"
}

func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
