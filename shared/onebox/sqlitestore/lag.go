package sqlitestore

import (
	"context"
	"strings"

	"hoso/shared/store"
)

// A lagging index is a second copy of records and entries that changes reach
// when they are old enough, in order, through a queue in the same database.
// Keeping whole records there lets a query answer with what the record was,
// as an index that carries its records does.
var lagTables = []string{
	`CREATE TABLE lag_changes (
		n INTEGER PRIMARY KEY, at INTEGER NOT NULL,
		part TEXT NOT NULL, sort TEXT NOT NULL,
		rev INTEGER NOT NULL, body TEXT NOT NULL, entries TEXT NOT NULL) STRICT`,
	`CREATE TABLE lag_records (
		part TEXT NOT NULL, sort TEXT NOT NULL,
		rev INTEGER NOT NULL, body TEXT NOT NULL, entries TEXT NOT NULL,
		UNIQUE (part, sort)) STRICT`,
	`CREATE TABLE lag_entries (
		pattern TEXT NOT NULL, part TEXT NOT NULL, sort TEXT NOT NULL,
		rec_part TEXT NOT NULL, rec_sort TEXT NOT NULL,
		PRIMARY KEY (pattern, part, sort, rec_part, rec_sort)) STRICT, WITHOUT ROWID`,
	`INSERT INTO lag_records SELECT part, sort, rev, body, entries FROM records`,
	`INSERT INTO lag_entries SELECT * FROM entries`,
}

// setLag makes or removes the lagging index. A session without lag does not
// keep it up, so it must not be found by the next one with it.
func (s *Store) setLag(w *conn) error {
	var there int
	if _, err := w.row(`SELECT count(*) FROM sqlite_master WHERE name = 'lag_changes'`, nil, &there); err != nil {
		return err
	}
	var steps []string
	switch {
	case s.opts.IndexLag > 0:
		s.lag = s.catchUp
		if there == 0 {
			steps = lagTables
		}
	case there > 0:
		steps = []string{`DROP TABLE lag_changes`, `DROP TABLE lag_records`, `DROP TABLE lag_entries`}
	}
	if len(steps) == 0 {
		return nil
	}
	for _, step := range append(append([]string{`BEGIN IMMEDIATE`}, steps...), `COMMIT`) {
		if _, err := w.exec(step); err != nil {
			w.rollback()
			return err
		}
	}
	return nil
}

// remember queues what a write made of a record; revision 0 is its removal.
func (s *Store) remember(w *conn, wr store.Write, was int64, index string) error {
	rev := was + 1
	if wr.Delete {
		rev = 0
	}
	_, err := w.exec(`INSERT INTO lag_changes (at, part, sort, rev, body, entries) VALUES (?, ?, ?, ?, ?, ?)`,
		s.opts.Now().UnixNano(), wr.Key.Part, wr.Key.Sort, rev, string(wr.Body), index)
	return err
}

// catchUp lets the changes that are old enough reach the lagging index.
func (s *Store) catchUp(ctx context.Context) error {
	until := s.opts.Now().Add(-s.opts.IndexLag).UnixNano()
	return s.submit(ctx, 0, func(w *conn) (refused, failed error) {
		var due []change
		err := w.rows(`SELECT n, part, sort, rev, body, entries FROM lag_changes
			WHERE n <= (SELECT max(n) FROM lag_changes WHERE at <= ?) ORDER BY n`, []any{until},
			func(scan func(...any) error) (bool, error) {
				var c change
				err := scan(&c.n, &c.part, &c.sort, &c.rev, &c.body, &c.entries)
				due = append(due, c)
				return true, err
			})
		for _, c := range due {
			if err == nil {
				err = c.arrive(w)
			}
		}
		return nil, err
	})
}

// change is a row of lag_changes.
type change struct {
	n, rev                    int64
	part, sort, body, entries string
}

// arrive puts the change into the lagging index and takes it off the queue.
func (c change) arrive(w *conn) error {
	for _, step := range []string{
		`DELETE FROM lag_entries WHERE rec_part = ?1 AND rec_sort = ?2`,
		`DELETE FROM lag_records WHERE part = ?1 AND sort = ?2`,
	} {
		if _, err := w.exec(step, c.part, c.sort); err != nil {
			return err
		}
	}
	if c.rev > 0 {
		if _, err := w.exec(`INSERT INTO lag_records (part, sort, rev, body, entries) VALUES (?, ?, ?, ?, ?)`,
			c.part, c.sort, c.rev, c.body, c.entries); err != nil {
			return err
		}
		if _, err := w.exec(`INSERT INTO lag_entries SELECT value->>'name', value->>'part', value->>'sort', ?, ?
			FROM json_each(?)`, c.part, c.sort, c.entries); err != nil {
			return err
		}
	}
	_, err := w.exec(`DELETE FROM lag_changes WHERE n = ?`, c.n)
	return err
}

// lagging turns a query of the index into one of the lagging index.
func lagging(query string) string {
	return strings.NewReplacer("FROM entries e", "FROM lag_entries e", "JOIN records r", "JOIN lag_records r").Replace(query)
}
