package words_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/web/words"
)

func load(t *testing.T) *words.Catalog {
	t.Helper()
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBothLanguagesTakeTheSameArguments(t *testing.T) {
	c := load(t)
	verb := regexp.MustCompile(`%[a-z]`)
	for _, key := range c.Keys() {
		vi, en := verb.FindAllString(c.Say(words.Vietnamese, key), -1), verb.FindAllString(c.Say(words.English, key), -1)
		if !slices.Equal(vi, en) {
			t.Errorf("%s: %v and %v", key, vi, en)
		}
	}
}

func TestEnglishNounsAreInTheNumberOfWhatTheyCount(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		key  string
		args []any
		want string
	}{
		{"document.pages", []any{1}, "1 page"},
		{"document.pages", []any{2}, "2 pages"},
		{"document.pages", []any{0}, "0 pages"},
		{"check.counts", []any{1, 0, int64(1)}, "1 fault to mend, 0 warnings, 1 note"},
		{"check.counts", []any{2, 1, 3}, "2 faults to mend, 1 warning, 3 notes"},
		{"ranking.sheets", []any{1, "{a|b}", "9"}, "(1 sheet, {a|b} to 9)"},
		{"selection.pending", []any{1}, "1 dossier is still in appraisal; nothing can be confirmed yet."},
	} {
		if got := c.Say(words.English, x.key, x.args...); got != x.want {
			t.Errorf("%q", got)
		}
	}
	for _, k := range c.Keys() {
		if strings.Contains(c.Say(words.Vietnamese, k), "{") {
			t.Errorf("%s: Vietnamese has one form", k)
		}
	}
}

func TestNamesOfStatesAndRolesAgreeWithTheRoomsThatOwnThem(t *testing.T) {
	c := load(t)
	want := map[string]string{}
	for _, r := range people.Roles() {
		want["role."+string(r)] = people.RoleName(r)
	}
	for _, s := range []dossier.State{
		dossier.Draft, dossier.Submitted, dossier.Validating, dossier.InAppraisal, dossier.Returned, dossier.Eligible, dossier.Selected,
		dossier.NotSelected, dossier.Awarded, dossier.Refused, dossier.Withdrawn, dossier.Lapsed, dossier.NotSubmitted, dossier.Annulled,
	} {
		want["state."+string(s)] = dossier.StateName(s)
	}
	for _, s := range []dossier.Standing{dossier.Pending, dossier.Approved, dossier.RefusedOne, dossier.Held, dossier.PlaceTaken, dossier.PlaceDenied, dossier.PlaceConfirmed, dossier.TakenBack} {
		want["standing."+string(s)] = dossier.StandingName(s)
	}
	for _, s := range []dossier.Slot{dossier.Letter, dossier.Minutes, dossier.Report, dossier.Other} {
		want["slot."+string(s)] = dossier.SlotName(s)
	}
	for _, s := range []round.State{round.Preparing, round.Open, round.Closed, round.Decided} {
		want["round."+string(s)] = round.StateName(s)
	}
	for _, k := range dossier.Kinds() {
		want["kind."+string(k)] = dossier.KindName(k)
	}
	for key, name := range want {
		if got := c.Say(words.Vietnamese, key); got != name {
			t.Errorf("%s is %q, the room says %q", key, got, name)
		}
	}
}

func TestEveryFieldOfADocumentHasAnEnglishName(t *testing.T) {
	c := load(t)
	for _, k := range []reading.Kind{reading.Letter, reading.Minutes, reading.Report, reading.Other} {
		for _, f := range reading.Fields(reading.Document{Kind: k, Secrecy: "MẬT", Nominees: []reading.Nominee{{}}}) {
			if !c.Has("field." + f.Name) {
				t.Errorf("%s (%s) has no English name", f.Name, f.Label)
			}
		}
	}
}

func TestLanguageIsFoundInAHeader(t *testing.T) {
	for header, want := range map[string]words.Lang{
		"": words.Vietnamese, "vi-VN,vi;q=0.9,en;q=0.8": words.Vietnamese, "en-US,en": words.English,
		"fr,de;q=0.5": words.Vietnamese, "fr-FR, en;q=0.7": words.English, strings.Repeat("x,", 500): words.Vietnamese,
	} {
		if got := words.Accept(header); got != want {
			t.Errorf("%q gives %s", header, got)
		}
	}
}

// TestEveryMailHasAName: pages list mails by what they are called.
func TestEveryMailHasAName(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, template := range mail.Templates() {
		if !c.Has("mail." + template) {
			t.Errorf("mail.%s has no name", template)
		}
	}
}
