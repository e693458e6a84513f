package board

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// handover gives what a unit that ceased had under way to the unit that
// follows it: each unfinished dossier and each person by a commit of its own,
// so that it may be killed and repeated anywhere. A dossier keeps the name its
// unit had; documents name it so.
func (r Room) handover(ctx context.Context, f round.Fanout) error {
	var u people.Unit
	if _, err := store.Load(ctx, r.Store, people.UnitKey(f.Unit), &u); err != nil {
		return err
	}
	if u.Ended == nil || u.Ended.Receiver != f.To {
		return nil // opened again meanwhile
	}
	// A unit may end again after it was opened again: each end hands over.
	ending := fmt.Sprintf("handover/%s/%s/%d", f.Unit, f.To, u.Ended.At.UnixNano())
	page := store.Page{}
	for {
		s, err := r.Store.Query(ctx, dossier.OfUnit, f.Unit, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return err
			}
			if err := r.handDossier(ctx, f, d.ID, ending); err != nil {
				return err
			}
		}
		if s.Next == "" {
			break
		}
		page.After = s.Next
	}
	for page = (store.Page{}); ; {
		s, err := r.Store.Query(ctx, people.OfUnit, f.Unit, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var p people.Person
			if err := rec.Decode(&p); err != nil {
				return err
			}
			if err := r.handPerson(ctx, f, p.ID, ending); err != nil {
				return err
			}
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}

// handDossier moves one unfinished dossier, and has what is searched follow.
// Items: dossier, event, head, log, message, key: 6.
func (r Room) handDossier(ctx context.Context, f round.Fanout, id, ending string) error {
	key := ending + "/" + id
	_, err := r.Do(ctx, key, act.Digest(key), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
		if err != nil || d.Unit != f.Unit || d.State.Final() && d.Late == nil || d.Sealed {
			return store.Commit{}, err
		}
		d.Unit = f.To
		return store.Commit{
			Writes: []store.Write{dossier.Put(d, rev)}, Outbox: []store.Message{dossier.Projected(d, now)},
			Events: []evidence.Event{act.Event(dossier.Chain(id), "dossier.handed-over", f.By, now, map[string]any{"from": f.Unit, "to": f.To})},
		}, nil
	})
	return err
}

// handPerson moves one person. Items: person, event, head, log, key: 5.
func (r Room) handPerson(ctx context.Context, f round.Fanout, id, ending string) error {
	key := ending + "/person/" + id
	_, err := r.Do(ctx, key, act.Digest(key), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var p people.Person
		rev, err := store.Load(ctx, r.Store, people.Key(id), &p)
		if err != nil || p.Unit != f.Unit {
			return store.Commit{}, err
		}
		p.Unit = f.To
		return store.Commit{
			Writes: []store.Write{people.PutPerson(p, rev)},
			Events: []evidence.Event{act.Event(people.Chain(id), "person.moved", f.By, now, map[string]any{"from": f.Unit, "to": f.To})},
		}, nil
	})
	return err
}
