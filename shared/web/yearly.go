package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/papers"
	"hoso/shared/people"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

// yearlyRoutes are what the standing agency does about the yearly reports:
// open the duty, watch who has reported, consolidate.
func (p *portal) yearlyRoutes() []frame.Route {
	see, run := frame.Only(people.Admin, people.Head, people.Auditor), frame.Only(people.Admin)
	known := frame.Owner{Name: "year", Check: func(c *frame.Call) error {
		y, _, err := load[yearly.Year](c.Context(), p.Store, yearly.Key(c.Param("id")))
		c.Keep("year", y)
		return err
	}}
	letter := func(name, contentType string, write func(papers.Paper) ([]byte, error)) func(*frame.Call) error {
		return func(c *frame.Call) error { return p.consolidation(c, name, contentType, write) }
	}
	return []frame.Route{
		get("/yearly", see, p.yearsPage),
		get("/yearly/new", run, func(c *frame.Call) error { return p.newYearPage(c, nil) }),
		post("/yearly/new", run, p.openYear),
		withObjects(of(known, get("/yearly/{id}", see, func(c *frame.Call) error { return p.yearPage(c, nil) }))),
		of(known, get("/yearly/{id}/units/{unit}", see, p.unitReportPage)),
		of(known, get("/yearly/{id}/units/{unit}/files/{n}", see, func(c *frame.Call) error { return p.reportFile(c, c.Param("unit")) })),
		of(known, post("/yearly/{id}/units/{unit}/excuse", run, p.excuseUnit)),
		of(known, post("/yearly/{id}/units", run, p.addOwing)),
		of(known, post("/yearly/{id}/conclusion", run, p.concludeYear)),
		of(known, get("/yearly/{id}/conclusion.pdf", see, func(c *frame.Call) error {
			y := frame.Kept[yearly.Year](c, "year")
			if y.Closed == nil {
				return fault.New(fault.NotFound, "web.yearly", "")
			}
			return p.viewPaper(c, y.Closed.Paper, "bao-cao-tong-hop.pdf")
		})),
		of(known, get("/yearly/{id}/report.docx", see, letter("bao-cao-tong-hop.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", papers.Paper.DOCX))),
		of(known, get("/yearly/{id}/report.pdf", see, letter("bao-cao-tong-hop.pdf", "application/pdf", papers.Paper.PDF))),
		of(known, api(http.MethodPost, "/api/yearly/{id}/uploads", run, "Asks for a place to send the signed consolidated report to.", decisionSlotIn{}, decisionSlotOut{}, http.StatusCreated, p.conclusionSlot)),
		of(known, api(http.MethodGet, "/api/yearly/{id}", see, "Who has reported a year's results, and what the figures come to.", nil, yearOut{}, 0, p.apiYear)),
	}
}

func (p *portal) yearsPage(c *frame.Call) error {
	all, err := p.years(c)
	if err != nil {
		return err
	}
	type line struct {
		yearly.Year
		DueAt    dueView
		Reported int
		Late     int
	}
	v := struct {
		New   bool
		Years []line
	}{New: c.Who.Is(people.Admin)}
	for _, y := range all {
		reports, err := yearly.Reports(c.Context(), p.Store, y.ID)
		if err != nil {
			return err
		}
		s := yearly.Summarise(y, reports)
		v.Years = append(v.Years, line{y, p.due(y.Due), s.Reported, s.Late})
	}
	return c.Page(http.StatusOK, "years", c.Say("yearly.title"), v)
}

// figureView is what the units' figures of one item come to.
type figureView struct {
	yearly.Sum
	Want, LowIs, MeanIs, HighIs, TotalIs string
}

func figureOf(s yearly.Sum) figureView {
	v := figureView{Sum: s}
	if s.Item.Threshold != nil {
		v.Want = fmt.Sprintf("%d%%", *s.Item.Threshold)
	}
	if s.N > 0 {
		v.LowIs, v.MeanIs, v.HighIs = s.Item.Format(s.Low), s.Item.Format(s.Mean), s.Item.Format(s.High)
		if s.Item.Unit == yearly.Count {
			v.TotalIs = s.Item.Format(s.Total)
		}
	}
	return v
}

