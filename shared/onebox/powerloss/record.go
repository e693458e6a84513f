package powerloss

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// Options adjust Record.
type Options struct {
	// Transient says of an absolute path that the contents of the file do not
	// matter after a crash; nil: of none.
	Transient func(path string) bool
}

// Trace is what a writer did, and when each part of it became certain.
type Trace struct {
	disk   *disk
	acks   []ack
	events []int

	// Stdout is what the writer wrote there.
	Stdout []byte
}

// Record runs cmd, with its path, arguments, environment, folder (base if none
// is set) and standard input, and follows what it does below base, which must exist and be empty.
// At the end the rebuilt files are compared with the real ones, so that a call
// that was misunderstood is an error and not a proof.
func Record(ctx context.Context, base string, cmd *exec.Cmd, o Options) (*Trace, error) {
	base, err := filepath.EvalSymlinks(base)
	if err != nil {
		return nil, err
	}
	if list, err := os.ReadDir(base); err != nil || len(list) != 0 {
		return nil, fmt.Errorf("%s is not an empty folder: %w", base, err)
	}
	file, err := os.CreateTemp("", "trace-")
	if err != nil {
		return nil, err
	}
	defer remove(file.Name())
	defer file.Close()
	if cmd.Dir == "" {
		cmd.Dir = base
	}
	out, err := run(ctx, cmd, file.Name())
	if err != nil {
		return nil, err
	}
	f := &follower{base: base, cwd: cmd.Dir, disk: newDisk(), open: map[string]*handle{}, transient: o.Transient}
	if err := parse(file, f.closing, f.end); err != nil {
		return nil, err
	}
	slices.SortFunc(f.acks, func(a, b ack) int { return a.at - b.at })
	if len(f.events) == 0 {
		return nil, fmt.Errorf("the writer did nothing below %s", base)
	}
	if err := compare(f.disk.root, base); err != nil {
		return nil, fmt.Errorf("rebuilt files differ from the real ones: %w", err)
	}
	return &Trace{disk: f.disk, acks: f.acks, events: f.events, Stdout: out}, nil
}

// Acks gives every promise of the writer, in order.
func (t *Trace) Acks() []string {
	all := make([]string, len(t.acks))
	for i, a := range t.acks {
		all[i] = a.text
	}
	return all
}

// compare holds the live view of a folder against the real one.
func compare(n *node, dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(list) != len(n.live) {
		return fmt.Errorf("%s has %d names, rebuilt %d", dir, len(list), len(n.live))
	}
	for _, e := range list {
		name := filepath.Join(dir, e.Name())
		child := n.live[e.Name()]
		if child == nil || child.folder != e.IsDir() {
			return fmt.Errorf("%s was not rebuilt", name)
		}
		if err := compareAttrs(child, name); err != nil {
			return err
		}
		if child.folder {
			if err := compare(child, name); err != nil {
				return err
			}
			continue
		}
		real, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !child.mapped && !bytes.Equal(real, child.data) {
			return fmt.Errorf("%s has %d other bytes than the %d rebuilt", name, len(real), len(child.data))
		}
	}
	return nil
}

func compareAttrs(n *node, name string) error {
	real, err := attributes(name)
	if err != nil {
		return err
	}
	if len(real) != len(n.liveAttr) {
		return fmt.Errorf("%s has %d attributes, rebuilt %d", name, len(real), len(n.liveAttr))
	}
	for k, v := range real {
		if n.liveAttr[k] != v {
			return fmt.Errorf("attribute %s of %s differs", k, name)
		}
	}
	return nil
}

// attributes gives the user attributes of a file or folder.
func attributes(name string) (map[string]string, error) {
	list := make([]byte, 64<<10)
	n, err := syscall.Listxattr(name, list)
	if errors.Is(err, syscall.ENOTSUP) {
		return nil, nil
	}
	if err != nil {
		return nil, &fs.PathError{Op: "listxattr", Path: name, Err: err}
	}
	all := map[string]string{}
	for _, raw := range bytes.Split(list[:n], []byte{0}) {
		key := string(raw)
		if !bytes.HasPrefix(raw, []byte("user.")) {
			continue
		}
		value := make([]byte, 64<<10)
		k, err := syscall.Getxattr(name, key, value)
		if err != nil {
			return nil, &fs.PathError{Op: "getxattr", Path: name, Err: err}
		}
		all[key] = string(value[:k])
	}
	return all, nil
}

// acked gives the promises made before a position.
func (t *Trace) acked(at int) []string {
	i, _ := slices.BinarySearchFunc(t.acks, at, func(a ack, at int) int { return a.at - at })
	all := make([]string, 0, i)
	for _, a := range t.acks[:i] {
		all = append(all, a.text)
	}
	return all
}
