package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
)

func TestALateDossierIsAskedForAndAnsweredOnPages(t *testing.T) {
	w, b, other, _ := unitTown(t)
	id := b.draft()
	admin := w.person("quantri@bk.vn", "", people.Admin)
	ctx, who := context.Background(), people.Actor{Person: admin}
	if err := w.rooms.Board.Close(ctx, w.key(), who, "bk-2023"); err != nil {
		t.Fatal(err)
	}
	if err := w.rooms.Submission.NotSubmitted(ctx, id); err != nil {
		t.Fatal(err)
	}
	b.get("/dossiers/"+id).want(t, 200, `id="to-late"`)
	b.get("/dossiers/"+id+"/late").want(t, 200)
	b.post("/dossiers/"+id+"/late", "reason", "vì").want(t, 422, "ít nhất 10 ký tự")
	b.post("/dossiers/"+id+"/late", "reason", "Bão làm mất điện ba ngày").want(t, 303)
	b.follow().want(t, 200, "Bão làm mất điện ba ngày", "Đang chờ cơ quan thường trực")
	other.get("/dossiers/new").want(t, 200, `data-late="bk-2023"`)
	other.post("/dossiers/new", "late", "Chưa kịp họp xét").want(t, 303)
	other.follow().want(t, 200, "Chưa kịp họp xét")

	a := w.signIn(admin)
	a.get("/records/"+id).want(t, 200, `id="to-late"`, "Bão làm mất điện", "<title>Bản nháp mở ngày")
	asked := `href="/records/` + id + `/late"`
	a.get("/tasks").want(t, 200)
	if n := strings.Count(a.last.body, asked); n != 1 {
		t.Errorf("an administrator is asked %d times to answer", n)
	}
	a.get("/records/"+id+"/late").want(t, 200, "Bão làm mất điện")
	a.post("/records/"+id+"/late", "reason", "Lý do chính đáng").want(t, 422, "chấp nhận hoặc từ chối")
	a.post("/records/"+id+"/late", "is", "admit", "reason", "Lý do chính đáng").want(t, 422, "Thời điểm chưa đúng")
	until := w.clock().Add(48 * time.Hour).In(time.FixedZone("+07", 7*3600)).Format("2006-01-02T15:04")
	a.post("/records/"+id+"/late", "is", "admit", "until", until, "reason", "Lý do chính đáng").want(t, 303)
	a.follow().want(t, 200, "Lý do chính đáng")
	b.get("/dossiers/"+id).want(t, 200, `id="to-files"`, "Chấp nhận nộp muộn", "Lý do chính đáng")
	d, err := storeLoad[dossier.Dossier](w, dossier.Key(id))
	if err != nil || d.State != dossier.Draft || d.Due.Sub(w.clock()) < 47*time.Hour {
		t.Errorf("%+v, %v", d, err)
	}
	if rd, err := storeLoad[round.Round](w, round.Key("bk-2023")); err != nil || rd.Stage != "selection" {
		t.Errorf("%+v, %v", rd, err)
	}
	b.json("POST", "/api/dossiers/"+id+"/late", map[string]string{"reason": "Một lý do khác nữa"}).want(t, 403) // a browser needs its token
}
