// Package journal keeps the executions of the embedded state machines in one
// SQLite file.
//
// What Commit has taken survives a crash of the process and a loss of power:
// the file is written with a write-ahead log and synchronous=FULL. Transitions
// of several executions that come at the same time are written in one
// transaction, and each caller is released when that transaction is durable.
//
// Inputs, states, histories and results hold task tokens, which resume a run
// for whoever has one. In a file they are sealed, each for its execution; by a
// token an execution is found by its hash.
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
	schemaVersion = 2
	// maxGroup bounds the transitions written in one transaction, maxWaiting
	// those that queue for it.
	maxGroup   = 512
	maxWaiting = 1024
	readers    = 4
)

// Columns that say "sealed" hold what Sealer made of the text.
const schema = `
CREATE TABLE schema (version INTEGER NOT NULL, probe BLOB NOT NULL); -- probe: sealed
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
  input      BLOB NOT NULL,     -- sealed
  output     BLOB,              -- sealed
  error      BLOB,              -- sealed
  cause      BLOB               -- sealed
);
CREATE INDEX execution_list ON execution (machine, status, id);
CREATE TABLE run (             -- one row for each open execution
  execution INTEGER PRIMARY KEY REFERENCES execution (id),
  version   INTEGER NOT NULL,
  due       INTEGER,           -- when it next acts by itself
  active    INTEGER NOT NULL,  -- 1: a restart must take it up
  snapshot  BLOB NOT NULL      -- sealed
);
CREATE TABLE history (
  execution INTEGER NOT NULL REFERENCES execution (id),
  last      INTEGER NOT NULL,  -- number of the last event in the row
  events    BLOB NOT NULL,     -- JSON array, sealed
  PRIMARY KEY (execution, last)
) WITHOUT ROWID;
CREATE TABLE token (
  hash      BLOB PRIMARY KEY,  -- SHA-256 of the task token
  execution INTEGER NOT NULL REFERENCES execution (id)
) WITHOUT ROWID;
CREATE INDEX token_execution ON token (execution);
`

// Sealer keeps texts unreadable in the file. about says what a text is and of
// which execution; what is sealed opens only under the same.
type Sealer interface {
	Seal(plain []byte, about string) []byte
	Open(sealed []byte, about string) ([]byte, error)
}

// Journal is an asl.Journal in an SQLite file.
type Journal struct {
	seal  Sealer
	write *sql.DB // one connection
	read  *sql.DB
	stmts statements

	queue chan *waiting
	done  chan struct{}

	gate   sync.RWMutex // held for reading while a transition is queued
	closed bool
}

var _ asl.Journal = (*Journal)(nil)

// waiting is a transition on its way to the file, with its sealed texts.
type waiting struct {
	t      *asl.Transition
	sealed sealed
	result chan error
}

// memory is the path of a journal without a file.
const memory = ":memory:"

// errUnreadable: the file is a journal, but of texts that cannot be read.
var errUnreadable = errors.New("a journal of another layout or key")

// Open opens or makes the journal at an absolute path; ":memory:" gives one
// that ends with the process and needs no sealer. A file of a newer version is
// refused. One of an older version, or sealed with another key, is begun anew:
// runs are driven again from the records.
func Open(ctx context.Context, path string, seal Sealer) (*Journal, error) {
	if seal == nil {
		if path != memory {
			return nil, fmt.Errorf("open the journal %s: a file needs a sealer", path)
		}
		seal = plain{}
	}
	j, err := open(ctx, path, seal)
	if errors.Is(err, errUnreadable) {
		if err := forget(path); err != nil {
			return nil, fmt.Errorf("begin the journal %s anew: %w", path, err)
		}
		j, err = open(ctx, path, seal)
	}
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", path, err)
	}
	return j, nil
}

// forget removes the file, its log first: a log alone would be read as the
// next file's.
func forget(path string) error {
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, path string, seal Sealer) (*Journal, error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", source(path))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	j := &Journal{seal: seal, write: write, read: write, queue: make(chan *waiting, maxWaiting), done: make(chan struct{})}
	if err := j.prepare(ctx); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	if path != memory {
		if j.read, err = sql.Open("sqlite", source(path)); err != nil {
			return nil, errors.Join(err, write.Close())
		}
		j.read.SetMaxOpenConns(readers)
		j.read.SetMaxIdleConns(readers)
	}
	if j.stmts, err = prepareAll(ctx, j.write, j.read); err != nil {
		return nil, errors.Join(err, j.closeFiles())
	}
	go j.writer()
	return j, nil
}

// makePrivate makes the file if there is none: SQLite would let everybody read
// it. Its companions take over the mode they find.
func makePrivate(path string) error {
	if path == memory {
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
	if path == memory {
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
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema (version, probe) VALUES (?, ?)`, schemaVersion, j.seal.Seal(nil, "probe")); err != nil {
			return err
		}
		return tx.Commit()
	}
	var version int
	if err := tx.QueryRowContext(ctx, `SELECT version FROM schema`).Scan(&version); err != nil {
		return fmt.Errorf("not a journal: %w", err)
	}
	if version > schemaVersion {
		return fmt.Errorf("the file has layout %d, this program knows %d", version, schemaVersion)
	}
	if version < schemaVersion {
		return errUnreadable
	}
	var probe []byte
	if err := tx.QueryRowContext(ctx, `SELECT probe FROM schema`).Scan(&probe); err != nil {
		return err
	}
	if _, err := j.seal.Open(probe, "probe"); err != nil {
		return errors.Join(errUnreadable, err)
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
