package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/flow"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// decidedRound makes a decided round with one sealed, awarded dossier.
func (w *town) decidedRound(unit string, by people.Person) (rd round.Round, clerk, second people.Person) {
	w.Helper()
	rd = w.openRound("bk-2023")
	ctx := context.Background()
	clerk, second = w.person("mot@bk.vn", "", people.Clerk), w.person("hai@bk.vn", "", people.Clerk)
	var rev int64
	var err error
	if rev, err = store.Load(ctx, w.store, round.Key(rd.ID), &rd); err != nil {
		w.Fatal(err)
	}
	rd.State, rd.Settings.Clerks = round.Decided, []string{clerk.ID, second.ID}
	rd.Decision = &round.Decision{Number: "2418/QĐ-UBND", Date: "2023-11-05", SHA256: "abcdef0123456789", ConfirmedBy: second.ID}
	e := round.Entry{Kind: dossier.Individual, Identity: "i", Dossier: "d1", Nominee: "n1", Name: "Hoàng Đức Thiện", UnitName: "Sở Y tế", Selection: 1, Place: round.Confirmed}
	d := dossier.Dossier{
		ID: "d1", Round: rd.ID, Unit: unit, UnitName: "Sở Y tế", OpenedBy: by.ID, OpenedAt: w.clock(), State: dossier.Awarded, Since: w.clock(), Revision: 1, Sealed: true, Receipt: "HS-1/1",
		Nominees: []dossier.Nominee{{ID: "n1", Identity: "i", Kind: dossier.Individual, Name: e.Name, Standing: dossier.PlaceConfirmed}},
	}
	c := store.Commit{Key: w.key(), Request: "decided", At: w.clock(), Writes: []store.Write{
		round.Put(rd, rev), store.Put(round.PlaceKey(rd.ID, e.Kind, "i"), 0, round.Place{Round: rd.ID, Kind: e.Kind, Identity: "i", Dossier: "d1", Nominee: "n1", State: round.Confirmed}),
		store.Put(dossier.RevisionKey("d1", 1), 0, dossier.Revision{N: 1, By: by.ID, At: w.clock(), Receipt: "HS-1/1"}),
	}}
	dossier.Record(&c, d, 0)
	if _, err := w.store.Commit(ctx, c); err != nil {
		w.Fatal(err)
	}
	w.listed(rd.ID, e)
	return rd, clerk, second
}

func TestACorrectedNameIsTheOneThatIsShownAndFound(t *testing.T) {
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	rd, clerk, second := w.decidedRound(unit, w.person("donvi@bk.vn", unit, people.Submitter))
	page := "/rounds/" + rd.ID + "/changes"
	w.index()
	b := w.signIn(clerk)
	b.get(page)
	b.post(page, "entry", "d1.n1", "kind", "correct", "number", "13/QĐ-UBND", "date", "06/11/2023", "name", "Hoàng Đức Thiện Tâm", "position", "Phó Giám đốc", "reason", "Sai họ tên trong quyết định").want(t, 303)
	s := w.signIn(second)
	s.get("/rounds/"+rd.ID+"/list").want(t, 200, "Hoàng Đức Thiện")
	if strings.Contains(s.last.body, "Thiện Tâm") {
		t.Error("a correction that nobody confirmed is shown")
	}
	s.get(page)
	s.post(page+"/1", "is", "confirm").want(t, 303)
	ms, err := w.store.Pending(context.Background(), w.clock().Add(time.Hour), 200)
	if err != nil || !slices.ContainsFunc(ms, func(m store.Message) bool { return m.Kind == flow.ProjectMessage }) {
		t.Errorf("nobody brings the search up to date: %v", err)
	}
	w.index()
	s.get("/rounds/"+rd.ID+"/list").want(t, 200, "Hoàng Đức Thiện Tâm", "Phó Giám đốc", "13/QĐ-UBND")
	s.get("/rounds/"+rd.ID+"/list?as=csv").want(t, 200, "Hoàng Đức Thiện Tâm")
	s.get("/api/rounds/"+rd.ID+"/list").want(t, 200, `"name":"Hoàng Đức Thiện"`, `"corrected":{"name":"Hoàng Đức Thiện Tâm"`)
	s.get("/rounds/"+rd.ID+"/letter.docx?authority=KT.&head=Giám+đốc&title=Phó+Giám+đốc").want(t, 200)
	text := docxText(t, s.last.body)
	for _, want := range []string{"Hoàng Đức Thiện Tâm", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter lacks %q", want)
		}
	}
	s.get("/rounds/"+rd.ID+"/letter.pdf?authority=TL.&head=Chủ+tịch").want(t, 422, "Thẩm quyền ký chưa đủ")
	s.get("/rounds/"+rd.ID+"/letter.docx").want(t, 200)
	if text := docxText(t, s.last.body); !strings.Contains(text, "GIÁM ĐỐC") || strings.Contains(text, "KT.") {
		t.Error("without a word the head signs")
	}
	audit := w.signIn(w.person("kiemtra@bk.vn", "", people.Auditor))
	for _, q := range []string{"thien+tam", "Hoàng+Đức+Thiện+Tâm", "hoang+duc+thien", "tam"} {
		audit.get("/search?q="+q).want(t, 200, "/records/d1")
	}
}

