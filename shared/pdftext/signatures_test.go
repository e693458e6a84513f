package pdftext_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/pdftext"
	"hoso/shared/reading"
	"hoso/shared/signature"
	st "hoso/shared/signature/signtest"
)

// office is the world of certificates that the tests sign in.
type office struct {
	root, ca, strange, tsa, foreignTSA *st.Holder
	person, seal, portal               *st.Holder
	ec, expired, early, tls            *st.Holder
	outsider                           *st.Holder
	anchors                            []byte
}

var world = sync.OnceValue(func() *office {
	w := &office{root: st.Root("Gốc thử"), strange: st.Root("Tự lập")}
	w.ca = w.root.Authority("CA thử")
	w.tsa = w.ca.With(st.ECKey(), "TSA thử", st.Stamper, st.Life(2013, 2044))
	w.foreignTSA = w.strange.With(st.ECKey(), "TSA lạ", st.Stamper)
	w.person = w.ca.Person("Nguyễn Thị Mẫu", st.UserID("CCCD:001"))
	w.seal = w.ca.Person("Sở Nội vụ", st.UserID("MST:002"))
	w.portal = w.ca.Person("Cổng thông tin điện tử tỉnh")
	w.ec = w.ca.With(st.ECKey(), "Trần Văn Cong")
	w.expired = w.ca.Person("Hết Hạn", st.Life(2012, 2020))
	w.early = w.ca.Person("Chưa Tới", st.Life(2028, 2032))
	w.tls = w.ca.Person("máy chủ", st.Usage(1<<5)) // key agreement
	w.outsider = w.strange.Person("Người Lạ")
	w.anchors = st.PEM(w.root, w.ca)
	return w
})

func judged(t *testing.T, data []byte) []reading.Signature {
	t.Helper()
	got, err := pdftext.Read(data, pdftext.Options{Trust: world().anchors})
	if err != nil {
		t.Fatal(err)
	}
	return got.Signatures
}

// signedBy makes a file that one has signed.
func signedBy(m st.Making, s st.Seal) *st.PDF {
	if s.Declared.IsZero() && s.SubFilter == "" {
		s.Declared = st.Year(2024)
	}
	p := st.NewPDF("A letter")
	p.Sign(m, s)
	return p
}

