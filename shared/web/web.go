package web

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/store"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

//go:embed templates
var templates embed.FS

// Config is what the portal is made of. The rooms come ready from the host.
type Config struct {
	Access   access.Room
	Store    store.Reader
	Calendar *calendar.Calendar

	// PublicURL is the address people use; ObjectsURL the object store's as
	// browsers reach it.
	PublicURL  string
	ObjectsURL string
	// Origin gives a request's network address, for limits; nil: the
	// connection's own. Behind a proxy it reads what the proxy says.
	Origin func(*http.Request) string
	// Ready says whether store and object store answer.
	Ready func(context.Context) error
	Log   *slog.Logger
	// Assets are the files of package assets.
	Assets fs.FS
	// Metrics takes request figures; nil: none and no /metrics.
	Metrics frame.Meter
	// Now is the product's clock (a demonstration's may be advanced); Wall
	// the machine's, by which durations are measured.
	Now   func() time.Time
	Wall  func() time.Time
	NewID func() string

	Rooms Rooms
}

// portal is the handlers of all pages.
type portal struct {
	Config
	words *words.Catalog
	facts *facts
}

// Handler is the portal; its route table is there for those who test it.
type Handler struct{ *frame.Site }

// New makes the portal. It fails at once if a template, a sentence or a line
// of the route table is wrong.
func New(cfg Config) (*Handler, error) {
	catalog, err := words.Load()
	if err != nil {
		return nil, err
	}
	p := &portal{Config: cfg, words: catalog, facts: &facts{Objects: cfg.Rooms.Objects, kept: map[string][]byte{}}}
	p.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	pages, err := fs.Sub(templates, "templates")
	if err != nil {
		return nil, err
	}
	site, err := frame.New(frame.Config{
		Access: cfg.Access, Words: catalog, Routes: p.routes(), Templates: pages, Funcs: asked(), Assets: cfg.Assets,
		PublicURL: cfg.PublicURL, ObjectsURL: cfg.ObjectsURL, Menu: p.menu, SignIn: p.askSignIn,
		Origin: cfg.Origin, Ready: cfg.Ready, Log: cfg.Log, Metrics: cfg.Metrics, Now: cfg.Wall, NewID: cfg.NewID,
	})
	if err != nil {
		return nil, err
	}
	return &Handler{site}, nil
}

// asked are the functions by which templates ask what a view can tell.
func asked() map[string]any {
	return map[string]any{
		"box": fieldView.box, "corrected": fieldView.Corrected, "docTag": docTag,
		"others": assignView.others, "choosing": placeViews.choosing, "filled": url.Values.Get,
	}
}

// routes is the whole table.
func (p *portal) routes() []frame.Route {
	var all []frame.Route
	for _, part := range [][]frame.Route{
		p.signInRoutes(), p.invitationRoutes(), p.passkeyRoutes(), p.homeRoutes(), p.accountRoutes(),
		p.peopleRoutes(), p.unitRoutes(), p.importRoutes(), p.dossierRoutes(), p.apiRoutes(), p.roomRoutes(),
	} {
		all = append(all, part...)
	}
	return all
}

// get, post: short forms for lines of the table.
func get(pattern string, who frame.Who, handle func(*frame.Call) error) frame.Route {
	return frame.Route{Method: http.MethodGet, Pattern: pattern, Kind: frame.Page, Who: who, Handle: handle}
}

func post(pattern string, who frame.Who, handle func(*frame.Call) error) frame.Route {
	return frame.Route{Method: http.MethodPost, Pattern: pattern, Kind: frame.Form, Who: who, Handle: handle}
}

// of adds an owner rule to a line of the table.
func of(owner frame.Owner, r frame.Route) frame.Route {
	r.Owner = owner
	return r
}

// menu gives the links a visitor's roles need.
func (p *portal) menu(c *frame.Call) []frame.Link {
	if !c.Present() {
		return nil
	}
	links := []frame.Link{{Text: c.Say("menu.tasks"), Href: "/tasks"}}
	add := func(key, href string, roles ...people.Role) {
		for _, r := range roles {
			if c.Who.Is(r) {
				links = append(links, frame.Link{Text: c.Say(key), Href: href})
				return
			}
		}
	}
	add("menu.dossiers", "/dossiers", people.Submitter, people.Clerk)
	for _, m := range p.roomMenu() {
		add(m.key, m.href, m.roles...)
	}
	add("menu.people", "/people", people.Operator, people.Admin)
	add("menu.units", "/units", people.Operator, people.Admin)
	links = append(links, frame.Link{Text: c.Say("menu.notices"), Href: "/notices"}, frame.Link{Text: c.Say("menu.account"), Href: "/account"})
	here := c.R.URL.Path
	for i, l := range links {
		links[i].Current = here == l.Href || len(here) > len(l.Href) && here[:len(l.Href)+1] == l.Href+"/"
	}
	return links
}

// retry shows a form again with what is wrong; any other error goes on.
func retry(c *frame.Call, err error, again func() error) error {
	slips, ok := frame.Slips(err)
	if !ok && fault.Is(err, fault.Invalid) {
		slips, ok = access.Slips{{Field: "main", Sentence: fault.Public(err)}}, fault.Public(err) != ""
	}
	if !ok {
		return err
	}
	c.WithSlips(slips)
	return again()
}

// status is 422 for a form shown again, else 200.
func status(c *frame.Call) int {
	if frame.Kept[access.Slips](c, "slips") != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
