// Package trust says whether a certificate leads to an anchor that the
// operator configured, and what is known of its revocation. It asks nobody:
// everything it knows stands in the anchors, the signature or the document.
package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Anchors are the roots and the certificates between that the operator
// configured, with revocation lists if any. Anchors are not changed after
// Parse.
type Anchors struct {
	roots, links *x509.CertPool
	certs        []*x509.Certificate
	crls         [][]byte
	digest       string
}

// ErrAnchors is the error of a file of anchors that holds something else.
var ErrAnchors = errors.New("trust: not certificates of authorities in PEM")

// Parse reads anchors: PEM blocks CERTIFICATE and X509 CRL, other text between
// them ignored. A certificate issued by itself is a root; others link to one.
// A certificate that is not an authority's is an error: trusting it would
// trust one signer.
func Parse(text []byte) (*Anchors, error) {
	a := &Anchors{roots: x509.NewCertPool(), links: x509.NewCertPool()}
	sum := sha256.New()
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		sum.Write(block.Bytes)
		switch block.Type {
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, errors.Join(ErrAnchors, err)
			}
			if c.BasicConstraintsValid && !c.IsCA {
				if usableStamp(c) {
					continue // an authority's list may bring its time stamper along
				}
				return nil, errors.Join(ErrAnchors, errors.New(c.Subject.String()))
			}
			a.certs = append(a.certs, c)
			if bytes.Equal(c.RawSubject, c.RawIssuer) {
				a.roots.AddCert(c)
			} else {
				a.links.AddCert(c)
			}
		case "X509 CRL":
			a.crls = append(a.crls, block.Bytes)
		default:
			return nil, ErrAnchors
		}
	}
	if len(a.certs) > 0 {
		a.digest = hex.EncodeToString(sum.Sum(nil))
	}
	return a, nil
}

func usableStamp(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping
}

// Digest names the set of anchors, hex; "" for none.
func (a *Anchors) Digest() string { return a.digest }

// Count gives the number of roots and of certificates between.
func (a *Anchors) Count() (roots, links int) {
	for _, c := range a.certs {
		if bytes.Equal(c.RawSubject, c.RawIssuer) {
			roots++
		} else {
			links++
		}
	}
	return roots, links
}

// State is where a certificate leads.
type State string

const (
	Trusted State = "trusted" // to an anchor, all valid at the time
	Unknown State = "unknown" // to no anchor that is configured
	Expired State = "expired" // to an anchor, but not valid any more at the time
	Early   State = "early"   // to an anchor, but not valid yet at the time
	Revoked State = "revoked" // taken back by its authority before the time
	Weak    State = "weak"    // by way of a certificate that SHA-1 or MD5 vouch for
	Unfit   State = "unfit"   // to an anchor, but not made for this use
)

// Revocation is what is known of a certificate's revocation.
type Revocation string

const (
	RevocationUnknown Revocation = "unknown"
	NotRevoked        Revocation = "good"
	IsRevoked         Revocation = "revoked"
	RevokedLater      Revocation = "revoked-later" // after the time that was proven
)

// Question is one certificate to be judged.
type Question struct {
	Cert  *x509.Certificate
	With  []*x509.Certificate // found beside it; they prove nothing by themselves
	At    time.Time           // the time it was used
	Stamp bool                // it signs time stamps, not documents
	// Proven: At is from a trusted time stamp. Otherwise whoever stole a key
	// could write any time, so a later revocation counts too.
	Proven      bool
	CRLs, OCSPs [][]byte
}

// Answer is what is known of it.
type Answer struct {
	State      State
	Revocation Revocation
	Chain      []*x509.Certificate // from the certificate to the root; nil if there is none
}

