package pdffile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"

	"hoso/shared/pdftext/pdflex"
)

// errImage is the answer for data that only a picture decoder can read.
var errImage = errors.New("image data")

// rawStream gives the stored bytes of a stream, deciphered. A wrong Length is
// replaced by the place of "endstream".
func (f *File) rawStream(o indirect, d dict) []byte {
	raw := f.data[o.data:f.streamEnd(o, d)]
	if f.crypt == nil || d.name("Type") == "XRef" || hasIdentityCrypt(d) {
		return raw
	}
	return f.crypt.stream(o.id, o.gen, raw)
}

// streamEnd finds where a stream's bytes end.
func (f *File) streamEnd(o indirect, d dict) int {
	n, ok := d.int("Length")
	if r, isRef := d.get("Length").(ref); isRef {
		if pl, known := f.table.at[r.id]; known && pl.stream == 0 && !pl.free {
			if l, err := f.indirectAt(pl.off, r.id); err == nil {
				n, ok = l.val.(int64)
			}
		} else if v, known := f.loose[r.id]; known {
			n, ok = v.(int64)
		}
	}
	if ok && n >= 0 && n <= int64(len(f.data)-o.data) {
		end := o.data + int(n)
		l := pdflex.Lexer{Data: f.data[:min(len(f.data), end+32)], Pos: end}
		if isKeyword(l.Next(), "endstream") {
			return end
		}
	}
	f.repaired = true
	i := f.search(o.data, "endstream")
	if i < 0 {
		if i = f.search(o.data, "endobj"); i < 0 {
			f.lost = true
			return len(f.data)
		}
	}
	end := o.data + i
	if end > o.data && f.data[end-1] == '\n' {
		end--
	}
	if end > o.data && f.data[end-1] == '\r' {
		end--
	}
	return end
}

// search looks for a word from a place on, and counts the bytes it looks at:
// many streams without an end would have each of them searched to the file's
// end. -1: it is not there, or the budget is spent.
func (f *File) search(from int, word string) int {
	if f.budget.Searched <= 0 {
		return -1
	}
	i := bytes.Index(f.data[from:], []byte(word))
	if i < 0 {
		f.budget.Searched -= int64(len(f.data) - from)
	} else {
		f.budget.Searched -= int64(i)
	}
	return i
}

func hasIdentityCrypt(d dict) bool {
	for _, s := range filters(d, nil) {
		if s.name == "Crypt" {
			n := s.parms.name("Name")
			return n == "" || n == "Identity"
		}
	}
	return false
}

type filterStep struct {
	name  name
	parms dict
}

// filters lists the steps to decode a stream. Lookup resolves references
// inside the dictionary; nil leaves them unresolved.
func filters(d dict, lookup func(object) object) []filterStep {
	res := func(o object) object {
		if lookup != nil {
			return lookup(o)
		}
		return o
	}
	names := res(d.get("Filter"))
	if names == nil {
		names = res(d.get("F"))
	}
	parms := res(d.get("DecodeParms"))
	if parms == nil {
		parms = res(d.get("DP"))
	}
	switch n := names.(type) {
	case name:
		p, _ := parms.(dict)
		if a, ok := parms.(array); ok && len(a) > 0 {
			p, _ = res(a[0]).(dict)
		}
		return []filterStep{{longName(n), p}}
	case array:
		var out []filterStep
		pa, _ := parms.(array)
		for i, x := range n {
			fn, _ := res(x).(name)
			var p dict
			if i < len(pa) {
				p, _ = res(pa[i]).(dict)
			}
			out = append(out, filterStep{longName(fn), p})
		}
		return out
	}
	return nil
}

// longName spells out the abbreviations allowed in inline images.
func longName(n name) name {
	switch n {
	case "Fl":
		return "FlateDecode"
	case "LZW":
		return "LZWDecode"
	case "AHx":
		return "ASCIIHexDecode"
	case "A85":
		return "ASCII85Decode"
	case "RL":
		return "RunLengthDecode"
	}
	return n
}

