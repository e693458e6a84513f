package roomstest

import (
	"testing"

	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/people"
	"hoso/shared/round"
)

// appraised opens a round and brings one dossier to its first task.
func (w *world) appraised(nominees int, edit func(*round.Settings)) dossier.Dossier {
	w.Helper()
	w.open(edit)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, nominees)
	w.pump()
	return w.dossier("dossier-01")
}

// code wants an error of a code.
func (w *world) code(err error, code string) {
	w.Helper()
	if fault.CodeOf(err) != code {
		w.Errorf("got %v, want code %s", err, code)
	}
}

func TestADecidedTaskResumesAnyRunThatParksOnIt(t *testing.T) {
	w := setup(t)
	w.appraised(1, func(s *round.Settings) {
		s.Steps = append([]round.Step{{ID: "first", Title: "Bước một", Scope: round.ByDossier, Persons: ids(w.appraisers[1:2]), DueDays: 2}}, s.Steps...)
	})
	w.runs.lose() // with the run its token is gone
	w.ok(w.ruleAll(w.appraisers[1], "dossier-01", dossier.Approved))
	w.pump()
	if d := w.dossier("dossier-01"); d.Step != 1 || d.Task != "" {
		t.Fatalf("at step %d, task %q", d.Step, d.Task)
	}
	_, err := w.sweep.Run(w.ctx, 0)
	w.ok(err)
	w.pump()
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.Approved))
	w.pump()
	if d := w.dossier("dossier-01"); d.State != dossier.Eligible || len(w.runs.parked) > 0 {
		t.Errorf("%s with %d parked runs", d.State, len(w.runs.parked))
	}
}

func TestAReenteredStageKeepsItsTask(t *testing.T) {
	w := setup(t)
	before := w.appraised(1, nil)
	mails := len(w.mails)
	for range 3 {
		w.runs.lose()
		rep, err := w.sweep.Run(w.ctx, 0)
		w.ok(err)
		if rep.Redriven != 1 {
			t.Fatalf("%+v", rep)
		}
		w.pump()
	}
	d := w.dossier("dossier-01")
	if d.Task != before.Task || d.Generation != before.Generation+3 || len(w.mails) != mails {
		t.Errorf("task %s, then %s; %d more mails", before.Task, d.Task, len(w.mails)-mails)
	}
	// A run of an older generation asks nobody and ends.
	old := flow.In{Subject: d.ID, Revision: 1, Generation: before.Generation, From: "appraisal"}
	w.ok(w.runs.on(w.ctx, flow.Dossier, "dos-old", old))
	w.pump()
	if w.runs.names["dos-old"] || len(w.runs.parked) != 1 {
		t.Errorf("an old run stays: %d parked", len(w.runs.parked))
	}
	w.ok(w.ruleAll(w.appraisers[0], d.ID, dossier.Approved))
	w.pump()
	if got := w.dossier(d.ID).State; got != dossier.Eligible {
		t.Errorf("it is %s", got)
	}
}

func TestWhoMayNotDecide(t *testing.T) {
	w := setup(t)
	d := w.appraised(2, func(s *round.Settings) {
		s.Steps[0].Persons = ids(w.appraisers)
		s.Steps = append(s.Steps, round.Step{ID: "second", Title: "Bước hai", Scope: round.ByDossier, Persons: ids(w.appraisers), DueDays: 2})
	})
	say := func(who people.Actor) error { return w.ruleAll(who, d.ID, dossier.Approved) }
	named := w.appraisers[0]
	named.Name = d.Nominees[1].Name
	w.code(say(named), "own-nomination")
	same := w.appraisers[0]
	same.Unit = d.Unit
	w.code(say(same), "own-nomination")
	off := w.appraisers[0]
	off.Active = false
	w.refused(say(off), fault.NotFound)
	w.refused(say(w.reviewers[0]), fault.NotFound)
	w.ok(say(w.appraisers[0]))
	w.pump()
	w.code(say(w.appraisers[0]), "two-steps")
	w.ok(say(w.appraisers[1]))
}

func TestAStepMayRequireAPasskey(t *testing.T) {
	w := setup(t)
	d := w.appraised(1, func(s *round.Settings) { s.Steps[0].Passkey = true })
	w.code(w.ruleAll(w.appraisers[0], d.ID, dossier.Approved), "passkey-needed")
	w.appraisers[0].Method = "passkey"
	w.ok(w.ruleAll(w.appraisers[0], d.ID, dossier.Approved))
}

func TestADecisionSaysWhatItIsAboutAndWhy(t *testing.T) {
	w := setup(t)
	d := w.appraised(2, nil)
	hash := get[dossier.Revision](w, dossier.RevisionKey(d.ID, 1)).Hash
	a, b := d.Nominees[0].ID, d.Nominees[1].ID
	yes := appraisal.Rule{Is: dossier.Approved, Score: 1}
	for want, say := range map[string]appraisal.Deciding{
		"stale":        {Shown: "other", Nominees: map[string]appraisal.Rule{a: yes, b: yes}},
		"incomplete":   {Shown: hash, Nominees: map[string]appraisal.Rule{a: yes}},
		"reason-short": {Shown: hash, Nominees: map[string]appraisal.Rule{a: yes, b: {Is: dossier.RefusedOne, Reason: "   quá ngắn   "}}},
		"review-date":  {Shown: hash, Nominees: map[string]appraisal.Rule{a: yes, b: {Is: dossier.Held, Reason: reason}}},
	} {
		w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, say), want)
	}
	w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: hash, Nominees: map[string]appraisal.Rule{a: yes, b: {Is: dossier.Pending}}}), "incomplete")
	w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: hash, Return: true, Reason: "ngắn"}), "reason-short")
	w.ok(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: hash, Nominees: map[string]appraisal.Rule{a: yes, b: {Is: dossier.RefusedOne, Reason: "đủ mười kí"}}}))
	w.code(w.ruleAll(w.appraisers[0], d.ID, dossier.Approved), "")
	w.pump()
	if got := w.dossier(d.ID); got.State != dossier.Eligible || got.Nominees[1].Standing != dossier.RefusedOne {
		t.Errorf("%s, %s", got.State, got.Nominees[1].Standing)
	}
}

// TestTwoDecideAtOnce has an approval and a return race: one counts, the other
// learns of it.
func TestTwoDecideAtOnce(t *testing.T) {
	w := setup(t)
	d := w.appraised(1, func(s *round.Settings) { s.Steps[0].Persons = ids(w.appraisers[:2]) })
	hash := get[dossier.Revision](w, dossier.RevisionKey(d.ID, 1)).Hash
	var inner error
	w.store.before = beside(func() {
		inner = w.appraisal.Decide(w.ctx, w.id(), w.appraisers[1], d.Task, appraisal.Deciding{Shown: hash, Return: true, Reason: reason})
	})
	outer := w.ruleAll(w.appraisers[0], d.ID, dossier.Approved)
	w.ok(inner)
	w.code(outer, "task-decided")
	w.pump()
	if got := w.dossier(d.ID).State; got != dossier.Returned {
		t.Errorf("it is %s", got)
	}
}

func TestWithdrawalBesideADecision(t *testing.T) {
	w := setup(t)
	d := w.appraised(1, nil)
	w.store.before = beside(func() { w.ok(w.submission.Withdraw(w.ctx, w.id(), w.unit, d.ID, reason)) })
	w.code(w.ruleAll(w.appraisers[0], d.ID, dossier.Approved), "task-void")
	w.pump()
	w.check()
	w.ended(d.ID, dossier.Withdrawn)
}
