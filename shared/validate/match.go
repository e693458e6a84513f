package validate

import (
	"slices"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// likeness says how sure it is that two names are one nominee.
type likeness int

const (
	unlike   likeness = iota
	perhaps           // bodies of which one lacks the place that would tell
	misspelt          // alike but for i and y, spaces or dashes
	alike             // the same to a reader
)

// match says which candidate stands for a nominee; at is -1 for none.
type match struct {
	at int
	as likeness
}

// candidate is a name in another paper.
type candidate struct {
	name, unit string
	kind       reading.NomineeKind
}

// person gives a person's name without its honorifics.
func person(name string) string {
	bare, _ := viettext.StripHonorifics(name)
	return bare
}

// nameKey is the key by which a nominee's name is the same: for persons
// without honorifics.
func (c *dossierCase) nameKey(name string, kind reading.NomineeKind) string {
	k := "\x00" + string(kind) + name
	v, ok := c.keys[k]
	if !ok {
		if kind != reading.Collective {
			name = person(name)
		}
		v = c.key(name)
		c.keys[k] = v
	}
	return v
}

// looseKey likewise, for possible sameness.
func (c *dossierCase) looseKey(name string, kind reading.NomineeKind) string {
	k := "\x01" + string(kind) + name
	v, ok := c.keys[k]
	if !ok {
		if kind != reading.Collective {
			name = person(name)
		}
		v = viettext.LooseKey(name)
		c.keys[k] = v
	}
	return v
}

// liken compares a nominee's name with another paper's.
func (c *dossierCase) liken(n *reading.Nominee, other string) likeness {
	if c.nameKey(n.Name, n.Kind) == c.nameKey(other, n.Kind) {
		return alike
	}
	if n.Kind == reading.Collective {
		switch c.bodies.Compare(n.Name, other) {
		case viettext.Same:
			return alike
		case viettext.Unsure:
			return perhaps
		}
	}
	if c.looseKey(n.Name, n.Kind) == c.looseKey(other, n.Kind) {
		return misspelt
	}
	return unlike
}

// pair finds for each nominee of the letter its report and its line in the
// minutes.
func (c *dossierCase) pair() {
	p, ok := c.letter()
	if !ok {
		return
	}
	var reports, lines []candidate
	for _, r := range c.reports {
		unit := r.doc.Unit
		if r.doc.NomineeKind == reading.Collective {
			unit = r.doc.Parent
		}
		reports = append(reports, candidate{r.doc.Name, unit, r.doc.NomineeKind})
	}
	for _, l := range c.lines {
		lines = append(lines, candidate{l.n.Name, l.n.Unit, l.n.Kind})
	}
	list := p.doc.Nominees
	toReports, toLines := c.assign(list, reports), c.assign(list, lines)
	for i := range list {
		c.list = append(c.list, entry{n: &list[i], report: toReports[i], vote: toLines[i]})
	}
}

// assign gives each nominee its candidate. Two lines that may be one person
// share a candidate; two people of one name and different units do not.
func (c *dossierCase) assign(list []reading.Nominee, to []candidate) []match {
	byKey := map[string][]int{}
	for i, x := range to {
		for _, k := range []reading.NomineeKind{reading.Individual, reading.Collective} {
			byKey[string(k)+c.nameKey(x.name, k)] = append(byKey[string(k)+c.nameKey(x.name, k)], i)
		}
	}
	out := make([]match, len(list))
	owners := make([][]int, len(to)) // nominees that have this very name
	found := make([][]int, len(list))
	for i, n := range list {
		kind := n.Kind
		if kind == "" {
			kind = reading.Individual
		}
		found[i] = byKey[string(kind)+c.nameKey(n.Name, kind)]
		out[i] = match{-1, alike}
		for _, k := range found[i] {
			owners[k] = append(owners[k], i)
		}
	}
	for i := range list {
		if len(found[i]) > 0 {
			continue
		}
		best := unlike
		for k, x := range to {
			as := unlike
			if len(owners[k]) == 0 {
				as = c.liken(&list[i], x.name)
			} else if slices.ContainsFunc(owners[k], func(o int) bool { return list[o].Kind == list[i].Kind && c.mayBeOne(&list[o], &list[i]) }) {
				as = alike // listed twice, which is told once
			}
			switch {
			case as > best:
				best, found[i] = as, []int{k}
			case as == best && as != unlike:
				found[i] = append(found[i], k)
			}
		}
		out[i].as = best
	}
	takenBy := map[int][]int{}
	for i := range list {
		best, score := -1, -1
		for _, k := range found[i] {
			s, free := c.fits(list, i, found, to[k], takenBy[k])
			if !free {
				continue
			}
			if s > score {
				best, score = k, s
			}
		}
		if best < 0 {
			out[i] = match{-1, unlike}
			continue
		}
		out[i].at = best
		takenBy[best] = append(takenBy[best], i)
	}
	return out
}

// fits scores a candidate by its unit, and says whether it may be taken:
// somebody else of the same name, in another unit, may have it or need it.
func (c *dossierCase) fits(list []reading.Nominee, i int, found [][]int, x candidate, taken []int) (score int, free bool) {
	mine := c.sameUnit(list[i].Unit, x.unit)
	for _, t := range taken {
		if c.sameUnit(list[i].Unit, list[t].Unit) == viettext.Different {
			return 0, false
		}
	}
	if mine == viettext.Different && len(found[i]) > 0 {
		for k := range list {
			if k == i || len(found[k]) == 0 || found[k][0] != found[i][0] || c.sameUnit(list[k].Unit, list[i].Unit) != viettext.Different {
				continue
			}
			if c.sameUnit(list[k].Unit, x.unit) == viettext.Same {
				return 0, false
			}
		}
	}
	score = map[viettext.Sameness]int{viettext.Different: 0, viettext.Unsure: 2, viettext.Same: 4}[mine]
	if len(taken) == 0 {
		score++
	}
	return score, true
}

// sameUnit compares two units; what one paper leaves out is unsure.
func (c *dossierCase) sameUnit(a, b string) viettext.Sameness {
	if a == "" || b == "" {
		return viettext.Unsure
	}
	if c.key(a) == c.key(b) {
		return viettext.Same
	}
	return c.bodies.Compare(a, b)
}
