package roomstest

import (
	"testing"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
)

// endWithout has the head confirm what is prepared.
func (w *world) endWithout() error {
	n := w.round().Selection + 1
	sel := get[round.Selection](w, round.SelectionKey(aRound, n))
	return w.selection.Confirm(w.ctx, w.id(), w.head, aRound, n, sel.Shown(w.list()))
}

// over wants the round to be at its end, with nobody asked and no run left.
func (w *world) over() {
	w.Helper()
	rd := w.round()
	if rd.State != round.Decided || rd.Without == nil || rd.Stage != "" || len(w.runs.parked) > 0 {
		w.Errorf("%s at %q with %d parked runs, %+v", rd.State, rd.Stage, len(w.runs.parked), rd.Without)
	}
	for _, who := range []people.Actor{w.head, w.clerk, w.reviewers[0]} {
		if s, err := w.real.List(w.ctx, round.AssignedPart(who.ID), everything); err != nil || len(s.Records) > 0 {
			w.Errorf("%s is still asked: %v %v", who.ID, s.Records, err)
		}
	}
	w.check()
}

func TestARoundWithNobodyToSelectEnds(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.Eligible, dossier.Held, 1)
	w.seed("dossier-02", dossier.Eligible, dossier.Approved, 2) // whom the agency does not want
	w.seed("dossier-03", dossier.Refused, dossier.RefusedOne, 1)
	w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason), fault.Invalid) // it is open
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.head, aRound, reason), fault.Denied)
	w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, "  ngắn   "), fault.Invalid)
	w.mails = nil
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
	w.pump()
	if len(w.mails) != 1 || w.mails[0].Template != mail.TaskEnding || w.mails[0].To != w.head.ID || w.mails[0].Link == "" {
		t.Errorf("the head is told %+v", w.mails)
	}
	sel := get[round.Selection](w, round.SelectionKey(aRound, 1))
	w.code(w.selection.Confirm(w.ctx, w.id(), w.head, aRound, 1, act.Digest(sel.Entries)), "stale")
	w.mails = nil
	w.ok(w.endWithout())
	w.pump()
	w.over()
	told := map[string]int{}
	for _, m := range w.mails {
		told[m.Template]++
	}
	if told[mail.Result] != 2 || told[mail.DecisionReceipt] != 1 {
		t.Errorf("mails: %v", told)
	}
	for _, id := range []string{"dossier-01", "dossier-02"} {
		w.ended(id, dossier.NotSelected)
		d := w.dossier(id)
		if why, err := act.Read(w.ctx, w.real, dossier.Chain(id), d.Reason); err != nil || why != reason {
			t.Errorf("%s reads why: %q %v", id, why, err)
		}
	}
	if d := w.dossier("dossier-03"); d.State != dossier.Refused || d.Reason != "" {
		t.Errorf("a refused dossier is %s", d.State)
	}
	w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason), fault.Invalid)
	w.refused(w.submission.Withdraw(w.ctx, w.id(), w.admin, "dossier-02", reason), fault.Invalid)
}

func TestWhoPreparedDoesNotConfirm(t *testing.T) {
	w := setup(t)
	both := w.person("both", "", people.Admin, people.Head)
	w.open(func(s *round.Settings) { s.Head = append(s.Head, both.ID) })
	w.seed("dossier-01", dossier.Eligible, dossier.Approved, 2)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), both, aRound, reason))
	confirm := func() error {
		sel := get[round.Selection](w, round.SelectionKey(aRound, 1))
		return w.selection.Confirm(w.ctx, w.id(), both, aRound, 1, sel.Shown(w.list()))
	}
	w.code(confirm(), "same-person")
	w.ok(w.selection.Prepare(w.ctx, w.id(), both, aRound, w.choose("dossier-01", 1)))
	w.code(confirm(), "same-person")
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-01", 1)))
	w.ok(confirm())
	w.pump()
	if rd := w.round(); rd.Stage != "review" || rd.Without != nil {
		t.Errorf("a list that replaced the end without a selection goes to %q", rd.Stage)
	}
}

// TestARoundEndsWithoutASelectionAtAnyStage loses everybody on the list under
// review, and by holds before the decision: the clerks would wait for a
// decision that names nobody.
func TestARoundEndsWithoutASelectionAtAnyStage(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"withdrawn under review": func(w *world) {
			w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, "dossier-01", reason))
		},
		"refused": func(w *world) { w.ok(w.reviewAll(dossier.RefusedOne)) },
		"held": func(w *world) {
			w.ok(w.reviewAll(dossier.Held))
			w.pump()
			w.code(w.enter(), "nobody")
		},
	} {
		w := newWorld(t)
		w.closed("dossier-01")
		w.confirm(w.choose("dossier-01", 2))
		w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason), fault.Invalid)
		lose(w)
		w.pump()
		w.runs.lose()
		_, err := w.sweep.Run(w.ctx, 0)
		w.ok(err)
		w.pump()
		w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
		w.ok(w.endWithout())
		w.pump()
		if t.Logf("%s", name); w.round().Decision != nil {
			t.Error("a decision stands that nobody confirmed")
		}
		w.over()
		if d := w.dossier("dossier-01"); !d.Sealed || !d.State.Final() {
			t.Errorf("%s: %s, sealed %v", name, d.State, d.Sealed)
		}
		w.close()
	}
}

// TestAnEndWithoutASelectionWaitsForAppraisal: nobody loses the place they
// might still compete for.
func TestAnEndWithoutASelectionWaitsForAppraisal(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
	w.code(w.endWithout(), "pending")
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.RefusedOne))
	w.ok(w.endWithout())
	w.pump()
	w.over()
}
