package web

import (
	"cmp"
	"net/http"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// nominators may open dossiers: units their own, clerks those that came on paper.
var nominators = frame.Only(people.Submitter, people.Clerk)

// ownDossier is the rule for a unit's dossier: another unit's and one that
// does not exist are the same to everybody.
func (p *portal) ownDossier() frame.Owner {
	return frame.Owner{Name: "own dossier", Check: func(c *frame.Call) error {
		d, _, err := p.Rooms.Submission.Own(c.Context(), c.Who.Actor, c.Param("id"))
		c.Keep("dossier", d)
		return err
	}}
}

func (p *portal) dossierRoutes() []frame.Route {
	own := p.ownDossier()
	return []frame.Route{
		get("/dossiers", nominators, p.dossiersPage),
		get("/dossiers/new", nominators, func(c *frame.Call) error { return p.newDossierPage(c) }),
		post("/dossiers/new", nominators, p.openDossier),
		of(own, get("/dossiers/{id}", nominators, p.dossierPage)),
		of(own, get("/dossiers/{id}/receipts/{revision}", nominators, p.receiptPage)),
		of(own, get("/dossiers/{id}/compare", nominators, p.comparePage)),
		of(own, get("/dossiers/{id}/withdraw", nominators, p.withdrawPage)),
		of(own, post("/dossiers/{id}/withdraw", nominators, p.withdraw)),
		withObjects(of(own, get("/dossiers/{id}/files", nominators, p.filesPage))),
		withObjects(of(own, post("/dossiers/{id}/files", nominators, p.plainUpload))),
		of(own, post("/dossiers/{id}/documents/{document}/slot", nominators, p.setSlot)),
		of(own, post("/dossiers/{id}/documents/{document}/remove", nominators, p.removeDocument)),
		of(own, get("/dossiers/{id}/check", nominators, p.checkPage)),
		withObjects(of(own, get("/dossiers/{id}/documents/{document}", nominators, func(c *frame.Call) error { return p.documentPage(c, nil) }))),
		withObjects(of(own, post("/dossiers/{id}/documents/{document}", nominators, p.correctDocument))), // a slip shows the page again
		of(own, get("/dossiers/{id}/documents/{document}/pdf", nominators, p.ownPDF)),
		of(own, get("/dossiers/{id}/documents/{document}/place", nominators, p.placePicture)),
		of(own, get("/dossiers/{id}/documents/{document}/next", nominators, p.nextDocument)),
		of(own, get("/dossiers/{id}/submit", nominators, p.submitPage)),
		of(own, post("/dossiers/{id}/submit", nominators, p.submit)),
	}
}

// dossiersOf gives a unit's dossiers, newest first.
func (p *portal) dossiersOf(c *frame.Call, unit string) ([]dossier.Dossier, error) {
	var out []dossier.Dossier
	page := store.Page{Desc: true}
	for {
		s, err := p.Store.Query(c.Context(), dossier.OfUnit, unit, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return nil, err
			}
			out = append(out, d)
		}
		if s.Next == "" {
			return out, nil
		}
		page.After = s.Next
	}
}

// reachable gives the dossiers a nominator works on: the unit's, or for a
// clerk those that came on paper to the open rounds.
func (p *portal) reachable(c *frame.Call) ([]dossier.Dossier, error) {
	if c.Who.Is(people.Submitter) {
		return p.dossiersOf(c, c.Who.Unit)
	}
	rounds, err := p.openRounds(c)
	if err != nil {
		return nil, err
	}
	var out []dossier.Dossier
	for _, rd := range rounds {
		page := store.Page{}
		for {
			s, err := p.Store.Query(c.Context(), dossier.OfRound, rd.ID, page)
			if err != nil {
				return nil, err
			}
			for _, rec := range s.Records {
				var d dossier.Dossier
				if err := rec.Decode(&d); err != nil {
					return nil, err
				}
				if d.Paper != "" {
					out = append(out, d)
				}
			}
			if s.Next == "" {
				break
			}
			page.After = s.Next
		}
	}
	return out, nil
}

// openRounds gives the rounds and ad-hoc lines that take dossiers now.
func (p *portal) openRounds(c *frame.Call) ([]round.Round, error) {
	all, err := p.allRounds(c)
	if err != nil {
		return nil, err
	}
	var out []round.Round
	now := p.Now()
	for _, rd := range all {
		if rd.Takes(now) {
			out = append(out, rd)
		}
	}
	return out, nil
}

