package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/board"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

func (p *portal) ledgerRoutes() []frame.Route {
	see, run, known := frame.Only(officials...), frame.Only(people.Admin), p.knownRound()
	return []frame.Route{
		p.watched("ledger", of(known, get("/rounds/{id}/ledger", see, p.ledgerPage))),
		of(known, get("/rounds/{id}/caps", run, func(c *frame.Call) error { return p.capsPage(c, nil) })),
		of(known, post("/rounds/{id}/caps", run, p.amendCaps)),
		p.watched("ledger", of(known, api(http.MethodGet, "/api/rounds/{id}/ledger", see, "Every movement of the round's places, and whether the ledger balances.", nil, ledgerOut{}, 0, p.apiLedger))),
		of(known, api(http.MethodPost, "/api/rounds/{id}/caps", run, "Changes the round's caps by a document that amends the plan; never below what is held.", board.Amending{}, nil, http.StatusNoContent, p.apiAmend)),
	}
}

// ledger folds the round's chain and holds it against counters and list.
func (p *portal) ledger(c *frame.Call, rd round.Round) (round.Ledger, []string, error) {
	var l round.Ledger
	after := int64(0)
	for {
		placed, err := p.Store.Events(c.Context(), round.Chain(rd.ID), after, 0)
		if err != nil {
			return l, nil, err
		}
		if len(placed) == 0 {
			break
		}
		for _, e := range placed {
			entry, err := evidence.Read(e)
			if err == nil {
				err = l.Take(entry)
			}
			if err != nil {
				return l, nil, fault.Wrap(fault.Internal, "web.ledger", err)
			}
			after = e.Seq
		}
	}
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return l, nil, err
	}
	free := map[dossier.Kind]int64{}
	for _, k := range dossier.Kinds() {
		if free[k], err = p.Store.Counter(c.Context(), round.PlaceCounter(rd.ID, k)); err != nil {
			return l, nil, err
		}
	}
	return l, l.Faults(rd, list, free), nil
}

type ledgerView struct {
	headView
	List   frame.TableView
	Books  []round.Move
	Faults []string
	Admin  bool
}

func (p *portal) ledgerPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	l, faults, err := p.ledger(c, rd)
	if err != nil {
		return err
	}
	kinds := []frame.Choice{}
	for _, k := range dossier.Kinds() {
		kinds = append(kinds, frame.Choice{Value: string(k), Text: c.Say("kind." + string(k))})
	}
	t := frame.Table{Name: "ledger", Caption: c.Say("ledger.caption"), Empty: c.Say("ledger.none"), PerPage: 100, Columns: []frame.Column{
		{Key: "at", Title: c.Say("ledger.at")},
		{Key: "who", Title: c.Say("ledger.who")},
		{Key: "act", Title: c.Say("ledger.act")},
		{Key: "why", Title: c.Say("ledger.why")},
		{Key: "kind", Title: c.Say("places.kind"), Choices: kinds},
		{Key: "change", Title: c.Say("ledger.change"), Number: true},
		{Key: "before", Title: c.Say("ledger.before"), Number: true},
		{Key: "after", Title: c.Say("ledger.after"), Number: true},
		{Key: "held", Title: c.Say("ledger.held"), Number: true},
		{Key: "confirmed", Title: c.Say("ledger.confirmed"), Number: true},
		{Key: "cap", Title: c.Say("places.cap"), Number: true},
	}}
	names := map[string]string{}
	for _, line := range l.Lines {
		if _, ok := names[line.Actor]; !ok {
			if names[line.Actor], err = p.actorName(c, line.Actor); err != nil {
				return err
			}
		}
		why, href, err := p.why(c, rd, line)
		if err != nil {
			return err
		}
		what := line.Event
		if key := "event." + line.Event; p.words.Has(key) {
			what = c.Say(key)
		}
		n := func(i int) frame.Cell { return frame.Cell{Text: strconv.Itoa(i), Sort: fmt.Sprintf("%06d", i+1000)} }
		change := n(line.Move.Free)
		if line.Move.Free > 0 {
			change.Text = "+" + change.Text
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: frame.Instant(line.At), Sort: fmt.Sprintf("%012d", line.Seq)},
			{Text: names[line.Actor]},
			{Text: what},
			{Text: why, Href: href},
			{Text: c.Say("kind." + string(line.Move.Kind)), Value: string(line.Move.Kind)},
			change, n(line.Before.Free), n(line.After.Free), n(line.After.Held), n(line.After.Confirmed), n(line.After.Cap),
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	v := ledgerView{headView: roundHead(rd), List: c.List(t), Faults: faults, Admin: c.Who.Is(people.Admin)}
	for _, k := range dossier.Kinds() {
		v.Books = append(v.Books, l.Books[k])
	}
	return c.Page(http.StatusOK, "ledger", c.Say("ledger.title"), v)
}

