package web_test

import (
	"strings"
	"testing"

	"hoso/shared/people"
)

// All that is missing is said at once, each at its field, with what was typed.
func TestOpeningARoundNamesEveryMissingValueAtOnce(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	const page = "/rounds/new?campaign=bac-kan-2022-2025/so-ket-2023"
	b.get("/rounds/new").want(t, 200, "(UBND tỉnh Ninh Thuận)", "đợt chưa có tên")
	b.get(page).want(t, 200, "Giờ:phút ngày/tháng/năm")
	b.post("/rounds/new", "campaign", "bac-kan-2022-2025/so-ket-2023", "need-intake.opens", "08:00 06/11/2023").want(t, 422,
		`href="#need-intake.closes"`, "còn phải quyết định", `value="08:00 06/11/2023"`)
	if n := strings.Count(b.last.body, `<li><a href="#need-`); n < 5 {
		t.Errorf("%d of the missing values are named", n)
	}
	if strings.Contains(b.last.body, `href="#need-intake.opens"`) {
		t.Error("a value that was given is said to be missing")
	}
	b.post("/rounds/new", "campaign", "bac-kan-2022-2025/so-ket-2023", "need-intake.opens", "11/25/2023", "need-intake.closes", "mai").want(t, 422,
		`href="#need-intake.opens"`, `href="#need-intake.closes"`)
}

// The first screen of a unit tells of the rounds it may send a dossier to, and
// no more once it has one there.
func TestAUnitIsToldOfOpenRounds(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	unit := w.unit("Sở Y tế")
	b := w.signIn(w.person("donvi@bk.vn", unit, people.Submitter))
	b.get("/tasks").want(t, 200, `id="open-rounds"`, "/dossiers/new")
	b.draft()
	b.get("/tasks").want(t, 200, `id="todos"`)
	if strings.Contains(b.last.body, `id="open-rounds"`) {
		t.Error("a round that has the unit's dossier is offered again")
	}
}
