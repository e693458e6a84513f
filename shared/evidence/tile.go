package evidence

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of the log's tiles: a whole tile holds 256 hashes.
const (
	TileHeight = 8
	TileWidth  = 1 << TileHeight
)

// MaxAppend is the most entries that one Append takes. It keeps the commit
// that writes them under the store's limit: for n entries the log has n new
// rows, at most MaxAppendTiles tiles and its head.
const MaxAppend = 60

// MaxAppendTiles is the most tiles that one Append of MaxAppend entries
// writes: two entry tiles, two tiles of level 0 and one of each of the seven
// levels above, which reach 2^63 entries.
const MaxAppendTiles = 11

// TileID names a tile of hashes: hashes N*256… of the tree's level 8*Level.
type TileID struct {
	Level int
	N     int64
}

// Tile is a tile of hashes as stored: as many hashes as there were when it was
// written, 32 bytes each.
type Tile struct {
	TileID
	Data []byte
}

// EntryTile is a tile of entries: those from N*256, as many as there were.
type EntryTile struct {
	N       int64
	Entries []LogEntry
}

// TileReader reads tiles of hashes, in the order of ids. A tile may come back
// wider than the tree in question needs.
type TileReader func(ids []TileID) ([][]byte, error)

// ErrLogDamaged: stored tiles do not belong to the log's head. Nothing may be
// appended to such a log, and nothing proved from it.
var ErrLogDamaged = errors.New("evidence: the log's tiles do not belong to its head")

// Edge names the tiles of hashes that are not full in a log of the given size:
// what Append needs to go on.
func Edge(size int64) []TileID {
	var out []TileID
	for level := 0; size > 0; level, size = level+1, size>>TileHeight {
		if size%TileWidth != 0 {
			out = append(out, TileID{Level: level, N: size >> TileHeight})
		}
	}
	return out
}

// LastEntries says which entry tile is not full in a log of the given size.
func LastEntries(size int64) (n int64, ok bool) {
	return size >> TileHeight, size%TileWidth != 0
}

// Growth is what an append writes: the new head, and every tile that is new
// or has become wider.
type Growth struct {
	Head    LogHead
	Tiles   []Tile
	Entries []EntryTile
}

// Append takes entries into the log that ends at head. edge must hold the
// tiles of Edge(head.Size) and last the entries of the tile that is not full
// (see LastEntries). They are checked against head first: ErrLogDamaged if
// they do not belong to it. The arguments are not changed.
func Append(head LogHead, edge map[TileID][]byte, last []LogEntry, entries []LogEntry) (Growth, error) {
	if len(entries) == 0 || len(entries) > MaxAppend {
		return Growth{}, fmt.Errorf("evidence: append of %d entries, 1 to %d are allowed", len(entries), MaxAppend)
	}
	g := grower{size: head.Size, tiles: map[TileID][]byte{}, touched: map[TileID]bool{}}
	if err := g.load(head, edge, last); err != nil {
		return Growth{}, err
	}
	tail := EntryTile{N: head.Size >> TileHeight, Entries: slices.Clone(last)}
	var full []EntryTile
	for _, e := range entries {
		leaf, err := e.Leaf()
		if err != nil {
			return Growth{}, err
		}
		g.push(TileID{N: g.size >> TileHeight}, leaf)
		g.size++
		if tail.Entries = append(tail.Entries, e); len(tail.Entries) == TileWidth {
			full = append(full, tail)
			tail = EntryTile{N: tail.N + 1}
		}
	}
	if len(tail.Entries) > 0 {
		full = append(full, tail)
	}
	root, err := tlog.TreeHash(g.size, &g)
	if err != nil {
		return Growth{}, fmt.Errorf("%w: %w", ErrLogDamaged, err)
	}
	out := Growth{Head: LogHead{Size: g.size, Root: hex.EncodeToString(root[:])}, Entries: full}
	for id := range g.touched {
		out.Tiles = append(out.Tiles, Tile{TileID: id, Data: g.tiles[id]})
	}
	slices.SortFunc(out.Tiles, func(a, b Tile) int {
		if a.Level != b.Level {
			return a.Level - b.Level
		}
		return int(a.N - b.N)
	})
	return out, nil
}

// grower holds the log's right edge while it grows.
type grower struct {
	size    int64
	tiles   map[TileID][]byte
	touched map[TileID]bool
}

// load takes over the edge and checks that it is head's.
func (g *grower) load(head LogHead, edge map[TileID][]byte, last []LogEntry) error {
	tree, err := head.tree()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLogDamaged, err)
	}
	for _, id := range Edge(head.Size) {
		width := int(head.Size >> (TileHeight * id.Level) % TileWidth)
		if len(edge[id]) != width*tlog.HashSize {
			return fmt.Errorf("%w: tile %d/%d has %d bytes", ErrLogDamaged, id.Level, id.N, len(edge[id]))
		}
		g.tiles[id] = bytes.Clone(edge[id])
	}
	root, err := tlog.TreeHash(head.Size, g)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("%w: root", ErrLogDamaged)
	}
	hashes := g.tiles[TileID{N: head.Size >> TileHeight}]
	if len(last)*tlog.HashSize != len(hashes) {
		return fmt.Errorf("%w: %d entries in the last tile", ErrLogDamaged, len(last))
	}
	for i, e := range last {
		leaf, err := e.Leaf()
		if err != nil || !bytes.Equal(leaf[:], hashes[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
			return fmt.Errorf("%w: entry %d of the last tile", ErrLogDamaged, i)
		}
	}
	return nil
}

// push appends a hash to a tile; a tile that becomes full gives its root to
// the tile above.
func (g *grower) push(id TileID, h Hash) {
	g.tiles[id] = append(g.tiles[id], h[:]...)
	g.touched[id] = true
	if len(g.tiles[id]) == TileWidth*tlog.HashSize {
		g.push(TileID{Level: id.Level + 1, N: id.N >> TileHeight}, TileRoot(g.tiles[id]))
	}
}

// ReadHashes serves tlog from the tiles at hand.
func (g *grower) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		t := tlog.TileForIndex(TileHeight, x)
		data := g.tiles[TileID{Level: t.L, N: t.N}]
		if t.W = len(data) / tlog.HashSize; t.W == 0 {
			return nil, fmt.Errorf("evidence: tile %d/%d is not at hand", t.L, t.N)
		}
		h, err := tlog.HashFromTile(t, data, x)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

// TileRoot gives the root of a full tile, or of any power of two of hashes.
func TileRoot(data []byte) Hash {
	if len(data) == tlog.HashSize {
		return Hash(data)
	}
	half := len(data) / 2
	return tlog.NodeHash(TileRoot(data[:half]), TileRoot(data[half:]))
}
