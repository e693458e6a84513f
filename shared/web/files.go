package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"hoso/shared/access"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/recognize"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
)

// fileView is one file of a dossier as its unit sees it.
type fileView struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Slot     dossier.Slot      `json:"slot,omitempty"`
	Size     int64             `json:"size"`
	SHA256   string            `json:"sha256,omitempty"`
	State    dossier.DocState  `json:"state"`
	Says     string            `json:"says"` // the state in words
	Settled  bool              `json:"settled"`
	Pages    int               `json:"pages,omitempty"`
	Kinds    []string          `json:"kinds,omitempty"` // what was recognised in it
	Doubtful int               `json:"doubtful"`        // fields a person is asked about
	Problem  *dossier.Problem  `json:"problem,omitempty"`
	Notes    []dossier.Problem `json:"notes,omitempty"`
	Progress string            `json:"progress,omitempty"` // of long recognition, in words
	Done     int               `json:"recognised,omitempty"`
	Of       int               `json:"toRecognise,omitempty"`
	Expired  bool              `json:"expired,omitempty"` // nothing came and the signature has ended
}

// ownDocuments gives a dossier's documents.
func (p *portal) ownDocuments(c *frame.Call, id string) ([]dossier.Document, error) {
	docs, _, err := submission.Documents(c.Context(), p.Store, id)
	return docs, err
}

// docTag marks a document's state for the eye.
func docTag(s dossier.DocState) string {
	switch s {
	case dossier.Read:
		return "good"
	case dossier.Rejected:
		return "bad"
	case dossier.NeedsEyes, dossier.Expected:
		return "warn"
	}
	return "plain"
}

func (p *portal) fileView(c *frame.Call, doc dossier.Document, file *validate.File) fileView {
	v := fileView{
		ID: doc.ID, Name: doc.Name, Slot: doc.Slot, Size: doc.Size, SHA256: doc.SHA256, State: doc.State, Says: c.Say("doc." + string(doc.State)),
		Settled: doc.Settled(), Pages: doc.Pages, Problem: doc.Problem, Notes: doc.Notes,
		Expired: doc.State == dossier.Expected && !p.Now().Before(doc.Expires),
	}
	if file == nil {
		return v
	}
	for _, d := range file.Reading.Documents {
		v.Kinds = append(v.Kinds, c.Say("slot."+string(d.Kind)))
	}
	for _, f := range documentFields(file.Reading, nil) {
		if f.Unsure {
			v.Doubtful++
		}
	}
	return v
}

// judged is a draft as it would be judged now: what `validate` will say.
type judged struct {
	validate.Judgement
	files map[string]validate.File
	docs  []dossier.Document
	ready bool // every file is read, refused, or left to a person
	count int  // files with bytes
	// done is how far recognition is with files that are at it.
	done map[string][]dossier.RecognisedPage
}

// judge reads what was read of a dossier's files and judges it, committing
// nothing: the same rules, the same readings, the same list as after submission.
func (p *portal) judge(ctx context.Context, d dossier.Dossier, docs []dossier.Document, contested map[string]string) (judged, error) {
	j := judged{files: map[string]validate.File{}, docs: docs, ready: true, done: map[string][]dossier.RecognisedPage{}}
	var stored []dossier.Document
	for _, doc := range docs {
		if !doc.HasBytes() {
			continue
		}
		j.count++
		if doc.Settled() {
			stored = append(stored, doc)
			continue
		}
		j.ready = false
		if doc.Stage == recognize.Name {
			done, err := dossier.RecognisedPages(ctx, p.Store, d.ID, doc.ID)
			if err != nil {
				return j, err
			}
			j.done[doc.ID] = done
		}
	}
	if j.ready {
		// Before it is said that all is read: is there a file without news?
		came, err := p.Rooms.Submission.Arrived(ctx, docs)
		if err != nil {
			return j, err
		}
		j.ready = !came
	}
	files, err := validate.Load(ctx, p.facts, stored)
	if err != nil {
		return j, err
	}
	for _, f := range files {
		j.files[f.ID] = f
	}
	rd, _, err := load[round.Round](ctx, p.Store, round.Key(d.Round))
	if err != nil {
		return j, err
	}
	books, err := p.Rooms.Books.Now(ctx)
	if err != nil {
		return j, err
	}
	pin := d.RuleSet
	if pin == "" && rd.Settings.AdHoc { // such a line stands longer than the rules it opened under
		if pin, err = books.PinAt(rd.Settings.RuleSet, p.Now()); err != nil {
			return j, err
		}
	}
	rules, err := books.Rules(rd.Settings, pin)
	if err != nil {
		return j, err
	}
	// As if it were received now: what the stage will set when it is.
	rules.Cap, rules.CapHow = rd.Settings.Nominations(d.People)
	rules.Agency, rules.Received = d.UnitName, calendar.DateOf(p.Now()).ISO()
	if rules.Known, err = register.Facts(ctx, p.Store, d, validate.Nominees(files, rules)); err != nil {
		return j, err
	}
	j.Judgement = validate.Judge(files, rules, contested)
	slices.SortStableFunc(j.Findings, func(a, b dossier.Finding) int { return weight(a.Severity) - weight(b.Severity) })
	return j, nil
}

