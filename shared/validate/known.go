package validate

import (
	"hoso/shared/bodies"
	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/reading"
	"hoso/shared/register"
)

// Nominees gives who a draft puts forward, for looking them up before it is
// judged.
func Nominees(files []File, rules Rules) []dossier.Nominee { return gather(files, &rules).nominees() }

// known tells what the register holds of the nominees: earlier awards of the
// same campaign, holds, and other dossiers of the round that nominate the same.
// Of holds and of others' dossiers only officials learn.
func (c *dossierCase) known() {
	p, ok := c.letter()
	if !ok || len(c.rules.Known) == 0 {
		return
	}
	byID := map[string]dossier.Nominee{}
	for _, n := range c.nominees() {
		byID[n.ID] = n
	}
	for _, k := range c.rules.Known {
		n, ok := byID[k.Nominee]
		if !ok {
			continue
		}
		f := at(p)
		f.Nominee, f.Loai, f.Doubtful = n.Name, n.Kind, !k.Sure
		switch {
		case k.Award != nil && c.sameCampaign(*k.Award):
			a := *k.Award
			f.Found, f.Field = a.Form+", "+a.Number+", "+day(a.Date), a.ID
			f.Doubtful = f.Doubtful || a.Campaign == "" && a.For == ""
			c.tell("AWARDED_BEFORE", f, english{})
		case k.Hold != nil && c.rules.Official && k.Hold.On(c.rules.Received):
			f.Inside, f.Field = true, k.Hold.ID
			f.Found = register.GroundName(k.Hold.Ground) + ", " + k.Hold.Number + ", " + day(k.Hold.Since)
			c.tell("ON_HOLD", f, english{})
		case k.Elsewhere != nil && c.rules.Official:
			f.Inside, f.Field = true, k.Elsewhere.Dossier+"."+k.Elsewhere.Name
			f.Found = k.Elsewhere.Unit + ", " + k.Elsewhere.Number + ", “" + k.Elsewhere.Name + "”"
			c.tell("NOMINATED_ELSEWHERE", f, english{})
		}
	}
}

// sameCampaign reports an award for what this campaign gives awards for: of the
// campaign by its id, or by the words of what it was given for. An award that
// does not say what for may be.
func (c *dossierCase) sameCampaign(a register.Award) bool {
	if a.Campaign != "" {
		return a.Campaign == c.rules.Purpose.Campaign
	}
	if a.For == "" {
		return c.inYears(a.Date)
	}
	for _, t := range c.rules.Purpose.Titles {
		if c.likeTitle(a.For, t) >= sameTitle {
			return true
		}
	}
	return false
}

// inYears reports an ISO day inside the campaign's years.
func (c *dossierCase) inYears(iso string) bool {
	d, err := calendar.ParseISO(iso)
	p := c.rules.Purpose
	return err == nil && p.From > 0 && d.Year >= p.From && (p.To == 0 || d.Year <= p.To)
}

// ceased asks about collectives that had ceased when the dossier was received:
// an organisation that is no longer there gets no award (Thông tư 15/2025/TT-BNV).
func (c *dossierCase) ceased() {
	p, ok := c.letter()
	received, err := calendar.ParseISO(c.rules.Received)
	if !ok || err != nil {
		return
	}
	book, err := bodies.Builtin()
	if err != nil {
		return
	}
	for _, e := range c.list {
		if e.n.Kind != reading.Collective {
			continue
		}
		// Only what its own name says: where a dossier stands says nothing of
		// who is still there.
		s := book.At(e.n.Name, received)
		if !s.Gone {
			continue
		}
		f := at(p)
		f.Nominee, f.Loai, f.Doubtful = e.n.Name, dossier.Collective, e.n.Unsure || !s.Certain
		f.Found, f.Expected = s.From.Slash()+", "+s.Source, ""
		if len(s.Successors) == 1 {
			f.Expected = s.Successors[0]
		}
		c.tell("COLLECTIVE_CEASED", f, english{})
	}
}
