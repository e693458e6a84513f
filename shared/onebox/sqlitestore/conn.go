package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// conn is one SQLite connection with its prepared statements. Whoever took it
// from its pool has it alone.
//
// Statements run without the caller's context: they are short, and a
// cancelled context would make the driver interrupt, and sometimes drop, the
// connection. Callers look at their context before and between statements.
type conn struct {
	c        *sql.Conn
	prepared map[string]*sql.Stmt
}

// dsn addresses a file, or a database in memory of its own for path memory.
func dsn(path, query string) string {
	if path == memory {
		return memory
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: query}
	return u.String()
}

// dial opens a connection of db and sets it up, so that from its first
// statement on everything it writes is synced.
func dial(ctx context.Context, db *sql.DB, pragmas ...string) (*conn, error) {
	sc, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &conn{c: sc, prepared: map[string]*sql.Stmt{}}
	for _, p := range append([]string{
		`PRAGMA busy_timeout = 5000`,
		`PRAGMA synchronous = FULL`,
		`PRAGMA temp_store = MEMORY`,
		`PRAGMA trusted_schema = OFF`,
	}, pragmas...) {
		if _, err := sc.ExecContext(ctx, p); err != nil {
			return nil, errors.Join(err, c.close())
		}
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.prepared {
		_ = s.Close() // a statement of a connection that goes away
	}
	return c.c.Close()
}

func (c *conn) stmt(query string) (*sql.Stmt, error) {
	if s, ok := c.prepared[query]; ok {
		return s, nil
	}
	s, err := c.c.PrepareContext(context.Background(), query)
	if err == nil {
		c.prepared[query] = s
	}
	return s, err
}

// exec runs a statement and gives the number of rows it changed.
func (c *conn) exec(query string, args ...any) (int64, error) {
	s, err := c.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row reads at most one row into to and says whether there was one.
func (c *conn) row(query string, args []any, to ...any) (bool, error) {
	found := false
	err := c.rows(query, args, func(scan func(...any) error) (bool, error) {
		found = true
		return false, scan(to...)
	})
	return found, err
}

// rows hands each row to each until that says stop.
func (c *conn) rows(query string, args []any, each func(scan func(...any) error) (more bool, err error)) (err error) {
	s, err := c.stmt(query)
	if err != nil {
		return err
	}
	rs, err := s.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rs.Close()) }()
	for rs.Next() {
		more, err := each(rs.Scan)
		if err != nil || !more {
			return err
		}
	}
	return rs.Err()
}

// rollback ends a transaction that failed; that none is open is fine.
func (c *conn) rollback() { _, _ = c.exec(`ROLLBACK`) }
