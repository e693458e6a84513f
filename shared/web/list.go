package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/papers"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// listRoutes give the consolidated list of a round: as a page, as files for
// spreadsheets, and as the agency's letter.
func (p *portal) listRoutes() []frame.Route {
	see, known := frame.Only(officials...), p.knownRound()
	return []frame.Route{
		p.watched("list", of(known, get("/rounds/{id}/list", see, p.listPage))),
		p.watched("letter", of(known, get("/rounds/{id}/letter.docx", see, func(c *frame.Call) error {
			return p.letter(c, "to-trinh.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", papers.Paper.DOCX)
		}))),
		p.watched("letter", of(known, get("/rounds/{id}/letter.pdf", see, func(c *frame.Call) error { return p.letter(c, "to-trinh.pdf", "application/pdf", papers.Paper.PDF) }))),
		p.watched("list", of(known, api(http.MethodGet, "/api/rounds/{id}/list", see, "The consolidated list: who holds or held a place, what review said.", nil, listOut{}, 0, p.apiList))),
	}
}

type listView struct {
	headView
	List   frame.TableView
	Some   bool // somebody holds a place
	Signer signerForm
}

// ordered gives the entries of a list as official lists have them: by kind,
// best first, as they were selected.
func ordered(es []round.Entry) []round.Entry {
	out := slices.Clone(es)
	slices.SortStableFunc(out, func(a, b round.Entry) int {
		return slices.Index(dossier.Kinds(), a.Kind) - slices.Index(dossier.Kinds(), b.Kind)
	})
	return out
}

func (p *portal) listPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	l, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return err
	}
	choices := func(prefix string, values ...string) []frame.Choice {
		var out []frame.Choice
		for _, v := range values {
			out = append(out, frame.Choice{Value: v, Text: c.Say(prefix + v)})
		}
		return out
	}
	t := frame.Table{Name: "danh-sach", Caption: c.Say("roundlist.title"), Empty: c.Say("roundlist.none"), PerPage: 100, Columns: []frame.Column{
		{Key: "name", Title: c.Say("entry.name")},
		{Key: "kind", Title: c.Say("entry.kind"), Choices: choices("kind.", "tap_the", "ca_nhan")},
		{Key: "position", Title: c.Say("entry.position")},
		{Key: "unit", Title: c.Say("entry.unit")},
		{Key: "score", Title: c.Say("entry.score"), Number: true},
		{Key: "selection", Title: c.Say("roundlist.selection"), Number: true},
		{Key: "review", Title: c.Say("roundlist.review")},
		{Key: "place", Title: c.Say("roundlist.place"), Choices: choices("place.", "taken", "confirmed", "released", "annulled")},
		{Key: "change", Title: c.Say("roundlist.change")},
	}}
	fixed, err := p.corrections(c, rd.ID)
	if err != nil {
		return err
	}
	for _, e := range ordered(l.Entries) {
		e, by := corrected(e, fixed)
		change := ""
		if by != nil {
			change = c.Say("roundlist.corrected", by.Number, by.Was.Name)
		}
		review := ""
		if e.Review != "" {
			review = c.Say("standing." + string(e.Review))
		}
		t.Rows = append(t.Rows, []frame.Cell{
			{Text: e.Name},
			{Text: c.Say("kind." + string(e.Kind)), Value: string(e.Kind)},
			{Text: e.Position},
			{Text: e.UnitName},
			{Text: pointsText(e.Score), Sort: fmt.Sprintf("%06d", e.Score)},
			{Text: strconv.Itoa(e.Selection), Sort: fmt.Sprintf("%06d", e.Selection)},
			{Text: review},
			{Text: c.Say("place." + string(e.Place)), Value: string(e.Place)},
			{Text: change},
		})
	}
	if done, err := c.Export(t); done {
		return err
	}
	return c.Page(http.StatusOK, "round-list", c.Say("roundlist.title"), listView{roundHead(rd), c.List(t), len(proposed(l)) > 0, p.signerForm(c, "/rounds/"+rd.ID+"/letter")})
}

// corrections gives the confirmed corrections of a round's awards that count
// now, by dossier.nominee: what was decided stays as it was written, lists and
// letters made since say what is right.
func (p *portal) corrections(c *frame.Call, roundID string) (map[string]round.After, error) {
	all, err := round.Changes(c.Context(), p.Store, roundID)
	if err != nil {
		return nil, err
	}
	out := map[string]round.After{}
	for _, a := range all {
		if a.Kind == round.Correction && a.State == "confirmed" {
			out[a.Dossier+"."+a.Nominee] = a
		}
	}
	return out, nil
}

