package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// Outcome says which parts of a signature hold.
type Outcome struct {
	Cert *x509.Certificate // the signer's; nil when it is not there
	Hash crypto.Hash       // over the content; 0 when it is none that is known
	// Digest: the content has the digest that was signed. It means nothing
	// where Hash is 0.
	Digest bool
	// Value: the signature is the work of the certificate's key, over what the
	// message says was signed.
	Value bool
	// Weak: the hash or the key is too weak to prove anything.
	Weak bool
	// Unknown: an algorithm that is not known, so nothing was verified.
	Unknown bool
	// SigningTime is what the signer's program stated; zero if it did not.
	SigningTime time.Time
}

// Holds reports whether content and signature belong together.
func (o Outcome) Holds() bool { return o.Digest && o.Value }

// MinRSA is the shortest RSA key, in bits, that proves anything.
const MinRSA = 2048

// Content gives a new reader of what was signed.
type Content func() io.Reader

// Verify verifies the message over the content. certs are searched for the
// signer's certificate besides those in the message.
func (m *Message) Verify(content Content, certs ...*x509.Certificate) Outcome {
	s := &m.signer
	var o Outcome
	o.Cert = m.signerCert(certs)
	h, ok := hashOf(s.digest)
	if !ok {
		o.Unknown = true
		return o
	}
	o.Hash = h
	sum := h.New()
	if _, err := io.Copy(sum, content()); err != nil {
		return o
	}
	digest := sum.Sum(nil)
	signed, proper := digest, true
	if s.signed != nil {
		o.Digest, proper = s.states(digest, m.ContentType)
		o.SigningTime = s.signingTime()
		over := h.New()
		over.Write(s.signed)
		signed = over.Sum(nil)
	}
	if o.Cert == nil {
		return o
	}
	o.Weak = !Strong(h) || weakKey(o.Cert.PublicKey)
	if !proper || !s.names(o.Cert) {
		return o
	}
	o.Value, o.Unknown = s.verify(o.Cert.PublicKey, h, signed)
	if s.signed == nil {
		o.Digest = o.Value // without attributes the value is over the content itself
	}
	return o
}

// signerCert finds the certificate that the signer names.
func (m *Message) signerCert(more []*x509.Certificate) *x509.Certificate {
	for _, list := range [2][]*x509.Certificate{m.Certs, more} {
		for _, c := range list {
			if m.signer.issuer != nil && bytes.Equal(c.RawIssuer, m.signer.issuer) && c.SerialNumber.Cmp(m.signer.serial) == 0 ||
				m.signer.keyID != nil && bytes.Equal(c.SubjectKeyId, m.signer.keyID) {
				return c
			}
		}
	}
	return nil
}

// states reports whether the signed attributes name the digest of the
// content, and whether they are what they must be (RFC 5652, 11): attributes
// that state no digest at all say nothing about the content.
func (s *signer) states(digest []byte, kind asn1.ObjectIdentifier) (same, proper bool) {
	v, ok := only(s.attrs, oidContentType)
	var id asn1.ObjectIdentifier
	proper = ok && v.ReadASN1ObjectIdentifier(&id) && v.Empty() && id.Equal(kind)
	v, ok = only(s.attrs, oidMessageDigest)
	var stated cryptobyte.String
	if !ok || !v.ReadASN1(&stated, tag.OCTET_STRING) || !v.Empty() || len(stated) != len(digest) {
		return true, false
	}
	return bytes.Equal(stated, digest), proper
}

func (s *signer) signingTime() time.Time {
	v, ok := only(s.attrs, oidSigningTime)
	var t time.Time
	if !ok {
		return t
	}
	if v.PeekASN1Tag(tag.UTCTime) {
		if !v.ReadASN1UTCTime(&t) {
			return time.Time{}
		}
	} else if !v.ReadASN1GeneralizedTime(&t) {
		return time.Time{}
	}
	return t
}

