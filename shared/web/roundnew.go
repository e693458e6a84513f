package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/board"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

// needView is one value that must, or may, be decided to open a round.
type needView struct {
	campaign.Need
	Name  string // of the form field
	Value string
	Input string // "text", "number", "instant", "area"
}

// crewView asks for the persons of one step or office.
type crewView struct {
	Name    string
	Label   string
	Choices []frame.Choice
	On      map[string]bool
	Passkey string // name of the field that asks for a passkey at this step; "": no step
	Wants   bool   // it is asked for
}

type newRoundView struct {
	Campaigns []frame.Choice // "campaign/round" -> names
	Campaign  string
	Plan      string // digest of the version shown
	Title     string
	RoundName string
	Needs     []needView
	Caps      []needView // fewer than the plan's most
	Crew      []crewView
	AdHoc     bool      // the line of commendations for outstanding acts
	Says      *saysView // what the plan says of it
}

// planName tells plans apart: several are called alike.
func planName(x *campaign.Campaign) string {
	if issuer, ok := x.Issuer.Get(); ok {
		return x.Title.Or(x.ID) + " (" + issuer + ")"
	}
	return x.Title.Or(x.ID)
}

// newRoundPage asks first for campaign and round, then for each value that
// the plan does not state, and for the persons.
func (p *portal) newRoundPage(c *frame.Call, form map[string][]string) error {
	all, err := p.plans(c)
	if err != nil {
		return err
	}
	v := newRoundView{Campaign: c.Query("campaign")}
	if form != nil {
		v.Campaign = typed(form, "campaign")
	}
	for _, x := range all {
		for _, r := range x.Rounds {
			v.Campaigns = append(v.Campaigns, frame.Choice{Value: x.ID + "/" + r.ID, Text: planName(x) + " – " + r.Name.Or(c.Say("round.unnamed"))})
		}
		v.Campaigns = append(v.Campaigns, frame.Choice{Value: x.ID + "/" + campaign.AdHocID, Text: x.Title.Or(x.ID) + " – " + c.Say("adhoc.line")})
	}
	id, roundID, ok := strings.Cut(v.Campaign, "/")
	if !ok {
		return c.Page(http.StatusOK, "round-new", c.Say("round.new.title"), v)
	}
	plan, err := campaign.Find(all, id)
	if err != nil {
		return err
	}
	needs, err := plan.Needs(roundID, nil)
	if err != nil {
		return err
	}
	r, _ := plan.Round(roundID)
	v.Plan, v.Title, v.RoundName = plan.Digest(), plan.Title.Or(plan.ID), r.Name.Or(c.Say("round.unnamed"))
	if v.AdHoc = roundID == campaign.AdHocID; v.AdHoc {
		v.RoundName, v.Says = c.Say("adhoc.line"), saysOf(plan)
	}
	for _, n := range needs {
		v.Needs = append(v.Needs, viewOf(n, typed(form, "need-"+n.Field)))
	}
	for _, k := range dossier.Kinds() {
		cap := r.Caps.Collective
		if k == dossier.Individual {
			cap = r.Caps.Individual
		}
		if most, stated := cap.Get(); stated {
			value := strconv.Itoa(most)
			if t := typed(form, "cap-"+string(k)); t != "" {
				value = t
			}
			v.Caps = append(v.Caps, needView{Need: campaign.Need{Label: c.Say("kind." + string(k)), Why: cap.Quote}, Name: "cap-" + string(k), Value: value, Input: "number"})
		}
	}
	if v.Crew, err = p.crew(c, stepsOf(plan, roundID), form); err != nil {
		return err
	}
	return c.Page(status(c), "round-new", c.Say("round.new.title"), v)
}

func viewOf(n campaign.Need, value string) needView {
	v := needView{Need: n, Name: "need-" + n.Field, Value: value, Input: "text"}
	switch n.Type {
	case campaign.TypeInstant:
		v.Input = "instant"
	case campaign.TypeDays, campaign.TypeCount:
		v.Input = "number"
	case campaign.TypeItems, campaign.TypeSteps, campaign.TypeCriteria, campaign.TypeSuccession:
		v.Input = "area"
	case campaign.TypePoints:
		v.Input = "number"
	}
	if value == "" && n.Required && len(n.Suggest) > 0 {
		v.Value = string(n.Suggest)
	}
	return v
}

// crew asks for persons by the roles that may do each thing.
func (p *portal) crew(c *frame.Call, steps []campaign.Step, form map[string][]string) ([]crewView, error) {
	all, err := p.Access.AllPeople(c.Context())
	if err != nil {
		return nil, err
	}
	choose := func(name, label string, role people.Role) crewView {
		v := crewView{Name: name, Label: label, On: map[string]bool{}}
		for _, who := range all {
			if who.Is(role) {
				v.Choices = append(v.Choices, frame.Choice{Value: who.ID, Text: who.Name})
			}
		}
		for _, id := range form[name] {
			v.On[id] = true
		}
		return v
	}
	step := func(id string, v crewView) crewView {
		v.Passkey = "passkey-" + id
		v.Wants = typed(form, v.Passkey) != ""
		return v
	}
	var out []crewView
	for _, st := range steps {
		label := st.Body.Or("") + ": " + st.Title.Or(st.ID)
		switch st.Act {
		case campaign.Appraise:
			out = append(out, step(st.ID, choose("step-"+st.ID, label, people.Appraiser)))
		case campaign.Review:
			out = append(out, step(st.ID, choose("step-"+st.ID, label, people.Reviewer)))
		}
	}
	return append(out, choose("head", c.Say("role.head"), people.Head), choose("clerks", c.Say("role.clerk"), people.Clerk)), nil
}

