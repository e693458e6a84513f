package web

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// registerRoutes are the register of awards, holds and likely sameness:
// administrators keep it, auditors read it.
func (p *portal) registerRoutes() []frame.Route {
	see, run := frame.Only(people.Admin, people.Auditor), frame.Only(people.Admin)
	big := func(r frame.Route) frame.Route {
		r.Body = 6 << 20
		return r
	}
	return []frame.Route{
		get("/register", see, p.awardsPage),
		get("/register/import", run, func(c *frame.Call) error { return p.awardImportPage(c, awardImport{}) }),
		get("/register/import/form", run, func(c *frame.Call) error {
			t := frame.Table{Name: "register"}
			for _, h := range register.Headings() {
				t.Columns = append(t.Columns, frame.Column{Title: h})
			}
			b, err := t.Excel()
			if err != nil {
				return err
			}
			return c.Download("quyet-dinh-khen-thuong.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b)
		}),
		big(post("/register/import", run, p.planAwards)),
		big(post("/register/import/do", run, p.importAwards)),
		of(frame.Open(), post("/register/awards/{id}/strike", run, func(c *frame.Call) error {
			if err := p.Rooms.Register.Strike(c.Context(), c.Key(), c.Who.Actor, c.Param("id")); err != nil {
				return retry(c, err, func() error { return p.awardsPage(c) })
			}
			return c.See("/register")
		})),
		get("/register/holds", see, p.holdsPage),
		post("/register/holds", run, p.addHold),
		of(frame.Open(), post("/register/holds/{id}/lift", run, func(c *frame.Call) error {
			if err := p.Rooms.Register.Lift(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Field("why")); err != nil {
				return retry(c, err, func() error { return p.holdsPage(c) })
			}
			return c.See("/register/holds")
		})),
		get("/register/questions", see, p.questionsPage),
		of(frame.Open(), post("/register/questions/{id}", run, func(c *frame.Call) error {
			same := c.Field("same")
			if same != "yes" && same != "no" {
				return retry(c, fault.New(fault.Invalid, "web.register", c.Say("register.choose")), func() error { return p.questionsPage(c) })
			}
			if err := p.Rooms.Register.Rule(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), same == "yes", c.Field("reason")); err != nil {
				return retry(c, err, func() error { return p.questionsPage(c) })
			}
			return c.See("/register/questions")
		})),
	}
}

