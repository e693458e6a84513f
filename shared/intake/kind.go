package intake

import "bytes"

// realType names, in Vietnamese, what a file that is no PDF really is, from
// its first bytes.
func realType(head []byte) string {
	lower := bytes.ToLower(bytes.TrimSpace(head))
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head, []byte("word/")):
		return "tệp Word (DOCX)"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "tệp nén ZIP hoặc tệp Office"
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "tệp Word, Excel đời cũ"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "ảnh JPEG"
	case bytes.HasPrefix(head, []byte("\x89PNG")):
		return "ảnh PNG"
	case bytes.HasPrefix(head, []byte("MZ")), bytes.HasPrefix(head, []byte("\x7fELF")):
		return "chương trình máy tính"
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")), bytes.Contains(lower, []byte("<html")):
		return "trang web (HTML)"
	case bytes.HasPrefix(lower, []byte("{")), bytes.HasPrefix(lower, []byte("[")):
		return "dữ liệu JSON"
	}
	return "loại tệp khác"
}
