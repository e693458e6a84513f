package roomstest

import (
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
)

func TestARoundOpensOnlyWithPersonsWhoCanTakeItsSteps(t *testing.T) {
	w := setup(t)
	gone := w.person("gone", "", people.Appraiser)
	change(w, people.Key(gone.ID), people.PutPerson, func(p *people.Person) { p.Active = false })
	both := w.person("both", "", people.Admin, people.Head)
	a, b, c := w.appraisers[0].ID, w.appraisers[1].ID, w.appraisers[2].ID
	steps := func(persons ...[]string) func(*round.Settings) {
		return func(s *round.Settings) {
			s.Steps = nil
			for i, p := range persons {
				scope := round.ByDossier
				if i == len(persons)-1 {
					scope = round.ByRound
				}
				s.Steps = append(s.Steps, round.Step{ID: string(rune('a' + i)), Title: "Bước", Scope: scope, Persons: p, DueDays: 3})
			}
		}
	}
	for name, bad := range map[string]func(*round.Settings){
		"nobody of that id":            func(s *round.Settings) { s.Steps[0].Persons = []string{"nobody"} },
		"somebody who left":            func(s *round.Settings) { s.Steps[0].Persons = []string{a, gone.ID} },
		"an administrator appraises":   func(s *round.Settings) { s.Steps[0].Persons = []string{w.admin.ID} },
		"a clerk reviews":              func(s *round.Settings) { s.Steps[1].Persons = []string{w.clerk.ID} },
		"an appraiser confirms":        func(s *round.Settings) { s.Head = []string{a} },
		"a head enters the decision":   func(s *round.Settings) { s.Clerks = []string{w.clerk.ID, w.head.ID} },
		"a clerk prepares":             func(s *round.Settings) { s.Preparers = []string{w.clerk.ID} },
		"one person for two steps":     steps([]string{a}, []string{a}),
		"two persons for three steps":  steps([]string{a, b}, []string{a, b}, []string{b, a}),
		"who prepares also confirms":   func(s *round.Settings) { s.Preparers, s.Head = []string{both.ID}, []string{both.ID} },
		"a middle step without others": steps([]string{a}, []string{a, b}, []string{b}),
	} {
		s := w.settings()
		bad(&s)
		if err := w.board.Open(w.ctx, w.id(), w.admin, "bad", s); !fault.Is(err, fault.Invalid) || fault.Public(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.open(steps([]string{a, b}, []string{a}, []string{a, b, c})) // b, a, c
}

func TestNobodyReviewsTwice(t *testing.T) {
	w := setup(t)
	w.open(func(s *round.Settings) {
		s.Steps[0].Persons = append(ids(w.appraisers[:1]), w.reviewers[2].ID)
		s.Steps[1].Persons = ids(w.reviewers[:3])
		s.Steps = append(s.Steps, round.Step{ID: "nv2", Title: "Bước hai", Scope: round.ByRound, Persons: ids(w.reviewers[:3]), DueDays: 3})
	})
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 2)
	w.seed("dossier-02", dossier.Eligible, dossier.Approved, 2)
	w.pump()
	w.ok(w.ruleAll(w.reviewers[2], "dossier-01", dossier.Approved))
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	say := func(who people.Actor) error {
		list := w.list()
		in := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
		for _, e := range list.Holding() {
			in.Nominees[review.Key(e)] = review.Rule{Is: dossier.Approved}
		}
		err := w.review.Decide(w.ctx, w.id(), who, w.round().Task, in)
		w.pump()
		return err
	}
	w.confirm(w.choose("dossier-01", 1))
	w.code(say(w.reviewers[2]), "two-steps") // who appraised a dossier on the list
	w.ok(say(w.reviewers[0]))
	w.code(say(w.reviewers[0]), "two-steps")
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, w.round().Task, ids(w.reviewers[1:2])))
	w.refused(w.parking.Reassign(w.ctx, w.id(), w.admin, w.round().Task, ids(w.reviewers[:1])), fault.Invalid)
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, w.round().Task, ids(w.reviewers[1:3])))
	// A further selection is another list: it is reviewed anew, from its first step.
	w.confirm(w.choose("dossier-02", 1))
	w.ok(say(w.reviewers[1]))
	w.code(say(w.reviewers[1]), "two-steps")
	w.ok(say(w.reviewers[0]))
	if got := w.round().Stage; got != "decision" {
		t.Errorf("the round is at %q", got)
	}
}
