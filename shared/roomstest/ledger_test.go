package roomstest

import (
	"fmt"
	"testing"

	"hoso/shared/act"
	"hoso/shared/board"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// ledger reads the round's own events.
func (w *world) ledger() round.Ledger {
	w.Helper()
	var l round.Ledger
	after := int64(0)
	for {
		placed, err := w.real.Events(w.ctx, round.Chain(aRound), after, store.MaxPage)
		w.ok(err)
		if len(placed) == 0 {
			return l
		}
		for _, p := range placed {
			e, err := evidence.Read(p)
			w.ok(err)
			w.ok(l.Take(e))
			after = p.Seq
		}
	}
}

// balanced holds the ledger against counters and list: every movement of
// places is explained by the event of the act that made it.
func (w *world) balanced(rd round.Round, list round.List) {
	w.Helper()
	free := map[dossier.Kind]int64{}
	for _, k := range dossier.Kinds() {
		free[k] = w.counter(round.PlaceCounter(aRound, k))
	}
	l := w.ledger()
	for _, f := range l.Faults(rd, list, free) {
		w.Fatalf("ledger: %s", f)
	}
	if over := rd.Settings.Over(list.Entries); len(over) > 0 {
		w.Fatalf("further limits: %v", over)
	}
}

func caps(collective, individual int) map[dossier.Kind]int {
	return map[dossier.Kind]int{dossier.Collective: collective, dossier.Individual: individual}
}

func (w *world) amend(c map[dossier.Kind]int, shares ...round.Share) error {
	return w.board.Amend(w.ctx, w.id(), w.admin, aRound, board.Amending{Caps: c, Shares: shares, Number: "12/KH-UBND", Date: "2025-03-01", Note: reason})
}

func TestCapsAreChangedByADocumentAndNeverBelowWhatIsUsed(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	w.open(nil)
	w.seed("d1", dossier.Eligible, dossier.Approved, 6)
	list := w.choose("d1", 6)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.confirm(list[:4]) // two of each kind
	w.check()
	w.ok(w.amend(caps(5, 2)))
	w.check()
	w.refused(w.amend(caps(1, 2)), fault.OverQuota)
	w.refused(w.amend(caps(5, 1)), fault.OverQuota)
	w.check()
	w.ok(w.amend(caps(2, 2)))
	w.check()
	if err := w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, list[4:5]); !fault.Is(err, fault.OverQuota) {
		t.Errorf("no place is left and a selection is prepared: %v", err)
	}
	rd := w.round()
	if n := len(rd.Amendments); n != 2 || rd.Amendments[0].Before[dossier.Collective] != 3 || rd.Amendments[0].After[dossier.Collective] != 5 || rd.Amendments[1].After[dossier.Individual] != 2 {
		t.Errorf("amendments %+v", rd.Amendments)
	}
	if note, err := act.Read(w.ctx, w.real, round.Chain(aRound), rd.Amendments[0].Note); err != nil || note != reason {
		t.Errorf("note %q, %v", note, err)
	}
	for name, a := range map[string]board.Amending{
		"no number":  {Caps: caps(2, 2), Date: "2025-03-01"},
		"tomorrow":   {Caps: caps(2, 2), Number: "1/KH-UBND", Date: "2025-03-05"},
		"no day":     {Caps: caps(2, 2), Number: "1/KH-UBND", Date: "2025-02-30"},
		"below zero": {Caps: caps(-1, 2), Number: "1/KH-UBND", Date: "2025-03-01"},
		"one kind":   {Caps: map[dossier.Kind]int{dossier.Individual: 3}, Number: "1/KH-UBND", Date: "2025-03-01"},
		"too many":   {Caps: caps(round.MaxPlaces, 1), Number: "1/KH-UBND", Date: "2025-03-01"},
		"empty":      {Caps: caps(2, 2), Number: "1/KH-UBND", Date: "2025-03-01", Shares: []round.Share{{Name: "x"}}},
	} {
		if err := w.board.Amend(w.ctx, w.id(), w.admin, aRound, a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.refused(w.board.Amend(w.ctx, w.id(), w.head, aRound, board.Amending{Caps: caps(2, 2), Number: "1/KH-UBND", Date: "2025-03-01"}), fault.Denied)
	w.pump()
	told := 0
	for _, n := range w.mails {
		if n.Template == "caps-amended" && n.To == w.head.ID {
			told++
		}
	}
	if told != 2 {
		t.Errorf("the head was told %d times", told)
	}
}

// TestNoShareIsGoneOver: limits of each unit and of groups hold at the
// confirmation, whatever was prepared before, and an amendment cannot put one
// below what is held.
func TestNoShareIsGoneOver(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	w.open(nil)
	for i, unit := range []string{"u1", "u2", "u2"} {
		id := fmt.Sprint("d", i)
		w.seed(id, dossier.Eligible, dossier.Approved, 2)
		change(w, dossier.Key(id), dossier.Put, func(d *dossier.Dossier) { d.Unit, d.UnitName = unit, "Đơn vị "+unit })
	}
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	each := func(n int) round.Share {
		return round.Share{Name: "Mỗi đơn vị", Caps: map[dossier.Kind]int{dossier.Collective: n}}
	}
	group := func(n int, units ...string) round.Share {
		return round.Share{Name: "Khối hai", Units: units, Caps: map[dossier.Kind]int{dossier.Individual: n}}
	}
	w.ok(w.amend(caps(3, 3), each(1), group(1, "u2")))
	w.confirm(w.choose("d1", 2)) // u2: one of each
	w.check()
	for _, over := range w.choose("d2", 2) {
		w.refused(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, append(w.choose("d0", 2), over)), fault.OverQuota)
	}
	w.refused(w.amend(caps(3, 3), each(0)), fault.OverQuota)
	w.refused(w.amend(caps(3, 3), group(0, "u1", "u2")), fault.OverQuota)
	// Prepared under wider limits, confirmed under narrower ones.
	w.ok(w.amend(caps(3, 3)))
	w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("d2", 2)))
	w.ok(w.amend(caps(3, 3), each(1)))
	w.refused(w.confirmPrepared(), fault.OverQuota)
	w.check()
	w.ok(w.amend(caps(3, 3), each(2), group(3, "u1", "u2")))
	w.confirm(append(w.choose("d2", 2), w.choose("d0", 2)...))
	w.check()
}

