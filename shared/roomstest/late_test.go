package roomstest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

func (w *world) tick() {
	w.Helper()
	_, err := w.clock.Tick(w.ctx)
	w.ok(err)
	w.pump()
}

func (w *world) admit(id string, span time.Duration) error {
	return w.submission.AnswerLate(w.ctx, w.id(), w.admin, id, submission.Answer{Admit: true, Until: w.now.Add(span), Reason: reason})
}

func (w *world) submit(id string) error {
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
	return err
}

func TestALateDossierIsAdmittedOrRefusedByAnActWithAReason(t *testing.T) {
	w := setup(t)
	w.open(nil)
	early, draft, refused := w.draft(), w.draft(), w.draft()
	w.read(w.add(early, "sớm"))
	w.read(w.add(draft, "muộn"))
	w.ok(w.submit(early))
	w.pump()
	w.now = w.now.Add(10 * day)
	w.tick()
	if s := w.dossier(draft).State; s != dossier.NotSubmitted {
		t.Fatalf("the draft is %s after the window", s)
	}
	w.ok(w.ruleAll(w.appraisers[0], early, dossier.Approved))
	w.pump()
	w.refused(w.submit(draft), fault.Invalid)
	w.refused(w.submission.AskLate(w.ctx, w.id(), w.unit, draft, "vì"), fault.Invalid)
	w.ok(w.submission.AskLate(w.ctx, w.id(), w.unit, draft, reason))
	w.refused(w.submission.AskLate(w.ctx, w.id(), w.unit, draft, reason), fault.Invalid)
	_, err := w.submission.Open(w.ctx, w.id(), w.unit, submission.Opening{Round: aRound})
	w.refused(err, fault.Invalid)
	third, err := w.submission.Open(w.ctx, w.id(), w.unit, submission.Opening{Round: aRound, Late: reason})
	w.ok(err)
	for _, a := range []submission.Answer{
		{Admit: true, Until: w.now.Add(day)},
		{Admit: true, Until: w.now, Reason: reason},
		{Admit: true, Until: w.now.Add(submission.MaxLate + day), Reason: reason},
	} {
		w.refused(w.submission.AnswerLate(w.ctx, w.id(), w.admin, draft, a), fault.Invalid)
	}
	w.refused(w.submission.AnswerLate(w.ctx, w.id(), w.head, draft, submission.Answer{Reason: reason}), fault.Denied)
	own := w.person("admin-u1", "u1", people.Admin)
	w.refused(w.submission.AnswerLate(w.ctx, w.id(), own, draft, submission.Answer{Reason: reason}), fault.Denied)

	w.ok(w.submission.AnswerLate(w.ctx, w.id(), w.admin, refused, submission.Answer{Reason: reason}))
	w.refused(w.admit(refused, day), fault.Invalid)
	if d := w.dossier(refused); d.State != dossier.NotSubmitted || d.Reason == "" {
		t.Errorf("refused: %s %q", d.State, d.Reason)
	}
	w.ok(w.admit(draft, 3*day))
	w.ok(w.admit(third, 2*day))
	w.pump()
	for template, n := range map[string]int{mail.LateAsked: 2, mail.LateAdmitted: 2, mail.LateRefused: 1} {
		for _, m := range w.mails {
			if m.Template == template {
				n--
			}
		}
		if n != 0 {
			t.Errorf("%s: %d mails are missing", template, n)
		}
	}

	// Nobody selects while an admitted dossier may come.
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose(early, 1)))
	if err := w.confirmPrepared(); fault.CodeOf(err) != "drafts" {
		t.Errorf("a late dossier may come, and the selection is confirmed: %v", err)
	}
	w.now = w.now.Add(day)
	w.ok(w.submit(draft))
	w.pump()
	var rv dossier.Revision
	if rv = get[dossier.Revision](w, dossier.RevisionKey(draft, 1)); !rv.Late {
		t.Error("the revision does not say that it is late")
	}
	w.now = w.now.Add(day)
	w.tick() // the third did not come
	if d := w.dossier(third); d.State != dossier.NotSubmitted {
		t.Errorf("the third is %s after its own deadline", d.State)
	}
	if err := w.confirmPrepared(); fault.CodeOf(err) != "pending" {
		t.Errorf("a late dossier is not through appraisal, and the selection is confirmed: %v", err)
	}
	w.ok(w.ruleAll(w.appraisers[0], draft, dossier.Approved))
	w.pump()
	w.confirm(append(w.choose(early, 1), w.choose(draft, 1)...))
	w.refused(w.submission.AskLate(w.ctx, w.id(), w.unit, third, reason), fault.Invalid)
	w.check()
}

// TestAConfirmationSeesALateDossierAdmittedBesideIt: an admission between a
// confirmation's reading and its commit makes it read again.
func TestAConfirmationSeesALateDossierAdmittedBesideIt(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("d1", dossier.Eligible, dossier.Approved, 2)
	id := w.draft()
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("d1", 2)))
	w.store.before = beside(func() { w.ok(w.admit(id, day)) })
	if err := w.confirmPrepared(); fault.CodeOf(err) != "drafts" {
		t.Errorf("confirmed beside an admission: %v", err)
	}
}

