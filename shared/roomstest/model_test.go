package roomstest

import (
	"fmt"
	"slices"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
)

// model plays a round on paper: an act is done at once and whole, nobody acts
// in between, nothing fails. The rooms must come to the same after every act,
// and refuse what it refuses for the same kind of reason.
type model struct {
	free      map[dossier.Kind]int
	appraisal int // steps of a dossier
	review    int // steps of the round
	phase     string
	step      int // of review
	files     map[string]*sheet
	proposed  []pick
	list      []line
	entered   bool // a decision about the list as it stands
}

// sheet is a dossier, of the round or apart from it on the ad-hoc line; its nominees are told apart by their place on it.
type sheet struct {
	state dossier.State
	step  int   // of appraisal
	ruled []int // who decided a step
	kinds []dossier.Kind
	is    []dossier.Standing

	apart   bool
	outcome string // entered by a clerk
	by      int    // which
}

// pick names a nominee.
type pick struct {
	file string
	n    int
}

type line struct {
	pick
	kind   dossier.Kind
	place  round.PlaceState
	review dossier.Standing
}

// move is an act with all that its actor says.
type move struct {
	name  string
	file  string
	who   int // which of the persons that could be asked
	rule  []dossier.Standing
	picks []pick
}

// do carries an act out; the empty kind means that it took place.
func (m *model) do(a move) fault.Kind {
	switch a.name {
	case "commend": // by own authority: no place, no list, no file of the round hears of it
	case "close":
		if m.phase != "open" {
			return fault.Invalid
		}
		m.phase = "selection"
	case "rule", "return":
		return m.rule(a)
	case "submit":
		s := m.files[a.file]
		if s.state != dossier.Returned {
			return fault.Invalid
		}
		// What comes back is read anew: one individual, whom nobody judged yet.
		*s = sheet{apart: s.apart, state: dossier.InAppraisal, kinds: []dossier.Kind{dossier.Individual}, is: []dossier.Standing{dossier.Pending}}
	case "unit withdraws", "admin withdraws":
		return m.withdraw(a)
	case "prepare":
		return m.prepare(a.picks)
	case "confirm":
		return m.confirm()
	case "review":
		return m.reviewed(a)
	case "enter":
		if m.phase != "decision" {
			return fault.NotFound
		}
		if !slices.ContainsFunc(m.list, func(l line) bool { return l.place == round.Taken && l.review != dossier.Held }) {
			return fault.Invalid // nobody would be commended
		}
		m.entered = true
	case "decide":
		return m.decide(a.who)
	case "one award", "one refuse", "one return", "confirm one":
		return m.files[a.file].decideAlone(a)
	}
	return ""
}

// asked reports whether clerks are asked for the decision on the dossier alone.
func (s *sheet) asked() bool {
	return s.apart && s.state == dossier.Eligible && !slices.Contains(s.is, dossier.Held)
}

// decideAlone is the decision on a dossier of the ad-hoc line. It knows of no
// place, no list and no number of the round.
func (s *sheet) decideAlone(a move) fault.Kind {
	switch {
	case !s.asked():
		return fault.NotFound
	case a.name != "confirm one":
		s.outcome, s.by = strings.TrimPrefix(a.name, "one "), a.who
		return ""
	case s.outcome == "":
		return fault.Gone
	case s.by == a.who:
		return fault.Denied
	}
	to := map[string]dossier.Standing{round.AdHocAward: dossier.PlaceConfirmed, round.AdHocRefuse: dossier.RefusedOne, round.AdHocReturn: dossier.Approved}
	for i, is := range s.is {
		if is == dossier.Approved {
			s.is[i] = to[s.outcome]
		}
	}
	s.state = map[string]dossier.State{round.AdHocAward: dossier.Awarded, round.AdHocRefuse: dossier.Refused, round.AdHocReturn: dossier.Returned}[s.outcome]
	s.outcome, s.by = "", 0
	return ""
}

func (m *model) rule(a move) fault.Kind {
	s := m.files[a.file]
	switch {
	case s.state != dossier.InAppraisal || a.who > s.step: // the first person is asked at every step
		return fault.NotFound
	case slices.Contains(s.ruled, a.who):
		return fault.Denied
	case a.name == "return":
		s.state = dossier.Returned
		return ""
	}
	s.ruled = append(s.ruled, a.who)
	copy(s.is, a.rule)
	if s.step++; s.step < m.appraisal {
		return ""
	}
	s.state = dossier.Refused
	if slices.ContainsFunc(s.is, func(x dossier.Standing) bool { return x != dossier.RefusedOne }) {
		s.state = dossier.Eligible
	}
	return ""
}

func (m *model) withdraw(a move) fault.Kind {
	s := m.files[a.file]
	if s.state.Final() {
		return fault.Invalid
	}
	holds := slices.ContainsFunc(m.list, func(l line) bool { return l.file == a.file && l.place == round.Taken })
	if (holds || s.asked()) && a.name == "unit withdraws" {
		return fault.Denied
	}
	s.state, s.outcome, s.by = dossier.Withdrawn, "", 0
	for i := range s.is {
		s.is[i] = dossier.TakenBack
	}
	for i := range m.list {
		if l := &m.list[i]; l.file == a.file && l.place == round.Taken {
			m.release(l)
		}
	}
	return ""
}

