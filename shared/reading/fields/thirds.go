package fields

import (
	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// thirds parts a signature block of three columns, of which the layout told
// two apart: one half whose lines stand in pairs over a gap of their own.
func thirds(l, r []layout.Line) (out [3][]layout.Line, ok bool) {
	if a, b, ok := halve(r); ok {
		return [3][]layout.Line{l, a, b}, true
	}
	if a, b, ok := halve(l); ok {
		return [3][]layout.Line{a, b, r}, true
	}
	return out, false
}

// leastGutter is how far columns of signatures stand apart at least, in points.
const leastGutter = 8

// halve parts lines at the gap that those in two pieces have in common. Each
// column must end in a name, so that words set apart are no columns.
func halve(ls []layout.Line) (left, right []layout.Line, ok bool) {
	lo, hi, pairs := 0.0, 1e9, 0
	for i := range ls {
		if p := ls[i].Pieces(); len(p) == 2 {
			lo, hi = max(lo, p[0].Box[2]), min(hi, p[1].Box[0])
			pairs++
		}
	}
	if pairs < 2 || hi-lo < leastGutter {
		return nil, nil, false
	}
	for i := range ls {
		for _, p := range ls[i].Pieces() {
			switch {
			case p.Box[2] <= (lo+hi)/2:
				left = append(left, p)
			case p.Box[0] >= (lo+hi)/2:
				right = append(right, p)
			default:
				return nil, nil, false
			}
		}
	}
	named := func(col []layout.Line) bool {
		for i := range col {
			if personName(textOf(col[i])) {
				return true
			}
		}
		return false
	}
	return left, right, named(left) && named(right)
}

// ofThree chooses the two halves that a document speaks of: of minutes those
// of chair and secretary, wherever they stand; else who signs on the right,
// with the receivers or whoever signs first on the left.
func (d *doc) ofThree(cols [3][]layout.Line, box reading.Box, page int) (left, right signer) {
	var all [3]signer
	from := box[0]
	for i := range cols {
		to := box[2]
		if i < 2 {
			to = gap(cols[i], cols[i+1])
		}
		all[i] = newSigner(cols[i], reading.Box{from, box[1], to, box[3]}, page)
		from = to
	}
	left, right = all[0], all[2]
	if d.out.Kind != reading.Minutes {
		return left, right
	}
	for i := range all {
		for k := range all {
			if i == k {
				continue
			}
			if chair, clerk := roles(&all[i], &all[k]); chair == &all[k] && clerk == &all[i] {
				return all[i], all[k]
			}
		}
	}
	return left, right
}
