package roomstest

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/campaign"
	"hoso/shared/decision"
	"hoso/shared/dispatch"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/translog"
	"hoso/shared/translog/auditors"
	"hoso/shared/yearly"
)

// refusing is a mail server that takes no mail for anybody.
type refusing struct{}

// Send refuses.
func (refusing) Send(context.Context, mail.Message) error {
	return &fault.Error{Kind: fault.Invalid, Op: "test", Code: mail.CodeRefused}
}

// told gives to whom mails of a template went.
func (w *world) told(template string) []string {
	var out []string
	for _, m := range w.mails {
		if m.Template == template {
			out = append(out, m.To)
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) tells(template string, to ...string) {
	w.Helper()
	slices.Sort(to)
	if got := w.told(template); !slices.Equal(got, to) {
		w.Errorf("%s went to %v, want %v", template, got, to)
	}
}

// people's own rooms, on the world's store.
func (w *world) access() access.Room {
	return access.Room{Desk: w.board.Desk, Secrets: w.parking.Keeper.(access.Secrets), Limits: access.NewLimiter(func() time.Time { return w.now }), Rates: access.DefaultRates()}
}

// TestEveryMailIsSentBySomeAct does what each notice speaks of, and sees who
// gets it. A template that no act sends has no place in the product.
func TestEveryMailIsSentBySomeAct(t *testing.T) {
	sent := map[string]bool{}
	for name, does := range map[string]func(w *world){
		"a round's life": func(w *world) {
			w.open(nil)
			w.pump()
			w.tells(mail.RoundOpened, w.unit.ID)
			w.seed("dossier-01", dossier.Eligible, dossier.Approved, 2)
			w.ok(w.board.Close(w.ctx, w.id(), w.admin, aRound))
			w.pump()
			w.tells(mail.TaskPrepare, w.admin.ID)
			w.confirm(w.choose("dossier-01", 1))
			w.tells(mail.TaskSelection, w.head.ID)
			w.tells(mail.TaskReview, w.reviewers[0].ID)
			w.ok(w.reviewAll(dossier.Approved))
			w.pump()
			w.tells(mail.TaskEnter, w.clerk.ID, w.clerk2.ID)
			w.ok(w.enter())
			w.pump()
			w.tells(mail.TaskDecision, w.clerk2.ID)
			w.ok(w.decide())
			w.pump()
			w.tells(mail.Result, w.unit.ID)
			w.tells(mail.DecisionReceipt, w.head.ID, w.reviewers[0].ID, w.clerk2.ID)
		},
		"an ad-hoc dossier's life": func(w *world) {
			w.openLine(nil)
			w.pump()
			w.tells(mail.LineOpened, w.unit.ID)
			w.tells(mail.RoundOpened)
			w.seedIn(aLine, "line-01", dossier.InAppraisal, dossier.Pending, 2)
			w.pump()
			w.ok(w.ruleLine("line-01", dossier.Approved))
			w.pump()
			w.tells(mail.TaskEnterOne, w.clerk.ID, w.clerk2.ID)
			w.ok(w.enterOne(w.clerk, w.dossier("line-01"), round.AdHocAward))
			w.pump()
			w.tells(mail.TaskConfirmOne, w.clerk2.ID)
			w.ok(w.confirmOne(w.clerk2, w.dossier("line-01")))
			w.pump()
			w.tells(mail.Result, w.unit.ID)
		},
		"an end without a selection": func(w *world) {
			w.closed()
			w.ok(w.selection.PrepareNone(w.ctx, w.id(), w.admin, aRound, reason))
			w.pump()
			w.tells(mail.TaskEnding, w.head.ID)
		},
		"an appraisal": func(w *world) {
			d := w.held(nil)
			w.tells(mail.TaskAppraisal, w.appraisers[0].ID)
			w.later(91)
			w.tells(mail.TaskRecall, w.appraisers[0].ID)
			w.later(5)
			if len(w.told(mail.Reminder)) == 0 || len(w.told(mail.Overdue)) == 0 {
				w.Errorf("nobody is reminded")
			}
			w.ok(w.parking.Reassign(w.ctx, w.id(), w.admin, w.dossier(d.ID).Task, []string{w.appraisers[1].ID}))
			w.pump()
			w.tells(mail.Reassigned, w.appraisers[1].ID)
			w.tells(mail.TakenOff, w.appraisers[0].ID)
		},
		"a return that lapses": func(w *world) {
			w.judging(1, nil)
			w.pump()
			w.tells(mail.ReturnedToUnit, w.unit.ID)
			w.later(6)
			w.tells(mail.LapsedNotice, w.unit.ID)
			w.tells(mail.Result)
		},
		"a withdrawal by the agency": func(w *world) {
			d := w.appraised(1, nil)
			other := w.person("other-admin", "", people.Admin)
			change(w, round.Key(aRound), round.Put, func(r *round.Round) { r.Settings.Preparers = append(r.Settings.Preparers, other.ID) })
			w.ok(w.submission.Withdraw(w.ctx, w.id(), w.admin, d.ID, reason))
			w.pump()
			w.tells(mail.WithdrawnNotice, w.appraisers[0].ID, other.ID, w.unit.ID)
			if s, err := w.real.List(w.ctx, round.AssignedPart(w.appraisers[0].ID), everything); err != nil || len(s.Records) > 0 {
				w.Errorf("the appraiser still has it: %v", err)
			}
		},
		"a withdrawal by the unit": func(w *world) {
			d := w.appraised(1, nil)
			w.ok(w.submission.Withdraw(w.ctx, w.id(), w.unit, d.ID, reason))
			w.pump()
			w.tells(mail.WithdrawnNotice, w.appraisers[0].ID, w.admin.ID)
		},
		"files of a draft that a person must read": func(w *world) {
			w.open(nil)
			id := w.draft()
			w.register(w.add(id, "scan"))
			w.pump()
			w.tells(mail.NeedsPerson, w.unit.ID)
			w.ok(w.submit(id))
			w.pump()
			w.tells(mail.Receipt, w.unit.ID)
		},
		"late dossiers": func(w *world) {
			w.open(nil)
			one, two := w.draft(), w.draft()
			w.now = w.now.Add(10 * day)
			w.tick()
			w.ok(w.submission.AskLate(w.ctx, w.id(), w.unit, one, reason))
			w.ok(w.admit(one, 3*day))
			w.ok(w.submission.AnswerLate(w.ctx, w.id(), w.admin, two, submission.Answer{Reason: reason}))
			w.pump()
			w.tells(mail.LateAsked, w.admin.ID)
			w.tells(mail.LateAdmitted, w.unit.ID)
			w.tells(mail.LateRefused, w.unit.ID)
			w.tells(mail.NotSubmittedNotice, w.unit.ID, w.unit.ID)
			w.later(4) // the admitted one is not submitted by its own deadline either
			w.tells(mail.NotSubmittedNotice, w.unit.ID, w.unit.ID, w.unit.ID)
		},
		"an award that is annulled": func(w *world) {
			playAwarded(w)
			n, err := w.change(w.clerk, decision.Changing{Kind: round.Annulment, Entry: "dossier-01." + w.dossier("dossier-01").Nominees[0].ID, Ground: round.Forged})
			w.ok(err)
			w.ok(w.decision.ConfirmChange(w.ctx, w.id(), w.clerk2, aRound, n, true))
			w.pump()
			w.tells(mail.ChangeAsked, w.clerk2.ID)
			w.tells(mail.Changed, w.unit.ID)
			_, err = w.ask(w.admin, w.asking("dossier-01", w.textsOf("dossier-01")[0].Ref))
			w.ok(err)
			w.pump()
			w.tells(mail.ErasureAsked, w.head.ID)
		},
		"places that change": func(w *world) {
			w.open(nil)
			w.ok(w.amend(caps(4, 4)))
			w.pump()
			w.tells(mail.CapsAmended, w.head.ID)
		},
		"a year's duty to report": func(w *world) {
			other := w.person("other-unit", "u2", people.Submitter)
			w.put(people.PutUnit(people.Unit{ID: "u2", Name: "Đơn vị hai", Active: true}, 0))
			id := w.duty()
			w.pump()
			w.tells(mail.ReportDue, w.unit.ID, other.ID)
			_, err := w.yearly.Send(w.ctx, w.id(), w.unit, id, yearly.Sending{Figures: map[string]string{"them-1": "3"}})
			w.ok(err)
			w.now = time.Date(2025, 12, 11, 2, 0, 0, 0, time.UTC)
			w.tick()
			w.tells(mail.ReportReceipt, w.unit.ID)
			w.tells(mail.ReportReminder, other.ID)
			w.now = w.now.Add(5 * day)
			w.tick()
			w.tells(mail.ReportOverdue, other.ID)
			w.tells(mail.ReportMissing, w.admin.ID)
		},
		"a person who looks at very many dossiers": func(w *world) {
			auditor := w.person("auditor", "", people.Auditor)
			who := w.access()
			who.Rates.Views = access.Rate{Burst: 1, Per: time.Hour}
			for _, id := range []string{"d1", "d2"} {
				w.ok(who.Viewed(w.ctx, w.admin, access.View{Dossier: id, What: "record"}))
			}
			w.pump()
			w.tells(mail.BulkReading, auditor.ID)
		},
		"people": func(w *world) {
			operator, auditor := w.person("operator", "", people.Operator), w.person("auditor", "", people.Auditor)
			who := w.access()
			w.ok(who.Invite(w.ctx, w.id(), operator, w.unit.ID))
			w.ok(who.AskCode(w.ctx, who.Browser(), access.Ask{Person: w.unit.ID}))
			room := dispatch.Room{Desk: w.board.Desk, Mail: refusing{}, Keeper: w.parking.Keeper.(dispatch.Keeper), Portal: "https://portal.test", Sender: mail.Sender{Email: "x@x.test"}, Log: w.clock.Log}
			room.Integrate = func(context.Context, []store.Message) error { return nil }
			all, err := w.real.Pending(w.ctx, w.now, 100)
			w.ok(err)
			for _, m := range all {
				if m.Kind == "mail" {
					w.mails = append(w.mails, body[mail.Notice](w, m))
				}
			}
			_, err = room.Pass(w.ctx)
			w.ok(err)
			w.pump()
			if !get[people.Person](w, people.Key(w.unit.ID)).Active || get[people.Person](w, people.Key(w.unit.ID)).Bounced == "" {
				w.Errorf("the person is not marked")
			}
			w.tells(mail.Unreachable, w.admin.ID, operator.ID)
			w.checkpoint(auditor)
		},
	} {
		w := newWorld(t)
		does(w)
		for _, m := range w.mails {
			sent[m.Template] = true
		}
		if t.Failed() {
			t.Logf("in %s", name)
		}
		w.close()
	}
	for _, template := range mail.Templates() {
		if !sent[template] {
			t.Errorf("no act sends %s", template)
		}
	}
}

// duty opens the duty of two units to report the year's results.
func (w *world) duty() string {
	w.Helper()
	plans, err := campaign.Builtin()
	w.ok(err)
	plan, err := campaign.Find(plans, "bac-kan-2022-2025")
	w.ok(err)
	strict := false
	id, err := w.yearly.Open(w.ctx, w.id(), w.admin, plan, yearly.Opening{
		Year: 2025, Inclusive: &strict, DayOff: yearly.Keep, Remind: []int{3}, Units: []string{"u1", "u2"}, Counts: []string{"Số sáng kiến"},
	})
	w.ok(err)
	return id
}

// checkpoint has the log signed twice on a day, and again on the next.
func (w *world) checkpoint(auditor people.Actor) {
	w.Helper()
	private, _, err := evidence.NewKey(rand.NewChaCha8(sha256.Sum256([]byte("key"))), "log.test")
	w.ok(err)
	signer, err := evidence.NewSigner(private)
	w.ok(err)
	log := translog.Log{
		Store: w.store, Now: func() time.Time { return w.now }, Origin: "log.test", Signers: []evidence.Signer{signer}, Every: time.Minute,
		Notices: func(ctx context.Context, c evidence.Checkpoint, signed []byte) ([]store.Message, error) {
			return auditors.Mails(ctx, w.store, c, signed)
		},
	}
	ids := map[string]bool{}
	for i, wait := range []time.Duration{0, time.Hour, day} {
		w.now = w.now.Add(wait)
		if i == 0 {
			w.open(nil)
		} else {
			w.draft()
		}
		ms, err := w.real.Pending(w.ctx, w.now, 100)
		w.ok(err)
		logged := slices.DeleteFunc(slices.Clone(ms), func(m store.Message) bool { return m.Kind != store.LogMessage })
		w.ok(log.Integrate(w.ctx, logged))
		_, err = log.Checkpoint(w.ctx, true)
		w.ok(err)
		for _, m := range w.pending() {
			if m.Kind == "mail" && body[mail.Notice](w, m).Template == mail.Checkpoint {
				ids[m.ID] = true
			}
		}
		w.pump()
	}
	if len(ids) != 2 || w.told(mail.Checkpoint)[0] != auditor.ID {
		w.Errorf("checkpoints of two days went out as %v", ids)
	}
}

// TestAMailThatComesBackMarksItsPerson once, tells who can mend it, and says
// so of the mail; a former address concerns nobody.
func TestAMailThatComesBackMarksItsPerson(t *testing.T) {
	w := newWorld(t)
	w.open(nil)
	w.pump()
	const notice = "mail/opened/r/u"
	n := mail.Notice{Template: mail.RoundOpened, Round: aRound, To: w.unit.ID}
	_, err := w.real.Commit(w.ctx, store.Commit{Key: "sent", Request: "r", At: w.now, Writes: []store.Write{
		store.Put(mail.SentKey(notice, n), 0, mail.Sent{ID: notice, Template: n.Template, To: n.To, At: w.now}),
	}})
	w.ok(err)
	room := dispatch.Room{Desk: w.board.Desk}
	address := get[people.Person](w, people.Key(w.unit.ID)).Email
	w.put(store.Put(people.EmailKey(address), 0, people.Owner{Person: w.unit.ID}))
	back := dispatch.Returned{ID: "feedback-1", Email: address, Notice: notice, Template: n.Template, Round: aRound}
	for range 2 { // events come at least once
		known, err := room.Return(w.ctx, back)
		if err != nil || !known {
			t.Fatalf("known %v, %v", known, err)
		}
	}
	if p := get[people.Person](w, people.Key(w.unit.ID)); p.Bounced == "" || !p.Active {
		t.Errorf("the person is %+v", p)
	}
	if sent := get[mail.Sent](w, mail.SentKey(notice, n)); !sent.Refused {
		t.Error("the mail still counts as arrived")
	}
	w.pump()
	w.tells(mail.Unreachable, w.admin.ID)
	events, err := w.real.Events(w.ctx, people.Chain(w.unit.ID), 0, 100)
	w.ok(err)
	marked := 0
	for _, e := range events {
		if strings.Contains(e.Line, `"person.unreachable"`) {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d events say so", marked)
	}
	for name, b := range map[string]dispatch.Returned{
		"a former address":        {ID: "f2", Email: "former@x.test", Notice: notice},
		"no address":              {ID: "f3"},
		"an address with a break": {ID: "f4", Email: address + "\n"},
		"no id":                   {Email: address},
	} {
		if known, err := room.Return(w.ctx, b); known || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: known %v, %v", name, known, err)
		}
	}
	// What the news says of the mail is from outside.
	odd := dispatch.Returned{ID: "f5", Email: strings.ToUpper(address), Notice: "x\x00y", Template: "<b>", Dossier: strings.Repeat("d", 5000), Round: mail.NoRound}
	if known, err := room.Return(w.ctx, odd); err != nil || !known {
		t.Errorf("known %v, %v", known, err)
	}
	w.pump()
}
