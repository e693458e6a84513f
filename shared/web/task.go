package web

import (
	"net/http"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// linkRoutes are the mailed links to tasks. Opening one changes nothing.
func (p *portal) linkRoutes() []frame.Route {
	return []frame.Route{
		get("/v/{token}", frame.Everybody(), p.openLink),
		get("/link/expired", frame.Everybody(), func(c *frame.Call) error {
			return c.Page(http.StatusGone, "link-expired", c.Say("link.expired.title"), nil)
		}),
		post("/link/renew", frame.Everybody(), p.renewLink),
	}
}

// openLink keeps the token in the browser and shows an address without it.
func (p *portal) openLink(c *frame.Call) error {
	token := linkToken(c.Param("token"))
	l, _, err := load[round.Link](c.Context(), p.Store, round.LinkKey(act.Hash(token)))
	if fault.Is(err, fault.NotFound) {
		if lerr := p.wrongLink(c); lerr != nil {
			return lerr
		}
		return &fault.Error{Kind: fault.Gone, Op: "web.link", Code: "link-unknown", Public: c.Say("link.unknown")}
	}
	if err != nil {
		return err
	}
	c.SetLink(token)
	if !p.Now().Before(l.Expires) {
		return c.See("/link/expired")
	}
	return c.See("/tasks/" + l.Task)
}

// renewLink mails a new link to the owner of an expired one; whoever asks
// learns nothing and gets nothing.
func (p *portal) renewLink(c *frame.Call) error {
	if err := p.Rooms.Parking.Renew(c.Context(), c.Key(), act.Hash(c.Link())); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return c.Page(http.StatusOK, "link-renewed", c.Say("link.renewed.title"), nil)
}

func (p *portal) taskRoutes() []frame.Route {
	known := frame.Owner{Name: "task", Check: func(c *frame.Call) error {
		t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(c.Param("id")))
		c.Keep("task", t)
		return err
	}}
	mine := frame.Owner{Name: "own task", Check: func(c *frame.Call) error {
		t, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(c.Param("id")))
		if err == nil && !t.For(c.Who.ID) {
			err = fault.New(fault.NotFound, "web.task", "")
		}
		c.Keep("task", t)
		return err
	}}
	return []frame.Route{
		withObjects(of(known, get("/tasks/{id}", frame.Everybody(), p.taskPage))),
		of(known, post("/tasks/{id}/code", frame.Everybody(), p.taskCode)),
		of(mine, post("/tasks/{id}", frame.SignedIn(), p.decideTask)),
		of(mine, get("/tasks/{id}/documents/{document}", frame.SignedIn(), p.taskDocument)),
		of(mine, get("/tasks/{id}/documents/{document}/place", frame.SignedIn(), p.taskPlace)),
		of(mine, post("/tasks/{id}/decision", frame.Only(people.Clerk), p.enterDecision)),
		of(mine, get("/tasks/{id}/decision.pdf", frame.Only(people.Clerk), p.taskDecisionPDF)),
		{
			Method: http.MethodPost, Pattern: "/api/tasks/{id}/decision-uploads", Kind: frame.API, Who: frame.Only(people.Clerk), Owner: mine, Handle: p.decisionSlot,
			Summary: "Ask for a place to send the PDF of the Chairman's decision to.", In: decisionSlotIn{}, Out: decisionSlotOut{}, Status: http.StatusCreated,
		},
	}
}

// withObjects lets a page show what lies in the object store.
func withObjects(r frame.Route) frame.Route {
	r.Objects = true
	return r
}

// taskHead is what anybody who knows a task's address may see of it.
type taskHead struct {
	ID       string
	Kind     string
	Campaign string
	Round    string
	Step     string
	Due      dueView
	Persons  []string // names of who may act
	Other    bool     // somebody else is signed in
	CanCode  bool     // this browser came by the link of somebody who may act
	State    round.TaskState
}

