package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/validate"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

type checkView struct {
	ID       string
	Number   string
	Files    []fileView
	Judged   validate.Judgement
	Findings []findingView
	Ready    bool
	Editable bool
	Doubtful int
}

// checkPage shows everything that is wrong, at once, on a draft as well.
func (p *portal) checkPage(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	j, err := p.judge(c.Context(), d, docs, nil)
	if err != nil {
		return err
	}
	v := checkView{ID: d.ID, Number: p.number(c, d), Judged: j.Judgement, Ready: j.ready && j.count > 0, Editable: p.editableNow(d)}
	for _, doc := range docs {
		f := p.fileOf(c, doc, j)
		v.Doubtful += f.Doubtful
		v.Files = append(v.Files, f)
	}
	for _, f := range j.Findings {
		v.Findings = append(v.Findings, findingView{Finding: p.spoken(f)})
	}
	return c.Page(http.StatusOK, "check", c.Say("check.title"), v)
}

// fieldView is one field beside the document: what was read, where, and what
// the person types over it.
type fieldView struct {
	reading.Field
	Key     string // of the form's inputs
	Shown   string // value as people write it
	Text    string // value as it is read, where it cannot be changed
	Options []frame.Choice
	Group   string // heading of the nominee it belongs to; "" for the document
	First   bool   // first field of its nominee: the row can be taken off there
	Row     string // key of the nominee's row
	Place   string // address of the picture of its place; "" if there is none
	By      string // who corrected it
}

// box is the place on the page, for the viewer: "left,top,right,bottom".
func (f fieldView) box() string {
	b := f.Evidence.BBox
	if b.IsZero() {
		return ""
	}
	return fmt.Sprintf("%.1f,%.1f,%.1f,%.1f", b[0], b[1], b[2], b[3])
}

// part is one document found in a file.
type part struct {
	Key    string
	Kind   reading.Kind
	Title  string
	Pages  string
	Doubt  []fieldView // asked about, first
	Fields []fieldView
	Lists  bool   // it lists nominees, so that one can be added
	Next   string // key of a nominee that is added
}

type documentPageView struct {
	ID       string
	Document fileView
	Parts    []part
	Missing  bool // nothing was found: a person says what it is
	NewKey   string
	Kinds    []frame.Choice
	Editable bool
	Open     string
	Count    int
	NomKinds []frame.Choice
	Read     bool // there is a reading
	Seals    []signatureView
}

// numbered is a field with the places the machine gave document and nominee,
// by which corrections are addressed.
type numbered struct {
	reading.Field
	Document int
}

// documentFields lists every field of a reading by its machine places:
// nominees taken off the list are left out, the others keep their numbers.
func documentFields(r reading.Reading, removed map[[2]int]bool) []numbered {
	var out []numbered
	for i, d := range r.Documents {
		for _, f := range reading.Fields(d) {
			if f.Nominee != reading.WholeDocument && removed[[2]int{i, f.Nominee}] {
				continue
			}
			out = append(out, numbered{f, i})
		}
	}
	return out
}

// machineReading gives a document's reading with its corrections laid over
// it, nominees taken off kept at their places and named apart.
func (p *portal) machineReading(c *frame.Call, doc dossier.Document) (reading.Reading, map[[2]int]bool, error) {
	removed := map[[2]int]bool{}
	var kept []reading.Correction
	for _, fix := range doc.Corrections {
		if fix.Field == reading.FieldRemoved {
			removed[[2]int{fix.Document, fix.Nominee}] = fix.Value == "true"
			continue
		}
		kept = append(kept, fix)
	}
	doc.Corrections = kept
	files, err := validate.Load(c.Context(), p.facts, []dossier.Document{doc})
	if err != nil || len(files) == 0 {
		return reading.Reading{}, removed, err
	}
	return files[0].Reading, removed, nil
}

func fieldKey(document, nominee int, field string) string {
	return fmt.Sprintf("v.%d.%d.%s", document, nominee, field)
}

// shown writes a canonical value as people write it.
func shown(f reading.Field) string {
	if f.Type == reading.TypeDate {
		if y, rest, ok := strings.Cut(f.Value, "-"); ok {
			if m, d, ok := strings.Cut(rest, "-"); ok {
				return d + "/" + m + "/" + y
			}
		}
	}
	if f.Type == reading.TypePercent {
		return strings.Replace(f.Value, ".", ",", 1)
	}
	return f.Value
}

