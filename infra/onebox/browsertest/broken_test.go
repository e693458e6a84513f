package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// breakLine sends files over a line that breaks on the way: the page says so
// and goes on when told to; files that were left on the way are named when
// their unit comes back, and go on in their places.
func breakLine(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	l := newLine(t, product.S3)
	s := &stage{chrome: c, product: product, play: play, width: 390, height: 844}
	unit := s.visit(t, "pacnam", l.through)
	unit.rough = true
	files, err := play.Files("pac-nam")
	if err != nil {
		t.Fatal(err)
	}
	paths := unit.files(files)
	unit.signIn()
	unit.open("/dossiers/new", "section[data-round]")
	unit.press("section[data-round] form button", "#pick")
	page := unit.here()

	// The first file: its bar moves, the line breaks, the page says so and
	// offers to go on; it goes on.
	l.slow(t, unit.tab, 20_000)
	unit.do(chromedp.SetUploadFiles("#pick", paths[:1]))
	wait(t, unit.tab, "a bar that moves", `[...document.querySelectorAll("#sending progress")].some(b => b.value > 0 && b.value < b.max)`)
	l.cut()
	wait(t, unit.tab, "the page says that the line broke", `document.querySelector("#sending li")?.innerText.includes("Đứt kết nối, sẽ tự thử lại")`)
	const now = `[...document.querySelectorAll("#sending button")].find(b => b.innerText === "Gửi tiếp ngay")`
	wait(t, unit.tab, "the page offers to go on", now+" !== undefined")
	unit.look()
	l.slow(t, unit.tab, 0)
	l.mend()
	if _, err := Eval[bool](unit.tab, now+"?.click(), true"); err != nil { // it may have gone on by itself
		t.Fatal(err)
	}
	wait(t, unit.tab, "the file is read", `document.querySelector("#files")?.dataset.ready === "true"`)

	// The others: the line breaks and their unit leaves.
	l.slow(t, unit.tab, 20_000)
	unit.do(chromedp.SetUploadFiles("#pick", paths[1:]))
	wait(t, unit.tab, "bars that move", `[...document.querySelectorAll("#sending progress")].some(b => b.value > 0 && b.value < b.max)`)
	l.cut()
	wait(t, unit.tab, "the page says that the line broke", `document.querySelector("#sending")?.innerText.includes("Đứt kết nối")`)
	unit.open("/dossiers", "main h1")
	if unit.warned.Load() == 0 {
		t.Error("nobody is warned who leaves while files are on the way")
	}
	unit.open(page, "#files")
	missing := fmt.Sprintf(`document.querySelectorAll('#files tr[data-state="expected"] .missing').length === %d`, len(paths)-1)
	wait(t, unit.tab, "what is missing", missing)
	if said := unit.says("#files .missing"); !strings.Contains(said, "Tệp chưa tới nơi. Chọn lại đúng tệp này để gửi tiếp.") {
		t.Errorf("the page says %q", said)
	}
	unit.picture()

	// They are chosen again and go on in their places.
	l.slow(t, unit.tab, 0)
	l.mend()
	unit.do(chromedp.SetUploadFiles("#pick", paths[1:]))
	all := fmt.Sprintf(`document.querySelectorAll("#files tbody tr").length === %d && document.querySelectorAll('#files tr[data-state="expected"]').length === 0 && document.querySelector("#files").dataset.ready === "true"`, len(paths))
	wait(t, unit.tab, "every file has its one place and is read", all)
	sums := unit.find("hashes", `[...document.querySelectorAll("#files tbody tr")].map(r => r.dataset.sha256).join(" ")`)
	for _, f := range files {
		if !strings.Contains(sums, f.SHA256()) {
			t.Errorf("%s is not there as it was sent", f.Name)
		}
	}
	unit.look()
}
