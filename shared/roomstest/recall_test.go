package roomstest

import (
	"testing"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
)

// held brings a dossier through appraisal with one nominee approved and one on
// hold until a day three months on.
func (w *world) held(edit func(*round.Settings)) dossier.Dossier {
	w.Helper()
	d := w.appraised(2, edit)
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.Approved, dossier.Held))
	w.pump()
	return w.dossier(d.ID)
}

// rule decides the nominees the dossier's task asks about, in order.
func (w *world) rule(who people.Actor, id string, is ...dossier.Standing) error {
	d := w.dossier(id)
	say := appraisal.Deciding{Noted: true, Nominees: map[string]appraisal.Rule{}, Shown: get[dossier.Revision](w, dossier.RevisionKey(id, d.Revision)).Hash}
	for _, n := range d.Nominees {
		if w.task(d.Task).Recall && n.Standing != dossier.Held {
			continue
		}
		say.Nominees[n.ID] = appraisal.Rule{Is: is[len(say.Nominees)], Reason: reason, Review: w.now.Add(90 * day).Format("2006-01-02"), Score: 5000}
	}
	return w.appraisal.Decide(w.ctx, w.id(), who, d.Task, say)
}

// later lets days pass and the clock look.
func (w *world) later(days int) {
	w.Helper()
	for range days {
		w.now = w.now.Add(day)
		_, err := w.clock.Tick(w.ctx)
		w.ok(err)
		w.pump()
	}
	w.check()
}

func TestAHoldComesBackOnItsDay(t *testing.T) {
	w := setup(t)
	d := w.held(func(s *round.Settings) { s.Steps[0].Persons = ids(w.appraisers[:2]) })
	first := get[round.Task](w, round.TaskKey(round.TaskID(d.ID, 1, "so")))
	w.later(80) // the round closes meanwhile
	if d = w.dossier(d.ID); d.Task != "" || d.Recalled() {
		t.Fatal("it came back before its day")
	}
	w.mails = nil
	w.later(11)
	d = w.dossier(d.ID)
	task := w.task(d.Task)
	if d.State != dossier.Eligible || !task.Recall || task.ID == first.ID || d.Holder != "Sở thẩm định" || d.Due != task.Due {
		t.Fatalf("%s, held by %q until %v: %+v", d.State, d.Holder, d.Due, task)
	}
	told := 0
	for _, m := range w.mails {
		if m.Template == mail.TaskRecall && m.Link != "" && task.For(m.To) {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d of 2 were told", told)
	}
	// A first selection waits for the answer.
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose(d.ID, 1)))
	w.code(w.endWithout(), "pending")
	// Only who is on hold is asked about, and the whole is not returned any more.
	hash := get[dossier.Revision](w, dossier.RevisionKey(d.ID, 1)).Hash
	yes := appraisal.Rule{Is: dossier.Approved, Score: 1}
	a, b := d.Nominees[0].ID, d.Nominees[1].ID
	w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: hash, Nominees: map[string]appraisal.Rule{a: yes, b: yes}}), "incomplete")
	w.refused(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: hash, Return: true, Reason: reason}), fault.Invalid)
	w.later(4)
	reminded := 0
	for _, m := range w.mails {
		if m.Template == mail.Reminder && m.Task == task.ID {
			reminded++
		}
	}
	if reminded != 2 {
		t.Errorf("%d of 2 were reminded", reminded)
	}
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.Approved)) // the same person as before may
	w.pump()
	w.check()
	if d = w.dossier(d.ID); d.Recalled() || d.Nominees[1].Standing != dossier.Approved || d.Nominees[1].Review != "" || d.Nominees[0].Score != 5000 {
		t.Fatalf("%+v", d.Nominees)
	}
	w.confirm(w.choose(d.ID, 2))
}

func TestAHoldMayBeHeldAgainOrRefused(t *testing.T) {
	w := setup(t)
	d := w.appraised(1, nil)
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.Held))
	w.later(91)
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.Held))
	if d = w.dossier(d.ID); d.Recalled() || d.ReviewAt().Before(w.now) {
		t.Fatalf("held again until %v", d.ReviewAt())
	}
	w.later(91)
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.RefusedOne))
	w.pump()
	w.check()
	w.ended(d.ID, dossier.Refused)
	if got := w.dossier(d.ID).Recalls; got != 2 {
		t.Errorf("brought back %d times", got)
	}
}

func TestAHoldNamesADayAhead(t *testing.T) {
	w := setup(t)
	d := w.appraised(1, nil)
	hash := get[dossier.Revision](w, dossier.RevisionKey(d.ID, 1)).Hash
	for _, on := range []string{"", "2025-03-03", "2024-12-31", "2026-12-31", "9999-01-01", "31/12/2025"} {
		w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{
			Shown: hash, Nominees: map[string]appraisal.Rule{d.Nominees[0].ID: {Is: dossier.Held, Reason: reason, Review: on}},
		}), "review-date")
	}
}

// TestAHoldAskedAgainNeverStandsInTheWay has what ends a dossier come before
// the answer.
func TestAHoldAskedAgainNeverStandsInTheWay(t *testing.T) {
	for name, end := range map[string]func(w *world, id string){
		"withdrawn": func(w *world, id string) { w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, id, reason)) },
		"decided": func(w *world, id string) {
			w.ok(w.reviewAll(dossier.Approved))
			w.pump()
			w.ok(w.enter())
			w.ok(w.decide())
		},
	} {
		w := newWorld(t)
		d := w.held(nil)
		w.later(10)
		w.confirm(w.choose(d.ID, 1)) // its day is not here yet
		w.later(81)
		d = w.dossier(d.ID)
		if d.State != dossier.Selected || !d.Recalled() {
			t.Fatalf("%s: %s, asked %v", name, d.State, d.Recalled())
		}
		task := d.Task
		end(w, d.ID)
		w.pump()
		w.check()
		if got := w.task(task).State; got != round.TaskVoid {
			t.Errorf("%s: the task is %s", name, got)
		}
		if d = w.dossier(d.ID); !d.State.Final() || !d.Sealed {
			t.Errorf("%s: it is %s", name, d.State)
		}
		w.code(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], task, appraisal.Deciding{}), "task-void")
		w.close()
	}
}

// TestASelectionBesideAHoldThatComesBack takes a place for the one while the
// other is asked about.
func TestASelectionBesideAHoldThatComesBack(t *testing.T) {
	w := setup(t)
	d := w.held(nil)
	w.seed("dossier-02", dossier.Eligible, dossier.Approved, 1)
	w.later(10)
	w.confirm(w.choose("dossier-02", 1))
	w.later(81)
	w.confirm(w.choose(d.ID, 1)) // a further selection
	w.check()
	if d = w.dossier(d.ID); d.State != dossier.Selected || !d.Recalled() || d.Holder != "Sở thẩm định" || d.Due.IsZero() {
		t.Fatalf("%s, held by %q until %v", d.State, d.Holder, d.Due)
	}
	w.ok(w.rule(w.appraisers[0], d.ID, dossier.RefusedOne))
	w.check()
	if d = w.dossier(d.ID); d.State != dossier.Selected || d.Nominees[0].Standing != dossier.PlaceTaken {
		t.Errorf("%s, %s", d.State, d.Nominees[0].Standing)
	}
	if why, err := act.Read(w.ctx, w.real, dossier.Chain(d.ID), d.Nominees[1].Reason); err != nil || why != reason {
		t.Errorf("refused for %q: %v", why, err)
	}
}
