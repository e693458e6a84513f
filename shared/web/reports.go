package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/fault"
	"hoso/shared/filing"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

// reportRoutes are what a unit does about the yearly reports that it owes.
func (p *portal) reportRoutes() []frame.Route {
	unit, own := frame.Only(people.Submitter), p.ownYear()
	return []frame.Route{
		get("/reports", unit, p.reportsPage),
		withObjects(of(own, get("/reports/{id}", unit, func(c *frame.Call) error { return p.reportPage(c, nil) }))),
		of(own, post("/reports/{id}", unit, p.sendReport)),
		of(own, get("/reports/{id}/receipts/{n}", unit, p.reportReceipt)),
		of(own, get("/reports/{id}/files/{n}", unit, func(c *frame.Call) error { return p.reportFile(c, c.Who.Unit) })),
		of(own, api(http.MethodPost, "/api/reports/{id}/uploads", unit, "Asks for a place to send the report's PDF to: the answer holds a signed form of the object store.", decisionSlotIn{}, decisionSlotOut{}, http.StatusCreated, p.reportSlot)),
		api(http.MethodGet, "/api/reports", unit, "The yearly reports that the unit owes, latest first.", nil, []reportOut{}, 0, p.apiReports),
		of(own, api(http.MethodPost, "/api/reports/{id}", unit, "Sends the unit's report: figures by item, a PDF sent to a slot before, or both.", yearly.Sending{}, receiptOf{}, http.StatusCreated, p.apiSendReport)),
	}
}

// ownYear finds the year that an address names, if the visitor's unit owes its report.
func (p *portal) ownYear() frame.Owner {
	return frame.Owner{Name: "own yearly report", Check: func(c *frame.Call) error {
		y, _, err := load[yearly.Year](c.Context(), p.Store, yearly.Key(c.Param("id")))
		if err == nil && !y.Owes(c.Who.Unit) {
			err = fault.New(fault.NotFound, "web.load", "")
		}
		c.Keep("year", y)
		return err
	}}
}

// years gives every year's duty, latest first.
func (p *portal) years(c *frame.Call) ([]yearly.Year, error) {
	var out []yearly.Year
	page := store.Page{Desc: true}
	for {
		s, err := p.Store.Query(c.Context(), yearly.All, yearly.AllPart, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var y yearly.Year
			if err := rec.Decode(&y); err != nil {
				return nil, err
			}
			out = append(out, y)
		}
		if page.After = s.Next; s.Next == "" {
			return out, nil
		}
	}
}

// owedReport is one duty of the visitor's unit.
type owedReport struct {
	yearly.Year
	Report yearly.Report
	Status yearly.Status
	DueAt  dueView
}

// owed gives the duties of the visitor's unit, latest first.
func (p *portal) owed(c *frame.Call) ([]owedReport, error) {
	all, err := p.years(c)
	if err != nil {
		return nil, err
	}
	var out []owedReport
	for _, y := range all {
		if !y.Owes(c.Who.Unit) {
			continue
		}
		rep, err := p.report(c, y.ID, c.Who.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, owedReport{y, rep, rep.Status(y.Due, p.Now()), p.due(y.Due)})
	}
	return out, nil
}

// report reads a unit's report; an empty one where nothing was sent.
func (p *portal) report(c *frame.Call, year, unit string) (yearly.Report, error) {
	rep, _, err := load[yearly.Report](c.Context(), p.Store, yearly.ReportKey(year, unit))
	if fault.Is(err, fault.NotFound) {
		return yearly.Report{Year: year, Unit: unit}, nil
	}
	return rep, err
}

// reportTodos are the reports that the visitor's unit has to send.
func (p *portal) reportTodos(c *frame.Call) ([]todo, error) {
	if !c.Who.Is(people.Submitter) || c.Who.Unit == "" {
		return nil, nil
	}
	all, err := p.owed(c)
	if err != nil {
		return nil, err
	}
	var out []todo
	for _, o := range all {
		if o.Status == yearly.Waiting || o.Status == yearly.Missing {
			out = append(out, todo{ID: o.ID, Title: c.Say("todo.report", o.Year.Year), About: o.Title, Href: "/reports/" + o.ID, Due: o.DueAt})
		}
	}
	return out, nil
}

