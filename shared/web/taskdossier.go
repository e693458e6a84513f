package web

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

// nomineeView is one nominee as its appraiser sees it.
type nomineeView struct {
	ID        string
	Name      string
	Kind      dossier.Kind
	Position  string
	Unit      string
	Birth     string
	Documents []docLink
	Before    dossier.Standing // kept from an earlier decision; "" if there is none
	HeldFor   string           // why it was put on hold, when it is asked about again
	Is        string           // what was chosen, when the form is shown again
	Reason    string
	Review    string
	Score     string
}

type docLink struct{ ID, Name string }

// findingView is a finding as people see it.
type findingView struct {
	dossier.Finding
	Sentence string // the unit's, where it contests the finding
}

// documentView is a document with what was read from it.
type documentView struct {
	ID     string
	Name   string
	Slot   dossier.Slot
	Pages  int
	SHA256 string
	Open   string // address that shows it
	Groups []fieldGroup
	Notes  []dossier.Problem
	Read   bool // there is a reading
	Seals  []signatureView
}

// fieldGroup is what was read from one document inside a file.
type fieldGroup struct {
	Title  string
	Fields []fieldView
}

type appraisalView struct {
	taskHead
	Dossier   string
	Number    string
	UnitName  string
	Received  time.Time
	Revision  int
	Shown     string
	Warnings  int
	Findings  []findingView
	Nominees  []nomineeView
	Documents []documentView
	Noted     bool
	Reason    string
	Act       string
	Scored    bool // by criteria
	Sheets    int  // brought so far
	Sheet     bool // one of them is the visitor's own
	Recall    bool // only nominees on hold are asked about, again
}

func (p *portal) appraisalPage(c *frame.Call, t round.Task, head taskHead, form map[string][]string) error {
	ctx := c.Context()
	d, _, err := load[dossier.Dossier](ctx, p.Store, dossier.Key(t.Dossier))
	if err != nil {
		return err
	}
	rv, _, err := load[dossier.Revision](ctx, p.Store, dossier.RevisionKey(t.Dossier, t.Revision))
	if err != nil {
		return err
	}
	if err := p.viewed(c, access.View{Dossier: d.ID, What: "task", Of: rv.Hash}); err != nil {
		return err
	}
	v := appraisalView{
		taskHead: head, Dossier: d.ID, Number: rv.Receipt, UnitName: d.UnitName, Received: rv.At, Revision: rv.N, Shown: rv.Hash,
		Warnings: rv.Counts.Warn + rv.Counts.Contested + rv.Counts.Inside, Noted: typed(form, "noted") != "", Reason: typed(form, "reason"), Act: typed(form, "act"), Recall: t.Recall,
	}
	if t.Recall {
		v.Warnings = 0 // they were acknowledged before
	}
	if err := p.scoringOf(c, &v, d, t.Revision); err != nil {
		return err
	}
	if v.Findings, err = p.findings(c, d.ID, rv); err != nil {
		return err
	}
	if v.Documents, err = p.documents(c, rv, d.ID, "/tasks/"+t.ID+"/documents/"); err != nil {
		return err
	}
	names := map[string]string{}
	for _, pin := range rv.Pinned {
		names[pin.Document] = pin.Name
	}
	for _, n := range d.Nominees {
		if t.Recall && n.Standing != dossier.Held {
			continue
		}
		nv := nomineeView{
			ID: n.ID, Name: n.Name, Kind: n.Kind, Position: n.Position, Unit: n.Unit, Birth: frame.ISODay(n.Birth),
			Is: typed(form, "is-"+n.ID), Reason: typed(form, "reason-"+n.ID), Review: typed(form, "review-"+n.ID), Score: typed(form, "score-"+n.ID),
		}
		switch {
		case t.Recall:
			if nv.HeldFor, err = p.text(c, dossier.Chain(d.ID), n.Reason); err != nil {
				return err
			}
		case n.Standing != dossier.Pending:
			nv.Before = n.Standing
		}
		for _, id := range n.Documents {
			nv.Documents = append(nv.Documents, docLink{ID: id, Name: names[id]})
		}
		v.Nominees = append(v.Nominees, nv)
	}
	return c.Page(status(c), "task-appraisal", v.Number+" – "+head.Step, v)
}

// findings reads a revision's findings, with the unit's sentences.
func (p *portal) findings(c *frame.Call, id string, rv dossier.Revision) ([]findingView, error) {
	if rv.Findings == "" {
		return nil, nil
	}
	body, err := p.facts.GetDigest(c.Context(), rv.Findings)
	if err != nil {
		return nil, err
	}
	var fs []dossier.Finding
	if err := json.Unmarshal(body, &fs); err != nil {
		return nil, fault.Wrap(fault.Internal, "web.findings", err)
	}
	out := make([]findingView, 0, len(fs))
	for _, f := range fs {
		if f.Inside && c.Who.Is(people.Submitter) {
			continue
		}
		s, err := p.text(c, dossier.Chain(id), act.TextRef(f.Contested))
		if err != nil {
			return nil, err
		}
		out = append(out, findingView{p.spoken(f), s})
	}
	return out, nil
}

// spoken gives a finding whose English quotes what was found in English: that
// may be a sentence of the reader, or the name of a field.
func (p *portal) spoken(f dossier.Finding) dossier.Finding {
	if f.Found == "" {
		return f
	}
	en := p.words.Translate(words.English, f.Found)
	if key := "field." + f.Field; en == f.Found && f.Nominee == "" && p.words.Has(key) && p.words.Say(words.Vietnamese, key) == f.Found {
		en = p.words.Say(words.English, key)
	}
	f.MessageEN = strings.ReplaceAll(f.MessageEN, f.Found, en)
	return f
}

