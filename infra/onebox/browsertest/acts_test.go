package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// wait asks the page again and again, also over reloads, until the condition holds.
func wait(t *testing.T, tab *Tab, what, script string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		ok, err := Eval[bool](tab, script)
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			text, _ := Eval[string](tab, "location.pathname + ' ' + document.body.innerText")
			t.Fatalf("never: %s (%v)\n%s", what, err, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func do(t *testing.T, tab *Tab, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := tab.Do(steps...); err != nil {
		text, _ := Eval[string](tab, "location.pathname + ' ' + document.body.innerText")
		t.Fatalf("%v\n%s", err, text)
	}
}

// TestActsInTheBrowser does in a real browser what only a browser can: sends
// files with progress, behaves like a mail scanner that runs scripts, and
// decides on a phone from the mail.
func TestActsInTheBrowser(t *testing.T) {
	t.Parallel()
	c := chrome(t)
	product, play := performance(t)
	ctx := context.Background()
	if err := play.RunTo(ctx, player.Opened); err != nil {
		t.Fatal(err)
	}
	t.Run("files are sent with progress, read and judged", func(t *testing.T) { sendFiles(t, c, product, play) })
	t.Run("files come whole over a line that breaks", func(t *testing.T) { breakLine(t, c, product, play) })
	t.Run("a doubtful value is corrected by the keyboard beside its picture", func(t *testing.T) { correct(t, c, product, play) })
	if err := play.RunTo(ctx, player.Sent); err != nil {
		t.Fatal(err)
	}
	t.Run("a scanner that runs scripts and presses everything decides nothing", func(t *testing.T) { scan(t, c, product, play) })
	t.Run("an appraiser decides on a phone from the mail", func(t *testing.T) { decideOnPhone(t, c, product, play) })
	t.Run("an appraiser reads and decides without script", func(t *testing.T) { decidePlainly(t, c, product, play) })
	t.Run("pages left open say what holds now", func(t *testing.T) { stalePages(t, c, product, play) })
	t.Run("a unit sends, corrects and submits without script", func(t *testing.T) { submitPlainly(t, c, product, play) })
}

func sendFiles(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	cookies, err := play.Visitor(context.Background(), "babe")
	if err != nil {
		t.Fatal(err)
	}
	tab, end, err := c.Tab(product.Portal, 1280, 900, cookies)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	files, err := play.Files("ba-be")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for _, f := range files {
		paths = append(paths, filepath.Join(dir, f.Name))
		if err := os.WriteFile(paths[len(paths)-1], f.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tab.Open("/dossiers/new"); err != nil {
		t.Fatal(err)
	}
	do(t, tab, chromedp.Click(`section[data-round] form button`), chromedp.WaitReady("#pick"), chromedp.SetUploadFiles("#pick", paths))
	wait(t, tab, "every file has a bar", `document.querySelectorAll("#sending progress").length === 3`)
	wait(t, tab, "every file is read", `document.querySelector("#files")?.dataset.ready === "true"`)
	kinds, err := Eval[string](tab, `[...document.querySelectorAll("#files .kinds")].map(e => e.textContent.trim()).sort().join("|")`)
	if err != nil || kinds != "Biên bản|Báo cáo thành tích|Tờ trình" {
		t.Errorf("recognised %q, %v", kinds, err)
	}
	do(t, tab, chromedp.Click("#to-check"), chromedp.WaitReady("#findings"))
	codes, err := Eval[string](tab, `[...document.querySelectorAll('#findings [data-severity="block"]')].map(e => e.dataset.code).sort().join(" ")`)
	if err != nil || codes != "COUNT_MISMATCH MISSING_CONFIRMATION MISSING_SIGNATURE" {
		t.Errorf("findings %q, %v", codes, err)
	}
}

// scan opens the link as a scanner at level 3 and 4 does (threats.md, section
// 4, point 4): it runs scripts, presses every button, fills every field.
func scan(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	link, err := play.Link(context.Background(), play.Appraiser("cho-don"), "task-appraisal")
	if err != nil {
		t.Fatal(err)
	}
	tab, end, err := c.Tab(product.Portal, 1280, 900, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	path := strings.TrimPrefix(link, product.Portal)
	count := 1
	for i := 0; i < count && i < 12; i++ {
		if _, err := tab.Open(path); err != nil {
			t.Fatal(err)
		}
		n, err := Eval[int](tab, `(() => {
			for (const f of document.querySelectorAll("input:not([type=hidden]), textarea")) { if (f.type === "radio" || f.type === "checkbox") f.checked = true; else f.value = "12345678"; }
			return document.querySelectorAll("main button, main a[href], header a[href]").length;
		})()`)
		if err != nil {
			t.Fatal(err)
		}
		count = n
		if _, err := Eval[bool](tab, `(() => { const e = document.querySelectorAll("main button, main a[href], header a[href]")[`+itoa(i)+`]; if (e) e.click(); return true })()`); err != nil {
			t.Fatal(err)
		}
		do(t, tab, chromedp.WaitReady("body"))
		if _, err := Eval[bool](tab, `(() => { for (const f of document.forms) { if (new URL(f.action).pathname.startsWith("/sign-in/code")) { f.elements.code.value = "12345678"; f.requestSubmit(); return true } } return false })()`); err != nil {
			t.Fatal(err)
		}
	}
	// Nothing was decided: the page behind the link still asks.
	status, err := tab.Open(path)
	for tries := 0; err != nil && tries < 20; tries++ { // the last press may still be going somewhere
		time.Sleep(50 * time.Millisecond)
		status, err = tab.Open(path)
	}
	if err != nil || status != 200 {
		t.Errorf("the link answers %d, %v", status, err)
	}
	if decided, err := Eval[bool](tab, `document.getElementById("decided") !== null`); err != nil || decided {
		t.Errorf("decided: %v, %v", decided, err)
	}
	if names, err := Eval[bool](tab, `document.body.innerText.includes("Lường Thị Bích Ngân")`); err != nil || names {
		t.Errorf("the page shows a nominee to a scanner: %v", err)
	}
}

func itoa(i int) string { return string(rune('0'+i/10)) + string(rune('0'+i%10)) }

func decideOnPhone(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	ctx := context.Background()
	key := play.Appraiser("cho-don")
	link, err := play.Link(ctx, key, "task-appraisal")
	if err != nil {
		t.Fatal(err)
	}
	tab, end, err := c.Tab(product.Portal, 390, 844, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	start := time.Now()
	if _, err := tab.Open(strings.TrimPrefix(link, product.Portal)); err != nil {
		t.Fatal(err)
	}
	do(t, tab, chromedp.Click("#ask-code"), chromedp.WaitReady("#code"))
	// The scanner asked for codes too: one of the mails is for this browser.
	for decides := false; !decides; {
		code, err := play.Code(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		do(t, tab, chromedp.RemoveAttribute("#code", "aria-invalid"), chromedp.SetValue("#code", code), chromedp.Click("#enter"),
			chromedp.WaitReady(`#decide, #code[aria-invalid="true"]`))
		if decides, err = Eval[bool](tab, `document.getElementById("decide") !== null`); err != nil {
			t.Fatal(err)
		}
	}
	taps, err := Eval[int](tab, `(() => { let n = 0;
		for (const r of document.querySelectorAll('#decide input[type=radio][value=approved]')) { r.click(); n++ }
		for (const r of document.querySelectorAll('#decide input[name=noted], #act-decide')) { r.click(); n++ }
		return n })()`)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := tab.Overflow(); err != nil || n > 0 {
		t.Errorf("%d pixels too wide, %v", n, err)
	}
	do(t, tab, chromedp.Click("#decide-button"), chromedp.WaitReady("#decided"))
	t.Logf("%d taps in the form, %s from mail to decision", taps, time.Since(start).Round(100*time.Millisecond))
	if taps > 6 {
		t.Errorf("%d taps are needed", taps)
	}
}
