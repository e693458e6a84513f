package web_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// line opens Bắc Kạn's ad-hoc line on its page and gives its id.
func (w *town) line(admin *browser, appraiser people.Person, clerks ...people.Person) string {
	w.Helper()
	const page = "/rounds/new?campaign=bac-kan-2022-2025/dot-xuat"
	admin.get(page).want(w.T, 200, "thành tích xuất sắc đột xuất", "mục V.2", "Sở Nội vụ (Ban Thi đua - Khen thưởng)", "Ngoài chỉ tiêu")
	if strings.Contains(admin.last.body, "need-caps") || strings.Contains(admin.last.body, "intake.closes") {
		w.Error("places or a closing are asked for")
	}
	head := w.person("thutruong@bk.vn", "", people.Head)
	fields := []string{"campaign", "bac-kan-2022-2025/dot-xuat", "need-intake.opens", w.clock().Add(6 * time.Hour).Format("2006-01-02T15:04"), "need-supplement_working_days", "10", "step-tham-dinh-dot-xuat", appraiser.ID, "head", head.ID}
	for _, c := range clerks {
		fields = append(fields, "clerks", c.ID)
	}
	admin.post("/rounds/new", fields...).want(w.T, 422, "Thời hạn thẩm định")
	admin.post("/rounds/new", append(fields, "need-steps.tham-dinh-dot-xuat.due_working_days", "5")...).want(w.T, 303)
	s, err := w.store.Query(context.Background(), round.All, round.AllPart, store.Page{Desc: true})
	if err != nil || len(s.Records) == 0 {
		w.Fatal("no line", err)
	}
	for _, rec := range s.Records {
		var rd round.Round
		if err := rec.Decode(&rd); err != nil {
			w.Fatal(err)
		}
		if rd.Settings.AdHoc {
			return rd.ID
		}
	}
	w.Fatal("no line")
	return ""
}

// before puts the dossier before its appraiser, as the flow would.
func (w *town) before(id string, by people.Person) {
	w.Helper()
	var d dossier.Dossier
	rev, err := store.Load(context.Background(), w.store, dossier.Key(id), &d)
	if err != nil {
		w.Fatal(err)
	}
	d.State, d.Since, d.Revision, d.Receipt, d.Task = dossier.InAppraisal, w.clock(), 1, dossier.Number(id)+"/1", "t-"+id
	d.Nominees = []dossier.Nominee{{ID: "n1", Identity: "i1", Kind: dossier.Individual, Name: "Nông Thị Dậu", Standing: dossier.Pending}}
	t := round.Task{ID: d.Task, Kind: "appraisal", Round: d.Round, Dossier: id, Revision: 1, Step: "tham-dinh-dot-xuat", Title: "Thẩm định", Persons: []string{by.ID}, OpenedAt: w.clock(), Due: w.clock(), State: round.TaskOpen}
	c := store.Commit{
		Key: w.key(), Request: "before", At: w.clock(),
		Writes: append(round.Assign(t), dossier.Put(d, rev), round.PutTask(t, 0),
			store.Put(dossier.RevisionKey(id, 1), 0, dossier.Revision{N: 1, By: d.OpenedBy, At: w.clock(), Receipt: d.Receipt, Judged: true, Hash: "h1", Nominees: d.Nominees})),
		Counters: []store.Add{
			{Counter: round.PendingCounter(d.Round), N: 1},
			{Counter: dossier.CountCounter(d.Round, dossier.Draft), N: -1},
			{Counter: dossier.CountCounter(d.Round, dossier.InAppraisal), N: 1},
		},
	}
	if _, err := w.store.Commit(context.Background(), c); err != nil {
		w.Fatal(err)
	}
}

func (w *town) deciding(id string) string {
	w.Helper()
	d, err := storeLoad[dossier.Dossier](w, dossier.Key(id))
	if err != nil || d.Deciding == "" {
		w.Fatalf("%s, asked %q: %v", d.State, d.Deciding, err)
	}
	return "/tasks/" + d.Deciding
}

