package validate_test

import (
	"testing"

	"hoso/shared/reading"
	"hoso/shared/signature"
)

func TestBlanks(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), blankCases()) }

func blankCases() []one {
	quote := func(d *reading.Document, field, q string) {
		d.Evidence[field] = reading.Evidence{Page: 1, Quote: q, Source: reading.FromText}
	}
	return []one{
		{"a blank number", func(w *world) { w.letter.Number = ""; quote(w.letter, "so_ky_hieu", "Số: /TTr-UBND") }, []string{"block NUMBER_BLANK to_trinh.pdf"}},
		{"no number found", func(w *world) { w.letter.Number = ""; delete(w.letter.Evidence, "so_ky_hieu") }, []string{"warn NUMBER_BLANK to_trinh.pdf"}},
		{"a blank number, doubtfully", func(w *world) {
			w.letter.Number = ""
			quote(w.letter, "so_ky_hieu", "Số: /TTr-UBND")
			w.letter.Unsure = []string{"so_ky_hieu"}
		}, []string{"warn NUMBER_BLANK to_trinh.pdf", "note DOUBTFUL_VALUE to_trinh.pdf"}},
		{"minutes without a number", func(w *world) { w.minutes.Number = ""; delete(w.minutes.Evidence, "so_ky_hieu") }, nil},
		{"minutes with a blank number", func(w *world) { w.minutes.Number = ""; quote(w.minutes, "so_ky_hieu", "Số: /BB-UBND") }, []string{"warn NUMBER_BLANK bien_ban.pdf"}},
		{"a blank date", func(w *world) {
			w.letter.IssuedOn = ""
			quote(w.letter, "ngay_ban_hanh", "ngày     tháng 11 năm 2023")
		}, []string{"block DATE_BLANK to_trinh.pdf"}},
		{"a meeting without a date", func(w *world) { w.minutes.MetOn = ""; delete(w.minutes.Evidence, "ngay_hop") }, []string{"warn DATE_BLANK bien_ban.pdf"}},
		{"a report without a date", func(w *world) { w.reports[3].IssuedOn = "" }, []string{"warn DATE_BLANK bao_cao_04.pdf"}},
		{"a day that does not exist", func(w *world) {
			w.letter.IssuedOn = ""
			quote(w.letter, "ngay_ban_hanh", "ngày 30 tháng 02 năm 2023")
			w.letter.Unsure = []string{"ngay_ban_hanh"}
		}, []string{"warn DATE_IMPOSSIBLE to_trinh.pdf"}},
		{"a month that does not exist", func(w *world) { w.letter.IssuedOn = ""; quote(w.letter, "ngay_ban_hanh", "1/13/2023") }, []string{"warn DATE_IMPOSSIBLE to_trinh.pdf"}},
		{
			"a birth date that does not exist", func(w *world) { w.reports[3].BirthDate = ""; quote(w.reports[3], "ngay_sinh", "Sinh ngày 31/4/1980") },
			[]string{"warn DATE_IMPOSSIBLE bao_cao_04.pdf"},
		},
		{"no birth date", func(w *world) { w.reports[3].BirthDate = "" }, []string{"warn INCOMPLETE Đoàn Sỹ Kiên"}},
		{"a person says there is no date", func(w *world) {
			w.letter.IssuedOn = ""
			w.letter.Evidence["ngay_ban_hanh"] = reading.Evidence{Quote: "ngày 30 tháng 02 năm 2023", Source: reading.FromPerson}
		}, []string{"block DATE_BLANK to_trinh.pdf"}},
		{"a value read with doubt", func(w *world) { w.letter.Unsure = []string{"nguoi_ky"} }, []string{"note DOUBTFUL_VALUE to_trinh.pdf"}},
		{"a line read with doubt", func(w *world) { w.letter.Nominees[3].Unsure = true }, []string{"note DOUBTFUL_VALUE Đoàn Sỹ Kiên"}},
	}
}

