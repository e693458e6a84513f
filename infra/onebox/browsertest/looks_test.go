package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tight finds what a finger would miss: controls of less than 24 by 24 CSS
// pixels (WCAG 2.2, 2.5.8). Links inside sentences are exempt there.
const tight = `[...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary, a.button, nav a")].filter(e => {
	const r = e.getBoundingClientRect();
	return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== "hidden" && (r.width < 24 || r.height < 24) && !e.closest("label");
}).map(e => e.outerHTML.slice(0, 120) + " " + Math.round(e.getBoundingClientRect().width) + "x" + Math.round(e.getBoundingClientRect().height)).join("\n")`

// look holds the page to what every page must be: no accessibility fault,
// nothing wider than the window, nothing too small to press, no complaint of
// the browser. A page that refuses something says so with its status, which
// the browser notes.
func (v *visitor) look() {
	v.t.Helper()
	name := fmt.Sprintf("%s at %s", v.key, v.here())
	if n, err := v.tab.Overflow(); err != nil || n > 0 {
		v.t.Errorf("%s: %d pixels too wide, %v", name, n, err)
	}
	if small, err := Eval[string](v.tab, tight); err != nil || small != "" {
		v.t.Errorf("%s: too small to press: %s %v", name, small, err)
	}
	if !v.plain {
		found, err := v.tab.Axe(v.root)
		if err != nil {
			v.t.Errorf("%s: %v", name, err)
		}
		for _, f := range found {
			v.t.Errorf("%s: axe %s (%s): %s\n\t%s", name, f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n\t"))
		}
	}
	for _, line := range v.tab.Heard() {
		refused := strings.Contains(line, "Failed to load resource") && strings.Contains(line, " 4")
		if !refused && !(v.rough && strings.Contains(line, "net::ERR_")) {
			v.t.Errorf("%s: the browser says %s", name, line)
		}
	}
	v.tab.Hear()
	v.picture()
}

// picture keeps a picture of the page where HOSO_LOOK names a folder, for
// somebody who wants to see what the test sees.
func (v *visitor) picture() {
	dir := os.Getenv("HOSO_LOOK")
	if dir == "" {
		return
	}
	raw, err := v.tab.Shot(true)
	if err != nil {
		v.t.Logf("%s: %v", v.here(), err)
		return
	}
	all, err := os.ReadDir(dir)
	if err == nil {
		name := fmt.Sprintf("%03d %s %s.png", len(all), v.key, strings.ReplaceAll(v.here(), "/", "_"))
		err = os.WriteFile(filepath.Join(dir, name), raw, 0o644)
	}
	if err != nil {
		v.t.Logf("%s: %v", v.here(), err)
	}
}

// dim tells what is wrong with where the focus is: nothing to see of it, or
// out of sight.
const dim = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body || e === document.documentElement) return "end";
	const s = getComputedStyle(e), r = e.getBoundingClientRect();
	const name = e.outerHTML.slice(0, 100);
	if (e.tagName !== "IFRAME" && (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) && s.boxShadow === "none") return "nothing shows the focus on " + name;
	if (r.bottom < 0 || r.top > innerHeight) return "the focus is out of sight on " + name;
	return "";
})()`

// tabs goes through the page by the keyboard, as far as so many stops: each
// must be seen.
func (v *visitor) tabs(stops int) {
	v.t.Helper()
	for i := range stops {
		v.do(chromedp.KeyEvent(kb.Tab))
		wrong, err := Eval[string](v.tab, dim)
		if err != nil || wrong != "" && wrong != "end" {
			v.t.Errorf("%s at %s: %s %v", v.key, v.here(), wrong, err)
		}
		if wrong == "end" {
			if i < 5 {
				v.t.Errorf("%s at %s: the keyboard reaches %d things", v.key, v.here(), i)
			}
			return
		}
	}
}
