package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hoso/shared/commend"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

// commendRoutes are about the commendations that units give by their own
// authority: a unit records its own, the standing agency sees them all.
func (p *portal) commendRoutes() []frame.Route {
	unit, see := frame.Only(people.Submitter), frame.Only(people.Submitter, people.Admin, people.Head, people.Auditor)
	known := frame.Owner{Name: "commendation", Check: func(c *frame.Call) error {
		of := c.Param("unit")
		g, _, err := load[commend.Given](c.Context(), p.Store, commend.Key(of, c.Param("id")))
		if err == nil && c.Who.Is(people.Submitter) && c.Who.Unit != of {
			err = fault.New(fault.NotFound, "web.load", "")
		}
		c.Keep("given", g)
		return err
	}}
	return []frame.Route{
		withObjects(get("/commendations", see, func(c *frame.Call) error { return p.commendPage(c, nil) })),
		post("/commendations", unit, p.recordCommend),
		of(known, get("/commendations/{unit}/{id}", see, p.givenPage)),
		of(known, get("/commendations/{unit}/{id}/file", see, func(c *frame.Call) error {
			g := frame.Kept[commend.Given](c, "given")
			return p.viewPaper(c, g.Paper, "giay-khen.pdf")
		})),
		of(known, post("/commendations/{unit}/{id}/revoke", unit, p.revokeCommend)),
		api(http.MethodPost, "/api/commendations/uploads", unit, "Asks for a place to send the PDF of a decision on commendations to.", decisionSlotIn{}, decisionSlotOut{}, http.StatusCreated, p.commendSlot),
		api(http.MethodGet, "/api/commendations", see, "Commendations that units gave by their own authority: the unit's own, or all.", nil, []commendOut{}, 0, p.apiCommendations),
		api(http.MethodPost, "/api/commendations", unit, "Records a commendation that the unit gave.", commendIn{}, commendOut{}, http.StatusCreated, p.apiCommend),
	}
}

