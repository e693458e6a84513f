package web_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hoso/shared/people"
	"hoso/shared/web/frame"
	"hoso/shared/web/words"
)

// expand fills a pattern with ids that exist nowhere.
func expand(pattern string) string {
	pattern = strings.TrimSuffix(pattern, "{$}")
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(pattern, "00000000000000000000000000000000")
}

// TestEveryRouteForEveryRole asks for every line of the table as everybody
// there is. The table says who may come in; this asks whether the program
// agrees with it, for every cell.
func TestEveryRouteForEveryRole(t *testing.T) {
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	visitors := map[string]*browser{"nobody": w.browser()}
	actors := map[string]people.Actor{}
	for _, r := range people.Roles() {
		p := w.person(string(r)+"@example.vn", unit, r)
		visitors[string(r)] = w.signIn(p)
		actors[string(r)] = people.Actor{Person: p}
	}
	cells := 0
	routes := slices.Clone(w.handler.Routes())
	// Signing out comes last: it ends the visitors.
	last := slices.IndexFunc(routes, func(r frame.Route) bool { return r.Pattern == "/sign-out" })
	routes = append(slices.Delete(slices.Clone(routes), last, last+1), routes[last])
	for _, route := range routes {
		for name, b := range visitors {
			cells++
			path := expand(route.Pattern)
			var a *answer
			switch {
			case route.Kind == frame.API && route.Unsafe():
				b.header.Set("X-Form-Token", b.token())
				a = b.do(route.Method, path, "application/json", strings.NewReader("{}"))
				b.header.Del("X-Form-Token")
			case route.Unsafe():
				a = b.do(route.Method, path, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"_token": {b.token()}}.Encode()))
			default:
				a = b.get(path)
			}
			in := a.status != http.StatusUnauthorized && a.status != http.StatusForbidden
			may := route.Who.Public
			if name != "nobody" {
				may = route.Who.Allows(actors[name])
			}
			if a.status >= 500 && route.Pattern != "/readyz" {
				t.Errorf("%s as %s: %d", route.Name(), name, a.status)
			}
			if in != may {
				t.Errorf("%s as %s: status %d, the table says %v", route.Name(), name, a.status, may)
			}
		}
	}
	t.Logf("%d cells", cells)
}

