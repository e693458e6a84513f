package roomstest

import (
	"testing"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/submission"
)

// TestAUnitThatEndsHandsOverWhatItHas ends a unit in the middle of a round: its
// unfinished dossiers and its people go to the unit that follows, its outcomes
// stay, and nothing new is opened.
func TestAUnitThatEndsHandsOverWhatItHas(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	w.open(nil)
	acc := w.access()
	next, err := acc.AddUnit(w.ctx, w.id(), access.Operator(), access.UnitDetails{Name: "Đơn vị hai"})
	w.ok(err)
	other := w.person("other", next, people.Submitter)
	draft := w.draft()
	w.seed("final", dossier.Refused, dossier.RefusedOne, 1)
	e := access.Ending{Until: "2025-03-02", Source: "Nghị quyết 1", SourceDate: "2025-02-20", Successors: []string{"Đơn vị hai"}}
	w.refused(acc.EndUnit(w.ctx, w.id(), other, "u1", e), fault.Denied)
	key := w.id()
	w.ok(acc.EndUnit(w.ctx, key, w.admin, "u1", e))
	w.ok(acc.EndUnit(w.ctx, key, w.admin, "u1", e)) // the form sent twice
	w.pump()
	if d := w.dossier(draft); d.Unit != next || d.UnitName != "Đơn vị một" {
		t.Errorf("the draft is of %s, named %s", d.Unit, d.UnitName)
	}
	if d := w.dossier("final"); d.Unit != "u1" {
		t.Errorf("a dossier with its outcome went to %s", d.Unit)
	}
	if p := get[people.Person](w, people.Key(w.unit.ID)); p.Unit != next {
		t.Errorf("the person is of %s", p.Unit)
	}
	if _, _, err := w.submission.Own(w.ctx, other, draft); err != nil {
		t.Error("the unit that follows cannot go on:", err)
	}
	if _, _, err := w.submission.Own(w.ctx, w.unit, draft); !fault.Is(err, fault.NotFound) {
		t.Error("somebody still acts for the unit that ceased:", err)
	}
	old := w.person("late", "u1", people.Submitter)
	_, err = w.submission.Open(w.ctx, w.id(), old, submission.Opening{Round: aRound})
	w.refused(err, fault.Invalid)
	w.refused(acc.EndUnit(w.ctx, w.id(), w.admin, "u1", e), fault.Invalid)
	w.ok(acc.SetUnitActive(w.ctx, w.id(), access.Operator(), "u1", true))
	if u := get[people.Unit](w, people.UnitKey("u1")); u.Ended != nil || !u.Active {
		t.Error("a unit opened again is still ended")
	}
	// It ends once more, on another day: what it has by then is handed over too.
	again := w.draft2(w.person("again", "u1", people.Submitter))
	w.now = w.now.Add(day)
	e.Until = "2025-03-03"
	w.ok(acc.EndUnit(w.ctx, w.id(), w.admin, "u1", e))
	change(w, dossier.Key(draft), func(d dossier.Dossier, rev int64) store.Write { return dossier.Put(d, rev) }, func(d *dossier.Dossier) { d.Unit = "u1" }) // by a mistake that was mended
	w.pump()
	for _, id := range []string{draft, again} {
		if d := w.dossier(id); d.Unit != next {
			t.Errorf("%s is of %s after the second end", id, d.Unit)
		}
	}
	n := w.most["dossier.handed-over"]
	if n == 0 || n > 6 || w.most["unit.ended"] > 12 {
		t.Error(w.most)
	}
}

// draft2 opens a dossier as another person.
func (w *world) draft2(who people.Actor) string {
	w.Helper()
	id, err := w.submission.Open(w.ctx, w.id(), who, submission.Opening{Round: aRound})
	w.ok(err)
	return id
}
