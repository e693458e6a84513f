package roomstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/campaign"
	"hoso/shared/commend"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/verify"
	"hoso/shared/yearly"
)

// spoken is a world in which persons wrote on every chain outside of rounds,
// and what they wrote, by chain.
func spoken(t *testing.T) (w *world, said map[string][]string, known register.Room) {
	w = setup(t)
	w.open(nil)
	w.now = time.Date(2025, 11, 20, 2, 0, 0, 0, time.UTC)
	change(w, round.Key(aRound), round.Put, func(rd *round.Round) { rd.Settings.Campaign = "bac-kan-2022-2025" })
	w.put(people.PutUnit(people.Unit{ID: "u2", Name: "Đơn vị hai", Active: true}, 0))
	duty := w.duty()
	_, err := w.yearly.Send(w.ctx, w.id(), w.unit, duty, yearly.Sending{Figures: map[string]string{"them-1": "3"}, Note: "Bà Mai nghỉ dưỡng bệnh."})
	w.ok(err)
	w.ok(w.yearly.Excuse(w.ctx, w.id(), w.admin, duty, "u2", "Ông Tuấn đang bị kỷ luật."))
	plans, err := campaign.Builtin()
	w.ok(err)
	plan, err := campaign.Find(plans, "bac-kan-2022-2025")
	w.ok(err)
	g, err := w.commend.Record(w.ctx, w.id(), w.unit, plan, commend.Recording{
		Number: "4/QĐ-U", Date: "2025-03-01", Decider: "Giám đốc", Awarded: []commend.Name{{Kind: dossier.Individual, Name: "Trần Văn Tám"}},
	})
	w.ok(err)
	w.ok(w.commend.Revoke(w.ctx, w.id(), w.unit, g.ID, "Ghi nhầm cho ông Bảy."))
	known = register.Room{Desk: w.board.Desk}
	plan2, err := known.Plan(w.ctx, w.admin, [][]string{
		register.Headings(),
		{"Cá nhân", "Hoàng Thị Chín", "1980-01-02", "Sở Y tế", "Bằng khen", "", "9/QĐ-UBND", "2020-05-01", ""},
		{"Cá nhân", "Lý Văn Mười", "1981-01-02", "Sở Y tế", "Bằng khen", "", "9/QĐ-UBND", "2020-05-01", ""},
	})
	w.ok(err)
	n, err := known.Import(w.ctx, w.id(), w.admin, plan2)
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.ok(known.Hold(w.ctx, w.id(), w.admin, register.Holding{Kind: dossier.Individual, Name: "Ai đó", Unit: "Đâu đó", Ground: register.Press, Number: "1/QĐ-X", Since: "2025-01-01"}))
	holds, err := w.real.Query(w.ctx, register.Holds, "holds", store.Page{})
	w.ok(err)
	var h register.Hold
	w.ok(holds.Records[0].Decode(&h))
	w.ok(known.Lift(w.ctx, w.id(), w.admin, h.ID, "Kết luận bà Hai không vi phạm."))
	return w, map[string][]string{
		yearly.Chain(duty): {"Bà Mai nghỉ", "Ông Tuấn đang"}, commend.Chain("u1"): {"Trần Văn Tám", "ông Bảy"}, register.Chain: {"bà Hai", "Hoàng Thị Chín"},
	}, known
}

// beyond lists what may be erased on a chain outside of rounds.
func (w *world) beyond(chain string) []erasure.Text {
	w.Helper()
	all, err := erasure.Outside(w.ctx, w.real, w.round(), chain, erasure.Sought{Name: "Hoàng Thị Chín"})
	w.ok(err)
	return slices.DeleteFunc(all, func(t erasure.Text) bool { return t.Gone })
}

// holdsWords walks everything in the store for words.
func (w *world) holdsWords(words string) (where []string) {
	w.Helper()
	snap, err := w.real.Snapshot(w.ctx)
	w.ok(err)
	look := func(what string, body []byte) error {
		if bytes.Contains(body, []byte(words)) {
			where = append(where, what)
		}
		return nil
	}
	err = snap.Walk(w.ctx, store.Walker{
		Record:  func(r store.Record) error { return look(r.Key.Part+"|"+r.Key.Sort, r.Body) },
		Event:   func(p evidence.Placed) error { return look(fmt.Sprint(p.Chain, p.Seq), []byte(p.Line)) },
		Message: func(m store.Message) error { return look(m.ID, m.Body) },
	})
	w.ok(errors.Join(err, snap.Close()))
	return where
}

// TestErasedTextsOutsideOfRoundsAreNowhere: whatever a person wrote about
// another on a chain of its own, or brought in with a table, goes by the same
// act, and everything still verifies.
func TestErasedTextsOutsideOfRoundsAreNowhere(t *testing.T) {
	w, said, _ := spoken(t)
	n := 0
	for chain, words := range said {
		var refs []act.TextRef
		for _, x := range w.beyond(chain) {
			refs = append(refs, x.Ref)
		}
		if len(refs) != len(words) {
			t.Fatalf("%s: %d texts, %d were written", chain, len(refs), len(words))
		}
		for _, some := range words {
			if len(w.holdsWords(some)) == 0 {
				t.Fatalf("%q is nowhere: this test would not see it", some)
			}
		}
		a := w.asking("", refs...)
		a.Chain = chain
		got, err := w.ask(w.admin, a)
		w.ok(err)
		n++
		if got != n {
			t.Errorf("erasure %d", got)
		}
		w.refused(w.erasure.Decide(w.ctx, w.id(), w.admin, aRound, n, true), fault.Denied)
		w.ok(w.erasure.Decide(w.ctx, w.id(), w.head, aRound, n, true))
		for _, some := range words {
			if in := w.holdsWords(some); len(in) > 0 {
				t.Errorf("%q is erased, and still in %v", some, in)
			}
		}
		if left := w.beyond(chain); len(left) > 0 {
			t.Errorf("%s: left %+v", chain, left)
		}
		if _, err := w.ask(w.admin, a); !fault.Is(err, fault.Invalid) {
			t.Errorf("asked for once more: %v", err)
		}
	}
	if in := w.holdsWords("Lý Văn Mười"); len(in) == 0 {
		t.Error("a row that nobody named is gone")
	}
	for _, f := range w.audit(nil) {
		t.Errorf("%+v", f)
	}
}