// Judge answers a question.
func (a *Anchors) Judge(q Question) Answer {
	links := a.links.Clone()
	for _, c := range q.With {
		if c.IsCA {
			links.AddCert(c)
		}
	}
	verify := func(at time.Time) ([][]*x509.Certificate, error) {
		return q.Cert.Verify(x509.VerifyOptions{Roots: a.roots, Intermediates: links, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	}
	out := Answer{State: Trusted, Revocation: RevocationUnknown}
	chains, err := verify(q.At)
	if err != nil {
		out.State = Unknown
		switch {
		case a.weak(q):
			out.State = Weak
			return out
		case q.At.After(q.Cert.NotAfter):
			out.State = Expired
		case q.At.Before(q.Cert.NotBefore):
			out.State = Early
		}
		// At some time of its own life it leads to an anchor, or it never does.
		inLife, lifeErr := verify(q.Cert.NotBefore.Add(q.Cert.NotAfter.Sub(q.Cert.NotBefore) / 2))
		if lifeErr != nil {
			out.State = Unknown
			return out
		}
		if out.State == Unknown { // an authority's certificate is not valid at the time
			out.State = Expired
		}
		chains = inLife
	}
	out.Chain = chains[0]
	if !fit(q) && out.State == Trusted {
		out.State = Unfit
	}
	out.Revocation = a.revocation(q, out.Chain)
	if out.Revocation == IsRevoked {
		out.State = Revoked
	}
	return out
}

// fit reports that the certificate may be used for what it was used for.
func fit(q Question) bool {
	if q.Stamp {
		for _, u := range q.Cert.ExtKeyUsage {
			if u == x509.ExtKeyUsageTimeStamping {
				return true
			}
		}
		return false
	}
	return q.Cert.KeyUsage == 0 || q.Cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// weak reports that the certificate, or one that vouches for it, is signed
// over SHA-1 or MD5: then no chain is found although the names lead to a root.
func (a *Anchors) weak(q Question) bool {
	c := q.Cert
	for range 8 {
		switch c.SignatureAlgorithm {
		case x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1:
			return a.leads(c, q.With)
		}
		next := a.issuer(c, q.With)
		if next == nil || next == c {
			return false
		}
		c = next
	}
	return false
}

// leads reports that the names lead from c to a root.
func (a *Anchors) leads(c *x509.Certificate, with []*x509.Certificate) bool {
	for range 8 {
		next := a.issuer(c, with)
		if next == nil {
			return false
		}
		if bytes.Equal(next.RawSubject, next.RawIssuer) {
			for _, known := range a.certs {
				if known.Equal(next) {
					return true
				}
			}
			return false
		}
		c = next
	}
	return false
}

func (a *Anchors) issuer(c *x509.Certificate, with []*x509.Certificate) *x509.Certificate {
	for _, list := range [2][]*x509.Certificate{a.certs, with} {
		for _, x := range list {
			if bytes.Equal(x.RawSubject, c.RawIssuer) && !x.Equal(c) &&
				(len(c.AuthorityKeyId) == 0 || len(x.SubjectKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, x.SubjectKeyId)) {
				return x
			}
		}
	}
	return nil
}

// Lists and answers looked at for one certificate, and the largest list.
const (
	mostLists = 24
	maxList   = 8 << 20
)

// revocation looks for lists and answers of the authority of each certificate
// of the chain below the root. One revoked certificate is enough; "good" means
// that the first certificate itself is vouched for.
func (a *Anchors) revocation(q Question, chain []*x509.Certificate) Revocation {
	out := RevocationUnknown
	for i := 0; i+1 < len(chain); i++ {
		got := one(chain[i], chain[i+1], q, a.crls)
		switch {
		case got == IsRevoked, got == RevokedLater:
			return got
		case i == 0:
			out = got
		}
	}
	return out
}

func one(c, issuer *x509.Certificate, q Question, own [][]byte) Revocation {
	out := RevocationUnknown
	revoked := func(at time.Time) Revocation {
		if q.Proven && at.After(q.At) {
			return RevokedLater
		}
		return IsRevoked
	}
	n := 0
	for _, lists := range [2][][]byte{own, q.CRLs} {
		for _, raw := range lists {
			if n++; n > mostLists || len(raw) > maxList {
				break
			}
			crl, err := x509.ParseRevocationList(raw)
			if err != nil || !bytes.Equal(crl.RawIssuer, c.RawIssuer) || crl.CheckSignatureFrom(issuer) != nil {
				continue
			}
			for _, e := range crl.RevokedCertificateEntries {
				if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
					return revoked(e.RevocationTime)
				}
			}
			if !crl.NextUpdate.IsZero() && !crl.NextUpdate.Before(q.At) {
				out = NotRevoked
			}
		}
	}
	for i, raw := range q.OCSPs {
		if i >= mostLists {
			break
		}
		r, err := ocsp.ParseResponseForCert(raw, c, issuer)
		if err != nil || !responds(r, issuer) {
			continue
		}
		switch r.Status {
		case ocsp.Revoked:
			return revoked(r.RevokedAt)
		case ocsp.Good:
			// An answer from before the signature says nothing of it.
			if !r.ProducedAt.Before(q.At.Add(-24 * time.Hour)) {
				out = NotRevoked
			}
		}
	}
	return out
}

// responds reports that the answer is the authority's own or from one it has
// made a responder (RFC 6960, 4.2.2.2).
func responds(r *ocsp.Response, issuer *x509.Certificate) bool {
	if r.Certificate == nil || r.Certificate.Equal(issuer) {
		return true
	}
	for _, u := range r.Certificate.ExtKeyUsage {
		if u == x509.ExtKeyUsageOCSPSigning {
			return true
		}
	}
	return false
}
