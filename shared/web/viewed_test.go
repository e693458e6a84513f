package web_test

import (
	"context"
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
		list, err := w.store.Events(context.Background(), access.ViewChain(id), 0, store.MaxPage)
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
