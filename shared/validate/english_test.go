package validate_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"hoso/shared/dossier"
)

// TestEveryRuleHasCasesOfBothKinds: beside each code that cases tell stands
// one, of the same sort of dossier, that must not be told of anything.
func TestEveryRuleHasCasesOfBothKinds(t *testing.T) {
	for i, group := range [][]one{
		partCases(), unusableCases(), listCases(), kindCases(), purposeCases(), orderCases(), formCases(), voteCases(), signerCases(), confirmCases(),
		twinCases(), scopeCases(), blankCases(), sealCases(), alikeCases(),
	} {
		flagged, left := 0, 0
		for _, x := range group {
			if len(x.want) == 0 {
				left++
			} else {
				flagged++
			}
		}
		if flagged == 0 || left == 0 {
			t.Errorf("group %d: %d must be told, %d must not", i, flagged, left)
		}
	}
}

// TestEnglishSaysEverythingInEnglish: apart from what documents say and what
// the portal translates (names of fields, why a file cannot be used), no part
// of an English sentence is Vietnamese.
func TestEnglishSaysEverythingInEnglish(t *testing.T) {
	rules := rulesOn(t, "2023-11-20")
	seen := map[string]bool{}
	for _, x := range allCases() {
		for _, doubt := range []bool{false, true} {
			for _, f := range x.judge(rules, doubt) {
				for _, s := range []string{f.MessageEN, f.FixEN} {
					if rest := foreign(f, s); rest != "" && !seen[f.Code+rest] {
						seen[f.Code+rest] = true
						t.Errorf("%s, %s: %q in %q", x.name, f.Code, rest, s)
					}
				}
			}
		}
	}
}

func foreign(f dossier.Finding, s string) string {
	if f.Code == "DOUBTFUL_VALUE" || f.Code == "FILE_UNUSABLE" {
		return ""
	}
	said := append([]string{f.Nominee, f.File, f.Quote}, f.Names...)
	switch f.Code {
	case "AWARD_MISMATCH":
		said = append(said, f.Expected, f.Found)
	case "CAMPAIGN_MISMATCH", "FORM_NOT_ACCEPTED", "FORM_SUPERSEDED", "SIGNER_NOT_AUTHORISED", "CONFIRMED_BY_OTHER", "REPORT_WITHOUT_NOMINEE":
		said = append(said, f.Found)
	}
	slices.SortFunc(said, func(a, b string) int { return len(b) - len(a) }) // one may hold another
	for _, said := range append(said, "NĐ-CP") {
		if said != "" {
			s = strings.ReplaceAll(s, said, "")
		}
	}
	for _, word := range strings.Fields(s) {
		for _, r := range word {
			if r > 0x7f && unicode.IsLetter(r) {
				return word
			}
		}
	}
	return ""
}
