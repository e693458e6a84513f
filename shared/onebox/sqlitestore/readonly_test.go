package sqlitestore_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hoso/shared/onebox/sqlitestore"
)

func TestAFolderThatMayNotBeWrittenIsRead(t *testing.T) {
	inOwnDisk(t, "read-only")
}

// readOnly reads stores through a view that may not be written: one at rest,
// one that is being written, and the copy of one that was.
func readOnly(dir string) error {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=9m"); err != nil {
		return fmt.Errorf("%s: %w", noMount, err)
	}
	rest, live := filepath.Join(dir, "rest", "hoso.db"), filepath.Join(dir, "live", "hoso.db")
	for _, path := range []string{rest, live} {
		s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
		if err != nil {
			return err
		}
		if err := setUp(s); err != nil {
			return err
		}
		if _, err := s.Commit(bg, ledgerAct("a", 1)); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	s, err := sqlitestore.Open(bg, live, sqlitestore.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Commit(bg, ledgerAct("b", 1)); err != nil { // in the log alone
		return err
	}
	copied := filepath.Join(dir, "copied", "hoso.db")
	if err := os.Mkdir(filepath.Dir(copied), 0o700); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(live + suffix)
		if err != nil {
			return err
		}
		if err := os.WriteFile(copied+suffix, b, 0o600); err != nil {
			return err
		}
	}
	view := filepath.Join(dir, "view")
	if err := os.Mkdir(view, 0o700); err != nil {
		return err
	}
	for _, flags := range []uintptr{syscall.MS_BIND, syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY} {
		if err := syscall.Mount(dir, view, "", flags, ""); err != nil {
			return err
		}
	}
	for _, name := range []string{"rest", "live"} {
		path := filepath.Join(view, name, "hoso.db")
		r, err := sqlitestore.OpenReader(bg, path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if found, err := wholeLedger(r); err != nil || !found["a"] {
			return fmt.Errorf("%s: %v, %w", path, found, err)
		}
		if err := r.Close(); err != nil {
			return err
		}
	}
	// Without its companions a log cannot be read, and must not be left out.
	if r, err := sqlitestore.OpenReader(bg, filepath.Join(view, "copied", "hoso.db")); err == nil {
		_ = r.Close()
		return errors.New("a file was read without its log")
	}
	return nil
}
