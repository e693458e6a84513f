// Package signtest makes authorities, signatures, time stamps and signed PDFs
// for tests, sound ones and others. Only tests import it.
package signtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Holder is a certificate with its key.
type Holder struct {
	Cert *x509.Certificate
	Key  crypto.Signer
	By   *Holder // who issued it; nil for a root
}

// Option changes a certificate before it is issued.
type Option func(*x509.Certificate)

var number = struct {
	sync.Mutex
	n int64
}{n: 1000}

func serial() *big.Int {
	number.Lock()
	defer number.Unlock()
	number.n++
	return big.NewInt(number.n)
}

// Year is a day in the middle of a year.
func Year(y int) time.Time { return time.Date(y, 6, 15, 3, 0, 0, 0, time.UTC) }

// Life sets the years between which a certificate is valid.
func Life(from, to int) Option {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = Year(from), Year(to) }
}

// Usage sets what a certificate may be used for.
func Usage(u x509.KeyUsage) Option { return func(c *x509.Certificate) { c.KeyUsage = u } }

// Stamper makes the certificate one of a time stamp authority.
func Stamper(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} }

// UserID adds the user id by which Vietnam's authorities tell persons (CCCD:…)
// from organisations (MST:…).
func UserID(id string) Option {
	return func(c *x509.Certificate) {
		c.Subject.ExtraNames = append(c.Subject.ExtraNames, pkix.AttributeTypeAndValue{
			Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, Value: id,
		})
	}
}

// Root makes an authority of its own.
func Root(name string, o ...Option) *Holder {
	return issue(nil, name, true, ecKey(), append([]Option{Life(2010, 2045)}, o...))
}

// Authority makes an authority under another.
func (h *Holder) Authority(name string, o ...Option) *Holder {
	return issue(h, name, true, ecKey(), append([]Option{Life(2012, 2044)}, o...))
}

// Person makes a signer's certificate under an authority, with an RSA key.
func (h *Holder) Person(name string, o ...Option) *Holder {
	return issue(h, name, false, rsaKey(), append([]Option{Life(2019, 2030)}, o...))
}

// With makes a signer's certificate for a key.
func (h *Holder) With(key crypto.Signer, name string, o ...Option) *Holder {
	return issue(h, name, false, key, append([]Option{Life(2019, 2030)}, o...))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // a mistake of the test's own
	}
	return v
}

// ECKey makes a P-256 key.
func ECKey() crypto.Signer { return ecKey() }

func ecKey() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

// RSAKey makes an RSA key of so many bits. Short ones are made from primes:
// the library refuses to.
func RSAKey(bits int) crypto.Signer {
	if bits >= 1024 {
		return must(rsa.GenerateKey(rand.Reader, bits))
	}
	panic("signtest: too short")
}

// rsaKey is one key for all: making them is slow, and their owners differ by
// certificate.
var rsaKey = sync.OnceValue(func() crypto.Signer { return RSAKey(2048) })

func issue(by *Holder, name string, authority bool, key crypto.Signer, o []Option) *Holder {
	c := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{Country: []string{"VN"}, CommonName: name},
		BasicConstraintsValid: true, IsCA: authority, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	if authority {
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	for _, f := range o {
		f(c)
	}
	parent, signer := c, key
	if by != nil {
		parent, signer = by.Cert, by.Key
	}
	raw := must(x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer))
	return &Holder{must(x509.ParseCertificate(raw)), key, by}
}

// PEM gives certificates as an operator would configure them.
func PEM(hs ...*Holder) []byte {
	var out []byte
	for _, h := range hs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Cert.Raw})...)
	}
	return out
}

// CRL makes a revocation list of the authority, DER.
func (h *Holder) CRL(at, next time.Time, revoked map[*Holder]time.Time) []byte {
	t := &x509.RevocationList{Number: serial(), ThisUpdate: at, NextUpdate: next}
	for c, when := range revoked {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.Cert.SerialNumber, RevocationTime: when})
	}
	return must(x509.CreateRevocationList(rand.Reader, t, h.Cert, h.Key))
}

// OCSP makes the authority's answer about a certificate, DER. A zero revoked
// means it is good.
func (h *Holder) OCSP(c *Holder, at, revoked time.Time) []byte {
	t := ocsp.Response{SerialNumber: c.Cert.SerialNumber, ThisUpdate: at, NextUpdate: at.AddDate(0, 0, 7), Status: ocsp.Good}
	if !revoked.IsZero() {
		t.Status, t.RevokedAt = ocsp.Revoked, revoked
	}
	return must(ocsp.CreateResponse(h.Cert, h.Cert, t, h.Key))
}
