package board

import (
	"context"
	"slices"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/parking"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// openedPage is how many persons one commit tells of an open round.
const openedPage = 50

// opened tells everybody who submits for a unit that a round is open, page by
// page of all persons. A page that is told again after a kill changes nothing:
// a notice goes out once by its id. Items a page: 50 mails, key: 51.
func (r Room) opened(ctx context.Context, f round.Fanout) error {
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(f.Round), &rd); err != nil {
		return err
	}
	page := store.Page{Limit: openedPage}
	for {
		if rd.State != round.Open {
			return nil
		}
		s, err := r.Store.Query(ctx, people.ByName, "people", page)
		if err != nil {
			return err
		}
		var to []people.Person
		for _, rec := range s.Records {
			var p people.Person
			if err := rec.Decode(&p); err != nil {
				return err
			}
			if p.Is(people.Submitter) && p.Unit != "" {
				to = append(to, p)
			}
		}
		if err := r.tellOpened(ctx, rd, to); err != nil {
			return err
		}
		if s.Next == "" {
			return nil
		}
		page.After = s.Next
	}
}

func (r Room) tellOpened(ctx context.Context, rd round.Round, to []people.Person) error {
	if len(to) == 0 {
		return nil
	}
	ids := make([]string, len(to))
	for i, p := range to {
		ids[i] = p.ID
	}
	about := act.Digest([]any{"opened", rd.ID, ids})
	_, err := r.Do(ctx, "told-opened/"+rd.ID+"/"+about[:32], about, func(context.Context, time.Time) (store.Commit, error) {
		var c store.Commit
		template := mail.RoundOpened
		if rd.Settings.AdHoc {
			template = mail.LineOpened
		}
		for _, id := range ids {
			c.Outbox = append(c.Outbox, store.Msg("mail/opened/"+rd.ID+"/"+id, flow.MailMessage, mail.Notice{
				Template: template, To: id, Round: rd.ID, Due: rd.Settings.Closes,
				Data: map[string]string{mail.Campaign: rd.Settings.Title, mail.RoundName: rd.Settings.Name, mail.Page: "/dossiers/new"},
			}))
		}
		return c, nil
	})
	return err
}

// withdrawn takes a withdrawn dossier's task out of people's lists, and tells
// whoever was asked about it, the round's administrators, and its unit if it
// was not the unit that withdrew it. Items: 10 rows, 21 mails, key: 32.
func (r Room) withdrawn(ctx context.Context, f round.Fanout) error {
	_, err := r.Do(ctx, "told-withdrawn/"+f.Dossier, act.Digest(f), func(ctx context.Context, _ time.Time) (store.Commit, error) {
		var c store.Commit
		var d dossier.Dossier
		if _, err := store.Load(ctx, r.Store, dossier.Key(f.Dossier), &d); err != nil {
			return c, err
		}
		var rd round.Round
		if _, err := store.Load(ctx, r.Store, round.Key(f.Round), &rd); err != nil {
			return c, err
		}
		to := slices.Clone(rd.Settings.Preparers)
		if f.Task != "" {
			var t round.Task
			if _, err := store.Load(ctx, r.Store, round.TaskKey(f.Task), &t); err != nil {
				return c, err
			}
			if err := parking.Clear(ctx, r.Store, &c, t); err != nil {
				return c, err
			}
			to = append(t.Persons, to...)
		}
		if by, err := r.unitOf(ctx, f.By); err != nil {
			return c, err
		} else if by != d.Unit {
			to = append(to, d.OpenedBy)
		}
		told := map[string]bool{f.By: true} // they know
		for _, p := range to {
			if told[p] {
				continue
			}
			told[p] = true
			c.Outbox = append(c.Outbox, store.Msg("mail/withdrawn/"+d.ID+"/"+p, flow.MailMessage, mail.Notice{
				Template: mail.WithdrawnNotice, To: p, Dossier: d.ID, Round: d.Round, Data: map[string]string{mail.Number: d.Receipt},
			}))
		}
		return c, nil
	})
	return err
}

func (r Room) unitOf(ctx context.Context, person string) (string, error) {
	var p people.Person
	if _, err := store.Load(ctx, r.Store, people.Key(person), &p); err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	return p.Unit, nil
}
