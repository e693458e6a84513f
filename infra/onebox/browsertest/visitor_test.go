package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// visitor is a person of the cast at a browser of their own. Every page on
// the way is held to what every page must be; a step that does not lead where
// it should ends the test.
type visitor struct {
	t     *testing.T
	tab   *Tab
	play  *player.Play
	key   string
	root  string       // the project's, for axe-core
	plain bool         // the browser runs no script
	rough bool         // the line breaks, of which the browser complains
	posts atomic.Int64 // forms that went

	warned atomic.Int64 // times that the page warned before it was left
}

// visit opens a browser for a person of the cast, who is not signed in.
func (s *stage) visit(t *testing.T, key string, options ...chromedp.CreateBrowserContextOption) *visitor {
	t.Helper()
	tab, end, err := s.chrome.Tab(s.product.Portal, s.width, s.height, nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	v := &visitor{t: t, tab: tab, play: s.play, key: key, root: projectRoot(t)}
	if _, err := chromedp.Call(tab.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(tab.ctx, func(ev any) {
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			if e.Request.Method == http.MethodPost && e.Type == network.ResourceTypeDocument {
				v.posts.Add(1)
			}
		case *page.EventJavascriptDialogOpening:
			v.warned.Add(1)
			go func() { // the browser waits for the answer
				if _, err := chromedp.Call(tab.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}); err != nil {
					t.Logf("%s: %v", key, err)
				}
			}()
		}
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// stage is where a walk takes place: the product, the cast, and how large the
// window of each person is.
type stage struct {
	chrome        *Chrome
	product       *Product
	play          *player.Play
	width, height int64
}

// open goes to an address by hand.
func (v *visitor) open(path, there string) {
	v.t.Helper()
	if _, err := v.tab.Open(strings.TrimPrefix(path, v.tab.root)); err != nil {
		v.t.Fatalf("%s: %v", v.key, err)
	}
	v.arrive(there)
}

// comes goes to an address by hand, signing in first if the page asks for it.
func (v *visitor) comes(path, there string) {
	v.t.Helper()
	v.open(path, "main h1")
	if asked, err := Eval[bool](v.tab, `document.querySelector("#ask-code") !== null`); err != nil || asked {
		v.write("#email", v.play.Member(v.key).Email)
		v.askCode()
		v.enterCode(there)
	}
	v.arrive(there)
}

// press presses what is seen at the selector and waits for the next page to
// show what is there.
func (v *visitor) press(sel, there string) {
	v.t.Helper()
	v.leave()
	v.do(chromedp.Click(sel))
	v.arrive(there)
}

// leave marks the page, so that the next one can be told from it.
func (v *visitor) leave() {
	v.t.Helper()
	if _, err := Eval[bool](v.tab, "window.leaving = true"); err != nil {
		v.t.Fatalf("%s: %v", v.key, err)
	}
}

// arrive waits for another page that shows what is there, and looks at it.
func (v *visitor) arrive(there string) {
	v.t.Helper()
	wait(v.t, v.tab, v.key+" sees "+there, `!window.leaving && document.readyState === "complete" && document.querySelector(`+quoted(there)+`) !== null`)
	v.look()
}

// until looks at the page again and again, as somebody who waits does, until
// it shows what is there: what the product does by itself takes its time.
func (v *visitor) until(there string) {
	v.t.Helper()
	for end := time.Now().Add(2 * patience); ; {
		ok, err := Eval[bool](v.tab, `document.querySelector(`+quoted(there)+`) !== null`)
		if err == nil && ok {
			v.look()
			return
		}
		if time.Now().After(end) {
			v.t.Fatalf("%s never sees %s (%v):\n%s", v.key, there, err, v.says("body"))
		}
		time.Sleep(100 * time.Millisecond)
		v.do(chromedp.Reload())
	}
}

// write types into a field, in place of what it held.
func (v *visitor) write(sel, text string) {
	v.t.Helper()
	v.do(chromedp.WaitVisible(sel))
	v.find("field "+sel, `(e => { e.value = ""; return "emptied" })(document.querySelector(`+quoted(sel)+`))`)
	v.do(chromedp.SendKeys(sel, text))
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := v.tab.Do(steps...); err != nil {
		v.t.Fatalf("%s: %v\n%s", v.key, err, v.says("body"))
	}
}

// says is the text at the selector.
func (v *visitor) says(sel string) string {
	text, err := Eval[string](v.tab, `location.pathname + " " + (document.querySelector(`+quoted(sel)+`)?.innerText ?? "")`)
	if err != nil {
		return err.Error()
	}
	return text
}

// find evaluates an expression that must give a value.
func (v *visitor) find(what, script string) string {
	v.t.Helper()
	s, err := Eval[string](v.tab, script)
	if err != nil || s == "" {
		v.t.Fatalf("%s finds no %s: %q, %v\n%s", v.key, what, s, err, v.says("body"))
	}
	return s
}

// here is the address of the page.
func (v *visitor) here() string {
	v.t.Helper()
	return v.find("address", "location.pathname")
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// label presses the words beside a choice.
func (v *visitor) label(words string) {
	v.t.Helper()
	id := v.find("choice "+words, `[...document.querySelectorAll("main label")].find(l => l.innerText.trim() === `+quoted(words)+`)?.htmlFor ?? ""`)
	v.do(chromedp.Click(`label[for="` + id + `"]`))
}

// files lays files on the disk and gives their paths.
func (v *visitor) files(all []player.File) []string {
	v.t.Helper()
	dir := v.t.TempDir()
	var paths []string
	for _, f := range all {
		paths = append(paths, filepath.Join(dir, f.Name))
		if err := os.WriteFile(paths[len(paths)-1], f.Bytes, 0o600); err != nil {
			v.t.Fatal(err)
		}
	}
	return paths
}

// signIn signs in from the first page, with a code out of the mailbox.
func (v *visitor) signIn() {
	v.t.Helper()
	v.open("/", "#sign-in")
	v.write("#email", v.play.Member(v.key).Email)
	v.askCode()
	v.enterCode("#who")
}

// askCode presses the button that mails a code. Who asks too often waits an
// hour, as told.
func (v *visitor) askCode() {
	v.t.Helper()
	from := v.find("address", "location.href")
	email := v.find("email", `document.querySelector("#email")?.value ?? "-"`)
	v.leave()
	v.do(chromedp.Click("#ask-code"))
	wait(v.t, v.tab, "an answer to who asks for a code", `!window.leaving && document.readyState === "complete" && document.querySelector("main h1") !== null`)
	if known, err := Eval[bool](v.tab, `document.querySelector("#code") !== null`); err != nil || !known {
		if err := v.play.Later(context.Background(), time.Hour+time.Minute); err != nil {
			v.t.Fatal(err)
		}
		v.open(from, "#ask-code")
		if email != "-" {
			v.write("#email", email)
		}
		v.leave()
		v.do(chromedp.Click("#ask-code"))
	}
	v.arrive("#code")
}

func (v *visitor) enterCode(there string) {
	v.t.Helper()
	code, err := v.play.Code(context.Background(), v.key)
	if err != nil {
		v.t.Fatal(err)
	}
	v.write("#code", code)
	v.press("#enter", there)
}

// follow opens the link of the next mail of a purpose, signs in by code if the
// page asks for it, and ends on the page that is asked about.
func (v *visitor) follow(purpose, dossier, there string) {
	v.t.Helper()
	m, err := v.play.Next(context.Background(), v.key, purpose, dossier)
	if err != nil {
		v.t.Fatal(err)
	}
	v.open(m.Link(), "main h1")
	door, err := Eval[bool](v.tab, `document.querySelector("#ask-code") !== null`)
	if err != nil {
		v.t.Fatal(err)
	}
	if door {
		v.askCode()
		v.enterCode(there)
	}
	v.arrive(there)
}

// steady goes back, forward, and loads the page anew: each time there is a
// page of the product, no form goes again, and the end is where it began.
func (v *visitor) steady() {
	v.t.Helper()
	said, sent := v.says("main h1"), v.posts.Load()
	v.travel(-1)
	v.travel(1)
	if again := v.says("main h1"); again != said {
		v.t.Errorf("%s: going back and forward from %q leads to %q", v.key, said, again)
	}
	v.leave()
	v.do(chromedp.Reload())
	v.arrive("main h1")
	if again := v.says("main h1"); again != said {
		v.t.Errorf("%s: reloading %q gives %q", v.key, said, again)
	}
	if n := v.posts.Load() - sent; n != 0 {
		v.t.Errorf("%s: back, forward and reload at %q send %d forms again", v.key, said, n)
	}
}

// travel goes by steps through the pages seen, as the browser's arrows do.
func (v *visitor) travel(by int) {
	v.t.Helper()
	past, err := chromedp.Run(v.tab.ctx, chromedp.NavigationEntries())
	if err != nil {
		v.t.Fatal(err)
	}
	to := int(past.CurrentIndex) + by
	if to < 0 || to >= len(past.Entries) {
		v.t.Fatalf("%s: no page %+d from %s", v.key, by, v.here())
	}
	if _, err := chromedp.Call(v.tab.ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: past.Entries[to].ID}); err != nil {
		v.t.Fatal(err)
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		now, err := chromedp.Run(v.tab.ctx, chromedp.NavigationEntries())
		if err == nil && int(now.CurrentIndex) == to {
			break
		}
		if time.Now().After(end) {
			v.t.Fatalf("%s: going %+d from %s never ends: %v", v.key, by, past.Entries[past.CurrentIndex].URL, err)
		}
	}
	wait(v.t, v.tab, "a page after going "+fmt.Sprint(by), `document.readyState === "complete"`)
	if at := v.find("address", "location.href"); !strings.HasPrefix(at, v.tab.root) {
		v.t.Fatalf("%s: going %+d from %s shows %s: %s", v.key, by, past.Entries[past.CurrentIndex].URL, at, v.says("body"))
	}
}
