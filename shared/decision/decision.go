// Package decision is the stage of the Chairman's decision. A clerk enters
// number, date and the signed PDF as evidence; a second person confirms; that
// confirms the places of everybody on the list and ends the round.
package decision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "decision"

// Room asks for the decision and records it.
type Room struct {
	parking.Desk
	Objects Objects
	Inbox   string // bucket of uploads
	Paper   *Paper // reads the decision; nil: people compare it by eye
}

// Run opens the task of entering the decision and leaves the run parked.
// Items: round, list check, task, 10 rows, links, mails each, event, head, log,
// key: 37.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	_, err := r.Do(ctx, parking.Key(in, Name, ""), act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(in.Subject), &rd)
		if err != nil {
			return store.Commit{}, err
		}
		var c store.Commit
		if rd.Generation != in.Generation || rd.Stage != Name {
			err := r.Stray(&c, in, round.StageFor(rd, in))
			return c, err
		}
		var list round.List
		listRev, err := store.Load(ctx, r.Store, round.ListKey(rd.ID), &list)
		if err != nil {
			return c, err
		}
		due, err := r.Due(now, 20)
		if err != nil {
			return c, fault.Wrap(fault.Internal, Name, err)
		}
		t := round.Task{
			ID: round.TaskID(rd.ID, list.Version, Name), Kind: Name, Round: rd.ID, Revision: list.Version, Step: Name,
			Title: "Nhập và xác nhận quyết định của Chủ tịch", Persons: rd.Settings.Clerks, Due: due,
		}
		if err := r.Open(ctx, &c, in, t, mail.TaskEnter, now); err != nil {
			return c, err
		}
		if rd.Task != t.ID {
			rd.Task = t.ID
			c.Writes = append(c.Writes, round.Put(rd, rev), store.Unchanged(round.ListKey(rd.ID), listRev))
			c.Events = append(c.Events, act.Event(round.Chain(rd.ID), "decision.asked", Name, now, map[string]any{"task": t.ID, "list": list.Digest()}))
		}
		return c, nil
	})
	return in.To(Name), err
}

// Entering is the evidence of a decision that a clerk enters.
type Entering struct {
	Number  string `json:"number"` // số, ký hiệu, such as "1234/QĐ-UBND"
	Date    string `json:"date"`   // ISO
	SHA256  string `json:"sha256"` // of its PDF
	Bucket  string `json:"bucket"`
	Key     string `json:"key"`
	Version string `json:"version"`
}

// check brings the number into its form and gives the day.
func (e *Entering) check(op string) (day time.Time, err error) {
	var ok bool
	if e.Number, ok = round.DocumentNumber(e.Number); !ok {
		return day, fault.New(fault.Invalid, op, "Số, ký hiệu quyết định chưa đúng dạng, ví dụ 1234/QĐ-UBND.")
	}
	if day, err = time.Parse(time.DateOnly, e.Date); err != nil {
		return day, fault.New(fault.Invalid, op, "Ngày quyết định không hợp lệ.")
	}
	if e.SHA256 == "" || e.Version == "" {
		return day, fault.New(fault.Invalid, op, "Hãy tải lên bản PDF của quyết định.")
	}
	return day, nil
}

