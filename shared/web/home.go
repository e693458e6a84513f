package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"hoso/shared/calendar"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/web/frame"
)

func (p *portal) homeRoutes() []frame.Route {
	return []frame.Route{
		get("/tasks", frame.SignedIn(), p.tasksPage),
		get("/notices", frame.SignedIn(), p.noticesPage),
		get("/help", frame.Everybody(), func(c *frame.Call) error {
			return c.Page(http.StatusOK, "help", c.Say("help.title"), nil)
		}),
	}
}

// todo is one thing somebody must do now.
type todo struct {
	ID    string
	Title string
	About string
	Href  string
	Due   dueView
}

// dueView is until when something must be done.
type dueView struct {
	At   time.Time
	Text string // in Vietnamese, for exports and programs
	Days int    // working days left
	Late bool
	Soon bool
	Set  bool
}

// due says until when, in working days and as the exact instant.
func (p *portal) due(at time.Time) dueView {
	if at.IsZero() {
		return dueView{}
	}
	now := p.Now()
	v := dueView{At: at, Text: calendar.FormatDue(at), Set: true, Late: !now.Before(at)}
	// A year whose holidays are not known gives no count, only the instant.
	if n, err := p.Calendar.WorkingDaysBetween(calendar.DateOf(now), calendar.DateOf(at.Add(-time.Nanosecond))); err == nil {
		v.Days = n
	} else {
		v.Days = -1
	}
	v.Soon = !v.Late && at.Sub(now) < round.ReminderBefore
	return v
}

type tasksView struct {
	Todos  []todo
	Late   int
	Others []todo // what waits for somebody else, to know
	Open   []todo // rounds that take dossiers and have none of the unit
}

// tasksPage is the first screen: what must I do now, and until when.
func (p *portal) tasksPage(c *frame.Call) error {
	var v tasksView
	assigned, err := p.assigned(c.Context(), c.Who.ID)
	if err != nil {
		return err
	}
	for _, a := range assigned {
		about, err := p.aboutTask(c.Context(), a)
		if err != nil {
			return err
		}
		v.Todos = append(v.Todos, todo{ID: a.Task, Title: p.words.Translate(c.Lang, a.Title), About: about, Href: "/tasks/" + a.Task, Due: p.due(a.Due)})
	}
	more, others, err := p.roomTodos(c)
	if err != nil {
		return err
	}
	mine, waiting, open, err := p.unitTodos(c)
	if err != nil {
		return err
	}
	v.Open = open
	v.Todos = append(append(v.Todos, more...), mine...)
	v.Others = append(others, waiting...)
	slices.SortStableFunc(v.Todos, func(a, b todo) int {
		switch {
		case a.Due.Set != b.Due.Set && a.Due.Set:
			return -1
		case a.Due.Set != b.Due.Set:
			return 1
		}
		return a.Due.At.Compare(b.Due.At)
	})
	for _, t := range v.Todos {
		if t.Due.Late {
			v.Late++
		}
	}
	return c.Page(http.StatusOK, "tasks", c.Say("tasks.title"), v)
}

// aboutTask says which dossier or round a task is about.
func (p *portal) aboutTask(ctx context.Context, a round.Assigned) (string, error) {
	if a.Dossier == "" {
		rd, _, err := load[round.Round](ctx, p.Store, round.Key(a.Round))
		return rd.Settings.Title + " – " + rd.Settings.Name, err
	}
	d, _, err := load[dossier.Dossier](ctx, p.Store, dossier.Key(a.Dossier))
	return d.Receipt + " · " + d.UnitName, err
}

// assigned gives a person's open tasks by due date.
func (p *portal) assigned(ctx context.Context, person string) ([]round.Assigned, error) {
	return list[round.Assigned](ctx, p.Store, round.AssignedPart(person), "")
}

// list reads every record of a part with a prefix.
func list[T any](ctx context.Context, s store.Reader, part, prefix string) ([]T, error) {
	var out []T
	page := store.Page{Prefix: prefix}
	for {
		slice, err := s.List(ctx, part, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range slice.Records {
			var v T
			if err := rec.Decode(&v); err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		if slice.Next == "" {
			return out, nil
		}
		page.After = slice.Next
	}
}

// load reads one record, or says NotFound as for what is somebody else's.
func load[T any](ctx context.Context, s store.Reader, k store.Key) (T, int64, error) {
	var v T
	rev, err := store.Load(ctx, s, k, &v)
	if fault.Is(err, fault.NotFound) {
		return v, 0, fault.New(fault.NotFound, "web.load", "")
	}
	return v, rev, err
}

type noticeView struct {
	Kind    string
	At      time.Time
	Refused bool
}

type noticesView struct {
	Email   string
	Bounced bool
	Notices []noticeView
}

// noticesPage lists the mails handed over to the person that concern no
// dossier or round; those stand with their dossier.
func (p *portal) noticesPage(c *frame.Call) error {
	sent, err := list[mail.Sent](c.Context(), p.Store, mail.SentPart("person/"+c.Who.ID), "")
	if err != nil {
		return err
	}
	v := noticesView{Email: c.Who.Email, Bounced: c.Who.Bounced != ""}
	for _, s := range sent {
		v.Notices = append(v.Notices, noticeView{Kind: s.Template, At: s.At, Refused: s.Refused})
	}
	slices.SortFunc(v.Notices, func(a, b noticeView) int { return b.At.Compare(a.At) })
	v.Notices = v.Notices[:min(len(v.Notices), 100)]
	return c.Page(http.StatusOK, "notices", c.Say("notices.title"), v)
}
