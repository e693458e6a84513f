package yearly

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// What units are told of.
const (
	Opened   = "opened"   // the duty
	Reminder = "reminder" // it is due soon
	Overdue  = "overdue"  // it was not met
)

// Telling is the body of a "yearly" message: units are to be told.
type Telling struct {
	Year string `json:"year"`
	What string `json:"what"`
	N    int    `json:"n,omitempty"` // which reminder; how many units there were
}

// tell makes the message; its id holds what tells this telling from the next.
func (y Year) tell(what string) store.Message {
	n := y.Reminded
	if what == Opened {
		n = len(y.Units)
	}
	return store.Msg(fmt.Sprintf("yearly/%s/%s/%d", y.ID, what, n), flow.YearlyMessage, Telling{Year: y.ID, What: what, N: n})
}

// words are what every mail of a year says.
func (y Year) words(page string, more map[string]string) map[string]string {
	out := map[string]string{mail.Campaign: y.Title, mail.ReportYear: strconv.Itoa(y.Year), mail.Page: page}
	maps.Copy(out, more)
	return out
}

// unitsAtOnce and personsAtOnce bound what one commit tells.
const (
	unitsAtOnce   = 15
	personsAtOnce = 5
)

// Tell mails the persons of the units that still owe the report, page by page.
// A page told again after a kill changes nothing: a notice goes out once by its
// id. Items a page: 75 mails, key: 76.
func (r Room) Tell(ctx context.Context, t Telling) error {
	var y Year
	if _, err := store.Load(ctx, r.Store, Key(t.Year), &y); err != nil {
		return err
	}
	reports, err := Reports(ctx, r.Store, y.ID)
	if err != nil {
		return err
	}
	template := map[string]string{Opened: mail.ReportDue, Reminder: mail.ReportReminder, Overdue: mail.ReportOverdue}[t.What]
	for from := 0; from < len(y.Units); from += unitsAtOnce {
		page := y.Units[from:min(from+unitsAtOnce, len(y.Units))]
		key := fmt.Sprintf("told-yearly/%s/%s/%d/%d", y.ID, t.What, t.N, from)
		_, err := r.Do(ctx, key, act.Digest(t), func(ctx context.Context, _ time.Time) (store.Commit, error) {
			var c store.Commit
			for _, o := range page {
				if rep := reports[o.ID]; len(rep.Versions) > 0 || rep.Excused != nil {
					continue
				}
				s, err := r.Store.Query(ctx, people.OfUnit, o.ID, store.Page{})
				if err != nil {
					return c, err
				}
				told := 0
				for _, rec := range s.Records {
					var p people.Person
					if err := rec.Decode(&p); err != nil {
						return c, err
					}
					if !p.Is(people.Submitter) || told == personsAtOnce {
						continue
					}
					told++
					// One announcement a person, also where units are added later.
					id := fmt.Sprintf("mail/%s/%s/%s", template, y.ID, p.ID)
					if t.What == Reminder {
						id += "/" + strconv.Itoa(t.N)
					}
					c.Outbox = append(c.Outbox, store.Msg(id, flow.MailMessage, mail.Notice{
						Template: template, To: p.ID, Due: y.Due, Data: y.words("/reports/"+y.ID, nil),
					}))
				}
			}
			return c, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Look sends the reminder that is due, and after the due instant tells units
// and the administrator what is missing. clock calls it. Items: year, event,
// head, log, message, mail, key: 7.
func (r Room) Look(ctx context.Context, id string) error {
	var seen Year
	if _, err := store.Load(ctx, r.Store, Key(id), &seen); err != nil {
		return err
	}
	if next := seen.Next(); next.IsZero() || r.Now().Before(next) {
		return nil
	}
	key := fmt.Sprintf("yearly-due/%s/%s", id, seen.Next().UTC().Format(time.RFC3339))
	_, err := r.Do(ctx, key, act.Digest([]any{"yearly-due", id}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var y Year
		rev, err := store.Load(ctx, r.Store, Key(id), &y)
		if err != nil || y.Next().IsZero() || now.Before(y.Next()) {
			return store.Commit{}, err
		}
		var c store.Commit
		if now.Before(y.Due) {
			// What was slept through is told once.
			for y.Reminded < len(y.Remind) && !now.Before(y.Remind[y.Reminded]) {
				y.Reminded++
			}
			c.Outbox = []store.Message{y.tell(Reminder)}
			c.Events = []evidence.Event{act.Event(Chain(id), "report.reminded", "clock", now, map[string]any{"n": y.Reminded})}
		} else {
			y.Reminded, y.Overdue = len(y.Remind), true
			reports, err := Reports(ctx, r.Store, id)
			if err != nil {
				return c, err
			}
			s := Summarise(y, reports)
			c.Outbox = []store.Message{y.tell(Overdue), store.Msg("mail/report-missing/"+id, flow.MailMessage, mail.Notice{
				Template: mail.ReportMissing, To: y.OpenedBy, Data: y.words("/yearly/"+id, map[string]string{mail.Missing: strconv.Itoa(len(s.Missing))}),
			})}
			c.Events = []evidence.Event{act.Event(Chain(id), "report.due-passed", "clock", now, map[string]any{"owing": s.Owing, "reported": s.Reported, "missing": len(s.Missing)})}
		}
		c.Writes = []store.Write{Put(y, rev)}
		return c, nil
	})
	return err
}
