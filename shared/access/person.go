package access

import (
	"context"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Details are what an operator enters about a person.
type Details struct {
	Name  string        `json:"name"`
	Email string        `json:"email"`
	Title string        `json:"title,omitempty"`
	Unit  string        `json:"unit,omitempty"`
	Roles []people.Role `json:"roles"`
}

// cleanText gives a line of text as it is kept: composed, trimmed, without
// invisible characters or doubled spaces.
func cleanText(s string) string {
	s, _ = viettext.Clean(s)
	return strings.Join(strings.Fields(s), " ")
}

func (d Details) clean() Details {
	d.Name, d.Title, d.Email = cleanText(d.Name), cleanText(d.Title), strings.TrimSpace(d.Email)
	d.Unit = strings.TrimSpace(d.Unit)
	roles := slices.Clone(d.Roles)
	slices.SortFunc(roles, func(a, b people.Role) int {
		return slices.Index(people.Roles(), a) - slices.Index(people.Roles(), b)
	})
	d.Roles = slices.Compact(roles)
	return d
}

// Check gives everything that is wrong with the details by themselves.
func (d Details) Check() Slips {
	var s Slips
	if d.Name == "" || utf8.RuneCountInString(d.Name) > 200 {
		s.add("name", "Hãy nhập họ và tên (tối đa 200 ký tự).")
	}
	if !validEmail(d.Email) {
		s.add("email", "Hãy nhập một địa chỉ thư điện tử đúng dạng, ví dụ ten@coquan.gov.vn.")
	}
	if utf8.RuneCountInString(d.Title) > 200 {
		s.add("title", "Chức vụ dài quá 200 ký tự; hãy rút gọn.")
	}
	s = append(s, checkRoles(d.Roles)...)
	if slices.Contains(d.Roles, people.Submitter) && d.Unit == "" {
		s.add("unit", "Người của đơn vị trình phải thuộc một đơn vị; hãy chọn đơn vị.")
	}
	return s
}

func checkRoles(roles []people.Role) Slips {
	var s Slips
	for _, r := range roles {
		if !slices.Contains(people.Roles(), r) {
			s.add("roles", "Vai trò không có trong danh mục: "+string(r)+".")
			return s
		}
	}
	switch {
	case len(roles) == 0:
		s.add("roles", "Hãy chọn ít nhất một vai trò.")
	case !people.Separate(roles):
		s.add("roles", "Các vai trò này không được do một người giữ: người quản trị, vận hành hoặc đơn vị trình không được quyết định, người kiểm tra không giữ vai trò nào khác.")
	}
	return s
}

func validEmail(s string) bool {
	if len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool { return r > '~' || r <= ' ' || unicode.IsControl(r) }) {
		return false
	}
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == ""
}

// manage refuses who may not manage people.
func manage(who people.Actor, op string) error { return who.Need(op, people.Operator) }

// AddPerson makes a person known and gives the id. The address must not
// belong to another person. Nothing is mailed: see Invite. Items: person,
// address, unit check, texts, event, head, log, key: 8.
func (r Room) AddPerson(ctx context.Context, key string, who people.Actor, d Details) (string, error) {
	const op = "access.person"
	if err := manage(who, op); err != nil {
		return "", err
	}
	d = d.clean()
	if err := d.Check().Fault(op); err != nil {
		return "", err
	}
	id := r.NewID()
	out, err := r.Do(ctx, key, r.Request([]any{"person", who.ID, d}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		p := people.Person{ID: id, Name: d.Name, Email: d.Email, Title: d.Title, Unit: d.Unit, Roles: d.Roles, Active: true, Epoch: 1, Created: now}
		c := store.Commit{Writes: []store.Write{people.PutPerson(p, 0)}, Result: act.Result(id)}
		if err := r.claim(ctx, &c, p.Email, id); err != nil {
			return c, err
		}
		if err := r.inUnit(ctx, &c, p.Unit); err != nil {
			return c, err
		}
		return c, r.record(&c, people.Chain(id), "person.added", who, now,
			map[string]any{"roles": p.Roles, "unit": p.Unit}, "name", p.Name, "email", p.Email, "title", p.Title)
	})
	if err != nil {
		return "", err
	}
	return act.ResultString(out), nil
}

// record adds the event of an act to its commit; texts are pairs of name and
// personal text.
func (r Room) record(c *store.Commit, chain, kind string, who people.Actor, now time.Time, data any, texts ...string) error {
	t := r.Texts(chain, r.NewID())
	for i := 0; i+1 < len(texts); i += 2 {
		t.Add(texts[i], texts[i+1])
	}
	kept, err := t.Writes()
	if err != nil {
		return err
	}
	e := act.Event(chain, kind, who.ID, now, data)
	e.Texts = t.Named()
	c.Writes = append(c.Writes, kept...)
	c.Events = append(c.Events, e)
	return nil
}

