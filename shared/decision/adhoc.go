package decision

import (
	"context"
	"fmt"
	"slices"
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

// EnteringOne is what a clerk enters on one dossier of an ad-hoc line: the
// evidence of an award, or why there is none.
type EnteringOne struct {
	Outcome string `json:"outcome"` // round.AdHocAward, AdHocRefuse or AdHocReturn
	Entering
	Reason string `json:"reason,omitempty"` // of a refusal or a return
}

func (e *EnteringOne) check() error {
	const op = "decision.enter-one"
	switch e.Outcome {
	case round.AdHocAward:
		e.Reason = ""
		_, err := e.Entering.check(op)
		return err
	case round.AdHocRefuse, round.AdHocReturn:
		e.Entering, e.Reason = Entering{}, strings.TrimSpace(e.Reason)
		if len([]rune(e.Reason)) < minNote {
			return fault.New(fault.Invalid, op, "Hãy viết lý do không khen thưởng hoặc trả lại, ít nhất 10 ký tự.")
		}
		return nil
	}
	return fault.New(fault.Invalid, op, "Hãy chọn kết quả: khen thưởng, không khen thưởng hoặc trả lại để bổ sung.")
}

// EnterOne records what was decided on one dossier of an ad-hoc line. It counts
// for nothing until a second person confirms it; entering again replaces what
// was not confirmed. Who decides on their own nomination, or took another step
// of it, is refused. Items: record, dossier check, slot, texts, 9 links and
// mails, event, head, log, key: 26.
func (r Room) EnterOne(ctx context.Context, key string, who people.Actor, task string, e EnteringOne) error {
	if err := e.check(); err != nil {
		return err
	}
	var paper said
	if e.Outcome == round.AdHocAward {
		var err error
		if paper, err = r.read(ctx, e.Entering); err != nil {
			return err
		}
	}
	_, err := r.Do(ctx, key, r.Request([]any{"enter-one", who.ID, task, e}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.enterOne(ctx, key, who, task, e, paper, now)
	})
	return err
}

func (r Room) enterOne(ctx context.Context, key string, who people.Actor, task string, e EnteringOne, paper said, now time.Time) (store.Commit, error) {
	var c store.Commit
	at, err := r.single(ctx, who, task, now)
	if err != nil {
		return c, err
	}
	a := round.AdHoc{
		Dossier: at.d.ID, Revision: at.d.Revision, Task: at.t.ID, Outcome: e.Outcome,
		Decision: round.Decision{
			Number: e.Number, Date: e.Date, SHA256: e.SHA256, Bucket: e.Bucket, Key: e.Key, Version: e.Version,
			EnteredBy: who.ID, EnteredAt: now.UTC(), Read: paper.whole, Signatures: paper.signs, Differences: falseSigns(paper.signs),
		},
	}
	if e.Outcome == round.AdHocAward {
		if e.Date > calendar.DateOf(now).ISO() {
			return c, fault.New(fault.Invalid, "decision.enter-one", "Ngày quyết định ở tương lai.")
		}
		if paper.whole {
			a.Differences = append(a.Differences, Compare(paper.pages, e.Entering, round.AdHocEntries(at.d), unnamed(at.d))...)
		}
		if err := r.keep(ctx, &c, e.Entering); err != nil {
			return c, err
		}
	}
	texts := r.Texts(dossier.Chain(at.d.ID), key)
	a.Reason = texts.Add("reason", e.Reason)
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(append(c.Writes, kept...), store.Put(round.AdHocKey(at.d.ID), at.aRev, a), store.Unchanged(dossier.Key(at.d.ID), at.dRev))
	ev := act.Event(dossier.Chain(at.d.ID), "adhoc.entered", who.ID, now, map[string]any{
		"revision": a.Revision, "outcome": a.Outcome, "number": a.Number, "date": a.Date, "sha256": a.SHA256, "read": a.Read, "differences": len(a.Differences), "signatures": len(a.Signatures),
	})
	ev.Texts = texts.Named()
	c.Events = append(c.Events, ev)
	for _, p := range at.t.Persons {
		if p != who.ID {
			if err := r.Remind(ctx, &c, at.t, p, mail.TaskConfirmOne, fmt.Sprint(at.aRev), now); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

// unnamed gives the nominees whom a decision on the dossier should not name.
func unnamed(d dossier.Dossier) []dossier.Nominee {
	return slices.DeleteFunc(slices.Clone(d.Nominees), func(n dossier.Nominee) bool { return n.Standing == dossier.Approved })
}

// one is a dossier that waits for its decision, as it was read.
type one struct {
	t    round.Task
	tRev int64
	d    dossier.Dossier
	dRev int64
	a    round.AdHoc
	aRev int64
}

// single reads a dossier of an ad-hoc line for one of the clerks who are asked
// for its decision.
func (r Room) single(ctx context.Context, who people.Actor, task string, now time.Time) (x one, err error) {
	if x.t, x.tRev, err = parking.Allowed(ctx, r.Store, who, task, now); err != nil {
		return x, err
	}
	if x.t.Kind != round.AdHocKind {
		return x, fault.New(fault.NotFound, "decision.one", "Không tìm thấy việc này.")
	}
	if x.dRev, err = store.Load(ctx, r.Store, dossier.Key(x.t.Dossier), &x.d); err != nil {
		return x, err
	}
	x.aRev, err = store.Load(ctx, r.Store, round.AdHocKey(x.d.ID), &x.a)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return x, err
	}
	switch {
	case x.d.Deciding != x.t.ID || x.d.State != dossier.Eligible || !x.d.AdHoc:
		return x, fault.New(fault.Gone, "decision.one", "Hồ sơ đã thay đổi; hãy mở lại việc hiện tại.")
	case x.d.IsOwn(who.Person):
		return x, &fault.Error{Kind: fault.Denied, Op: "decision.one", Code: "own-nomination", Public: "Ông/bà không được quyết định hồ sơ có chính mình hoặc của đơn vị mình; hãy đề nghị giao người khác."}
	case x.d.Took(who.ID, round.AdHocKind):
		return x, &fault.Error{Kind: fault.Denied, Op: "decision.one", Code: "two-steps", Public: "Ông/bà đã quyết định một bước khác của hồ sơ này; mỗi người chỉ quyết định một bước."}
	}
	return x, nil
}

// ShownOne is what a confirmation is bound to: the decision as entered, and
// the dossier as it was appraised.
func ShownOne(a round.AdHoc, d dossier.Dossier) string {
	type ruled struct {
		ID string
		Is dossier.Standing
	}
	var of []ruled
	for _, n := range d.Nominees {
		of = append(of, ruled{n.ID, n.Standing})
	}
	return act.Digest([]any{a.Outcome, a.Number, a.Date, a.SHA256, a.Version, a.Reason, a.Differences, d.ID, d.Revision, of})
}

// ConfirmOne makes what was entered on a dossier count: a second person
// compared it. This alone awards a dossier of an ad-hoc line; no place and no
// counter of a round has to do with it. Items at the worst case: record,
// dossier, task of 10 rows, texts, three counters, event, head, log, four
// messages, key: 27.
func (r Room) ConfirmOne(ctx context.Context, key string, who people.Actor, task string, say Confirming) error {
	slices.Sort(say.LeftOut)
	_, err := r.Do(ctx, key, r.Request([]any{"confirm-one", who.ID, task, say}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.confirmOne(ctx, key, who, task, say, now)
	})
	return err
}

func (r Room) confirmOne(ctx context.Context, key string, who people.Actor, task string, say Confirming, now time.Time) (store.Commit, error) {
	var c store.Commit
	x, err := r.single(ctx, who, task, now)
	if err != nil {
		return c, err
	}
	switch {
	case x.a.Task != x.t.ID || x.a.ConfirmedBy != "":
		return c, fault.New(fault.Gone, "decision.confirm-one", "Chưa có kết quả được nhập cho hồ sơ này.")
	case x.a.EnteredBy == who.ID:
		return c, &fault.Error{Kind: fault.Denied, Op: "decision.confirm-one", Code: "same-person", Public: "Người nhập kết quả không được tự xác nhận; cần người thứ hai."}
	case ShownOne(x.a, x.d) != say.Shown:
		return c, &fault.Error{Kind: fault.Gone, Op: "decision.confirm-one", Code: "stale", Public: "Kết quả hoặc hồ sơ đã thay đổi sau khi trang này được mở; hãy mở lại."}
	}
	texts := r.Texts(dossier.Chain(x.d.ID), key)
	d, a := &x.d, &x.a
	switch a.Outcome {
	case round.AdHocAward:
		err = award(d, a, say, texts)
		d.Move(dossier.Awarded, now)
	case round.AdHocRefuse:
		refuse(d, a.Reason)
		d.Move(dossier.Refused, now)
	default:
		err = r.backToUnit(ctx, &c, d, a, now)
	}
	if err != nil {
		return c, err
	}
	d.Deciding = ""
	a.ConfirmedBy, a.ConfirmedAt = who.ID, now.UTC()
	if d.State.Final() {
		d.Holder = "archive"
		c.Outbox = append(c.Outbox, dossier.Seal(d), store.Msg("mail/result/"+d.ID, flow.MailMessage,
			mail.Notice{Template: mail.Result, To: d.OpenedBy, Dossier: d.ID, Round: d.Round, Data: map[string]string{mail.Outcome: dossier.StateName(d.State), mail.Number: d.Receipt}}))
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(append(c.Writes, kept...), store.Put(round.AdHocKey(d.ID), x.aRev, *a))
	ev := act.Event(dossier.Chain(d.ID), "adhoc.confirmed", who.ID, now, map[string]any{
		"revision": a.Revision, "outcome": a.Outcome, "number": a.Number, "date": a.Date, "sha256": a.SHA256, "shown": say.Shown, "differences": len(a.Differences),
		"left_out": len(say.LeftOut), "method": who.Method, "state": d.State, "awarded": d.Awarded(),
	})
	ev.Texts = texts.Named()
	c.Events = append(c.Events, ev)
	v := round.Verdict{By: who.ID, At: now.UTC(), Method: who.Method, Whole: "confirm", Reason: a.Reason, Shown: say.Shown}
	parking.Decide(&c, x.t, x.tRev, v, flow.Done)
	c.Outbox = append(c.Outbox, parking.Receipt(x.t, v), dossier.Projected(*d, now))
	dossier.Record(&c, *d, x.dRev)
	return c, nil
}

// award gives the award to everybody approved but those whom the signed
// decision does not name.
func award(d *dossier.Dossier, a *round.AdHoc, say Confirming, texts *act.Texts) error {
	sentence := strings.TrimSpace(say.Note)
	if (len(a.Differences) > 0 || len(say.LeftOut) > 0) && len([]rune(sentence)) < minNote {
		return &fault.Error{Kind: fault.Invalid, Op: "decision.confirm-one", Code: "differences", Public: "Quyết định khác hồ sơ; hãy ghi ý kiến về các điểm khác, ít nhất 10 ký tự."}
	}
	a.Note = texts.Add("note", sentence)
	for _, key := range say.LeftOut {
		i := slices.IndexFunc(d.Nominees, func(n dossier.Nominee) bool { return d.ID+"."+n.ID == key && n.Standing == dossier.Approved })
		if i < 0 {
			return &fault.Error{Kind: fault.Invalid, Op: "decision.confirm-one", Code: "unknown-entry", Public: "Có mục không còn trong hồ sơ; hãy mở lại trang."}
		}
		d.Nominees[i].Standing = dossier.RefusedOne
		d.Nominees[i].Reason = texts.Add("left-out/"+key, "Quyết định số "+a.Number+" không có tên trong danh sách khen thưởng.")
	}
	if d.Approved() == 0 {
		return &fault.Error{Kind: fault.Invalid, Op: "decision.confirm-one", Code: "nobody", Public: "Không còn ai trong hồ sơ được khen thưởng; hãy nhập kết quả không khen thưởng, kèm lý do."}
	}
	for i := range d.Nominees {
		if n := &d.Nominees[i]; n.Standing == dossier.Approved {
			n.Standing = dossier.PlaceConfirmed
		}
	}
	return nil
}

func refuse(d *dossier.Dossier, reason act.TextRef) {
	d.Reason = reason
	for i := range d.Nominees {
		if n := &d.Nominees[i]; n.Standing == dossier.Approved {
			n.Standing, n.Reason = dossier.RefusedOne, reason
		}
	}
}

// backToUnit returns the dossier with a deadline of its own; it counts as
// pending again.
func (r Room) backToUnit(ctx context.Context, c *store.Commit, d *dossier.Dossier, a *round.AdHoc, now time.Time) error {
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return err
	}
	due, err := r.Due(now, rd.Settings.ReturnDays)
	if err != nil {
		return fault.Wrap(fault.Internal, "decision.confirm-one", err)
	}
	var rv dossier.Revision
	if _, err := store.Load(ctx, r.Store, dossier.RevisionKey(d.ID, d.Revision), &rv); err != nil {
		return err
	}
	d.SendBack(a.EnteredBy, a.Reason, due, now)
	c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: 1})
	c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("returned/%s/%s/%d", d.ID, Name, d.Revision), flow.MailMessage,
		mail.Notice{Template: mail.ReturnedToUnit, To: rv.By, Dossier: d.ID, Round: d.Round, Due: due}))
	return nil
}
