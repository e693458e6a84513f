package signature

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"io"
	"slices"
	"time"

	"hoso/shared/reading"
	"hoso/shared/signature/cms"
	"hoso/shared/signature/trust"
)

// Signed is a signature as it stands in a file.
type Signed struct {
	// Seen holds what was found without cryptography: field, place, ranges,
	// coverage, changes, declared time.
	Seen     reading.Signature
	Contents []byte // the signature itself
	// Covered gives the bytes that the ranges name; nil where they are odd.
	Covered cms.Content
	// Copy: every page is a picture.
	Copy bool
	// Stamped: a later time stamp covers the signature and the data to
	// validate it by.
	Stamped bool
}

// Store is the data for validation that the file keeps (DSS, PAdES part 4).
type Store struct {
	Certs, CRLs, OCSPs [][]byte
}

// most bounds certificates taken from a file.
const most = 64

// zone is Vietnam's, which signers' programs declare their times in.
var zone = time.FixedZone("", 7*3600)

// Judge gives what was seen of a signature with everything that can be said
// of it. anchors may be nil: then no chain leads anywhere.
func Judge(in Signed, store Store, anchors *trust.Anchors) reading.Signature {
	if anchors == nil {
		anchors, _ = trust.Parse(nil)
	}
	j := judge{out: in.Seen, in: in, store: store, anchors: anchors}
	j.run()
	j.conclude()
	return j.out
}

type judge struct {
	out     reading.Signature
	in      Signed
	store   Store
	anchors *trust.Anchors
	message *cms.Message
	certs   []*x509.Certificate
}

func (j *judge) say(code string) {
	if !slices.Contains(j.out.Codes, code) {
		j.out.Codes = append(j.out.Codes, code)
	}
}

func (j *judge) note(code string) { j.out.Notes = append(j.out.Notes, code) }

func (j *judge) run() {
	j.out.Chain, j.out.Revocation = string(trust.Unknown), string(trust.RevocationUnknown)
	if len(bytes.Trim(j.in.Contents, "\x00")) == 0 {
		j.out.Coverage = reading.Odd
		j.say(reading.SignatureEmpty)
		return
	}
	var err error
	if j.message, err = cms.Parse(j.in.Contents); err != nil {
		j.say(CodeFormat)
		return
	}
	for i, raw := range j.store.Certs {
		if c, err := x509.ParseCertificate(raw); err == nil && i < most {
			j.certs = append(j.certs, c)
		}
	}
	if j.out.Kind == reading.SignatureStamp {
		j.stamp()
		return
	}
	o := j.verify()
	if o.Cert == nil {
		j.say(CodeNoCertificate)
		return
	}
	j.who(o.Cert)
	j.chain(o)
}

// verify checks bytes and signature.
func (j *judge) verify() cms.Outcome {
	covered := j.in.Covered
	none := func() io.Reader { return bytes.NewReader(nil) }
	var o cms.Outcome
	switch {
	case j.out.Rewriter != "":
		o = j.message.Verify(none, j.certs...)
		j.say(CodeRewritten)
		return o
	case covered == nil:
		o = j.message.Verify(none, j.certs...)
		j.say(CodeRange)
		return o
	case j.message.Content != nil: // adbe.pkcs7.sha1: what is signed is the digest of the bytes
		sum := crypto.SHA1.New()
		_, err := io.Copy(sum, covered())
		same := err == nil && bytes.Equal(sum.Sum(nil), j.message.Content)
		o = j.message.Verify(func() io.Reader { return bytes.NewReader(j.message.Content) }, j.certs...)
		o.Digest, o.Weak = o.Digest && same, true
	default:
		o = j.message.Verify(covered, j.certs...)
	}
	j.out.Digest = reading.DigestSame
	switch {
	case o.Hash == 0:
		j.out.Digest = ""
	case !o.Digest:
		j.out.Digest = reading.DigestOther
	}
	j.out.Intact = o.Holds()
	switch {
	case o.Unknown && o.Weak:
		j.say(CodeWeak)
	case o.Unknown:
		j.say(CodeFormat)
	case o.Cert == nil && o.Digest:
	case j.out.Digest == reading.DigestOther:
		j.say(CodeAltered)
	case !o.Value:
		j.say(CodeBroken)
	}
	if o.Weak {
		j.say(CodeWeak)
	}
	return o
}

