package house

import (
	"context"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Rebuild recomputes the rows for search and register of every dossier and says how many there are.
func (h *House) Rebuild(ctx context.Context) (int, error) {
	n := 0
	err := h.each(ctx, round.All, round.AllPart, func(rec store.Record) error {
		var rd round.Round
		if err := rec.Decode(&rd); err != nil {
			return err
		}
		return h.each(ctx, dossier.OfRound, rd.ID, func(rec store.Record) error {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return err
			}
			n++
			return h.rooms.dispatch.Index(ctx, d.ID)
		})
	})
	return n, err
}

func (h *House) each(ctx context.Context, p store.Pattern, part string, do func(store.Record) error) error {
	page := store.Page{}
	for {
		s, err := h.Store.Query(ctx, p, part, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			if err := do(rec); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}
