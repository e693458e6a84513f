// Package quota is the stage that writes out the places which a confirmed
// selection took: a row for each place, and each nominee's standing in its
// dossier. The counters were taken by the confirmation; here nothing can be
// refused, only repeated.
package quota

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "quota"

// pageSize is how many places one commit writes: each may need its own
// dossier, event and chain head beside its row.
const pageSize = 15

// Room writes places out.
type Room struct{ act.Desk }

// Run writes out every confirmed selection that is not written yet, page by
// page; each page is its own idempotent commit, so a run that is killed goes
// on where it was. Items a page: 15 places with dossier, event and head each,
// two counters, log, key: 64; at the end round, event, head, log, key: 5.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	for {
		var rd round.Round
		if _, err := store.Load(ctx, r.Store, round.Key(in.Subject), &rd); err != nil {
			return flow.Out{}, err
		}
		if rd.Generation != in.Generation || rd.Stage != Name {
			return in.To(round.StageFor(rd, in)), nil
		}
		if rd.Written < rd.Selection {
			if err := r.write(ctx, rd, rd.Written+1); err != nil {
				return flow.Out{}, err
			}
			continue
		}
		if err := r.finish(ctx, in, rd); err != nil {
			return flow.Out{}, err
		}
	}
}

// write writes out selection n.
func (r Room) write(ctx context.Context, rd round.Round, n int) error {
	var sel round.Selection
	if _, err := store.Load(ctx, r.Store, round.SelectionKey(rd.ID, n), &sel); err != nil {
		return err
	}
	for from := 0; from < len(sel.Entries); from += pageSize {
		page := sel.Entries[from:min(from+pageSize, len(sel.Entries))]
		key := act.StageKey(rd.ID, n, Name, fmt.Sprint(from))
		_, err := r.Do(ctx, key, act.Digest([]any{rd.ID, n, from}), func(ctx context.Context, now time.Time) (store.Commit, error) {
			return r.page(ctx, rd, n, key, page, now)
		})
		if err != nil {
			return err
		}
	}
	key := act.StageKey(rd.ID, n, Name, "written")
	_, err := r.Do(ctx, key, act.Digest([]any{rd.ID, n, "written"}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd2 round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(rd.ID), &rd2)
		if err != nil || rd2.Written >= n {
			return store.Commit{}, err
		}
		rd2.Written = n
		return store.Commit{
			Writes: []store.Write{round.Put(rd2, rev)},
			Events: []evidence.Event{act.Event(round.Chain(rd.ID), "places.written", Name, now, map[string]any{"n": n, "places": len(sel.Entries)})},
		}, nil
	})
	return err
}

func (r Room) page(ctx context.Context, rd round.Round, n int, key string, entries []round.Entry, now time.Time) (store.Commit, error) {
	var c store.Commit
	dossiers := map[string]*dossier.Dossier{}
	revs := map[string]int64{}
	var order []string
	for _, e := range entries {
		var p round.Place
		rev, err := store.Load(ctx, r.Store, round.PlaceKey(rd.ID, e.Kind, e.Identity), &p)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
		if rev > 0 && p.State != round.Released {
			return c, &fault.Error{Kind: fault.Internal, Op: Name, Code: "place-taken-twice"}
		}
		c.Writes = append(c.Writes, store.Put(round.PlaceKey(rd.ID, e.Kind, e.Identity), rev, round.Place{
			Round: rd.ID, Kind: e.Kind,
			Identity: e.Identity, Dossier: e.Dossier, Nominee: e.Nominee, State: round.Taken, Act: key,
		}))
		d := dossiers[e.Dossier]
		if d == nil {
			d = &dossier.Dossier{}
			if revs[e.Dossier], err = store.Load(ctx, r.Store, dossier.Key(e.Dossier), d); err != nil {
				return c, err
			}
			dossiers[e.Dossier] = d
			order = append(order, e.Dossier)
		}
		for i := range d.Nominees {
			if d.Nominees[i].ID == e.Nominee {
				d.Nominees[i].Standing = dossier.PlaceTaken
			}
		}
	}
	for _, id := range order {
		d := dossiers[id]
		if d.State == dossier.Eligible {
			holder, due := d.Holder, d.Due
			d.Move(dossier.Selected, now)
			d.Holder = "round"
			if d.Recalled() { // somebody is asked about another nominee of it
				d.Holder, d.Due = holder, due
			}
		}
		dossier.Record(&c, *d, revs[id])
		c.Events = append(c.Events, act.Event(dossier.Chain(id), "dossier.selected", Name, now, map[string]any{"round": rd.ID, "selection": n}))
	}
	return c, nil
}

// finish sends the round on to review.
func (r Room) finish(ctx context.Context, in flow.In, seen round.Round) error {
	key := act.StageKey(in.Subject, seen.Selection, Name, "done", fmt.Sprint(in.Generation))
	_, err := r.Do(ctx, key, act.Digest([]any{in.Subject, seen.Selection, "done"}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var rd round.Round
		rev, err := store.Load(ctx, r.Store, round.Key(in.Subject), &rd)
		if err != nil || rd.Stage != Name || rd.Written < rd.Selection {
			return store.Commit{}, err
		}
		rd.Stage, rd.Task, rd.Step, rd.Reviewed = "review", "", 0, nil
		if len(rd.Settings.RoundSteps()) == 0 {
			rd.Stage = round.AfterReview(rd)
		}
		return store.Commit{Writes: []store.Write{round.Put(rd, rev)}}, nil
	})
	return err
}
