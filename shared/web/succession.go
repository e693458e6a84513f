package web

import (
	"slices"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/bodies"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// endedView is the end of a unit and who followed it.
type endedView struct {
	Until      string
	Source     string
	SourceDate string
	Successors []frame.Link
	Receiver   frame.Link
	By         string
	At         time.Time
}

// knownView is what the catalogue of ceased bodies says of a name.
type knownView struct {
	From       string
	Source     string
	Successors []string
	Certain    bool
}

// knownOf asks the catalogue whether a body has ceased by now; nil: nothing
// says so.
func (p *portal) knownOf(name string, within ...string) (*knownView, error) {
	book, err := bodies.Builtin()
	if err != nil {
		return nil, err
	}
	s := book.At(name, calendar.DateOf(p.Now()), within...)
	if !s.Gone {
		return nil, nil
	}
	return &knownView{From: s.From.Slash(), Source: s.Source, Successors: s.Successors, Certain: s.Certain}, nil
}

// succession fills what the unit's page says of its end and of those before it.
func (p *portal) succession(c *frame.Call, u people.Unit, v *unitView) error {
	v.Names, v.Form = u.Aliases, c.R.PostForm
	v.Ending = v.Form.Has("until")
	all, err := p.Access.AllUnits(c.Context())
	if err != nil {
		return err
	}
	links, above := map[string]frame.Link{}, ""
	for _, x := range all {
		links[x.ID] = frame.Link{Text: x.Name, Href: "/units/" + x.ID}
		if x.ID == u.Parent {
			above = x.Name
		}
		if x.Ended != nil && slices.Contains(x.Ended.Successors, u.ID) {
			v.Was = append(v.Was, links[x.ID])
		}
	}
	if e := u.Ended; e != nil {
		v.Ended = &endedView{Until: frame.ISODay(e.Until), Source: e.Source, SourceDate: frame.ISODay(e.SourceDate), Receiver: links[e.Receiver], By: p.nameOf(c, e.By), At: e.At}
		for _, id := range e.Successors {
			v.Ended.Successors = append(v.Ended.Successors, links[id])
		}
		return nil
	}
	if v.Known, err = p.knownOf(u.Name, above); err != nil {
		return err
	}
	v.Open, err = p.underWay(c, u.ID)
	return err
}

// underWay counts a unit's dossiers without an outcome.
func (p *portal) underWay(c *frame.Call, unit string) (int, error) {
	n, page := 0, store.Page{}
	for {
		s, err := p.Store.Query(c.Context(), dossier.OfUnit, unit, page)
		if err != nil {
			return 0, err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return 0, err
			}
			if !d.State.Final() {
				n++
			}
		}
		if s.Next == "" {
			return n, nil
		}
		page.After = s.Next
	}
}

func (p *portal) addAlias(c *frame.Call) error {
	if err := p.Access.AddAlias(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Field("alias")); err != nil {
		return retry(c, err, func() error { return p.unitPage(c, nil) })
	}
	return c.See("/units/" + c.Param("id"))
}

func (p *portal) endUnit(c *frame.Call) error {
	e := access.Ending{Source: c.Field("source"), Receiver: c.Field("receiver")}
	for name, to := range map[string]*string{"until": &e.Until, "source-date": &e.SourceDate} {
		if at, ok := frame.ParseDay(c.Field(name)); ok {
			*to = at.Format(time.DateOnly)
		}
	}
	for line := range strings.SplitSeq(c.Field("successors"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			e.Successors = append(e.Successors, line)
		}
	}
	if err := p.Access.EndUnit(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), e); err != nil {
		return retry(c, err, func() error { return p.unitPage(c, nil) })
	}
	return c.See("/units/" + c.Param("id"))
}
