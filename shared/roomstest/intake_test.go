package roomstest

import (
	"fmt"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/sweep"
)

// draft opens a dossier.
func (w *world) draft() string {
	w.Helper()
	id, err := w.submission.Open(w.ctx, w.id(), w.unit, submission.Opening{Round: aRound})
	w.ok(err)
	return id
}

// add opens a slot and brings the bytes; nobody is told of them yet.
func (w *world) add(id, content string) dossier.Document {
	w.Helper()
	content = "%PDF-1.7 " + content
	doc, err := w.submission.AddDocument(w.ctx, w.id(), w.unit, id, submission.Upload{Name: content + ".pdf", Size: int64(len(content)), SHA256: act.Hash(content)})
	w.ok(err)
	w.files[doc.ObjectKey+"@v1"] = []byte(content)
	return doc
}

func (w *world) register(doc dossier.Document) bool {
	w.Helper()
	first, err := w.intake.Register(w.ctx, intake.Stored{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: "v1", Size: doc.Size})
	w.ok(err)
	return first
}

func (w *world) doc(d dossier.Document) dossier.Document {
	return get[dossier.Document](w, dossier.DocumentKey(d.Dossier, d.ID))
}

// read brings a registered document through its flow.
func (w *world) read(doc dossier.Document) {
	w.Helper()
	w.register(doc)
	w.pump()
}

// flowOf gives the acts by which one document becomes known and read.
func (w *world) flowOf(doc dossier.Document) []func() {
	in := flow.In{Subject: dossier.Subject(doc.Dossier, doc.ID), Revision: 1, Generation: 1}
	stage := func(s flow.Stage) func() {
		return func() { _, err := s(w.ctx, in); w.ok(err) }
	}
	return []func(){func() { w.register(doc) }, stage(w.intake.Run), stage(w.extract.Run), stage(w.recognize.Run)}
}

// merges gives every order of a and b steps that keeps each one's own order,
// with one more step at every place.
func merges(a, b, s int) []string {
	if a+b+s == 0 {
		return []string{""}
	}
	var out []string
	for _, x := range []struct {
		name    string
		a, b, s int
	}{{"a", 1, 0, 0}, {"b", 0, 1, 0}, {"s", 0, 0, 1}} {
		if a < x.a || b < x.b || s < x.s {
			continue
		}
		for _, rest := range merges(a-x.a, b-x.b, s-x.s) {
			out = append(out, x.name+rest)
		}
	}
	return out
}

// TestExactlyOneRunStarts submits at every moment of the reading of two
// documents, also between a reading's look at the store and its commit, and
// with a reading between those of the submission: one run starts,
// when everything that was pinned is read, and never before.
func TestExactlyOneRunStarts(t *testing.T) {
	for _, inside := range []string{"", "submission inside reading", "reading inside submission"} {
		for _, order := range merges(3, 4, 1) {
			w := newWorld(t)
			w.open(nil)
			id := w.draft()
			docs := []dossier.Document{w.add(id, "one"), w.add(id, "scan")}
			starts := 0
			seen := w.store.after
			w.store.after = func(c store.Commit) {
				seen(c)
				for _, m := range c.Outbox {
					if !strings.HasPrefix(m.ID, "start/dos-") {
						continue
					}
					starts++
					for _, p := range get[dossier.Revision](w, dossier.RevisionKey(id, 1)).Pinned {
						if doc := get[dossier.Document](w, dossier.DocumentKey(id, p.Document)); !doc.Settled() {
							t.Errorf("%s: started while %s is %s", order, doc.Name, doc.State)
						}
					}
				}
			}
			flows := map[byte][]func(){'a': w.flowOf(docs[0]), 'b': w.flowOf(docs[1])}
			submitted := false
			submit := func() {
				_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
				submitted = err == nil
				if err != nil && !fault.Is(err, fault.Invalid) {
					t.Errorf("%s: %v", order, err)
				}
			}
			for i := range len(order) {
				switch step := order[i]; {
				case step == 's' && inside == "submission inside reading" && i+1 < len(order):
					w.store.before = beside(submit) // inside the next act
				case step == 's' && inside == "reading inside submission" && i+1 < len(order):
					next := order[i+1]
					w.store.before = beside(flows[next][0])
					submit()
					w.store.before = nil
				case step == 's':
					submit()
				default:
					flows[step][0]() // a stage that runs again does nothing
					flows[step] = flows[step][1:]
				}
			}
			w.store.before = nil
			if !submitted {
				submit()
			}
			if d := w.dossier(id); !submitted || starts != 1 || d.State != dossier.Validating || d.Unread != 0 {
				t.Errorf("%s, %q: submitted %v, %d starts, %s with %d unread", order, inside, submitted, starts, d.State, d.Unread)
			}
			w.close()
		}
	}
}

