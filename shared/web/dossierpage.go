package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// resultView is a nominee's outcome as its unit sees it: never scores, never
// what others decide before the dossier has its outcome.
type resultView struct {
	Name     string
	Kind     dossier.Kind
	Standing dossier.Standing
	Reason   string
	Review   string
}

type revisionView struct {
	N       int
	Receipt string
	At      time.Time
	By      string
	Files   int
	Note    string
	Late    bool
}

type dossierView struct {
	ID        string
	Number    string
	Campaign  string
	Round     string
	UnitName  string
	Paper     string
	State     dossier.State
	Tag       string
	Turn      string
	Since     time.Time
	Due       dueView
	Closes    dueView
	Editable  bool
	Withdraw  bool
	Return    *returnView
	Results   []resultView
	Reason    string
	Decision  *round.Decision
	Revisions []revisionView
	Compare   bool
	Changes   []awardChange // after the decision
	Late      *lateView
	AskLate   bool // the unit may ask to be admitted late
	Findings  []findingView
	Mails     []noticeView
	History   []eventView
}

type returnView struct {
	At     time.Time
	Reason string
	Rules  bool // returned by the rules, not by a person
}

// editableNow says whether files and fields may be changed.
func (p *portal) editableNow(d dossier.Dossier) bool {
	return d.State == dossier.Draft && d.Due.IsZero() || (d.State == dossier.Draft || d.State == dossier.Returned) && p.Now().Before(d.Due)
}

// told reports whether a unit is told what was decided on single nominees.
func told(s dossier.State) bool {
	switch s {
	case dossier.Draft, dossier.Submitted, dossier.Validating, dossier.InAppraisal:
		return false
	}
	return true
}

// unitMails are the notices that go to a unit about its dossier.
var unitMails = []string{mail.Receipt, mail.ReturnedToUnit, mail.Result, mail.LapsedNotice, mail.NeedsPerson, mail.LateAdmitted, mail.LateRefused, mail.Changed}

