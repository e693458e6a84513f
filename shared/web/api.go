package web

import (
	"cmp"
	"net/http"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// The JSON API does what the pages do, under the same rules, by the same
// acts. What its types leave out, programs do not get.

// apiRoutes is what a unit's program needs: see the rounds, open a dossier,
// send files, watch them being read, see every fault, submit, get the receipt.
func (p *portal) apiRoutes() []frame.Route {
	own := p.ownDossier()
	const read, write = http.MethodGet, http.MethodPost
	return []frame.Route{
		api(read, "/api/me", frame.SignedIn(), "Who the caller is.", nil, meOut{}, 0, p.apiMe),
		api(read, "/api/rounds", nominators, "Rounds that take dossiers now.", nil, []roundOut{}, 0, p.apiRounds),
		api(read, "/api/dossiers", nominators, "The unit's dossiers, newest first.", nil, []dossierOut{}, 0, p.apiDossiers),
		api(write, "/api/dossiers", nominators, "Opens a dossier for a round.", submission.Opening{}, dossierOut{}, http.StatusCreated, p.apiOpen),
		of(own, api(read, "/api/dossiers/{id}", nominators, "Where a dossier is, whose turn, until when.", nil, dossierOut{}, 0, func(c *frame.Call) error {
			return c.JSON(http.StatusOK, p.dossierOut(c, frame.Kept[dossier.Dossier](c, "dossier")))
		})),
		of(own, api(read, "/api/dossiers/{id}/documents", nominators, "The dossier's files and how far they are read.", nil, []fileView{}, 0, p.apiDocuments)),
		of(own, api(write, "/api/dossiers/{id}/documents", nominators,
			"Asks for an upload: the answer holds a signed form (POST, the file as last part named file) or address (PUT) of the object store.",
			uploadIn{}, uploadOut{}, http.StatusCreated, p.apiUpload)),
		of(own, api(read, "/api/dossiers/{id}/documents/{document}", nominators, "One file with what was read from it.", nil, documentOut{}, 0, p.apiDocument)),
		of(own, api(write, "/api/dossiers/{id}/documents/{document}/upload", nominators, "Signs the upload of the same bytes anew, while nothing has come.", againIn{}, uploadOut{}, 0, p.apiUploadAgain)),
		of(own, api(write, "/api/dossiers/{id}/documents/{document}/slot", nominators, "Says what the unit holds a file to be.", slotIn{}, nil, http.StatusNoContent, p.apiSlot)),
		of(own, api(write, "/api/dossiers/{id}/documents/{document}/remove", nominators, "Takes a file out of the draft.", empty{}, nil, http.StatusNoContent, p.apiRemove)),
		of(own, api(write, "/api/dossiers/{id}/documents/{document}/corrections", nominators, "Lays values of a person over what was read.", correctionsIn{}, nil, http.StatusNoContent, p.apiCorrect)),
		of(own, api(read, "/api/dossiers/{id}/findings", nominators, "Everything that is wrong with the files as they are now, each with its rule and remedy.", nil, findingsOut{}, 0, p.apiFindings)),
		of(own, api(write, "/api/dossiers/{id}/submit", nominators, "Submits the stored files as the next revision and gives the receipt.", submission.Submitting{}, submission.Receipt{}, http.StatusCreated, p.apiSubmit)),
		of(own, api(read, "/api/dossiers/{id}/receipts/{revision}", nominators, "The receipt of a revision.", nil, receiptOut{}, 0, p.apiReceipt)),
		of(own, api(write, "/api/dossiers/{id}/withdraw", nominators, "Takes the dossier back; a reason of at least ten characters is needed.", withdrawIn{}, nil, http.StatusNoContent, p.apiWithdraw)),
	}
}

// api is one line of the table for programs.
func api(method, pattern string, who frame.Who, summary string, in, out any, status int, handle func(*frame.Call) error) frame.Route {
	return frame.Route{Method: method, Pattern: pattern, Kind: frame.API, Who: who, Token: true, Summary: summary, In: in, Out: out, Status: status, Handle: handle}
}

type meOut struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Roles  []people.Role `json:"roles"`
	Unit   string        `json:"unit,omitempty"`
	Method string        `json:"method"`
	Now    time.Time     `json:"now"` // of the product's clock
}

func (p *portal) apiMe(c *frame.Call) error {
	return c.JSON(http.StatusOK, meOut{ID: c.Who.ID, Name: c.Who.Name, Roles: c.Who.Roles, Unit: c.Who.Unit, Method: c.Who.Method, Now: p.Now().UTC()})
}

