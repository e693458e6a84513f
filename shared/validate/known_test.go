package validate_test

import (
	"slices"
	"strings"
	"testing"

	"hoso/shared/register"
	"hoso/shared/validate"
)

// knownCases are what registers may hold of Đoàn Sỹ Kiên, with the codes that
// must be told of it; none: must not be told.
func knownCases() []struct {
	name string
	fact register.Fact
	edit func(*validate.Rules)
	want []string
} {
	award := func(edit func(*register.Award)) register.Fact {
		a := register.Award{Form: "Bằng khen", Number: "12/QĐ-UBND", Date: "2022-12-20", Campaign: "bac-kan-2022-2025"}
		if edit != nil {
			edit(&a)
		}
		return register.Fact{Sure: true, Award: &a}
	}
	hold := func(edit func(*register.Hold)) register.Fact {
		h := register.Hold{Ground: register.Complaint, Number: "3/QĐ-TTr", Since: "2023-11-01"}
		if edit != nil {
			edit(&h)
		}
		return register.Fact{Sure: true, Hold: &h}
	}
	elsewhere := register.Fact{Elsewhere: &register.Elsewhere{Dossier: "d2", Number: "HS-2/1", Unit: "Sở Y tế", Name: "Đoàn Sĩ Kiên"}}
	official := func(r *validate.Rules) { r.Official = true }
	type c = struct {
		name string
		fact register.Fact
		edit func(*validate.Rules)
		want []string
	}
	return []c{
		{"an award of this campaign", award(nil), nil, []string{"warn AWARDED_BEFORE"}},
		{"perhaps an award of this campaign", register.Fact{Award: award(nil).Award}, nil, []string{"warn AWARDED_BEFORE doubtful"}},
		{"an award of another campaign", award(func(a *register.Award) { a.Campaign = "ninh-thuan-2024" }), nil, nil},
		{"an imported award for this campaign by its words", award(func(a *register.Award) {
			a.Campaign, a.For = "", "có thành tích trong phong trào thi đua "+theCampaign
		}), nil, []string{"warn AWARDED_BEFORE"}},
		{"an imported award for something else", award(func(a *register.Award) { a.Campaign, a.For = "", "phòng, chống dịch COVID-19" }), nil, nil},
		{"the campaign of other years", award(func(a *register.Award) {
			a.Campaign, a.For = "", strings.Replace(theCampaign, "2022 - 2025", "2016 - 2020", 1)
		}), nil, nil},
		{"an imported award that does not say what for", award(func(a *register.Award) { a.Campaign, a.For = "", "" }), nil, []string{"warn AWARDED_BEFORE doubtful"}},
		{"the same before the campaign began", award(func(a *register.Award) { a.Campaign, a.For, a.Date = "", "", "2021-12-20" }), nil, nil},
		{"on hold", hold(nil), official, []string{"warn ON_HOLD inside"}},
		{"on hold, on the unit's own page", hold(nil), nil, nil},
		{"a hold that was lifted before", hold(func(h *register.Hold) { h.Lifted = "2023-11-20" }), official, nil},
		{"a hold that is lifted the day after", hold(func(h *register.Hold) { h.Lifted = "2023-11-21" }), official, []string{"warn ON_HOLD inside"}},
		{"a hold that begins later", hold(func(h *register.Hold) { h.Since = "2023-11-21" }), official, nil},
		{"in another dossier of the round", elsewhere, official, []string{"warn NOMINATED_ELSEWHERE doubtful inside"}},
		{"the same, on the unit's own page", elsewhere, nil, nil},
		{"of a nominee who is not there", register.Fact{Nominee: "nobody", Award: award(nil).Award}, nil, nil},
	}
}

