package player

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// plan is the plan's round that is played, as the portal names it.
const plan = "bac-kan-2022-2025/so-ket-2023"

// intakeDays is how many days the round takes dossiers.
const intakeDays = 14

// local writes an instant as a date and time field of a form does.
func local(t time.Time) string { return t.In(vietnam()).Format("2006-01-02T15:04") }

// openRound lets the administrator decide what the plan does not state, name
// the persons, and open the round.
func openRound(p *Play, ctx context.Context) error {
	admin := p.who("admin")
	now, err := p.clock.Now(ctx)
	if err != nil {
		return err
	}
	p.day = now.In(vietnam())
	err = admin.Post(ctx, "/rounds/new?campaign="+plan, "open-round", func(f *Form) {
		f.Set("need-intake.opens", local(now)).Set("need-intake.closes", local(now.AddDate(0, 0, intakeDays)))
		for _, name := range f.Names("need-steps.") {
			f.Set(name, "5")
		}
		f.Set("need-supplement_working_days", "5")
		f.Set("cap-tap_the", fmt.Sprint(capCollectives)).Set("cap-ca_nhan", fmt.Sprint(capIndividuals))
		p.people(f, "step-tham-dinh-so-tttt", "appraiser1", "appraiser2")
		p.people(f, "step-tham-dinh-so-noi-vu", "reviewer")
		p.people(f, "head", "head")
		p.people(f, "clerks", "clerk1", "clerk2")
	})
	if err != nil {
		return err
	}
	return until(ctx, "đợt vừa mở ở trang /rounds", func() (bool, error) {
		if err := admin.Open(ctx, "/rounds"); err != nil {
			return false, err
		}
		for _, l := range admin.Page.Links() {
			if id, ok := strings.CutPrefix(l.Href, "/rounds/"); ok && !strings.Contains(id, "new") && !strings.Contains(id, "/") {
				p.round = id
				return true, nil
			}
		}
		return false, nil
	})
}

// people ticks persons of the cast in a list of names.
func (p *Play) people(f *Form, name string, keys ...string) {
	var ids []string
	for _, k := range keys {
		ids = append(ids, f.Choice(name, p.who(k).Name))
	}
	f.Set(name, ids...)
}

// closeIntake moves the clock past the closing instant.
func closeIntake(p *Play, ctx context.Context) error {
	now, err := p.clock.Now(ctx)
	if err != nil {
		return err
	}
	left := p.day.AddDate(0, 0, intakeDays).Sub(now) + 2*time.Minute
	if err := p.later(ctx, left); err != nil {
		return err
	}
	return until(ctx, "đợt chuyển sang lựa chọn", func() (bool, error) {
		if err := p.who("admin").Open(ctx, "/rounds/"+p.round+"/ranking"); err != nil {
			return false, err
		}
		return p.who("admin").Page.HasForm("/selection"), nil
	})
}
