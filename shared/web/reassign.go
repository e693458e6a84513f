package web

import (
	"slices"

	"hoso/shared/dossier"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// reassignRoutes are an administrator's acts when somebody asked has left,
// stays silent, or may not decide.
func (p *portal) reassignRoutes() []frame.Route {
	run := frame.Only(people.Admin)
	return []frame.Route{
		of(p.anyDossier(), post("/records/{id}/reassign", run, func(c *frame.Call) error {
			return p.reassign(c, frame.Kept[dossier.Dossier](c, "dossier").Task, "/records/", p.recordPage)
		})),
		of(p.knownRound(), post("/rounds/{id}/reassign", run, func(c *frame.Call) error {
			return p.reassign(c, frame.Kept[round.Round](c, "round").Task, "/rounds/", p.boardPage)
		})),
	}
}

func (p *portal) reassign(c *frame.Call, task, back string, again func(*frame.Call) error) error {
	if err := p.Rooms.Parking.Reassign(c.Context(), c.Key(), c.Who.Actor, task, c.Fields("persons")); err != nil {
		return retry(c, err, func() error { return again(c) })
	}
	return c.See(back + c.Param("id"))
}

// assignView offers a task to those who may decide it; At is the page that it
// stands on.
type assignView struct {
	Task    taskHead
	At      string
	Persons []frame.Choice
	On      map[string]bool // who is ticked
	has     map[string]bool // who has it now
}

// others tells that somebody could be given the task who has it not.
func (v assignView) others() bool {
	return slices.ContainsFunc(v.Persons, func(x frame.Choice) bool { return !v.has[x.Value] })
}

// assignable offers an administrator to give a task to others; nil where
// there is nothing to give.
func (p *portal) assignable(c *frame.Call, task, at string) (*assignView, error) {
	if task == "" || !c.Who.Is(people.Admin) {
		return nil, nil
	}
	t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(task))
	if err != nil || t.State != round.TaskOpen {
		return nil, err
	}
	v := assignView{At: at, On: map[string]bool{}, has: map[string]bool{}}
	if v.Task, err = p.taskHead(c, t); err != nil {
		return nil, err
	}
	barred, err := parking.Barred(c.Context(), p.Store, t)
	if err != nil {
		return nil, err
	}
	all, err := p.Access.AllPeople(c.Context())
	if err != nil {
		return nil, err
	}
	asked := c.Fields("persons")
	for _, who := range all {
		if has := t.For(who.ID); has || barred(who) == "" {
			v.Persons = append(v.Persons, frame.Choice{Value: who.ID, Text: who.Name})
			v.has[who.ID] = has
			v.On[who.ID] = has && asked == nil || slices.Contains(asked, who.ID)
		}
	}
	return &v, nil
}
