// Package browsertest looks at the served product through a real browser:
// accessibility, width on a phone, the speed of pages, uploads with progress,
// and pictures of the pages for the documentation.
//
// The product runs as it is installed, in a process of its own; its state
// comes from the demonstration's player.
package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Chrome is a running browser.
type Chrome struct{ ctx context.Context }

// browsers are where a browser is looked for.
func browsers() []string {
	return []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}
}

// ErrNoBrowser: no browser is installed on this machine.
var ErrNoBrowser = errors.New("no browser is installed: apt-get install chromium")

// Start starts a headless browser that talks to nobody but the pages it is
// told to open. end stops it.
func Start(ctx context.Context) (c *Chrome, end func(), err error) {
	path := ""
	for _, p := range browsers() {
		if _, err := os.Stat(p); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, nil, ErrNoBrowser
	}
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "vi"), chromedp.Flag("accept-lang", "vi"),
		chromedp.Flag("force-prefers-reduced-motion", true)) // what is pressed holds still
	alloc, stopAlloc := chromedp.NewExecAllocator(ctx, options...)
	root, stop := chromedp.NewContext(alloc)
	end = func() { stop(); stopAlloc() }
	if err := chromedp.Do(root); err != nil {
		end()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return &Chrome{ctx: root}, end, nil
}

// Tab is one browser window of one person: cookies are not shared between tabs.
type Tab struct {
	ctx  context.Context
	root string

	mu    sync.Mutex
	heard []string
}

// Tab opens a window of a size in CSS pixels, with cookies of the site at root.
func (c *Chrome) Tab(root string, width, height int64, cookies []*http.Cookie, options ...chromedp.CreateBrowserContextOption) (*Tab, func(), error) {
	ctx, end := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext(options...))
	t := &Tab{ctx: ctx, root: root}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		end()
		return nil, nil, err
	}
	if err := t.Become(cookies); err != nil {
		end()
		return nil, nil, err
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if complaint(m.Type) {
				t.mu.Lock()
				t.heard = append(t.heard, m.String())
				t.mu.Unlock()
			}
		}
	}()
	return t, end, nil
}

// complaint tells messages that something is wrong from what a page says in passing.
func complaint(kind chromedp.ConsoleType) bool {
	return kind == chromedp.ConsoleException || kind == "error" || kind == "warning"
}

// Hear forgets what the browser complained of; Heard gives what it has
// complained of since: script errors, refused content, missing files.
func (t *Tab) Hear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = nil
}

// Heard gives the complaints since Hear.
func (t *Tab) Heard() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.heard...)
}

// Become puts a session's cookies into the window.
func (t *Tab) Become(cookies []*http.Cookie) error {
	if len(cookies) == 0 {
		return nil
	}
	var params []*network.CookieParam
	for _, k := range cookies {
		params = append(params, &network.CookieParam{Name: k.Name, Value: k.Value, URL: t.root, HTTPOnly: true, SameSite: network.CookieSameSiteLax})
	}
	_, err := chromedp.Call(t.ctx, network.SetCookies, network.SetCookiesParams{Cookies: params})
	return err
}

// Speak lets the window ask for pages in a language, such as "en".
func (t *Tab) Speak(lang string) error {
	_, err := chromedp.Call(t.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": lang}})
	return err
}

// patience bounds one look at a page.
const patience = 30 * time.Second

// Open goes to a page below the root and gives the answer's status.
func (t *Tab) Open(path string) (int, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.NavigateResponse(t.root+path))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if answer == nil {
		return 0, nil
	}
	return int(answer.Status), nil
}

// Do runs steps in the window.
func (t *Tab) Do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Eval runs a script expression, awaiting a promise, and gives its value.
func Eval[T any](t *Tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Wait waits until the selector finds something, and for what is being drawn.
func (t *Tab) Wait(selector string) error {
	if err := t.Do(chromedp.WaitVisible(selector)); err != nil {
		return fmt.Errorf("%s: %w", selector, err)
	}
	_, err := Eval[bool](t, `Promise.all([document.fonts.ready, new Promise(r => setTimeout(r, 400))]).then(() => true)`)
	return err
}

// Violation is one accessibility fault that axe found.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// AxePath is where the build puts axe-core below the project's root.
const AxePath = ".tools/axe/axe.min.js"

// Axe looks at the page with axe-core, WCAG 2.2 AA and best practices.
func (t *Tab) Axe(root string) ([]Violation, error) {
	source, err := os.ReadFile(filepath.Join(root, AxePath))
	if err != nil {
		return nil, fmt.Errorf("axe-core is missing, run make assets: %w", err)
	}
	if _, err := Eval[bool](t, string(source)+"\n;typeof axe === 'object'"); err != nil {
		return nil, err
	}
	raw, err := Eval[string](t, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(
		r.violations.map(v => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map(n => n.target.join(" ") + " " + n.html.slice(0, 160))}))))`)
	if err != nil {
		return nil, err
	}
	var out []Violation
	return out, json.Unmarshal([]byte(raw), &out)
}

// Overflow is by how many CSS pixels the page is wider than the window.
func (t *Tab) Overflow() (int, error) {
	return Eval[int](t, `Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth`)
}

// Weight is how many bytes the page and everything it loaded have on the wire,
// whether they came over it now or lay in the browser's cache.
func (t *Tab) Weight() (int, error) {
	return Eval[int](t, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((n, e) => n + e.encodedBodySize, 0)`)
}

// Shot takes a picture of the page: of the window, or of its whole height.
func (t *Tab) Shot(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
