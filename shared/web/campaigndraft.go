package web

import (
	"net/http"
	"time"

	"hoso/shared/campaign"
	"hoso/shared/fault"
	"hoso/shared/launch"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

// shownFaults is how many faults of a draft are shown at once.
const shownFaults = 50

type mainView struct {
	campaign.Main
	Label string
}

type changeOf struct{ Label, Was, Is string }

type draftView struct {
	planFacts
	launch.Draft
	Title, Digest    string
	Writer, Proposer string
	ProposedAt       time.Time
	Faults           campaign.Faults
	FaultCount, More int
	Mains            []mainView
	Amends           bool // what is in force, so that a basis is needed
	Changes          []changeOf
	Lines            []campaign.LineChange // all that differs, also what is no value
	WasText          string                // what is in force
	Fresh            bool                  // as it is kept: it may be proposed and put in force
	May, MayForce    bool
	Events           []eventView
}

// draftPage shows a draft with all its faults; administrators write it, a head
// sees what will hold and puts it in force.
func (p *portal) draftPage(c *frame.Call) error {
	id := c.Param("id")
	c.Stay("/campaigns/" + id + "/draft")
	d, _, err := load[launch.Draft](c.Context(), p.Store, launch.DraftKey(id))
	if err != nil {
		return err
	}
	v := draftView{Draft: d, Title: id, Digest: d.Digest(), Writer: p.nameOf(c, d.By), May: c.Who.Is(people.Admin), ProposedAt: instantOf(d.Proposed)}
	answer := status(c)
	if frame.Kept[bool](c, "moved") {
		answer = http.StatusConflict
	}
	if v.Fresh = answer == http.StatusOK; hasTyped(c) && !v.Fresh { // what was typed stays, and of which draft it was
		v.Digest = c.Field("digest")
		if c.R.PostForm.Has("text") {
			v.Text, v.Basis = c.R.PostFormValue("text"), c.Field("basis")
		}
	}
	if d.Proposed != nil {
		v.Proposer = p.nameOf(c, d.Proposed.By)
		v.MayForce = v.Fresh && c.Who.Is(people.Head) && !d.WrittenBy(c.Who.ID)
	}
	plan, faults := campaign.Parse(id+".yaml", []byte(v.Text))
	v.FaultCount = len(faults)
	v.Faults, v.More = faults[:min(len(faults), shownFaults)], max(len(faults)-shownFaults, 0)
	now, err := p.planOf(c, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if v.Amends = err == nil; v.Amends {
		v.WasText = now.Text()
	}
	if plan != nil {
		v.Title = plan.Title.Or(id)
		v.planFacts = p.planFacts(c, plan)
		for _, m := range plan.Mains() {
			label := c.Say("plan." + lastOf(m.Name))
			if m.Round != "" {
				label = c.Say("plan.rounds") + " " + m.Round + ": " + label
			}
			if !v.Fresh && c.R.PostForm.Has("value-"+m.Path) {
				m.Value, m.Quote, m.Source = c.Field("value-"+m.Path), c.Field("quote-"+m.Path), c.Field("source-"+m.Path)
			}
			v.Mains = append(v.Mains, mainView{m, label})
		}
		if v.Amends {
			v.Changes, v.Lines = p.changesOf(c, now, plan), campaign.LinesChanged(now.Text(), plan.Text())
		}
	}
	if v.Events, err = p.history(c, launch.Chain(id), 100); err != nil {
		return err
	}
	return c.Page(answer, "campaign-draft", v.Title, v)
}

// hasTyped says whether a form with a draft's text or main facts was sent.
func hasTyped(c *frame.Call) bool {
	return c.R.PostForm.Has("text") || c.R.PostForm.Has("value-title")
}

func lastOf(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// changesOf lists the values in which a plan differs from another.
func (p *portal) changesOf(c *frame.Call, was, is *campaign.Campaign) []changeOf {
	old := map[string]string{}
	for _, r := range was.Leaves() {
		old[r.Name] = said(c, r)
	}
	var out []changeOf
	for _, r := range is.Leaves() {
		before, had := old[r.Name]
		delete(old, r.Name)
		if now := said(c, r); !had || now != before {
			out = append(out, changeOf{p.factName(c, r.Name), before, now})
		}
	}
	for _, r := range was.Leaves() {
		if before, gone := old[r.Name]; gone {
			out = append(out, changeOf{p.factName(c, r.Name), before, ""})
		}
	}
	return out
}

func said(c *frame.Call, r campaign.LeafRow) string {
	if r.Status == campaign.NotStated {
		return c.Say("campaign.open")
	}
	return r.Text
}

// writeMains puts the main facts of the form into the draft's text.
func (p *portal) writeMains(c *frame.Call, id string) error {
	d, _, err := load[launch.Draft](c.Context(), p.Store, launch.DraftKey(id))
	if err != nil {
		return err
	}
	var facts []campaign.Main
	if plan, faults := campaign.Parse(id+".yaml", []byte(d.Text)); len(faults) == 0 {
		for _, m := range plan.Mains() {
			if !c.R.PostForm.Has("value-" + m.Path) {
				continue
			}
			was := m
			m.Value, m.Quote, m.Source = c.Field("value-"+m.Path), c.Field("quote-"+m.Path), c.Field("source-"+m.Path)
			if day, ok := frame.ParseDay(m.Value); ok && m.Path == "date" {
				m.Value = day.Format(time.DateOnly)
			}
			if m != was {
				facts = append(facts, m)
			}
		}
	}
	text, faults := campaign.SetMains(id+".yaml", d.Text, facts)
	if len(faults) > 0 {
		return fault.New(fault.Invalid, "web.campaign", faults[0].String())
	}
	return p.Rooms.Launch.Write(c.Context(), c.Key(), c.Who.Actor, id, c.Field("digest"), text, d.Basis)
}

// beginIn begins a draft.
type beginIn struct {
	ID   string `json:"id"`
	Copy string `json:"copy,omitempty"` // id of the campaign to copy; "": a blank
}

// writeIn is a draft's text as it is to be.
type writeIn struct {
	Digest string `json:"digest"`
	Text   string `json:"text"`
	Basis  string `json:"basis,omitempty"`
}

// digestIn names the draft that was seen.
type digestIn struct {
	Digest string `json:"digest"`
}

// draftOut is a draft and all that is wrong in it.
type draftOut struct {
	launch.Draft
	Digest string          `json:"digest"`
	Faults campaign.Faults `json:"faults"`
}

func (p *portal) apiCampaigns(c *frame.Call) error {
	all, err := p.campaigns(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, all)
}

func (p *portal) apiDraft(c *frame.Call, answer int) error {
	return p.draftOf(c, c.Param("id"), answer)
}

func (p *portal) draftOf(c *frame.Call, id string, answer int) error {
	d, _, err := load[launch.Draft](c.Context(), p.Store, launch.DraftKey(id))
	if err != nil {
		return err
	}
	_, faults := campaign.Parse(id+".yaml", []byte(d.Text))
	return c.JSON(answer, draftOut{Draft: d, Digest: d.Digest(), Faults: append(campaign.Faults{}, faults[:min(len(faults), shownFaults)]...)})
}

func (p *portal) apiBegin(c *frame.Call) error {
	var in beginIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Launch.Begin(c.Context(), c.Key(), c.Who.Actor, in.ID, in.Copy); err != nil {
		return err
	}
	return p.draftOf(c, in.ID, http.StatusCreated)
}

func (p *portal) apiWrite(c *frame.Call) error {
	var in writeIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Launch.Write(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Digest, in.Text, in.Basis); err != nil {
		return err
	}
	return p.apiDraft(c, http.StatusOK)
}

func (p *portal) apiPropose(c *frame.Call) error {
	var in digestIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Launch.Propose(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Digest); err != nil {
		return err
	}
	return p.apiDraft(c, http.StatusOK)
}

func (p *portal) apiInForce(c *frame.Call) error {
	var in digestIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Launch.PutInForce(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Digest); err != nil {
		return err
	}
	return c.Nothing()
}
