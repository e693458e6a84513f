package storetest

import (
	"fmt"
	"slices"

	"hoso/shared/store"
)

var indexTests = []test{
	{"an index follows the changes and the end of its record", func(b *bench) {
		k := key("p", "x")
		day := func(d string) store.Entry { return store.Entry{Pattern: byDay, Part: "day", Sort: d} }
		who := store.Entry{Pattern: byWho, Part: "an", Sort: "1"}
		found := func(want ...string) {
			b.Helper()
			var got []string
			for _, d := range []string{"01", "02"} {
				for range b.query(byDay, "day", store.Page{From: d, To: d + "~"}).Records {
					got = append(got, d)
				}
			}
			for range b.query(byWho, "an", store.Page{}).Records {
				got = append(got, "an")
			}
			same(b, "found", got, want)
		}
		b.writes(store.Put(k, 0, doc{N: 1}, day("01"), who))
		found("01", "an")
		b.writes(store.Put(k, 1, doc{N: 2}, day("02"), who))
		found("02", "an")
		b.writes(store.Put(k, 2, doc{N: 3}, day("02")))
		found("02")
		same(b, "record by index", b.query(byDay, "day", store.Page{}).Records[0], b.get(k))
		b.writes(store.Put(k, 3, doc{N: 4}))
		found()
		b.writes(store.Put(k, 4, doc{N: 5}, who, day("01")))
		found("01", "an")
		b.writes(store.Unchanged(k, 5))
		found("01", "an")
		b.writes(store.Remove(k, 5))
		found()
		b.writes(store.Put(k, 0, doc{N: 6}, day("02")))
		found("02")
	}},
	{"records of one place in an index are each found once, over pages", func(b *bench) {
		var ws []store.Write
		for _, part := range []string{"b", "a", "c"} {
			for _, n := range []string{"2", "10", "1"} {
				ws = append(ws, store.Put(key(part, n), 0, doc{}, store.Entry{Pattern: byDay, Part: "d", Sort: "same"}))
			}
		}
		b.writes(ws...)
		for _, desc := range []bool{false, true} {
			for limit := 1; limit < 11; limit++ {
				p := store.Page{Limit: limit, Desc: desc}
				var got []string
				for {
					s := b.query(byDay, "d", p)
					for _, r := range s.Records {
						got = append(got, r.Key.Part+r.Key.Sort)
					}
					if p.After = s.Next; s.Next == "" || len(got) > 9 {
						break
					}
				}
				slices.Sort(got)
				want := []string{"a1", "a10", "a2", "b1", "b10", "b2", "c1", "c10", "c2"}
				same(b, fmt.Sprintf("pages of %d", limit), got, want)
			}
		}
	}},
	{"an index may be behind, reads by key never are", func(b *bench) {
		k, gone := key("p", "x"), key("p", "gone")
		e := func(d string) store.Entry { return store.Entry{Pattern: byDay, Part: "day", Sort: d} }
		b.writes(store.Put(k, 0, doc{N: 1}, e("01")), store.Put(gone, 0, doc{N: 1}, e("00")))
		b.catchUp()
		b.writes(store.Put(k, 1, doc{N: 2}, e("05")), store.Remove(gone, 1), store.Put(key("p", "new"), 0, doc{N: 9}, e("09")))
		b.writes(store.Put(k, 2, doc{N: 3}, e("03")))
		same(b, "by key", b.get(k).Rev, 3)
		l, err := b.Store.List(ctx, "p", store.Page{})
		if err != nil {
			b.Fatal(err)
		}
		same(b, "by part", sorts(l.Records), []string{"new", "x"})
		same(b, "revisions by part", revs(l.Records), []int64{1, 3})
		s, err := b.Store.Query(ctx, byDay, "day", store.Page{})
		if err != nil {
			b.Fatal(err)
		}
		if b.Lags {
			same(b, "behind", sorts(s.Records), []string{"gone", "x"})
			same(b, "revisions behind", revs(s.Records), []int64{1, 1})
			same(b, "body behind", string(s.Records[1].Body), `{"n":1}`)
		}
		now := b.query(byDay, "day", store.Page{}).Records
		same(b, "caught up", sorts(now), []string{"x", "new"})
		same(b, "revisions caught up", revs(now), []int64{3, 1})
	}},
}