// canonical reads what a person typed into the canonical form.
func canonical(t reading.Type, typed string) string {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
	switch t {
	case reading.TypeDate:
		if at, ok := frame.ParseDay(typed); ok {
			return at.Format("2006-01-02")
		}
	case reading.TypePercent:
		return strings.Replace(strings.TrimSuffix(typed, "%"), ",", ".", 1)
	}
	return typed
}

func (p *portal) options(c *frame.Call, t reading.Type) []frame.Choice {
	switch t {
	case reading.TypeBool:
		return []frame.Choice{{Value: "true", Text: c.Say("check.yes")}, {Value: "false", Text: c.Say("check.no")}}
	case reading.TypeKind:
		return p.slotChoices(c)
	case reading.TypeNomineeKind:
		return []frame.Choice{{Value: string(reading.Collective), Text: c.Say("kind.tap_the")}, {Value: string(reading.Individual), Text: c.Say("kind.ca_nhan")}}
	}
	return nil
}

// documentPage shows a document beside what was read from it, doubtful fields
// first. typed is a form that is shown again.
func (p *portal) documentPage(c *frame.Call, form map[string][]string) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	r, removed, err := p.machineReading(c, doc)
	if err != nil {
		return err
	}
	file := validate.File{ID: doc.ID, Reading: r}
	v := documentPageView{
		ID: d.ID, Document: p.fileView(c, doc, &file), Editable: p.editableNow(d) && doc.Settled() && doc.State != dossier.Rejected,
		Kinds: p.slotChoices(c), NomKinds: p.options(c, reading.TypeNomineeKind), NewKey: fieldKey(len(r.Documents), reading.WholeDocument, "kind"),
		Missing: len(r.Documents) == 0, Read: len(r.Pages) > 0, Seals: signatureViews(c, r.Signatures),
	}
	if doc.Version != "" && doc.State != dossier.Rejected {
		v.Open = "/dossiers/" + d.ID + "/documents/" + doc.ID + "/pdf"
	}
	for i, found := range r.Documents {
		pt := part{
			Key: strconv.Itoa(i), Kind: found.Kind, Title: c.Say("slot." + string(found.Kind)), Pages: pageSpan(found.Pages),
			Lists: found.Kind == reading.Letter || found.Kind == reading.Minutes, Next: fieldKey(i, len(found.Nominees), "ten"),
		}
		v.Parts = append(v.Parts, pt)
	}
	last := [2]int{-1, -1}
	for _, f := range documentFields(r, removed) {
		fv := fieldView{Field: f.Field, Key: fieldKey(f.Document, f.Nominee, f.Name), Shown: shown(f.Field), Options: p.options(c, f.Type)}
		fv.Label = p.label(c, f.Field)
		if v.Open != "" {
			fv.Place = p.placeAddress("/dossiers/"+d.ID+"/documents/"+doc.ID, fv)
		}
		if f.Corrected() {
			fv.By = p.nameOf(c, f.Evidence.By)
		}
		if t, ok := form[fv.Key]; ok && len(t) > 0 {
			fv.Shown = t[0]
		}
		fv.Text = fv.Shown
		if said, ok := chosen(fv.Options, f.Value); ok {
			fv.Text = said
		}
		if f.Nominee != reading.WholeDocument {
			fv.Group = c.Say("check.row", f.Nominee+1)
			fv.Row = fieldKey(f.Document, f.Nominee, reading.FieldRemoved)
			fv.First = last != [2]int{f.Document, f.Nominee}
			last = [2]int{f.Document, f.Nominee}
		}
		pt := &v.Parts[f.Document]
		if f.Unsure {
			v.Count++
			pt.Doubt = append(pt.Doubt, fv)
		} else {
			pt.Fields = append(pt.Fields, fv)
		}
	}
	return c.Page(status(c), "document", doc.Name, v)
}

// label is what a field is called: the reader's own Vietnamese name, or the
// English one of the catalog.
func (p *portal) label(c *frame.Call, f reading.Field) string {
	if key := "field." + f.Name; c.Lang != words.Vietnamese && p.words.Has(key) {
		return c.Say(key)
	}
	return f.Label
}