// TestEveryDossierOfARoundHasAnOutcome plays units, appraisers and
// administrators at random, late ones too; when all deadlines are over and the
// round is decided, no dossier is left without an outcome, and every one that
// was submitted is sealed.
func TestEveryDossierOfARoundHasAnOutcome(t *testing.T) {
	seen := map[dossier.State]int{}
	one := func(t *rapid.T) {
		w := newWorld(t)
		defer w.close()
		w.open(nil)
		var ids []string
		pick := func() string { return rapid.SampledFrom(ids).Draw(t, "dossier") }
		tries := func(err error) {
			if fault.Is(err, fault.Internal) || err != nil && fault.KindOf(err) == "" {
				t.Fatal(err)
			}
		}
		files := 0
		acts := map[string]func(){
			"open": func() {
				o := submission.Opening{Round: aRound}
				if w.round().State == round.Closed {
					o.Late = reason
				}
				id, err := w.submission.Open(w.ctx, w.id(), w.unit, o)
				if err == nil {
					ids = append(ids, id)
				}
				tries(err)
			},
			"file": func() {
				if d := w.dossier(pick()); d.State == dossier.Draft && (d.Due.IsZero() || w.now.Before(d.Due)) {
					files++
					w.read(w.add(d.ID, fmt.Sprint(files)))
				}
			},
			"submit":   func() { tries(w.submit(pick())) },
			"withdraw": func() { tries(w.submission.Withdraw(w.ctx, w.id(), w.unit, pick(), reason)) },
			"ask":      func() { tries(w.submission.AskLate(w.ctx, w.id(), w.unit, pick(), reason)) },
			"admit":    func() { tries(w.admit(pick(), day)) },
			"refuse": func() {
				tries(w.submission.AnswerLate(w.ctx, w.id(), w.admin, pick(), submission.Answer{Reason: reason}))
			},
			"rule": func() {
				is := rapid.SampledFrom([]dossier.Standing{dossier.Approved, dossier.RefusedOne, dossier.Held}).Draw(t, "is")
				if d := w.dossier(pick()); d.Task != "" {
					tries(w.ruleAll(w.appraisers[0], d.ID, is))
				}
			},
			"return": func() {
				if d := w.dossier(pick()); d.Task != "" {
					shown := get[dossier.Revision](w, dossier.RevisionKey(d.ID, d.Revision)).Hash
					tries(w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, appraisal.Deciding{Shown: shown, Return: true, Reason: reason}))
				}
			},
			"close": func() {
				if w.round().State == round.Open && rapid.IntRange(0, 3).Draw(t, "close") == 0 {
					tries(w.board.Close(w.ctx, w.id(), w.admin, aRound))
				}
			},
			"half a day": func() { w.now = w.now.Add(day / 2); w.tick() },
		}
		names := []string{"open", "file", "submit", "withdraw", "ask", "admit", "refuse", "rule", "return", "close", "half a day", "open", "file", "submit", "submit", "file", "rule"}
		acts["open"]()
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 20, 60).Draw(t, "acts") {
			if acts[name](); rapid.Bool().Draw(t, "pump") {
				w.pump()
			}
			w.check()
		}
		// Everybody does what is asked of them, and time passes.
		for range 80 {
			w.pump()
			w.now = w.now.Add(day / 2)
			w.tick()
			for _, id := range ids {
				if d := w.dossier(id); d.State == dossier.InAppraisal && d.Task != "" {
					w.ok(w.ruleAll(w.appraisers[0], id, dossier.Approved))
				}
			}
			w.pump()
			rd := w.round()
			if rd.State == round.Decided {
				break
			}
			if rd.State != round.Closed || rd.Task == "" {
				continue
			}
			switch rd.Stage {
			case "selection":
				cs, err := selection.Candidates(w.ctx, w.store, aRound)
				w.ok(err)
				if len(cs) == 0 {
					w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
				} else {
					w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, []selection.Choice{{Dossier: cs[0].Dossier, Nominee: cs[0].Nominee}}))
				}
				sel := get[round.Selection](w, round.SelectionKey(aRound, rd.Selection+1))
				tries(w.selection.Confirm(w.ctx, w.id(), w.head, aRound, rd.Selection+1, sel.Shown(w.list())))
			case "review":
				w.ok(w.reviewAll(dossier.Approved))
			case "decision":
				w.ok(w.enter())
				w.ok(w.decide())
			}
		}
		w.pump()
		s, err := w.real.Query(w.ctx, dossier.OfRound, aRound, store.Page{})
		w.ok(err)
		if len(s.Records) != len(ids) {
			t.Fatalf("%d dossiers, %d were opened", len(s.Records), len(ids))
		}
		for _, id := range ids {
			d := w.dossier(id)
			seen[d.State]++
			if !d.State.Final() || d.Stage != "" || d.Sealed != (d.Revision > 0) || !d.Due.IsZero() {
				t.Fatalf("%s is %s at %q, sealed %v, due %v, revision %d", id, d.State, d.Stage, d.Sealed, d.Due, d.Revision)
			}
		}
	}
	// Some outcomes are rare: more histories are made until each was there.
	rare := func(s dossier.State) bool { return seen[s] == 0 }
	want := []dossier.State{dossier.NotSubmitted, dossier.Lapsed, dossier.Withdrawn, dossier.Refused, dossier.Awarded}
	for batch := 0; batch < 20 && !t.Failed() && (batch == 0 || slices.ContainsFunc(want, rare)); batch++ {
		rapid.Check(t, one)
	}
	if slices.ContainsFunc(want, rare) {
		t.Errorf("some outcome never came: %v", seen)
	}
	t.Log(seen)
}

// lateLargest asks for and admits late dossiers in the round with the most
// persons, once it is closed.
func lateLargest(w *world) {
	w.Helper()
	w.pump()
	id, err := w.submission.Open(w.ctx, w.id(), w.unit, submission.Opening{Round: aRound, Late: reason})
	w.ok(err)
	w.ok(w.admit(id, day))
}
