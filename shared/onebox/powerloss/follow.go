package powerloss

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// handle is an open file description: descriptors made by dup share it.
type handle struct {
	n      *node
	path   string // at opening
	pos    int64
	append bool
	sync   bool // O_SYNC or O_DSYNC
}

// follower applies the calls of one process to a disk.
type follower struct {
	base      string
	cwd       string
	disk      *disk
	open      map[string]*handle
	transient func(path string) bool
	acks      []ack
	events    []int // positions at which something changed or became certain
}

type ack struct {
	at   int
	text string
}

func (f *follower) closing(fd string) { delete(f.open, fd) }

func (f *follower) end(c call) error {
	changed, err := f.apply(c)
	if err != nil {
		return err
	}
	if changed {
		f.events = append(f.events, c.exit)
	}
	return nil
}

// apply does one call; it reports whether the disk has changed by it.
func (f *follower) apply(c call) (bool, error) {
	switch c.name {
	case "close", "fcntl", "dup", "dup2", "dup3", "lseek", "chdir", "fchdir":
		return false, f.descriptor(c)
	case "open", "openat", "creat":
		return f.opened(c)
	case "write", "pwrite64", "writev", "pwritev", "pwritev2":
		return f.wrote(c)
	case "ftruncate", "truncate", "fallocate":
		return f.resized(c)
	case "copy_file_range", "sendfile", "splice":
		return f.copied(c)
	case "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "symlink", "symlinkat":
		return f.named(c)
	case "fsync", "fdatasync", "sync", "syncfs":
		return f.synced(c)
	case "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr":
		return f.attribute(c)
	case "mmap":
		return false, f.mapped(c)
	case "io_uring_setup":
		return false, errors.New("the writer uses io_uring, which strace does not show")
	}
	return false, fmt.Errorf("call is not understood")
}

func (f *follower) descriptor(c call) error {
	switch c.name {
	case "dup", "dup2", "dup3":
		f.dup(c.args[0], fmt.Sprint(c.ret))
	case "fcntl":
		if strings.HasPrefix(c.args[1], "F_DUPFD") {
			f.dup(c.args[0], fmt.Sprint(c.ret))
		}
	case "lseek":
		if h := f.open[c.args[0]]; h != nil {
			h.pos = c.ret
		}
	case "chdir":
		p, err := f.path("AT_FDCWD", c.args[0])
		if err != nil {
			return err
		}
		f.cwd = p
	case "fchdir":
		if h := f.open[c.args[0]]; h != nil {
			f.cwd = h.path
			return nil
		}
		return errors.New("into a folder that is not followed")
	}
	return nil
}

func (f *follower) dup(from, to string) {
	delete(f.open, to)
	if h := f.open[from]; h != nil {
		f.open[to] = h
	}
}

// path gives the absolute path of a name relative to a descriptor.
func (f *follower) path(dir, arg string) (string, error) {
	raw, err := text(arg)
	if err != nil {
		return "", err
	}
	name := string(raw)
	if filepath.IsAbs(name) {
		return filepath.Clean(name), nil
	}
	if dir == "AT_FDCWD" {
		return filepath.Join(f.cwd, name), nil
	}
	if h := f.open[dir]; h != nil {
		return filepath.Join(h.path, name), nil
	}
	return "/not-followed/" + name, nil // below a descriptor of elsewhere
}

// place gives the folder that holds the last part of a name, or nil if the
// name lies elsewhere.
func (f *follower) place(dir, arg string) (folder *node, name string, err error) {
	p, err := f.path(dir, arg)
	if err != nil {
		return nil, "", err
	}
	parts, ok := split(f.base, p)
	if !ok || len(parts) == 0 {
		return nil, "", nil
	}
	last := len(parts) - 1
	folder = f.disk.root.find(parts[:last])
	if folder == nil || !folder.folder {
		return nil, "", fmt.Errorf("folder of %s was never made", p)
	}
	return folder, parts[last], nil
}

