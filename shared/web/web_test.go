package web_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/calendar"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/onebox/meter"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/secret"
	"hoso/shared/web"
	"hoso/shared/web/assets"
)

// town is a portal on a real store, with a clock that tests turn.
type town struct {
	*testing.T
	access  access.Room
	box     *secret.Box
	store   *sqlitestore.Store
	handler *web.Handler
	log     *bytes.Buffer
	public  string
	mu      sync.Mutex
	now     time.Time
	ids     int
	rooms   *rooms
}

const (
	testURL    = "https://hoso.example"
	objectsURL = "https://s3.hoso.example"
)

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b
}

func newTown(t *testing.T) *town { return newTownAt(t, testURL) }

func newTownAt(t *testing.T, public string) *town {
	t.Helper()
	w := &town{T: t, now: time.Date(2023, 11, 6, 2, 0, 0, 0, time.UTC), log: &bytes.Buffer{}, public: public}
	s, err := sqlitestore.Open(context.Background(), ":memory:", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.store = s
	if w.box, err = secret.New(random(secret.KeySize), random); err != nil {
		t.Fatal(err)
	}
	id := func() string { w.mu.Lock(); defer w.mu.Unlock(); w.ids++; return fmt.Sprintf("%032x", w.ids) }
	desk := act.Desk{Store: s, Now: w.clock, NewID: id, Rand: random}
	w.access = access.Room{Desk: desk, Secrets: w.box, Limits: access.NewLimiter(w.clock), Rates: access.DefaultRates()}
	w.access.Rates.CallsPerSession = access.Rate{Burst: 1000, Per: time.Second}
	if strings.HasPrefix(public, "https") {
		u, err := url.Parse(public)
		if err != nil {
			t.Fatal(err)
		}
		if w.access.Passkeys, err = access.NewPasskeys(public, u.Hostname()); err != nil {
			t.Fatal(err)
		}
	}
	days, err := calendar.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	w.rooms = newRooms(w, desk, days)
	figures, err := meter.New()
	if err != nil {
		t.Fatal(err)
	}
	if w.handler, err = web.New(web.Config{
		Access: w.access, Store: s, Calendar: days, PublicURL: public, ObjectsURL: objectsURL,
		Log: slog.New(slog.NewJSONHandler(w.log, nil)), Metrics: figures, Now: w.clock, Wall: w.clock, NewID: id,
		Rooms: w.rooms.Rooms, Assets: assets.Files,
	}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *town) clock() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *town) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

func (w *town) key() string { return "test/" + w.access.NewID() }

func (w *town) unit(name string) string {
	w.Helper()
	id, err := w.access.AddUnit(context.Background(), w.key(), access.Operator(), access.UnitDetails{Name: name})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

func (w *town) person(email, unit string, roles ...people.Role) people.Person {
	w.Helper()
	id, err := w.access.AddPerson(context.Background(), w.key(), access.Operator(),
		access.Details{Name: "Người " + email, Email: email, Title: "Chuyên viên", Unit: unit, Roles: roles})
	if err != nil {
		w.Fatal(err)
	}
	p, err := w.access.Person(context.Background(), id)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// notices gives the mails that wait, oldest first.
func (w *town) notices() []mail.Notice {
	w.Helper()
	msgs, err := w.store.Pending(context.Background(), w.clock().Add(24*time.Hour), 500)
	if err != nil {
		w.Fatal(err)
	}
	var out []mail.Notice
	for _, m := range msgs {
		if m.Kind == flow.MailMessage {
			var n mail.Notice
			if err := json.Unmarshal(m.Body, &n); err != nil {
				w.Fatal(err)
			}
			out = append(out, n)
		}
	}
	return out
}

func (w *town) code(person string) string {
	w.Helper()
	code := ""
	var last time.Time
	for _, n := range w.notices() {
		if n.Template == mail.SignInCode && n.To == person && n.Due.After(last) {
			last = n.Due
			code = w.box.Digits(access.CodePurpose, n.Data[mail.Code], people.CodeDigits)
		}
	}
	if code == "" {
		w.Fatal("no code was mailed")
	}
	return code
}

// browser is a visitor: cookies, the last page, its forms.
type browser struct {
	town    *town
	cookies map[string]*http.Cookie
	origin  string
	header  http.Header
	last    *answer
}

type answer struct {
	status int
	header http.Header
	body   string
	path   string
}

func (w *town) browser() *browser {
	return &browser{town: w, cookies: map[string]*http.Cookie{}, origin: "203.0.113.7:4000", header: http.Header{}}
}

func (b *browser) do(method, path, contentType string, body io.Reader) *answer {
	b.town.Helper()
	r := httptest.NewRequest(method, b.town.public+path, body)
	r.RemoteAddr = b.origin
	for k, v := range b.header {
		r.Header[k] = v
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Authorization") == "" {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.town.handler.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	b.last = &answer{status: res.StatusCode, header: res.Header, body: rec.Body.String(), path: path}
	return b.last
}

func (b *browser) get(path string) *answer { return b.do(http.MethodGet, path, "", nil) }

// follow goes where a 303 points.
func (b *browser) follow() *answer {
	b.town.Helper()
	for b.last.status == http.StatusSeeOther {
		b.get(b.last.header.Get("Location"))
	}
	return b.last
}

var (
	formPattern   = regexp.MustCompile(`(?s)<form[^>]*method="post" action="([^"]*)"[^>]*>(.*?)</form>`)
	hiddenPattern = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// post sends the form of the last page with this action, its hidden fields
// and the given ones.
func (b *browser) post(action string, fields ...string) *answer {
	b.town.Helper()
	v := b.hidden(action)
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return b.send(action, v)
}

func (b *browser) send(action string, v url.Values) *answer {
	b.town.Helper()
	return b.do(http.MethodPost, action, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

func (b *browser) hidden(action string) url.Values {
	b.town.Helper()
	if b.last != nil {
		for _, f := range formPattern.FindAllStringSubmatch(b.last.body, -1) {
			if f[1] != action {
				continue
			}
			v := url.Values{}
			for _, h := range hiddenPattern.FindAllStringSubmatch(f[2], -1) {
				v.Set(h[1], html.UnescapeString(h[2]))
			}
			return v
		}
	}
	b.town.Fatalf("%s has no form for %s", b.last.path, action)
	return nil
}

// signIn signs a person in by mailed code.
func (w *town) signIn(p people.Person) *browser {
	w.Helper()
	b := w.browser()
	b.get("/sign-in")
	if a := b.post("/sign-in", "email", p.Email); a.status != http.StatusSeeOther {
		w.Fatalf("asking for a code: %d %s", a.status, a.body)
	}
	b.follow()
	if a := b.post("/sign-in/code", "code", w.code(p.ID)); a.status != http.StatusSeeOther {
		w.Fatalf("entering the code: %d %s", a.status, a.body)
	}
	return b
}

func (b *browser) json(method, path string, body any) *answer {
	b.town.Helper()
	raw, ok := body.(string)
	if !ok {
		enc, err := json.Marshal(body)
		if err != nil {
			b.town.Fatal(err)
		}
		raw = string(enc)
	}
	return b.do(method, path, "application/json", strings.NewReader(raw))
}

func (a *answer) want(t *testing.T, status int, parts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: status %d, want %d: %s", a.path, a.status, status, cut(a.body))
	}
	for _, p := range parts {
		if !strings.Contains(a.body, p) {
			t.Errorf("%s: %q is not in the answer: %s", a.path, p, cut(a.body))
		}
	}
}

func cut(s string) string {
	if i := strings.Index(s, "<main"); i >= 0 {
		s = s[i:]
	}
	return s[:min(len(s), 1500)]
}