func TestOneSignature(t *testing.T) {
	w := world()
	at := st.Year(2024)
	stamped := st.Making{By: w.person, Stamp: w.tsa, At: at}
	for _, x := range []struct {
		name    string
		file    *st.PDF
		verdict reading.Verdict
		code    string
		chain   string
	}{
		{"RSA", signedBy(st.Making{By: w.person}, st.Seal{}), reading.Accept, "", "trusted"},
		{"stamped", signedBy(stamped, st.Seal{}), reading.Accept, "", "trusted"},
		{"PSS", signedBy(st.Making{By: w.person, PSS: true}, st.Seal{}), reading.Accept, "", "trusted"},
		{"PSS over SHA-512", signedBy(st.Making{By: w.person, PSS: true, Hash: crypto.SHA512}, st.Seal{}), reading.Accept, "", "trusted"},
		{"ECDSA", signedBy(st.Making{By: w.ec, Hash: crypto.SHA384}, st.Seal{}), reading.Accept, "", "trusted"},
		{"PKCS #7", signedBy(st.Making{By: w.person, Bare: true, Stated: at}, st.Seal{SubFilter: "adbe.pkcs7.detached"}), reading.Review, "", "unknown"},
		{"BER", signedBy(st.Making{By: w.person, BER: true, Stamp: w.tsa, At: at}, st.Seal{}), reading.Accept, "", "trusted"},
		{"without attributes", signedBy(st.Making{By: w.person, NoAttrs: true}, st.Seal{}), reading.Accept, "", "trusted"},
		{"a look on the page", signedBy(st.Making{By: w.person}, st.Seal{Look: "BT /F1 9 Tf (Signed) Tj ET"}), reading.Accept, "", "trusted"},

		{"a strange authority", signedBy(st.Making{By: w.outsider}, st.Seal{}), reading.Reject, signature.CodeUntrusted, "unknown"},
		{"expired", signedBy(st.Making{By: w.expired}, st.Seal{}), reading.Reject, signature.CodeExpired, "expired"},
		{"expired by now, stamped before", signedBy(st.Making{By: w.expired, Stamp: w.tsa, At: st.Year(2016)}, st.Seal{}), reading.Accept, "", "trusted"},
		{"not valid yet", signedBy(st.Making{By: w.early}, st.Seal{}), reading.Reject, signature.CodeEarly, "early"},
		{"SHA-1", signedBy(st.Making{By: w.person, Hash: crypto.SHA1}, st.Seal{}), reading.Reject, signature.CodeWeak, "trusted"},
		{"digest of a digest", signedBy(st.Making{By: w.person, Hash: crypto.SHA1}, st.Seal{SubFilter: "adbe.pkcs7.sha1", Declared: at}), reading.Reject, signature.CodeWeak, "trusted"},
		{"not for signing", signedBy(st.Making{By: w.tls}, st.Seal{}), reading.Reject, signature.CodeUnfit, "unfit"},
		{"names another's certificate", signedBy(st.Making{By: w.person, Foreign: w.seal}, st.Seal{}), reading.Reject, signature.CodeBroken, "trusted"},
		{"two signers in one", signedBy(st.Making{By: w.person, Twice: true}, st.Seal{}), reading.Reject, signature.CodeFormat, "unknown"},
		{"no certificate at all", signedBy(st.Making{By: w.outsider, Bare: true}, st.Seal{}), reading.Reject, signature.CodeNoCertificate, "unknown"},
		{"no time", signedBy(st.Making{By: w.person}, st.Seal{SubFilter: "ETSI.CAdES.detached"}), reading.Review, signature.CodeNoTime, "trusted"},
		{"a stamp over something else", signedBy(st.Making{By: w.person, Stamp: w.tsa, At: at, Spoil: true}, st.Seal{}), reading.Review, signature.CodeStampBroken, "trusted"},
	} {
		got := judged(t, x.file.Bytes)
		if len(got) != 1 {
			t.Errorf("%s: %d signatures", x.name, len(got))
			continue
		}
		s := got[0]
		if x.name == "PKCS #7" { // only the signer's certificate is missing: nobody can say who it was
			x.verdict, x.code = reading.Reject, signature.CodeNoCertificate
		}
		if s.Verdict != x.verdict || s.Chain != x.chain || x.code != "" && !slices.Contains(s.Codes, x.code) || x.code == "" && len(s.Codes) > 0 {
			b, _ := json.Marshal(s)
			t.Errorf("%s: %s", x.name, b)
		}
		if s.Coverage != reading.Whole || len(s.Reasons) != len(s.Codes) {
			t.Errorf("%s: covers %q, %d reasons for %d codes", x.name, s.Coverage, len(s.Reasons), len(s.Codes))
		}
	}
}

func TestTimeIsTheStampsThenTheDeclaredThenTheSigners(t *testing.T) {
	w := world()
	late := st.Year(2024).Add(7 * time.Hour) // local time marked as universal
	for _, x := range []struct {
		m          st.Making
		s          st.Seal
		time, from string
	}{
		{st.Making{By: w.person, Stamp: w.tsa, At: st.Year(2025), Stated: late}, st.Seal{Declared: st.Year(2024)}, "2025-06-15T10:00:00+07:00", "timestamp"},
		{st.Making{By: w.person, Stamp: w.foreignTSA, At: st.Year(2025), Stated: late}, st.Seal{Declared: st.Year(2024)}, "2024-06-15T10:00:00+07:00", "declared"},
		{st.Making{By: w.person, Stated: late}, st.Seal{Declared: st.Year(2024)}, "2024-06-15T10:00:00+07:00", "declared"},
		{st.Making{By: w.person, Stated: st.Year(2024)}, st.Seal{SubFilter: "ETSI.CAdES.detached"}, "2024-06-15T10:00:00+07:00", "signer"},
	} {
		p := st.NewPDF("A letter")
		p.Sign(x.m, x.s)
		if s := judged(t, p.Bytes)[0]; s.Time != x.time || s.TimeFrom != x.from || s.Verdict != reading.Accept {
			t.Errorf("%s from %s, want %s from %s: %v", s.Time, s.TimeFrom, x.time, x.from, s.Codes)
		}
	}
}

