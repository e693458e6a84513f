// Package posting is the optional stage in which the list is posted publicly
// for a number of working days. The run parks; clock ends it, reading the
// date again when it fires.
package posting

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/parking"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "posting"

// Room posts and ends postings.
type Room struct{ parking.Desk }

// Run begins the posting and leaves the run parked. Items: round, task,
// event, head, log, resume, key: 7.
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
		if _, err := store.Load(ctx, r.Store, round.ListKey(rd.ID), &list); err != nil {
			return c, err
		}
		if rd.PostedTill.IsZero() || rd.Task == "" {
			if rd.PostedTill, err = r.Due(now, rd.Settings.PostingDays); err != nil {
				return c, fault.Wrap(fault.Internal, Name, err)
			}
		}
		t := round.Task{
			ID: round.TaskID(rd.ID, list.Version, Name), Kind: Name, Round: rd.ID, Revision: list.Version, Step: Name,
			Title: "Niêm yết công khai danh sách", Due: rd.PostedTill, Reminded: true, Overdue: true,
		}
		if err := r.Open(ctx, &c, in, t, "", now); err != nil {
			return c, err
		}
		if rd.Task != t.ID {
			rd.Task = t.ID
			c.Writes = append(c.Writes, round.Put(rd, rev))
			c.Events = append(c.Events, act.Event(round.Chain(rd.ID), "posting.begun", Name, now,
				map[string]any{"list": list.Digest(), "till": rd.PostedTill.UTC().Format(time.RFC3339)}))
		}
		return c, nil
	})
	return in.To(Name), err
}

// End ends a posting whose days are over; clock calls it. Items: round, task,
// event, head, log, resume, key: 7.
func (r Room) End(ctx context.Context, roundID string) error {
	var seen round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(roundID), &seen); err != nil {
		return err
	}
	if seen.Stage != Name || seen.Task == "" || r.Now().Before(seen.PostedTill) {
		return nil
	}
	_, err := r.Do(ctx, "posting-end/"+seen.Task, act.Digest([]any{"posting-end", seen.Task}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(roundID), &rd)
		if err != nil || rd.Stage != Name || rd.Task != seen.Task || now.Before(rd.PostedTill) {
			return store.Commit{}, err
		}
		var t round.Task
		tRev, err := store.Load(ctx, r.Store, round.TaskKey(rd.Task), &t)
		if err != nil {
			return store.Commit{}, err
		}
		rd.Stage, rd.Task = "decision", ""
		c := store.Commit{
			Writes: []store.Write{round.Put(rd, rev)},
			Events: []evidence.Event{act.Event(round.Chain(roundID), "posting.ended", Name, now, nil)},
		}
		parking.Decide(&c, t, tRev, round.Verdict{By: "clock", At: now.UTC(), Whole: "ended"}, "decision")
		return c, nil
	})
	return err
}
