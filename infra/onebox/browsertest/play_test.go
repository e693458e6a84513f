package browsertest

import (
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

// talk passes what the player says to the test's log.
type talk struct{ t *testing.T }

func (w talk) Write(b []byte) (int, error) {
	w.t.Logf("%s", b[:max(0, len(b)-1)])
	return len(b), nil
}

func TestWholeRoundPlaysToItsEnd(t *testing.T) {
	p := product(t)
	play := player.New(player.Options{Server: p.Portal, Box: player.FolderBox{Dir: filepath.Join(p.Dir, "outbox")}, Secret: p.Secret,
		OperatorEmail: OperatorEmail, Out: talk{t}})
	if err := play.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}
