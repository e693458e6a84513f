package archive

import (
	"context"
	"io"

	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/round"
	"hoso/shared/store"
)

// ofRound adds what the round decided on the dossier's nominees.
func (r Room) ofRound(ctx context.Context, in *bag.Input, d dossier.Dossier, rd round.Round) error {
	var list round.List
	if _, err := store.Load(ctx, r.Store, round.ListKey(d.Round), &list); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	var own []round.Entry
	for _, e := range list.Entries {
		if e.Dossier == d.ID {
			own = append(own, e)
		}
	}
	in.Files = append(in.Files, jsonFile("decisions/round.json", "Lựa chọn, thẩm định danh sách và quyết định của đợt",
		map[string]any{"round": d.Round, "entries": own, "decision": rd.Decision, "without": rd.Without}))
	return nil
}

// adHoc adds the decision on the dossier alone, with its PDF: no other package
// has it.
func (r Room) adHoc(ctx context.Context, in *bag.Input, d dossier.Dossier, _ round.Round) error {
	var a round.AdHoc
	_, err := store.Load(ctx, r.Store, round.AdHocKey(d.ID), &a)
	if fault.Is(err, fault.NotFound) || err == nil && a.ConfirmedBy == "" {
		return nil // refused, withdrawn or lapsed before it was decided on
	}
	if err != nil {
		return err
	}
	in.Files = append(in.Files, jsonFile("decisions/ad-hoc.json", "Quyết định khen thưởng đột xuất", a))
	if !a.Awards() {
		return nil
	}
	in.Files = append(in.Files, bind(bag.File{
		Path: "decisions/quyet-dinh.pdf", Title: "Quyết định số " + a.Number, Name: "quyet-dinh.pdf",
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			body, _, err := r.Objects.Open(ctx, objects.Ref{Bucket: a.Bucket, Key: a.Key, Version: a.Version})
			return body, err
		},
	}, a.SHA256, index(in.Events)))
	return nil
}
