// Package clock looks every minute at what is due: rounds whose window is
// over, returned dossiers whose time is over, nominees on hold whose review
// date has come, postings that end, tasks that
// want a reminder or are overdue. Dates are read again when a row fires;
// silence is never consent.
package clock

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Room looks at due rows.
type Room struct {
	parking.Desk
	CloseRound func(ctx context.Context, round string) error
	EndPosting func(ctx context.Context, round string) error
	Lapse      func(ctx context.Context, dossier string, revision int) error
	LateOver   func(ctx context.Context, dossier string, until time.Time) error
	Yearly     func(ctx context.Context, id string) error // looks at a year's duty to report
	Recall     func(ctx context.Context, dossier string) error
	Log        *slog.Logger
}

// Tick looks at everything that is due now and reports how many rows it saw.
// A row that fails is logged and does not hold up the others.
func (r Room) Tick(ctx context.Context) (int, error) {
	page := store.Page{To: dossier.DueSort(r.Now().Add(time.Millisecond), "")}
	seen := 0
	var failed error
	for {
		s, err := r.Store.Query(ctx, dossier.Due, dossier.DuePart, page)
		if err != nil {
			return seen, errors.Join(failed, err)
		}
		for _, rec := range s.Records {
			seen++
			if err := r.look(ctx, rec.Key); err != nil {
				r.Log.WarnContext(ctx, "clock: due row failed", "part", rec.Key.Part, "error", err.Error())
				failed = errors.Join(failed, err)
			}
		}
		if page.After = s.Next; s.Next == "" {
			return seen, failed
		}
	}
}

func (r Room) look(ctx context.Context, k store.Key) error {
	kind, id, _ := strings.Cut(k.Part, "/")
	switch kind {
	case "round":
		if err := r.CloseRound(ctx, id); err != nil {
			return err
		}
		return r.EndPosting(ctx, id)
	case "dossier":
		var d dossier.Dossier
		if _, err := store.Load(ctx, r.Store, k, &d); err != nil {
			return err
		}
		switch d.State {
		case dossier.Draft:
			return r.LateOver(ctx, id, d.Due)
		case dossier.Returned:
			return r.Lapse(ctx, id, d.Revision)
		}
		return r.Recall(ctx, id)
	case "task":
		return r.task(ctx, id)
	case "yearly":
		return r.Yearly(ctx, id)
	}
	return &fault.Error{Kind: fault.Internal, Op: "clock", Code: kind}
}

// task sends the reminder of a task that is due soon, or marks it overdue and
// tells the administrators, once each. Items: task, up to 10 links and mails,
// event, head, log, key: 25.
func (r Room) task(ctx context.Context, id string) error {
	var seen round.Task
	if _, err := store.Load(ctx, r.Store, round.TaskKey(id), &seen); err != nil {
		return err
	}
	now := r.Now()
	if seen.State != round.TaskOpen || now.Before(seen.NextLook()) {
		return nil
	}
	what := "reminder"
	if !now.Before(seen.Due) {
		what = "overdue"
	}
	_, err := r.Do(ctx, what+"/"+id, act.Digest([]any{what, id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var t round.Task
		rev, err := store.Load(ctx, r.Store, round.TaskKey(id), &t)
		if err != nil || t.State != round.TaskOpen {
			return store.Commit{}, err
		}
		c := store.Commit{}
		chain := round.Chain(t.Round)
		if t.Dossier != "" {
			chain = dossier.Chain(t.Dossier)
		}
		switch {
		case !now.Before(t.Due):
			t.Overdue, t.Reminded = true, true
			admins, err := r.preparers(ctx, t.Round)
			if err != nil {
				return c, err
			}
			for _, p := range admins {
				c.Outbox = append(c.Outbox, parking.Mail(t, p, mail.Overdue, ""))
			}
			c.Events = []evidence.Event{act.Event(chain, "task.overdue", "clock", now, map[string]any{"task": id, "step": t.Step})}
		case !t.Reminded:
			t.Reminded = true
			for _, p := range t.Persons {
				if err := r.Remind(ctx, &c, t, p, mail.Reminder, "due", now); err != nil {
					return c, err
				}
			}
			c.Events = []evidence.Event{act.Event(chain, "task.reminded", "clock", now, map[string]any{"task": id, "step": t.Step})}
		}
		c.Writes = append(c.Writes, round.PutTask(t, rev))
		return c, nil
	})
	return err
}

func (r Room) preparers(ctx context.Context, roundID string) ([]string, error) {
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(roundID), &rd); err != nil {
		return nil, err
	}
	return rd.Settings.Preparers, nil
}