// toldOfKnown judges a case and gives what is told, as lines.
func toldOfKnown(fact register.Fact, edit func(*validate.Rules), rules validate.Rules) (validate.Judgement, []string) {
	w := sound(rules)
	files := w.all()
	for _, n := range validate.Nominees(files, w.rules) {
		if fact.Nominee == "" && n.Name == "Đoàn Sỹ Kiên" {
			fact.Nominee = n.ID
		}
	}
	w.rules.Known = []register.Fact{fact}
	if edit != nil {
		edit(&w.rules)
	}
	j := validate.Judge(files, w.rules, nil)
	var lines []string
	for _, f := range j.Findings {
		line := string(f.Severity) + " " + f.Code
		if f.Doubtful {
			line += " doubtful"
		}
		if f.Inside {
			line += " inside"
		}
		lines = append(lines, line)
	}
	return j, lines
}

// checkKnown runs the cases and gives the codes that were told.
func checkKnown(t *testing.T, rules validate.Rules) map[string]bool {
	t.Helper()
	told := map[string]bool{}
	for _, c := range knownCases() {
		j, got := toldOfKnown(c.fact, c.edit, rules)
		inside := 0
		for _, f := range j.Findings {
			if f.Inside {
				inside++
			}
			if f.Nominee != "Đoàn Sỹ Kiên" || f.Message == "" || f.MessageEN == "" || f.Source == "" {
				t.Errorf("%s: %+v", c.name, f)
			}
			told[f.Code] = true
		}
		if !slices.Equal(got, c.want) || j.Counts.Inside != inside || j.Counts.Warn != len(got)-inside {
			t.Errorf("%s: got %v, want %v, counts %+v", c.name, got, c.want, j.Counts)
		}
	}
	return told
}

// wrongOfTheRegister gives the first case that is told otherwise than it should.
func (j jury) wrongOfTheRegister(rules validate.Rules) string {
	for _, c := range knownCases() {
		if _, got := toldOfKnown(c.fact, c.edit, rules); !slices.Equal(got, c.want) {
			return c.name
		}
	}
	return ""
}

func TestWhatTheRegisterKnows(t *testing.T) { checkKnown(t, rulesOn(t, "2023-11-20")) }

// ceasedOn judges the sound dossier with a collective of a name, on a day, and
// gives what is told of its end.
func ceasedOn(rules validate.Rules, on, name string) string {
	w := sound(rules)
	w.rules.Received = on
	w.letter.Nominees[0].Name, w.minutes.Nominees[0].Name, w.reports[0].Name = name, name, name
	w.letter.Nominees[0].Unsure = strings.HasSuffix(name, " ")
	for _, f := range validate.Judge(w.all(), w.rules, nil).Findings {
		if f.Code == "COLLECTIVE_CEASED" && f.Nominee == name {
			return string(f.Severity)
		}
	}
	return ""
}

// wrongOfTheCeased gives a collective that ceased of which the rules in force
// then say something else than they should.
func wrongOfTheCeased(rules validate.Rules) string {
	for name, want := range map[string]string{"Ủy ban nhân dân huyện Chợ Đồn": "warn", "Ủy ban nhân dân huyện Chợ Đồn ": "warn", "Sở Y tế tỉnh Thái Nguyên": ""} {
		if got := ceasedOn(rules, "2025-11-20", name); got != want {
			return name + ": " + got
		}
	}
	return ""
}

// TestCollectivesThatCeased: no award to an organisation that was dissolved,
// since the circular that says so.
func TestCollectivesThatCeased(t *testing.T) {
	if at := wrongOfTheCeased(rulesOn(t, "2025-11-20")); at != "" {
		t.Error(at)
	}
	for _, c := range []struct {
		on, name string
		want     bool
	}{
		{"2025-11-20", "Sở TT&TT tỉnh Bắc Kạn", true},
		{"2025-11-20", "Công ty cổ phần Sao Bắc tỉnh Bắc Kạn", false},
		{"2025-11-20", "Trường Trung học phổ thông Chợ Đồn huyện Chợ Đồn", false},
		{"2025-11-20", "Phòng Tài chính - Kế hoạch", false},
		{"2023-11-20", "Sở TT&TT tỉnh Bắc Kạn", false},
	} {
		if got := ceasedOn(rulesOn(t, c.on), c.on, c.name) != ""; got != c.want {
			t.Errorf("%s on %s: %v", c.name, c.on, got)
		}
	}
}
