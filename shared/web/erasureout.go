package web

import (
	"encoding/json"
	"fmt"
	"strings"

	"hoso/shared/commend"
	"hoso/shared/erasure"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/web/frame"
	"hoso/shared/yearly"
)

// outside says what a chain outside of rounds is; one that is not of their
// kinds is as one that does not exist.
func (p *portal) outside(c *frame.Call, chain string) (string, error) {
	kind, id, _ := strings.Cut(chain, "/")
	switch {
	case chain == "":
		return "", nil
	case chain == register.Chain:
		return c.Say("erasure.of-register"), nil
	case kind == "yearly":
		y, _, err := load[yearly.Year](c.Context(), p.Store, yearly.Key(id))
		return c.Say("erasure.of-year", fmt.Sprint(y.Year)), err
	case kind == "commend":
		u, _, err := load[people.Unit](c.Context(), p.Store, people.UnitKey(id))
		return c.Say("erasure.of-commendations", u.Name), err
	}
	return "", fault.New(fault.NotFound, "web.erasure", "")
}

// outsides lists the chains outside of rounds whose texts a round's head may
// have erased: of its campaign, and the register.
func (p *portal) outsides(c *frame.Call, rd round.Round) ([]frame.Choice, error) {
	out := []frame.Choice{{Value: register.Chain, Text: c.Say("erasure.of-register")}}
	years, err := indexed[yearly.Year](c.Context(), p.Store, yearly.All, yearly.AllPart)
	if err != nil {
		return nil, err
	}
	for _, y := range years {
		if y.Campaign == rd.Settings.Campaign {
			out = append(out, frame.Choice{Value: yearly.Chain(y.ID), Text: c.Say("erasure.of-year", fmt.Sprint(y.Year))})
		}
	}
	given, err := commend.In(c.Context(), p.Store, rd.Settings.Campaign)
	seen := map[string]bool{}
	for _, g := range given {
		if !seen[g.Unit] {
			seen[g.Unit] = true
			out = append(out, frame.Choice{Value: commend.Chain(g.Unit), Text: c.Say("erasure.of-commendations", g.UnitName)})
		}
	}
	return out, err
}

// readable gives a text as people read it: the names of a commendation are
// kept as a list.
func readable(t erasure.Text) string {
	var names []commend.Name
	if !strings.HasPrefix(t.Chain, "commend/") || t.Name != "awarded" || json.Unmarshal([]byte(t.Text), &names) != nil {
		return t.Text
	}
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.TrimSuffix(n.Name+", "+n.Position, ", ")
	}
	return strings.Join(out, "; ")
}
