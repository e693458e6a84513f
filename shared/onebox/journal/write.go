package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"

	"hoso/shared/asl"
)

// Commit queues the transition and returns when it is durable.
func (j *Journal) Commit(ctx context.Context, t *asl.Transition) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiting{t: t, sealed: j.sealAll(t), result: make(chan error, 1)}
	if err := j.enqueue(w); err != nil {
		return err
	}
	// From here on the transition may be durable: only its own result counts.
	return <-w.result
}

var errClosed = errors.New("the journal is closed")

// enqueue hands a transition to the writer; a closed journal takes none.
func (j *Journal) enqueue(w *waiting) (err error) {
	j.gate.RLock()
	defer j.gate.RUnlock()
	if j.closed {
		return errClosed
	}
	j.queue <- w
	return nil
}

// writer writes what is queued, as many transitions at once as there are.
func (j *Journal) writer() {
	defer close(j.done)
	group := make([]*waiting, 0, maxGroup)
	for w := range j.queue {
		group = append(group[:0], w)
	more:
		for len(group) < maxGroup {
			select {
			case w, open := <-j.queue:
				if !open {
					break more
				}
				group = append(group, w)
			default:
				break more
			}
		}
		j.writeGroup(group)
	}
}

// writeGroup writes transitions in one transaction. A transition that is not
// as expected is left out; any other error takes back the whole group.
func (j *Journal) writeGroup(group []*waiting) {
	results := make([]error, len(group))
	err := j.transaction(func(tx *sql.Tx) error {
		in := j.stmts.in(tx)
		for i, w := range group {
			results[i] = in.apply(w.t, &w.sealed)
			if err := results[i]; err != nil && !errors.Is(err, asl.ErrExists) && !errors.Is(err, asl.ErrStale) {
				return err
			}
		}
		return nil
	})
	for i, w := range group {
		if err != nil && results[i] == nil {
			results[i] = err
		}
		w.result <- results[i]
	}
}

func (j *Journal) transaction(do func(*sql.Tx) error) error {
	tx, err := j.write.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// apply makes one transition. ErrExists and ErrStale leave nothing behind.
func (s *writes) apply(t *asl.Transition, x *sealed) error {
	r := &t.Record
	var id int64
	var err error
	if t.Created {
		id, err = s.create(r, x)
		r.Position = id
	} else {
		id, err = s.update(r, x)
	}
	if err != nil {
		return err
	}
	if len(t.Events) > 0 {
		last := t.Events[len(t.Events)-1].ID
		if _, err := s.addHistory.Exec(id, last, x.events); err != nil {
			return err
		}
	}
	for _, token := range t.Opened {
		if _, err := s.addToken.Exec(tokenHash(token), id); err != nil {
			return err
		}
	}
	return nil
}

func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

func (s *writes) create(r *asl.Record, x *sealed) (int64, error) {
	if _, err := s.addDefinition.Exec(r.Digest, r.Machine, r.Definition); err != nil {
		return 0, err
	}
	res, err := s.addExecution.Exec(r.ID, r.Machine, r.Name, r.Digest, string(r.Status),
		r.Started.UnixNano(), nanos(r.Stopped), x.input, x.output, x.error, x.cause)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return 0, errors.Join(err, asl.ErrExists)
	}
	id, err := res.LastInsertId()
	if err != nil || r.Status != asl.Running {
		return id, err
	}
	_, err = s.addRun.Exec(id, r.Version, nanos(r.Due), r.Active, x.snapshot)
	return id, err
}

func (s *writes) update(r *asl.Record, x *sealed) (int64, error) {
	id := r.Position
	if r.Status == asl.Running {
		res, err := s.setRun.Exec(r.Version, nanos(r.Due), r.Active, x.snapshot, id, r.Version-1)
		return id, errors.Join(err, stale(res))
	}
	res, err := s.endRun.Exec(id, r.Version-1)
	if err := errors.Join(err, stale(res)); err != nil {
		return id, err
	}
	_, err = s.endExecution.Exec(string(r.Status), nanos(r.Stopped), x.output, x.error, x.cause, id)
	return id, err
}

// stale says whether a statement found no row to change.
func stale(res sql.Result) error {
	if res == nil {
		return nil
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return asl.ErrStale
	}
	return err
}

// nanos gives a time for the file; the zero time is NULL.
func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}
