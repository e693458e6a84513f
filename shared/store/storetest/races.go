package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

func isConflict(err error) bool {
	var lost *store.ConflictError
	return errors.As(err, &lost)
}

// crowd runs f n times at once and waits.
func crowd(n int, f func(i int)) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-gate
			f(i)
		}()
	}
	close(gate)
	wg.Wait()
}

var raceTests = []test{
	{"of 64 who want the last place one gets it and all others are told", func(b *bench) {
		const crowdSize = 64
		for r := range b.rounds() {
			c := fmt.Sprintf("places/%d", r)
			b.must(store.Commit{Counters: []store.Add{{Counter: c, N: 1, Create: true}}})
			var won, full, other atomic.Int64
			crowd(crowdSize, func(i int) {
				_, err := b.Store.Commit(ctx, store.Commit{
					Key: fmt.Sprintf("take/%d/%d", r, i), At: start,
					Writes:   []store.Write{store.Put(key(c, fmt.Sprint(i)), 0, doc{N: i})},
					Counters: []store.Add{{Counter: c, N: -1}},
					Events:   []evidence.Event{event(c, "taken", i)},
				})
				switch {
				case err == nil:
					won.Add(1)
				case fault.Is(err, fault.OverQuota):
					full.Add(1)
				default:
					other.Add(1)
					b.Errorf("round %d: %v", r, err)
				}
			})
			rows, err := b.Store.List(ctx, c, store.Page{})
			if err != nil {
				b.Fatal(err)
			}
			got := []int64{won.Load(), full.Load(), int64(len(rows.Records)), b.free(c), int64(len(b.chain(c)))}
			if fmt.Sprint(got) != fmt.Sprint([]int64{1, crowdSize - 1, 1, 0, 1}) {
				b.Fatalf("round %d: winners, told, rows, free, events = %v", r, got)
			}
		}
	}},
	{"one act that arrives many times at once happens once", func(b *bench) {
		for r := range max(1, b.rounds()/10) {
			k, c := key("once", fmt.Sprint(r)), fmt.Sprintf("c/%d", r)
			b.must(store.Commit{Counters: []store.Add{{Counter: c, N: 9, Create: true}}})
			var first atomic.Int64
			crowd(16, func(i int) {
				out, err := b.Store.Commit(ctx, store.Commit{
					Key: "act of " + c, Request: "r", At: start,
					Writes: []store.Write{store.Put(k, 0, doc{N: 1})}, Counters: []store.Add{{Counter: c, N: -1}},
					Events: []evidence.Event{event(c, "x", 1)}, Result: json.RawMessage(`"done"`),
				})
				if err != nil || string(out.Result) != `"done"` {
					b.Errorf("repeat: %+v, %v", out, err)
				}
				if !out.Replayed {
					first.Add(1)
				}
			})
			same(b, "first, free, revision, events", []int64{first.Load(), b.free(c), b.get(k).Rev, int64(len(b.chain(c)))}, []int64{1, 8, 1, 1})
		}
	}},
	{"no change is lost under those who read, change and write", func(b *bench) {
		k := key("p", "sum")
		b.writes(store.Put(k, 0, doc{N: 0}))
		const people, each = 16, 8
		crowd(people, func(p int) {
			for i := 0; i < each; {
				r, err := b.Store.Get(ctx, k)
				if err != nil {
					b.Error(err)
					return
				}
				var d doc
				if err := r.Decode(&d); err != nil {
					b.Error(err)
					return
				}
				d.N++
				_, err = b.Store.Commit(ctx, store.Commit{
					Key: fmt.Sprintf("%d/%d/%d", p, i, r.Rev), At: start,
					Writes: []store.Write{store.Put(k, r.Rev, d)},
				})
				if err == nil {
					i++
				} else if !isConflict(err) {
					b.Error(err)
					return
				}
			}
		})
		r := b.get(k)
		var d doc
		if err := r.Decode(&d); err != nil {
			b.Fatal(err)
		}
		same(b, "sum and revision", []int{d.N, int(r.Rev)}, []int{people * each, people*each + 1})
	}},
	{"two records that change together are never seen apart", func(b *bench) {
		left, right := key("p", "left"), key("q", "right")
		const total = 1000
		b.writes(store.Put(left, 0, doc{N: total}), store.Put(right, 0, doc{N: 0}))
		read := func() (l, r store.Record, ln, rn int) {
			rs, err := b.Store.GetMany(ctx, []store.Key{left, right})
			if err != nil {
				b.Error(err)
				return
			}
			var a, c doc
			if err := errors.Join(rs[0].Decode(&a), rs[1].Decode(&c)); err != nil {
				b.Error(err)
			}
			return rs[0], rs[1], a.N, c.N
		}
		var writers sync.WaitGroup
		stop := make(chan struct{})
		for p := range 4 {
			writers.Add(1)
			go func() {
				defer writers.Done()
				for i := range 25 {
					l, r, ln, rn := read()
					_, err := b.Store.Commit(ctx, store.Commit{
						Key: fmt.Sprintf("%d/%d", p, i), At: start,
						Writes: []store.Write{store.Put(left, l.Rev, doc{N: ln - p - 1}), store.Put(right, r.Rev, doc{N: rn + p + 1})},
					})
					if err != nil && !isConflict(err) {
						b.Error(err)
					}
				}
			}()
		}
		go func() { writers.Wait(); close(stop) }()
		crowd(4, func(int) {
			for {
				if l, r, ln, rn := read(); ln+rn != total || l.Rev != r.Rev {
					b.Errorf("seen apart: %d at %d, %d at %d", ln, l.Rev, rn, r.Rev)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
		writers.Wait()
	}},
	{"what is free and what is taken always make the whole", func(b *bench) {
		const places, people = 12, 16
		b.must(store.Commit{Counters: []store.Add{{Counter: "c", N: places, Create: true}}})
		crowd(people, func(p int) {
			k := key("taken", fmt.Sprintf("%02d", p))
			for i := range 12 {
				take := store.Commit{
					Key: fmt.Sprintf("take/%d/%d", p, i), At: start,
					Writes: []store.Write{store.Put(k, 0, doc{N: i})}, Counters: []store.Add{{Counter: "c", N: -1}},
				}
				_, err := b.Store.Commit(ctx, take)
				if fault.Is(err, fault.OverQuota) {
					continue
				}
				if err != nil {
					b.Error(err)
					return
				}
				if i == 11 {
					return // the last one is kept
				}
				if _, err := b.Store.Commit(ctx, store.Commit{
					Key: fmt.Sprintf("give/%d/%d", p, i), At: start,
					Writes: []store.Write{store.Remove(k, 1)}, Counters: []store.Add{{Counter: "c", N: 1}},
				}); err != nil {
					b.Error(err)
					return
				}
			}
		})
		s, err := b.Store.List(ctx, "taken", store.Page{})
		if err != nil {
			b.Fatal(err)
		}
		same(b, "free and taken", int(b.free("c"))+len(s.Records), places)
	}},
	{"a read follows every commit its caller knows of", func(b *bench) {
		crowd(8, func(p int) {
			k := key("own", fmt.Sprint(p))
			for i := range 20 {
				if _, err := b.Store.Commit(ctx, store.Commit{
					Key: fmt.Sprintf("%d/%d", p, i), At: start,
					Writes: []store.Write{store.Put(k, int64(i), doc{N: i})},
				}); err != nil {
					b.Error(err)
					return
				}
				r, err := b.Store.Get(ctx, k)
				if err != nil || r.Rev != int64(i+1) {
					b.Errorf("after commit %d: revision %d, %v", i+1, r.Rev, err)
					return
				}
			}
		})
	}},
}
