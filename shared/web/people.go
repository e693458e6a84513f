package web

import (
	"net/http"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

func (p *portal) peopleRoutes() []frame.Route {
	see, run := frame.Only(people.Operator, people.Admin), frame.Only(people.Operator)
	person := frame.Owner{Name: "person", Check: func(c *frame.Call) error {
		who, err := p.Access.Person(c.Context(), c.Param("id"))
		if err == nil {
			c.Keep("person", who)
		}
		return err
	}}
	back := func(act func(c *frame.Call, id string) error) func(*frame.Call) error {
		return func(c *frame.Call) error {
			id := c.Param("id")
			if err := act(c, id); err != nil {
				return retry(c, err, func() error { return p.personPage(c, nil) })
			}
			return c.See("/people/" + id)
		}
	}
	return []frame.Route{
		get("/people", see, p.peoplePage),
		get("/people/new", run, func(c *frame.Call) error { return p.newPersonPage(c, access.Details{}) }),
		post("/people/new", run, p.addPerson),
		of(person, get("/people/{id}", see, func(c *frame.Call) error { return p.personPage(c, nil) })),
		of(person, post("/people/{id}", run, p.editPerson)),
		of(person, post("/people/{id}/roles", run, back(func(c *frame.Call, id string) error {
			return p.Access.SetRoles(c.Context(), c.Key(), c.Who.Actor, id, roles(c))
		}))),
		of(person, post("/people/{id}/disable", run, back(func(c *frame.Call, id string) error {
			return p.Access.SetActive(c.Context(), c.Key(), c.Who.Actor, id, false)
		}))),
		of(person, post("/people/{id}/enable", run, back(func(c *frame.Call, id string) error {
			return p.Access.SetActive(c.Context(), c.Key(), c.Who.Actor, id, true)
		}))),
		of(person, post("/people/{id}/invite", run, back(func(c *frame.Call, id string) error {
			return p.Access.Invite(c.Context(), c.Key(), c.Who.Actor, id)
		}))),
		of(person, post("/people/{id}/passkeys/remove", run, back(func(c *frame.Call, id string) error {
			return p.Access.ForgetPasskeys(c.Context(), c.Key(), c.Who.Actor, id)
		}))),
		of(person, post("/people/{id}/away/end", run, back(func(c *frame.Call, id string) error {
			return p.Access.SetAway(c.Context(), c.Key(), c.Who.Actor, id, nil)
		}))),
	}
}

func roles(c *frame.Call) []people.Role {
	var out []people.Role
	for _, r := range c.Fields("roles") {
		out = append(out, people.Role(r))
	}
	return out
}

// unitNames maps unit ids to names, for lists and choices.
func (p *portal) unitNames(c *frame.Call) (map[string]string, []frame.Choice, error) {
	all, err := p.Access.AllUnits(c.Context())
	if err != nil {
		return nil, nil, err
	}
	names := map[string]string{}
	var choices []frame.Choice
	for _, u := range all {
		names[u.ID] = u.Name
		if u.Active {
			choices = append(choices, frame.Choice{Value: u.ID, Text: u.Name})
		}
	}
	return names, choices, nil
}

func (p *portal) roleChoices(c *frame.Call) []frame.Choice {
	var out []frame.Choice
	for _, r := range people.Roles() {
		out = append(out, frame.Choice{Value: string(r), Text: c.Say("role." + string(r))})
	}
	return out
}

func (p *portal) peoplePage(c *frame.Call) error {
	all, err := p.Access.AllPeople(c.Context())
	if err != nil {
		return err
	}
	names, _, err := p.unitNames(c)
	if err != nil {
		return err
	}
	t := frame.Table{Name: "people", Caption: c.Say("people.caption"), Empty: c.Say("people.empty"), Order: "name", Columns: []frame.Column{
		{Key: "name", Title: c.Say("person.name")},
		{Key: "title", Title: c.Say("person.title")},
		{Key: "unit", Title: c.Say("person.unit")},
		{Key: "roles", Title: c.Say("person.roles"), Choices: p.roleChoices(c)},
		{Key: "email", Title: c.Say("person.email")},
		{Key: "state", Title: c.Say("person.state"), Choices: []frame.Choice{
			{Value: "active", Text: c.Say("person.active")}, {Value: "disabled", Text: c.Say("person.disabled")}, {Value: "unreachable", Text: c.Say("person.unreachable")},
		}},
	}}
	for _, who := range all {
		var named, ids []string
		for _, r := range who.Roles {
			named = append(named, c.Say("role."+string(r)))
			ids = append(ids, string(r))
		}
		state := frame.Cell{Text: c.Say("person.active"), Value: "active", Tag: "good"}
		switch {
		case !who.Active:
			state = frame.Cell{Text: c.Say("person.disabled"), Value: "disabled", Tag: "bad"}
		case who.Bounced != "":
			state = frame.Cell{Text: c.Say("person.unreachable"), Value: "unreachable", Tag: "warn"}
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: who.Name, Href: "/people/" + who.ID},
			{Text: who.Title},
			{Text: names[who.Unit]},
			{Text: strings.Join(named, ", "), Value: strings.Join(ids, ",")},
			{Text: who.Email},
			state,
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	return c.Page(http.StatusOK, "people", c.Say("people.title"), listPage{List: c.List(t), May: c.Who.Is(people.Operator)})
}

// listPage is a page that is a list, and whether its visitor may add to it.
type listPage struct {
	List frame.TableView
	May  bool
}

type personForm struct {
	Details access.Details
	Units   []frame.Choice
	Roles   []frame.Choice
	On      map[string]bool
	Invite  bool
}

func (p *portal) personForm(c *frame.Call, d access.Details) (personForm, error) {
	_, units, err := p.unitNames(c)
	if err != nil {
		return personForm{}, err
	}
	f := personForm{Details: d, Units: units, Roles: p.roleChoices(c), On: map[string]bool{}}
	for _, r := range d.Roles {
		f.On[string(r)] = true
	}
	return f, nil
}

func (p *portal) newPersonPage(c *frame.Call, d access.Details) error {
	f, err := p.personForm(c, d)
	if err != nil {
		return err
	}
	f.Invite = true
	return c.Page(status(c), "person-new", c.Say("person.new"), f)
}

func details(c *frame.Call) access.Details {
	return access.Details{Name: c.Field("name"), Email: c.Field("email"), Title: c.Field("title"), Unit: c.Field("unit"), Roles: roles(c)}
}

func (p *portal) addPerson(c *frame.Call) error {
	d := details(c)
	id, err := p.Access.AddPerson(c.Context(), c.Key(), c.Who.Actor, d)
	if err == nil && c.Field("invite") != "" {
		err = p.Access.Invite(c.Context(), c.Key()+"/invite", c.Who.Actor, id)
	}
	if err != nil {
		return retry(c, err, func() error { return p.newPersonPage(c, d) })
	}
	return c.See("/people/" + id)
}

type personView struct {
	personForm
	ID       string
	Title    string
	Active   bool
	Bounced  bool
	Me       bool
	May      bool
	UnitName string
	RoleIDs  []people.Role
	Passkeys int
	Away     *awayView
	Created  time.Time
	History  []eventView
}

func (p *portal) personPage(c *frame.Call, typed *access.Details) error {
	who := frame.Kept[people.Person](c, "person")
	d := access.Details{Name: who.Name, Email: who.Email, Title: who.Title, Unit: who.Unit, Roles: who.Roles}
	if typed != nil {
		d = *typed
		d.Roles = who.Roles
	}
	f, err := p.personForm(c, d)
	if err != nil {
		return err
	}
	v := personView{
		personForm: f, ID: who.ID, Title: who.Name, Active: who.Active, Bounced: who.Bounced != "", Me: who.ID == c.Who.ID,
		May: c.Who.Is(people.Operator), RoleIDs: who.Roles, Passkeys: len(who.Passkey), Created: who.Created,
	}
	if who.Unit != "" {
		u, err := p.Access.Unit(c.Context(), who.Unit)
		if err != nil {
			return err
		}
		v.UnitName = u.Name
	}
	if a := who.Away; a != nil {
		by, err := p.Access.Person(c.Context(), a.StandIn)
		if err != nil {
			return err
		}
		v.Away = &awayView{a.From, a.To, by.Name}
	}
	if v.History, err = p.history(c, people.Chain(who.ID), 100); err != nil {
		return err
	}
	return c.Page(status(c), "person", who.Name, v)
}

func (p *portal) editPerson(c *frame.Call) error {
	d := details(c)
	if err := p.Access.EditPerson(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), d); err != nil {
		return retry(c, err, func() error { return p.personPage(c, &d) })
	}
	return c.See("/people/" + c.Param("id"))
}