// who tells whose certificate it is.
func (j *judge) who(c *x509.Certificate) {
	j.out.Signer, j.out.Body, j.out.SignerKind = Identify(c)
	j.out.Issuer = clean(c.Issuer.CommonName)
	if j.out.SignerKind == reading.SignerPortal || j.in.Copy && j.out.SignerKind == reading.SignerOffice {
		j.out.Copy = true
		j.note(NoteCopy)
	}
}

// chain finds the time of the signature and judges the certificate at it.
func (j *judge) chain(o cms.Outcome) {
	at, proven := j.when(o)
	with := append(slices.Clone(j.message.Certs), j.certs...)
	crls, ocsps := j.message.Revocations()
	q := trust.Question{
		Cert: o.Cert, With: with, At: at, Proven: proven,
		CRLs: append(crls, j.store.CRLs...), OCSPs: append(ocsps, j.store.OCSPs...),
	}
	if at.IsZero() { // nobody said when: valid at some time is all that can be asked
		j.say(CodeNoTime)
		q.At = o.Cert.NotBefore.Add(o.Cert.NotAfter.Sub(o.Cert.NotBefore) / 2)
	}
	a := j.anchors.Judge(q)
	j.out.Chain, j.out.Revocation = string(a.State), string(a.Revocation)
	switch a.State {
	case trust.Unknown:
		j.say(CodeUntrusted)
	case trust.Expired:
		j.say(CodeExpired)
	case trust.Early:
		j.say(CodeEarly)
	case trust.Revoked:
		j.say(CodeRevoked)
	case trust.Weak:
		j.say(CodeWeakChain)
	case trust.Unfit:
		j.say(CodeUnfit)
	}
	if a.State == trust.Trusted && a.Revocation == trust.RevocationUnknown {
		j.note(NoteRevocationUnknown)
	}
	j.level(len(j.store.CRLs)+len(j.store.OCSPs) > 0)
}

// when gives the best time of the signature: a trusted time stamp's, else what
// the signer's program declared. The signed attribute comes last: programs in
// use write local time there and mark it as universal.
func (j *judge) when(o cms.Outcome) (at time.Time, proven bool) {
	set := func(t time.Time, from string) time.Time {
		j.out.Time, j.out.TimeFrom = t.In(zone).Format(time.RFC3339), from
		return t
	}
	token, err := j.message.Stamp(j.certs...)
	switch {
	case err != nil:
		j.say(CodeStampBroken)
	case token != nil:
		j.out.Level = "B-T"
		state := j.stamper(token)
		switch {
		case token.Weak:
			j.note(NoteStampWeak)
		case state != trust.Trusted:
			j.note(NoteStampUntrusted)
		default:
			return set(token.Time, "timestamp"), true
		}
	}
	if t, ok := declared(j.out.Declared); ok {
		at = set(t, "declared")
	} else if !o.SigningTime.IsZero() {
		at = set(o.SigningTime, "signer")
	}
	if !at.IsZero() {
		j.note(NoteTimeClaimed)
	}
	return at, false
}

// stamper judges the certificate of a time stamp.
func (j *judge) stamper(t *cms.Token) trust.State {
	with := append(append(slices.Clone(t.Certs), j.message.Certs...), j.certs...)
	return j.anchors.Judge(trust.Question{
		Cert: t.Cert, With: with, At: t.Time, Stamp: true, Proven: true, CRLs: j.store.CRLs, OCSPs: j.store.OCSPs,
	}).State
}

