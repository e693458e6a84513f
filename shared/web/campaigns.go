package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/launch"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

// campaignRoutes are about the campaigns themselves: what each states, and new
// ones, which administrators draft and a head puts in force.
func (p *portal) campaignRoutes() []frame.Route {
	see, draft, head := frame.Only(people.Admin, people.Head, people.Auditor), frame.Only(people.Admin), frame.Only(people.Head)
	drafted := frame.Only(people.Admin, people.Head)
	act := func(do func(*frame.Call, string) error, next string) func(*frame.Call) error {
		return func(c *frame.Call) error {
			id := c.Param("id")
			if err := do(c, id); err != nil {
				if code := fault.CodeOf(err); (code == launch.Moved || code == "key-reused") && hasTyped(c) { // what was typed is not lost
					c.Keep("moved", true)
					err = fault.New(fault.Invalid, "web.campaign", fault.Public(err))
				}
				return retry(c, err, func() error { return p.draftPage(c) })
			}
			return c.See("/campaigns/" + id + next)
		}
	}
	room := &p.Rooms.Launch
	known := frame.Owner{Name: "campaign", Check: func(c *frame.Call) error {
		all, err := p.campaigns(c)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(x campaignOut) bool { return x.ID == c.Param("id") })
		if at < 0 {
			return fault.New(fault.NotFound, "web.campaign", "")
		}
		c.Keep("campaign", all[at])
		return nil
	}}
	return []frame.Route{
		get("/campaigns", see, p.campaignsPage),
		post("/campaigns", draft, func(c *frame.Call) error {
			if err := room.Begin(c.Context(), c.Key(), c.Who.Actor, c.Field("id"), c.Field("copy")); err != nil {
				return retry(c, err, func() error { return p.campaignsPage(c) })
			}
			return c.See("/campaigns/" + c.Field("id") + "/draft")
		}),
		of(known, get("/campaigns/{id}", see, p.campaignPage)),
		of(known, post("/campaigns/{id}/amend", draft, func(c *frame.Call) error {
			id := c.Param("id")
			if err := room.Begin(c.Context(), c.Key(), c.Who.Actor, id, id); err != nil {
				return retry(c, err, func() error { return p.campaignPage(c) })
			}
			return c.See("/campaigns/" + id + "/draft")
		})),
		of(known, get("/campaigns/{id}/draft", drafted, p.draftPage)),
		large(of(known, post("/campaigns/{id}/draft", draft, act(func(c *frame.Call, id string) error {
			return room.Write(c.Context(), c.Key(), c.Who.Actor, id, c.Field("digest"), c.R.PostFormValue("text"), c.Field("basis"))
		}, "/draft")))),
		of(known, post("/campaigns/{id}/mains", draft, act(p.writeMains, "/draft"))),
		of(known, post("/campaigns/{id}/propose", draft, act(func(c *frame.Call, id string) error {
			return room.Propose(c.Context(), c.Key(), c.Who.Actor, id, c.Field("digest"))
		}, "/draft"))),
		of(known, post("/campaigns/{id}/in-force", head, act(func(c *frame.Call, id string) error {
			return room.PutInForce(c.Context(), c.Key(), c.Who.Actor, id, c.Field("digest"))
		}, ""))),
		of(known, post("/campaigns/{id}/drop", draft, func(c *frame.Call) error {
			if err := room.Drop(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Field("digest")); err != nil {
				return retry(c, err, func() error { return p.draftPage(c) })
			}
			return c.See("/campaigns")
		})),
		api(http.MethodGet, "/api/campaigns", see, "Campaigns: those that come with the program and those made in the portal.", nil, []campaignOut{}, 0, p.apiCampaigns),
		api(http.MethodPost, "/api/campaigns", draft, "Begins a draft of a campaign, from a blank or from another; of an amendment, where both ids are one.", beginIn{}, draftOut{}, http.StatusCreated, p.apiBegin),
		of(known, api(http.MethodGet, "/api/campaigns/{id}/draft", drafted, "A campaign's draft, with all that is wrong in it.", nil, draftOut{}, 0, func(c *frame.Call) error { return p.apiDraft(c, http.StatusOK) })),
		large(of(known, api(http.MethodPut, "/api/campaigns/{id}/draft", draft, "Writes a draft's text. It may have faults; digest is of the draft that was seen.", writeIn{}, draftOut{}, 0, p.apiWrite))),
		of(known, api(http.MethodPost, "/api/campaigns/{id}/propose", draft, "Proposes a draft to the heads. It must have no faults.", digestIn{}, draftOut{}, 0, p.apiPropose)),
		of(known, api(http.MethodPost, "/api/campaigns/{id}/in-force", head, "Puts a proposed draft in force, as a head who did not write it.", digestIn{}, nil, 0, p.apiInForce)),
	}
}

