package faults

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestARestoreThatIsCutLeavesNoHalf kills a restore at moments spread over the
// time that a whole one takes: the folder is what it was before, none or an
// empty one, or it is whole; and a restore after it succeeds.
func TestARestoreThatIsCutLeavesNoHalf(t *testing.T) {
	dir := t.TempDir()
	hoso := func(args ...string) (string, error) {
		out, err := exec.Command(product, args...).CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := hoso(args...); err != nil {
			t.Fatalf("hoso %v: %v\n%s", args, err, out)
		}
	}
	data, copied := filepath.Join(dir, "data"), filepath.Join(dir, "copy")
	for i := range 3 {
		must("unit", "--data", data, "--name", fmt.Sprint("Đơn vị ", i))
	}
	const files = 150 // the copying takes part of the time
	for i := range files {
		name := filepath.Join(data, "objects", "inbox", fmt.Sprint(i%7), fmt.Sprint(i))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, make([]byte, 20_000), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	must("backup", "--data", data, "-o", copied, "--keys")
	whole := func(at string) bool {
		t.Helper()
		there := 0
		err := filepath.WalkDir(filepath.Join(at, "objects"), func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				there++
			}
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			return false
		}
		if out, verr := hoso("verify", "--data", at); err != nil || verr != nil || there != files {
			t.Errorf("%s: %v, %v, %d of %d files\n%s", at, err, verr, there, files, out)
		}
		return true
	}
	begun := time.Now()
	must("restore", copied, "--data", filepath.Join(dir, "first"))
	takes := time.Since(begun)
	if !whole(filepath.Join(dir, "first")) {
		t.Fatal("nothing was restored")
	}
	cuts := int(number(t, "HOSO_TORTURE_CUTS", 12))
	old, new := 0, 0
	for i := range cuts {
		at := filepath.Join(dir, fmt.Sprint("cut", i))
		if i%2 == 0 {
			if err := os.Mkdir(at, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(product, "restore", copied, "--data", at)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(takes * time.Duration(i+1) / time.Duration(cuts))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // it was killed
		switch entries, err := os.ReadDir(at); {
		case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
			old++
			if i%2 == 0 && err != nil {
				t.Errorf("cut %d: the empty folder is gone and nothing is in its place", i)
			}
			must("restore", copied, "--data", at)
		case err != nil:
			t.Fatal(err)
		default:
			new++
		}
		if !whole(at) {
			t.Errorf("cut %d: not whole", i)
		}
	}
	t.Logf("%d cuts: %d left the old folder, %d the new one", cuts, old, new)
	if cuts >= 100 && (old == 0 || new == 0) {
		t.Error("all cuts fell on one side")
	}
}