// audit is what verify finds about texts.
func (w *world) audit(notes []verify.Note) (out []verify.Finding) {
	w.Helper()
	rep, err := verify.Verify(w.ctx, verify.Sources{Store: w.real, Erased: notes}, verify.Options{})
	w.ok(err)
	for _, f := range rep.Findings {
		if strings.HasPrefix(f.Code, "text-") || strings.HasPrefix(f.Code, "event-") && f.Code != "event-not-logged" {
			out = append(out, f)
		}
	}
	return out
}

// TestErasuresOfOtherChainsAreRefused: a round's head erases nothing of another
// campaign, nor on chains of persons or dossiers by this way.
func TestErasuresOfOtherChainsAreRefused(t *testing.T) {
	w, said, _ := spoken(t)
	change(w, round.Key(aRound), round.Put, func(rd *round.Round) { rd.Settings.Campaign = "ninh-thuan" })
	for chain := range said {
		_, err := erasure.Outside(w.ctx, w.real, w.round(), chain, erasure.Sought{})
		if chain != register.Chain && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", chain, err)
		}
	}
	for _, chain := range []string{"person/admin", "dossier/dossier-01", "log", "yearly/x", ""} {
		if _, err := erasure.Outside(w.ctx, w.real, w.round(), chain, erasure.Sought{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", chain, err)
		}
	}
	// A campaign whose id begins that of another.
	change(w, round.Key(aRound), round.Put, func(rd *round.Round) { rd.Settings.Campaign = "bac-kan" })
	for chain := range said {
		if _, err := erasure.Outside(w.ctx, w.real, w.round(), chain, erasure.Sought{}); chain != register.Chain && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s of a campaign whose id only begins alike: %v", chain, err)
		}
	}
	a := w.asking("dossier-01", "register/x/y")
	a.Chain = register.Chain
	_, err := w.ask(w.admin, a)
	w.refused(err, fault.Invalid)
}

// TestErasedRowsThatCameBackGoAgain: an erasure that a restored store does not
// know of is carried out by its note, also for an imported row.
func TestErasedRowsThatCameBackGoAgain(t *testing.T) {
	w, _, known := spoken(t)
	rows, err := register.Imported(w.ctx, w.real, "Hoàng Thị Chín")
	w.ok(err)
	if len(rows) != 1 {
		t.Fatal(rows)
	}
	why := w.beyond(register.Chain)[0]
	g := evidence.Gone{Origin: "log", At: w.now, Act: "round/r|erasure/0009", By: "head"}
	for _, ref := range []act.TextRef{rows[0].Ref(), why.Ref} {
		_, _, c, _ := ref.Split("")
		g.Texts = append(g.Texts, evidence.Lost{Chain: register.Chain, Text: c})
	}
	n, err := w.erasure.Again(w.ctx, []evidence.Gone{g})
	if err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	for _, words := range []string{"Hoàng Thị Chín", "bà Hai"} {
		if in := w.holdsWords(words); len(in) > 0 {
			t.Errorf("%q is still in %v", words, in)
		}
	}
	// The process dies before the files are rewritten, and then the disk is full.
	full := errors.New("disk full")
	dies := w.erasure
	dies.Wipe = func(context.Context) error { return full }
	if err := dies.WipeOwed(w.ctx); !errors.Is(err, full) {
		t.Error(err)
	}
	if n, err := erasure.Late(w.ctx, w.real, w.now); err != nil || n != 1 {
		t.Errorf("%d rewritings are told of as owed, %v", n, err)
	}
	for range 2 { // the second has nothing to do
		w.ok(w.erasure.WipeOwed(w.ctx))
	}
	if n, err := erasure.Late(w.ctx, w.real, w.now); err != nil || n != 0 || w.wipes != 1 {
		t.Errorf("%d owed after %d rewritings, %v", n, w.wipes, err)
	}
	if n, err := w.erasure.Again(w.ctx, []evidence.Gone{g}); err != nil || n != 0 {
		t.Errorf("once more: %d, %v", n, err)
	}
	// The same row, imported later by an act of its own, is another.
	plan, err := known.Plan(w.ctx, w.admin, [][]string{register.Headings(), {"Cá nhân", "Hoàng Thị Chín", "1980-01-02", "Sở Y tế", "Bằng khen", "", "9/QĐ-UBND", "2020-05-01", ""}})
	w.ok(err)
	_, err = known.Import(w.ctx, w.id(), w.admin, plan)
	w.ok(err)
	if back, err := erasure.CameBack(w.ctx, w.real, []evidence.Gone{g}); err != nil || len(back) != 0 {
		t.Errorf("%+v, %v", back, err)
	}
}
