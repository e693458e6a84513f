package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/search"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

func (p *portal) auditRoutes() []frame.Route {
	see := frame.Only(readers()...)
	known := p.anyDossier()
	return []frame.Route{
		get("/search", see, p.searchPage),
		withObjects(of(known, get("/records/{id}", see, p.recordPage))),
		of(known, get("/records/{id}/package", see, p.packageFile)),
		of(known, get("/records/{id}/decision.pdf", see, p.recordDecisionPDF)),
		of(known, get("/records/{id}/documents/{document}", see, p.recordDocument)),
		of(known, get("/records/{id}/documents/{document}/place", see, p.recordPlace)),
		of(known, get("/records/{id}/withdraw", frame.Only(people.Admin), p.recordWithdrawPage)),
		of(known, post("/records/{id}/withdraw", frame.Only(people.Admin), p.recordWithdraw)),
	}
}

// readers are the roles that may open the record of any dossier; reads tells
// whether somebody has one: to others no page links there.
func readers() []people.Role { return []people.Role{people.Auditor, people.Admin} }

func reads(who access.Visitor) bool { return slices.ContainsFunc(readers(), who.Is) }

// anyDossier lets through who asks for a dossier that is there.
func (p *portal) anyDossier() frame.Owner {
	return frame.Owner{Name: "any dossier", Check: func(c *frame.Call) error {
		d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(c.Param("id")))
		c.Keep("dossier", d)
		return err
	}}
}

// hitView is one dossier that was found.
type hitView struct {
	search.Hit
	Number   string
	UnitName string
	State    dossier.State
}

type searchView struct {
	Text   string
	Year   string
	Hits   []hitView
	Report reportHit // whose receipt has the number that was typed
	Next   string
	Done   bool
}

func (p *portal) searchPage(c *frame.Call) error {
	v := searchView{Text: c.Query("q"), Year: c.Query("year")}
	if v.Text == "" {
		return c.Page(http.StatusOK, "search", c.Say("search.title"), v)
	}
	var err error
	if v.Report, err = p.reportByNumber(c, v.Text); err != nil {
		return err
	}
	year, _ := strconv.Atoi(v.Year) // anything else than a year means any year
	hits, next, err := p.Rooms.Search.Find(c.Context(), search.Query{Text: v.Text, Year: year, Campaign: c.Query("campaign"), Unit: c.Query("unit"), After: c.Query("after")})
	if err != nil {
		return retry(c, err, func() error { return c.Page(status(c), "search", c.Say("search.title"), v) })
	}
	v.Next, v.Done = next, true
	keys := make([]store.Key, len(hits))
	for i, h := range hits {
		keys[i] = dossier.Key(h.Dossier)
	}
	recs, err := p.Store.GetMany(c.Context(), keys)
	if err != nil {
		return err
	}
	for i, h := range hits {
		var d dossier.Dossier
		if recs[i].Rev == 0 {
			continue
		}
		if err := recs[i].Decode(&d); err != nil {
			return err
		}
		v.Hits = append(v.Hits, hitView{Hit: h, Number: d.Receipt, UnitName: d.UnitName, State: d.State})
	}
	return c.Page(http.StatusOK, "search", c.Say("search.title"), v)
}

// recordEvent is one event of the history as evidence.
type recordEvent struct {
	Seq   int64
	At    time.Time
	Type  string
	Saw   string // what was looked at, of a look
	Actor string
	Data  string
	Hash  string
}

type recordView struct {
	ID        string
	Number    string
	UnitName  string
	Unit      string
	State     dossier.State
	Since     time.Time
	Holder    string
	Due       dueView
	Campaign  string
	RoundID   string
	RoundName string
	Nominees  []dossier.Nominee
	Events    []recordEvent
	Views     []recordEvent // who looked at it: for auditors
	Mails     []mail.Sent
	Documents []documentView
	Findings  []findingView
	Revision  int
	Sealed    bool
	Package   *dossier.Package
	Withdraw  bool
	Admin     bool
	Late      *lateView
	Answer    bool // an administrator may admit or refuse it late
	Assign    *assignView
	Decision  *round.Decision // on the dossier alone, of an ad-hoc line
}