func weight(s dossier.Severity) int {
	switch s {
	case dossier.Block:
		return 0
	case dossier.Warn:
		return 1
	}
	return 2
}

type filesView struct {
	ID       string
	Number   string
	Files    []fileView
	Slots    []frame.Choice
	Sizes    []frame.Choice
	Editable bool
	Ready    bool
	Judged   validate.Judgement
	Limits   submission.Limits
	Plain    *objects.Form // a signed form for browsers without script
	Upload   string        // name of the file the form is for
	Came     bool          // the browser just came back from an upload
}

func (p *portal) slotChoices(c *frame.Call) []frame.Choice {
	var out []frame.Choice
	for _, s := range []dossier.Slot{dossier.Letter, dossier.Minutes, dossier.Report, dossier.Other} {
		out = append(out, frame.Choice{Value: string(s), Text: c.Say("slot." + string(s))})
	}
	return out
}

// plainSizes are the upper bounds offered to a browser without script, which
// cannot say how large a file is before it sends it; in MB.
func plainSizes() []frame.Choice {
	return []frame.Choice{{Value: "10", Text: "≤ 10 MB"}, {Value: "50", Text: "≤ 50 MB"}, {Value: "100", Text: "≤ 100 MB"}}
}

// filesPage shows the files of a dossier. A browser without script that has
// just opened a place for a file is shown the form that sends it there.
func (p *portal) filesPage(c *frame.Call) error {
	id := c.Query("send")
	if id == "" {
		return p.showFiles(c, nil, "")
	}
	doc, _, err := load[dossier.Document](c.Context(), p.Store, dossier.DocumentKey(c.Param("id"), id))
	if err != nil {
		return err
	}
	if doc.State != dossier.Expected || doc.SHA256 != "" || !p.Now().Before(doc.Expires) {
		return c.See("/dossiers/" + c.Param("id") + "/files") // it came, or may not come any more
	}
	form, err := p.Rooms.Objects.PresignPlain(c.Context(), objects.PlainUpload{
		Key: doc.ObjectKey, Max: doc.Size,
		Back: p.PublicURL + "/dossiers/" + c.Param("id") + "/files", Life: uploadLife,
	})
	if err != nil {
		return err
	}
	return p.showFiles(c, &form, doc.Name)
}

func (p *portal) showFiles(c *frame.Call, plain *objects.Form, name string) error {
	if c.R.Method == http.MethodPost {
		c.Stay("/dossiers/" + c.Param("id") + "/files")
	}
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, docs, nil)
	if err != nil {
		return err
	}
	v := filesView{
		ID: d.ID, Number: p.number(c, d), Slots: p.slotChoices(c), Sizes: plainSizes(), Editable: p.editableNow(d), Ready: j.ready && j.count > 0,
		Judged: j.Judgement, Limits: p.Rooms.Submission.Limits.Effective(), Plain: plain, Upload: name, Came: c.Query("key") != "",
	}
	for _, doc := range docs {
		v.Files = append(v.Files, p.fileOf(c, doc, j))
	}
	return c.Page(status(c), "files", c.Say("files.title"), v)
}

