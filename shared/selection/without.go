package selection

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
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// minReason is the least length of a reason in characters.
const minReason = 10

// PrepareNone records that an administrator proposes to end the round without
// a selection, with a reason, and asks the head to confirm. It replaces what
// was prepared and not confirmed before, as Prepare replaces it. Items:
// selection, texts, round check, list check, task, 10 rows, 10 links, 10
// mails, event, head, log, key: 39.
func (r Room) PrepareNone(ctx context.Context, key string, who people.Actor, roundID, reason string) error {
	if err := who.Need("selection.none", people.Admin); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < minReason {
		return fault.New(fault.Invalid, "selection.none", "Hãy viết lý do kết thúc đợt mà không lựa chọn, ít nhất 10 ký tự.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"prepare-none", who.ID, roundID, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.prepareNone(ctx, key, who, roundID, reason, now)
	})
	return err
}

func (r Room) prepareNone(ctx context.Context, key string, who people.Actor, roundID, reason string, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(roundID), &rd)
	if err != nil {
		return c, err
	}
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(roundID), &list)
	if err != nil {
		return c, err
	}
	if err := MayEndWithout(rd, list); err != nil {
		return c, err
	}
	n := rd.Selection + 1
	var old round.Selection
	selRev, err := store.Load(ctx, r.Store, round.SelectionKey(roundID, n), &old)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return c, err
	}
	texts := r.Texts(round.Chain(roundID), key)
	sel := round.Selection{
		Round: roundID, N: n, PreparedBy: who.ID, PreparedAt: now.UTC(), State: "prepared",
		Without: true, Reason: texts.Add("reason", reason),
	}
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	c.Writes = append(kept, store.Put(round.SelectionKey(roundID, n), selRev, sel),
		store.Unchanged(round.Key(roundID), rdRev), store.Unchanged(round.ListKey(roundID), listRev))
	ev := act.Event(round.Chain(roundID), "selection.none-prepared", who.ID, now, map[string]any{"n": n, "list": list.Version, "digest": sel.Shown(list)})
	ev.Texts = texts.Named()
	c.Events = []evidence.Event{ev}
	return c, r.ask(ctx, &c, rd, n, mail.TaskEnding, fmt.Sprint(selRev), now)
}

// ask puts what is prepared before the head, with a mail each.
func (r Room) ask(ctx context.Context, c *store.Commit, rd round.Round, n int, template, again string, now time.Time) error {
	t := task(rd, n)
	var err error
	if t.Due, err = r.Due(now, confirmDays); err != nil {
		return fault.Wrap(fault.Internal, "selection.prepare", err)
	}
	if t, err = r.Ensure(ctx, c, t, now); err != nil {
		return err
	}
	for _, p := range t.Persons {
		if err := r.Remind(ctx, c, t, p, template, again, now); err != nil {
			return err
		}
	}
	return nil
}

// MayEndWithout refuses to end a round without a selection while somebody on
// its list may still be decided on favourably: after review, who was only held
// may not.
func MayEndWithout(rd round.Round, list round.List) error {
	if rd.State != round.Closed || rd.Stage == "quota" {
		return fault.New(fault.Invalid, "selection.none", "Đợt chưa đóng hoặc đang ghi kết quả lựa chọn; hãy thử lại sau.")
	}
	if list.Awardable(rd.Stage == "posting" || rd.Stage == "decision") > 0 {
		return fault.New(fault.Invalid, "selection.none", "Danh sách của đợt còn tập thể, cá nhân giữ chỗ nên không thể kết thúc mà không lựa chọn.")
	}
	return nil
}

// ending is what the confirmation of an end without a selection read.
type ending struct {
	who                             people.Actor
	key, shown                      string
	now                             time.Time
	rd                              round.Round
	rdRev, selRev, listRev, taskRev int64
	sel                             round.Selection
	list                            round.List
	task                            round.Task
	give                            map[dossier.Kind]int64 // places that become free
}

// end ends the round: places of who was only held are freed, the round's run
// goes on to its end, and a fanout gives every dossier its outcome. Items at
// the worst case (60 held, a further task): round, list, selection, two tasks
// of 10 rows, 60 places, two counters, event, head, log, three messages, key: 94.
func (r Room) end(ctx context.Context, c *store.Commit, e ending) error {
	if err := MayEndWithout(e.rd, e.list); err != nil {
		return err
	}
	if err := r.free(ctx, c, &e); err != nil {
		return err
	}
	waits := e.rd.Task
	e.sel.State, e.sel.ConfirmedBy, e.sel.ConfirmedAt = "confirmed", e.who.ID, e.now.UTC()
	e.rd.Without = &round.Without{Reason: e.sel.Reason, PreparedBy: e.sel.PreparedBy, ConfirmedBy: e.who.ID, ConfirmedAt: e.now.UTC()}
	e.rd.State, e.rd.Stage, e.rd.Task, e.rd.Decision = round.Decided, "", "", nil
	c.Writes = append(c.Writes, store.Put(round.SelectionKey(e.rd.ID, e.sel.N), e.selRev, e.sel), round.Put(e.rd, e.rdRev))
	c.Events = []evidence.Event{act.Event(round.Chain(e.rd.ID), "round.ended-without", e.who.ID, e.now, map[string]any{
		"n": e.sel.N, "digest": e.shown, "method": e.who.Method, "list": e.list.Version, "preparedBy": e.sel.PreparedBy, "moves": round.Releases(e.give),
	})}
	v := round.Verdict{By: e.who.ID, At: e.now.UTC(), Method: e.who.Method, Whole: "without", Reason: e.sel.Reason, Shown: e.shown}
	parking.Decide(c, e.task, e.taskRev, v, flow.Done)
	c.Outbox = append(c.Outbox, parking.Receipt(e.task, v), store.Msg("fanout/outcomes/"+e.rd.ID, flow.FanoutMessage,
		round.Fanout{Round: e.rd.ID, What: round.FanoutOutcomes, Version: e.list.Version}))
	switch waits {
	case e.task.ID:
		return nil
	case "":
		return fault.New(fault.Conflict, "selection.confirm", "Đợt đang chuyển bước; hãy thử lại sau ít giây.")
	}
	return parking.Void(ctx, r.Store, c, waits, flow.Done)
}

// free gives back the places that only held nominees have.
func (r Room) free(ctx context.Context, c *store.Commit, e *ending) error {
	e.give = map[dossier.Kind]int64{}
	for i := range e.list.Entries {
		x := &e.list.Entries[i]
		if x.Place != round.Taken {
			continue
		}
		var p round.Place
		rev, err := store.Load(ctx, r.Store, round.PlaceKey(e.rd.ID, x.Kind, x.Identity), &p)
		if err != nil {
			return err
		}
		p.State, p.Act, x.Place = round.Released, e.key, round.Released
		e.give[x.Kind]++
		c.Writes = append(c.Writes, store.Put(round.PlaceKey(e.rd.ID, x.Kind, x.Identity), rev, p))
	}
	if len(e.give) == 0 {
		c.Writes = append(c.Writes, store.Unchanged(round.ListKey(e.rd.ID), e.listRev))
		return nil
	}
	e.list.Version++
	c.Writes = append(c.Writes, store.Put(round.ListKey(e.rd.ID), e.listRev, e.list))
	for _, k := range dossier.Kinds() {
		if e.give[k] > 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(e.rd.ID, k), N: e.give[k]})
		}
	}
	return nil
}
