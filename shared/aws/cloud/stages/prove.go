package stages

import (
	"context"
	"io"

	"hoso/shared/archive"
	"hoso/shared/aws/cloud"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
)

// prove gives the log's proofs for a package, with the key's public line.
func prove(h *cloud.Host, obj *objects.Store) func(context.Context, []evidence.Placed) (archive.Proven, error) {
	log := h.ReadLog()
	return func(ctx context.Context, events []evidence.Placed) (archive.Proven, error) {
		entries := make([]evidence.LogEntry, len(events))
		for i, e := range events {
			entries[i] = e.Logged()
		}
		ev, err := log.Evidence(ctx, entries)
		if err != nil {
			return archive.Proven{}, err
		}
		public, err := readAll(ctx, obj, objects.Ref{Bucket: obj.Archive(), Key: cloud.PublicKey})
		if err != nil {
			return archive.Proven{}, err
		}
		return archive.Proven{Proofs: ev.Inclusions, Checkpoint: ev.Signed, Key: string(public)}, nil
	}
}

func readAll(ctx context.Context, obj *objects.Store, ref objects.Ref) ([]byte, error) {
	r, _, err := obj.Open(ctx, ref)
	if fault.Is(err, fault.NotFound) {
		// The first checkpoint is not out yet; the package waits for it.
		return nil, fault.Wrap(fault.Transient, "cloud.log", err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	return text, fault.Wrap(fault.Transient, "cloud.log", err)
}