// large lets a campaign's text come in: a form writes each byte of a
// Vietnamese letter as three.
func large(r frame.Route) frame.Route {
	r.Body = 4 * launch.MaxText
	return r
}

// plans gives the campaigns in force.
func (p *portal) plans(c *frame.Call) ([]*campaign.Campaign, error) {
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return nil, err
	}
	return books.Plans(), nil
}

// planOf gives the campaign in force of an id; NotFound if there is none.
func (p *portal) planOf(c *frame.Call, id string) (*campaign.Campaign, error) {
	all, err := p.plans(c)
	if err != nil {
		return nil, err
	}
	return campaign.Find(all, id)
}

type campaignsView struct {
	List     frame.TableView
	May      bool
	Plans    []frame.Choice
	ID, Copy string
}

func (p *portal) campaignsPage(c *frame.Call) error {
	rows, err := p.campaigns(c)
	if err != nil {
		return err
	}
	v := campaignsView{May: c.Who.Is(people.Admin), ID: c.R.PostFormValue("id"), Copy: c.R.PostFormValue("copy")}
	choices := func(key string, values ...string) (out []frame.Choice) {
		for _, x := range values {
			out = append(out, frame.Choice{Value: x, Text: c.Say(key + x)})
		}
		return out
	}
	t := frame.Table{Name: "phong-trao", Caption: c.Say("campaigns.list"), Empty: c.Say("campaigns.none"), Order: "id", Columns: []frame.Column{
		{Key: "title", Title: c.Say("plan.title")},
		{Key: "id", Title: c.Say("campaigns.id")},
		{Key: "origin", Title: c.Say("campaigns.origin"), Choices: choices("campaigns.", "shipped", "made")},
		{Key: "versions", Title: c.Say("campaigns.versions"), Number: true},
		{Key: "state", Title: c.Say("campaigns.state"), Choices: choices("campaigns.is.", "none", "draft", "proposed")},
	}}
	for _, r := range rows {
		origin, state, tag := "made", "none", ""
		if r.Shipped {
			origin = "shipped"
		}
		if r.Draft {
			state, tag = "draft", "warn"
		}
		if r.Proposed {
			state = "proposed"
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: r.Title, Href: "/campaigns/" + r.ID},
			{Text: r.ID},
			{Text: c.Say("campaigns." + origin), Value: origin},
			{Text: fmt.Sprint(r.Versions), Sort: fmt.Sprintf("%06d", r.Versions)},
			{Text: c.Say("campaigns.is." + state), Value: state, Tag: tag},
		})
		if r.Versions > 0 || r.Shipped {
			v.Plans = append(v.Plans, frame.Choice{Value: r.ID, Text: r.Title})
		}
	}
	if done, err := c.Export(t); done {
		return err
	}
	v.List = c.List(t)
	return c.Page(status(c), "campaigns", c.Say("campaigns.title"), v)
}

// campaignOut is a campaign in a list.
type campaignOut struct {
	launch.Entry
	Shipped bool `json:"shipped"` // comes with the program
}

