package house

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"hoso/shared/act"
	"hoso/shared/erasure"
	"hoso/shared/evidence"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/secret"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

// Restore brings a copy back as a new data folder and records that in its log,
// with those of the signed checkpoints known elsewhere that it fell behind:
// verify excuses no others. Texts that notes among signed, or beside the copy,
// say were erased meanwhile are erased again, and the files rewritten. The
// folder gets its name when all of that is done.
func Restore(ctx context.Context, from, data string, o backup.Options, signed [][]byte) (evidence.Restoration, error) {
	var none evidence.Restoration
	data, err := filepath.Abs(data)
	if err != nil {
		return none, err
	}
	if err := backup.Vacant(data); err != nil {
		return none, err
	}
	part := data + ".restoring"
	if err := os.RemoveAll(part); err != nil { // of a restore that was cut off
		return none, err
	}
	if err := backup.Restore(ctx, from, part, o); err != nil {
		return none, err
	}
	r, err := noteRestore(ctx, part, signed)
	if err != nil {
		return none, err
	}
	// In one step, over an empty folder too: whoever looks finds the old one or
	// the new one.
	if err := unix.Rename(part, data); err != nil {
		return none, fmt.Errorf("%s: %w", data, err)
	}
	dir, err := os.Open(filepath.Dir(data))
	if err != nil {
		return none, err
	}
	return r, errors.Join(dir.Sync(), dir.Close())
}

// noteRestore writes the event into a restored folder that nobody serves.
func noteRestore(ctx context.Context, data string, signed [][]byte) (r evidence.Restoration, err error) {
	var keys *secret.Box
	s, err := sqlitestore.Open(ctx, filepath.Join(data, "hoso.db"), sqlitestore.Options{RowKey: rowKey(data, &keys)})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	clock, err := openClock(ctx, s, false, time.Time{})
	if err != nil {
		return r, err
	}
	here, err := KeptHere(data)
	if err != nil {
		return r, err
	}
	known, err := evidence.ParseKeys(here.Keys)
	if err != nil {
		return r, err
	}
	elsewhere, checkpoints := split(signed)
	gone, err := elsewhere.open(known)
	if err != nil {
		return r, fmt.Errorf("a note of an erasure that is kept elsewhere: %w", err)
	}
	there, err := here.open(known)
	if err != nil {
		return r, fmt.Errorf("a note of an erasure in the copy: %w", err)
	}
	l := translog.Log{Store: s, Now: clock.Now}
	if r, _, err = l.Restoration(ctx, known, checkpoints); err != nil {
		return r, fmt.Errorf("a checkpoint that is kept elsewhere: %w", err)
	}
	desk := act.Desk{Store: s, Now: clock.Now, NewID: newID, Rand: random}
	for _, part := range r.Parts() {
		if _, err = desk.Do(ctx, "restored/"+newID(), "restored", func(_ context.Context, now time.Time) (store.Commit, error) {
			return store.Commit{Events: []evidence.Event{act.Event(evidence.LogChain, evidence.LogRestored, "command-line", now, part)}}, nil
		}); err != nil {
			return r, err
		}
	}
	for i, g := range gone { // so that this folder is held against them too
		if err := writeDurable(filepath.Join(data, Checkpoints, g.FileName()), elsewhere.Erased[i].Data); err != nil {
			return r, err
		}
	}
	n, err := erasure.Room{Desk: desk}.Again(ctx, append(there, gone...))
	if err != nil || n == 0 {
		return r, err
	}
	return r, s.Wipe(ctx)
}

// split tells notes of erasures from checkpoints.
func split(signed [][]byte) (erased Kept, checkpoints [][]byte) {
	for _, text := range signed {
		if evidence.IsGone(text) {
			erased.Erased = append(erased.Erased, verify.Note{Name: "erased", Data: text})
		} else {
			checkpoints = append(checkpoints, text)
		}
	}
	return erased, checkpoints
}