func (p *portal) dossierPage(c *frame.Call) error {
	ctx := c.Context()
	d := frame.Kept[dossier.Dossier](c, "dossier")
	rd, _, err := load[round.Round](ctx, p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	v := dossierView{
		ID: d.ID, Number: p.number(c, d), Campaign: rd.Settings.Title, Round: rd.Settings.Name, UnitName: d.UnitName, Paper: d.Paper,
		State: called(d), Tag: stateTag(d.State), Turn: p.turn(c, d), Since: d.Since, Due: p.due(d.Due), Editable: p.editableNow(d),
		Withdraw: d.May(dossier.Withdrawn) && d.Deciding == "" && rd.Stage != "review" && rd.Stage != "posting" && rd.Stage != "decision",
	}
	if err := p.late(c, d, &v.Late); err != nil {
		return err
	}
	v.AskLate = d.State == dossier.NotSubmitted && d.Late == nil && submission.Admissible(rd)
	if d.State == dossier.Draft && d.Late == nil {
		v.Closes = p.due(rd.Settings.Closes)
	}
	if v.Reason, err = p.text(c, dossier.Chain(d.ID), d.Reason); err != nil {
		return err
	}
	if d.Return != nil {
		v.Return = &returnView{At: d.Since, Rules: d.Return.By == "validate"}
		if v.Return.Reason, err = p.text(c, dossier.Chain(d.ID), d.Return.Reason); err != nil {
			return err
		}
	}
	if told(d.State) {
		if v.Results, err = p.results(c, d); err != nil {
			return err
		}
	}
	if d.AdHoc || rd.State == round.Decided && (d.State == dossier.Awarded || d.State == dossier.NotSelected || d.State == dossier.Annulled) {
		if v.Decision, err = round.DecisionOn(ctx, p.Store, rd, d); err != nil {
			return err
		}
	}
	if rd.State == round.Decided {
		if v.Changes, err = p.changes(c, rd.ID, d.ID); err != nil {
			return err
		}
	}
	if err := p.dossierRevisions(c, d, &v); err != nil {
		return err
	}
	sent, err := list[mail.Sent](ctx, p.Store, mail.SentPart("dossier/"+d.ID), "")
	if err != nil {
		return err
	}
	for _, s := range sent {
		if slices.Contains(unitMails, s.Template) {
			v.Mails = append(v.Mails, noticeView{Kind: s.Template, At: s.At, Refused: s.Refused})
		}
	}
	if v.History, err = p.history(c, dossier.Chain(d.ID), 200); err != nil {
		return err
	}
	return c.Page(http.StatusOK, "dossier", v.Number, v)
}

func (p *portal) results(c *frame.Call, d dossier.Dossier) ([]resultView, error) {
	var out []resultView
	for _, n := range d.Nominees {
		reason, err := p.text(c, dossier.Chain(d.ID), n.Reason)
		if err != nil {
			return nil, err
		}
		out = append(out, resultView{Name: n.Name, Kind: n.Kind, Standing: n.Standing, Reason: reason, Review: n.Review})
	}
	return out, nil
}

// dossierRevisions fills in what was submitted, newest first, and the
// findings on the last revision once it is judged.
func (p *portal) dossierRevisions(c *frame.Call, d dossier.Dossier, v *dossierView) error {
	all, err := list[dossier.Revision](c.Context(), p.Store, dossier.Key(d.ID).Part, "revision/")
	if err != nil {
		return err
	}
	for _, rv := range all {
		note, err := p.text(c, dossier.Chain(d.ID), rv.Note)
		if err != nil {
			return err
		}
		v.Revisions = append(v.Revisions, revisionView{N: rv.N, Receipt: rv.Receipt, At: rv.At, By: p.nameOf(c, rv.By), Files: len(rv.Pinned), Note: note, Late: rv.Late})
	}
	if n := len(all); n > 0 && told(d.State) {
		if v.Findings, err = p.findings(c, d.ID, all[n-1]); err != nil {
			return err
		}
	}
	slices.Reverse(v.Revisions)
	v.Compare = len(all) > 1 || len(all) == 1 && d.State == dossier.Returned
	return nil
}

type receiptView struct {
	ID       string
	Number   string
	Campaign string
	Round    string
	UnitName string
	Revision int
	At       time.Time
	By       string
	Files    []dossier.Pin
	Total    int64
	Code     string
	Latest   bool
}

// receiptPage is the receipt of a submission, to print and keep. Its code is
// the digest of the files' hashes: whoever has the files can work it out.
func (p *portal) receiptPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	n, err := strconv.Atoi(c.Param("revision"))
	if err != nil || n < 1 || n > 9999 {
		return fault.New(fault.NotFound, "web.receipt", "")
	}
	rv, _, err := load[dossier.Revision](c.Context(), p.Store, dossier.RevisionKey(d.ID, n))
	if err != nil {
		return err
	}
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return err
	}
	v := receiptView{
		ID: d.ID, Number: rv.Receipt, Campaign: rd.Settings.Title, Round: rd.Settings.Name, UnitName: d.UnitName, Revision: rv.N, At: rv.At,
		By: p.nameOf(c, rv.By), Files: rv.Pinned, Latest: rv.N == d.Revision,
	}
	var sums []string
	for _, pin := range rv.Pinned {
		v.Total += pin.Size
		sums = append(sums, pin.SHA256)
	}
	slices.Sort(sums)
	v.Code = receiptCode(rv.Receipt, sums)
	return c.Page(http.StatusOK, "receipt", c.Say("receipt.title"), v)
}

// receiptCode is SHA-256 over the receipt's number and the files' hashes in
// order, a line each; its first 20 digits in groups of four.
func receiptCode(number string, sums []string) string {
	h := act.Hash(number + "\n" + strings.Join(sums, "\n") + "\n")
	var groups []string
	for i := 0; i < 20; i += 4 {
		groups = append(groups, h[i:i+4])
	}
	return strings.Join(groups, "-")
}

