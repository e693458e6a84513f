package sqlitestore

import (
	"context"
	"errors"

	"hoso/shared/fault"
)

// Wipe rewrites the file, so that neither it nor its log holds anything any
// more that was removed from the store or written over. Acts wait meanwhile,
// reads go on; it takes room for another copy of the file, and for one in the
// system's folder for temporary files. In memory it does nothing.
//
// SQLite leaves removed bytes where they were. Its secure_delete zeroes what it
// frees, but not the copies that moving rows between pages has left: of 2,026
// texts 4 were still in the file.
//
// fault.Transient: somebody reads an older state, or room is missing. Nothing
// is lost, and it can be tried again.
func (s *Store) Wipe(ctx context.Context) error {
	if s.w == nil {
		return nil
	}
	done := make(chan error, 1)
	select {
	case s.wipes <- done:
	case <-s.quit:
		return errClosed
	case <-ctx.Done():
		return fault.Wrap(fault.Transient, "store.wipe", ctx.Err())
	}
	return <-done
}

// wipe is the writer's part: the file first, then the log, which holds the
// pages as they were.
func (s *Store) wipe() error {
	if err := s.Healthy(); err != nil {
		return err
	}
	// What VACUUM builds aside is as large as the file.
	_, err := s.w.exec(`PRAGMA temp_store = FILE`)
	if err == nil {
		_, err = s.w.exec(`VACUUM`)
	}
	_, back := s.w.exec(`PRAGMA temp_store = MEMORY`)
	if err = errors.Join(err, back); err == nil {
		var busy, pages, moved int
		_, err = s.w.row(`PRAGMA wal_checkpoint(TRUNCATE)`, nil, &busy, &pages, &moved)
		if err == nil && busy != 0 {
			return &fault.Error{Kind: fault.Transient, Op: "store.wipe", Code: "busy", Err: errors.New("an older state is being read")}
		}
	}
	if unconfirmed(err) {
		return s.halt(err)
	}
	return wrap("store.wipe", err)
}
