// Package sweep finds what an event forgot: bytes that arrived without news,
// runs that were lost with their engine, fanouts that an index hid. All it
// does is safe to repeat, and what it finds it drives again from the records.
package sweep

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/intake"
	"hoso/shared/objects"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Room sweeps.
type Room struct {
	act.Desk
	Runs flow.Runs
	// Facts is the bucket of facts named by their digest.
	Facts string
	// Versions gives the stored versions of a key, newest first.
	Versions func(ctx context.Context, bucket, key string) ([]objects.Info, error)
	// Remove deletes one version for good; one that is not there is no error.
	Remove   func(ctx context.Context, ref objects.Ref) error
	Register func(ctx context.Context, s intake.Stored) (bool, error)
	Fanout   func(ctx context.Context, f round.Fanout) error
	Log      *slog.Logger
}

// Report counts what a sweep found.
type Report struct {
	Registered int `json:"registered"` // uploads whose event was missed
	Closed     int `json:"closed"`     // upload slots that nobody used
	Redriven   int `json:"redriven"`   // runs that were lost
	GivenUp    int `json:"givenUp"`    // files whose reading failed each time, left to a person
	Unbalanced int `json:"unbalanced"` // rounds whose places do not add up
	Collected  int `json:"collected"`  // object versions that nothing pinned
}

// slotLife is how long an unused upload slot stays: far beyond its signature.
const slotLife = 24 * time.Hour

// Run sweeps everything once. quiet is how long a subject must not have
// changed, nor been driven again, before its run may count as lost: what was
// driven again may only wait for the outbox. With 0 every run that is not
// alive is driven again at once (`hoso redrive`).
func (r Room) Run(ctx context.Context, quiet time.Duration) (Report, error) {
	var rep Report
	err := errors.Join(r.documents(ctx, quiet, &rep), r.dossiers(ctx, quiet, &rep), r.rounds(ctx, quiet, &rep), r.leftovers(ctx, &rep))
	return rep, err
}

// all walks a pattern's part; a record that fails does not hold up the others.
func (r Room) all(ctx context.Context, p store.Pattern, part string, do func(store.Record) error) error {
	return r.page(ctx, p, part, store.Page{}, do)
}

// page is all, of what page selects.
func (r Room) page(ctx context.Context, p store.Pattern, part string, page store.Page, do func(store.Record) error) error {
	var failed error
	for {
		s, err := r.Store.Query(ctx, p, part, page)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, rec := range s.Records {
			err := do(rec)
			if errors.Is(err, errEnough) {
				return failed
			}
			if err != nil {
				r.Log.WarnContext(ctx, "sweep: record failed", "part", rec.Key.Part, "error", err.Error())
				failed = errors.Join(failed, err)
			}
		}
		if s.Next == "" {
			return failed
		}
		page.After = s.Next
	}
}

func (r Room) documents(ctx context.Context, quiet time.Duration, rep *Report) error {
	return r.all(ctx, dossier.OpenSlots, dossier.OpenSlotsPart, func(rec store.Record) error {
		var doc dossier.Document
		if _, err := store.Load(ctx, r.Store, rec.Key, &doc); err != nil {
			return err
		}
		switch {
		case doc.State == dossier.Expected:
			return r.slot(ctx, doc, rep)
		case doc.Stage != "" && doc.Quiet(r.Now()) >= patience(quiet, doc.Generation):
			return r.document(ctx, doc, rep)
		}
		return nil
	})
}

// slot registers bytes that arrived without news, and closes a slot that
// nobody used.
func (r Room) slot(ctx context.Context, doc dossier.Document, rep *Report) error {
	there, done, err := r.look(ctx, doc)
	if done {
		rep.Registered++
	}
	if err != nil || there {
		return err
	}
	if r.Now().Sub(doc.OpenedAt) < slotLife {
		return nil
	}
	_, err = r.Do(ctx, "slot-closed/"+doc.ID, act.Digest([]any{"slot-closed", doc.ID}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(doc.Dossier, doc.ID), &d)
		if err != nil || d.State != dossier.Expected {
			return store.Commit{}, err
		}
		d.State = dossier.Removed
		d.Watch(now)
		return store.Commit{
			Writes:   []store.Write{dossier.PutDocument(d, rev)},
			Counters: []store.Add{{Counter: dossier.SlotCounter(d.Dossier), N: 1}, {Counter: dossier.ByteCounter(d.Dossier), N: d.Size}},
			Events:   []evidence.Event{act.Event(dossier.Chain(d.Dossier), "document.never-came", "sweep", now, map[string]any{"document": d.ID})},
		}, nil
	})
	if err == nil {
		rep.Closed++
	}
	return err
}

// Look registers the bytes of an open slot if they are there, and says whether
// they are.
func (r Room) Look(ctx context.Context, doc dossier.Document) (bool, error) {
	there, _, err := r.look(ctx, doc)
	return there, err
}

