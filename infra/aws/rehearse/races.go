package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"hoso/shared/aws/dynamostore"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// guards are conditions that stand in for each other: an event's place and
// the end of its chain each keep two acts from taking one place. They are
// taken out together.
func guards(c way) string {
	if c.kind == "h" || c.kind == "e" {
		return "ends and places of chains"
	}
	return c.String()
}

// conditionsCount takes every condition that the store states, one after the
// other, out of its requests, and races for what it guards: each must be
// missed. With all in place the races must end well.
func (s *stage) conditionsCount(ctx context.Context) error {
	if err := s.race(ctx, "as they are"); err != nil {
		return fmt.Errorf("races: %w", err)
	}
	s.recorder.mu.Lock()
	groups := map[string]map[way]bool{}
	for c := range s.recorder.ways {
		if groups[guards(c)] == nil {
			groups[guards(c)] = map[way]bool{}
		}
		groups[guards(c)][c] = true
	}
	s.recorder.mu.Unlock()
	var unmissed []error
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		s.without(groups[name])
		err := s.race(ctx, name)
		s.without(nil)
		if err == nil {
			unmissed = append(unmissed, fmt.Errorf("the condition %q was taken out and nobody missed it", name))
		}
		say("without %s: %v", name, err)
	}
	return errors.Join(unmissed...)
}

func (s *stage) without(drop map[way]bool) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.recorder.drop = drop
}

// contest is a race on the stack's own table, through the store.
type contest struct {
	st   *dynamostore.Store
	name string
}

// race runs every contest and says which ended badly.
func (s *stage) race(ctx context.Context, name string) error {
	st, err := s.table(s.endpoint)
	if err != nil {
		return err
	}
	s.races++
	c := contest{st, fmt.Sprintf("rehearsal/%d", s.races)}
	return errors.Join(
		c.one(ctx), c.made(ctx), c.stale(ctx), c.gone(ctx), c.counted(ctx), c.twice(ctx), c.chained(ctx),
	)
}

func (c contest) key(name string) store.Key { return store.Key{Part: c.name, Sort: name} }

func (c contest) commit(ctx context.Context, key string, change func(*store.Commit)) error {
	a := store.Commit{Key: c.name + "/" + key, Request: "q", At: time.Unix(1700000000, 0)}
	change(&a)
	_, err := c.st.Commit(ctx, a)
	return err
}

// runners is how many do something at the same time.
const runners = 8

// together does something at the same time and counts who succeeded. Who did
// not must have been told so by this kind.
func together(kind fault.Kind, do func(n int) error) (int, error) {
	var wg sync.WaitGroup
	errs := make([]error, runners)
	for n := range runners {
		wg.Go(func() { errs[n] = do(n) })
	}
	wg.Wait()
	done := 0
	var odd error
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !fault.Is(err, kind):
			odd = errors.Join(odd, err)
		}
	}
	return done, odd
}

func must(what string, want, got int, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if got != want {
		return fmt.Errorf("%s: %d succeeded, want %d", what, got, want)
	}
	return nil
}

// one act, asked for many times, happens once.
func (c contest) one(ctx context.Context) error {
	counter := c.name + "/one"
	err := c.commit(ctx, "one-made", func(a *store.Commit) {
		a.Counters = []store.Add{{Counter: counter, N: 100, Create: true}}
	})
	if err != nil {
		return err
	}
	done, err := together("", func(int) error {
		return c.commit(ctx, "one", func(a *store.Commit) { a.Counters = []store.Add{{Counter: counter, N: -1}} })
	})
	if err := must("one act asked for at once", runners, done, err); err != nil {
		return err
	}
	free, err := c.st.Counter(ctx, counter)
	return must("one act asked for at once took", 1, int(100-free), err)
}

