package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// stalePages acts on pages that were left open while something else happened:
// each says what holds now, and nothing is done twice.
func stalePages(t *testing.T, c *Chrome, product *Product, play *player.Play) {
	s := &stage{chrome: c, product: product, play: play, width: 390, height: 844}
	at := "/dossiers/" + play.Dossier("ngan-son")
	var units []*visitor
	for range 2 {
		v := s.visit(t, "nganson")
		v.signIn()
		units = append(units, v)
	}
	appraiser := s.visit(t, "appraiser2")
	appraiser.follow("task-appraisal", play.Dossier("ngan-son"), "#decide")
	// Whoever waited an hour for a code let the sessions of the others end.
	for _, v := range units {
		v.comes(at+"/withdraw", "#do-withdraw")
		v.write("#reason", "Cá nhân được đề nghị đã chuyển công tác.")
	}
	appraiser.do(chromedp.Click("#decide fieldset.nominee input[value=approved]"), chromedp.Click("label[for=act-decide]"))

	// What is typed is still there after the page is loaded anew.
	units[0].leave()
	units[0].do(chromedp.Reload())
	units[0].arrive("#do-withdraw")
	if kept := units[0].find("reason", `document.querySelector("#reason").value`); kept != "Cá nhân được đề nghị đã chuyển công tác." {
		t.Errorf("of what was typed is left %q", kept)
	}
	units[0].press("#do-withdraw", `#where[data-state="withdrawn"]`)

	units[1].press("#do-withdraw", "#errors")
	if said := units[1].says("#errors"); !strings.Contains(said, "không rút được nữa") {
		t.Errorf("who withdraws again is told %q", said)
	}
	units[1].steady()
	units[1].open(at, `#where[data-state="withdrawn"]`)
	if n := strings.Count(units[1].says("main"), "Rút hồ sơ"); n != 1 {
		t.Errorf("the history says %d times that the dossier was withdrawn:\n%s", n, units[1].says("main"))
	}

	appraiser.press("#decide-button", "#void")
	if said := appraiser.says("#void"); !strings.Contains(said, "vừa gửi không được ghi") {
		t.Errorf("who decides on what was withdrawn is told %q", said)
	}
	appraiser.steady()
}
