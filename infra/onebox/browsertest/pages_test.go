package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// visit is a page to look at, by whom.
type visit struct {
	who     string // "" for somebody who is not signed in
	address string
	status  int    // 0: 200
	link    string // if set, go on to the first link of the page that this selector finds
	viewer  bool   // the page has a viewer, which may weigh
	then    string // if set, what of the first page's address the page lies at, such as "/score"
	press   string // if set, a button of the page to press; the page behind it is looked at
}

// task is the first task in a person's list.
func task(who string) visit {
	return visit{who: who, address: "/tasks", link: `main a[href^="/tasks/"]`}
}

// stop is a point of the play with the pages to look at there.
type stop struct {
	mark   player.Mark
	visits func(p *player.Play) []visit
}

// tour is where to look, and when.
func tour() []stop {
	return []stop{
		{player.Opened, func(p *player.Play) []visit {
			return []visit{
				{address: "/"},
				{address: "/sign-in"},
				{address: "/sign-in/code"},
				{address: "/help"},
				{address: "/invitation/local"},
				{address: "/nothing-here", status: 404},
				{who: "operator", address: "/tasks"},
				{who: "operator", address: "/people"},
				{who: "operator", address: "/people/new"},
				{who: "operator", address: "/units"},
				{who: "operator", address: "/units/new"},
				{who: "operator", address: "/import/people"},
				{who: "admin", address: "/rounds"},
				{who: "admin", address: "/rounds/new?campaign=bac-kan-2022-2025/so-ket-2023"},
				{who: "admin", address: "/rounds/new?campaign=bac-kan-2022-2025/dot-xuat"},
				{who: "admin", address: "/rounds/new?campaign=binh-phuoc-2022-2025/dot-xuat"},
				{who: "admin", address: p.Round()},
				{who: "admin", address: p.Round() + "/caps"},
				{who: "admin", address: p.Round() + "/ledger"},
				{who: "admin", address: p.Round() + "/list"},
				{who: "admin", address: p.Round() + "/changes"},
				{who: "admin", address: p.Round() + "/without"},
				{who: "chodon", address: "/tasks"},
				{who: "chodon", address: "/dossiers"},
				{who: "chodon", address: "/dossiers/new"},
				{who: "chodon", address: "/reports"},
				{who: "chodon", address: "/commendations"},
				{who: "admin", address: "/campaigns"},
				{who: "admin", address: "/campaigns/bac-kan-2022-2025"},
				{who: "admin", address: "/yearly"},
				{who: "admin", address: "/yearly/new?campaign=bac-kan-2022-2025&year=2023"},
				{who: "admin", address: "/yearly/new?campaign=binh-phuoc-2022-2025&year=2024"},
				{who: "admin", address: "/commendations"},
				{who: "chodon", address: "/account"},
				{who: "chodon", address: "/notices"},
				{who: "clerk1", address: "/dossiers/new"},
				{who: "chodon", address: "/people", status: 403},
			}
		}},
		{player.Sent, func(p *player.Play) []visit {
			d, scan := "/dossiers/"+p.Dossier("ba-be"), "/dossiers/"+p.Dossier("bach-thong")
			return []visit{
				{who: "babe", address: "/tasks"},
				{who: "babe", address: d},
				{who: "babe", address: d + "/files"},
				{who: "babe", address: d + "/check"},
				{who: "babe", address: d + "/submit"},
				{who: "babe", address: d + "/compare"},
				{who: "babe", address: d + "/receipts/1"},
				{who: "babe", address: d + "/withdraw"},
				{who: "bachthong", address: scan},
				{who: "bachthong", address: scan + "/check"},
				{who: "bachthong", address: scan + "/files", link: `#files a[href*="/documents/"]`, viewer: true},
				{who: "appraiser1", address: "/tasks"},
				task("appraiser1"),
				{who: "appraiser1", address: "/tasks", link: `main a[href^="/tasks/"]`, then: "/score"},
				{who: "admin", address: p.Round()},
				{who: "admin", address: p.Round() + "/simulation"},
				{who: "admin", address: p.Round() + "/simulation?day=2021-06-01"},
				{who: "admin", address: "/records/" + p.Dossier("cho-don")},
			}
		}},
		{player.Prepared, func(p *player.Play) []visit {
			return []visit{
				{who: "admin", address: p.Round() + "/ranking"},
				{who: "admin", address: p.Round() + "/ranking?fill=1", press: "#preview-button"},
				{who: "admin", address: p.Round() + "/without"},
				{who: "nari", address: "/dossiers/" + p.Dossier("na-ri") + "/late"},
				{who: "admin", address: "/records/" + p.Dossier("na-ri") + "/late"},
				task("head"),
				{who: "admin", address: "/records/" + p.Dossier("ngan-son") + "/withdraw"},
				{who: "nari", address: "/dossiers/" + p.Dossier("na-ri")},
			}
		}},
		{player.Listed, func(*player.Play) []visit { return []visit{task("reviewer")} }},
		{player.Entered, func(p *player.Play) []visit {
			return []visit{task("clerk2"), task("clerk1")}
		}},
		{player.Ended, func(p *player.Play) []visit {
			return []visit{
				{who: "admin", address: p.Round()},
				{who: "chodon", address: "/dossiers/" + p.Dossier("cho-don")},
				{who: "pacnam", address: "/dossiers/" + p.Dossier("pac-nam")},
				{who: "admin", address: p.Round() + "/ledger"},
				{who: "admin", address: p.Round() + "/list"},
				{who: "admin", address: p.Round() + "/simulation?day=2024-06-01"}, // other rules: each row differs
				{who: "clerk1", address: p.Round() + "/changes"},
				{who: "admin", address: p.Round() + "/erasures"},
				{who: "admin", address: p.Round() + "/erasures/new?dossier=" + p.Dossier("pac-nam")},
				{who: "auditor", address: p.Round() + "/ledger"},
				{who: "auditor", address: p.Round() + "/views"},
				{who: "auditor", address: "/search?q=hoang+duc+thien"},
				{who: "auditor", address: "/records/" + p.Dossier("ba-be")},
				{who: "appraiser1", address: "/tasks"},
			}
		}},
	}
}