// campaigns lists what comes with the program and what was made in the portal.
func (p *portal) campaigns(c *frame.Call) ([]campaignOut, error) {
	list, _, err := launch.Read(c.Context(), p.Store)
	if err != nil {
		return nil, err
	}
	var out []campaignOut
	for _, e := range list.Campaigns {
		out = append(out, campaignOut{Entry: e})
	}
	for _, plan := range p.Rooms.Books.Shipped() {
		at := slices.IndexFunc(out, func(x campaignOut) bool { return x.ID == plan.ID })
		if at < 0 {
			out = append(out, campaignOut{Entry: launch.Entry{ID: plan.ID}})
			at = len(out) - 1
		}
		out[at].Shipped = true
		if out[at].Versions == 0 {
			out[at].Title = plan.Title.Or(plan.ID)
		}
	}
	slices.SortFunc(out, func(a, b campaignOut) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// planFacts shows a plan: stated, decided and open values apart.
type planFacts struct {
	InForce *campaign.Campaign
	Groups  []factGroup
}

type factGroup struct {
	Status, Title, What string
	Valued              bool
	Facts               []factView
}

type factView struct {
	campaign.LeafRow
	Label string
}

func (p *portal) planFacts(c *frame.Call, plan *campaign.Campaign) planFacts {
	v := planFacts{InForce: plan, Groups: []factGroup{
		{Status: string(campaign.Stated), Title: c.Say("campaign.stated"), Valued: true},
		{Status: string(campaign.Decided), Title: c.Say("campaign.decided"), Valued: true},
		{Status: string(campaign.NotStated), Title: c.Say("campaign.open"), What: c.Say("campaign.open-what")},
	}}
	for _, row := range plan.Leaves() {
		for i := range v.Groups {
			if v.Groups[i].Status == string(row.Status) {
				v.Groups[i].Facts = append(v.Groups[i].Facts, factView{row, p.factName(c, row.Name)})
			}
		}
	}
	return v
}

// factName says a place of a plan in words; ids of the plan stay.
func (p *portal) factName(c *frame.Call, path string) string {
	words := strings.Split(path, ".")
	for i, w := range words {
		if key := "plan." + w; p.words.Has(key) {
			words[i] = c.Say(key)
		}
	}
	return strings.Join(words, ", ")
}

type planVersion struct {
	launch.Version
	ByName, HeadName string
}

type campaignView struct {
	planFacts
	ID, Title       string
	Draft, Proposed bool
	May             bool
	WholeText       string // of the version in force, where it is asked for: it is long
	Versions        []planVersion
	Seen            *planVersion // whose text is shown
	Events          []eventView
}

func (p *portal) campaignPage(c *frame.Call) error {
	e := frame.Kept[campaignOut](c, "campaign")
	id := e.ID
	v := campaignView{ID: id, Title: e.Title, Draft: e.Draft && !c.Who.Is(people.Auditor), Proposed: e.Proposed}
	plan, err := p.planOf(c, id)
	switch {
	case err == nil:
		v.planFacts = p.planFacts(c, plan)
		if c.Query("text") == "now" {
			v.WholeText = plan.Text()
		}
		v.May = c.Who.Is(people.Admin) && !e.Draft
	case !fault.Is(err, fault.NotFound):
		return err
	}
	for n := 1; n <= e.Versions; n++ {
		ver, err := launch.One(c.Context(), p.Store, id, n)
		if err != nil {
			return err
		}
		shown := planVersion{ver, p.nameOf(c, ver.By), p.nameOf(c, ver.Head)}
		if v.Versions = append(v.Versions, shown); c.Query("version") == strconv.Itoa(n) {
			v.Seen = &shown
		}
	}
	if v.Events, err = p.history(c, launch.Chain(id), 100); err != nil {
		return err
	}
	return c.Page(status(c), "campaign", v.Title, v)
}

// campaignTodos are the drafts that wait for a head.
func (p *portal) campaignTodos(c *frame.Call) ([]todo, error) {
	if !c.Who.Is(people.Head) {
		return nil, nil
	}
	list, _, err := launch.Read(c.Context(), p.Store)
	if err != nil {
		return nil, err
	}
	var out []todo
	for _, e := range list.Campaigns {
		if e.Proposed {
			out = append(out, todo{ID: e.ID, Title: c.Say("todo.campaign"), About: e.Title, Href: "/campaigns/" + e.ID + "/draft"})
		}
	}
	return out, nil
}

// instantOf gives an instant, the zero one for none.
func instantOf(x *launch.Proposal) time.Time {
	if x == nil {
		return time.Time{}
	}
	return x.At
}
