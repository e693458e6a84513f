package roomstest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/board"
	"hoso/shared/campaign"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
)

// aLine is the ad-hoc line of the tests.
const aLine = "line"

func (w *world) openLine(edit func(*round.Settings)) {
	w.Helper()
	s := w.settings()
	s.AdHoc, s.Name, s.Caps, s.Closes, s.Steps = true, "Đột xuất", nil, time.Time{}, s.DossierSteps()
	if edit != nil {
		edit(&s)
	}
	w.ok(w.board.Open(w.ctx, w.id(), w.admin, aLine, s))
}

func (w *world) enterOne(clerk people.Actor, d dossier.Dossier, outcome string) error {
	return w.decision.EnterOne(w.ctx, w.id(), clerk, d.Deciding, decision.EnteringOne{Outcome: outcome, Reason: reason, Entering: decision.Entering{
		Number: "99/QĐ-UBND", Date: w.now.Format("2006-01-02"), SHA256: act.Hash("pdf"), Bucket: "inbox", Key: "k", Version: "v",
	}})
}

// entered gives what was entered on the dossier as it stands; zero: nothing.
func (w *world) entered(d dossier.Dossier) round.AdHoc {
	var a round.AdHoc
	_, err := store.Load(w.ctx, w.real, round.AdHocKey(d.ID), &a)
	if fault.Is(err, fault.NotFound) || d.Deciding == "" || a.Task != d.Deciding {
		return round.AdHoc{}
	}
	w.ok(err)
	return a
}

func (w *world) confirmOne(clerk people.Actor, d dossier.Dossier) error {
	return w.decision.ConfirmOne(w.ctx, w.id(), clerk, d.Deciding, decision.Confirming{Shown: decision.ShownOne(w.entered(d), d)})
}

// ruleLine has the one step's appraiser rule alike on everybody.
func (w *world) ruleLine(id string, is ...dossier.Standing) error {
	d := w.dossier(id)
	say := appraisal.Deciding{Noted: true, Shown: get[dossier.Revision](w, dossier.RevisionKey(d.ID, d.Revision)).Hash, Nominees: map[string]appraisal.Rule{}}
	for i, n := range d.Nominees {
		if x := is[i%len(is)]; d.State == dossier.InAppraisal || n.Standing == dossier.Held {
			say.Nominees[n.ID] = appraisal.Rule{Is: x, Reason: reason, Review: w.now.Add(w.hold).Format("2006-01-02")}
		}
	}
	return w.appraisal.Decide(w.ctx, w.id(), w.appraisers[0], d.Task, say)
}

// onLine is a world with a round and, beside it, a line on which one dossier
// has been appraised.
func onLine(t *testing.T, is ...dossier.Standing) (*world, string) {
	w := newWorld(t)
	t.Cleanup(w.close)
	w.open(nil)
	w.openLine(nil)
	w.seedIn(aLine, "line-01", dossier.InAppraisal, dossier.Pending, max(2, len(is)))
	w.pump()
	w.ok(w.ruleLine("line-01", is...))
	w.pump()
	return w, "line-01"
}

