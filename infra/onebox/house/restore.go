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
)

// Restore brings a copy back as a new data folder and records that in its log,
// with those of the checkpoints kept elsewhere that it fell behind:
// verify excuses no others. Texts that notes there, or beside the copy, say were
// erased meanwhile are erased again, and the files rewritten. Keys kept
// elsewhere are trusted, and lie beside the data from then on: a copy without
// private keys was followed by a log with others. The folder gets its name when
// all of that is done.
func Restore(ctx context.Context, from, data string, o backup.Options, elsewhere Kept) (evidence.Restoration, error) {
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
	r, err := noteRestore(ctx, part, elsewhere)
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
func noteRestore(ctx context.Context, data string, elsewhere Kept) (r evidence.Restoration, err error) {
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
	known, added, err := here.with(elsewhere)
	if err != nil {
		return r, err
	}
	gone, foreign, err := elsewhere.open(known)
	if err := errors.Join(foreign, err); err != nil {
		return r, fmt.Errorf("a note of an erasure that is kept elsewhere: %w", err)
	}
	there, foreign, err := here.open(known)
	if err := errors.Join(foreign, err); err != nil {
		return r, fmt.Errorf("a note of an erasure in the copy: %w", err)
	}
	if len(added) > 0 {
		if err := addKeys(filepath.Join(data, Checkpoints), added); err != nil {
			return r, err
		}
	}
	checkpoints := make([][]byte, len(elsewhere.Checkpoints))
	for i, n := range elsewhere.Checkpoints {
		checkpoints[i] = n.Data
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
	room := erasure.Room{Desk: desk, Wipe: s.Wipe}
	if _, err := room.Again(ctx, append(there, gone...)); err != nil {
		return r, err
	}
	return r, room.WipeOwed(ctx)
}

// addKeys puts public keys behind those of a folder.
func addKeys(dir string, keys evidence.Keys) error {
	if err := folder(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, "log.pub")
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(old) > 0 && old[len(old)-1] != '\n' {
		old = append(old, '\n')
	}
	return writeDurable(name, append(old, keys.Format()...))
}
