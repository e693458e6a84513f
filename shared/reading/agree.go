package reading

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"hoso/shared/viettext"
)

// Degrees of Agree, until package calibrate gives its measured shares. A
// recognised name below plausible was hardly read; one of at least readable
// only its marks make doubtful; one that is proposed is no more than plausible.
const (
	plausible = 0.5
	readable  = 0.9
	confirmed = 0.97
)

// namePlace is one place at which a dossier names somebody.
type namePlace struct {
	doc     *Document
	nominee int // index into Nominees, or WholeDocument
	field   string
	name    string
	e       Evidence
	sure    bool
	settled bool // confirmed, or proposed
}

// Agree lays the readings of one dossier beside each other: a name that was
// recognised in a scan and is asked only for that is confirmed where another
// paper names the same, and nothing in the dossier reads the same without
// marks and differs with them. A list whose length its letter leaves open is
// confirmed by minutes that have the same people. What is certain is never
// changed, but asked where the other papers say otherwise; a name of which only a part could be read is proposed in full and
// stays asked. The given readings are not changed.
func Agree(rs []Reading) []Reading {
	out := make([]Reading, len(rs))
	var places []namePlace
	for i := range rs {
		out[i] = clone(rs[i])
		for k := range out[i].Documents {
			places = append(places, namesOf(&out[i].Documents[k])...)
		}
	}
	same, alike := map[string][]int{}, map[string]map[string]bool{}
	for i := range places {
		places[i].mend()
		p := &places[i]
		key, bare := viettext.Key(p.name), viettext.Fold(p.name)
		same[key] = append(same[key], i)
		if alike[bare] == nil {
			alike[bare] = map[string]bool{}
		}
		alike[bare][key] = true
	}
	for i, p := range places {
		if p.sure || p.e.Source != FromOCR || grade(p.e) < plausible || len(alike[viettext.Fold(p.name)]) > 1 {
			continue
		}
		if weight(places, same[viettext.Key(p.name)], i) >= 2 {
			places[i].confirm()
		}
	}
	for i := range places {
		p := &places[i]
		if p.outnumbered(places, same, alike[viettext.Fold(p.name)]) || p.settled || p.sure {
			continue
		}
		p.propose(places, same)
	}
	agreeBodies(out)
	unequal(out)
	for i := range out {
		for k := range out[i].Documents {
			if d := &out[i].Documents[k]; d.Kind == Letter && d.IsUnsure(FieldNominees) && listed(d, out) {
				d.settle(FieldNominees)
			}
		}
	}
	return out
}

// grade is how well a value was read: what its reader thought of it, which
// its grounds keep where its confidence is a measured share.
func grade(e Evidence) float64 {
	for name, g := range map[string]float64{" sure": 0.995, " as-read": confirmed, " likely": readable, " fair": 0.75, " doubtful": plausible, " poor": 0} {
		if strings.HasSuffix(e.Grounds, name) || strings.Contains(e.Grounds, name+" ") {
			return g
		}
	}
	return e.Confidence
}

// weight adds up how much the other places confirm place i: a name that is
// sure or comes from text counts for two, one of which only marks are
// doubtful as well if the name in question is such a one too, else one.
func weight(places []namePlace, same []int, i int) int {
	sum := 0
	for _, k := range same {
		p, q := &places[i], &places[k]
		if k == i || q.doc == p.doc && q.field == p.field {
			continue
		}
		switch {
		case q.sure, grade(q.e) >= readable && grade(p.e) >= readable:
			sum += 2
		case grade(q.e) >= plausible:
			sum++
		}
	}
	return sum
}

// namesOf lists the places of a document that name people and units of the list.
func namesOf(d *Document) []namePlace {
	var out []namePlace
	for _, f := range Fields(*d) {
		switch f.Name {
		case "nguoi_ky", "chu_tri", "thu_ky", "nguoi_xac_nhan", "nguoi_bao_cao", "ten":
			if f.Value != "" {
				out = append(out, namePlace{d, f.Nominee, f.Name, f.Value, f.Evidence, !f.Unsure, false})
			}
		}
	}
	return out
}

// confirm takes the doubt off a name. A nominee stays in doubt for its votes.
func (p *namePlace) confirm() {
	p.settled = true
	p.e.Confidence = confirmed
	p.e.Grounds = strings.TrimSuffix(strings.TrimSuffix(p.e.Grounds, " asked"), " proposed") + " confirmed"
	if p.nominee == WholeDocument {
		p.doc.Evidence[p.field] = p.e
		p.doc.settle(p.field)
		return
	}
	n := &p.doc.Nominees[p.nominee]
	n.Evidence[p.field] = p.e
	for _, f := range []string{"phieu_dong_y", "phieu_tong", "ty_le"} {
		if e, ok := n.Evidence[f]; ok && grade(e) < readable {
			return
		}
	}
	n.Unsure = false
}

// outnumbered asks about a recognised name, also a certain one, that only its
// marks part from a name which more places of the dossier have: one of the two
// was misread, or they are two people. The other is proposed.
func (p *namePlace) outnumbered(places []namePlace, same map[string][]int, alike map[string]bool) bool {
	if len(alike) < 2 || p.e.Source != FromOCR {
		return false
	}
	own := len(same[viettext.Key(p.name)])
	most, name := own, ""
	for _, key := range slices.Sorted(maps.Keys(alike)) {
		switch n := len(same[key]); {
		case n > most:
			most, name = n, places[same[key][0]].name
		case n == most && n > own:
			name = "" // two that as many places have
		}
	}
	if most > own && name == "" {
		p.ask()
		return true
	}
	if name == "" {
		return false
	}
	p.put(name)
	return true
}

