package sqlitestore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoso/shared/evidence"
	"hoso/shared/onebox/sqlitestore"
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
	if err := s.Walk(bg, store.Walker{
		Part:    part,
		Head:    func(chain string, h evidence.Head) error { return add("head %s %d %s", chain, h.Seq, h.Hash) },
		Event:   func(p evidence.Placed) error { return add("event %s %d %s", p.Chain, p.Seq, p.Line) },
		Record:  func(r store.Record) error { return add("record %v %d %s %v", r.Key, r.Rev, r.Body, r.Index) },
		Counter: func(name string, free int64) error { return add("counter %s %d", name, free) },
		Message: func(m store.Message) error { return add("message %s %s %s", m.ID, m.Kind, m.Body) },
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func must(t testing.TB, s store.Store, cs ...store.Commit) {
	t.Helper()
	for _, c := range cs {
		if _, err := s.Commit(bg, c); err != nil {
			t.Fatal(err)
		}
	}
}

func snapshot(t *testing.T, s store.Source) store.Snapshot {
	t.Helper()
	sn, err := s.Snapshot(bg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sn.Close() })
	return sn
}

func TestASnapshotShowsEverythingOnceAndStandsStill(t *testing.T) {
	for _, path := range []string{file(t), ":memory:"} {
		s := open(t, path, sqlitestore.Options{})
		if err := setUp(s); err != nil {
			t.Fatal(err)
		}
		must(t, s, ledgerAct("b", 1), ledgerAct("a", 1), ledgerAct("đ", 1))
		sn := snapshot(t, s)
		before := seen(t, sn, "")
		kinds := []string{}
		for _, line := range before {
			kinds = append(kinds, strings.Fields(line)[0])
		}
		want := []string{"head", "event", "event", "event", "record", "record", "record", "counter"}
		want = append(want, slices.Repeat([]string{"message"}, 6)...)
		if !slices.Equal(kinds, want) {
			t.Errorf("walk gave %v", kinds)
		}
		if !strings.Contains(before[4], "ledger a") || !strings.Contains(before[6], "ledger đ") {
			t.Errorf("records are not in order: %q", before[4:7])
		}
		// Writers go on; the view does not.
		must(t, s, ledgerAct("c", 1))
		if err := s.Settle(bg, "m/a"); err != nil {
			t.Fatal(err)
		}
		if after := seen(t, sn, ""); !slices.Equal(after, before) {
			t.Errorf("the view changed:\n%q\n%q", before, after)
		}
		if now := seen(t, snapshot(t, s), "ledger"); len(now) != len(before)+3 { // head stays, event, row, two messages, one settled
			t.Errorf("a new view has %d things, the old one %d", len(now), len(before))
		}
		if none := seen(t, snapshot(t, s), "ledges"); slices.ContainsFunc(none, func(l string) bool { return strings.HasPrefix(l, "record") }) {
			t.Error("a walk over one part shows records of another")
		}
		stop := errors.New("stop")
		if err := sn.Walk(bg, store.Walker{Counter: func(string, int64) error { return stop }}); err != stop {
			t.Errorf("a visitor's error came back as %v", err)
		}
		ended, cancel := context.WithCancel(bg)
		cancel()
		if err := sn.Walk(ended, store.Walker{Counter: func(string, int64) error { return nil }}); !errors.Is(err, context.Canceled) {
			t.Errorf("a walk without time gave %v", err)
		}
	}
}

func TestAReaderSeesALiveFolderWhole(t *testing.T) {
	path := file(t)
	c := child("write", path)
	lines := begin(t, c)
	r, err := sqlitestore.OpenReader(bg, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	last := 0
	for range 20 {
		if !lines.Scan() {
			t.Fatal("the writer ended")
		}
		sn := snapshot(t, r)
		var rows, events int
		var free, head int64
		if err := sn.Walk(bg, store.Walker{
			Record:  func(store.Record) error { rows++; return nil },
			Event:   func(evidence.Placed) error { events++; return nil },
			Counter: func(_ string, n int64) error { free = n; return nil },
			Head:    func(_ string, h evidence.Head) error { head = h.Seq; return nil },
		}); err != nil {
			t.Fatal(err)
		}
		if rows != events || int64(rows) != head || int64(rows) != supply-free || rows < last {
			t.Fatalf("%d rows, %d events, head %d, %d places taken, %d rows before", rows, events, head, supply-free, last)
		}
		last = rows
		if err := sn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if last == 0 {
		t.Error("nothing was written meanwhile")
	}
}

func TestAReaderReadsAFolderAtRestAndLeavesItAlone(t *testing.T) {
	path := file(t)
	s := open(t, path, sqlitestore.Options{})
	if err := setUp(s); err != nil {
		t.Fatal(err)
	}
	must(t, s, ledgerAct("a", 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sqlitestore.OpenReader(bg, path)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := wholeLedger(r); err != nil || !found["a"] {
		t.Errorf("%v, %v", found, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the reader changed the file")
	}
}

func TestDamageIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		named  string
	}{
		"index row taken away": {`DELETE FROM entries WHERE rec_sort = 'a'`, "record without its index row: ledger|a"},
		"index row added":      {`INSERT INTO entries VALUES ('by-state', 'all', 'zz', 'ledger', 'zz')`, "index row without its record: by-state all zz"},
		"record taken away":    {`DELETE FROM records WHERE sort = 'b'`, "index row without its record: by-state all b"},
		"list of entries bent": {`UPDATE records SET entries = '{' WHERE sort = 'a'`, "index row without its record: by-state all a"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t)
			s := open(t, path, sqlitestore.Options{})
			must(t, s, store.Commit{Key: "p", At: at, Counters: []store.Add{{Counter: "places", N: 9, Create: true}}}, ledgerAct("a", 1), ledgerAct("b", 1))
			if bad, err := s.Damage(bg); err != nil || len(bad) > 0 {
				t.Fatalf("before: %v, %v", bad, err)
			}
			alter(t, path, c.change)
			bad, err := s.Damage(bg)
			if err != nil || !strings.Contains(strings.Join(bad, "\n"), c.named) {
				t.Errorf("named %q, %v", bad, err)
			}
		})
	}
	t.Run("page overwritten", func(t *testing.T) {
		path := file(t)
		s := open(t, path, sqlitestore.Options{})
		if err := setUp(s); err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			must(t, s, ledgerAct(fmt.Sprint(i), 3000))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(strings.Repeat("\xff", 1000)), 20*4096); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := sqlitestore.OpenReader(bg, path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		if bad, err := r.Damage(bg); err != nil || len(bad) == 0 {
			t.Errorf("named %q, %v", bad, err)
		}
	})
}

func TestABackupIsWholeWhileCommitsGoOn(t *testing.T) {
	for _, path := range []string{file(t), ":memory:"} {
		s := open(t, path, sqlitestore.Options{})
		if err := setUp(s); err != nil {
			t.Fatal(err)
		}
		must(t, s, ledgerAct("before", 1))
		stop, done := make(chan struct{}), make(chan error)
		go func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				if _, err := s.Commit(bg, ledgerAct(fmt.Sprint(n), 500)); err != nil {
					done <- err
					return
				}
			}
		}()
		dir := t.TempDir()
		for i := range 5 {
			to := filepath.Join(dir, fmt.Sprintf("%d.db", i))
			if err := s.Backup(bg, to); err != nil {
				t.Fatal(err)
			}
			copied := open(t, to, sqlitestore.Options{})
			if found, err := wholeLedger(copied); err != nil || !found["before"] {
				t.Errorf("copy %d: %d entries, %v", i, len(found), err)
			}
		}
		if err := s.Backup(bg, filepath.Join(dir, "0.db")); err == nil {
			t.Error("a backup went over another one")
		}
		close(stop)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestTablesAreReadableWithoutThisProgram(t *testing.T) {
	path := file(t)
	s := open(t, path, sqlitestore.Options{})
	if err := setUp(s); err != nil {
		t.Fatal(err)
	}
	must(t, s, ledgerAct("a", 1))
	for query, want := range map[string]string{
		`SELECT body->>'id' || rev || (entries->0->>'sort') FROM records WHERE part = 'ledger' AND sort = 'a'`: "a1a",
		`SELECT line->>'type' || seq FROM events WHERE chain = 'ledger'`:                                       "entered1",
		`SELECT rec_sort FROM entries WHERE pattern = 'by-state'`:                                              "a",
		`SELECT hash FROM heads WHERE hash = (SELECT hash FROM events)`:                                        readHash(t, s),
		`SELECT free || '' FROM counters`:                                                                      fmt.Sprint(supply - 1),
		`SELECT kind FROM outbox WHERE id = 'm/a' AND body->>'$' = 'a' AND due = ''`:                           "note",
		`SELECT at || (result->>'$') FROM idempotency WHERE key = 'act/a'`:                                     "2026-03-01T08:00:00.000Za",
	} {
		if got := ask(t, path, query); got != want {
			t.Errorf("%s\ngave %q, want %q", query, got, want)
		}
	}
}

func readHash(t *testing.T, s store.Store) string {
	t.Helper()
	h, err := s.Head(bg, "ledger")
	if err != nil {
		t.Fatal(err)
	}
	return h.Hash
}

// body is a JSON body for tests that do not care.
func body(n int) json.RawMessage { return json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)) }
