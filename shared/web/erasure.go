package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/erasure"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// erasureRoutes are about texts that go: an administrator asks, the round's
// head confirms.
func (p *portal) erasureRoutes() []frame.Route {
	see, run, known := frame.Only(people.Admin, people.Head, people.Auditor), frame.Only(people.Admin), p.knownRound()
	return []frame.Route{
		p.watched("erasures", of(known, get("/rounds/{id}/erasures", see, p.erasuresPage))),
		of(known, get("/rounds/{id}/erasures/new", run, p.erasePage)),
		of(known, post("/rounds/{id}/erasures", run, p.askErasure)),
		of(known, get("/rounds/{id}/erasures/{n}", see, p.erasurePage)),
		of(known, post("/rounds/{id}/erasures/{n}", frame.Only(people.Head), p.decideErasure)),
		p.watched("erasures", of(known, api(http.MethodGet, "/api/rounds/{id}/erasures", see, "Erasures of texts that were asked for, confirmed or dropped.", nil, []erasureOut{}, 0, p.apiErasures))),
		of(known, api(http.MethodGet, "/api/rounds/{id}/erasures/texts", run, "Texts that may be erased: about the dossier that the query's dossier names, or on the chain that chain names (yearly/ID, commend/UNIT, register with the imported rows of name), else about the round as a whole.", nil, []erasableOut{}, 0, p.apiErasable)),
		of(known, api(http.MethodPost, "/api/rounds/{id}/erasures", run, "Asks to erase texts; the round's head confirms it on the page.", erasure.Asking{}, preparedOut{}, http.StatusCreated, p.apiAskErasure)),
	}
}

// text gives a personal text that a record of the chain refers to, or says
// that it was erased.
func (p *portal) text(c *frame.Call, chain string, ref act.TextRef) (string, error) {
	text, err := act.Read(c.Context(), p.Store, chain, ref)
	if err == nil && text == "" && ref != "" {
		text = c.Say("text.erased")
	}
	return text, err
}

// erasableView is a text that may be erased, or was.
type erasableView struct {
	erasure.Text
	Author string
	Whom   string // nominee
	On     bool   // chosen
}

// aboutView says of whom texts are, and what an erasure does not reach.
type aboutView struct {
	headView
	Dossier  string
	Chain    string // instead of a dossier: a chain outside of rounds
	Where    string // what that is
	Number   string
	UnitName string
	Package  *dossier.Package // sealed before
	Nightly  bool             // files are rewritten in the night
}

type erasureView struct {
	aboutView
	E         erasure.Erasure
	Reason    string
	AskedBy   string
	DecidedBy string
	Texts     []erasableView
	Mine      bool // the visitor may decide
}

type eraseView struct {
	aboutView
	Texts   []erasableView
	Grounds []frame.Choice
	Typed   map[string]string
	Sought  string // whose imported rows are shown
}

type erasuresView struct {
	headView
	All     []erasureView
	Admin   bool
	Records bool           // records of dossiers may be opened
	Others  []frame.Choice // chains outside of rounds
}

// about fills in what pages of erasures say of a dossier; a dossier of another
// round is as one that does not exist.
func (p *portal) about(c *frame.Call, rd round.Round, id, chain string) (aboutView, dossier.Dossier, error) {
	v := aboutView{headView: roundHead(rd), Dossier: id, Chain: chain, Nightly: p.Rooms.Erasure.Wipe != nil}
	if id == "" {
		var err error
		v.Where, err = p.outside(c, chain)
		return v, dossier.Dossier{}, err
	}
	d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(id))
	if err == nil && d.Round != rd.ID {
		err = fault.New(fault.NotFound, "web.erasure", "")
	}
	v.Number, v.UnitName, v.Package = p.number(c, d), d.UnitName, d.Package
	return v, d, err
}

// erasable gives the texts about a dossier, or a round, for people, and records
// that they were looked at.
func (p *portal) erasable(c *frame.Call, rd round.Round, d dossier.Dossier, chain string, rows erasure.Sought, of string) ([]erasableView, error) {
	look := access.View{Dossier: d.ID, What: "texts", Of: of}
	if d.ID == "" {
		look.Round = rd.ID
	}
	if err := p.viewed(c, look); err != nil {
		return nil, err
	}
	var all []erasure.Text
	var err error
	if chain == "" {
		all, err = erasure.Texts(c.Context(), p.Store, rd.ID, d.ID)
	} else {
		all, err = erasure.Outside(c.Context(), p.Store, rd, chain, rows)
	}
	if err != nil {
		return nil, err
	}
	out := make([]erasableView, 0, len(all))
	for _, t := range all {
		v := erasableView{Text: t, Author: p.nameOf(c, t.By)}
		v.Text.Text = readable(t)
		if i := slices.IndexFunc(d.Nominees, func(n dossier.Nominee) bool { return n.ID == t.About }); i >= 0 {
			v.Whom = d.Nominees[i].Name
		}
		out = append(out, v)
	}
	return out, nil
}

