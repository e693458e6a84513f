package sqlitestore_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// fitting reports whether every record's sum and their total are those of a key.
func fitting(t *testing.T, src store.Source, key []byte) bool {
	t.Helper()
	snap, err := src.Snapshot(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	summer := store.NewSummer(key)
	sums, err := snap.Sums(bg)
	if err != nil {
		t.Fatal(err)
	}
	fit, n := sums.Key == summer.ID(), 0
	var total store.Sum
	err = snap.Walk(bg, store.Walker{Record: func(r store.Record) error {
		sum := summer.Record(r)
		fit = fit && bytes.Equal(r.Sum, sum[:])
		total.Add(sum)
		n++
		return nil
	}, Plain: func(p store.Plain) error {
		sum := summer.Plain(p)
		fit = fit && bytes.Equal(p.Sum, sum[:])
		total.Add(sum)
		return nil
	}})
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
	return fit && sums.HasTotal && sums.Total == total
}

func keyed(key string) sqlitestore.Options {
	return sqlitestore.Options{RowKey: func() ([]byte, error) { return []byte(key), nil }}
}

// TestRecordsAreSummedAnewWithAnotherKey: in a file of the version before sums,
// and in a copy that came without the keys it was summed with.
func TestRecordsAreSummedAnewWithAnotherKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hoso.db")
	reopen := func(key string, n int) {
		t.Helper()
		s, err := sqlitestore.Open(bg, path, keyed(key))
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			must(t, s, store.Commit{Key: fmt.Sprint("act ", key, i), At: at, Writes: []store.Write{store.Put(store.Key{Part: "p" + key, Sort: fmt.Sprint(i)}, 0, i)}})
		}
		must(t, s, store.Commit{Key: fmt.Sprint("count ", key, n), At: at, Counters: []store.Add{{Counter: fmt.Sprint("c", key, n), N: 7, Create: true}}})
		if !fitting(t, s, []byte(key)) || fitting(t, s, []byte("x")) || fitting(t, s, nil) {
			t.Errorf("opened with key %s the sums do not fit it alone", key)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	reopen("a", 1200) // more than are read at a time
	reopen("b", 3)
	alter(t, path, `ALTER TABLE counters DROP COLUMN sum`, `ALTER TABLE idempotency DROP COLUMN sum`, `ALTER TABLE records DROP COLUMN sum`, `DROP TABLE sums`, `PRAGMA user_version = 1`)
	if r, err := sqlitestore.OpenReader(bg, path); err == nil {
		_ = r.Close()
		t.Error("an auditor reads a file of the version before")
	}
	reopen("b", 0)
	alter(t, path, `ALTER TABLE counters DROP COLUMN sum`, `ALTER TABLE idempotency DROP COLUMN sum`, `PRAGMA user_version = 2`)
	reopen("b", 4) // of the version that summed records only
	// Damage is not summed away while the key stays.
	alter(t, path, `UPDATE records SET body = '7' WHERE sort = '1'`)
	s, err := sqlitestore.Open(bg, path, keyed("b"))
	if err != nil {
		t.Fatal(err)
	}
	if fitting(t, s, []byte("b")) {
		t.Error("opening the store hid the damage")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
