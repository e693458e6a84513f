package sweeping

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"sync"
	"time"

	"hoso/shared/act"
	"hoso/shared/aws/cloud"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// noteRestore records in the log that the table was restored to an earlier
// state, with the published checkpoints that it fell behind: verify excuses no
// others. Nothing is recorded where nothing was lost. What published notes say
// was erased since is erased again; erased says how many texts that were.
func noteRestore(ctx context.Context, d act.Desk, l translog.Log, obj *objects.Store) (r evidence.Restoration, erased int, err error) {
	keys, signed, notes, err := published(ctx, obj)
	if err != nil {
		return r, 0, err
	}
	gone := make([]evidence.Gone, len(notes))
	for i, n := range notes {
		if gone[i], err = keys.OpenGone(n); err != nil {
			return r, 0, fault.Wrap(fault.Invalid, "sweep.restored", err)
		}
	}
	r, lost, lostErr := l.Restoration(ctx, keys, signed)
	// Whatever becomes of the record: what was erased is not to be served.
	erased, err = erasure.Room{Desk: d}.Again(ctx, gone)
	if err := errors.Join(lostErr, err); err != nil || !lost {
		return r, erased, err
	}
	for _, part := range r.Parts() {
		if _, err = d.Do(ctx, "restored/"+act.Digest(part.Lost), "restored", func(_ context.Context, now time.Time) (store.Commit, error) {
			return store.Commit{Events: []evidence.Event{act.Event(evidence.LogChain, evidence.LogRestored, "command-line", now, part)}}, nil
		}); err != nil {
			return r, erased, err
		}
	}
	return r, erased, nil
}

// published reads what lies in the archive beside the log's public key.
func published(ctx context.Context, obj *objects.Store) (keys evidence.Keys, checkpoints, erased [][]byte, err error) {
	var refs []objects.Ref
	err = obj.Walk(ctx, obj.Archive(), path.Dir(cloud.PublicKey)+"/", func(i objects.Info) error {
		if i.Key == cloud.PublicKey || strings.HasSuffix(i.Key, ".txt") {
			refs = append(refs, i.Ref)
		}
		return nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	texts, err := each(ctx, obj, refs)
	if err != nil {
		return nil, nil, nil, err
	}
	for i, text := range texts {
		switch {
		case refs[i].Key == cloud.PublicKey:
			if keys, err = evidence.ParseKeys(text); err != nil {
				return nil, nil, nil, fault.Wrap(fault.Invalid, "sweep.restored", err)
			}
		case evidence.IsGone(text):
			erased = append(erased, text)
		default:
			checkpoints = append(checkpoints, text)
		}
	}
	return keys, checkpoints, erased, nil
}

// readers is how many checkpoints are read at the same time: a year may have
// published fifty thousand, which one after the other outlast the function.
const readers = 32

// each reads small objects, in their order.
func each(ctx context.Context, obj *objects.Store, refs []objects.Ref) ([][]byte, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	texts := make([][]byte, len(refs))
	var wg sync.WaitGroup
	for n := range readers {
		wg.Go(func() {
			for i := n; i < len(refs) && ctx.Err() == nil; i += readers {
				var err error
				if texts[i], err = small(ctx, obj, refs[i]); err != nil {
					stop(err)
				}
			}
		})
	}
	wg.Wait()
	return texts, context.Cause(ctx)
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
