package browsertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// line is what a browser reaches the object store through: it can be slow, and
// it can break while something is on the way.
type line struct {
	address string
	store   string

	mu      sync.Mutex
	broken  bool
	sending map[int]func() // ends what is on the way
	n       int
}

// newLine lays a line to everywhere; only the way to the object store breaks.
func newLine(t *testing.T, store string) *line {
	t.Helper()
	u, err := url.Parse(store)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{store: u.Host, sending: map[int]func(){}}
	forward := &httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}, ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != l.store {
			forward.ServeHTTP(w, r)
			return
		}
		body, end := io.Pipe()
		id, up := l.starts(func() { end.CloseWithError(io.ErrUnexpectedEOF) })
		if !up {
			panic(http.ErrAbortHandler)
		}
		defer l.ends(id)
		go func(from io.Reader) {
			_, err := io.Copy(end, from)
			end.CloseWithError(err)
		}(r.Body)
		r.Body = body
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	l.address = strings.TrimPrefix(proxy.URL, "http://")
	return l
}

func (l *line) starts(end func()) (id int, up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return 0, false
	}
	l.n++
	l.sending[l.n] = end
	return l.n, true
}

func (l *line) ends(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sending, id)
}

// cut breaks the line: what is on the way ends, nothing else comes through.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = true
	for _, end := range l.sending {
		end()
	}
}

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = false
}

// through lets a window's requests go through the line.
func (l *line) through(p *target.CreateBrowserContextParams) {
	p.ProxyServer, p.ProxyBypassList = l.address, "<-loopback>"
}

// slow lets a window send to the object store so many bytes a second; 0: as
// fast as it can.
func (l *line) slow(t *testing.T, tab *Tab, rate float64) {
	t.Helper()
	c := &network.Conditions{URLPattern: "http://" + l.store + "/*", UploadThroughput: rate, DownloadThroughput: -1}
	if rate == 0 {
		c.UploadThroughput = -1
	}
	if _, err := chromedp.Call(tab.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{c}}); err != nil {
		t.Fatal(err)
	}
}