func (p *portal) fileOf(c *frame.Call, doc dossier.Document, j judged) fileView {
	if f, ok := j.files[doc.ID]; ok {
		return p.fileView(c, doc, &f)
	}
	v := p.fileView(c, doc, nil)
	if done := j.done[doc.ID]; len(done) > 0 {
		v.Done, v.Of = len(done), done[len(done)-1].Of
		v.Progress = c.Say("files.recognised", v.Done, v.Of)
	}
	return v
}

// paceUploads bounds how many uploads a unit asks for.
func (p *portal) paceUploads(c *frame.Call, unit string) error {
	if wait, ok := p.Access.Limits.Take(access.Spend{Rate: p.Access.Rates.Uploads, Key: "upload/" + unit}); !ok {
		return &fault.Error{Kind: fault.Limited, Op: "web.upload", Code: "too-often", Err: access.Wait(wait), Public: c.Say("files.limited")}
	}
	return nil
}

// plainUpload opens an upload slot for a browser without script and leads to
// the signed form that sends the file straight to the object store.
func (p *portal) plainUpload(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	if err := p.paceUploads(c, d.Unit); err != nil {
		return err
	}
	sizes := map[string]int64{"10": 10 << 20, "50": 50 << 20, "100": 100 << 20}
	size := min(sizes[c.Field("size")], p.Rooms.Submission.Limits.Effective().File)
	if size == 0 {
		size = 10 << 20
	}
	slot := dossier.Slot(c.Field("slot"))
	name := c.Field("name")
	if name == "" {
		name = dossier.SlotName(slot) + ".pdf"
	}
	doc, err := p.Rooms.Submission.AddDocument(c.Context(), c.Key(), c.Who.Actor, d.ID, submission.Upload{Name: name, Size: size, Slot: slot})
	if err != nil {
		return retry(c, err, func() error { return p.showFiles(c, nil, "") })
	}
	return c.See("/dossiers/" + d.ID + "/files?send=" + doc.ID)
}

func (p *portal) setSlot(c *frame.Call) error {
	err := p.Rooms.Submission.SetSlot(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Param("document"), dossier.Slot(c.Field("slot")))
	if err != nil {
		return retry(c, err, func() error { return p.showFiles(c, nil, "") })
	}
	return c.See("/dossiers/" + c.Param("id") + "/files")
}

func (p *portal) removeDocument(c *frame.Call) error {
	err := p.Rooms.Submission.RemoveDocument(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), c.Param("document"))
	if err != nil {
		return retry(c, err, func() error { return p.showFiles(c, nil, "") })
	}
	return c.See("/dossiers/" + c.Param("id") + "/files")
}

// ownDocument reads one document of the dossier, removed ones as not there.
func (p *portal) ownDocument(c *frame.Call) (dossier.Document, error) {
	doc, _, err := load[dossier.Document](c.Context(), p.Store, dossier.DocumentKey(c.Param("id"), c.Param("document")))
	if err == nil && doc.State == dossier.Removed {
		err = fault.New(fault.NotFound, "web.document", "")
	}
	return doc, err
}

func (p *portal) ownPDF(c *frame.Call) error {
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	return p.viewDocument(c, doc)
}

// uploadLife is how long an upload's signature stands: never beyond what the
// object store signs for.
const uploadLife = min(submission.UploadLife, time.Hour)

// ticket is a signed upload: a form to post, or an address to put to.
type ticket struct {
	Method  string            `json:"method"` // POST (multipart form, the file last) or PUT
	URL     string            `json:"url"`
	Fields  map[string]string `json:"fields,omitempty"`  // of the form
	Headers map[string]string `json:"headers,omitempty"` // of the PUT
	Expires time.Time         `json:"expires"`
}

// sign makes the ticket of an open upload slot.
func (p *portal) sign(ctx context.Context, doc dossier.Document, put bool) (ticket, error) {
	u := objects.Upload{Key: doc.ObjectKey, Size: doc.Size, SHA256: doc.SHA256, ContentType: "application/pdf", Life: uploadLife}
	if put {
		t, err := p.Rooms.Objects.PresignPut(ctx, u)
		return ticket{Method: http.MethodPut, URL: t.URL, Headers: t.Headers, Expires: t.Expires}, err
	}
	f, err := p.Rooms.Objects.PresignPost(ctx, u)
	return ticket{Method: http.MethodPost, URL: f.URL, Fields: f.Fields, Expires: f.Expires}, err
}
