package access_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/secret"
)

// world is a room on a real store, with a clock that tests turn.
type world struct {
	*testing.T
	access.Room
	box   *secret.Box
	store *sqlitestore.Store
	mu    sync.Mutex
	now   time.Time
	ids   int
}

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, now: time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)}
	s, err := sqlitestore.Open(context.Background(), ":memory:", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.store = s
	if w.box, err = secret.New(random(secret.KeySize), random); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }
	id := func() string { w.mu.Lock(); defer w.mu.Unlock(); w.ids++; return fmt.Sprintf("%032x", w.ids) }
	w.Room = access.Room{
		Desk:    act.Desk{Store: s, Now: clock, NewID: id, Rand: random},
		Secrets: w.box, Limits: access.NewLimiter(clock), Rates: access.DefaultRates(),
	}
	return w
}

func (w *world) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

func (w *world) key() string { return "test/" + w.NewID() }

func (w *world) person(email string, roles ...people.Role) people.Person {
	w.Helper()
	d := access.Details{Name: "Nguyễn Thị Bình", Email: email, Roles: roles}
	for _, r := range roles {
		if r == people.Submitter {
			u, err := w.AddUnit(context.Background(), w.key(), access.Operator(), access.UnitDetails{Name: "Đơn vị của " + email})
			if err != nil {
				w.Fatal(err)
			}
			d.Unit = u
		}
	}
	id, err := w.AddPerson(context.Background(), w.key(), access.Operator(), d)
	if err != nil {
		w.Fatal(err)
	}
	p, err := w.Person(context.Background(), id)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// notices gives the mails that wait in the outbox.
func (w *world) notices() []mail.Notice {
	w.Helper()
	msgs, err := w.store.Pending(context.Background(), w.Now().Add(time.Hour), 200)
	if err != nil {
		w.Fatal(err)
	}
	var out []mail.Notice
	for _, m := range msgs {
		if m.Kind != flow.MailMessage {
			continue
		}
		var n mail.Notice
		if err := json.Unmarshal(m.Body, &n); err != nil {
			w.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// code gives the digits of the last code mailed, as the mail would show them.
func (w *world) code() string {
	w.Helper()
	all := w.notices()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Template == mail.SignInCode {
			return w.box.Digits(access.CodePurpose, all[i].Data[mail.Code], people.CodeDigits)
		}
	}
	w.Fatal("no code was mailed")
	return ""
}

func (w *world) signIn(email string) string {
	w.Helper()
	browser := w.Browser()
	if err := w.AskCode(context.Background(), browser, access.Ask{Email: email, Origin: "test"}); err != nil {
		w.Fatal(err)
	}
	in, err := w.EnterCode(context.Background(), browser, w.code(), "test")
	if err != nil {
		w.Fatal(err)
	}
	return in.Secret
}

func want(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || code != "" && fault.CodeOf(err) != code {
		t.Errorf("got %v, want %s (%s)", err, kind, code)
	}
}

func TestCodeSignsInOnlyTheBrowserThatAsked(t *testing.T) {
	w := newWorld(t)
	w.person("binh@example.vn", people.Auditor)
	mine, other := w.Browser(), w.Browser()
	if err := w.AskCode(context.Background(), mine, access.Ask{Email: "Binh@Example.vn ", Next: "/tasks/1", Origin: "a"}); err != nil {
		t.Fatal(err)
	}
	code := w.code()
	_, err := w.EnterCode(context.Background(), other, code, "b")
	want(t, err, fault.Gone, "code-gone")
	in, err := w.EnterCode(context.Background(), mine, " "+code[:4]+" "+code[4:], "a")
	if err != nil {
		t.Fatal(err)
	}
	if in.Next != "/tasks/1" {
		t.Errorf("goes on to %q", in.Next)
	}
	v, err := w.Session(context.Background(), in.Secret)
	if err != nil || v.Email != "binh@example.vn" || v.Method != "code" {
		t.Errorf("session is %+v, %v", v, err)
	}
	again, err := w.EnterCode(context.Background(), mine, code, "a")
	if err != nil || again.Secret != in.Secret {
		t.Errorf("the form sent twice gave another session: %v", err)
	}
	if err := w.Leave(context.Background(), in.Secret); err != nil {
		t.Fatal(err)
	}
	if again, err = w.EnterCode(context.Background(), mine, code, "a"); err == nil {
		_, err = w.Session(context.Background(), again.Secret)
	}
	want(t, err, fault.SignIn, "")
}

func TestFormSentTwiceMailsOneCode(t *testing.T) {
	w := newWorld(t)
	w.person("binh@example.vn", people.Auditor)
	first := w.Browser()
	for range 2 {
		if err := w.AskCode(context.Background(), access.Follow(first, "form-1"), access.Ask{Email: "binh@example.vn", Origin: "a"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.notices()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

func TestCodeDiesByTriesAndTime(t *testing.T) {
	w := newWorld(t)
	w.person("binh@example.vn", people.Auditor)
	browser := w.Browser()
	if err := w.AskCode(context.Background(), browser, access.Ask{Email: "binh@example.vn", Origin: "a"}); err != nil {
		t.Fatal(err)
	}
	right := w.code()
	for i := range people.CodeTries {
		wrong := fmt.Sprintf("%08d", i)
		if wrong == right {
			wrong = "99999999"
		}
		_, err := w.EnterCode(context.Background(), browser, wrong, "a")
		if i < people.CodeTries-1 {
			want(t, err, fault.Invalid, "code-wrong")
		} else {
			want(t, err, fault.Gone, "code-gone")
		}
	}
	_, err := w.EnterCode(context.Background(), browser, right, "a")
	want(t, err, fault.Gone, "code-gone")

	late := w.Browser()
	if err := w.AskCode(context.Background(), late, access.Ask{Email: "binh@example.vn", Origin: "a"}); err != nil {
		t.Fatal(err)
	}
	code := w.code()
	w.pass(people.CodeLife)
	_, err = w.EnterCode(context.Background(), late, code, "a")
	want(t, err, fault.Gone, "code-gone")
}

func TestUnknownAddressGetsTheSameAnswer(t *testing.T) {
	w := newWorld(t)
	p := w.person("binh@example.vn", people.Auditor)
	off := w.person("off@example.vn", people.Auditor)
	if err := w.SetActive(context.Background(), w.key(), access.Operator(), off.ID, false); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{p.Email, "nobody@example.vn", off.Email} {
		browser := w.Browser()
		if err := w.AskCode(context.Background(), browser, access.Ask{Email: email, Origin: "a"}); err != nil {
			t.Errorf("%s: asking gives %v", email, err)
		}
		_, err := w.EnterCode(context.Background(), browser, "12345678", "a")
		want(t, err, fault.Invalid, "code-wrong")
	}
	if n := len(w.notices()); n != 1 {
		t.Errorf("%d mails, want 1: only to the active person", n)
	}
}

func TestSessionEndsByTimeSignOutRolesAndDisabling(t *testing.T) {
	ctx := context.Background()
	cases := map[string]func(w *world, p people.Person, secret string) error{
		"idle":     func(w *world, _ people.Person, _ string) error { w.pass(people.SessionIdle); return nil },
		"sign-out": func(w *world, _ people.Person, s string) error { return w.Leave(ctx, s) },
		"roles": func(w *world, p people.Person, _ string) error {
			return w.SetRoles(ctx, w.key(), access.Operator(), p.ID, []people.Role{people.Clerk})
		},
		"disabled": func(w *world, p people.Person, _ string) error {
			return w.SetActive(ctx, w.key(), access.Operator(), p.ID, false)
		},
		"address": func(w *world, p people.Person, _ string) error {
			return w.EditPerson(ctx, w.key(), access.Operator(), p.ID, access.Details{Name: p.Name, Email: "new@example.vn"})
		},
		"twelve hours": func(w *world, _ people.Person, s string) error {
			for range 36 {
				w.pass(20 * time.Minute)
				_, _ = w.Session(ctx, s)
			}
			return nil
		},
	}
	for name, end := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.person("binh@example.vn", people.Auditor)
			secret := w.signIn(p.Email)
			w.pass(people.SessionIdle - time.Second)
			if _, err := w.Session(ctx, secret); err != nil {
				t.Fatalf("just before idle: %v", err)
			}
			token, err := w.MintToken(ctx, w.key(), people.Actor{Person: p}, "máy của tôi", 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := end(w, p, secret); err != nil {
				t.Fatal(err)
			}
			_, err = w.Session(ctx, secret)
			want(t, err, fault.SignIn, "")
			_, err = w.Bearer(ctx, token)
			if dead := name == "roles" || name == "disabled" || name == "address"; dead != (err != nil) {
				t.Errorf("API token after %s: %v", name, err)
			}
		})
	}
}

func TestStoreHoldsNoUsableSecret(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Auditor)
	browser := w.Browser()
	if err := w.AskCode(ctx, browser, access.Ask{Email: p.Email, Origin: "a"}); err != nil {
		t.Fatal(err)
	}
	code := w.code()
	in, err := w.EnterCode(ctx, browser, code, "a")
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.MintToken(ctx, w.key(), people.Actor{Person: p}, "x", 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Invite(ctx, w.key(), access.Operator(), p.ID); err != nil {
		t.Fatal(err)
	}
	local, err := w.InviteLocally(ctx, w.key(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/copy.db"
	if err := w.store.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	dump := readFile(t, file)
	for name, s := range map[string]string{
		"browser": browser, "code": code, "session": in.Secret, "token": token,
		"token without prefix": strings.TrimPrefix(token, access.TokenPrefix), "local invitation": local,
		"invitation": w.box.Token(access.InvitationPurpose, w.notices()[1].Link),
	} {
		if strings.Contains(dump, s) {
			t.Errorf("the store holds the %s", name)
		}
	}
	if !strings.Contains(dump, act.Hash(in.Secret)) {
		t.Error("the dump does not even hold the session's hash: the search proves nothing")
	}
}

func TestMailedInvitationOnlyNamesItsPerson(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("binh@example.vn", people.Submitter)
	if err := w.Invite(ctx, w.key(), access.Operator(), p.ID); err != nil {
		t.Fatal(err)
	}
	n := w.notices()[0]
	token := w.box.Token(access.InvitationPurpose, n.Link)
	if id, err := w.Invited(ctx, token); err != nil || id != p.ID {
		t.Fatalf("invitation is for %q, %v", id, err)
	}
	if n.Data[mail.UnitName] == "" || n.To != p.ID {
		t.Errorf("notice is %+v", n)
	}
	_, err := w.EnterInvitation(ctx, w.Browser(), token, "a")
	want(t, err, fault.Gone, "")
	if err := w.Accept(ctx, token, p.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.Invited(ctx, token)
	want(t, err, fault.Gone, "invitation-gone")
}

func TestLocalInvitationSignsInOnce(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	p := w.person("first@example.vn", people.Operator, people.Admin)
	secret, err := w.InviteLocally(ctx, w.key(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.EnterInvitation(ctx, w.Browser(), w.Browser(), "a")
	want(t, err, fault.Gone, "")
	in, err := w.EnterInvitation(ctx, w.Browser(), secret+"\n", "a")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := w.Session(ctx, in.Secret); err != nil || v.Method != "invitation" {
		t.Errorf("session is %+v, %v", v, err)
	}
	_, err = w.EnterInvitation(ctx, w.Browser(), secret, "a")
	want(t, err, fault.Gone, "invitation-gone")

	if secret, err = w.InviteLocally(ctx, w.key(), p.ID); err != nil {
		t.Fatal(err)
	}
	w.pass(access.LocalInvitationLife)
	_, err = w.EnterInvitation(ctx, w.Browser(), secret, "a")
	want(t, err, fault.Gone, "invitation-gone")
}
