package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"hoso/shared/access"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// viewed records that the visitor looked at personal data that is not of the
// visitor's unit. What is not recorded is not shown.
func (p *portal) viewed(c *frame.Call, v access.View) error {
	if c.R.Method != http.MethodGet {
		return nil
	}
	return p.Access.Viewed(c.Context(), c.Who.Actor, v)
}

// watched is a route of a round that shows names.
func (p *portal) watched(what string, r frame.Route) frame.Route {
	show := r.Handle
	r.Handle = func(c *frame.Call) error {
		if err := p.viewed(c, access.View{Round: c.Param("id"), What: what}); err != nil {
			return err
		}
		return show(c)
	}
	return r
}

func (p *portal) viewedRoutes() []frame.Route {
	return []frame.Route{of(p.knownRound(), get("/rounds/{id}/views", frame.Only(people.Auditor), p.viewsPage))}
}

// saw says what a look was at; "" for any other event.
func (p *portal) saw(c *frame.Call, e evidence.Entry) string {
	noun, ok := strings.CutSuffix(e.Type, ".viewed")
	var at struct {
		What string `json:"what"`
	}
	if !ok || json.Unmarshal(e.Data, &at) != nil {
		return ""
	}
	if key := "saw." + noun + "." + at.What; p.words.Has(key) {
		return c.Say(key)
	}
	return at.What
}

type viewsView struct {
	headView
	Events []recordEvent
	Next   int64 // where the next page begins; 0: there is none
}

// viewsPage shows an auditor who looked at a round's names.
func (p *portal) viewsPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	from, err := strconv.ParseInt(cmp.Or(c.Query("from"), "0"), 10, 64)
	if err != nil || from < 0 {
		return fault.New(fault.NotFound, "web.views", "")
	}
	v := viewsView{headView: roundHead(rd)}
	if v.Events, err = p.eventsFrom(c, access.ViewChain(round.Chain(rd.ID)), from); err != nil {
		return err
	}
	if len(v.Events) == store.MaxPage {
		v.Next = from + int64(len(v.Events))
	}
	return c.Page(http.StatusOK, "round-views", c.Say("views.title"), v)
}

// watchedTask records a look at what a round's task asks about; a dossier's is
// recorded where it is shown.
func (p *portal) watchedTask(c *frame.Call, t round.Task) error {
	if t.Dossier != "" {
		return nil
	}
	return p.viewed(c, access.View{Round: t.Round, What: "task", Of: t.ID})
}
