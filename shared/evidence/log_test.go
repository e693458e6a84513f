package evidence_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"hoso/shared/evidence"
)

// entry makes the n-th entry of a made-up log.
func entry(n int) evidence.LogEntry {
	sum := sha256.Sum256(fmt.Appendf(nil, "event %d", n))
	return evidence.LogEntry{Chain: fmt.Sprintf("dossier/%d", n%7), Seq: int64(n/7 + 1), Hash: hex.EncodeToString(sum[:])}
}

// mth is the Merkle tree hash by the words of RFC 6962, section 2.1.
func mth(leaves [][]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := mth(leaves[:k]), mth(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// memory is a log kept in maps, grown by Append alone.
type memory struct {
	head    evidence.LogHead
	tiles   map[evidence.TileID][]byte
	entries map[int64][]evidence.LogEntry
	leaves  [][]byte
}

func newMemory() *memory {
	return &memory{tiles: map[evidence.TileID][]byte{}, entries: map[int64][]evidence.LogEntry{}}
}

func (m *memory) edge() (map[evidence.TileID][]byte, []evidence.LogEntry) {
	edge := map[evidence.TileID][]byte{}
	for _, id := range evidence.Edge(m.head.Size) {
		edge[id] = m.tiles[id]
	}
	n, ok := evidence.LastEntries(m.head.Size)
	if !ok {
		return edge, nil
	}
	return edge, m.entries[n]
}

func (m *memory) grow(t *testing.T, n int) evidence.Growth {
	t.Helper()
	var add []evidence.LogEntry
	for i := range n {
		e := entry(int(m.head.Size) + i)
		add = append(add, e)
		raw, err := hex.DecodeString(e.Hash)
		if err != nil {
			t.Fatal(err)
		}
		m.leaves = append(m.leaves, raw)
	}
	edge, last := m.edge()
	g, err := evidence.Append(m.head, edge, last, add)
	if err != nil {
		t.Fatalf("append %d to %d: %v", n, m.head.Size, err)
	}
	m.head = g.Head
	for _, tile := range g.Tiles {
		m.tiles[tile.TileID] = tile.Data
	}
	for _, tile := range g.Entries {
		m.entries[tile.N] = tile.Entries
	}
	return g
}

func (m *memory) read(ids []evidence.TileID) ([][]byte, error) {
	out := make([][]byte, len(ids))
	for i, id := range ids {
		out[i] = m.tiles[id]
	}
	return out, nil
}

// build grows a log to at least size in steps of random width.
func build(t *testing.T, size int64) *memory {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(size)))
	m := newMemory()
	for m.head.Size < size {
		m.grow(t, int(min(1+r.Int64N(evidence.MaxAppend), size-m.head.Size)))
	}
	return m
}

func TestTheRootIsTheOneOfRFC6962WhateverTheStepsOfGrowth(t *testing.T) {
	t.Parallel()
	m, s := newMemory(), evidence.Summit{}
	r := rand.New(rand.NewPCG(2, 2))
	if s.Head() != (evidence.LogHead{}) {
		t.Errorf("empty summit: %+v", s.Head())
	}
	for m.head.Size < 1500 {
		before := m.head.Size
		m.grow(t, 1+r.IntN(evidence.MaxAppend))
		want := mth(m.leaves)
		if got := m.head.Root; got != hex.EncodeToString(want[:]) {
			t.Fatalf("size %d: root %s, want %x", m.head.Size, got, want)
		}
		for n := before; n < m.head.Size; n++ {
			leaf, err := entry(int(n)).Leaf()
			if err != nil {
				t.Fatal(err)
			}
			s.Add(leaf)
		}
		if s.Head() != m.head {
			t.Fatalf("size %d: summit %+v, log %+v", m.head.Size, s.Head(), m.head)
		}
	}
}

func TestAppendWritesExactlyTheTilesThatChanged(t *testing.T) {
	t.Parallel()
	m := newMemory()
	for _, n := range []int{1, 59, 60, 60, 60, 15, 1, 1, 60, 60, 60, 60, 14, 60} {
		old := m.head.Size
		g := m.grow(t, n)
		want := map[evidence.TileID]int{}
		for _, tile := range tlog.NewTiles(evidence.TileHeight, old, m.head.Size) {
			want[evidence.TileID{Level: tile.L, N: tile.N}] = tile.W
		}
		got := map[evidence.TileID]int{}
		for _, tile := range g.Tiles {
			got[tile.TileID] = len(tile.Data) / 32
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d to %d: tiles %v, want %v", old, m.head.Size, got, want)
		}
		all := int64(0)
		for _, e := range m.entries {
			all += int64(len(e))
		}
		if all != m.head.Size {
			t.Errorf("%d entries in tiles, size %d", all, m.head.Size)
		}
	}
	for i := range m.head.Size {
		if got := m.entries[i/256][i%256]; got != entry(int(i)) {
			t.Fatalf("entry %d is %v", i, got)
		}
	}
}

func TestAnAppendNeverWritesMoreTilesThanItsLimit(t *testing.T) {
	t.Parallel()
	for level := range 8 {
		edge := int64(1) << (8 * level)
		for d := range int64(2 * evidence.MaxAppend) {
			for _, base := range []int64{edge, edge * 255, edge*256 - 256} {
				old := base - d
				if old < 0 || old+evidence.MaxAppend < 0 {
					continue
				}
				n := len(tlog.NewTiles(evidence.TileHeight, old, old+evidence.MaxAppend)) + 2
				if n > evidence.MaxAppendTiles {
					t.Fatalf("%d tiles from size %d", n, old)
				}
			}
		}
	}
}

