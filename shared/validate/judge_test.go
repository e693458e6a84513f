package validate_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/validate"
)

func allCases() []one {
	var all []one
	for _, cases := range [][]one{
		partCases(), unusableCases(), listCases(), kindCases(), purposeCases(), orderCases(), formCases(), voteCases(), signerCases(), confirmCases(),
		twinCases(), scopeCases(), blankCases(), sealCases(), alikeCases(),
	} {
		all = append(all, cases...)
	}
	return all
}

// What does not rest on reading at all may block a dossier of which nothing
// was read with certainty: a file with a password, a broken signature.
var certain = []string{"FILE_UNUSABLE", "SECRET_MARK", "SIGNATURE_INVALID"}

// hints stay notes in doubt; whatever else is told in doubt must be looked at.
var hints = []string{"DOUBTFUL_VALUE", "FORM_SUPERSEDED", "VOTE_UNKNOWN"}

func TestNothingThatWasNotReadForCertainBlocks(t *testing.T) {
	severities := map[string]dossier.Severity{}
	for _, x := range allCases() {
		w := sound(rulesOn(t, "2023-11-20"))
		if x.spoil != nil {
			x.spoil(w)
		}
		if len(w.files) == 0 {
			continue
		}
		w.doubtAll()
		for _, f := range w.judge().Findings {
			if f.Severity == dossier.Block && !slices.Contains(certain, f.Code) {
				t.Errorf("%s: %s", x.name, says(f))
			}
			if f.Doubtful {
				severities[f.Code] = f.Severity
			}
		}
		// The same where all is read, with doubt.
		for _, f := range w.files {
			for i := range f.Reading.Pages {
				f.Reading.Pages[i].Quality = reading.Text
			}
		}
		for _, f := range w.judge().Findings {
			if f.Doubtful {
				severities[f.Code] = f.Severity
			}
		}
	}
	for code, s := range severities {
		if want := slices.Contains(hints, code); (s == dossier.Note) != want {
			t.Errorf("in doubt, %s is a %s", code, s)
		}
	}
	if len(severities) < 36 {
		t.Errorf("only %d codes were told in doubt", len(severities))
	}
}

// doubtAll leaves every page unread and every value doubtful.
func (w *world) doubtAll() {
	for _, d := range append([]*reading.Document{w.letter, w.minutes}, w.reports...) {
		d.Unsure = nil
		for _, f := range reading.Fields(*d) {
			if f.Nominee == reading.WholeDocument {
				d.Unsure = append(d.Unsure, f.Name)
			}
		}
		d.Unsure = append(d.Unsure, "nominees")
		if d.Secrecy == "" {
			d.Unsure = append(d.Unsure, "do_mat")
		}
	}
	for _, f := range w.files {
		for i := range f.Reading.Pages {
			f.Reading.Pages[i].Quality = reading.Scan
		}
		for i := range f.Reading.Documents[min(1, len(f.Reading.Documents)):] {
			f.Reading.Documents[i+1].Unsure = append([]string{"kind"}, w.letter.Unsure...)
		}
	}
}

func TestALostListIsTheUnitsToType(t *testing.T) {
	for _, typed := range []bool{false, true} {
		w := sound(rulesOn(t, "2023-11-20"))
		w.rules.Typed = typed
		for _, f := range w.files {
			f.Reading.Pages[0].Quality, f.Reading.Documents = reading.Scan, nil
		}
		block := w.judge().Counts.Block
		if want := map[bool]int{false: 0, true: 1}[typed]; block != want {
			t.Errorf("typed %v: %d findings block", typed, block)
		}
	}
}

func TestJudgingChangesNothingAndRepeats(t *testing.T) {
	rules := rulesOn(t, "2023-11-20")
	for _, x := range allCases() {
		a, b := sound(rules), sound(rules)
		if x.spoil != nil {
			x.spoil(a)
			x.spoil(b)
		}
		first, second := a.judge(), a.judge()
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: judged twice, two judgements", x.name)
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: judging changed the readings or the rules", x.name)
		}
		ids := map[string]string{}
		for _, f := range first.Findings {
			if other, dup := ids[f.ID]; dup {
				t.Errorf("%s: %s and %s share an id", x.name, other, says(f))
			}
			ids[f.ID] = says(f)
		}
	}
}

func TestAContestStaysWithItsFinding(t *testing.T) {
	w := sound(rulesOn(t, "2023-11-20"))
	w.letter.StatedIndividuals = num(3)
	files := func() []validate.File {
		var out []validate.File
		for _, f := range w.files {
			c := *f
			if f.Name == "to_trinh.pdf" {
				c.Reading.Documents = []reading.Document{*w.letter}
			}
			out = append(out, c)
		}
		return out
	}
	before := validate.Judge(files(), w.rules, nil)
	if before.Counts != (dossier.Counts{Block: 1}) {
		t.Fatalf("%+v", before.Counts)
	}
	sentence := map[string]string{before.Findings[0].ID: "Đã đếm lại, đúng ba người."}
	w.letter.StatedIndividuals = num(4) // read anew: the finding is about the same thing
	got := validate.Judge(files(), w.rules, sentence)
	if got.Counts != (dossier.Counts{Contested: 1}) || got.Findings[0].Contested == "" || got.Findings[0].Severity != dossier.Block {
		t.Errorf("%+v %+v", got.Counts, got.Findings)
	}
	w.letter.Unsure = []string{"so_luong_ca_nhan"} // now only asked: there is nothing to contest
	if got := validate.Judge(files(), w.rules, sentence); got.Counts != (dossier.Counts{Warn: 1, Note: 1}) {
		t.Errorf("%+v", got.Counts)
	}
}