func TestAnAdHocDossierIsAwardedByItsOwnDecision(t *testing.T) {
	w, id := onLine(t, dossier.Approved, dossier.RefusedOne)
	round0, list0, free := w.round(), w.list(), w.counter(round.PlaceCounter(aRound, dossier.Collective))
	d := w.dossier(id)
	if d.State != dossier.Eligible || d.Deciding == "" || d.Task != "" || d.Recalled() {
		t.Fatalf("after appraisal: %s, asked %q, task %q", d.State, d.Deciding, d.Task)
	}
	w.refused(w.confirmOne(w.clerk2, d), fault.Gone)
	w.ok(w.enterOne(w.clerk, d, round.AdHocAward))
	if got := fault.CodeOf(w.confirmOne(w.clerk, d)); got != "same-person" {
		t.Errorf("who entered it confirms it: %q", got)
	}
	w.refused(w.decision.ConfirmOne(w.ctx, w.id(), w.admin, d.Deciding, decision.Confirming{}), fault.NotFound)
	w.refused(w.decision.ConfirmOne(w.ctx, w.id(), w.clerk2, d.Deciding, decision.Confirming{Shown: "another"}), fault.Gone)
	w.ok(w.confirmOne(w.clerk2, d))
	w.pump()
	d = w.dossier(id)
	if d.State != dossier.Awarded || !d.Sealed || d.Nominees[0].Standing != dossier.PlaceConfirmed || d.Nominees[1].Standing != dossier.RefusedOne {
		t.Errorf("in the end: %s, sealed %v, %v", d.State, d.Sealed, d.Nominees)
	}
	if act.Digest(w.round()) != act.Digest(round0) || act.Digest(w.list()) != act.Digest(list0) || w.counter(round.PlaceCounter(aRound, dossier.Collective)) != free {
		t.Error("the round beside it changed")
	}
	w.ok(register.Room{Desk: w.board.Desk}.Index(w.ctx, id))
	s, err := w.real.Query(w.ctx, register.Awards, "awards", everything)
	w.ok(err)
	if len(s.Records) != 1 {
		t.Fatalf("the register has %d awards", len(s.Records))
	}
	var a register.Award
	w.ok(s.Records[0].Decode(&a))
	if !a.AdHoc || a.Number != "99/QĐ-UBND" || a.Name != d.Nominees[0].Name {
		t.Errorf("the register says %+v", a)
	}
}

// TestAnAdHocLineHasNoPlaces neither at its opening nor later, and nothing of
// a selection applies to it.
func TestAnAdHocLineHasNoPlaces(t *testing.T) {
	w, id := onLine(t, dossier.Approved)
	if _, err := w.real.Counter(w.ctx, round.PlaceCounter(aLine, dossier.Individual)); !fault.Is(err, fault.NotFound) {
		t.Errorf("places are counted: %v", err)
	}
	choice := []selection.Choice{{Dossier: id, Nominee: w.dossier(id).Nominees[0].ID}}
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	for _, of := range []string{aLine, aRound} {
		w.refused(w.selection.Prepare(w.ctx, w.id(), w.admin, of, choice), fault.Invalid)
	}
	w.refused(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aLine, reason), fault.NotFound)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aLine))
	w.pump()
	line := get[round.Round](w, round.Key(aLine))
	if line.State != round.Ended || line.Stage != "" {
		t.Errorf("the ended line is %s at %q", line.State, line.Stage)
	}
	w.refused(w.selection.Prepare(w.ctx, w.id(), w.admin, aLine, choice), fault.Invalid)
	// What is under way goes on to its decision.
	w.ok(w.enterOne(w.clerk, w.dossier(id), round.AdHocRefuse))
	w.ok(w.confirmOne(w.clerk2, w.dossier(id)))
	w.pump()
	if d := w.dossier(id); d.State != dossier.Refused || d.Reason == "" {
		t.Errorf("the refused dossier is %s, %q", d.State, d.Reason)
	}
	bad := w.settings()
	bad.AdHoc = true
	w.refused(w.board.Open(w.ctx, w.id(), w.admin, "other", bad), fault.Invalid)
	if wrong := round.Imbalance(line, round.List{}, map[string]round.Place{"x": {}}, map[string]int64{round.PlaceCounter(aLine, dossier.Individual): 1}); len(wrong) != 2 {
		t.Errorf("places on a line go unseen: %v", wrong)
	}
}

// TestOnlyALinesDossierIsAwardedAlone holds the two tables apart.
func TestOnlyALinesDossierIsAwardedAlone(t *testing.T) {
	of, alone := dossier.Dossier{State: dossier.Eligible}, dossier.Dossier{State: dossier.Eligible, AdHoc: true}
	if of.May(dossier.Awarded) || !alone.May(dossier.Awarded) || alone.May(dossier.Selected) || alone.May(dossier.NotSelected) {
		t.Error("the tables are mixed")
	}
}

