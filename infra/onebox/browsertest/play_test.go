package browsertest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"hoso/infra/onebox/player"
)

// product serves a new demonstration.
func product(t *testing.T) *Product {
	t.Helper()
	ctx := context.Background()
	dir := os.Getenv("HOSO_KEEP") // a folder that keeps the data for a look afterwards
	if dir == "" {
		dir = t.TempDir()
	}
	bin, err := Build(ctx, projectRoot(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Serve(ctx, bin, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("the product did not end well: %v", err)
		}
		if t.Failed() {
			t.Logf("the product said:\n%s", p.Log())
		}
	})
	return p
}

// talk passes what the player says to the test's log, a line at a time.
type talk struct {
	t    *testing.T
	line []byte
}

func (w *talk) Write(b []byte) (int, error) {
	w.line = append(w.line, b...)
	for {
		line, rest, whole := bytes.Cut(w.line, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		w.t.Logf("%s", line)
		w.line = rest
	}
}

// performance prepares a play on a new demonstration.
func performance(t *testing.T) (*Product, *player.Play) {
	t.Helper()
	p := product(t)
	return p, player.New(player.Options{
		Server: p.Portal, Box: player.FolderBox{Dir: filepath.Join(p.Dir, "outbox")}, Secret: p.Secret,
		OperatorEmail: OperatorEmail, Out: &talk{t: t},
	})
}
