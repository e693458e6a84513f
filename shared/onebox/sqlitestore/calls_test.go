package sqlitestore_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
)

// faultsVar sets how many calls of each kind are made to fail, one a run.
const faultsVar = "HOSO_TORTURE_FAULTS"

// TestAnyCallMayFailOnce lets the n-th call of one kind fail, in a run of its
// own for each n: whatever was acknowledged is there afterwards, whole.
func TestAnyCallMayFailOnce(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal(err)
		}
		t.Skip("strace is not installed: failing calls were not tried")
	}
	runs := 2
	if v := os.Getenv(faultsVar); v != "" {
		var err error
		if runs, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	acknowledged := 0
	for _, c := range []struct {
		call, errno string
		step        int // calls between two that fail
	}{
		{"pwrite64", "EIO", 13},
		{"pwrite64", "ENOSPC", 17},
		{"fdatasync,fsync", "EIO", 3},
		{"ftruncate", "EIO", 1},
		{"openat", "EMFILE", 3},
		{"pread64", "EIO", 17},
		{"fcntl", "EIO", 19},
	} {
		for n := range runs {
			path := file(t)
			w := child("stubborn", path)
			var out, log bytes.Buffer
			run := exec.Command("strace", "-f", "-qq", "-o", "/dev/null", "-P", path, "-P", path+"-wal", "-P", path+"-journal", "-P", filepath.Dir(path),
				"-e", fmt.Sprintf("inject=%s:error=%s:when=%d", c.call, c.errno, 2+n*c.step), w.Path)
			run.Env, run.Stdout, run.Stderr = w.Env, &out, &log
			// The writer ends with an error if it could not even open the store.
			err := run.Run()
			var ended *exec.ExitError
			if err != nil && !errors.As(err, &ended) {
				t.Fatal(err)
			}
			s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
			if err != nil {
				t.Fatalf("%s %s %d: %v", c.call, c.errno, n, err)
			}
			acked := strings.Fields(out.String())
			acknowledged += len(acked)
			t.Logf("%s %s, call %d: %d acknowledged %s", c.call, c.errno, 2+n*c.step, len(acked), strings.TrimSpace(log.String()))
			if err := kept(s, acked); err != nil {
				t.Errorf("%s %s %d: %v\n%s", c.call, c.errno, n, err, log.String())
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Logf("%d commits acknowledged", acknowledged)
	if acknowledged < 100 {
		t.Error("hardly anything was acknowledged: nothing was tested")
	}
}

// tryHard enters acts whatever fails, each up to three times, and says those
// that were acknowledged.
func tryHard(path string) error {
	s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
	if err != nil {
		return err
	}
	s.CarryOverAt(60)
	for range 3 {
		if err = setUp(s); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	for n := range 48 {
		id := fmt.Sprint(n)
		for range 3 {
			if _, err := s.Commit(bg, ledgerAct(id, n*n)); err == nil {
				fmt.Println(id)
				break
			} else if !fault.Is(err, fault.Transient) {
				return fmt.Errorf("a failing disk was reported as %w", err)
			}
		}
	}
	return s.Close()
}