// indexed reads every record of an index part, newest first.
func indexed[T any](ctx context.Context, r store.Reader, pattern store.Pattern, part string) ([]T, error) {
	var out []T
	page := store.Page{Desc: true}
	for {
		s, err := r.Query(ctx, pattern, part, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var v T
			if err := rec.Decode(&v); err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		if s.Next == "" || len(out) >= 50_000 {
			return out, nil
		}
		page.After = s.Next
	}
}

type awardsView struct {
	List  frame.TableView
	Admin bool
	Open  int // questions
	Last  []importedView
}

// importedView is an imported award that can be taken back.
type importedView struct{ ID, Name, Unit, Number string }

func (p *portal) awardsPage(c *frame.Call) error {
	all, err := indexed[register.Award](c.Context(), p.Store, register.Awards, "awards")
	if err != nil {
		return err
	}
	v := awardsView{Admin: c.Who.Is(people.Admin)}
	t := frame.Table{Name: "awards", Caption: c.Say("register.caption"), Empty: c.Say("register.empty"), Order: "-date", Columns: []frame.Column{
		{Key: "name", Title: c.Say("entry.name")},
		{Key: "kind", Title: c.Say("register.kind"), Choices: []frame.Choice{{Value: string(dossier.Collective), Text: c.Say("kind.tap_the")}, {Value: string(dossier.Individual), Text: c.Say("kind.ca_nhan")}}},
		{Key: "unit", Title: c.Say("entry.unit")},
		{Key: "form", Title: c.Say("register.form")},
		{Key: "for", Title: c.Say("register.for")},
		{Key: "number", Title: c.Say("register.number")},
		{Key: "date", Title: c.Say("register.date")},
		{Key: "state", Title: c.Say("person.state"), Choices: []frame.Choice{
			{Value: "stands", Text: c.Say("register.stands")}, {Value: "imported", Text: c.Say("register.imported")}, {Value: "annulled", Text: c.Say("standing.annulled")}, {Value: "struck", Text: c.Say("register.struck")},
		}},
	}}
	for _, a := range all {
		state := frame.Cell{Text: c.Say("register.stands"), Value: "stands", Tag: "good"}
		switch {
		case a.Struck != "":
			state = frame.Cell{Text: c.Say("register.struck"), Value: "struck", Tag: "warn"}
		case a.Annulled:
			state = frame.Cell{Text: c.Say("standing.annulled"), Value: "annulled", Tag: "bad"}
		case a.AddedBy != "":
			state = frame.Cell{Text: c.Say("register.imported"), Value: "imported"}
			if len(v.Last) < 20 {
				v.Last = append(v.Last, importedView{a.ID, a.Name, a.Unit, a.Number})
			}
		}
		name, cause := frame.Cell{Text: a.Name}, a.For
		if a.AdHoc {
			cause = strings.TrimSpace(cause + " (" + c.Say("adhoc.tag") + ")")
		}
		if a.Dossier != "" {
			name.Href = "/records/" + a.Dossier
		}
		t.Rows = append(t.Rows, []frame.Cell{
			name, {Text: c.Say("kind." + string(a.Kind)), Value: string(a.Kind)}, {Text: a.Unit}, {Text: a.Form}, {Text: cause}, {Text: a.Number}, {Text: frame.ISODay(a.Date), Sort: a.Date}, state,
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	if v.Open, err = p.Rooms.Register.Unanswered(c.Context()); err != nil {
		return err
	}
	v.List = c.List(t)
	return c.Page(status(c), "register", c.Say("register.title"), v)
}

type awardImport struct {
	Headings []string
	Lines    []importLine
	Text     string
	Good     int
	Bad      int
	Same     int
}

func (p *portal) awardImportPage(c *frame.Call, v awardImport) error {
	return c.Page(status(c), "register-import", c.Say("register.import"), v)
}

func (p *portal) planAwards(c *frame.Call) error {
	again := func(sentence string) error {
		c.WithSlips(access.Slips{{Field: "file", Sentence: sentence}})
		return p.awardImportPage(c, awardImport{})
	}
	f, _, err := c.R.FormFile("file")
	if err != nil {
		return again(c.Say("import.need-file"))
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		return fault.Wrap(fault.Invalid, "web.register", err)
	}
	rows, err := access.ReadTable(data)
	var plan []register.AwardRow
	if err == nil {
		plan, err = p.Rooms.Register.Plan(c.Context(), c.Who.Actor, rows)
	}
	if fault.Is(err, fault.Invalid) {
		return again(fault.Public(err))
	}
	if err != nil {
		return err
	}
	v := awardImport{Headings: rows[0]}
	for _, r := range plan {
		v.Lines = append(v.Lines, importLine{Line: r.Line, Cells: rows[r.Line-1], Will: r.Will, Slips: r.Slips})
		switch r.Will {
		case register.WillAdd:
			v.Good++
		case register.WillSkip:
			v.Same++
		default:
			v.Bad++
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = '\t'
	if err := w.WriteAll(rows); err != nil {
		return fault.Wrap(fault.Internal, "web.register", err)
	}
	v.Text = b.String()
	return p.awardImportPage(c, v)
}

func (p *portal) importAwards(c *frame.Call) error {
	rows, err := access.ReadTable([]byte(c.R.PostFormValue("text")))
	if err != nil {
		return err
	}
	plan, err := p.Rooms.Register.Plan(c.Context(), c.Who.Actor, rows)
	if err != nil {
		return err
	}
	n, err := p.Rooms.Register.Import(c.Context(), c.Key(), c.Who.Actor, plan)
	if err != nil {
		return err
	}
	return c.See("/register?added=" + strconv.Itoa(n))
}

type holdRow struct {
	register.Hold
	Where string // ground in words
	Start string
	End   string
	Why   string
	By    string
}

type holdsView struct {
	Rows    []holdRow
	Admin   bool
	Form    map[string]string
	Kinds   []frame.Choice
	Grounds []frame.Choice
}

func (p *portal) holdsPage(c *frame.Call) error {
	all, err := indexed[register.Hold](c.Context(), p.Store, register.Holds, "holds")
	if err != nil {
		return err
	}
	v := holdsView{Admin: c.Who.Is(people.Admin), Form: map[string]string{}}
	for _, k := range []string{"kind", "name", "birth", "unit", "ground", "number", "since"} {
		v.Form[k] = typed(c.R.PostForm, k)
	}
	for _, k := range dossier.Kinds() {
		v.Kinds = append(v.Kinds, frame.Choice{Value: string(k), Text: c.Say("kind." + string(k))})
	}
	for _, g := range register.Grounds() {
		v.Grounds = append(v.Grounds, frame.Choice{Value: g, Text: c.Say("hold-ground." + g)})
	}
	for _, h := range all {
		row := holdRow{Hold: h, Where: c.Say("hold-ground." + h.Ground), Start: frame.ISODay(h.Since), End: frame.ISODay(h.Lifted), By: p.nameOf(c, h.By)}
		if row.Why, err = p.text(c, register.Chain, h.Why); err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	return c.Page(status(c), "register-holds", c.Say("register.holds"), v)
}

func (p *portal) addHold(c *frame.Call) error {
	x := register.Holding{
		Kind: dossier.Kind(c.Field("kind")), Name: c.Field("name"), Birth: c.Day("birth"), Unit: c.Field("unit"),
		Ground: c.Field("ground"), Number: c.Field("number"), Since: c.Day("since"),
	}
	err := p.holdLacks(c, x)
	if err == nil {
		err = p.Rooms.Register.Hold(c.Context(), c.Key(), c.Who.Actor, x)
	}
	if err != nil {
		return retry(c, err, func() error { return p.holdsPage(c) })
	}
	return c.See("/register/holds")
}

// sideView is one of two that may be one.
type sideView struct {
	Name, Birth, Unit string
	Where             string // dossier and unit, or decision
	Href              string
}

type questionView struct {
	ID     string
	Why    string
	A, B   sideView
	One    bool // what was answered
	Reason string
	By     string
}

type questionsView struct {
	Open     []questionView
	Answered []questionView
	Next     string
	Admin    bool
}

func (p *portal) questionsPage(c *frame.Call) error {
	all, next, err := p.Rooms.Register.Questions(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	v := questionsView{Next: next, Admin: c.Who.Is(people.Admin)}
	for _, q := range all {
		x := questionView{ID: q.ID, Why: c.Say("register.why." + q.Why)}
		gone := false
		for _, s := range []struct {
			side register.Side
			to   *sideView
		}{{q.A, &x.A}, {q.B, &x.B}} {
			ok, err := p.side(c, s.side, s.to)
			if err != nil {
				return err
			}
			gone = gone || !ok
		}
		if q.Same == nil {
			if !gone { // what is no longer written so asks nothing
				v.Open = append(v.Open, x)
			}
			continue
		}
		if x.Reason, err = p.text(c, register.Chain, q.Reason); err != nil {
			return err
		}
		x.By, x.One = p.nameOf(c, q.By), *q.Same
		v.Answered = append(v.Answered, x)
	}
	slices.SortStableFunc(v.Open, func(a, b questionView) int { return strings.Compare(a.A.Name, b.A.Name) })
	return c.Page(status(c), "register-questions", c.Say("register.questions"), v)
}

// side fills what is written of one side; false where it is no longer.
func (p *portal) side(c *frame.Call, s register.Side, v *sideView) (bool, error) {
	sub, ok, err := register.About(c.Context(), p.Store, s)
	if err != nil || !ok {
		return false, err
	}
	v.Name, v.Birth, v.Unit = sub.Name, frame.ISODay(sub.Birth), sub.Unit
	if s.Dossier == "" {
		a, err := p.Rooms.Register.Award(c.Context(), s.Award)
		v.Where = a.Form + ", " + a.Number + ", " + frame.ISODay(a.Date)
		return true, err
	}
	d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(s.Dossier))
	v.Where, v.Href = d.Receipt+", "+d.UnitName, "/records/"+d.ID
	return true, err
}
