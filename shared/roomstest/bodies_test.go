package roomstest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/board"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/round"
)

const (
	province = "UBND tỉnh Bắc Kạn"
	agency   = "Sở Khoa học và Công nghệ"
	interior = "Sở Nội vụ"
)

// ceasing opens a round of Bắc Kạn whose bodies cease in its middle, with a
// dossier in appraisal, and goes to the day after.
func ceasing(t *testing.T, dossiers ...string) *world {
	w := setup(t)
	w.open(func(s *round.Settings) {
		s.Issuer, s.Body = province, agency
		s.Steps[0].Body, s.Steps[0].Title, s.Steps[1].Body = agency, agency+": thẩm định", interior
		s.Closes = time.Date(2025, 9, 30, 0, 0, 0, 0, time.UTC)
	})
	for _, id := range dossiers {
		w.seed(id, dossier.InAppraisal, dossier.Pending, 2)
	}
	w.pump()
	w.now = time.Date(2025, 6, 30, 16, 59, 0, 0, time.UTC) // 23:59 in Việt Nam
	if gone := w.gone(); len(gone) > 0 {
		t.Fatal("ceased on their last day:", gone)
	}
	w.now = w.now.Add(time.Minute)
	w.mails = nil
	return w
}

// gone names the bodies that wait for a ruling.
func (w *world) gone() []string {
	w.Helper()
	all, err := parking.Ceased(w.ctx, w.real, w.round(), w.now)
	w.ok(err)
	var out []string
	for _, s := range all {
		out = append(out, s.Name)
	}
	return out
}

func (w *world) ruleOn(body, what string, edit func(*board.Succeeding)) error {
	s := board.Succeeding{Body: body, Act: what, Reason: reason}
	if edit != nil {
		edit(&s)
	}
	return w.board.Succeed(w.ctx, w.id(), w.admin, aRound, s)
}

func TestNothingIsDecidedUntilEachCeasedBodyIsRuledOn(t *testing.T) {
	w := ceasing(t, "dossier-01")
	d := w.dossier("dossier-01")
	if got := w.gone(); !slices.Equal(got, []string{province, agency, interior}) {
		t.Fatal(got)
	}
	old, heir := w.appraisers[0], w.appraisers[1]
	w.code(w.ruleAll(old, d.ID, dossier.Approved), "body-ceased")
	w.refused(w.board.Succeed(w.ctx, w.id(), w.head, aRound, board.Succeeding{Body: agency, Act: round.KeepBody, Reason: reason}), fault.Denied)
	w.refused(w.ruleOn(agency, round.KeepBody, func(s *board.Succeeding) { s.Reason = "ngắn" }), fault.Invalid)
	w.refused(w.ruleOn("Sở Y tế", round.KeepBody, nil), fault.Invalid)
	w.refused(w.ruleOn(agency, "forget", nil), fault.Invalid)
	w.refused(w.ruleOn(agency, round.TransferBody, nil), fault.Invalid) // to nobody
	to := func(s *board.Succeeding) {
		s.To, s.Steps = agency+" tỉnh Thái Nguyên", map[string][]string{"so": {heir.ID}}
	}
	w.refused(w.ruleOn(agency, round.TransferBody, func(s *board.Succeeding) { to(s); s.Steps["so"] = []string{w.clerk.ID} }), fault.Invalid)
	w.ok(w.ruleOn(agency, round.TransferBody, to))
	w.pump()
	if task := w.task(d.Task); !slices.Equal(task.Persons, []string{heir.ID}) {
		t.Errorf("the task is with %v", task.Persons)
	}
	if s, err := w.real.List(w.ctx, round.AssignedPart(old.ID), everything); err != nil || len(s.Records) > 0 {
		t.Error("the person of the body that ceased is still asked", err)
	}
	w.tells(mail.TakenOff, old.ID)
	w.tells(mail.Reassigned, heir.ID)
	if h := w.dossier(d.ID).Holder; h != agency+" tỉnh Thái Nguyên: thẩm định" {
		t.Errorf("whose turn: %q", h)
	}
	w.code(w.ruleAll(heir, d.ID, dossier.Approved), "body-ceased") // two more wait
	w.ok(w.ruleOn(province, round.TransferBody, func(s *board.Succeeding) { s.To = "UBND tỉnh Thái Nguyên" }))
	w.pump()
	if got := w.gone(); len(got) > 0 {
		// Sở Nội vụ stands where the province that follows stands.
		t.Fatal(got)
	}
	w.refused(w.ruleAll(old, d.ID, dossier.Approved), fault.NotFound)
	w.ok(w.ruleAll(heir, d.ID, dossier.Approved))
	w.pump()
	if s := w.dossier(d.ID).State; s != dossier.Eligible {
		t.Error(s)
	}
	if n := len(w.round().Rulings); n != 2 {
		t.Errorf("%d rulings", n)
	}
	if w.most["round.body-ruled"] > 9 {
		t.Error(w.most["round.body-ruled"])
	}
}

