package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/review"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// entryView is one nominee on a list.
type entryView struct {
	round.Entry
	Key    string
	Points string
	Is     string
	Typed  string // reason as typed, when the form is shown again
}

func entries(es []round.Entry) []entryView {
	out := make([]entryView, 0, len(es))
	for _, e := range es {
		out = append(out, entryView{Entry: e, Key: review.Key(e), Points: pointsText(e.Score)})
	}
	return out
}

// pointsText writes hundredths of a point the Vietnamese way.
func pointsText(score int) string {
	if score == 0 {
		return ""
	}
	whole, cents := score/100, score%100
	if cents == 0 {
		return strconv.Itoa(whole)
	}
	return strings.TrimRight(fmt.Sprintf("%d,%02d", whole, cents), "0")
}

// placeView is how many places of a kind there are and how many are free.
type placeView struct {
	Kind             dossier.Kind
	Cap, Free, Taken int
	Chosen           int // by the selection that is shown
}

// placeViews are the places of a round, by kind.
type placeViews []placeView

// choosing tells that a selection is shown beside them.
func (v placeViews) choosing() bool {
	return slices.ContainsFunc(v, func(x placeView) bool { return x.Chosen > 0 })
}

func (p *portal) places(c *frame.Call, rd round.Round, chosen []round.Entry) (placeViews, error) {
	var out placeViews
	for _, k := range dossier.Kinds() {
		free, err := p.Store.Counter(c.Context(), round.PlaceCounter(rd.ID, k))
		if err != nil {
			return nil, err
		}
		v := placeView{Kind: k, Cap: rd.Settings.Caps[k], Free: int(free), Taken: rd.Settings.Caps[k] - int(free)}
		for _, e := range chosen {
			if e.Kind == k {
				v.Chosen++
			}
		}
		out = append(out, v)
	}
	return out, nil
}

type selectionView struct {
	taskHead
	N       int
	Shown   string
	Ready   bool // something is prepared
	By      string
	At      time.Time
	Entries []entryView
	Places  placeViews
	Pending int
	Mine    bool // the person who is looking prepared it: another must confirm

	Without    bool // the round is proposed to end without a selection
	Reason     string
	Candidates int // who competes and would not be selected
}

// selectionPage shows the head what was prepared.
func (p *portal) selectionPage(c *frame.Call, t round.Task, head taskHead) error {
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(t.Round))
	if err != nil {
		return err
	}
	v := selectionView{taskHead: head, N: t.Revision}
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(t.Round))
	if err != nil {
		return err
	}
	sel, err := p.prepared(c, t.Round, t.Revision)
	if err != nil {
		return err
	}
	if sel.State == "prepared" {
		v.Ready, v.Shown, v.At, v.Mine = true, sel.Shown(list), sel.PreparedAt, sel.PreparedBy == c.Who.ID
		v.By, v.Entries, v.Without = p.nameOf(c, sel.PreparedBy), entries(ordered(sel.Entries)), sel.Without
		if v.Reason, err = p.text(c, round.Chain(t.Round), sel.Reason); err != nil {
			return err
		}
	}
	if v.Without {
		cs, err := selection.Candidates(c.Context(), p.Store, t.Round)
		if err != nil {
			return err
		}
		v.Candidates = len(cs)
	}
	if v.Places, err = p.places(c, rd, sel.Entries); err != nil {
		return err
	}
	pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
	if err != nil {
		return err
	}
	v.Pending = int(pending)
	return c.Page(status(c), "task-selection", head.Step, v)
}

type reviewView struct {
	taskHead
	Shown   string
	Entries []entryView
	Places  placeViews
}

func (p *portal) reviewPage(c *frame.Call, t round.Task, head taskHead, form map[string][]string) error {
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(t.Round))
	if err != nil {
		return err
	}
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(t.Round))
	if err != nil {
		return err
	}
	v := reviewView{taskHead: head, Shown: list.Digest(), Entries: entries(ordered(list.Holding()))}
	for i := range v.Entries {
		e := &v.Entries[i]
		e.Is, e.Typed = typed(form, "is-"+e.Key), typed(form, "reason-"+e.Key)
	}
	if v.Places, err = p.places(c, rd, nil); err != nil {
		return err
	}
	return c.Page(status(c), "task-review", head.Step, v)
}

