package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hoso/infra/onebox/player"
	"hoso/shared/pdftext/pdftest"
)

// impossible is a letter of a day that does not exist: the reader asks for it.
func impossible() []byte {
	p := pdftest.NewTyped()
	p.Show(80, 780, 12, "", "ỦY BAN NHÂN DÂN")
	p.Show(80, 765, 12, "", "HUYỆN BA BỂ")
	p.Show(300, 780, 12, "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	p.Show(330, 765, 12, "", "Độc lập - Tự do - Hạnh phúc")
	p.Show(80, 745, 12, "", "Số: 12/TTr-UBND")
	p.Show(320, 745, 12, "", "Ba Bể, ngày 30 tháng 02 năm 2026")
	p.Show(250, 700, 14, "", "TỜ TRÌNH")
	for i := range 12 {
		p.Show(80, 640-20*float64(i), 12, "", fmt.Sprintf("Dòng thứ %d của tờ trình đề nghị khen thưởng.", i))
	}
	return p.File("", nil)
}

// correct looks at a doubtful value: the picture of its place stands beside it,
// drawn by the server or, where the server has no program for it, by the page;
// one key goes to the value, typing replaces it, and enter keeps it.
func correct(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	cookies, err := play.Visitor(context.Background(), "babe")
	if err != nil {
		t.Fatal(err)
	}
	tab, end, err := c.Tab(product.Portal, 1280, 900, cookies)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	path := filepath.Join(t.TempDir(), "to-trinh.pdf")
	if err := os.WriteFile(path, impossible(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Open("/dossiers/new"); err != nil {
		t.Fatal(err)
	}
	do(t, tab, chromedp.Click(`section[data-round] form button`), chromedp.WaitReady("#pick"), chromedp.SetUploadFiles("#pick", []string{path}))
	wait(t, tab, "the file is read", `document.querySelector("#files")?.dataset.ready === "true"`)
	address, err := Eval[string](tab, `document.querySelector('#files a[href*="/documents/"]')?.getAttribute("href").replace(/\/pdf$/, "") ?? ""`)
	if err != nil || !strings.Contains(address, "/documents/") {
		t.Fatalf("the document is at %q, %v", address, err)
	}
	const doubt = `[data-doubtful][data-box]:not([data-box=""])`
	if _, err := tab.Open(address); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, "the server's picture", `(document.querySelector('`+doubt+` .place img')?.naturalWidth ?? 0) > 20`)

	// Without the server's pictures the page draws them.
	const without = `document.addEventListener("readystatechange", () => { if (document.readyState === "interactive") document.querySelectorAll("a.place").forEach(a => a.remove()) })`
	if _, err := chromedp.Call(tab.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: without}); err != nil {
		t.Fatal(err)
	}
	if _, err := tab.Open(address); err != nil {
		t.Fatal(err)
	}
	wait(t, tab, "the page's picture", `(() => {
		const c = document.querySelector('`+doubt+` canvas.place');
		if (!c) return false;
		const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 0 && d[i] < 100) return true;
		return false;
	})()`)

	do(t, tab, chromedp.KeyEvent("n"))
	name, err := Eval[string](tab, `document.activeElement.name`)
	if err != nil || !strings.HasSuffix(name, ".ngay_ban_hanh") {
		t.Fatalf("the key goes to %q, %v", name, err)
	}
	do(t, tab, chromedp.KeyEvent("28/02/2026"+kb.Enter), chromedp.WaitReady(".corrected-by"))
	value, err := Eval[string](tab, `document.getElementsByName(`+fmt.Sprintf("%q", name)+`)[0].value`)
	if err != nil || value != "28/02/2026" {
		t.Errorf("kept %q, %v", value, err)
	}
	// The file goes again: the play goes on with the dossiers it makes itself.
	if _, err := tab.Open(address + "/next"); err != nil {
		t.Fatal(err)
	}
	if at, err := Eval[string](tab, `location.pathname`); err != nil || !strings.HasSuffix(at, "/check") {
		t.Errorf("with nothing left to look at, next goes to %q, %v", at, err)
	}
}
