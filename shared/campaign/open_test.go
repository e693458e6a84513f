package campaign

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/fault"
)

var decidedAt = time.Date(2023, 9, 20, 2, 0, 0, 0, time.UTC)

func decide(field, value string) Decision {
	return Decision{Field: field, Value: json.RawMessage(value), By: "person-1", At: decidedAt, Basis: "Công văn 893/STTTT-CNTT"}
}

// forBacKan are the decisions that the interim round of Bắc Kạn needs.
func forBacKan() []Decision {
	return []Decision{
		decide("intake.opens", `"2023-10-01T00:00:00+07:00"`), decide("intake.closes", `"2023-11-01T00:00:00+07:00"`),
		decide("steps.tham-dinh-so-tttt.due_working_days", "10"), decide("steps.lua-chon.due_working_days", "5"),
		decide("steps.tham-dinh-so-noi-vu.due_working_days", "10"), decide("steps.quyet-dinh.due_working_days", "10"),
		decide("supplement_working_days", "5"), decide("scoring.max_points", "10"),
	}
}

func rulesAt(t *testing.T, c *Campaign, date string) RuleSet {
	t.Helper()
	book, err := BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	set, err := book.RuleSetAt(c, day(t, date).Start())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestNeedsAreWhatThePlanDoesNotState(t *testing.T) {
	for _, x := range []struct {
		campaign, round string
		required        string
	}{
		{"bac-kan-2022-2025", "so-ket-2023", "intake.opens intake.closes steps.tham-dinh-so-tttt.due_working_days steps.lua-chon.due_working_days steps.tham-dinh-so-noi-vu.due_working_days steps.quyet-dinh.due_working_days supplement_working_days scoring.max_points"},
		{"bac-kan-2022-2025", "tong-ket-2025", "intake.opens intake.closes steps.tham-dinh-so-tttt.due_working_days steps.lua-chon.due_working_days steps.tham-dinh-so-noi-vu.due_working_days steps.quyet-dinh.due_working_days supplement_working_days scoring.max_points succession"},
		{"ninh-thuan-2024", "nam-2024", "intake.opens intake.closes dossier.items route supplement_working_days scoring.max_points"},
		{"binh-phuoc-2022-2025", "so-ket-2023", "intake.opens intake.closes caps.tap_the caps.ca_nhan award.form award.decider dossier.items route supplement_working_days"},
		{"hai-duong-2021-2025", "dot-khen-thuong", "round.name intake.opens intake.closes caps.tap_the caps.ca_nhan award.form award.decider dossier.items route supplement_working_days"},
		{"duong-kinh-2022-2025", "so-ket", "intake.opens intake.closes caps.tap_the caps.ca_nhan award.form award.decider dossier.items route supplement_working_days"},
	} {
		needs, err := get(t, x.campaign).Needs(x.round, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range needs {
			if n.Label == "" || n.Type == "" {
				t.Errorf("need without words: %+v", n)
			}
			if n.Required {
				got = append(got, n.Field)
			}
		}
		if strings.Join(got, " ") != x.required {
			t.Errorf("%s %s needs\n%s\nwant\n%s", x.campaign, x.round, strings.Join(got, " "), x.required)
		}
		for _, optional := range []string{"vote.threshold", "vote.quorum", "posting.working_days", "nomination.ca_nhan"} {
			if !slices.ContainsFunc(needs, func(n Need) bool { return n.Field == optional && !n.Required }) {
				t.Errorf("%s: %s should be open and not required", x.campaign, optional)
			}
		}
	}
	if _, err := get(t, "bac-kan-2022-2025").Needs("so-ket-2024", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("a round that does not exist: %v", err)
	}
}

func TestOpenPinsWhoDecidedWhat(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	rules := rulesAt(t, c, "2023-10-01")
	s, err := c.Open("so-ket-2023", forBacKan(), rules)
	if err != nil {
		t.Fatal(fault.Public(err), err)
	}
	if s.Caps.Of(Collective) != 15 || s.Caps.Of(Individual) != 15 || s.Award != "Bằng khen của Chủ tịch UBND tỉnh" || s.Plan != "635/KH-UBND" || s.PlanDigest != c.Digest() {
		t.Errorf("stated values: %+v", s)
	}
	if len(s.Steps) != 4 || s.Steps[2].Via != "Trung tâm Phục vụ hành chính công tỉnh Bắc Kạn" || s.Steps[2].Due != 10 || s.Steps[0].Scope != ByDossier {
		t.Errorf("steps: %+v", s.Steps)
	}
	if calendar.FormatDue(s.IntakeCloses) != "hết ngày 31/10/2023" || s.Vote.Threshold != nil || s.Posting != nil || s.Nomination.Collective != nil {
		t.Errorf("what is not stated stays unset: %+v", s)
	}
	if len(s.Scoring) != 10 || s.Scoring[3].MaxPoints != 10 || *s.Scoring[3].Percent != 80 {
		t.Errorf("scoring: %+v", s.Scoring)
	}
	if s.RuleSet != rules.Pin() || !s.Intact() {
		t.Error("not pinned")
	}
	for _, o := range s.Origins {
		switch o.Field {
		case "caps.tap_the":
			if o.Status != Stated || !strings.Contains(o.Source, "mục IV.2.1") {
				t.Errorf("%+v", o)
			}
		case "supplement_working_days":
			if o.Status != Decided || o.Source != "person-1" {
				t.Errorf("%+v", o)
			}
		}
	}
	var back RoundSettings
	data, _ := json.Marshal(s)
	if err := json.Unmarshal(data, &back); err != nil || !back.Intact() {
		t.Errorf("settings do not survive storage: %v", err)
	}
	back.Caps.Collective = 16
	if back.Intact() {
		t.Error("a changed cap goes unnoticed")
	}
	again, _ := c.Open("so-ket-2023", forBacKan(), rules)
	if again.Digest != s.Digest {
		t.Error("the same decisions give other settings")
	}
}

func TestOpenRefuses(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	rules := rulesAt(t, c, "2023-10-01")
	with := func(d ...Decision) []Decision { return append(forBacKan(), d...) }
	replace := func(field, value string) []Decision {
		list := forBacKan()
		for i := range list {
			if list[i].Field == field {
				list[i].Value = json.RawMessage(value)
			}
		}
		return list
	}
	anonymous := decide("vote.quorum", `"2/3"`)
	anonymous.By = ""
	for name, x := range map[string]struct {
		decisions []Decision
		code      string
		words     string
	}{
		"nothing decided":        {nil, "round-needs", "Thời điểm bắt đầu nhận hồ sơ"},
		"one thing missing":      {forBacKan()[1:], "round-needs", "Thời điểm bắt đầu nhận hồ sơ"},
		"a stated cap":           {with(decide("caps.tap_the", "20")), "round-stated", "kế hoạch sửa đổi"},
		"no such field":          {with(decide("colour", `"red"`)), "round-decision", "colour"},
		"nobody decided":         {with(anonymous), "round-decision", "người quyết định"},
		"decided twice":          {with(decide("supplement_working_days", "7")), "round-decision", "hai lần"},
		"no days":                {replace("supplement_working_days", "0"), "round-decision", "từ 1 đến 400"},
		"days as text":           {replace("supplement_working_days", `"5"`), "round-decision", "số ngày làm việc"},
		"null":                   {replace("supplement_working_days", "null"), "round-decision", "số ngày làm việc"},
		"closes before it opens": {replace("intake.closes", `"2023-09-01T00:00:00+07:00"`), "round-decision", "phải sau"},
		"threshold without base": {with(decide("vote.threshold", `"80%"`)), "round-decision", "tính trên"},
		"share above all":        {with(decide("vote.threshold", `"120%"`), decide("vote.denominator", `"so_co_mat"`)), "round-decision", "Tỷ lệ phiếu"},
		"percent, no rounding":   {with(decide("nomination.percent", `"15%"`)), "round-decision", "làm tròn"},
		"points of half of them": {replace("scoring.max_points", `{"ho-so-xa": 5}`), "round-decision", "thiếu điểm"},
		"points of no criterion": {replace("scoring.max_points", `1.5`), "round-decision", "số điểm"},
		"unknown base":           {with(decide("vote.denominator", `"mọi người"`)), "round-decision", "chọn một trong"},
		"trailing second value":  {replace("supplement_working_days", "5 6"), "round-decision", "số ngày làm việc"},
		"posting for ever":       {with(decide("posting.working_days", "1000")), "round-decision", "từ 1 đến 400"},
	} {
		s, err := c.Open("so-ket-2023", x.decisions, rules)
		if fault.CodeOf(err) != x.code || !strings.Contains(fault.Public(err), x.words) || s.Digest != "" {
			t.Errorf("%s: %q %v", name, fault.Public(err), err)
		}
	}
}

func TestOptionalDecisionsAreTaken(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	s, err := c.Open("so-ket-2023", append(forBacKan(),
		decide("vote.threshold", `"80%"`), decide("vote.denominator", `"tong_thanh_vien"`), decide("vote.quorum", `"2/3"`), decide("vote.secret_ballot", "true"),
		decide("vote.minutes_of", `"council"`), decide("posting.working_days", "10"), decide("nomination.ca_nhan", "5"), decide("nomination.percent", `"15%"`), decide("nomination.rounding", `"down"`),
	), rulesAt(t, c, "2023-10-01"))
	if err != nil {
		t.Fatal(fault.Public(err))
	}
	if *s.Vote.Threshold != (Ratio{4, 5}) || *s.Vote.Quorum != (Ratio{2, 3}) || !*s.Vote.Secret || *s.Posting != 10 {
		t.Errorf("%+v", s.Vote)
	}
	for staff, want := range map[int]int{19: 2, 20: 3, 100: 5, 6: 0} {
		if got, ok := s.Nomination.Allowed(Individual, staff); !ok || got != want {
			t.Errorf("%d people: %d, %v; want %d", staff, got, ok, want)
		}
	}
	if _, ok := s.Nomination.Allowed(Collective, 19); ok {
		t.Error("a limit that nobody stated")
	}
}

func TestARoundAfterItsBodiesCeasedNeedsAnExplicitAct(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	var list []Decision
	for _, d := range forBacKan() {
		d.Value = json.RawMessage(strings.ReplaceAll(string(d.Value), "2023-1", "2025-1"))
		list = append(list, d)
	}
	rules := rulesAt(t, c, "2025-10-01")
	if _, err := c.Open("tong-ket-2025", list, rules); fault.CodeOf(err) != "round-needs" || !strings.Contains(fault.Public(err), "Giữ, chuyển giao hay đóng") {
		t.Errorf("opened without a word: %v", err)
	}
	if _, err := c.Open("tong-ket-2025", append(slices.Clone(list), decide("succession", `{"act":"close"}`)), rules); fault.CodeOf(err) != "round-closed" {
		t.Errorf("closed: %v", err)
	}
	kept, err := c.Open("tong-ket-2025", append(slices.Clone(list), decide("succession", `{"act":"keep"}`)), rules)
	if err != nil || kept.Body != "Sở Thông tin và Truyền thông" {
		t.Errorf("kept: %v %s", err, kept.Body)
	}
	moved, err := c.Open("tong-ket-2025", append(slices.Clone(list),
		decide("succession", `{"act":"transfer","bodies":{"Sở Thông tin và Truyền thông":"Sở Khoa học và Công nghệ tỉnh Thái Nguyên"}}`)), rules)
	if err != nil || moved.Body != "Sở Khoa học và Công nghệ tỉnh Thái Nguyên" || moved.Steps[1].Body != moved.Body {
		t.Errorf("moved: %v %+v", err, moved.Steps)
	}
	if _, err := c.Open("tong-ket-2025", append(slices.Clone(list), decide("succession", `{"act":"transfer","bodies":{"Sở Y tế":"x"}}`)), rules); fault.CodeOf(err) != "round-decision" {
		t.Errorf("a body that did not cease: %v", err)
	}
}

func TestADecidedRouteIsHeldToTheRules(t *testing.T) {
	c := get(t, "hai-duong-2021-2025")
	base := []Decision{
		decide("round.name", `"Sơ kết 2023"`), decide("intake.opens", `"2023-10-01T00:00:00+07:00"`), decide("intake.closes", `"2023-11-01T00:00:00+07:00"`),
		decide("caps.tap_the", "0"), decide("caps.ca_nhan", "3"), decide("award.form", `"Bằng khen"`), decide("award.decider", `"Chủ tịch"`),
		decide("dossier.items", usualParts), decide("supplement_working_days", "5"),
	}
	step := func(id, act, scope, role string) string {
		return `{"id":"` + id + `","title":"x","act":"` + act + `","scope":"` + scope + `","role":"` + role + `","body":"Sở","due_working_days":5}`
	}
	good := []string{step("a", "appraise", "dossier", "expert"), step("b", "select", "round", "head"), step("c", "decide", "round", "decider")}
	rules := rulesAt(t, c, "2023-10-01")
	open := func(steps ...string) error {
		_, err := c.Open("dot-khen-thuong", append(slices.Clone(base), decide("route", "["+strings.Join(steps, ",")+"]")), rules)
		return err
	}
	if err := open(good...); err != nil {
		t.Fatal(fault.Public(err))
	}
	for name, steps := range map[string][]string{
		"backwards": {good[1], good[0], good[2]}, "no selection": {good[0], good[2]}, "no decision": good[:2], "id twice": {good[0], good[0], good[1], good[2]},
		"nobody": {strings.Replace(good[0], `"body":"Sở"`, `"body":""`, 1), good[1], good[2]}, "no role": {strings.Replace(good[0], "expert", "x", 1), good[1], good[2]},
		"wrong scope": {strings.Replace(good[0], "dossier", "round", 1), good[1], good[2]}, "no time": {strings.Replace(good[0], ":5", ":0", 1), good[1], good[2]}, "none": {},
	} {
		if err := open(steps...); fault.CodeOf(err) != "round-decision" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSharesOfPeopleAreExact(t *testing.T) {
	for _, share := range []Ratio{{15, 100}, {1, 3}, {2, 3}, {9333, 10000}, {0, 1}, {1, 1}} {
		for n := 1; n <= 10_000; n++ {
			exact := new(big.Rat).Mul(share.Rat(), new(big.Rat).SetInt64(int64(n)))
			down := int(new(big.Int).Quo(exact.Num(), exact.Denom()).Int64())
			up, near := down, down
			rest := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(int64(down)))
			if rest.Sign() > 0 {
				up++
			}
			if rest.Cmp(big.NewRat(1, 2)) >= 0 {
				near++
			}
			if share.Of(n, RoundDown) != down || share.Of(n, RoundUp) != up || share.Of(n, RoundNearest) != near {
				t.Fatalf("%v of %d: %d %d %d, want %d %d %d", share, n, share.Of(n, RoundDown), share.Of(n, RoundUp), share.Of(n, RoundNearest), down, up, near)
			}
		}
	}
	for in, want := range map[string]Ratio{"2/3": {2, 3}, "80%": {4, 5}, "93,33%": {9333, 10000}, "100 %": {1, 1}, "0%": {0, 1}} {
		if got, ok := ParseRatio(in); !ok || got != want {
			t.Errorf("%q: %v %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "80", "120%", "3/2", "1/0", "-1/2", "x", "1/2/3"} {
		if got, ok := ParseRatio(in); ok {
			t.Errorf("%q read as %v", in, got)
		}
	}
}

func TestReportDeadline(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	due, ok := c.ReportDue(2023, false)
	if !ok || calendar.FormatDue(due) != "hết ngày 14/12/2023" {
		t.Errorf("%v %v", due, ok)
	}
	if due, _ := c.ReportDue(2023, true); calendar.FormatDue(due) != "hết ngày 15/12/2023" {
		t.Error(due)
	}
	for _, year := range []int{2021, 2026} {
		if _, ok := c.ReportDue(year, false); ok {
			t.Errorf("no report is due in %d", year)
		}
	}
	if _, ok := get(t, "duong-kinh-2022-2025").ReportDue(2023, false); ok {
		t.Error("a deadline that the plan does not state")
	}
}