func TestLimitsOfADossierHold(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.submission.Limits = submission.Limits{Files: 2, Bytes: 40, File: 30}
	id := w.draft()
	one := w.add(id, "1")
	w.add(id, "2")
	_, err := w.submission.AddDocument(w.ctx, w.id(), w.unit, id, submission.Upload{Name: "x", Size: 1})
	w.refused(err, fault.OverQuota)
	w.ok(w.submission.RemoveDocument(w.ctx, w.id(), w.unit, id, one.ID))
	_, err = w.submission.AddDocument(w.ctx, w.id(), w.unit, id, submission.Upload{Name: "x", Size: 29 + 2})
	w.refused(err, fault.Invalid)
	_, err = w.submission.AddDocument(w.ctx, w.id(), w.unit, id, submission.Upload{Name: "x", Size: 30})
	w.ok(err)
	stranger := w.person("stranger", "u2", people.Submitter)
	_, err = w.submission.AddDocument(w.ctx, w.id(), stranger, id, submission.Upload{Name: "x", Size: 1})
	w.refused(err, fault.NotFound)
	if w.register(one) {
		t.Error("the bytes of a removed document were registered")
	}
}

func TestALateFileIsNotPinned(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	w.read(w.add(id, "one"))
	late := w.add(id, "late")
	key := w.id()
	rec, err := w.submission.Submit(w.ctx, key, w.unit, id, submission.Submitting{})
	w.ok(err)
	again, err := w.submission.Submit(w.ctx, key, w.unit, id, submission.Submitting{})
	w.ok(err)
	if len(rec.Files) != 1 || rec.Number == "" || again.Number != rec.Number || !again.At.Equal(rec.At) {
		t.Errorf("receipts %+v and %+v", rec, again)
	}
	w.pump()
	w.read(late)
	if got := w.doc(late).State; got != dossier.Read {
		t.Errorf("the late file is %s", got)
	}
	if d := w.dossier(id); d.State != dossier.InAppraisal || d.Revision != 1 {
		t.Errorf("%s at revision %d", d.State, d.Revision)
	}
	fixes := []reading.Correction{{Field: "so", Value: "1"}}
	w.refused(w.submission.Correct(w.ctx, w.id(), w.unit, id, late.ID, fixes), fault.Invalid)
	w.refused(w.submission.RemoveDocument(w.ctx, w.id(), w.unit, id, late.ID), fault.Invalid)
}

// TestWhoRepeatsBesideTheFirstGetsItsAnswer runs the same form twice at once.
func TestWhoRepeatsBesideTheFirstGetsItsAnswer(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	w.read(w.add(id, "one"))
	var inner submission.Receipt
	w.store.ahead = func() {
		var err error
		inner, err = w.submission.Submit(w.ctx, "form", w.unit, id, submission.Submitting{})
		w.ok(err)
	}
	outer, err := w.submission.Submit(w.ctx, "form", w.unit, id, submission.Submitting{})
	w.ok(err)
	if outer.Number != inner.Number {
		t.Errorf("receipts %q and %q", outer.Number, inner.Number)
	}
}

