package signtest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // old signatures
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// Making says how a signature is made. The zero value with a signer is a
// PAdES signature over SHA-256.
type Making struct {
	By      *Holder
	Hash    crypto.Hash // 0: SHA-256
	PSS     bool
	Stated  time.Time // signing time attribute; zero: none
	Bare    bool      // no certificates inside
	NoAttrs bool      // signed without attributes
	Foreign *Holder   // name this certificate in the signing-certificate attribute
	Stamp   *Holder   // adds a time stamp by it
	At      time.Time // of the time stamp
	Spoil   bool      // the time stamp is over something else
	BER     bool      // indefinite lengths, strings in pieces
	Twice   bool      // two signers
	Inside  []byte    // what is signed stands inside (adbe.pkcs7.sha1)
	kind    asn1.ObjectIdentifier
}

var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	tag0          = tag.Tag(0).ContextSpecific().Constructed()
	tag1          = tag.Tag(1).ContextSpecific().Constructed()
)

func hashOID(h crypto.Hash) asn1.ObjectIdentifier {
	switch h {
	case crypto.SHA1:
		return asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	case crypto.SHA384:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	case crypto.SHA512:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	}
	return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
}

func sum(h crypto.Hash, b []byte) []byte {
	w := h.New()
	w.Write(b)
	return w.Sum(nil)
}

func algorithm(b *cryptobyte.Builder, id asn1.ObjectIdentifier) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(id) })
}

// Sign makes the CMS signature over the content, DER unless BER is asked for.
func (m Making) Sign(content []byte) []byte {
	if m.Hash == 0 {
		m.Hash = crypto.SHA256
	}
	if m.kind == nil {
		m.kind = oidData
	}
	if m.Inside != nil {
		content = m.Inside
	}
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { m.signedData(b, content) })
		})
	})
	out := b.BytesOrPanic()
	if m.BER {
		out = indefinite(out)
	}
	return out
}

func (m Making) signedData(b *cryptobyte.Builder, content []byte) {
	b.AddASN1Int64(1)
	b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { algorithm(b, hashOID(m.Hash)) })
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(m.kind)
		if m.Inside != nil {
			b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddASN1OctetString(m.Inside) })
		}
	})
	if !m.Bare {
		b.AddASN1(tag0, func(b *cryptobyte.Builder) {
			for h := m.By; h != nil && (h.By != nil || h == m.By); h = h.By {
				b.AddBytes(h.Cert.Raw)
			}
		})
	}
	b.AddASN1(tag.SET, func(b *cryptobyte.Builder) {
		m.signer(b, content)
		if m.Twice {
			m.signer(b, content)
		}
	})
}

func (m Making) signer(b *cryptobyte.Builder, content []byte) {
	attrs := m.attributes(content)
	toSign := content
	if !m.NoAttrs {
		var set cryptobyte.Builder
		set.AddASN1(tag.SET, func(b *cryptobyte.Builder) { b.AddBytes(attrs) })
		toSign = set.BytesOrPanic()
	}
	digest := sum(m.Hash, toSign)
	var o crypto.SignerOpts = m.Hash
	if m.PSS {
		o = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: m.Hash}
	}
	value := must(m.By.Key.Sign(rand.Reader, digest, o))
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(m.By.Cert.RawIssuer)
			b.AddASN1BigInt(m.By.Cert.SerialNumber)
		})
		algorithm(b, hashOID(m.Hash))
		if !m.NoAttrs {
			b.AddASN1(tag0, func(b *cryptobyte.Builder) { b.AddBytes(attrs) })
		}
		m.scheme(b)
		b.AddASN1OctetString(value)
		if m.Stamp != nil {
			over := value
			if m.Spoil {
				over = []byte("something else")
			}
			b.AddASN1(tag1, func(b *cryptobyte.Builder) {
				attribute(b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}, func(b *cryptobyte.Builder) { b.AddBytes(Token(m.Stamp, m.At, over)) })
			})
		}
	})
}

func (m Making) scheme(b *cryptobyte.Builder) {
	if m.By.Cert.PublicKeyAlgorithm == x509.ECDSA {
		last := map[crypto.Hash]int{crypto.SHA256: 2, crypto.SHA384: 3, crypto.SHA512: 4}[m.Hash]
		algorithm(b, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, last})
		return
	}
	if !m.PSS {
		algorithm(b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1})
		return
	}
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10})
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(tag0, func(b *cryptobyte.Builder) { algorithm(b, hashOID(m.Hash)) })
			b.AddASN1(tag1, func(b *cryptobyte.Builder) {
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8})
					algorithm(b, hashOID(m.Hash))
				})
			})
			b.AddASN1(tag.Tag(2).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(m.Hash.Size())) })
		})
	})
}

func attribute(b *cryptobyte.Builder, id asn1.ObjectIdentifier, value func(b *cryptobyte.Builder)) {
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(id)
		b.AddASN1(tag.SET, value)
	})
}

func (m Making) attributes(content []byte) []byte {
	var b cryptobyte.Builder
	pkcs9 := func(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, n} }
	attribute(&b, pkcs9(3), func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(m.kind) })
	if !m.Stated.IsZero() {
		attribute(&b, pkcs9(5), func(b *cryptobyte.Builder) { b.AddASN1UTCTime(m.Stated) })
	}
	attribute(&b, pkcs9(4), func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum(m.Hash, content)) })
	named := m.By
	if m.Foreign != nil {
		named = m.Foreign
	}
	attribute(&b, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, func(b *cryptobyte.Builder) {
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum(crypto.SHA256, named.Cert.Raw)) })
			})
		})
	})
	return b.BytesOrPanic()
}

// Token makes a time stamp over the content.
func Token(by *Holder, at time.Time, content []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(asn1.ObjectIdentifier{1, 2, 3, 4})
		b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
			algorithm(b, hashOID(crypto.SHA256))
			b.AddASN1OctetString(sum(crypto.SHA256, content))
		})
		b.AddASN1Int64(7)
		b.AddASN1(tag.GeneralizedTime, func(b *cryptobyte.Builder) { b.AddBytes([]byte(at.UTC().Format("20060102150405") + ".5Z")) })
	})
	return Making{By: by, Inside: b.BytesOrPanic(), kind: oidTSTInfo}.Sign(nil)
}

// indefinite rewrites DER as BER: every constructed element without length,
// every long string in two pieces.
func indefinite(der []byte) []byte {
	in := cryptobyte.String(der)
	var out []byte
	for !in.Empty() {
		var one cryptobyte.String
		var t tag.Tag
		if !in.ReadAnyASN1(&one, &t) {
			panic("signtest: not DER")
		}
		switch {
		case t&0x20 != 0:
			out = append(out, byte(t), 0x80)
			out = append(append(out, indefinite(one)...), 0, 0)
		case t == tag.OCTET_STRING && len(one) > 8:
			out = append(out, byte(t)|0x20, 0x80)
			for _, part := range [2][]byte{one[:5], one[5:]} {
				var b cryptobyte.Builder
				b.AddASN1OctetString(part)
				out = append(out, b.BytesOrPanic()...)
			}
			out = append(out, 0, 0)
		default:
			var b cryptobyte.Builder
			b.AddASN1(t, func(b *cryptobyte.Builder) { b.AddBytes(one) })
			out = append(out, b.BytesOrPanic()...)
		}
	}
	return out
}