// made: of many that make one record, one does.
func (c contest) made(ctx context.Context) error {
	done, err := together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("made-", n), func(a *store.Commit) { a.Writes = []store.Write{store.Put(c.key("made"), 0, n)} })
	})
	if err := must("making one record", 1, done, err); err != nil {
		return err
	}
	done, err = together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("remade-", n), func(a *store.Commit) { a.Writes = []store.Write{store.Put(c.key("made"), 1, n)} })
	})
	return must("changing one record", 1, done, err)
}

// stale: an act that rests on what is no longer so does not happen.
func (c contest) stale(ctx context.Context) error {
	done, err := together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("stale-", n), func(a *store.Commit) {
			a.Writes = []store.Write{{Key: c.key("made"), Expect: 1, Check: true}, store.Put(c.key(fmt.Sprint("beside-", n)), 0, n)}
		})
	})
	if err := must("resting on an old record", 0, done, err); err != nil {
		return err
	}
	done, err = together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("absent-", n), func(a *store.Commit) {
			a.Writes = []store.Write{{Key: c.key("made"), Expect: 0, Check: true}, store.Put(c.key(fmt.Sprint("beside-", n)), 0, n)}
		})
	})
	return must("resting on a record's absence", 0, done, err)
}

// gone: only the record that was meant is removed.
func (c contest) gone(ctx context.Context) error {
	done, err := together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("gone-", n), func(a *store.Commit) {
			a.Writes = []store.Write{{Key: c.key("made"), Expect: 1, Delete: true}}
		})
	})
	return must("removing an old record", 0, done, err)
}

// counted: no more is taken than there is, and only from what is there.
func (c contest) counted(ctx context.Context) error {
	counter := c.name + "/counted"
	done, err := together(fault.Conflict, func(n int) error {
		return c.commit(ctx, fmt.Sprint("counter-", n), func(a *store.Commit) {
			a.Counters = []store.Add{{Counter: counter, N: 3, Create: true}}
		})
	})
	if err := must("making one counter", 1, done, err); err != nil {
		return err
	}
	done, err = together(fault.OverQuota, func(n int) error {
		return c.commit(ctx, fmt.Sprint("taken-", n), func(a *store.Commit) { a.Counters = []store.Add{{Counter: counter, N: -1}} })
	})
	if err := must("taking of three", 3, done, err); err != nil {
		return err
	}
	done, err = together(fault.NotFound, func(n int) error {
		return c.commit(ctx, fmt.Sprint("given-", n), func(a *store.Commit) {
			a.Counters = []store.Add{{Counter: counter + "-nowhere", N: 1}}
		})
	})
	return must("giving to a counter that is not there", 0, done, err)
}

// twice: one key for two different acts is refused.
func (c contest) twice(ctx context.Context) error {
	err := c.commit(ctx, "twice", func(*store.Commit) {})
	if err != nil {
		return err
	}
	err = c.commit(ctx, "twice", func(a *store.Commit) { a.Request = "other" })
	if err == nil {
		return errors.New("one key was used for two acts")
	}
	return nil
}

// chained: events of many acts stand in one chain without a gap, each on the
// hash of the one before.
func (c contest) chained(ctx context.Context) error {
	done, err := together("", func(n int) error {
		return c.commit(ctx, fmt.Sprint("chained-", n), func(a *store.Commit) {
			a.Events = []evidence.Event{{Chain: c.name, Type: "rehearsal.raced", Actor: "rehearsal", At: a.At, Data: fmt.Appendf(nil, `{"n":%d}`, n)}}
		})
	})
	if err := must("adding to one chain", runners, done, err); err != nil {
		return err
	}
	events, err := c.st.Events(ctx, c.name, 0, 2*runners)
	if err != nil {
		return err
	}
	if len(events) != runners {
		return fmt.Errorf("a chain of %d events, want %d", len(events), runners)
	}
	prev := ""
	for i, e := range events {
		if e.Seq != int64(i+1) || !strings.Contains(e.Line, fmt.Sprintf(`"prev":%q`, prev)) {
			return fmt.Errorf("event %d does not stand on the one before", i+1)
		}
		prev = e.Hash
	}
	return nil
}
