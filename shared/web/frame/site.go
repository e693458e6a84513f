package frame

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/web/words"
)

// Config is what a site is made of.
type Config struct {
	Access    access.Room
	Words     *words.Catalog
	Routes    []Route
	Templates fs.FS // layout.html, parts/*.html, pages/*.html
	// Funcs are functions that templates may call beside the frame's own:
	// templates call no methods.
	Funcs  map[string]any
	Assets fs.FS // served below /assets/
	// PublicURL is the address people use, such as "https://hoso.example".
	PublicURL string
	// ObjectsURL is the address of the object store as browsers reach it; ""
	// if pages never talk to it.
	ObjectsURL string
	// Menu gives the links of the visitor's menu.
	Menu func(*Call) []Link
	// SignIn shows the sign-in page in place of a page that needs a session.
	SignIn func(*Call) error
	// Origin gives the network address of a request, for limits; nil: the
	// connection's. Behind a proxy it reads what the proxy says.
	Origin func(*http.Request) string
	// Ready says whether the parts the site depends on answer.
	Ready func(context.Context) error
	Log   *slog.Logger
	// Metrics takes the site's figures; nil: none.
	Metrics Meter
	// Now is the wall clock by which durations are measured.
	Now   func() time.Time
	NewID func() string
}

// Link is a named address.
type Link struct {
	Text    string
	Href    string
	Current bool
	Count   int
}

// Site is the handler of all routes.
type Site struct {
	access  access.Room
	words   *words.Catalog
	log     *slog.Logger
	now     func() time.Time
	newID   func() string
	origin  func(*http.Request) string
	ready   func(context.Context) error
	menu    func(*Call) []Link
	signIn  func(*Call) error
	secure  bool
	policy  string // content policy of a page that does not talk to the object store
	objects string // and of one that does
	cross   *http.CrossOriginProtection
	mux     *http.ServeMux
	routes  map[string]Route
	table   []Route
	pages   pages
	assets  assets
	meter   Meter // or nil
}

// New makes a site. It fails if a route of the table would be a hole.
func New(cfg Config) (*Site, error) {
	public, err := url.Parse(cfg.PublicURL)
	if err != nil || public.Host == "" || (public.Scheme != "http" && public.Scheme != "https") {
		return nil, fmt.Errorf("frame: public address %q is not http(s)://host", cfg.PublicURL)
	}
	s := &Site{
		access: cfg.Access, words: cfg.Words, log: cfg.Log, now: cfg.Now, newID: cfg.NewID, origin: cfg.Origin,
		ready: cfg.Ready, menu: cfg.Menu, signIn: cfg.SignIn, secure: public.Scheme == "https",
		cross: http.NewCrossOriginProtection(), mux: http.NewServeMux(), routes: map[string]Route{}, meter: cfg.Metrics,
	}
	if s.origin == nil {
		s.origin = Peer
	}
	if err := s.cross.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, err
	}
	if s.policy, s.objects, err = policies(cfg.ObjectsURL); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(cfg.Assets); err != nil {
		return nil, err
	}
	if s.pages, err = s.loadPages(cfg.Templates, cfg.Funcs); err != nil {
		return nil, err
	}
	for _, r := range append(s.own(), cfg.Routes...) {
		if err := r.check(); err != nil {
			return nil, err
		}
		if _, twice := s.routes[r.Name()]; twice {
			return nil, fmt.Errorf("frame: route %s stands twice", r.Name())
		}
		s.routes[r.Name()] = r
		s.table = append(s.table, r)
		s.mux.Handle(r.Name(), http.NotFoundHandler())
	}
	return s, nil
}

// Routes is the table, in order.
func (s *Site) Routes() []Route { return s.table }

// policies gives the content policies (threats.md, section 5).
func policies(objects string) (plain, with string, err error) {
	origin := ""
	if objects != "" {
		u, err := url.Parse(objects)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return "", "", fmt.Errorf("frame: object store address %q is not http(s)://host", objects)
		}
		origin = " " + u.Scheme + "://" + u.Host
	}
	policy := func(o string) string {
		frames := " 'none'"
		if o != "" {
			frames = " 'self'" + o
		}
		return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:" + o +
			"; connect-src 'self'" + o + "; form-action 'self'" + o + "; frame-src" + frames +
			"; frame-ancestors 'none'; base-uri 'none'"
	}
	return policy(""), policy(origin), nil
}

// Peer is the network address of the other end of the connection.
func Peer(r *http.Request) string {
	host := r.RemoteAddr
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}

// protect puts the headers on that every response has, errors too.
func (s *Site) protect(h http.Header, id string) {
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// ServeHTTP finds the route, checks its conditions in order, and runs it.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.now()
	rec := &recorder{ResponseWriter: w}
	c := &Call{W: rec, R: r, site: s, ID: s.newID(), Lang: words.Vietnamese, Origin: s.origin(r)}
	s.protect(rec.Header(), c.ID)
	defer func() {
		took := s.now().Sub(start)
		name := c.Route.Name()
		if c.Route.Pattern == "" {
			name = "unlisted"
		}
		if s.meter != nil {
			s.meter.Observe(name, rec.status, took)
		}
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("id", c.ID), slog.String("route", name),
			slog.Int("status", rec.status), slog.Duration("took", took), slog.Int64("bytes", rec.bytes))
	}()
	defer func() {
		// The one place where a defect in a handler is kept from ending the
		// connection without an answer.
		if p := recover(); p != nil {
			s.log.Error("panic", "id", c.ID, "route", c.Route.Name(), "cause", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.fail(fault.New(fault.Internal, "web", ""))
		}
	}()
	if err := s.run(c); err != nil {
		if k := fault.KindOf(err); k == fault.Internal || k == fault.Transient {
			s.log.Error("failed", "id", c.ID, "route", c.Route.Name(), "cause", err.Error())
		}
		c.fail(err)
	}
}

