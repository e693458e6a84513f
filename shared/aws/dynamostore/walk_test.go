package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// seen is everything a walk hands out, in its order.
func seen(t *testing.T, s store.Snapshot, part string) []string {
	t.Helper()
	var out []string
	add := func(format string, args ...any) error {
		out = append(out, fmt.Sprintf(format, args...))
		return nil
	}
	if err := s.Walk(context.Background(), store.Walker{
		Part:    part,
		Head:    func(chain string, h evidence.Head) error { return add("head %s %d", chain, h.Seq) },
		Event:   func(p evidence.Placed) error { return add("event %s %d %d", p.Chain, p.Seq, len(p.Line)/1000) },
		Record:  func(r store.Record) error { return add("record %v %d %d %v", r.Key, r.Rev, len(r.Body), r.Index) },
		Counter: func(name string, free int64) error { return add("counter %s %d", name, free) },
		Message: func(m store.Message) error { return add("message %s %s", strings.Split(m.ID, "/")[0], m.Kind) },
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestASnapshotShowsEverythingOnceAndStandsStill(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	ctx := context.Background()
	act := func(n int) {
		t.Helper()
		c := store.Commit{
			Key: fmt.Sprint(n), At: at, Events: []evidence.Event{{Chain: "đ", Type: "x", Actor: "a", At: at}, {Chain: "a", Type: "x", Actor: "a", At: at}},
			Writes:   []store.Write{store.Put(store.Key{Part: "p", Sort: fmt.Sprint(n)}, 0, strings.Repeat("x", 5000), store.Entry{Pattern: byDay, Part: "d", Sort: "1"})},
			Counters: []store.Add{{Counter: fmt.Sprint("c", n), N: 7, Create: true}}, Outbox: []store.Message{store.Msg(fmt.Sprint("m", n), "k", 1)},
		}
		if _, err := s.Commit(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	act(1)
	act(2)
	view, err := s.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"head a 2", "head đ 2", "event a 1 0", "event a 2 0", "event đ 1 0", "event đ 2 0",
		"record {p 1} 1 5002 [{{by-day 1} d 1}]", "record {p 2} 1 5002 [{{by-day 1} d 1}]", "counter c1 7", "counter c2 7",
		"message log log", "message log log", "message m1 k", "message m2 k",
	}
	act(3)
	if got := seen(t, view, ""); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	for _, line := range seen(t, view, "q") {
		if strings.HasPrefix(line, "record") {
			t.Errorf("a walk over one part shows %s", line)
		}
	}
	stop := errors.New("stop")
	if err := view.Walk(ctx, store.Walker{Counter: func(string, int64) error { return stop }}); err != stop {
		t.Errorf("a visitor's error came back as %v", err)
	}
	if err := view.Close(); err != nil {
		t.Error(err)
	}
}

// TestAStoreThatIsWrittenAllTheTimeHasNoSnapshot: better none than one that
// never was.
func TestAStoreThatIsWrittenAllTheTimeHasNoSnapshot(t *testing.T) {
	w := &wire{}
	for n := range 6 {
		w.answers = append(w.answers, answer{200, fmt.Sprintf(`{"Items":[{"pk":{"S":"c#c"},"sk":{"S":"-"},"free":{"N":"%d"}}]}`, n)})
	}
	if _, err := w.store(t).Snapshot(context.Background()); !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "in-use" {
		t.Errorf("gave %v", err)
	}
}
