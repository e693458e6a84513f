// Package selection is the stage in which the standing agency chooses among
// the eligible nominees and its head confirms. The confirmation takes the
// places, in the same commit: never more than are free, whatever interleaves.
package selection

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
const Name = "selection"

// MaxEntries is the largest selection one confirmation takes: with a check of
// each dossier it stays inside one commit. More places are taken by further
// selections.
const MaxEntries = 45

// confirmDays is the term, in working days, in which a selection is prepared
// and confirmed.
const confirmDays = 10

// Room prepares and confirms.
type Room struct{ parking.Desk }

// Run opens the round's selection task and leaves the run parked. Items:
// round, task, 10 rows, 10 mails, event, head, log, key: 26.
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
		t := task(rd, 1)
		if t.Due, err = r.Due(now, confirmDays); err != nil {
			return c, fault.Wrap(fault.Internal, Name, err)
		}
		if err := r.Open(ctx, &c, in, t, "", now); err != nil {
			return c, err
		}
		if rd.Task != t.ID {
			rd.Task = t.ID
			c.Writes = append(c.Writes, round.Put(rd, rev))
			for _, p := range rd.Settings.Preparers {
				c.Outbox = append(c.Outbox, parking.Mail(t, p, mail.TaskPrepare, ""))
			}
			c.Events = append(c.Events, act.Event(round.Chain(rd.ID), "selection.asked", Name, now, map[string]any{"task": t.ID}))
		}
		return c, nil
	})
	return in.To(Name), err
}

// task is the task by which selection n of the round is confirmed.
func task(rd round.Round, n int) round.Task {
	return round.Task{
		ID: round.TaskID(rd.ID, n, Name), Kind: Name, Round: rd.ID, Revision: n, Step: Name,
		Title: "Xác nhận danh sách lựa chọn", Persons: rd.Settings.Head,
	}
}

// Candidate is an approved nominee that competes for a place.
type Candidate struct {
	round.Entry
	Since  time.Time       `json:"since"`
	Marked *dossier.Marked `json:"marked,omitempty"` // how far its appraisers are apart
}

