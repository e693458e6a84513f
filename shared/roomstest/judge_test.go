package roomstest

import (
	"encoding/json"
	"fmt"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/flow"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/validate"
)

// judging brings a submitted dossier of n read files, nothing of which is as
// it should be, to the stage validate, and judges it by the real rules.
func (w *world) judging(n int, edit func(*round.Settings)) dossier.Dossier {
	w.Helper()
	books, err := validate.BuiltinBooks()
	w.ok(err)
	w.open(func(s *round.Settings) {
		s.RuleSet = validate.PinOf(w.rules().Set)
		if edit != nil {
			edit(s)
		}
	})
	body, err := json.Marshal(reading.Reading{Pages: []reading.Page{{N: 1, Quality: reading.Text, Text: "x"}}})
	w.ok(err)
	digest, err := w.files.PutDigest(w.ctx, body)
	w.ok(err)
	d := dossier.Dossier{
		ID: "judged", Round: aRound, Unit: "u1", UnitName: "Đơn vị một", OpenedBy: w.unit.ID, OpenedAt: w.now, State: dossier.Validating, Since: w.now,
		Revision: 1, Generation: 1, Receipt: "HS-1/1", Stage: "validate",
	}
	rv := dossier.Revision{N: 1, By: w.unit.ID, At: w.now, Receipt: "HS-1/1"}
	for i := range n {
		id := fmt.Sprint("doc", i)
		w.put(store.Put(dossier.DocumentKey(d.ID, id), 0, dossier.Document{ID: id, Dossier: d.ID, Name: id + ".pdf", State: dossier.Read, Version: "v1", Reading: digest}))
		rv.Pinned = append(rv.Pinned, dossier.Pin{Document: id, Name: id + ".pdf"})
	}
	c := store.Commit{
		Key: "seed/judged", Request: "seed", At: w.now, Writes: []store.Write{store.Put(dossier.RevisionKey(d.ID, 1), 0, rv)},
		Counters: []store.Add{{Counter: round.PendingCounter(aRound), N: 1}},
	}
	dossier.Record(&c, d, 0)
	_, err = w.store.Store.Commit(w.ctx, c)
	w.ok(err)
	room := validate.Room{Desk: w.board.Desk, Objects: shelf{w.files}, Due: w.parking.Due, Books: validate.NewShelf(books, w.board.Store)}
	_, err = room.Run(w.ctx, flow.In{Subject: d.ID, Revision: 1, Generation: 1, From: "validate"})
	w.ok(err)
	return w.dossier(d.ID)
}

func TestAJudgementFitsOneCommitAtItsLargest(t *testing.T) {
	w := setup(t)
	if d := w.judging(dossier.MaxFiles, nil); d.State != dossier.Returned || w.most["dossier.judged"] != 70 {
		t.Errorf("%s by %d items, the books say 70", d.State, w.most["dossier.judged"])
	}
	w.check()
}
