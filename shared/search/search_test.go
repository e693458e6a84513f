package search_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/round"
	"hoso/shared/search"
	"hoso/shared/store"
)

// TestTheLargestDossierIsFound indexes as many nominees as there may be, with
// names longer than any real one, unlike from each word on, and of letters that a record holds at length.
func TestTheLargestDossierIsFound(t *testing.T) {
	for name, word := range map[string]string{"Vietnamese": "Nghiêng", "short": "", "escaped": "<<>>&&", "wide": "𠀀𠀁𠀂"} {
		long := func(nominee int) string {
			var b strings.Builder
			for i := range 60 {
				fmt.Fprintf(&b, "%s%d ", word, 100*i+nominee)
			}
			return strings.TrimSpace(b.String())
		}
		ctx := context.Background()
		s, err := sqlitestore.Open(ctx, ":memory:", sqlitestore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ids := 0
		now := time.Date(2023, 11, 6, 8, 0, 0, 0, time.UTC)
		r := search.Room{Desk: act.Desk{Store: s, Now: func() time.Time { return now }, NewID: func() string { ids++; return fmt.Sprintf("%032x", ids) }}}
		d := dossier.Dossier{ID: fmt.Sprintf("%032x", 7), Round: "r1", Unit: "u1", UnitName: long(100), OpenedAt: now, Revision: 1, State: dossier.InAppraisal, Receipt: "HS-1/1"}
		for i := range dossier.MaxNominees {
			d.Nominees = append(d.Nominees, dossier.Nominee{ID: fmt.Sprint(i), Kind: dossier.Collective, Name: long(i)})
		}
		c := store.Commit{Key: "seed", Request: "seed", At: now, Writes: []store.Write{round.Put(round.Round{ID: "r1", Settings: round.Settings{Campaign: "c1"}}, 0), store.Put(dossier.Key(d.ID), 0, d)}}
		if _, err := s.Commit(ctx, c); err != nil {
			t.Fatal(name, err)
		}
		if err := r.Index(ctx, d.ID); err != nil {
			t.Fatal(name, err)
		}
		kept, err := s.List(ctx, "searched/"+d.ID, store.Page{})
		if err != nil || len(kept.Records) != 1 {
			t.Fatal(name, err)
		}
		size := len(kept.Records[0].Body)
		t.Logf("%s: %d bytes", name, size)
		if size >= 400_000 || size > store.MaxBody {
			t.Errorf("%s: the list of rows has %d bytes", name, size)
		}
		last := d.Nominees[dossier.MaxNominees-1].Name
		all := strings.Fields(last)
		for _, q := range []string{last, all[0] + " " + all[1], strings.Join(all[5:8], " "), strings.Join(all[15:], " ")} {
			if hits, _, err := r.Find(ctx, search.Query{Text: q}); err != nil || len(hits) != 1 || hits[0].Dossier != d.ID {
				t.Errorf("%s: %.40q finds %d: %v", name, q, len(hits), err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
