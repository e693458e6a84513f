package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hoso/shared/store"
)

func ids(ms []store.Message) []string {
	out := []string{}
	for _, m := range ms {
		out = append(out, m.ID)
	}
	slices.Sort(out)
	return out
}

// send queues one message.
func send(b *bench, m store.Message) { b.Helper(); b.must(store.Commit{Outbox: []store.Message{m}}) }

func due(id string, at time.Time) store.Message {
	m := store.Msg(id, "k", id)
	m.Due = at
	return m
}

var outboxTests = []test{
	{"a message waits until it is settled", func(b *bench) {
		send(b, store.Message{ID: "m", Kind: "mail", Body: json.RawMessage(`{"to":"Bà Ánh"}`)})
		want := []store.Message{{ID: "m", Kind: "mail", Body: json.RawMessage(`{"to":"Bà Ánh"}`)}}
		for range 3 {
			same(b, "pending", b.pending(start), want)
		}
		if err := b.Store.Settle(ctx, "m", "m", "unknown"); err != nil {
			b.Fatal(err)
		}
		same(b, "pending", b.pending(start), nil)
		if err := b.Store.Settle(ctx, "m"); err != nil {
			b.Errorf("settled twice: %v", err)
		}
		if err := b.Store.Settle(ctx); err != nil {
			b.Errorf("nothing settled: %v", err)
		}
	}},
	{"a message never comes before its time", func(b *bench) {
		at := start.Add(time.Hour)
		send(b, due("later", at))
		send(b, due("sooner", at.Add(-time.Minute)))
		send(b, due("now", time.Time{}))
		send(b, due("past", start.AddDate(-5, 0, 0)))
		send(b, due("between", at.Add(300*time.Microsecond)))
		send(b, due("elsewhere", at.In(time.FixedZone("ICT", 7*3600)).Add(-time.Second)))
		same(b, "at the start", ids(b.pending(start)), []string{"now", "past"})
		same(b, "just before", ids(b.pending(at.Add(-time.Nanosecond))), []string{"elsewhere", "now", "past", "sooner"})
		same(b, "on time", ids(b.pending(at)), []string{"elsewhere", "later", "now", "past", "sooner"})
		same(b, "after", ids(b.pending(at.Add(time.Millisecond))), []string{"between", "elsewhere", "later", "now", "past", "sooner"})
		for _, m := range b.pending(at) {
			if m.ID == "later" && !m.Due.Equal(at) {
				b.Errorf("due %v, want %v", m.Due, at)
			}
		}
	}},
	{"a deferred message comes later, and knows how often it failed", func(b *bench) {
		send(b, store.Msg("m", "k", 1))
		for i := 1; i <= 3; i++ {
			at := start.Add(time.Duration(i) * time.Hour)
			if err := b.Store.Defer(ctx, "m", at, "Transient"); err != nil {
				b.Fatal(err)
			}
			same(b, "too early", len(b.pending(at.Add(-time.Millisecond))), 0)
			ms := b.pending(at)
			if len(ms) != 1 || ms[0].Attempts != i || ms[0].Error != "Transient" || !ms[0].Due.Equal(at) || string(ms[0].Body) != "1" {
				b.Fatalf("after failure %d: %+v", i, ms)
			}
		}
		if err := b.Store.Defer(ctx, "unknown", start, "x"); err != nil {
			b.Errorf("missing: %v", err)
		}
		same(b, "messages", ids(b.pending(start.Add(99*time.Hour))), []string{"m"})
	}},
	{"a message queued while another of its id waits takes its place", func(b *bench) {
		send(b, due("m", start.Add(time.Hour)))
		if err := b.Store.Defer(ctx, "m", start.Add(2*time.Hour), "Transient"); err != nil {
			b.Fatal(err)
		}
		send(b, store.Msg("m", "other", 2))
		same(b, "pending", b.pending(start), []store.Message{{ID: "m", Kind: "other", Body: json.RawMessage(`2`)}})
		same(b, "later", len(b.pending(start.Add(9*time.Hour))), 1)
	}},
	{"no call is given more messages than it asked for, and none starves", func(b *bench) {
		for i := range 3 {
			var ms []store.Message
			for j := range 90 {
				ms = append(ms, due(fmt.Sprintf("m/%03d", i*90+j), start.Add(time.Duration(j%3)*time.Minute)))
			}
			b.must(store.Commit{Outbox: ms})
		}
		at := start.Add(time.Hour)
		for _, c := range []struct{ limit, want int }{{1, 1}, {7, 7}, {store.MaxPage, store.MaxPage}, {store.MaxPage + 1, store.MaxPage}, {0, store.MaxPage}, {-1, store.MaxPage}} {
			ms, err := b.Store.Pending(ctx, at, c.limit)
			if err != nil {
				b.Fatal(err)
			}
			same(b, "messages", len(ms), c.want)
		}
		seen := map[string]bool{}
		for {
			ms, err := b.Store.Pending(ctx, at, 64)
			if err != nil {
				b.Fatal(err)
			}
			if len(ms) == 0 {
				break
			}
			var done []string
			for _, m := range ms {
				if seen[m.ID] {
					b.Fatalf("%s came again after it was settled", m.ID)
				}
				seen[m.ID] = true
				done = append(done, m.ID)
			}
			if err := b.Store.Settle(ctx, done...); err != nil {
				b.Fatal(err)
			}
		}
		same(b, "messages", len(seen), 270)
	}},
	{"large messages come a few at a time", func(b *bench) {
		for i := range 6 {
			send(b, store.Message{ID: fmt.Sprint(i), Kind: "k", Body: sized(300 << 10)})
		}
		n := 0
		for {
			ms := b.pending(start)
			size := 0
			for _, m := range ms {
				size += len(m.Body)
				n++
				if err := b.Store.Settle(ctx, m.ID); err != nil {
					b.Fatal(err)
				}
			}
			if size > store.MaxRead+store.MaxRecord {
				b.Errorf("%d bytes at once", size)
			}
			if len(ms) == 0 {
				break
			}
		}
		same(b, "messages", n, 6)
	}},
}
