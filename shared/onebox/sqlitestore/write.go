package sqlitestore

import (
	"context"

	sqlite3 "modernc.org/sqlite/lib"

	"hoso/shared/fault"
)

const (
	maxBatch      = 64      // jobs that share a sync
	maxBatchBytes = 8 << 20 // and the bytes they may bring to it
	lookEvery     = 16      // jobs between two looks at the log's length
	logPages      = 4000    // pages of log that are worth carrying over
	patience      = 20      // looks left out after a try that moved little
)

// job is one change that must happen whole or not at all.
type job struct {
	ctx  context.Context
	size int
	// run carries the change out inside a transaction. It looks at everything
	// it depends on before its first write: refused means that nothing was
	// written, failed that the transaction is spoilt. It may be run again.
	run  func(w *conn) (refused, failed error)
	done chan error
}

// submit hands a job to the writer and waits for its end. Once the writer has
// it, a context that ends leaves the outcome unknown.
func (s *Store) submit(ctx context.Context, size int, run func(w *conn) (refused, failed error)) error {
	j := &job{ctx: ctx, size: size, run: run, done: make(chan error, 1)}
	select {
	case <-s.quit:
		return errClosed
	case <-ctx.Done():
		return fault.Wrap(fault.Transient, "store.commit", ctx.Err())
	case s.jobs <- j:
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		return fault.Wrap(fault.Transient, "store.commit", ctx.Err())
	case <-s.ended:
	}
	// The writer has ended; it may have answered on its way out.
	select {
	case err := <-j.done:
		return err
	default:
		return errClosed
	}
}

// write is the one writer: it takes what waits, carries it out together and
// answers when the disk has it.
func (s *Store) write() {
	defer close(s.ended)
	for {
		var first *job
		select {
		case first = <-s.jobs:
		case done := <-s.wipes:
			done <- s.wipe()
			continue
		case <-s.quit:
			return
		}
		batch, size := []*job{first}, first.size
	more:
		for len(batch) < maxBatch && size < maxBatchBytes {
			select {
			case j := <-s.jobs:
				batch, size = append(batch, j), size+j.size
			default:
				break more
			}
		}
		s.serve(batch)
	}
}

// serve carries a batch out on the writing connection.
func (s *Store) serve(batch []*job) {
	w := s.w
	if w == nil {
		var err error
		if w, err = s.take(context.Background()); err != nil {
			answer(batch, err)
			return
		}
		defer s.give(w)
	}
	if err := s.Healthy(); err != nil {
		answer(batch, err)
		return
	}
	if s.full {
		s.move(w)
	}
	s.together(w, batch)
	s.carryOver(w, len(batch))
}

// together runs the jobs in one transaction. If the transaction as a whole
// fails, each job gets one of its own, so that one that is too big for the
// disk does not take the others down.
func (s *Store) together(w *conn, batch []*job) {
	answers, err := attempt(w, batch)
	if primary(err) == sqlite3.SQLITE_FULL && s.w != nil {
		s.full = true
		s.move(w)
		answers, err = attempt(w, batch)
	}
	if err == nil {
		for i, j := range batch {
			j.done <- answers[i]
		}
		return
	}
	if unconfirmed(err) {
		answer(batch, s.halt(err))
		return
	}
	if len(batch) == 1 {
		answer(batch, wrap("store.commit", err))
		return
	}
	for i := range batch {
		if err := s.Healthy(); err != nil {
			answer(batch[i:], err)
			return
		}
		s.together(w, batch[i:i+1])
	}
}

// attempt runs the jobs in one transaction and gives each job's answer, to be
// told only now: a refusal may rest on what an earlier job of the batch wrote.
func attempt(w *conn, batch []*job) ([]error, error) {
	if _, err := w.exec(`BEGIN IMMEDIATE`); err != nil {
		return nil, err
	}
	answers := make([]error, len(batch))
	for i, j := range batch {
		if err := j.ctx.Err(); err != nil {
			answers[i] = fault.Wrap(fault.Transient, "store.commit", err)
			continue
		}
		refused, failed := j.run(w)
		if failed != nil {
			w.rollback()
			return nil, failed
		}
		answers[i] = refused
	}
	if _, err := w.exec(`COMMIT`); err != nil {
		w.rollback()
		return nil, err
	}
	return answers, nil
}

func answer(batch []*job, err error) {
	for _, j := range batch {
		j.done <- err
	}
}

// halt stops all further writes.
func (s *Store) halt(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = stopped(err)
	}
	return s.failed
}

// carryOver looks now and then how long the write-ahead log is and moves a
// long one into the file. Moving it beside the writer was measured: no commit
// waited less, since all of them wait for the same disk.
func (s *Store) carryOver(w *conn, jobs int) {
	s.since += jobs
	if s.since < lookEvery || s.w == nil {
		return
	}
	s.since = 0
	var busy, pages, moved int
	if _, err := w.row(`PRAGMA wal_checkpoint(NOOP)`, nil, &busy, &pages, &moved); err == nil && pages-moved >= s.pages {
		if rest := s.move(w); rest >= s.pages {
			// A long read holds the log; each try costs as much as the log is long.
			s.since = -patience * lookEvery
		}
	}
}

// move writes the log's pages into the file; the log then begins anew. SQLite
// can do that by itself, but then swallows a sync that failed. Any other
// failure leaves the log as it is, longer, for the next time.
//
// On a full disk it comes before everything else: the log may hold the very
// room that is missing, and room that was made must not be eaten by the log.
// It gives how many pages are left in the log.
func (s *Store) move(w *conn) (rest int) {
	var busy, pages, moved int
	_, err := w.row(`PRAGMA wal_checkpoint(PASSIVE)`, nil, &busy, &pages, &moved)
	if unconfirmed(err) {
		_ = s.halt(err)
	}
	if err == nil && pages == moved {
		s.full = false
	}
	return pages - moved
}