func TestAnAdHocDossierReturnedByTheDecisionComesAgain(t *testing.T) {
	w, id := onLine(t, dossier.Approved)
	pending := w.counter(round.PendingCounter(aLine))
	w.ok(w.enterOne(w.clerk, w.dossier(id), round.AdHocReturn))
	w.ok(w.confirmOne(w.clerk2, w.dossier(id)))
	w.pump()
	d := w.dossier(id)
	if d.State != dossier.Returned || d.Return == nil || d.Return.Reason == "" || d.Due.IsZero() || w.counter(round.PendingCounter(aLine)) != pending+1 {
		t.Fatalf("returned: %s %+v", d.State, d.Return)
	}
	w.put(store.Put(dossier.DocumentKey(id, "doc"), 0, dossier.Document{ID: "doc", Dossier: id, State: dossier.Read, Version: "v1"}))
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
	w.ok(err)
	w.pump()
	w.ok(w.ruleLine(id, dossier.Approved))
	w.pump()
	again := w.dossier(id)
	if again.Deciding == "" || again.Deciding == d.Deciding || w.counter(round.PendingCounter(aLine)) != pending {
		t.Fatalf("asked again %q, before %q", again.Deciding, d.Deciding)
	}
	w.refused(w.confirmOne(w.clerk2, again), fault.Gone) // what was entered before is of another revision
	w.ok(w.enterOne(w.clerk2, again, round.AdHocAward))
	w.ok(w.confirmOne(w.clerk, again))
}

// TestAnAdHocDecisionWaitsForHolds: nobody is asked for a decision on half a
// dossier.
func TestAnAdHocDecisionWaitsForHolds(t *testing.T) {
	w, id := onLine(t, dossier.Approved, dossier.Held)
	if d := w.dossier(id); d.Deciding != "" || d.ReviewAt().IsZero() || d.Holder != "hold" {
		t.Fatalf("asked %q, held until %s, turn %q", d.Deciding, d.ReviewAt(), d.Holder)
	}
	w.now = w.now.Add(91 * day)
	_, err := w.clock.Tick(w.ctx)
	w.ok(err)
	w.pump()
	w.ok(w.ruleLine(id, dossier.RefusedOne))
	w.pump()
	d := w.dossier(id)
	if d.Deciding == "" || d.Recalled() {
		t.Fatalf("after the hold nobody is asked: %+v", d)
	}
	w.ok(w.enterOne(w.clerk, d, round.AdHocAward))
	w.ok(w.confirmOne(w.clerk2, d))
}

// TestWhoTookAStepDoesNotDecideAlone: nor does anybody on their own nomination.
func TestWhoTookAStepDoesNotDecideAlone(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	both := w.person("both", "", people.Appraiser, people.Clerk)
	named := w.person("named", "", people.Clerk)
	w.openLine(func(s *round.Settings) {
		s.Steps[0].Persons, s.Clerks = []string{both.ID}, append(s.Clerks, both.ID, named.ID)
	})
	w.seedIn(aLine, "line-01", dossier.InAppraisal, dossier.Pending, 2)
	change(w, dossier.Key("line-01"), dossier.Put, func(d *dossier.Dossier) { d.Nominees[1].Name, d.Nominees[1].Kind = "named", dossier.Individual })
	w.pump()
	w.appraisers[0] = both
	w.ok(w.ruleLine("line-01", dossier.Approved))
	d := w.dossier("line-01")
	for who, code := range map[*people.Actor]string{&both: "two-steps", &named: "own-nomination"} {
		if got := fault.CodeOf(w.enterOne(*who, d, round.AdHocAward)); got != code {
			t.Errorf("%s enters: %q", who.ID, got)
		}
	}
	w.ok(w.enterOne(w.clerk, d, round.AdHocAward))
	if got := fault.CodeOf(w.confirmOne(named, d)); got != "own-nomination" {
		t.Errorf("on their own nomination: %q", got)
	}
	// Who the decision leaves out gets nothing, and somebody must be left.
	say := decision.Confirming{Shown: decision.ShownOne(w.entered(d), d), LeftOut: []string{"line-01." + d.Nominees[0].ID}}
	w.refused(w.decision.ConfirmOne(w.ctx, w.id(), w.clerk2, d.Deciding, say), fault.Invalid)
	say.Note = reason
	w.ok(w.decision.ConfirmOne(w.ctx, w.id(), w.clerk2, d.Deciding, say))
	d = w.dossier("line-01")
	if got := d.Awarded(); !slices.Equal(got, []string{d.Nominees[1].ID}) || d.Nominees[0].Reason == "" {
		t.Errorf("awarded: %v", got)
	}
}

