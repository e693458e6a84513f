// Package storetest is the contract of the store port, as tests: an adapter
// that passes Run may stand behind the product. It also holds Faulty, which
// lays faults over any store.
//
// The suite knows adapters only through the port. What they cannot all do is
// data in Harness.
package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Harness is an empty store and what the suite must know about it.
type Harness struct {
	Store store.Store
	// CatchUp makes Query show every commit acknowledged so far. nil: Query
	// is never behind.
	CatchUp func(t *testing.T)
	// Lags: without CatchUp, Query shows none of the commits made since the
	// store was opened or last caught up.
	Lags bool
	// Rounds is how often each race is run; 0: 200.
	Rounds int
}

// Run holds the stores that open gives against the contract.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for _, part := range []struct {
		name  string
		tests []test
	}{
		{"commit", commitTests},
		{"replay", replayTests},
		{"limits", limitTests},
		{"pages", pageTests},
		{"index", indexTests},
		{"events", eventTests},
		{"outbox", outboxTests},
		{"sums", sumTests},
		{"races", raceTests},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, c := range part.tests {
				t.Run(c.promise, func(t *testing.T) { c.run(&bench{T: t, Harness: open(t)}) })
			}
		})
	}
}

// test is one promise of the contract.
type test struct {
	promise string
	run     func(b *bench)
}

// bench is a store under test with what tests say often.
type bench struct {
	*testing.T
	Harness
	n int
}

var (
	ctx   = context.Background()
	start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	byDay = store.Pattern{Name: "by-day", Slot: 1}
	byWho = store.Pattern{Name: "by-who", Slot: 2}
)

// act gives a commit with a key of its own.
func (b *bench) act(c store.Commit) store.Commit {
	b.n++
	if c.Key == "" {
		c.Key = fmt.Sprintf("act/%d", b.n)
	}
	if c.Request == "" {
		c.Request = "request " + c.Key
	}
	c.At = start
	return c
}

// must commits and fails the test if that is refused.
func (b *bench) must(c store.Commit) store.Outcome {
	b.Helper()
	out, err := b.Store.Commit(ctx, b.act(c))
	if err != nil {
		b.Fatalf("commit: %v", err)
	}
	return out
}

// refused commits and fails the test unless that is refused with kind.
func (b *bench) refused(kind fault.Kind, c store.Commit) error {
	b.Helper()
	_, err := b.Store.Commit(ctx, b.act(c))
	if !fault.Is(err, kind) {
		b.Fatalf("commit gave %v, want %s", err, kind)
	}
	return err
}

func (b *bench) writes(w ...store.Write) { b.Helper(); b.must(store.Commit{Writes: w}) }

func (b *bench) get(k store.Key) store.Record {
	b.Helper()
	r, err := b.Store.Get(ctx, k)
	if err != nil {
		b.Fatalf("get %v: %v", k, err)
	}
	return r
}

func (b *bench) free(name string) int64 {
	b.Helper()
	n, err := b.Store.Counter(ctx, name)
	if err != nil {
		b.Fatalf("counter %s: %v", name, err)
	}
	return n
}

func (b *bench) pending(at time.Time) []store.Message {
	b.Helper()
	ms, err := b.Store.Pending(ctx, at, 0)
	if err != nil {
		b.Fatalf("pending: %v", err)
	}
	return ms
}

func (b *bench) catchUp() {
	if b.CatchUp != nil {
		b.CatchUp(b.T)
	}
}

// query gives what the index shows once it has caught up.
func (b *bench) query(p store.Pattern, part string, page store.Page) store.Slice {
	b.Helper()
	b.catchUp()
	s, err := b.Store.Query(ctx, p, part, page)
	if err != nil {
		b.Fatalf("query %s %s: %v", p.Name, part, err)
	}
	return s
}

func (b *bench) rounds() int {
	if b.Rounds > 0 {
		return b.Rounds
	}
	return 200
}

func key(part, sort string) store.Key { return store.Key{Part: part, Sort: sort} }

// doc is a record's body in the tests.
type doc struct {
	N    int    `json:"n"`
	Text string `json:"text,omitempty"`
}

func event(chain, kind string, n int) evidence.Event {
	return evidence.Event{
		Chain: chain, Type: kind, Actor: "tester", At: start,
		Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}
}

func sorts(rs []store.Record) []string {
	out := []string{}
	for _, r := range rs {
		out = append(out, r.Key.Sort)
	}
	return out
}

func same[V any](b *bench, what string, got, want V) {
	b.Helper()
	if !reflect.DeepEqual(got, want) {
		b.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// sight is everything that a reader can see of the things a test touches.
type sight struct {
	records  []store.Record
	counters []string
	heads    []evidence.Head
	events   [][]evidence.Placed
	messages map[string]string
	byDay    []string
}

func (b *bench) look(keys []store.Key, counters, chains []string) sight {
	b.Helper()
	var s sight
	var err error
	if s.records, err = b.Store.GetMany(ctx, keys); err != nil {
		b.Fatal(err)
	}
	for _, c := range counters {
		n, err := b.Store.Counter(ctx, c)
		if err != nil && !fault.Is(err, fault.NotFound) {
			b.Fatal(err)
		}
		s.counters = append(s.counters, fmt.Sprint(c, n, err == nil))
	}
	for _, c := range chains {
		h, err := b.Store.Head(ctx, c)
		if err != nil {
			b.Fatal(err)
		}
		s.heads = append(s.heads, h)
		es, err := b.Store.Events(ctx, c, 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		s.events = append(s.events, es)
	}
	s.messages = map[string]string{}
	for _, m := range b.pending(start.Add(1000 * time.Hour)) {
		s.messages[m.ID] = fmt.Sprint(m.Kind, string(m.Body), m.Due, m.Attempts, m.Error)
	}
	s.byDay = sorts(b.query(byDay, "day", store.Page{}).Records)
	return s
}
