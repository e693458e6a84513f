package dispatch

import (
	"context"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
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

// note records that a mail was handed over, or given up; bounced is the
// person whose server refused it.
func (r Room) note(ctx context.Context, id string, n mail.Notice, refused bool, bounced *people.Person) error {
	_, err := r.Do(ctx, "mailed/"+id, act.Digest([]any{id, n.Template, n.To}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		c := store.Commit{Writes: []store.Write{store.Put(mail.SentKey(id, n), 0,
			mail.Sent{ID: id, Template: n.Template, To: n.To, At: now.UTC(), Refused: refused})}}
		if bounced == nil {
			return c, nil
		}
		var p people.Person
		rev, err := store.Load(ctx, r.Store, people.Key(bounced.ID), &p)
		if err != nil {
			return c, err
		}
		p.Bounced = now.UTC().Format(time.RFC3339)
		c.Writes = append(c.Writes, people.PutPerson(p, rev))
		c.Events = []evidence.Event{act.Event(people.Chain(p.ID), "person.unreachable", "dispatch", now, map[string]any{"template": n.Template})}
		return c, nil
	})
	return err
}