// TestAnAdHocWithdrawalTakesTheTaskBack: once it waits for the decision only an
// administrator withdraws it.
func TestAnAdHocWithdrawalTakesTheTaskBack(t *testing.T) {
	w, id := onLine(t, dossier.Approved)
	task := w.dossier(id).Deciding
	w.ok(w.enterOne(w.clerk, w.dossier(id), round.AdHocAward))
	w.refused(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, reason), fault.Denied)
	w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, id, reason))
	w.pump()
	if d := w.dossier(id); d.State != dossier.Withdrawn || d.Deciding != "" || w.task(task).State != round.TaskVoid {
		t.Errorf("withdrawn: %s, asked %q, task %s", d.State, d.Deciding, w.task(task).State)
	}
	w.refused(w.decision.ConfirmOne(w.ctx, w.id(), w.clerk2, task, decision.Confirming{}), fault.Gone)
	if s, err := w.real.List(w.ctx, round.AssignedPart(w.clerk2.ID), everything); err != nil || len(s.Records) > 0 {
		t.Errorf("clerks still have the task: %v", err)
	}
}

// TestAdHocActsFitOneCommitAtTheirLargest: ten clerks, a hundred nominees with
// a reason each, and a decision that names one of them.
func TestAdHocActsFitOneCommitAtTheirLargest(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	w.openLine(func(s *round.Settings) {
		for i := range 8 {
			s.Clerks = append(s.Clerks, w.person(fmt.Sprint("c", i), "", people.Clerk).ID)
		}
		s.Steps[0].Persons = ids(w.appraisers)
	})
	w.seedIn(aLine, "line-01", dossier.InAppraisal, dossier.Pending, dossier.MaxNominees)
	w.pump()
	w.ok(w.ruleLine("line-01", dossier.Approved))
	w.pump()
	d := w.dossier("line-01")
	w.ok(w.enterOne(w.clerk, d, round.AdHocRefuse))
	w.ok(w.enterOne(w.clerk, d, round.AdHocAward))
	say := decision.Confirming{Shown: decision.ShownOne(w.entered(d), d), Note: reason}
	for _, n := range d.Nominees[1:] {
		say.LeftOut = append(say.LeftOut, d.ID+"."+n.ID)
	}
	w.ok(w.decision.ConfirmOne(w.ctx, w.id(), w.clerk2, d.Deciding, say))
	for name, most := range map[string]int{"round.opened": 24, "appraisal.decided": 58, "adhoc.entered": 26, "adhoc.confirmed": 27} {
		if n := w.most[name]; n == 0 || n > most {
			t.Errorf("%s: %d items, at most %d are said", name, n, most)
		}
	}
}

// TestTwoClerksOfALineAppraiseNothing keeps a dossier from waiting for a
// second person who may not be one.
func TestTwoClerksOfALineAppraiseNothing(t *testing.T) {
	w := newWorld(t)
	t.Cleanup(w.close)
	s := w.settings()
	s.AdHoc, s.Name, s.Caps, s.Closes, s.Steps = true, "Đột xuất", nil, time.Time{}, s.DossierSteps()
	s.Steps[0].Persons = append(slices.Clone(s.Steps[0].Persons), s.Clerks[0])
	s.Clerks = s.Clerks[:2]
	if err := w.board.Open(w.ctx, w.id(), w.admin, aLine, s); !fault.Is(err, fault.Invalid) {
		t.Errorf("a line that one of its two clerks may decide on: %v", err)
	}
	if _, err := board.Settings(campaign.RoundSettings{Kind: campaign.AdHocKind}, board.Crew{}, nil, map[dossier.Kind]int{dossier.Collective: 0}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a cap for a line: %v", err)
	}
}
