package sweep

import (
	"context"
	"errors"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/objects"
	"hoso/shared/store"
)

// collectAtOnce is how many records one sweep looks at for leftovers; the
// next one goes on.
const collectAtOnce = 500

// errEnough ends a walk.
var errEnough = errors.New("enough for now")

// Collected is how much has been collected since the beginning: for operators.
type Collected struct {
	Versions int64     `json:"versions"`
	Bytes    int64     `json:"bytes"`
	Last     time.Time `json:"last"`
}

// CollectedKey is where Collected is.
var CollectedKey = store.Key{Part: "sweep", Sort: "collected"}

// Waiting tells operators of bytes that nothing pins: how many records are
// still to be looked at, and how many of them longer than they should.
func Waiting(ctx context.Context, r store.Reader, now time.Time) (all, late int, err error) {
	page := store.Page{}
	for {
		s, err := r.Query(ctx, dossier.Leftovers, dossier.LeftoversPart, page)
		if err != nil {
			return 0, 0, err
		}
		for _, rec := range s.Records {
			all++
			for _, e := range rec.Index {
				if e.Pattern == dossier.Leftovers && e.Sort < dossier.CollectSort(now.Add(-dossier.CollectAfter)) {
					late++
				}
			}
		}
		if s.Next == "" {
			return all, late, nil
		}
		page.After = s.Next
	}
}

// leftovers removes bytes that nothing pins: files taken out of drafts, what
// came after its slot was closed, second versions. What is to go is recorded
// first and removed then, so that a process that dies in between goes on.
func (r Room) leftovers(ctx context.Context, rep *Report) error {
	left := collectAtOnce
	page := store.Page{To: dossier.CollectSort(r.Now())}
	return r.page(ctx, dossier.Leftovers, dossier.LeftoversPart, page, func(rec store.Record) error {
		if left--; left < 0 {
			return errEnough
		}
		if filing.IsSlot(rec.Key) {
			return r.slotLeftovers(ctx, rec.Key, rep)
		}
		return r.documentLeftovers(ctx, rec.Key, rep)
	})
}

// documentLeftovers collects under the key of one document.
func (r Room) documentLeftovers(ctx context.Context, key store.Key, rep *Report) error {
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, key, &doc); err != nil || doc.Collect.IsZero() || r.Now().Before(doc.Collect) {
		return err
	}
	kept, err := r.pinned(ctx, doc)
	if err != nil {
		return err
	}
	found, err := r.unpinned(ctx, doc.Bucket, doc.ObjectKey, kept)
	if err != nil {
		return err
	}
	for _, digest := range doc.Traces {
		facts, err := r.unpinned(ctx, r.Facts, objects.DigestKey(digest), "")
		if err != nil {
			return err
		}
		found = append(found, facts...)
	}
	if len(found) > 0 {
		if err := r.doom(ctx, doc, found); err != nil {
			return err
		}
		if err := r.remove(ctx, found, rep); err != nil {
			return err
		}
	}
	request := []any{"collected", doc.ID, doc.Collect}
	_, err = r.Do(ctx, "collected/"+doc.ID+"/"+dossier.CollectSort(doc.Collect), act.Digest(request), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, key, &d)
		if err != nil || !d.Collect.Equal(doc.Collect) {
			return store.Commit{}, err
		}
		d.Collected(now)
		return store.Commit{Writes: []store.Write{dossier.PutDocument(d, rev)}}, nil
	})
	return err
}

// pinned gives the version under a document's key that must stay: the one it
// was registered with, unless it was taken out before any submission or may
// not be kept at all.
func (r Room) pinned(ctx context.Context, doc dossier.Document) (string, error) {
	if doc.Barred {
		return "", nil
	}
	if doc.HasBytes() {
		if doc.Version == "" {
			return "", fault.Wrap(fault.Internal, "sweep.leftovers", errors.New("document "+doc.ID+" has bytes of no version"))
		}
		return doc.Version, nil
	}
	page := store.Page{Prefix: dossier.RevisionPrefix}
	for {
		s, err := r.Store.List(ctx, dossier.Key(doc.Dossier).Part, page)
		if err != nil {
			return "", err
		}
		for _, rec := range s.Records {
			var rv dossier.Revision
			if err := rec.Decode(&rv); err != nil {
				return "", err
			}
			for _, p := range rv.Pinned {
				if p.Document == doc.ID {
					return doc.Version, nil
				}
			}
		}
		if s.Next == "" {
			return "", nil
		}
		page.After = s.Next
	}
}

// unpinned lists the versions of a key but the kept one.
func (r Room) unpinned(ctx context.Context, bucket, key, kept string) ([]objects.Info, error) {
	versions, err := r.Versions(ctx, bucket, key)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	var out []objects.Info
	for _, v := range versions {
		if v.Version != kept {
			out = append(out, v)
		}
	}
	return out, nil
}