// given gives what the visitor may see: a unit its own, others all.
func (p *portal) given(c *frame.Call) ([]commend.Given, error) {
	if c.Who.Is(people.Submitter) {
		return commend.Of(c.Context(), p.Store, c.Who.Unit)
	}
	plans, err := p.plans(c)
	if err != nil {
		return nil, err
	}
	var out []commend.Given
	for _, plan := range plans {
		some, err := commend.In(c.Context(), p.Store, plan.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

type commendView struct {
	List      frame.TableView
	Unit      bool
	Campaigns []frame.Choice
	Typed     map[string]string
}

func (p *portal) commendPage(c *frame.Call, form map[string][]string) error {
	all, err := p.given(c)
	if err != nil {
		return err
	}
	v := commendView{Unit: c.Who.Is(people.Submitter), Typed: map[string]string{}}
	plans, err := p.plans(c)
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for _, plan := range plans {
		titles[plan.ID] = plan.Title.Or(plan.ID)
		text := planName(plan)
		if source := commend.Stated(plan); source != "" {
			text += " (" + plan.Cite(source) + ")"
		}
		v.Campaigns = append(v.Campaigns, frame.Choice{Value: plan.ID, Text: text})
	}
	for _, name := range []string{"campaign", "number", "date", "decider", "collectives", "individuals"} {
		v.Typed[name] = typed(form, name)
	}
	t := frame.Table{Name: "giay-khen", Caption: c.Say("commend.list"), Empty: c.Say("commend.none"), Order: "-date", Columns: []frame.Column{
		{Key: "number", Title: c.Say("decision.number")},
		{Key: "date", Title: c.Say("decision.date")},
		{Key: "unit", Title: c.Say("person.unit")},
		{Key: "campaign", Title: c.Say("task.campaign"), Choices: v.Campaigns},
		{Key: "decider", Title: c.Say("commend.decider")},
		{Key: "tap_the", Title: c.Say("kind.tap_the"), Number: true},
		{Key: "ca_nhan", Title: c.Say("kind.ca_nhan"), Number: true},
		{Key: "state", Title: c.Say("yearly.status"), Choices: []frame.Choice{{Value: "recorded", Text: c.Say("commend.is.recorded")}, {Value: "revoked", Text: c.Say("commend.is.revoked")}}},
		{Key: "pdf", Title: "SHA-256"},
	}}
	for _, g := range all {
		state, tag := "recorded", "good"
		if g.Revoked != nil {
			state, tag = "revoked", "warn"
		}
		day, _ := time.Parse(time.DateOnly, g.Date)
		sum := ""
		if g.Paper != nil {
			sum = g.Paper.SHA256
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: g.Number, Href: "/commendations/" + g.Unit + "/" + g.ID},
			{Text: day.Format("02/01/2006"), Sort: g.Date},
			{Text: g.UnitName},
			{Text: titles[g.Campaign], Value: g.Campaign},
			{Text: g.Decider},
			{Text: fmt.Sprint(g.Count.Collective), Sort: fmt.Sprintf("%06d", g.Count.Collective)},
			{Text: fmt.Sprint(g.Count.Individual), Sort: fmt.Sprintf("%06d", g.Count.Individual)},
			{Text: c.Say("commend.is." + state), Value: state, Tag: tag},
			{Text: sum},
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	v.List = c.List(t)
	return c.Page(status(c), "commendations", c.Say("commend.title"), v)
}

// awarded reads the names of a form: one a line, a position after a semicolon.
func awarded(kind dossier.Kind, text string) []commend.Name {
	var out []commend.Name
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			name, position, _ := strings.Cut(line, ";")
			out = append(out, commend.Name{Kind: kind, Name: strings.TrimSpace(name), Position: strings.TrimSpace(position)})
		}
	}
	return out
}

func (p *portal) recordCommend(c *frame.Call) error {
	plan, unknown := p.planOf(c, c.Field("campaign"))
	x := commend.Recording{
		Number: c.Field("number"), Date: c.Day("date"), Decider: c.Field("decider"), Upload: c.Field("upload"),
		Awarded: slices.Concat(awarded(dossier.Collective, c.R.PostFormValue("collectives")), awarded(dossier.Individual, c.R.PostFormValue("individuals"))),
	}
	if err := p.commendLacks(c, unknown == nil, x); err != nil {
		return retry(c, err, func() error { return p.commendPage(c, c.R.PostForm) })
	}
	g, err := p.Rooms.Commend.Record(c.Context(), c.Key(), c.Who.Actor, plan, x)
	if err != nil {
		return retry(c, err, func() error { return p.commendPage(c, c.R.PostForm) })
	}
	return c.See("/commendations/" + g.Unit + "/" + g.ID)
}

type givenView struct {
	commend.Given
	Day      string
	Campaign string
	Names    []commend.Name
	Recorder string
	Reason   string
	RevokeBy string
	May      bool
	Typed    string
	Events   []eventView
}

func (p *portal) givenPage(c *frame.Call) error {
	g := frame.Kept[commend.Given](c, "given")
	day, _ := time.Parse(time.DateOnly, g.Date)
	v := givenView{Given: g, Day: day.Format("02/01/2006"), Campaign: g.Campaign, Recorder: p.nameOf(c, g.By), May: c.Who.Is(people.Submitter) && g.Revoked == nil, Typed: c.R.PostFormValue("reason")}
	if plan, err := p.planOf(c, g.Campaign); err == nil {
		v.Campaign = plan.Title.Or(plan.ID)
	}
	var err error
	if v.Names, err = commend.Names(c.Context(), p.Store, g); err != nil {
		return err
	}
	if g.Revoked != nil {
		v.RevokeBy = p.nameOf(c, g.Revoked.By)
		if v.Reason, err = p.text(c, commend.Chain(g.Unit), g.Revoked.Reason); err != nil {
			return err
		}
	}
	if v.Events, err = p.history(c, commend.Chain(g.Unit), 100); err != nil {
		return err
	}
	return c.Page(status(c), "commendation", g.Number, v)
}

func (p *portal) revokeCommend(c *frame.Call) error {
	g := frame.Kept[commend.Given](c, "given")
	if err := p.Rooms.Commend.Revoke(c.Context(), c.Key(), c.Who.Actor, g.ID, c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.givenPage(c) })
	}
	return c.See("/commendations/" + g.Unit + "/" + g.ID)
}

func (p *portal) commendSlot(c *frame.Call) error {
	var in decisionSlotIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	s, err := p.Rooms.Commend.OpenSlot(c.Context(), c.Key(), c.Who.Actor, in.Size, in.SHA256)
	if err != nil {
		return err
	}
	return p.signSlot(c, s)
}

// commendIn and commendOut are a commendation for programs.
type commendIn struct {
	Campaign string `json:"campaign"`
	commend.Recording
}

type commendOut struct {
	ID       string        `json:"id"`
	Campaign string        `json:"campaign"`
	Unit     string        `json:"unit"`
	UnitName string        `json:"unitName"`
	Number   string        `json:"number"`
	Date     string        `json:"date"`
	Decider  string        `json:"decider"`
	Count    commend.Count `json:"count"`
	SHA256   string        `json:"sha256,omitempty"` // of the PDF
	Revoked  bool          `json:"revoked"`
}

func commendFor(g commend.Given) commendOut {
	out := commendOut{g.ID, g.Campaign, g.Unit, g.UnitName, g.Number, g.Date, g.Decider, g.Count, "", g.Revoked != nil}
	if g.Paper != nil {
		out.SHA256 = g.Paper.SHA256
	}
	return out
}

func (p *portal) apiCommendations(c *frame.Call) error {
	all, err := p.given(c)
	if err != nil {
		return err
	}
	out := []commendOut{}
	for _, g := range all {
		out = append(out, commendFor(g))
	}
	return c.JSON(http.StatusOK, out)
}

func (p *portal) apiCommend(c *frame.Call) error {
	var in commendIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	plan, err := p.planOf(c, in.Campaign)
	if err != nil {
		return fault.New(fault.Invalid, "web.commend", c.Say("commend.choose"))
	}
	g, err := p.Rooms.Commend.Record(c.Context(), c.Key(), c.Who.Actor, plan, in.Recording)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, commendFor(g))
}