func TestRevocation(t *testing.T) {
	w := world()
	list := func(revoked time.Time) [][]byte {
		r := map[*st.Holder]time.Time{}
		if !revoked.IsZero() {
			r[w.person] = revoked
		}
		return [][]byte{w.ca.CRL(st.Year(2024), st.Year(2026), r)}
	}
	stamped, bare := st.Making{By: w.person, Stamp: w.tsa, At: st.Year(2024)}, st.Making{By: w.person}
	for _, x := range []struct {
		name        string
		m           st.Making
		crls, ocsps [][]byte
		verdict     reading.Verdict
		revocation  string
	}{
		{"nothing known", stamped, nil, nil, reading.Accept, "unknown"},
		{"on no list", stamped, list(time.Time{}), nil, reading.Accept, "good"},
		{"on a list before", stamped, list(st.Year(2023)), nil, reading.Reject, "revoked"},
		{"on a list later, the time proven", stamped, list(st.Year(2025)), nil, reading.Accept, "revoked-later"},
		{"on a list later, the time only claimed", bare, list(st.Year(2025)), nil, reading.Reject, "revoked"},
		{"a good answer", stamped, nil, [][]byte{w.ca.OCSP(w.person, st.Year(2024), time.Time{})}, reading.Accept, "good"},
		{"a bad answer", stamped, nil, [][]byte{w.ca.OCSP(w.person, st.Year(2024), st.Year(2023))}, reading.Reject, "revoked"},
		{"another authority's list", stamped, [][]byte{w.strange.CRL(st.Year(2024), st.Year(2026), map[*st.Holder]time.Time{w.person: st.Year(2023)})}, nil, reading.Accept, "unknown"},
	} {
		p := signedBy(x.m, st.Seal{})
		p.Keep(nil, x.crls, x.ocsps)
		s := judged(t, p.Bytes)[0]
		if s.Verdict != x.verdict || s.Revocation != x.revocation || s.Coverage != reading.Whole {
			t.Errorf("%s: %s, %s, covers %s %v", x.name, s.Verdict, s.Revocation, s.Coverage, s.Codes)
		}
		if x.verdict == reading.Reject && !slices.Contains(s.Codes, signature.CodeRevoked) {
			t.Errorf("%s: %v", x.name, s.Codes)
		}
	}
}

func TestLevels(t *testing.T) {
	w := world()
	b := signedBy(st.Making{By: w.person}, st.Seal{})
	tt := signedBy(st.Making{By: w.person, Stamp: w.tsa, At: st.Year(2024)}, st.Seal{})
	lt := tt.Clone()
	lt.Keep([][]byte{w.ca.Cert.Raw}, [][]byte{w.ca.CRL(st.Year(2024), st.Year(2026), nil)}, nil)
	lta := lt.Clone()
	lta.Sign(st.Making{By: w.tsa, At: st.Year(2025)}, st.Seal{Stamp: true})
	for want, p := range map[string]*st.PDF{"B-B": b, "B-T": tt, "B-LT": lt, "B-LTA": lta} {
		got := judged(t, p.Bytes)
		if got[0].Level != want || got[0].Verdict != reading.Accept {
			t.Errorf("%s: %s %s %v %v", want, got[0].Level, got[0].Verdict, got[0].Codes, got[0].Changes)
		}
		if want == "B-LTA" && (len(got) != 2 || got[1].Kind != reading.SignatureStamp || got[1].Signed() || got[1].Verdict != reading.Accept) {
			t.Errorf("%+v", got[1:])
		}
	}
}