func TestBlockingFindingsStandFirst(t *testing.T) {
	w := sound(rulesOn(t, "2023-11-20"))
	w.minutes.Absent, w.letter.SignTitle, w.letter.Unsure = num(4), "PHÓ CHỦ TỊCH", []string{"nguoi_ky"}
	w.letter.Authority = ""
	w.named("to_trinh.pdf").Reading.Pages[0].Text = "ngày 12/11/2023"
	var order []string
	for _, f := range w.judge().Findings {
		order = append(order, string(f.Severity))
	}
	if strings.Join(order, " ") != "block warn note" {
		t.Errorf("order %v", order)
	}
}

func TestNomineesAreTheLettersCompletedFromReports(t *testing.T) {
	w := sound(rulesOn(t, "2023-11-20"))
	w.letter.Nominees[3].Unit, w.letter.Nominees[3].Position = "", ""
	w.letter.Nominees[2].Name = "Ông Phạm Thành Quảng"
	got := w.judge().Nominees
	if len(got) != 4 {
		t.Fatalf("%d nominees", len(got))
	}
	n := got[3]
	if n.Name != "Đoàn Sỹ Kiên" || n.Kind != dossier.Individual || n.Birth != "1973-04-22" || n.Position != "Viên chức" ||
		n.Unit != "Phòng Văn hóa và Thông tin, Ủy ban nhân dân huyện Chợ Đồn" ||
		fmt.Sprint(n.Documents) != "[id-bao_cao_04.pdf id-bien_ban.pdf id-to_trinh.pdf]" {
		t.Errorf("%+v", n)
	}
	if got[2].Birth != "1972-04-22" {
		t.Errorf("an honorific lost the report: %+v", got[2])
	}
	// What a decision rests on is bound to it: votes, report, post.
	for name, change := range map[string]func(){
		"votes":  func() { w.minutes.Nominees[3].VotesFor = num(7) },
		"report": func() { w.reports[3].BirthDate = "1973-04-23" },
		"bytes":  func() { w.named("bao_cao_04.pdf").SHA256 = "sha-other" },
	} {
		before := w.judge().Nominees[3].Judged
		change()
		if w.judge().Nominees[3].Judged == before {
			t.Errorf("%s changed, what is decided on did not", name)
		}
	}
	w.drop("to_trinh.pdf")
	if got := w.judge().Nominees; len(got) != 4 || got[0].Name != "Trung tâm Dịch vụ nông nghiệp" || got[0].Kind != dossier.Collective {
		t.Errorf("without a letter: %+v", got)
	}
}

