package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// officials may see rounds and their boards: administrators and auditors all,
// the others those they have to do with (partIn).
var officials = []people.Role{people.Admin, people.Head, people.Reviewer, people.Clerk, people.Auditor}

func (p *portal) roundRoutes() []frame.Route {
	see, run := frame.Only(officials...), frame.Only(people.Admin)
	known := p.knownRound()
	return []frame.Route{
		get("/rounds", see, p.roundsPage),
		get("/rounds/new", run, func(c *frame.Call) error { return p.newRoundPage(c, nil) }),
		post("/rounds/new", run, p.openRound),
		of(known, get("/rounds/{id}", see, p.boardPage)),
		p.watched("ranking", of(known, get("/rounds/{id}/ranking", see, func(c *frame.Call) error {
			if q := c.R.URL.Query(); q.Has("choose") { // back from the preview, with what was ticked
				return p.rankingPage(c, q)
			}
			return p.rankingPage(c, nil)
		}))),
		// Another page of the ranking with what is chosen so far; records nothing.
		of(known, post("/rounds/{id}/ranking", run, func(c *frame.Call) error { return p.rankingPage(c, c.R.PostForm) })),
		of(known, post("/rounds/{id}/selection", run, p.prepareSelection)),
		of(known, get("/rounds/{id}/simulation", frame.Only(people.Admin, people.Auditor), p.simulationPage)),
		of(known, get("/rounds/{id}/without", run, p.withoutPage)),
		of(known, post("/rounds/{id}/without", run, p.prepareWithout)),
		{
			Method: http.MethodPost, Pattern: "/api/rounds/{id}/without", Kind: frame.API, Who: run, Owner: known, Token: true, Handle: p.apiWithout,
			Summary: "Proposes to end the round without a selection, with a reason of at least ten characters; its head confirms on the page.",
			In:      withoutIn{}, Status: http.StatusNoContent,
		},
		of(known, get("/rounds/{id}/close", run, func(c *frame.Call) error {
			rd := frame.Kept[round.Round](c, "round")
			return c.Page(http.StatusOK, "round-close", c.Say("round.close.title"), roundHead(rd))
		})),
		of(known, post("/rounds/{id}/close", run, p.closeRound)),
		p.watched("decision", of(known, get("/rounds/{id}/decision.pdf", see, p.decisionPDF))),
	}
}

// headView is a round as every page of it begins.
type headView struct {
	ID       string
	Campaign string
	Name     string
	State    round.State
	Opens    time.Time
	Closes   time.Time
	Stage    string
	AdHoc    bool // a line of commendations for outstanding acts
}

// withoutState is how a round that ended without a selection is called.
const withoutState round.State = "without"

func roundHead(rd round.Round) headView {
	state := rd.State
	if rd.Without != nil {
		state = withoutState
	}
	return headView{ID: rd.ID, Campaign: rd.Settings.Title, Name: rd.Settings.Name, State: state, Opens: rd.Settings.Opens, Closes: rd.Settings.Closes, Stage: rd.Stage, AdHoc: rd.Settings.AdHoc}
}

// allRounds gives every round, newest first.
func (p *portal) allRounds(c *frame.Call) ([]round.Round, error) {
	var out []round.Round
	page := store.Page{Desc: true}
	for {
		s, err := p.Store.Query(c.Context(), round.All, round.AllPart, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			var rd round.Round
			if err := rec.Decode(&rd); err != nil {
				return nil, err
			}
			out = append(out, rd)
		}
		if s.Next == "" {
			return out, nil
		}
		page.After = s.Next
	}
}

func (p *portal) roundsPage(c *frame.Call) error {
	all, err := p.allRounds(c)
	if err != nil {
		return err
	}
	part, err := p.partIn(c)
	if err != nil {
		return err
	}
	v := struct {
		Rounds, Lines []headView
		New           bool
	}{New: c.Who.Is(people.Admin)}
	for _, rd := range all {
		if yes, err := part(rd); err != nil {
			return err
		} else if yes && rd.Settings.AdHoc {
			v.Lines = append(v.Lines, roundHead(rd))
		} else if yes {
			v.Rounds = append(v.Rounds, roundHead(rd))
		}
	}
	return c.Page(http.StatusOK, "rounds", c.Say("rounds.title"), v)
}

// stageView is one column of the board: a state with its count.
type stageView struct {
	State dossier.State
	Name  dossier.State // as it is called there
	Count int
}

