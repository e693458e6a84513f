package faults

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"hoso/infra/onebox/browsertest"
	"hoso/infra/onebox/player"
	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// scanner is a program in front of every mailbox that opens what stands in
// mails, presses everything, and fills in every form (threats.md section 4,
// levels 0 to 4). Each mail is looked at from an address of its own.
type scanner struct {
	t    *testing.T
	s    *service
	box  player.FolderBox
	seen map[string]bool
	n    int
	kind map[string]int // mails by purpose
	sent int            // requests
	told map[int]int    // by status
	tab  *browsertest.Tab
}

// thorough is how many mails of a kind are pressed and filled in, too, and by a
// browser with script.
const thorough = 1

// Mails lets the scanner at every new mail before its person sees it.
func (x *scanner) Mails(ctx context.Context) ([]player.Mail, error) {
	all, err := x.box.Mails(ctx)
	if err != nil {
		return nil, err
	}
	var fresh []player.Mail
	for _, m := range all {
		if !x.seen[m.ID] && m.Link() != "" {
			fresh = append(fresh, m)
		}
		x.seen[m.ID] = true
	}
	if len(fresh) > 0 {
		before := x.quiet()
		for _, m := range fresh {
			x.scan(m)
		}
		if changed := x.quiet().changes(before); len(changed) > 0 {
			x.t.Errorf("a program that opened %d mails changed %s", len(fresh), strings.Join(changed, ", "))
		}
	}
	return all, nil
}

// standing is everything that is kept, without what may come and go with
// whoever knocks: codes that nobody used, and the mails that carried them.
type standing map[string]string

