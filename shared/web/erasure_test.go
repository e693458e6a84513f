package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/people"
	"hoso/shared/store"
)

// refuse writes a reason of the appraisal into a sealed dossier.
func (w *town) refuse(id, reason string) {
	w.Helper()
	ctx := context.Background()
	d, err := storeLoad[dossier.Dossier](w, dossier.Key(id))
	if err != nil {
		w.Fatal(err)
	}
	texts := w.rooms.Board.Texts(dossier.Chain(id), w.key())
	d.Package = &dossier.Package{SHA256: "ab", Size: 1}
	d.Nominees[0].Standing, d.Nominees[0].Reason = dossier.RefusedOne, texts.Add("reason/"+d.Nominees[0].ID, reason)
	kept, err := texts.Writes()
	if err != nil {
		w.Fatal(err)
	}
	rec, err := w.store.Get(ctx, dossier.Key(id))
	if err != nil {
		w.Fatal(err)
	}
	ev := act.Event(dossier.Chain(id), "appraisal.decided", "appraiser", w.clock(), nil)
	ev.Texts = texts.Named()
	c := store.Commit{Key: w.key(), Request: "refused", At: w.clock(), Writes: append(kept, dossier.Put(d, rec.Rev)), Events: []evidence.Event{ev}}
	if _, err := w.store.Commit(ctx, c); err != nil {
		w.Fatal(err)
	}
}

func TestATextIsErasedOnPagesByTwoPersons(t *testing.T) {
	const reason = "Đang điều trị bệnh dài ngày"
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	me := w.person("donvi@bk.vn", unit, people.Submitter)
	rd, clerk, _ := w.decidedRound(unit, me)
	w.refuse("d1", reason)
	m := w.signIn(me)
	m.get("/dossiers/d1").want(t, 200, reason)
	b := w.signIn(w.known(rd.Settings.Preparers[0]))
	b.get("/records/d1").want(t, 200, `id="erase-texts"`)
	form := "/rounds/" + rd.ID + "/erasures/new?dossier=d1"
	page := b.get(form)
	page.want(t, 200, reason, `<a href="/rounds/`+rd.ID+`">`+rd.Settings.Name+`</a>`, "về Hoàng Đức Thiện", "Không xóa được từ đây", `id="stays-package"`, "01:00")
	ref := regexp.MustCompile(`name="texts" value="([^"]+)"`).FindStringSubmatch(page.body)
	if ref == nil {
		t.Fatal(page.body)
	}
	post := "/rounds/" + rd.ID + "/erasures"
	ask := func(more ...string) *answer {
		b.get(form)
		v := b.hidden(post)
		v.Set("dossier", "d1")
		for i := 0; i+1 < len(more); i += 2 {
			v.Add(more[i], more[i+1])
		}
		return b.send(post, v)
	}
	ask("texts", ref[1], "number", "7/QĐ-STTTT", "date", "2023-11-05", "reason", "Người được nêu yêu cầu.").want(t, 422, "Hãy chọn căn cứ xóa", ref[1]+`" checked`, "Người được nêu yêu cầu.")
	ask("number", "7/QĐ-STTTT", "date", "2023-11-05", "ground", "requested", "reason", "Người được nêu yêu cầu.").want(t, 422, "ít nhất một nội dung")
	ask("texts", ref[1], "number", "7/QĐ-STTTT", "date", "2023-11-05", "ground", "requested", "reason", "Người được nêu yêu cầu.").want(t, 303)
	b.follow().want(t, 200, reason, "chờ xác nhận", "7/QĐ-STTTT")

	h := w.signIn(w.known(rd.Settings.Head[0]))
	one := post + "/1"
	h.get("/rounds/"+rd.ID).want(t, 200, `id="erasures-link"`)
	h.get(post).want(t, 200, "Đề nghị xóa số 1")
	h.get(form).want(t, 403)
	h.get(one).want(t, 200, reason, `id="decide"`)
	h.post(one, "is", "confirm").want(t, 422, "không thể hoàn lại", reason)
	h.post(one, "sure", "yes").want(t, 422, "xác nhận hoặc bỏ")
	w.signIn(w.person("khac@bk.vn", "", people.Head)).get(one).want(t, 404)
	w.signIn(clerk).get(one).want(t, 403)
	m.get("/dossiers/d1").want(t, 200, reason)
	h.post(one, "is", "confirm", "sure", "yes").want(t, 303)
	h.follow().want(t, 200, "đã xóa", `id="to-wipe"`)

	if err := w.rooms.Erasure.Finish(context.Background(), rd.ID, 1); err != nil {
		t.Fatal(err)
	}
	h.get(one).want(t, 200, `id="wiped"`)
	m.get("/dossiers/d1").want(t, 200, "nội dung đã xóa theo quyết định")
	api := b.get("/api" + post)
	api.want(t, 200, `"state":"confirmed"`, `"wiped":`)
	b.get("/api"+post+"/texts?dossier=d1").want(t, 200, `"gone":true`)
	b.get("/api"+post+"/texts?dossier=none").want(t, 404)
	for _, path := range []string{form, one, post, "/records/d1", "/api" + post, "/api" + post + "/texts?dossier=d1", "/search?q=" + strings.ReplaceAll(reason, " ", "+")} {
		if a := b.get(path); a.status != 200 || strings.Contains(strings.ReplaceAll(a.body, `value="`+reason, ""), reason) {
			t.Errorf("%s: %d, the text is still there", path, a.status)
		}
	}
	views, err := w.store.Events(context.Background(), "access/dossier/d1", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range views {
		if strings.Contains(v.Line, `"what":"texts"`) {
			n++
		}
	}
	if n < 3 {
		t.Errorf("%d looks at the texts are recorded", n)
	}
}

func TestAProgramAsksForAnErasureOfARoundsText(t *testing.T) {
	w := newTown(t)
	rd := w.openRound("bk-2023")
	b := w.signIn(w.known(rd.Settings.Preparers[0]))
	b.get("/rounds/"+rd.ID+"/caps").want(t, 200)
	b.post("/rounds/"+rd.ID+"/caps", "number", "12/KH-UBND", "date", "2023-11-01", "cap-tap_the", "20", "cap-ca_nhan", "12", "note", "Theo ý kiến ông A").want(t, 303)
	a := b.get("/api/rounds/" + rd.ID + "/erasures/texts")
	a.want(t, 200, "Theo ý kiến ông A")
	ref := regexp.MustCompile(`"ref":"([^"]+)"`).FindStringSubmatch(a.body)[1]
	b.header.Set("X-Form-Token", b.token())
	in := map[string]any{"texts": []string{ref}, "number": "7/QĐ-STTTT", "date": "2023-11-05", "ground": "ordered", "reason": "Theo kết luận thanh tra."}
	b.json("POST", "/api/rounds/"+rd.ID+"/erasures", in).want(t, 201, `{"n":1}`)
	in["texts"] = []string{"x/y/z"}
	b.json("POST", "/api/rounds/"+rd.ID+"/erasures", in).want(t, 422)
	b.header.Del("X-Form-Token")
	b.get("/rounds/"+rd.ID+"/erasures/1").want(t, 200, "Theo ý kiến ông A", "Nội dung của cả đợt")
}
