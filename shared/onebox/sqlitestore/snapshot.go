package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"hoso/shared/evidence"
	"hoso/shared/store"
)

// Snapshot opens one consistent view of the whole store on a connection of
// its own. While it is open the write-ahead log only grows: close it soon.
func (r *Reader) Snapshot(ctx context.Context) (store.Snapshot, error) {
	s := &snapshot{}
	if err := s.open(ctx, r); err != nil {
		return nil, wrap("store.snapshot", errors.Join(err, s.Close()))
	}
	return s, nil
}

type snapshot struct {
	db *sql.DB // its own for a store in memory, else nil
	c  *conn
}

func (s *snapshot) open(ctx context.Context, r *Reader) error {
	db := r.db
	if r.path == memory {
		// The one connection cannot both hold a view and write: copy.
		image, err := r.Image(ctx)
		if err != nil {
			return err
		}
		if s.db, err = sql.Open("sqlite", memory); err != nil {
			return err
		}
		if s.c, err = dial(ctx, s.db); err != nil {
			return err
		}
		return s.c.load(image)
	}
	var err error
	if s.c, err = dial(ctx, db, `PRAGMA query_only = ON`, `PRAGMA cache_size = -8192`); err != nil {
		return err
	}
	if _, err = s.c.exec(`BEGIN`); err != nil {
		return err
	}
	// The view is fixed by the first read, not by BEGIN.
	var n int
	_, err = s.c.row(`SELECT count(*) FROM sqlite_master`, nil, &n)
	return err
}

// load makes the connection's database that of an image.
func (c *conn) load(image []byte) error {
	return c.c.Raw(func(dc any) error {
		return dc.(interface{ Deserialize([]byte) error }).Deserialize(image)
	})
}

// Image gives the bytes of a database in memory.
func (r *Reader) Image(ctx context.Context) (image []byte, err error) {
	err = r.read(ctx, func(c *conn) error {
		return c.c.Raw(func(dc any) (err error) {
			image, err = dc.(interface{ Serialize() ([]byte, error) }).Serialize()
			return err
		})
	})
	return image, err
}

// Close lets the view go.
func (s *snapshot) Close() error {
	var err error
	if s.c != nil {
		s.c.rollback()
		err = s.c.close()
	}
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	s.c, s.db = nil, nil
	return err
}

// stop carries an error of a visitor through, unchanged.
type stop struct{ err error }

func (s stop) Error() string { return s.err.Error() }

// Walk hands everything w asks for to its functions; see store.Snapshot.
func (s *snapshot) Walk(ctx context.Context, w store.Walker) error {
	err := s.walk(ctx, w)
	var st stop
	if errors.As(err, &st) {
		return st.err
	}
	return wrap("store.walk", err)
}

func (s *snapshot) walk(ctx context.Context, w store.Walker) error {
	each := func(visit func(scan func(...any) error) error) func(scan func(...any) error) (bool, error) {
		return func(scan func(...any) error) (bool, error) {
			if err := ctx.Err(); err != nil {
				return false, stop{err}
			}
			return true, visit(scan)
		}
	}
	if w.Head != nil {
		if err := s.c.rows(`SELECT chain, seq, hash FROM heads ORDER BY chain`, nil, each(func(scan func(...any) error) error {
			var chain string
			var h evidence.Head
			if err := scan(&chain, &h.Seq, &h.Hash); err != nil {
				return err
			}
			return visited(w.Head(chain, h))
		})); err != nil {
			return err
		}
	}
	if w.Event != nil {
		if err := s.c.rows(`SELECT chain, seq, hash, line FROM events ORDER BY chain, seq`, nil, each(func(scan func(...any) error) error {
			var p evidence.Placed
			if err := scan(&p.Chain, &p.Seq, &p.Hash, &p.Line); err != nil {
				return err
			}
			return visited(w.Event(p))
		})); err != nil {
			return err
		}
	}
	if w.Record != nil {
		low, high := span(store.Page{Prefix: w.Part})
		if err := s.c.rows(`SELECT part, sort, rev, body, entries, sum, entries FROM records WHERE part >= ? AND part < ? ORDER BY part, sort`,
			[]any{low, high}, each(func(scan func(...any) error) error {
				var list string
				var sum []byte
				rec, err := record(func(to ...any) error { return scan(append(to, &sum, &list)...) })
				if err != nil {
					return err
				}
				if list == encodeEntries(rec.Index) { // a damaged list reads as none
					rec.Sum = sum
				}
				return visited(w.Record(rec))
			})); err != nil {
			return err
		}
	}
	if w.Counter != nil {
		if err := s.c.rows(`SELECT name, free FROM counters ORDER BY name`, nil, each(func(scan func(...any) error) error {
			var name string
			var free int64
			if err := scan(&name, &free); err != nil {
				return err
			}
			return visited(w.Counter(name, free))
		})); err != nil {
			return err
		}
	}
	if w.Plain != nil {
		for _, table := range plainRows {
			if err := s.c.rows(table.read, []any{"", -1}, each(func(scan func(...any) error) error {
				p, err := table.row(scan)
				if err != nil {
					return err
				}
				return visited(w.Plain(p))
			})); err != nil {
				return err
			}
		}
	}
	if w.Message != nil {
		return s.c.rows(`SELECT id, kind, body, due, attempts, error FROM outbox ORDER BY id`, nil, each(func(scan func(...any) error) error {
			m, err := message(scan)
			if err != nil {
				return err
			}
			return visited(w.Message(m))
		}))
	}
	return nil
}

