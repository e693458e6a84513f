package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"hoso/infra/onebox/player"
)

// eraseInTheBrowser has a text about a refused dossier erased by its two
// persons, on a phone, and looks at the pages on the way.
func eraseInTheBrowser(t *testing.T, c *Chrome, product *Product, play *player.Play, root string) {
	t.Helper()
	one := play.Round() + "/erasures/1"
	as := func(who string) *Tab {
		cookies, err := play.Visitor(context.Background(), who)
		if err != nil {
			t.Fatal(err)
		}
		tab, end, err := c.Tab(product.Portal, 320, 800, cookies)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(end)
		return tab
	}
	admin := as("admin")
	if _, err := admin.Open("/records/" + play.Dossier("pac-nam")); err != nil {
		t.Fatal(err)
	}
	do(t, admin, chromedp.Click("#erase-texts"), chromedp.WaitReady("#erase"))
	do(t, admin, chromedp.Click(`#texts label`), chromedp.SetValue("#ground", "requested"), chromedp.SendKeys("#number", "7/QĐ-STTTT"),
		chromedp.SetValue("#date", "2023-11-06"), chromedp.SendKeys("#reason", "Người được nêu yêu cầu."), chromedp.Click("#erase-button"), chromedp.WaitNotPresent("#erase"), chromedp.WaitReady("#texts"))
	head := as("head")
	for who, tab := range map[string]*Tab{"admin": admin, "head": head} {
		look(t, tab, visit{who: who, address: one}, root)
		look(t, tab, visit{who: who, address: play.Round() + "/erasures"}, root)
	}
	if err := head.Speak("vi"); err != nil {
		t.Fatal(err)
	}
	if _, err := head.Open(one); err != nil {
		t.Fatal(err)
	}
	do(t, head, chromedp.Click("#is-confirm"), chromedp.Click("#decide-button"), chromedp.WaitReady("#errors"))
	do(t, head, chromedp.Click("#is-confirm"), chromedp.Click("#sure"), chromedp.Click("#decide-button"), chromedp.WaitReady("#to-wipe"))
	look(t, head, visit{who: "head", address: one}, root)
}
