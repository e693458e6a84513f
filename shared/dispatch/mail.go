package dispatch

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// Purposes by which the secrets in mails are derived from ids.
const (
	linkPurpose       = "link"
	invitationPurpose = "invitation"
	codePurpose       = "code"
)

// mail hands one notice over and notes it. A notice to somebody who is gone
// is dropped; one that the recipient's server refuses marks the person
// unreachable, which the board shows.
func (r Room) mail(ctx context.Context, id string, n mail.Notice) error {
	var p people.Person
	if _, err := store.Load(ctx, r.Store, people.Key(n.To), &p); err != nil {
		if fault.Is(err, fault.NotFound) {
			r.Log.WarnContext(ctx, "mail: no such person", "template", n.Template, "to", n.To)
			return nil
		}
		return err
	}
	if !p.Active && n.Template != mail.Invitation {
		return nil
	}
	if _, err := r.Store.Get(ctx, mail.SentKey(id, n)); err == nil {
		return nil
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	n = r.reveal(n)
	m, err := mail.Render(id, n, mail.Recipient{Name: p.Name, Email: p.Email}, r.Portal, r.Sender)
	if err != nil {
		// A notice that breaks a rule never becomes a mail: it is noted as given up.
		r.Log.ErrorContext(ctx, "mail: cannot be made", "template", n.Template, "error", err.Error())
		return r.note(ctx, id, n, true, nil)
	}
	err = r.Mail.Send(ctx, m)
	if mail.Refused(err) {
		return r.note(ctx, id, n, true, &p)
	}
	if err != nil {
		return err
	}
	return r.note(ctx, id, n, false, nil)
}

// reveal puts the secrets that a mail carries in place of their ids.
func (r Room) reveal(n mail.Notice) mail.Notice {
	data := make(map[string]string, len(n.Data))
	for k, v := range n.Data {
		data[k] = v
	}
	n.Data = data
	if n.Template == mail.SignInCode {
		n.Data[mail.Code] = r.Keeper.Digits(codePurpose, n.Data[mail.Code], people.CodeDigits)
	}
	switch {
	case n.Link == "":
	case n.Template == mail.Invitation:
		n.Link = r.Keeper.Token(invitationPurpose, n.Link)
	default:
		n.Link = r.Keeper.Token(linkPurpose, n.Link)
	}
	return n
}

// mostTold is how many are told that somebody cannot be reached.
const mostTold = 10

// caretakers are who can mend it if a notice does not reach its person: the
// administrators of its round, or where it is of none, those of the portal.
func (r Room) caretakers(ctx context.Context, n mail.Notice) ([]string, error) {
	if n.Round != "" {
		var rd round.Round
		if _, err := store.Load(ctx, r.Store, round.Key(n.Round), &rd); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if len(rd.Settings.Preparers) > 0 {
			return rd.Settings.Preparers, nil
		}
	}
	all, err := people.WithRole(ctx, r.Store, mostTold, people.Admin, people.Operator)
	var out []string
	for _, p := range all {
		out = append(out, p.ID)
	}
	return out, err
}

// note records that a mail was handed over, or given up; bounced is the
// person whose server refused it, which the first time is told to who can mend
// it. Items: row, person, event, head, log, 10 mails, key: 16.
func (r Room) note(ctx context.Context, id string, n mail.Notice, refused bool, bounced *people.Person) error {
	_, err := r.Do(ctx, "mailed/"+id, act.Digest([]any{id, n.Template, n.To}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		c := store.Commit{Writes: []store.Write{store.Put(mail.SentKey(id, n), 0,
			mail.Sent{ID: id, Template: n.Template, To: n.To, At: now.UTC(), Refused: refused})}}
		if bounced == nil {
			return c, nil
		}
		return r.unreachable(ctx, c, bounced.ID, id, n, now)
	})
	return err
}

// unreachable adds to a commit that a mail did not reach its person, and, the
// first time, the mails to who can mend it. Items: person, event, head, log,
// 10 mails.
func (r Room) unreachable(ctx context.Context, c store.Commit, person, id string, n mail.Notice, now time.Time) (store.Commit, error) {
	var p people.Person
	rev, err := store.Load(ctx, r.Store, people.Key(person), &p)
	if err != nil {
		return c, err
	}
	first := p.Bounced == ""
	p.Bounced = now.UTC().Format(time.RFC3339)
	c.Writes = append(c.Writes, people.PutPerson(p, rev))
	c.Events = []evidence.Event{act.Event(people.Chain(p.ID), "person.unreachable", "dispatch", now, map[string]any{"template": n.Template})}
	if !first {
		return c, nil
	}
	to, err := r.caretakers(ctx, n)
	if err != nil {
		return c, err
	}
	for _, who := range to {
		if who == p.ID {
			continue
		}
		c.Outbox = append(c.Outbox, store.Msg("mail/unreachable/"+p.ID+"/"+act.Hash(id)[:12]+"/"+who, flow.MailMessage, mail.Notice{
			Template: mail.Unreachable, To: who, Round: n.Round, Data: map[string]string{mail.PersonName: p.Name, mail.Page: "/people/" + p.ID},
		}))
	}
	return c, nil
}
