package web

import (
	"encoding/json"
	"net/http"
	"time"

	"hoso/shared/fault"
	"hoso/shared/web/frame"
)

func (p *portal) passkeyRoutes() []frame.Route {
	api := func(pattern string, who frame.Who, in, out any, summary string, handle func(*frame.Call) error) frame.Route {
		return frame.Route{Method: http.MethodPost, Pattern: pattern, Kind: frame.API, Who: who, In: in, Out: out, Summary: summary, Handle: handle}
	}
	return []frame.Route{
		get("/account/passkey", frame.SignedIn(), func(c *frame.Call) error {
			if p.Access.Passkeys == nil {
				return c.See("/account")
			}
			return c.Page(http.StatusOK, "passkey", c.Say("passkey.title"), nil)
		}),
		post("/account/passkeys/remove", frame.SignedIn(), p.removePasskey),
		api("/api/sign-in/passkey/begin", frame.Everybody(), empty{}, map[string]any{}, "Starts a sign-in by passkey; the answer is for credentials.get.", func(c *frame.Call) error {
			if err := c.Decode(&empty{}); err != nil {
				return err
			}
			o, err := p.Access.BeginPasskeySignIn(c.Context(), c.Browser())
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, o)
		}),
		api("/api/sign-in/passkey", frame.Everybody(), passkeyIn{}, nextOut{}, "Ends a sign-in by passkey with the browser's answer.", p.enterPasskey),
		api("/api/me/passkeys/begin", frame.SignedIn(), empty{}, map[string]any{}, "Starts adding a passkey; the answer is for credentials.create.", func(c *frame.Call) error {
			if err := c.Decode(&empty{}); err != nil {
				return err
			}
			o, err := p.Access.BeginPasskey(c.Context(), c.Who)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, o)
		}),
		api("/api/me/passkeys", frame.SignedIn(), passkeyAdd{}, nextOut{}, "Ends adding a passkey with the browser's answer.", func(c *frame.Call) error {
			var in passkeyAdd
			if err := c.Decode(&in); err != nil {
				return err
			}
			if err := p.Access.AddPasskey(c.Context(), c.Who, in.Name, in.Answer); err != nil {
				return err
			}
			return c.JSON(http.StatusOK, nextOut{Next: "/account"})
		}),
	}
}

type empty struct{}

type passkeyIn struct {
	Answer json.RawMessage `json:"answer"`
	Next   string          `json:"next,omitempty"`
}

type passkeyAdd struct {
	Name   string          `json:"name"`
	Answer json.RawMessage `json:"answer"`
}

type nextOut struct {
	Next string `json:"next"`
}

func (p *portal) enterPasskey(c *frame.Call) error {
	var in passkeyIn
	if err := c.Decode(&in); err != nil {
		return err
	}
	done, err := p.Access.EnterPasskey(c.Context(), c.Browser(), in.Answer, c.Origin)
	if err != nil {
		return err
	}
	c.SignIn(done)
	next := localNext(in.Next)
	if next == "" {
		next = "/tasks"
	}
	return c.JSON(http.StatusOK, nextOut{Next: next})
}

func (p *portal) removePasskey(c *frame.Call) error {
	added, err := time.Parse(time.RFC3339Nano, c.Field("added"))
	if err != nil {
		return fault.New(fault.NotFound, "web.passkey", "")
	}
	if err := p.Access.RemovePasskey(c.Context(), c.Key(), c.Who.Actor, added); err != nil {
		return err
	}
	return c.See("/account")
}
