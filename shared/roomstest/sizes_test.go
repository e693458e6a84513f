package roomstest

import (
	"fmt"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

// beside makes what runs between an act's reading and its commit.
func beside(do func()) func(store.Commit) { return func(store.Commit) { do() } }

// largest opens a round with ten persons for everything and as many places as
// a round may have.
func largest(w *world) {
	w.Helper()
	heads, clerks, admins := []people.Actor{w.head}, []people.Actor{w.clerk, w.clerk2}, []people.Actor{w.admin}
	for i := range 9 {
		heads = append(heads, w.person(fmt.Sprint("h", i), "", people.Head))
		admins = append(admins, w.person(fmt.Sprint("a", i), "", people.Admin))
	}
	for i := range 8 {
		clerks = append(clerks, w.person(fmt.Sprint("c", i), "", people.Clerk))
	}
	w.open(func(s *round.Settings) {
		s.Steps[0].Persons, s.Steps[1].Persons = ids(w.appraisers), ids(w.reviewers)
		s.Steps = append(s.Steps, round.Step{ID: "nv2", Title: "Bước hai", Scope: round.ByRound, Persons: ids(w.reviewers), DueDays: 3})
		s.Head, s.Clerks, s.Preparers = ids(heads), ids(clerks), ids(admins)
		s.Caps = map[dossier.Kind]int{dossier.Collective: round.MaxPlaces / 2, dossier.Individual: round.MaxPlaces / 2}
	})
}

// TestActsFitOneCommitAtTheirLargest does every act at the limits of product
// and round: all fit in the store's limit, and in what each act's comment and
// ARCHITECTURE.md say.
func TestActsFitOneCommitAtTheirLargest(t *testing.T) {
	want := map[string]int{
		"round.opened": 24, "dossier.opened": 10, "document.expected": 8, "document.removed": 8, "document.stored": 6, "document.pinned": 9,
		"document.read": 9, "document.left-to-person": 9, "dossier.submitted": 72, "appraisal.asked": 37, "appraisal.decided": 25, "round.closed": 7,
		"selection.asked": 26, "selection.prepared": 37, "selection.confirmed": 79,
		"selection.none-prepared": 39, "round.ended-without": 94,
		"dossier.selected": 64, "places.written": 5, "review.asked": 37, "review.decided": 83, "decision.asked": 37, "decision.entered": 14,
		"decision.confirmed": 93, "places.freed": 90, "caps.amended": 28, "dossier.late-asked": 21, "dossier.late-admitted": 10, "task.reassigned": 55, "task.reminded": 25, "task.overdue": 15,
		"dossier.reviewed": 5, "dossier.outcome": 22, "appraisal.recalled": 38, "dossier.lapsed": 10, "dossier.not-submitted": 8,
	}
	got := map[string]int{}
	add := func(w *world) {
		w.pump()
		for k, n := range w.most {
			got[k] = max(got[k], n)
		}
		w.close()
	}

	// One dossier of the largest kind, from opening to its appraisal.
	w := newWorld(t)
	largest(w)
	id := w.draft()
	w.ok(w.submission.RemoveDocument(w.ctx, w.id(), w.unit, id, w.add(id, "removed").ID))
	docs := make([]dossier.Document, 0, dossier.MaxFiles)
	for i := range dossier.MaxFiles {
		docs = append(docs, w.add(id, fmt.Sprint(i)))
		w.register(docs[i])
	}
	_, err := w.submission.AddDocument(w.ctx, w.id(), w.unit, id, submission.Upload{Name: "x", Size: 1})
	w.refused(err, fault.OverQuota)
	contests := map[string]string{}
	for i := range 200 {
		contests[fmt.Sprint("finding", i)] = reason
	}
	_, err = w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{Note: reason, Contests: contests})
	w.ok(err)
	w.pump()
	for _, content := range []string{"scan", "not a PDF"} { // the last file settles a dossier by each stage
		id := w.draft()
		doc := w.add(id, content)
		if content != "scan" {
			w.files[doc.ObjectKey+"@v1"] = []byte(content)
		}
		w.register(doc)
		_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
		w.ok(err)
	}
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, dossier.MaxNominees)
	w.pump()
	task := w.dossier("dossier-01").Task
	others := make([]string, 0, 10)
	for i := range 10 {
		others = append(others, w.person(fmt.Sprint("o", i), "", people.Appraiser).ID)
	}
	w.now = w.task(task).Due.Add(-day)
	_, err = w.clock.Tick(w.ctx)
	w.ok(err)
	w.now = w.now.Add(day)
	_, err = w.clock.Tick(w.ctx)
	w.ok(err)
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, task, others))
	w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, task, ids(w.appraisers)))
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.RefusedOne))
	w.seed("dossier-02", dossier.Returned, dossier.Pending, 1)
	w.draft()
	w.now = w.now.Add(30 * day)
	_, err = w.clock.Tick(w.ctx)
	w.ok(err)
	w.ok(w.submission.Lapse(w.ctx, "dossier-02", 1))
	lateLargest(w)
	add(w)

	// A list of as many places as there may be, each of another dossier; then
	// one dossier that holds them all.
	for _, spread := range []bool{true, false} {
		for _, end := range []string{"refused", "withdrawn", "decided", "ended without"} {
			w := newWorld(t)
			largest(w)
			list := fill(w, spread)
			amendLargest(w)
			w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
			w.pump()
			w.now = w.task(w.round().Task).Due.Add(-day) // nobody has a link to be reminded by yet
			_, err := w.clock.Tick(w.ctx)
			w.ok(err)
			w.confirm(list[:round.MaxPlaces-selection.MaxEntries])
			full := len(list)
			if end == "decided" {
				full-- // one place is left for a further selection
			}
			w.confirm(list[round.MaxPlaces-selection.MaxEntries : full]) // takes the list back from review
			w.check()
			switch end {
			case "refused":
				w.ok(w.reviewAll(dossier.RefusedOne))
			case "withdrawn":
				w.recall(spread)
				w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, list[0].Dossier, reason))
			case "ended without":
				for range 2 {
					w.ok(w.reviewAll(dossier.Held))
					w.pump()
				}
				w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
				w.ok(w.endWithout())
			case "decided":
				w.ok(w.reviewAll(dossier.Approved))
				w.pump()
				first := w.list().Holding()[0]
				w.ok(w.reviewEach(func(e round.Entry) dossier.Standing {
					if e.Dossier == first.Dossier && e.Nominee == first.Nominee {
						return dossier.Approved
					}
					return dossier.Held
				}))
				w.pump()
				w.recall(spread)
				w.ok(w.enter())
				w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, list[full:]))
				w.ok(w.decide())
			}
			w.pump()
			w.check()
			add(w)
		}
	}
	for k, n := range got {
		if n > store.MaxItems {
			t.Errorf("%s: %d items do not fit", k, n)
		}
		if n != want[k] && want[k] > 0 {
			t.Errorf("%s: %d items at its largest, the books say %d", k, n, want[k])
		}
	}
	for k := range want {
		if got[k] == 0 {
			t.Errorf("%s was never done", k)
		}
	}
}

// recall lets the day come on which the nominee on hold is looked at again.
func (w *world) recall(spread bool) {
	w.Helper()
	if spread {
		return
	}
	w.now = w.now.Add(101 * day)
	_, err := w.clock.Tick(w.ctx)
	w.ok(err)
	if !w.dossier("dossier-00").Recalled() {
		w.Errorf("nobody is asked again")
	}
}

// fill seeds eligible dossiers for a full list and gives who is chosen.
func fill(w *world, spread bool) []selection.Choice {
	w.Helper()
	var list []selection.Choice
	if !spread {
		w.seed("dossier-00", dossier.Eligible, dossier.Approved, round.MaxPlaces+1)
		change(w, dossier.Key("dossier-00"), dossier.Put, func(d *dossier.Dossier) {
			n := &d.Nominees[round.MaxPlaces]
			n.Standing, n.Review = dossier.Held, w.now.Add(100*day).Format("2006-01-02")
		})
		return w.choose("dossier-00", round.MaxPlaces)
	}
	for i := range round.MaxPlaces {
		id := fmt.Sprintf("dossier-%02d", i)
		w.seed(id, dossier.Eligible, dossier.Approved, 2)
		list = append(list, w.choose(id, 2)[i%2])
	}
	return list
}
