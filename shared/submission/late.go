package submission

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Admissible reports whether a late dossier could still compete: the window
// is over and no selection is confirmed.
func Admissible(rd round.Round) bool {
	return rd.State == round.Closed && rd.Stage == "selection" && rd.Selection == 0
}

var notAdmissible = fault.New(fault.Invalid, "submission.late", "Chỉ nhận hồ sơ nộp muộn khi đợt đã đóng và chưa xác nhận danh sách lựa chọn nào.")

// sentence checks a reason.
func sentence(reason, public string) (string, error) {
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < MinSentence {
		return "", fault.New(fault.Invalid, "submission.late", public)
	}
	return reason, nil
}

// openLate opens a dossier after the window: it is not submitted, and asks to
// be admitted. Items: dossier, round check, unit check, texts, three counters,
// event, head, log, 10 mails, key: 21.
func (r Room) openLate(ctx context.Context, key string, who people.Actor, unit, id string, o Opening, rd round.Round, rdRev int64, now time.Time) (store.Commit, error) {
	reason, err := sentence(o.Late, "Hãy viết lý do nộp muộn, ít nhất 10 ký tự.")
	if err != nil {
		return store.Commit{}, err
	}
	if !Admissible(rd) {
		return store.Commit{}, notAdmissible
	}
	u, still, err := r.nominating(ctx, unit)
	if err != nil {
		return store.Commit{}, err
	}
	texts := r.Texts(dossier.Chain(id), key)
	d := dossier.Dossier{
		ID: id, Round: o.Round, Unit: unit, UnitName: u.Name, People: u.Headcount, OpenedBy: who.ID, OpenedAt: now, Paper: o.Paper,
		State: dossier.NotSubmitted, Since: now, Holder: "round",
		Late: &dossier.Late{Asked: texts.Add("late", reason), AskedBy: who.ID, AskedAt: now.UTC()},
	}
	kept, err := texts.Writes()
	if err != nil {
		return store.Commit{}, err
	}
	l := r.Limits.Effective()
	c := store.Commit{
		Writes: append(kept, store.Unchanged(round.Key(o.Round), rdRev), still),
		Counters: []store.Add{
			{Counter: dossier.SlotCounter(id), N: int64(l.Files), Create: true},
			{Counter: dossier.ByteCounter(id), N: l.Bytes, Create: true},
		},
		Result: act.Result(id), Outbox: askAdmission(rd, d),
	}
	ev := act.Event(dossier.Chain(id), "dossier.late-asked", who.ID, now, map[string]any{"round": o.Round, "unit": unit})
	ev.Texts = texts.Named()
	c.Events = []evidence.Event{ev}
	dossier.Record(&c, d, 0)
	return c, nil
}

// askAdmission tells the round's administrators of a late request.
func askAdmission(rd round.Round, d dossier.Dossier) []store.Message {
	var out []store.Message
	for _, p := range rd.Settings.Preparers {
		out = append(out, store.Msg(fmt.Sprintf("mail/late-asked/%s/%s/%s", d.ID, act.Digest(d.Late)[:8], p), flow.MailMessage,
			mail.Notice{Template: mail.LateAsked, To: p, Dossier: d.ID, Round: d.Round, Data: map[string]string{mail.Page: "/records/" + d.ID}}))
	}
	return out
}

