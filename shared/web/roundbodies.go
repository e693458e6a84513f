package web

import (
	"time"

	"hoso/shared/board"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// roundBodyRoutes let an administrator rule on bodies of a round that ceased.
func (p *portal) roundBodyRoutes() []frame.Route {
	run, known := frame.Only(people.Admin), p.knownRound()
	return []frame.Route{
		of(known, get("/rounds/{id}/bodies", run, p.roundBodiesPage)),
		of(known, post("/rounds/{id}/bodies", run, p.ruleBody)),
	}
}

// ceasedView is a body of the round that has ceased.
type ceasedView struct {
	Name string
	knownView
}

// rulingView is what was ruled on one.
type rulingView struct {
	Body, Act, To, Reason, By string
	At                        time.Time
}

// roundBodies is what there is to say of a round's bodies.
type roundBodies struct {
	Ceased  []ceasedView // that wait for a ruling
	Rulings []rulingView
}

func (p *portal) bodiesOf(c *frame.Call, rd round.Round) (roundBodies, error) {
	var v roundBodies
	gone, err := parking.Ceased(c.Context(), p.Store, rd, p.Now())
	if err != nil {
		return v, err
	}
	for _, s := range gone {
		v.Ceased = append(v.Ceased, ceasedView{s.Name, knownView{From: s.From.Slash(), Source: s.Source, Successors: s.Successors, Certain: s.Certain}})
	}
	for _, x := range rd.Rulings {
		why, err := p.text(c, round.Chain(rd.ID), x.Reason)
		if err != nil {
			return v, err
		}
		v.Rulings = append(v.Rulings, rulingView{Body: x.Body, Act: x.Act, To: x.To, Reason: why, By: p.nameOf(c, x.By), At: x.At})
	}
	return v, nil
}

type roundBodiesView struct {
	headView
	Bodies roundBodies
	Body   string // that is asked about; "": none
	One    ceasedView
	More   int
	Act    string
	Acts   []frame.Choice
	Reason string
	To     string
	Crew   []crewView
}

// roundBodiesPage asks about one body that ceased, with who would follow.
func (p *portal) roundBodiesPage(c *frame.Call) error {
	rd, form := frame.Kept[round.Round](c, "round"), c.R.PostForm
	v := roundBodiesView{headView: roundHead(rd), Act: typed(form, "act"), Reason: typed(form, "reason"), To: typed(form, "to")}
	var err error
	if v.Bodies, err = p.bodiesOf(c, rd); err != nil {
		return err
	}
	for _, a := range []string{round.KeepBody, round.TransferBody, round.CloseRound} {
		v.Acts = append(v.Acts, frame.Choice{Value: a, Text: c.Say("bodies.act." + a)})
	}
	if n := len(v.Bodies.Ceased); n > 0 {
		v.One, v.More = v.Bodies.Ceased[0], n-1
		for _, x := range v.Bodies.Ceased {
			if x.Name == typed(form, "body") {
				v.One = x
			}
		}
		v.Body = v.One.Name
		if v.To == "" && len(v.One.Successors) == 1 {
			v.To = v.One.Successors[0]
		}
		if v.Crew, err = p.followers(c, rd, v.Body); err != nil {
			return err
		}
	}
	return c.Page(status(c), "round-bodies", c.Say("bodies.rule"), v)
}

// followers asks who takes over each thing that the body did.
func (p *portal) followers(c *frame.Call, rd round.Round, body string) ([]crewView, error) {
	all, err := p.Access.AllPeople(c.Context())
	if err != nil {
		return nil, err
	}
	var out []crewView
	ask := func(name, label string, role people.Role, now []string) {
		v := crewView{Name: name, Label: label, On: map[string]bool{}}
		for _, who := range all {
			if who.Is(role) {
				v.Choices = append(v.Choices, frame.Choice{Value: who.ID, Text: nameAndTitle(who)})
			}
		}
		if sent := c.R.PostForm[name]; c.R.PostForm != nil {
			now = sent
		}
		for _, id := range now {
			v.On[id] = true
		}
		out = append(out, v)
	}
	for _, st := range rd.Settings.Steps {
		if st.Body == body {
			role := people.Appraiser
			if st.Scope == round.ByRound {
				role = people.Reviewer
			}
			ask("step-"+st.ID, st.Title, role, st.Persons)
		}
	}
	if rd.Settings.Body == body {
		ask("head", c.Say("role.head"), people.Head, rd.Settings.Head)
	}
	if rd.Settings.Issuer == body {
		ask("clerks", c.Say("role.clerk"), people.Clerk, rd.Settings.Clerks)
	}
	return out, nil
}

func (p *portal) ruleBody(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	s := board.Succeeding{
		Body: c.Field("body"), Act: c.Field("act"), To: c.Field("to"), Reason: c.Field("reason"),
		Steps: map[string][]string{}, Head: c.Fields("head"), Clerks: c.Fields("clerks"),
	}
	for _, st := range rd.Settings.Steps {
		if ids := c.Fields("step-" + st.ID); len(ids) > 0 {
			s.Steps[st.ID] = ids
		}
	}
	if s.Act != round.TransferBody {
		s.To, s.Steps, s.Head, s.Clerks = "", nil, nil, nil
	}
	if err := p.Rooms.Board.Succeed(c.Context(), c.Key(), c.Who.Actor, rd.ID, s); err != nil {
		return retry(c, err, func() error { return p.roundBodiesPage(c) })
	}
	if s.Act == round.CloseRound {
		return c.See("/rounds/" + rd.ID + "/without")
	}
	return c.See("/rounds/" + rd.ID)
}
