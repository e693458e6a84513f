package web

import (
	"net/url"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/campaign"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

type newYearView struct {
	Campaigns []frame.Choice
	Campaign  string
	Year      string
	Plan      yearly.Year // what the plan states of it
	Chosen    bool
	Stated    []originView
	Items     []frame.Choice
	Units     []frame.Choice
	On        map[string]bool
	DayOff    []frame.Choice
	YesNo     []frame.Choice
	Typed     map[string]string
}

// newYearPage asks first for campaign and year, then for what the plan does
// not state of the duty, and who owes it.
func (p *portal) newYearPage(c *frame.Call, form map[string][]string) error {
	v := newYearView{Campaign: c.Query("campaign"), Year: c.Query("year"), On: map[string]bool{}, Typed: map[string]string{"remind": "10, 3"}}
	if form != nil {
		v.Campaign, v.Year = typed(form, "campaign"), typed(form, "year")
	}
	plans, err := p.plans(c)
	if err != nil {
		return err
	}
	for _, x := range plans {
		v.Campaigns = append(v.Campaigns, frame.Choice{Value: x.ID, Text: planName(x)})
	}
	year, err := strconv.Atoi(v.Year)
	if v.Campaign == "" || err != nil {
		v.Year = strconv.Itoa(p.Now().Year())
		return c.Page(status(c), "year-new", c.Say("yearly.new"), v)
	}
	plan, err := campaign.Find(plans, v.Campaign)
	if err != nil {
		return err
	}
	v.Chosen = true
	v.Plan, _ = yearly.Propose(plan, year)
	v.Stated = p.origins(c, v.Plan)
	for _, it := range yearly.Asks(plan) {
		v.Items = append(v.Items, frame.Choice{Value: it.ID, Text: it.Title})
		v.On["items-"+it.ID] = form == nil
	}
	units, err := p.Access.AllUnits(c.Context())
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Active {
			v.Units = append(v.Units, frame.Choice{Value: u.ID, Text: u.Name})
			v.On["units-"+u.ID] = form == nil
		}
	}
	for _, name := range []string{"items", "units"} {
		for _, id := range form[name] {
			v.On[name+"-"+id] = true
		}
	}
	for _, d := range []yearly.DayOff{yearly.Keep, yearly.Before, yearly.After} {
		v.DayOff = append(v.DayOff, frame.Choice{Value: string(d), Text: c.Say("yearly.dayoff." + string(d))})
	}
	v.YesNo = []frame.Choice{{Value: "no", Text: c.Say("yearly.exclusive")}, {Value: "yes", Text: c.Say("yearly.inclusive")}}
	for name := range form {
		v.Typed[name] = typed(form, name)
	}
	return c.Page(status(c), "year-new", c.Say("yearly.new"), v)
}

func (p *portal) openYear(c *frame.Call) error {
	id, err := p.tryOpenYear(c)
	if err != nil {
		c.Stay("/yearly/new?" + url.Values{"campaign": {c.Field("campaign")}, "year": {c.Field("year")}}.Encode())
		return retry(c, err, func() error { return p.newYearPage(c, c.R.PostForm) })
	}
	return c.See("/yearly/" + id)
}

func (p *portal) tryOpenYear(c *frame.Call) (string, error) {
	plan, err := p.planOf(c, c.Field("campaign"))
	if err != nil {
		return "", err
	}
	slip := func(field, key string) error {
		return access.Slips{{Field: field, Sentence: c.Say(key)}}.Fault("web.yearly")
	}
	o := yearly.Opening{
		From: c.Field("from"), To: c.Field("to"), Day: c.Day("day"), DayOff: yearly.DayOff(c.Field("dayOff")),
		Units: c.Fields("units"), Items: c.Fields("items"), Basis: c.Field("basis"),
	}
	if o.Year, err = strconv.Atoi(c.Field("year")); err != nil {
		return "", slip("year", "round.bad-number")
	}
	switch c.Field("inclusive") {
	case "yes", "no":
		yes := c.Field("inclusive") == "yes"
		o.Inclusive = &yes
	}
	for _, t := range strings.FieldsFunc(c.Field("remind"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		n, err := strconv.Atoi(t)
		if err != nil {
			return "", slip("remind", "round.bad-number")
		}
		o.Remind = append(o.Remind, n)
	}
	for line := range strings.Lines(c.R.PostFormValue("counts")) {
		if line = strings.TrimSpace(line); line != "" {
			o.Counts = append(o.Counts, line)
		}
	}
	return p.Rooms.Yearly.Open(c.Context(), c.Key(), c.Who.Actor, plan, o)
}