// index brings the search rows up to what the records say, where an act asked for it.
func (w *town) index() {
	w.Helper()
	if err := w.rooms.Search.Index(context.Background(), "d1"); err != nil {
		w.Fatal(err)
	}
}

func TestAnAwardIsAnnulledByTwoClerksOnPages(t *testing.T) {
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	me := w.person("donvi@bk.vn", unit, people.Submitter)
	rd, clerk, second := w.decidedRound(unit, me)
	page := "/rounds/" + rd.ID + "/changes"
	b := w.signIn(clerk)
	b.get(page).want(t, 200, "Hoàng Đức Thiện", `id="change"`)
	b.post(page, "entry", "d1.n1", "kind", "annul", "number", "12/QĐ-UBND", "date", "2023-11-06", "reason", "Kết luận thanh tra số 9").want(t, 422, "căn cứ hủy bỏ", "Kết luận thanh tra số 9")
	b.post(page, "entry", "d1.n1", "kind", "annul", "ground", "fraud", "number", "12/QĐ-UBND", "date", "2023-11-06", "reason", "Kết luận thanh tra số 9").want(t, 303)
	b.follow().want(t, 200, "chờ người thứ hai", "2418/QĐ-UBND", "Gian dối")
	b.post(page, "kind", "correct", "date", "2023").want(t, 422, `href="#entry"`, `href="#number"`, `href="#date"`, `href="#name"`, `href="#reason"`)
	b.get(page)
	b.post(page+"/1", "is", "confirm").want(t, 403)
	if b.get("/tasks"); strings.Contains(b.last.body, page) {
		t.Error("who entered a change is asked to confirm it")
	}
	s := w.signIn(second)
	s.get("/tasks").want(t, 200, `href="`+page+`"`, "12/QĐ-UBND")
	s.get(page).want(t, 200, "ngày 06/11/2023")
	s.post(page+"/1").want(t, 422, "xác nhận hoặc bỏ")
	s.post(page+"/1", "is", "confirm").want(t, 303)
	s.follow().want(t, 200, "đã xác nhận")
	w.signIn(me).get("/dossiers/d1").want(t, 200, "Bị hủy", "Kết luận thanh tra số 9", "12/QĐ-UBND")
	if s.get("/tasks"); strings.Contains(s.last.body, page) {
		t.Error("a change that was confirmed is still asked for")
	}
	s.get("/api"+page).want(t, 200, `"state":"confirmed"`, `"old":{"number":"2418/QĐ-UBND"`)
	s.get("/rounds/"+rd.ID+"/list").want(t, 200, "bị hủy")
	w.signIn(w.person("khac@bk.vn", "", people.Clerk)).get(page).want(t, 404)
}
