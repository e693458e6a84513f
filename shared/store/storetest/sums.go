package storetest

import (
	"bytes"
	"fmt"

	"hoso/shared/store"
)

var sumTests = []test{
	{"a snapshot hands every record out with the sum that fits it", func(b *bench) {
		// Adapters choose the key; one that shows its snapshots has none here.
		source, ok := b.Store.(store.Source)
		if !ok {
			b.Skip("the store is wrapped: its snapshots are not seen")
		}
		var summer store.Summer
		check := func(when string, want int) {
			b.Helper()
			snap, err := source.Snapshot(ctx)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = snap.Close() }()
			sums, err := snap.Sums(ctx)
			if err != nil || sums.Key != summer.ID() {
				b.Fatalf("%s: key %q, %v", when, sums.Key, err)
			}
			var total store.Sum
			n := 0
			err = snap.Walk(ctx, store.Walker{Record: func(r store.Record) error {
				sum := summer.Record(r)
				if !bytes.Equal(r.Sum, sum[:]) {
					b.Errorf("%s: the sum of %v does not fit it", when, r.Key)
				}
				total.Add(sum)
				n++
				return nil
			}, Plain: func(p store.Plain) error {
				sum := summer.Plain(p)
				if !bytes.Equal(p.Sum, sum[:]) {
					b.Errorf("%s: the sum of %s %q does not fit it", when, p.Kind, p.Name)
				}
				total.Add(sum)
				return nil
			}})
			if err != nil || n != want {
				b.Errorf("%s: %d records, %v", when, n, err)
			}
			if sums.HasTotal && sums.Total != total {
				b.Errorf("%s: the total does not fit the records", when)
			}
		}
		check("empty", 0)
		for i := range 5 {
			b.writes(store.Put(key("p", fmt.Sprint(i)), 0, doc{N: i, Text: string(bytes.Repeat([]byte("ề"), i*900))},
				store.Entry{Pattern: byWho, Part: "who", Sort: "1"}, store.Entry{Pattern: byDay, Part: "day", Sort: fmt.Sprint(i)}))
		}
		check("made", 5)
		b.writes(store.Put(key("p", "1"), 1, doc{N: 11}), store.Remove(key("p", "2"), 1), store.Unchanged(key("p", "3"), 1),
			store.Put(key("q", "1"), 0, doc{N: 1}))
		check("changed, removed and proved", 5)
		b.writes(store.Put(key("p", "2"), 0, doc{N: 2}))
		check("made again", 6)
		b.must(store.Commit{Counters: []store.Add{{Counter: "places", N: 3, Create: true}, {Counter: "files", N: 2, Create: true}}})
		b.must(store.Commit{Counters: []store.Add{{Counter: "places", N: -2}}})
		check("counted", 6)
		_, err := b.Store.Commit(ctx, b.act(store.Commit{Writes: []store.Write{store.Put(key("p", "4"), 1, doc{N: 44}), store.Put(key("p", "0"), 7, doc{})}}))
		if err == nil {
			b.Fatal("a wrong revision passed")
		}
		check("refused", 6)
	}},
}
