package corpus

import (
	"fmt"
	"strings"
)

// assemble writes the papers and puts them into files.
func (s *story) assemble() Dossier {
	names := map[string]string{"to_trinh": "to_trinh.pdf", "bien_ban": "bien_ban.pdf"}
	letter := s.letter()
	out := Dossier{Agency: s.a.Name, Rules: s.rules, Faults: s.faults}
	first := File{Name: "to_trinh.pdf", Slot: "to_trinh", Documents: []Document{letter}}
	if s.glued {
		first.Documents = append(first.Documents, s.minutesPaper())
	}
	out.Files = append(out.Files, first)
	switch {
	case s.wrong == "bien_ban":
		out.Files = append(out.Files, File{Name: "bien_ban.pdf", Slot: "bien_ban", Documents: []Document{s.other()}})
		// Without the minutes nothing can be said about votes.
		s.expected = out.keep(s)
		s.expect(Finding{Code: "WRONG_DOCUMENT", File: "bien_ban.pdf"})
		s.expect(Finding{Code: "MISSING_MINUTES"})
	case s.minutes != noBlock && !s.glued:
		out.Files = append(out.Files, File{Name: "bien_ban.pdf", Slot: "bien_ban", Documents: []Document{s.minutesPaper()}})
	}
	var merged []Document
	k := 0
	swapped := false
	for i := range s.noms {
		n := &s.noms[i]
		if !n.Report {
			continue
		}
		k++
		file := fmt.Sprintf("bao_cao_%02d.pdf", k)
		names[n.Name] = file
		if s.wrong == "bao_cao" && !swapped && s.f.merged != 1 {
			swapped = true
			out.Files = append(out.Files, File{Name: file, Slot: "bao_cao", Documents: []Document{s.other()}})
			s.expect(Finding{Code: "WRONG_DOCUMENT", File: file})
			s.expect(Finding{Code: "MISSING_REPORT", Nominee: n.Name})
			continue
		}
		doc := s.report(n)
		if s.f.merged == 1 {
			merged = append(merged, doc)
			continue
		}
		out.Files = append(out.Files, File{Name: file, Slot: "bao_cao", Documents: []Document{doc}})
	}
	if merged != nil {
		out.Files = append(out.Files, File{Name: "bao_cao_gop.pdf", Slot: "bao_cao", Documents: merged})
	}
	for _, f := range s.expectFile {
		s.expect(f(names))
	}
	out.Expected = s.expected
	return out
}

// keep gives the expected findings that hold without minutes.
func (d *Dossier) keep(s *story) []Finding {
	var out []Finding
	for _, f := range s.expected {
		if !strings.Contains("NOMINEE_NOT_IN_MINUTES VOTES_UNDER_THRESHOLD PERCENT_MISMATCH MINUTES_AFTER_LETTER", f.Code) {
			out = append(out, f)
		}
	}
	return out
}
