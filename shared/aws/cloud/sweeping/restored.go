package sweeping

import (
	"context"
	"io"
	"path"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/aws/cloud"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// noteRestore records in the log that the table was restored to an earlier
// state, with the published checkpoints that it fell behind: verify excuses no
// others. Nothing is recorded where nothing was lost.
func noteRestore(ctx context.Context, d act.Desk, l translog.Log, obj *objects.Store) (evidence.Restoration, error) {
	var keys evidence.Keys
	var signed [][]byte
	err := obj.Walk(ctx, obj.Archive(), path.Dir(cloud.PublicKey)+"/", func(i objects.Info) error {
		text, err := small(ctx, obj, i.Ref)
		switch {
		case err != nil:
			return err
		case i.Key == cloud.PublicKey:
			keys, err = evidence.ParseKeys(text)
			return fault.Wrap(fault.Invalid, "sweep.restored", err)
		case strings.HasSuffix(i.Key, ".txt"):
			signed = append(signed, text)
		}
		return nil
	})
	if err != nil {
		return evidence.Restoration{}, err
	}
	r, lost, err := l.Restoration(ctx, keys, signed)
	if err != nil || !lost {
		return r, err
	}
	_, err = d.Do(ctx, "restored/"+act.Digest(r.Lost), "restored", func(_ context.Context, now time.Time) (store.Commit, error) {
		return store.Commit{Events: []evidence.Event{act.Event(evidence.LogChain, evidence.LogRestored, "command-line", now, r)}}, nil
	})
	return r, err
}

// small reads an object that is known to be small.
func small(ctx context.Context, obj *objects.Store, ref objects.Ref) ([]byte, error) {
	r, _, err := obj.Open(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(io.LimitReader(r, 1<<20))
	return text, fault.Wrap(fault.Transient, "sweep.restored", err)
}