// propose gives a name of which seal and pen left only a part in full, as the
// one other name of the dossier that it can be a part of. It stays asked, and
// its quote is what was read.
func (p *namePlace) propose(places []namePlace, same map[string][]int) {
	if p.e.Source != FromOCR || p.field == "ten" {
		return
	}
	full := ""
	for i := range places {
		q := &places[i]
		known := q.sure || grade(q.e) >= readable || len(same[viettext.Key(q.name)]) > 1 || wellFormed(q.name) && !wellFormed(p.name)
		if q.doc == p.doc && q.field == p.field || !known || !partOf(p.name, q.name) || viettext.Key(q.name) == viettext.Key(p.name) {
			continue
		}
		if full != "" && viettext.Key(full) != viettext.Key(q.name) {
			return // two it could be
		}
		full = q.name
	}
	if full != "" {
		p.put(full)
	}
}

// mend gives the family name of a doubtful name the marks that alone keep it
// from being one.
func (p *namePlace) mend() {
	first, rest, ok := strings.Cut(p.name, " ")
	right, is := viettext.FamilyName(first)
	if p.sure || !ok || is || right == "" || p.e.Source != FromOCR || viettext.NewTone(strings.ToLower(first)) == "thị" {
		return
	}
	if p.field == "ten" && (p.nominee == WholeDocument && p.doc.NomineeKind != Individual || p.nominee != WholeDocument && p.doc.Nominees[p.nominee].Kind != Individual) {
		return
	}
	p.name = right + " " + rest
	p.put(p.name)
	p.settled = false
}

// ask asks about a name.
func (p *namePlace) ask() {
	if p.nominee != WholeDocument {
		p.doc.Nominees[p.nominee].Unsure = true
		return
	}
	p.doc.Doubt(p.field)
}

// put gives a place another name and asks about it.
func (p *namePlace) put(name string) {
	p.settled = true
	p.e.Confidence = min(p.e.Confidence, plausible)
	p.e.Grounds = strings.TrimSuffix(strings.TrimSuffix(p.e.Grounds, " asked"), " proposed") + " proposed"
	if p.nominee != WholeDocument {
		n := &p.doc.Nominees[p.nominee]
		n.Name, n.Evidence[p.field] = name, p.e
		p.ask()
		return
	}
	for _, s := range p.doc.slots() {
		if s.name == p.field && s.set(name) == nil {
			p.doc.Evidence[p.field] = p.e
			p.ask()
		}
	}
}

// wellFormed reports a name that nothing seems to be missing from: a family
// name, and words with a capital and small letters that are Vietnamese ones.
func wellFormed(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 {
		return false
	}
	if _, is := viettext.FamilyName(words[0]); !is {
		return false
	}
	for _, w := range words {
		rs := []rune(w)
		if !unicode.IsUpper(rs[0]) || strings.ToLower(string(rs[1:])) != string(rs[1:]) {
			return false
		}
		if plausible, letters := viettext.Plausibility(w); plausible != letters {
			return false
		}
	}
	return true
}

// partOf reports that what was read is what is left of a name: its words stand
// in the name in their order, but for a letter and marks, its last word last.
func partOf(read, name string) bool {
	r, n := strings.Fields(viettext.Fold(read)), strings.Fields(viettext.Fold(name))
	if strings.Join(r, "") == strings.Join(n, "") && len(r) != len(n) {
		return true // a blank too many
	}
	if len(r) < 2 || len(r) > len(n)+1 || len(n) < 2 || r[len(r)-1] != n[len(n)-1] {
		return false
	}
	found, from, letters := 0, 0, 0
	for _, w := range r {
		for k := from; k < len(n); k++ {
			if nearly(w, n[k]) {
				found, from, letters = found+1, k+1, letters+len(w)
				break
			}
		}
	}
	return found >= 2 && (found == len(r) || found == len(r)-1 && !wellFormed(read)) && letters >= 5
}

// nearly reports two words alike but for one letter, or one letter that is missing.
func nearly(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(b) < 3 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return len(a) == len(b) && a[i+1:] == b[i+1:] || len(a) < len(b) && a[i:] == b[i+1:]
}

// listed reports that minutes of the dossier have the same people as a letter's list.
func listed(d *Document, rs []Reading) bool {
	want := keysOf(d)
	for i := range rs {
		for k := range rs[i].Documents {
			m := &rs[i].Documents[k]
			if m.Kind == Minutes && !m.IsUnsure(FieldNominees) && len(want) > 0 && slices.Equal(want, keysOf(m)) {
				return true
			}
		}
	}
	return false
}

// unequal asks about a recognised list that is shorter than the list of the
// dossier's other paper: an entry may not have been read.
func unequal(rs []Reading) {
	longest := 0
	var lists []*Document
	for i := range rs {
		for k := range rs[i].Documents {
			if d := &rs[i].Documents[k]; (d.Kind == Letter || d.Kind == Minutes) && len(d.Nominees) > 0 {
				lists = append(lists, d)
				longest = max(longest, len(d.Nominees))
			}
		}
	}
	for _, d := range lists {
		if len(d.Nominees) < longest && d.Nominees[0].Evidence["ten"].Source == FromOCR {
			d.Doubt(FieldNominees)
		}
	}
}

func keysOf(d *Document) []string {
	var out []string
	for _, n := range d.Nominees {
		if n.Unsure {
			return nil
		}
		out = append(out, viettext.Key(n.Name))
	}
	slices.Sort(out)
	return out
}
