package roomstest

import (
	"fmt"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

func setup(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	t.Cleanup(w.close)
	return w
}

const reason = "Vì lý do đã nêu rõ."

// choose names n nominees of a dossier.
func (w *world) choose(id string, n int) []selection.Choice {
	var out []selection.Choice
	for _, x := range w.dossier(id).Nominees[:n] {
		out = append(out, selection.Choice{Dossier: id, Nominee: x.ID})
	}
	return out
}

// confirm prepares a selection and has the head confirm it.
func (w *world) confirm(choices []selection.Choice) {
	w.Helper()
	n := w.round().Selection + 1
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, choices))
	sel := get[round.Selection](w, round.SelectionKey(aRound, n))
	w.ok(w.selection.Confirm(w.ctx, w.id(), w.head, aRound, n, act.Digest(sel.Entries)))
	w.pump()
}

// closed opens and closes a round with eligible dossiers.
func (w *world) closed(ids ...string) {
	w.Helper()
	w.open(nil)
	for _, id := range ids {
		w.seed(id, dossier.Eligible, dossier.Approved, 2)
	}
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
}

func (w *world) reviewAll(is dossier.Standing) error {
	return w.reviewEach(func(round.Entry) dossier.Standing { return is })
}

func (w *world) reviewEach(is func(round.Entry) dossier.Standing) error {
	list := w.list()
	say := review.Deciding{Shown: list.Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range list.Holding() {
		say.Nominees[review.Key(e)] = review.Rule{Is: is(e), Reason: reason}
	}
	rd := w.round()
	t := w.task(rd.Task)
	for _, who := range w.reviewers {
		if t.For(who.ID) && !rd.Took(who.ID, t.Step) {
			return w.review.Decide(w.ctx, w.id(), who, t.ID, say)
		}
	}
	for _, who := range w.reviewers { // whoever has it took another step: it is given to somebody else
		if !rd.Took(who.ID, t.Step) {
			w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, t.ID, []string{who.ID}))
			return w.review.Decide(w.ctx, w.id(), who, t.ID, say)
		}
	}
	return fault.New(fault.NotFound, "test", "")
}

func (w *world) enter() error { return w.enterKey(w.id()) }

func (w *world) enterKey(key string) error {
	return w.decision.Enter(w.ctx, key, w.clerk, w.round().Task, decision.Entering{
		Number: "12/QĐ-UBND", Date: w.now.Format("2006-01-02"), SHA256: act.Hash("pdf"), Bucket: "inbox", Key: "k", Version: "v",
	})
}

func (w *world) decide() error { return w.decideKey(w.id()) }

func (w *world) decideKey(key string) error {
	rd := w.round()
	if rd.Decision == nil {
		return fault.New(fault.Invalid, "test", "")
	}
	return w.decision.Confirm(w.ctx, key, w.clerk2, rd.Task, decision.Confirming{Shown: decision.Shown(*rd.Decision, w.list()), Note: reason})
}

func TestWithdrawalDuringTheDecisionAsksAgain(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01", "dossier-02")
	w.confirm(append(w.choose("dossier-01", 1), w.choose("dossier-02", 1)...))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.ok(w.enter())
	before := w.round().Task
	w.refused(w.submission.Withdraw(w.ctx, w.id(), w.unit, "dossier-02", reason), fault.Denied)
	w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, "dossier-02", reason))
	w.pump()
	if w.round().Task == before {
		t.Fatal("the clerks are still asked about a list that is gone")
	}
	w.refused(w.decide(), fault.Gone) // what was entered spoke of the list before
	w.ok(w.enter())
	w.ok(w.decide())
	w.pump()
	w.ended("dossier-01", dossier.Awarded)
	w.ended("dossier-02", dossier.Withdrawn)
}