func TestWhatCameAfter(t *testing.T) {
	w := world()
	person, seal := st.Making{By: w.person}, st.Making{By: w.seal}
	at := st.Seal{Declared: st.Year(2024)}
	first := func(permits int) *st.PDF { return signedBy(person, st.Seal{Permits: permits, Declared: st.Year(2024)}) }
	for _, x := range []struct {
		name    string
		permits int
		then    func(p *st.PDF)
		changes []reading.Change
		code    string
	}{
		{"a second signature", 0, func(p *st.PDF) { p.Sign(seal, at) }, []reading.Change{reading.ChangeSignature}, signature.CodeEarlier},
		{"number and day by signatures", 0, func(p *st.PDF) {
			for range 3 {
				p.Sign(seal, st.Seal{Declared: st.Year(2024), Look: "BT /F1 9 Tf (12) Tj ET"})
			}
		}, []reading.Change{reading.ChangeSignature}, signature.CodeEarlier},
		{"a form filled in", 0, func(p *st.PDF) { p.Fill("new"); p.Sign(seal, at) }, []reading.Change{reading.ChangeForm, reading.ChangeSignature}, signature.CodeAdded},
		{"a note", 0, func(p *st.PDF) { p.Note("approved") }, []reading.Change{reading.ChangeAnnotation}, signature.CodeAdded},
		{"other content", 0, func(p *st.PDF) { p.Rewrite("Another letter") }, []reading.Change{reading.ChangeContent}, signature.CodeChanged},
		{"other content, signed over", 0, func(p *st.PDF) { p.Rewrite("Another letter"); p.Sign(seal, at) }, []reading.Change{reading.ChangeContent, reading.ChangeSignature}, signature.CodeChanged},
		{"the same bytes again", 0, func(p *st.PDF) { p.Rewrite("A letter") }, []reading.Change{reading.ChangeTrailing}, signature.CodeChanged},
		{"another font", 0, func(p *st.PDF) { p.Update(map[int]string{3: "<</Type /Font /Subtype /Type1 /BaseFont /Symbol>>"}) }, []reading.Change{reading.ChangeContent}, signature.CodeChanged},
		{"another page tree", 0, func(p *st.PDF) {
			p.Update(map[int]string{2: "<</Type /Pages /Kids [5 0 R 5 0 R] /Count 2>>", 5: "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 300] /Contents 4 0 R>>"})
		}, nil, ""},
		{"bytes behind the end", 0, func(p *st.PDF) { p.Bytes = append(p.Bytes, "999 0 obj\n(x)\nendobj\n%%EOF\n"...) }, []reading.Change{reading.ChangeTrailing}, signature.CodeChanged},
		{"facts about the file", 0, func(p *st.PDF) { p.Update(map[int]string{6: "<</Producer (another)>>"}) }, []reading.Change{reading.ChangeMetadata}, signature.CodeEarlier},

		{"nothing permitted, signed again", 1, func(p *st.PDF) { p.Sign(seal, at) }, []reading.Change{reading.ChangeSignature}, signature.CodeNotPermitted},
		{"nothing permitted, kept for later", 1, func(p *st.PDF) { p.Keep([][]byte{w.ca.Cert.Raw}, nil, nil) }, []reading.Change{reading.ChangeValidation}, ""},
		{"forms permitted, signed again", 2, func(p *st.PDF) { p.Sign(seal, at) }, []reading.Change{reading.ChangeSignature}, signature.CodeEarlier},
		{"forms permitted, filled in", 2, func(p *st.PDF) { p.Fill("new") }, []reading.Change{reading.ChangeForm}, signature.CodeAdded},
		{"forms permitted, noted on", 2, func(p *st.PDF) { p.Note("x") }, []reading.Change{reading.ChangeAnnotation}, signature.CodeNotPermitted},
		{"notes permitted, noted on", 3, func(p *st.PDF) { p.Note("x") }, []reading.Change{reading.ChangeAnnotation}, signature.CodeAdded},
		{"notes permitted, rewritten", 3, func(p *st.PDF) { p.Rewrite("x") }, []reading.Change{reading.ChangeContent}, signature.CodeNotPermitted},
	} {
		p := first(x.permits)
		x.then(p)
		got, err := pdftext.Read(p.Bytes, pdftext.Options{Trust: w.anchors})
		if err != nil {
			if x.changes == nil {
				continue // refused as a whole
			}
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		s := got.Signatures[0]
		if !s.Intact || s.Chain != "trusted" || !slices.Equal(s.Changes, x.changes) || x.code == "" && len(s.Codes) > 0 || x.code != "" && !slices.Equal(s.Codes, []string{x.code}) {
			t.Errorf("%s: %v %v, want %v %s", x.name, s.Changes, s.Codes, x.changes, x.code)
		}
		if x.code != "" && s.Verdict == reading.Accept {
			t.Errorf("%s: accepted", x.name)
		}
	}
}

func TestTheLooksOfASignatureMayNotChange(t *testing.T) {
	w := world()
	p := signedBy(st.Making{By: w.person}, st.Seal{Look: "BT /F1 9 Tf (Giam doc) Tj ET"})
	look := regexp.MustCompile(`(\d+) 0 obj\n<</Type /XObject`).FindSubmatch(p.Bytes)
	id, err := strconv.Atoi(string(look[1]))
	if err != nil {
		t.Fatal(err)
	}
	p.Update(map[int]string{id: "<</Type /XObject /Subtype /Form /BBox [0 0 150 40] /Length 2>>\nstream\nq \nendstream"})
	if s := judged(t, p.Bytes)[0]; !slices.Equal(s.Changes, []reading.Change{reading.ChangeContent}) || s.Verdict != reading.Reject {
		t.Errorf("%v %v", s.Changes, s.Codes)
	}
}

func TestAnUnsignedFieldThatDrawsIsAnAnnotation(t *testing.T) {
	w := world()
	p := signedBy(st.Making{By: w.person}, st.Seal{})
	look := p.Add()
	field := p.Add()
	page := regexp.MustCompile(`(?s)5 0 obj\n(<</Type /Page .*?)/Annots \[([^\]]*)\]`).FindAllSubmatch(p.Bytes, -1)
	last := page[len(page)-1]
	p.Update(map[int]string{
		look:  "<</Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 22>>\nstream\n1 g 0 0 595 842 re f  \nendstream",
		field: fmt.Sprintf("<</Type /Annot /Subtype /Widget /FT /Sig /T (x) /Rect [0 0 595 842] /AP <</N %d 0 R>>>>", look),
		5:     string(last[1]) + fmt.Sprintf("/Annots [%s %d 0 R]>>", last[2], field),
	})
	if s := judged(t, p.Bytes)[0]; !slices.Contains(s.Changes, reading.ChangeAnnotation) || s.Verdict == reading.Accept {
		t.Errorf("%v %v", s.Changes, s.Codes)
	}
}

// TestHostileRanges forges ranges and contents. None may be taken for a
// signature of the whole document.
func TestHostileRanges(t *testing.T) {
	w := world()
	base := signedBy(st.Making{By: w.person}, st.Seal{}).Bytes
	at := regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+) *\]`).FindSubmatchIndex(base)
	num := func(i int) int { n, _ := strconv.Atoi(string(base[at[2*i]:at[2*i+1]])); return n }
	start, end, rest := num(1), num(2), num(3)
	ranged := func(r string) []byte {
		b := bytes.Clone(base)
		copy(b[at[0]:at[1]], fmt.Sprintf("%-*s", at[1]-at[0], "/ByteRange ["+r+"]"))
		return b
	}
	contents := func(s string) []byte {
		b := bytes.Clone(base)
		copy(b[start:end], fmt.Sprintf("<%s>", strings.Repeat(s, (end-start-2)/len(s))))
		return b
	}
	for name, file := range map[string][]byte{
		"a gap larger than the contents": ranged(fmt.Sprintf("0 %d %d %d", start-40, end, rest)),
		"a gap that reaches on":          ranged(fmt.Sprintf("0 %d %d %d", start, end+20, rest-20)),
		"overlapping":                    ranged(fmt.Sprintf("0 %d %d %d", start, start-10, rest)),
		"beyond the end":                 ranged(fmt.Sprintf("0 %d %d %d", start, end, rest+1)),
		"not from the start":             ranged(fmt.Sprintf("9 %d %d %d", start, end, rest)),
		"negative":                       ranged(fmt.Sprintf("0 -%d %d %d", start, end, rest)),
		"huge":                           ranged("0 1 9223372036854775807 9"),
		"three numbers":                  ranged(fmt.Sprintf("0 %d %d", start, end)),
		"no numbers":                     ranged("(a) (b) (c) (d)"),
		"six numbers":                    ranged(fmt.Sprintf("0 %d %d 2 9 1", start, end)),
		"zero contents":                  contents("0"),
		"contents of noise":              contents("deadbeef"),
		"another object's gap":           bytes.Replace(base, []byte("/Contents <"), []byte("/Contentz <"), 1),
		"contents given twice":           bytes.Replace(base, []byte("/Filter /Adobe.PPKLite"), []byte("/Contents <3030>/F /A "), 1),
	} {
		got, err := pdftext.Read(file, pdftext.Options{Trust: w.anchors})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range got.Signatures {
			if s.Verdict != reading.Reject || s.Intact {
				t.Errorf("%s: %s %v", name, s.Verdict, s.Codes)
			}
		}
	}
}

// TestAnyByteChangedIsSeen: outside the signature no bit may change. Inside it
// stand certificates that nothing is taken from; who signed and when must hold.
func TestAnyByteChangedIsSeen(t *testing.T) {
	w := world()
	base := signedBy(st.Making{By: w.person, Stamp: w.tsa, At: st.Year(2024)}, st.Seal{Look: "BT /F1 9 Tf (x) Tj ET"}).Bytes
	sound := judged(t, base)[0]
	if sound.Verdict != reading.Accept {
		t.Fatal(sound.Codes)
	}
	for i := 0; i < len(base); i += 1 + len(base)/300 {
		b := bytes.Clone(base)
		b[i] ^= 1
		got, err := pdftext.Read(b, pdftext.Options{Trust: w.anchors})
		if err != nil {
			continue
		}
		for _, s := range got.Signatures {
			inside := int64(i) > s.ByteRange[1] && int64(i) < s.ByteRange[2]-1
			if s.Verdict == reading.Accept && (!inside || s.Signer != sound.Signer || s.Time != sound.Time) {
				t.Errorf("byte %d (%q): accepted", i, base[max(0, i-9):i+9])
			}
		}
	}
}

func TestStrayBytesBeforeTheHeaderDoNotShiftTheRanges(t *testing.T) {
	b := append([]byte("\x15 stray bytes here \r\n"), signedBy(st.Making{By: world().person}, st.Seal{}).Bytes...)
	if s := judged(t, b)[0]; s.Verdict != reading.Accept {
		t.Errorf("%v", s.Codes)
	}
}

// TestRewrittenIsNotForged: a program that writes the file anew carries the
// signature along and moves it.
func TestRewrittenIsNotForged(t *testing.T) {
	base := signedBy(st.Making{By: world().person}, st.Seal{}).Bytes
	moved := bytes.Replace(base, []byte("1 0 obj\n"), []byte("% a program wrote this file anew\n1 0 obj\n"), 1)
	moved = bytes.Replace(moved, []byte("(signtest)"), []byte("(qpdf 11)"), 1)
	got := judged(t, moved)
	if len(got) != 1 || !slices.Contains(got[0].Codes, signature.CodeRewritten) || slices.Contains(got[0].Codes, signature.CodeAltered) || got[0].Rewriter != "qpdf 11" || got[0].Signer != "Nguyễn Thị Mẫu" {
		t.Errorf("%+v", got)
	}
	altered := bytes.Replace(base, []byte("line 3 of"), []byte("line 8 of"), 1)
	if s := judged(t, altered)[0]; !slices.Contains(s.Codes, signature.CodeAltered) {
		t.Errorf("%v", s.Codes)
	}
}

func TestWhoSigned(t *testing.T) {
	w := world()
	for h, want := range map[*st.Holder]reading.SignerKind{w.person: reading.SignerPerson, w.seal: reading.SignerOffice, w.portal: reading.SignerPortal, w.ec: reading.SignerPerson} {
		s := judged(t, signedBy(st.Making{By: h}, st.Seal{}).Bytes)[0]
		if s.SignerKind != want || s.Signer != h.Cert.Subject.CommonName || s.Copy != (want == reading.SignerPortal) {
			t.Errorf("%s: %s, copy %v", s.Signer, s.SignerKind, s.Copy)
		}
	}
}

func TestFiveFailingsFiveSentences(t *testing.T) {
	vi, en := map[string]string{}, map[string]string{}
	for _, code := range signature.Codes() {
		for text, seen := range map[string]map[string]string{signature.Sentence(code): vi, signature.English(code): en} {
			if other, twice := seen[text]; twice || len(text) < 30 {
				t.Errorf("%s says what %s says: %q", code, other, text)
			}
			seen[text] = code
		}
	}
}

// TestSamples judges every signed sample as its truth says.
func TestSamples(t *testing.T) {
	dir := sampleFolder(t)
	var anchors []byte
	for _, n := range []string{"ca-root", "ca-int", "ca-g2-root", "ca-g2-int"} {
		b, err := os.ReadFile(filepath.Join(dir, "..", "pki", n+".pem"))
		if err != nil {
			t.Fatal(err)
		}
		anchors = append(anchors, b...)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.truth.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	signed := 0
	for _, f := range files {
		var truth struct {
			Signatures []struct {
				Field     string `json:"field"`
				Signer    string `json:"signer_cn"`
				Integrity string `json:"integrity"`
				Whole     bool   `json:"covers_whole_file"`
				Stamp     bool   `json:"timestamp"`
				Time      string `json:"time"`
			} `json:"signatures"`
		}
		b, err := os.ReadFile(f)
		if err == nil {
			err = json.Unmarshal(b, &truth)
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(strings.TrimSuffix(f, ".truth.json") + ".pdf")
		if err != nil {
			t.Fatal(err)
		}
		got, err := pdftext.Read(data, pdftext.Options{Trust: anchors})
		if err != nil || len(got.Signatures) != len(truth.Signatures) {
			t.Errorf("%s: %v, %d signatures, want %d", f, err, len(got.Signatures), len(truth.Signatures))
			continue
		}
		for i, s := range got.Signatures {
			want := truth.Signatures[i]
			signed++
			ok := want.Integrity == "valid"
			if s.Field != want.Field || s.Signer != want.Signer || s.Intact != ok || (s.Coverage == reading.Whole) != want.Whole || (s.TimeFrom == "timestamp") != want.Stamp ||
				s.Chain != "trusted" || (s.Verdict == reading.Accept) != (ok && want.Whole) || !want.Stamp && s.Time != want.Time {
				b, _ := json.Marshal(s)
				t.Errorf("%s: %s, want %+v", f, b, want)
			}
		}
		none, err := pdftext.Read(data, pdftext.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range none.Signatures {
			if s.Verdict == reading.Accept || s.Chain != "unknown" {
				t.Errorf("%s: %s without anchors", f, s.Verdict)
			}
		}
	}
	if signed < 20 {
		t.Errorf("only %d signatures in the samples", signed)
	}
}
