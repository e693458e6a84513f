package web

import (
	"context"
	"slices"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// roundTodos is what rounds ask of the visitor besides tasks: administrators
// answer who asks to be late and prepare the selection, clerks confirm the
// changes to awards that another clerk entered.
func (p *portal) roundTodos(c *frame.Call) (mine, others []todo, err error) {
	admin, clerk := c.Who.Is(people.Admin), c.Who.Is(people.Clerk)
	if !admin && !clerk {
		return nil, nil, nil
	}
	all, err := p.allRounds(c)
	if err != nil {
		return nil, nil, err
	}
	for _, rd := range all {
		about := rd.Settings.Title + " – " + rd.Settings.Name
		if admin && rd.State == round.Closed && rd.Stage == selection.Name {
			late, err := p.lateTodos(c, rd, about)
			if err != nil {
				return nil, nil, err
			}
			mine = append(mine, late...)
			if t, yours, err := p.selectionTodo(c, rd, about); err != nil {
				return nil, nil, err
			} else if yours {
				mine = append(mine, t)
			} else if t.ID != "" {
				others = append(others, t)
			}
		}
		if clerk && rd.State == round.Decided && slices.Contains(rd.Settings.Clerks, c.Who.ID) {
			changes, err := round.Changes(c.Context(), p.Store, rd.ID)
			if err != nil {
				return nil, nil, err
			}
			for _, a := range changes {
				if a.State == "prepared" && a.PreparedBy != c.Who.ID {
					mine = append(mine, todo{ID: rd.ID, Title: c.Say("todo.change", a.Number), About: about, Href: "/rounds/" + rd.ID + "/changes"})
				}
			}
		}
	}
	return mine, others, nil
}

// lateTodos are the dossiers of a round that ask to be admitted late.
func (p *portal) lateTodos(c *frame.Call, rd round.Round, about string) ([]todo, error) {
	if !submission.Admissible(rd) {
		return nil, nil
	}
	if n, err := p.Store.Counter(c.Context(), dossier.CountCounter(rd.ID, dossier.NotSubmitted)); err != nil || n == 0 {
		return nil, err
	}
	var out []todo
	err := p.eachOfRound(c.Context(), rd.ID, dossier.NotSubmitted, func(d dossier.Dossier) {
		if d.Late.Open() {
			out = append(out, todo{ID: d.ID, Title: c.Say("todo.late", d.UnitName), About: about, Href: "/records/" + d.ID + "/late"})
		}
	})
	return out, err
}

// eachOfRound reads the dossiers of a round that are in a state.
func (p *portal) eachOfRound(ctx context.Context, roundID string, state dossier.State, do func(dossier.Dossier)) error {
	page := store.Page{Prefix: string(state) + "/"}
	for {
		s, err := p.Store.Query(ctx, dossier.OfRound, roundID, page)
		if err != nil {
			return err
		}
		for _, rec := range s.Records {
			var d dossier.Dossier
			if err := rec.Decode(&d); err != nil {
				return err
			}
			do(d)
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}

// selectionTodo says what a round's selection waits for: the administrator's
// list (yours), or the head; no id: for appraisals that are not through.
func (p *portal) selectionTodo(c *frame.Call, rd round.Round, about string) (t todo, yours bool, err error) {
	pending, err := p.Store.Counter(c.Context(), round.PendingCounter(rd.ID))
	if err != nil || pending > 0 {
		return t, false, err
	}
	sel, err := p.prepared(c, rd.ID, rd.Selection+1)
	if err != nil {
		return t, false, err
	}
	t = todo{ID: rd.ID, Title: c.Say("todo.select"), About: about, Href: "/rounds/" + rd.ID + "/ranking"}
	if sel.State == "prepared" {
		t.Title = c.Say("todo.head")
	}
	if rd.Task != "" {
		task, _, err := load[round.Task](c.Context(), p.Store, round.TaskKey(rd.Task))
		if err != nil {
			return t, false, err
		}
		t.Due = p.due(task.Due)
	}
	return t, sel.State != "prepared", nil
}

// firstTodos is what an installation that is still empty asks for.
func (p *portal) firstTodos(c *frame.Call) ([]todo, error) {
	var out []todo
	if c.Who.Is(people.Operator) {
		units, err := p.Access.Units(c.Context(), "", 1)
		if err != nil {
			return nil, err
		}
		if len(units.Items) == 0 {
			out = append(out, todo{ID: "first-units", Title: c.Say("todo.first-units"), Href: "/units"})
		}
		known, err := p.Access.People(c.Context(), "", 2)
		if err != nil {
			return nil, err
		}
		if len(known.Items) < 2 {
			out = append(out, todo{ID: "first-people", Title: c.Say("todo.first-people"), Href: "/people"})
		}
	}
	if c.Who.Is(people.Admin) {
		rounds, err := p.allRounds(c)
		if err != nil {
			return nil, err
		}
		if len(rounds) == 0 {
			out = append(out, todo{ID: "first-round", Title: c.Say("todo.first-round"), Href: "/rounds/new"})
		}
	}
	return out, nil
}
