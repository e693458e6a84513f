package reading_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/reading"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func intp(n int) *int { return &n }

func sample() reading.Reading {
	return reading.Reading{
		Pages: []reading.Page{{N: 1}, {N: 2}},
		Documents: []reading.Document{{
			Kind: reading.Letter, Pages: [2]int{1, 2},
			Number: "12/TTr-SNV", StatedCollectives: intp(0),
			Unsure:   []string{"so_ky_hieu"},
			Evidence: map[string]reading.Evidence{"so_ky_hieu": {Page: 1, Quote: "Số: 12/TTr-SNV", Confidence: 0.6, Source: reading.FromText}},
			Nominees: []reading.Nominee{{Name: "Nguyễn Văn A", Kind: reading.Individual, Unsure: true}, {Name: "Trần B", Kind: reading.Individual}},
		}},
	}
}

func fix(doc, nominee int, field, value string) reading.Correction {
	return reading.Correction{Document: doc, Nominee: nominee, Field: field, Value: value, By: "p1", At: noon}
}

func TestCorrectionReplacesTheValueAndKeepsTheMachines(t *testing.T) {
	before := sample()
	got := reading.Apply(before, []reading.Correction{
		fix(0, reading.WholeDocument, "so_ky_hieu", "13/TTr-SNV"),
		fix(0, reading.WholeDocument, "so_ky_hieu", "14/TTr-SNV"),
	})
	d := got.Documents[0]
	e := d.Evidence["so_ky_hieu"]
	if d.Number != "14/TTr-SNV" || e.Source != reading.FromPerson || e.By != "p1" || !e.At.Equal(noon) {
		t.Fatalf("value %q, evidence %+v", d.Number, e)
	}
	if e.Machine == nil || e.Machine.Value != "12/TTr-SNV" || !e.Machine.Unsure || e.Machine.Evidence.Quote != "Số: 12/TTr-SNV" {
		t.Fatalf("the machine's reading is lost: %+v", e.Machine)
	}
	if d.IsUnsure("so_ky_hieu") {
		t.Error("a confirmed field is still asked about")
	}
	if !reflect.DeepEqual(before, sample()) {
		t.Error("Apply changed its input")
	}
}

func TestBlankCountDiffersFromZero(t *testing.T) {
	d := sample().Documents[0]
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if v, ok := m["so_luong_tap_the"]; !ok || v != 0.0 {
		t.Errorf("a stated 0 must be written as 0, got %v (%v)", v, ok)
	}
	if v, ok := m["so_luong_ca_nhan"]; ok {
		t.Errorf("a blank count must be left out, got %v", v)
	}
	got := reading.Apply(sample(), []reading.Correction{fix(0, -1, "so_luong_tap_the", "")})
	if got.Documents[0].StatedCollectives != nil {
		t.Error("an emptied count must be nil")
	}
}

func TestNomineesCanBeCorrectedAddedAndRemoved(t *testing.T) {
	got := reading.Apply(sample(), []reading.Correction{
		fix(0, 0, "ten", "Nguyễn Văn An"),
		fix(0, 1, reading.FieldRemoved, "true"),
		fix(0, 2, "ten", "Phòng Nội vụ"),
		fix(0, 2, "loai", "tap_the"),
	})
	n := got.Documents[0].Nominees
	if len(n) != 2 || n[0].Name != "Nguyễn Văn An" || n[0].Unsure || n[1].Name != "Phòng Nội vụ" || n[1].Kind != reading.Collective {
		t.Fatalf("nominees %+v", n)
	}
}

func TestDocumentTheMachineMissedCanBeAdded(t *testing.T) {
	r := reading.Reading{Pages: []reading.Page{{N: 1}, {N: 2}}}
	got := reading.Apply(r, []reading.Correction{
		fix(0, -1, "kind", "bien_ban"), fix(0, -1, "ngay_hop", "2024-02-29"), fix(0, 0, "ten", "Tổ 1"), fix(0, 0, "phieu_dong_y", "7"),
	})
	if len(got.Problems) != 0 || len(got.Documents) != 1 {
		t.Fatalf("%+v", got)
	}
	d := got.Documents[0]
	if d.Kind != reading.Minutes || d.MetOn != "2024-02-29" || *d.Nominees[0].VotesFor != 7 || d.Pages != [2]int{1, 2} {
		t.Fatalf("%+v", d)
	}
}

func TestCorrectionThatFitsNothingIsNamedAndLeftOut(t *testing.T) {
	for name, c := range map[string]reading.Correction{
		"date that does not exist": fix(0, -1, "ngay_ban_hanh", "2026-02-30"),
		"date in another form":     fix(0, -1, "ngay_ban_hanh", "30/01/2026"),
		"field of another kind":    fix(0, -1, "ngay_hop", "2026-01-30"),
		"document out of range":    fix(3, -1, "kind", "khac"),
		"nominee out of range":     fix(0, 9, "ten", "X"),
		"negative count":           fix(0, -1, "so_luong_ca_nhan", "-1"),
		"unknown kind":             fix(0, -1, "kind", "hoa_don"),
		"nobody":                   {Document: 0, Nominee: -1, Field: "dia_danh", Value: "X", At: noon},
	} {
		t.Run(name, func(t *testing.T) {
			if err := reading.Check(sample(), c); !fault.Is(err, fault.Invalid) || fault.Public(err) == "" {
				t.Errorf("Check gave %v", err)
			}
			got := reading.Apply(sample(), []reading.Correction{c})
			if len(got.Problems) != 1 || got.Problems[0].Code != reading.CodeBadCorrection {
				t.Errorf("problems %+v", got.Problems)
			}
			if !reflect.DeepEqual(got.Documents, sample().Documents) {
				t.Errorf("the document changed: %+v", got.Documents)
			}
		})
	}
}

func TestFieldsListsEveryFieldWithALabel(t *testing.T) {
	for _, k := range []reading.Kind{reading.Letter, reading.Minutes, reading.Report, reading.Other} {
		d := sample().Documents[0]
		d.Kind = k
		seen := map[string]bool{}
		for _, f := range reading.Fields(d) {
			if f.Label == "" || f.Name == "" || f.Type == "" {
				t.Errorf("%s: field without name, label or type: %+v", k, f)
			}
			key := f.Name + string(rune('0'+f.Nominee+1))
			if seen[key] {
				t.Errorf("%s: %s listed twice", k, f.Name)
			}
			seen[key] = true
		}
	}
	f := reading.Fields(sample().Documents[0])
	for _, x := range f {
		if x.Name == "so_ky_hieu" && (x.Value != "12/TTr-SNV" || !x.Unsure || x.Evidence.Page != 1) {
			t.Errorf("so_ky_hieu listed as %+v", x)
		}
	}
}

func TestEveryCodeHasItsOwnSentence(t *testing.T) {
	seen := map[string]string{}
	for _, code := range reading.Codes() {
		p := reading.NewProblem(code, 0, "x")
		if other, dup := seen[p.Message]; dup {
			t.Errorf("%s and %s share a sentence", code, other)
		}
		seen[p.Message] = code
		if p.Severity == "" {
			t.Errorf("%s has no severity", code)
		}
	}
}