// maxPage is the most a page may weigh, in bytes, before a viewer is opened
// (ui.md, principle 9).
const maxPage = 100_000

// TestEveryPageIsAccessibleNarrowAndLight plays the round and looks at the
// pages of each person on the way: no accessibility fault, nothing wider than
// a phone, nothing heavy, no complaint of the browser, in both languages.
func TestEveryPageIsAccessibleNarrowAndLight(t *testing.T) {
	t.Parallel()
	c := chrome(t)
	product, play := performance(t)
	ctx := context.Background()
	root := projectRoot(t)
	tabs := map[string]*Tab{}
	for _, s := range tour() {
		if err := play.RunTo(ctx, s.mark); err != nil {
			t.Fatal(err)
		}
		for _, v := range s.visits(play) {
			tab, ok := tabs[v.who]
			if !ok {
				var end func()
				var err error
				if tab, end, err = c.Tab(product.Portal, 1280, 900, nil); err != nil {
					t.Fatal(err)
				}
				defer end()
				tabs[v.who] = tab
			}
			if v.who != "" {
				cookies, err := play.Visitor(ctx, v.who)
				if err != nil {
					t.Fatal(err)
				}
				if err := tab.Become(cookies); err != nil {
					t.Fatal(err)
				}
			}
			look(t, tab, v, root)
		}
	}
	eraseInTheBrowser(t, c, product, play, root)
	if err := play.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

// look opens one page and holds it to what every page must be.
func look(t *testing.T, tab *Tab, v visit, root string) {
	t.Helper()
	name := fmt.Sprintf("%s as %q", v.address, v.who)
	if v.link != "" {
		if _, err := tab.Open(v.address); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		path, err := Eval[string](tab, "(document.querySelector('"+v.link+"') || {getAttribute: () => ''}).getAttribute('href')")
		if err != nil || path == "" {
			t.Errorf("%s: no link %s, %v", name, v.link, err)
			return
		}
		v.address = path + v.then
	}
	if v.status == 0 {
		v.status = http.StatusOK
	}
	for _, lang := range []string{"vi", "en"} {
		if err := tab.Speak(lang); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		lookIn(t, tab, v, root, name+" in "+lang)
	}
}

// lookIn opens the page in the language that the tab speaks.
func lookIn(t *testing.T, tab *Tab, v visit, root, name string) {
	t.Helper()
	tab.Hear()
	status, err := tab.Open(v.address)
	if err != nil || status != v.status {
		t.Errorf("%s: status %d, want %d, %v", name, status, v.status, err)
		return
	}
	if v.press != "" {
		if err := tab.Do(chromedp.Click(v.press), chromedp.WaitNotPresent(v.press), chromedp.WaitReady("main h1")); err != nil {
			t.Errorf("%s: press %s: %v", name, v.press, err)
			return
		}
	}
	found, err := tab.Axe(root)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, f := range found {
		t.Errorf("%s: axe %s (%s): %s\n\t%s", name, f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n\t"))
	}
	text, err := Eval[string](tab, `document.documentElement.textContent`)
	if i := strings.Index(text, "⟨"); err != nil || i >= 0 {
		t.Errorf("%s: a sentence is missing: %.40s, %v", name, text[max(i, 0):], err)
	}
	weight, err := tab.Weight()
	if err != nil || weight > maxPage && !v.viewer {
		t.Errorf("%s: weighs %d bytes, %v", name, weight, err)
	}
	for _, width := range []int64{320, 1280} {
		if err := tab.Do(chromedp.EmulateViewport(width, 900)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n, err := tab.Overflow(); err != nil || n > 0 {
			t.Errorf("%s: %d pixels too wide at %d, %v", name, n, width, err)
		}
	}
	for _, line := range tab.Heard() {
		if v.status < 400 || !strings.Contains(line, "Failed to load resource") {
			t.Errorf("%s: the browser says %s", name, line)
		}
	}
}
