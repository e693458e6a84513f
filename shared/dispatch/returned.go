package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// Returned is news that a mail which was handed over did not reach an address
// for good, or was complained of there.
type Returned struct {
	ID    string // of the news: it counts once
	Email string
	// What the mail said of itself, as far as the news repeats it; "" if not.
	Notice, Template, Dossier, Round string
}

// Return records that a person's address takes no mails: whose it is now is
// marked unreachable, and who can mend it is told. It reports whether anybody
// has the address; a former address concerns nobody.
func (r Room) Return(ctx context.Context, b Returned) (bool, error) {
	const op = "dispatch.returned"
	if word(b.ID) == "" || word(b.Email) == "" {
		return false, fault.New(fault.Invalid, op, "")
	}
	var o people.Owner
	if _, err := store.Load(ctx, r.Store, people.EmailKey(b.Email), &o); err != nil {
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return false, err
	}
	n := mail.Notice{To: o.Person, Dossier: word(b.Dossier), Round: word(b.Round)}
	if n.Round == mail.NoRound {
		n.Round = ""
	}
	// An event says nothing that the product did not write.
	if slices.Contains(mail.Templates(), b.Template) {
		n.Template = b.Template
	}
	_, err := r.Do(ctx, "returned/"+act.Hash(b.ID)+"/"+o.Person, act.Digest([]any{"returned", o.Person}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		c, err := r.refusedLater(ctx, word(b.Notice), n)
		if err != nil {
			return c, err
		}
		return r.unreachable(ctx, c, o.Person, b.ID, n, now)
	})
	return true, err
}

// word lets pass what can be a name in a key: news comes from outside.
func word(s string) string {
	if len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return s
}

// refusedLater notes of a mail that was handed over that it came back.
func (r Room) refusedLater(ctx context.Context, id string, n mail.Notice) (c store.Commit, err error) {
	if id == "" {
		return c, nil
	}
	var sent mail.Sent
	key := mail.SentKey(id, n)
	rev, err := store.Load(ctx, r.Store, key, &sent)
	if fault.Is(err, fault.NotFound) || err == nil && (sent.To != n.To || sent.Refused) {
		return c, nil
	}
	sent.Refused = true
	c.Writes = []store.Write{store.Put(key, rev, sent)}
	return c, err
}
