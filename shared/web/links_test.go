package web_test

import (
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/people"
)

// A link that ends at "not allowed" is a fault of the page it stands on.
func TestOnlyWhoMayOpenARecordFindsALinkToIt(t *testing.T) {
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	by := w.person("donvi@bk.vn", unit, people.Submitter)
	rd, clerk, second := w.decidedRound(unit, by)
	const link = `href="/records/d1"`
	for _, who := range []people.Role{people.Admin, people.Auditor} {
		b := w.signIn(w.person(string(who)+"@bk.vn", "", who))
		b.get("/rounds/"+rd.ID).want(t, 200, link)
	}
	for _, b := range []*browser{w.signIn(clerk), w.signIn(second)} {
		b.get("/rounds/"+rd.ID).want(t, 200, "HS-1/1")
		if strings.Contains(b.last.body, link) {
			t.Error("the board links to a record that answers 403")
		}
		b.get("/records/d1").want(t, 403)
		// Nothing is left to choose: that nobody was eligible would be wrong.
		b.get("/rounds/"+rd.ID+"/ranking").want(t, 200, "Việc lựa chọn đã xong")
	}
	d := w.signIn(by)
	d.get("/dossiers/d1").want(t, 200, "2418/QĐ-UBND", "05/11/2023")
	if strings.Contains(d.last.body, `id="turn"`) {
		t.Error("a dossier that is at an end is said to be somewhere")
	}
}

// What was read is shown in the words of the office and of the page's
// language, never as the machine writes it down.
func TestRecordsShowValuesAsPeopleWriteThem(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	doc := b.send2S3(id, "to-trinh.pdf", dossier.Letter, samplePDF)
	w.arrived(id, doc)
	w.read(id, doc, letter())
	b.get("/dossiers/" + id + "/submit")
	b.post("/dossiers/"+id+"/submit").want(t, 303)
	a := w.signIn(w.person("thanhtra@bk.vn", "", people.Auditor))
	a.get("/records/"+id).want(t, 200, "<h3>Tờ trình</h3>")
	english := w.signIn(w.person("auditor@bk.vn", "", people.Auditor))
	english.header.Set("Accept-Language", "en")
	english.get("/records/"+id).want(t, 200, "<h3>Submission letter</h3>", "Individual")
	for _, raw := range []string{">to_trinh<", ">ca_nhan<", ">true<", ">2023-"} {
		if strings.Contains(a.last.body, raw) {
			t.Errorf("the record shows %s", raw)
		}
	}
}
