package web

import (
	"net/http"
	"strings"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/web/frame"
)

func (p *portal) invitationRoutes() []frame.Route {
	return []frame.Route{
		get("/i/{token}", frame.Everybody(), p.openInvitation),
		get("/invitation", frame.Everybody(), p.invitationPage),
		post("/invitation", frame.Everybody(), p.askInvitedCode),
		get("/invitation/local", frame.Everybody(), func(c *frame.Call) error {
			return c.Page(status(c), "local", c.Say("local.title"), nil)
		}),
		post("/invitation/local", frame.Everybody(), p.enterLocal),
	}
}

// linkToken takes what mail programs add to a link off again: case is kept,
// anything that cannot be in a token is cut.
func linkToken(raw string) string {
	return strings.TrimRight(strings.TrimSpace(raw), ".,;:>)]\"'")
}

// openInvitation keeps the token in the browser and shows an address without
// it. It changes nothing: programs that follow the links in mails do no harm.
func (p *portal) openInvitation(c *frame.Call) error {
	token := linkToken(c.Param("token"))
	if _, err := p.Access.Invited(c.Context(), token); err != nil {
		if lerr := p.wrongLink(c); lerr != nil {
			return lerr
		}
		return err
	}
	c.SetLink(token)
	return c.See("/invitation")
}

// wrongLink counts an unknown link against where it came from.
func (p *portal) wrongLink(c *frame.Call) error {
	if wait, ok := p.Access.Limits.Take(access.Spend{Rate: p.Access.Rates.WrongLinks, Key: "link/" + c.Origin}); !ok {
		return &fault.Error{Kind: fault.Limited, Op: "web.link", Code: "too-often", Err: access.Wait(wait), Public: c.Say("link.limited")}
	}
	return nil
}

func (p *portal) invitationPage(c *frame.Call) error {
	if c.Present() {
		return c.See("/tasks")
	}
	if _, err := p.Access.Invited(c.Context(), c.Link()); err != nil {
		return err
	}
	return c.Page(http.StatusOK, "invitation", c.Say("invitation.title"), nil)
}

func (p *portal) askInvitedCode(c *frame.Call) error {
	person, err := p.Access.Invited(c.Context(), c.Link())
	if err != nil {
		return err
	}
	return p.mailCode(c, person, "")
}

// mailCode mails a sign-in code to a person known from a link.
func (p *portal) mailCode(c *frame.Call, person, next string) error {
	browser := access.Follow(c.Browser(), c.Form())
	if err := p.Access.AskCode(c.Context(), browser, access.Ask{Person: person, Next: next, Origin: c.Origin}); err != nil {
		return err
	}
	c.SetBrowser(browser)
	return c.See("/sign-in/code")
}

// enterLocal takes the secret that the command line printed on the machine.
func (p *portal) enterLocal(c *frame.Call) error {
	in, err := p.Access.EnterInvitation(c.Context(), c.Browser(), c.Field("secret"), c.Origin)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Gone) {
		c.WithSlips(access.Slips{{Field: "secret", Sentence: fault.Public(err)}})
		return c.Page(http.StatusUnprocessableEntity, "local", c.Say("local.title"), nil)
	}
	if err != nil {
		return err
	}
	return p.signedIn(c, in)
}