// maxFilters bounds the chain of filters of one stream.
const maxFilters = 8

// decode runs the filters of a stream over raw. What can be decoded before
// the data breaks off is kept, as viewers do.
func (f *File) decode(d dict, raw []byte, lookup func(object) object) ([]byte, error) {
	steps := filters(d, lookup)
	if len(steps) > maxFilters {
		return nil, tooComplex("quá nhiều lớp nén")
	}
	data := raw
	for _, s := range steps {
		var err error
		switch s.name {
		case "FlateDecode":
			data, err = f.inflate(data)
		case "LZWDecode":
			early, ok := s.parms.int("EarlyChange")
			data, err = f.unlzw(data, !ok || early != 0)
		case "ASCIIHexDecode":
			l := pdflex.Lexer{Data: data}
			data = l.Hex()
		case "ASCII85Decode":
			data = un85(data)
		case "RunLengthDecode":
			data, err = f.unrun(data)
		case "Crypt":
			continue
		default:
			return nil, errImage
		}
		if err != nil {
			return nil, err
		}
		if s.name == "FlateDecode" || s.name == "LZWDecode" {
			if data, err = unpredict(data, s.parms); err != nil {
				return nil, err
			}
		}
	}
	return data, nil
}

// inflate decodes deflate data with its zlib header. Damaged and truncated
// streams give what they hold; that they are damaged is counted.
func (f *File) inflate(data []byte) ([]byte, error) {
	zlib := len(data) >= 2 && data[0]&0x0f == 8 && (int(data[0])<<8|int(data[1]))%31 == 0
	if zlib {
		data = data[2:]
	}
	src := bytes.NewReader(data)
	if f.flate == nil {
		f.flate = flate.NewReader(src)
	} else if err := f.flate.(flate.Resetter).Reset(src, nil); err != nil {
		return nil, err
	}
	out := make([]byte, 0, min(max(4*len(data), 512), 1<<20))
	for {
		if len(out) == cap(out) { // doubled, so that what is left behind stays small
			out = append(make([]byte, 0, 2*cap(out)), out...)
		}
		n, err := f.flate.Read(out[len(out):cap(out)])
		if lim := f.budget.decoded(int64(len(out)), int64(n)); lim != nil {
			return nil, lim
		}
		out = out[:len(out)+n]
		if err == nil {
			continue
		}
		if err != io.EOF || !zlib || !sumHolds(out, data[len(data)-src.Len():]) {
			f.damage++
		}
		return out, nil
	}
}

// sumHolds compares the check sum behind the data. A sum that is missing
// altogether says nothing: some producers leave it out.
func sumHolds(out, rest []byte) bool {
	return len(rest) < 4 || binary.BigEndian.Uint32(rest) == adler32.Checksum(out)
}

func (f *File) unrun(data []byte) ([]byte, error) {
	var out []byte
	for i := 0; i < len(data) && data[i] != 128; {
		n := int(data[i])
		i++
		had := len(out)
		if n < 128 {
			end := min(i+n+1, len(data))
			out = append(out, data[i:end]...)
			i = end
		} else if i < len(data) {
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		}
		if err := f.budget.decoded(int64(had), int64(len(out)-had)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// un85 decodes ASCII base-85 and skips what does not belong there.
func un85(data []byte) []byte {
	out := make([]byte, 0, len(data)*4/5)
	var group uint32
	n := 0
	if i := bytes.IndexByte(data, '~'); i >= 0 {
		data = data[:i]
	}
	for _, c := range data {
		switch {
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group = group*85 + uint32(c-'!')
			if n++; n == 5 {
				out = append(out, byte(group>>24), byte(group>>16), byte(group>>8), byte(group))
				group, n = 0, 0
			}
		}
	}
	if n > 1 {
		for i := n; i < 5; i++ {
			group = group*85 + 84
		}
		tail := []byte{byte(group >> 24), byte(group >> 16), byte(group >> 8)}
		out = append(out, tail[:n-1]...)
	}
	return out
}
