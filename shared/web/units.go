package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

func (p *portal) unitRoutes() []frame.Route {
	see, run := frame.Only(people.Operator, people.Admin), frame.Only(people.Operator)
	unit := frame.Owner{Name: "unit-record", Check: func(c *frame.Call) error {
		u, err := p.Access.Unit(c.Context(), c.Param("id"))
		if err == nil {
			c.Keep("unit", u)
		}
		return err
	}}
	active := func(on bool) func(*frame.Call) error {
		return func(c *frame.Call) error {
			if err := p.Access.SetUnitActive(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), on); err != nil {
				return err
			}
			return c.See("/units/" + c.Param("id"))
		}
	}
	return []frame.Route{
		get("/units", see, p.unitsPage),
		get("/units/new", run, func(c *frame.Call) error { return p.newUnitPage(c, access.UnitDetails{}) }),
		post("/units/new", run, func(c *frame.Call) error {
			d := unitDetails(c)
			id, err := p.Access.AddUnit(c.Context(), c.Key(), c.Who.Actor, d)
			if err != nil {
				return retry(c, err, func() error { return p.newUnitPage(c, d) })
			}
			return c.See("/units/" + id)
		}),
		of(unit, get("/units/{id}", see, func(c *frame.Call) error { return p.unitPage(c, nil) })),
		of(unit, post("/units/{id}", run, func(c *frame.Call) error {
			d := unitDetails(c)
			if err := p.Access.EditUnit(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), d); err != nil {
				return retry(c, err, func() error { return p.unitPage(c, &d) })
			}
			return c.See("/units/" + c.Param("id"))
		})),
		of(unit, post("/units/{id}/alias", see, p.addAlias)),
		of(unit, post("/units/{id}/end", see, p.endUnit)),
		of(unit, post("/units/{id}/close", run, active(false))),
		of(unit, post("/units/{id}/open", run, active(true))),
	}
}

func unitDetails(c *frame.Call) access.UnitDetails {
	d := access.UnitDetails{Name: c.Field("name"), Parent: c.Field("parent"), Aliases: strings.Split(c.Field("aliases"), "\n")}
	if text := c.Field("headcount"); text != "" {
		var err error
		if d.Headcount, err = strconv.Atoi(text); err != nil {
			d.Headcount = -1 // refused by the details' own check
		}
	}
	return d
}

func (p *portal) unitsPage(c *frame.Call) error {
	all, err := p.Access.AllUnits(c.Context())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range all {
		names[u.ID] = u.Name
	}
	t := frame.Table{Name: "units", Caption: c.Say("units.caption"), Empty: c.Say("units.empty"), Order: "name", Columns: []frame.Column{
		{Key: "name", Title: c.Say("unit.name")},
		{Key: "parent", Title: c.Say("unit.parent")},
		{Key: "aliases", Title: c.Say("unit.aliases")},
		{Key: "state", Title: c.Say("person.state"), Choices: []frame.Choice{{Value: "active", Text: c.Say("person.active")}, {Value: "closed", Text: c.Say("unit.closed")}}},
	}}
	for _, u := range all {
		state := frame.Cell{Text: c.Say("person.active"), Value: "active", Tag: "good"}
		if u.Ended != nil {
			state = frame.Cell{Text: c.Say("unit.ended-on", frame.ISODay(u.Ended.Until)), Value: "closed", Tag: "warn"}
		} else if !u.Active {
			state = frame.Cell{Text: c.Say("unit.closed"), Value: "closed", Tag: "warn"}
		}
		t.Rows = append(t.Rows, []frame.Cell{{Text: u.Name, Href: "/units/" + u.ID}, {Text: names[u.Parent]}, {Text: strings.Join(u.Aliases, "; ")}, state})
	}
	if done, err := c.Export(t); done {
		return err
	}
	return c.Page(http.StatusOK, "units", c.Say("units.title"), listPage{List: c.List(t), May: c.Who.Is(people.Operator)})
}

type unitView struct {
	ID      string
	Name    string
	Parent  string
	Aliases string
	People  string // headcount; "": not known
	Active  bool
	May     bool
	Ended   *endedView
	Was     []frame.Link // units that it follows
	Known   *knownView   // what is known of it from the law
	Form    url.Values   // of an ending, when it is shown again
	Open    int          // dossiers that are under way
	Names   []string     // other names
	Ending  bool         // the form of an ending is shown again
	Parents []frame.Choice
	Members []frame.Link
	History []eventView
}

func (p *portal) newUnitPage(c *frame.Call, d access.UnitDetails) error {
	_, parents, err := p.unitNames(c)
	if err != nil {
		return err
	}
	return c.Page(status(c), "unit-new", c.Say("unit.new"),
		unitView{Name: d.Name, Parent: d.Parent, People: c.Field("headcount"), Aliases: strings.Join(d.Aliases, "\n"), Parents: parents, May: true})
}

func (p *portal) unitPage(c *frame.Call, typed *access.UnitDetails) error {
	u := frame.Kept[people.Unit](c, "unit")
	v := unitView{ID: u.ID, Name: u.Name, Parent: u.Parent, Aliases: strings.Join(u.Aliases, "\n"), Active: u.Active, May: c.Who.Is(people.Operator)}
	if u.Headcount > 0 {
		v.People = strconv.Itoa(u.Headcount)
	}
	if typed != nil {
		v.Name, v.Parent, v.Aliases, v.People = typed.Name, typed.Parent, strings.Join(typed.Aliases, "\n"), c.Field("headcount")
	}
	var err error
	if _, v.Parents, err = p.unitNames(c); err != nil {
		return err
	}
	members, err := p.Access.Members(c.Context(), u.ID, "", 0)
	if err != nil {
		return err
	}
	for _, m := range members.Items {
		v.Members = append(v.Members, frame.Link{Text: nameAndTitle(m), Href: "/people/" + m.ID})
	}
	if v.History, err = p.history(c, people.UnitChain(u.ID), 50); err != nil {
		return err
	}
	if err := p.succession(c, u, &v); err != nil {
		return err
	}
	return c.Page(status(c), "unit", u.Name, v)
}