func TestAKeptRoundGoesOnUnderItsNames(t *testing.T) {
	w := ceasing(t, "dossier-01")
	for _, body := range []string{province, agency, interior} {
		w.ok(w.ruleOn(body, round.KeepBody, nil))
	}
	w.refused(w.ruleOn(agency, round.KeepBody, nil), fault.Invalid) // ruled on
	w.pump()
	w.ok(w.ruleAll(w.appraisers[0], "dossier-01", dossier.Approved))
	if s := w.round().Settings; s.Body != agency || s.Issuer != province {
		t.Error(s.Body, s.Issuer)
	}
}

func TestARoundClosesBecauseItsBodyCeased(t *testing.T) {
	w := ceasing(t, "dossier-01", "dossier-02")
	w.seed("dossier-03", dossier.Eligible, dossier.Approved, 1)
	draft := w.draft()
	w.ok(w.ruleOn(province, round.CloseRound, nil))
	w.pump()
	if rd := w.round(); rd.State != round.Closed || rd.Stage != "selection" || len(w.gone()) > 0 {
		t.Fatal(rd.State, rd.Stage, w.gone())
	}
	if n := w.counter(round.PendingCounter(aRound)); n != 0 {
		t.Errorf("%d still pend", n)
	}
	if s := w.dossier(draft).State; s != dossier.NotSubmitted {
		t.Error(s)
	}
	w.refused(w.selection.Prepare(w.ctx, w.id(), w.admin, aRound, w.choose("dossier-03", 1)), fault.Invalid)
	w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
	w.ok(w.endWithout())
	w.pump()
	w.over()
	for i := range 3 {
		w.ended(fmt.Sprintf("dossier-%02d", i+1), dossier.NotSelected)
	}
}

func TestARoundWithPlacesTakenIsNotClosed(t *testing.T) {
	w := ceasing(t)
	w.now = time.Date(2025, 6, 20, 0, 0, 0, 0, time.UTC)
	w.seed("dossier-01", dossier.Eligible, dossier.Approved, 2)
	w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
	w.pump()
	w.confirm(w.choose("dossier-01", 1))
	w.now = time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC)
	w.refused(w.ruleOn(province, round.CloseRound, nil), fault.Invalid)
	w.code(w.reviewAll(dossier.Approved), "body-ceased")
	w.ok(w.ruleOn(province, round.TransferBody, func(s *board.Succeeding) { s.To = "UBND tỉnh Thái Nguyên" }))
	w.ok(parking.Ruled(w.ctx, w.real, w.round(), w.now))
}

// TestAUnitThatAnActEndedCeasesForItsRounds: not only what the catalogue knows.
func TestAUnitThatAnActEndedCeasesForItsRounds(t *testing.T) {
	w := setup(t)
	acc := w.access()
	for _, name := range []string{"Văn phòng A", "Văn phòng B"} {
		_, err := acc.AddUnit(w.ctx, w.id(), access.Operator(), access.UnitDetails{Name: name})
		w.ok(err)
	}
	w.open(func(s *round.Settings) { s.Body = "Văn phòng A" })
	if got := w.gone(); len(got) > 0 {
		t.Fatal(got)
	}
	a, err := acc.UnitByName(w.ctx, "Văn phòng A")
	w.ok(err)
	w.ok(acc.EndUnit(w.ctx, w.id(), w.admin, a.ID, access.Ending{Until: "2025-03-02", Source: "QĐ 1", SourceDate: "2025-03-01", Successors: []string{"Văn phòng B"}}))
	all, err := parking.Ceased(w.ctx, w.real, w.round(), w.now)
	w.ok(err)
	if len(all) != 1 || !slices.Equal(all[0].Successors, []string{"Văn phòng B"}) || all[0].Source != "QĐ 1" {
		t.Error(all)
	}
}

// TestARoundOpenedUnderOldNamesIsNotAskedAgain: keeping was decided at opening.
func TestARoundOpenedUnderOldNamesIsNotAskedAgain(t *testing.T) {
	w := setup(t)
	w.now = time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	w.open(func(s *round.Settings) { s.Issuer, s.Body, s.Kept = province, agency, true })
	if got := w.gone(); len(got) > 0 || len(w.round().Rulings) != 2 {
		t.Error(got, w.round().Rulings)
	}
}
