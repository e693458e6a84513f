package pdffile

import (
	"github.com/ledongthuc/pdf"
)

// ID gives the object number of a dictionary or stream that is an object of
// its own, or 0 for one that stands inside another.
func ID(v pdf.Value) uint32 {
	if k := v.Kind(); k != pdf.Dict && k != pdf.Stream {
		return 0
	}
	return uint32(v.Key(idKey).Int64())
}

// Stream gives the decoded bytes of a stream value, nil when it is none. The
// error is a *Stop when the budget is spent; data that only a picture decoder
// reads comes back as nil.
func (f *File) Stream(v pdf.Value) ([]byte, error) {
	o, ok := f.streams[ID(v)]
	if !ok {
		return nil, nil
	}
	d := o.val.(dict)
	data, err := f.decode(d, f.rawStream(o, d), f.lookup)
	if err == errImage {
		return nil, nil
	}
	return data, err
}

// Damage counts the streams so far whose data did not decode whole.
func (f *File) Damage() int { return f.damage }

// lookup resolves a reference inside a stream's dictionary.
func (f *File) lookup(v object) object { return f.follow(v) }
