package selection

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Confirm takes the places of the prepared selection, as its head. It holds
// only if every dossier is still as it was read, the list is, and enough
// places are free: all in one commit. shown is the digest of the entries on
// the page. Items at the worst case, a further selection: 45 dossier checks,
// selection, list, round, proof of the register's rulings, two tasks of 10 rows,
// two counters, event, head, log, receipt, resume, key: 79.
func (r Room) Confirm(ctx context.Context, key string, who people.Actor, roundID string, n int, shown string) error {
	if err := who.Need("selection.confirm", people.Head); err != nil {
		return err
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"confirm", who.ID, roundID, n, shown}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.confirm(ctx, key, who, roundID, n, shown, now)
	})
	if fault.CodeOf(err) == round.PlaceCounter(roundID, dossier.Collective) || fault.CodeOf(err) == round.PlaceCounter(roundID, dossier.Individual) {
		return &fault.Error{
			Kind: fault.OverQuota, Op: "selection.confirm", Code: "places-full", Err: err,
			Public: "Không còn đủ chỗ cho danh sách này; hãy đề nghị chuẩn bị lại.",
		}
	}
	return err
}

func (r Room) confirm(ctx context.Context, key string, who people.Actor, roundID string, n int, shown string, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(roundID), &rd)
	if err != nil {
		return c, err
	}
	first := rd.Stage == Name
	if rd.State != round.Closed || rd.Stage == "quota" || n != rd.Selection+1 {
		return c, &fault.Error{Kind: fault.Gone, Op: "selection.confirm", Code: "stale", Public: "Danh sách này đã được xác nhận hoặc đã thay đổi; hãy mở lại."}
	}
	// Whose task it is says who confirms: a stand-in or a successor may have it.
	t, tRev, err := parking.Allowed(ctx, r.Store, who, round.TaskID(roundID, n, Name), now)
	if err != nil {
		return c, err
	}
	var sel round.Selection
	selRev, err := store.Load(ctx, r.Store, round.SelectionKey(roundID, n), &sel)
	if err != nil {
		return c, err
	}
	var list round.List
	listRev, err := store.Load(ctx, r.Store, round.ListKey(roundID), &list)
	if err != nil {
		return c, err
	}
	if sel.State != "prepared" || sel.Shown(list) != shown {
		return c, &fault.Error{Kind: fault.Gone, Op: "selection.confirm", Code: "stale", Public: "Danh sách đã thay đổi sau khi trang này được mở; hãy mở lại."}
	}
	pending, err := r.Store.Counter(ctx, round.PendingCounter(roundID))
	if err != nil {
		return c, err
	}
	if (first || sel.Without) && pending > 0 {
		return c, &fault.Error{Kind: fault.Invalid, Op: "selection.confirm", Code: "pending", Public: "Còn hồ sơ của đợt chưa thẩm định xong nên chưa thể xác nhận lựa chọn."}
	}
	// A late dossier that was admitted may still come, and drafts that the
	// closing has not ended yet are about to be.
	drafts, err := r.Store.Counter(ctx, dossier.CountCounter(roundID, dossier.Draft))
	if err != nil {
		return c, err
	}
	if (first || sel.Without) && drafts > 0 {
		return c, &fault.Error{Kind: fault.Invalid, Op: "selection.confirm", Code: "drafts", Public: "Còn hồ sơ nộp muộn được chấp nhận chưa nộp và chưa hết hạn; hãy chờ hoặc đề nghị đơn vị rút."}
	}
	if sel.PreparedBy == who.ID {
		return c, &fault.Error{Kind: fault.Denied, Op: "selection.confirm", Code: "same-person", Public: "Người chuẩn bị danh sách không được tự xác nhận; cần người thứ hai."}
	}
	if sel.Without {
		return c, r.end(ctx, &c, ending{who: who, key: key, shown: shown, now: now, rd: rd, rdRev: rdRev, sel: sel, selRev: selRev, list: list, listRev: listRev, task: t, taskRev: tRev})
	}
	if err := r.take(ctx, &c, &sel); err != nil {
		return c, err
	}
	sel.State, sel.ConfirmedBy, sel.ConfirmedAt = "confirmed", who.ID, now.UTC()
	for _, e := range sel.Entries {
		if list.Holds(e.Kind, e.Identity) {
			return c, &fault.Error{Kind: fault.Invalid, Op: "selection.confirm", Code: "already-selected", Public: "“" + e.Name + "” đã có chỗ trong danh sách của đợt; hãy đề nghị chuẩn bị lại."}
		}
	}
	if err := within(rd, list, sel); err != nil {
		return c, err
	}
	if err := r.once(ctx, list, sel); err != nil {
		return c, err
	}
	settled, err := register.Settled(ctx, r.Store)
	if err != nil {
		return c, err
	}
	c.Writes = append(c.Writes, settled)
	list.Round, list.Version = roundID, list.Version+1
	list.Entries = append(list.Entries, sel.Entries...)
	task := rd.Task
	rd.Selection, rd.Stage, rd.Task = n, "quota", ""
	c.Writes = append(c.Writes, store.Put(round.SelectionKey(roundID, n), selRev, sel), store.Put(round.ListKey(roundID), listRev, list), round.Put(rd, rdRev))
	c.Events = []evidence.Event{act.Event(round.Chain(roundID), "selection.confirmed", who.ID, now, map[string]any{
		"n": n, "digest": shown, "method": who.Method, "list": list.Version,
		"tap_the": count(sel.Entries, dossier.Collective), "ca_nhan": count(sel.Entries, dossier.Individual),
		"moves": round.Moves(func(k dossier.Kind) round.Move {
			return round.Move{Free: -count(sel.Entries, k), Held: count(sel.Entries, k)}
		}),
	})}
	v := round.Verdict{By: who.ID, At: now.UTC(), Method: who.Method, Whole: "confirm", Shown: shown}
	parking.Decide(&c, t, tRev, v, "quota")
	c.Outbox = append(c.Outbox, parking.Receipt(t, v))
	if first {
		return c, nil
	}
	// The round is parked further on; it goes back to write the new places out.
	if task == "" {
		return c, fault.New(fault.Conflict, "selection.confirm", "Đợt đang chuyển bước; hãy thử lại sau ít giây.")
	}
	return c, parking.Void(ctx, r.Store, &c, task, "quota")
}

// take adds to c what takes the places: the counters, and the proof that each
// nominee still competes.
func (r Room) take(ctx context.Context, c *store.Commit, sel *round.Selection) error {
	seen := map[string]bool{}
	for _, e := range sel.Entries {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(e.Dossier), &d)
		if err != nil {
			return err
		}
		if _, err := eligible(d, sel.Round, Choice{Dossier: e.Dossier, Nominee: e.Nominee}); err != nil {
			return err
		}
		if !seen[e.Dossier] {
			seen[e.Dossier] = true
			c.Writes = append(c.Writes, store.Unchanged(dossier.Key(e.Dossier), rev))
		}
	}
	for _, kind := range dossier.Kinds() {
		if n := count(sel.Entries, kind); n > 0 {
			c.Counters = append(c.Counters, store.Add{Counter: round.PlaceCounter(sel.Round, kind), N: -int64(n)})
		}
	}
	return nil
}
