package web

import (
	"net/http"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

func (p *portal) signInRoutes() []frame.Route {
	return []frame.Route{
		get("/{$}", frame.Everybody(), func(c *frame.Call) error {
			if c.Present() {
				return c.See("/tasks")
			}
			return p.signInPage(c, http.StatusOK, signInView{})
		}),
		get("/sign-in", frame.Everybody(), func(c *frame.Call) error {
			return p.signInPage(c, http.StatusOK, signInView{Next: localNext(c.Query("next"))})
		}),
		post("/sign-in", frame.Everybody(), p.askCode),
		get("/sign-in/code", frame.Everybody(), func(c *frame.Call) error {
			return c.Page(status(c), "code", c.Say("code.title"), codeView{})
		}),
		post("/sign-in/code", frame.Everybody(), p.enterCode),
		post("/sign-out", frame.Everybody(), func(c *frame.Call) error {
			if err := p.Access.Leave(c.Context(), c.SignOut()); err != nil {
				return err
			}
			c.SetLink("")
			return c.See("/")
		}),
		post("/language", frame.Everybody(), func(c *frame.Call) error {
			if l := words.Parse(c.Field("lang")); l != "" {
				c.SetLang(l)
			}
			return c.SeeNext(c.Field("next"), "/")
		}),
	}
}

type signInView struct {
	Email string
	Next  string
	Asked bool // shown in place of a page that needs a session
	Keys  bool // passkeys are offered
}

type codeView struct{ Code string }

func localNext(next string) string {
	if frame.Local(next) {
		return next
	}
	return ""
}

func (p *portal) signInPage(c *frame.Call, status int, v signInView) error {
	v.Keys = p.Access.Passkeys != nil
	return c.Page(status, "sign-in", c.Say("sign-in.title"), v)
}

// askSignIn stands in for a page that needs a session: signing in leads back.
func (p *portal) askSignIn(c *frame.Call) error {
	return p.signInPage(c, http.StatusUnauthorized, signInView{Next: localNext(c.R.URL.RequestURI()), Asked: true})
}

// askCode mails a code. Whether the address is known shows neither in the
// answer nor in the time it takes.
func (p *portal) askCode(c *frame.Call) error {
	v := signInView{Email: c.Field("email"), Next: localNext(c.Field("next"))}
	if v.Email == "" || len(v.Email) > 254 {
		c.WithSlips(access.Slips{{Field: "email", Sentence: c.Say("sign-in.need-email")}})
		return p.signInPage(c, http.StatusUnprocessableEntity, v)
	}
	next := access.Follow(c.Browser(), c.Form())
	if err := p.Access.AskCode(c.Context(), next, access.Ask{Email: v.Email, Next: v.Next, Origin: c.Origin}); err != nil {
		return err
	}
	c.SetBrowser(next)
	return c.See("/sign-in/code")
}

func (p *portal) enterCode(c *frame.Call) error {
	in, err := p.Access.EnterCode(c.Context(), c.Browser(), c.Field("code"), c.Origin)
	if fault.Is(err, fault.Invalid) {
		c.WithSlips(access.Slips{{Field: "code", Sentence: fault.Public(err)}})
		return c.Page(http.StatusUnprocessableEntity, "code", c.Say("code.title"), codeView{})
	}
	if err != nil {
		return err
	}
	return p.signedIn(c, in)
}

// signedIn puts the session into the browser and goes on: to where the person
// wanted to go, or to the offer of a passkey the first time.
func (p *portal) signedIn(c *frame.Call, in access.SignedIn) error {
	if token := c.Link(); token != "" {
		if err := p.Access.Accept(c.Context(), token, in.Person); err != nil {
			return err
		}
	}
	c.SignIn(in)
	if in.Next != "" {
		return c.SeeNext(in.Next, "/tasks")
	}
	if p.Access.Passkeys != nil {
		who, err := p.Access.Person(c.Context(), in.Person)
		if err != nil {
			return err
		}
		if len(who.Passkey) == 0 {
			return c.See("/account/passkey")
		}
	}
	return c.See("/tasks")
}
