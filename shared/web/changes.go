package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// changeRoutes are about what happens to awards after the decision.
func (p *portal) changeRoutes() []frame.Route {
	see, run, known := frame.Only(officials...), frame.Only(people.Clerk), p.knownRound()
	return []frame.Route{
		p.watched("changes", of(known, get("/rounds/{id}/changes", see, func(c *frame.Call) error { return p.changesPage(c, nil) }))),
		of(known, post("/rounds/{id}/changes", run, p.prepareChange)),
		of(known, post("/rounds/{id}/changes/{n}", run, p.confirmChange)),
		p.watched("changes", of(known, api(http.MethodGet, "/api/rounds/{id}/changes", see, "Annulments and corrections after the round's decision, each pointing to it.", nil, []changeOut{}, 0, p.apiChanges))),
		of(known, api(http.MethodPost, "/api/rounds/{id}/changes", run, "Prepares an annulment or a correction; a second clerk confirms it.", decision.Changing{}, preparedOut{}, http.StatusCreated, p.apiChange)),
		of(known, api(http.MethodPost, "/api/rounds/{id}/changes/{n}", run, "Confirms a prepared change as a second person, or drops it.", confirmIn{}, nil, http.StatusNoContent, p.apiConfirmChange)),
	}
}

// awardChange is one change as people see it.
type awardChange struct {
	round.After
	Reason      string
	PreparedBy  string
	ConfirmedBy string
	Mine        bool // the person who is looking entered it
}

type changesView struct {
	headView
	Changes []awardChange
	Entries []frame.Choice // who may be changed; none: the visitor changes nothing
	Grounds []frame.Choice
	Clerk   bool
	Typed   map[string]string
}

func (p *portal) changes(c *frame.Call, roundID string, only string) ([]awardChange, error) {
	all, err := round.Changes(c.Context(), p.Store, roundID)
	if err != nil {
		return nil, err
	}
	var out []awardChange
	for _, a := range all {
		if only != "" && (a.Dossier != only || a.State != "confirmed") {
			continue
		}
		v := awardChange{After: a, PreparedBy: p.nameOf(c, a.PreparedBy), ConfirmedBy: p.nameOf(c, a.ConfirmedBy), Mine: a.PreparedBy == c.Who.ID}
		if v.Reason, err = p.text(c, round.Chain(roundID), a.Reason); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (p *portal) changesPage(c *frame.Call, form map[string][]string) error {
	rd := frame.Kept[round.Round](c, "round")
	v := changesView{headView: roundHead(rd), Typed: map[string]string{}}
	for _, name := range []string{"entry", "kind", "number", "date", "ground", "name", "position", "unit", "reason"} {
		v.Typed[name] = typed(form, name)
	}
	var err error
	if v.Changes, err = p.changes(c, rd.ID, ""); err != nil {
		return err
	}
	for _, id := range rd.Settings.Clerks {
		v.Clerk = v.Clerk || id == c.Who.ID
	}
	if v.Clerk && rd.Decision != nil && rd.State == round.Decided {
		l, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
		if err != nil {
			return err
		}
		for _, e := range ordered(l.Entries) {
			if e.Place == round.Confirmed {
				v.Entries = append(v.Entries, frame.Choice{Value: e.Dossier + "." + e.Nominee, Text: e.Name + " – " + e.UnitName})
			}
		}
		for _, g := range round.Grounds() {
			v.Grounds = append(v.Grounds, frame.Choice{Value: string(g), Text: c.Say("ground." + string(g))})
		}
	}
	return c.Page(status(c), "changes", c.Say("changes.title"), v)
}

func (p *portal) prepareChange(c *frame.Call) error {
	x := decision.Changing{
		Kind: round.AfterKind(c.Field("kind")), Entry: c.Field("entry"), Number: c.Field("number"), Date: c.Day("date"),
		Ground: round.Ground(c.Field("ground")), Reason: c.Field("reason"),
		Is: round.Facts{Name: c.Field("name"), Position: c.Field("position"), Unit: c.Field("unit")},
	}
	err := missingIn(c, x).Fault("web.changes")
	if err == nil {
		_, err = p.Rooms.Decision.Change(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), x)
	}
	if err != nil {
		return retry(c, err, func() error { return p.changesPage(c, c.R.PostForm) })
	}
	return c.See("/rounds/" + c.Param("id") + "/changes")
}

// missingIn says of every field of the form at once what is wrong with it.
func missingIn(c *frame.Call, x decision.Changing) access.Slips {
	var out access.Slips
	_, number := round.DocumentNumber(x.Number)
	_, date := time.Parse(time.DateOnly, x.Date)
	kind := x.Kind == round.Annulment || x.Kind == round.Correction
	for _, s := range []struct {
		wrong      bool
		field, key string
	}{
		{x.Entry == "", "entry", "changes.bad-entry"},
		{!kind, "kind", "changes.bad-kind"},
		{!number, "number", "changes.bad-number"},
		{date != nil, "date", "changes.bad-date"},
		{x.Kind == round.Annulment && !slices.Contains(round.Grounds(), x.Ground), "ground", "changes.bad-ground"},
		{x.Kind == round.Correction && strings.TrimSpace(x.Is.Name+x.Is.Position+x.Is.Unit) == "", "name", "changes.bad-is"},
		{len([]rune(strings.TrimSpace(x.Reason))) < 10, "reason", "changes.bad-reason"},
	} {
		if s.wrong {
			out = append(out, access.Slip{Field: s.field, Sentence: c.Say(s.key)})
		}
	}
	return out
}

func (p *portal) confirmChange(c *frame.Call) error {
	n, err := changeNumber(c)
	if err != nil {
		return err
	}
	is := c.Field("is")
	if is != "confirm" && is != "drop" {
		err = access.Slips{{Field: "change-" + c.Param("n"), Sentence: c.Say("changes.choose")}}.Fault("web.changes")
	} else {
		err = p.Rooms.Decision.ConfirmChange(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), n, is == "confirm")
	}
	if err != nil {
		return retry(c, err, func() error { return p.changesPage(c, nil) })
	}
	return c.See("/rounds/" + c.Param("id") + "/changes")
}

