package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/papers"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

// consolidation makes the standing agency's consolidated report.
func (p *portal) consolidation(c *frame.Call, name, contentType string, write func(papers.Paper) ([]byte, error)) error {
	y := frame.Kept[yearly.Year](c, "year")
	reports, err := yearly.Reports(c.Context(), p.Store, y.ID)
	if err != nil {
		return err
	}
	signer, err := signerOf(c)
	if err != nil {
		return err
	}
	s := yearly.Summarise(y, reports)
	r := papers.Results{
		Agency: y.To, Onward: y.Onward, Campaign: y.Title, Year: y.Year, Before: calendar.FormatDue(y.Due), Owing: s.Owing, Excused: s.Excused, Late: s.Late, Made: y.OpenedAt, Signer: signer,
	}
	plan, err := p.planOf(c, y.Campaign)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err == nil {
		r.Issuer, r.Plan = plan.Issuer.Or(""), plan.Number.Or("")
		if day, ok := plan.Date.Get(); ok {
			r.PlanDate = day.ISO()
		}
	}
	for _, o := range s.Missing {
		r.Missing = append(r.Missing, o.Name)
	}
	for _, x := range s.Sums {
		f := figureOf(x)
		out := papers.ResultFigure{Title: x.Item.Title, Want: f.Want, N: x.N, Low: f.LowIs, Mean: f.MeanIs, High: f.HighIs, Total: f.TotalIs}
		if f.Want != "" {
			out.Met = fmt.Sprint(x.Met)
		}
		r.Figures = append(r.Figures, out)
	}
	for _, o := range y.Units {
		rep := reports[o.ID]
		v, sent := rep.Last()
		if !sent {
			continue
		}
		u := papers.ResultUnit{Name: o.Name, Number: v.Number, At: frame.Instant(v.At), Late: rep.Versions[0].Late}
		for _, it := range y.Items {
			value := ""
			if f, ok := v.Figures[it.ID]; ok {
				value = it.Format(f)
			}
			u.Values = append(u.Values, value)
		}
		r.Units = append(r.Units, u)
		if v.At.After(r.Made) {
			r.Made = v.At
		}
	}
	b, err := write(papers.Consolidation(r))
	if err != nil {
		return err
	}
	return c.Download(name, contentType, b)
}

// yearOut is the board for programs.
type yearOut struct {
	ID       string      `json:"id"`
	Year     int         `json:"year"`
	Due      time.Time   `json:"due"`
	Owing    int         `json:"owing"`
	Reported int         `json:"reported"`
	Late     int         `json:"late"`
	Excused  int         `json:"excused"`
	Units    []yearEntry `json:"units"`
}

type yearEntry struct {
	Unit    string             `json:"unit"`
	Name    string             `json:"name"`
	Status  yearly.Status      `json:"status"`
	Receipt *receiptOf         `json:"receipt,omitempty"`
	Figures map[string]float64 `json:"figures,omitempty"`
}

func (p *portal) apiYear(c *frame.Call) error {
	y := frame.Kept[yearly.Year](c, "year")
	reports, err := yearly.Reports(c.Context(), p.Store, y.ID)
	if err != nil {
		return err
	}
	s := yearly.Summarise(y, reports)
	out := yearOut{y.ID, y.Year, y.Due, s.Owing, s.Reported, s.Late, s.Excused, []yearEntry{}}
	for _, o := range y.Units {
		rep := reports[o.ID]
		e := yearEntry{Unit: o.ID, Name: o.Name, Status: rep.Status(y.Due, p.Now())}
		if v, sent := rep.Last(); sent {
			r := receiptFor(v)
			e.Receipt, e.Figures = &r, map[string]float64{}
			for id, f := range v.Figures {
				e.Figures[id] = float64(f) / 100
			}
		}
		out.Units = append(out.Units, e)
	}
	return c.JSON(http.StatusOK, out)
}

// reportHit is a yearly report that was found by its receipt's number.
type reportHit struct {
	Number, UnitName, Href string
	Year                   int
	At                     time.Time
}

// reportByNumber finds the yearly report of a receipt's number; a hit without a
// number where the text is none.
func (p *portal) reportByNumber(c *frame.Call, text string) (hit reportHit, err error) {
	number := strings.ToUpper(strings.TrimSpace(text))
	if !strings.HasPrefix(number, "BC-") || len(number) > 40 || strings.ContainsFunc(number, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return hit, nil
	}
	sent, _, err := load[yearly.Sent](c.Context(), p.Store, yearly.NumberKey(number))
	if fault.Is(err, fault.NotFound) {
		return hit, nil
	}
	if err != nil {
		return hit, err
	}
	y, _, err := load[yearly.Year](c.Context(), p.Store, yearly.Key(sent.Year))
	if err != nil {
		return hit, err
	}
	rep, err := p.report(c, sent.Year, sent.Unit)
	if err != nil || sent.N > len(rep.Versions) {
		return hit, err
	}
	return reportHit{Number: number, UnitName: rep.UnitName, Href: "/yearly/" + sent.Year + "/units/" + sent.Unit, Year: y.Year, At: rep.Versions[sent.N-1].At}, nil
}
