package corpus

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// fault is one kind of fault: sow changes the story and says what a check must
// find, or reports that this story has no room for it.
type fault struct {
	name string
	sow  func(s *story) bool
}

// Faults lists the kinds of faults by name.
func Faults() []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.name)
	}
	return out
}

func (s *story) expect(f Finding) { s.expected = append(s.expected, f) }

// untouched reports that no fault has touched the nominee.
func (s *story) untouched(n *nominee) bool {
	return !n.twin && n.InMinutes && n.Report && n.Confirmed == signedBlock && s.enough(n.For) && n.Percent == s.percent(n.For)
}

// victim picks a nominee that no other fault has touched.
func (s *story) victim(want func(n *nominee) bool) *nominee {
	start := s.d.IntN(len(s.noms))
	for i := range s.noms {
		n := &s.noms[(start+i)%len(s.noms)]
		if s.untouched(n) && want(n) {
			return n
		}
	}
	return nil
}

func anyone(*nominee) bool { return true }

func someone(n *nominee) bool { return n.Kind == individual }

// twice lists a person a second time under another spelling.
func twice(respell func(string) string) func(s *story) bool {
	return func(s *story) bool {
		n := s.victim(func(n *nominee) bool { return n.Kind == individual && respell(n.Name) != n.Name })
		if n == nil || len(s.noms) > 5 {
			return false
		}
		again := *n
		again.Name = respell(n.Name)
		s.expect(Finding{Code: "DUPLICATE_NOMINEE", Names: []string{n.Name, again.Name}})
		again.Report, again.InMinutes = false, false // one report, one vote: it is one person
		n.twin, again.twin = true, true
		s.noms = append(s.noms, again)
		return true
	}
}

// otherTone moves the tone mark of a final oa, oe or uy.
func otherTone(name string) string {
	for _, p := range [][2]string{{"òa", "oà"}, {"oà", "òa"}, {"úy", "uý"}, {"ủy", "uỷ"}, {"ùy", "uỳ"}, {"uý", "úy"}} {
		if i := strings.Index(name, p[0]); i >= 0 && (i+len(p[0]) == len(name) || name[i+len(p[0])] == ' ') {
			return name[:i] + p[1] + name[i+len(p[0]):]
		}
	}
	return name
}

func otherVowel(name string) string {
	for _, p := range [][2]string{{"Lý ", "Lí "}, {"Mỹ ", "Mĩ "}, {"Sỹ ", "Sĩ "}} {
		if strings.Contains(name, p[0]) {
			return strings.Replace(name, p[0], p[1], 1)
		}
	}
	return name
}

func count(kind string, by int) func(s *story) bool {
	return func(s *story) bool {
		n := s.count(kind)
		if _, done := s.stated[kind]; done || n == 0 || n+by < 1 {
			return false
		}
		s.stated[kind] = n + by
		s.expect(Finding{Code: "COUNT_MISMATCH", Kind: kind})
		return true
	}
}

func quota(kind string) func(s *story) bool {
	return func(s *story) bool {
		n := s.count(kind)
		if n < 2 || s.rules.Quota[kind] != 0 {
			return false
		}
		if s.rules.Quota == nil {
			s.rules.Quota = map[string]int{collective: 9, individual: 9}
		}
		if s.rules.Quota[kind] < 9 {
			return false
		}
		s.rules.Quota[kind] = n - 1
		s.expect(Finding{Code: "OVER_QUOTA", Kind: kind})
		return true
	}
}

func under(base string) func(s *story) bool {
	return func(s *story) bool {
		if s.rules.Base != base || s.minutes == noBlock {
			return false
		}
		n := s.victim(anyone)
		if n == nil {
			return false
		}
		for s.enough(n.For) {
			n.For--
		}
		n.Percent = s.percent(n.For)
		s.expect(Finding{Code: "VOTES_UNDER_THRESHOLD", Nominee: n.Name})
		return true
	}
}

func wrongDocument(slot string) func(s *story) bool {
	return func(s *story) bool {
		if s.wrong != "" || s.glued || s.minutes != signedBlock {
			return false
		}
		if slot == "bao_cao" && (s.f.merged == 1 || !s.untouched(&s.noms[0])) {
			return false
		}
		s.wrong = slot
		return true
	}
}

