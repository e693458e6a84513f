// Package appraisal is the stage of the dossier-scope steps of a route. It
// parks the run on a task for the persons of the step; one of them approves,
// refuses or holds each nominee, or returns the whole dossier.
package appraisal

import (
	"context"
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

// Name of the stage, everywhere.
const Name = "appraisal"

// Room asks and records.
type Room struct{ parking.Desk }

// Run opens the task of the dossier's current step and leaves the run parked.
// Items: dossier, task, 10 persons with a row, a link and a mail each, event,
// head, log, key: 36.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	_, err := r.Do(ctx, parking.Key(in, Name, ""), act.Digest([]any{in.Subject, in.Revision, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d)
		if err != nil {
			return store.Commit{}, err
		}
		var c store.Commit
		if d.Generation != in.Generation || d.Revision != in.Revision || d.Stage != Name {
			err := r.Stray(&c, in, next(d, in))
			return c, err
		}
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
		if err != nil {
			return c, err
		}
		// Who is asked may change with the round's bodies: not beside it.
		c.Writes = append(c.Writes, store.Unchanged(round.Key(d.Round), rdRev))
		if rd.Closing() {
			unasked(&c, &d, now)
			dossier.Record(&c, d, rev)
			err := r.Stray(&c, in, flow.Done)
			return c, err
		}
		steps := rd.Settings.DossierSteps()
		if d.Step >= len(steps) {
			return c, fault.New(fault.Internal, Name, "")
		}
		step := steps[d.Step]
		due, err := r.Due(now, step.DueDays)
		if err != nil {
			return c, fault.Wrap(fault.Internal, Name, err)
		}
		t := round.Task{
			ID: round.TaskID(d.ID, d.Revision, step.ID), Kind: Name, Round: d.Round, Dossier: d.ID, Revision: d.Revision,
			Step: step.ID, Title: step.Title, Persons: step.Persons, Passkey: step.Passkey, Due: due,
		}
		if err := r.Open(ctx, &c, in, t, mail.TaskAppraisal, now); err != nil {
			return c, err
		}
		if d.Task != t.ID {
			d.Task, d.Holder, d.Due = t.ID, step.Title, due
			c.Writes = append(c.Writes, dossier.Put(d, rev))
			c.Events = append(c.Events, act.Event(dossier.Chain(d.ID), "appraisal.asked", Name, now,
				map[string]any{"revision": d.Revision, "step": step.ID, "task": t.ID, "persons": t.Persons}))
		}
		return c, nil
	})
	return in.To(Name), err
}

// unasked sends a dossier of a round that is to be closed past appraisal: it
// gets its outcome when the round ends without a selection.
func unasked(c *store.Commit, d *dossier.Dossier, now time.Time) {
	c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
	d.Move(dossier.Eligible, now)
	d.Stage, d.Task, d.Holder = "", "", "round"
	c.Events = append(c.Events, act.Event(dossier.Chain(d.ID), "dossier.unasked", Name, now, map[string]any{"revision": d.Revision}))
}

// next says where a stray run goes on.
func next(d dossier.Dossier, in flow.In) string {
	if d.Generation == in.Generation && d.Revision == in.Revision && d.Stage != "" {
		return d.Stage
	}
	return flow.Done
}

// end gives the dossier its state after the last step: eligible if anybody is
// approved or held, else refused. On an ad-hoc line clerks are asked for its
// decision as soon as nobody is on hold.
func (r Room) end(ctx context.Context, c *store.Commit, d *dossier.Dossier, rd round.Round, rdRev int64, now time.Time) error {
	c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
	if d.OnHold() || d.Approved() > 0 {
		d.Move(dossier.Eligible, now) // a dossier that was asked about again is so already
		d.Stage, d.Task, d.Holder = "", "", "round"
		if d.AdHoc {
			return r.askDecision(ctx, c, d, rd, rdRev, now)
		}
		return nil
	}
	d.Move(dossier.Refused, now)
	d.Holder = "archive"
	c.Outbox = append(c.Outbox, dossier.Seal(d), dossier.Projected(*d, now), store.Msg("mail/result/"+d.ID, flow.MailMessage,
		mail.Notice{Template: mail.Result, To: d.OpenedBy, Dossier: d.ID, Round: d.Round, Data: map[string]string{mail.Outcome: dossier.StateName(d.State), mail.Number: d.Receipt}}))
	return nil
}

// askDecision asks an ad-hoc line's clerks for the decision on the dossier. No
// run is parked on it. Items: round check, task, 10 rows, links and mails each,
// event: 33.
func (r Room) askDecision(ctx context.Context, c *store.Commit, d *dossier.Dossier, rd round.Round, rdRev int64, now time.Time) error {
	if d.OnHold() {
		d.Holder = "hold"
		return nil
	}
	due, err := r.Due(now, round.AdHocDays)
	if err != nil {
		return fault.Wrap(fault.Internal, Name, err)
	}
	// Who is asked may change with the line's bodies: not beside it.
	c.Writes = append(c.Writes, store.Unchanged(round.Key(d.Round), rdRev))
	t, err := r.Ensure(ctx, c, round.AdHocTask(rd, *d, due), now)
	if err != nil {
		return err
	}
	for _, p := range t.Persons {
		if err := r.Remind(ctx, c, t, p, mail.TaskEnterOne, "asked", now); err != nil {
			return err
		}
	}
	d.Deciding, d.Holder, d.Due = t.ID, t.Title, due
	c.Events = append(c.Events, act.Event(dossier.Chain(d.ID), "adhoc.asked", Name, now, map[string]any{"revision": d.Revision, "task": t.ID, "persons": t.Persons}))
	return nil
}

// events makes the audit event of a decision.
func events(d dossier.Dossier, t round.Task, v round.Verdict, texts *act.Texts, now time.Time) []evidence.Event {
	type ruling struct {
		Nominee string           `json:"nominee"`
		Is      dossier.Standing `json:"is"`
		Kept    bool             `json:"kept,omitempty"`
	}
	rulings := make([]ruling, 0, len(v.Nominees))
	for _, n := range v.Nominees {
		rulings = append(rulings, ruling{n.Nominee, n.Is, n.Kept})
	}
	ev := act.Event(dossier.Chain(d.ID), "appraisal.decided", v.By, now, map[string]any{
		"revision": d.Revision, "step": t.Step, "task": t.ID, "method": v.Method, "whole": v.Whole, "shown": v.Shown,
		"rulings": rulings, "noted": v.Noted, "state": d.State,
	})
	ev.Texts = texts.Named()
	return []evidence.Event{ev}
}