// doom records which versions go, before they do. Items: document, counts,
// event, head, log, key: 6.
func (r Room) doom(ctx context.Context, doc dossier.Document, found []objects.Info) error {
	names := make([]string, len(found))
	for i, v := range found {
		names[i] = v.Version
	}
	request := []any{"doomed", doc.ID, names}
	_, err := r.Do(ctx, "doomed/"+doc.ID+"/"+act.Digest(names), act.Digest(request), func(ctx context.Context, now time.Time) (store.Commit, error) {
		key := dossier.DocumentKey(doc.Dossier, doc.ID)
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, key, &d)
		if err != nil {
			return store.Commit{}, err
		}
		if kept, err := r.pinned(ctx, d); err != nil || kept != "" && contains(found, d.ObjectKey, kept) {
			return store.Commit{}, errors.Join(err, errKept(kept))
		}
		d.Doomed = names
		what := "document.leftovers-collected"
		if d.Barred {
			what = "document.secret-removed"
		}
		c := store.Commit{
			Writes: []store.Write{dossier.PutDocument(d, rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(d.Dossier), what, "sweep", now,
				map[string]any{"document": d.ID, "versions": names, "bytes": bytesOf(found)})},
		}
		return c, r.count(ctx, &c, found, now)
	})
	return err
}

// slotLeftovers collects under the key of one upload slot of a paper: what was
// not entered as evidence.
func (r Room) slotLeftovers(ctx context.Context, key store.Key, rep *Report) error {
	seen, _, err := filing.Load(ctx, r.Store, key)
	if err != nil || seen.Collect.IsZero() || r.Now().Before(seen.Collect) {
		return err
	}
	at := seen.ID + "/" + dossier.CollectSort(seen.Collect)
	// step is one change of the slot, once.
	step := func(name string, change func(ctx context.Context, s *filing.Slot, c *store.Commit, now time.Time) error) error {
		_, err := r.Do(ctx, "slot-"+name+"/"+at, act.Digest([]any{name, at}), func(ctx context.Context, now time.Time) (store.Commit, error) {
			s, rev, err := filing.Load(ctx, r.Store, key)
			if err != nil || s.Collect.IsZero() {
				return store.Commit{}, err
			}
			var c store.Commit
			err = change(ctx, &s, &c, now)
			c.Writes = append(c.Writes, filing.Put(s, rev))
			return c, err
		})
		return err
	}
	err = step("closed", func(_ context.Context, s *filing.Slot, _ *store.Commit, _ time.Time) error {
		s.Closed = true
		return nil
	})
	if err != nil {
		return err
	}
	if seen, _, err = filing.Load(ctx, r.Store, key); err != nil {
		return err
	}
	found, err := r.unpinned(ctx, seen.Bucket, seen.Key, seen.Entered)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		err := step("doomed", func(ctx context.Context, s *filing.Slot, c *store.Commit, now time.Time) error {
			c.Events = []evidence.Event{act.Event(s.Part, s.About+".leftovers-collected", "sweep", now,
				map[string]any{"upload": s.ID, "versions": len(found), "bytes": bytesOf(found)})}
			return r.count(ctx, c, found, now)
		})
		if err != nil {
			return err
		}
		if err := r.remove(ctx, found, rep); err != nil {
			return err
		}
	}
	return step("collected", func(_ context.Context, s *filing.Slot, _ *store.Commit, _ time.Time) error {
		s.Collect, s.Again = s.Again, time.Time{}
		return nil
	})
}

// remove deletes versions for good.
func (r Room) remove(ctx context.Context, found []objects.Info, rep *Report) error {
	for _, v := range found {
		if err := r.Remove(ctx, v.Ref); err != nil {
			return err
		}
		rep.Collected++
	}
	return nil
}

// count adds to c what operators are told.
func (r Room) count(ctx context.Context, c *store.Commit, found []objects.Info, now time.Time) error {
	var sum Collected
	rev, err := store.Load(ctx, r.Store, CollectedKey, &sum)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	sum.Versions += int64(len(found))
	sum.Bytes += bytesOf(found)
	sum.Last = now.UTC()
	c.Writes = append(c.Writes, store.Put(CollectedKey, rev, sum))
	return nil
}

func bytesOf(found []objects.Info) (n int64) {
	for _, v := range found {
		n += v.Size
	}
	return n
}

func contains(found []objects.Info, key, version string) bool {
	for _, v := range found {
		if v.Key == key && v.Version == version {
			return true
		}
	}
	return false
}

// errKept: a version that was to go is pinned after all.
func errKept(version string) error {
	return fault.Wrap(fault.Conflict, "sweep.leftovers", errors.New("version "+version+" is pinned"))
}
