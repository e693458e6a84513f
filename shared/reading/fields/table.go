package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// role is what a column of a nominee table holds.
type role uint8

const (
	roleNone role = iota
	roleIndex
	roleName
	rolePost
	roleUnit
	rolePostUnit
	roleAward
	roleFor
	roleAgainst
	roleTotal
	rolePercent
	roleNote
)

// columnRole reads the heading of a column. The hint is the kind the heading
// names, if only one.
func columnRole(fold string) (r role, hint reading.NomineeKind) {
	has := func(ws ...string) bool {
		for _, w := range ws {
			if i := strings.Index(fold, w); i >= 0 && boundary(fold, i) && boundary(fold, i+len(w)) {
				return true
			}
		}
		return false
	}
	fold = strings.TrimSpace(fold)
	switch {
	case fold == "":
		return roleNone, ""
	case fold == "stt" || fold == "tt" || fold == "so tt" || fold == "so thu tu" || fold == "s tt":
		return roleIndex, ""
	case has("khong dong y", "khong tan thanh", "khong nhat tri", "khong hop le"):
		return roleAgainst, ""
	case has("ty le", "ti le") || strings.Contains(fold, "%"):
		return rolePercent, ""
	case has("phieu dong y", "dong y", "tan thanh", "nhat tri", "phieu thuan"):
		return roleFor, ""
	case has("phat ra", "thu ve", "hop le") && !has("dong y"), has("tong so phieu", "so phieu phat ra", "so phieu thu", "tong phieu", "phieu hop le", "phieu bau", "tong so thanh vien"):
		return roleTotal, ""
	case has("ket qua", "so phieu", "phieu"):
		return roleFor, ""
	case has("ho va ten", "ho ten", "ten tap the", "ten ca nhan", "tap the, ca nhan", "ca nhan, tap the", "tap the/ca nhan", "tap the va ca nhan", "tap the - ca nhan", "ten don vi", "ten doi tuong") ||
		fold == "ten" || fold == "tap the" || fold == "ca nhan" || fold == "danh sach":
		people := has("ho va ten", "ho ten", "ca nhan")
		groups := has("tap the", "don vi")
		switch {
		case people && !groups:
			return roleName, reading.Individual
		case groups && !people:
			return roleName, reading.Collective
		}
		return roleName, ""
	case has("hinh thuc", "danh hieu", "de nghi khen", "muc khen"):
		return roleAward, ""
	case has("chuc vu", "chuc danh", "nghe nghiep"):
		if has("don vi", "noi cong tac", "co quan") {
			return rolePostUnit, ""
		}
		return rolePost, ""
	case has("don vi", "noi cong tac", "co quan", "phong ban"):
		return roleUnit, ""
	case has("ghi chu"):
		return roleNote, ""
	}
	return roleNone, ""
}

// columns are the roles of a table's columns.
type columns struct {
	roles []role
	hint  reading.NomineeKind
	first int // the first row of data
}

func (c columns) at(r role) int {
	for i, x := range c.roles {
		if x == r {
			return i
		}
	}
	return -1
}

func (c columns) votes() bool { return c.at(roleFor) >= 0 || c.at(rolePercent) >= 0 }

// headings finds the row of headings of a nominee table.
func headings(t *layout.Table) (columns, bool) {
	for r := 0; r < len(t.Rows) && r < 3; r++ {
		c := columns{first: r + 1}
		ok := false
		for i, cell := range t.Rows[r].Cells {
			f := textOf(cell.Lines...).fold
			// A heading over two rows: the lower half tells the columns apart.
			if r+1 < len(t.Rows) && i > 0 && t.Rows[r].Cells[i-1] == cell && !t.Rows[r].First[i] {
				f = ""
			}
			ro, hint := columnRole(f)
			if ro == roleName {
				if ok {
					ro = roleNone
				} else {
					ok, c.hint = true, hint
				}
			}
			c.roles = append(c.roles, ro)
		}
		if ok {
			c.split(t, r)
			return c, true
		}
	}
	return columns{}, false
}

