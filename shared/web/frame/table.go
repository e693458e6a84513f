package frame

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/viettext"
)

// Column of a list.
type Column struct {
	Key     string // in the address, stable
	Title   string
	Number  bool
	Choices []Choice // values to filter by; nil: none
}

// Choice is one value of a filter.
type Choice struct{ Value, Text string }

// Cell of a list. Sort is what the column is ordered by; "": Text. Value is
// what a filter compares; "": Text.
type Cell struct {
	Text  string
	Href  string
	Sort  string
	Value string
	Tag   string // marks a state: a class beside its text, never instead of it
}

// Table is a whole list. What of it is shown, and in which order, stands in
// the page's address.
type Table struct {
	Name    string // of the list, for the names of its files
	Caption string
	Columns []Column
	Rows    [][]Cell
	Empty   string // sentence shown when there is nothing
	PerPage int    // 0: 50
	Order   string // column ordered by where the address says nothing; "-" before it: downwards
}

// TableView is a list as its template shows it.
type TableView struct {
	Table
	Heads   []Head
	Shown   [][]Cell
	Total   int // rows that pass the filters
	All     int // rows there are
	First   int // number of the first row shown, from 1
	Last    int
	Query   string
	Filters []FilterView
	Prev    string // addresses
	Next    string
	CSV     string
	Excel   string
	Hidden  []Choice // state to keep when the filter form is sent
}

// Head is a column's heading with the address that orders by it.
type Head struct {
	Column
	Href  string
	Order string // aria-sort: "ascending", "descending" or "none"
}

// FilterView is a filter with its current value.
type FilterView struct {
	Column
	Name  string
	Value string
}

const perPage = 50

// List applies what the address asks for to a list.
func (c *Call) List(t Table) TableView {
	q := c.R.URL.Query()
	v := TableView{Table: t, All: len(t.Rows), Query: strings.TrimSpace(q.Get("q"))}
	rows := t.rows(q)
	v.Total = len(rows)
	size := t.PerPage
	if size <= 0 {
		size = perPage
	}
	page, _ := strconv.Atoi(q.Get("page"))
	page = min(max(page, 1), max(1, (len(rows)+size-1)/size))
	from := (page - 1) * size
	to := min(from+size, len(rows))
	v.Shown, v.First, v.Last = rows[from:to], min(from+1, len(rows)), to
	address := func(change ...string) string {
		p := url.Values{}
		for k, values := range q {
			if len(values) > 0 && values[0] != "" {
				p.Set(k, values[0])
			}
		}
		for i := 0; i+1 < len(change); i += 2 {
			p.Del(change[i])
			if change[i+1] != "" {
				p.Set(change[i], change[i+1])
			}
		}
		if len(p) == 0 {
			return c.R.URL.Path
		}
		return c.R.URL.Path + "?" + p.Encode()
	}
	if page > 1 {
		v.Prev = address("page", strconv.Itoa(page-1))
	}
	if to < len(rows) {
		v.Next = address("page", strconv.Itoa(page+1))
	}
	v.CSV, v.Excel = address("as", "csv", "page", ""), address("as", "xlsx", "page", "")
	order := q.Get("sort")
	if order == "" {
		order = t.Order
	}
	for _, col := range t.Columns {
		h := Head{Column: col, Href: address("sort", col.Key, "page", ""), Order: "none"}
		switch order {
		case col.Key:
			h.Order, h.Href = "ascending", address("sort", "-"+col.Key, "page", "")
		case "-" + col.Key:
			h.Order = "descending"
		}
		v.Heads = append(v.Heads, h)
		if col.Choices != nil {
			v.Filters = append(v.Filters, FilterView{Column: col, Name: "f_" + col.Key, Value: q.Get("f_" + col.Key)})
		}
	}
	for name, values := range q {
		if name != "q" && name != "page" && name != "as" && !strings.HasPrefix(name, "f_") && len(values) > 0 {
			v.Hidden = append(v.Hidden, Choice{name, values[0]})
		}
	}
	slices.SortFunc(v.Hidden, func(a, b Choice) int { return strings.Compare(a.Value, b.Value) })
	return v
}

// rows gives the rows that pass the filters, in order.
func (t Table) rows(q url.Values) [][]Cell {
	words := strings.Fields(viettext.Fold(q.Get("q")))
	var out [][]Cell
	for _, row := range t.Rows {
		if t.passes(row, q) && matches(row, words) {
			out = append(out, row)
		}
	}
	order := q.Get("sort")
	if order == "" {
		order = t.Order
	}
	key, down := strings.CutPrefix(order, "-")
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == key })
	if at < 0 {
		return out
	}
	slices.SortStableFunc(out, func(a, b []Cell) int {
		n := compare(a[at], b[at], t.Columns[at].Number)
		if down {
			return -n
		}
		return n
	})
	return out
}

func (t Table) passes(row []Cell, q url.Values) bool {
	for i, col := range t.Columns {
		if col.Choices == nil {
			continue
		}
		want := q.Get("f_" + col.Key)
		have := row[i].Value
		if have == "" {
			have = row[i].Text
		}
		if want != "" && !slices.Contains(strings.Split(have, ","), want) {
			return false
		}
	}
	return true
}

// matches reports whether every word is found, with or without marks.
func matches(row []Cell, words []string) bool {
	if len(words) == 0 {
		return true
	}
	var b strings.Builder
	for _, c := range row {
		b.WriteString(viettext.Fold(c.Text))
		b.WriteByte(' ')
	}
	all := b.String()
	for _, w := range words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

func compare(a, b Cell, number bool) int {
	ka, kb := a.Sort, b.Sort
	if ka == "" {
		ka = a.Text
	}
	if kb == "" {
		kb = b.Text
	}
	if number {
		na, _ := strconv.ParseFloat(ka, 64)
		nb, _ := strconv.ParseFloat(kb, 64)
		switch {
		case na < nb:
			return -1
		case na > nb:
			return 1
		}
		return 0
	}
	if n := strings.Compare(viettext.Fold(ka), viettext.Fold(kb)); n != 0 {
		return n
	}
	return strings.Compare(ka, kb)
}