type yearView struct {
	yearly.Year
	DueAt   dueView
	Summary yearly.Summary
	Figures []figureView
	List    frame.TableView
	Events  []eventView
	Origin  []originView
	Admin   bool
	More    []frame.Choice // units that may be added
	On      map[string]bool
	Typed   map[string]string
	Signer  signerForm
}

// originView says where one value of the duty comes from.
type originView struct {
	Field, Value, Source string
	Stated               bool
}

func (p *portal) yearPage(c *frame.Call, form map[string][]string) error {
	y := frame.Kept[yearly.Year](c, "year")
	reports, err := yearly.Reports(c.Context(), p.Store, y.ID)
	if err != nil {
		return err
	}
	t := p.yearTable(c, y, reports)
	if done, err := c.Export(t); done {
		return err
	}
	v := yearView{Year: y, DueAt: p.due(y.Due), Summary: yearly.Summarise(y, reports), List: c.List(t), Admin: c.Who.Is(people.Admin), On: map[string]bool{}, Typed: map[string]string{}, Signer: p.signerForm(c, "/yearly/"+y.ID+"/report")}
	for _, name := range []string{"number", "date"} {
		v.Typed[name] = typed(form, name)
	}
	for _, s := range v.Summary.Sums {
		v.Figures = append(v.Figures, figureOf(s))
	}
	v.Origin = p.origins(c, y)
	if v.Events, err = p.history(c, yearly.Chain(y.ID), 200); err != nil {
		return err
	}
	if v.Admin && y.Closed == nil {
		units, err := p.Access.AllUnits(c.Context())
		if err != nil {
			return err
		}
		for _, u := range units {
			if u.Active && !y.Owes(u.ID) {
				v.More = append(v.More, frame.Choice{Value: u.ID, Text: u.Name})
			}
		}
	}
	return c.Page(status(c), "year", c.Say("yearly.of", y.Year), v)
}

// origins says of each value of the duty whether the plan states it or who decided it.
func (p *portal) origins(c *frame.Call, y yearly.Year) []originView {
	inclusive := c.Say("yearly.exclusive")
	if y.Inclusive {
		inclusive = c.Say("yearly.inclusive")
	}
	day, _ := calendar.ParseISO(y.Day)
	plan, err := p.planOf(c, y.Campaign)
	if err != nil {
		plan = nil // the plan was taken out since: its places stay as they were recorded
	}
	var out []originView
	for _, x := range []struct{ field, value string }{
		{"from", y.From},
		{"to", y.To},
		{"onward", y.Onward},
		{"day", c.Say("yearly.before", day.Slash())},
		{"inclusive", inclusive},
		{"dayOff", c.Say("yearly.dayoff." + string(y.DayOff))},
		{"units", c.Say("yearly.units-n", len(y.Units))},
		{"items", c.Say("yearly.items-n", len(y.Items))},
	} {
		source := y.Origins[x.field]
		if source == "" {
			continue
		}
		decided := p.nameOf(c, source)
		stated := decided == source
		if stated && plan != nil {
			decided = plan.Cite(source)
		}
		out = append(out, originView{Field: c.Say("yearly.field." + x.field), Value: x.value, Source: decided, Stated: stated})
	}
	return out
}

