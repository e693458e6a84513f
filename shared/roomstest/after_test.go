package roomstest

import (
	"testing"

	"hoso/shared/act"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// awardedRound plays a round to a decision that names two nominees.
func awardedRound(t *testing.T) *world {
	w := setup(t)
	playAwarded(w)
	return w
}

func playAwarded(w *world) {
	w.Helper()
	w.closed("dossier-01")
	w.confirm(w.choose("dossier-01", 2))
	w.ok(w.reviewAll(dossier.Approved))
	w.pump()
	w.ok(w.enter())
	w.ok(w.decide())
	w.pump()
	w.ended("dossier-01", dossier.Awarded)
}

func (w *world) change(who people.Actor, x decision.Changing) (int, error) {
	if x.Number == "" {
		x.Number, x.Date, x.Reason = "99/QĐ-UBND", w.now.Format("2006-01-02"), reason
	}
	return w.decision.Change(w.ctx, w.id(), who, aRound, x)
}

func TestAnAnnulledAwardIsANewRecordAndItsPlaceIsNotGivenBack(t *testing.T) {
	w := awardedRound(t)
	ns := w.dossier("dossier-01").Nominees
	annul := func(i int) decision.Changing {
		return decision.Changing{Kind: round.Annulment, Entry: "dossier-01." + ns[i].ID, Ground: round.Fraud}
	}
	free := w.counter(round.PlaceCounter(aRound, ns[0].Kind))
	_, err := w.change(w.admin, annul(0))
	w.refused(err, fault.Denied)
	stranger := w.person("clerk9", "", people.Clerk)
	_, err = w.change(stranger, annul(0))
	w.refused(err, fault.Denied)
	_, err = w.change(w.clerk, decision.Changing{Kind: round.Annulment, Entry: "dossier-01." + ns[0].ID})
	w.refused(err, fault.Invalid)
	_, err = w.change(w.clerk, decision.Changing{Kind: round.Annulment, Entry: "dossier-09.x", Ground: round.Fraud})
	w.refused(err, fault.Invalid)
	_, err = w.change(w.clerk, decision.Changing{Kind: round.Annulment, Entry: "dossier-01." + ns[0].ID, Ground: round.Fraud, Number: "1/QĐ-UBND", Date: "2020-01-01", Reason: reason})
	w.refused(err, fault.Invalid)

	n, err := w.change(w.clerk, annul(0))
	w.ok(err)
	_, err = w.change(w.clerk, annul(0))
	w.refused(err, fault.Invalid) // one waits already
	if err := w.decision.ConfirmChange(w.ctx, w.id(), w.clerk, aRound, n, true); fault.CodeOf(err) != "same-person" {
		t.Errorf("who entered it confirmed it: %v", err)
	}
	w.ok(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk2, aRound, n, true))
	w.refused(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk2, aRound, n, true), fault.Gone)
	w.pump()
	w.check()
	d := w.dossier("dossier-01")
	if why, err := act.Read(w.ctx, w.real, dossier.Chain(d.ID), d.Nominees[0].Reason); d.State != dossier.Awarded || d.Nominees[0].Standing != dossier.AwardAnnulled || why != reason || err != nil {
		t.Errorf("%s, %s, %q, %v", d.State, d.Nominees[0].Standing, why, err)
	}
	if got := w.counter(round.PlaceCounter(aRound, ns[0].Kind)); got != free {
		t.Errorf("%d places are free, there were %d", got, free)
	}
	a := get[round.After](w, round.AfterKey(aRound, n))
	if old := w.round().Decision; a.Old.Number != old.Number || a.Old.SHA256 != old.SHA256 || a.State != "confirmed" || a.Was.Name != ns[0].Name {
		t.Errorf("%+v", a)
	}
	_, err = w.change(w.clerk, annul(0))
	w.refused(err, fault.Invalid) // it is annulled

	n, err = w.change(w.clerk2, annul(1))
	w.ok(err)
	w.ok(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk, aRound, n, true))
	w.pump()
	w.check()
	if d := w.dossier("dossier-01"); d.State != dossier.Annulled || !d.Sealed {
		t.Errorf("%s with its last award annulled", d.State)
	}
	told := map[string]int{}
	for _, m := range w.mails {
		told[m.Template+" "+m.To]++
	}
	if told[mail.ChangeAsked+" "+w.clerk2.ID] != 1 || told[mail.ChangeAsked+" "+w.clerk.ID] != 1 || told[mail.Changed+" "+w.unit.ID] != 2 {
		t.Errorf("told: %v", told)
	}
}

func TestACorrectionLeavesWhatWasDecided(t *testing.T) {
	w := awardedRound(t)
	n0 := w.dossier("dossier-01").Nominees[0]
	before := w.list()
	correct := func(name string) decision.Changing {
		return decision.Changing{Kind: round.Correction, Entry: "dossier-01." + n0.ID, Is: round.Facts{Name: name, Position: "Trưởng phòng"}}
	}
	n, err := w.change(w.clerk, correct("Tên Đúng"))
	w.ok(err)
	w.ok(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk, aRound, n, false)) // who entered it may drop it
	n, err = w.change(w.clerk, correct("Tên Đúng"))
	w.ok(err)
	w.ok(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk2, aRound, n, true))
	w.pump()
	w.check()
	if after := w.list(); after.Digest() != before.Digest() || w.dossier("dossier-01").Nominees[0].Name != n0.Name {
		t.Error("a correction changed what was decided")
	}
	known := register.Room{Desk: w.board.Desk}
	w.ok(known.Index(w.ctx, "dossier-01"))
	var names []string
	awards, err := w.real.Query(w.ctx, register.Awards, "awards", store.Page{})
	w.ok(err)
	for _, rec := range awards.Records {
		var a register.Award
		w.ok(rec.Decode(&a))
		if a.Nominee == n0.ID {
			names = append(names, a.Name)
		}
	}
	if len(names) != 1 || names[0] != "Tên Đúng" {
		t.Errorf("the register knows the award under %q", names)
	}
	_, err = w.change(w.clerk, correct("Tên Đúng"))
	w.refused(err, fault.Invalid) // nothing would change
	n, err = w.change(w.clerk, correct("Tên Đúng Hơn"))
	w.ok(err)
	if a := get[round.After](w, round.AfterKey(aRound, n)); a.Was.Name != "Tên Đúng" || n != 3 {
		t.Errorf("%+v", a)
	}
	w.afterSizes(t)
}

// afterSizes holds the acts after the decision to their size.
func (w *world) afterSizes(t *testing.T) {
	for name, most := range map[string]int{"award.change-prepared": 8, "award.corrected": 11} {
		if got := w.most[name]; got == 0 || got > most {
			t.Errorf("%s: %d items, at most %d", name, got, most)
		}
	}
}
