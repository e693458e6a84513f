package web_test

import (
	"context"
	"strings"
	"testing"

	"hoso/shared/access"
	"hoso/shared/evidence"
	"hoso/shared/people"
	"hoso/shared/store"
)

// TestWhoLooksAtADossierIsRecorded: an auditor's and an administrator's look,
// not that of the unit whose dossier it is; an auditor sees who looked.
func TestWhoLooksAtADossierIsRecorded(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	auditor, admin := w.person("kiemtra@bk.vn", "", people.Auditor), w.person("quantri@bk.vn", "", people.Admin)
	lookers := func() (out []string) {
		t.Helper()
		list, err := w.store.Events(context.Background(), access.ViewChain("dossier/"+id), 0, store.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			e, err := evidence.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e.Actor)
		}
		return out
	}
	b.get("/dossiers/"+id).want(t, 200)
	w.browser().get("/records/"+id).want(t, 401)
	if n := lookers(); len(n) != 0 {
		t.Errorf("recorded %v", n)
	}
	w.signIn(admin).get("/records/"+id).want(t, 200)
	a := w.signIn(auditor)
	a.get("/records/"+id).want(t, 200, `id="views"`, admin.Name, auditor.Name)
	a.get("/records/"+id).want(t, 200)
	if n := lookers(); len(n) != 2 || n[0] != admin.ID || n[1] != auditor.ID {
		t.Errorf("recorded %v", n)
	}
}

// TestWhoLooksAtARoundsNamesIsRecorded: its lists and letters; who only sees
// the board, which names units, is not. A clerk's or an administrator's look is
// there for the auditor to see.
func TestWhoLooksAtARoundsNamesIsRecorded(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	admin, auditor := w.known(rd.Settings.Preparers[0]), w.person("kiemtra@bk.vn", "", people.Auditor)
	b, a := w.signIn(admin), w.signIn(auditor)
	b.get("/rounds/"+rd.ID).want(t, 200)
	a.get("/rounds/"+rd.ID+"/views").want(t, 200, "Chưa có ai xem")
	for _, page := range []string{"/list", "/list?as=csv", "/ranking", "/ledger", "/changes"} {
		b.get("/rounds/"+rd.ID+page).want(t, 200)
	}
	a.get("/rounds/"+rd.ID).want(t, 200, `id="views-link"`)
	body := a.get("/rounds/" + rd.ID + "/views").body
	for _, what := range []string{"list", "ranking", "ledger", "changes"} {
		if n := strings.Count(body, "&#34;what&#34;:&#34;"+what+"&#34;"); n != 1 {
			t.Errorf("%s: recorded %d times", what, n)
		}
	}
	if !strings.Contains(body, "Xem danh sách tổng hợp") {
		t.Error("the page does not say in words what was looked at")
	}
	if !strings.Contains(body, admin.Name) {
		t.Error("the page does not say who looked")
	}
	a.get("/rounds/"+rd.ID+"/views?from=-1").want(t, 404)
	b.get("/rounds/"+rd.ID+"/views").want(t, 403)
}