// Candidates gives the nominees who compete, best first within each kind:
// by score, then by name, so that ties are seen and broken by people.
func Candidates(ctx context.Context, r store.Reader, roundID string) ([]Candidate, error) {
	var out []Candidate
	for _, state := range []dossier.State{dossier.Eligible, dossier.Selected} {
		page := store.Page{Prefix: string(state) + "/"}
		for {
			s, err := r.Query(ctx, dossier.OfRound, roundID, page)
			if err != nil {
				return nil, err
			}
			for _, rec := range s.Records {
				var d dossier.Dossier
				if err := rec.Decode(&d); err != nil {
					return nil, err
				}
				for _, n := range d.Nominees {
					if n.Standing == dossier.Approved {
						out = append(out, Candidate{Entry: entry(d, n), Since: d.Since, Marked: n.Marked})
					}
				}
			}
			if s.Next == "" {
				break
			}
			page.After = s.Next
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		switch {
		case a.Kind != b.Kind:
			return slices.Index(dossier.Kinds(), a.Kind) - slices.Index(dossier.Kinds(), b.Kind)
		case a.Score != b.Score:
			return b.Score - a.Score
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return out, nil
}

func entry(d dossier.Dossier, n dossier.Nominee) round.Entry {
	return round.Entry{
		Kind: n.Kind, Identity: n.Identity, Dossier: d.ID, Nominee: n.ID, Name: n.Name, Position: n.Position,
		Unit: n.Unit, From: d.Unit, UnitName: d.UnitName, Score: n.Score, Place: round.Taken,
	}
}

// Choice names one nominee to be selected.
type Choice struct {
	Dossier string `json:"dossier"`
	Nominee string `json:"nominee"`
}

// Prepare records what an administrator proposes to select and asks the head
// to confirm. It replaces what was prepared and not confirmed before. It may
// come again while the list is under review, to fill a place that became free.
// Items: selection, round check, task, 10 rows, 10 links, 10 mails, event,
// head, log, key: 37.
func (r Room) Prepare(ctx context.Context, key string, who people.Actor, roundID string, choices []Choice) error {
	if err := who.Need("selection.prepare", people.Admin); err != nil {
		return err
	}
	if len(choices) == 0 || len(choices) > MaxEntries {
		return fault.New(fault.Invalid, "selection.prepare", fmt.Sprintf("Hãy chọn từ 1 đến %d tập thể, cá nhân cho một lần lựa chọn.", MaxEntries))
	}
	_, err := r.Do(ctx, key, act.Digest([]any{"prepare", who.ID, roundID, choices}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		return r.prepare(ctx, who, roundID, choices, now)
	})
	return err
}

func (r Room) prepare(ctx context.Context, who people.Actor, roundID string, choices []Choice, now time.Time) (store.Commit, error) {
	var c store.Commit
	var rd round.Round
	rdRev, err := store.Load(ctx, r.Store, round.Key(roundID), &rd)
	if err != nil {
		return c, err
	}
	if rd.State != round.Closed || rd.Stage == "quota" {
		return c, fault.New(fault.Invalid, "selection.prepare", "Đợt chưa đóng hoặc đang ghi kết quả lựa chọn; hãy thử lại sau.")
	}
	if rd.Closing() {
		return c, fault.New(fault.Invalid, "selection.prepare", "Đợt đã được quyết định đóng vì cơ quan phụ trách thôi hoạt động: chỉ còn kết thúc mà không lựa chọn.")
	}
	if err := parking.Ruled(ctx, r.Store, rd, now); err != nil {
		return c, err
	}
	n := rd.Selection + 1
	sel := round.Selection{Round: roundID, N: n, PreparedBy: who.ID, PreparedAt: now.UTC(), State: "prepared"}
	for _, ch := range choices {
		var d dossier.Dossier
		if _, err := store.Load(ctx, r.Store, dossier.Key(ch.Dossier), &d); err != nil {
			return c, err
		}
		e, err := eligible(d, roundID, ch)
		if err != nil {
			return c, err
		}
		if slices.ContainsFunc(sel.Entries, func(x round.Entry) bool { return x.Kind == e.Kind && x.Identity == e.Identity }) {
			return c, fault.New(fault.Invalid, "selection.prepare", "“"+e.Name+"” được chọn hai lần.")
		}
		e.Selection = n
		sel.Entries = append(sel.Entries, e)
	}
	for _, kind := range dossier.Kinds() {
		free, err := r.Store.Counter(ctx, round.PlaceCounter(roundID, kind))
		if err != nil {
			return c, err
		}
		if want := count(sel.Entries, kind); int64(want) > free {
			return c, full(kind, want, free)
		}
	}
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(roundID), &list); err != nil && !fault.Is(err, fault.NotFound) {
		return c, err
	}
	if err := within(rd, list, sel); err != nil {
		return c, err
	}
	if err := r.once(ctx, list, sel); err != nil {
		return c, err
	}
	var old round.Selection
	selRev, err := store.Load(ctx, r.Store, round.SelectionKey(roundID, n), &old)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return c, err
	}
	c.Writes = append(c.Writes, store.Put(round.SelectionKey(roundID, n), selRev, sel), store.Unchanged(round.Key(roundID), rdRev))
	c.Events = []evidence.Event{act.Event(round.Chain(roundID), "selection.prepared", who.ID, now,
		map[string]any{"n": n, "entries": len(sel.Entries), "digest": act.Digest(sel.Entries)})}
	return c, r.ask(ctx, &c, rd, n, mail.TaskSelection, fmt.Sprint(selRev), now)
}

// eligible gives the list entry of a nominee who may be selected.
func eligible(d dossier.Dossier, roundID string, ch Choice) (round.Entry, error) {
	if d.Round != roundID || (d.State != dossier.Eligible && d.State != dossier.Selected) {
		return round.Entry{}, fault.New(fault.Invalid, "selection", "Có hồ sơ không còn đủ điều kiện lựa chọn; hãy tải lại danh sách.")
	}
	for _, n := range d.Nominees {
		if n.ID == ch.Nominee && n.Standing == dossier.Approved {
			return entry(d, n), nil
		}
	}
	return round.Entry{}, fault.New(fault.Invalid, "selection", "Có tập thể, cá nhân không còn đủ điều kiện lựa chọn; hãy tải lại danh sách.")
}

func count(es []round.Entry, kind dossier.Kind) int {
	n := 0
	for _, e := range es {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func full(kind dossier.Kind, want int, free int64) error {
	return &fault.Error{
		Kind: fault.OverQuota, Op: "selection", Code: "places-full",
		Public: fmt.Sprintf("Chọn %d %s nhưng chỉ còn %d chỗ.", want, dossier.KindName(kind), free),
	}
}

// within refuses a selection by which the list would go over a further limit.
func within(rd round.Round, list round.List, sel round.Selection) error {
	over := rd.Settings.Over(append(list.Holding(), sel.Entries...))
	if len(over) == 0 {
		return nil
	}
	return &fault.Error{
		Kind: fault.OverQuota, Op: "selection", Code: "share-full",
		Public: "Vượt giới hạn của đợt: " + strings.Join(over, "; ") + ".",
	}
}
