package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// UnitDetails are what an operator enters about a unit.
type UnitDetails struct {
	Name    string   `json:"name"`
	Parent  string   `json:"parent,omitempty"`
	Aliases []string `json:"aliases,omitempty"`

	Headcount int `json:"headcount,omitempty"` // 0: not known
}

func (d UnitDetails) clean() UnitDetails {
	d.Name, d.Parent = cleanText(d.Name), strings.TrimSpace(d.Parent)
	var aliases []string
	for _, a := range d.Aliases {
		if a = cleanText(a); a != "" && a != d.Name && !slices.Contains(aliases, a) {
			aliases = append(aliases, a)
		}
	}
	d.Aliases = aliases
	return d
}

// Check gives everything that is wrong with the details by themselves.
func (d UnitDetails) Check() Slips {
	var s Slips
	if d.Name == "" || utf8.RuneCountInString(d.Name) > 300 {
		s.add("name", "Hãy nhập tên đơn vị (tối đa 300 ký tự), đầy đủ như trên văn bản.")
	}
	if len(d.Aliases) > people.MaxAliases || slices.ContainsFunc(d.Aliases, func(a string) bool { return utf8.RuneCountInString(a) > 300 }) {
		s.add("aliases", "Tối đa 20 tên khác, mỗi tên tối đa 300 ký tự.")
	}
	if d.Headcount < 0 || d.Headcount > 1_000_000 {
		s.add("headcount", "Số người của đơn vị phải từ 0 đến 1.000.000; để trống nếu chưa biết.")
	}
	return s
}

// AddUnit makes a unit known and gives its id. Its name must be new. Items:
// unit, name, parent check, texts, event, head, log, key: 8.
func (r Room) AddUnit(ctx context.Context, key string, who people.Actor, d UnitDetails) (string, error) {
	const op = "access.unit"
	if err := manage(who, op); err != nil {
		return "", err
	}
	d = d.clean()
	if err := d.Check().Fault(op); err != nil {
		return "", err
	}
	id := r.NewID()
	out, err := r.Do(ctx, key, act.Digest([]any{"unit", who.ID, d}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		u := people.Unit{ID: id, Name: d.Name, Parent: d.Parent, Aliases: d.Aliases, Headcount: d.Headcount, Active: true}
		c := store.Commit{Writes: []store.Write{people.PutUnit(u, 0)}, Result: act.Result(id)}
		if err := r.claimName(ctx, &c, d.Name, id); err != nil {
			return c, err
		}
		if err := r.parent(ctx, &c, id, d.Parent); err != nil {
			return c, err
		}
		return c, r.record(&c, people.UnitChain(id), "unit.added", who, now, map[string]any{"parent": d.Parent}, "name", d.Name)
	})
	if err != nil {
		return "", err
	}
	return act.ResultString(out), nil
}

func (r Room) claimName(ctx context.Context, c *store.Commit, name, unit string) error {
	var o people.UnitOwner
	_, err := store.Load(ctx, r.Store, people.UnitNameKey(name), &o)
	switch {
	case err == nil:
		return Slips{{"name", "Đã có đơn vị mang tên này; hãy dùng đơn vị đó hoặc ghi tên phân biệt."}}.Fault("access.unit")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	c.Writes = append(c.Writes, store.Put(people.UnitNameKey(name), 0, people.UnitOwner{Unit: unit}))
	return nil
}

// parent checks the unit above: it exists and is not below the unit itself.
func (r Room) parent(ctx context.Context, c *store.Commit, unit, parent string) error {
	if parent == "" {
		return nil
	}
	wrong := Slips{{"parent", "Đơn vị cấp trên không có trong hệ thống hoặc tạo thành vòng; hãy chọn lại."}}.Fault("access.unit")
	for i, id := 0, parent; id != ""; i++ {
		var u people.Unit
		rev, err := store.Load(ctx, r.Store, people.UnitKey(id), &u)
		if fault.Is(err, fault.NotFound) || id == unit || i > 8 {
			return wrong
		}
		if err != nil {
			return err
		}
		if i == 0 {
			c.Writes = append(c.Writes, store.Unchanged(people.UnitKey(id), rev))
		}
		id = u.Parent
	}
	return nil
}

// EditUnit changes a unit's name, parent and other names. Dossiers keep the
// name the unit had when they were opened.
func (r Room) EditUnit(ctx context.Context, key string, who people.Actor, id string, d UnitDetails) error {
	const op = "access.unit"
	if err := manage(who, op); err != nil {
		return err
	}
	d = d.clean()
	if err := d.Check().Fault(op); err != nil {
		return err
	}
	return r.changeUnit(ctx, key, act.Digest([]any{"edit-unit", who.ID, id, d}), id, func(ctx context.Context, c *store.Commit, u *people.Unit, now time.Time) error {
		if viettext.Key(d.Name) != viettext.Key(u.Name) {
			if err := r.claimName(ctx, c, d.Name, id); err != nil {
				return err
			}
			var o people.UnitOwner
			rev, err := store.Load(ctx, r.Store, people.UnitNameKey(u.Name), &o)
			if err != nil {
				return err
			}
			c.Writes = append(c.Writes, store.Remove(people.UnitNameKey(u.Name), rev))
		}
		if err := r.parent(ctx, c, id, d.Parent); err != nil {
			return err
		}
		u.Name, u.Parent, u.Aliases, u.Headcount = d.Name, d.Parent, d.Aliases, d.Headcount
		return r.record(c, people.UnitChain(id), "unit.edited", who, now, map[string]any{"parent": d.Parent}, "name", d.Name)
	})
}

// SetUnitActive closes a unit, or opens a closed one again. A closed unit
// gets no new persons and opens no new dossiers; what it has stays.
func (r Room) SetUnitActive(ctx context.Context, key string, who people.Actor, id string, active bool) error {
	if err := manage(who, "access.unit"); err != nil {
		return err
	}
	return r.changeUnit(ctx, key, act.Digest([]any{"unit-active", who.ID, id, active}), id, func(ctx context.Context, c *store.Commit, u *people.Unit, now time.Time) error {
		u.Active = active
		kind := "unit.closed"
		if active {
			u.Ended = nil
			kind = "unit.opened"
		}
		return r.record(c, people.UnitChain(id), kind, who, now, nil)
	})
}

func (r Room) changeUnit(ctx context.Context, key, request, id string, decide func(ctx context.Context, c *store.Commit, u *people.Unit, now time.Time) error) error {
	_, err := r.Do(ctx, key, request, func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var u people.Unit
		rev, err := store.Load(ctx, r.Store, people.UnitKey(id), &u)
		if fault.Is(err, fault.NotFound) {
			return c, notFound("access.unit")
		}
		if err != nil {
			return c, err
		}
		if err := decide(ctx, &c, &u, now); err != nil {
			return c, err
		}
		c.Writes = append(c.Writes, people.PutUnit(u, rev))
		return c, nil
	})
	return err
}
