// Package journal keeps the executions of the embedded state machines in one
// SQLite file.
//
// What Commit has taken survives a crash of the process and a loss of power:
// the file is written with a write-ahead log and synchronous=FULL. Transitions
// of several executions that come at the same time are written in one
// transaction, and each caller is released when that transaction is durable.
//
// The package knows the tables and nothing of the language the machines are
// written in. One process at a time may write to a file; it is the caller's
// part to see to that.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the SQLite driver

	"hoso/shared/asl"
)

const (
	// schemaVersion is the newest layout of the tables this code knows.
	schemaVersion = 1
	// maxGroup bounds the transitions written in one transaction, maxWaiting
	// those that queue for it.
	maxGroup   = 512
	maxWaiting = 1024
	readers    = 4
)

const schema = `
CREATE TABLE schema (version INTEGER NOT NULL);
CREATE TABLE definition (
  digest  BLOB PRIMARY KEY,  -- SHA-256 of the text
  machine TEXT NOT NULL,
  text    TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE execution (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  arn        TEXT NOT NULL UNIQUE,
  machine    TEXT NOT NULL,
  name       TEXT NOT NULL,
  definition BLOB NOT NULL REFERENCES definition (digest),
  status     TEXT NOT NULL,
  started    INTEGER NOT NULL,  -- times are nanoseconds since 1970, UTC
  stopped    INTEGER,
  input      TEXT NOT NULL,
  output     TEXT,
  error      TEXT,
  cause      TEXT
);
CREATE INDEX execution_list ON execution (machine, status, id);
CREATE TABLE run (             -- one row for each open execution
  execution INTEGER PRIMARY KEY REFERENCES execution (id),
  version   INTEGER NOT NULL,
  due       INTEGER,           -- when it next acts by itself
  active    INTEGER NOT NULL,  -- 1: a restart must take it up
  snapshot  TEXT NOT NULL
);
CREATE TABLE history (
  execution INTEGER NOT NULL REFERENCES execution (id),
  last      INTEGER NOT NULL,  -- number of the last event in the row
  events    TEXT NOT NULL,     -- JSON array
  PRIMARY KEY (execution, last)
) WITHOUT ROWID;
CREATE TABLE token (
  hash      BLOB PRIMARY KEY,  -- SHA-256 of the task token
  execution INTEGER NOT NULL REFERENCES execution (id)
) WITHOUT ROWID;
CREATE INDEX token_execution ON token (execution);
`

// Journal is an asl.Journal in an SQLite file.
type Journal struct {
	write *sql.DB // one connection
	read  *sql.DB
	stmts statements

	queue chan *waiting
	done  chan struct{}

	gate   sync.RWMutex // held for reading while a transition is queued
	closed bool
}

var _ asl.Journal = (*Journal)(nil)

// waiting is a transition on its way to the file.
type waiting struct {
	t      *asl.Transition
	result chan error
}

// Open opens or makes the journal at an absolute path; ":memory:" gives one
// that ends with the process. A file written by a newer version is refused.
func Open(ctx context.Context, path string) (*Journal, error) {
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", path, err)
	}
	write, err := sql.Open("sqlite", source(path))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	j := &Journal{write: write, read: write, queue: make(chan *waiting, maxWaiting), done: make(chan struct{})}
	if err := j.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal %s: %w", path, err), write.Close())
	}
	if path != ":memory:" {
		if j.read, err = sql.Open("sqlite", source(path)); err != nil {
			return nil, errors.Join(err, write.Close())
		}
		j.read.SetMaxOpenConns(readers)
		j.read.SetMaxIdleConns(readers)
	}
	if j.stmts, err = prepareAll(ctx, j.write, j.read); err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal %s: %w", path, err), j.closeFiles())
	}
	go j.writer()
	return j, nil
}

// makePrivate makes the file if there is none: it holds task tokens, and SQLite
// would let everybody read it. Its companions take over the mode they find.
func makePrivate(path string) error {
	if path == ":memory:" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// source gives the data source name: every connection is set up alike.
func source(path string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)", "foreign_keys(0)", "temp_store(MEMORY)", "cache_size(-8000)",
	}}
	if path == ":memory:" {
		return "file::memory:?" + q.Encode()
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// prepare makes the tables in a new file and checks the version of an old one.
func (j *Journal) prepare(ctx context.Context) error {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it has nothing to do
	var tables int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	if tables == 0 {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema (version) VALUES (?)`, schemaVersion); err != nil {
			return err
		}
		return tx.Commit()
	}
	var version int
	if err := tx.QueryRowContext(ctx, `SELECT version FROM schema`).Scan(&version); err != nil {
		return fmt.Errorf("not a journal: %w", err)
	}
	if version != schemaVersion {
		return fmt.Errorf("the file has layout %d, this program knows %d", version, schemaVersion)
	}
	return tx.Commit()
}

// Close waits for what is being written and closes the file.
func (j *Journal) Close() error {
	j.gate.Lock()
	closed := j.closed
	j.closed = true
	if !closed {
		close(j.queue)
	}
	j.gate.Unlock()
	if closed {
		return nil
	}
	<-j.done
	return j.closeFiles()
}

func (j *Journal) closeFiles() error {
	err := j.write.Close()
	if j.read != nil && j.read != j.write {
		err = errors.Join(err, j.read.Close())
	}
	return err
}

// Purge deletes up to limit executions that ended before a moment, with all
// that belongs to them, and says how many it deleted.
func (j *Journal) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	tx, err := j.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() // after Commit it has nothing to do
	rows, err := tx.QueryContext(ctx, `SELECT id FROM execution WHERE stopped < ? ORDER BY id LIMIT ?`, before.UnixNano(), limit)
	if err != nil {
		return 0, err
	}
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return 0, errors.Join(err, rows.Close())
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	for _, id := range ids {
		for _, statement := range []string{
			`DELETE FROM history WHERE execution = ?`, `DELETE FROM token WHERE execution = ?`, `DELETE FROM execution WHERE id = ?`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return 0, err
			}
		}
	}
	return len(ids), tx.Commit()
}
