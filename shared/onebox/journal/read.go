package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"hoso/shared/asl"
)

// statements are prepared once.
type statements struct {
	writes
	byARN, byToken, open, list, events *sql.Stmt
}

// writes are the statements that change the file.
type writes struct {
	addDefinition, addExecution, addRun, setRun, endRun, endExecution, addHistory, addToken *sql.Stmt
}

// in gives the statements inside a transaction.
func (s *writes) in(tx *sql.Tx) *writes {
	return &writes{
		tx.Stmt(s.addDefinition), tx.Stmt(s.addExecution), tx.Stmt(s.addRun), tx.Stmt(s.setRun), tx.Stmt(s.endRun),
		tx.Stmt(s.endExecution), tx.Stmt(s.addHistory), tx.Stmt(s.addToken),
	}
}

const columns = `SELECT e.id, e.arn, e.machine, e.name, e.status, e.started, e.stopped, e.input, e.output, e.error, e.cause,
  e.definition, d.text, r.version, r.due, r.active, r.snapshot`

func prepareAll(ctx context.Context, write, read *sql.DB) (statements, error) {
	var s statements
	var errs []error
	add := func(db *sql.DB, to **sql.Stmt, text string) {
		var err error
		*to, err = db.PrepareContext(ctx, text)
		errs = append(errs, err)
	}
	add(write, &s.addDefinition, `INSERT INTO definition (digest, machine, text) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`)
	add(write, &s.addExecution, `INSERT INTO execution (arn, machine, name, definition, status, started, stopped, input, output, error, cause)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	add(write, &s.addRun, `INSERT INTO run (execution, version, due, active, snapshot) VALUES (?, ?, ?, ?, ?)`)
	add(write, &s.setRun, `UPDATE run SET version = ?, due = ?, active = ?, snapshot = ? WHERE execution = ? AND version = ?`)
	add(write, &s.endRun, `DELETE FROM run WHERE execution = ? AND version = ?`)
	add(write, &s.endExecution, `UPDATE execution SET status = ?, stopped = ?, output = ?, error = ?, cause = ? WHERE id = ?`)
	add(write, &s.addHistory, `INSERT INTO history (execution, last, events) VALUES (?, ?, ?)`)
	add(write, &s.addToken, `INSERT INTO token (hash, execution) VALUES (?, ?)`)

	from := ` FROM execution e JOIN definition d ON d.digest = e.definition LEFT JOIN run r ON r.execution = e.id `
	add(read, &s.byARN, columns+from+`WHERE e.arn = ?`)
	add(read, &s.byToken, columns+from+`JOIN token t ON t.execution = e.id WHERE t.hash = ?`)
	add(read, &s.open, `SELECT r.execution, e.arn, r.due, r.active FROM run r JOIN execution e ON e.id = r.execution
		WHERE r.execution > ? ORDER BY r.execution LIMIT ?`)
	add(read, &s.list, columns+from+`WHERE (?1 = 0 OR e.id < ?1) AND (?2 = '' OR e.machine = ?2) AND (?3 = '' OR e.status = ?3)
		ORDER BY e.id DESC LIMIT ?4`)
	add(read, &s.events, `SELECT h.events FROM history h JOIN execution e ON e.id = h.execution
		WHERE e.arn = ? AND h.last >= ? ORDER BY h.last`)
	return s, errors.Join(errs...)
}

// Load gives one execution, by its ARN or by one of its task tokens.
func (j *Journal) Load(ctx context.Context, key asl.Key) (asl.Record, error) {
	stmt, arg := j.stmts.byARN, any(key.ID)
	if key.Token != "" {
		stmt, arg = j.stmts.byToken, tokenHash(key.Token)
	}
	r, err := j.record(stmt.QueryRowContext(ctx, arg).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return asl.Record{}, nil
	}
	return r, err
}

func (j *Journal) record(scan func(...any) error) (asl.Record, error) {
	var r asl.Record
	var x sealed
	var started int64
	var stopped, version, due sql.NullInt64
	var active sql.NullBool
	err := scan(&r.Position, &r.ID, &r.Machine, &r.Name, &r.Status, &started, &stopped, &x.input, &x.output, &x.error, &x.cause,
		&r.Digest, &r.Definition, &version, &due, &active, &x.snapshot)
	if err != nil {
		return r, err
	}
	r.Started, r.Stopped, r.Due = time.Unix(0, started).UTC(), moment(stopped), moment(due)
	r.Version, r.Active = version.Int64, active.Bool
	return r, j.openAll(&r, x)
}

func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}

// Scan gives a page of executions.
func (j *Journal) Scan(ctx context.Context, q asl.Query) ([]asl.Record, error) {
	if q.Open {
		return collect(ctx, j.stmts.open, func(scan func(...any) error) (asl.Record, error) {
			var r asl.Record
			var due sql.NullInt64
			err := scan(&r.Position, &r.ID, &due, &r.Active)
			r.Due, r.Status = moment(due), asl.Running
			return r, err
		}, q.Past, q.Limit)
	}
	return collect(ctx, j.stmts.list, j.record, q.Past, q.Machine, string(q.Status), q.Limit)
}

// collect reads all rows before it returns, so that no row is being read when
// the caller writes.
func collect[T any](ctx context.Context, stmt *sql.Stmt, one func(func(...any) error) (T, error), args ...any) ([]T, error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := one(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// Events gives an execution's history from an event number on.
func (j *Journal) Events(ctx context.Context, id string, from int64, limit int) ([]asl.Event, error) {
	groups, err := collect(ctx, j.stmts.events, func(scan func(...any) error) ([]asl.Event, error) {
		var kept []byte
		var events []asl.Event
		if err := scan(&kept); err != nil {
			return nil, err
		}
		text, err := j.seal.Open(kept, about(id, eventsOf))
		if err != nil {
			return nil, err
		}
		err = json.Unmarshal(text, &events)
		return events, err
	}, id, from)
	if err != nil {
		return nil, err
	}
	var out []asl.Event
	for _, g := range groups {
		for _, e := range g {
			if e.ID >= from && (limit == 0 || len(out) < limit) {
				out = append(out, e)
			}
		}
	}
	return out, nil
}