func TestRulesAreThoseOfThePin(t *testing.T) {
	b := books(t)
	at := func(day string) time.Time {
		d, err := time.Parse("2006-01-02", day)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	old, err := b.InForce("bac-kan-2022-2025", at("2023-11-20"))
	if err != nil {
		t.Fatal(err)
	}
	set, plan, err := b.Pinned(validate.PinOf(old))
	if err != nil || set.Pin() != old.Pin() || plan.ID != "bac-kan-2022-2025" {
		t.Fatalf("%v %v %v", set.Pin(), plan, err)
	}
	now, err := b.InForce("bac-kan-2022-2025", at("2025-11-20"))
	if err != nil || now.Pin() == old.Pin() {
		t.Fatalf("%v %v", now.Pin(), err)
	}
	settings := round.Settings{
		RuleSet: validate.PinOf(old), Title: "Chuyển đổi số", Name: "Sơ kết 2023", VotePct: 80, VoteBase: "so_co_mat", Quorum: &campaign.Ratio{Num: 2, Den: 3},
		WrittenVote: true, Award: "Giấy khen của Chủ tịch UBND huyện", UnitCaps: map[dossier.Kind]int{dossier.Individual: 3}, Closes: at("2023-12-31"),
	}
	r, err := b.Rules(settings, "")
	if err != nil || r.Set.Pin() != old.Pin() || r.VotePct != 80 || r.VoteBase != "so_co_mat" || *r.Quorum != (campaign.Ratio{Num: 2, Den: 3}) || !r.Written ||
		r.Cap[dossier.Individual] != 3 || !r.Typed || r.Purpose.Round != "Sơ kết 2023" || r.Purpose.Closes != "2023-12-31" || r.Purpose.From != 2022 || r.Purpose.To != 2025 ||
		!slices.Equal(r.Purpose.Issuers, []string{"UBND tỉnh Bắc Kạn", "UBND tỉnh Thái Nguyên"}) || !slices.Contains(r.Purpose.Titles, "Chuyển đổi số") {
		t.Errorf("%+v %v", r.Purpose, err)
	}
	if r.Purpose.Award != settings.Award {
		t.Errorf("award %q", r.Purpose.Award)
	}
	settings.Award = ""
	if r, err := b.Rules(settings, ""); err != nil || r.Purpose.Award != "Bằng khen của Chủ tịch UBND tỉnh" {
		t.Errorf("the plan's award is lost: %q %v", r.Purpose.Award, err)
	}
	// A dossier's own pin goes before the round's.
	if r, err := b.Rules(settings, validate.PinOf(now)); err != nil || r.Set.Pin() != now.Pin() {
		t.Errorf("%v %v", r.Set.Pin(), err)
	}
	for _, pin := range []string{"", "nd-91-2017", "bac-kan-2022-2025/2024-01-01", "khac/2024-01-01@" + old.Digest, old.ID + "@" + strings.Repeat("0", 64), "bac-kan-2022-2025/2023-11-20@" + old.Digest} {
		_, err := b.Rules(round.Settings{RuleSet: pin}, "")
		if fault.CodeOf(err) != "rules-unknown" || fault.Public(err) == "" {
			t.Errorf("%q: %v", pin, err)
		}
	}
}

// TestJudgingSurvivesAnyReading: what stands in a reading comes from
// strangers, through a parser and through persons.
func TestJudgingSurvivesAnyReading(t *testing.T) {
	rules := rulesOn(t, "2024-06-01")
	rules.Quorum, rules.Cap = &campaign.Ratio{Num: 2, Den: 3}, map[dossier.Kind]int{dossier.Individual: 0}
	pieces := []string{
		"", " ", "a", "Ông", "Mẫu số ", "Nghị định 91/2017/NĐ-CP", "2023", "30/02/2023", "“", "”", "phong trào thi đua “", "thành tích xuất sắc trong ", "của Chủ tịch ", "Bằng khen", "GIẤY KHEN",
		"İstanbul", "\xff\xfe", "ẞ", "TM. ", "XÁC NHẬN CỦA ", "giám đốc ", "Phòng ", "tỉnh ", "\n", "\t", "đồng chí", "2022 - 2025", "0", "-1", "99999999999999999999", "%", "88,", ",88", "Số: /", "ngày tháng năm",
	}
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range random.IntN(4) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	whole := func() *int {
		if random.IntN(3) == 0 {
			return nil
		}
		return num(random.IntN(12) - 1)
	}
	kinds := []reading.Kind{reading.Letter, reading.Minutes, reading.Report, reading.Other, ""}
	for range 400 {
		var files []validate.File
		for i := range random.IntN(6) {
			f := validate.File{ID: fmt.Sprint(i), Name: text(), Slot: dossier.Slot(kinds[random.IntN(5)]), SHA256: text()}
			f.Reading.Pages = []reading.Page{{N: 1, Quality: reading.Text, Text: text() + "\n" + text()}, {N: 2, Quality: reading.Scan}}
			f.Reading.Signatures = []reading.Signature{{Coverage: reading.Coverage(text())}}
			for range random.IntN(3) {
				d := reading.Document{
					Kind: kinds[random.IntN(5)], Pages: [2]int{random.IntN(3), random.IntN(4)}, Number: text(), IssuedOn: text(), Parent: text(), Issuer: text(), Subject: text() + text(),
					Addressed: []string{text()}, Form: text(), Award: text(), Secrecy: text(), Signed: yes(), SignedBy: text(), SignTitle: text(), Authority: text(),
					StatedCollectives: whole(), StatedIndividuals: whole(), CitedMinutesDate: text(), MetOn: text(), Members: whole(), Present: whole(), Absent: whole(), Chair: text(), Secretary: text(),
					Name: text(), NomineeKind: reading.NomineeKind(text()), BirthDate: text(), Position: text(), Unit: text(), Confirmed: no(), ConfirmedBy: text(), Unsure: []string{text(), "ngay_ban_hanh"},
					Evidence: seen(map[string]string{"ngay_ban_hanh": text(), "so_ky_hieu": text(), "ngay_sinh": text(), "ten": text()}),
				}
				for range random.IntN(4) {
					share := random.Float64() * 200
					d.Nominees = append(d.Nominees, reading.Nominee{
						Name: text(), Kind: []reading.NomineeKind{reading.Individual, reading.Collective, ""}[random.IntN(3)], Unit: text(), Position: text(), Award: text(),
						VotesFor: whole(), VotesOf: whole(), Percent: &share, Evidence: seen(map[string]string{"ten": text(), "ty_le": text()}),
					})
				}
				f.Reading.Documents = append(f.Reading.Documents, d)
			}
			files = append(files, f)
		}
		validate.Judge(files, rules, nil)
	}
}