// documents gives a revision's files with what was read from them, as it was
// judged: only the corrections that were in force then.
func (p *portal) documents(c *frame.Call, rv dossier.Revision, id, open string) ([]documentView, error) {
	docs, _, err := submission.Documents(c.Context(), p.Store, id)
	if err != nil {
		return nil, err
	}
	var out []documentView
	for _, pin := range rv.Pinned {
		for _, doc := range docs {
			if doc.ID != pin.Document {
				continue
			}
			doc.Corrections = doc.Corrections[:min(pin.Corrections, len(doc.Corrections))]
			files, err := validate.Load(c.Context(), p.facts, []dossier.Document{doc})
			if err != nil {
				return nil, err
			}
			v := documentView{Read: len(files) > 0 && len(files[0].Reading.Pages) > 0, ID: doc.ID, Name: doc.Name, Slot: doc.Slot, Pages: doc.Pages, SHA256: doc.SHA256, Notes: doc.Notes, Open: open + doc.ID}
			for _, f := range files {
				v.Seals = signatureViews(c, f.Reading.Signatures)
				for _, d := range f.Reading.Documents {
					v.Groups = append(v.Groups, p.valuesOf(c, d, doc, v.Open))
				}
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// valuesOf lists what was read from one document, the place of each doubtful
// value beside it.
func (p *portal) valuesOf(c *frame.Call, d reading.Document, doc dossier.Document, open string) fieldGroup {
	g := fieldGroup{Title: reading.KindLabel(d.Kind)}
	if key := "slot." + string(d.Kind); p.words.Has(key) {
		g.Title = c.Say(key)
	}
	for _, f := range reading.Fields(d) {
		v := fieldView{Field: f, Text: shown(f)}
		v.Label = p.label(c, f)
		if said, ok := chosen(p.options(c, f.Type), f.Value); ok {
			v.Text = said
		}
		if f.Nominee != reading.WholeDocument {
			v.Group = c.Say("check.row", f.Nominee+1)
		}
		if f.Unsure && doc.Version != "" && doc.State != dossier.Rejected {
			v.Place = p.placeAddress(open, v)
		}
		g.Fields = append(g.Fields, v)
	}
	return g
}

// taskPlace gives the picture of a value's place to whoever appraises the
// dossier. The place alone belongs to the page of the task, which is recorded
// as seen; the whole page of a document is recorded on its own.
func (p *portal) taskPlace(c *frame.Call) error {
	return p.shownPlace(c, frame.Kept[round.Task](c, "task").Dossier)
}

func (p *portal) shownPlace(c *frame.Call, id string) error {
	if id == "" {
		return fault.New(fault.NotFound, "web.place", "")
	}
	doc, _, err := load[dossier.Document](c.Context(), p.Store, dossier.DocumentKey(id, c.Param("document")))
	if err != nil {
		return err
	}
	if c.Query("cut") == "" {
		if err := p.viewed(c, access.View{Dossier: id, What: "document", Of: doc.ID}); err != nil {
			return err
		}
	}
	return p.drawPlace(c, doc)
}

// taskDocument sends the person on to a short signed address of the document.
func (p *portal) taskDocument(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	id := t.Dossier
	if id == "" {
		id = c.Query("dossier")
		list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(t.Round))
		if err != nil || list.Find(id, c.Query("nominee")) < 0 {
			return fault.New(fault.NotFound, "web.document", "")
		}
	}
	doc, _, err := load[dossier.Document](c.Context(), p.Store, dossier.DocumentKey(id, c.Param("document")))
	if err != nil {
		return err
	}
	if err := p.viewed(c, access.View{Dossier: id, What: "document", Of: doc.ID}); err != nil {
		return err
	}
	return p.viewDocument(c, doc)
}

// viewLife is how long a signed address of a document stands.
const viewLife = 5 * time.Minute

func (p *portal) viewDocument(c *frame.Call, doc dossier.Document) error {
	if doc.Version == "" || doc.State == dossier.Rejected {
		return fault.New(fault.NotFound, "web.document", "")
	}
	url, err := p.Rooms.Objects.PresignGet(c.Context(), objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: doc.Version},
		objects.Download{Name: doc.Name, ContentType: "application/pdf", Inline: true, Life: viewLife})
	if err != nil {
		return err
	}
	return c.See(url)
}

// decideAppraisal reads the form: nothing in it is preselected.
func (p *portal) decideAppraisal(c *frame.Call, t round.Task) error {
	say := appraisal.Deciding{
		Shown: c.Field("shown"), Noted: c.Field("noted") != "", Return: c.Field("act") == "return", Reason: c.Field("reason"),
		Nominees: map[string]appraisal.Rule{},
	}
	if !t.Recall && c.Field("act") != "return" && c.Field("act") != "decide" {
		return fault.New(fault.Invalid, "web.appraisal", c.Say("task.choose-act"))
	}
	for name, v := range c.R.PostForm {
		id, ok := strings.CutPrefix(name, "is-")
		if !ok || len(v) == 0 || v[0] == "" {
			continue
		}
		score, err := points(c.Field("score-" + id))
		if err != nil {
			return fault.New(fault.Invalid, "web.appraisal", c.Say("task.bad-score"))
		}
		say.Nominees[id] = appraisal.Rule{Is: dossier.Standing(v[0]), Reason: c.Field("reason-" + id), Review: c.Day("review-" + id), Score: score}
	}
	return p.Rooms.Appraisal.Decide(c.Context(), c.Key(), c.Who.Actor, t.ID, say)
}

// points reads a score of 0 to 100 with at most two decimals, comma or point,
// in hundredths. An empty one is 0.
func points(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || !(f >= 0 && f <= 100) {
		return 0, fault.New(fault.Invalid, "web.score", "")
	}
	return int(f*100 + 0.5), nil
}
