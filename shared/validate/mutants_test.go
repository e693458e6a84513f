package validate_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/validate"
)

// mutant is the rule files with one value of one line changed.
type mutant struct {
	file, was, is string
	line          int
	rule, code    string // the rule and finding the line stands in; "": the file as a whole
	files         fstest.MapFS
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d (%s): %s → %s", m.file, m.line, strings.TrimSpace(m.rule+" "+m.code), m.was, m.is)
}

// ruleFiles gives the rule files as they come with the program.
func ruleFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	names, err := filepath.Glob("../campaign/rules/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files["rules/"+filepath.Base(name)] = &fstest.MapFile{Data: data}
	}
	return files
}

// changes says what a value of a field may be changed to.
var changes = []struct {
	value *regexp.Regexp
	to    func(was string) []string
}{
	{regexp.MustCompile(`\bseverity: (\w+)`), others("block", "warn", "note")},
	{regexp.MustCompile(`\bif_unsure: (\w+)`), others("warn", "note")},
	{regexp.MustCompile(`\bvalid_from: (\S+)`), shifted},
	{regexp.MustCompile(`\bvalid_to: (\S+)`), shifted},
	{regexp.MustCompile(`^layer: (\w+)`), others("law", "decree", "circular")},
	{regexp.MustCompile(`^issuer: (.+)`), func(string) []string { return []string{"UBND tỉnh Hà Giang"} }},
	{regexp.MustCompile(`^certainty: (\w+)`), others("sure", "likely")},
	{regexp.MustCompile(`\bcode: (\w+)`), func(was string) []string { return []string{was + "_GONE"} }},
	{regexp.MustCompile(`\bnumber: ("[^"]*")`), func(was string) []string {
		if was == `""` {
			return []string{`"01"`}
		}
		return []string{`""`, `"08"`}
	}},
	{regexp.MustCompile(`\bdecree: ([^}\s]+)`), func(string) []string { return []string{"65/2014/NĐ-CP"} }},
	{regexp.MustCompile(`\bsource: (".*")`), func(string) []string { return []string{`"nguồn khác"`} }},
}

func others(all ...string) func(string) []string {
	return func(was string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == was })
	}
}

func shifted(was string) []string {
	day, err := time.Parse("2006-01-02", was)
	if err != nil {
		return nil
	}
	return []string{day.AddDate(0, 0, -1).Format("2006-01-02"), day.AddDate(0, 0, 1).Format("2006-01-02"), day.AddDate(1, 0, 0).Format("2006-01-02")}
}

// mutants changes every value of the rule files, one at a time.
func mutants(files fstest.MapFS) []mutant {
	var all []mutant
	ruleOf, codeOf := regexp.MustCompile(`\bid: (R\d\d)`), regexp.MustCompile(`\bcode: (\w+)`)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines := strings.Split(string(files[name].Data), "\n")
		rule, code := "", ""
		for i, l := range lines {
			if m := ruleOf.FindStringSubmatch(l); m != nil {
				rule, code = m[1], ""
			}
			if m := codeOf.FindStringSubmatch(l); m != nil {
				code = m[1]
			}
			for _, c := range changes {
				at := c.value.FindStringSubmatchIndex(l)
				if at == nil || strings.HasPrefix(l, "#") {
					continue
				}
				for _, to := range c.to(l[at[2]:at[3]]) {
					changed := slices.Clone(lines)
					changed[i] = l[:at[2]] + to + l[at[3]:]
					set := fstest.MapFS{}
					for k, v := range files {
						set[k] = v
					}
					set[name] = &fstest.MapFile{Data: []byte(strings.Join(changed, "\n"))}
					all = append(all, mutant{file: name, line: i + 1, was: strings.TrimSpace(l[at[0]:at[1]]), is: to, rule: rule, code: code, files: set})
				}
			}
		}
	}
	return all
}

