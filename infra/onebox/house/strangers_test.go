package house

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/submission"
	"hoso/shared/web/frame"
)

// guest is a person signed in at a browser.
type guest struct {
	h      *House
	t      testing.TB
	secret string
	token  string
}

var formToken = regexp.MustCompile(`name="_token" value="([^"]*)"`)

func (p *play) guest(who people.Actor) guest {
	p.t.Helper()
	ctx := context.Background()
	room := access.Room{Desk: p.h.Desk, Secrets: p.h.Keys, Limits: access.NewLimiter(p.h.Clock.Now), Rates: access.DefaultRates()}
	secret, err := room.InviteLocally(ctx, "guest/"+newID(), who.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	in, err := room.EnterInvitation(ctx, room.Browser(), secret, "here")
	if err != nil {
		p.t.Fatal(err)
	}
	g := guest{h: p.h, t: p.t, secret: in.Secret}
	m := formToken.FindStringSubmatch(g.ask(http.MethodGet, "/help", frame.Page).Body.String())
	if m == nil {
		p.t.Fatal("the help page has no form")
	}
	g.token = m[1]
	return g
}

func (g guest) ask(method, path string, kind frame.Kind) *httptest.ResponseRecorder {
	g.t.Helper()
	body, mime := "", ""
	switch {
	case method == http.MethodGet:
	case kind == frame.API:
		body, mime = "{}", "application/json"
	default:
		body, mime = url.Values{"_token": {g.token}}.Encode(), "application/x-www-form-urlencoded"
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", mime)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Form-Token", g.token)
	r.AddCookie(&http.Cookie{Name: "hoso", Value: g.secret})
	w := httptest.NewRecorder()
	g.h.portal.ServeHTTP(w, r)
	return w
}

// changing is what differs between two answers to the same question, and the
// ids that were asked for.
var changing = regexp.MustCompile(`value="[^"]*"|data-stays="[^"]*"|<code>[^<]*</code>|"requestId":"[^"]*"|[0-9a-f]{32}|` + theRound)

// TestWhatIsOthersIsLikeWhatIsNot asks for every address there is that names
// something, once with what belongs to others and once with what does not
// exist: people without a right to it cannot tell which is which.
func TestWhatIsOthersIsLikeWhatIsNot(t *testing.T) {
	p := newPlay(t, "S01")
	p.close()
	h, ctx := p.h, context.Background()
	docs, _, err := submission.Documents(ctx, h.Store, p.ids[0])
	if err != nil || len(docs) == 0 {
		t.Fatal(err)
	}
	d := h.dossierNow(t, p.ids[0])
	rd := p.round()
	none := strings.Repeat("0", 32)
	unit(t, h, "elsewhere", "Đơn vị khác")
	strangers := map[string]people.Actor{
		"submitter": person(t, h, "Người ngoài A", "elsewhere", people.Submitter), "appraiser": person(t, h, "Người ngoài B", "", people.Appraiser),
		"head": person(t, h, "Người ngoài C", "", people.Head), "reviewer": person(t, h, "Người ngoài D", "", people.Reviewer), "clerk": person(t, h, "Người ngoài E", "", people.Clerk),
	}
	routes := h.portal.(interface{ Routes() []frame.Route }).Routes()
	cells, doors := 0, 0
	for name, who := range strangers {
		g := p.guest(who)
		for _, r := range routes {
			if !strings.Contains(r.Pattern, "{id}") {
				continue
			}
			id := p.ids[0]
			switch {
			case strings.Contains(r.Pattern, "/tasks/{id}"):
				id = rd.Task
			case strings.Contains(r.Pattern, "/rounds/{id}"):
				id = rd.ID
			case strings.HasPrefix(r.Pattern, "/people/"):
				id = p.admin.ID
			case strings.HasPrefix(r.Pattern, "/units/"):
				id = d.Unit
			}
			at := func(id, doc, task string) *httptest.ResponseRecorder {
				path := strings.NewReplacer("{id}", id, "{document}", doc, "{task}", task, "{revision}", "1", "{n}", "1").Replace(r.Pattern)
				w := g.ask(r.Method, path, r.Kind)
				for w.Code == http.StatusTooManyRequests { // a session's pace
					time.Sleep(50 * time.Millisecond)
					w = g.ask(r.Method, path, r.Kind)
				}
				return w
			}
			theirs := at(id, docs[0].ID, rd.Task)
			if r.Who.Public { // the door of a task: it says who may come in, and nothing of what is behind
				doors++
				if body := theirs.Body.String(); strings.Contains(body, d.UnitName) || strings.Contains(body, d.Receipt) || slices.ContainsFunc(d.Nominees, func(n dossier.Nominee) bool { return strings.Contains(body, n.Name) }) {
					t.Errorf("%s tells %s what is behind it", r.Name(), name)
				}
				continue
			}
			cells++
			nothing := at(none, none, none)
			if theirs.Code != nothing.Code || theirs.Code < 400 || changing.ReplaceAllString(theirs.Body.String(), "") != changing.ReplaceAllString(nothing.Body.String(), "") {
				t.Errorf("%s as %s: what is others' gives %d, what is not %d", r.Name(), name, theirs.Code, nothing.Code)
			}
		}
	}
	t.Logf("%d cells, %d doors", cells, doors)
	if cells < 200 || doors < 5 {
		t.Error("hardly anything was asked for")
	}
}