// names reports that the certificate is the one the signed attributes name,
// where they name one (RFC 5035): otherwise another certificate of the same
// key could be put in its place.
func (s *signer) names(c *x509.Certificate) bool {
	for _, id := range []asn1.ObjectIdentifier{oidSigningCertV2, oidSigningCert} {
		v, ok := only(s.attrs, id)
		if !ok {
			continue
		}
		var signing, certs, first, sum cryptobyte.String
		if !v.ReadASN1(&signing, tag.SEQUENCE) || !signing.ReadASN1(&certs, tag.SEQUENCE) || !certs.ReadASN1(&first, tag.SEQUENCE) {
			return false
		}
		h := crypto.SHA1
		if id.Equal(oidSigningCertV2) {
			h = crypto.SHA256
			if first.PeekASN1Tag(tag.SEQUENCE) {
				var alg cryptobyte.String
				var name asn1.ObjectIdentifier
				if !first.ReadASN1(&alg, tag.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&name) {
					return false
				}
				var known bool
				if h, known = hashOf(name); !known {
					return false
				}
			}
		}
		if !first.ReadASN1(&sum, tag.OCTET_STRING) {
			return false
		}
		own := h.New()
		own.Write(c.Raw)
		return bytes.Equal(own.Sum(nil), sum)
	}
	return true
}

// verify checks the signature's value over a digest; Ed25519 signs the
// attributes themselves.
func (s *signer) verify(key any, h crypto.Hash, digest []byte) (good, unknown bool) {
	how, fixed := schemeOf(s.algorithm)
	if fixed != 0 && fixed != h {
		return false, false
	}
	switch pub := key.(type) {
	case *rsa.PublicKey:
		if pub.N.BitLen() < 1024 { // not even looked at by crypto/rsa
			return false, true
		}
		switch how {
		case pkcs1:
			err := rsa.VerifyPKCS1v15(pub, h, digest, s.value)
			return err == nil, false
		case pss:
			salt, ok := pssParams(s.params, h)
			return ok && rsa.VerifyPSS(pub, h, digest, s.value, &rsa.PSSOptions{SaltLength: salt, Hash: h}) == nil, false
		}
	case *ecdsa.PublicKey:
		if how == ecdsaScheme {
			return ecdsa.VerifyASN1(pub, digest, s.value), false
		}
	case ed25519.PublicKey:
		if how == ed25519Scheme && s.signed != nil {
			return ed25519.Verify(pub, s.signed, s.value), false
		}
	default:
		return false, true
	}
	return false, how == unknownScheme
}

// pssParams reads RSASSA-PSS parameters (RFC 4055): both hashes must be the
// digest's own. The result is the length of the salt.
func pssParams(raw []byte, h crypto.Hash) (salt int, ok bool) {
	in := cryptobyte.String(raw)
	var params, hash, mask, length cryptobyte.String
	var hasHash, hasMask, hasSalt bool
	if !in.ReadASN1(&params, tag.SEQUENCE) || !params.ReadOptionalASN1(&hash, &hasHash, tag0) ||
		!params.ReadOptionalASN1(&mask, &hasMask, tag1) || !params.ReadOptionalASN1(&length, &hasSalt, tag.Tag(2).ContextSpecific().Constructed()) {
		return 0, false
	}
	algorithm := func(s cryptobyte.String) (asn1.ObjectIdentifier, cryptobyte.String) {
		var seq cryptobyte.String
		var id asn1.ObjectIdentifier
		if !s.ReadASN1(&seq, tag.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&id) {
			return nil, nil
		}
		return id, seq
	}
	is := func(id asn1.ObjectIdentifier) bool {
		got, known := hashOf(id)
		return known && got == h
	}
	salt = 20
	hashOK, maskOK := h == crypto.SHA1, h == crypto.SHA1 // the defaults
	if hasHash {
		id, _ := algorithm(hash)
		hashOK = is(id)
	}
	if hasMask {
		id, inner := algorithm(mask)
		hid, _ := algorithm(inner)
		maskOK = id.Equal(oidMGF1) && is(hid)
	}
	if hasSalt && !length.ReadASN1Integer(&salt) {
		return 0, false
	}
	return salt, hashOK && maskOK && salt >= 0 && salt < 1024
}

