package evidence

import (
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Proof is an RFC 6962 proof: the hashes of the audit path (inclusion) or of
// the consistency proof, in the RFC's order, in lower-case hex.
type Proof []string

// Inclusion proves that an event has its entry in the log: the entry, its
// index, and the audit path from its leaf up. It is the line format of packages.
type Inclusion struct {
	LogEntry
	Index int64 `json:"index"`
	Path  Proof `json:"path"`
}

// Check checks that the inclusion holds under head.
func (i Inclusion) Check(head LogHead) error { return CheckInclusion(head, i.Index, i.Hash, i.Path) }

// RootAt gives the head that the log that now ends at head had when it held
// size entries. Every tile is checked against head, as in ProveInclusion.
func RootAt(head LogHead, size int64, read TileReader) (LogHead, error) {
	tree, err := head.tree()
	if err != nil {
		return LogHead{}, err
	}
	if size < 0 || size > head.Size {
		return LogHead{}, fmt.Errorf("evidence: size %d is not in a log of size %d", size, head.Size)
	}
	if size == 0 {
		return LogHead{}, nil
	}
	from := &tiles{read: read}
	root, err := tlog.TreeHash(size, tlog.TileHashReader(tree, from))
	if err != nil {
		return LogHead{}, from.blame(err)
	}
	return LogHead{Size: size, Root: hex.EncodeToString(root[:])}, nil
}

// ProveInclusion proves that the log that ends at head has its entry at index.
// Every tile is checked against head: ErrLogDamaged if one does not belong.
func ProveInclusion(head LogHead, index int64, read TileReader) (Proof, error) {
	tree, err := head.tree()
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= head.Size {
		return nil, fmt.Errorf("evidence: index %d is not in a log of size %d", index, head.Size)
	}
	from := &tiles{read: read}
	p, err := tlog.ProveRecord(tree.N, index, tlog.TileHashReader(tree, from))
	if err != nil {
		return nil, from.blame(err)
	}
	return proofOf(p), nil
}

// CheckInclusion checks that p proves the event hash at index under head.
func CheckInclusion(head LogHead, index int64, hash string, p Proof) error {
	tree, err := head.tree()
	if err != nil {
		return err
	}
	leaf, err := LogEntry{Hash: hash}.Leaf()
	if err != nil {
		return err
	}
	hashes, err := p.hashes()
	if err != nil {
		return err
	}
	if index < 0 || index >= head.Size {
		return fmt.Errorf("evidence: index %d is not in a log of size %d", index, head.Size)
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, leaf); err != nil {
		return fmt.Errorf("evidence: inclusion of entry %d: %w", index, err)
	}
	return nil
}

// ProveConsistency proves that the log that ends at head begins with the log
// of oldSize entries. oldSize must be 1 to head.Size.
func ProveConsistency(head LogHead, oldSize int64, read TileReader) (Proof, error) {
	tree, err := head.tree()
	if err != nil {
		return nil, err
	}
	if oldSize < 1 || oldSize > head.Size {
		return nil, fmt.Errorf("evidence: size %d is not in a log of size %d", oldSize, head.Size)
	}
	from := &tiles{read: read}
	p, err := tlog.ProveTree(tree.N, oldSize, tlog.TileHashReader(tree, from))
	if err != nil {
		return nil, from.blame(err)
	}
	return proofOf(p), nil
}

// CheckConsistency checks that p proves that the log at head begins with the
// log at old.
func CheckConsistency(old, head LogHead, p Proof) error {
	before, err := old.tree()
	if err != nil {
		return err
	}
	after, err := head.tree()
	if err != nil {
		return err
	}
	hashes, err := p.hashes()
	if err != nil {
		return err
	}
	if old.Size < 1 || old.Size > head.Size {
		return fmt.Errorf("evidence: size %d is not in a log of size %d", old.Size, head.Size)
	}
	if err := tlog.CheckTree(hashes, after.N, after.Hash, before.N, before.Hash); err != nil {
		return fmt.Errorf("evidence: log of size %d does not begin with the log of size %d: %w", head.Size, old.Size, err)
	}
	return nil
}

func proofOf(hashes []Hash) Proof {
	out := Proof{}
	for _, h := range hashes {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

func (p Proof) hashes() ([]Hash, error) {
	out := make([]Hash, len(p))
	for i, s := range p {
		h, err := parseHash(s)
		if err != nil {
			return nil, fmt.Errorf("evidence: proof step %d: %w", i, err)
		}
		out[i] = h
	}
	return out, nil
}

// tiles serves tlog's reader, which checks what it is given against the tree.
type tiles struct {
	read   TileReader
	failed error // of read
}

// blame gives read's own error if it failed; else the tiles are to blame.
func (t *tiles) blame(err error) error {
	if t.failed != nil {
		return t.failed
	}
	return fmt.Errorf("%w: %w", ErrLogDamaged, err)
}

// Height is the height of the tiles.
func (t *tiles) Height() int { return TileHeight }

// SaveTiles does nothing: there is no cache behind a TileReader.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles reads tiles and cuts them to the widths asked for.
func (t *tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	ids := make([]TileID, len(want))
	for i, w := range want {
		ids[i] = TileID{Level: w.L, N: w.N}
	}
	data, err := t.read(ids)
	if err != nil {
		t.failed = err
		return nil, err
	}
	if len(data) != len(want) {
		return nil, fmt.Errorf("evidence: %d tiles read, %d asked for", len(data), len(want))
	}
	out := make([][]byte, len(data))
	for i, w := range want {
		if len(data[i]) < w.W*tlog.HashSize {
			return nil, fmt.Errorf("evidence: tile %d/%d is too short", w.L, w.N)
		}
		out[i] = data[i][:w.W*tlog.HashSize]
	}
	return out, nil
}
