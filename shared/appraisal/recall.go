package appraisal

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Recall asks the persons of the last step again about nominees on hold whose
// review date has come; clock calls it. The dossier stays where it is: its
// other nominees compete or hold places. A first selection waits for the
// answer. Items: dossier, round check, task, 10 rows, 10 links, 10 mails,
// counter, event, head, log, key: 38.
func (r Room) Recall(ctx context.Context, id string) error {
	var seen dossier.Dossier
	if _, err := store.Load(ctx, r.Store, dossier.Key(id), &seen); err != nil {
		return err
	}
	if at := seen.ReviewAt(); at.IsZero() || r.Now().Before(at) {
		return nil
	}
	key := act.StageKey(id, seen.Revision, Name, "recall", fmt.Sprint(seen.Recalls+1))
	_, err := r.Do(ctx, key, act.Digest([]any{"recall", id, seen.Recalls}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil {
			return store.Commit{}, err
		}
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
		if err != nil {
			return store.Commit{}, err
		}
		steps := rd.Settings.DossierSteps()
		at := d.ReviewAt()
		if at.IsZero() || now.Before(at) || d.Recalls != seen.Recalls || len(steps) == 0 || rd.State == round.Decided || rd.Closing() {
			return store.Commit{}, nil
		}
		step := steps[len(steps)-1]
		due, err := r.Due(now, step.DueDays)
		if err != nil {
			return store.Commit{}, fault.Wrap(fault.Internal, Name, err)
		}
		d.Recalls++
		t := round.Task{
			ID: round.TaskID(d.ID, d.Revision, round.RecallStep(step.ID, d.Recalls)), Kind: Name, Round: d.Round, Dossier: d.ID, Revision: d.Revision,
			Step: step.ID, Title: step.Title, Persons: step.Persons, Passkey: step.Passkey, Due: due, Recall: true,
		}
		d.Task, d.Holder, d.Due = t.ID, step.Title, due
		c := store.Commit{
			Counters: []store.Add{{Counter: round.PendingCounter(d.Round), N: 1}},
			Writes:   []store.Write{dossier.Put(d, rev), store.Unchanged(round.Key(d.Round), rdRev)},
		}
		if t, err = r.Ensure(ctx, &c, t, now); err != nil {
			return c, err
		}
		for _, p := range t.Persons {
			if err := r.Remind(ctx, &c, t, p, mail.TaskRecall, "recall", now); err != nil {
				return c, err
			}
		}
		c.Events = []evidence.Event{act.Event(dossier.Chain(d.ID), "appraisal.recalled", "clock", now,
			map[string]any{"revision": d.Revision, "step": step.ID, "task": t.ID, "persons": t.Persons})}
		return c, nil
	})
	return err
}

// ruleAgain records the rulings on the nominees on hold. Nothing else of the
// dossier changes; if nobody is left in it who may get a place, it ends.
func (r Room) ruleAgain(ctx context.Context, c *store.Commit, d *dossier.Dossier, v *round.Verdict, say Deciding, texts *act.Texts, now time.Time) error {
	if say.Return {
		return fault.New(fault.Invalid, "appraisal.decide", "Hồ sơ đã qua thẩm định nên không trả lại được; hãy quyết định từng người đang tạm dừng.")
	}
	asked := 0
	for i := range d.Nominees {
		n := &d.Nominees[i]
		if n.Standing != dossier.Held {
			continue
		}
		asked++
		x, ok := say.Nominees[n.ID]
		if !ok {
			return incomplete()
		}
		ruling, err := one(n, x, texts, now, true)
		if err != nil {
			return err
		}
		v.Nominees = append(v.Nominees, ruling)
	}
	if len(say.Nominees) != asked {
		return incomplete()
	}
	d.Task, d.Due, d.Holder = "", time.Time{}, "round"
	if d.State == dossier.Eligible {
		var rd round.Round
		rdRev, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd)
		if err != nil {
			return err
		}
		return r.end(ctx, c, d, rd, rdRev, now)
	}
	c.Counters = append(c.Counters, store.Add{Counter: round.PendingCounter(d.Round), N: -1})
	return nil
}
