package verify_test

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"hoso/shared/store"
	"hoso/shared/verify"
)

// TestARecordThatIsAgainAsItWasIsFound: an earlier state of a record fits its
// own sum; the total of all sums tells.
func TestARecordThatIsAgainAsItWasIsFound(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	key := store.Key{Part: "plain/0", Sort: "0"}
	query := `SELECT rev, body, entries, sum FROM records WHERE part = 'plain/0' AND sort = '0'`
	db, err := sql.Open("sqlite", w.db())
	if err != nil {
		t.Fatal(err)
	}
	var rev int
	var body, entries string
	var sum []byte
	if err := db.QueryRow(query).Scan(&rev, &body, &entries, &sum); err != nil {
		t.Fatal(err)
	}
	w.do("plain/again", func(time.Time) store.Commit {
		rec, err := w.store.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return store.Commit{Writes: []store.Write{store.Put(key, rec.Rev, map[string]int{"n": 99}, rec.Index...)}}
	})
	w.close()
	if r := verified(t, w.folder, verify.Options{}); !r.OK() {
		t.Fatal(r.Findings)
	}
	if _, err := db.Exec(`UPDATE records SET rev = ?, body = ?, entries = ?, sum = ? WHERE part = 'plain/0' AND sort = '0'`, rev, body, entries, sum); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := codes(verified(t, w.folder, verify.Options{}).Findings); !slices.Equal(got, []string{"record-set"}) {
		t.Errorf("%v", got)
	}
	// Who checks without the key is told what was not checked.
	src, done := sources(t, w.folder)
	defer done()
	src.RowKey = nil
	r, err := verify.Verify(t.Context(), src, verify.Options{})
	if err != nil || !r.OK() || !slices.Contains(codes(r.Notes), "note-records-unchecked") {
		t.Errorf("without the key: %v %v, %v", r.Findings, r.Notes, err)
	}
}