// Enter records the evidence. It counts for nothing until a second person
// confirms it; entering again replaces what was not confirmed. Items: round,
// 9 mails, event, head, log, key: 14.
func (r Room) Enter(ctx context.Context, key string, who people.Actor, task string, e Entering) error {
	day, err := e.check("decision.enter")
	if err != nil {
		return err
	}
	paper, err := r.read(ctx, e)
	if err != nil {
		return err
	}
	_, err = r.Do(ctx, key, act.Digest([]any{"enter", who.ID, task, e}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		t, _, err := parking.Allowed(ctx, r.Store, who, task, now)
		if err != nil {
			return c, err
		}
		if day.After(now) {
			return c, fault.New(fault.Invalid, "decision.enter", "Ngày quyết định ở tương lai.")
		}
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(t.Round), &rd)
		if err != nil {
			return c, err
		}
		if rd.Stage != Name || rd.Task != t.ID {
			return c, fault.New(fault.Gone, "decision.enter", "Danh sách đã thay đổi; hãy mở lại việc hiện tại.")
		}
		rd.Decision = &round.Decision{
			Number: e.Number, Date: e.Date, SHA256: e.SHA256, Bucket: e.Bucket, Key: e.Key, Version: e.Version,
			EnteredBy: who.ID, EnteredAt: now.UTC(), ListVersion: t.Revision, Read: paper.whole,
			Signatures: paper.signs, Differences: falseSigns(paper.signs),
		}
		var list round.List
		if _, err := store.Load(ctx, r.Store, round.ListKey(rd.ID), &list); err != nil {
			return c, err
		}
		if list.Awardable(true) == 0 {
			return c, nobody("decision.enter")
		}
		if paper.whole {
			others, err := r.competitors(ctx, rd.ID)
			if err != nil {
				return c, err
			}
			rd.Decision.Differences = append(rd.Decision.Differences, Compare(paper.pages, e, expected(list), others)...)
		}
		c.Writes = []store.Write{round.Put(rd, rev)}
		if err := r.keep(ctx, &c, e); err != nil {
			return c, err
		}
		c.Events = []evidence.Event{act.Event(round.Chain(rd.ID), "decision.entered", who.ID, now,
			map[string]any{"number": e.Number, "date": e.Date, "sha256": e.SHA256, "list": t.Revision, "read": paper.whole, "differences": len(rd.Decision.Differences), "signatures": len(paper.signs)})}
		for _, p := range t.Persons {
			if p != who.ID {
				if err := r.Remind(ctx, &c, t, p, mail.TaskDecision, fmt.Sprint(rev), now); err != nil {
					return c, err
				}
			}
		}
		return c, nil
	})
	return err
}

// Confirming is what the second person says.
type Confirming struct {
	Shown string `json:"shown"`
	// Note explains the differences that the machine found; needed if there are any.
	Note string `json:"note,omitempty"`
	// LeftOut are entries of the list, dossier.nominee, that the decision does
	// not name: their places are released, with that reason.
	LeftOut []string `json:"leftOut,omitempty"`
}

// minNote is the least length of the note on differences, in characters.
const minNote = 10

// Confirm makes the entered decision count: a second person compared it with
// the list. Every approved place is confirmed, every other one released. Who
// is named and was not selected gets nothing here: places are taken by a
// selection alone. Items at the worst case (59 places and a further selection
// that nobody confirmed): round, list, texts, two tasks of 10 rows, 59 places,
// two counters, event, head, log, three messages, key: 93.
func (r Room) Confirm(ctx context.Context, key string, who people.Actor, task string, say Confirming) error {
	slices.Sort(say.LeftOut)
	_, err := r.Do(ctx, key, r.Request([]any{"confirm-decision", who.ID, task, say}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.confirm(ctx, key, who, task, say, now)
	})
	return err
}

// Shown is what a confirmation is bound to: the decision as entered and the list.
func Shown(d round.Decision, list round.List) string {
	return act.Digest([]any{d.Number, d.Date, d.SHA256, d.Version, list.Digest(), d.Differences})
}