func TestAnOutstandingActIsCommendedOnPages(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	before := books(w)
	admin := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	one, two, appraiser := w.person("mot@bk.vn", "", people.Clerk), w.person("hai@bk.vn", "", people.Clerk), w.person("noivu@bk.vn", "", people.Appraiser)
	id := w.line(admin, appraiser, one, two)
	admin.get("/rounds").want(t, 200, `id="lines"`, "/rounds/"+id, "Ngoài chỉ tiêu")
	admin.get("/rounds/"+id).want(t, 200, "không có hạn cuối", "mục V.2", "Ngừng nhận hồ sơ")
	for _, none := range []string{"/ranking", "/ledger", "/list"} {
		if a := admin.get("/rounds/" + id + none); a.status != 404 {
			t.Errorf("a line has %s: %d", none, a.status)
		}
	}
	unit := w.signIn(w.person("mai@yte.vn", w.unit("Sở Y tế"), people.Submitter))
	unit.get("/api/rounds").want(t, 200, `"adHoc":true`, `"id":"`+id+`"`)
	if strings.Count(unit.last.body, `"closes"`) != 1 {
		t.Error("the line says when it closes")
	}
	judge := w.signIn(appraiser)
	open := func() string {
		unit.get("/dossiers/new").want(t, 200, `data-line="`+id+`"`, `data-round="bk-2023"`, "thành tích xuất sắc đột xuất", "ngoài chỉ tiêu")
		v := unit.hidden("/dossiers/new")
		v.Set("round", id)
		unit.send("/dossiers/new", v).want(t, 303)
		d := strings.Split(unit.last.header.Get("Location"), "/")[2]
		w.before(d, appraiser)
		judge.get("/tasks/t-"+d).want(t, 200, "Nông Thị Dậu")
		judge.post("/tasks/t-"+d, "act", "decide", "is-n1", "approved").want(t, 303)
		return d
	}
	refused := open()
	task := w.deciding(refused)
	a, b := w.signIn(one), w.signIn(two)
	a.get(task).want(t, 200, "Nông Thị Dậu", "Ngoài chỉ tiêu", `id="outcome-award"`)
	if strings.Contains(a.last.body, "checked") {
		t.Error("a result is chosen for the clerk")
	}
	a.post(task+"/decision", "reason", "Không có quyết định").want(t, 422, "Hãy chọn kết quả")
	a.post(task+"/decision", "outcome", "award", "number", "12/QĐ-UBND", "date", "2023-11-05").want(t, 422, "tải lên bản PDF", "12/QĐ-UBND")
	a.post(task+"/decision", "outcome", "refuse", "reason", "ngắn").want(t, 422, "ít nhất 10 ký tự")
	a.post(task+"/decision", "outcome", "refuse", "reason", "Thành tích đã được khen thưởng ở đợt khác").want(t, 303)
	a.get(task).want(t, 200, `id="needs-second"`, "Không khen thưởng")
	b.get(task).want(t, 200, `id="entered-reason"`, "đã được khen thưởng ở đợt khác")
	b.post(task).want(t, 303)
	unit.get("/dossiers/"+refused).want(t, 200, "Không khen thưởng", "đã được khen thưởng ở đợt khác")

	awarded := open()
	task = w.deciding(awarded)
	unit.get("/dossiers/"+awarded).want(t, 200, "chờ quyết định")
	admin.get("/rounds/"+id).want(t, 200, "chờ quyết định")
	b.get(task)
	slot := b.paperTo("/api"+task+"/decision-uploads", append(bytes.Clone(samplePDF), "% quyết định"...))
	b.get(task)
	b.post(task+"/decision", "outcome", "award", "number", "99/QĐ-UBND", "date", "2023-11-05", "upload", slot).want(t, 303)
	a.get(task).want(t, 200, "99/QĐ-UBND", `href="`+task+`/decision.pdf"`, `id="not-read"`)
	a.get(task+"/decision.pdf").want(t, 303)
	a.get(task)
	a.post(task).want(t, 303)
	a.get(task).want(t, 200, `id="decided"`)
	unit.get("/dossiers/"+awarded).want(t, 200, "Được khen thưởng", "99/QĐ-UBND")
	admin.get("/records/"+awarded).want(t, 200, `id="own-decision"`, "99/QĐ-UBND")
	admin.get("/records/"+awarded+"/decision.pdf").want(t, 303)
	if err := w.rooms.Register.Index(context.Background(), awarded); err != nil {
		t.Fatal(err)
	}
	admin.get("/register").want(t, 200, "Nông Thị Dậu", "(đột xuất)", "99/QĐ-UBND")
	if after := books(w); after != before {
		t.Errorf("the round's books changed: %v, before %v", after, before)
	}
	admin.get("/rounds/"+id+"/close").want(t, 200, "Ngừng nhận hồ sơ khen thưởng đột xuất")
	admin.post("/rounds/"+id+"/close").want(t, 303)
	admin.get("/rounds/"+id).want(t, 200, "Đã ngừng nhận")
	unit.get("/dossiers/new").want(t, 200)
	if strings.Contains(unit.last.body, "data-line") {
		t.Error("an ended line is offered")
	}
}
