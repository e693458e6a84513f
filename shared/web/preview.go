package web

import (
	"net/http"

	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/web/frame"
)

// previewRoutes show what a selection would touch; nothing is recorded. Who
// comes back to the address, as after signing in again, chooses anew.
func (p *portal) previewRoutes() []frame.Route {
	known, run := p.knownRound(), frame.Only(people.Admin)
	return []frame.Route{
		of(known, post("/rounds/{id}/selection/preview", run, p.previewSelection)),
		of(known, get("/rounds/{id}/selection/preview", run, func(c *frame.Call) error { return c.See("/rounds/" + c.Param("id") + "/ranking") })),
	}
}

type previewView struct {
	headView
	Entries  []entryView
	Chosen   []string // as the form sends them
	Places   placeViews
	Dossiers int
	Heads    []string // who is asked to confirm
	Against  []string // why it would be refused
	Passed   []passedView
}

// passedView is somebody who is not chosen though somebody below is.
type passedView struct {
	Name, Points string
	Kind         dossier.Kind
}

// passed gives who ranks above somebody chosen of the same kind and is not
// chosen: the agency may choose so, and should know that it does.
func passed(cs []selection.Candidate, l round.List, chosen []string) []passedView {
	var out []passedView
	is, lowest := chosenOf(map[string][]string{"choose": chosen}, nil), map[dossier.Kind]int{}
	for _, x := range cs {
		if n, any := lowest[x.Kind]; is[value(x)] && (!any || x.Score < n) {
			lowest[x.Kind] = x.Score
		}
	}
	for _, x := range cs {
		n, any := lowest[x.Kind]
		if any && x.Score > n && !is[value(x)] && !l.Holds(x.Kind, x.Identity) {
			out = append(out, passedView{x.Name, pointsText(x.Score), x.Kind})
		}
	}
	return out
}

func (p *portal) previewSelection(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	cs, err := selection.Candidates(c.Context(), p.Store, rd.ID)
	if err != nil {
		return err
	}
	l, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return err
	}
	v := previewView{headView: roundHead(rd)}
	var es []round.Entry
	dossiers, chosen := map[string]bool{}, chosenOf(c.R.PostForm, nil)
	for _, x := range cs {
		value := value(x)
		if chosen[value] && !l.Holds(x.Kind, x.Identity) {
			es, v.Chosen = append(es, x.Entry), append(v.Chosen, value)
			dossiers[x.Dossier] = true
		}
	}
	if len(es) == 0 {
		return retry(c, fault.New(fault.Invalid, "web.preview", c.Say("preview.nobody")), func() error { return p.rankingPage(c, c.R.PostForm) })
	}
	v.Entries, v.Dossiers = entries(es), len(dossiers)
	if v.Places, err = p.places(c, rd, es); err != nil {
		return err
	}
	for _, x := range v.Places {
		if x.Chosen > x.Free {
			v.Against = append(v.Against, c.Say("preview.full", c.Say("kind."+string(x.Kind)), x.Chosen, x.Free))
		}
	}
	if len(es) > selection.MaxEntries {
		v.Against = append(v.Against, c.Say("preview.many", selection.MaxEntries))
	}
	v.Against = append(v.Against, rd.Settings.Over(append(l.Holding(), es...))...)
	v.Passed = passed(cs, l, v.Chosen)
	for _, id := range rd.Settings.Head {
		v.Heads = append(v.Heads, p.nameOf(c, id))
	}
	c.Stay(rankingAt(rd.ID, 1, v.Chosen))
	return c.Page(http.StatusOK, "preview", c.Say("preview.title"), v)
}