// release frees a place. What was entered was about the list before.
func (m *model) release(l *line) {
	l.place = round.Released
	m.free[l.kind]++
	m.entered = false
}

// competes reports whether a nominee may be selected.
func (m *model) competes(p pick) bool {
	s := m.files[p.file]
	return !s.apart && (s.state == dossier.Eligible || s.state == dossier.Selected) && p.n < len(s.is) && s.is[p.n] == dossier.Approved
}

// tooMany reports whether picks need more places than are free.
func (m *model) tooMany(ps []pick) bool {
	want := map[dossier.Kind]int{}
	for _, p := range ps {
		want[m.files[p.file].kinds[p.n]]++
	}
	return slices.ContainsFunc(dossier.Kinds(), func(k dossier.Kind) bool { return want[k] > m.free[k] })
}

func (m *model) prepare(ps []pick) fault.Kind {
	switch {
	case m.phase == "open" || m.phase == "decided" || len(ps) == 0:
		return fault.Invalid
	case slices.ContainsFunc(ps, func(p pick) bool { return !m.competes(p) }):
		return fault.Invalid
	case m.tooMany(ps):
		return fault.OverQuota
	}
	m.proposed = ps
	return ""
}

func (m *model) confirm() fault.Kind {
	switch {
	case m.proposed == nil:
		return fault.NotFound
	case m.phase == "open" || m.phase == "decided":
		return fault.Gone
	case m.phase == "selection" && m.pending() > 0:
		return fault.Invalid
	case slices.ContainsFunc(m.proposed, func(p pick) bool { return !m.competes(p) }):
		return fault.Invalid
	case m.tooMany(m.proposed):
		return fault.OverQuota
	}
	for _, p := range m.proposed {
		s := m.files[p.file]
		m.list = append(m.list, line{pick: p, kind: s.kinds[p.n], place: round.Taken})
		m.free[s.kinds[p.n]]--
		s.state, s.is[p.n] = dossier.Selected, dossier.PlaceTaken
	}
	m.proposed, m.entered = nil, false
	m.phase, m.step = "review", 0
	return ""
}

func (m *model) pending() int {
	n := 0
	for _, s := range m.files {
		if s.state.Competing() && !s.apart {
			n++
		}
	}
	return n
}

func (m *model) reviewed(a move) fault.Kind {
	if m.phase != "review" || a.who != m.step {
		return fault.NotFound
	}
	at := 0
	for i := range m.list {
		l := &m.list[i]
		if l.place == round.Released {
			continue
		}
		l.review = a.rule[at%len(a.rule)]
		if at++; l.review == dossier.RefusedOne {
			m.release(l)
			m.files[l.file].is[l.n] = dossier.RefusedOne
		}
	}
	if m.step++; m.step == m.review {
		m.phase = "decision"
	}
	return ""
}

func (m *model) decide(who int) fault.Kind {
	switch {
	case m.phase != "decision":
		return fault.NotFound
	case !m.entered:
		return fault.Gone
	case who == 0: // who entered it
		return fault.Denied
	}
	m.phase, m.entered = "decided", false
	for i := range m.list {
		l := &m.list[i]
		if l.place != round.Taken {
			continue
		}
		is := &m.files[l.file].is[l.n]
		if l.review == dossier.Held {
			m.release(l)
			*is = dossier.Held
			continue
		}
		l.place, *is = round.Confirmed, dossier.PlaceConfirmed
	}
	for _, s := range m.files {
		if !s.apart && (s.state == dossier.Eligible || s.state == dossier.Selected) {
			s.settle()
		}
	}
	return ""
}

func (s *sheet) settle() {
	s.state = dossier.Refused
	for i, is := range s.is {
		switch is {
		case dossier.PlaceConfirmed:
			s.state = dossier.Awarded
		case dossier.RefusedOne:
		default:
			s.is[i] = dossier.PlaceDenied
			if s.state == dossier.Refused {
				s.state = dossier.NotSelected
			}
		}
	}
}

// String is all of it, to compare and to read.
func (m *model) String() string {
	var b strings.Builder
	step := m.step
	if m.phase != "review" {
		step = 0
	}
	fmt.Fprintf(&b, "%s %d, free %v, entered %v, proposed %v\n", m.phase, step, m.free, m.entered, m.proposed)
	for _, id := range sorted(m.files) {
		s := m.files[id]
		fmt.Fprintf(&b, "%s %s %v %v %q %d\n", id, s.state, s.kinds, s.is, s.outcome, s.by)
	}
	for _, l := range m.list {
		fmt.Fprintf(&b, "%s.%d %s %s %s\n", l.file, l.n, l.kind, l.place, l.review)
	}
	return b.String()
}
