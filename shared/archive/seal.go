package archive

import (
	"context"
	"encoding/json"

	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// Seal gives what binds a dossier's package to the log: the event that names
// the package, with its proof under the newest checkpoint. keys are the log's
// public keys; the one that signed that checkpoint goes along.
//
// Errors: fault.NotFound (no such event), fault.Transient with code
// "log-behind" (the log's newest checkpoint is older than the package),
// fault.Denied (none of the keys signed it).
func Seal(ctx context.Context, r store.Reader, d dossier.Dossier, keys evidence.Keys) (bag.Seal, error) {
	e, err := sealing(ctx, r, d)
	if err != nil {
		return bag.Seal{}, err
	}
	proof, err := translog.Existing(ctx, r, []evidence.LogEntry{e.Logged()})
	if err != nil {
		return bag.Seal{}, err
	}
	for _, k := range keys {
		if _, err := (evidence.Keys{k}).Open(proof.Signed); err == nil {
			return bag.Seal{Event: e, Proof: proof.Inclusions[0], Checkpoint: proof.Signed, Key: k.Line}, nil
		}
	}
	return bag.Seal{}, fault.New(fault.Denied, "archive.seal", "Không khóa nào đã nêu ký điểm kiểm tra mới nhất của sổ.")
}

// sealing finds the event that sealed the dossier's package.
func sealing(ctx context.Context, r store.Reader, d dossier.Dossier) (evidence.Placed, error) {
	for from := int64(0); ; {
		page, err := r.Events(ctx, dossier.Chain(d.ID), from, store.MaxPage)
		if err != nil {
			return evidence.Placed{}, err
		}
		if len(page) == 0 {
			return evidence.Placed{}, fault.New(fault.NotFound, "archive.seal", "Chuỗi sự kiện của hồ sơ không có sự kiện niêm phong gói này.")
		}
		for _, p := range page {
			e, err := evidence.Read(p)
			if err != nil {
				return evidence.Placed{}, fault.Wrap(fault.Internal, "archive.seal", err)
			}
			if e.Type != Sealed {
				continue
			}
			var data struct{ Bag string }
			if err := json.Unmarshal(e.Data, &data); err != nil {
				return evidence.Placed{}, fault.Wrap(fault.Internal, "archive.seal", err)
			}
			if d.Package != nil && data.Bag == d.Package.Bag {
				return p, nil
			}
		}
		from += int64(len(page))
	}
}