func (p *portal) erasuresPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	all, err := erasure.Of(c.Context(), p.Store, rd.ID)
	if err != nil {
		return err
	}
	v := erasuresView{headView: roundHead(rd), Admin: c.Who.Is(people.Admin), Records: reads(c.Who)}
	for _, e := range slices.Backward(all) {
		x, err := p.erasureView(c, rd, e)
		if err != nil {
			return err
		}
		v.All = append(v.All, x)
	}
	if v.Admin {
		if v.Others, err = p.outsides(c, rd); err != nil {
			return err
		}
	}
	return c.Page(http.StatusOK, "erasures", c.Say("erasure.title"), v)
}

func (p *portal) erasureView(c *frame.Call, rd round.Round, e erasure.Erasure) (v erasureView, err error) {
	if v.aboutView, _, err = p.about(c, rd, e.Dossier, e.Chain); err != nil {
		return v, err
	}
	v.E, v.AskedBy = e, p.nameOf(c, e.AskedBy)
	if e.DecidedBy != "" {
		v.DecidedBy = p.nameOf(c, e.DecidedBy)
	}
	v.Reason, err = p.text(c, round.Chain(rd.ID), e.Reason)
	return v, err
}

// erasePage shows what may be erased and asks why.
func (p *portal) erasePage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	id, chain, rows := c.Query("dossier"), c.Query("chain"), erasure.Sought{Name: c.Query("name")}
	if c.R.Method == http.MethodPost {
		id, chain, rows.Name = c.Field("dossier"), c.Field("chain"), c.Field("name")
		c.Stay("/rounds/" + rd.ID + "/erasures/new?" + url.Values{"dossier": {id}, "chain": {chain}, "name": {rows.Name}}.Encode())
	}
	about, d, err := p.about(c, rd, id, chain)
	if err != nil {
		return err
	}
	v := eraseView{aboutView: about, Typed: map[string]string{}, Sought: rows.Name}
	for _, name := range []string{"number", "date", "ground", "reason"} {
		v.Typed[name] = typed(c.R.PostForm, name)
	}
	for _, g := range erasure.Grounds() {
		v.Grounds = append(v.Grounds, frame.Choice{Value: string(g), Text: c.Say("erasure-ground." + string(g))})
	}
	if v.Texts, err = p.erasable(c, rd, d, chain, rows, chain); err != nil {
		return err
	}
	for i := range v.Texts {
		v.Texts[i].On = slices.Contains(c.Fields("texts"), string(v.Texts[i].Ref))
	}
	return c.Page(status(c), "erase", c.Say("erasure.new"), v)
}

func (p *portal) askErasure(c *frame.Call) error {
	a := erasure.Asking{
		Dossier: c.Field("dossier"), Chain: c.Field("chain"), Number: c.Field("number"), Date: c.Day("date"), Ground: erasure.Ground(c.Field("ground")), Reason: c.Field("reason"),
	}
	for _, ref := range c.Fields("texts") {
		a.Texts = append(a.Texts, act.TextRef(ref))
	}
	n, err := p.Rooms.Erasure.Ask(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), a)
	if err != nil {
		return retry(c, err, func() error { return p.erasePage(c) })
	}
	return c.See(fmt.Sprintf("/rounds/%s/erasures/%d", c.Param("id"), n))
}

// erasure reads the erasure that the address names.
func (p *portal) erasure(c *frame.Call) (e erasure.Erasure, err error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > erasure.Max {
		return e, fault.New(fault.NotFound, "web.erasure", "")
	}
	e, _, err = load[erasure.Erasure](c.Context(), p.Store, erasure.Key(c.Param("id"), n))
	return e, err
}