// AskLate asks to admit a draft that was not submitted in time. Items:
// dossier, round check, texts, event, head, log, 10 mails, key: 17.
func (r Room) AskLate(ctx context.Context, key string, who people.Actor, id, reason string) error {
	reason, err := sentence(reason, "Hãy viết lý do nộp muộn, ít nhất 10 ký tự.")
	if err != nil {
		return err
	}
	_, err = r.Do(ctx, key, r.Request([]any{"ask-late", who.ID, id, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		d, rev, err := r.Own(ctx, who, id)
		if err != nil {
			return store.Commit{}, err
		}
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
		switch {
		case err != nil:
			return store.Commit{}, err
		case !Admissible(rd):
			return store.Commit{}, notAdmissible
		case d.State != dossier.NotSubmitted || d.Late != nil:
			return store.Commit{}, fault.New(fault.Invalid, "submission.late", "Chỉ đề nghị một lần, với hồ sơ chưa nộp khi đợt đóng.")
		}
		texts := r.Texts(dossier.Chain(id), key)
		d.Late = &dossier.Late{Asked: texts.Add("late", reason), AskedBy: who.ID, AskedAt: now.UTC()}
		d.Holder = "round"
		return late(texts, d, rev, store.Unchanged(round.Key(d.Round), rdRev), askAdmission(rd, d),
			act.Event(dossier.Chain(id), "dossier.late-asked", who.ID, now, map[string]any{"round": d.Round, "unit": d.Unit}))
	})
	return err
}

// late is the commit of an act on a late dossier.
func late(texts *act.Texts, d dossier.Dossier, rev int64, rd store.Write, out []store.Message, ev evidence.Event) (store.Commit, error) {
	kept, err := texts.Writes()
	if err != nil {
		return store.Commit{}, err
	}
	ev.Texts = texts.Named()
	c := store.Commit{Writes: append(kept, rd), Events: []evidence.Event{ev}, Outbox: out}
	dossier.Record(&c, d, rev)
	return c, nil
}

// Answer is what an administrator says to a late dossier.
type Answer struct {
	Admit  bool      `json:"admit"`
	Until  time.Time `json:"until"` // the dossier's own deadline, if it is admitted
	Reason string    `json:"reason"`
}

// AnswerLate admits a dossier that was not submitted in time, as a draft with
// a deadline of its own, or refuses it; either with a reason that its unit
// reads. An administrator may also admit one whose unit did not ask here. The
// round is written, so that a confirmation beside this act reads again. Items:
// dossier, round, texts, two counters, event, head, log, mail, key: 10.
func (r Room) AnswerLate(ctx context.Context, key string, who people.Actor, id string, a Answer) error {
	if err := who.Need("submission.late", people.Admin); err != nil {
		return err
	}
	reason, err := sentence(a.Reason, "Hãy viết lý do chấp nhận hoặc từ chối, ít nhất 10 ký tự.")
	if err != nil {
		return err
	}
	_, err = r.Do(ctx, key, r.Request([]any{"answer-late", who.ID, id, a}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil {
			return store.Commit{}, err
		}
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
		switch {
		case err != nil:
			return store.Commit{}, err
		case d.State != dossier.NotSubmitted || d.Late != nil && d.Late.By != "":
			return store.Commit{}, fault.New(fault.Invalid, "submission.late", "Hồ sơ này không chờ trả lời về việc nộp muộn.")
		case who.Unit != "" && who.Unit == d.Unit:
			return store.Commit{}, fault.New(fault.Denied, "submission.late", "Ông/bà không được trả lời hồ sơ của đơn vị mình.")
		case a.Admit && !Admissible(rd):
			return store.Commit{}, notAdmissible
		case a.Admit && (!a.Until.After(now) || a.Until.After(now.Add(MaxLate))):
			return store.Commit{}, fault.New(fault.Invalid, "submission.late", "Hạn nộp muộn phải ở tương lai và không quá 60 ngày.")
		}
		if d.Late == nil {
			d.Late = &dossier.Late{}
		}
		texts := r.Texts(dossier.Chain(id), key)
		d.Late.By, d.Late.At, d.Late.Reason = who.ID, now.UTC(), texts.Add("answer", reason)
		said, notice, check := "dossier.late-refused", mail.LateRefused, store.Unchanged(round.Key(d.Round), rdRev)
		if a.Admit {
			said, notice, check = "dossier.late-admitted", mail.LateAdmitted, round.Put(rd, rdRev)
			d.Move(dossier.Draft, now)
			d.Late.Admitted, d.Late.Until = true, a.Until.UTC()
			d.Due, d.Holder = a.Until.UTC(), "unit"
		} else {
			d.Holder, d.Reason = "", d.Late.Reason
		}
		told := store.Msg("mail/"+notice+"/"+id, flow.MailMessage, mail.Notice{Template: notice, To: d.OpenedBy, Dossier: id, Round: d.Round, Due: d.Due})
		return late(texts, d, rev, check, []store.Message{told}, act.Event(dossier.Chain(id), said, who.ID, now, map[string]any{"until": a.Until.UTC().Format(time.RFC3339)}))
	})
	return err
}

// MaxLate is the longest an admitted late dossier may have.
const MaxLate = 60 * 24 * time.Hour
