package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"hoso/shared/calendar"
	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

type simulationView struct {
	headView
	Day   string // ISO
	Own   string // ids of the rule sets
	Other string
	Asked bool
	Same  bool // that day the round's own rules are in force
	Rows  []simulatedView
	Next  string
}

type simulatedView struct {
	validate.Simulation
	Outcome string // in words
	Differ  []differenceView
}

type differenceView struct {
	Severity string // old and new, in words
	Of       string // which file or nominee it is about
	Message  string
	Rule     string
	Source   string
}

// simulationPage shows what the rules in force on another day would have said
// of the round's dossiers. Nothing is recorded or sent.
func (p *portal) simulationPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	v := simulationView{headView: roundHead(rd), Day: frame.DayISO(c.Query("day")), Asked: c.Query("day") != ""}
	own, _, _ := strings.Cut(rd.Settings.RuleSet, "@")
	v.Own = setText(c, own)
	if !v.Asked {
		v.Day = calendar.DateOf(p.Now()).ISO()
		return c.Page(http.StatusOK, "simulation", c.Say("simulation.title"), v)
	}
	set, err := p.inForce(c, rd, v.Day)
	if err != nil {
		return retry(c, err, func() error { return c.Page(status(c), "simulation", c.Say("simulation.title"), v) })
	}
	v.Other = setText(c, set.ID)
	if v.Same = validate.PinOf(set) == rd.Settings.RuleSet; v.Same {
		return c.Page(http.StatusOK, "simulation", c.Say("simulation.title"), v)
	}
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return err
	}
	sim := validate.Simulator{Store: p.Store, Objects: p.facts, Books: books}
	if c.Query("as") != "" {
		return p.exportSimulation(c, sim, rd, validate.PinOf(set))
	}
	found, next, err := sim.Round(c.Context(), rd, validate.PinOf(set), store.Page{Limit: simulated, After: c.Query("after")})
	if err != nil {
		return err
	}
	v.Next = next
	for _, s := range found {
		v.Rows = append(v.Rows, p.simulated(c, s))
	}
	return c.Page(http.StatusOK, "simulation", c.Say("simulation.title"), v)
}

// setText calls a rule set by the day from which it holds, with its id.
func setText(c *frame.Call, id string) string {
	_, since, _ := strings.Cut(id, "/")
	return c.Say("simulation.since", frame.ISODay(since), id)
}

// simulated is how many dossiers one page judges: each takes some
// milliseconds.
const simulated = 20

// inForce gives the rules that hold on a day for the round's plan.
func (p *portal) inForce(c *frame.Call, rd round.Round, day string) (campaign.RuleSet, error) {
	d, err := calendar.ParseISO(day)
	if err != nil {
		return campaign.RuleSet{}, &fault.Error{Kind: fault.Invalid, Op: "web.simulation", Code: "day", Public: c.Say("simulation.bad-day")}
	}
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return campaign.RuleSet{}, err
	}
	return books.InForce(rd.Settings.Campaign, d.Start())
}

func (p *portal) simulated(c *frame.Call, s validate.Simulation) simulatedView {
	v := simulatedView{Simulation: s, Outcome: c.Say("simulation.same")}
	switch {
	case s.Was.Block == 0 && s.Would.Block > 0:
		v.Outcome = c.Say("simulation.returned")
	case s.Was.Block > 0 && s.Would.Block == 0:
		v.Outcome = c.Say("simulation.passed")
	}
	for _, d := range s.Differ {
		message := d.Finding.Message
		if en := p.spoken(d.Finding).MessageEN; c.Lang == words.English && en != "" {
			message = en
		}
		v.Differ = append(v.Differ, differenceView{Severity: p.severities(c, d), Of: cmp.Or(d.Finding.File, d.Finding.Nominee), Message: message, Rule: d.Finding.Rule, Source: d.Finding.Source})
	}
	return v
}

// severities words how heavy a finding is under the one set and the other.
func (p *portal) severities(c *frame.Call, d validate.Difference) string {
	of := func(s dossier.Severity) string {
		if s == "" {
			return c.Say("simulation.nothing")
		}
		return c.Say("severity." + string(s))
	}
	return of(d.Was) + " → " + of(d.Would)
}

// exportSimulation judges the whole round and answers with a file.
func (p *portal) exportSimulation(c *frame.Call, sim validate.Simulator, rd round.Round, pin string) error {
	t := frame.Table{Name: "simulation", Columns: []frame.Column{
		{Key: "number", Title: c.Say("dossier.number")},
		{Key: "unit", Title: c.Say("dossier.unit")},
		{Key: "outcome", Title: c.Say("simulation.outcome")},
		{Key: "was", Title: c.Say("simulation.was"), Number: true},
		{Key: "would", Title: c.Say("simulation.would"), Number: true},
		{Key: "differ", Title: c.Say("simulation.differ")},
	}}
	page := store.Page{Limit: 200}
	for {
		found, next, err := sim.Round(c.Context(), rd, pin, page)
		if err != nil {
			return err
		}
		for _, s := range found {
			v := p.simulated(c, s)
			var lines []string
			for _, d := range v.Differ {
				lines = append(lines, strings.TrimSpace(d.Of+" "+d.Severity)+": "+d.Message)
			}
			t.Rows = append(t.Rows, []frame.Cell{
				{Text: s.Number},
				{Text: s.Unit},
				{Text: v.Outcome},
				{Text: strconv.Itoa(s.Was.Block)},
				{Text: strconv.Itoa(s.Would.Block)},
				{Text: strings.Join(lines, "\n")},
			})
		}
		if next == "" {
			break
		}
		page.After = next
	}
	done, err := c.Export(t)
	if err == nil && !done {
		return fault.New(fault.NotFound, "web.simulation", "")
	}
	return err
}
