package submission

import (
	"context"
	"maps"
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

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// Withdraw takes a dossier back. Before selection its unit may; once the
// dossier is on the list that goes to review an administrator does it for the
// unit. A place it holds is freed in the same commit. After the decision only
// annulment remains. Items at the worst case (60 places, and somebody asked
// again about a nominee on hold): dossier, list, round check, texts, two tasks,
// 10 rows, 60 place rows, five counters, two events with heads, log, three
// messages, key: 90.
func (r Room) Withdraw(ctx context.Context, key string, who people.Actor, id, reason string) error {
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < MinSentence {
		return fault.New(fault.Invalid, "submission.withdraw", "Hãy viết lý do rút hồ sơ, ít nhất 10 ký tự.")
	}
	_, err := r.Do(ctx, key, r.Request([]any{"withdraw", who.ID, id, reason}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.withdraw(ctx, key, who, id, reason, now)
	})
	return err
}

func (r Room) withdraw(ctx context.Context, key string, who people.Actor, id, reason string, now time.Time) (store.Commit, error) {
	d, rev, err := r.withdrawable(ctx, who, id)
	if err != nil {
		return store.Commit{}, err
	}
	if !d.May(dossier.Withdrawn) {
		return store.Commit{}, fault.New(fault.Invalid, "submission.withdraw", "Hồ sơ đã có kết quả nên không rút được nữa.")
	}
	var c store.Commit
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
	if err != nil {
		return c, err
	}
	if d.AdHoc {
		if d.Deciding != "" && !who.Is(people.Admin) {
			return c, fault.New(fault.Denied, "submission.withdraw", "Hồ sơ đã thẩm định xong và được trình quyết định; hãy đề nghị cơ quan thường trực rút giúp.")
		}
	} else if err := r.freePlaces(ctx, &c, who, key, &d, rd, rdRev, now); err != nil {
		return c, err
	}
	if d.Pending() {
		c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
	}
	submitted := d.Revision > 0
	task := d.Asked()
	d.Move(dossier.Withdrawn, now)
	for i := range d.Nominees {
		d.Nominees[i].Standing = dossier.TakenBack
	}
	texts := r.Texts(dossier.Chain(id), key)
	d.Reason = texts.Add("reason", reason)
	kept, err := texts.Writes()
	if err != nil {
		return c, err
	}
	d.Task, d.Deciding, d.Unread = "", "", 0
	if submitted {
		c.Outbox = append(c.Outbox, dossier.Seal(&d))
	}
	if task != "" {
		if err := parking.Revoke(ctx, r.Store, &c, task, flow.Done); err != nil {
			return c, err
		}
	}
	if submitted {
		told := round.Fanout{Round: d.Round, What: round.FanoutWithdrawn, Dossier: id, Task: task, By: who.ID}
		c.Outbox = append(c.Outbox, store.Msg("fanout/withdrawn/"+id, flow.FanoutMessage, told))
	}
	ev := act.Event(dossier.Chain(id), "dossier.withdrawn", who.ID, now, map[string]any{"revision": d.Revision})
	ev.Texts = texts.Named()
	c.Events = append(c.Events, ev)
	dossier.Record(&c, d, rev)
	c.Writes = append(c.Writes, kept...)
	return c, nil
}

// withdrawable reads the dossier for its unit or for an administrator.
func (r Room) withdrawable(ctx context.Context, who people.Actor, id string) (dossier.Dossier, int64, error) {
	if !who.Is(people.Admin) {
		return r.Own(ctx, who, id)
	}
	var d dossier.Dossier
	rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
	if fault.Is(err, fault.NotFound) {
		return d, 0, NotFound("submission.withdraw")
	}
	return d, rev, err
}

// freePlaces adds to c what gives back the places the dossier holds.
func (r Room) freePlaces(ctx context.Context, c *store.Commit, who people.Actor, key string, d *dossier.Dossier, rd round.Round, rdRev int64, now time.Time) error {
	if rd.State == round.Decided {
		return fault.New(fault.Invalid, "submission.withdraw", "Đợt đã có quyết định nên không rút hồ sơ được nữa.")
	}
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(d.Round), &list)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	held := 0
	give := map[dossier.Kind]int64{}
	for i, e := range list.Entries {
		if e.Dossier != d.ID || e.Place != round.Taken {
			continue
		}
		if rd.Written < e.Selection {
			return fault.New(fault.Conflict, "submission.withdraw", "Kết quả lựa chọn đang được ghi; hãy thử lại sau ít giây.")
		}
		var p round.Place
		pRev, err := store.Load(ctx, r.Store, round.PlaceKey(d.Round, e.Kind, e.Identity), &p)
		if err != nil {
			return err
		}
		p.State, p.Act = round.Released, key
		c.Writes = append(c.Writes, store.Put(round.PlaceKey(d.Round, e.Kind, e.Identity), pRev, p))
		list.Entries[i].Place = round.Released
		give[e.Kind]++
		held++
	}
	if held == 0 {
		// The list must not gain this dossier while it is being withdrawn, nor
		// the round be decided: both change the list.
		c.Writes = append(c.Writes, store.Unchanged(round.ListKey(d.Round), listRev))
		return nil
	}
	if !who.Is(people.Admin) {
		return fault.New(fault.Denied, "submission.withdraw",
			"Hồ sơ đã nằm trong danh sách trình thẩm định; hãy đề nghị cơ quan thường trực rút giúp.")
	}
	list.Version++
	c.Writes = append(c.Writes, store.Put(round.ListKey(d.Round), listRev, list))
	for _, k := range dossier.Kinds() {
		if give[k] > 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(d.Round, k), N: give[k]})
		}
	}
	c.Events = append(c.Events, act.Event(round.Chain(d.Round), round.PlacesFreed, who.ID, now,
		map[string]any{"dossier": d.ID, "list": list.Version, "moves": round.Releases(give)}))
	// Whoever is asked about the list at this moment is asked about it as it
	// was; the check keeps a task from being opened beside this act.
	c.Writes = append(c.Writes, store.Unchanged(round.Key(d.Round), rdRev))
	if (rd.Stage == "review" || rd.Stage == "decision") && rd.Task != "" {
		// What was asked about has changed: it is asked again.
		if err := parking.Void(ctx, r.Store, c, rd.Task, rd.Stage); err != nil {
			return err
		}
	}
	return nil
}

