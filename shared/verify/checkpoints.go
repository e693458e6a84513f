package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"hoso/shared/evidence"
	"hoso/shared/translog"
)

// readKeys reads the keys and the checkpoints that lie outside the store.
func (a *audit) readKeys() {
	a.trusted = a.opts.Keys
	beside, err := evidence.ParseKeys(a.src.Keys)
	if err != nil {
		a.report.find("keys-bad", "checkpoints", "%v", err)
	}
	a.known = slices.Concat(a.trusted, beside)
	for _, n := range a.opts.Checkpoints {
		c, err := a.open(n, a.trusted)
		if err != nil {
			a.report.find("checkpoint-outside-bad", n.Name, "%v", err)
			continue
		}
		a.outside = append(a.outside, opened{n, c})
	}
	for _, n := range a.src.Files {
		c, err := a.open(n, a.known)
		if err != nil {
			a.report.find("checkpoint-bad", n.Name, "%v", err)
			continue
		}
		a.filed = append(a.filed, opened{n, c})
	}
	a.readGone()
}

// readGone reads what notes of erasures say, beside the store and elsewhere.
func (a *audit) readGone() {
	for i, n := range slices.Concat(a.opts.Erased, a.src.Erased) {
		keys := a.known
		if i < len(a.opts.Erased) && len(a.trusted) > 0 {
			keys = a.trusted
		}
		g, err := keys.OpenGone(n.Data)
		if err != nil {
			a.report.find("erased-note-bad", n.Name, "%v", err)
			continue
		}
		a.report.count("erased-notes", 1)
		for _, t := range g.Texts {
			a.noted.add(printOf(t.Chain, string(t.Text)), 0)
		}
	}
	a.noted.seal()
}

// open reads a signed checkpoint. Without keys from outside, keys beside the
// data have to do, and a note says so.
func (a *audit) open(n Note, keys evidence.Keys) (evidence.Checkpoint, error) {
	if len(a.trusted) == 0 {
		keys = a.known
	}
	c, err := keys.Open(n.Data)
	if err != nil {
		return c, err
	}
	if _, err := a.trusted.Open(n.Data); err != nil {
		a.report.note("note-key-unconfirmed", "", "")
	}
	return c, nil
}

// judgeCheckpoints compares every checkpoint with the log.
func (a *audit) judgeCheckpoints(context.Context) error {
	prev := int64(0)
	stored := map[string][]byte{}
	for _, s := range a.log.checkpoints {
		a.report.count("checkpoints", 1)
		where := s.note.Name
		c, err := a.open(s.note, a.known)
		if !s.ok || err != nil || c.Head.Size != s.size {
			a.report.find("checkpoint-bad", where, "%v", errors.Join(err, sizeError(c.Head.Size, s.size)))
		} else {
			a.compare(where, c)
		}
		if s.prev != prev {
			a.report.find("checkpoint-link", where, "names %d, the one before it is %d", s.prev, prev)
		}
		prev = s.size
		stored[translog.FileName(s.size)] = s.note.Data
	}
	a.judgeFiles(stored)
	for _, o := range a.outside {
		if a.compare(o.Name, o.Checkpoint) {
			a.report.Confirmed = append(a.report.Confirmed, o.Head)
		}
	}
	if len(a.log.checkpoints)+len(a.outside)+len(a.filed) == 0 && a.log.head.Size > 0 {
		a.report.note("note-no-checkpoint", "", "")
	}
	return nil
}

func sizeError(got, want int64) error {
	if got != want {
		return fmt.Errorf("says %d, is kept as %d", got, want)
	}
	return nil
}

// judgeFiles compares the published files with the records. A file without a
// record must still be one the log leads to, or be excused by a restore.
func (a *audit) judgeFiles(stored map[string][]byte) {
	if !a.src.HaveFiles {
		return
	}
	// What a restore fell behind may lie beside a later one of the same size.
	behind := map[string]bool{}
	for _, o := range a.filed {
		behind[string(o.Data)] = slices.ContainsFunc(a.restored, func(r evidence.Restoration) bool { return slices.Contains(r.Lost, o.Head) })
	}
	filed := map[string]bool{}
	for _, n := range a.src.Files {
		if behind[string(n.Data)] {
			continue
		}
		filed[n.Name] = true
		if kept, ok := stored[n.Name]; ok && !bytes.Equal(kept, n.Data) {
			a.report.find("checkpoint-file", n.Name, "differs from the record")
		}
	}
	for _, n := range a.src.later {
		filed[n.Name] = true // too new to be held against the snapshot
	}
	for _, o := range a.filed {
		if _, ok := stored[o.Name]; !ok && a.compare(o.Name, o.Checkpoint) {
			a.report.find("checkpoint-file", o.Name, "has no record")
		}
	}
	for _, s := range a.log.checkpoints {
		if name := translog.FileName(s.size); !filed[name] {
			if a.unpublished[s.size] {
				a.report.note("note-checkpoint-pending", name, "")
			} else {
				a.report.find("checkpoint-file", name, "is missing")
			}
		}
	}
}

// compare holds a checkpoint against the log and tells whether it agrees.
func (a *audit) compare(where string, c evidence.Checkpoint) bool {
	root, known := a.log.roots[c.Head.Size]
	if known && root == c.Head.Root {
		return true
	}
	for _, r := range a.restored {
		if slices.Contains(r.Lost, c.Head) {
			a.report.note("note-behind-restore", where, fmt.Sprintf("%d %s", c.Head.Size, c.Head.Root))
			return false
		}
	}
	switch {
	case a.log.broken:
		a.report.find("checkpoint-forked", where, "the log cannot be read through")
	case c.Head.Size > a.log.head.Size:
		a.report.find("checkpoint-ahead", where, "size %d, the log has %d", c.Head.Size, a.log.head.Size)
	default:
		a.report.find("checkpoint-forked", where, "size %d root %s, the log has %s", c.Head.Size, c.Head.Root, root)
	}
	return false
}
