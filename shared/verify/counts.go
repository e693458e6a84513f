package verify

import (
	"context"
	"fmt"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Counts checks what boards and selections read at once: each round's number
// of dossiers by state, and how many are not through appraisal, against the
// dossiers themselves.
func Counts() Check {
	return Check{Name: "counts", Run: func(ctx context.Context, s store.Snapshot, report func(Finding)) error {
		found := map[string]int64{}
		counted := map[string]int64{}
		err := s.Walk(ctx, store.Walker{
			Part: "dossier/",
			Record: func(r store.Record) error {
				id := strings.TrimPrefix(r.Key.Part, "dossier/")
				if r.Key != dossier.Key(id) {
					return nil
				}
				var d dossier.Dossier
				if err := r.Decode(&d); err != nil {
					return err
				}
				found[dossier.CountCounter(d.Round, d.State)]++
				if d.Pending() {
					found[round.PendingCounter(d.Round)]++
				}
				return nil
			},
			Counter: func(name string, n int64) error {
				if strings.HasPrefix(name, "count/") || strings.HasPrefix(name, "pending/") {
					counted[name] = n
				}
				return nil
			},
		})
		if err != nil {
			return err
		}
		for name, n := range counted {
			if found[name] != n {
				report(Finding{Code: "counts", Where: name, Message: "Số đếm hồ sơ của đợt không khớp các hồ sơ.", Detail: fmt.Sprintf("counter %d, dossiers %d", n, found[name])})
			}
		}
		for name, n := range found {
			if _, ok := counted[name]; !ok {
				report(Finding{Code: "counts", Where: name, Message: "Thiếu số đếm hồ sơ của đợt.", Detail: fmt.Sprintf("dossiers %d", n)})
			}
		}
		return nil
	}}
}
