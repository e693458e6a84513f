package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Limits bound what is read of a workbook; every one is needed.
type Limits struct {
	Unpacked int64 // bytes of the parts that are read, unpacked, and of all cells together
	Rows     int   // the last row that may hold something
	Columns  int   // the last column that may hold something
}

// ErrLarge says that a workbook goes beyond the limits.
var ErrLarge = errors.New("sheet: larger than allowed")

// Limits of any workbook: real ones have some dozens of parts, and their
// elements lie a dozen deep.
const (
	mostParts = 4_000
	deepest   = 64
)

// Read gives the rows of a workbook's first sheet, each as far as its last
// filled cell: texts as they are, numbers with up to 15 digits, TRUE and FALSE,
// and of formulas the value that was stored. Rows after the last filled one
// are left out. Errors: ErrLarge, or what makes it no workbook.
func Read(data []byte, l Limits) ([][]string, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	if len(z.File) > mostParts {
		return nil, ErrLarge
	}
	b := book{parts: map[string]*zip.File{}, left: l.Unpacked}
	for _, f := range z.File {
		if name := partName(f.Name); b.parts[name] == nil {
			b.parts[name] = f
		}
	}
	sheet, texts, err := b.find()
	if err != nil {
		return nil, err
	}
	t := table{limits: l, column: -1}
	if texts != "" {
		if t.texts, err = b.texts(texts); err != nil {
			return nil, err
		}
	}
	if err := b.walk(sheet, t.take); err != nil {
		return nil, err
	}
	return t.rows, nil
}

// book is an open workbook.
type book struct {
	parts map[string]*zip.File
	left  int64 // bytes that may still be unpacked
}

// partName makes names of parts comparable: they start at the root and do not
// hang on case (part 2, 6.2.2).
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// walk hands each token of a part over, with how many elements are open.
func (b *book) walk(name string, take func(depth int, t xml.Token) error) error {
	f := b.parts[partName(name)]
	if f == nil {
		return fmt.Errorf("sheet: no part %q", name)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	in := &io.LimitedReader{R: r, N: b.left + 1}
	d := xml.NewDecoder(in)
	defer func() { b.left = in.N - 1 }()
	for depth := 0; ; {
		t, err := d.Token()
		switch {
		case in.N <= 0:
			return ErrLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if _, opens := t.(xml.StartElement); opens {
			depth++
		}
		if depth > deepest {
			return ErrLarge
		}
		if err := take(depth, t); err != nil {
			return err
		}
		if _, closes := t.(xml.EndElement); closes {
			depth--
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relation is where a part leads.
type relation struct{ id, kind, part string }

// relations gives where a part leads; the root's is "".
func (b *book) relations(part string) ([]relation, error) {
	dir, file := path.Split(part)
	var out []relation
	err := b.walk(dir+"_rels/"+file+".rels", func(_ int, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		kind := attr(e, "Type")
		out = append(out, relation{attr(e, "Id"), kind[strings.LastIndex(kind, "/")+1:], partName(target)})
		return nil
	})
	return out, err
}

// find gives the parts of the first sheet and of the shared texts.
func (b *book) find() (sheet, texts string, err error) {
	top, err := b.relations("")
	if err != nil {
		return "", "", err
	}
	workbook := ""
	for _, r := range top {
		if r.kind == "officeDocument" {
			workbook = r.part
		}
	}
	inside, err := b.relations(workbook)
	if err != nil {
		return "", "", err
	}
	sheets := map[string]string{}
	for _, r := range inside {
		switch r.kind {
		case "worksheet":
			sheets[r.id] = r.part
		case "sharedStrings":
			texts = r.part
		}
	}
	err = b.walk(workbook, func(_ int, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "sheet" && sheet == "" {
			sheet = sheets[attr(e, "id")]
		}
		return nil
	})
	if err == nil && sheet == "" {
		err = errors.New("sheet: no worksheet")
	}
	return sheet, texts, err
}

// text gathers the text of one string: its runs, without readings.
type text struct {
	b       strings.Builder
	reading bool // within rPh
	inside  bool // within t
}

func (x *text) take(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		x.reading = x.reading || t.Name.Local == "rPh"
		x.inside = t.Name.Local == "t" && !x.reading
	case xml.EndElement:
		x.inside = false
		x.reading = x.reading && t.Name.Local != "rPh"
	case xml.CharData:
		if x.inside {
			x.b.Write(t)
		}
	}
}

func (x *text) end() string {
	s := plain(x.b.String())
	*x = text{}
	return s
}

func (b *book) texts(part string) ([]string, error) {
	var out []string
	var x text
	err := b.walk(part, func(_ int, t xml.Token) error {
		x.take(t)
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "si" {
			out = append(out, x.end())
		}
		return nil
	})
	return out, err
}

// table is a sheet as it is read.
type table struct {
	limits Limits
	texts  []string
	rows   [][]string
	given  int64 // bytes of all cells

	row, column int // of the cell that is read; rows count from 1
	kind        string
	value       strings.Builder
	inValue     bool
	inline      text
}

func (t *table) take(_ int, token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "row":
			t.row++
			if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > 0 {
				t.row = n
			}
			t.column = -1
		case "c":
			t.column++
			if n := columnOf(attr(e, "r")); n >= 0 {
				t.column = n
			}
			t.kind = attr(e, "t")
			t.value.Reset()
			t.inline = text{}
		case "v":
			t.inValue = true
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "v":
			t.inValue = false
		case "c":
			return t.put()
		}
	case xml.CharData:
		if t.inValue {
			t.value.Write(e)
		}
	}
	if t.kind == "inlineStr" {
		t.inline.take(token)
	}
	return nil
}

// put takes up the cell that has ended.
func (t *table) put() error {
	s, err := t.read()
	if err != nil || s == "" {
		return err
	}
	// A shared text may stand in many cells: it counts each time.
	t.given += int64(len(s))
	if t.row < 1 || t.row > t.limits.Rows || t.column >= t.limits.Columns || t.given > t.limits.Unpacked {
		return ErrLarge
	}
	for len(t.rows) < t.row {
		t.rows = append(t.rows, nil)
	}
	row := &t.rows[t.row-1]
	for len(*row) <= t.column {
		*row = append(*row, "")
	}
	(*row)[t.column] = s
	return nil
}

func (t *table) read() (string, error) {
	v := t.value.String()
	switch t.kind {
	case "inlineStr":
		return t.inline.end(), nil
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if v == "" {
			return "", nil
		}
		if err != nil || n < 0 || n >= len(t.texts) {
			return "", fmt.Errorf("sheet: no shared text %q", v)
		}
		return t.texts[n], nil
	case "str":
		return plain(v), nil
	case "b":
		if v == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "e", "d":
		return v, nil
	}
	return number(v), nil
}

// number shows a number with the 15 digits that Excel keeps of it.
func number(v string) string {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return v
	}
	if f, err = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err != nil || f > 1e21 || f < -1e21 {
		return v
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