func (p *portal) reportsPage(c *frame.Call) error {
	all, err := p.owed(c)
	if err != nil {
		return err
	}
	return c.Page(http.StatusOK, "reports", c.Say("reports.title"), all)
}

// versionView is one report as it was sent.
type versionView struct {
	yearly.Version
	ByName  string
	NoteIs  string
	Values  []valueView
	Counts  bool // it is the one that counts
	Receipt string
	File    string
}

// valueView is one figure.
type valueView struct {
	yearly.Item
	Value string // as offices write it; "": not given
	Typed string // as it stands in a form
	Met   bool
	Judge bool // the plan states a threshold
}

// versions gives what was sent, newest first.
func (p *portal) versions(c *frame.Call, y yearly.Year, rep yearly.Report, at string) ([]versionView, error) {
	var out []versionView
	for i, v := range rep.Versions {
		x := versionView{Version: v, ByName: p.nameOf(c, v.By), Counts: i == len(rep.Versions)-1, Receipt: at + "/receipts/" + strconv.Itoa(v.N)}
		if v.Paper != nil {
			x.File = at + "/files/" + strconv.Itoa(v.N)
		}
		for _, it := range y.Items {
			val := valueView{Item: it}
			if f, ok := v.Figures[it.ID]; ok {
				val.Value = it.Format(f)
				val.Met, val.Judge = it.Met(f)
			}
			x.Values = append(x.Values, val)
		}
		var err error
		if x.NoteIs, err = p.text(c, yearly.Chain(y.ID), v.Note); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	slices.Reverse(out)
	return out, nil
}

type reportView struct {
	yearly.Year
	Status   yearly.Status
	DueAt    dueView
	UnitName string
	Excused  string
	Sent     []versionView
	Values   []valueView
	Note     string
	More     bool // it may be sent (again)
}

func (p *portal) reportPage(c *frame.Call, form map[string][]string) error {
	y := frame.Kept[yearly.Year](c, "year")
	rep, err := p.report(c, y.ID, c.Who.Unit)
	if err != nil {
		return err
	}
	v := reportView{Year: y, Status: rep.Status(y.Due, p.Now()), DueAt: p.due(y.Due), More: len(rep.Versions) < yearly.MaxVersion, Note: typed(form, "note")}
	if v.Sent, err = p.versions(c, y, rep, "/reports/"+y.ID); err != nil {
		return err
	}
	if rep.Excused != nil {
		if v.Excused, err = p.text(c, yearly.Chain(y.ID), rep.Excused.Reason); err != nil {
			return err
		}
	}
	last, _ := rep.Last()
	for _, it := range y.Items {
		x := valueView{Item: it, Typed: typed(form, "figure-"+it.ID)}
		if f, ok := last.Figures[it.ID]; form == nil && ok {
			x.Typed = strings.TrimSuffix(it.Format(f), "%")
		}
		v.Values = append(v.Values, x)
	}
	return c.Page(status(c), "report", c.Say("report.title", y.Year), v)
}

func (p *portal) sendReport(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	s := yearly.Sending{Note: c.Field("note"), Upload: c.Field("upload"), Figures: map[string]string{}}
	for _, it := range y.Items {
		if t := c.Field("figure-" + it.ID); t != "" {
			s.Figures[it.ID] = t
		}
	}
	v, err := p.Rooms.Yearly.Send(c.Context(), c.Key(), c.Who.Actor, y.ID, s)
	if err != nil {
		return retry(c, err, func() error { return p.reportPage(c, c.R.PostForm) })
	}
	return c.See("/reports/" + y.ID + "/receipts/" + strconv.Itoa(v.N))
}

// sentVersion finds the version that an address names.
func sentVersion(c *frame.Call, rep yearly.Report) (yearly.Version, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > len(rep.Versions) {
		return yearly.Version{}, fault.New(fault.NotFound, "web.report", "")
	}
	return rep.Versions[n-1], nil
}

type reportReceiptView struct {
	yearly.Year
	UnitName string
	Version  versionView
}

func (p *portal) reportReceipt(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	rep, err := p.report(c, y.ID, c.Who.Unit)
	if err != nil {
		return err
	}
	at, err := sentVersion(c, rep)
	if err != nil {
		return err
	}
	all, err := p.versions(c, y, rep, "/reports/"+y.ID)
	if err != nil {
		return err
	}
	return c.Page(http.StatusOK, "report-receipt", c.Say("report.receipt"), reportReceiptView{y, rep.UnitName, all[len(all)-at.N]})
}

// reportFile shows the PDF of a version.
func (p *portal) reportFile(c *frame.Call, unit string) error {
	y := frame.Kept[yearly.Year](c, "year")
	rep, err := p.report(c, y.ID, unit)
	if err != nil {
		return err
	}
	v, err := sentVersion(c, rep)
	if err != nil {
		return err
	}
	return p.viewPaper(c, v.Paper, v.Number+".pdf")
}

// viewPaper shows a paper that was entered as evidence.
func (p *portal) viewPaper(c *frame.Call, x *filing.Paper, name string) error {
	if x == nil {
		return fault.New(fault.NotFound, "web.paper", "")
	}
	url, err := p.Rooms.Objects.PresignGet(c.Context(), x.Ref(), objects.Download{Name: name, ContentType: "application/pdf", Inline: true, Life: viewLife})
	if err != nil {
		return err
	}
	return c.See(url)
}

// signSlot answers a script that wants to send a PDF to a slot.
func (p *portal) signSlot(c *frame.Call, s filing.Slot) error {
	form, err := p.Rooms.Objects.PresignPost(c.Context(), objects.Upload{Key: s.Key, Size: s.Size, SHA256: s.SHA256, ContentType: "application/pdf", Life: submission.UploadLife})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, decisionSlotOut{ID: s.ID, Form: form})
}