// TestNothingSlipsInBehindTheClosing closes the round between an act's
// reading and its commit.
func TestNothingSlipsInBehindTheClosing(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	w.read(w.add(id, "one"))
	shut := func(store.Commit) { w.ok(w.board.Close(w.ctx, "close", w.admin, aRound)) }
	w.store.before = shut
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
	w.refused(err, fault.Gone)
	w.pump()
	if got := w.dossier(id).State; got != dossier.NotSubmitted {
		t.Errorf("the draft is %s", got)
	}

	w = setup(t)
	w.open(nil)
	w.store.before = func(store.Commit) { w.ok(w.board.Close(w.ctx, "close", w.admin, aRound)) }
	_, err = w.submission.Open(w.ctx, w.id(), w.unit, submission.Opening{Round: aRound})
	w.refused(err, fault.Invalid)
}

func TestWithdrawalInEachState(t *testing.T) {
	bring := map[dossier.State]func(*world) string{
		dossier.Draft: func(w *world) string { return w.draft() },
		dossier.Submitted: func(w *world) string {
			id := w.draft()
			w.register(w.add(id, "one"))
			_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
			w.ok(err)
			return id
		},
		dossier.Validating: func(w *world) string {
			id := w.draft()
			w.read(w.add(id, "one"))
			_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
			w.ok(err)
			return id
		},
	}
	for state, standing := range map[dossier.State]dossier.Standing{dossier.InAppraisal: dossier.Pending, dossier.Returned: dossier.Pending, dossier.Eligible: dossier.Approved} {
		bring[state] = func(w *world) string {
			w.seed("dossier-01", state, standing, 2)
			if state == dossier.InAppraisal {
				w.pump()
			}
			return "dossier-01"
		}
	}
	for state, how := range bring {
		w := newWorld(t)
		w.open(nil)
		id := how(w)
		if got := w.dossier(id).State; got != state {
			t.Fatalf("brought to %s, not %s", got, state)
		}
		w.refused(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, "ngắn"), fault.Invalid)
		w.ok(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, reason))
		w.refused(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, reason), fault.Invalid)
		w.pump()
		w.check()
		d := w.dossier(id)
		if d.State != dossier.Withdrawn || d.Stage != "" || d.Sealed != (d.Revision > 0) {
			t.Errorf("%s: %s at %q, sealed %v", state, d.State, d.Stage, d.Sealed)
		}
		if s, err := w.real.List(w.ctx, round.AssignedPart(w.appraisers[0].ID), store.Page{}); err != nil || len(s.Records) > 0 {
			t.Errorf("%s: a task is left (%v)", state, err)
		}
		if len(w.runs.parked) > 0 {
			t.Errorf("%s: a run is still parked", state)
		}
		w.close()
	}
}

func TestAFileWhoseBytesAreGoneHoldsNothingUp(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	doc := w.add(id, "one")
	w.read(w.add(id, "two"))
	steps := w.flowOf(doc)
	steps[0]()
	steps[1]()
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
	w.ok(err)
	delete(w.files, doc.ObjectKey+"@v1")
	steps[2]()
	if got := w.doc(doc); got.State != dossier.Rejected || got.Problem == nil || got.Problem.Code != dossier.FileMissing {
		t.Errorf("the file is %s: %+v", got.State, got.Problem)
	}
	if got := w.dossier(id).State; got != dossier.Validating {
		t.Errorf("the dossier is %s", got)
	}
}

func TestReturnedDossiersLapseAtTheirInstant(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.Returned, dossier.Pending, 1)
	due := w.now.Add(5 * day)
	change(w, dossier.Key("dossier-01"), dossier.Put, func(d *dossier.Dossier) { d.Due = due })
	w.put(store.Put(dossier.DocumentKey("dossier-01", "doc"), 0, dossier.Document{ID: "doc", Dossier: "dossier-01", State: dossier.Read, Version: "v1"}))
	tick := func() { _, err := w.clock.Tick(w.ctx); w.ok(err); w.pump() }
	w.now = due.Add(-1)
	tick()
	if got := w.dossier("dossier-01").State; got != dossier.Returned {
		t.Fatalf("before its instant it is %s", got)
	}
	w.now = due
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, "dossier-01", submission.Submitting{})
	w.refused(err, fault.Gone)
	w.mails = nil
	tick()
	w.ended("dossier-01", dossier.Lapsed)
	w.check()
	if len(w.mails) != 1 || w.mails[0].Template != mail.LapsedNotice {
		t.Errorf("the unit was told %+v", w.mails)
	}
}

