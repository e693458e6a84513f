package campaign

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hoso/shared/fault"
)

func TestEveryRuleOfAnAppraiserIsThere(t *testing.T) {
	set := rulesAt(t, get(t, "bac-kan-2022-2025"), "2023-11-01")
	for i := 1; i <= 16; i++ {
		r, ok := set.Rule(fmt.Sprintf("R%02d", i))
		if !ok || r.Title.VI == "" || r.Source == "" || r.Severity == "" {
			t.Errorf("R%02d: %+v", i, r)
		}
	}
	// Severities that appraisers suggested: 07, 08, 12, 13 warn; 14 is advice; the others block.
	for _, r := range set.Rules {
		want := Block
		switch r.ID {
		case "R07", "R08", "R12", "R13":
			want = Warn
		case "R00", "R14", "R18":
			want = Info
		}
		if r.Severity != want {
			t.Errorf("%s: %s, want %s", r.ID, r.Severity, want)
		}
	}
	for code, rule := range map[string]string{
		"MISSING_MINUTES": "R01", "MISSING_REPORT": "R01", "NOMINEE_NOT_IN_MINUTES": "R03", "VOTES_UNDER_THRESHOLD": "R09", "PERCENT_MISMATCH": "R09",
		"OVER_QUOTA": "R15", "COUNT_MISMATCH": "R02", "DUPLICATE_NOMINEE": "R12", "MISSING_SIGNATURE": "R16", "MISSING_CONFIRMATION": "R11",
		"WRONG_DOCUMENT": "R01", "MULTI_DOCUMENT_PDF": "R01", "MINUTES_AFTER_LETTER": "R06", "SIGNATURE_INVALID": "R16",
	} {
		f, r, ok := set.Finding(code)
		if !ok || r.ID != rule || f.Severity == "" || f.IfUnsure == "" || f.IfUnsure == Block {
			t.Errorf("%s: %+v of %s", code, f, r.ID)
		}
	}
	if _, _, ok := set.Finding("NO_SUCH"); ok {
		t.Error("a code that does not exist")
	}
}

func TestSentencesHoldKnownBlanksOnly(t *testing.T) {
	blank := regexp.MustCompile(`\{[^}]*\}`)
	known := []string{"{nominee}", "{file}", "{expected}", "{found}", "{loai}", "{names}"}
	for _, r := range rulesAt(t, get(t, "ninh-thuan-2024"), "2024-11-01").Rules {
		for _, f := range r.Findings {
			for _, s := range []string{f.Message.VI, f.Message.EN, f.Fix.VI, f.Fix.EN} {
				for _, b := range blank.FindAllString(s, -1) {
					if !slices.Contains(known, b) {
						t.Errorf("%s: %s in %q", f.Code, b, s)
					}
				}
			}
			if !slices.Equal(blank.FindAllString(f.Message.VI, -1), blank.FindAllString(f.Message.EN, -1)) &&
				len(blank.FindAllString(f.Message.VI, -1)) != len(blank.FindAllString(f.Message.EN, -1)) {
				t.Errorf("%s: the two languages tell different things", f.Code)
			}
		}
	}
	got := Fill("“{nominee}” được {found}", map[string]string{"nominee": "{found}", "found": "8/9"})
	if got != "“{found}” được 8/9" {
		t.Errorf("a name with braces was filled again: %q", got)
	}
}

func TestTheLawChangesByTheDay(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	ids := func(date string) string {
		var s []string
		for _, l := range rulesAt(t, c, date).Layers {
			s = append(s, l.ID)
		}
		return strings.Join(s, " ")
	}
	for date, want := range map[string]string{
		"2022-10-10": "co-so luat-2003 nd-91-2017 tt-08-2017 bac-kan-2022-2025",
		"2023-12-31": "co-so luat-2003 nd-91-2017 tt-08-2017 bac-kan-2022-2025",
		"2024-01-01": "co-so luat-06-2022 nd-98-2023 bac-kan-2022-2025",
		"2024-04-15": "co-so luat-06-2022 nd-98-2023 tt-01-2024 bac-kan-2022-2025",
		"2025-06-30": "co-so luat-06-2022 nd-98-2023 tt-01-2024 bac-kan-2022-2025",
		"2025-07-01": "co-so luat-06-2022 nd-152-2025 tt-01-2024 bac-kan-2022-2025",
		"2025-08-05": "co-so luat-06-2022 nd-152-2025 tt-15-2025 bac-kan-2022-2025",
		"2026-10-01": "co-so luat-06-2022 luat-06-2026 nd-152-2025 tt-15-2025 bac-kan-2022-2025",
	} {
		if got := ids(date); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", date, got, want)
		}
	}
}

func TestASetIsPinnedByIdAndDigest(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	a, b := rulesAt(t, c, "2024-05-01"), rulesAt(t, c, "2025-06-30")
	if a.Pin() != b.Pin() || a.ID != "bac-kan-2022-2025/2024-04-15" || len(a.Digest) != 64 {
		t.Errorf("nothing changed between the days, the pins do: %v %v", a.Pin(), b.Pin())
	}
	if a.Until != "2025-07-01" {
		t.Errorf("until %s", a.Until)
	}
	if next := rulesAt(t, c, "2025-07-01"); next.Pin() == a.Pin() || next.Since != "2025-07-01" {
		t.Errorf("the law changed, the pin did not: %v", next.Pin())
	}
	if other := rulesAt(t, get(t, "ninh-thuan-2024"), "2024-05-01"); other.Digest == a.Digest {
		t.Error("two campaigns, one digest")
	}
	book, err := BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.RuleSetAt(c, day(t, "2017-09-30").Start()); fault.CodeOf(err) != "rules-none" {
		t.Errorf("before the first law: %v", err)
	}
	// 31/12/2023 23:59 in Việt Nam is still the old law, whatever UTC says.
	if old, _ := book.RuleSetAt(c, day(t, "2024-01-01").Start().Add(-1)); old.Since != "2017-12-15" {
		t.Errorf("the last instant of 2023: %s", old.Since)
	}
}

