package register

import (
	"context"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Fact is something the register holds that is, or may be, about a nominee.
// Exactly one of Award, Hold and Elsewhere is set.
type Fact struct {
	Nominee   string // id of the nominee
	Sure      bool   // written alike, or ruled to be one
	Award     *Award
	Hold      *Hold
	Elsewhere *Elsewhere
}

// Elsewhere is another dossier of the same round that nominates the same.
type Elsewhere struct {
	Dossier string // id
	Number  string
	Unit    string // that nominates
	Name    string // as written there
}

// Facts gives what the register holds about the nominees of a dossier. What was
// ruled to be another's is left out; what nobody ruled on is not sure.
func Facts(ctx context.Context, r store.Reader, self dossier.Dossier, nominees []dossier.Nominee) ([]Fact, error) {
	var out []Fact
	for _, n := range nominees {
		me := Of(n)
		held, err := All(ctx, r, part(n.Kind, n.Name))
		if err != nil {
			return nil, err
		}
		if len(held.Awards)+len(held.Holds) == 0 && len(held.Nominations) < 2 && (len(held.Nominations) == 0 || held.Nominations[0].Dossier == self.ID) {
			continue
		}
		ruled, err := RuledOn(ctx, r, me.Identity)
		if err != nil {
			return nil, err
		}
		is := func(s Subject) (sure, may bool) {
			if s.Identity == me.Identity {
				return true, true
			}
			if same, known := ruled[s.Identity]; known {
				return same, same
			}
			_, may = Likely(me, s)
			return false, may
		}
		for _, a := range held.Awards {
			if sure, may := is(a.Subject); may && a.Standing() && a.Dossier != self.ID {
				out = append(out, Fact{Nominee: n.ID, Sure: sure, Award: &a})
			}
		}
		for _, h := range held.Holds {
			if sure, may := is(h.Subject); may {
				out = append(out, Fact{Nominee: n.ID, Sure: sure, Hold: &h})
			}
		}
		for _, x := range held.Nominations {
			if x.Round != self.Round || x.Dossier == self.ID {
				continue
			}
			f, err := elsewhere(ctx, r, x, is)
			if err != nil {
				return nil, err
			}
			if f != nil {
				f.Nominee = n.ID
				out = append(out, *f)
			}
		}
	}
	return out, nil
}

// elsewhere reads the other dossier, if its nominee is or may be the same.
func elsewhere(ctx context.Context, r store.Reader, x Nomination, is func(Subject) (bool, bool)) (*Fact, error) {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r, dossier.Key(x.Dossier), &d); err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return nil, err
	}
	if !standing(d.State) {
		return nil, nil
	}
	for _, n := range d.Nominees {
		if n.ID != x.Nominee {
			continue
		}
		if sure, may := is(Of(n)); may {
			return &Fact{Sure: sure, Elsewhere: &Elsewhere{Dossier: d.ID, Number: d.Receipt, Unit: d.UnitName, Name: n.Name}}, nil
		}
	}
	return nil, nil
}

// Twins gives, for each identity, the others that it was ruled to be one with,
// also by way of a third.
func Twins(ctx context.Context, r store.Reader, identities []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, id := range identities {
		seen := map[string]bool{id: true}
		for next := []string{id}; len(next) > 0; {
			ruled, err := RuledOn(ctx, r, next[0])
			if err != nil {
				return nil, err
			}
			next = next[1:]
			for other, same := range ruled {
				if same && !seen[other] {
					seen[other] = true
					next, out[id] = append(next, other), append(out[id], other)
				}
			}
		}
	}
	return out, nil
}
