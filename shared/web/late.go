package web

import (
	"net/http"
	"time"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// lateRoutes are about dossiers that come after the window: the unit asks, an
// administrator admits or refuses.
func (p *portal) lateRoutes() []frame.Route {
	own, run := p.ownDossier(), frame.Only(people.Admin)
	known := p.anyDossier()
	return []frame.Route{
		of(own, get("/dossiers/{id}/late", nominators, p.askLatePage)),
		of(own, post("/dossiers/{id}/late", nominators, p.askLate)),
		of(known, get("/records/{id}/late", run, p.answerLatePage)),
		of(known, post("/records/{id}/late", run, p.answerLate)),
		of(own, api(http.MethodPost, "/api/dossiers/{id}/late", nominators, "Asks to admit a dossier that was not submitted in time.", lateIn{}, nil, http.StatusNoContent, p.apiAskLate)),
		of(known, api(http.MethodPost, "/api/records/{id}/late", run, "Admits a late dossier until a deadline of its own, or refuses it.", submission.Answer{}, nil, http.StatusNoContent, p.apiAnswerLate)),
	}
}

// lateView is what became of a dossier that is late.
type lateView struct {
	Asked    string
	AskedAt  time.Time
	Waits    bool
	Admitted bool
	Until    time.Time
	Reason   string
}

// late fills in what became of a late dossier; a dossier that is not late
// leaves it empty.
func (p *portal) late(c *frame.Call, d dossier.Dossier, to **lateView) error {
	if d.Late == nil {
		return nil
	}
	v := &lateView{AskedAt: d.Late.AskedAt, Waits: d.Late.Open(), Admitted: d.Late.Admitted, Until: d.Late.Until}
	var err error
	if v.Asked, err = p.text(c, dossier.Chain(d.ID), d.Late.Asked); err != nil {
		return err
	}
	*to = v
	v.Reason, err = p.text(c, dossier.Chain(d.ID), d.Late.Reason)
	return err
}

type latePageView struct {
	ID, Number, UnitName, Round string
	Late                        *lateView
	Is, Until, Reason           string
}

func (p *portal) latePage(c *frame.Call) (latePageView, error) {
	d := frame.Kept[dossier.Dossier](c, "dossier")
	rd, _, err := load[round.Round](c.Context(), p.Store, round.Key(d.Round))
	if err != nil {
		return latePageView{}, err
	}
	v := latePageView{ID: d.ID, Number: p.number(c, d), UnitName: d.UnitName, Round: rd.Settings.Name, Is: c.Field("is"), Until: c.Field("until"), Reason: c.Field("reason")}
	return v, p.late(c, d, &v.Late)
}

func (p *portal) askLatePage(c *frame.Call) error {
	v, err := p.latePage(c)
	if err != nil {
		return err
	}
	return c.Page(status(c), "late-ask", c.Say("late.ask"), v)
}

func (p *portal) askLate(c *frame.Call) error {
	id := c.Param("id")
	if err := p.Rooms.Submission.AskLate(c.Context(), c.Key(), c.Who.Actor, id, c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.askLatePage(c) })
	}
	return c.See("/dossiers/" + id)
}

func (p *portal) answerLatePage(c *frame.Call) error {
	v, err := p.latePage(c)
	if err != nil {
		return err
	}
	return c.Page(status(c), "late-answer", c.Say("late.answer"), v)
}

func (p *portal) answerLate(c *frame.Call) error {
	id := c.Param("id")
	a := submission.Answer{Admit: c.Field("is") == "admit", Reason: c.Field("reason")}
	err := error(nil)
	switch {
	case a.Admit:
		var ok bool
		if a.Until, ok = frame.ParseInstant(c.Field("until")); !ok {
			err = access.Slips{{Field: "until", Sentence: c.Say("round.bad-instant")}}.Fault("web.late")
		}
	case c.Field("is") != "refuse":
		err = access.Slips{{Field: "is", Sentence: c.Say("late.choose")}}.Fault("web.late")
	}
	if err == nil {
		err = p.Rooms.Submission.AnswerLate(c.Context(), c.Key(), c.Who.Actor, id, a)
	}
	if err != nil {
		return retry(c, err, func() error { return p.answerLatePage(c) })
	}
	return c.See("/records/" + id)
}

type lateIn struct {
	Reason string `json:"reason"`
}

func (p *portal) apiAskLate(c *frame.Call) error {
	var in lateIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Submission.AskLate(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Reason); err != nil {
		return err
	}
	return c.Nothing()
}

func (p *portal) apiAnswerLate(c *frame.Call) error {
	var in submission.Answer
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Submission.AnswerLate(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in); err != nil {
		return err
	}
	return c.Nothing()
}
