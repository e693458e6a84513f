package validate

import (
	"strings"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
)

// english holds what a finding expected and found in English words, where
// they are words and not values of the documents.
type english struct{ expected, found string }

// at begins a finding on one document.
func at(p part) dossier.Finding {
	return dossier.Finding{File: p.file.Name, Document: p.file.ID, Page: p.doc.Pages[0]}
}

// quoted adds the place and words of the first of the fields that has any,
// and doubts the finding if one of them is doubtful.
func quoted(f dossier.Finding, p part, fields ...string) dossier.Finding {
	for _, name := range fields {
		if ev, ok := p.doc.Evidence[name]; ok && f.Quote == "" {
			f.Quote = ev.Quote
			if ev.Page > 0 {
				f.Page = ev.Page
			}
		}
		f.Doubtful = f.Doubtful || p.doc.IsUnsure(name)
	}
	return f
}

// tell adds a finding of a code: the pinned rule set says of what rule it is,
// how severe, and in what words. A code the set does not know is no rule for
// this dossier.
func (c *dossierCase) tell(code string, f dossier.Finding, en english) {
	text, rule, ok := c.rules.Set.Finding(code)
	if !ok {
		return
	}
	f.Code, f.Rule, f.Source = code, rule.ID, rule.Source
	f.Severity = dossier.Severity(text.Severity)
	if f.Doubtful {
		// A machine's error must never cost a unit its deadline.
		f.Severity = dossier.Severity(text.IfUnsure)
	}
	vi := map[string]string{
		"nominee": f.Nominee, "file": f.File, "expected": f.Expected, "found": f.Found,
		"names": strings.Join(f.Names, "”, “"), "loai": strings.ToLower(loai(f.Loai, dossier.KindName)),
	}
	f.Message, f.Fix = campaign.Fill(text.Message.VI, vi), campaign.Fill(text.Fix.VI, vi)
	vi["loai"] = loai(f.Loai, kindsEN)
	if en.expected != "" {
		vi["expected"] = en.expected
	}
	if en.found != "" {
		vi["found"] = en.found
	}
	f.MessageEN, f.FixEN = campaign.Fill(text.Message.EN, vi), campaign.Fill(text.Fix.EN, vi)
	c.found = append(c.found, f)
}

func loai(k dossier.Kind, name func(dossier.Kind) string) string {
	if k == "" {
		return ""
	}
	return name(k)
}

func kindsEN(k dossier.Kind) string {
	if k == dossier.Collective {
		return "collectives"
	}
	return "individuals"
}