// level names how much the signature brings along to be validated later
// (ETSI EN 319 142-1).
func (j *judge) level(stored bool) {
	switch {
	case j.out.Level == "":
		j.out.Level = "B-B"
	case stored && j.in.Stamped:
		j.out.Level = "B-LTA"
	case stored:
		j.out.Level = "B-LT"
	}
}

// stamp judges a time stamp over the document itself.
func (j *judge) stamp() {
	if j.in.Covered == nil {
		j.say(CodeRange)
		return
	}
	token, err := j.message.AsToken(j.in.Covered, j.certs...)
	if err != nil {
		j.out.Digest = reading.DigestOther
		j.say(CodeAltered)
		return
	}
	j.out.Digest, j.out.Intact = reading.DigestSame, true
	j.out.Signer, j.out.Body, _ = Identify(token.Cert)
	j.out.SignerKind, j.out.Issuer = reading.SignerStamper, clean(token.Cert.Issuer.CommonName)
	j.out.Time, j.out.TimeFrom = token.Time.In(zone).Format(time.RFC3339), "timestamp"
	if token.Weak {
		j.say(CodeWeak)
	}
	state := j.stamper(token)
	j.out.Chain = string(state)
	if state != trust.Trusted {
		j.say(CodeStampUntrusted)
	}
}

// conclude adds what coverage and changes mean and sums up.
func (j *judge) conclude() {
	if j.out.Coverage == reading.Earlier {
		switch {
		case j.forbidden():
			j.say(CodeNotPermitted)
		case hasAny(j.out.Changes, reading.ChangeContent, reading.ChangeTrailing, reading.ChangeUnknown):
			j.say(CodeChanged)
		case hasAny(j.out.Changes, reading.ChangeForm, reading.ChangeAnnotation, reading.ChangeOther):
			j.say(CodeAdded)
		default:
			j.say(CodeEarlier)
		}
	}
	j.out.Verdict = reading.Accept
	for _, code := range j.out.Codes {
		if v := verdictOf(code); v == reading.Reject || j.out.Verdict == reading.Accept {
			j.out.Verdict = v
		}
		j.out.Reasons = append(j.out.Reasons, Sentence(code))
	}
}

// forbidden reports a change that the certifying signature does not permit
// (ISO 32000-1, 12.8.2.2).
func (j *judge) forbidden() bool {
	not := []reading.Change{reading.ChangeContent, reading.ChangeOther}
	switch j.out.Permits {
	case 1:
		not = append(not, reading.ChangeSignature, reading.ChangeForm, reading.ChangeAnnotation)
	case 2:
		not = append(not, reading.ChangeAnnotation)
	case 3:
	default:
		return false
	}
	return hasAny(j.out.Changes, not...)
}

func hasAny(all []reading.Change, some ...reading.Change) bool {
	return slices.ContainsFunc(all, func(c reading.Change) bool { return slices.Contains(some, c) })
}

// declared reads a PDF date: D:YYYYMMDDHHmmSS and a zone (ISO 32000-1, 7.9.4).
// Without a zone it is Vietnam's.
func declared(s string) (time.Time, bool) {
	if len(s) < 16 || s[:2] != "D:" {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("20060102150405", s[2:16], zone)
	if err != nil {
		return time.Time{}, false
	}
	rest := s[16:]
	if rest == "" {
		return at, true
	}
	if rest[0] == 'Z' {
		return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC), true
	}
	digits := make([]byte, 0, 4)
	for _, c := range []byte(rest[1:]) {
		if c >= '0' && c <= '9' && len(digits) < 4 {
			digits = append(digits, c)
		}
	}
	for len(digits) < 4 {
		digits = append(digits, '0')
	}
	off := time.Duration(digits[0]-'0')*10*time.Hour + time.Duration(digits[1]-'0')*time.Hour +
		time.Duration(digits[2]-'0')*10*time.Minute + time.Duration(digits[3]-'0')*time.Minute
	if rest[0] == '-' {
		off = -off
	} else if rest[0] != '+' {
		return time.Time{}, false
	}
	utc := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
	return utc.Add(-off), true
}