// recordPage is a dossier as evidence: where it is, who saw and decided what
// on which hashes, and the whole package once it is sealed.
func (p *portal) recordPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	if err := p.viewed(c, access.View{Dossier: d.ID, What: "record"}); err != nil {
		return err
	}
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	v := recordView{
		ID: d.ID, Number: p.number(c, d), UnitName: d.UnitName, State: called(d), Since: d.Since, Holder: p.holder(c, d), Due: p.due(d.Due),
		Campaign: rd.Settings.Title, RoundID: rd.ID, RoundName: rd.Settings.Name, Nominees: d.Nominees, Revision: d.Revision, Sealed: d.Sealed, Package: d.Package,
		Admin:    c.Who.Is(people.Admin),
		Withdraw: c.Who.Is(people.Admin) && d.May(dossier.Withdrawn),
		Answer:   c.Who.Is(people.Admin) && d.State == dossier.NotSubmitted && (d.Late == nil || d.Late.Open()),
	}
	if err := p.late(c, d, &v.Late); err != nil {
		return err
	}
	if v.Assign, err = p.assignable(c, d.Asked(), "/records/"+d.ID); err != nil {
		return err
	}
	if d.AdHoc {
		if v.Decision, err = round.DecisionOn(c.Context(), p.Store, rd, d); err != nil {
			return err
		}
	}
	if v.Events, err = p.events(c, dossier.Chain(d.ID)); err != nil {
		return err
	}
	if c.Who.Is(people.Auditor) {
		if v.Views, err = p.events(c, access.ViewChain(dossier.Chain(d.ID))); err != nil {
			return err
		}
	}
	if v.Mails, err = list[mail.Sent](c.Context(), p.Store, mail.SentPart("dossier/"+d.ID), ""); err != nil {
		return err
	}
	slices.SortStableFunc(v.Mails, func(a, b mail.Sent) int { return b.At.Compare(a.At) })
	if d.Revision > 0 {
		rv, _, err := load[dossier.Revision](c.Context(), p.Store, dossier.RevisionKey(d.ID, d.Revision))
		if err != nil {
			return err
		}
		if v.Findings, err = p.findings(c, d.ID, rv); err != nil {
			return err
		}
		if v.Documents, err = p.documents(c, rv, d.ID, "/records/"+d.ID+"/documents/"); err != nil {
			return err
		}
	}
	return c.Page(status(c), "record", v.Number, v)
}

// events reads a chain's whole history.
func (p *portal) events(c *frame.Call, chain string) ([]recordEvent, error) {
	var out []recordEvent
	for {
		page, err := p.eventsFrom(c, chain, int64(len(out)))
		if len(page) == 0 || err != nil {
			return out, err
		}
		out = append(out, page...)
	}
}

// eventsFrom reads a page of a chain, from a place in it.
func (p *portal) eventsFrom(c *frame.Call, chain string, from int64) ([]recordEvent, error) {
	page, err := p.Store.Events(c.Context(), chain, from, store.MaxPage)
	if err != nil {
		return nil, err
	}
	var out []recordEvent
	names := map[string]string{}
	for _, placed := range page {
		e, err := evidence.Read(placed)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "web.events", err)
		}
		if names[e.Actor] == "" {
			names[e.Actor] = p.partName(c, e.Actor)
		}
		out = append(out, recordEvent{Seq: e.Seq, At: e.At, Type: e.Type, Saw: p.saw(c, e), Actor: names[e.Actor], Data: string(e.Data), Hash: e.Hash})
	}
	return out, nil
}

func (p *portal) packageFile(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	if d.Package == nil {
		return fault.New(fault.NotFound, "web.package", c.Say("record.not-sealed"))
	}
	if err := p.viewed(c, access.View{Dossier: d.ID, What: "package", Of: d.Package.SHA256}); err != nil {
		return err
	}
	url, err := p.Rooms.Objects.PresignGet(c.Context(), objects.Ref{Bucket: d.Package.Bucket, Key: d.Package.Key, Version: d.Package.Version},
		objects.Download{Name: "ho-so-" + d.ID + ".zip", ContentType: "application/zip", Life: viewLife})
	if err != nil {
		return err
	}
	return c.See(url)
}

func (p *portal) recordDocument(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	doc, _, err := load[dossier.Document](c.Context(), p.Store, dossier.DocumentKey(d.ID, c.Param("document")))
	if err != nil {
		return err
	}
	if err := p.viewed(c, access.View{Dossier: d.ID, What: "document", Of: doc.ID}); err != nil {
		return err
	}
	return p.viewDocument(c, doc)
}

func (p *portal) recordPlace(c *frame.Call) error {
	return p.shownPlace(c, frame.Kept[dossier.Dossier](c, "dossier").ID)
}

type withdrawView struct {
	ID, Number, UnitName, Reason string
	State                        dossier.State
	Places                       int
}

// recordWithdrawPage shows what withdrawing a dossier for its unit touches.
func (p *portal) recordWithdrawPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	v := withdrawView{ID: d.ID, Number: p.number(c, d), UnitName: d.UnitName, State: d.State, Reason: c.R.PostFormValue("reason")}
	for _, n := range d.Nominees {
		if n.Standing == dossier.PlaceTaken {
			v.Places++
		}
	}
	return c.Page(status(c), "record-withdraw", c.Say("withdraw.title"), v)
}

func (p *portal) recordWithdraw(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	if err := p.Rooms.Submission.Withdraw(c.Context(), c.Key(), c.Who.Actor, d.ID, c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.recordWithdrawPage(c) })
	}
	return c.See("/records/" + d.ID)
}