func changeNumber(c *frame.Call) (int, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || n > round.MaxAfter {
		return 0, fault.New(fault.NotFound, "web.changes", "")
	}
	return n, nil
}

// changeOut is a change for programs.
type changeOut struct {
	N           int             `json:"n"`
	Kind        round.AfterKind `json:"kind"`
	Dossier     string          `json:"dossier"`
	Nominee     string          `json:"nominee"`
	Of          dossier.Kind    `json:"of"`
	Number      string          `json:"number"`
	Date        string          `json:"date"`
	Ground      round.Ground    `json:"ground,omitempty"`
	Reason      string          `json:"reason"`
	Was         round.Facts     `json:"was"`
	Is          round.Facts     `json:"is"`
	Old         round.Pointer   `json:"old"`
	State       string          `json:"state"`
	PreparedAt  time.Time       `json:"preparedAt"`
	ConfirmedAt time.Time       `json:"confirmedAt"`
}

func (p *portal) apiChanges(c *frame.Call) error {
	all, err := p.changes(c, c.Param("id"), "")
	if err != nil {
		return err
	}
	out := []changeOut{}
	for _, v := range all {
		a := v.After
		out = append(out, changeOut{a.N, a.Kind, a.Dossier, a.Nominee, a.Of, a.Number, a.Date, a.Ground, v.Reason, a.Was, a.Is, a.Old, a.State, a.PreparedAt, a.ConfirmedAt})
	}
	return c.JSON(http.StatusOK, out)
}

type preparedOut struct {
	N int `json:"n"`
}

func (p *portal) apiChange(c *frame.Call) error {
	var in decision.Changing
	if err := c.Decode(&in); err != nil {
		return err
	}
	n, err := p.Rooms.Decision.Change(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, preparedOut{n})
}

type confirmIn struct {
	Confirm bool `json:"confirm"` // false drops it
}

func (p *portal) apiConfirmChange(c *frame.Call) error {
	var in confirmIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	n, err := changeNumber(c)
	if err != nil {
		return err
	}
	if err := p.Rooms.Decision.ConfirmChange(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), n, in.Confirm); err != nil {
		return err
	}
	return c.Nothing()
}
