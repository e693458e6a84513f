package powerloss

import (
	"errors"
	"fmt"
	"strings"
)

// named follows the calls that change names.
func (f *follower) named(c call) (bool, error) {
	dir, args := "AT_FDCWD", c.args
	if strings.HasSuffix(c.name, "at") || c.name == "renameat2" {
		dir, args = c.args[0], c.args[1:]
	}
	folder, name, err := f.place(dir, args[0])
	if err != nil {
		return false, err
	}
	switch c.name {
	case "mkdir", "mkdirat":
		if folder != nil {
			folder.enter(c.exit, name, f.disk.make(true))
		}
		return folder != nil, nil
	case "unlink", "unlinkat", "rmdir":
		if folder != nil {
			folder.leave(c.exit, name)
		}
		return folder != nil, nil
	case "rename":
		return f.moved(c, folder, name, "AT_FDCWD", args[1])
	case "renameat", "renameat2":
		if c.name == "renameat2" && c.args[4] != "0" && c.args[4] != "RENAME_NOREPLACE" {
			return false, fmt.Errorf("flags %s are not followed", c.args[4])
		}
		return f.moved(c, folder, name, args[1], args[2])
	case "link":
		return f.linked(c, folder, name, "AT_FDCWD", args[1])
	case "linkat":
		return f.linked(c, folder, name, args[1], args[2])
	}
	if folder == nil {
		return false, nil
	}
	return false, errors.New("symbolic links are not followed")
}

func (f *follower) moved(c call, from *node, old, dir, arg string) (bool, error) {
	to, name, err := f.place(dir, arg)
	if err != nil || (from == nil && to == nil) {
		return false, err
	}
	if from == nil || to == nil {
		return false, errors.New("across the border of what is followed")
	}
	return true, rename(c.exit, from, old, to, name)
}

func (f *follower) linked(c call, from *node, old, dir, arg string) (bool, error) {
	to, name, err := f.place(dir, arg)
	if err != nil || (from == nil && to == nil) {
		return false, err
	}
	if from == nil || to == nil || from.live[old] == nil {
		return false, errors.New("of a file that is not followed")
	}
	to.enter(c.exit, name, from.live[old])
	return true, nil
}

// synced follows what makes changes certain.
func (f *follower) synced(c call) (bool, error) {
	switch c.name {
	case "sync", "syncfs":
		for _, n := range f.disk.nodes {
			n.sync(c.entry, c.exit, true)
		}
		return true, nil
	}
	h := f.open[c.args[0]]
	if h == nil {
		return false, nil
	}
	h.n.sync(c.entry, c.exit, c.name == "fsync")
	return true, nil
}

func (f *follower) attribute(c call) (bool, error) {
	var n *node
	if strings.HasPrefix(c.name, "f") {
		h := f.open[c.args[0]]
		if h == nil {
			return false, nil
		}
		n = h.n
	} else {
		p, err := f.path("AT_FDCWD", c.args[0])
		if err != nil {
			return false, err
		}
		parts, ok := split(f.base, p)
		if !ok {
			return false, nil
		}
		if n = f.disk.root.find(parts); n == nil {
			return false, fmt.Errorf("%s was never made", p)
		}
	}
	name, err := text(c.args[1])
	if err != nil {
		return false, err
	}
	if strings.Contains(c.name, "remove") {
		n.setAttr(c.exit, string(name), nil, true)
		return true, nil
	}
	var value []byte
	if size, err := number(c.args[3]); err != nil {
		return false, err
	} else if size > 0 {
		if value, err = text(c.args[2]); err != nil {
			return false, err
		}
		value = value[:min(size, int64(len(value)))]
	}
	n.setAttr(c.exit, string(name), value, false)
	return true, nil
}

// mapped refuses shared mappings, except of files whose contents do not matter.
func (f *follower) mapped(c call) error {
	h := f.open[c.args[4]]
	if h == nil || !strings.Contains(c.args[3], "MAP_SHARED") || !strings.Contains(c.args[2], "PROT_WRITE") {
		return nil
	}
	if f.transient == nil || !f.transient(h.path) {
		return fmt.Errorf("%s is written through a shared mapping, which strace does not show", h.path)
	}
	h.n.mapped = true
	return nil
}