func TestALogThatIsNotItsHeadsIsNotExtended(t *testing.T) {
	t.Parallel()
	m := build(t, 700)
	add := []evidence.LogEntry{entry(700)}
	edge, last := m.edge()
	for id, data := range edge {
		for i := range data {
			data[i] ^= 0x10
			if _, err := evidence.Append(m.head, edge, last, add); !errors.Is(err, evidence.ErrLogDamaged) {
				t.Fatalf("tile %v byte %d changed: %v", id, i, err)
			}
			data[i] ^= 0x10
		}
		edge[id] = data[:len(data)-32]
		if _, err := evidence.Append(m.head, edge, last, add); !errors.Is(err, evidence.ErrLogDamaged) {
			t.Errorf("tile %v cut: %v", id, err)
		}
		edge[id] = data
	}
	swapped := append([]evidence.LogEntry(nil), last...)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	if _, err := evidence.Append(m.head, edge, swapped, add); !errors.Is(err, evidence.ErrLogDamaged) {
		t.Errorf("entries swapped: %v", err)
	}
	if _, err := evidence.Append(evidence.LogHead{Size: 700, Root: entry(1).Hash}, edge, last, add); !errors.Is(err, evidence.ErrLogDamaged) {
		t.Errorf("another root: %v", err)
	}
	if _, err := evidence.Append(m.head, edge, last, nil); err == nil {
		t.Error("append of nothing succeeded")
	}
	if _, err := evidence.Append(m.head, edge, last, make([]evidence.LogEntry, evidence.MaxAppend+1)); err == nil {
		t.Error("append beyond the limit succeeded")
	}
}

func TestEveryEntryIsProvedUnderEveryHeadAndUnderNoOther(t *testing.T) {
	t.Parallel()
	m := build(t, 600)
	heads := map[int64]evidence.LogHead{}
	var s evidence.Summit
	for i := range m.head.Size {
		leaf, err := entry(int(i)).Leaf()
		if err != nil {
			t.Fatal(err)
		}
		s.Add(leaf)
		heads[s.Head().Size] = s.Head()
	}
	for _, size := range []int64{1, 2, 3, 255, 256, 257, 511, 512, 513, 600} {
		head := heads[size]
		if got, err := evidence.RootAt(m.head, size, m.read); err != nil || got != head {
			t.Errorf("root at %d: %+v, %v", size, got, err)
		}
		for i := int64(0); i < size; i += 1 + size/40 {
			p, err := evidence.ProveInclusion(head, i, m.read)
			if err != nil {
				t.Fatalf("prove %d in %d: %v", i, size, err)
			}
			if err := evidence.CheckInclusion(head, i, entry(int(i)).Hash, p); err != nil {
				t.Errorf("check %d in %d: %v", i, size, err)
			}
			if err := evidence.CheckInclusion(head, i, entry(9999).Hash, p); err == nil {
				t.Errorf("another event passes at %d in %d", i, size)
			}
			if size > 1 {
				if err := evidence.CheckInclusion(head, (i+1)%size, entry(int(i)).Hash, p); err == nil {
					t.Errorf("%d in %d passes at another index", i, size)
				}
				if err := evidence.CheckInclusion(heads[size-1], i%(size-1), entry(int(i)).Hash, p); err == nil {
					t.Errorf("%d in %d passes under another head", i, size)
				}
			}
		}
		for _, old := range []int64{1, 2, 3, 255, 256, 257, 511, 512, 513, 600} {
			if old > size {
				continue
			}
			p, err := evidence.ProveConsistency(head, old, m.read)
			if err != nil {
				t.Fatalf("prove %d before %d: %v", old, size, err)
			}
			if err := evidence.CheckConsistency(heads[old], head, p); err != nil {
				t.Errorf("check %d before %d: %v", old, size, err)
			}
			forked := evidence.LogHead{Size: old, Root: entry(1).Hash}
			if err := evidence.CheckConsistency(forked, head, p); err == nil {
				t.Errorf("a fork at %d passes before %d", old, size)
			}
		}
	}
}

func TestNothingIsProvedFromDamagedTiles(t *testing.T) {
	t.Parallel()
	m := build(t, 600)
	m.tiles[evidence.TileID{}][33] ^= 1
	if _, err := evidence.ProveInclusion(m.head, 5, m.read); !errors.Is(err, evidence.ErrLogDamaged) {
		t.Errorf("inclusion: %v", err)
	}
	if _, err := evidence.ProveConsistency(m.head, 100, m.read); !errors.Is(err, evidence.ErrLogDamaged) {
		t.Errorf("consistency: %v", err)
	}
	away := errors.New("store is away")
	_, err := evidence.ProveInclusion(m.head, 300, func([]evidence.TileID) ([][]byte, error) { return nil, away })
	if !errors.Is(err, away) || errors.Is(err, evidence.ErrLogDamaged) {
		t.Errorf("a failing store: %v", err)
	}
}

func TestALogEntryHasOneSpelling(t *testing.T) {
	t.Parallel()
	e := evidence.LogEntry{Chain: "dossier/a b", Seq: 12, Hash: entry(3).Hash}
	got, err := evidence.ParseLogEntry(e.String())
	if err != nil || got != e {
		t.Fatalf("%v, %v", got, err)
	}
	h := e.Hash
	for _, bad := range []string{
		"", h, "1 " + h, " 1 " + h, "c 0 " + h, "c -1 " + h, "c 01 " + h, "c +1 " + h, "c 1  " + h, "c 1 " + h[1:],
		"c 1 " + h + "\n", "c 1 " + "A" + h[1:], "c x " + h,
	} {
		if got, err := evidence.ParseLogEntry(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
