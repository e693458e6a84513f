package access

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// Ask asks for a sign-in code. Either Email (typed by somebody) or Person
// (known from a link or an invitation) is set.
type Ask struct {
	Email  string
	Person string
	Next   string // local address to go on to
	Origin string // network address the request came from
}

// AskCode gets a code that works only in the browser that holds the secret
// browser, which must be new: made by Browser or Follow. The code comes by a
// mail of its own, or by one that was sent a moment ago and nobody used: only
// mails count against the limits. An unknown address, a disabled person and a
// known one get the same answer after the same work.
// fault.Limited: too many mails to the address or for the origin.
func (r Room) AskCode(ctx context.Context, browser string, a Ask) error {
	const op = "access.code"
	if !isSecret(browser) {
		return fault.New(fault.Invalid, op, "Trình duyệt không nhận cookie; hãy bật cookie rồi thử lại.")
	}
	if wait, ok := r.Limits.Take(Spend{r.Rates.TriesPerOrigin, "asks/" + a.Origin}); !ok {
		return limited(op, wait)
	}
	hash := act.Hash(browser)
	granted := false // a mail, by the limits: once, however often it is decided
	_, err := r.Do(ctx, "sign-in.ask/"+hash, r.Request([]any{a.Email, a.Person, a.Next}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		p, err := r.addressee(ctx, a)
		if err != nil {
			return store.Commit{}, err
		}
		account := act.Hash("address/" + people.FoldEmail(a.Email))
		if p.ID != "" || a.Person != "" {
			account = act.Hash("person/" + cmp.Or(p.ID, a.Person))
		}
		key := people.SentCodesKey(account)
		var sent people.SentCodes
		rev, err := store.Load(ctx, r.Store, key, &sent)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return store.Commit{}, err
		}
		m, fresh := join(&sent, now, "sign-in/"+hash)
		if fresh && !granted {
			if wait, ok := r.Limits.Take(Spend{r.Rates.MailPerAccount, "mail/" + account}, Spend{r.Rates.MailPerOrigin, "mail/origin/" + a.Origin}); !ok {
				return store.Commit{}, limited(op, wait)
			}
			granted = true
		}
		c := people.Code{
			Person: p.ID, Expires: m.Expires, Next: a.Next, Mail: m.ID, Sent: key,
			Hash: codeHash(browser, r.Secrets.Digits(CodePurpose, m.ID, people.CodeDigits)),
		}
		out := store.Commit{Writes: []store.Write{store.Put(people.CodeKey(hash), 0, c), store.Put(key, rev, sent)}}
		if p.ID != "" && fresh {
			out.Outbox = []store.Message{store.Msg(m.ID, flow.MailMessage, mail.Notice{
				Template: mail.SignInCode, To: p.ID,
				Data: map[string]string{mail.Code: m.ID}, Due: m.Expires,
			})}
		}
		return out, nil
	})
	return err
}

// join finds the mail that another browser can still wait for, or begins a new
// one, and says whether it is new. Mails that are over are forgotten.
func join(s *people.SentCodes, now time.Time, id string) (m people.SentCode, fresh bool) {
	s.Mails = slices.DeleteFunc(s.Mails, func(m people.SentCode) bool { return !now.Before(m.Expires) })
	for i := range s.Mails {
		m := &s.Mails[i]
		if !m.Used && m.Asked < people.CodeShared && now.Sub(m.At) < people.CodeFresh {
			m.Asked++
			return *m, false
		}
	}
	m = people.SentCode{ID: id, At: now.UTC(), Expires: now.Add(people.CodeLife).UTC(), Asked: 1}
	s.Mails = append(s.Mails, m)
	return m, true
}

// use marks a mail's code as used; false if it is, or the mail is over.
func use(s *people.SentCodes, id string) bool {
	i := slices.IndexFunc(s.Mails, func(m people.SentCode) bool { return m.ID == id && !m.Used })
	if i < 0 {
		return false
	}
	s.Mails[i].Used = true
	return true
}

// addressee gives whom the code is for; the zero Person if there is nobody.
// Both ways read the same number of records.
func (r Room) addressee(ctx context.Context, a Ask) (people.Person, error) {
	id := a.Person
	if id == "" {
		var owner people.Owner
		if _, err := store.Load(ctx, r.Store, people.EmailKey(a.Email), &owner); err != nil && !fault.Is(err, fault.NotFound) {
			return people.Person{}, err
		}
		id = owner.Person
	}
	if id == "" {
		id = "nobody"
	}
	var p people.Person
	if _, err := store.Load(ctx, r.Store, people.Key(id), &p); err != nil && !fault.Is(err, fault.NotFound) {
		return people.Person{}, err
	}
	if !p.Active {
		return people.Person{}, nil
	}
	return p, nil
}

// codeHash binds a code to the browser's secret: without the secret the eight
// digits cannot be tried against what is stored.
func codeHash(browser, code string) string { return act.Hash("code/" + browser + "/" + code) }

// Follow derives the browser's next secret from the one it has and the id of
// a form, so that a form sent twice asks for one code, not two.
func Follow(browser, form string) string {
	return derive("browser/" + browser + "/" + form)
}

