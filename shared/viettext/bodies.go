package viettext

import "slices"

// Bodies compares many names where one dossier stands; each name is taken
// apart once. Not for concurrent use.
type Bodies struct {
	context []place
	parsed  map[string]body
}

// Within says where the names to compare stand: see CompareBodies.
func Within(names ...string) *Bodies {
	s := &Bodies{parsed: map[string]body{}}
	for _, n := range names {
		s.context = append(s.context, s.body(n).places...)
	}
	return s
}

// Compare compares two names like CompareBodies.
func (s *Bodies) Compare(a, b string) Sameness {
	x, y := s.body(a), s.body(b)
	x.places, y.places = slices.Clone(x.places), slices.Clone(y.places)
	return compareParsed(x, y, slices.Clone(s.context))
}

// Province gives the Key of the province or city of that rank that a name
// states, "" if it states none: "UBND tỉnh Bắc Kạn" gives "bắc kạn".
func (s *Bodies) Province(name string) string {
	if p := at(s.body(name).places, 1); p != nil {
		return p.name
	}
	return ""
}

func (s *Bodies) body(name string) body {
	b, ok := s.parsed[name]
	if !ok {
		b = parseBody(name)
		s.parsed[name] = b
	}
	return b
}

// Place is an administrative place that a body's name states.
type Place struct {
	Level int    // 1 province, 2 district, 3 commune
	Word  string // Key of the word before it: tỉnh, thành phố, huyện, quận, thị xã, xã, phường …
	Name  string // Key; "" where the word stands alone ("Công an tỉnh")
}

// BodyParts takes a body's name apart: the words of the name itself without
// places and connectors, and the places it states. All are Keys.
func BodyParts(name string) (core string, places []Place) {
	b := parseBody(name)
	for _, p := range b.places {
		places = append(places, Place{p.level, p.word, p.name})
	}
	return b.core, places
}

// BodyForm is the normal form of a body's name: abbreviations written out, case,
// tone placement and connectors aside, places from the lowest up. Two names of
// one form are one body where they stand in one place. It is a Key: for
// comparing, never for showing.
func BodyForm(name string) string {
	b := parseBody(name)
	places := slices.Clone(b.places)
	slices.SortStableFunc(places, func(x, y place) int { return y.level - x.level })
	form := b.core
	for _, p := range places {
		form += ", " + p.word
		if p.name != "" {
			form += " " + p.name
		}
	}
	for _, p := range b.parents {
		form += " / " + p
	}
	return form
}
