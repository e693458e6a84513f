package reading

import (
	"slices"
	"strings"
	"unicode"

	"hoso/shared/viettext"
)

// bodyPlace is one place at which a dossier names a body.
type bodyPlace struct {
	namePlace
	words []string // without marks
	key   string   // with marks, for counting who has the same
}

// agreeBodies lays the bodies that a dossier names beside each other. A
// recognised one of which only a part was read, or that only marks or, where
// it is in doubt, a letter part from what more papers have, is proposed as
// they have it, and asked. The same body may be written in several ways:
// those are left alone.
func agreeBodies(rs []Reading) {
	var places []bodyPlace
	for i := range rs {
		for k := range rs[i].Documents {
			d := &rs[i].Documents[k]
			for _, f := range Fields(*d) {
				unit := f.Name == "ten" && (f.Nominee == WholeDocument && d.NomineeKind == Collective || f.Nominee != WholeDocument && d.Nominees[f.Nominee].Kind == Collective)
				if f.Value != "" && (unit || f.Name == "co_quan_ban_hanh" || f.Name == "co_quan_chu_quan") {
					places = append(places, bodyPlace{
						namePlace: namePlace{d, f.Nominee, f.Name, f.Value, f.Evidence, !f.Unsure, false},
						words:     wordsOf(f.Value), key: viettext.Key(f.Value),
					})
				}
			}
		}
	}
	support := func(key string) (n int) {
		for i := range places {
			if places[i].key == key {
				n++
				if places[i].sure || places[i].e.Source != FromOCR {
					n++
				}
			}
		}
		return n
	}
	for i := range places {
		p := &places[i]
		if p.field == "ten" || p.e.Source != FromOCR {
			continue
		}
		best, most, tied := -1, 0, false
		for k := range places {
			q := &places[k]
			if q.key == p.key || !p.isPartOf(q) && !p.isLike(q) {
				continue
			}
			n := support(q.key)
			if p.isPartOf(q) {
				n += support(p.key) // what is missing tells more than how often it is
			}
			if best >= 0 && places[best].key != q.key && n == most {
				tied = true
			}
			if n > most {
				best, most, tied = k, n, false
			}
		}
		if best < 0 || most <= support(p.key) {
			continue
		}
		if tied {
			p.ask()
			continue
		}
		name := places[best].name
		if strings.ToUpper(p.name) == p.name {
			name = strings.ToUpper(name)
		}
		p.put(name)
	}
}

// wordsOf gives the words of a body's name without marks, case and dashes.
func wordsOf(name string) []string {
	return strings.FieldsFunc(viettext.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isLike reports that only marks part two bodies, blanks and dashes aside, or,
// where the first is in doubt, one letter of many.
func (p *bodyPlace) isLike(q *bodyPlace) bool {
	a, b := strings.Join(p.words, ""), strings.Join(q.words, "")
	if a == b {
		return true
	}
	figures := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	return !p.sure && min(len(a), len(b)) >= 10 && figures(a) == figures(b) && nearly(a, b)
}

// isPartOf reports that the beginning of a body's name was not read, or its
// end: what is missing does not begin like a place, which the same paper's
// wording may leave off.
func (p *bodyPlace) isPartOf(q *bodyPlace) bool {
	n := len(p.words)
	if n == 0 || n >= len(q.words) {
		return false
	}
	if slices.Equal(p.words, q.words[len(q.words)-n:]) {
		return true
	}
	if n < 2 || !slices.Equal(p.words, q.words[:n]) {
		return false
	}
	return !strings.Contains(" tinh huyen xa thanh thi quan phuong trung nha khu so ", " "+q.words[n]+" ")
}