// why says what a movement rests on, and where to read more.
func (p *portal) why(c *frame.Call, rd round.Round, line round.Line) (text, href string, err error) {
	a := line.About
	switch {
	case a.Dossier != "":
		d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(a.Dossier))
		if err != nil {
			return "", "", err
		}
		reason, err := p.text(c, dossier.Chain(d.ID), d.Reason)
		if reads(c.Who) {
			href = "/records/" + d.ID
		}
		return strings.Join(slices.DeleteFunc([]string{d.Receipt, reason}, func(s string) bool { return s == "" }), " · "), href, err
	case a.Number != "":
		return c.Say("ledger.document", a.Number, frame.ISODay(a.Date)), "", nil
	case a.Selection > 0:
		return c.Say("ledger.selection", a.Selection), "/rounds/" + rd.ID + "/list", nil
	case line.Seq == 1:
		return c.Say("ledger.plan"), "", nil
	}
	return "", "", nil
}

// ledgerOut is the ledger for programs.
type ledgerOut struct {
	Balanced bool         `json:"balanced"`
	Faults   []string     `json:"faults"`
	Lines    []ledgerLine `json:"lines"`
}

type ledgerLine struct {
	Seq    int64       `json:"seq"` // place of the event in the round's chain
	At     time.Time   `json:"at"`
	Actor  string      `json:"actor"` // person id, or the stage's name
	Event  string      `json:"event"`
	About  round.About `json:"about"`
	Before round.Move  `json:"before"`
	Change round.Move  `json:"change"`
	After  round.Move  `json:"after"`
}

func (p *portal) apiLedger(c *frame.Call) error {
	l, faults, err := p.ledger(c, frame.Kept[round.Round](c, "round"))
	if err != nil {
		return err
	}
	out := ledgerOut{Balanced: len(faults) == 0, Faults: append([]string{}, faults...), Lines: []ledgerLine{}}
	for _, x := range l.Lines {
		out.Lines = append(out.Lines, ledgerLine{x.Seq, x.At, x.Actor, x.Event, x.About, x.Before, x.Move, x.After})
	}
	return c.JSON(http.StatusOK, out)
}

type capsView struct {
	headView
	Caps   []needView
	Each   []needView
	Groups string
	Number string
	Date   string
	Note   string
	Past   []amendedView
}

type amendedView struct {
	By     string
	At     time.Time
	Number string
	Date   string
	Note   string
	Before map[dossier.Kind]int
	After  map[dossier.Kind]int
}

// capsPage shows the caps as they are, to be changed by a document.
func (p *portal) capsPage(c *frame.Call, form map[string][]string) error {
	rd := frame.Kept[round.Round](c, "round")
	v := capsView{headView: roundHead(rd), Number: typed(form, "number"), Date: typed(form, "date"), Note: typed(form, "note"), Groups: typed(form, "groups")}
	number := func(prefix string, k dossier.Kind, now string) needView {
		x := needView{Name: prefix + "-" + string(k), Value: now, Input: "number"}
		x.Label = c.Say("kind." + string(k))
		if form != nil {
			x.Value = typed(form, x.Name)
		}
		return x
	}
	each, groups, err := p.shareTexts(c, rd.Settings.Shares)
	if err != nil {
		return err
	}
	for _, k := range dossier.Kinds() {
		v.Caps = append(v.Caps, number("cap", k, strconv.Itoa(rd.Settings.Caps[k])))
		v.Each = append(v.Each, number("each", k, each[k]))
	}
	if form == nil {
		v.Groups = groups
	}
	for _, a := range rd.Amendments {
		note, err := p.text(c, round.Chain(rd.ID), a.Note)
		if err != nil {
			return err
		}
		v.Past = append(v.Past, amendedView{p.nameOf(c, a.By), a.At, a.Number, frame.ISODay(a.Date), note, a.Before, a.After})
	}
	return c.Page(status(c), "round-caps", c.Say("caps.title"), v)
}