func TestTasksAreRemindedAndOverdueOnce(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.pump()
	due := w.task(w.dossier("dossier-01").Task).Due
	w.mails = nil
	told := map[string]int{}
	for _, at := range []int{-25, -24, -23, -1, 0, 1, 30} {
		w.now = due.Add(hours(at))
		for range 2 {
			_, err := w.clock.Tick(w.ctx)
			w.ok(err)
			w.pump()
		}
		for _, m := range w.mails {
			told[fmt.Sprint(m.Template, "@", at)]++
		}
		w.mails = nil
	}
	delete(told, mail.TaskPrepare+"@30")
	if len(told) != 2 || told[mail.Reminder+"@-24"] != 1 || told[mail.Overdue+"@0"] != 1 {
		t.Errorf("told %v", told)
	}
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.Approved)) // overdue is not refused: silence decides nothing
}

func TestOneBadDueRowHoldsUpNoOther(t *testing.T) {
	w := setup(t)
	w.open(nil)
	for i := range 250 {
		w.put(store.Put(store.Key{Part: fmt.Sprintf("nonsense/%03d", i), Sort: "x"}, 0, i,
			store.Entry{Pattern: dossier.Due, Part: dossier.DuePart, Sort: dossier.DueSort(start.Add(-day), fmt.Sprint(i))}))
	}
	w.now = w.round().Settings.Closes
	if n, err := w.clock.Tick(w.ctx); err == nil || n != 251 {
		t.Errorf("saw %d rows, %v", n, err)
	}
	if got := w.round().State; got != round.Closed {
		t.Errorf("the round is %s", got)
	}
}

func TestSweepFindsWhatWasForgottenAndNothingElse(t *testing.T) {
	w := setup(t)
	w.open(nil)
	id := w.draft()
	missed, unused := w.add(id, "missed"), w.add(id, "unused")
	delete(w.files, unused.ObjectKey+"@v1")
	slots := w.counter(dossier.SlotCounter(id))
	run := func(quiet int) sweep.Report {
		t.Helper()
		rep, err := w.sweep.Run(w.ctx, hours(quiet))
		w.ok(err)
		return rep
	}
	if rep := run(1); rep != (sweep.Report{Registered: 1}) {
		t.Errorf("first: %+v", rep)
	}
	// The document's start is still in the outbox: it is not lost.
	if rep := run(1); rep != (sweep.Report{}) {
		t.Errorf("second: %+v", rep)
	}
	w.pump()
	if got := w.doc(missed).State; got != dossier.Read {
		t.Errorf("the missed upload is %s", got)
	}
	w.now = w.now.Add(day)
	if rep := run(1); rep != (sweep.Report{Closed: 1}) || w.doc(unused).State != dossier.Removed || w.counter(dossier.SlotCounter(id)) != slots+1 {
		t.Errorf("a day later: %+v", rep)
	}
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 1)
	w.pump()
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.Approved))
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	if rep := run(1); rep != (sweep.Report{}) {
		t.Errorf("a round whose start waits in the outbox: %+v", rep)
	}
	w.pump()
	w.now = w.now.Add(day)
	if rep := run(1); rep != (sweep.Report{}) {
		t.Errorf("parked runs: %+v", rep)
	}
	w.runs.lose()
	if rep := run(1); rep != (sweep.Report{Redriven: 1}) {
		t.Errorf("lost runs: %+v", rep)
	}
	w.pump()
	w.confirm(w.choose("dossier-01", 1))
	if got := w.round().Stage; got != "review" {
		t.Errorf("the round driven again is at %q", got)
	}
}