// erasurePage shows one erasure: to whom decides on it, with its texts.
func (p *portal) erasurePage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	e, err := p.erasure(c)
	if err != nil {
		return err
	}
	v, err := p.erasureView(c, rd, e)
	if err != nil {
		return err
	}
	_, d, err := p.about(c, rd, e.Dossier, e.Chain)
	if err != nil {
		return err
	}
	var rows erasure.Sought
	for _, i := range e.Texts {
		rows.Refs = append(rows.Refs, i.Ref)
	}
	all, err := p.erasable(c, rd, d, e.Chain, rows, fmt.Sprintf("erasure/%d", e.N))
	if err != nil {
		return err
	}
	for _, x := range all {
		// What is gone is known by the event that commits to it.
		if slices.ContainsFunc(e.Texts, func(i erasure.Item) bool {
			return i.Seq == x.Seq && i.Name == x.Name && i.On() == x.Chain && (x.Seq > 0 || i.Ref == x.Ref)
		}) {
			v.Texts = append(v.Texts, x)
		}
	}
	v.Mine = e.State == "asked" && c.Who.Is(people.Head) && slices.Contains(rd.Settings.Head, c.Who.ID)
	return c.Page(status(c), "erasure", c.Say("erasure.one", e.N), v)
}

func (p *portal) decideErasure(c *frame.Call) error {
	e, err := p.erasure(c)
	if err != nil {
		return err
	}
	is := c.Field("is")
	switch {
	case is != "confirm" && is != "drop":
		err = access.Slips{{Field: "is", Sentence: c.Say("changes.choose")}}.Fault("web.erasure")
	case is == "confirm" && c.Field("sure") == "":
		err = access.Slips{{Field: "sure", Sentence: c.Say("erasure.not-sure")}}.Fault("web.erasure")
	default:
		err = p.Rooms.Erasure.Decide(c.Context(), c.Key(), c.Who.Actor, e.Round, e.N, is == "confirm")
	}
	if err != nil {
		return retry(c, err, func() error { return p.erasurePage(c) })
	}
	return c.See(fmt.Sprintf("/rounds/%s/erasures/%d", e.Round, e.N))
}

// erasureOut is an erasure for programs.
type erasureOut struct {
	N         int            `json:"n"`
	Dossier   string         `json:"dossier,omitempty"`
	Chain     string         `json:"chain,omitempty"` // instead: yearly/ID, commend/UNIT or register
	Texts     int            `json:"texts"`
	Number    string         `json:"number"`
	Date      string         `json:"date"`
	Ground    erasure.Ground `json:"ground"`
	Reason    string         `json:"reason"`
	State     string         `json:"state"`
	AskedAt   time.Time      `json:"askedAt"`
	DecidedAt *time.Time     `json:"decidedAt,omitempty"`
	Wiped     *time.Time     `json:"wiped,omitempty"`
}

func (p *portal) apiErasures(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	all, err := erasure.Of(c.Context(), p.Store, rd.ID)
	if err != nil {
		return err
	}
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	out := []erasureOut{}
	for _, e := range all {
		reason, err := p.text(c, round.Chain(rd.ID), e.Reason)
		if err != nil {
			return err
		}
		out = append(out, erasureOut{e.N, e.Dossier, e.Chain, len(e.Texts), e.Number, e.Date, e.Ground, reason, e.State, e.AskedAt, when(e.DecidedAt), when(e.Wiped)})
	}
	return c.JSON(http.StatusOK, out)
}

// erasableOut is a text for programs. Ref is what an erasure names it by; one
// that was erased has none.
type erasableOut struct {
	Ref   act.TextRef `json:"ref,omitempty"`
	Event string      `json:"event"` // type of the event that commits to it
	Name  string      `json:"name"`
	About string      `json:"about,omitempty"` // nominee's id
	At    time.Time   `json:"at"`
	Text  string      `json:"text,omitempty"`
	Gone  bool        `json:"gone,omitempty"`
}

func (p *portal) apiErasable(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	chain := c.Query("chain")
	_, d, err := p.about(c, rd, c.Query("dossier"), chain)
	if err != nil {
		return err
	}
	all, err := p.erasable(c, rd, d, chain, erasure.Sought{Name: c.Query("name")}, chain)
	if err != nil {
		return err
	}
	out := []erasableOut{}
	for _, t := range all {
		out = append(out, erasableOut{t.Ref, t.Type, t.Name, t.About, t.At, t.Text.Text, t.Gone})
	}
	return c.JSON(http.StatusOK, out)
}

func (p *portal) apiAskErasure(c *frame.Call) error {
	var in erasure.Asking
	if err := c.Decode(&in); err != nil {
		return err
	}
	n, err := p.Rooms.Erasure.Ask(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, preparedOut{n})
}
