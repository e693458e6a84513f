package pdffile

import (
	"bytes"
	"slices"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// place says where an object stands: at an offset of the file, or as the n-th
// in an object stream.
type place struct {
	off    int
	stream uint32 // number of the containing object stream, 0 for none
	index  int
	gen    uint16
	free   bool
}

// table is what the cross-reference chain says, newest first.
type table struct {
	at       map[uint32]place
	trailer  dict
	unpacked []uint32 // object streams whose content no table names
	catalog  uint32   // a catalog seen while rebuilding
}

// sorted gives the object numbers in ascending order.
func (t *table) sorted() []uint32 {
	ids := make([]uint32, 0, len(t.at))
	for id := range t.at {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// add records the newest place of an object: the first seen wins.
func (t *table) add(b *Budget, id uint32, p place) error {
	if _, seen := t.at[id]; seen || id == 0 {
		return nil
	}
	if len(t.at) >= b.Objects {
		return tooComplex("quá nhiều đối tượng")
	}
	t.at[id] = p
	return nil
}

// readChain follows the cross-reference chain from the last startxref. It
// reports false when any part of the chain does not hold.
func (f *File) readChain() (*table, bool, error) {
	t := &table{at: map[uint32]place{}}
	tail := f.data[max(0, len(f.data)-tailLen):]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return t, false, nil
	}
	l := pdflex.Lexer{Data: tail, Pos: i + len("startxref")}
	start := l.Next()
	if start.Kind != pdflex.Int {
		return t, false, nil
	}
	todo := []int64{start.Int}
	seen := map[int64]bool{}
	for len(todo) > 0 {
		off := todo[0]
		todo = todo[1:]
		if seen[off] {
			return t, false, nil // a cycle: no honest file has one
		}
		seen[off] = true
		if off < 0 || off >= int64(len(f.data)) || len(seen) > 4096 {
			return t, false, nil
		}
		d, err := f.readSection(t, int(off))
		if err != nil {
			if isLimit(err) {
				return nil, false, err
			}
			return t, false, nil
		}
		if t.trailer == nil {
			t.trailer = d
		}
		if x, ok := d.int("XRefStm"); ok {
			todo = append(todo, x)
		}
		if prev, ok := d.int("Prev"); ok {
			todo = append(todo, prev)
		}
	}
	return t, true, nil
}

// tailLen is how far from the end of the file "startxref" may stand.
const tailLen = 2048

func isLimit(err error) bool {
	s, ok := err.(*Stop)
	return ok && s.Code == reading.CodeTooComplex
}

// readSection reads one table or cross-reference stream and gives its trailer.
func (f *File) readSection(t *table, off int) (dict, error) {
	p := parser{Lexer: pdflex.Lexer{Data: f.data, Pos: off}, budget: f.budget}
	if tok := p.Next(); isKeyword(tok, "xref") {
		return f.readClassic(t, &p)
	}
	o, err := f.indirectAt(off, 0)
	if err != nil {
		return nil, err
	}
	d, ok := o.val.(dict)
	if !ok || o.data == 0 || d.name("Type") != "XRef" {
		return nil, damaged("bảng tra cứu sai")
	}
	return d, f.readXRefStream(t, o, d)
}

func (f *File) readClassic(t *table, p *parser) (dict, error) {
	for {
		tok := p.Next()
		if isKeyword(tok, "trailer") {
			v, err := p.value(p.Next())
			if err != nil {
				return nil, err
			}
			d, ok := v.(dict)
			if !ok {
				return nil, damaged("thiếu phần kết")
			}
			return d, nil
		}
		n := p.Next()
		if tok.Kind != pdflex.Int || n.Kind != pdflex.Int || tok.Int < 0 || n.Int < 0 || tok.Int+n.Int > maxID+1 {
			return nil, damaged("bảng tra cứu sai")
		}
		for i := int64(0); i < n.Int; i++ {
			if err := f.budget.Tick(); err != nil {
				return nil, err
			}
			off, gen, use := p.Next(), p.Next(), p.Next()
			if off.Kind != pdflex.Int || gen.Kind != pdflex.Int || use.Kind != pdflex.Word {
				return nil, damaged("bảng tra cứu sai")
			}
			pl := place{off: int(off.Int), gen: uint16(gen.Int), free: string(use.Str) != "n"}
			if err := t.add(f.budget, uint32(tok.Int+i), pl); err != nil {
				return nil, err
			}
		}
	}
}

func (f *File) readXRefStream(t *table, o indirect, d dict) error {
	w, _ := d.get("W").(array)
	var width [3]int
	if len(w) < 3 {
		return damaged("bảng tra cứu sai")
	}
	row := 0
	for i := range width {
		n, ok := w[i].(int64)
		if !ok || n < 0 || n > 8 {
			return damaged("bảng tra cứu sai")
		}
		width[i] = int(n)
		row += int(n)
	}
	if row == 0 {
		return damaged("bảng tra cứu sai")
	}
	size, _ := d.int("Size")
	index, ok := d.get("Index").(array)
	if !ok {
		index = array{int64(0), size}
	}
	data, err := f.decode(d, f.rawStream(o, d), nil)
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(index); i += 2 {
		first, ok1 := index[i].(int64)
		n, ok2 := index[i+1].(int64)
		if !ok1 || !ok2 || first < 0 || n < 0 || first+n > maxID+1 {
			return damaged("bảng tra cứu sai")
		}
		for ; n > 0 && len(data) >= row; n, first = n-1, first+1 {
			if err := f.budget.Tick(); err != nil {
				return err
			}
			typ := int64(1)
			if width[0] > 0 {
				typ = bigEndian(data[:width[0]])
			}
			a := bigEndian(data[width[0] : width[0]+width[1]])
			b := bigEndian(data[width[0]+width[1] : row])
			data = data[row:]
			pl := place{off: int(a), gen: uint16(b)}
			switch typ {
			case 0:
				pl.free = true
			case 1:
			case 2:
				if a <= 0 || a > maxID {
					return damaged("bảng tra cứu sai")
				}
				pl = place{stream: uint32(a), index: int(b)}
			default:
				continue
			}
			if err := t.add(f.budget, uint32(first), pl); err != nil {
				return err
			}
		}
	}
	return nil
}

func bigEndian(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

// rebuild makes a table from the "n g obj" marks in the bytes: the last
// definition of a number wins, as it does in a file saved step by step.
func (f *File) rebuild() (*table, error) {
	t := &table{at: map[uint32]place{}}
	pos := 0
	for {
		i := bytes.Index(f.data[pos:], []byte("obj"))
		if i < 0 {
			break
		}
		at := pos + i
		pos = at + 3
		if err := f.budget.Tick(); err != nil {
			return nil, err
		}
		off, id, gen, ok := markBefore(f.data, at)
		if !ok {
			continue
		}
		if _, seen := t.at[id]; !seen && len(t.at) >= f.budget.Objects {
			return nil, tooComplex("quá nhiều đối tượng")
		}
		t.at[id] = place{off: off, gen: gen}
	}
	if err := f.rebuildTrailer(t); err != nil {
		return nil, err
	}
	return t, nil
}

// markBefore reads "id gen " backwards from the keyword obj.
func markBefore(data []byte, at int) (off int, id uint32, gen uint16, ok bool) {
	number := func(end int) (start int, val int64, ok bool) {
		start = end
		for start > 0 && data[start-1] >= '0' && data[start-1] <= '9' && end-start < 10 {
			start--
		}
		for _, c := range data[start:end] {
			val = val*10 + int64(c-'0')
		}
		return start, val, start < end
	}
	back := func(end int) int {
		for end > 0 && pdflex.IsSpace(data[end-1]) {
			end--
		}
		return end
	}
	e := back(at)
	s, g, ok := number(e)
	if !ok || e == at {
		return 0, 0, 0, false
	}
	e2 := back(s)
	s2, n, ok := number(e2)
	if !ok || e2 == s || n <= 0 || n > maxID || g > 0xffff {
		return 0, 0, 0, false
	}
	return s2, uint32(n), uint16(g), true
}

// rebuildTrailer collects Root, Encrypt and ID from every trailer and
// cross-reference stream in the bytes, later ones first, and adds what the
// object streams hold.
func (f *File) rebuildTrailer(t *table) error {
	t.trailer = dict{}
	rest := f.data
	for {
		i := bytes.LastIndex(rest, []byte("trailer"))
		if i < 0 {
			break
		}
		if err := f.budget.Tick(); err != nil {
			return err
		}
		p := parser{Lexer: pdflex.Lexer{Data: f.data, Pos: i + len("trailer")}, budget: f.budget}
		if v, err := p.value(p.Next()); err == nil {
			if d, ok := v.(dict); ok {
				t.trailer = append(t.trailer, d...)
			}
		} else if isLimit(err) {
			return err
		}
		rest = rest[:i]
	}
	if len(t.trailer) == 0 {
		if err := f.strayTrailer(t); err != nil {
			return err
		}
	}
	var lock uint32
	for _, id := range t.sorted() {
		o, err := f.indirectAt(t.at[id].off, id)
		if isLimit(err) {
			return err
		}
		d, ok := o.val.(dict)
		if err != nil || !ok {
			continue
		}
		switch {
		case o.data > 0 && d.name("Type") == "XRef":
			for _, k := range []name{"Root", "Encrypt", "ID"} {
				if v := d.get(k); v != nil {
					t.trailer = append(dict{{k, v}}, t.trailer...)
				}
			}
		case o.data > 0 && d.name("Type") == "ObjStm":
			t.unpacked = append(t.unpacked, id)
		case d.name("Type") == "Catalog" && t.trailer.get("Root") == nil:
			t.catalog = id
		case d.name("Filter") == "Standard" && d.get("O") != nil && d.get("U") != nil:
			lock = id
		}
	}
	if lock != 0 && t.trailer.get("Encrypt") == nil {
		t.trailer = append(t.trailer, entry{"Encrypt", ref{lock, t.at[lock].gen}})
	}
	if t.trailer.get("Root") == nil && t.catalog != 0 {
		t.trailer = append(t.trailer, entry{"Root", ref{t.catalog, t.at[t.catalog].gen}})
	}
	return nil
}

// strayTrailer takes a dictionary that names a root for the trailer of a file
// in which that word is lost.
func (f *File) strayTrailer(t *table) error {
	i := bytes.LastIndex(f.data, []byte("/Root"))
	if i < 0 {
		return nil
	}
	open := bytes.LastIndex(f.data[:i], []byte("<<"))
	if open < 0 {
		return nil
	}
	p := parser{Lexer: pdflex.Lexer{Data: f.data, Pos: open}, budget: f.budget}
	v, err := p.value(p.Next())
	if isLimit(err) {
		return err
	}
	if d, ok := v.(dict); ok {
		t.trailer = d
	}
	return nil
}
