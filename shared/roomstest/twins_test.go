package roomstest

import (
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// TestOnePersonUnderTwoNamesHoldsOnePlace: two dossiers nominate somebody under
// two spellings; once they are ruled to be one, no selection takes two places.
func TestOnePersonUnderTwoNamesHoldsOnePlace(t *testing.T) {
	w := setup(t)
	w.open(nil)
	known := register.Room{Desk: w.board.Desk}
	for id, name := range map[string]string{"dossier-01": "Đoàn Sỹ Kiên", "dossier-02": "Đoàn Sĩ Kiên"} {
		w.seed(id, dossier.Eligible, dossier.Approved, 2)
		change(w, dossier.Key(id), func(d dossier.Dossier, rev int64) store.Write { return dossier.Put(d, rev) }, func(d *dossier.Dossier) {
			n := &d.Nominees[1] // a person
			n.Name, n.Birth, n.Unit = name, "1975-05-01", "Phòng "+id
			n.Identity = register.Identity(n.Kind, n.Name, n.Birth, n.Unit)
		})
		w.ok(known.Index(w.ctx, id))
	}
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	both := append(w.choose("dossier-01", 2), w.choose("dossier-02", 2)...)
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, both))
	sel := get[round.Selection](w, round.SelectionKey(aRound, 1))
	all, _, err := known.Questions(w.ctx, "")
	w.ok(err)
	if len(all) != 1 {
		t.Fatal(all)
	}
	rule := func(same bool) error { return known.Rule(w.ctx, w.id(), w.admin, all[0].ID, same, reason) }
	confirm := func() error { return w.selection.Confirm(w.ctx, w.id(), w.head, aRound, 1, sel.Shown(w.list())) }
	w.ok(rule(true))
	w.code(confirm(), "one-person")
	w.code(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, both), "one-person")
	w.ok(rule(false))
	w.store.before = beside(func() { w.ok(rule(true)) }) // ruled between what the head read and the commit
	w.code(confirm(), "one-person")
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, append(w.choose("dossier-01", 2), w.choose("dossier-02", 1)...)))
	sel = get[round.Selection](w, round.SelectionKey(aRound, 1))
	w.ok(confirm())
	w.pump()
	w.code(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-02", 2)[1:]), "one-person")
	w.refused(known.Rule(w.ctx, w.id(), w.head, all[0].ID, true, reason), fault.Denied)
}
