package cms

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// Message is a parsed SignedData with its one signer.
type Message struct {
	ContentType asn1.ObjectIdentifier
	Content     []byte // what is signed, if it stands inside; nil when detached
	Certs       []*x509.Certificate
	CRLs        [][]byte // DER
	// Unread counts certificates that could not be parsed.
	Unread int

	signer signer
}

// signer is the SignerInfo.
type signer struct {
	issuer    []byte // DER of the issuer's name; nil when named by key
	serial    *big.Int
	keyID     []byte
	digest    asn1.ObjectIdentifier
	signed    []byte // the signed attributes as the SET that was signed; nil for none
	attrs     []attribute
	algorithm asn1.ObjectIdentifier
	params    []byte // DER of the algorithm's parameters, may be empty
	value     []byte
	unsigned  []attribute
}

type attribute struct {
	id    asn1.ObjectIdentifier
	value cryptobyte.String // content of the SET
}

// Errors of Parse. Each is a different thing to say to people.
var (
	ErrSyntax  = errors.New("cms: not a CMS signature")
	ErrSigners = errors.New("cms: not exactly one signer")
)

// most bounds certificates, lists and attributes.
const most = 64

// ExplicitTag0 and its like are the context tags of CMS.
var (
	tag0 = tag.Tag(0).ContextSpecific().Constructed()
	tag1 = tag.Tag(1).ContextSpecific().Constructed()
)

// Parse reads a CMS ContentInfo with SignedData, DER or BER. Zeros behind it,
// as in a PDF's reserved space, are ignored.
func Parse(b []byte) (*Message, error) {
	norm, err := der(b)
	if err != nil {
		return nil, ErrSyntax
	}
	in := cryptobyte.String(norm)
	var info, wrapped, data cryptobyte.String
	var kind asn1.ObjectIdentifier
	if !in.ReadASN1(&info, tag.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidSignedData) ||
		!info.ReadASN1(&wrapped, tag0) || !wrapped.ReadASN1(&data, tag.SEQUENCE) {
		return nil, ErrSyntax
	}
	m := &Message{}
	var version int
	var digests, encap, content, octets, signers cryptobyte.String
	var has bool
	if !data.ReadASN1Integer(&version) || !data.ReadASN1(&digests, tag.SET) || !data.ReadASN1(&encap, tag.SEQUENCE) ||
		!encap.ReadASN1ObjectIdentifier(&m.ContentType) || !encap.ReadOptionalASN1(&content, &has, tag0) {
		return nil, ErrSyntax
	}
	if has {
		if !content.ReadASN1(&octets, tag.OCTET_STRING) {
			return nil, ErrSyntax
		}
		m.Content = octets
	}
	if !m.readCerts(&data) || !data.ReadASN1(&signers, tag.SET) {
		return nil, ErrSyntax
	}
	var one cryptobyte.String
	if !signers.ReadASN1(&one, tag.SEQUENCE) || !signers.Empty() {
		return nil, ErrSigners
	}
	if !m.signer.read(one) {
		return nil, ErrSyntax
	}
	return m, nil
}

// readCerts reads the optional certificates and revocation lists.
func (m *Message) readCerts(data *cryptobyte.String) bool {
	var certs, crls cryptobyte.String
	var has bool
	if !data.ReadOptionalASN1(&certs, &has, tag0) {
		return false
	}
	for n := 0; has && !certs.Empty() && n < most; n++ {
		var raw cryptobyte.String
		var t tag.Tag
		if !certs.ReadAnyASN1Element(&raw, &t) {
			return false
		}
		if t != tag.SEQUENCE { // attribute certificates and the like
			continue
		}
		if c, err := x509.ParseCertificate(raw); err == nil {
			m.Certs = append(m.Certs, c)
		} else {
			m.Unread++
		}
	}
	if !data.ReadOptionalASN1(&crls, &has, tag1) {
		return false
	}
	for n := 0; has && !crls.Empty() && n < most; n++ {
		var raw cryptobyte.String
		var t tag.Tag
		if !crls.ReadAnyASN1Element(&raw, &t) {
			return false
		}
		if t == tag.SEQUENCE {
			m.CRLs = append(m.CRLs, raw)
		}
	}
	return true
}

func (s *signer) read(in cryptobyte.String) bool {
	var version int
	if !in.ReadASN1Integer(&version) {
		return false
	}
	if in.PeekASN1Tag(tag.SEQUENCE) {
		var who, issuer cryptobyte.String
		s.serial = new(big.Int)
		if !in.ReadASN1(&who, tag.SEQUENCE) || !who.ReadASN1Element(&issuer, tag.SEQUENCE) || !who.ReadASN1Integer(s.serial) {
			return false
		}
		s.issuer = issuer
	} else {
		var key cryptobyte.String
		if !in.ReadASN1(&key, tag.Tag(0).ContextSpecific()) {
			return false
		}
		s.keyID = key
	}
	var alg, attrs, value, unsigned cryptobyte.String
	var has bool
	if !in.ReadASN1(&alg, tag.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&s.digest) || !in.ReadOptionalASN1(&attrs, &has, tag0) {
		return false
	}
	if has {
		s.signed = wrap([]byte{0x31}, attrs) // signed as the SET it is, not under its tag (RFC 5652, 5.4)
		if !readAttributes(attrs, &s.attrs) {
			return false
		}
	}
	if !in.ReadASN1(&alg, tag.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&s.algorithm) {
		return false
	}
	s.params = alg
	if !in.ReadASN1(&value, tag.OCTET_STRING) || !in.ReadOptionalASN1(&unsigned, &has, tag1) {
		return false
	}
	s.value = value
	return !has || readAttributes(unsigned, &s.unsigned)
}

func readAttributes(in cryptobyte.String, out *[]attribute) bool {
	for n := 0; !in.Empty() && n < most; n++ {
		var one, set cryptobyte.String
		var a attribute
		if !in.ReadASN1(&one, tag.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&a.id) || !one.ReadASN1(&set, tag.SET) {
			return false
		}
		a.value = set
		*out = append(*out, a)
	}
	return in.Empty()
}

// only gives the value of an attribute that must stand once.
func only(attrs []attribute, id asn1.ObjectIdentifier) (v cryptobyte.String, ok bool) {
	for _, a := range attrs {
		if a.id.Equal(id) {
			if ok {
				return nil, false
			}
			v, ok = a.value, true
		}
	}
	return v, ok
}
