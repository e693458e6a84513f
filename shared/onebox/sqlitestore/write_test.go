package sqlitestore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// ask reads one value from the file as any other program would.
func ask(t *testing.T, path, query string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var got string
	if err := db.QueryRow(query).Scan(&got); err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return got
}

func TestAnActWhoseTimeIsOverIsNotCarriedOut(t *testing.T) {
	s := open(t, file(t), sqlitestore.Options{})
	ended, cancel := context.WithCancel(bg)
	cancel()
	for i := range 50 { // whichever way the hand-over goes
		k := store.Key{Part: "p", Sort: fmt.Sprint(i)}
		_, err := s.Commit(ended, store.Commit{Key: k.Sort, At: at, Writes: []store.Write{{Key: k, Body: body(i)}}})
		if !fault.Is(err, fault.Transient) {
			t.Fatalf("commit: %v", err)
		}
		if _, err := s.Get(ended, k); !fault.Is(err, fault.Transient) {
			t.Fatalf("get: %v", err)
		}
	}
	must(t, s, store.Commit{Key: "barrier", At: at})
	if l, err := s.List(bg, "p", store.Page{}); err != nil || len(l.Records) != 0 {
		t.Errorf("%d acts were carried out, %v", len(l.Records), err)
	}
}

func TestWhoeverWaitsForMessagesIsTold(t *testing.T) {
	var told atomic.Int64
	s := open(t, ":memory:", sqlitestore.Options{Queued: func() { told.Add(1) }})
	must(t, s, store.Commit{Key: "none", At: at})
	if told.Load() != 0 {
		t.Error("told of nothing")
	}
	c := store.Commit{Key: "one", At: at, Outbox: []store.Message{store.Msg("m", "k", 1)}}
	must(t, s, c)
	if told.Load() != 1 {
		t.Errorf("told %d times of one act", told.Load())
	}
	must(t, s, c)
	if told.Load() != 1 {
		t.Error("told of a repeat")
	}
}

func TestTheLogStaysShort(t *testing.T) {
	path := file(t)
	s := open(t, path, sqlitestore.Options{})
	if err := setUp(s); err != nil {
		t.Fatal(err)
	}
	for i := range 150 {
		must(t, s, ledgerAct(fmt.Sprint(i), 350<<10))
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 32<<20 { // some 52 MB went through it
		t.Errorf("the log has %d MB", info.Size()>>20)
	}
}

func TestALaggingIndexOutlivesARestartAndIsMadeAnewAfterASessionWithout(t *testing.T) {
	path := file(t)
	now := at
	lagging := sqlitestore.Options{IndexLag: time.Minute, Now: func() time.Time { return now }}
	k := store.Key{Part: "p", Sort: "x"}
	put := func(o sqlitestore.Options, rev int64) []store.Record {
		t.Helper()
		s, err := sqlitestore.Open(bg, path, o)
		if err != nil {
			t.Fatal(err)
		}
		if rev >= 0 {
			must(t, s, store.Commit{Key: fmt.Sprint("act ", rev), At: now, Writes: []store.Write{{
				Key: k, Expect: rev, Body: body(int(rev)),
				Index: []store.Entry{{Pattern: byState, Part: "d", Sort: "s"}},
			}}})
		}
		sl, err := s.Query(bg, byState, "d", store.Page{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return sl.Records
	}
	expect := func(what string, got []store.Record, rev int64) {
		t.Helper()
		if rev == 0 && len(got) == 0 {
			return
		}
		if len(got) != 1 || got[0].Rev != rev {
			t.Errorf("%s: %v, want revision %d", what, got, rev)
		}
	}
	expect("first commit", put(lagging, 0), 0)
	expect("after a restart", put(lagging, -1), 0)
	now = now.Add(time.Minute)
	expect("a minute later", put(lagging, 1), 1)
	expect("without lag", put(sqlitestore.Options{}, 2), 3)
	expect("with lag again", put(lagging, 3), 3)
	now = now.Add(time.Minute)
	expect("a minute later", put(lagging, -1), 4)
	if _, err := sqlitestore.Open(bg, path, sqlitestore.Options{IndexLag: 1}); !fault.Is(err, fault.Internal) {
		t.Errorf("a lag without a clock: %v", err)
	}
}

func TestABusyDatabaseIsSaidToBeBusy(t *testing.T) {
	path := file(t)
	s := open(t, path, sqlitestore.Options{})
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	c, err := db.Conn(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := c.ExecContext(bg, `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	if err := s.Patience(1); err != nil {
		t.Fatal(err)
	}
	if err := setUp(s); !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "busy" || fault.Public(err) == "" {
		t.Errorf("commit beside another writer: %v", err)
	}
	if _, err := c.ExecContext(bg, `ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if err := setUp(s); err != nil {
		t.Errorf("commit afterwards: %v", err)
	}
}