// corrected lays a correction over an entry.
func corrected(e round.Entry, by map[string]round.After) (round.Entry, *round.After) {
	a, ok := by[e.Dossier+"."+e.Nominee]
	if !ok || e.Place == round.Released {
		return e, nil
	}
	e.Name, e.Position, e.Unit = a.Is.Name, a.Is.Position, a.Is.Unit
	return e, &a
}

// proposed are the entries that a letter speaks of: who holds a place and was
// not refused or held by review.
func proposed(l round.List) []round.Entry {
	return slices.DeleteFunc(ordered(l.Holding()), func(e round.Entry) bool {
		return e.Review == dossier.RefusedOne || e.Review == dossier.Held || e.Place == round.Annulled
	})
}

// letter makes the standing agency's letter with the lists.
func (p *portal) letter(c *frame.Call, name, contentType string, write func(papers.Paper) ([]byte, error)) error {
	rd := frame.Kept[round.Round](c, "round")
	l, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return err
	}
	signer, err := signerOf(c)
	if err != nil {
		return err
	}
	es := proposed(l)
	if len(es) == 0 {
		return fault.New(fault.NotFound, "web.letter", c.Say("roundlist.none"))
	}
	r := papers.Request{Campaign: rd.Settings.Title, Round: rd.Settings.Name, Award: rd.Settings.Award, Made: rd.ClosedAt, Signer: signer}
	if steps := rd.Settings.DossierSteps(); len(steps) > 0 {
		r.Agency = steps[0].Body
	}
	if steps := rd.Settings.RoundSteps(); len(steps) > 0 {
		r.Reviewer = steps[0].Body
	}
	books, err := p.Rooms.Books.Now(c.Context())
	if err != nil {
		return err
	}
	set, plan, err := books.Pinned(rd.Settings.RuleSet)
	if err != nil {
		return err
	}
	r.Issuer, r.Plan = plan.Issuer.Or(""), plan.Number.Or("")
	if day, ok := plan.Date.Get(); ok {
		r.PlanDate = day.ISO()
	}
	for i := len(set.Layers) - 1; i >= 0; i-- { // the highest law first
		if x := set.Layers[i]; x.Certainty == campaign.Sure && (x.Layer == campaign.LayerLaw || x.Layer == campaign.LayerDecree) {
			r.Laws = append(r.Laws, x.Title)
		}
	}
	fixed, err := p.corrections(c, rd.ID)
	if err != nil {
		return err
	}
	for _, e := range es {
		e, _ = corrected(e, fixed)
		r.Nominees = append(r.Nominees, papers.Nominee{Collective: e.Kind == dossier.Collective, Name: e.Name, Position: e.Position, Unit: e.UnitName})
	}
	b, err := write(papers.Consolidated(r))
	if err != nil {
		return err
	}
	return c.Download(name, contentType, b)
}

// listOut is the consolidated list for programs.
type listOut struct {
	Version int         `json:"version"`
	Digest  string      `json:"digest"` // what a review or a decision is bound to
	Entries []listEntry `json:"entries"`
}

type listEntry struct {
	Kind      dossier.Kind     `json:"kind"`
	Name      string           `json:"name"`
	Position  string           `json:"position,omitempty"`
	UnitName  string           `json:"unitName"`
	Dossier   string           `json:"dossier"`
	Nominee   string           `json:"nominee"`
	Score     int              `json:"score"` // hundredths
	Selection int              `json:"selection"`
	Place     round.PlaceState `json:"place"`
	Review    dossier.Standing `json:"review,omitempty"`
	// Corrected is what a later decision made of name, position and unit; the
	// entry itself stays as it was decided.
	Corrected *round.Facts `json:"corrected,omitempty"`
}

func (p *portal) apiList(c *frame.Call) error {
	l, _, err := load[round.List](c.Context(), p.Store, round.ListKey(c.Param("id")))
	if err != nil {
		return err
	}
	out := listOut{Version: l.Version, Digest: l.Digest(), Entries: []listEntry{}}
	fixed, err := p.corrections(c, c.Param("id"))
	if err != nil {
		return err
	}
	for _, e := range ordered(l.Entries) {
		x := listEntry{e.Kind, e.Name, e.Position, e.UnitName, e.Dossier, e.Nominee, e.Score, e.Selection, e.Place, e.Review, nil}
		if _, by := corrected(e, fixed); by != nil {
			x.Corrected = &by.Is
		}
		out.Entries = append(out.Entries, x)
	}
	return c.JSON(http.StatusOK, out)
}
