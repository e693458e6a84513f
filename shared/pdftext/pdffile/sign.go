package pdffile

import (
	"bytes"
	"io"
	"slices"

	"github.com/ledongthuc/pdf"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
	"hoso/shared/signature"
)

// mostSignatures bounds how many signatures of a file are judged: no office
// signs one file more often.
const mostSignatures = 16

// sigDict is a signature dictionary as it stands in the file.
type sigDict struct {
	id       uint32
	sub      string
	time     string
	stamp    bool // a time stamp over the document
	ranges   [4]int64
	whole    bool // ranges had exactly four whole numbers
	contents []byte
}

func (f *File) newSigDict(id uint32, d dict, r array) sigDict {
	s := sigDict{id: id, sub: printable(string(d.name("SubFilter"))), whole: len(r) == 4}
	for i := 0; i < len(r) && i < 4; i++ {
		n, ok := r[i].(int64)
		s.whole = s.whole && ok
		s.ranges[i] = n
	}
	if m, ok := d.get("M").(text); ok {
		s.time = printable(string(m))
	}
	if c, ok := f.follow(d.get("Contents")).(text); ok {
		s.contents = c
	}
	s.stamp = d.name("Type") == "DocTimeStamp" || d.name("SubFilter") == "ETSI.RFC3161"
	return s
}

// end is where the signature's second range ends.
func (s *sigDict) end() int64 { return s.ranges[2] + s.ranges[3] }

// permits reads how much change the certifying signature allows
// (ISO 32000-1, 12.8.2.2): 1 to 3, and 2 where it does not say.
func (f *File) permits(id uint32) int {
	root, _ := f.follow(f.table.trailer.get("Root")).(dict)
	perms, _ := f.follow(root.get("Perms")).(dict)
	r, ok := perms.get("DocMDP").(ref)
	if !ok || r.id != id {
		return 0
	}
	d, _ := f.follow(r).(dict)
	refs, _ := f.follow(d.get("Reference")).(array)
	for _, v := range refs {
		one, _ := f.follow(v).(dict)
		if one.name("TransformMethod") != "DocMDP" {
			continue
		}
		params, _ := f.follow(one.get("TransformParams")).(dict)
		if p, ok := params.int("P"); ok && p >= 1 && p <= 3 {
			return int(p)
		}
	}
	return 2
}

// Signatures lists the digital signatures that are present, the earliest
// first, with all that is seen of them without cryptography. fields gives, by
// the object number of the signature dictionary, what the form says about it.
func (f *File) Signatures(fields map[uint32]reading.Signature) []signature.Signed {
	sigs := slices.Clone(f.sigs)
	slices.SortStableFunc(sigs, func(a, b sigDict) int { return int(min(1, max(-1, a.end()-b.end()))) })
	if len(sigs) > mostSignatures {
		sigs = sigs[len(sigs)-mostSignatures:]
	}
	var out []signature.Signed
	var ends []int64
	for i := range sigs {
		s := &sigs[i]
		sig := fields[s.id]
		sig.SubFilter, sig.Declared, sig.ByteRange, sig.Permits = s.sub, s.time, s.ranges, f.permits(s.id)
		if s.stamp {
			sig.Kind = reading.SignatureStamp
		}
		sig.Coverage = f.coverage(s)
		one := signature.Signed{Contents: s.contents}
		switch {
		case sig.Coverage == reading.Odd && f.rewritten(s):
			if sig.Rewriter = f.producer(); sig.Rewriter == "" {
				sig.Rewriter = "?"
			}
		case sig.Coverage != reading.Odd:
			one.Contents = unhex(f.whole[s.ranges[1]+1 : s.ranges[2]-1]) // as written, also in an encrypted file
			one.Covered = func() io.Reader {
				return io.MultiReader(bytes.NewReader(f.whole[:s.ranges[1]]), bytes.NewReader(f.whole[s.ranges[2]:s.end()]))
			}
			ends = append(ends, s.end())
		}
		one.Seen = sig
		out = append(out, one)
	}
	f.revise(out, ends)
	return out
}

// revise lays beside each signature which state of the file it covers and
// what came after it.
func (f *File) revise(sigs []signature.Signed, ends []int64) {
	if len(ends) == 0 {
		return
	}
	h := f.history(ends)
	for i := range sigs {
		s := &sigs[i].Seen
		if s.Coverage == reading.Odd {
			continue
		}
		s.Revision, s.Changes = h.after(s.ByteRange[2] + s.ByteRange[3])
		stamped := slices.ContainsFunc(sigs[i+1:], func(later signature.Signed) bool {
			return later.Seen.Kind == reading.SignatureStamp && later.Covered != nil
		})
		sigs[i].Stamped = stamped
		if s.Coverage == reading.Earlier && len(s.Changes) > 0 && !slices.ContainsFunc(s.Changes, func(c reading.Change) bool {
			return c != reading.ChangeValidation && c != reading.ChangeMetadata
		}) && slices.Contains(s.Changes, reading.ChangeValidation) {
			s.Coverage = reading.Whole
		}
	}
}

