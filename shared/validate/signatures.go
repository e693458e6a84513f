package validate

import (
	"slices"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/signature"
)

// seals judges the digital signatures of each file: first whether all of them
// hold, then whether their certificates are trusted, then whether the last one
// covers the file as it is. A file whose last signature covers it whole needs
// no other to do so: persons sign before their office's seal.
func (c *dossierCase) seals() {
	for i := range c.files {
		f := &c.files[i]
		var signed []reading.Signature
		for _, s := range f.Reading.Signatures {
			if s.Signed() {
				signed = append(signed, s)
			}
		}
		if len(signed) == 0 || c.brokenSeal(f, signed) {
			continue
		}
		c.untrustedSeal(f, signed)
		c.editedSince(f, signed)
	}
}

// onSeal begins a finding on a signature; code names what is wrong with it.
func onSeal(f *File, s *reading.Signature, code string) (dossier.Finding, english) {
	on := dossier.Finding{File: f.Name, Document: f.ID, Page: s.Page, Field: s.Field}
	on.Found, on.Quote = signature.Sentence(code), s.Signer
	return on, english{found: signature.English(code)}
}

// brokenSeal tells one finding a file: a signature that does not hold says
// all. Ranges that are odd, or a file that a program wrote anew, are
// suspicious and not yet a proof: a person decides.
func (c *dossierCase) brokenSeal(f *File, signed []reading.Signature) bool {
	var worst *reading.Signature
	code := ""
	for i := range signed {
		s := &signed[i]
		why := broken(s)
		if why != "" && (worst == nil || doubtful(code) && !doubtful(why)) {
			worst, code = s, why
		}
	}
	if worst == nil {
		return false
	}
	on, en := onSeal(f, worst, code)
	on.Doubtful = doubtful(code)
	c.tell("SIGNATURE_INVALID", on, en)
	return true
}

func doubtful(code string) bool {
	return code != signature.CodeAltered && code != signature.CodeBroken
}

// broken names why a signature does not hold, "" if it does.
func broken(s *reading.Signature) string {
	for _, code := range []string{
		signature.CodeAltered, signature.CodeBroken, signature.CodeRewritten, signature.CodeRange, signature.CodeFormat, signature.CodeNoCertificate,
	} {
		if slices.Contains(s.Codes, code) {
			return code
		}
	}
	if s.Verdict != "" {
		return ""
	}
	// A reading from before signatures were verified: only its bytes were compared.
	switch {
	case s.Digest == reading.DigestOther:
		return signature.CodeAltered
	case s.Coverage == reading.Odd:
		return signature.CodeRange
	}
	return ""
}

// untrustedSeal tells of the first signature whose certificate is not trusted
// or whose algorithm is weak. Where no anchors are configured nothing is
// trusted, and nothing is told of it.
func (c *dossierCase) untrustedSeal(f *File, signed []reading.Signature) {
	for i := range signed {
		for _, code := range signed[i].Codes {
			if over(code) || code == signature.CodeUntrusted && f.Reading.Trust == "" {
				continue
			}
			on, en := onSeal(f, &signed[i], code)
			c.tell("SIGNATURE_UNTRUSTED", on, en)
			return
		}
	}
}

// over reports a code about what came after a signature.
func over(code string) bool {
	switch code {
	case signature.CodeEarlier, signature.CodeAdded, signature.CodeChanged, signature.CodeNotPermitted:
		return true
	}
	return false
}

// editedSince tells of a file whose last signature does not cover it, and of
// changes that a certifying signature does not permit.
func (c *dossierCase) editedSince(f *File, signed []reading.Signature) {
	whole := slices.ContainsFunc(signed, func(s reading.Signature) bool { return s.Coverage == reading.Whole })
	for i := len(signed) - 1; i >= 0; i-- {
		s := &signed[i]
		code := ""
		switch {
		case slices.Contains(s.Codes, signature.CodeNotPermitted):
			code = signature.CodeNotPermitted
		case slices.Contains(s.Codes, signature.CodeChanged):
			code = signature.CodeChanged
		case !whole && slices.Contains(s.Codes, signature.CodeAdded):
			code = signature.CodeAdded
		case !whole:
			code = signature.CodeChanged
		}
		if code != "" {
			on, en := onSeal(f, s, code)
			c.tell("EDITED_AFTER_SIGNING", on, en)
			return
		}
	}
}
