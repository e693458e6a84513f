package pdffile

import (
	"bytes"

	"hoso/shared/pdftext/pdflex"
)

// The values of a PDF: nil, bool, int64, float64, text, name, array, dict, ref.
type (
	object any
	text   []byte
	name   string
	array  []object
	ref    struct {
		id  uint32
		gen uint16
	}
	dict []entry
)

type entry struct {
	key name
	val object
}

// get gives the first value of a key, as viewers do with repeated keys.
func (d dict) get(key name) object {
	for _, e := range d {
		if e.key == key {
			return e.val
		}
	}
	return nil
}

func (d dict) int(key name) (int64, bool) {
	switch v := d.get(key).(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == float64(int64(v))
	}
	return 0, false
}

func (d dict) name(key name) name {
	n, _ := d.get(key).(name)
	return n
}

// parser builds values from tokens within a budget.
type parser struct {
	pdflex.Lexer
	budget *Budget
	depth  int
	crypt  func([]byte) []byte // deciphers strings; nil for none
	odd    bool                // something stood where nothing may
}

var errEnd = damaged("dữ liệu kết thúc sớm")

// value parses the value that starts with tok.
func (p *parser) value(tok pdflex.Token) (object, error) {
	if err := p.budget.node(); err != nil {
		return nil, err
	}
	switch tok.Kind {
	case pdflex.EOF:
		return nil, errEnd
	case pdflex.Int:
		return p.intOrRef(tok), nil
	case pdflex.Real:
		return tok.Num, nil
	case pdflex.String:
		s := tok.Str
		if p.crypt != nil {
			s = p.crypt(s)
		}
		return text(s), nil
	case pdflex.Name:
		return name(tok.Str), nil
	case pdflex.ArrayOpen, pdflex.DictOpen:
		if p.depth++; p.depth > p.budget.Depth {
			return nil, damaged("lồng nhau quá sâu")
		}
		defer func() { p.depth-- }()
		if tok.Kind == pdflex.ArrayOpen {
			return p.array()
		}
		return p.dict()
	}
	switch string(tok.Str) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
	default:
		p.odd = true
	}
	return nil, nil
}

// intOrRef looks ahead for "gen R".
func (p *parser) intOrRef(tok pdflex.Token) object {
	if tok.Int < 0 || tok.Int > 1<<31 {
		return tok.Int
	}
	save := p.Pos
	if g := p.Next(); g.Kind == pdflex.Int && g.Int >= 0 && g.Int <= 0xffff {
		if r := p.Next(); r.Kind == pdflex.Word && len(r.Str) == 1 && r.Str[0] == 'R' {
			return ref{uint32(tok.Int), uint16(g.Int)}
		}
	}
	p.Pos = save
	return tok.Int
}

func (p *parser) array() (object, error) {
	out := array{}
	for {
		tok := p.Next()
		switch {
		case tok.Kind == pdflex.ArrayClose:
			return out, nil
		case tok.Kind == pdflex.EOF:
			return out, errEnd
		case tok.Kind == pdflex.DictClose, isKeyword(tok, "endobj"):
			p.Pos = tok.At // a missing bracket: leave the mark to the container
			return out, nil
		}
		v, err := p.value(tok)
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
}

func (p *parser) dict() (object, error) {
	out := dict{}
	for {
		tok := p.Next()
		switch {
		case tok.Kind == pdflex.DictClose:
			return out, nil
		case tok.Kind == pdflex.EOF:
			return out, errEnd
		case isKeyword(tok, "endobj"), isKeyword(tok, "stream"):
			p.Pos = tok.At
			return out, nil
		case tok.Kind != pdflex.Name:
			if err := p.budget.node(); err != nil {
				return out, err
			}
			p.odd = true
			continue // a stray value without a key
		}
		key := name(tok.Str)
		vt := p.Next()
		if vt.Kind == pdflex.DictClose {
			return append(out, entry{key, nil}), nil
		}
		v, err := p.value(vt)
		if err != nil {
			return out, err
		}
		out = append(out, entry{key, v})
	}
}

func isKeyword(t pdflex.Token, w string) bool { return t.Kind == pdflex.Word && string(t.Str) == w }

// indirect is one "n g obj" of the file.
type indirect struct {
	id     uint32
	gen    uint16
	val    object
	data   int  // offset of the stream's bytes, 0 if it is no stream
	closed bool // "endobj" or "endstream" follows where it must
	odd    bool // something stands in it where nothing may
}

// indirectAt parses the object definition at an offset. A wanted id of 0
// accepts any. An object that lost a bracket would swallow those behind it:
// it is read again up to its own end.
func (f *File) indirectAt(off int, want uint32) (indirect, error) {
	o, end, err := f.indirectWithin(f.data, off, want)
	if err == nil && o.closed || isLimit(err) || end <= off {
		return o, err
	}
	own := bytes.Index(f.data[off:end], []byte("endobj"))
	if own < 0 || off+own+len("endobj") == end {
		return o, err
	}
	o, _, err = f.indirectWithin(f.data[:off+own], off, want)
	o.odd = true
	return o, err
}

// indirectWithin parses the object definition at an offset of data, and tells
// how far it looked.
func (f *File) indirectWithin(data []byte, off int, want uint32) (o indirect, end int, err error) {
	if off < 0 || off >= len(data) {
		return indirect{}, 0, damaged("bảng tra cứu sai")
	}
	p := parser{Lexer: pdflex.Lexer{Data: data, Pos: off}, budget: f.budget}
	id, gen, kw := p.Next(), p.Next(), p.Next()
	if id.Kind != pdflex.Int || gen.Kind != pdflex.Int || !isKeyword(kw, "obj") || id.Int <= 0 || id.Int > maxID ||
		want != 0 && uint32(id.Int) != want {
		return indirect{}, 0, damaged("bảng tra cứu sai")
	}
	o = indirect{id: uint32(id.Int), gen: uint16(gen.Int)}
	if f.crypt != nil && o.id != f.cryptID {
		p.crypt = func(s []byte) []byte { return f.crypt.text(o.id, o.gen, s) }
	}
	o.val, err = p.value(p.Next())
	if o.odd = p.odd; err != nil {
		return o, p.Pos, err
	}
	next := p.Next()
	o.closed = isKeyword(next, "endobj")
	if _, isDict := o.val.(dict); isDict && isKeyword(next, "stream") {
		o.data = next.At + len("stream")
		if bytes.HasPrefix(f.data[o.data:], []byte("\r\n")) {
			o.data += 2
		} else if o.data < len(f.data) && (f.data[o.data] == '\n' || f.data[o.data] == '\r') {
			o.data++
		}
		o.closed = true // judged with the length, in streamEnd
	}
	return o, p.Pos, nil
}

// maxID is the largest object number a PDF may use (ISO 32000-1, annex C).
const maxID = 8_388_607