func derive(from string) string {
	sum := hashBytes(from)
	return base64.RawURLEncoding.EncodeToString(sum)
}

// SignedIn is the result of a sign-in.
type SignedIn struct {
	Secret string // the session's: goes into the cookie and nowhere else
	Person string
	Next   string
}

// entered is what an entered code leaves as its result. Nonce and the
// browser's secret together give the session's secret: neither alone does, so
// that a sent-twice form gets the same session and the store holds no secret.
type entered struct {
	OK     bool   `json:"ok"`
	Left   int    `json:"left"`
	Person string `json:"person,omitempty"`
	Nonce  string `json:"nonce,omitempty"`
	Next   string `json:"next,omitempty"`
}

// EnterCode exchanges a code for a session. fault.Gone: the code is unknown
// in this browser, expired, used up or used; another one must be asked for.
// fault.Invalid: the code is wrong; some tries are left.
func (r Room) EnterCode(ctx context.Context, browser, code, origin string) (SignedIn, error) {
	const op = "access.enter"
	code = digits(code)
	if len(code) != people.CodeDigits {
		return SignedIn{}, &fault.Error{
			Kind: fault.Invalid, Op: op, Code: "code-format",
			Public: fmt.Sprintf("Mã gồm %d chữ số; hãy xem lại thư mới nhất.", people.CodeDigits),
		}
	}
	if !isSecret(browser) {
		return SignedIn{}, codeGone(op)
	}
	if wait, ok := r.Limits.Take(Spend{r.Rates.TriesPerOrigin, "tries/" + origin}); !ok {
		return SignedIn{}, limited(op, wait)
	}
	hash, typed := act.Hash(browser), codeHash(browser, code)
	out, err := r.Do(ctx, "sign-in.enter/"+hash+"/"+act.Hash(typed)[:32], "enter", func(ctx context.Context, now time.Time) (store.Commit, error) {
		var c people.Code
		rev, err := store.Load(ctx, r.Store, people.CodeKey(hash), &c)
		if fault.Is(err, fault.NotFound) {
			return store.Commit{}, codeGone(op)
		}
		if err != nil {
			return store.Commit{}, err
		}
		var sent people.SentCodes
		sentRev, err := store.Load(ctx, r.Store, c.Sent, &sent)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return store.Commit{}, err
		}
		if c.Used || c.Tries >= people.CodeTries || !now.Before(c.Expires) || !use(&sent, c.Mail) {
			return store.Commit{}, codeGone(op)
		}
		right := subtle.ConstantTimeCompare([]byte(typed), []byte(c.Hash)) == 1 && c.Person != ""
		if !right {
			return wrongCode(hash, c, rev, now), nil
		}
		out, err := r.rightCode(ctx, browser, c, rev, now)
		out.Writes = append(out.Writes, store.Put(c.Sent, sentRev, sent))
		return out, err
	})
	if err != nil {
		return SignedIn{}, err
	}
	var e entered
	if err := act.ReadResult(out, &e); err != nil {
		return SignedIn{}, err
	}
	if !e.OK && e.Left == 0 {
		return SignedIn{}, codeGone(op)
	}
	if !e.OK {
		return SignedIn{}, &fault.Error{
			Kind: fault.Invalid, Op: op, Code: "code-wrong",
			Public: fmt.Sprintf("Mã không đúng; còn %d lần nhập.", e.Left),
		}
	}
	return SignedIn{Secret: sessionSecret(browser, e.Nonce), Person: e.Person, Next: e.Next}, nil
}

func codeGone(op string) error {
	return &fault.Error{
		Kind: fault.Gone, Op: op, Code: "code-gone",
		Public: "Mã đã hết hiệu lực, đã dùng hoặc không được yêu cầu từ trình duyệt này; hãy yêu cầu mã mới.",
	}
}

func wrongCode(hash string, c people.Code, rev int64, now time.Time) store.Commit {
	c.Tries++
	out := store.Commit{
		Writes: []store.Write{store.Put(people.CodeKey(hash), rev, c)},
		Result: act.Result(entered{Left: people.CodeTries - c.Tries}),
	}
	if c.Tries == people.CodeTries && c.Person != "" {
		out.Events = []evidence.Event{act.Event(people.Chain(c.Person), "person.code-locked", c.Person, now, nil)}
	}
	return out
}

func (r Room) rightCode(ctx context.Context, browser string, c people.Code, rev int64, now time.Time) (store.Commit, error) {
	var p people.Person
	if _, err := store.Load(ctx, r.Store, people.Key(c.Person), &p); err != nil {
		return store.Commit{}, err
	}
	if !p.Active {
		return store.Commit{}, codeGone("access.enter")
	}
	c.Used = true
	out := r.open(p, browser, "code", now)
	out.Writes = append(out.Writes, store.Put(people.CodeKey(act.Hash(browser)), rev, c))
	e := entered{OK: true, Person: p.ID, Nonce: out.nonce, Next: c.Next}
	out.Result = act.Result(e)
	return out.Commit, nil
}

// digits drops what people type between digits.
func digits(s string) string {
	return strings.Map(func(c rune) rune {
		switch c {
		case ' ', '-', '.', '\t', '\n', '\r', '\u00a0', '\u200b':
			return -1
		}
		return c
	}, s)
}
