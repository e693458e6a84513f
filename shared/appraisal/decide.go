package appraisal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Deciding is what an appraiser sends. Nothing in it is preselected.
type Deciding struct {
	Shown    string          `json:"shown"` // Revision.Hash of the page that was shown
	Return   bool            `json:"return,omitempty"`
	Reason   string          `json:"reason,omitempty"` // of a return
	Nominees map[string]Rule `json:"nominees,omitempty"`
	Noted    bool            `json:"noted,omitempty"` // the warnings were read
}

// Rule is the decision on one nominee.
type Rule struct {
	Is     dossier.Standing `json:"is"`
	Reason string           `json:"reason,omitempty"`
	Review string           `json:"review,omitempty"` // ISO date, for a hold
	Score  int              `json:"score,omitempty"`  // hundredths of a point, 0 to 10000
}

// minReason is the least length of a reason in characters.
const minReason = 10

// enough refuses a reason that says nothing.
func enough(reason string) error {
	if len([]rune(strings.TrimSpace(reason))) < minReason {
		return &fault.Error{Kind: fault.Invalid, Op: "appraisal.decide", Code: "reason-short", Public: "Hãy viết lý do, ít nhất 10 ký tự, khi trả lại, không đồng ý hoặc tạm dừng."}
	}
	return nil
}

// Decide takes the appraiser's decision in one commit: the task, the rulings,
// the dossier's new state, the audit event and the run's resumption. Items at
// the worst case (100 nominees share the dossier's record): dossier, task, 10
// rows, texts, three counters, event, head, log, five messages, key: 25; on an
// ad-hoc line the task of its decision: 58.
func (r Room) Decide(ctx context.Context, key string, who people.Actor, task string, say Deciding) error {
	_, err := r.Do(ctx, key, r.Request([]any{"decide", who.ID, task, say}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.decide(ctx, key, who, task, say, now)
	})
	return err
}

func (r Room) decide(ctx context.Context, key string, who people.Actor, task string, say Deciding, now time.Time) (store.Commit, error) {
	var c store.Commit
	t, rev, err := parking.Allowed(ctx, r.Store, who, task, now)
	if err != nil {
		return c, err
	}
	if t.Kind != Name {
		return c, fault.New(fault.NotFound, "appraisal.decide", "Không tìm thấy việc này.")
	}
	var d dossier.Dossier
	dRev, err := store.Load(ctx, r.Store, dossier.Key(t.Dossier), &d)
	if err != nil {
		return c, err
	}
	if err := impartial(who, d, t.Step); err != nil {
		return c, err
	}
	var rv dossier.Revision
	if _, err := store.Load(ctx, r.Store, dossier.RevisionKey(d.ID, t.Revision), &rv); err != nil {
		return c, err
	}
	if d.Revision != t.Revision || d.Task != t.ID || say.Shown != rv.Hash {
		return c, &fault.Error{Kind: fault.Gone, Op: "appraisal.decide", Code: "stale", Public: "Hồ sơ đã thay đổi sau khi trang này được mở; hãy mở lại để xem bản hiện tại."}
	}
	texts := r.Texts(dossier.Chain(d.ID), key)
	v := round.Verdict{By: who.ID, At: now.UTC(), Method: who.Method, Shown: rv.Hash}
	stage := flow.Done
	if t.Recall {
		err = r.ruleAgain(ctx, &c, &d, &v, say, texts, now)
	} else if say.Return {
		err = r.sendBack(ctx, &c, &d, rv, &v, say, texts, now)
	} else {
		stage, err = r.rule(ctx, &c, &d, rv, &v, say, texts, now)
	}
	if err != nil {
		return c, err
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	parking.Decide(&c, t, rev, v, stage)
	dossier.Record(&c, d, dRev)
	c.Writes = append(c.Writes, kept...)
	c.Events = append(events(d, t, v, texts, now), c.Events...)
	c.Outbox = append(c.Outbox, parking.Receipt(t, v))
	return c, nil
}

// impartial refuses who would decide on their own or their unit's nomination,
// and who decided another step of the same revision.
func impartial(who people.Actor, d dossier.Dossier, step string) error {
	if d.IsOwn(who.Person) {
		return &fault.Error{
			Kind: fault.Denied, Op: "appraisal.decide", Code: "own-nomination",
			Public: "Ông/bà không được quyết định hồ sơ có chính mình hoặc của đơn vị mình; hãy đề nghị giao người khác.",
		}
	}
	if d.Took(who.ID, step) {
		return &fault.Error{
			Kind: fault.Denied, Op: "appraisal.decide", Code: "two-steps",
			Public: "Ông/bà đã quyết định một bước khác của hồ sơ này; mỗi người chỉ quyết định một bước.",
		}
	}
	return nil
}

// sendBack returns the whole dossier with a reason and a deadline of its own.
func (r Room) sendBack(ctx context.Context, c *store.Commit, d *dossier.Dossier, rv dossier.Revision, v *round.Verdict, say Deciding, texts *act.Texts, now time.Time) error {
	if err := enough(say.Reason); err != nil {
		return err
	}
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return err
	}
	due, err := r.Due(now, rd.Settings.ReturnDays)
	if err != nil {
		return fault.Wrap(fault.Internal, "appraisal.decide", err)
	}
	v.Whole, v.Reason = "return", texts.Add("reason", strings.TrimSpace(say.Reason))
	d.SendBack(v.By, v.Reason, due, now)
	c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("returned/%s/%s/%d", d.ID, Name, rv.N), flow.MailMessage,
		mail.Notice{Template: mail.ReturnedToUnit, To: rv.By, Dossier: d.ID, Round: d.Round, Due: due}))
	return nil
}