// claim takes a mail address for a person.
func (r Room) claim(ctx context.Context, c *store.Commit, email, person string) error {
	var o people.Owner
	_, err := store.Load(ctx, r.Store, people.EmailKey(email), &o)
	switch {
	case err == nil:
		return Slips{{"email", "Địa chỉ thư này đã thuộc về một người khác trong hệ thống."}}.Fault("access.person")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	c.Writes = append(c.Writes, store.Put(people.EmailKey(email), 0, people.Owner{Person: person}))
	return nil
}

// inUnit checks that a unit exists and is active; "" is no unit.
func (r Room) inUnit(ctx context.Context, c *store.Commit, unit string) error {
	if unit == "" {
		return nil
	}
	var u people.Unit
	rev, err := store.Load(ctx, r.Store, people.UnitKey(unit), &u)
	if fault.Is(err, fault.NotFound) || err == nil && !u.Active {
		return Slips{{"unit", "Đơn vị không có trong hệ thống hoặc đã ngừng hoạt động; hãy chọn đơn vị khác."}}.Fault("access.person")
	}
	if err != nil {
		return err
	}
	c.Writes = append(c.Writes, store.Unchanged(people.UnitKey(unit), rev))
	return nil
}

// change runs an act on an existing person. decide changes p and gives the
// event's type and data; "" means that nothing is to do.
func (r Room) change(ctx context.Context, key, request string, who people.Actor, id string,
	decide func(ctx context.Context, c *store.Commit, p *people.Person, now time.Time) (kind string, data any, texts []string, err error),
) error {
	_, err := r.Do(ctx, key, request, func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c store.Commit
		var p people.Person
		rev, err := store.Load(ctx, r.Store, people.Key(id), &p)
		if fault.Is(err, fault.NotFound) {
			return c, notFound("access.person")
		}
		if err != nil {
			return c, err
		}
		kind, data, texts, err := decide(ctx, &c, &p, now)
		if err != nil || kind == "" {
			return c, err
		}
		c.Writes = append(c.Writes, people.PutPerson(p, rev))
		return c, r.record(&c, people.Chain(id), kind, who, now, data, texts...)
	})
	return err
}

// EditPerson changes name, address, title and unit; roles stay. A new address
// ends every session and token, since it is how the person signs in.
func (r Room) EditPerson(ctx context.Context, key string, who people.Actor, id string, d Details) error {
	const op = "access.edit"
	if err := manage(who, op); err != nil {
		return err
	}
	d = d.clean()
	return r.change(ctx, key, r.Request([]any{"edit", who.ID, id, d.Name, d.Email, d.Title, d.Unit}), who, id,
		func(ctx context.Context, c *store.Commit, p *people.Person, _ time.Time) (string, any, []string, error) {
			d.Roles = p.Roles
			if err := d.Check().Fault(op); err != nil {
				return "", nil, nil, err
			}
			moved := people.FoldEmail(d.Email) != people.FoldEmail(p.Email)
			if moved {
				if err := r.claim(ctx, c, d.Email, id); err != nil {
					return "", nil, nil, err
				}
				var o people.Owner
				rev, err := store.Load(ctx, r.Store, people.EmailKey(p.Email), &o)
				if err != nil {
					return "", nil, nil, err
				}
				c.Writes = append(c.Writes, store.Remove(people.EmailKey(p.Email), rev))
				p.Epoch++
				p.Bounced = ""
			}
			if d.Unit != p.Unit {
				if err := r.inUnit(ctx, c, d.Unit); err != nil {
					return "", nil, nil, err
				}
				p.Epoch++
			}
			p.Name, p.Email, p.Title, p.Unit = d.Name, d.Email, d.Title, d.Unit
			return "person.edited", map[string]any{"unit": p.Unit, "address": moved}, []string{"name", p.Name, "email", p.Email, "title", p.Title}, nil
		})
}

