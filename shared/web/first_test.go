package web_test

import (
	"strings"
	"testing"

	"hoso/shared/people"
)

// Who opens an installation that is still empty is told where to begin, and
// not once there is something.
func TestAnEmptyInstallationSaysWhereToBegin(t *testing.T) {
	w := newTown(t)
	op := w.signIn(w.person("vanhanh@bk.vn", "", people.Operator))
	op.get("/tasks").want(t, 200, `data-task="first-units"`, `data-task="first-people"`)
	admin := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	admin.get("/tasks").want(t, 200, `data-task="first-round"`)
	w.unit("Sở Y tế")
	w.openRound("bk-2023")
	for _, b := range []*browser{op, admin} {
		b.get("/tasks").want(t, 200)
		if strings.Contains(b.last.body, `data-task="first-`) {
			t.Error("an installation that is in use says where to begin")
		}
	}
}