// rule records a ruling on every nominee and moves the dossier to its next
// step, or to the end of appraisal.
func (r Room) rule(ctx context.Context, c *store.Commit, d *dossier.Dossier, rv dossier.Revision, v *round.Verdict, say Deciding, texts *act.Texts, now time.Time) (string, error) {
	if rv.Counts.Warn+rv.Counts.Contested+rv.Counts.Inside > 0 && !say.Noted {
		return "", &fault.Error{Kind: fault.Invalid, Op: "appraisal.decide", Code: "not-noted", Public: "Hãy xác nhận đã xem các cảnh báo của hồ sơ."}
	}
	if len(say.Nominees) != len(d.Nominees) || len(d.Nominees) == 0 {
		return "", incomplete()
	}
	for i := range d.Nominees {
		n := &d.Nominees[i]
		x, ok := say.Nominees[n.ID]
		if !ok {
			return "", incomplete()
		}
		ruling, err := one(n, x, texts, now, false)
		if err != nil {
			return "", err
		}
		v.Nominees = append(v.Nominees, ruling)
	}
	if err := r.mean(ctx, d, rv.N); err != nil {
		return "", err
	}
	for i := range v.Nominees {
		v.Nominees[i].Score = d.Nominees[i].Score
	}
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
	if err != nil {
		return "", err
	}
	if d.Decided == nil {
		d.Decided = map[string]string{}
	}
	d.Decided[rd.Settings.DossierSteps()[d.Step].ID] = v.By
	if d.Step+1 < len(rd.Settings.DossierSteps()) {
		d.Step++
		d.Task, d.Holder = "", rd.Settings.DossierSteps()[d.Step].Title
		return Name, nil
	}
	return flow.Done, r.end(ctx, c, d, rd, rdRev, now)
}

func incomplete() error {
	return &fault.Error{Kind: fault.Invalid, Op: "appraisal.decide", Code: "incomplete", Public: "Hãy quyết định từng tập thể, cá nhân trong danh sách."}
}

// longestHold is how far ahead a nominee on hold may be looked at again.
const longestHold = 366 * 24 * time.Hour

// one lays a ruling over a nominee. afresh asks for a reason and a date even
// where nothing changes.
func one(n *dossier.Nominee, x Rule, texts *act.Texts, now time.Time, afresh bool) (round.Ruling, error) {
	if (x.Is != dossier.Approved && x.Is != dossier.RefusedOne && x.Is != dossier.Held) || x.Score < 0 || x.Score > 10000 {
		return round.Ruling{}, incomplete()
	}
	unchanged := n.Standing == x.Is && n.Standing != dossier.Pending && !afresh
	if x.Is != dossier.Approved && !(unchanged && strings.TrimSpace(x.Reason) == "") {
		if err := enough(x.Reason); err != nil {
			return round.Ruling{}, err
		}
		n.Reason = texts.Add("reason/"+n.ID, strings.TrimSpace(x.Reason))
	}
	n.Review = ""
	if x.Is == dossier.Held {
		day, err := calendar.ParseISO(x.Review)
		if err != nil || !day.Start().After(now) || day.Start().After(now.Add(longestHold)) {
			return round.Ruling{}, &fault.Error{Kind: fault.Invalid, Op: "appraisal.decide", Code: "review-date", Public: "Khi tạm dừng, hãy chọn ngày xem xét lại, sau hôm nay và trong vòng một năm."}
		}
		n.Review = x.Review
	}
	if x.Is == dossier.Approved {
		n.Reason = ""
	}
	n.Standing, n.Score = x.Is, x.Score
	return round.Ruling{Nominee: n.ID, Is: n.Standing, Reason: n.Reason, Review: n.Review, Score: n.Score, Kept: unchanged}, nil
}
