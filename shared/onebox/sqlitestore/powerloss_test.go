package sqlitestore_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hoso/shared/onebox/powerloss"
	"hoso/shared/onebox/sqlitestore"
)

// statesVar sets how many states of a disk after power loss are checked.
const statesVar = "HOSO_TORTURE_STATES"

// writeALittle makes a store in a folder that is not there yet, commits from
// three goroutines, lets the log be carried over, has the file rewritten,
// closes, and does so again.
func writeALittle(base string) error {
	for session := range 2 {
		s, err := sqlitestore.Open(bg, inside(base), sqlitestore.Options{})
		if err != nil {
			return err
		}
		s.CarryOverAt(100)
		if err := setUp(s); err != nil {
			return err
		}
		fmt.Println("ack places")
		var wg sync.WaitGroup
		errs := make([]error, 3)
		for g := range errs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := range 14 {
					id := fmt.Sprintf("%d-%d-%d", session, g, n)
					if _, errs[g] = s.Commit(bg, ledgerAct(id, 50+n*n*40)); errs[g] != nil {
						return
					}
					fmt.Println("ack " + id)
				}
			}()
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		if err := s.Settle(bg, "m/0-0-0"); err != nil {
			return err
		}
		if err := s.Wipe(bg); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

func inside(base string) string { return filepath.Join(base, "new", "data", "hoso.db") }

func TestEveryAcknowledgedCommitSurvivesPowerLoss(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal(err)
		}
		t.Skip("strace is not installed: power loss was not tried")
	}
	states := 80
	if v := os.Getenv(statesVar); v != "" {
		var err error
		if states, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	base := t.TempDir()
	trace, err := powerloss.Record(t.Context(), base, child("little", base), powerloss.Options{
		Transient: func(path string) bool { return strings.HasSuffix(path, "-shm") },
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(trace.Acks()); n != 2*(1+3*14) {
		t.Fatalf("%d promises in the trace", n)
	}
	err = trace.Check(powerloss.Plan{Seed: 1, States: states, Scratch: t.TempDir()}, func(dir string, acked []string) error {
		s, err := sqlitestore.Open(bg, inside(dir), sqlitestore.Options{})
		if err != nil {
			return err
		}
		if err := kept(s, acked); err != nil {
			_ = s.Close()
			return err
		}
		return s.Close()
	})
	if err != nil {
		t.Error(err)
	}
}

// kept checks that a store holds what was promised, whole, and takes more.
func kept(s *sqlitestore.Store, acked []string) error {
	if err := setUp(s); err != nil {
		return err
	}
	found, err := wholeLedger(s)
	if err != nil {
		return err
	}
	for _, id := range acked {
		if id != "places" && !found[id] {
			return fmt.Errorf("%s was promised and is gone", id)
		}
	}
	_, err = s.Commit(bg, ledgerAct("afterwards", 10))
	return err
}
