package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// memory is the path of a database without a file.
const memory = ":memory:"

// readers is how many reads run side by side; more wait.
const readers = 4

var (
	_ store.Store  = (*Store)(nil)
	_ store.Reader = (*Reader)(nil)
	_ store.Source = (*Reader)(nil)
)

// Options change how a store behaves; the zero value is right for production.
type Options struct {
	// Queued, if set, is called after each commit that left messages in the
	// outbox. It must return at once.
	Queued func()
	// RowKey gives the key of records' sums (store.Summer), once the file is
	// known to be a store and held; nil: without a key. A store whose records
	// were summed with another key is summed anew.
	RowKey func() ([]byte, error)
	// IndexLag makes Query answer as of Now minus IndexLag, as an index that
	// is updated later would: for tests. Records it gives are as old too.
	IndexLag time.Duration
	// Now is the clock IndexLag is measured by; needed with it alone.
	Now func() time.Time
	// Image is what a store in memory begins with, as Image gave it: for tests
	// that go back to where they were.
	Image []byte
}

// Store is a store in one SQLite file.
type Store struct {
	*Reader
	opts  Options
	sum   store.Summer
	w     *conn // the writer's own connection; nil in memory
	jobs  chan *job
	wipes chan chan error
	quit  chan struct{}
	ended chan struct{}
	stop  sync.Once

	mu     sync.Mutex
	failed error // why no more writes are taken

	// The writer's own.
	pages int  // pages of log that are worth carrying over
	since int  // jobs since the write-ahead log was last looked at
	full  bool // the disk was full and the log is not carried over yet
}

// Open opens the store in the file at path, made if it is not there, or a new
// one in memory for ":memory:". Errors: fault.Invalid with code data-newer or
// data-foreign, fault.Transient with code data-in-use while another process
// holds the file, disk-full or disk-error.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.IndexLag > 0 && o.Now == nil {
		return nil, &fault.Error{Kind: fault.Internal, Op: "store.open", Err: errors.New("a lag needs a clock")}
	}
	s := &Store{
		Reader: newReader(path), opts: o, pages: logPages,
		jobs: make(chan *job, maxBatch), wipes: make(chan chan error), quit: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := s.open(ctx); err != nil {
		return nil, wrap("store.open", errors.Join(err, s.Reader.Close()))
	}
	go s.write()
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if s.path != memory {
		abs, err := filepath.Abs(s.path)
		if err != nil {
			return err
		}
		s.path = abs
		if err := s.claim(); err != nil {
			return err
		}
	}
	db, err := sql.Open("sqlite", dsn(s.path, ""))
	if err != nil {
		return err
	}
	s.db = db
	// The log is carried over by carryOver, which looks at the result.
	w, err := dial(ctx, db, `PRAGMA wal_autocheckpoint = 0`,
		`PRAGMA journal_size_limit = 67108864`, `PRAGMA cache_size = -16384`)
	if err != nil {
		return err
	}
	s.all = append(s.all, w)
	if s.path == memory && s.opts.Image != nil {
		if err := w.load(s.opts.Image); err != nil {
			return err
		}
	}
	v, err := found(w)
	if err != nil {
		return err
	}
	// Only now that the file is known to be ours: this changes it.
	if _, err := w.exec(`PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	if err := migrate(w, v); err != nil {
		return err
	}
	if err := s.setSums(w); err != nil {
		return err
	}
	if err := s.setLag(w); err != nil {
		return err
	}
	if s.path == memory {
		s.put(w)
		return nil
	}
	s.w = w
	return s.fill(ctx)
}

// claim makes the folder and the file if need be, private to this user, and
// takes the lock that keeps a second process out.
func (s *Store) claim() error {
	if err := makeFolder(filepath.Dir(s.path)); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	s.lock = f
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return &fault.Error{
			Kind: fault.Transient, Op: "store.open", Code: "data-in-use", Err: err,
			Public: "Thư mục dữ liệu đang được một tiến trình khác sử dụng. Hãy dừng tiến trình đó trước.",
		}
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "%d\n", os.Getpid()); err != nil {
		return err
	}
	// SQLite would make the file readable for everybody; its companions take
	// over the mode they find.
	db, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return db.Close()
}

// makeFolder makes dir and syncs what names it: a folder that a power loss
// takes away would take the commits in it along.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	f, err := os.Open(parent)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Close waits for the commits under way and lets the file go. Once is enough,
// twice is fine.
func (s *Store) Close() error {
	var err error
	s.stop.Do(func() {
		close(s.quit)
		<-s.ended
		err = wrap("store.close", s.Reader.Close())
	})
	return err
}

// Healthy gives nil while the store takes writes, else why it does not.
func (s *Store) Healthy() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}
