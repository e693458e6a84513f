package launch

import (
	"context"
	"fmt"
	"sync"

	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Read gives the list and its revision; an empty one where nothing was made.
func Read(ctx context.Context, r store.Reader) (List, int64, error) {
	var l List
	rev, err := store.Load(ctx, r, ListKey(), &l)
	if fault.Is(err, fault.NotFound) {
		return List{}, 0, nil
	}
	return l, rev, err
}

// One gives a version; NotFound if there is none.
func One(ctx context.Context, r store.Reader, id string, n int) (Version, error) {
	var v Version
	_, err := store.Load(ctx, r, VersionKey(id, n), &v)
	return v, err
}

// Campaign reads the version's text.
func (v Version) Campaign() (*campaign.Campaign, error) {
	c, faults := campaign.Parse(v.ID+".yaml", []byte(v.Text))
	if len(faults) > 0 || c.Digest() != v.Digest {
		return nil, fault.Wrap(fault.Internal, "launch.version", fmt.Errorf("version %d of %s: %w", v.N, v.ID, faults))
	}
	return c, nil
}

// Shelf keeps the versions in force that a process has read: a version never
// changes, so each is read once. Safe for concurrent use.
type Shelf struct {
	mu   sync.Mutex
	rev  int64
	read map[store.Key]*campaign.Campaign
	all  []Held
}

// Held is a version in force as a process holds it. One that cannot be read
// stops only what is pinned to it and, if it is the last one, what its
// campaign begins anew.
type Held struct {
	ID       string
	N        int
	Campaign *campaign.Campaign // nil: it cannot be read
}

// All gives every version in force of every campaign, oldest first for each,
// and the revision of the list: with the same one, the same versions.
func (s *Shelf) All(ctx context.Context, r store.Reader) ([]Held, int64, error) {
	list, rev, err := Read(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rev == s.rev {
		return s.all, rev, nil
	}
	if s.read == nil {
		s.read = map[store.Key]*campaign.Campaign{}
	}
	var all []Held
	for _, e := range list.Campaigns {
		for n := 1; n <= e.Versions; n++ {
			key := VersionKey(e.ID, n)
			if s.read[key] == nil {
				v, err := One(ctx, r, e.ID, n)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return nil, 0, err
				}
				if c, unread := v.Campaign(); err == nil && unread == nil {
					s.read[key] = c
				}
			}
			all = append(all, Held{ID: e.ID, N: n, Campaign: s.read[key]})
		}
	}
	s.rev, s.all = rev, all
	return all, rev, nil
}
