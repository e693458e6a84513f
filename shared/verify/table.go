package verify

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
)

// print is a fingerprint: half a SHA-256, which nobody can collide on purpose
// for less than 2^64 work. Tables of them stand in for tables of names.
type print [16]byte

// printOf takes the fingerprint of parts, which must not hold NUL bytes in a
// way that makes two lists alike.
func printOf(parts ...string) print {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return print(sum[:16])
}

// class is the part of the fingerprints that a pass looks at, of 256 at most.
func (p print) class(of int) int { return int(p[0]) % of }

// table is a set of fingerprints with a number each and marks. It is filled,
// sealed, then asked.
type table struct {
	slots  []slot
	sealed bool
	marks  [2][]uint64
}

type slot struct {
	print
	n int64
}

func (t *table) add(p print, n int64) { t.slots = append(t.slots, slot{p, n}); t.sealed = false }

// seal sorts the table and gives the numbers of fingerprints that are in it
// more than once.
func (t *table) seal() (twice []int64) {
	slices.SortFunc(t.slots, func(a, b slot) int {
		if c := bytes.Compare(a.print[:], b.print[:]); c != 0 {
			return c
		}
		return int(a.n - b.n)
	})
	for i := 1; i < len(t.slots); i++ {
		if t.slots[i].print == t.slots[i-1].print {
			twice = append(twice, t.slots[i].n)
		}
	}
	t.sealed = true
	for i := range t.marks {
		t.marks[i] = make([]uint64, len(t.slots)/64+1)
	}
	return twice
}

// find gives the place of p in the table, or -1. Of equal fingerprints it is
// the first.
func (t *table) find(p print) int {
	if !t.sealed {
		t.seal()
	}
	lo, hi := 0, len(t.slots)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if bytes.Compare(t.slots[mid].print[:], p[:]) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(t.slots) && t.slots[lo].print == p {
		return lo
	}
	return -1
}

// mark sets a mark of a place and tells whether it was set before.
func (t *table) mark(which, place int) (before bool) {
	word, bit := place/64, uint64(1)<<(place%64)
	before = t.marks[which][word]&bit != 0
	t.marks[which][word] |= bit
	return before
}

// marked tells whether a mark is set.
func (t *table) marked(which, place int) bool {
	return t.sealed && t.marks[which][place/64]&(1<<(place%64)) != 0
}

// unmarked gives at most limit places without the mark, and how many there
// are. Repeats of one fingerprint count as their first.
func (t *table) unmarked(which, limit int) (some []slot, n int64) {
	if !t.sealed {
		t.seal()
	}
	first := 0
	for i := range t.slots {
		if t.slots[i].print != t.slots[first].print {
			first = i
		}
		if i == first && !t.marked(which, i) {
			if n++; len(some) < limit {
				some = append(some, t.slots[i])
			}
		}
	}
	return some, n
}
