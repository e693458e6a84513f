package pdffile

import (
	"maps"
	"slices"

	"hoso/shared/reading"
)

// history is what came to a file state by state: a file that is signed and
// then added to keeps each earlier state as its own beginning.
type history struct {
	ends  []int64
	steps []map[reading.Change]bool // what came between one end and the next
	last  bool                      // something follows the last end
}

// history compares the states of the file that signatures cover, and the file
// as it is. What cannot be compared is said to be unknown.
func (f *File) history(ends []int64) history {
	ends = slices.Compact(slices.Sorted(slices.Values(ends)))
	h := history{ends: ends}
	budget := f.revisionBudget()
	older := f.state(ends[0], budget)
	for i := range ends {
		var newer *File
		switch {
		case i+1 < len(ends):
			newer = f.state(ends[i+1], budget)
		case len(trimmed(f.whole[ends[i]:])) > 0:
			newer, h.last = f, true
		default:
			return h
		}
		step := map[reading.Change]bool{reading.ChangeUnknown: true}
		if older != nil && newer != nil {
			step = changes(older, newer)
			if len(step) == 0 {
				step[reading.ChangeTrailing] = true
			}
		}
		h.steps = append(h.steps, step)
		older = newer
	}
	return h
}

// after gives the number of the state that ends there, how many there are,
// and the kinds of everything that came later.
func (h history) after(end int64) (revision [2]int, kinds []reading.Change) {
	i, _ := slices.BinarySearch(h.ends, end)
	n := len(h.ends)
	if h.last {
		n++
	}
	all := map[reading.Change]bool{}
	for _, step := range h.steps[min(i, len(h.steps)):] {
		maps.Copy(all, step)
	}
	return [2]int{i + 1, n}, slices.Sorted(maps.Keys(all))
}

func trimmed(b []byte) []byte {
	for len(b) > 0 && (b[0] == 0 || b[0] == '\n' || b[0] == '\r' || b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// revisionBudget bounds looking at earlier states: a file that is too large
// for it is still read.
func (f *File) revisionBudget() *Budget {
	return &Budget{
		Objects: 200_000, Nodes: 4_000_000, Depth: f.budget.Depth, StreamBytes: f.budget.StreamBytes, TotalBytes: 96 << 20, Searched: 1 << 30,
		Now: f.budget.Now, Deadline: f.budget.Deadline,
	}
}

// state opens the file as it was when it ended there, nil if it cannot be read.
func (f *File) state(end int64, b *Budget) *File {
	s, err := parse(f.whole[:end], b)
	if err != nil {
		return nil
	}
	return s
}
