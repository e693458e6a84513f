package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// sized gives a JSON text of n bytes.
func sized(n int) json.RawMessage {
	return json.RawMessage(`"` + strings.Repeat("x", n-2) + `"`)
}

// many gives a commit of n items.
func many(n int) store.Commit {
	c := store.Commit{
		Counters: []store.Add{{Counter: "c", N: 1, Create: true}},
		Events:   []evidence.Event{event("ch/1", "x", 1), event("ch/2", "x", 2), event("ch/1", "y", 3)},
		Outbox:   []store.Message{store.Msg("m/1", "k", 1)},
	}
	for i := 0; c.Items() < n; i++ {
		c.Writes = append(c.Writes, store.Put(key("many", fmt.Sprintf("%03d", i)), 0, doc{N: i}))
	}
	return c
}

var limitTests = []test{
	{"a commit may have 100 items and not one more", func(b *bench) {
		b.refused(fault.Invalid, many(store.MaxItems+1))
		b.must(many(store.MaxItems))
		s, err := b.Store.List(ctx, "many", store.Page{})
		if err != nil {
			b.Fatal(err)
		}
		// one counter, three events, two heads, a message, the log message and the key
		same(b, "records", len(s.Records), store.MaxItems-9)
	}},
	{"a commit may have 4 MB and not one byte more", func(b *bench) {
		fill := func(total int) store.Commit {
			c := store.Commit{}
			for i := 0; ; i++ {
				c = b.act(c)
				w := store.Write{Key: key("big", fmt.Sprintf("%03d", i))}
				names := len(w.Key.Part) + len(w.Key.Sort)
				room := total - c.Bytes()
				w.Body = sized(min(room, store.MaxBody) - names)
				c.Writes = append(c.Writes, w)
				if room <= store.MaxBody {
					return c
				}
			}
		}
		over := fill(store.MaxBytes + 1)
		same(b, "bytes", over.Bytes(), store.MaxBytes+1)
		b.refused(fault.Invalid, over)
		b.must(fill(store.MaxBytes))
	}},
	{"a record may have 400 KB with its key and index entries and not one byte more", func(b *bench) {
		k := key("p", "x")
		most := store.MaxBody - 2
		b.refused(fault.Invalid, store.Commit{Writes: []store.Write{{Key: k, Body: sized(most + 1)}}})
		b.must(store.Commit{Writes: []store.Write{{Key: k, Body: sized(most)}}})
		same(b, "bytes", len(b.get(k).Body), most)
		e := entryAt(byDay, "1") // 10 bytes of names
		b.refused(fault.Invalid, store.Commit{Writes: []store.Write{{Key: k, Expect: 1, Body: sized(most - 9), Index: []store.Entry{e}}}})
		b.must(store.Commit{Writes: []store.Write{{Key: k, Expect: 1, Body: sized(most - 10), Index: []store.Entry{e}}}})
		b.refused(fault.Invalid, store.Commit{Outbox: []store.Message{{ID: "m", Kind: "k", Body: sized(store.MaxBody + 1)}}})
		b.must(store.Commit{Outbox: []store.Message{{ID: "m", Kind: "k", Body: sized(store.MaxBody)}}})
		b.refused(fault.Invalid, store.Commit{Request: "r", Result: sized(store.MaxBody)})
		b.must(store.Commit{Request: "r", Result: sized(store.MaxBody - 1)})
	}},
	{"an event may have 48 KB of data and not one byte more", func(b *bench) {
		at := func(n int) store.Commit {
			e := event("c", "x", 1)
			e.Data = sized(n)
			return store.Commit{Events: []evidence.Event{e}}
		}
		b.refused(fault.Invalid, at(store.MaxEvent+1))
		b.must(at(store.MaxEvent))
		same(b, "events", len(b.chain("c")), 1)
	}},
	{"a snapshot of many may have 4 MB and not one byte more", func(b *bench) {
		var keys []store.Key
		left := store.MaxBytes
		for i := 0; left > 0; i++ {
			k := key("p", fmt.Sprintf("%03d", i))
			n := min(left, 300<<10)
			b.must(store.Commit{Writes: []store.Write{{Key: k, Body: sized(n)}}})
			keys, left = append(keys, k), left-n
		}
		if rs, err := b.Store.GetMany(ctx, keys); err != nil || len(rs) != len(keys) {
			b.Errorf("4 MB: %d records, %v", len(rs), err)
		}
		b.must(store.Commit{Writes: []store.Write{store.Put(key("p", "more"), 0, 1)}})
		if _, err := b.Store.GetMany(ctx, append(keys, key("p", "more"))); !fault.Is(err, fault.Invalid) {
			b.Errorf("4 MB and a byte: %v", err)
		}
	}},
	{"names of the longest kind are kept, longer ones refused", func(b *bench) {
		long := func(n int) string { return strings.Repeat("s", n) }
		for _, c := range []struct{ part, sort int }{{1025, 900}, {1024, 901}, {0, 1}, {1, 0}} {
			b.refused(fault.Invalid, store.Commit{Writes: []store.Write{store.Put(key(long(c.part), long(c.sort)), 0, doc{})}})
			b.refused(fault.Invalid, store.Commit{Writes: []store.Write{store.Put(key("p", "x"), 0, doc{},
				store.Entry{Pattern: byDay, Part: long(c.part), Sort: long(c.sort)})}})
		}
		k := key(long(1024), long(900))
		e := store.Entry{Pattern: byDay, Part: long(1024), Sort: long(900)}
		b.must(store.Commit{Key: long(512), Writes: []store.Write{store.Put(k, 0, doc{N: 4}, e)}})
		same(b, "record", b.get(k).Rev, 1)
		same(b, "found by index", len(b.query(byDay, e.Part, store.Page{Prefix: e.Sort}).Records), 1)
		b.refused(fault.Invalid, store.Commit{Key: long(513)})
	}},
	{"an ill-formed commit is refused", func(b *bench) {
		put := store.Put(key("p", "x"), 0, doc{})
		for name, c := range map[string]store.Commit{
			"two operations on one key":      {Writes: []store.Write{put, store.Unchanged(put.Key, 0)}},
			"check and delete":               {Writes: []store.Write{{Key: put.Key, Expect: 1, Check: true, Delete: true}}},
			"check with a body":              {Writes: []store.Write{{Key: put.Key, Check: true, Body: put.Body}}},
			"delete of what must not exist":  {Writes: []store.Write{store.Remove(put.Key, 0)}},
			"negative revision":              {Writes: []store.Write{{Key: put.Key, Expect: -1, Body: put.Body}}},
			"no body":                        {Writes: []store.Write{{Key: put.Key}}},
			"body that is not JSON":          {Writes: []store.Write{{Key: put.Key, Body: json.RawMessage(`{"a":}`)}}},
			"body that is not UTF-8":         {Writes: []store.Write{{Key: put.Key, Body: json.RawMessage("\"\xff\"")}}},
			"key that is not UTF-8":          {Writes: []store.Write{store.Put(key("p", "\xff"), 0, doc{})}},
			"key with a zero byte":           {Writes: []store.Write{store.Put(key("p", "a\x00b"), 0, doc{})}},
			"two entries of one slot":        {Writes: []store.Write{store.Put(put.Key, 0, doc{}, entryAt(byDay, "1"), entryAt(byDay, "2"))}},
			"entry of no slot":               {Writes: []store.Write{store.Put(put.Key, 0, doc{}, entryAt(store.Pattern{Name: "x"}, "1"))}},
			"entry of slot 4":                {Writes: []store.Write{store.Put(put.Key, 0, doc{}, entryAt(store.Pattern{Name: "x", Slot: 4}, "1"))}},
			"counter twice":                  {Counters: []store.Add{{Counter: "c", N: 1, Create: true}, {Counter: "c", N: 1}}},
			"counter without effect":         {Counters: []store.Add{{Counter: "c"}}},
			"counter made with less than 0":  {Counters: []store.Add{{Counter: "c", N: -1, Create: true}}},
			"message twice":                  {Outbox: []store.Message{store.Msg("m", "k", 1), store.Msg("m", "k", 2)}},
			"message without a kind":         {Outbox: []store.Message{store.Msg("m", "", 1)}},
			"message that cannot be encoded": {Outbox: []store.Message{store.Msg("m", "k", func() {})}},
			"event without a chain":          {Events: []evidence.Event{event("", "x", 1)}},
			"result that is not JSON":        {Result: json.RawMessage("x")},
		} {
			b.Run(name, func(t *testing.T) {
				b := &bench{T: t, Harness: b.Harness}
				c.Key = "bad/" + name
				b.refused(fault.Invalid, c)
			})
		}
		if _, err := b.Store.Commit(ctx, store.Commit{Key: "k"}); !fault.Is(err, fault.Invalid) {
			b.Errorf("without an instant: %v", err)
		}
		if _, err := b.Store.Commit(ctx, store.Commit{At: time.Unix(1, 0)}); !fault.Is(err, fault.Invalid) {
			b.Errorf("without a key: %v", err)
		}
	}},
}

func entryAt(p store.Pattern, sort string) store.Entry {
	return store.Entry{Pattern: p, Part: "day", Sort: sort}
}