// token gives the form token as a page of the visitor shows it.
func (b *browser) token() string {
	b.town.Helper()
	a := b.get("/help")
	m := regexp.MustCompile(`name="_token" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		b.town.Fatal("the help page has no form token")
	}
	return m[1]
}

func TestUnlistedAddressesDoNotExist(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	for _, path := range []string{"/nothing", "/people/x/y/z", "/people/../account", "//account", "/debug/pprof/", "/.git/config", "/assets/../web.go", "/assets/app.css/x", "/api/nothing"} {
		if a := b.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		if a := b.do(method, "/account", "", nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", method, a.status)
		}
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Cache-Control": "no-store",
	}
	for _, path := range []string{"/", "/people", "/nothing", "/people/none", "/api/openapi.json", "/api/nothing", "/healthz", "/metrics", "/import/people/form"} {
		a := b.get(path)
		for k, v := range want {
			if a.header.Get(k) != v {
				t.Errorf("%s: %s is %q", path, k, a.header.Get(k))
			}
		}
		csp := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy lacks %q: %s", path, part, csp)
			}
		}
	}
	for _, path := range []string{"/account", "/sign-in"} {
		if a := b.send(path, nil); a.header.Get("Content-Security-Policy") == "" || a.status < 400 {
			t.Errorf("%s: %d without policy", path, a.status)
		}
	}
	plain := newTownAt(t, "http://127.0.0.1:8080")
	if a := plain.browser().get("/"); a.header.Get("Strict-Transport-Security") != "" {
		t.Error("http promises https")
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/units/new")
	good := b.hidden("/units/new")
	good.Set("name", "Sở Y tế")
	bare := url.Values{"name": {"Sở Y tế"}}
	other := w.signIn(w.person("op2@example.vn", "", people.Operator))
	foreign := url.Values{"name": {"Sở Y tế"}, "_token": {other.token()}}
	for name, try := range map[string]func() *answer{
		"cross-site": func() *answer { b.header.Set("Sec-Fetch-Site", "cross-site"); return b.send("/units/new", good) },
		"same-site":  func() *answer { b.header.Set("Sec-Fetch-Site", "same-site"); return b.send("/units/new", good) },
		"null origin": func() *answer {
			b.header.Set("Sec-Fetch-Site", "")
			b.header.Set("Origin", "null")
			return b.raw("/units/new", good)
		},
		"other origin":   func() *answer { b.header.Set("Origin", "https://evil.example"); return b.raw("/units/new", good) },
		"no token":       func() *answer { return b.send("/units/new", bare) },
		"old client":     func() *answer { return b.raw("/units/new", bare) },
		"other's token":  func() *answer { return b.send("/units/new", foreign) },
		"JSON for forms": func() *answer { return b.json("POST", "/units/new", map[string]string{"name": "x"}) },
	} {
		b.header = http.Header{}
		if a := try(); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	b.header = http.Header{}
	if all, err := w.access.AllUnits(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("units were made: %v %v", all, err)
	}
	b.send("/units/new", good).want(t, http.StatusSeeOther)
	first := b.last.header.Get("Location")
	b.send("/units/new", good).want(t, http.StatusSeeOther)
	if b.last.header.Get("Location") != first {
		t.Error("the form sent twice made two units")
	}
}

// raw sends a form without the header that browsers add.
func (b *browser) raw(path string, v url.Values) *answer {
	r := httptest.NewRequest(http.MethodPost, b.town.public+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if o := b.header.Get("Origin"); o != "" {
		r.Header.Set("Origin", o)
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.town.handler.ServeHTTP(rec, r)
	return &answer{status: rec.Code, header: rec.Header(), body: rec.Body.String(), path: path}
}

func TestBodiesAreBoundedAndStrict(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.header.Set("X-Form-Token", b.token())
	for name, body := range map[string]string{
		"unknown field": `{"name":"x","answer":{},"role":"operator"}`, "twice": `{"name":"x","name":"y","answer":{}}`,
		"deep":        `{"name":"x","answer":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `}`,
		"huge number": `{"name":1e999,"answer":{}}`, "bad UTF-8": "{\"name\":\"\xff\",\"answer\":{}}", "two values": `{"name":"x","answer":{}}{}`,
		"truncated": `{"name":`, "empty": "", "array": `[]`, "100 MB": `{"name":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		a := b.json("POST", "/api/me/passkeys", body)
		var p frame.Problem
		if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != 422 || p.Code == "" || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, a.status, cut(a.body))
		}
	}
	if a := b.do("POST", "/api/me/passkeys", "text/plain", strings.NewReader(`{"name":"x","answer":{}}`)); a.status != 422 {
		t.Errorf("text/plain: %d", a.status)
	}
	big := url.Values{"_token": {b.token()}, "name": {strings.Repeat("x", 1<<20)}}
	if a := b.send("/units/new", big); a.status != 422 {
		t.Errorf("big form: %d", a.status)
	}
}

func TestAPISaysWaitBeyondItsPace(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.header.Set("X-Form-Token", b.token())
	limited := 0
	for range w.access.Rates.CallsPerSession.Burst + 5 {
		if b.json("POST", "/api/me/passkeys/begin", "[]").status == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited != 5 {
		t.Errorf("%d calls were told to wait, want 5", limited)
	}
}

func TestMetricsAnswerTheMachineItselfOnly(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	b.get("/metrics").want(t, http.StatusNotFound)
	b.origin = "127.0.0.1:5000"
	b.get("/help")
	b.get("/metrics").want(t, http.StatusOK, `hoso_http_requests_total{route="GET /help",status="200"}`)
	b.header.Set("X-Forwarded-For", "203.0.113.7")
	b.get("/metrics").want(t, http.StatusNotFound)
}

func TestLogHoldsPatternsOnly(t *testing.T) {
	w := newTown(t)
	p := w.person("op@example.vn", "", people.Operator)
	b := w.signIn(p)
	b.get("/people/" + p.ID + "?q=secret-word")
	log := w.log.String()
	for _, s := range []string{p.ID, p.Email, "secret-word", b.cookies["__Host-hoso"].Value, w.code(p.ID)} {
		if strings.Contains(log, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	if !strings.Contains(log, `"route":"GET /people/{id}"`) {
		t.Error("the log lacks the pattern")
	}
}

func TestDescriptionAndRoutesAreOneSet(t *testing.T) {
	w := newTown(t)
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(w.browser().get("/api/openapi.json").body), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatal(err, doc.OpenAPI)
	}
	var described, listed []string
	ids := map[any]bool{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			described = append(described, strings.ToUpper(method)+" "+path)
			if ids[op["operationId"]] {
				t.Errorf("operationId %v stands twice", op["operationId"])
			}
			ids[op["operationId"]] = true
		}
	}
	for _, r := range w.handler.Routes() {
		if r.Kind == frame.API {
			listed = append(listed, r.Name())
		}
	}
	slices.Sort(described)
	slices.Sort(listed)
	if !slices.Equal(described, listed) {
		t.Errorf("described %v\nlisted %v", described, listed)
	}
}

// TestEverySentenceIsThereAndUsed reads the templates and the program: a key
// without a sentence shows as ⟨key⟩, and one that nothing names is dead.
func TestEverySentenceIsThereAndUsed(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, dir := range []string{"templates", "."} {
		err := fs.WalkDir(os.DirFS(filepath.Join(shop.home, dir)), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".html") && !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			b, err := fs.ReadFile(os.DirFS(filepath.Join(shop.home, dir)), path)
			source.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all := source.String()
	for _, m := range regexp.MustCompile(`(?:[({]t |[.]Say\()"([a-z][^"]*[a-z])"`).FindAllStringSubmatch(all, -1) {
		if !c.Has(m[1]) {
			t.Errorf("no sentence for %q", m[1])
		}
	}
	built := regexp.MustCompile(`^(signer|commend\.is|report-status|yearly\.field|yearly\.dayoff|fault|role|state|standing|slot|round|kind|event|notice|method|import\.will|import\.title|menu|actor|doc|compare|severity|holder|hit|mail|field|place|sig|differ|ground|change|change-state|saw|bodies\.act|register\.why|hold-ground|plan|campaigns|erasure-ground|erasure-state|adhoc-outcome|adhoc-warning)\.`)
	for _, key := range c.Keys() {
		if !strings.Contains(all, `"`+key+`"`) && !built.MatchString(key) {
			t.Errorf("nothing says %q", key)
		}
	}
}