// openRound opens the round with what was decided; the plan's own values and
// every decision are kept with it.
func (p *portal) openRound(c *frame.Call) error {
	err := p.tryOpenRound(c)
	if err == nil {
		return c.See("/rounds")
	}
	c.Stay("/rounds/new?campaign=" + url.QueryEscape(c.Field("campaign")))
	return retry(c, err, func() error { return p.newRoundPage(c, c.R.PostForm) })
}

func (p *portal) tryOpenRound(c *frame.Call) error {
	id, roundID, _ := strings.Cut(c.Field("campaign"), "/")
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return err
	}
	plan, err := campaign.Find(books.Plans(), id)
	if err != nil {
		return err
	}
	if c.Field("plan") != plan.Digest() { // amended since it was shown
		return fault.New(fault.Invalid, "web.round", c.Say("round.plan-moved"))
	}
	now := p.Now()
	needs, err := plan.Needs(roundID, nil)
	if err != nil {
		return err
	}
	decisions, err := decided(c, needs, now)
	if err != nil {
		return err
	}
	if err := undecided(c, plan, roundID, decisions); err != nil {
		return err
	}
	opens := now
	for _, d := range decisions {
		if d.Field == "intake.opens" {
			if err := json.Unmarshal(d.Value, &opens); err != nil {
				return fault.New(fault.Invalid, "web.round", c.Say("round.bad-instant"))
			}
		}
	}
	set, err := books.InForce(plan.ID, opens)
	if err != nil {
		return err
	}
	s, err := plan.Open(roundID, decisions, set)
	if err != nil {
		return err
	}
	crew := board.Crew{Steps: map[string][]string{}, Passkeys: map[string]bool{}, Head: c.Fields("head"), Clerks: c.Fields("clerks")}
	for _, st := range stepsOf(plan, roundID) {
		crew.Steps[st.ID] = c.Fields("step-" + st.ID)
		crew.Passkeys[st.ID] = c.Field("passkey-"+st.ID) != ""
	}
	fewer := map[dossier.Kind]int{}
	for _, k := range dossier.Kinds() {
		if t := c.Field("cap-" + string(k)); t != "" {
			n, err := strconv.Atoi(t)
			if err != nil {
				return access.Slips{{Field: "cap-" + string(k), Sentence: c.Say("round.bad-number")}}.Fault("web.round")
			}
			fewer[k] = n
		}
	}
	settings, err := board.Settings(s, crew, []string{c.Who.ID}, fewer)
	if err != nil {
		return err
	}
	return p.Rooms.Board.Open(c.Context(), c.Key(), c.Who.Actor, board.RoundID(plan.ID, roundID, now), settings)
}

// decided reads the form's values as decisions of the visitor; what is left
// empty is not decided.
func decided(c *frame.Call, needs []campaign.Need, now time.Time) ([]campaign.Decision, error) {
	var out []campaign.Decision
	var slips access.Slips
	for _, n := range needs {
		raw := c.Field("need-" + n.Field)
		if raw == "" {
			continue
		}
		value, err := encode(n.Type, raw)
		if err != nil {
			slips = append(slips, access.Slip{Field: "need-" + n.Field, Sentence: n.Label + ": " + c.Say("round.bad-value")})
			continue
		}
		out = append(out, campaign.Decision{Field: n.Field, Value: value, By: c.Who.ID, At: now.UTC(), Basis: c.Field("basis")})
	}
	if slips != nil {
		return nil, slips.Fault("web.round")
	}
	return out, nil
}

// undecided names every value that the round still needs, each at its field.
func undecided(c *frame.Call, plan *campaign.Campaign, roundID string, decisions []campaign.Decision) error {
	needs, err := plan.Needs(roundID, decisions)
	if err != nil {
		return err
	}
	var slips access.Slips
	for _, n := range needs {
		if n.Required && !slices.ContainsFunc(decisions, func(d campaign.Decision) bool { return d.Field == n.Field }) {
			slips = append(slips, access.Slip{Field: "need-" + n.Field, Sentence: n.Label + ": " + c.Say("round.undecided")})
		}
	}
	if slips == nil {
		return nil
	}
	return slips.Fault("web.round")
}

// encode writes a form's value as the JSON that a decision has.
func encode(t campaign.ValueType, raw string) (json.RawMessage, error) {
	switch t {
	case campaign.TypeInstant:
		at, ok := frame.ParseInstant(raw)
		if !ok {
			return nil, fault.New(fault.Invalid, "web.round", "")
		}
		return json.Marshal(at)
	case campaign.TypeDays, campaign.TypeCount, campaign.TypePoints, campaign.TypeBool, campaign.TypeItems, campaign.TypeSteps, campaign.TypeCriteria, campaign.TypeSuccession:
		if !json.Valid([]byte(raw)) {
			return nil, fault.New(fault.Invalid, "web.round", "")
		}
		return json.RawMessage(raw), nil
	}
	return json.Marshal(raw)
}
