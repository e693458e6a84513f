package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"hoso/shared/evidence"
	"hoso/shared/store"
)

// chain reads a whole chain in pages and checks every link up to its head.
func (b *bench) chain(name string) []evidence.Placed {
	b.Helper()
	var out []evidence.Placed
	var h evidence.Head
	for {
		es, err := b.Store.Events(ctx, name, h.Seq, 7)
		if err != nil {
			b.Fatal(err)
		}
		if len(es) > 7 {
			b.Fatalf("%d events on a page of 7", len(es))
		}
		if len(es) == 0 {
			break
		}
		for _, e := range es {
			if e.Chain != name {
				b.Fatalf("chain %s shows an event of %s", name, e.Chain)
			}
			if h, err = evidence.Follow(h, e); err != nil {
				b.Fatal(err)
			}
		}
		out = append(out, es...)
	}
	end, err := b.Store.Head(ctx, name)
	if err != nil {
		b.Fatal(err)
	}
	same(b, "head of "+name, end, h)
	return out
}

// logged takes every log message out of the outbox and gives what they name.
func (b *bench) logged() []store.Logged {
	b.Helper()
	var out []store.Logged
	for {
		ms := b.pending(start)
		if len(ms) == 0 {
			return out
		}
		for _, m := range ms {
			var ls []store.Logged
			if m.Kind != store.LogMessage {
				b.Fatalf("message %s of kind %s", m.ID, m.Kind)
			}
			if err := json.Unmarshal(m.Body, &ls); err != nil {
				b.Fatal(err)
			}
			out = append(out, ls...)
			if err := b.Store.Settle(ctx, m.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// sameLog checks that the log messages name each event of the chains once.
func (b *bench) sameLog(chains ...string) {
	b.Helper()
	var want []store.Logged
	for _, c := range chains {
		for _, e := range b.chain(c) {
			want = append(want, store.Logged{Chain: e.Chain, Seq: e.Seq, Hash: e.Hash})
		}
	}
	got := b.logged()
	order := func(a, b store.Logged) int {
		if a.Chain != b.Chain {
			if a.Chain < b.Chain {
				return -1
			}
			return 1
		}
		return int(a.Seq - b.Seq)
	}
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	same(b, "log messages", got, want)
}

var eventTests = []test{
	{"events chain over commits, each act's in its order", func(b *bench) {
		same(b, "empty chain", b.chain("a"), nil)
		for i := range 5 {
			b.must(store.Commit{Events: []evidence.Event{
				event("a", "one", 10*i), event("b", "two", 10*i), event("a", "three", 10*i+1), event("a", "four", 10*i+2),
			}})
		}
		var got []string
		for _, p := range b.chain("a") {
			e, err := evidence.Read(p)
			if err != nil {
				b.Fatal(err)
			}
			got = append(got, fmt.Sprint(e.Type, string(e.Data)))
		}
		same(b, "events", got[:4], []string{`one{"n":0}`, `three{"n":1}`, `four{"n":2}`, `one{"n":10}`})
		same(b, "number", []int{len(got), len(b.chain("b"))}, []int{15, 5})
		b.sameLog("a", "b")
	}},
	{"an act without events leaves no log message", func(b *bench) {
		b.writes(store.Put(key("p", "x"), 0, doc{}))
		same(b, "messages", len(b.pending(start)), 0)
	}},
	{"events of a chain come in pages of at most 200", func(b *bench) {
		for i := range 3 {
			var es []evidence.Event
			for j := range 90 {
				es = append(es, event("long", "x", i*90+j))
			}
			b.must(store.Commit{Events: es})
		}
		for _, limit := range []int{0, -1, store.MaxPage, store.MaxPage + 1} {
			es, err := b.Store.Events(ctx, "long", 10, limit)
			if err != nil {
				b.Fatal(err)
			}
			same(b, "events", []int64{int64(len(es)), es[0].Seq}, []int64{store.MaxPage, 11})
		}
		es, err := b.Store.Events(ctx, "long", 270, 0)
		if err != nil || len(es) != 0 {
			b.Errorf("after the end: %d, %v", len(es), err)
		}
	}},
	{"many who append to one chain at once all succeed, without gap or loss", func(b *bench) {
		const people, acts = 16, 12
		var wg sync.WaitGroup
		errs := make(chan error, people)
		for p := range people {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for a := range acts {
					c := store.Commit{Key: fmt.Sprintf("%d/%d", p, a), At: start, Events: []evidence.Event{
						event("shared", "x", p*100+a), event(fmt.Sprintf("own/%02d", p), "x", a), event("shared", "y", p*100+a),
					}}
					if _, err := b.Store.Commit(ctx, c); err != nil {
						errs <- err
						return
					}
				}
			}()
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			b.Fatal(err)
		}
		chain := b.chain("shared")
		same(b, "events", len(chain), 2*people*acts)
		for i := 0; i < len(chain); i += 2 {
			x, _ := evidence.Read(chain[i])
			y, _ := evidence.Read(chain[i+1])
			if x.Type != "x" || y.Type != "y" || string(x.Data) != string(y.Data) {
				b.Fatalf("two acts are mixed at #%d: %s, %s", x.Seq, x.Line, y.Line)
			}
		}
		own := []string{"shared"}
		for p := range people {
			own = append(own, fmt.Sprintf("own/%02d", p))
			same(b, "own events", len(b.chain(own[p+1])), acts)
		}
		b.sameLog(own...)
	}},
	{"a chain's order is that of its records' revisions", func(b *bench) {
		// Each act states the revision it saw; whatever order they commit in,
		// the chain tells the same story as the record.
		k := key("p", "x")
		b.writes(store.Put(k, 0, doc{N: 0}))
		var wg sync.WaitGroup
		for p := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for done := 0; done < 5; {
					r, err := b.Store.Get(ctx, k)
					if err != nil {
						b.Error(err)
						return
					}
					_, err = b.Store.Commit(ctx, store.Commit{
						Key: fmt.Sprintf("%d/%d/%d", p, done, r.Rev), At: start,
						Writes: []store.Write{store.Put(k, r.Rev, doc{N: int(r.Rev)})},
						Events: []evidence.Event{event("story", "x", int(r.Rev))},
					})
					if err == nil {
						done++
					} else if !isConflict(err) {
						b.Error(err)
						return
					}
				}
			}()
		}
		wg.Wait()
		for i, p := range b.chain("story") {
			e, _ := evidence.Read(p)
			same(b, "event", string(e.Data), fmt.Sprintf(`{"n":%d}`, i+1))
		}
		same(b, "revision", b.get(k).Rev, 41)
	}},
}