func visited(err error) error {
	if err != nil {
		return stop{err}
	}
	return nil
}

// Damage names what is wrong with the file itself: pages that do not fit
// together, index rows that do not agree with their records, and rows of the
// sums that nothing writes. Errors mean that the check could not run; a damaged
// file is not an error.
func (r *Reader) Damage(ctx context.Context) ([]string, error) {
	sn, err := r.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	s := sn.(*snapshot)
	defer func() { _ = s.Close() }()
	var found []string
	collect := func(scan func(...any) error) (bool, error) {
		var line string
		err := scan(&line)
		if line != "ok" {
			found = append(found, line)
		}
		return err == nil && ctx.Err() == nil, err
	}
	err = s.c.rows(`PRAGMA integrity_check(100)`, nil, collect)
	if err == nil && len(found) == 0 {
		err = s.c.rows(indexDamage, nil, collect)
	}
	if err != nil && code(err) != 0 {
		return append(found, err.Error()), nil
	}
	return found, wrap("store.damage", err)
}

// indexDamage lists at most 100 index rows without a record that names them,
// names without their row, which may lack anything, and foreign sums.
const indexDamage = `
	WITH named AS (
		SELECT value->>'name' AS pattern, value->>'part' AS part, value->>'sort' AS sort, r.part AS rec_part, r.sort AS rec_sort
		FROM records r, json_each(iif(json_valid(r.entries), r.entries, '[]')))
	SELECT * FROM (
		SELECT concat('index row without its record: ', pattern, ' ', part, ' ', sort, ' -> ', rec_part, '|', rec_sort)
		FROM (SELECT * FROM entries EXCEPT SELECT * FROM named)
		UNION ALL
		SELECT concat('record without its index row: ', rec_part, '|', rec_sort, ' -> ', pattern, ' ', part, ' ', sort)
		FROM (SELECT * FROM named EXCEPT SELECT * FROM entries)
		UNION ALL
		SELECT 'sum of nothing: ' || name FROM sums WHERE name <> 'records')
	LIMIT 100`

// Backup writes a consistent copy to a new file, while the store is in use.
// The copy is on the disk when Backup returns.
func (r *Reader) Backup(ctx context.Context, file string) error {
	if err := r.copyTo(ctx, file); err != nil {
		return wrap("store.backup", err)
	}
	for _, name := range []string{file, filepath.Dir(file)} {
		f, err := os.Open(name)
		if err != nil {
			return wrap("store.backup", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return wrap("store.backup", err)
		}
	}
	return nil
}

func (r *Reader) copyTo(ctx context.Context, file string) (err error) {
	if r.path == memory {
		return r.read(ctx, func(c *conn) error {
			_, err := c.exec(`VACUUM INTO ?`, file)
			return err
		})
	}
	// A connection of its own: those of the pool may not write, here not even
	// to another file, and a long copy would keep readers waiting.
	c, err := dial(ctx, r.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	_, err = c.exec(`VACUUM INTO ?`, file)
	return err
}
