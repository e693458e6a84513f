package web_test

import (
	"testing"

	"hoso/shared/people"
)

// Nobody finds out one fault at a time.
func TestFormsNameAllThatTheyLackAtOnce(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	b.get("/register/holds")
	b.post("/register/holds", "birth", "30/02/1980").want(t, 422,
		`href="#kind"`, `href="#name"`, `href="#birth"`, `href="#unit"`, `href="#ground"`, `href="#number"`, `href="#since"`, `value="30/02/1980"`)
	u := w.signIn(w.person("donvi@bk.vn", w.unit("Sở Y tế"), people.Submitter))
	u.get("/commendations")
	u.post("/commendations", "decider", " ").want(t, 422,
		`href="#campaign"`, `href="#number"`, `href="#date"`, `href="#decider"`, `href="#collectives"`)
}