// changeView is one file as it differs between two revisions.
type changeView struct {
	Name, Before, After string
	Slot                dossier.Slot
	What                string // "added", "removed", "changed", "same"
	Fields              int    // corrections made since
}

type compareView struct {
	ID       string
	From, To string
	Return   *returnView
	Changes  []changeView
	Findings []findingView
}

// comparePage shows what changed since the revision before: against the files
// as they are now if the dossier is back at the unit.
func (p *portal) comparePage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	all, err := list[dossier.Revision](c.Context(), p.Store, dossier.Key(d.ID).Part, "revision/")
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fault.New(fault.NotFound, "web.compare", "")
	}
	v := compareView{ID: d.ID}
	var before, after []dossier.Pin
	old := all[len(all)-1]
	if d.State == dossier.Returned {
		docs, err := p.ownDocuments(c, d.ID)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if doc.HasBytes() {
				after = append(after, dossier.Pin{Document: doc.ID, Name: doc.Name, Slot: doc.Slot, SHA256: doc.SHA256, Size: doc.Size, Corrections: len(doc.Corrections)})
			}
		}
		before, v.From, v.To = old.Pinned, old.Receipt, c.Say("compare.now")
	} else {
		if len(all) < 2 {
			return fault.New(fault.NotFound, "web.compare", "")
		}
		before, after = all[len(all)-2].Pinned, old.Pinned
		v.From, v.To = all[len(all)-2].Receipt, old.Receipt
		old = all[len(all)-2]
	}
	if d.Return != nil {
		v.Return = &returnView{Rules: d.Return.By == "validate"}
		if v.Return.Reason, err = p.text(c, dossier.Chain(d.ID), d.Return.Reason); err != nil {
			return err
		}
	}
	if v.Findings, err = p.findings(c, d.ID, old); err != nil {
		return err
	}
	v.Changes = changes(before, after)
	return c.Page(http.StatusOK, "compare", c.Say("compare.title"), v)
}

func changes(before, after []dossier.Pin) []changeView {
	var out []changeView
	at := func(pins []dossier.Pin, id string) (dossier.Pin, bool) {
		i := slices.IndexFunc(pins, func(p dossier.Pin) bool { return p.Document == id })
		if i < 0 {
			return dossier.Pin{}, false
		}
		return pins[i], true
	}
	for _, a := range after {
		b, was := at(before, a.Document)
		ch := changeView{Name: a.Name, Slot: a.Slot, After: a.SHA256, Before: b.SHA256, What: "same", Fields: max(0, a.Corrections-b.Corrections)}
		switch {
		case !was:
			ch.What, ch.Fields = "added", 0
		case ch.Fields > 0 || a.Slot != b.Slot:
			ch.What = "changed"
		}
		out = append(out, ch)
	}
	for _, b := range before {
		if _, still := at(after, b.Document); !still {
			out = append(out, changeView{Name: b.Name, Slot: b.Slot, Before: b.SHA256, What: "removed"})
		}
	}
	return out
}

// withdrawPage shows exactly what withdrawing touches, and asks once.
func (p *portal) withdrawPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	v := withdrawView{ID: d.ID, Number: p.number(c, d), UnitName: d.UnitName, State: d.State, Reason: c.Field("reason")}
	for _, n := range d.Nominees {
		if n.Standing == dossier.PlaceTaken {
			v.Places++
		}
	}
	return c.Page(status(c), "dossier-withdraw", c.Say("withdraw.title"), v)
}

func (p *portal) withdraw(c *frame.Call) error {
	id := c.Param("id")
	if err := p.Rooms.Submission.Withdraw(c.Context(), c.Key(), c.Who.Actor, id, c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.withdrawPage(c) })
	}
	return c.See("/dossiers/" + id)
}

// outsider is how a unit's page names somebody of another body.
func (p *portal) outsider(c *frame.Call, who people.Person) string {
	if c.Who.Is(people.Submitter) && who.Unit != c.Who.Unit {
		return c.Say("actor.official")
	}
	return who.Name
}