// shareTexts writes a round's further limits as its form has them.
func (p *portal) shareTexts(c *frame.Call, shares []round.Share) (each map[dossier.Kind]string, groups string, err error) {
	each = map[dossier.Kind]string{}
	var lines []string
	for _, s := range shares {
		text := func(k dossier.Kind) string {
			if n, ok := s.Caps[k]; ok {
				return strconv.Itoa(n)
			}
			return ""
		}
		if len(s.Units) == 0 {
			for _, k := range dossier.Kinds() {
				each[k] = text(k)
			}
			continue
		}
		parts := []string{s.Name, text(dossier.Collective), text(dossier.Individual)}
		for _, id := range s.Units {
			u, err := p.Access.Unit(c.Context(), id)
			if err != nil {
				return nil, "", err
			}
			parts = append(parts, u.Name)
		}
		lines = append(lines, strings.Join(parts, " | "))
	}
	return each, strings.Join(lines, "\n"), nil
}

func (p *portal) amendCaps(c *frame.Call) error {
	id := c.Param("id")
	a, err := p.amending(c)
	if err == nil {
		err = p.Rooms.Board.Amend(c.Context(), c.Key(), c.Who.Actor, id, a)
	}
	if fault.Is(err, fault.OverQuota) {
		err = fault.New(fault.Invalid, "web.caps", fault.Public(err))
	}
	if err != nil {
		return retry(c, err, func() error { return p.capsPage(c, c.R.PostForm) })
	}
	return c.See("/rounds/" + id + "/ledger")
}

// amending reads the form.
func (p *portal) amending(c *frame.Call) (board.Amending, error) {
	a := board.Amending{Caps: map[dossier.Kind]int{}, Number: c.Field("number"), Date: c.Day("date"), Note: c.Field("note")}
	var slips access.Slips
	each := round.Share{Name: c.Say("caps.each"), Caps: map[dossier.Kind]int{}}
	for _, k := range dossier.Kinds() {
		n, err := strconv.Atoi(c.Field("cap-" + string(k)))
		if err != nil {
			slips = append(slips, access.Slip{Field: "cap-" + string(k), Sentence: c.Say("round.bad-number")})
		}
		a.Caps[k] = n
		if !count(each.Caps, k, c.Field("each-"+string(k))) {
			slips = append(slips, access.Slip{Field: "each-" + string(k), Sentence: c.Say("round.bad-number")})
		}
	}
	if len(each.Caps) > 0 {
		a.Shares = append(a.Shares, each)
	}
	for _, line := range strings.Split(c.Field("groups"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		s, bad := p.group(c, line)
		if bad != "" {
			slips = append(slips, access.Slip{Field: "groups", Sentence: bad})
		}
		a.Shares = append(a.Shares, s)
	}
	if len(slips) > 0 {
		return a, slips.Fault("web.caps")
	}
	return a, nil
}

// group reads one line: name | collectives | individuals | unit | unit…
func (p *portal) group(c *frame.Call, line string) (s round.Share, bad string) {
	parts := strings.Split(line, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	s.Caps = map[dossier.Kind]int{}
	if len(parts) < 4 || !count(s.Caps, dossier.Collective, parts[1]) || !count(s.Caps, dossier.Individual, parts[2]) {
		return s, c.Say("caps.bad-group", line)
	}
	s.Name = parts[0]
	for _, name := range parts[3:] {
		u, err := p.Access.UnitByName(c.Context(), name)
		if err != nil {
			return s, c.Say("caps.bad-unit", name)
		}
		s.Units = append(s.Units, u.ID)
	}
	return s, ""
}

// count reads a number that may be left out.
func count(to map[dossier.Kind]int, k dossier.Kind, text string) bool {
	if text == "" {
		return true
	}
	n, err := strconv.Atoi(text)
	if err == nil && n >= 0 {
		to[k] = n
		return true
	}
	return false
}

func (p *portal) apiAmend(c *frame.Call) error {
	var in board.Amending
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Board.Amend(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in); err != nil {
		return err
	}
	return c.Nothing()
}
