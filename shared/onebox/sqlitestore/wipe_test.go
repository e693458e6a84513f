package sqlitestore_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// mark begins every text that will be erased.
const mark = "KHONG-CON-GI-"

// marks counts them in the files of a folder.
func marks(t *testing.T, dir string) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(raw, []byte(mark))
	}
	return n
}

// TestWhatWasErasedIsNowhereInTheFiles moves rows between pages as years of
// use do, erases some, and looks for their bytes.
func TestWhatWasErasedIsNowhereInTheFiles(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlitestore.Open(bg, filepath.Join(dir, "hoso.db"), sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.CarryOverAt(500)
	r := rand.New(rand.NewPCG(1, 2))
	revs := map[store.Key]int64{}
	var texts, others []store.Key
	serial := 0
	put := func(keys []store.Key, body func() string) {
		c := store.Commit{Key: fmt.Sprint("act/", serial), Request: "r", At: at}
		serial++
		for _, k := range keys {
			b, err := json.Marshal(map[string]string{"text": body()})
			if err != nil {
				t.Fatal(err)
			}
			c.Writes = append(c.Writes, store.Write{Key: k, Expect: revs[k], Body: b})
			revs[k]++
		}
		if _, err := s.Commit(bg, c); err != nil {
			t.Fatal(err)
		}
	}
	filler := func() string { return strings.Repeat("z", int(r.ExpFloat64()*1200)) }
	for range 150 {
		var fresh, grown []store.Key
		for range 30 {
			k := store.Key{Part: fmt.Sprintf("dossier/%08x", r.Uint32()), Sort: "x"}
			fresh = append(fresh, k)
		}
		put(fresh, filler)
		others = append(others, fresh...)
		k := store.Key{Part: fmt.Sprintf("text/dossier/%08x", r.Uint32()), Sort: "x"}
		texts = append(texts, k)
		put([]store.Key{k}, func() string { return mark + filler() })
		seen := map[store.Key]bool{}
		for range 60 {
			if k := others[r.IntN(len(others))]; !seen[k] {
				seen[k], grown = true, append(grown, k)
			}
		}
		put(grown, filler)
	}
	for _, k := range texts {
		put([]store.Key{k}, func() string { return "" })
	}
	if marks(t, dir) == 0 {
		t.Fatal("the files hold none of the texts before they are wiped: this test would not see one")
	}
	before, err := s.Pages()
	if err != nil {
		t.Fatal(err)
	}

	aside, err := sqlitestore.OpenReader(bg, filepath.Join(dir, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer aside.Close()
	snap, err := aside.Snapshot(bg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Patience(50); err != nil {
		t.Fatal(err)
	}
	if err := s.Wipe(bg); !fault.Is(err, fault.Transient) {
		t.Errorf("wiped under somebody who reads what was: %v", err)
	}
	if err := snap.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wipe(bg); err != nil {
		t.Fatal(err)
	}
	if n := marks(t, dir); n > 0 {
		t.Errorf("%d of %d texts are still in the files", n, len(texts))
	}
	for k, rev := range revs {
		if rec, err := s.Get(bg, k); err != nil || rec.Rev != rev {
			t.Fatalf("%v: revision %d, want %d, %v", k, rec.Rev, rev, err)
		}
	}
	if found, err := s.Damage(bg); err != nil || len(found) > 0 {
		t.Errorf("damage: %v, %v", found, err)
	}
	after, err := s.Pages()
	if err != nil || after > before {
		t.Errorf("%d pages, there were %d: %v", after, before, err)
	}
	put(texts[:1], func() string { return "it goes on" })
}
