package translog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/evidence"
	"hoso/shared/store"
)

// Part is the part that holds the log itself.
const Part = "log"

// rowPrefix begins the part of a chain's rows.
const rowPrefix = Part + "/"

// Sorts of the records of Part.
const (
	headSort         = "head"
	entriesPrefix    = "entries/"
	tilePrefix       = "tile/"
	checkpointPrefix = "checkpoint/"
)

// HeadKey is where the log's head is: an evidence.LogHead.
func HeadKey() store.Key { return store.Key{Part: Part, Sort: headSort} }

// EntriesKey is where entry tile n is: an Entries.
func EntriesKey(n int64) store.Key {
	return store.Key{Part: Part, Sort: fmt.Sprintf("%s%012d", entriesPrefix, n)}
}

// TileKey is where a tile of hashes is: a Tile.
func TileKey(id evidence.TileID) store.Key {
	return store.Key{Part: Part, Sort: fmt.Sprintf("%s%d/%012d", tilePrefix, id.Level, id.N)}
}

// CheckpointKey is where the checkpoint of a size is: a Checkpoint.
func CheckpointKey(size int64) store.Key {
	return store.Key{Part: Part, Sort: fmt.Sprintf("%s%016d", checkpointPrefix, size)}
}

// RowKey is where an event's row is: a Row.
func RowKey(chain string, seq int64) store.Key {
	return store.Key{Part: rowPrefix + chain, Sort: fmt.Sprintf("%012d", seq)}
}

// Entries is the record of an entry tile.
type Entries struct {
	Entries []string `json:"entries"`
}

// Tile is the record of a tile of hashes.
type Tile struct {
	Hashes []byte `json:"hashes"`
}

// Checkpoint is the record of a signed checkpoint.
type Checkpoint struct {
	Signed string `json:"signed"`
	Prev   int64  `json:"prev"` // size of the checkpoint before it; 0: none
}

// Row is the record that says where an event is in the log.
type Row struct {
	Index int64  `json:"index"`
	Hash  string `json:"hash"`
}

// Kind says what a record of the log is.
type Kind int

// Kinds of records. Foreign is no record of the log; Unknown lies in its parts
// and is none that this package writes.
const (
	Foreign Kind = iota
	Unknown
	IsHead
	IsEntries
	IsTile
	IsCheckpoint
	IsRow
)

// Place is where a record of the log stands, by its key.
type Place struct {
	Kind  Kind
	N     int64           // of IsEntries; size of IsCheckpoint
	Tile  evidence.TileID // of IsTile
	Chain string          // of IsRow
	Seq   int64           // of IsRow
}

// PlaceOf reads a key. Only keys spelled as this package spells them are known.
func PlaceOf(k store.Key) Place {
	p := Place{Kind: Unknown}
	var want store.Key
	switch {
	case strings.HasPrefix(k.Part, rowPrefix):
		p = Place{Kind: IsRow, Chain: k.Part[len(rowPrefix):], Seq: number(k.Sort)}
		want = RowKey(p.Chain, p.Seq)
	case k.Part != Part:
		return Place{Kind: Foreign}
	case k.Sort == headSort:
		return Place{Kind: IsHead}
	case strings.HasPrefix(k.Sort, entriesPrefix):
		p = Place{Kind: IsEntries, N: number(k.Sort[len(entriesPrefix):])}
		want = EntriesKey(p.N)
	case strings.HasPrefix(k.Sort, checkpointPrefix):
		p = Place{Kind: IsCheckpoint, N: number(k.Sort[len(checkpointPrefix):])}
		want = CheckpointKey(p.N)
	case strings.HasPrefix(k.Sort, tilePrefix):
		level, n, _ := strings.Cut(k.Sort[len(tilePrefix):], "/")
		p = Place{Kind: IsTile, Tile: evidence.TileID{Level: int(number(level)), N: number(n)}}
		want = TileKey(p.Tile)
	}
	if want != k || p.N < 0 || p.Tile.Level < 0 || p.Tile.N < 0 || p.Seq < 0 {
		return Place{Kind: Unknown}
	}
	return p
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Read decodes a record's body into v and reports whether the body is exactly
// what this package would write for it: no change to it goes unseen.
func Read(body json.RawMessage, v any) bool {
	if json.Unmarshal(body, v) != nil {
		return false
	}
	again, err := json.Marshal(v)
	return err == nil && slices.Equal(again, body)
}
