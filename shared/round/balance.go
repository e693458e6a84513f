package round

import (
	"fmt"

	"hoso/shared/dossier"
)

// Imbalance compares what says how many places of a round are taken: the cap
// less what is free, the rows, and the confirmed selections that quota has not
// written out yet. No identity may hold two places of a kind, and list and
// rows must agree. free is by PlaceCounter's name, rows by kind/identity. It
// gives a line of ids and numbers for each thing that does not hold. An ad-hoc
// line has none of all that.
func Imbalance(r Round, l List, rows map[string]Place, free map[string]int64) []string {
	var out []string
	find := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if r.Settings.AdHoc {
		return misplaced(r, l, rows, free)
	}
	for _, kind := range dossier.Kinds() {
		left, ok := free[PlaceCounter(r.ID, kind)]
		if !ok {
			find("%s: no counter", kind)
			continue
		}
		live, waiting := 0, 0
		for _, row := range rows {
			if row.Kind == kind && row.State != Released {
				live++
			}
		}
		holders := map[string]int{}
		for _, e := range l.Entries {
			if e.Kind != kind || e.Place == Released {
				continue
			}
			holders[e.Identity]++
			row, written := rows[string(kind)+"/"+e.Identity]
			switch {
			case e.Selection > r.Written && (!written || row.State == Released):
				waiting++
			case !written || row.State != e.Place || row.Dossier != e.Dossier:
				find("%s %s: list says %s, row says %q", kind, e.Identity, e.Place, row.State)
			}
		}
		for identity, n := range holders {
			if n > 1 {
				find("%s %s holds %d places", kind, identity, n)
			}
		}
		if want := int64(r.Settings.Caps[kind] - live - waiting); left != want || left < 0 {
			find("%s: cap %d, rows %d, waiting %d, free %d", kind, r.Settings.Caps[kind], live, waiting, left)
		}
	}
	return out
}

// misplaced finds what an ad-hoc line must not have: counters, caps, places, a
// list, a selection or a decision of its own.
func misplaced(r Round, l List, rows map[string]Place, free map[string]int64) []string {
	var out []string
	for _, kind := range dossier.Kinds() {
		if _, counted := free[PlaceCounter(r.ID, kind)]; counted {
			out = append(out, fmt.Sprintf("%s: an ad-hoc line counts places", kind))
		}
	}
	if len(rows)+len(l.Entries)+len(r.Settings.Caps)+r.Selection > 0 || r.Stage != "" || r.Decision != nil {
		out = append(out, fmt.Sprintf("an ad-hoc line has %d rows, %d entries, stage %q", len(rows), len(l.Entries), r.Stage))
	}
	return out
}
