package web

import (
	"slices"

	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// knownRound lets through who asks for a round that is there and that the
// visitor has to do with; any other round is as one that does not exist.
func (p *portal) knownRound() frame.Owner {
	return frame.Owner{Name: "round", Check: func(c *frame.Call) error {
		rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(c.Param("id")))
		if err != nil {
			return err
		}
		part, err := p.partIn(c)
		if err != nil {
			return err
		}
		if yes, err := part(rd); err != nil {
			return err
		} else if !yes {
			return fault.New(fault.NotFound, "web.load", "")
		}
		c.Keep("round", rd)
		return nil
	}}
}

// partIn gives the question whether the visitor has to do with a round
// (threats.md, section 5). Administrators and auditors see all. Others are
// named by the round or asked by a task of it; a stand-in, and whoever a task
// was given to, also after deciding it.
func (p *portal) partIn(c *frame.Call) (func(round.Round) (bool, error), error) {
	if c.Who.Is(people.Admin) || c.Who.Is(people.Auditor) {
		return func(round.Round) (bool, error) { return true, nil }, nil
	}
	me := c.Who.ID
	asked, err := p.assigned(c.Context(), me)
	if err != nil {
		return nil, err
	}
	return func(rd round.Round) (bool, error) {
		if rd.Names(me) || slices.ContainsFunc(asked, func(a round.Assigned) bool { return a.Round == rd.ID }) {
			return true, nil
		}
		if rd.Task != "" {
			if t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(rd.Task)); err != nil || t.For(me) {
				return err == nil, err
			}
		}
		if !c.Who.Is(people.Head) {
			return false, nil
		}
		first := round.SelectionKey(rd.ID, 1)
		all, err := list[round.Selection](c.Context(), p.Store, first.Part, "selection/")
		return slices.ContainsFunc(all, func(s round.Selection) bool { return s.ConfirmedBy == me }), err
	}, nil
}