// look gives what there is, and how much the product still has to do by itself.
func (x *scanner) look() (st standing, waiting int) {
	ctx := context.Background()
	r, err := sqlitestore.OpenReader(ctx, filepath.Join(x.s.seen, "hoso.db"))
	if err != nil {
		x.t.Fatal(err)
	}
	defer r.Close()
	snap, err := r.Snapshot(ctx)
	if err != nil {
		x.t.Fatal(err)
	}
	defer snap.Close()
	st = standing{}
	err = snap.Walk(ctx, store.Walker{
		Head: func(chain string, h evidence.Head) error { st["chain "+chain] = h.Hash; return nil },
		Record: func(rec store.Record) error {
			for _, free := range []string{"code/", "mails/person/"} {
				if strings.HasPrefix(rec.Key.Part, free) {
					return nil
				}
			}
			st["record "+rec.Key.Part+" "+rec.Key.Sort] = act.Digest(rec)
			if atWork(rec) {
				waiting++
			}
			return nil
		},
		Counter: func(name string, n int64) error { st["counter "+name] = fmt.Sprint(n); return nil },
		Message: func(store.Message) error { waiting++; return nil },
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return st, waiting
}

// atWork reports whether a record is of something that a run has in hand and
// no person is asked about.
func atWork(rec store.Record) bool {
	part, _, _ := strings.Cut(rec.Key.Part, "/")
	if part != "dossier" && part != "round" {
		return false
	}
	var of struct{ Stage, Task string }
	return rec.Decode(&of) == nil && of.Stage != "" && of.Task == ""
}

// quiet waits until the product rests and gives what there is.
func (x *scanner) quiet() standing {
	x.t.Helper()
	last, _ := x.look()
	for range 600 {
		time.Sleep(50 * time.Millisecond)
		st, waiting := x.look()
		if waiting == 0 && maps.Equal(st, last) {
			return st
		}
		last = st
	}
	x.t.Fatal("the product does not come to rest")
	return nil
}

func (st standing) changes(before standing) []string {
	var out []string
	for k, v := range st {
		if before[k] != v {
			out = append(out, k)
		}
	}
	for k := range before {
		if _, ok := st[k]; !ok {
			out = append(out, "-"+k)
		}
	}
	slices.Sort(out)
	return out
}

// visit is one program's way through the site, with cookies.
type visit struct {
	*scanner
	client *http.Client
	root   *url.URL
	at     map[string]bool // addresses seen
}

// scan does everything at once that mail scanners are known to do.
func (x *scanner) scan(m player.Mail) {
	x.t.Helper()
	x.n++
	x.kind[m.Purpose]++
	root, err := url.Parse(m.Link())
	if err != nil {
		x.t.Fatal(err)
	}
	for range 2 { // without cookies, twice, after asking for the head alone
		v := x.visit(root)
		v.ask(http.MethodHead, m.Link(), nil)
		v.ask(http.MethodGet, m.Link(), nil)
	}
	if x.kind[m.Purpose] > thorough {
		return
	}
	v := x.visit(root)
	page := v.ask(http.MethodGet, m.Link(), nil)
	v.press(page, 2)
	for address := range maps.Clone(v.at) {
		v.ask(http.MethodPost, address, url.Values{})
		v.ask(http.MethodPost, address, url.Values{"act": {"decide"}, "do": {"confirm"}, "shown": {"0"}, "code": {"12345678"}})
	}
	if x.tab != nil {
		x.browse(m)
	}
}

func (x *scanner) visit(root *url.URL) *visit {
	jar, err := cookiejar.New(nil)
	if err != nil {
		x.t.Fatal(err)
	}
	from := &net.TCPAddr{IP: net.IPv4(127, 0, byte(1+x.n/250), byte(1+x.n%250))}
	way := &http.Transport{DialContext: (&net.Dialer{LocalAddr: from}).DialContext, DisableKeepAlives: true}
	return &visit{x, &http.Client{Jar: jar, Transport: way, Timeout: time.Minute}, root, map[string]bool{}}
}

// ask sends a request and gives the page that came of it.
func (v *visit) ask(method, address string, form url.Values) *page {
	v.t.Helper()
	u, err := v.root.Parse(address)
	if err != nil || u.Host != v.root.Host {
		return &page{}
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, u.String(), body)
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if method == http.MethodPost {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", "http://"+v.root.Host)
	}
	a, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer a.Body.Close()
	v.sent++
	v.told[a.StatusCode]++
	if a.StatusCode >= 500 {
		v.t.Errorf("%s %s: %d", method, u.Path, a.StatusCode)
	}
	v.at[u.RequestURI()], v.at[a.Request.URL.RequestURI()] = true, true
	root, err := html.Parse(io.LimitReader(a.Body, 4<<20))
	if err != nil {
		v.t.Fatal(err)
	}
	return &page{at: a.Request.URL, root: root}
}

// press follows every link of a page and sends every form, once as it is and
// once filled in, and goes on from there.
func (v *visit) press(p *page, depth int) {
	for _, href := range p.links() {
		if seen := v.at[href]; seen || depth == 0 {
			continue
		}
		v.press(v.ask(http.MethodGet, href, nil), depth-1)
	}
	if depth == 0 {
		return
	}
	for _, f := range p.forms() {
		for _, filled := range []bool{false, true} {
			values := f.values(filled)
			if f.method == http.MethodGet {
				v.ask(http.MethodGet, f.action+"?"+values.Encode(), nil)
				continue
			}
			v.press(v.ask(http.MethodPost, f.action, values), depth-1)
		}
	}
}

// browse opens the link in a browser with script, as some scanners do, and
// lets the script press everything.
func (x *scanner) browse(m player.Mail) {
	x.t.Helper()
	path := strings.TrimPrefix(m.Link(), x.s.portal())
	if _, err := x.tab.Open(path); err != nil {
		x.t.Fatal(err)
	}
	for range 2 {
		_, err := browsertest.Eval[int](x.tab, `(() => { for (const i of document.querySelectorAll("input:not([type=hidden]), textarea")) i.value = "12345678";
			const b = [...document.querySelectorAll("button, input[type=submit], summary")]; for (const e of b) e.click(); return b.length })()`)
		if err != nil {
			x.t.Logf("the page went away under the script: %v", err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// page is a page that a program looks at.
type page struct {
	at   *url.URL
	root *html.Node
}

type found struct {
	action, method string
	fields         []*html.Node
}

func (p *page) all(names ...string) []*html.Node {
	var out []*html.Node
	if p.root == nil {
		return nil
	}
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			out = append(out, n)
		}
	}
	return out
}

func (p *page) links() []string {
	var out []string
	for _, n := range p.all("a") {
		if u, err := p.at.Parse(get(n, "href")); err == nil {
			out = append(out, u.RequestURI())
		}
	}
	return out
}

func (p *page) forms() []found {
	var out []found
	for _, n := range p.all("form") {
		f := found{action: get(n, "action"), method: strings.ToUpper(get(n, "method"))}
		if f.method == "" {
			f.method = http.MethodGet
		}
		if f.action == "" {
			f.action = p.at.RequestURI()
		}
		f.fields = (&page{root: n}).all("input", "textarea", "select", "button")
		out = append(out, f)
	}
	return out
}

func (f found) values(filled bool) url.Values {
	v := url.Values{}
	for _, n := range f.fields {
		name, value := get(n, "name"), get(n, "value")
		switch {
		case name == "":
			continue
		case !filled || get(n, "type") == "hidden" || n.Data == "button":
		case get(n, "type") == "email":
			value = "someone@example.com"
		case value == "":
			value = "12345678"
		}
		v.Set(name, value)
	}
	return v
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestNothingIsDecidedByReadingMails plays the demonstration with a scanner in
// front of every mailbox. It changes nothing, and every link is still good for
// its person afterwards.
func TestNothingIsDecidedByReadingMails(t *testing.T) {
	s := newService(t, nil)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	x := &scanner{t: t, s: s, box: player.FolderBox{Dir: filepath.Join(s.seen, "outbox")}, seen: map[string]bool{}, kind: map[string]int{}, told: map[int]int{}}
	chrome, end, err := browsertest.Start(context.Background())
	if err == nil {
		defer end()
		tab, close, terr := chrome.Tab(s.portal(), 800, 600, nil)
		if terr != nil {
			t.Fatal(terr)
		}
		defer close()
		x.tab = tab
	} else {
		t.Logf("without script: %v", err)
	}
	var talk strings.Builder
	play := player.New(player.Options{Server: s.portal(), Box: x, Secret: s.secret, OperatorEmail: operator, Out: &talk})
	if err := play.Run(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	t.Logf("%d mails, %d requests: %v; by purpose %v", x.n, x.sent, x.told, x.kind)
	for _, purpose := range []string{"invitation", "task-appraisal", "task-selection", "task-review", "task-decision"} {
		if x.kind[purpose] == 0 {
			t.Errorf("no mail of kind %s was looked at", purpose)
		}
	}
}
