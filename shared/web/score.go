package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"hoso/shared/access"
	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// scoreRoutes are the appraisers' sheets: points for each criterion.
func (p *portal) scoreRoutes() []frame.Route {
	mine := frame.Owner{Name: "own task", Check: func(c *frame.Call) error {
		t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(c.Param("id")))
		if err == nil && (!t.For(c.Who.ID) || t.Kind != "appraisal") {
			err = fault.New(fault.NotFound, "web.task", "")
		}
		c.Keep("task", t)
		return err
	}}
	who := frame.Only(people.Appraiser)
	return []frame.Route{
		of(mine, get("/tasks/{id}/score", who, func(c *frame.Call) error { return p.scorePage(c, nil) })),
		of(mine, post("/tasks/{id}/score", who, p.score)),
		of(mine, api(http.MethodPost, "/api/tasks/{id}/score", who, "Brings the caller's sheet of points by nominee and criterion.", appraisal.Scoring{}, nil, http.StatusNoContent, p.apiScore)),
	}
}

type scoreView struct {
	ID       string
	Number   string
	UnitName string
	Shown    string
	Open     bool
	Nominees []scoredNominee
	All      []sheetView // once the visitor's own is in
}

type scoredNominee struct {
	ID     string
	Name   string
	Kind   dossier.Kind
	Points []pointView
	Marked dossier.Marked
	Mean   string
	Spread string
}

type pointView struct {
	Name  string // of the field
	Text  string
	Max   int
	Value string
}

// sheetView is one sheet as totals in the order of the nominees.
type sheetView struct {
	By     string
	Totals []string
}

// scoringOf fills in what the appraisal's page says of sheets.
func (p *portal) scoringOf(c *frame.Call, v *appraisalView, d dossier.Dossier, revision int) error {
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil || len(rd.Settings.Criteria) == 0 || v.Recall {
		return err
	}
	sheets, err := appraisal.Sheets(c.Context(), p.Store, d.ID, revision)
	v.Scored, v.Sheets = true, len(sheets)
	v.Sheet = slices.ContainsFunc(sheets, func(s dossier.Sheet) bool { return s.By == c.Who.ID })
	return err
}

func (p *portal) scorePage(c *frame.Call, form map[string][]string) error {
	t := frame.Kept[round.Task](c, "task")
	d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(t.Dossier))
	if err != nil {
		return err
	}
	rv, _, err := load[dossier.Revision](c.Context(), p.Store, dossier.RevisionKey(t.Dossier, t.Revision))
	if err != nil {
		return err
	}
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	if len(rd.Settings.Criteria) == 0 {
		return fault.New(fault.NotFound, "web.score", "")
	}
	sheets, err := appraisal.Sheets(c.Context(), p.Store, d.ID, t.Revision)
	if err != nil {
		return err
	}
	var own dossier.Sheet
	for _, s := range sheets {
		if s.By == c.Who.ID {
			own = s
		}
	}
	v := scoreView{ID: t.ID, Number: rv.Receipt, UnitName: d.UnitName, Shown: rv.Hash, Open: t.State == round.TaskOpen}
	for _, n := range d.Nominees {
		x := scoredNominee{ID: n.ID, Name: n.Name, Kind: n.Kind}
		for _, cr := range rd.Settings.Criteria {
			if cr.Kind != n.Kind {
				continue
			}
			pv := pointView{Name: "points-" + n.ID + "-" + cr.ID, Text: cr.Text, Max: cr.Max}
			if points, ok := own.Marks[n.ID][cr.ID]; ok {
				pv.Value = strconv.Itoa(points)
			}
			if form != nil {
				pv.Value = typed(form, pv.Name)
			}
			x.Points = append(x.Points, pv)
		}
		if own.By != "" {
			x.Marked = dossier.Marks(sheets, n.ID)
			x.Mean = totalText(x.Marked.Mean)
			if x.Spread = "–"; len(sheets) > 1 {
				x.Spread = totalText(x.Marked.High - x.Marked.Low)
			}
		}
		v.Nominees = append(v.Nominees, x)
	}
	if own.By != "" {
		for _, s := range sheets {
			row := sheetView{By: p.nameOf(c, s.By)}
			for _, n := range d.Nominees {
				row.Totals = append(row.Totals, totalText(s.Totals[n.ID]))
			}
			v.All = append(v.All, row)
		}
	}
	return c.Page(status(c), "task-score", c.Say("score.title"), v)
}

// totalText writes points of a sheet, where none is a score too.
func totalText(score int) string { return cmp.Or(pointsText(score), "0") }

func (p *portal) score(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(t.Dossier))
	if err != nil {
		return err
	}
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	say := appraisal.Scoring{Shown: c.Field("shown"), Marks: map[string]map[string]int{}}
	var slips access.Slips
	for _, n := range d.Nominees {
		say.Marks[n.ID] = map[string]int{}
		for _, cr := range rd.Settings.Criteria {
			if cr.Kind != n.Kind {
				continue
			}
			name := "points-" + n.ID + "-" + cr.ID
			points, err := strconv.Atoi(c.Field(name))
			if err != nil || points < 0 || points > cr.Max {
				slips = append(slips, access.Slip{Field: name, Sentence: c.Say("score.bad", n.Name, cr.Text, cr.Max)})
			}
			say.Marks[n.ID][cr.ID] = points
		}
	}
	if err = slips.Fault("web.score"); len(slips) == 0 {
		err = p.Rooms.Appraisal.Score(c.Context(), c.Key(), c.Who.Actor, t.ID, say)
	}
	if err != nil {
		return retry(c, err, func() error { return p.scorePage(c, c.R.PostForm) })
	}
	return c.See("/tasks/" + t.ID + "/score")
}

func (p *portal) apiScore(c *frame.Call) error {
	var in appraisal.Scoring
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Appraisal.Score(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in); err != nil {
		return err
	}
	return c.Nothing()
}
