package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/asl"
	"hoso/shared/onebox/journal"
)

var (
	bg  = context.Background()
	day = time.Date(2026, 3, 2, 8, 0, 0, 123456789, time.UTC)
)

// writing is an execution that is written step by step.
type writing struct{ t asl.Transition }

func begin(name string) *writing {
	w := &writing{asl.Transition{Created: true, Record: asl.Record{
		ID: asl.ExecutionARN("flow", name), Machine: "flow", Name: name, Status: asl.Running, Started: day,
		Input: `{"name":"` + name + `"}`, Definition: "{}", Digest: []byte(strings.Repeat("d", 32)),
		Due: day.Add(time.Hour), Active: true,
	}}}
	w.number(1)
	return w
}

func (w *writing) number(n int64) {
	w.t.Record.Version = n
	w.t.Record.Snapshot = fmt.Appendf(nil, `{"n":%d}`, n)
	w.t.Events = []asl.Event{{ID: n, PreviousEventID: n - 1, Timestamp: day, Type: "Test"}}
}

func (w *writing) commit(j *journal.Journal) error { return j.Commit(bg, &w.t) }

// next makes the following transition; the last one closes the execution.
func (w *writing) next(last bool) {
	w.t.Created = false
	w.number(w.t.Record.Version + 1)
	if last {
		w.t.Record.Status, w.t.Record.Stopped, w.t.Record.Output = asl.Succeeded, day.Add(time.Minute), `"out"`
		w.t.Record.Snapshot, w.t.Record.Due, w.t.Record.Active = nil, time.Time{}, false
	}
}

func open(t *testing.T, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(bg, path, vault(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// each runs a test on a file and in memory: both are the same journal.
func each(t *testing.T, test func(t *testing.T, j *journal.Journal)) {
	t.Run("file", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "flows.db"))) })
	t.Run("memory", func(t *testing.T) { test(t, open(t, ":memory:")) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnExecutionIsReadAsItWasWritten(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		w := begin("a")
		w.t.Opened = []string{"token"}
		must(t, w.commit(j))
		r, err := j.Load(bg, asl.Key{ID: w.t.Record.ID})
		must(t, err)
		want := w.t.Record
		if r.Position == 0 || r.Position != want.Position || r.Status != asl.Running || string(r.Snapshot) != `{"n":1}` || r.Version != 1 ||
			!r.Started.Equal(day) || !r.Due.Equal(want.Due) || !r.Active || r.Input != want.Input || r.Definition != "{}" || !r.Stopped.IsZero() {
			t.Errorf("read %+v", r)
		}
		r, err = j.Load(bg, asl.Key{Token: "token"})
		must(t, err)
		if r.ID != want.ID {
			t.Errorf("by its token: %q", r.ID)
		}
		w.next(true)
		w.t.Opened = nil
		must(t, w.commit(j))
		r, err = j.Load(bg, asl.Key{Token: "token"})
		must(t, err)
		if r.Status != asl.Succeeded || r.Output != `"out"` || r.Error != nil || len(r.Snapshot) != 0 || !r.Stopped.Equal(day.Add(time.Minute)) {
			t.Errorf("after its end: %+v", r)
		}
		events, err := j.Events(bg, want.ID, 2, 0)
		must(t, err)
		if len(events) != 1 || events[0].ID != 2 || !events[0].Timestamp.Equal(day) {
			t.Errorf("events %v", events)
		}
		if r, err := j.Load(bg, asl.Key{ID: "other"}); err != nil || r.ID != "" {
			t.Errorf("an unknown execution: %+v, %v", r, err)
		}
		if r, err := j.Load(bg, asl.Key{Token: "other"}); err != nil || r.ID != "" {
			t.Errorf("an unknown token: %+v, %v", r, err)
		}
	})
}

func TestWhatIsNotAsExpectedIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		w := begin("a")
		must(t, w.commit(j))
		again := begin("a")
		again.t.Opened = []string{"stray"}
		if err := again.commit(j); !errors.Is(err, asl.ErrExists) {
			t.Errorf("a second execution of the name: %v", err)
		}
		stale := *w
		w.next(false)
		must(t, w.commit(j))
		for name, last := range map[string]bool{"going on": false, "ending": true} {
			s := stale
			s.next(last)
			s.t.Opened = []string{"stray"}
			if err := s.commit(j); !errors.Is(err, asl.ErrStale) {
				t.Errorf("%s from an old version: %v", name, err)
			}
		}
		r, err := j.Load(bg, asl.Key{ID: w.t.Record.ID})
		must(t, err)
		events, err := j.Events(bg, w.t.Record.ID, 1, 0)
		must(t, err)
		if r.Version != 2 || len(events) != 2 {
			t.Errorf("version %d, %d events", r.Version, len(events))
		}
		if r, _ := j.Load(bg, asl.Key{Token: "stray"}); r.ID != "" {
			t.Error("a refused transition has left its token behind")
		}
	})
}

