package web

import (
	"slices"
	"strings"

	"hoso/shared/access"
	"hoso/shared/calendar"
	"hoso/shared/commend"
	"hoso/shared/dossier"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/web/frame"
)

// wrong is one thing that a form may lack, and the sentence about it.
type wrong struct {
	is         bool
	field, key string
}

// allWrong says of a whole form what it lacks, each at its field: the rooms
// refuse at the first.
func allWrong(c *frame.Call, op string, form []wrong) error {
	var out access.Slips
	for _, w := range form {
		if w.is {
			out = append(out, access.Slip{Field: w.field, Sentence: c.Say(w.key)})
		}
	}
	if out == nil {
		return nil
	}
	return out.Fault(op)
}

// holdLacks looks over the form that puts somebody on hold.
func (p *portal) holdLacks(c *frame.Call, x register.Holding) error {
	today := calendar.DateOf(p.Now())
	past := func(typed string) bool {
		at, ok := frame.ParseDay(typed)
		return ok && !today.Before(calendar.DateOf(at))
	}
	_, number := round.DocumentNumber(x.Number)
	return allWrong(c, "web.register", []wrong{
		{!slices.Contains(dossier.Kinds(), x.Kind), "kind", "hold.bad-kind"},
		{strings.TrimSpace(x.Name) == "", "name", "hold.bad-name"},
		{x.Birth != "" && !past(x.Birth), "birth", "hold.bad-birth"},
		{strings.TrimSpace(x.Unit) == "", "unit", "hold.bad-unit"},
		{!slices.Contains(register.Grounds(), x.Ground), "ground", "hold.bad-ground"},
		{!number, "number", "hold.bad-number"},
		{!past(x.Since), "since", "hold.bad-since"},
	})
}

// commendLacks looks over the form that records an own commendation.
func (p *portal) commendLacks(c *frame.Call, known bool, x commend.Recording) error {
	_, number := round.DocumentNumber(x.Number)
	_, date := frame.ParseDay(x.Date)
	return allWrong(c, "web.commend", []wrong{
		{!known, "campaign", "commend.choose"},
		{!number, "number", "commend.bad-number"},
		{!date, "date", "form.bad-date"},
		{strings.TrimSpace(x.Decider) == "", "decider", "commend.bad-decider"},
		{len(x.Awarded) == 0, "collectives", "commend.bad-awarded"},
	})
}
