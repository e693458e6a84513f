package campaign

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/fault"
)

// TestWhichPlansSpeakOfOutstandingActs holds the data against the texts: one of
// the five does, in one paragraph, and of its two bodies only the one that
// appraises.
func TestWhichPlansSpeakOfOutstandingActs(t *testing.T) {
	for _, c := range builtin(t) {
		says := c.AdHoc()
		if says.Stated() != (c.ID == "bac-kan-2022-2025") {
			t.Errorf("%s speaks of it: %v", c.ID, says.Stated())
		}
		for _, l := range []Leaf[string]{says.Form, says.Decider, says.Occasion, says.Body} {
			if hasValue(l) != says.Stated() {
				t.Errorf("%s: half stated: %+v", c.ID, says)
			}
			if says.Stated() && !strings.HasSuffix(l.Source, "mục V.2") {
				t.Errorf("%s: %q stands at %s", c.ID, l.Or(""), l.Source)
			}
		}
	}
	if got := get(t, "bac-kan-2022-2025").AdHoc().Body.Or(""); got != "Sở Nội vụ (Ban Thi đua - Khen thưởng)" {
		t.Errorf("appraised by %q", got)
	}
	dir := seeds(t)
	for _, c := range builtin(t) {
		raw, err := os.ReadFile(filepath.Join(dir, c.Document.File))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(plain(string(raw)), "đột xuất") != c.AdHoc().Stated() {
			t.Errorf("%s: text and data differ on whether it speaks of it", c.ID)
		}
	}
}

func decisionsFor(t *testing.T, needs []Need) []Decision {
	t.Helper()
	values := map[ValueType]any{TypeInstant: "2023-02-01T08:00:00+07:00", TypeDays: 10, TypeText: "Sở Nội vụ"}
	var out []Decision
	for _, n := range needs {
		if v, ok := values[n.Type]; ok && n.Required {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, Decision{Field: n.Field, Value: raw, By: "admin", At: time.Now()})
		}
	}
	return out
}

// TestALineOpensFromWhatIsStatedAndDecided: where a plan is silent a person
// decides; what it says of its rounds is not taken for it.
func TestALineOpensFromWhatIsStatedAndDecided(t *testing.T) {
	book, err := BuiltinRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range builtin(t) {
		set, err := book.RuleSetAt(c, time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		needs, err := c.Needs(AdHocID, nil)
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]bool{}
		for _, n := range needs {
			asked[n.Field] = n.Required
		}
		if asked["award.form"] == c.AdHoc().Stated() || asked["adhoc.body"] == c.AdHoc().Stated() || asked["caps.tap_the"] || asked["intake.closes"] {
			t.Errorf("%s asks for %v", c.ID, asked)
		}
		if _, err := c.Open(AdHocID, nil, set); fault.CodeOf(err) != "round-needs" {
			t.Errorf("%s opens without its decisions: %v", c.ID, err)
		}
		s, err := c.Open(AdHocID, decisionsFor(t, needs), set)
		if err != nil {
			t.Fatalf("%s: %v", c.ID, fault.Public(err))
		}
		if s.Kind != AdHocKind || len(s.Steps) != 1 || s.Steps[0].Body == "" || s.Steps[0].Due != 10 || s.Award == "" || s.Caps != (CapCounts{}) || !s.IntakeCloses.IsZero() {
			t.Errorf("%s: %+v", c.ID, s)
		}
	}
	c := get(t, "bac-kan-2022-2025")
	set, err := book.RuleSetAt(c, time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	stated := Decision{Field: "adhoc.body", Value: json.RawMessage(`"Khác"`), By: "admin", At: time.Now()}
	if _, err := c.Open(AdHocID, []Decision{stated}, set); fault.CodeOf(err) != "round-stated" {
		t.Errorf("what the plan states is decided otherwise: %v", err)
	}
}