// NotSubmitted ends a draft of a closed round; Lapse ends a returned dossier
// whose time is over. Both are acts of clock. Items: dossier, three counters,
// event, head, log, two messages, key: 10.
func (r Room) NotSubmitted(ctx context.Context, id string) error {
	return r.end(ctx, "closing/"+id, id, dossier.Draft, dossier.NotSubmitted, "dossier.not-submitted", func(d dossier.Dossier, _ time.Time) bool { return d.Late == nil })
}

// LateOver ends an admitted late draft that was not submitted by its own
// deadline.
func (r Room) LateOver(ctx context.Context, id string, until time.Time) error {
	return r.end(ctx, "late-over/"+id+"/"+act.Digest(until.UTC())[:8], id, dossier.Draft, dossier.NotSubmitted, "dossier.not-submitted",
		func(d dossier.Dossier, now time.Time) bool {
			return d.Late != nil && d.Due.Equal(until) && !now.Before(until)
		})
}

// Lapse ends a returned dossier that was not submitted again in time.
func (r Room) Lapse(ctx context.Context, id string, revision int) error {
	return r.end(ctx, "lapse/"+id+"/"+act.Digest(revision)[:8], id, dossier.Returned, dossier.Lapsed, "dossier.lapsed",
		func(d dossier.Dossier, now time.Time) bool { return d.Revision == revision && !now.Before(d.Due) })
}

func (r Room) end(ctx context.Context, key, id string, from, to dossier.State, event string, due func(dossier.Dossier, time.Time) bool) error {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r.Store, dossier.Key(id), &d); err != nil {
		return err
	}
	if d.State != from || !due(d, r.Now()) {
		return nil
	}
	_, err := r.Do(ctx, key, act.Digest([]any{event, id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil {
			return store.Commit{}, err
		}
		if d.State != from || !due(d, now) {
			return store.Commit{}, nil
		}
		c := store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(id), event, "clock", now, map[string]any{"revision": d.Revision})}}
		if d.State.Competing() {
			c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
		}
		d.Move(to, now)
		if d.Revision > 0 {
			d.Holder = "archive"
			c.Outbox = append(c.Outbox, dossier.Seal(&d), store.Msg("mail/lapsed/"+id, flow.MailMessage, mail.Notice{
				Template: mail.LapsedNotice, To: d.OpenedBy, Dossier: id, Round: d.Round, Data: map[string]string{mail.Number: d.Receipt},
			}))
		}
		if to == dossier.NotSubmitted {
			c.Outbox = append(c.Outbox, store.Msg("mail/"+key, flow.MailMessage, mail.Notice{
				Template: mail.NotSubmittedNotice, To: d.OpenedBy, Dossier: id, Round: d.Round, Data: map[string]string{mail.Page: "/dossiers/" + id},
			}))
		}
		dossier.Record(&c, d, rev)
		return c, nil
	})
	return err
}
