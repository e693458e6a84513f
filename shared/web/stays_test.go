package web_test

import (
	"strings"
	"testing"
)

// TestAnAnswerToAFormSaysWhereItsPageIs: a page that answers a form with what
// is wrong is loaded anew from an address that can be asked for.
func TestAnAnswerToAFormSaysWhereItsPageIs(t *testing.T) {
	_, b, _, _ := unitTown(t)
	id := b.draft()
	for _, x := range []struct{ page, form, stays string }{
		{"/dossiers/" + id + "/files", "/dossiers/" + id + "/files", "/dossiers/" + id + "/files"},
		{"/account", "/account/tokens", "/account"},
		{"/sign-in", "/sign-in", "/sign-in"},
	} {
		if page := b.get(x.page); strings.Contains(page.body, "data-stays") {
			t.Errorf("%s: a page that answers no form says where it stays", x.page)
		}
		answer := b.post(x.form, "size", "10", "slot", "no such")
		if answer.status == 303 {
			t.Errorf("%s: nothing is wrong with the form", x.form)
		}
		if want := `data-stays="` + x.stays + `"`; !strings.Contains(answer.body, want) {
			t.Errorf("%s: status %d, not %s", x.form, answer.status, want)
		}
	}
}
