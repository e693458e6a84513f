package web

import (
	"time"

	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

// withoutView is how a round ended, or is proposed to end, in which nobody is
// selected.
type withoutView struct {
	Reason   string
	Prepared string // by whom
	By       string // who confirmed
	At       time.Time
}

// without gives how the round ended if nobody was selected in it, else nil.
func (p *portal) without(c *frame.Call, rd round.Round) (*withoutView, error) {
	w := rd.Without
	if w == nil {
		return nil, nil
	}
	reason, err := p.text(c, round.Chain(rd.ID), w.Reason)
	return &withoutView{Reason: reason, Prepared: p.nameOf(c, w.PreparedBy), By: p.nameOf(c, w.ConfirmedBy), At: w.ConfirmedAt}, err
}

type withoutFormView struct {
	headView
	Pending    int
	Candidates int
	Refused    string // why it cannot be, in words
	Reason     string
}

// withoutPage asks for the reason to end a round in which nobody is selected,
// and says what it will touch.
func (p *portal) withoutPage(c *frame.Call) error {
	rd := frame.Kept[round.Round](c, "round")
	list, _, err := load[round.List](c.Context(), p.Store, round.ListKey(rd.ID))
	if err != nil {
		return err
	}
	v := withoutFormView{headView: roundHead(rd), Reason: c.R.PostFormValue("reason")}
	if err := selection.MayEndWithout(rd, list); err != nil {
		v.Refused = c.Said(err)
	}
	pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
	if err != nil {
		return err
	}
	cs, err := selection.Candidates(c.Context(), p.Store, rd.ID)
	if err != nil {
		return err
	}
	v.Pending, v.Candidates = int(pending), len(cs)
	return c.Page(status(c), "round-without", c.Say("without.title"), v)
}

func (p *portal) prepareWithout(c *frame.Call) error {
	id := c.Param("id")
	if err := p.Rooms.Selection.PrepareNone(c.Context(), c.Key(), c.Who.Actor, id, c.Field("reason")); err != nil {
		return retry(c, err, func() error { return p.withoutPage(c) })
	}
	return c.See("/rounds/" + id + "/ranking")
}

// withoutIn is the reason to end a round without a selection.
type withoutIn struct {
	Reason string `json:"reason"`
}

func (p *portal) apiWithout(c *frame.Call) error {
	var in withoutIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := p.Rooms.Selection.PrepareNone(c.Context(), c.Key(), c.Who.Actor, c.Param("id"), in.Reason); err != nil {
		return err
	}
	return c.Nothing()
}

// prepared gives what waits for the head as selection n of a round; the zero
// Selection if there is nothing.
func (p *portal) prepared(c *frame.Call, roundID string, n int) (round.Selection, error) {
	var sel round.Selection
	_, err := store.Load(c.Context(), p.Store, round.SelectionKey(roundID, n), &sel)
	if fault.Is(err, fault.NotFound) {
		return round.Selection{}, nil
	}
	return sel, err
}
