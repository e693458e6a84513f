package pdffile

import (
	"bytes"
	"crypto/sha1" // old signatures state it; compared, never trusted
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"hoso/shared/pdftext/pdflex"
	"hoso/shared/reading"
)

// checkedSignatures bounds how often the bytes of a file are hashed: no
// office signs one file more often.
const checkedSignatures = 12

// Object identifiers, as their bytes.
var (
	oidSignedData    = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2}
	oidMessageDigest = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4}
	oidSHA1          = []byte{0x2b, 0x0e, 3, 2, 0x1a}
	oidSHA2          = []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2} // and one byte more
)

// Tags of DER.
const (
	tagInteger = 0x02
	tagOctets  = 0x04
	tagOID     = 0x06
	tagSeq     = 0x30
	tagSet     = 0x31
	tagZero    = 0xa0
)

// digest compares the bytes a signature covers with the digest that stands in
// it. It is no proof that the signature holds: only that the bytes were, or
// were not, changed without it.
func (f *File) digest(s sigDict) reading.Digest {
	r := s.ranges
	der := unhex(f.whole[r[1]+1 : r[2]-1])
	newHash, want := stated(der)
	if newHash == nil {
		return ""
	}
	h := newHash()
	h.Write(f.whole[:r[1]])
	h.Write(f.whole[r[2] : r[2]+r[3]])
	if bytes.Equal(h.Sum(nil), want) {
		return reading.DigestSame
	}
	return reading.DigestOther
}

// unhex decodes what coverage has found to be hexadecimal.
func unhex(s []byte) []byte {
	out := make([]byte, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		out = append(out, byte(pdflex.Unhex(s[i])<<4|pdflex.Unhex(s[i+1])))
	}
	return out
}

// stated gives the digest that a signature (CMS SignedData with one signer)
// states and how to compute it; nil where it states none in a known way.
func stated(b []byte) (newHash func() hash.Hash, want []byte) {
	info, _, ok := element(b, tagSeq)
	oid, rest, ok2 := element(info, tagOID)
	if !ok || !ok2 || !bytes.Equal(oid, oidSignedData) {
		return nil, nil
	}
	wrapped, _, _ := element(rest, tagZero)
	signed, _, ok := element(wrapped, tagSeq)
	if !ok {
		return nil, nil
	}
	var signers []byte
	sets := 0
	for len(signed) > 0 {
		tag, body, rest, ok := tlv(signed)
		if !ok {
			return nil, nil
		}
		if tag == tagSet { // the digest algorithms, then the signers
			sets++
			signers = body
		}
		signed = rest
	}
	signer, others, ok := element(signers, tagSeq)
	if sets != 2 || !ok || len(others) > 0 {
		return nil, nil
	}
	_, rest, ok = element(signer, tagInteger)
	if !ok {
		return nil, nil
	}
	_, _, rest, ok = tlv(rest) // who signed
	if !ok {
		return nil, nil
	}
	alg, rest, ok := element(rest, tagSeq)
	attrs, _, ok2 := element(rest, tagZero)
	name, _, ok3 := element(alg, tagOID)
	if !ok || !ok2 || !ok3 {
		return nil, nil
	}
	if newHash = hashOf(name); newHash == nil {
		return nil, nil
	}
	for len(attrs) > 0 {
		attr, rest, ok := element(attrs, tagSeq)
		if !ok {
			return nil, nil
		}
		oid, values, ok := element(attr, tagOID)
		if set, _, isSet := element(values, tagSet); ok && isSet && bytes.Equal(oid, oidMessageDigest) {
			if want, _, ok = element(set, tagOctets); ok && len(want) == newHash().Size() {
				return newHash, want
			}
			return nil, nil
		}
		attrs = rest
	}
	return nil, nil
}

func hashOf(oid []byte) func() hash.Hash {
	if bytes.Equal(oid, oidSHA1) {
		return sha1.New
	}
	if len(oid) != len(oidSHA2)+1 || !bytes.HasPrefix(oid, oidSHA2) {
		return nil
	}
	switch oid[len(oidSHA2)] {
	case 1:
		return sha256.New
	case 2:
		return sha512.New384
	case 3:
		return sha512.New
	}
	return nil
}

// element reads one DER element of the tag.
func element(b []byte, want byte) (body, rest []byte, ok bool) {
	tag, body, rest, ok := tlv(b)
	return body, rest, ok && tag == want
}

// tlv reads one DER element. Lengths are definite, as DER has them.
func tlv(b []byte) (tag byte, body, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, nil, nil, false
	}
	n, at := int(b[1]), 2
	if n >= 0x80 {
		size := n - 0x80
		if size == 0 || size > 4 || len(b) < 2+size {
			return 0, nil, nil, false
		}
		n = 0
		for _, c := range b[2 : 2+size] {
			n = n<<8 | int(c)
		}
		at = 2 + size
	}
	if n < 0 || n > len(b)-at {
		return 0, nil, nil, false
	}
	return b[0], b[at : at+n], b[at+n:], true
}