// yearTable is the board of who has reported, with the figures: what exports give.
func (p *portal) yearTable(c *frame.Call, y yearly.Year, reports map[string]yearly.Report) frame.Table {
	var choices []frame.Choice
	for _, s := range yearly.Statuses() {
		choices = append(choices, frame.Choice{Value: string(s), Text: c.Say("report-status." + string(s))})
	}
	t := frame.Table{Name: "bao-cao-" + y.ID, Caption: c.Say("yearly.board"), Empty: c.Say("yearly.none"), PerPage: 100, Columns: []frame.Column{
		{Key: "unit", Title: c.Say("person.unit")},
		{Key: "status", Title: c.Say("yearly.status"), Choices: choices},
		{Key: "number", Title: c.Say("receipt.number")},
		{Key: "at", Title: c.Say("receipt.at")},
		{Key: "pdf", Title: "SHA-256"},
	}}
	for _, it := range y.Items {
		t.Columns = append(t.Columns, frame.Column{Key: "i-" + it.ID, Title: it.Title, Number: true})
	}
	tags := map[yearly.Status]string{yearly.Missing: "bad", yearly.Late: "warn", yearly.InTime: "good"}
	for _, o := range y.Units {
		rep := reports[o.ID]
		is := rep.Status(y.Due, p.Now())
		v, sent := rep.Last()
		row := []frame.Cell{
			{Text: o.Name, Href: "/yearly/" + y.ID + "/units/" + o.ID},
			{Text: c.Say("report-status." + string(is)), Value: string(is), Tag: tags[is], Sort: fmt.Sprint(slices.Index(yearly.Statuses(), is))},
			{Text: v.Number},
			{},
			{},
		}
		if sent {
			row[3] = frame.Cell{Text: frame.Instant(v.At), Sort: v.At.UTC().Format(time.RFC3339)}
		}
		if v.Paper != nil {
			row[4] = frame.Cell{Text: v.Paper.SHA256}
		}
		for _, it := range y.Items {
			cell := frame.Cell{}
			if f, ok := v.Figures[it.ID]; ok {
				cell = frame.Cell{Text: strings.TrimSuffix(fmt.Sprintf("%d.%02d", f/100, f%100), ".00"), Sort: fmt.Sprintf("%014d", f)}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

type unitReportView struct {
	yearly.Year
	Unit     string
	UnitName string
	Status   yearly.Status
	Sent     []versionView
	Excused  string
	By       string
	At       time.Time
	Admin    bool
	Reason   string
}

func (p *portal) unitReportPage(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	unit := c.Param("unit")
	at := slices.IndexFunc(y.Units, func(o yearly.Owing) bool { return o.ID == unit })
	if at < 0 {
		return fault.New(fault.NotFound, "web.yearly", "")
	}
	rep, err := p.report(c, y.ID, unit)
	if err != nil {
		return err
	}
	v := unitReportView{Year: y, Unit: unit, UnitName: y.Units[at].Name, Status: rep.Status(y.Due, p.Now()), Admin: c.Who.Is(people.Admin), Reason: c.R.PostFormValue("reason")}
	if v.Sent, err = p.versions(c, y, rep, "/yearly/"+y.ID+"/units/"+unit); err != nil {
		return err
	}
	if rep.Excused != nil {
		v.By, v.At = p.nameOf(c, rep.Excused.By), rep.Excused.At
		if v.Excused, err = p.text(c, yearly.Chain(y.ID), rep.Excused.Reason); err != nil {
			return err
		}
	}
	return c.Page(status(c), "report-unit", v.UnitName, v)
}

func (p *portal) excuseUnit(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	if err := p.Rooms.Yearly.Excuse(c.Context(), c.Key(), c.Who.Actor, y.ID, c.Param("unit"), c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.unitReportPage(c) })
	}
	return c.See("/yearly/" + y.ID + "/units/" + c.Param("unit"))
}

func (p *portal) addOwing(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	if err := p.Rooms.Yearly.Add(c.Context(), c.Key(), c.Who.Actor, y.ID, c.Fields("units")); err != nil {
		return retry(c, err, func() error { return p.yearPage(c, nil) })
	}
	return c.See("/yearly/" + y.ID)
}

func (p *portal) concludeYear(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	x := yearly.Conclusion{Number: c.Field("number"), Date: c.Day("date"), Upload: c.Field("upload")}
	if err := p.Rooms.Yearly.Conclude(c.Context(), c.Key(), c.Who.Actor, y.ID, x); err != nil {
		return retry(c, err, func() error { return p.yearPage(c, c.R.PostForm) })
	}
	return c.See("/yearly/" + y.ID)
}

func (p *portal) conclusionSlot(c *frame.Call) error {
	var in decisionSlotIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	s, err := p.Rooms.Yearly.SlotFor(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Size, in.SHA256)
	if err != nil {
		return err
	}
	return p.signSlot(c, s)
}
