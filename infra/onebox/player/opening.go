package player

import (
	"context"
	"fmt"
	"strings"
)

// enter brings the operator in.
func enter(p *Play, ctx context.Context) error {
	now, err := p.clock.Now(ctx)
	if err != nil {
		return fmt.Errorf("máy chủ này không phải bản trình diễn: %w", err)
	}
	p.day = now.In(vietnam())
	op, err := p.newPerson(Member{Key: "operator", Name: "Người vận hành", Title: "Vận hành", Email: p.OperatorEmail, Role: "operator"})
	if err != nil {
		return err
	}
	p.add(op)
	if p.Secret == "" {
		return op.Accept(ctx)
	}
	return op.Post(ctx, "/invitation/local", "/invitation/local", func(f *Form) { f.Set("secret", p.Secret) })
}

func (p *Play) add(m *Person) {
	p.cast[m.Key] = m
	p.order = append(p.order, m.Key)
}

// enrol makes the units and the persons, each of whom gets an invitation.
func enrol(p *Play, ctx context.Context) error {
	op := p.who("operator")
	members := officers()
	for _, c := range cases() {
		if err := op.Post(ctx, "/units/new", "/units/new", func(f *Form) { f.Set("name", c.Office.Full) }); err != nil {
			return err
		}
		p.units[c.Office.Full] = last(op.Page.URL.Path)
		members = append(members, c.Submitter)
		p.files[c.Key] = &dossierFile{Case: c}
	}
	for _, m := range members {
		err := op.Post(ctx, "/people/new", "/people/new", func(f *Form) {
			f.Set("name", m.Name).Set("email", m.Email).Set("title", m.Title).Set("roles", m.Role).Set("invite", "1")
			if m.Unit != "" {
				f.Set("unit", p.units[m.Unit])
			}
		})
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		someone, err := p.newPerson(m)
		if err != nil {
			return err
		}
		p.add(someone)
	}
	return nil
}

// accept lets everybody answer their invitation.
func accept(p *Play, ctx context.Context) error {
	for _, key := range p.order {
		if key == "operator" {
			continue
		}
		who := p.who(key)
		if err := who.Accept(ctx); err != nil {
			return fmt.Errorf("%s: %w", who.Name, err)
		}
		if !strings.Contains(who.Page.Text(), who.Name) {
			return fmt.Errorf("sau khi đăng nhập, trang không ghi tên %s", who.Name)
		}
	}
	return nil
}