func (s *Site) run(c *Call) error {
	c.Lang = words.Accept(c.R.Header.Get("Accept-Language"))
	if l := words.Parse(c.cookie(langCookie)); l != "" {
		c.Lang = l
	}
	_, pattern := s.mux.Handler(c.R)
	route, listed := s.routes[pattern]
	if p := c.R.URL.Path; p != path.Clean(p) {
		listed = false // an address is written in one way only
	}
	if !listed {
		if strings.HasPrefix(c.R.URL.Path, "/api/") {
			c.Route.Kind = API
		}
		return fault.New(fault.NotFound, "web.route", "")
	}
	c.Route = route
	// The mux sets path values only when it serves; the table's handlers are
	// run here, so that every condition below stands before them.
	fill(c.R, pattern)
	if route.Kind == Plain {
		return route.Handle(c)
	}
	if route.Objects {
		c.W.Header().Set("Content-Security-Policy", s.objects)
	}
	for _, step := range []func(*Call) error{s.crossOrigin, s.readBody, s.identify, s.admit, s.pace} {
		if err := step(c); err != nil {
			return err
		}
	}
	if route.Unsafe() {
		if err := c.checkToken(); err != nil {
			return err
		}
	}
	if route.Owner.Check != nil {
		if err := route.Owner.Check(c); err != nil {
			return err
		}
	}
	return route.Handle(c)
}

func (s *Site) crossOrigin(c *Call) error {
	if err := s.cross.Check(c.R); err != nil {
		return &fault.Error{
			Kind: fault.Denied, Op: "web.cross-origin", Code: "cross-origin", Err: err,
			Public: "Yêu cầu được gửi từ một trang khác nên không được nhận; hãy mở trang của Hồ sơ rồi làm lại.",
		}
	}
	return nil
}

// readBody bounds the body and reads forms; JSON is read by the handler.
func (s *Site) readBody(c *Call) error {
	limit := c.Route.Body
	if limit == 0 {
		limit = MaxBody
	}
	c.R.Body = http.MaxBytesReader(c.W, c.R.Body, limit)
	if c.Route.Kind != Form {
		return nil
	}
	err := c.R.ParseMultipartForm(limit)
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil
	}
	if err != nil {
		return readError(err)
	}
	return nil
}

// identify finds out who is there: by API token where the route allows one,
// else by session. An ended session is nobody.
func (s *Site) identify(c *Call) error {
	if auth := c.R.Header.Get("Authorization"); auth != "" && c.Route.Token {
		token, ok := strings.CutPrefix(auth, "Bearer ")
		if !ok {
			return fault.New(fault.SignIn, "web.identify", "Cần tiêu đề Authorization: Bearer <mã truy cập>.")
		}
		v, err := s.access.Bearer(c.Context(), strings.TrimSpace(token))
		if err != nil {
			return err
		}
		c.Who = v
		return nil
	}
	secret := c.cookie(sessionCookie)
	if secret == "" {
		return nil
	}
	v, err := s.access.Session(c.Context(), secret)
	if fault.Is(err, fault.SignIn) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Who, c.secret = v, secret
	return nil
}

// admit lets in whom the table allows.
func (s *Site) admit(c *Call) error {
	switch {
	case c.Route.Who.Public:
		return nil
	case !c.Present():
		return fault.New(fault.SignIn, "web.admit", "Hãy đăng nhập để xem trang này.")
	case !c.Route.Who.Allows(c.Who.Actor):
		return fault.New(fault.Denied, "web.admit", "Tài khoản của ông/bà không có quyền dùng trang này.")
	}
	return nil
}

// pace bounds how fast one session or token calls the API.
func (s *Site) pace(c *Call) error {
	if c.Route.Kind != API || !c.Present() {
		return nil
	}
	if wait, ok := s.access.Limits.Take(access.Spend{Rate: s.access.Rates.CallsPerSession, Key: "api/" + c.Who.Session}); !ok {
		return &fault.Error{
			Kind: fault.Limited, Op: "web.pace", Code: "too-often", Err: access.Wait(wait),
			Public: "Gọi quá nhanh; hãy chờ rồi thử lại.",
		}
	}
	return nil
}

// fill sets the path values of a matched pattern.
func fill(r *http.Request, pattern string) {
	_, address, _ := strings.Cut(pattern, " ")
	want, have := strings.Split(address, "/"), strings.Split(r.URL.EscapedPath(), "/")
	for i, part := range want {
		name, ok := strings.CutPrefix(part, "{")
		if !ok || i >= len(have) || name == "$}" {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := have[i]
		if rest, all := strings.CutSuffix(name, "..."); all {
			name, value = rest, strings.Join(have[i:], "/")
		}
		if plain, err := url.PathUnescape(value); err == nil {
			r.SetPathValue(name, plain)
		}
	}
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