// SetRoles replaces a person's roles; every session and token ends. Nobody
// changes their own roles.
func (r Room) SetRoles(ctx context.Context, key string, who people.Actor, id string, roles []people.Role) error {
	const op = "access.roles"
	if err := manage(who, op); err != nil {
		return err
	}
	if who.ID == id {
		return fault.New(fault.Denied, op, "Không ai được đổi vai trò của chính mình; hãy nhờ người vận hành khác.")
	}
	roles = Details{Roles: roles}.clean().Roles
	if err := checkRoles(roles).Fault(op); err != nil {
		return err
	}
	return r.change(ctx, key, act.Digest([]any{"roles", who.ID, id, roles}), who, id,
		func(ctx context.Context, c *store.Commit, p *people.Person, _ time.Time) (string, any, []string, error) {
			if slices.Contains(roles, people.Submitter) && p.Unit == "" {
				return "", nil, nil, Slips{{"roles", "Người của đơn vị trình phải thuộc một đơn vị; hãy chọn đơn vị trước."}}.Fault(op)
			}
			if slices.Equal(p.Roles, roles) {
				return "", nil, nil, nil
			}
			before := p.Roles
			p.Roles = roles
			p.Epoch++
			return "person.roles", map[string]any{"before": before, "after": roles}, nil, nil
		})
}

// SetActive disables a person, or lets a disabled one in again. Disabling
// ends every session and token. Nobody disables themselves.
func (r Room) SetActive(ctx context.Context, key string, who people.Actor, id string, active bool) error {
	const op = "access.active"
	if err := manage(who, op); err != nil {
		return err
	}
	if who.ID == id {
		return fault.New(fault.Denied, op, "Không ai được khóa hoặc mở tài khoản của chính mình.")
	}
	return r.change(ctx, key, act.Digest([]any{"active", who.ID, id, active}), who, id,
		func(ctx context.Context, c *store.Commit, p *people.Person, _ time.Time) (string, any, []string, error) {
			if p.Active == active {
				return "", nil, nil, nil
			}
			p.Active = active
			p.Epoch++
			if active {
				return "person.enabled", nil, nil, nil
			}
			return "person.disabled", nil, nil, nil
		})
}

// awayMax is the longest absence that may be entered at once: a stand-in is
// always for a time (threats.md T04).
const awayMax = 92 * 24 * time.Hour

// SetAway notes an absence with a stand-in for new tasks; nil ends it. A
// person does it alone, or an operator for them.
func (r Room) SetAway(ctx context.Context, key string, who people.Actor, id string, away *people.Away) error {
	const op = "access.away"
	if who.ID != id {
		if err := manage(who, op); err != nil {
			return err
		}
	}
	return r.change(ctx, key, act.Digest([]any{"away", who.ID, id, away}), who, id,
		func(ctx context.Context, c *store.Commit, p *people.Person, now time.Time) (string, any, []string, error) {
			if away == nil {
				if p.Away == nil {
					return "", nil, nil, nil
				}
				p.Away = nil
				return "person.back", nil, nil, nil
			}
			if err := r.checkAway(ctx, *p, *away, now); err != nil {
				return "", nil, nil, err
			}
			p.Away = away
			return "person.away", map[string]any{"from": away.From.UTC().Format(evidence.TimeLayout), "to": away.To.UTC().Format(evidence.TimeLayout), "standIn": away.StandIn}, nil, nil
		})
}

func (r Room) checkAway(ctx context.Context, p people.Person, a people.Away, now time.Time) error {
	var s Slips
	if !a.From.Before(a.To) || !a.To.After(now) {
		s.add("to", "Ngày trở lại phải sau ngày bắt đầu nghỉ và sau hôm nay.")
	} else if a.To.Sub(a.From) > awayMax {
		s.add("to", "Mỗi lần chỉ ủy quyền tối đa ba tháng; hãy chọn ngày trở lại gần hơn.")
	}
	var by people.Person
	_, err := store.Load(ctx, r.Store, people.Key(a.StandIn), &by)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	switch {
	case a.StandIn == p.ID:
		s.add("standIn", "Người thay phải là người khác.")
	case err != nil || !by.Active:
		s.add("standIn", "Hãy chọn người thay đang có tài khoản hoạt động.")
	case !slices.ContainsFunc(p.Roles, by.Is):
		s.add("standIn", "Người thay phải giữ cùng vai trò với ông/bà; hãy chọn người khác.")
	}
	return s.Fault("access.away")
}

// ForgetPasskeys removes a person's passkeys, for one who lost the device;
// sessions and tokens end.
func (r Room) ForgetPasskeys(ctx context.Context, key string, who people.Actor, id string) error {
	if err := manage(who, "access.passkeys"); err != nil {
		return err
	}
	return r.change(ctx, key, act.Digest([]any{"passkeys", who.ID, id}), who, id,
		func(_ context.Context, _ *store.Commit, p *people.Person, _ time.Time) (string, any, []string, error) {
			if len(p.Passkey) == 0 {
				return "", nil, nil, nil
			}
			n := len(p.Passkey)
			p.Passkey = nil
			p.Epoch++
			return "person.passkeys-removed", map[string]any{"count": n}, nil, nil
		})
}
