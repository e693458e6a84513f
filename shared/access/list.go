package access

import (
	"context"
	"strings"

	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Next  string // After of the next page; "" on the last
}

// People lists persons by folded name, from the page that after names.
func (r Room) People(ctx context.Context, after string, limit int) (Page[people.Person], error) {
	return list[people.Person](ctx, r.Store, people.ByName, "people", after, limit)
}

// Units lists units by folded name.
func (r Room) Units(ctx context.Context, after string, limit int) (Page[people.Unit], error) {
	return list[people.Unit](ctx, r.Store, people.ByName, "units", after, limit)
}

// Members lists a unit's persons.
func (r Room) Members(ctx context.Context, unit, after string, limit int) (Page[people.Person], error) {
	return list[people.Person](ctx, r.Store, people.OfUnit, unit, after, limit)
}

func list[T any](ctx context.Context, s store.Reader, pattern store.Pattern, part, after string, limit int) (Page[T], error) {
	slice, err := s.Query(ctx, pattern, part, store.Page{After: after, Limit: limit})
	if err != nil {
		return Page[T]{}, err
	}
	out := Page[T]{Next: slice.Next, Items: make([]T, 0, len(slice.Records))}
	for _, rec := range slice.Records {
		var v T
		if err := rec.Decode(&v); err != nil {
			return out, err
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}

// everyone bounds how many persons or units a whole list holds: a province
// has some hundreds of units.
const everyone = 20_000

// AllPeople gives every person by folded name.
func (r Room) AllPeople(ctx context.Context) ([]people.Person, error) {
	return all(ctx, r.People)
}

// AllUnits gives every unit by folded name.
func (r Room) AllUnits(ctx context.Context) ([]people.Unit, error) {
	return all(ctx, r.Units)
}

func all[T any](ctx context.Context, page func(context.Context, string, int) (Page[T], error)) ([]T, error) {
	var out []T
	after := ""
	for {
		p, err := page(ctx, after, store.MaxPage)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Items...)
		if p.Next == "" || len(out) >= everyone {
			return out, nil
		}
		after = p.Next
	}
}

// Person reads a person, or fault.NotFound.
func (r Room) Person(ctx context.Context, id string) (people.Person, error) {
	var p people.Person
	_, err := store.Load(ctx, r.Store, people.Key(id), &p)
	if fault.Is(err, fault.NotFound) {
		return p, notFound("access.person")
	}
	return p, err
}

// Unit reads a unit, or fault.NotFound.
func (r Room) Unit(ctx context.Context, id string) (people.Unit, error) {
	var u people.Unit
	_, err := store.Load(ctx, r.Store, people.UnitKey(id), &u)
	if fault.Is(err, fault.NotFound) {
		return u, notFound("access.unit")
	}
	return u, err
}

// ByEmail gives whose address it is, or fault.NotFound. For operators and the
// command line only: the answer tells that an address is known.
func (r Room) ByEmail(ctx context.Context, email string) (people.Person, error) {
	var o people.Owner
	_, err := store.Load(ctx, r.Store, people.EmailKey(email), &o)
	if fault.Is(err, fault.NotFound) {
		return people.Person{}, notFound("access.person")
	}
	if err != nil {
		return people.Person{}, err
	}
	return r.Person(ctx, o.Person)
}

// UnitByName gives the unit of exactly this name (case, spacing and tone
// placement aside), or fault.NotFound.
func (r Room) UnitByName(ctx context.Context, name string) (people.Unit, error) {
	var o people.UnitOwner
	_, err := store.Load(ctx, r.Store, people.UnitNameKey(strings.TrimSpace(name)), &o)
	if fault.Is(err, fault.NotFound) {
		return people.Unit{}, notFound("access.unit")
	}
	if err != nil {
		return people.Unit{}, err
	}
	return r.Unit(ctx, o.Unit)
}
