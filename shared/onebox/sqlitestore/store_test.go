package sqlitestore_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store/storetest"
)

// open opens a store that the test closes.
func open(t testing.TB, path string, o sqlitestore.Options) *sqlitestore.Store {
	t.Helper()
	s, err := sqlitestore.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "data", "hoso.db") }

func TestContract(t *testing.T) {
	for name, path := range map[string]func(t *testing.T) string{
		"file":   func(t *testing.T) string { return file(t) },
		"memory": func(*testing.T) string { return ":memory:" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) storetest.Harness {
				return storetest.Harness{Store: open(t, path(t), sqlitestore.Options{})}
			})
		})
		t.Run(name+" with an index that lags", func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T) storetest.Harness {
				var now atomic.Int64
				s := open(t, path(t), sqlitestore.Options{
					IndexLag: time.Minute,
					Now:      func() time.Time { return time.Unix(0, now.Load()) },
				})
				return storetest.Harness{
					Store: s, Lags: true, Rounds: 10,
					CatchUp: func(*testing.T) { now.Add(int64(time.Minute)) },
				}
			})
		})
	}
}