// split reads a second row of headings under a merged one.
func (c *columns) split(t *layout.Table, r int) {
	if r+1 >= len(t.Rows) {
		return
	}
	merged := false
	for i := range t.Rows[r+1].Cells {
		merged = merged || t.Rows[r+1].Cells[i] == t.Rows[r].Cells[i]
	}
	if !merged {
		return
	}
	c.first = r + 2
	for i, cell := range t.Rows[r+1].Cells {
		if cell == t.Rows[r].Cells[i] {
			continue
		}
		// The lower half alone says what a column of a merged heading is.
		c.roles[i], _ = columnRole(textOf(cell.Lines...).fold)
	}
}

// tableRow is one nominee's row: the divided entry and the texts of the votes.
type tableRow struct {
	entry
	votesFor, total, percent text
}

// tableRows reads the rows of a nominee table. kind is what a heading before
// the table names.
func tableRows(t *layout.Table, c columns, kind reading.NomineeKind) []tableRow {
	var out []tableRow
	group := kind
	get := func(row *layout.Row, r role) text {
		if i := c.at(r); i >= 0 {
			return textOf(row.Cells[i].Lines...)
		}
		return text{}
	}
	for r := c.first; r < len(t.Rows); r++ {
		row := &t.Rows[r]
		name := get(row, roleName)
		if k, ok := section(name); ok {
			group = k
			continue
		}
		if whole := spans(row); whole != nil {
			if k, ok := section(textOf(whole.Lines...)); ok {
				group = k
			}
			continue // a heading over all columns: a group, not a nominee
		}
		if name.len() == 0 || isSum(name) || isHeadingRow(row, c) {
			continue
		}
		hint := group
		if hint == "" && !(beginsUnit(name) && !polite(name)) { // "Họ và tên" stands over units too
			hint = c.hint
		}
		e := entry{name: name}
		post, unit, both := get(row, rolePost), get(row, roleUnit), get(row, rolePostUnit)
		if c.at(rolePost) < 0 && c.at(roleUnit) < 0 && c.at(rolePostUnit) < 0 {
			e = divide(name, hint)
		} else {
			e = divideCells(name, post, unit, both, hint)
		}
		e.award = get(row, roleAward)
		out = append(out, tableRow{e, get(row, roleFor), get(row, roleTotal), get(row, rolePercent)})
	}
	return out
}

// isSum reports the last row of a table: "Cộng", "Tổng cộng", but not "Công an xã".
func isSum(name text) bool {
	switch firstWord(name) {
	case "cộng":
		return true
	case "tổng":
		return name.starts("tong cong", "tong so")
	}
	return false
}

// divideCells makes the entry of a row with columns of its own for post or unit.
func divideCells(name, post, unit, both text, hint reading.NomineeKind) entry {
	name = trimEnd(name)
	e := entry{kind: hint, certain: hint != "", post: post, unit: unit}
	if e.kind == "" {
		switch {
		case polite(name):
			e.kind, e.certain = reading.Individual, true
		case beginsUnit(name):
			e.kind, e.certain = reading.Collective, post.len() == 0
		case post.len() > 0 || personName(name):
			e.kind = reading.Individual
		default:
			e.kind = reading.Collective
		}
	}
	if e.kind == reading.Individual {
		e.name = stripHonorifics(name)
		if both.len() > 0 {
			e.post, e.unit = dividePost(both)
		}
		return e
	}
	e.name = name
	if both.len() > 0 {
		e.unit = both
	}
	return e
}

// spans gives the only cell of a row that is merged over all its columns.
func spans(row *layout.Row) *layout.Cell {
	for _, c := range row.Cells[1:] {
		if c != row.Cells[0] {
			return nil
		}
	}
	if len(row.Cells) < 2 {
		return nil
	}
	return row.Cells[0]
}

// isHeadingRow reports a row of headings repeated inside the table.
func isHeadingRow(row *layout.Row, c columns) bool {
	n := 0
	for i, cell := range row.Cells {
		if ro, _ := columnRole(textOf(cell.Lines...).fold); ro != roleNone && ro == c.roles[i] {
			n++
		}
	}
	return n >= 2
}
