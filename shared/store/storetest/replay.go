package storetest

import (
	"encoding/json"
	"errors"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

var replayTests = []test{
	{"a repeat gets the first result and changes nothing", func(b *bench) {
		setting(b)
		c := whole()
		c.Key = "once"
		b.must(c)
		before := all(b)
		// By now none of its expectations hold: the key is looked up first.
		c.Result = json.RawMessage(`{"ok":"other"}`)
		c.Counters[0].N = -100
		out := b.must(c)
		same(b, "outcome", out, store.Outcome{Replayed: true, Result: json.RawMessage(`{"ok":true}`)})
		same(b, "store", all(b), before)
	}},
	{"a repeat gets the first result even if it now breaks a limit", func(b *bench) {
		c := store.Commit{Key: "once", Writes: []store.Write{store.Put(key("p", "x"), 0, doc{N: 1})}, Result: json.RawMessage(`1`)}
		b.must(c)
		c.Writes = append(c.Writes, c.Writes[0])
		same(b, "outcome", b.must(c), store.Outcome{Replayed: true, Result: json.RawMessage(`1`)})
	}},
	{"a key used for another request is refused", func(b *bench) {
		b.must(store.Commit{Key: "k", Request: "one"})
		_, err := b.Store.Commit(ctx, b.act(store.Commit{
			Key: "k", Request: "two",
			Writes: []store.Write{store.Put(key("p", "x"), 0, doc{})},
		}))
		if !errors.Is(err, store.ErrKeyReused) {
			b.Fatalf("commit: %v", err)
		}
		if _, err := b.Store.Get(ctx, key("p", "x")); !fault.Is(err, fault.NotFound) {
			b.Errorf("the refused act wrote: %v", err)
		}
		if _, err := b.Store.Replay(ctx, "k", "two"); !errors.Is(err, store.ErrKeyReused) {
			b.Errorf("replay: %v", err)
		}
	}},
	{"an earlier result can be asked for", func(b *bench) {
		if _, err := b.Store.Replay(ctx, "k", "r"); !fault.Is(err, fault.NotFound) {
			b.Fatalf("before: %v", err)
		}
		b.must(store.Commit{Key: "k", Request: "r", Result: json.RawMessage(`{"n":"Số 1"}`)})
		out, err := b.Store.Replay(ctx, "k", "r")
		if err != nil {
			b.Fatal(err)
		}
		same(b, "outcome", out, store.Outcome{Replayed: true, Result: json.RawMessage(`{"n":"Số 1"}`)})
	}},
	{"an act without effects and without a result is remembered", func(b *bench) {
		same(b, "first", b.must(store.Commit{Key: "k"}), store.Outcome{})
		same(b, "second", b.must(store.Commit{Key: "k"}), store.Outcome{Replayed: true})
	}},
	{"a repeat appends no event and queues no message", func(b *bench) {
		c := store.Commit{Key: "k", Events: []evidence.Event{event("c", "x", 1)}, Outbox: []store.Message{store.Msg("m", "k", 1)}}
		b.must(c)
		for _, m := range b.pending(start) {
			if err := b.Store.Settle(ctx, m.ID); err != nil {
				b.Fatal(err)
			}
		}
		b.must(c)
		same(b, "messages", len(b.pending(start)), 0)
		h, err := b.Store.Head(ctx, "c")
		if err != nil {
			b.Fatal(err)
		}
		same(b, "events", h.Seq, 1)
	}},
}
