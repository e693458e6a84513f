package cms

import (
	"crypto"
	_ "crypto/md5" // named in old signatures; verified to tell weak from broken
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
)

// Object identifiers of CMS and PDF signatures.
var (
	oidSignedData     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCert    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimeStamp      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidRevocationInfo = asn1.ObjectIdentifier{1, 2, 840, 113583, 1, 1, 8}

	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidPSS     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidEC      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// hashes gives the hash a digest algorithm names.
func hashOf(id asn1.ObjectIdentifier) (crypto.Hash, bool) {
	for _, h := range []struct {
		id asn1.ObjectIdentifier
		h  crypto.Hash
	}{
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
		{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, crypto.SHA1},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}, crypto.MD5},
	} {
		if h.id.Equal(id) {
			return h.h, true
		}
	}
	return 0, false
}

// scheme is a way of signing.
type scheme int

const (
	unknownScheme scheme = iota
	pkcs1
	pss
	ecdsaScheme
	ed25519Scheme
)

// schemeOf gives the scheme of a signature algorithm and the hash it fixes, 0
// where the digest algorithm decides.
func schemeOf(id asn1.ObjectIdentifier) (scheme, crypto.Hash) {
	rsa := func(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, n} }
	ec := func(n ...int) asn1.ObjectIdentifier {
		return append(asn1.ObjectIdentifier{1, 2, 840, 10045, 4}, n...)
	}
	for _, s := range []struct {
		id asn1.ObjectIdentifier
		s  scheme
		h  crypto.Hash
	}{
		{oidRSA, pkcs1, 0},
		{rsa(4), pkcs1, crypto.MD5},
		{rsa(5), pkcs1, crypto.SHA1},
		{rsa(11), pkcs1, crypto.SHA256},
		{rsa(12), pkcs1, crypto.SHA384},
		{rsa(13), pkcs1, crypto.SHA512},
		{oidPSS, pss, 0},
		{oidEC, ecdsaScheme, 0},
		{ec(1), ecdsaScheme, crypto.SHA1},
		{ec(3, 2), ecdsaScheme, crypto.SHA256},
		{ec(3, 3), ecdsaScheme, crypto.SHA384},
		{ec(3, 4), ecdsaScheme, crypto.SHA512},
		{oidEd25519, ed25519Scheme, 0},
	} {
		if s.id.Equal(id) {
			return s.s, s.h
		}
	}
	return unknownScheme, 0
}

// Strong reports whether signatures over the hash are accepted.
func Strong(h crypto.Hash) bool {
	return h == crypto.SHA256 || h == crypto.SHA384 || h == crypto.SHA512
}
