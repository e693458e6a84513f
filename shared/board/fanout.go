package board

import (
	"context"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Fanout carries out a fanout message. Each dossier learns by a commit of its
// own, idempotent; the whole may be killed and repeated at any point. What an
// index did not show yet is found again by sweep.
func (r Room) Fanout(ctx context.Context, f round.Fanout) error {
	switch f.What {
	case round.FanoutClosing:
		return r.each(ctx, f.Round, dossier.Draft, func(ctx context.Context, d dossier.Dossier) error { return r.NotSubmitted(ctx, d.ID) })
	case round.FanoutStandings:
		return r.standings(ctx, f)
	case round.FanoutOpened:
		return r.opened(ctx, f)
	case round.FanoutWithdrawn:
		return r.withdrawn(ctx, f)
	case round.FanoutOutcomes:
		return r.outcomes(ctx, f)
	case round.FanoutSucceeded:
		return r.succeeded(ctx, f)
	case round.FanoutErased:
		return r.Erased(ctx, f.Round, f.Version)
	case round.FanoutHandover:
		return r.handover(ctx, f)
	}
	return &fault.Error{Kind: fault.Invalid, Op: "board.fanout", Code: f.What}
}

// each calls do for every dossier of a round that the index shows in a state.
func (r Room) each(ctx context.Context, roundID string, state dossier.State, do func(context.Context, dossier.Dossier) error) error {
	page := store.Page{Prefix: string(state) + "/"}
	for {
		s, err := r.Store.Query(ctx, dossier.OfRound, roundID, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return err
			}
			if err := do(ctx, d); err != nil {
				return err
			}
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}

// standings brings the nominees of listed dossiers up to what review said.
func (r Room) standings(ctx context.Context, f round.Fanout) error {
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(f.Round), &list); err != nil {
		return err
	}
	if slices.ContainsFunc(list.Entries, func(e round.Entry) bool { return e.Place == round.Confirmed }) {
		return nil // the decision came first: outcomes say it all
	}
	done := map[string]bool{}
	for _, e := range list.Entries {
		if done[e.Dossier] {
			continue
		}
		done[e.Dossier] = true
		key := act.StageKey(e.Dossier, f.Version, "standings")
		_, err := r.Do(ctx, key, act.Digest([]any{e.Dossier, f.Version}), func(ctx context.Context, now time.Time) (store.Commit, error) {
			var d dossier.Dossier
			rev, err := store.Load(ctx, r.Store, dossier.Key(e.Dossier), &d)
			if err != nil || d.State != dossier.Selected {
				return store.Commit{}, err
			}
			if !apply(&d, list) {
				return store.Commit{}, nil
			}
			ev := act.Event(dossier.Chain(d.ID), "dossier.reviewed", "review", now, map[string]any{"list": f.Version, "nominees": brief(d)})
			return store.Commit{Writes: []store.Write{dossier.Put(d, rev)}, Events: []evidence.Event{ev}}, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// apply lays the list over a dossier's nominees; the newest entry of a
// nominee counts. A reason stays with the round: the dossier refers to it. It
// reports whether anything changed.
func apply(d *dossier.Dossier, list round.List) bool {
	changed := false
	for i := range d.Nominees {
		n := &d.Nominees[i]
		to, reason := said(list, d.ID, *n)
		if to == n.Standing {
			continue
		}
		n.Standing, n.Reason, changed = to, reason.On(round.Chain(list.Round)), true
	}
	return changed
}

// said is what a nominee's newest entry on the list says of it, with the
// reason of a refusal or a hold.
func said(list round.List, id string, n dossier.Nominee) (dossier.Standing, act.TextRef) {
	to, reason := n.Standing, act.TextRef("")
	for _, e := range list.Entries {
		if e.Dossier != id || e.Nominee != n.ID {
			continue
		}
		switch {
		case e.Place == round.Confirmed:
			to, reason = dossier.PlaceConfirmed, ""
		case e.Place == round.Taken:
			to, reason = dossier.PlaceTaken, ""
		case e.Review == dossier.RefusedOne || e.Review == dossier.Held:
			to, reason = e.Review, e.Reason
		}
	}
	return to, reason
}

type standing struct {
	Nominee string              `json:"nominee"`
	Is      dossier.Standing    `json:"is"`
	Reason  evidence.Commitment `json:"reason,omitempty"`
}

// brief names what became of each nominee, and the reason by its commitment,
// which an event of the reason's own chain makes.
func brief(d dossier.Dossier) []standing {
	out := make([]standing, 0, len(d.Nominees))
	for _, n := range d.Nominees {
		_, _, c, _ := n.Reason.Split("")
		out = append(out, standing{n.ID, n.Standing, c})
	}
	return out
}

// outcomes gives every dossier of a decided round its outcome.
func (r Room) outcomes(ctx context.Context, f round.Fanout) error {
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(f.Round), &rd); err != nil {
		return err
	}
	if rd.State != round.Decided {
		return nil
	}
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(f.Round), &list); err != nil {
		return err
	}
	for _, state := range []dossier.State{dossier.Selected, dossier.Eligible} {
		err := r.each(ctx, f.Round, state, func(ctx context.Context, d dossier.Dossier) error { return r.outcome(ctx, d.ID, rd, list) })
		if err != nil {
			return err
		}
	}
	return nil
}

// outcome gives one dossier its outcome. Items, with somebody asked again about
// a nominee on hold: dossier, task of 10 rows, three counters, event, head,
// log, three messages, key: 22.
func (r Room) outcome(ctx context.Context, id string, rd round.Round, list round.List) error {
	_, err := r.Do(ctx, "outcome/"+id, act.Digest([]any{"outcome", id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil {
			return store.Commit{}, err
		}
		if d.State != dossier.Selected && d.State != dossier.Eligible {
			return store.Commit{}, nil
		}
		apply(&d, list)
		var c store.Commit
		if d.Recalled() {
			// The answer would come too late.
			c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
			if err := parking.Void(ctx, r.Store, &c, d.Task, flow.Done); err != nil {
				return c, err
			}
		}
		d.Move(settle(&d), now)
		d.Holder = "archive"
		by := "decision"
		if rd.Without != nil {
			by = "selection"
			if d.State == dossier.NotSelected {
				d.Reason = rd.Without.Reason.On(round.Chain(rd.ID))
			}
		}
		number := ""
		if rd.Decision != nil {
			number = rd.Decision.Number
		}
		ev := act.Event(dossier.Chain(id), "dossier.outcome", by, now,
			map[string]any{"state": d.State, "decision": number, "nominees": brief(d)})
		c.Events = []evidence.Event{ev}
		c.Outbox = append(c.Outbox, dossier.Seal(&d), dossier.Projected(d, now), store.Msg("mail/result/"+id, flow.MailMessage,
			mail.Notice{Template: mail.Result, To: d.OpenedBy, Dossier: id, Round: d.Round, Data: map[string]string{mail.Outcome: dossier.StateName(d.State), mail.Number: d.Receipt}}))
		dossier.Record(&c, d, rev)
		return c, nil
	})
	return err
}

// settle gives what the dossier becomes, and the nominees who got no place
// their standing.
func settle(d *dossier.Dossier) dossier.State {
	awarded, refused := false, true
	for i := range d.Nominees {
		n := &d.Nominees[i]
		switch n.Standing {
		case dossier.PlaceConfirmed:
			awarded, refused = true, false
		case dossier.RefusedOne:
		default:
			n.Standing, refused = dossier.PlaceDenied, false
		}
	}
	switch {
	case awarded:
		return dossier.Awarded
	case refused:
		return dossier.Refused
	}
	return dossier.NotSelected
}