// look says also whether it was the first to register them.
func (r Room) look(ctx context.Context, doc dossier.Document) (there, done bool, err error) {
	versions, err := r.Versions(ctx, doc.Bucket, doc.ObjectKey)
	if fault.Is(err, fault.NotFound) || err == nil && len(versions) == 0 {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	first := versions[len(versions)-1]
	done, err = r.Register(ctx, intake.Stored{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: first.Version, Size: first.Size})
	return true, done, err
}

// document drives a lost document run again, or gives the file up to a person.
func (r Room) document(ctx context.Context, doc dossier.Document, rep *Report) error {
	alive, err := r.alive(ctx, flow.Document, dossier.Subject(doc.Dossier, doc.ID), 1, doc.Generation)
	if err != nil || alive {
		return err
	}
	if hopeless(doc) {
		return r.giveUp(ctx, doc, rep)
	}
	done, err := r.again(ctx, "document/"+doc.ID, doc.Generation, func(ctx context.Context, now time.Time) (store.Commit, bool, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(doc.Dossier, doc.ID), &d)
		if err != nil || d.Stage == "" || d.Generation != doc.Generation {
			return store.Commit{}, false, err
		}
		d.Generation, d.Driven = d.Generation+1, now.UTC()
		return store.Commit{
			Writes: []store.Write{dossier.PutDocument(d, rev)}, Outbox: []store.Message{dossier.StartDocument(d)},
			Events: []evidence.Event{redriven(dossier.Chain(d.Dossier), now, d.ID, d.Stage, d.Generation)},
		}, true, nil
	})
	if done {
		rep.Redriven++
	}
	return err
}

func (r Room) dossiers(ctx context.Context, quiet time.Duration, rep *Report) error {
	return r.all(ctx, dossier.Running, dossier.RunningPart, func(rec store.Record) error {
		var seen dossier.Dossier
		if _, err := store.Load(ctx, r.Store, rec.Key, &seen); err != nil {
			return err
		}
		if seen.Stage == "" || seen.Quiet(r.Now()) < quiet {
			return nil
		}
		alive, err := r.alive(ctx, flow.Dossier, seen.ID, seen.Revision, seen.Generation)
		if err != nil || alive {
			return err
		}
		done, err := r.again(ctx, "dossier/"+seen.ID, seen.Generation, func(ctx context.Context, now time.Time) (store.Commit, bool, error) {
			var d dossier.Dossier
			rev, err := store.Load(ctx, r.Store, rec.Key, &d)
			if err != nil || d.Stage == "" || d.Generation != seen.Generation {
				return store.Commit{}, false, err
			}
			d.Generation, d.Driven = d.Generation+1, now.UTC()
			return store.Commit{
				Writes: []store.Write{dossier.Put(d, rev)}, Outbox: []store.Message{dossier.Start(d)},
				Events: []evidence.Event{redriven(dossier.Chain(d.ID), now, d.ID, d.Stage, d.Generation)},
			}, true, nil
		})
		if done {
			rep.Redriven++
		}
		return err
	})
}

func (r Room) rounds(ctx context.Context, quiet time.Duration, rep *Report) error {
	return r.all(ctx, round.All, round.AllPart, func(rec store.Record) error {
		var seen round.Round
		if _, err := store.Load(ctx, r.Store, rec.Key, &seen); err != nil {
			return err
		}
		if seen.State == round.Open || seen.State == round.Closed || seen.State == round.Ended {
			if err := r.balance(ctx, seen.ID, rep); err != nil {
				return err
			}
		}
		switch seen.State {
		case round.Closed, round.Ended:
			if err := r.Fanout(ctx, round.Fanout{Round: seen.ID, What: round.FanoutClosing}); err != nil {
				return err
			}
		case round.Decided:
			return r.Fanout(ctx, round.Fanout{Round: seen.ID, What: round.FanoutOutcomes})
		}
		if seen.Stage == "" || seen.Quiet(r.Now()) < quiet {
			return nil
		}
		alive, err := r.alive(ctx, flow.Round, seen.ID, 0, seen.Generation)
		if err != nil || alive {
			return err
		}
		done, err := r.again(ctx, "round/"+seen.ID, seen.Generation, func(ctx context.Context, now time.Time) (store.Commit, bool, error) {
			var rd round.Round
			rev, err := store.Load(ctx, r.Store, rec.Key, &rd)
			if err != nil || rd.Stage == "" || rd.Generation != seen.Generation {
				return store.Commit{}, false, err
			}
			rd.Generation, rd.Driven = rd.Generation+1, now.UTC()
			return store.Commit{
				Writes: []store.Write{round.Put(rd, rev)}, Outbox: []store.Message{round.Start(rd)},
				Events: []evidence.Event{redriven(round.Chain(rd.ID), now, rd.ID, rd.Stage, rd.Generation)},
			}, true, nil
		})
		if done {
			rep.Redriven++
		}
		return err
	})
}

func (r Room) alive(ctx context.Context, machine, subject string, revision, generation int) (bool, error) {
	return r.Runs.Alive(ctx, machine, flow.RunName(machine, subject, revision, generation))
}

// again commits the next generation of a subject, once for each generation.
func (r Room) again(ctx context.Context, subject string, generation int, decide func(context.Context, time.Time) (store.Commit, bool, error)) (bool, error) {
	did := false
	key := act.StageKey(subject, generation+1, "redrive")
	_, err := r.Do(ctx, key, act.Digest([]any{subject, generation}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		c, ok, err := decide(ctx, now)
		did = ok
		return c, err
	})
	return did && err == nil, err
}

func redriven(chain string, now time.Time, id, stage string, generation int) evidence.Event {
	return act.Event(chain, "run.redriven", "sweep", now, map[string]any{"subject": id, "stage": stage, "generation": generation})
}
