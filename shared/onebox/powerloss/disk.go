package powerloss

import (
	"fmt"
	"strings"
)

// block is the unit in which bytes reach the disk.
const block = 4096

// never is the position of what no call made certain.
const never = int(^uint(0) >> 1)

// node is a file or folder with everything that ever happened to it.
type node struct {
	folder bool
	mapped bool    // shared mapping: contents unknown
	bytes  []*edit // of a file
	attrs  []*edit
	names  []*edit // of a folder

	// As the writer sees it now.
	live     map[string]*node
	data     []byte
	liveAttr map[string]string
}

func newNode(folder bool) *node {
	n := &node{folder: folder, liveAttr: map[string]string{}}
	if folder {
		n.live = map[string]*node{}
	}
	return n
}

// edit is one change: of bytes, of an attribute or of a name. It happened at
// a position of the trace and is certain from another one on.
type edit struct {
	at      int
	certain int

	offset int64  // bytes: where
	data   []byte // bytes: what; attribute: value
	size   int64  // bytes: new size of a truncation, -1 if it is a write
	name   string // attribute or name
	gone   bool   // attribute or name removed
	to     *node  // name: what it stands for
	only   *edit  // half of a rename: reaches the disk only together with this
}

func (e *edit) sync(at int) {
	if e.certain > at {
		e.certain = at
		if e.only != nil {
			e.only.sync(at)
		}
	}
}

// disk is the simulated file system below one folder.
type disk struct {
	root  *node
	nodes []*node
}

func newDisk() *disk {
	d := &disk{root: newNode(true)}
	d.nodes = append(d.nodes, d.root)
	return d
}

func (d *disk) make(folder bool) *node {
	n := newNode(folder)
	d.nodes = append(d.nodes, n)
	return n
}

// find walks parts from n; nil if something is missing.
func (n *node) find(parts []string) *node {
	for _, p := range parts {
		if n == nil || !n.folder {
			return nil
		}
		n = n.live[p]
	}
	return n
}

// write records bytes block by block.
func (n *node) write(at int, offset int64, data []byte) {
	for len(data) > 0 {
		k := min(int64(len(data)), block-offset%block)
		n.bytes = append(n.bytes, &edit{at: at, certain: never, offset: offset, data: append([]byte(nil), data[:k]...), size: -1})
		n.data = place(n.data, offset, data[:k])
		offset, data = offset+k, data[k:]
	}
}

// resize records a truncation or an extension by zeros.
func (n *node) resize(at int, size int64) {
	n.bytes = append(n.bytes, &edit{at: at, certain: never, size: size})
	n.data = sized(n.data, size)
}

// grow records an allocation, which never shrinks.
func (n *node) grow(at int, size int64) {
	if size > int64(len(n.data)) {
		n.resize(at, size)
	}
}

func (n *node) setAttr(at int, name string, value []byte, gone bool) {
	n.attrs = append(n.attrs, &edit{at: at, certain: never, name: name, data: append([]byte(nil), value...), gone: gone})
	if gone {
		delete(n.liveAttr, name)
	} else {
		n.liveAttr[name] = string(value)
	}
}

// enter records that name stands for to.
func (n *node) enter(at int, name string, to *node) *edit {
	e := &edit{at: at, certain: never, name: name, to: to}
	n.names = append(n.names, e)
	n.live[name] = to
	return e
}

// leave records that name is gone.
func (n *node) leave(at int, name string) *edit {
	e := &edit{at: at, certain: never, name: name, gone: true}
	n.names = append(n.names, e)
	delete(n.live, name)
	return e
}

// rename records that what stood under one name now stands under another.
func rename(at int, from *node, old string, to *node, name string) error {
	what := from.live[old]
	if what == nil {
		return fmt.Errorf("%s is not there", old)
	}
	if from == to && old == name {
		return nil
	}
	added := to.enter(at, name, what)
	removed := from.leave(at, old)
	removed.only = added
	if from == to { // one folder: both at once; two: both names may be seen for a time
		added.only = removed
	}
	return nil
}

// sync makes certain, at a position, what was done to n before another one.
func (n *node) sync(before, at int, attrs bool) {
	for _, list := range [][]*edit{n.bytes, n.names} {
		for _, e := range list {
			if e.at <= before {
				e.sync(at)
			}
		}
	}
	if !attrs {
		return
	}
	for _, e := range n.attrs {
		if e.at <= before {
			e.sync(at)
		}
	}
}

func place(data []byte, offset int64, b []byte) []byte {
	if need := offset + int64(len(b)); need > int64(len(data)) {
		data = sized(data, need)
	}
	copy(data[offset:], b)
	return data
}

func sized(data []byte, size int64) []byte {
	if size <= int64(len(data)) {
		return data[:size:size]
	}
	return append(data, make([]byte, size-int64(len(data)))...)
}

// split gives the parts of a path below base; ok is false for a path elsewhere.
func split(base, path string) (parts []string, ok bool) {
	if path == base {
		return nil, true
	}
	rest, ok := strings.CutPrefix(path, base+"/")
	if !ok {
		return nil, false
	}
	return strings.Split(rest, "/"), true
}
