package pdffile

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdflex"
)

// idKey is the key under which every dictionary of the plain file carries its
// object's original number, so that values of the library can be told apart.
// A key of this name in the document itself is dropped.
const idKey = "HosoObject"

// canonical writes the live objects as a plain file: no streams, one classic
// table, numbers closed up, every reference to nothing written as null. Then
// it opens that file with the library.
func (f *File) canonical() error {
	ids := make([]uint32, 0, len(f.parsed)+len(f.streams))
	for id := range f.parsed {
		ids = append(ids, id)
	}
	for id := range f.streams {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	num := make(map[uint32]int, len(ids))
	for i, id := range ids {
		num[id] = i + 1
	}
	w := writer{file: f, num: num}
	w.buf.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(ids))
	for i, id := range ids {
		if err := f.budget.Tick(); err != nil {
			return err
		}
		offsets[i] = w.buf.Len()
		fmt.Fprintf(&w.buf, "%d 0 obj\n", i+1)
		if o, ok := f.streams[id]; ok {
			w.dict(o.val.(dict), id)
			w.buf.WriteString("\nstream\n\nendstream")
		} else {
			w.top(f.follow(f.parsed[id]), id)
		}
		w.buf.WriteString("\nendobj\n")
	}
	start := w.buf.Len()
	fmt.Fprintf(&w.buf, "xref\n0 %d\n0000000000 65535 f \n", len(ids)+1)
	for _, off := range offsets {
		fmt.Fprintf(&w.buf, "%010d 00000 n \n", off)
	}
	w.buf.WriteString("trailer\n<</Size " + strconv.Itoa(len(ids)+1) + " /Root ")
	w.value(f.table.trailer.get("Root"))
	fmt.Fprintf(&w.buf, ">>\nstartxref\n%d\n%%%%EOF\n", start)

	plain := w.buf.Bytes()
	r, err := pdf.NewReader(&meteredReader{Reader: bytes.NewReader(plain), budget: f.budget}, int64(len(plain)))
	if err != nil {
		return damaged("")
	}
	f.reader = r
	return nil
}

// follow resolves an object that is only a reference to another.
func (f *File) follow(v object) object {
	for range 16 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		if o, isStream := f.streams[r.id]; isStream {
			return o.val // a name for a stream's dictionary: better than nothing
		}
		v = f.parsed[r.id]
	}
	return nil
}

type writer struct {
	buf  bytes.Buffer
	file *File
	num  map[uint32]int
}

func (w *writer) top(v object, id uint32) {
	if d, ok := v.(dict); ok {
		w.dict(d, id)
		return
	}
	w.value(v)
}

func (w *writer) dict(d dict, id uint32) {
	w.buf.WriteString("<<")
	if id != 0 {
		w.buf.WriteString("/" + idKey + " " + strconv.FormatUint(uint64(id), 10))
	}
	for i, e := range d {
		if e.key == idKey || e.val == nil || slices.ContainsFunc(d[:min(i, 64)], func(p entry) bool { return p.key == e.key }) {
			continue
		}
		w.name(e.key)
		w.buf.WriteByte(' ')
		w.value(e.val)
	}
	w.buf.WriteString(">>")
}

func (w *writer) value(v object) {
	switch v := v.(type) {
	case bool:
		w.buf.WriteString(strconv.FormatBool(v))
	case int64:
		w.buf.WriteString(strconv.FormatInt(v, 10))
	case float64:
		s := strconv.FormatFloat(v, 'f', 6, 64)
		w.buf.WriteString(s)
	case text:
		fmt.Fprintf(&w.buf, "<%x>", []byte(v))
	case name:
		w.name(v)
	case array:
		w.buf.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				w.buf.WriteByte(' ')
			}
			w.value(x)
		}
		w.buf.WriteByte(']')
	case dict:
		w.dict(v, 0)
	case ref:
		if n, ok := w.num[v.id]; ok {
			w.buf.WriteString(strconv.Itoa(n) + " 0 R")
		} else {
			w.file.lost = true
			w.buf.WriteString("null")
		}
	default:
		w.buf.WriteString("null")
	}
}

func (w *writer) name(n name) {
	w.buf.WriteByte('/')
	for i := 0; i < len(n); i++ {
		c := n[i]
		if c <= ' ' || c >= 0x7f || c == '#' || pdflex.IsDelim(c) {
			fmt.Fprintf(&w.buf, "#%02x", c)
			continue
		}
		w.buf.WriteByte(c)
	}
}

// meteredReader gives the library its bytes until the budget is spent, and
// errors from then on: a loop inside the library ends.
type meteredReader struct {
	*bytes.Reader
	budget *Budget
}

func (m *meteredReader) ReadAt(p []byte, off int64) (int, error) {
	if m.budget.LibraryRead -= int64(len(p)); m.budget.LibraryRead < 0 {
		return 0, tooComplex("đọc lặp quá nhiều")
	}
	if err := m.budget.Tick(); err != nil {
		return 0, err
	}
	return m.Reader.ReadAt(p, off)
}

var _ io.ReaderAt = (*meteredReader)(nil)