// TestALimitThatIsPassedBesideAConfirmationHoldsIt: an amendment that runs
// between a confirmation's reading and its commit makes it read again.
func TestALimitThatIsPassedBesideAConfirmationHoldsIt(t *testing.T) {
	for _, narrow := range []func(w *world) error{
		func(w *world) error { return w.amend(caps(0, 3)) },
		func(w *world) error {
			return w.amend(caps(3, 3), round.Share{Name: "Mỗi đơn vị", Caps: map[dossier.Kind]int{dossier.Collective: 0}})
		},
	} {
		w := newWorld(t)
		w.open(nil)
		w.seed("d1", dossier.Eligible, dossier.Approved, 2)
		w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
		w.pump()
		w.ok(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("d1", 2)))
		w.store.before = beside(func() { w.ok(narrow(w)) })
		w.refused(w.confirmPrepared(), fault.OverQuota)
		w.check()
		w.close()
	}
}

// amendLargest does the amendment of the round with the most persons.
func amendLargest(w *world) {
	w.Helper()
	w.ok(w.amend(caps(round.MaxPlaces/2-1, round.MaxPlaces/2-1)))
	w.ok(w.board.Amend(w.ctx, w.id(), w.person("a-other", "", people.Admin), aRound, board.Amending{
		Caps: caps(round.MaxPlaces/2, round.MaxPlaces/2), Number: "13/KH-UBND", Date: "2025-03-02", Note: reason,
	}))
}

// confirmPrepared lets the head confirm what was prepared last.
func (w *world) confirmPrepared() error {
	n := w.round().Selection + 1
	sel := get[round.Selection](w, round.SelectionKey(aRound, n))
	return w.selection.Confirm(w.ctx, w.id(), w.head, aRound, n, act.Digest(sel.Entries))
}
