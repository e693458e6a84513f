package web

import (
	"net/http"
	"strconv"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/web/frame"
)

func (p *portal) accountRoutes() []frame.Route {
	return []frame.Route{
		get("/account", frame.SignedIn(), func(c *frame.Call) error { return p.accountPage(c, accountForm{}) }),
		post("/account/away", frame.SignedIn(), p.setAway),
		post("/account/away/end", frame.SignedIn(), func(c *frame.Call) error {
			if err := p.Access.SetAway(c.Context(), c.Key(), c.Who.Actor, c.Who.ID, nil); err != nil {
				return err
			}
			return c.See("/account")
		}),
		post("/account/tokens", frame.SignedIn(), p.mintToken),
		post("/account/tokens/revoke", frame.SignedIn(), func(c *frame.Call) error {
			if err := p.Access.RevokeToken(c.Context(), c.Key(), c.Who.Actor, c.Field("token")); err != nil {
				return err
			}
			return c.See("/account")
		}),
	}
}

// accountForm is what the person typed and must not lose.
type accountForm struct {
	From, To, StandIn, TokenName, TokenDays string
}

type accountView struct {
	Name, Email, Title, Unit string
	Roles                    []people.Role
	Method                   string
	Away                     *awayView
	CanAway                  bool
	Keys                     bool
	Passkeys                 []passkeyView
	Tokens                   []tokenView
	StandIns                 []frame.Choice
	Form                     accountForm
}

type awayView struct {
	From, To time.Time
	StandIn  string
}

type passkeyView struct {
	Name  string
	Added time.Time
	ID    string
}

type tokenView struct {
	Name             string
	Created, Expires time.Time
	Dead             bool
	Hash             string
}

func (p *portal) accountPage(c *frame.Call, form accountForm) error {
	me := c.Who.Person
	v := accountView{Name: me.Name, Email: me.Email, Title: me.Title, Roles: me.Roles, Method: c.Who.Method, Keys: p.Access.Passkeys != nil, Form: form}
	if me.Unit != "" {
		u, err := p.Access.Unit(c.Context(), me.Unit)
		if err != nil {
			return err
		}
		v.Unit = u.Name
	}
	for _, k := range me.Passkey {
		v.Passkeys = append(v.Passkeys, passkeyView{k.Name, k.Added, k.Added.UTC().Format(time.RFC3339Nano)})
	}
	tokens, err := p.Access.Tokens(c.Context(), me)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		v.Tokens = append(v.Tokens, tokenView{t.Name, t.Created, t.Expires, t.Dead, t.Hash})
	}
	if v.StandIns, err = p.standIns(c, me); err != nil {
		return err
	}
	v.CanAway = len(v.StandIns) > 0 || me.Away != nil
	if a := me.Away; a != nil {
		by, err := p.Access.Person(c.Context(), a.StandIn)
		if err != nil {
			return err
		}
		v.Away = &awayView{a.From, a.To, by.Name}
	}
	return c.Page(status(c), "account", c.Say("account.title"), v)
}

// standIns are the persons who may stand in for somebody: a deciding role in
// common. Units arrange among themselves.
func (p *portal) standIns(c *frame.Call, me people.Person) ([]frame.Choice, error) {
	if !me.Is(people.Appraiser) && !me.Is(people.Head) && !me.Is(people.Reviewer) && !me.Is(people.Clerk) && !me.Is(people.Admin) {
		return nil, nil
	}
	all, err := p.Access.AllPeople(c.Context())
	if err != nil {
		return nil, err
	}
	var out []frame.Choice
	for _, o := range all {
		for _, r := range me.Roles {
			if o.ID != me.ID && o.Is(r) {
				out = append(out, frame.Choice{Value: o.ID, Text: nameAndTitle(o)})
				break
			}
		}
	}
	return out, nil
}

func nameAndTitle(p people.Person) string {
	if p.Title == "" {
		return p.Name
	}
	return p.Name + " (" + p.Title + ")"
}

func (p *portal) setAway(c *frame.Call) error {
	form := accountForm{From: c.Field("from"), To: c.Field("to"), StandIn: c.Field("standIn")}
	from, ok1 := frame.ParseDay(form.From)
	to, ok2 := frame.ParseDay(form.To)
	var slips access.Slips
	if !ok1 {
		slips = append(slips, access.Slip{Field: "from", Sentence: c.Say("form.bad-date")})
	}
	if !ok2 {
		slips = append(slips, access.Slip{Field: "to", Sentence: c.Say("form.bad-date")})
	}
	if slips != nil {
		c.WithSlips(slips)
		return p.accountPage(c, form)
	}
	err := p.Access.SetAway(c.Context(), c.Key(), c.Who.Actor, c.Who.ID, &people.Away{From: from, To: to, StandIn: form.StandIn})
	if err != nil {
		return retry(c, err, func() error { return p.accountPage(c, form) })
	}
	return c.See("/account")
}

// mintToken shows the new token in its answer, once: nothing keeps it, so no
// later page could.
func (p *portal) mintToken(c *frame.Call) error {
	form := accountForm{TokenName: c.Field("name"), TokenDays: c.Field("days")}
	days, err := strconv.Atoi(form.TokenDays)
	if err != nil || days < 1 || days > 366 {
		c.WithSlips(access.Slips{{Field: "days", Sentence: c.Say("token.bad-days")}})
		return p.accountPage(c, form)
	}
	token, err := p.Access.MintToken(c.Context(), c.Key(), c.Who.Actor, form.TokenName, time.Duration(days)*24*time.Hour)
	if err != nil {
		return retry(c, err, func() error { return p.accountPage(c, form) })
	}
	if token == "" {
		return fault.New(fault.Gone, "web.token", c.Say("token.shown"))
	}
	return c.Page(http.StatusOK, "token", c.Say("token.title"), token)
}