func TestDigitalSignatures(t *testing.T) { check(t, rulesOn(t, "2023-11-20"), sealCases()) }

func sealCases() []one {
	seen := func(s ...reading.Signature) func(w *world) {
		return func(w *world) { w.named("to_trinh.pdf").Reading.Signatures = s }
	}
	trusted := func(s ...reading.Signature) func(w *world) {
		return func(w *world) {
			w.named("to_trinh.pdf").Reading.Signatures = s
			w.named("to_trinh.pdf").Reading.Trust = "anchors"
		}
	}
	good := reading.Signature{Field: "a", Signer: "Lê Đăng Khoa", Intact: true, Coverage: reading.Whole, Chain: "trusted", Verdict: reading.Accept}
	with := func(coverage reading.Coverage, verdict reading.Verdict, codes ...string) reading.Signature {
		s := good
		s.Coverage, s.Verdict, s.Codes = coverage, verdict, codes
		return s
	}
	earlier := with(reading.Earlier, reading.Review, signature.CodeEarlier)
	noted := with(reading.Earlier, reading.Review, signature.CodeAdded)
	changed := with(reading.Earlier, reading.Reject, signature.CodeChanged)
	strange := with(reading.Whole, reading.Reject, signature.CodeUntrusted)
	weak := with(reading.Whole, reading.Reject, signature.CodeWeak)
	broken := with(reading.Whole, reading.Reject, signature.CodeAltered)
	rewritten := with(reading.Odd, reading.Reject, signature.CodeRewritten)
	stamp := with(reading.Whole, reading.Accept)
	stamp.Kind = reading.SignatureStamp
	empty := with(reading.Odd, reading.Reject, reading.SignatureEmpty)
	const invalid, edited, untrusted = "SIGNATURE_INVALID to_trinh.pdf", "warn EDITED_AFTER_SIGNING to_trinh.pdf", "warn SIGNATURE_UNTRUSTED to_trinh.pdf"
	return []one{
		{"whole and unchanged", seen(reading.Signature{Coverage: reading.Whole, Digest: reading.DigestSame}), nil},
		{"several, the last whole", seen(reading.Signature{Coverage: reading.Earlier}, reading.Signature{Coverage: reading.Whole}), nil},
		{"changed bytes", seen(reading.Signature{Coverage: reading.Whole, Digest: reading.DigestOther}), []string{"block " + invalid}},
		{"changed bytes under one of two", seen(reading.Signature{Coverage: reading.Whole, Digest: reading.DigestSame}, reading.Signature{Coverage: reading.Earlier, Digest: reading.DigestOther}), []string{"block " + invalid}},
		{"an odd range", seen(reading.Signature{Coverage: reading.Odd}), []string{"warn " + invalid}},
		{"changed after the last", seen(reading.Signature{Coverage: reading.Earlier, Digest: reading.DigestSame}), []string{edited}},
		{"accepted", trusted(good), nil},
		{"accepted after another", trusted(earlier, good), nil},
		{"noted on after the first of two", trusted(noted, good), nil},
		{"changed between two", trusted(changed, good), []string{edited}},
		{"changed against a certification", trusted(with(reading.Earlier, reading.Reject, signature.CodeNotPermitted), good), []string{edited}},
		{"broken", trusted(broken), []string{"block " + invalid}},
		{"two broken are one finding", trusted(broken, broken), []string{"block " + invalid}},
		{"the proven one of two counts", trusted(rewritten, broken), []string{"block " + invalid}},
		{"written anew by a program", trusted(rewritten), []string{"warn " + invalid}},
		{"an unknown chain", trusted(strange), []string{untrusted}},
		{"an unknown chain where nobody is known", seen(strange), nil},
		{"a weak one", trusted(weak), []string{untrusted}},
		{"changed after the last", trusted(changed), []string{edited}},
		{"noted on after the last", trusted(noted), []string{edited}},
		{"a time stamp alone is no signature", trusted(stamp), nil},
		{"a place for a signature is no signature", trusted(empty), nil},
	}
}
