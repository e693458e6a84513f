package house

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// scratch gives an empty file in memory that is gone once it is closed: no
// document lies in a temporary folder, whatever dies.
func scratch() (*os.File, error) {
	fd, err := unix.MemfdCreate("hoso", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "scratch"), nil
}

// folder makes a folder and syncs what names it, and those above it: a folder
// that a power loss takes away takes along what was made durable in it.
func folder(dir string, mode os.FileMode) error {
	parent := filepath.Dir(dir)
	if _, err := os.Stat(parent); errors.Is(err, os.ErrNotExist) {
		if err := folder(parent, mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	f, err := os.Open(parent)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// tidy removes what a process that died was writing: it never got its name.
// It needs the folder to itself.
func tidy(data string) error {
	var errs []error
	for dir, half := range map[string]string{"keys": ".new-", "checkpoints": ".new-", "outbox": ".mail-"} {
		list, err := os.ReadDir(filepath.Join(data, dir))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		for _, e := range list {
			if strings.HasPrefix(e.Name(), half) {
				errs = append(errs, os.Remove(filepath.Join(data, dir, e.Name())))
			}
		}
	}
	return errors.Join(errs...)
}

// loadTLS reads a certificate and its key; nil if none is set.
func loadTLS(cert, key string) (*tls.Config, error) {
	if cert == "" && key == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("TLS certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}