type roundOut struct {
	ID       string               `json:"id"`
	Campaign string               `json:"campaign"` // its id
	Title    string               `json:"title"`
	Name     string               `json:"name"`
	Opens    time.Time            `json:"opens"`
	Closes   time.Time            `json:"closes,omitzero"` // left out of an ad-hoc line
	Places   map[dossier.Kind]int `json:"places"`
	AdHoc    bool                 `json:"adHoc,omitempty"` // for outstanding acts at any time, outside the places of rounds
	Pending  int64                `json:"pending"`         // submitted dossiers that are not through appraisal
}

func (p *portal) apiRounds(c *frame.Call) error {
	rounds, err := p.openRounds(c)
	if err != nil {
		return err
	}
	out := []roundOut{}
	for _, rd := range rounds {
		s := rd.Settings
		pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
		if err != nil {
			return err
		}
		out = append(out, roundOut{ID: rd.ID, Campaign: s.Campaign, Title: s.Title, Name: s.Name, Opens: s.Opens, Closes: s.Closes, Places: s.Caps, AdHoc: s.AdHoc, Pending: pending})
	}
	return c.JSON(http.StatusOK, out)
}

type dossierOut struct {
	ID        string        `json:"id"`
	Round     string        `json:"round"`
	Unit      string        `json:"unit"`
	UnitName  string        `json:"unitName"`
	Paper     string        `json:"paper,omitempty"`
	OpenedAt  time.Time     `json:"openedAt"`
	State     dossier.State `json:"state"`
	StateName string        `json:"stateName"`
	Turn      string        `json:"turn"`
	Since     time.Time     `json:"since"`
	Due       *time.Time    `json:"due,omitempty"`
	Revision  int           `json:"revision"`
	Receipt   string        `json:"receipt,omitempty"`
	Editable  bool          `json:"editable"`
}

func (p *portal) dossierOut(c *frame.Call, d dossier.Dossier) dossierOut {
	out := dossierOut{
		ID: d.ID, Round: d.Round, Unit: d.Unit, UnitName: d.UnitName, Paper: d.Paper, OpenedAt: d.OpenedAt, State: d.State,
		StateName: c.Say("state." + string(called(d))), Turn: cmp.Or(p.turn(c, d), "–"), Since: d.Since, Revision: d.Revision, Receipt: d.Receipt, Editable: p.editableNow(d),
	}
	if !d.Due.IsZero() {
		out.Due = &d.Due
	}
	return out
}

func (p *portal) apiDossiers(c *frame.Call) error {
	all, err := p.reachable(c)
	if err != nil {
		return err
	}
	out := make([]dossierOut, 0, len(all))
	for _, d := range all {
		out = append(out, p.dossierOut(c, d))
	}
	return c.JSON(http.StatusOK, out)
}

func (p *portal) apiOpen(c *frame.Call) error {
	var in submission.Opening
	if err := c.Decode(&in); err != nil {
		return err
	}
	if c.Who.Is(people.Clerk) && (in.Unit == "" || in.Paper == "") {
		return fault.New(fault.Invalid, "web.dossier", c.Say("dossier.need-paper"))
	}
	id, err := p.Rooms.Submission.Open(c.Context(), c.Key(), c.Who.Actor, in)
	if err != nil {
		return err
	}
	d, _, err := p.Rooms.Submission.Own(c.Context(), c.Who.Actor, id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, p.dossierOut(c, d))
}

type correctionsIn struct {
	Corrections []correctionIn `json:"corrections"`
}

// correctionIn is a correction without who and when: those are the server's.
type correctionIn struct {
	Document int    `json:"document"`
	Nominee  int    `json:"nominee"` // -1: the document's own field
	Field    string `json:"field"`
	Value    string `json:"value"`
}

func (p *portal) apiCorrect(c *frame.Call) error {
	var in correctionsIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	r, _, err := p.machineReading(c, doc)
	if err != nil {
		return err
	}
	fixes := make([]reading.Correction, len(in.Corrections))
	for i, f := range in.Corrections {
		fixes[i] = reading.Correction{Document: f.Document, Nominee: f.Nominee, Field: f.Field, Value: f.Value}
	}
	if err := p.fits(r, fixes, c.Who.ID); err != nil {
		return err
	}
	if err := p.Rooms.Submission.Correct(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), doc.ID, fixes); err != nil {
		return err
	}
	return c.Nothing()
}