// TestWithdrawalBesideWhatTakesOrAsks withdraws between an act's reading of
// the round and its commit, and lets the act in between those of a withdrawal.
func TestWithdrawalBesideWhatTakesOrAsks(t *testing.T) {
	withdraw := func(w *world) error { return w.submission.Withdraw(w.ctx, w.id(), w.admin, "dossier-01", reason) }
	prepared := func(w *world) {
		w.closed("dossier-01", "dossier-02")
		w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, append(w.choose("dossier-01", 1), w.choose("dossier-02", 1)...)))
	}
	head := func(w *world) error {
		sel := get[round.Selection](w, round.SelectionKey(aRound, 1))
		return w.selection.Confirm(w.ctx, w.id(), w.head, aRound, 1, act.Digest(sel.Entries))
	}
	asks := func(stage string) func(*world) error {
		return func(w *world) error {
			inner := w.store.before
			var when func(store.Commit)
			when = func(c store.Commit) {
				if strings.Contains(c.Key, "/"+stage+"/") {
					inner(c)
				} else {
					w.store.before = when
				}
			}
			if inner != nil {
				w.store.before = when
			}
			w.pump()
			return nil
		}
	}
	for name, x := range map[string]struct {
		bring func(*world)
		act   func(*world) error
		kind  fault.Kind // of the act's refusal with a withdrawal inside it
	}{
		"confirmation": {prepared, head, fault.Invalid},
		"review is asked": {func(w *world) {
			prepared(w)
			w.ok(head(w))
			for range 50 { // up to the end of quota, message by message
				if w.round().Written == 1 {
					break
				}
				w.deliver(w.pending()[0])
			}
			w.runs.lose()
			change(w, round.Key(aRound), round.Put, func(r *round.Round) { r.Task = "" })
			_, err := w.sweep.Run(w.ctx, 0)
			w.ok(err)
		}, asks("review"), ""},
		"decision is asked": {func(w *world) {
			prepared(w)
			w.ok(head(w))
			w.pump()
			w.ok(w.reviewAll(dossier.Approved))
		}, asks("decision"), ""},
	} {
		for _, inside := range []bool{true, false} {
			w := newWorld(t)
			x.bring(w)
			if inside {
				w.store.before = beside(func() { w.ok(withdraw(w)) })
				if err := x.act(w); x.kind == "" && err != nil || x.kind != "" && !fault.Is(err, x.kind) {
					t.Errorf("%s with a withdrawal inside: %v", name, err)
				}
			} else {
				w.store.before = beside(func() { w.ok(x.act(w)) })
				if err := withdraw(w); err != nil && !fault.Is(err, fault.Conflict) {
					t.Errorf("withdrawal with %s inside: %v", name, err)
				}
			}
			w.store.before = nil
			w.pump()
			w.check()
			if stage := w.round().Stage; stage == "review" || stage == "decision" {
				if task := w.task(w.round().Task); task.Revision != w.list().Version || task.State != round.TaskOpen {
					t.Errorf("%s, inside %v: %s asks about list %d of %d, %s", name, inside, stage, task.Revision, w.list().Version, task.State)
				}
			}
			w.close()
		}
	}
}

func TestNothingIsWithdrawnAfterTheDecision(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 1))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.ok(w.enter())
	w.ok(w.decide()) // the outcome has not reached the dossier yet
	w.refused(w.submission.Withdraw(w.ctx, w.id(), w.admin, "dossier-01", reason), fault.Invalid)
	w.pump()
	w.ended("dossier-01", dossier.Awarded)
}

func (w *world) ended(id string, state dossier.State) {
	w.Helper()
	if d := w.dossier(id); d.State != state || !d.Sealed {
		w.Errorf("%s is %s, sealed %v; want %s, sealed", id, d.State, d.Sealed, state)
	}
}

func TestTheUnitReadsWhyReviewRefused(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 1))
	w.ok(w.reviewAll(dossier.RefusedOne))
	w.pump()
	check := func(when string) {
		n := w.dossier("dossier-01").Nominees[0]
		text, err := act.Read(w.ctx, w.real, dossier.Chain("dossier-01"), n.Reason)
		w.ok(err)
		if n.Standing != dossier.RefusedOne || text != reason {
			t.Errorf("%s: %s, reason %q", when, n.Standing, text)
		}
	}
	check("after review")
	w.code(w.enter(), "nobody")
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
	w.ok(w.endWithout())
	w.pump()
	check("after the end")
}

func TestAHeldNomineeGetsNoPlace(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01", "dossier-02")
	w.confirm(append(w.choose("dossier-01", 2), w.choose("dossier-02", 1)...))
	w.ok(w.reviewEach(func(e round.Entry) dossier.Standing {
		if e.Dossier == "dossier-01" {
			return dossier.Held
		}
		return dossier.Approved
	}))
	w.pump()
	if free := w.counter(round.PlaceCounter(aRound, dossier.Collective)); free != 1 {
		t.Errorf("%d places are free while one is held", free)
	}
	w.ok(w.enter())
	w.ok(w.decide())
	w.pump()
	if free := w.counter(round.PlaceCounter(aRound, dossier.Collective)); free != 2 {
		t.Errorf("%d places are free after the decision", free)
	}
	w.ended("dossier-01", dossier.NotSelected)
}

