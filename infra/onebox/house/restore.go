package house

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/secret"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// Restore brings a copy back as a new data folder and records that in its log,
// with those of the signed checkpoints known elsewhere that it fell behind:
// verify excuses no others. The folder gets its name when all of that is done.
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
	if err := os.Remove(data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return none, err
	}
	if err := os.Rename(part, data); err != nil {
		return none, err
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
	known, err := publicKeys(filepath.Join(data, "checkpoints"))
	if err != nil {
		return r, err
	}
	l := translog.Log{Store: s, Now: clock.Now}
	if r, _, err = l.Restoration(ctx, known, signed); err != nil {
		return r, fmt.Errorf("a checkpoint that is kept elsewhere: %w", err)
	}
	desk := act.Desk{Store: s, Now: clock.Now, NewID: newID, Rand: random}
	_, err = desk.Do(ctx, "restored/"+newID(), "restored", func(_ context.Context, now time.Time) (store.Commit, error) {
		return store.Commit{Events: []evidence.Event{act.Event(evidence.LogChain, evidence.LogRestored, "command-line", now, r)}}, nil
	})
	return r, err
}

// publicKeys reads the keys that lie beside published checkpoints.
func publicKeys(dir string) (evidence.Keys, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.pub"))
	if err != nil {
		return nil, err
	}
	var out evidence.Keys
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		keys, err := evidence.ParseKeys(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, keys...)
	}
	return out, nil
}
