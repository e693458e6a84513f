package storetest

import (
	"encoding/json"
	"errors"
	"testing"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// setting is what commitTests start from.
func setting(b *bench) {
	b.must(store.Commit{
		Writes: []store.Write{
			store.Put(key("p", "a"), 0, doc{N: 1}, store.Entry{Pattern: byDay, Part: "day", Sort: "01"}),
			store.Put(key("p", "b"), 0, doc{N: 1}),
			store.Put(key("p", "c"), 0, doc{N: 1}, store.Entry{Pattern: byDay, Part: "day", Sort: "02"}),
		},
		Counters: []store.Add{{Counter: "places", N: 3, Create: true}, {Counter: "other", N: 0, Create: true}},
		Events:   []evidence.Event{event("chain/1", "made", 1)},
		Outbox:   []store.Message{store.Msg("m/1", "greet", 1)},
	})
}

// whole is a commit that does one of everything over setting.
func whole() store.Commit {
	return store.Commit{
		Writes: []store.Write{
			store.Put(key("p", "a"), 1, doc{N: 2}, store.Entry{Pattern: byDay, Part: "day", Sort: "03"}),
			store.Unchanged(key("p", "b"), 1),
			store.Remove(key("p", "c"), 1),
			store.Put(key("p", "d"), 0, doc{N: 1}, store.Entry{Pattern: byDay, Part: "day", Sort: "00"}),
			store.Unchanged(key("p", "nobody"), 0),
		},
		Counters: []store.Add{{Counter: "places", N: -3}, {Counter: "other", N: 2}, {Counter: "new", N: 7, Create: true}},
		Events:   []evidence.Event{event("chain/1", "went on", 2), event("chain/2", "began", 1)},
		Outbox:   []store.Message{store.Msg("m/2", "greet", 2)},
		Result:   json.RawMessage(`{"ok":true}`),
	}
}

func all(b *bench) sight {
	return b.look([]store.Key{key("p", "a"), key("p", "b"), key("p", "c"), key("p", "d"), key("p", "nobody")},
		[]string{"places", "other", "new"}, []string{"chain/1", "chain/2"})
}

var commitTests = []test{
	{"everything of an act happens", func(b *bench) {
		setting(b)
		out := b.must(whole())
		same(b, "outcome", out, store.Outcome{Result: json.RawMessage(`{"ok":true}`)})
		s := all(b)
		same(b, "revisions", revs(s.records), []int64{2, 1, 0, 1, 0})
		same(b, "body", string(s.records[0].Body), `{"n":2}`)
		same(b, "index entries of a record", s.records[0].Index, []store.Entry{{Pattern: byDay, Part: "day", Sort: "03"}})
		same(b, "index", s.byDay, []string{"d", "a"})
		same(b, "counters", s.counters, []string{"places0 true", "other2 true", "new7 true"})
		same(b, "places in chains", []int64{s.heads[0].Seq, s.heads[1].Seq}, []int64{2, 1})
		if len(s.messages) != 4 { // two greetings, one log message an act
			b.Errorf("messages: %v", s.messages)
		}
	}},
	{"a leg that fails leaves nothing of the act", func(b *bench) {
		for _, c := range []struct {
			leg  string
			kind fault.Kind
			bend func(c *store.Commit)
		}{
			{"create of what is there", fault.Conflict, func(c *store.Commit) { c.Writes[0].Expect = 0 }},
			{"change of another revision", fault.Conflict, func(c *store.Commit) { c.Writes[0].Expect = 2 }},
			{"change of what is not there", fault.Conflict, func(c *store.Commit) { c.Writes[3].Expect = 1 }},
			{"check of another revision", fault.Conflict, func(c *store.Commit) { c.Writes[1].Expect = 9 }},
			{"check that nothing is there", fault.Conflict, func(c *store.Commit) { c.Writes[1].Expect = 0 }},
			{"check of what is not there", fault.Conflict, func(c *store.Commit) { c.Writes[4].Expect = 1 }},
			{"removal of another revision", fault.Conflict, func(c *store.Commit) { c.Writes[2].Expect = 2 }},
			{"removal of what is not there", fault.Conflict, func(c *store.Commit) { c.Writes[4] = store.Remove(key("p", "nobody"), 1) }},
			{"one place too many", fault.OverQuota, func(c *store.Commit) { c.Counters[0].N = -4 }},
			{"place of a counter that is not there", fault.OverQuota, func(c *store.Commit) { c.Counters[2] = store.Add{Counter: "new", N: -1} }},
			{"gift to a counter that is not there", fault.NotFound, func(c *store.Commit) { c.Counters[2] = store.Add{Counter: "new", N: 1} }},
			{"counter that is there already", fault.Conflict, func(c *store.Commit) { c.Counters[1] = store.Add{Counter: "other", N: 5, Create: true} }},
			{"event without an actor", fault.Invalid, func(c *store.Commit) { c.Events[1].Actor = "" }},
			{"event whose data is not JSON", fault.Invalid, func(c *store.Commit) { c.Events[1].Data = json.RawMessage("{") }},
			{"message without an id", fault.Invalid, func(c *store.Commit) { c.Outbox[0].ID = "" }},
		} {
			b.Run(c.leg, func(t *testing.T) {
				b := &bench{T: t, Harness: b.Harness, n: b.n}
				if _, err := b.Store.Get(ctx, key("p", "a")); err != nil {
					setting(b)
				}
				before := all(b)
				bad := whole()
				bad.Key = "bad/" + c.leg
				c.bend(&bad)
				b.refused(c.kind, bad)
				same(b, "store after the refused act", all(b), before)
				if _, err := b.Store.Replay(ctx, bad.Key, "request "+bad.Key); !fault.Is(err, fault.NotFound) {
					t.Errorf("the refused act left its key behind: %v", err)
				}
			})
		}
	}},
	{"a conflict names every record and counter it is about", func(b *bench) {
		setting(b)
		c := whole()
		c.Writes[0].Expect, c.Writes[2].Expect = 5, 6
		c.Counters[1].Create = true
		c.Counters[0].N = -100
		err := b.refused(fault.Conflict, c)
		var lost *store.ConflictError
		if !errors.As(err, &lost) {
			b.Fatalf("no ConflictError in %v", err)
		}
		same(b, "keys", lost.Keys, []store.Key{key("p", "a"), key("p", "c")})
		same(b, "counters", lost.Counters, []string{"other"})
		if fault.Public(err) == "" {
			b.Error("no sentence for people")
		}
	}},
	{"a shortage names the first counter that is short", func(b *bench) {
		setting(b)
		err := b.refused(fault.OverQuota, store.Commit{Counters: []store.Add{
			{Counter: "places", N: -3}, {Counter: "other", N: -1}, {Counter: "nowhere", N: -1},
		}})
		same(b, "code", fault.CodeOf(err), "other")
		if fault.Public(err) == "" {
			b.Error("no sentence for people")
		}
	}},
	{"the last place can be taken and given back", func(b *bench) {
		b.must(store.Commit{Counters: []store.Add{{Counter: "c", N: 1, Create: true}}})
		b.must(store.Commit{Counters: []store.Add{{Counter: "c", N: -1}}})
		b.refused(fault.OverQuota, store.Commit{Counters: []store.Add{{Counter: "c", N: -1}}})
		b.must(store.Commit{Counters: []store.Add{{Counter: "c", N: 1}}})
		same(b, "free", b.free("c"), 1)
		if _, err := b.Store.Counter(ctx, "none"); !fault.Is(err, fault.NotFound) {
			b.Errorf("counter that is not there: %v", err)
		}
	}},
	{"a record that was removed begins again at revision 1", func(b *bench) {
		k := key("p", "x")
		b.writes(store.Put(k, 0, doc{N: 1}))
		b.writes(store.Put(k, 1, doc{N: 2}))
		b.writes(store.Remove(k, 2))
		if _, err := b.Store.Get(ctx, k); !fault.Is(err, fault.NotFound) {
			b.Fatalf("get after removal: %v", err)
		}
		b.writes(store.Put(k, 0, doc{N: 3}))
		same(b, "record", b.get(k), store.Record{Key: k, Rev: 1, Body: json.RawMessage(`{"n":3}`)})
	}},
	{"what is stored comes back byte for byte", func(b *bench) {
		for i, body := range []string{
			`{ "tên" : "Nguyễn Thị Ánh Tuyết", "b":1.50, "a":"\u0000\ud83d\ude00 <&>" }`,
			`null`, `0`, `"x"`, ` [1, 2 ]`, `{"đ":"` + "\u1ec7e\u0323\u0302" + `"}`,
		} {
			k := store.Key{Part: "đơn vị/Bắc Kạn", Sort: string(rune('a'+i)) + "#'\"%_\x01ệ"}
			b.writes(store.Write{Key: k, Body: json.RawMessage(body)})
			same(b, "body", string(b.get(k).Body), body)
		}
	}},
	{"what a caller does to its buffers afterwards changes nothing", func(b *bench) {
		body, result := json.RawMessage(`{"n":1}`), json.RawMessage(`{"r":1}`)
		k := key("p", "x")
		c := b.act(store.Commit{Writes: []store.Write{{Key: k, Body: body}}, Result: result})
		out, err := b.Store.Commit(ctx, c)
		if err != nil {
			b.Fatal(err)
		}
		body[5], result[5] = '9', '9'
		same(b, "body", string(b.get(k).Body), `{"n":1}`)
		same(b, "result", string(out.Result), `{"r":1}`)
		first := b.get(k)
		first.Body[5] = '8'
		same(b, "body", string(b.get(k).Body), `{"n":1}`)
	}},
	{"a snapshot of many keeps the order asked for", func(b *bench) {
		b.writes(store.Put(key("p", "b"), 0, doc{N: 2}), store.Put(key("q", "a"), 0, doc{N: 3}))
		got, err := b.Store.GetMany(ctx, []store.Key{key("q", "a"), key("p", "none"), key("p", "b"), key("q", "a")})
		if err != nil {
			b.Fatal(err)
		}
		same(b, "revisions", revs(got), []int64{1, 0, 1, 1})
		same(b, "key of a missing one", got[1], store.Record{Key: key("p", "none")})
		same(b, "body", string(got[2].Body), `{"n":2}`)
		if got, err := b.Store.GetMany(ctx, nil); err != nil || len(got) != 0 {
			b.Errorf("of no keys: %v, %v", got, err)
		}
		if _, err := b.Store.GetMany(ctx, make([]store.Key, store.MaxItems+1)); !fault.Is(err, fault.Invalid) {
			b.Errorf("of too many keys: %v", err)
		}
	}},
}

func revs(rs []store.Record) []int64 {
	out := make([]int64, len(rs))
	for i, r := range rs {
		out[i] = r.Rev
	}
	return out
}