func (p *portal) decideReview(c *frame.Call, t round.Task) error {
	say := review.Deciding{Shown: c.Field("shown"), Nominees: map[string]review.Rule{}}
	for name, v := range c.R.PostForm {
		if key, ok := strings.CutPrefix(name, "is-"); ok && len(v) > 0 && v[0] != "" {
			say.Nominees[key] = review.Rule{Is: dossier.Standing(v[0]), Reason: c.Field("reason-" + key)}
		}
	}
	return p.Rooms.Review.Decide(c.Context(), c.Key(), c.Who.Actor, t.ID, say)
}

type decisionView struct {
	taskHead
	Entries []entryView
	Entered bool
	Number  string
	Date    string
	SHA256  string
	By      string
	At      time.Time
	Mine    bool // the person who is looking entered it: another must confirm
	Shown   string
	Open    string
	Read    bool // by the machine
	Seals   []signatureView
	Differ  []round.Difference
	Note    string
	Out     map[string]bool // entries said to be left out
	Typed   [2]string       // number and date, when the form is shown again
}

func (p *portal) decisionPage(c *frame.Call, t round.Task, head taskHead) error {
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(t.Round))
	if err != nil {
		return err
	}
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(t.Round))
	if err != nil {
		return err
	}
	v := decisionView{taskHead: head, Typed: [2]string{c.Field("number"), c.Field("date")}}
	for _, e := range entries(ordered(list.Holding())) {
		if e.Review != dossier.Held && e.Review != dossier.RefusedOne {
			v.Entries = append(v.Entries, e)
		}
	}
	if d := rd.Decision; d != nil && d.ListVersion == t.Revision {
		v.Entered, v.Number, v.Date, v.SHA256, v.At = true, d.Number, d.Date, d.SHA256, d.EnteredAt
		v.By, v.Mine, v.Shown = p.nameOf(c, d.EnteredBy), d.EnteredBy == c.Who.ID, decision.Shown(*d, list)
		v.Open = "/rounds/" + rd.ID + "/decision.pdf"
		v.Seals = signatureViews(c, d.Signatures)
		v.Read, v.Differ, v.Note, v.Out = d.Read, d.Differences, c.Field("note"), map[string]bool{}
		for _, key := range c.Fields("left-out") {
			v.Out[key] = true
		}
	}
	return c.Page(status(c), "task-decision", head.Step, v)
}

// enterDecision records number, date and PDF of the decision. The PDF was
// sent to the object store before, by an upload slot of the round.
func (p *portal) enterDecision(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	if t.Kind == round.AdHocKind {
		if err := p.enterAdHoc(c, t); err != nil {
			return retry(c, err, func() error { return p.taskAgain(c, t) })
		}
		return c.See("/tasks/" + t.ID)
	}
	up, err := p.decisionUpload(c, t.Round, c.Field("upload"))
	if err == nil {
		err = p.Rooms.Decision.Enter(c.Context(), c.Key(), c.Who.Actor, t.ID, decision.Entering{
			Number: c.Field("number"), Date: c.Day("date"),
			SHA256: up.SHA256, Bucket: up.Bucket, Key: up.Key, Version: up.Version,
		})
	}
	if err != nil {
		return retry(c, err, func() error { return p.taskAgain(c, t) })
	}
	return c.See("/tasks/" + t.ID)
}

// decisionUpload finds the bytes that came for an upload slot of the round.
func (p *portal) decisionUpload(c *frame.Call, roundID, id string) (decision.Entering, error) {
	return p.Rooms.Decision.Uploaded(c.Context(), roundID, id)
}

// decisionSlotIn and decisionSlotOut are what the decision page's script asks
// for and gets: a signed form to send the PDF to the object store.
type decisionSlotIn struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type decisionSlotOut struct {
	ID   string       `json:"id"`
	Form objects.Form `json:"form"`
}

func (p *portal) decisionSlot(c *frame.Call) error {
	var in decisionSlotIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	slot, err := p.Rooms.Decision.OpenSlot(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Size, in.SHA256)
	if err != nil {
		return err
	}
	form, err := p.Rooms.Objects.PresignPost(c.Context(), objects.Upload{Key: slot.Key, Size: slot.Size, SHA256: slot.SHA256, ContentType: "application/pdf", Life: submission.UploadLife})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, decisionSlotOut{ID: slot.ID, Form: form})
}

func (p *portal) decisionPDF(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	if rd.Decision == nil {
		return fault.New(fault.NotFound, "web.decision", "")
	}
	d := rd.Decision
	url, err := p.Rooms.Objects.PresignGet(c.Context(), objects.Ref{Bucket: d.Bucket, Key: d.Key, Version: d.Version},
		objects.Download{Name: "quyet-dinh.pdf", ContentType: "application/pdf", Inline: true, Life: viewLife})
	if err != nil {
		return err
	}
	return c.See(url)
}