// taskPage shows a task to who may decide it, and to everybody else only that
// it is there, until when, and who may act.
func (p *portal) taskPage(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	head, err := p.taskHead(c, t)
	if err != nil {
		return err
	}
	if !c.Present() {
		return c.Page(http.StatusOK, "task-door", head.Step, head)
	}
	if !t.For(c.Who.ID) {
		head.Other = true
		return c.Page(http.StatusForbidden, "task-door", head.Step, head)
	}
	if err := p.watchedTask(c, t); err != nil {
		return err
	}
	switch {
	case t.State == round.TaskVoid:
		return p.voidPage(c, t, head)
	case t.State == round.TaskDecided:
		return p.decidedPage(c, t, head)
	}
	switch t.Kind {
	case "appraisal":
		return p.appraisalPage(c, t, head, nil)
	case "selection":
		return p.selectionPage(c, t, head)
	case "review":
		return p.reviewPage(c, t, head, nil)
	case "decision":
		return p.decisionPage(c, t, head)
	case round.AdHocKind:
		return p.adHocPage(c, t, head)
	}
	return fault.New(fault.NotFound, "web.task", "")
}

func (p *portal) taskHead(c *frame.Call, t round.Task) (taskHead, error) {
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(t.Round))
	if err != nil {
		return taskHead{}, err
	}
	h := taskHead{ID: t.ID, Kind: t.Kind, Campaign: rd.Settings.Title, Round: rd.Settings.Name, Step: p.words.Translate(c.Lang, t.Title), Due: p.due(t.Due), State: t.State}
	for _, id := range t.Persons {
		who, _, err := load[people.Person](c.Context(), p.Store, people.Key(id))
		if err != nil {
			return h, err
		}
		h.Persons = append(h.Persons, who.Name)
	}
	if l, err := p.linkOf(c); err == nil {
		h.CanCode = l.Task == t.ID && t.For(l.Person)
	}
	return h, nil
}

// linkOf gives the link this browser last opened.
func (p *portal) linkOf(c *frame.Call) (round.Link, error) {
	if c.Link() == "" {
		return round.Link{}, fault.New(fault.NotFound, "web.link", "")
	}
	l, _, err := load[round.Link](c.Context(), p.Store, round.LinkKey(act.Hash(c.Link())))
	return l, err
}

// taskCode mails a sign-in code to the owner of the link this browser opened:
// a second mail, to the registered address.
func (p *portal) taskCode(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	l, err := p.linkOf(c)
	if err != nil || l.Task != t.ID || !t.For(l.Person) {
		return c.See("/sign-in?next=/tasks/" + t.ID)
	}
	return p.mailCode(c, l.Person, "/tasks/"+t.ID)
}

// decideTask takes a decision; each kind of task has its own form.
func (p *portal) decideTask(c *frame.Call) error {
	t := frame.Kept[round.Task](c, "task")
	var err error
	switch t.Kind {
	case "appraisal":
		err = p.decideAppraisal(c, t)
	case "selection":
		err = p.Rooms.Selection.Confirm(c.Context(), c.Key(), c.Who.Actor, t.Round, t.Revision, c.Field("shown"))
	case "review":
		err = p.decideReview(c, t)
	case "decision", round.AdHocKind:
		confirm := p.Rooms.Decision.Confirm
		if t.Kind == round.AdHocKind {
			confirm = p.Rooms.Decision.ConfirmOne
		}
		err = confirm(c.Context(), c.Key(), c.Who.Actor, t.ID, decision.Confirming{
			Shown: c.Field("shown"), Note: c.Field("note"), LeftOut: c.Fields("left-out"),
		})
	default:
		err = fault.New(fault.NotFound, "web.task", "")
	}
	switch fault.CodeOf(err) {
	case "task-decided":
		return c.See("/tasks/" + t.ID)
	case "task-void": // its page leads to what is asked now
		return c.See("/tasks/" + t.ID + "?unsaved=1")
	}
	if err != nil {
		return retry(c, err, func() error { return p.taskAgain(c, t) })
	}
	return c.See("/tasks/" + t.ID)
}