func TestAFurtherSelectionAsksNobodyAfterTheDecision(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01", "dossier-02")
	w.confirm(w.choose("dossier-01", 1))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-02", 1)))
	w.ok(w.enter())
	w.ok(w.decide())
	w.pump()
	if got := w.task(round.TaskID(aRound, 2, "selection")).State; got != round.TaskVoid {
		t.Errorf("the head's task is %s", got)
	}
	w.refused(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-02", 1)), fault.Invalid)
	w.ended("dossier-02", dossier.NotSelected)
}

func TestAStandInConfirmsTheSelection(t *testing.T) {
	w := setup(t)
	deputy := w.person("deputy", "", people.Head)
	change(w, people.Key(w.head.ID), people.PutPerson, func(p *people.Person) {
		p.Away = &people.Away{From: w.now.Add(-day), To: w.now.Add(5 * day), StandIn: deputy.ID}
	})
	w.closed("dossier-01")
	w.mails = nil
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-01", 1)))
	w.pump()
	if len(w.mails) != 1 || w.mails[0].To != deputy.ID || w.mails[0].Template != mail.TaskSelection {
		t.Errorf("mails: %+v", w.mails)
	}
	sel := get[round.Selection](w, round.SelectionKey(aRound, 1))
	shown := act.Digest(sel.Entries)
	w.refused(w.selection.Confirm(w.ctx, w.id(), w.head, aRound, 1, shown), fault.NotFound)
	w.ok(w.selection.Confirm(w.ctx, w.id(), deputy, aRound, 1, shown))
}

func TestAStandInWhoLeftIsNotAsked(t *testing.T) {
	w := setup(t)
	gone := w.person("gone", "", people.Appraiser)
	change(w, people.Key(gone.ID), people.PutPerson, func(p *people.Person) { p.Active = false })
	change(w, people.Key(w.appraisers[0].ID), people.PutPerson, func(p *people.Person) {
		p.Away = &people.Away{From: w.now.Add(-day), To: w.now.Add(5 * day), StandIn: gone.ID}
	})
	w.open(nil)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.pump()
	if got := w.task(w.dossier("dossier-01").Task).Persons; len(got) != 1 || got[0] != w.appraisers[0].ID {
		t.Errorf("asked: %v", got)
	}
}

func TestOnlyDecidersAreGivenTasks(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 2)
	w.pump()
	task := w.dossier("dossier-01").Task
	for _, who := range []people.Actor{
		w.admin, w.unit, w.clerk,
		w.person("colleague", "u1", people.Appraiser),        // of the nominating unit
		w.person("người dossier-01 1", "", people.Appraiser), // named in the dossier
	} {
		w.refused(w.parking.Reassign(w.ctx, w.id(), w.admin, task, []string{who.ID}), fault.Invalid)
	}
	a, b := w.appraisers[1], w.appraisers[0]
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, task, []string{a.ID, a.ID}))
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, task, []string{b.ID})) // who has a link from before
	w.refused(w.ruleAll(a, "dossier-01", dossier.Approved), fault.NotFound)
	b.Roles = []people.Role{people.Auditor} // the role was taken away meanwhile
	w.refused(w.ruleAll(b, "dossier-01", dossier.Approved), fault.NotFound)
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.Approved))
}

// ruleAll decides every nominee of a dossier alike.
func (w *world) ruleAll(who people.Actor, id string, is dossier.Standing) error {
	d := w.dossier(id)
	say := appraisal.Deciding{Noted: true, Nominees: map[string]appraisal.Rule{}, Shown: get[dossier.Revision](w, dossier.RevisionKey(id, d.Revision)).Hash}
	again := false
	if d.Task != "" {
		again = w.task(d.Task).Recall
	}
	for _, n := range d.Nominees {
		if !again || n.Standing == dossier.Held {
			say.Nominees[n.ID] = appraisal.Rule{Is: is, Reason: reason, Review: w.now.Add(w.hold).Format("2006-01-02"), Score: 5000}
		}
	}
	return w.appraisal.Decide(w.ctx, w.id(), who, d.Task, say)
}

func TestEveryReturnIsTold(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.put(store.Put(dossier.DocumentKey("dossier-01", "doc"), 0, dossier.Document{ID: "doc", Dossier: "dossier-01", State: dossier.Read, Version: "v1"}))
	w.pump()
	for i := range 2 {
		d := w.dossier("dossier-01")
		w.mails = nil
		w.ok(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{
			Shown: get[dossier.Revision](w, dossier.RevisionKey("dossier-01", d.Revision)).Hash, Return: true, Reason: reason,
		}))
		var sent []string
		for _, m := range w.pending() {
			if body[mail.Notice](w, m).Template == mail.ReturnedToUnit {
				sent = append(sent, m.ID)
			}
		}
		want := fmt.Sprintf("returned/dossier-01/appraisal/%d", i+1)
		if len(sent) != 1 || sent[0] != want {
			t.Errorf("return %d: mails %v, want %s", i+1, sent, want)
		}
		w.pump()
		_, err := w.submission.Submit(w.ctx, w.id(), w.unit, "dossier-01", submission.Submitting{})
		w.ok(err)
		w.pump()
	}
}
