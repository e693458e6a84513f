package powerloss

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Scratch makes an empty folder for states, in memory if that keeps extended
// attributes: what is written there need not survive anything. The caller
// removes it.
func Scratch() (string, error) {
	for _, parent := range []string{"/dev/shm", os.TempDir()} {
		dir, err := os.MkdirTemp(parent, "powerloss-")
		if err != nil {
			continue
		}
		if syscall.Setxattr(dir, "user.probe", []byte("1"), 0) == nil {
			return dir, nil
		}
		remove(dir)
	}
	return "", errors.New("no folder for temporary files keeps extended attributes")
}

// Plan says which states are checked.
type Plan struct {
	Seed    uint64
	States  int    // numbers 0 to States-1
	Scratch string // empty folder for them, on any file system that keeps extended attributes if the writer uses them
}

// Check puts each state of a plan into its own folder and hands it to check
// with what had been promised by then. check starts the program on the folder,
// which it may change, and gives an error if the program does not start or a
// promise is not kept. The first error ends it; seed and number bring the
// state back.
func (t *Trace) Check(p Plan, check func(dir string, acked []string) error) error {
	for i := range p.States {
		if err := t.one(p, i, check); err != nil {
			return err
		}
	}
	return nil
}

func (t *Trace) one(p Plan, i int, check func(dir string, acked []string) error) error {
	s := t.State(p.Seed, i)
	dir := filepath.Join(p.Scratch, fmt.Sprint(i))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := s.Write(dir); err != nil {
		return fmt.Errorf("seed %d, %s: put down: %w", p.Seed, s, err)
	}
	if err := check(dir, s.Acked); err != nil {
		return fmt.Errorf("seed %d, %s: %w", p.Seed, s, err)
	}
	return nil
}
