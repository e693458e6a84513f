package web

import "testing"

// TestTheRoundIsNamedWhereTextsAreErased: the page's link to the round has the
// round's name, not that of who is looked for.
func TestTheRoundIsNamedWhereTextsAreErased(t *testing.T) {
	v := eraseView{Sought: "ai đó"}
	v.headView.Name = "Sơ kết"
	if v.Name != "Sơ kết" {
		t.Errorf("the round is called %q", v.Name)
	}
}
