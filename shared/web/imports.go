package web

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

// A table is imported in two steps: the file is read and every line judged;
// then the same lines, as text in the page, are sent back and carried out.
// The server keeps nothing in between, so nothing is half done.

func (p *portal) importRoutes() []frame.Route {
	run := frame.Only(people.Operator)
	big := func(r frame.Route) frame.Route {
		r.Body = 6 << 20
		return r
	}
	var out []frame.Route
	for _, what := range []string{"people", "units"} {
		out = append(out,
			get("/import/"+what, run, func(c *frame.Call) error { return p.importPage(c, importView{What: what}) }),
			get("/import/"+what+"/form", run, func(c *frame.Call) error {
				t := frame.Table{Name: what}
				for _, h := range headings(what) {
					t.Columns = append(t.Columns, frame.Column{Title: h})
				}
				b, err := t.Excel()
				if err != nil {
					return err
				}
				return c.Download(what+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b)
			}),
			big(post("/import/"+what, run, func(c *frame.Call) error { return p.planImport(c, what) })),
			big(post("/import/"+what+"/do", run, func(c *frame.Call) error { return p.doImport(c, what) })),
		)
	}
	return out
}

func headings(what string) []string {
	if what == "people" {
		return access.PersonHeadings()
	}
	return access.UnitHeadings()
}

type importView struct {
	What     string
	Headings []string
	Lines    []importLine
	Text     string // the lines, to be sent back
	Good     int
	Bad      int
	Done     *access.Imported
}

type importLine struct {
	Line  int
	Cells []string
	Will  string
	Slips []string
}

func (p *portal) importPage(c *frame.Call, v importView) error {
	v.Headings = headings(v.What)
	return c.Page(status(c), "import", c.Say("import.title."+v.What), v)
}

func (p *portal) planImport(c *frame.Call, what string) error {
	f, _, err := c.R.FormFile("file")
	if err != nil {
		c.WithSlips(access.Slips{{Field: "file", Sentence: c.Say("import.need-file")}})
		return p.importPage(c, importView{What: what})
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		return fault.Wrap(fault.Invalid, "web.import", err)
	}
	rows, err := access.ReadTable(data)
	if err == nil {
		var v importView
		if v, err = p.plan(c, what, rows); err == nil {
			return p.importPage(c, v)
		}
	}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	c.WithSlips(access.Slips{{Field: "file", Sentence: fault.Public(err)}})
	return p.importPage(c, importView{What: what})
}

func (p *portal) plan(c *frame.Call, what string, rows [][]string) (importView, error) {
	v := importView{What: what}
	add := func(line int, will string, slips access.Slips) {
		l := importLine{Line: line, Will: will}
		if line-1 < len(rows) {
			l.Cells = rows[line-1]
		}
		for _, s := range slips {
			l.Slips = append(l.Slips, s.Sentence)
		}
		if will == access.RowFault {
			v.Bad++
		} else {
			v.Good++
		}
		v.Lines = append(v.Lines, l)
	}
	if what == "people" {
		plan, err := p.Access.PlanPeople(c.Context(), c.Who.Actor, rows)
		if err != nil {
			return v, err
		}
		for _, r := range plan {
			add(r.Line, r.Will, r.Slips)
		}
	} else {
		plan, err := p.Access.PlanUnits(c.Context(), c.Who.Actor, rows)
		if err != nil {
			return v, err
		}
		for _, r := range plan {
			add(r.Line, r.Will, r.Slips)
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = '\t'
	if err := w.WriteAll(rows); err != nil {
		return v, fault.Wrap(fault.Internal, "web.import", err)
	}
	v.Text = b.String()
	return v, nil
}

func (p *portal) doImport(c *frame.Call, what string) error {
	rows, err := access.ReadTable([]byte(c.R.PostFormValue("text")))
	if err != nil {
		return err
	}
	var done access.Imported
	if what == "people" {
		plan, err := p.Access.PlanPeople(c.Context(), c.Who.Actor, rows)
		if err != nil {
			return err
		}
		if done, err = p.Access.ImportPeople(c.Context(), c.Key(), c.Who.Actor, plan, c.Field("invite") != ""); err != nil {
			return err
		}
	} else {
		plan, err := p.Access.PlanUnits(c.Context(), c.Who.Actor, rows)
		if err != nil {
			return err
		}
		if done, err = p.Access.ImportUnits(c.Context(), c.Key(), c.Who.Actor, plan); err != nil {
			return err
		}
	}
	if len(done.Failed) == 0 {
		return c.See("/" + what + "?added=" + strconv.Itoa(done.Added))
	}
	v := importView{What: what, Headings: headings(what), Done: &done}
	return c.Page(http.StatusOK, "import", c.Say("import.title."+what), v)
}