// stateTag marks a state for the eye; its name stands beside the mark.
func stateTag(s dossier.State) string {
	switch s {
	case dossier.Returned, dossier.Lapsed, dossier.Refused, dossier.Annulled:
		return "bad"
	case dossier.Draft, dossier.NotSubmitted:
		return "warn"
	case dossier.Awarded, dossier.Selected, dossier.Eligible:
		return "good"
	}
	return "plain"
}

func (p *portal) dossiersPage(c *frame.Call) error {
	all, err := p.reachable(c)
	if err != nil {
		return err
	}
	names := map[string]string{}
	t := frame.Table{Name: "dossiers", Caption: c.Say("dossiers.caption"), Empty: c.Say("dossiers.empty"), Columns: []frame.Column{
		{Key: "number", Title: c.Say("dossiers.number")},
		{Key: "round", Title: c.Say("dossier.round")},
		{Key: "unit", Title: c.Say("person.unit")},
		{Key: "state", Title: c.Say("person.state")},
		{Key: "holder", Title: c.Say("dossier.holder")},
		{Key: "since", Title: c.Say("dossier.since")},
		{Key: "due", Title: c.Say("dossier.due")},
	}}
	for _, s := range dossier.States() {
		t.Columns[3].Choices = append(t.Columns[3].Choices, frame.Choice{Value: string(s), Text: c.Say("state." + string(s))})
	}
	for _, d := range all {
		if names[d.Round] == "" {
			rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
			if err != nil {
				return err
			}
			names[d.Round] = rd.Settings.Title + " – " + rd.Settings.Name
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: p.number(c, d), Href: "/dossiers/" + d.ID},
			{Text: names[d.Round]},
			{Text: d.UnitName},
			{Text: c.Say("state." + string(called(d))), Value: string(d.State), Tag: stateTag(d.State)},
			{Text: cmp.Or(p.turn(c, d), "–")},
			{Text: frame.Day(d.Since), Sort: d.Since.UTC().Format(time.RFC3339)},
			{Text: frame.Instant(d.Due), Sort: d.Due.UTC().Format(time.RFC3339)},
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	return c.Page(http.StatusOK, "dossiers", c.Say("dossiers.title"), listPage{List: c.List(t), May: true})
}

// number is how a dossier is called: by its receipt, or as a draft.
func (p *portal) number(c *frame.Call, d dossier.Dossier) string {
	switch {
	case d.Receipt != "":
		return d.Receipt
	case d.Paper != "":
		return c.Say("dossier.paper", d.Paper)
	}
	return c.Say("dossier.draft-of", frame.Day(d.OpenedAt))
}

// turn says whose turn it is, as a unit reads it: persons of other bodies are
// not named to it; "" is nobody's.
func (p *portal) turn(c *frame.Call, d dossier.Dossier) string {
	if d.State == dossier.NotSubmitted && d.Late.Open() {
		return c.Say("holder.agency")
	}
	switch d.Holder {
	case "":
		return ""
	case "unit", "reading", "validate", "round", "hold", "archive":
		return c.Say("holder." + d.Holder)
	}
	return c.Say("dossier.with-others", c.Say("state."+string(called(d))))
}

// offer is a round that takes dossiers, as a unit sees it.
type offer struct {
	ID       string
	Campaign string
	Name     string
	Closes   dueView
	Places   []placeView
	Pending  int
	Mine     []frame.Link
	Says     *saysView // of an ad-hoc line
}

type newDossierView struct {
	Rounds []offer
	Lines  []offer // of outstanding acts: without a closing, outside the places
	Late   []offer // closed, and may still admit a late dossier
	Why    string
	Clerk  bool
	Units  []frame.Choice
	Unit   string
	Paper  string
	Round  string
}

func (p *portal) newDossierPage(c *frame.Call) error {
	rounds, err := p.openRounds(c)
	if err != nil {
		return err
	}
	v := newDossierView{Clerk: c.Who.Is(people.Clerk), Unit: c.Field("unit"), Paper: c.Field("paper"), Round: c.Field("round")}
	var mine []dossier.Dossier
	if v.Clerk {
		if _, v.Units, err = p.unitNames(c); err != nil {
			return err
		}
	} else if mine, err = p.dossiersOf(c, c.Who.Unit); err != nil {
		return err
	}
	for _, rd := range rounds {
		o := offer{ID: rd.ID, Campaign: rd.Settings.Title, Name: rd.Settings.Name, Closes: p.due(rd.Settings.Closes)}
		if o.Says, err = p.lineSays(c, rd); err != nil {
			return err
		}
		if o.Says == nil {
			if o.Places, err = p.places(c, rd, nil); err != nil {
				return err
			}
		}
		pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
		if err != nil {
			return err
		}
		o.Pending = int(pending)
		for _, d := range mine {
			if d.Round == rd.ID {
				o.Mine = append(o.Mine, frame.Link{Text: p.number(c, d) + " (" + c.Say("state."+string(called(d))) + ")", Href: "/dossiers/" + d.ID})
			}
		}
		if o.Says != nil {
			v.Lines = append(v.Lines, o)
		} else {
			v.Rounds = append(v.Rounds, o)
		}
	}
	v.Why = c.Field("late")
	all, err := p.allRounds(c)
	if err != nil {
		return err
	}
	for _, rd := range all {
		if submission.Admissible(rd) {
			v.Late = append(v.Late, offer{ID: rd.ID, Campaign: rd.Settings.Title, Name: rd.Settings.Name, Closes: p.due(rd.Settings.Closes)})
		}
	}
	return c.Page(status(c), "dossier-new", c.Say("dossier.new"), v)
}

func (p *portal) openDossier(c *frame.Call) error {
	o := submission.Opening{Round: c.Field("round"), Late: c.Field("late")}
	if c.Who.Is(people.Clerk) {
		o.Unit, o.Paper = c.Field("unit"), c.Field("paper")
		if o.Unit == "" || o.Paper == "" {
			err := fault.New(fault.Invalid, "web.dossier", c.Say("dossier.need-paper"))
			return retry(c, err, func() error { return p.newDossierPage(c) })
		}
	}
	id, err := p.Rooms.Submission.Open(c.Context(), c.Key(), c.Who.Actor, o)
	if err != nil {
		return retry(c, err, func() error { return p.newDossierPage(c) })
	}
	if o.Late != "" {
		return c.See("/dossiers/" + id)
	}
	return c.See("/dossiers/" + id + "/files")
}

// unitTodos is what a unit's dossiers ask of it now, and what waits for
// others: returned ones first, drafts of open rounds next; and the rounds that
// take dossiers and have none of it.
func (p *portal) unitTodos(c *frame.Call) (mine, others, open []todo, err error) {
	if !c.Who.Is(people.Submitter) || c.Who.Unit == "" {
		return nil, nil, nil, nil
	}
	all, err := p.dossiersOf(c, c.Who.Unit)
	if err != nil {
		return nil, nil, nil, err
	}
	has := map[string]bool{}
	for _, d := range all {
		has[d.Round] = has[d.Round] || d.State != dossier.Withdrawn
		if d.State.Final() || d.Sealed {
			continue
		}
		rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
		if err != nil {
			return nil, nil, nil, err
		}
		t := todo{ID: d.ID, Href: "/dossiers/" + d.ID, About: rd.Settings.Title + " – " + rd.Settings.Name}
		switch d.State {
		case dossier.Returned:
			t.Title, t.Due = c.Say("todo.returned", d.Receipt), p.due(d.Due)
			mine = append(mine, t)
		case dossier.Draft:
			t.Title, t.Due = c.Say("todo.draft"), p.due(rd.Settings.Closes)
			if d.Late != nil {
				t.Due = p.due(d.Due)
			}
			mine = append(mine, t)
		default:
			t.Title, t.Due = d.Receipt+": "+c.Say("state."+string(called(d))), p.due(d.Due)
			others = append(others, t)
		}
	}
	rounds, err := p.openRounds(c)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, rd := range rounds {
		if !has[rd.ID] {
			open = append(open, todo{ID: rd.ID, Title: rd.Settings.Title + " – " + rd.Settings.Name, Href: "/dossiers/new", Due: p.due(rd.Settings.Closes)})
		}
	}
	return mine, others, open, nil
}