// TestEveryRuleMutatedIsFound changes every severity, day, form, code and
// source of the rule files, one at a time: each change must show in the law of
// a day, in what the cases are told, or in what is told in doubt. A change
// that shows nowhere is a value that no test holds.
func TestEveryRuleMutatedIsFound(t *testing.T) {
	files := ruleFiles(t)
	plans, err := campaign.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	j := newJury(t, files, plans)
	book, err := campaign.LoadRules(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if at := j.wrong(t, book, ""); at != "" {
		t.Fatalf("the rules as they are: %s", at)
	}
	all := mutants(files)
	if len(all) < 280 {
		t.Fatalf("only %d mutants", len(all))
	}
	step := 8
	if os.Getenv("HOSO_TORTURE_RULES") != "" {
		step = 1
	}
	tried, alive := 0, 0
	for i, m := range all {
		book, err := campaign.LoadRules(m.files, "rules")
		switch {
		case i%step != 0 || err != nil: // or refused by the loader
			continue
		case m.unseen():
			alive++
		case j.wrong(t, book, m.rule) == "":
			t.Errorf("no case tells %s", m)
		}
		tried++
	}
	t.Logf("%d of %d mutants tried, %d that cannot show", tried, len(all), alive)
}

// neverInDoubt are findings that rest on no doubtful value: what they would be
// in doubt is there for the loader only.
var neverInDoubt = []string{
	"PAGES_UNREAD", "HIDDEN_TEXT", "MULTI_DOCUMENT_PDF", "EXTRA_LETTER", "INCOMPLETE", "SAME_FILE", "NOMINEE_NOT_IN_LETTER", "ENTERPRISE_PAPERS",
	"SIGNATURE_UNTRUSTED", "EDITED_AFTER_SIGNING", "REPORTS_ALIKE",
}

// unseen reports a change that can show nowhere.
func (m mutant) unseen() bool {
	switch {
	case strings.HasPrefix(m.was, "if_unsure") && slices.Contains(neverInDoubt, m.code):
		return true
	case strings.HasPrefix(m.was, "severity") && m.rule == "R00" && m.code == "":
		return true // its findings have their own, or are always told in doubt
	case m.is == "2017-09-30":
		return true // nothing holds before the first law does
	}
	return m.was == "if_unsure: note" && (m.rule == "R14" || m.rule == "R18") // the rule's own, of findings never in doubt
}

// jury holds the cases, by the rules that they tell something of.
type jury struct {
	plans []*campaign.Campaign
	cases map[string][]one // by rule; "" all
}

func newJury(t *testing.T, files fs.FS, plans []*campaign.Campaign) jury {
	t.Helper()
	j := jury{plans: plans, cases: map[string][]one{}}
	book, err := campaign.LoadRules(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	rules := j.rulesOn(t, book, "2023-11-20")
	for _, x := range allCases() {
		j.cases[""] = append(j.cases[""], x)
		told := map[string]bool{}
		for _, doubt := range []bool{false, true} {
			for _, f := range x.judge(rules, doubt) {
				told[f.Rule] = true
			}
		}
		for rule := range told {
			j.cases[rule] = append(j.cases[rule], x)
		}
	}
	return j
}

// rulesOn is as the function of that name, for any book.
func (j jury) rulesOn(t *testing.T, book campaign.Rulebook, day string) validate.Rules {
	t.Helper()
	at, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := campaign.Find(j.plans, "bac-kan-2022-2025")
	if err != nil {
		t.Fatal(err)
	}
	set, err := book.RuleSetAt(plan, at)
	if err != nil {
		return validate.Rules{}
	}
	return validate.Rules{Set: set, Purpose: validate.PurposeOf(plan)}
}

// judge gives what is told of the case, or of the same with everything read in
// doubt.
func (x one) judge(rules validate.Rules, doubt bool) []dossier.Finding {
	w := sound(rules)
	if x.spoil != nil {
		x.spoil(w)
	}
	if doubt && len(w.files) > 0 {
		w.doubtAll()
		for _, f := range w.files {
			for i := range f.Reading.Pages {
				f.Reading.Pages[i].Quality = "text"
			}
		}
	}
	return w.judge().Findings
}

// wrong gives the first thing that does not hold of a book, "" if all holds.
// Where one rule was changed, only what tells of it is tried.
func (j jury) wrong(t *testing.T, book campaign.Rulebook, rule string) string {
	t.Helper()
	if at := j.wrongLaw(t, book); at != "" {
		return at
	}
	rules := j.rulesOn(t, book, "2023-11-20")
	for _, x := range j.cases[rule] {
		var got []string
		for _, f := range x.judge(rules, false) {
			got = append(got, says(f))
		}
		if !slices.Equal(got, x.want) {
			return x.name
		}
		for _, f := range x.judge(rules, true) {
			if f.Doubtful && (f.Severity == dossier.Note) != slices.Contains(hints, f.Code) {
				return x.name + ", in doubt: " + says(f)
			}
		}
	}
	if rule == "" || rule == "R12" {
		if at := j.wrongOfTheRegister(rules); at != "" {
			return at
		}
		return wrongOfTheCeased(j.rulesOn(t, book, "2025-11-20"))
	}
	return ""
}

// wrongLaw holds a book to the law of days on which it changed, to the forms
// that are accepted then and to what the rules rest on.
func (j jury) wrongLaw(t *testing.T, book campaign.Rulebook) string {
	t.Helper()
	for _, x := range lawOfDays {
		plan, err := campaign.Find(j.plans, x.plan)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse("2006-01-02", x.day)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if set, err := book.RuleSetAt(plan, at); err == nil {
			var layers []string
			for _, l := range set.Layers {
				s := string(l.Layer) + ":" + l.ID
				if l.Certainty != campaign.Sure {
					s += "?"
				}
				layers = append(layers, s)
			}
			got = strings.Join(layers, " ") + " |"
			for _, f := range set.Forms {
				got += " " + f.Number + "/" + f.Decree
			}
		}
		if got != x.law {
			return fmt.Sprintf("%s on %s: %s", x.plan, x.day, got)
		}
		set, err := book.RuleSetAt(plan, at)
		for id, want := range x.sources {
			if r, _ := set.Rule(id); err != nil || r.Source != want {
				return fmt.Sprintf("%s on %s: %s rests on %s", x.plan, x.day, id, r.Source)
			}
		}
		for id, want := range practice {
			if r, ok := set.Rule(id); ok && r.Basis[0].Source != want {
				return fmt.Sprintf("%s: in practice, %s rests on %s", x.day, id, r.Basis[0].Source)
			}
		}
	}
	return ""
}
