package pdffile

import (
	"io"
	"maps"
	"slices"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// File is an opened PDF. Its methods must not be used concurrently.
type File struct {
	data     []byte // from "%PDF-" to the last end mark; offsets count from here
	whole    []byte // the same with everything behind the end mark
	budget   *Budget
	crypt    *crypt
	cryptID  uint32 // number of the encryption dictionary, whose strings are plain
	table    *table
	loose    map[uint32]object   // objects found in object streams
	streams  map[uint32]indirect // live stream objects
	parsed   map[uint32]object   // every other live object
	reader   *pdf.Reader
	flate    io.ReadCloser
	problems []reading.Problem
	sigs     []sigDict
	repaired bool
	cut      bool // no end mark, or none at the end: the file may have been cut off
	behind   bool // something stands behind the end mark
	lost     bool // something the file speaks of is not there
	damage   int  // streams whose data did not decode whole
}

// Open opens the bytes of a PDF. The error is a *Stop when the bytes are no
// PDF, hold active content, need a password, are beyond repair or beyond the
// budget. data is kept and must not change.
func Open(data []byte, b *Budget) (*File, error) {
	f, err := parse(data, b)
	if err != nil {
		return nil, err
	}
	if err := f.canonical(); err != nil {
		return nil, err
	}
	switch {
	case f.cut && f.lost:
		f.problems = append(f.problems, reading.NewProblem(reading.CodeIncomplete, 0, ""))
	case f.repaired:
		f.problems = append(f.problems, reading.NewProblem(reading.CodeRepaired, 0, ""))
	case f.behind:
		f.pad()
	}
	return f, nil
}

// Cut reports that the end of the file is missing.
func (f *File) Cut() bool { return f.cut }

// Lossy reports that something is missing of a file that was cut or mended:
// what was read may not be all, on any page.
func (f *File) Lossy() bool { return f.lost && (f.cut || f.repaired) }

// parse finds and reads every object, and refuses what must be refused.
func parse(data []byte, b *Budget) (*File, error) {
	f := &File{
		budget: b, loose: map[uint32]object{},
		streams: map[uint32]indirect{}, parsed: map[uint32]object{},
	}
	if err := f.start(data); err != nil {
		return nil, err
	}
	t, whole, err := f.readChain()
	if err != nil {
		return nil, err
	}
	f.table = t
	if !whole || !f.holds(t) {
		if err := f.repair(); err != nil {
			return nil, err
		}
	}
	if err := f.load(); err != nil {
		return nil, err
	}
	return f, nil
}

// Problems lists what was odd about the file as a whole.
func (f *File) Problems() []reading.Problem { return f.problems }

// Trailer gives the root of the object tree.
func (f *File) Trailer() pdf.Value { return f.reader.Trailer() }

// holds checks that every entry of the table points at its object and that
// the table names a root.
func (f *File) holds(t *table) bool {
	if t.trailer == nil || t.trailer.get("Root") == nil || t.trailer.get("Size") == nil {
		return false
	}
	for id, p := range t.at {
		if p.free || p.stream != 0 {
			continue
		}
		if p.off == 0 || !f.marked(p.off, id) {
			return false
		}
	}
	return true
}

// marked reports whether "id gen obj" stands at an offset.
func (f *File) marked(off int, id uint32) bool {
	if off < 0 || off >= len(f.data) {
		return false
	}
	l := pdflex.Lexer{Data: f.data[:min(len(f.data), off+64)], Pos: off}
	n, g, kw := l.Next(), l.Next(), l.Next()
	return n.Kind == pdflex.Int && n.Int == int64(id) && g.Kind == pdflex.Int && isKeyword(kw, "obj")
}

// repair builds the table from the marks in the bytes. A file that broke off
// is said to be cut, not damaged: the remedy is another one.
func (f *File) repair() error {
	old := f.table
	t, err := f.rebuild()
	if err != nil {
		return err
	}
	f.repaired = true
	if old != nil && old.trailer != nil && old.trailer.get("Root") != nil && t.trailer.get("Root") == nil {
		t.trailer = append(t.trailer, old.trailer...)
	}
	f.table = t
	if t.trailer.get("Root") == nil {
		return f.beyondRepair()
	}
	return nil
}

// beyondRepair tells a file that was cut from one that is damaged.
func (f *File) beyondRepair() error {
	if f.cut && len(f.table.at) > 0 {
		return &Stop{Code: reading.CodeTruncated}
	}
	return damaged("")
}

// load parses every live object once: to find active content, to know where
// the streams are, and to write the plain file.
func (f *File) load() error {
	if err := f.openCrypt(); err != nil {
		return err
	}
	if err := f.unpack(); err != nil {
		return err
	}
	for _, id := range f.table.sorted() {
		p := f.table.at[id]
		if p.free || p.stream != 0 {
			continue
		}
		o, err := f.indirectAt(p.off, id)
		if isLimit(err) {
			return err
		}
		if err != nil && o.val == nil {
			f.repaired, f.lost = true, true
			continue
		}
		if err != nil || !o.closed || o.odd {
			f.repaired = true
			f.lost = f.lost || err != nil
		}
		if d, ok := o.val.(dict); ok && o.data > 0 {
			if n := d.name("Type"); n == "ObjStm" || n == "XRef" {
				continue
			}
			f.streams[id] = o
			continue
		}
		f.parsed[id] = o.val
	}
	for _, o := range f.streams { // a wrong length is seen before anybody asks
		if err := f.budget.Tick(); err != nil {
			return err
		}
		f.streamEnd(o, o.val.(dict))
	}
	for id, v := range f.loose {
		if _, seen := f.parsed[id]; !seen {
			f.parsed[id] = v
		}
	}
	return f.inspect()
}

func (f *File) openCrypt() error {
	e := f.table.trailer.get("Encrypt")
	if r, ok := e.(ref); ok {
		p, known := f.table.at[r.id]
		if !known || p.stream != 0 {
			return damaged("")
		}
		o, err := f.indirectAt(p.off, r.id)
		if err != nil {
			return damaged("")
		}
		e, f.cryptID = o.val, r.id
	}
	d, ok := e.(dict)
	if !ok {
		return nil
	}
	var id []byte
	if ids, ok := f.table.trailer.get("ID").(array); ok && len(ids) > 0 {
		s, _ := ids[0].(text)
		id = s
	}
	c, err := newCrypt(d, id)
	if err != nil {
		return err
	}
	f.crypt = c
	f.problems = append(f.problems, reading.NewProblem(reading.CodeRestricted, 0, ""))
	return nil
}

// unpack parses the objects that stand in object streams.
func (f *File) unpack() error {
	named := map[uint32]bool{}
	for _, p := range f.table.at {
		if !p.free && p.stream != 0 {
			named[p.stream] = true
		}
	}
	for _, c := range f.table.unpacked {
		named[c] = true
	}
	containers := slices.Sorted(maps.Keys(named))
	slices.Reverse(containers) // later containers hold later versions
	for _, c := range containers {
		p, ok := f.table.at[c]
		if !ok || p.free || p.stream != 0 {
			f.repaired = true // a container inside a container, or none at all
			continue
		}
		if err := f.unpackOne(c, p.off); err != nil {
			return err
		}
	}
	return nil
}

// inContainer reports whether the table places an object in the container, or
// a table made from the marks places it nowhere.
func (f *File) inContainer(id, container uint32) bool {
	if _, seen := f.loose[id]; seen {
		return false
	}
	p, ok := f.table.at[id]
	if len(f.table.unpacked) > 0 {
		return !ok
	}
	return ok && p.stream == container
}

func (f *File) unpackOne(c uint32, off int) error {
	o, err := f.indirectAt(off, c)
	if isLimit(err) {
		return err
	}
	d, ok := o.val.(dict)
	if err != nil || !ok || o.data == 0 || d.name("Type") != "ObjStm" {
		f.repaired = true
		return nil
	}
	data, err := f.decode(d, f.rawStream(o, d), nil)
	if err != nil {
		if err == errImage {
			f.repaired = true
			return nil
		}
		return err
	}
	n, _ := d.int("N")
	first, _ := d.int("First")
	head := pdflex.Lexer{Data: data}
	for i := int64(0); i < n; i++ {
		if err := f.budget.node(); err != nil {
			return err
		}
		id, at := head.Next(), head.Next()
		if id.Kind != pdflex.Int || at.Kind != pdflex.Int {
			break
		}
		if id.Int <= 0 || id.Int > maxID || at.Int < 0 || first+at.Int < 0 || first+at.Int >= int64(len(data)) {
			f.repaired = true
			continue
		}
		num := uint32(id.Int)
		if !f.inContainer(num, c) {
			continue
		}
		p := parser{Lexer: pdflex.Lexer{Data: data, Pos: int(first + at.Int)}, budget: f.budget}
		v, err := p.value(p.Next())
		if isLimit(err) {
			return err
		}
		if err != nil {
			f.repaired = true
		}
		if len(f.loose) >= f.budget.Objects {
			return tooComplex("quá nhiều đối tượng")
		}
		f.loose[num] = v
	}
	return nil
}
