package web

import (
	"strings"

	"hoso/shared/campaign"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// States of a dossier of an ad-hoc line that are called otherwise than a
// round's: nobody selects there, and a refusal may be the decision itself.
const (
	toBeDecided dossier.State = "to_be_decided"
	notAwarded  dossier.State = "not_awarded"
)

// called is the state of a dossier as pages call it.
func called(d dossier.Dossier) dossier.State {
	switch {
	case !d.AdHoc:
	case d.State == dossier.Eligible:
		return toBeDecided
	case d.State == dossier.Refused && d.Reason != "":
		return notAwarded
	}
	return d.State
}

// saysView is what a plan says of outstanding acts, in its own words and with
// their place; Words is empty where it does not speak of them.
type saysView struct {
	Words string // the quote that speaks of it
	Place string // "mục V.2"
	Form  string
	Body  string // who appraises
	By    string // who decides
}

func saysOf(plan *campaign.Campaign) *saysView {
	says := plan.AdHoc()
	v := &saysView{Words: says.Occasion.Quote, Form: says.Form.Or(""), Body: says.Body.Or(""), By: says.Decider.Or("")}
	v.Place = strings.TrimPrefix(says.Occasion.Source, plan.Document.File+", ")
	return v
}

// lineSays gives what the plan of a line says; nil for a round.
func (p *portal) lineSays(c *frame.Call, rd round.Round) (*saysView, error) {
	if !rd.Settings.AdHoc {
		return nil, nil
	}
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return nil, err
	}
	_, plan, err := books.Pinned(rd.Settings.RuleSet)
	if fault.Is(err, fault.NotFound) {
		return &saysView{}, nil
	}
	if err != nil {
		return nil, err
	}
	return saysOf(plan), nil
}

// stepsOf gives the steps that opening asks persons for.
func stepsOf(plan *campaign.Campaign, roundID string) []campaign.Step {
	if roundID == campaign.AdHocID {
		return plan.AdHocSteps()
	}
	return plan.Route.Steps
}

type adHocView struct {
	decisionView
	ID      string
	Dossier string
	Unit    string
	Outcome string // entered
	Reason  string
	Choice  string // of the form, when it is shown again
	Why     string
	// Outcomes are what may be entered.
	Outcomes []string
}

// adHocPage asks a clerk for the decision on one dossier of an ad-hoc line.
func (p *portal) adHocPage(c *frame.Call, t round.Task, head taskHead) error {
	d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(t.Dossier))
	if err != nil {
		return err
	}
	v := adHocView{ID: t.ID, Dossier: d.Receipt, Unit: d.UnitName, Choice: c.Field("outcome"), Why: c.Field("reason"), Outcomes: []string{round.AdHocAward, round.AdHocRefuse, round.AdHocReturn}}
	v.decisionView = decisionView{taskHead: head, Typed: [2]string{c.Field("number"), c.Field("date")}, Entries: entries(round.AdHocEntries(d)), Out: map[string]bool{}}
	a, err := p.adHocOf(c, d)
	if err != nil {
		return err
	}
	if a.Task == t.ID {
		v.Entered, v.Outcome, v.Number, v.Date, v.SHA256, v.At = true, a.Outcome, a.Number, a.Date, a.SHA256, a.EnteredAt
		v.By, v.Mine, v.Shown = p.nameOf(c, a.EnteredBy), a.EnteredBy == c.Who.ID, decision.ShownOne(a, d)
		v.Open, v.Seals = "/tasks/"+t.ID+"/decision.pdf", signatureViews(c, a.Signatures)
		v.Read, v.Differ, v.Note = a.Read, a.Differences, c.Field("note")
		for _, key := range c.Fields("left-out") {
			v.Out[key] = true
		}
		if v.Reason, err = p.text(c, dossier.Chain(d.ID), a.Reason); err != nil {
			return err
		}
	}
	return c.Page(status(c), "task-adhoc", head.Step, v)
}

// adHocOf gives what was entered on a dossier; zero: nothing.
func (p *portal) adHocOf(c *frame.Call, d dossier.Dossier) (round.AdHoc, error) {
	a, _, err := load[round.AdHoc](c.Context(), p.Store, round.AdHocKey(d.ID))
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return a, err
}

// enterAdHoc records what was decided on one dossier: the evidence of an award,
// or why there is none.
func (p *portal) enterAdHoc(c *frame.Call, t round.Task) error {
	e := decision.EnteringOne{Outcome: c.Field("outcome"), Reason: c.Field("reason")}
	if e.Outcome == round.AdHocAward {
		up, err := p.decisionUpload(c, t.Round, c.Field("upload"))
		if err != nil {
			return err
		}
		e.Entering = up
		e.Number, e.Date = c.Field("number"), c.Day("date")
	}
	return p.Rooms.Decision.EnterOne(c.Context(), c.Key(), c.Who.Actor, t.ID, e)
}

// taskDecisionPDF shows the PDF that was entered on a dossier to the clerks who
// are asked about it.
func (p *portal) taskDecisionPDF(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	if t.Kind != round.AdHocKind {
		return fault.New(fault.NotFound, "web.decision", "")
	}
	return p.adHocPDF(c, t.Dossier)
}

// recordDecisionPDF shows it to whoever may see the dossier's record.
func (p *portal) recordDecisionPDF(c *frame.Call) error {
	return p.adHocPDF(c, frame.Kept[dossier.Dossier](c, "dossier").ID)
}

func (p *portal) adHocPDF(c *frame.Call, id string) error {
	a, _, err := load[round.AdHoc](c.Context(), p.Store, round.AdHocKey(id))
	if err != nil {
		return err
	}
	if a.Version == "" {
		return fault.New(fault.NotFound, "web.decision", "")
	}
	url, err := p.Rooms.Objects.PresignGet(c.Context(), objects.Ref{Bucket: a.Bucket, Key: a.Key, Version: a.Version},
		objects.Download{Name: "quyet-dinh.pdf", ContentType: "application/pdf", Inline: true, Life: viewLife})
	if err != nil {
		return err
	}
	return c.See(url)
}
