package faults

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"hoso/infra/onebox/browsertest"
)

// product is the binary that everything here runs.
var product string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "hoso-faults-*")
	if err == nil {
		defer os.RemoveAll(dir)
		product, err = browsertest.Build(context.Background(), root(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// root is the folder with go.mod above this package.
func root() string { return filepath.Join("..", "..", "..") }

// number gives what an environment variable says, or otherwise.
func number(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("%s=%s: %v", name, s, err)
	}
	return n
}
