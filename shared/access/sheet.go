package access

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"hoso/shared/fault"
	"hoso/shared/sheet"
	"hoso/shared/viettext"
)

// Limits of an imported table.
const (
	maxSheetBytes    = 4 << 20
	maxSheetUnpacked = 32 << 20
	maxSheetRows     = 5_000
	maxSheetColumns  = 40
)

// ReadTable gives the rows of the first sheet of an Excel file (.xlsx), or of
// CSV in UTF-8 or UTF-16 separated by commas, semicolons or tabs.
func ReadTable(data []byte) ([][]string, error) {
	const op = "access.table"
	if len(data) == 0 || len(data) > maxSheetBytes {
		return nil, fault.New(fault.Invalid, op, "Tệp rỗng hoặc lớn hơn 4 MB; hãy chọn lại tệp Excel (.xlsx) hoặc CSV.")
	}
	var rows [][]string
	var err error
	if bytes.HasPrefix(data, []byte("PK")) {
		rows, err = sheet.Read(data, sheet.Limits{Unpacked: maxSheetUnpacked, Rows: maxSheetRows, Columns: maxSheetColumns})
	} else {
		rows, err = readCSV(data)
	}
	large := fault.New(fault.Invalid, op, "Bảng có quá nhiều dòng (tối đa 5.000) hoặc cột (tối đa 40); hãy tách nhỏ.")
	if errors.Is(err, sheet.ErrLarge) {
		return nil, large
	}
	if err != nil {
		return nil, &fault.Error{
			Kind: fault.Invalid, Op: op, Err: err,
			Public: "Không đọc được bảng; hãy lưu lại thành Excel (.xlsx) hoặc CSV (UTF-8) rồi chọn lại.",
		}
	}
	var out [][]string
	for _, row := range rows {
		for i := range row {
			row[i] = cleanText(row[i])
		}
		if strings.Join(row, "") != "" {
			out = append(out, row)
		} else if len(out) > 0 {
			out = append(out, nil) // keeps line numbers true
		}
		if len(out) > maxSheetRows || len(row) > maxSheetColumns {
			return nil, large
		}
	}
	return out, nil
}

func readCSV(data []byte) ([][]string, error) {
	text := string(data)
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		text = fromUTF16(data)
	case !utf8.Valid(data):
		return nil, fault.New(fault.Invalid, "access.table", "")
	}
	text = strings.TrimPrefix(text, "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	for _, sep := range []rune{'\t', ';', ','} {
		if strings.ContainsRune(first, sep) {
			r.Comma = sep
			break
		}
	}
	return r.ReadAll()
}

func fromUTF16(data []byte) string {
	big := data[0] == 0xfe
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		if big {
			units = append(units, uint16(data[i])<<8|uint16(data[i+1]))
		} else {
			units = append(units, uint16(data[i+1])<<8|uint16(data[i]))
		}
	}
	return string(utf16.Decode(units))
}

// columns finds the columns of a table by their headings, which are compared
// without marks and case.
func columns(head []string, names map[string][]string) map[string]int {
	found := map[string]int{}
	for i, h := range head {
		h = viettext.Fold(h)
		for name, headings := range names {
			for _, heading := range headings {
				if _, taken := found[name]; !taken && h == viettext.Fold(heading) {
					found[name] = i
				}
			}
		}
	}
	return found
}

func cell(row []string, cols map[string]int, name string) string {
	if i, ok := cols[name]; ok && i < len(row) {
		return row[i]
	}
	return ""
}

// parts splits a cell that lists several things.
func parts(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