// boardRow says where a dossier is, whose turn, since when, due when.
type boardRow struct {
	ID       string
	Number   string
	Unit     string
	State    dossier.State
	Holder   string
	Since    time.Time
	Due      dueView
	Nominees int
	Recalled bool // somebody is asked again about a nominee on hold
	Late     bool // asks to be admitted late
}

type boardView struct {
	Bodies roundBodies
	Says   *saysView // of an ad-hoc line
	headView
	Places    placeViews
	Stages    []stageView
	All       int // dossiers
	Rows      []boardRow
	Next      string
	Filter    string // by state
	Pending   int
	Task      taskHead
	HasTask   bool
	Assign    *assignView
	Views     bool // who looked at its names may be seen
	Admin     bool
	Simulate  bool
	Records   bool // records of dossiers may be opened
	Erasures  bool
	Decision  *round.Decision
	DecidedBy string
	Without   *withoutView
}

const boardPage = 50

func (p *portal) boardPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	v := boardView{headView: roundHead(rd), Filter: c.Query("state"), Admin: c.Who.Is(people.Admin), Decision: rd.Decision}
	v.Views = c.Who.Is(people.Auditor)
	v.Records = reads(c.Who)
	v.Simulate = v.Records
	v.Erasures = v.Simulate || c.Who.Is(people.Head)
	var err error
	if v.Says, err = p.lineSays(c, rd); err != nil {
		return err
	}
	if !v.AdHoc {
		if v.Places, err = p.places(c, rd, nil); err != nil {
			return err
		}
	}
	pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
	if err != nil {
		return err
	}
	v.Pending = int(pending)
	if v.Bodies, err = p.bodiesOf(c, rd); err != nil {
		return err
	}
	for _, s := range dossier.States() {
		n, err := p.Store.Counter(c.Context(), dossier.CountCounter(rd.ID, s))
		if err != nil {
			return err
		}
		if n > 0 {
			v.Stages = append(v.Stages, stageView{State: s, Name: called(dossier.Dossier{AdHoc: v.AdHoc, State: s}), Count: int(n)})
			v.All += int(n)
		}
	}
	page := store.Page{Limit: boardPage, After: c.Query("after")}
	if slices.Contains(dossier.States(), dossier.State(v.Filter)) {
		page.Prefix = v.Filter + "/"
	}
	s, err := p.Store.Query(c.Context(), dossier.OfRound, rd.ID, page)
	if err != nil {
		return err
	}
	v.Next = s.Next
	for _, rec := range s.Records {
		var d dossier.Dossier
		if err := rec.Decode(&d); err != nil {
			return err
		}
		v.Rows = append(v.Rows, boardRow{
			ID: d.ID, Number: p.number(c, d), Unit: d.UnitName, State: called(d), Holder: p.holder(c, d), Since: d.Since,
			Due: p.due(d.Due), Nominees: len(d.Nominees), Recalled: d.Recalled(), Late: d.State == dossier.NotSubmitted && d.Late.Open(),
		})
	}
	if rd.Task != "" {
		t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(rd.Task))
		if err != nil {
			return err
		}
		if v.Task, err = p.taskHead(c, t); err != nil {
			return err
		}
		v.HasTask = true
	}
	if v.Assign, err = p.assignable(c, rd.Task, "/rounds/"+rd.ID); err != nil {
		return err
	}
	if rd.Decision != nil {
		v.DecidedBy = p.nameOf(c, rd.Decision.ConfirmedBy)
	}
	if v.Without, err = p.without(c, rd); err != nil {
		return err
	}
	return c.Page(status(c), "board", rd.Settings.Name, v)
}

// holder says whose turn it is, in words.
func (p *portal) holder(c *frame.Call, d dossier.Dossier) string {
	if d.State == dossier.NotSubmitted && d.Late.Open() {
		return c.Say("holder.agency")
	}
	switch d.Holder {
	case "unit", "reading", "validate", "round", "hold", "archive":
		return c.Say("holder." + d.Holder)
	}
	return p.words.Translate(c.Lang, d.Holder) // a step's title, the plan's own or ours
}

func (p *portal) closeRound(c *frame.Call) error {
	id := c.Param("id")
	if err := p.Rooms.Board.Close(c.Context(), c.Key(), c.Who.Actor, id); err != nil {
		return err
	}
	return c.See("/rounds/" + id)
}

