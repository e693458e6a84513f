package journal_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hoso/shared/asl"
	"hoso/shared/onebox/journal"
	"hoso/shared/onebox/powerloss"
)

// writeALittle makes a journal and writes executions from three goroutines,
// twice; each promise is one transition.
func writeALittle(path string) error {
	for session := range 2 {
		j, err := journal.Open(bg, path, vault(1))
		if err != nil {
			return err
		}
		var wg sync.WaitGroup
		errs := make([]error, 3)
		for g := range errs {
			wg.Go(func() {
				for n := range 4 {
					name := fmt.Sprintf("%d-%d-%d", session, g, n)
					w := begin(name)
					for step := range 4 {
						if errs[g] = w.commit(j); errs[g] != nil {
							return
						}
						fmt.Printf("ack %s %d\n", name, step+1)
						w.next(step == 2)
					}
				}
			})
		}
		wg.Wait()
		if err := errors.Join(append(errs, j.Close())...); err != nil {
			return err
		}
	}
	return nil
}

func TestEveryTransitionTakenSurvivesPowerLoss(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal(err)
		}
		t.Skip("strace is not installed: power loss was not tried")
	}
	states := 120
	if v := os.Getenv("HOSO_TORTURE_STATES"); v != "" {
		var err error
		if states, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	base := t.TempDir()
	trace, err := powerloss.Record(t.Context(), base, child(filepath.Join(base, "flows.db")), powerloss.Options{
		Transient: func(path string) bool { return strings.HasSuffix(path, "-shm") },
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(trace.Acks()); n != 2*3*4*4 {
		t.Fatalf("%d promises in the trace", n)
	}
	err = trace.Check(powerloss.Plan{Seed: 1, States: states, Scratch: t.TempDir()}, func(dir string, acked []string) error {
		j, err := journal.Open(bg, filepath.Join(dir, "flows.db"), vault(1))
		if err != nil {
			return err
		}
		return errors.Join(kept(j, acked), j.Close())
	})
	if err != nil {
		t.Error(err)
	}
}

// kept checks that a journal holds what was promised, whole, and takes more.
func kept(j *journal.Journal, acked []string) error {
	promised := map[string]int64{}
	for _, a := range acked {
		name, step, _ := strings.Cut(a, " ")
		n, err := strconv.ParseInt(step, 10, 64)
		if err != nil {
			return err
		}
		promised[name] = max(promised[name], n)
	}
	for name, n := range promised {
		id := asl.ExecutionARN("flow", name)
		r, err := j.Load(bg, asl.Key{ID: id})
		if err != nil {
			return err
		}
		events, err := j.Events(bg, id, 1, 0)
		if err != nil {
			return err
		}
		if int64(len(events)) < n || slices.ContainsFunc(events, func(e asl.Event) bool { return e.Type != "Test" }) {
			return fmt.Errorf("%s: %d transitions were promised, %d events are there", name, n, len(events))
		}
		if r.Status == asl.Running && (r.Version != int64(len(events)) || string(r.Snapshot) != fmt.Sprintf(`{"n":%d}`, r.Version)) {
			return fmt.Errorf("%s: version %d with %d events and the state %s", name, r.Version, len(events), r.Snapshot)
		}
		if r.Status != asl.Running && len(events) != 4 {
			return fmt.Errorf("%s: ended with %d events", name, len(events))
		}
	}
	return begin("afterwards").commit(j)
}
