package house

import (
	"crypto/tls"
	"fmt"
	"os"

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