// rankView is one nominee in the ranking; Tie marks equal scores, which
// people break.
type rankView struct {
	entryView
	Rank   int
	Tie    bool
	Listed bool
	Chosen bool
	Value  string
	With   []string // who has the same score
	Spread string   // of its appraisers
}

type rankingView struct {
	headView
	Kinds    []rankedKind
	Places   placeViews
	Pending  int
	Prepared *round.Selection
	Admin    bool
	Ready    bool
	Any      bool     // somebody competes
	None     bool     // the round may be ended without a selection
	Over     bool     // nobody is selected any more
	Kept     []string // chosen on other pages
	Prev     int      // numbers of pages; 0: none
	Next     int
}

type rankedKind struct {
	Kind               dossier.Kind
	Rows               []rankView
	Total, First, Last int
}

// rankingPage shows who competes, best first; an administrator chooses there.
func (p *portal) rankingPage(c *frame.Call, form map[string][]string) error {
	rd := frame.Kept[round.Round](c, "round")
	cs, err := selection.Candidates(c.Context(), p.Store, rd.ID)
	if err != nil {
		return err
	}
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return err
	}
	none := selection.MayEndWithout(rd, list) == nil
	v := rankingView{headView: roundHead(rd), None: none, Over: rd.State == round.Decided, Admin: c.Who.Is(people.Admin), Ready: rd.State == round.Closed && rd.Stage != "quota"}
	var prepared []round.Entry
	sel, err := p.prepared(c, rd.ID, rd.Selection+1)
	if err != nil {
		return err
	}
	if sel.State == "prepared" {
		v.Prepared, prepared = &sel, sel.Entries
	}
	free := map[dossier.Kind]int{}
	for _, k := range dossier.Kinds() {
		n, err := p.Store.Counter(c.Context(), round.PlaceCounter(rd.ID, k))
		if err != nil {
			return err
		}
		free[k] = int(n)
	}
	chosen := chosenOf(form, prepared)
	page, most := pageOf(c), 0
	if c.R.Method == http.MethodPost {
		c.Stay(rankingAt(rd.ID, page, form["choose"]))
	}
	for _, k := range dossier.Kinds() {
		rows := ranked(cs, k, list)
		if c.Query("fill") != "" && form == nil {
			fill(rows, free[k], chosen)
		}
		rk := rankedKind{Kind: k, Total: len(rows)}
		for i := range rows {
			if i/rankPage != page-1 {
				if chosen[value(rows[i])] { // stays chosen while another page is looked at
					v.Kept = append(v.Kept, value(rows[i]))
				}
				continue
			}
			rk.Rows = append(rk.Rows, p.rankOf(c, rows, i, chosen))
		}
		if n := len(rk.Rows); n > 0 {
			rk.First, rk.Last = (page-1)*rankPage+1, (page-1)*rankPage+n
		}
		most = max(most, len(rows))
		v.Kinds, v.Any = append(v.Kinds, rk), v.Any || len(rows) > 0
	}
	v.Prev, v.Next = page-1, 0
	if page*rankPage < most {
		v.Next = page + 1
	}
	if v.Places, err = p.places(c, rd, prepared); err != nil {
		return err
	}
	pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
	if err != nil {
		return err
	}
	v.Pending = int(pending)
	return c.Page(status(c), "ranking", c.Say("ranking.title"), v)
}

func (p *portal) prepareSelection(c *frame.Call) error {
	id := c.Param("id")
	var choices []selection.Choice
	for _, v := range c.Fields("choose") {
		if d, n, ok := strings.Cut(v, "."); ok {
			choices = append(choices, selection.Choice{Dossier: d, Nominee: n})
		}
	}
	slices.SortFunc(choices, func(a, b selection.Choice) int {
		return cmp.Or(cmp.Compare(a.Dossier, b.Dossier), cmp.Compare(a.Nominee, b.Nominee))
	})
	if err := p.Rooms.Selection.Prepare(c.Context(), c.Key(), c.Who.Actor, id, choices); err != nil {
		if fault.Is(err, fault.OverQuota) {
			err = fault.New(fault.Invalid, "web.selection", fault.Public(err))
		}
		return retry(c, err, func() error { return p.rankingPage(c, c.R.PostForm) })
	}
	return c.See("/rounds/" + id + "/ranking")
}
