package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/mail"
	"hoso/shared/people"
)

func TestSignInLeadsBackToThePageAskedFor(t *testing.T) {
	w := newTown(t)
	p := w.person("binh@example.vn", "", people.Auditor)
	b := w.browser()
	b.get("/account").want(t, http.StatusUnauthorized, `id="asked"`, `name="next" value="/account"`)
	b.post("/sign-in", "email", p.Email).want(t, http.StatusSeeOther)
	b.follow().want(t, http.StatusOK, `autocomplete="one-time-code"`)
	b.post("/sign-in/code", "code", "00000000").want(t, http.StatusUnprocessableEntity, `id="errors"`, `href="#code"`)
	before := b.cookies["__Host-hoso-browser"].Value
	b.post("/sign-in/code", "code", w.code(p.ID)).want(t, http.StatusSeeOther)
	session := b.cookies["__Host-hoso"]
	if session == nil || !session.HttpOnly || !session.Secure || session.SameSite != http.SameSiteLaxMode || session.Path != "/" || session.Domain != "" {
		t.Fatalf("session cookie is %+v", session)
	}
	if session.Value == before || b.cookies["__Host-hoso-browser"] != nil {
		t.Error("the cookie from before sign-in lives on")
	}
	b.follow().want(t, http.StatusOK, p.Name)
	if b.last.path != "/account" {
		t.Errorf("led to %s", b.last.path)
	}
}

func TestFirstSignInOffersAPasskey(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("binh@example.vn", "", people.Head))
	b.follow().want(t, http.StatusOK, `id="add-passkey"`, `id="later"`)
	plain := newTownAt(t, "http://127.0.0.1:8080")
	b = plain.signIn(plain.person("binh@example.vn", "", people.Head))
	if b.cookies["hoso"] == nil {
		t.Error("over http the cookie has another name")
	}
	b.follow().want(t, http.StatusOK, `id="nothing"`)
}

func TestUnknownAddressSeesTheSamePages(t *testing.T) {
	w := newTown(t)
	p := w.person("binh@example.vn", "", people.Auditor)
	vary := regexp.MustCompile(`value="[^"]*"|<code>[^<]*</code>`)
	var seen []string
	for _, email := range []string{p.Email, "nobody@example.vn"} {
		b := w.browser()
		b.get("/sign-in")
		a := b.post("/sign-in", "email", email)
		page := b.follow()
		wrong := b.post("/sign-in/code", "code", "99999999")
		seen = append(seen, a.header.Get("Location")+vary.ReplaceAllString(page.body+wrong.body, ""))
	}
	if seen[0] != seen[1] {
		t.Error("the answer tells whether an address is known")
	}
}

func TestOldCookieIsNobodyAtOnce(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]func(w *town, b *browser, p people.Person) error{
		"sign-out": func(_ *town, b *browser, _ people.Person) error {
			b.get("/tasks")
			b.post("/sign-out").want(t, http.StatusSeeOther)
			return nil
		},
		"roles": func(w *town, _ *browser, p people.Person) error {
			return w.access.SetRoles(ctx, w.key(), access.Operator(), p.ID, []people.Role{people.Clerk})
		},
		"disabled": func(w *town, _ *browser, p people.Person) error {
			return w.access.SetActive(ctx, w.key(), access.Operator(), p.ID, false)
		},
		"idle": func(w *town, _ *browser, _ people.Person) error { w.pass(people.SessionIdle + time.Second); return nil },
	} {
		w := newTown(t)
		p := w.person("binh@example.vn", "", people.Auditor)
		b := w.signIn(p)
		old := *b.cookies["__Host-hoso"]
		if err := end(w, b, p); err != nil {
			t.Fatal(err)
		}
		b.cookies["__Host-hoso"] = &old
		if a := b.get("/tasks"); a.status != http.StatusUnauthorized {
			t.Errorf("%s: status %d", name, a.status)
		}
		if a := b.send("/account/away/end", nil); a.status == http.StatusSeeOther {
			t.Errorf("%s: a form is still taken", name)
		}
	}
}

