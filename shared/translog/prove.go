package translog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Evidence proves events under one signed checkpoint.
type Evidence struct {
	Signed     []byte // the checkpoint
	Inclusions []evidence.Inclusion
}

// Evidence proves that the events are in the log, under the newest checkpoint.
// If that one is too old for an event, a new one is signed; without a signer
// at hand it is asked for through the outbox.
//
// Errors: fault.Transient with code "log-behind" (an event is not in the log
// yet, or the checkpoint was only asked for: repeat later), fault.Internal
// with code "log-damaged", and the store's own.
func (l Log) Evidence(ctx context.Context, events []evidence.LogEntry) (Evidence, error) {
	in, need, err := places(ctx, l.Store, events)
	if err != nil {
		return Evidence{}, err
	}
	c, signed, err := l.covering(ctx, need)
	if err != nil {
		return Evidence{}, err
	}
	return prove(ctx, l.Store, c, signed, in)
}

// Existing is Evidence by the newest checkpoint there is: nothing is signed
// and nothing asked for.
func Existing(ctx context.Context, r store.Reader, events []evidence.LogEntry) (Evidence, error) {
	in, need, err := places(ctx, r, events)
	if err != nil {
		return Evidence{}, err
	}
	issued, err := latest(ctx, r)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Evidence{}, err
	}
	if issued.Head.Size < need {
		return Evidence{}, behind(fmt.Errorf("no checkpoint covers %d entries yet", need))
	}
	return prove(ctx, r, issued.Checkpoint, issued.Signed, in)
}

// places finds where the log has events, and how many entries that takes.
func places(ctx context.Context, r store.Reader, events []evidence.LogEntry) (in []evidence.Inclusion, need int64, err error) {
	in = make([]evidence.Inclusion, len(events))
	for from := 0; from < len(events); from += store.MaxItems {
		part := events[from:min(from+store.MaxItems, len(events))]
		keys := make([]store.Key, len(part))
		for i, e := range part {
			keys[i] = RowKey(e.Chain, e.Seq)
		}
		records, err := r.GetMany(ctx, keys)
		if err != nil {
			return nil, 0, err
		}
		for i, rec := range records {
			if rec.Rev == 0 {
				return nil, 0, behind(fmt.Errorf("%s #%d is not in the log yet", part[i].Chain, part[i].Seq))
			}
			var row Row
			if err := rec.Decode(&row); err != nil || row.Hash != part[i].Hash {
				return nil, 0, damaged(errors.Join(err, fmt.Errorf("row of %s #%d has hash %s", part[i].Chain, part[i].Seq, row.Hash)))
			}
			in[from+i] = evidence.Inclusion{LogEntry: part[i], Index: row.Index}
			need = max(need, row.Index+1)
		}
	}
	return in, need, nil
}

// prove adds the path of each event under the checkpoint.
func prove(ctx context.Context, r store.Reader, c evidence.Checkpoint, signed []byte, in []evidence.Inclusion) (Evidence, error) {
	var err error
	read := tiles(ctx, r)
	for i := range in {
		p := &in[i]
		if p.Path, err = evidence.ProveInclusion(c.Head, p.Index, read); err != nil {
			return Evidence{}, proofError(err)
		}
		if err := p.Check(c.Head); err != nil {
			return Evidence{}, damaged(err)
		}
	}
	return Evidence{Signed: signed, Inclusions: in}, nil
}

// covering gives the newest checkpoint if its log holds at least need entries,
// else a new one.
func (l Log) covering(ctx context.Context, need int64) (evidence.Checkpoint, []byte, error) {
	issued, err := l.Latest(ctx)
	if err == nil && issued.Head.Size >= need {
		return issued.Checkpoint, issued.Signed, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return evidence.Checkpoint{}, nil, err
	}
	if len(l.Signers) == 0 {
		_, err := l.Store.Commit(ctx, store.Commit{
			Key: fmt.Sprintf("log/want/%d", need), Request: "checkpoint", At: l.Now(),
			Outbox: []store.Message{store.Msg(fmt.Sprintf("%s/want/%d", CheckpointMessage, need), CheckpointMessage, checkpointBody{})},
		})
		if err != nil {
			return evidence.Checkpoint{}, nil, err
		}
		return evidence.Checkpoint{}, nil, behind(fmt.Errorf("no checkpoint covers %d entries yet", need))
	}
	issued, err = l.Checkpoint(ctx, true)
	return issued.Checkpoint, issued.Signed, err
}

func behind(err error) error {
	return &fault.Error{
		Kind: fault.Transient, Op: "translog.evidence", Code: "log-behind", Err: err,
		Public: "Sổ minh bạch chưa ghi kịp các sự kiện mới nhất. Hãy thử lại sau ít phút.",
	}
}

// proofError tells a damaged log from a store that does not answer.
func proofError(err error) error {
	if errors.Is(err, evidence.ErrLogDamaged) {
		return damaged(err)
	}
	return err
}

// tiles reads tiles of hashes from the store, each once.
func tiles(ctx context.Context, r store.Reader) evidence.TileReader {
	cache := map[evidence.TileID][]byte{}
	return func(ids []evidence.TileID) ([][]byte, error) {
		var missing []store.Key
		var names []evidence.TileID
		for _, id := range ids {
			if _, here := cache[id]; !here && !slices.Contains(names, id) {
				missing, names = append(missing, TileKey(id)), append(names, id)
			}
		}
		for from := 0; from < len(missing); from += store.MaxItems {
			records, err := r.GetMany(ctx, missing[from:min(from+store.MaxItems, len(missing))])
			if err != nil {
				return nil, err
			}
			for i, r := range records {
				var t Tile
				if r.Rev > 0 {
					if err := r.Decode(&t); err != nil {
						return nil, damaged(err)
					}
				}
				cache[names[from+i]] = t.Hashes
			}
		}
		out := make([][]byte, len(ids))
		for i, id := range ids {
			out[i] = cache[id]
		}
		return out, nil
	}
}

// Restoration looks for signed checkpoints that the log does not lead to: after
// a restore, those that were issued behind the restored state. The caller
// records its parts, each as the data of an event of type evidence.LogRestored
// on evidence.LogChain; ok is false if there is nothing to record.
func (l Log) Restoration(ctx context.Context, keys evidence.Keys, signed [][]byte) (r evidence.Restoration, ok bool, err error) {
	var head evidence.LogHead
	if _, err := store.Load(ctx, l.Store, HeadKey(), &head); err != nil && !fault.Is(err, fault.NotFound) {
		return r, false, err
	}
	r.Size = head.Size
	read := tiles(ctx, l.Store)
	seen := map[evidence.LogHead]bool{}
	for _, s := range signed {
		c, err := keys.Open(s)
		if err != nil {
			return r, false, fault.Wrap(fault.Invalid, "translog.restoration", err)
		}
		if c.Head.Size <= head.Size {
			then, err := evidence.RootAt(head, c.Head.Size, read)
			if err != nil {
				return r, false, proofError(err)
			}
			if then == c.Head {
				continue
			}
		}
		if !seen[c.Head] {
			seen[c.Head] = true
			r.Lost = append(r.Lost, c.Head)
		}
	}
	return r, len(r.Lost) > 0, nil
}