// weakKey reports a key that is too short.
func weakKey(key any) bool {
	switch pub := key.(type) {
	case *rsa.PublicKey:
		return pub.N.BitLen() < MinRSA
	case *ecdsa.PublicKey:
		return pub.Curve.Params().BitSize < 224
	case ed25519.PublicKey:
		return false
	}
	return true
}

// Token is a time stamp (RFC 3161).
type Token struct {
	Outcome
	Time  time.Time
	Certs []*x509.Certificate
}

// ErrToken is the error of what is no time stamp over the content.
var ErrToken = errors.New("cms: not a time stamp over this content")

// Stamp gives the message's own time stamp over its signature; ErrToken if it
// carries one that does not hold together, nil and nil if it carries none.
func (m *Message) Stamp(certs ...*x509.Certificate) (*Token, error) {
	v, ok := only(m.signer.unsigned, oidTimeStamp)
	if !ok {
		return nil, nil
	}
	var raw cryptobyte.String
	if !v.ReadASN1Element(&raw, tag.SEQUENCE) {
		return nil, ErrToken
	}
	inner, err := Parse(raw)
	if err != nil {
		return nil, ErrToken
	}
	return inner.AsToken(func() io.Reader { return bytes.NewReader(m.signer.value) }, certs...)
}

// AsToken reads the message as a time stamp over the content and verifies
// both; a token that does not hold is ErrToken.
func (m *Message) AsToken(content Content, certs ...*x509.Certificate) (*Token, error) {
	if !m.ContentType.Equal(oidTSTInfo) || m.Content == nil {
		return nil, ErrToken
	}
	in := cryptobyte.String(m.Content)
	var info, imprint, alg, sum, when cryptobyte.String
	var version int
	var policy, name asn1.ObjectIdentifier
	if !in.ReadASN1(&info, tag.SEQUENCE) || !info.ReadASN1Integer(&version) || !info.ReadASN1ObjectIdentifier(&policy) ||
		!info.ReadASN1(&imprint, tag.SEQUENCE) || !imprint.ReadASN1(&alg, tag.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&name) ||
		!imprint.ReadASN1(&sum, tag.OCTET_STRING) || !info.SkipASN1(tag.INTEGER) || !info.ReadASN1(&when, tag.GeneralizedTime) {
		return nil, ErrToken
	}
	t := &Token{Certs: m.Certs}
	h, known := hashOf(name)
	at, err := generalized(string(when))
	if !known || err != nil {
		return nil, ErrToken
	}
	over := h.New()
	if _, err := io.Copy(over, content()); err != nil || !bytes.Equal(over.Sum(nil), sum) {
		return nil, ErrToken
	}
	t.Time = at
	t.Outcome = m.Verify(func() io.Reader { return bytes.NewReader(m.Content) }, certs...)
	t.Weak = t.Weak || !Strong(h)
	if !t.Holds() {
		return nil, ErrToken
	}
	return t, nil
}

// generalized reads a GeneralizedTime that may have a fraction of a second.
func generalized(s string) (time.Time, error) {
	return time.Parse("20060102150405Z", s) // a fraction is read where the layout has none
}

// Revocations gives the revocation lists and OCSP answers, DER, that the
// signer's program put beside the signature.
func (m *Message) Revocations() (crls, ocsps [][]byte) {
	crls = m.CRLs
	v, ok := only(m.signer.attrs, oidRevocationInfo)
	var seq cryptobyte.String
	if !ok || !v.ReadASN1(&seq, tag.SEQUENCE) {
		return crls, nil
	}
	read := func(t tag.Tag) (out [][]byte) {
		var outer, list, one cryptobyte.String
		var has bool
		if !seq.ReadOptionalASN1(&outer, &has, t) || !has || !outer.ReadASN1(&list, tag.SEQUENCE) {
			return nil
		}
		for len(out) < most && list.ReadASN1Element(&one, tag.SEQUENCE) {
			out = append(out, one)
		}
		return out
	}
	crls = append(crls, read(tag0)...)
	return crls, read(tag1)
}