func TestMailedInvitationNeedsACode(t *testing.T) {
	w := newTown(t)
	p := w.person("binh@example.vn", "", people.Auditor)
	if err := w.access.Invite(context.Background(), w.key(), access.Operator(), p.ID); err != nil {
		t.Fatal(err)
	}
	token := w.box.Token(access.InvitationPurpose, w.notices()[0].Link)
	b := w.browser()
	for _, spoilt := range []string{token[:20], strings.ToUpper(token), token + "x", "%20", "a%2Fb"} {
		if a := b.get("/i/" + spoilt); a.status != http.StatusGone && a.status != http.StatusNotFound {
			t.Errorf("spoilt link: %d", a.status)
		}
	}
	b.get("/i/"+token+"?utm_source=x").want(t, http.StatusSeeOther)
	if loc := b.last.header.Get("Location"); strings.Contains(loc, token) {
		t.Error("the address holds the token")
	}
	b.follow().want(t, http.StatusOK, `id="ask-code"`)
	if strings.Contains(b.last.body, p.Name) || strings.Contains(b.last.body, p.Email) || strings.Contains(b.last.body, token) {
		t.Error("the page tells who is invited, or the token")
	}
	b.post("/invitation").want(t, http.StatusSeeOther)
	b.follow()
	b.post("/sign-in/code", "code", w.code(p.ID)).want(t, http.StatusSeeOther)
	b.follow().want(t, http.StatusOK)
	w.browser().get("/i/"+token).want(t, http.StatusGone)
	if strings.Contains(w.log.String(), token) {
		t.Error("the log holds the token")
	}
}

func TestAskingTooOftenSaysWhenToComeBack(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	for range 5 * people.CodeShared { // so many askings wait for one mail
		b.get("/sign-in")
		b.post("/sign-in", "email", "x@example.vn").want(t, http.StatusSeeOther)
	}
	b.get("/sign-in")
	b.post("/sign-in", "email", "x@example.vn").want(t, http.StatusTooManyRequests)
	if b.last.header.Get("Retry-After") != "720" {
		t.Errorf("Retry-After is %q", b.last.header.Get("Retry-After"))
	}
}

func TestLocalSecretSignsInTheFirstAdministrator(t *testing.T) {
	w := newTown(t)
	p := w.person("first@example.vn", "", people.Operator, people.Admin)
	secret, err := w.access.InviteLocally(context.Background(), w.key(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.get("/invitation/local")
	b.post("/invitation/local", "secret", "wrong").want(t, http.StatusUnprocessableEntity, `href="#secret"`)
	b.post("/invitation/local", "secret", secret).want(t, http.StatusSeeOther)
	b.get("/people").want(t, http.StatusOK, p.Name)
	again := w.browser()
	again.get("/invitation/local")
	again.post("/invitation/local", "secret", secret).want(t, http.StatusUnprocessableEntity)
}

func TestTokenIsShownOnceAndWorks(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("binh@example.vn", "", people.Auditor))
	b.get("/account")
	form := b.hidden("/account/tokens")
	form.Set("name", "máy của tôi")
	form.Set("days", "30")
	b.send("/account/tokens", form).want(t, http.StatusOK, access.TokenPrefix)
	b.send("/account/tokens", form).want(t, http.StatusGone)
	b.get("/account").want(t, http.StatusOK, "máy của tôi")
	if strings.Contains(b.last.body, access.TokenPrefix) {
		t.Error("the token is shown again")
	}
	b.post("/account/tokens", "name", "", "days", "9999").want(t, http.StatusUnprocessableEntity, `href="#days"`)
}

func TestCodeMailGoesOutOncePerForm(t *testing.T) {
	w := newTown(t)
	p := w.person("binh@example.vn", "", people.Auditor)
	b := w.browser()
	b.get("/sign-in")
	form := b.hidden("/sign-in")
	form.Set("email", p.Email)
	for range 2 {
		cookies := map[string]*http.Cookie{}
		for k, v := range b.cookies {
			cookies[k] = v
		}
		twin := *b
		twin.cookies = cookies
		twin.send("/sign-in", form).want(t, http.StatusSeeOther)
	}
	n := 0
	for _, m := range w.notices() {
		if m.Template == mail.SignInCode {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}