// A dossier's pin must be found again after the program learnt of later law.
func TestALaterLawLeavesEarlierPinsAlone(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	folder := fstest.MapFS{}
	names, err := fs.Glob(ruleFiles, "rules/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := ruleFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder[name] = &fstest.MapFile{Data: data}
	}
	folder["rules/nd-x.yaml"] = &fstest.MapFile{Data: []byte("id: nd-x\nlayer: decree\ntitle: t\nsource: s\ncertainty: sure\nvalid_from: 2025-01-01\nrules: [{id: R13, source: s}]\n")}
	book, err := LoadRules(folder, "rules")
	if err != nil {
		t.Fatal(fault.Public(err))
	}
	old := rulesAt(t, c, "2024-05-01")
	now, err := book.RuleSetAt(c, day(t, "2024-05-01").Start())
	if err != nil || now.Pin() != old.Pin() || now.Until != "2025-01-01" {
		t.Errorf("%v %v until %s, %v", old.Pin(), now.Pin(), now.Until, err)
	}
}

func TestRulesRestOnLawAndPlan(t *testing.T) {
	c := get(t, "bac-kan-2022-2025")
	for id, want := range map[string]string{
		"R01": "Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 khoản 2; Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R15": "Kế hoạch 635/KH-UBND, mục IV.2.1",
		"R03": "Nghiệp vụ thẩm định: ba tài liệu phải thống nhất",
	} {
		if r, _ := rulesAt(t, c, "2024-05-01").Rule(id); r.Source != want {
			t.Errorf("%s rests on %q, want %q", id, r.Source, want)
		}
	}
	forms := rulesAt(t, c, "2025-10-01").Forms
	if len(forms) != 2 || forms[0] != (Form{"07", "91/2017/NĐ-CP"}) || forms[1].Decree != "152/2025/NĐ-CP" {
		t.Errorf("the plan's form and its successor are accepted: %v", forms)
	}
}

func TestProvincialRulesBindTheirProvinceOnly(t *testing.T) {
	has := func(set RuleSet) bool {
		return slices.ContainsFunc(set.Layers, func(l LayerRef) bool { return l.Layer == LayerProvincial })
	}
	if !has(rulesAt(t, get(t, "binh-phuoc-2022-2025"), "2024-07-10")) {
		t.Error("Bình Phước's own regulation is missing")
	}
	if has(rulesAt(t, get(t, "binh-phuoc-2022-2025"), "2024-07-09")) || has(rulesAt(t, get(t, "bac-kan-2022-2025"), "2024-07-10")) {
		t.Error("a regulation outside its time or province")
	}
}

func TestWhatIsNotConfiguredIsShown(t *testing.T) {
	gaps := strings.Join(rulesAt(t, get(t, "duong-kinh-2022-2025"), "2026-10-01").Gaps, "\n")
	for _, want := range []string{"06/2026", "chưa chắc chắn", "không phải toàn văn"} {
		if !strings.Contains(gaps, want) {
			t.Errorf("gaps do not mention %q:\n%s", want, gaps)
		}
	}
}

func TestFaultyRuleFilesAreRefusedByLine(t *testing.T) {
	base, err := os.ReadFile("rules/co-so.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ file, old, new, field, problem string }{
		{"co-so", "    source: \"Nghiệp vụ thẩm định: số lượng ghi phải bằng danh sách\"\n", "", "rules[2]", "không có nguồn"},
		{"co-so", "layer: base", "layer: custom", "layer", "không hợp lệ"},
		{"co-so", "if_unsure: warn", "if_unsure: block", "rules[0].findings[1].if_unsure", "chưa chắc"},
		{"co-so", "    severity: block", "    severity: fatal", "rules[1].severity", "mức độ"},
		{"co-so", "valid_from: 2017-10-01", "valid_from: 2017-10-01\nvalid_to: 2016-01-01", "valid_to", "trước khi"},
		{"co-so", "- id: R02", "- id: R01", "rules[2].id", "mã riêng"},
		{"co-so", "- code: COUNT_MISMATCH", "- kode: COUNT_MISMATCH", "rules[2].findings[0].kode", "không có trong mẫu"},
		{"co-so", "id: co-so", "id: Cơ sở", "id", "không hợp lệ"},
	} {
		_, faults := ParseRules("rules/"+x.file+".yaml", []byte(strings.Replace(string(base), x.old, x.new, 1)))
		if !slices.ContainsFunc(faults, func(f Fault) bool {
			return f.Field == x.field && strings.Contains(f.Problem, x.problem) && f.Line > 0 && f.Fix != ""
		}) {
			t.Errorf("want %q at %s, got:\n%v", x.problem, x.field, faults)
		}
	}
}
