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
