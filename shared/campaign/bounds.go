package campaign

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a data file. A plan takes some 250 lines and 25 KB; the parser's
// time grows with the square of some of these, so they are held before it
// starts: a text at every bound takes well under a second.
const (
	maxText   = 96 << 10 // bytes
	maxLines  = 1500
	maxIndent = 60   // columns before the first letter of a line, dashes included
	maxOpen   = 24   // brackets open at once
	maxLine   = 4000 // bytes
)

// bound adds a fault for each bound that a text breaks, with its line.
func (s *source) bound(data []byte) {
	at := func(line int, problem, fix string) {
		if len(s.faults) < 20 {
			s.faults = append(s.faults, Fault{File: s.name, Line: line, Problem: problem, Fix: fix})
		}
	}
	if len(data) > maxText {
		at(1, fmt.Sprintf("tệp lớn hơn %d KB", maxText>>10), "Kiểm tra lại tệp")
		return
	}
	if !utf8.Valid(data) || strings.ContainsRune(string(data), 0) {
		at(1, "tệp không phải là văn bản UTF-8", "Lưu lại tệp với bảng mã UTF-8")
		return
	}
	open, n := 0, 0
	for line := range strings.Lines(string(data)) {
		n++
		if n > maxLines {
			at(n, fmt.Sprintf("tệp có hơn %d dòng", maxLines), "Kiểm tra lại tệp")
			return
		}
		if len(line) > maxLine {
			at(n, fmt.Sprintf("dòng dài hơn %d byte", maxLine), "Ngắt dòng")
		}
		rest := strings.TrimRight(line, "\r\n")
		if len(rest)-len(strings.TrimLeft(rest, " \t-?:")) > maxIndent && strings.TrimSpace(rest) != "" {
			at(n, "dòng thụt vào quá sâu", "Bỏ bớt các mức lồng nhau")
		}
		if strings.HasPrefix(strings.TrimSpace(rest), "#") {
			continue
		}
		deepest := open
		for _, r := range rest {
			switch r {
			case '[', '{':
				open++
				deepest = max(deepest, open)
			case ']', '}':
				open = max(open-1, 0)
			}
		}
		if deepest > maxOpen {
			at(n, "quá nhiều ngoặc [ { đang mở", "Đóng ngoặc, hoặc bỏ bớt các mức lồng nhau")
			return
		}
	}
	if len(s.faults) > 0 {
		return
	}
	// Brackets within quotes and comments close nothing, as only the lexer
	// tells; the parser's memory grows with the square of what stays open.
	open = 0
	for _, t := range lexer.Tokenize(string(data)) {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open = max(open-1, 0)
		}
		if open > maxOpen {
			at(max(t.Position.Line, 1), "quá nhiều ngoặc [ { đang mở", "Đóng ngoặc, hoặc bỏ bớt các mức lồng nhau")
			return
		}
	}
}