// taskAgain shows the form again with what was typed.
func (p *portal) taskAgain(c *frame.Call, t round.Task) error {
	head, err := p.taskHead(c, t)
	if err != nil {
		return err
	}
	switch t.Kind {
	case "appraisal":
		return p.appraisalPage(c, t, head, c.R.PostForm)
	case "review":
		return p.reviewPage(c, t, head, c.R.PostForm)
	case "selection":
		return p.selectionPage(c, t, head)
	case round.AdHocKind:
		return p.adHocPage(c, t, head)
	}
	return p.decisionPage(c, t, head)
}

// voidView leads from what changed to what is asked now.
type voidView struct {
	taskHead
	Current string // address of the person's current task on the same subject; "" if there is none
	Unsaved bool   // a decision was just sent, and not recorded
}

func (p *portal) voidPage(c *frame.Call, t round.Task, head taskHead) error {
	v := voidView{taskHead: head, Unsaved: c.Query("unsaved") != ""}
	current := ""
	if t.Dossier != "" {
		d, _, err := load[dossier.Dossier](c.Context(), p.Store, dossier.Key(t.Dossier))
		if err != nil {
			return err
		}
		current = d.Asked()
	} else {
		rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(t.Round))
		if err != nil {
			return err
		}
		current = rd.Task
	}
	if current != "" && current != t.ID {
		now, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(current))
		if err != nil {
			return err
		}
		if now.For(c.Who.ID) && now.State == round.TaskOpen {
			v.Current = "/tasks/" + current
		}
	}
	return c.Page(http.StatusGone, "task-void", head.Step, v)
}

// ruledView is one nominee with what was decided on it.
type ruledView struct {
	Name   string
	Kind   dossier.Kind
	Is     dossier.Standing
	Reason string
	Review string
	Kept   bool
}

type decidedView struct {
	taskHead
	By     string
	At     time.Time
	Whole  string
	Reason string
	Shown  string
	Ruled  []ruledView
}

// decidedPage shows what was decided, to whoever asks again.
func (p *portal) decidedPage(c *frame.Call, t round.Task, head taskHead) error {
	d := t.Decision
	v := decidedView{taskHead: head, At: d.At, Whole: d.Whole, Shown: d.Shown, By: p.nameOf(c, d.By)}
	chain := round.Chain(t.Round)
	names := map[string]dossier.Nominee{}
	if t.Dossier != "" {
		chain = dossier.Chain(t.Dossier)
		rv, _, err := load[dossier.Revision](c.Context(), p.Store, dossier.RevisionKey(t.Dossier, t.Revision))
		if err != nil {
			return err
		}
		for _, n := range rv.Nominees {
			names[n.ID] = n
		}
	} else {
		list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(t.Round))
		if err != nil {
			return err
		}
		for _, e := range list.Entries {
			names[e.Dossier+e.Nominee] = dossier.Nominee{Name: e.Name, Kind: e.Kind}
		}
	}
	var err error
	if v.Reason, err = p.text(c, chain, d.Reason); err != nil {
		return err
	}
	for _, r := range d.Nominees {
		n := names[r.Dossier+r.Nominee]
		reason, err := p.text(c, chain, r.Reason)
		if err != nil {
			return err
		}
		v.Ruled = append(v.Ruled, ruledView{Name: n.Name, Kind: n.Kind, Is: r.Is, Reason: reason, Review: r.Review, Kept: r.Kept})
	}
	return c.Page(http.StatusOK, "task-decided", head.Step, v)
}

// nameOf gives a person's name; a stage or service keeps its own.
func (p *portal) nameOf(c *frame.Call, id string) string {
	var who people.Person
	if _, err := store.Load(c.Context(), p.Store, people.Key(id), &who); err != nil {
		return id
	}
	return who.Name
}

// typed gives what was typed into a field of a form that is shown again.
func typed(form map[string][]string, name string) string {
	if v := form[name]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}