// coverage compares a ByteRange with the bytes: two ranges that start at 0,
// leave out exactly the hexadecimal string of this very signature, and end
// where the file ends or at the end of an earlier state of it.
func (f *File) coverage(s *sigDict) reading.Coverage {
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
	if zero || !f.ownGap(s, gap) {
		return reading.Odd
	}
	if rest := f.whole[s.end():]; len(bytes.Trim(rest, "\x00\t\n\f\r ")) > 0 {
		return reading.Earlier
	}
	return reading.Whole
}

// ownGap reports that the bytes left out are the Contents of this dictionary
// and stand in its own object: not in a comment, nor in another object that
// was made to look like it.
func (f *File) ownGap(s *sigDict, gap []byte) bool {
	before := bytes.TrimRight(f.whole[:s.ranges[1]], "\x00\t\n\f\r ")
	if !bytes.HasSuffix(before, []byte("/Contents")) {
		return false
	}
	if f.crypt == nil && !bytes.Equal(unhex(gap[1:len(gap)-1]), s.contents) {
		return false
	}
	if s.id == 0 {
		return true // a dictionary inside its field
	}
	p, ok := f.table.at[s.id]
	return ok && p.stream == 0 && int64(p.off) < s.ranges[1] && !bytes.Contains(f.whole[p.off:s.ranges[1]], []byte("endobj"))
}

// rewritten reports a signature whose reserved space still has the size its
// ranges speak of but stands elsewhere: the mark of a program that wrote the
// file anew and carried the signature along.
func (f *File) rewritten(s *sigDict) bool {
	r := s.ranges
	if !s.whole || r[0] != 0 || len(bytes.Trim(s.contents, "\x00")) < 64 || r[2]-r[1] != int64(2*len(s.contents)+2) || r[1] <= 0 || r[3] <= 0 {
		return false
	}
	if r[2] <= int64(len(f.whole)) {
		gap := f.whole[r[1]:r[2]]
		if gap[0] == '<' && gap[len(gap)-1] == '>' && bytes.Equal(unhex(gap[1:len(gap)-1]), s.contents) {
			return false // it stands where it stood: the ranges themselves are odd
		}
	}
	return true
}

// producer names the program that wrote the file, from its information
// dictionary.
func (f *File) producer() string {
	info, _ := f.follow(f.table.trailer.get("Info")).(dict)
	s, _ := f.follow(info.get("Producer")).(text)
	var out []byte
	for _, c := range s {
		if c >= ' ' && c < 0x7f && len(out) < 60 {
			out = append(out, c)
		}
	}
	return string(out)
}

// unhex decodes hexadecimal digits; others count as 0.
func unhex(s []byte) []byte {
	out := make([]byte, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		out = append(out, byte(max(0, pdflex.Unhex(s[i]))<<4|max(0, pdflex.Unhex(s[i+1]))))
	}
	return out
}

// SignatureID gives the object number of the signature dictionary a form
// field holds, or 0.
func SignatureID(field pdf.Value) uint32 { return ID(field.Key("V")) }

// Validation gives the data to validate signatures by that the file keeps
// (ISO 32000-2, 12.8.4.3).
func (f *File) Validation() (signature.Store, error) {
	var out signature.Store
	root, _ := f.follow(f.table.trailer.get("Root")).(dict)
	dss, _ := f.follow(root.get("DSS")).(dict)
	for _, part := range []struct {
		key name
		to  *[][]byte
	}{{"Certs", &out.Certs}, {"CRLs", &out.CRLs}, {"OCSPs", &out.OCSPs}} {
		list, _ := f.follow(dss.get(part.key)).(array)
		for _, v := range list {
			r, ok := v.(ref)
			o, known := f.streams[r.id]
			if !ok || !known || len(*part.to) >= mostStored {
				continue
			}
			d := o.val.(dict)
			data, err := f.decode(d, f.rawStream(o, d), f.lookup)
			if err == errImage {
				continue
			}
			if err != nil {
				return out, err
			}
			*part.to = append(*part.to, data)
		}
	}
	return out, nil
}

// mostStored bounds each list of the data for validation.
const mostStored = 64