func (f *follower) opened(c call) (bool, error) {
	dir, name, flags := "AT_FDCWD", c.args[0], "O_CREAT|O_WRONLY|O_TRUNC"
	switch c.name {
	case "open":
		flags = c.args[1]
	case "openat":
		dir, name, flags = c.args[0], c.args[1], c.args[2]
	}
	fd := fmt.Sprint(c.ret)
	delete(f.open, fd)
	p, err := f.path(dir, name)
	if err != nil {
		return false, err
	}
	parts, ok := split(f.base, p)
	if !ok {
		return false, nil
	}
	has := func(flag string) bool { return strings.Contains("|"+flags+"|", "|"+flag+"|") }
	if has("O_TMPFILE") {
		return false, errors.New("O_TMPFILE is not followed")
	}
	n := f.disk.root.find(parts)
	changed := false
	if n == nil {
		if !has("O_CREAT") {
			return false, fmt.Errorf("%s was opened but never made", p)
		}
		folder, last, err := f.place(dir, name)
		if err != nil {
			return false, err
		}
		n = f.disk.make(false)
		folder.enter(c.exit, last, n)
		changed = true
	} else if has("O_TRUNC") && len(n.data) > 0 {
		n.resize(c.exit, 0)
		changed = true
	}
	f.open[fd] = &handle{n: n, path: p, append: has("O_APPEND"), sync: has("O_SYNC") || has("O_DSYNC")}
	return changed, nil
}

func (f *follower) wrote(c call) (bool, error) {
	h := f.open[c.args[0]]
	if h == nil && c.args[0] != "1" {
		return false, nil
	}
	var data []byte
	var err error
	if strings.Contains(c.name, "writev") {
		data, err = vector(c.args[1])
	} else {
		data, err = text(c.args[1])
	}
	if err != nil {
		return false, err
	}
	data = data[:c.ret]
	if h == nil { // standard output
		for line := range strings.Lines(string(data)) {
			if t, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "ack "); ok {
				f.acks = append(f.acks, ack{c.entry, t})
			}
		}
		return false, nil
	}
	offset := h.pos
	if strings.HasPrefix(c.name, "p") {
		if offset, err = number(c.args[3]); err != nil {
			return false, err
		}
	} else {
		if h.append {
			offset = int64(len(h.n.data))
		}
		h.pos = offset + c.ret
	}
	h.n.write(c.exit, offset, data)
	if h.sync {
		h.n.sync(c.exit, c.exit, true)
	}
	return true, nil
}

func (f *follower) resized(c call) (bool, error) {
	if c.name == "truncate" {
		folder, name, err := f.place("AT_FDCWD", c.args[0])
		if err != nil || folder == nil {
			return false, err
		}
		size, err := number(c.args[1])
		if n := folder.live[name]; n != nil && err == nil {
			n.resize(c.exit, size)
		}
		return true, err
	}
	h := f.open[c.args[0]]
	if h == nil {
		return false, nil
	}
	if c.name == "ftruncate" {
		size, err := number(c.args[1])
		if err == nil {
			h.n.resize(c.exit, size)
		}
		return true, err
	}
	if c.args[1] == "FALLOC_FL_KEEP_SIZE" {
		return false, nil
	}
	if c.args[1] != "0" {
		return false, fmt.Errorf("mode %s is not followed", c.args[1])
	}
	offset, err := number(c.args[2])
	if err != nil {
		return false, err
	}
	size, err := number(c.args[3])
	if err == nil {
		h.n.grow(c.exit, offset+size)
	}
	return true, err
}

// copied follows copies inside the kernel between two followed files.
func (f *follower) copied(c call) (bool, error) {
	if c.name != "copy_file_range" {
		for _, fd := range []string{c.args[0], c.args[1], c.args[min(2, len(c.args)-1)]} {
			if f.open[fd] != nil && c.name == "sendfile" && fd == c.args[0] || f.open[fd] != nil && c.name == "splice" && fd == c.args[2] {
				return false, errors.New("into a followed file")
			}
		}
		return false, nil
	}
	from, to := f.open[c.args[0]], f.open[c.args[2]]
	if to == nil || c.ret == 0 {
		return false, nil
	}
	if from == nil || c.args[1] != "NULL" || c.args[3] != "NULL" {
		return false, errors.New("from a file that is not followed, or at an offset")
	}
	data := from.n.data[from.pos : from.pos+c.ret]
	to.n.write(c.exit, to.pos, data)
	from.pos += c.ret
	to.pos += c.ret
	return true, nil
}
