package powerloss

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// State is one thing the disk may hold after power loss.
type State struct {
	Number int      // in the sequence of its seed
	Acked  []string // what had been promised by then

	trace *Trace
	at    int // position of the power loss
	luck  luck
}

// luck says how likely something uncertain reached the disk, by its nature.
type luck struct {
	seed                uint64
	bytes, attrs, names float64
}

// State gives state number i of a seed: the same one every time. Every second
// moment is right after a promise, when least is certain beyond it; the
// others lie anywhere. What was uncertain arrived not at all, wholly, by
// halves, or by nature: names without bytes, bytes without names.
func (t *Trace) State(seed uint64, i int) State {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	at := t.events[r.IntN(len(t.events))]
	if len(t.acks) > 0 && i%2 == 0 {
		at = t.acks[r.IntN(len(t.acks))].at + 1
	}
	l := luck{seed: r.Uint64()}
	switch r.IntN(6) {
	case 0, 1: // nothing that was not certain
	case 2:
		l.bytes, l.attrs, l.names = 1, 1, 1
	case 3:
		l.bytes, l.attrs, l.names = 0.5, 0.5, 0.5
	case 4:
		l.bytes, l.attrs, l.names = 0, r.Float64(), 1
	case 5:
		l.bytes, l.attrs, l.names = r.Float64(), r.Float64(), r.Float64()
	}
	return State{Number: i, Acked: t.acked(at), trace: t, at: at, luck: l}
}

// String says what the state is, for a report.
func (s State) String() string {
	return fmt.Sprintf("state %d: power lost at line %d of the trace, %d promises made, bytes %.2f attributes %.2f names %.2f",
		s.Number, s.at, len(s.Acked), s.luck.bytes, s.luck.attrs, s.luck.names)
}

// Write puts the state into dir, which must be an empty folder.
func (s State) Write(dir string) error {
	p := &printer{at: s.at, luck: s.luck, r: rand.New(rand.NewPCG(s.luck.seed, 0)), done: map[*node]string{}, took: map[*edit]bool{}}
	// Names of all folders are drawn first: half of a rename may lie in another folder.
	for _, n := range s.trace.disk.nodes {
		for _, e := range n.names {
			p.draw(e)
		}
	}
	return p.folder(s.trace.disk.root, dir)
}

type printer struct {
	at   int
	luck luck
	r    *rand.Rand
	done map[*node]string // where a file was put already
	took map[*edit]bool   // names that reached the disk
}

// reached draws whether an edit is on the disk.
func (p *printer) reached(e *edit, chance float64) bool {
	if e.at > p.at {
		return false
	}
	return e.certain <= p.at || p.r.Float64() < chance
}

func (p *printer) draw(e *edit) bool {
	if got, ok := p.took[e]; ok {
		return got
	}
	p.took[e] = p.reached(e, p.luck.names)
	if e.only != nil {
		other := p.draw(e.only)
		if !other {
			p.took[e] = false
		}
	}
	return p.took[e]
}

func (p *printer) folder(n *node, dir string) error {
	if err := p.attributes(n, dir); err != nil {
		return err
	}
	names := map[string]*node{}
	for _, e := range n.names {
		switch {
		case !p.took[e]:
		case e.gone:
			delete(names, e.name)
		default:
			names[e.name] = e.to
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) { // in one order, so that the same seed draws the same state
		child, path := names[name], filepath.Join(dir, name)
		if child.folder {
			if p.done[child] != "" {
				continue // a folder has one name
			}
			p.done[child] = path
			if err := os.Mkdir(path, 0o700); err != nil {
				return err
			}
			if err := p.folder(child, path); err != nil {
				return err
			}
			continue
		}
		if err := p.file(child, path); err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) file(n *node, path string) error {
	if first := p.done[n]; first != "" {
		return os.Link(first, path)
	}
	p.done[n] = path
	var data []byte
	for _, e := range n.bytes {
		switch {
		case !p.reached(e, p.luck.bytes):
		case e.size >= 0:
			data = sized(data, e.size)
		default:
			data = place(data, e.offset, e.data)
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err
	}
	return p.attributes(n, path)
}

func (p *printer) attributes(n *node, path string) error {
	have := map[string][]byte{}
	for _, e := range n.attrs {
		switch {
		case !p.reached(e, p.luck.attrs):
		case e.gone:
			delete(have, e.name)
		default:
			have[e.name] = e.data
		}
	}
	for name, value := range have {
		if err := syscall.Setxattr(path, name, value, 0); err != nil {
			return fmt.Errorf("attribute %s of %s: %w", name, path, err)
		}
	}
	return nil
}