func TestManyWritersAreGroupedAndEachGetsItsOwnResult(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		must(t, begin("taken").commit(j))
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				name, want := fmt.Sprintf("run-%d", i), error(nil)
				if i%10 == 0 {
					name, want = "taken", asl.ErrExists
				}
				if err := begin(name).commit(j); !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", name, err, want)
				}
			})
		}
		wg.Wait()
		page, err := j.Scan(bg, asl.Query{Machine: "flow", Limit: 1000})
		must(t, err)
		if len(page) != 181 {
			t.Errorf("%d executions", len(page))
		}
	})
}

func TestPagesGoOnWhereTheLastOneEnded(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		for i := range 7 {
			w := begin(fmt.Sprint(i))
			must(t, w.commit(j))
			if i%2 == 0 {
				w.next(true)
				must(t, w.commit(j))
			}
		}
		names := func(q asl.Query) string {
			var out []string
			q.Limit = 2
			for {
				page, err := j.Scan(bg, q)
				must(t, err)
				if len(page) == 0 {
					return strings.Join(out, " ")
				}
				for _, r := range page {
					out = append(out, r.ID[strings.LastIndex(r.ID, ":")+1:])
				}
				q.Past = page[len(page)-1].Position
			}
		}
		for want, q := range map[string]asl.Query{
			"6 5 4 3 2 1 0": {},
			"6 4 2 0":       {Machine: "flow", Status: asl.Succeeded},
			"5 3 1":         {Status: asl.Running},
			"1 3 5":         {Open: true},
			"":              {Machine: "other"},
		} {
			if got := names(q); got != want {
				t.Errorf("%+v gives %s, want %s", q, got, want)
			}
		}
	})
}

func TestAFileIsOpenedAgainAndANewerOneRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder", "flows ?#%.db")
	must(t, makeFolder(path))
	j, err := journal.Open(bg, path, vault(1))
	must(t, err)
	must(t, begin("a").commit(j))
	must(t, j.Close())
	must(t, j.Close())
	if err := begin("b").commit(j); err == nil {
		t.Error("a closed journal takes a transition")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	j = open(t, path)
	r, err := j.Load(bg, asl.Key{ID: asl.ExecutionARN("flow", "a")})
	must(t, err)
	if r.Version != 1 {
		t.Errorf("read %+v", r)
	}

	newer := filepath.Join(t.TempDir(), "newer.db")
	j, err = journal.Open(bg, newer, vault(1))
	must(t, err)
	must(t, j.Close())
	db, err := sql.Open("sqlite", "file:"+newer)
	must(t, err)
	_, err = db.Exec(`UPDATE schema SET version = 3`)
	must(t, errors.Join(err, db.Close()))
	if _, err := journal.Open(bg, newer, vault(1)); err == nil || !strings.Contains(err.Error(), "layout 3") {
		t.Errorf("a newer file: %v", err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	db, err = sql.Open("sqlite", "file:"+other)
	must(t, err)
	_, err = db.Exec(`CREATE TABLE something (x)`)
	must(t, errors.Join(err, db.Close()))
	if _, err := journal.Open(bg, other, vault(1)); err == nil {
		t.Error("a file of another program is taken")
	}
}

func TestPurgeForgetsOldExecutionsWhole(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		for _, name := range []string{"ended", "open"} {
			w := begin(name)
			w.t.Opened = []string{"token of " + name}
			must(t, w.commit(j))
			if w.t.Opened = nil; name == "ended" {
				w.next(true)
				must(t, w.commit(j))
			}
		}
		if n, err := j.Purge(bg, day, 10); n != 0 || err != nil {
			t.Errorf("purged %d, %v, before anything ended", n, err)
		}
		if n, err := j.Purge(bg, day.AddDate(1, 0, 0), 10); n != 1 || err != nil {
			t.Errorf("purged %d, %v", n, err)
		}
		for _, name := range []string{"ended", "open"} {
			want := ""
			if name == "open" {
				want = asl.ExecutionARN("flow", name)
			}
			for _, key := range []asl.Key{{ID: asl.ExecutionARN("flow", name)}, {Token: "token of " + name}} {
				if r, err := j.Load(bg, key); r.ID != want || err != nil {
					t.Errorf("%v gives %q, %v", key, r.ID, err)
				}
			}
		}
		must(t, begin("ended").commit(j)) // its name is free again
	})
}
