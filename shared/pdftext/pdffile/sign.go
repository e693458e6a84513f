package pdffile

import (
	"bytes"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// sigDict is a signature dictionary as it stands in the file.
type sigDict struct {
	id     uint32
	sub    string
	time   string
	ranges [4]int64
	whole  bool // ranges had exactly four whole numbers
}

func newSigDict(id uint32, d dict, r array) sigDict {
	s := sigDict{id: id, sub: printable(string(d.name("SubFilter"))), whole: len(r) == 4}
	for i := 0; i < len(r) && i < 4; i++ {
		n, ok := r[i].(int64)
		s.whole = s.whole && ok
		s.ranges[i] = n
	}
	if m, ok := d.get("M").(text); ok {
		s.time = printable(string(m))
	}
	return s
}

// Signatures lists the digital signatures that are present, in the order of
// their objects. fields gives, by the object number of the signature
// dictionary, what the form says about it.
func (f *File) Signatures(fields map[uint32]reading.Signature) []reading.Signature {
	var out []reading.Signature
	for i, s := range f.sigs {
		sig := fields[s.id]
		sig.SubFilter, sig.Declared, sig.ByteRange = s.sub, s.time, s.ranges
		sig.Coverage = f.coverage(s)
		if sig.Coverage != reading.Odd && i < checkedSignatures {
			sig.Digest = f.digest(s)
		}
		out = append(out, sig)
	}
	return out
}

// coverage compares a ByteRange with the bytes: two ranges that start at 0,
// leave out exactly the hexadecimal string of the signature, and end where
// the file ends or at the end of an earlier revision.
func (f *File) coverage(s sigDict) reading.Coverage {
	r, size := s.ranges, int64(len(f.whole))
	if !s.whole || r[0] != 0 || r[1] <= 0 || r[2] <= r[1] || r[3] < 0 || r[2] > size || r[3] > size-r[2] {
		return reading.Odd
	}
	gap := f.whole[r[1]:r[2]]
	if len(gap) < 4 || gap[0] != '<' || gap[len(gap)-1] != '>' {
		return reading.Odd
	}
	zero := true
	for _, c := range gap[1 : len(gap)-1] {
		if pdflex.Unhex(c) < 0 {
			return reading.Odd
		}
		zero = zero && c == '0'
	}
	if zero {
		return reading.Odd
	}
	if rest := f.whole[r[2]+r[3]:]; len(bytes.TrimSpace(rest)) > 0 {
		return reading.Earlier
	}
	return reading.Whole
}

// SignatureID gives the object number of the signature dictionary a form
// field holds, or 0.
func SignatureID(field pdf.Value) uint32 { return ID(field.Key("V")) }
