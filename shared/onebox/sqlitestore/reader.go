package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"

	"hoso/shared/fault"
)

// Reader reads a store without changing it.
type Reader struct {
	path   string
	db     *sql.DB
	pool   chan *conn
	pooled int
	all    []*conn
	lock   *os.File      // the lock beside the file, if held
	gone   chan struct{} // closed with the reader
	once   sync.Once
	lag    func(ctx context.Context) error // brings the lagging index up to date
}

// OpenReader opens a store that another process may be writing, to read it.
// The file must be there and have this program's version.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, wrap("store.open", err)
	}
	r := newReader(abs)
	if err := r.open(ctx); err != nil {
		return nil, wrap("store.open", errors.Join(err, r.Close()))
	}
	return r, nil
}

func (r *Reader) open(ctx context.Context) error {
	if _, err := os.Stat(r.path); err != nil {
		return &fault.Error{
			Kind: fault.NotFound, Op: "store.open", Err: err,
			Public: "Không tìm thấy tệp hoso.db trong thư mục dữ liệu này.",
		}
	}
	err := r.connect(ctx, "mode=ro")
	if primary(err) == sqlite3.SQLITE_CANTOPEN && r.atRest() {
		err = errors.Join(r.disconnect(), r.connect(ctx, "mode=ro&immutable=1"))
	}
	return err
}

// connect opens the reading connections and looks at the tables' version.
func (r *Reader) connect(ctx context.Context, query string) (err error) {
	if r.db, err = sql.Open("sqlite", dsn(r.path, query)); err != nil {
		return err
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	c, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer r.give(c)
	v, err := found(c)
	if err == nil && v != version {
		err = &fault.Error{
			Kind: fault.Invalid, Op: "store.open", Code: "data-older",
			Public: "Dữ liệu thuộc phiên bản cũ hơn. Hãy chạy “hoso serve” một lần để nâng cấp.",
		}
	}
	return err
}

// disconnect takes connect back.
func (r *Reader) disconnect() error {
	for range r.pooled {
		<-r.pool
	}
	// The writer's connection, if there is one, is the first and goes last: the
	// last one out carries the log over into the file.
	var err error
	for i := len(r.all) - 1; i >= 0; i-- {
		err = errors.Join(err, r.all[i].close())
	}
	if r.db != nil {
		err = errors.Join(err, r.db.Close())
	}
	r.all, r.db, r.pooled = nil, nil, 0
	return err
}

// atRest reports whether the file can be read as it lies, without the
// companions that SQLite cannot make in a folder it may not write: nobody
// holds it and its log is empty. While this reader lives nobody will hold it.
func (r *Reader) atRest() bool {
	if log, err := os.Stat(r.path + "-wal"); err == nil && log.Size() > 0 {
		return false
	}
	f, err := os.Open(r.path + ".lock")
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	r.lock = f
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil
}

// fill opens the reading connections.
func (r *Reader) fill(ctx context.Context) error {
	for range readers {
		c, err := dial(ctx, r.db, `PRAGMA query_only = ON`, `PRAGMA cache_size = -8192`)
		if err != nil {
			return err
		}
		r.all = append(r.all, c)
		r.put(c)
	}
	return nil
}

// Close lets the file go. Calls still under way are waited for, later ones
// are refused.
func (r *Reader) Close() error {
	var err error
	r.once.Do(func() {
		close(r.gone)
		err = r.disconnect()
		if r.lock != nil {
			err = errors.Join(err, r.lock.Close())
		}
	})
	return err
}

// take gives a connection to read with; give takes it back.
func (r *Reader) take(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(fault.Transient, "store.read", err)
	}
	select {
	case c := <-r.pool:
		return c, nil
	default:
	}
	select {
	case c := <-r.pool:
		return c, nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Transient, "store.read", ctx.Err())
	case <-r.gone:
		return nil, errClosed
	}
}

func (r *Reader) give(c *conn) { r.pool <- c }

// put adds a connection to the pool.
func (r *Reader) put(c *conn) {
	r.pooled++
	r.pool <- c
}

func newReader(path string) *Reader {
	return &Reader{path: path, pool: make(chan *conn, readers), gone: make(chan struct{})}
}
