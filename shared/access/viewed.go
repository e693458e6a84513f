package access

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/evidence"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// View is a look at personal data by somebody it is not of: at a dossier, or
// at a round's nominees.
type View struct {
	Dossier string // or
	Round   string
	What    string // "record", "task", "document", "package" or "texts"; of a round "ranking", "list", "letter", "decision", "changes", "ledger", "erasures", "texts" or "task"
	Of      string // id or digest of what was shown; "": the subject as it stood
}

// subject is the chain of what was looked at.
func (v View) subject() string {
	if v.Round != "" {
		return "round/" + v.Round
	}
	return "dossier/" + v.Dossier
}

// ViewChain is the chain of who looked at a subject, named by its own chain:
// looking never meets a decision (architecture, decision 11).
func ViewChain(subject string) string { return "access/" + subject }

// maxTold is how many people are told of bulk reading.
const maxTold = 10

// Viewed records a look, once a day for each person and thing, by ids only: it
// costs at most a commit for each, and stays with the log. Who looks at more
// than Rates.Views allows is recorded, and auditors and operators are told,
// once an hour; nobody is kept from reading by that. Items: event, head, log,
// key: 4; of an alert up to ten messages more.
func (r Room) Viewed(ctx context.Context, who people.Actor, v View) error {
	day := r.Now().In(calendar.Zone()).Format(time.DateOnly)
	subject := v.subject()
	noun, _, _ := strings.Cut(subject, "/")
	key := fmt.Sprintf("viewed/%s/%s/%s/%s/%s", who.ID, subject, v.What, v.Of, day)
	_, err := r.Do(ctx, key, act.Digest([]any{"viewed", who.ID, v, day}), func(_ context.Context, now time.Time) (store.Commit, error) {
		return store.Commit{Events: []evidence.Event{act.Event(ViewChain(subject), noun+".viewed", who.ID, now,
			map[string]any{"what": v.What, "of": v.Of})}}, nil
	})
	if err != nil {
		return err
	}
	if _, ok := r.Limits.Take(Spend{r.Rates.Views, "views/" + who.ID}); ok {
		return nil
	}
	return r.bulkReading(ctx, who)
}

func (r Room) bulkReading(ctx context.Context, who people.Actor) error {
	hour := r.Now().UTC().Format("2006-01-02T15")
	_, err := r.Do(ctx, "bulk-reading/"+who.ID+"/"+hour, act.Digest([]any{"bulk-reading", who.ID, hour}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		c := store.Commit{Events: []evidence.Event{act.Event(people.Chain(who.ID), "person.bulk-reading", "access", now,
			map[string]any{"more-than": r.Rates.Views.Burst, "within": r.Rates.Views.Per.String()})}}
		all, err := r.AllPeople(ctx)
		if err != nil {
			return c, err
		}
		for _, p := range all {
			if !p.Active || p.ID == who.ID || !p.Is(people.Auditor) && !p.Is(people.Operator) || len(c.Outbox) == maxTold {
				continue
			}
			c.Outbox = append(c.Outbox, store.Msg("mail/"+mail.BulkReading+"/"+who.ID+"/"+hour+"/"+p.ID, flow.MailMessage, mail.Notice{
				Template: mail.BulkReading, To: p.ID, Data: map[string]string{mail.PersonName: who.Name},
			}))
		}
		return c, nil
	})
	return err
}
