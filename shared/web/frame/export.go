package frame

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/sheet"
)

const excelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Export answers with the list as a file if the address asks for one, with
// the filters and the order of the address, all pages.
func (c *Call) Export(t Table) (done bool, err error) {
	as := c.Query("as")
	if as != "csv" && as != "xlsx" {
		return false, nil
	}
	if wait, ok := c.site.access.Limits.Take(access.Spend{Rate: c.site.access.Rates.Exports, Key: "export/" + c.Who.ID}); !ok {
		return true, &fault.Error{
			Kind: fault.Limited, Op: "web.export", Code: "too-often", Err: access.Wait(wait),
			Public: "Ông/bà đã xuất danh sách quá nhiều lần trong một giờ; hãy thử lại sau.",
		}
	}
	t.Rows = t.rows(c.R.URL.Query())
	if as == "csv" {
		b, err := t.CSV()
		if err != nil {
			return true, err
		}
		return true, c.Download(t.Name+".csv", "text/csv; charset=utf-8", b)
	}
	b, err := t.Excel()
	if err != nil {
		return true, err
	}
	return true, c.Download(t.Name+".xlsx", excelType, b)
}

// harmless keeps a spreadsheet from taking a text for a formula: a text that
// begins like one gets an apostrophe in front, which spreadsheets hide.
func harmless(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n', '|', '%':
		return "'" + s
	}
	if strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}

// CSV gives the list as UTF-8 with a mark of order, which Excel needs to see
// Vietnamese, and nothing that a spreadsheet would run.
func (t Table) CSV() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	head := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		head[i] = harmless(col.Title)
	}
	if err := w.Write(head); err != nil {
		return nil, fault.Wrap(fault.Internal, "web.csv", err)
	}
	for _, row := range t.Rows {
		line := make([]string, len(t.Columns))
		for i := range t.Columns {
			line[i] = harmless(row[i].Text)
			if _, err := strconv.Atoi(row[i].Text); t.Columns[i].Number && err == nil {
				line[i] = row[i].Text // a sign alone starts no formula
			}
		}
		if err := w.Write(line); err != nil {
			return nil, fault.Wrap(fault.Internal, "web.csv", err)
		}
	}
	w.Flush()
	return b.Bytes(), fault.Wrap(fault.Internal, "web.csv", w.Error())
}

// Excel gives the list as a workbook: texts as texts, numbers as numbers.
func (t Table) Excel() ([]byte, error) {
	head := make([]any, len(t.Columns))
	for i, col := range t.Columns {
		head[i] = col.Title
	}
	rows := [][]any{head}
	for _, row := range t.Rows {
		cells := make([]any, len(t.Columns))
		for i, col := range t.Columns {
			cells[i] = harmless(row[i].Text)
			if v, err := strconv.ParseFloat(row[i].Text, 64); col.Number && err == nil {
				cells[i] = v
			}
		}
		rows = append(rows, cells)
	}
	b, err := sheet.Write(rows)
	return b, fault.Wrap(fault.Internal, "web.excel", err)
}