func (r Room) confirm(ctx context.Context, key string, who people.Actor, task string, say Confirming, now time.Time) (store.Commit, error) {
	var c store.Commit
	t, tRev, err := parking.Allowed(ctx, r.Store, who, task, now)
	if err != nil {
		return c, err
	}
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(t.Round), &rd)
	if err != nil {
		return c, err
	}
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(t.Round), &list)
	if err != nil {
		return c, err
	}
	switch {
	case rd.Stage != Name || rd.Task != t.ID || rd.Decision == nil || rd.Decision.ListVersion != t.Revision:
		return c, fault.New(fault.Gone, "decision.confirm", "Chưa có quyết định được nhập cho danh sách này.")
	case rd.Decision.EnteredBy == who.ID:
		return c, &fault.Error{Kind: fault.Denied, Op: "decision.confirm", Code: "same-person", Public: "Người nhập quyết định không được tự xác nhận; cần người thứ hai."}
	case list.Version != t.Revision || Shown(*rd.Decision, list) != say.Shown:
		return c, &fault.Error{Kind: fault.Gone, Op: "decision.confirm", Code: "stale", Public: "Quyết định hoặc danh sách đã thay đổi sau khi trang này được mở; hãy mở lại."}
	}
	texts := r.Texts(round.Chain(rd.ID), key)
	if err := note(&rd, &list, say, texts); err != nil {
		return c, err
	}
	if list.Awardable(true) == 0 {
		return c, nobody("decision.confirm")
	}
	give, won := map[dossier.Kind]int64{}, map[dossier.Kind]int{}
	for i := range list.Entries {
		e := &list.Entries[i]
		if e.Place != round.Taken {
			continue
		}
		e.Place = round.Confirmed
		if e.Review == dossier.Held || e.Review == dossier.RefusedOne {
			e.Place = round.Released
			give[e.Kind]++
		} else {
			won[e.Kind]++
		}
		var p round.Place
		rev, err := store.Load(ctx, r.Store, round.PlaceKey(rd.ID, e.Kind, e.Identity), &p)
		if err != nil {
			return c, err
		}
		p.State, p.Act = e.Place, key
		c.Writes = append(c.Writes, store.Put(round.PlaceKey(rd.ID, e.Kind, e.Identity), rev, p))
	}
	for _, k := range dossier.Kinds() {
		if give[k] > 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(rd.ID, k), N: give[k]})
		}
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(c.Writes, kept...)
	list.Version++
	rd.State, rd.Stage, rd.Task = round.Decided, "", ""
	rd.Decision.ConfirmedBy, rd.Decision.ConfirmedAt = who.ID, now.UTC()
	c.Writes = append(c.Writes, round.Put(rd, rdRev), store.Put(round.ListKey(rd.ID), listRev, list))
	c.Events = []evidence.Event{act.Event(round.Chain(rd.ID), "decision.confirmed", who.ID, now, map[string]any{
		"number": rd.Decision.Number, "date": rd.Decision.Date, "sha256": rd.Decision.SHA256, "shown": say.Shown, "differences": len(rd.Decision.Differences), "left_out": len(say.LeftOut), "method": who.Method, "list": list.Version,
		"moves": round.Moves(func(k dossier.Kind) round.Move {
			return round.Move{Free: int(give[k]), Held: -int(give[k]) - won[k], Confirmed: won[k]}
		}),
	})}
	c.Events[0].Texts = texts.Named()
	v := round.Verdict{By: who.ID, At: now.UTC(), Method: who.Method, Whole: "confirm", Shown: say.Shown}
	parking.Decide(&c, t, tRev, v, flow.Done)
	// A further selection that was prepared and not confirmed asks nobody any more.
	further := round.TaskID(rd.ID, rd.Selection+1, "selection")
	switch err := parking.Void(ctx, r.Store, &c, further, flow.Done); {
	case fault.Is(err, fault.NotFound):
		c.Writes = append(c.Writes, store.Unchanged(round.TaskKey(further), 0))
	case err != nil:
		return c, err
	}
	c.Outbox = append(c.Outbox, parking.Receipt(t, v), store.Msg("fanout/outcomes/"+rd.ID, flow.FanoutMessage, round.Fanout{Round: rd.ID, What: round.FanoutOutcomes, Version: list.Version}))
	return c, nil
}

// nobody refuses a decision by which nobody would be commended.
func nobody(op string) error {
	return &fault.Error{Kind: fault.Invalid, Op: op, Code: "nobody", Public: "Danh sách không còn ai được đề nghị khen thưởng; hãy lựa chọn tiếp hoặc kết thúc đợt mà không lựa chọn."}
}

// note takes what the second person says on the differences: a sentence if
// there are any, and who the decision leaves out.
func note(rd *round.Round, list *round.List, say Confirming, texts *act.Texts) error {
	d := rd.Decision
	sentence := strings.TrimSpace(say.Note)
	if (len(d.Differences) > 0 || len(say.LeftOut) > 0) && len([]rune(sentence)) < minNote {
		return &fault.Error{Kind: fault.Invalid, Op: "decision.confirm", Code: "differences", Public: "Quyết định khác danh sách; hãy ghi ý kiến về các điểm khác, ít nhất 10 ký tự."}
	}
	d.Note = texts.Add("note", sentence)
	for _, key := range say.LeftOut {
		id, nominee, _ := strings.Cut(key, ".")
		i := list.Find(id, nominee)
		if i < 0 || list.Entries[i].Place != round.Taken {
			return &fault.Error{Kind: fault.Invalid, Op: "decision.confirm", Code: "unknown-entry", Public: "Có mục không còn trong danh sách; hãy mở lại trang."}
		}
		list.Entries[i].Review = dossier.RefusedOne
		list.Entries[i].Reason = texts.Add("left-out/"+key, "Quyết định số "+d.Number+" không có tên trong danh sách khen thưởng.")
	}
	return nil
}

// Awarded gives the dossiers with a confirmed place, each once.
func Awarded(list round.List) []string {
	var out []string
	for _, e := range list.Entries {
		if e.Place == round.Confirmed && !slices.Contains(out, e.Dossier) {
			out = append(out, e.Dossier)
		}
	}
	return out
}