var faults = []fault{
	{"no minutes", func(s *story) bool {
		if len(s.expected) > 0 || s.wrong != "" {
			return false
		}
		s.minutes = noBlock
		s.expect(Finding{Code: "MISSING_MINUTES"})
		return true
	}},
	{"no report", func(s *story) bool {
		n := s.victim(anyone)
		if n == nil || s.reports() < 2 || s.wrong == "bao_cao" && n == &s.noms[0] {
			return false
		}
		n.Report = false
		s.expect(Finding{Code: "MISSING_REPORT", Nominee: n.Name})
		return true
	}},
	{"not in minutes", func(s *story) bool {
		n := s.victim(someone)
		if n == nil || s.minutes == noBlock || len(s.noms) < 3 {
			return false
		}
		n.InMinutes = false
		s.expect(Finding{Code: "NOMINEE_NOT_IN_MINUTES", Nominee: n.Name})
		return true
	}},
	{"another person in minutes", func(s *story) bool {
		n := s.victim(func(n *nominee) bool { return n.Kind == individual && strings.HasSuffix(n.Name, " Tuấn") })
		if n == nil || s.minutes == noBlock {
			return false
		}
		n.InMinutes = false // only Tuân is there, who is somebody else
		s.expect(Finding{Code: "NOMINEE_NOT_IN_MINUTES", Nominee: n.Name})
		return true
	}},
	{"votes under threshold of all", under("tong_thanh_vien")},
	{"votes under threshold of present", under("so_co_mat")},
	{"wrong percentage", func(s *story) bool {
		n := s.victim(anyone)
		if n == nil || s.minutes == noBlock || s.f.votes == 3 {
			return false
		}
		n.Percent = of(s.d, "77,12", "91,5", "64", "85,33")
		s.expect(Finding{Code: "PERCENT_MISMATCH", Nominee: n.Name})
		return true
	}},
	{"over quota of collectives", quota(collective)},
	{"over quota of individuals", quota(individual)},
	{"one collective too many stated", count(collective, 1)},
	{"one individual too many stated", count(individual, 1)},
	{"one individual too few stated", count(individual, -1)},
	{"twice, tone placed otherwise", twice(otherTone)},
	{"twice, y for i", twice(otherVowel)},
	{"twice, decomposed", twice(func(n string) string { return norm.NFD.String(n) })},
	{"twice, capitals", twice(strings.ToUpper)},
	{"letter not signed", func(s *story) bool {
		if !s.letterSigned || s.wrong != "" || s.glued {
			return false
		}
		s.letterSigned = false
		s.expectFile = append(s.expectFile, func(by map[string]string) Finding { return Finding{Code: "MISSING_SIGNATURE", File: by["to_trinh"]} })
		return true
	}},
	{"minutes not signed", func(s *story) bool {
		if s.minutes != signedBlock || s.wrong != "" || s.glued {
			return false
		}
		s.minutes = emptyBlock
		s.expectFile = append(s.expectFile, func(by map[string]string) Finding { return Finding{Code: "MISSING_SIGNATURE", File: by["bien_ban"]} })
		return true
	}},
	{"report not confirmed", unconfirmed(emptyBlock)},
	{"report without confirmation block", unconfirmed(noBlock)},
	{"other document for the minutes", wrongDocument("bien_ban")},
	{"other document for a report", wrongDocument("bao_cao")},
	{"letter and minutes in one file", func(s *story) bool {
		if s.minutes != signedBlock || s.wrong != "" || !s.letterSigned {
			return false
		}
		s.glued = true
		s.expectFile = append(s.expectFile, func(by map[string]string) Finding { return Finding{Code: "MULTI_DOCUMENT_PDF", File: by["to_trinh"]} })
		return true
	}},
	{"minutes after the letter", func(s *story) bool {
		if s.minutes == noBlock || !s.met.Before(s.date) {
			return false
		}
		s.met = s.date.AddDate(0, 0, 1+s.d.IntN(12))
		s.expect(Finding{Code: "MINUTES_AFTER_LETTER"})
		return true
	}},
}

func unconfirmed(state int) func(s *story) bool {
	return func(s *story) bool {
		n := s.victim(anyone)
		if n == nil || s.f.merged == 1 || s.wrong == "bao_cao" {
			return false
		}
		n.Confirmed = state
		name := n.Name
		s.expectFile = append(s.expectFile, func(by map[string]string) Finding { return Finding{Code: "MISSING_CONFIRMATION", File: by[name]} })
		return true
	}
}

// reports counts the reports that the dossier will hold.
func (s *story) reports() int {
	n := 0
	for _, x := range s.noms {
		if x.Report {
			n++
		}
	}
	return n
}

// sow sows n faults of different kinds.
func (s *story) sow(n int) {
	if n == 0 {
		return
	}
	order := s.d.Perm(len(faults))
	for _, k := range order {
		if n == 0 {
			return
		}
		if faults[k].sow(s) {
			s.faults = append(s.faults, faults[k].name)
			n--
		}
	}
}