func (p *portal) reportSlot(c *frame.Call) error {
	var in decisionSlotIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	s, err := p.Rooms.Yearly.OpenSlot(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Size, in.SHA256)
	if err != nil {
		return err
	}
	return p.signSlot(c, s)
}

// reportOut is a duty for programs.
type reportOut struct {
	ID       string        `json:"id"`
	Campaign string        `json:"campaign"`
	Title    string        `json:"title"`
	Year     int           `json:"year"`
	To       string        `json:"to"`
	Due      time.Time     `json:"due"` // first instant that is late
	Status   yearly.Status `json:"status"`
	Items    []yearly.Item `json:"items"`
	Receipts []receiptOf   `json:"receipts"`
}

// receiptOf is a report's receipt.
type receiptOf struct {
	N      int       `json:"n"`
	Number string    `json:"number"`
	At     time.Time `json:"at"`
	Late   bool      `json:"late"`
	SHA256 string    `json:"sha256,omitempty"` // of the PDF
	Digest string    `json:"digest"`           // of figures, note and PDF
}

func receiptFor(v yearly.Version) receiptOf {
	out := receiptOf{N: v.N, Number: v.Number, At: v.At, Late: v.Late, Digest: v.Digest}
	if v.Paper != nil {
		out.SHA256 = v.Paper.SHA256
	}
	return out
}

func (p *portal) apiReports(c *frame.Call) error {
	all, err := p.owed(c)
	if err != nil {
		return err
	}
	out := []reportOut{}
	for _, o := range all {
		x := reportOut{o.ID, o.Campaign, o.Title, o.Year.Year, o.To, o.Due, o.Status, o.Items, []receiptOf{}}
		for _, v := range o.Report.Versions {
			x.Receipts = append(x.Receipts, receiptFor(v))
		}
		out = append(out, x)
	}
	return c.JSON(http.StatusOK, out)
}

func (p *portal) apiSendReport(c *frame.Call) error {
	var in yearly.Sending
	if err := c.Decode(&in); err != nil {
		return err
	}
	v, err := p.Rooms.Yearly.Send(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, receiptFor(v))
}