// chosen gives what people read where one of a few values was read.
func chosen(options []frame.Choice, value string) (string, bool) {
	for _, o := range options {
		if o.Value == value {
			return o.Text, true
		}
	}
	return "", false
}

func pageSpan(pages [2]int) string {
	if pages[0] == pages[1] {
		return strconv.Itoa(pages[0])
	}
	return fmt.Sprintf("%d–%d", pages[0], pages[1])
}

// nextDocument goes on to the next file with something to look at, or back to
// the check. The readings of the other files are loaded only when it is asked
// for, not with every page of a document.
func (p *portal) nextDocument(c *frame.Call) error {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	docs, err := p.ownDocuments(c, d.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(docs, func(x dossier.Document) bool { return x.ID == c.Param("document") })
	for i := 1; at >= 0 && i < len(docs); i++ {
		doc := docs[(at+i)%len(docs)]
		if !doc.Settled() || doc.State == dossier.Rejected {
			continue
		}
		r, removed, err := p.machineReading(c, doc)
		if err != nil {
			return err
		}
		for _, f := range documentFields(r, removed) {
			if f.Unsure {
				return c.See("/dossiers/" + d.ID + "/documents/" + doc.ID)
			}
		}
	}
	return c.See("/dossiers/" + d.ID + "/check")
}

// correctDocument lays what the person changed or confirmed over the reading.
func (p *portal) correctDocument(c *frame.Call) error {
	doc, err := p.ownDocument(c)
	if err != nil {
		return err
	}
	r, removed, err := p.machineReading(c, doc)
	if err != nil {
		return err
	}
	fixes := corrections(c, r, removed)
	here := "/dossiers/" + c.Param("id") + "/documents/" + doc.ID
	if len(fixes) == 0 {
		return c.See(here)
	}
	err = p.fits(r, fixes, c.Who.ID)
	if err == nil {
		err = p.Rooms.Submission.Correct(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), doc.ID, fixes)
	}
	if err != nil {
		return retry(c, err, func() error { return p.documentPage(c, c.R.PostForm) })
	}
	return c.See(here)
}

// fits checks every correction against the reading before any is recorded.
func (p *portal) fits(r reading.Reading, fixes []reading.Correction, by string) error {
	var laid []reading.Correction
	for _, f := range fixes {
		f.By, f.At = by, p.Now()
		if err := reading.Check(reading.Apply(r, laid), f); err != nil {
			return err
		}
		if f.Field != reading.FieldRemoved {
			laid = append(laid, f)
		}
	}
	return nil
}

// corrections reads the form: fields whose value changed, doubtful ones that
// were marked as right, nominees taken off or added, a document added.
func corrections(c *frame.Call, r reading.Reading, removed map[[2]int]bool) []reading.Correction {
	var out []reading.Correction
	fix := func(document, nominee int, field, value string) {
		out = append(out, reading.Correction{Document: document, Nominee: nominee, Field: field, Value: value})
	}
	rows := map[[2]int]bool{}
	for _, f := range documentFields(r, removed) {
		key := fieldKey(f.Document, f.Nominee, f.Name)
		row := [2]int{f.Document, f.Nominee}
		if f.Nominee != reading.WholeDocument && !rows[row] {
			rows[row] = true
			if c.Field(fieldKey(f.Document, f.Nominee, reading.FieldRemoved)) != "" {
				fix(f.Document, f.Nominee, reading.FieldRemoved, "true")
				removed[row] = true
			}
		}
		if _, sent := c.R.PostForm[key]; !sent || removed[row] {
			continue
		}
		value := canonical(f.Type, c.R.PostFormValue(key))
		if value != f.Value || c.Field("ok."+key) != "" {
			fix(f.Document, f.Nominee, f.Name, value)
		}
	}
	for i, d := range r.Documents {
		next := len(d.Nominees)
		if name := c.Field(fieldKey(i, next, "ten")); name != "" {
			fix(i, next, "ten", name)
			if kind := c.Field(fieldKey(i, next, "loai")); kind != "" {
				fix(i, next, "loai", kind)
			}
		}
	}
	if kind := c.Field(fieldKey(len(r.Documents), reading.WholeDocument, "kind")); kind != "" {
		fix(len(r.Documents), reading.WholeDocument, "kind", kind)
	}
	return out
}
