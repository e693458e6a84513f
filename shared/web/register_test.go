package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/register"
	"hoso/shared/store"
)

func TestTheRegisterIsImportedAskedAndKept(t *testing.T) {
	w := newTown(t)
	w.openRound("bk-2023")
	b := w.signIn(w.person("qt@bk.vn", "", people.Admin))
	b.get("/register").want(t, 200, "Chưa có khen thưởng nào", `id="to-import"`)
	table := strings.Join(register.Headings(), ",") + "\nCá nhân,Lò Thị Mai,01/02/1980,Sở Y tế,Bằng khen,Chuyển đổi số,12/QĐ-UBND,20/12/2022,\nCá nhân,,,,,,x,,\n"
	b.get("/register/import").want(t, 200, `href="/register/import/form"`)
	b.upload("/register/import", "x.csv", []byte("Tên\nA\n")).want(t, 422, "thiếu cột")
	b.get("/register/import")
	b.upload("/register/import", "x.csv", []byte(table)).want(t, 200, `data-will="add"`, `data-will="fault"`, "1 dòng sẽ được thêm", "Thiếu tên.")
	text := regexp.MustCompile(`(?s)<textarea name="text"[^>]*>(.*?)</textarea>`).FindStringSubmatch(b.last.body)
	if text == nil {
		t.Fatal("nothing to send back")
	}
	b.post("/register/import/do", "text", strings.ReplaceAll(text[1], "&#34;", `"`)).want(t, 303)
	b.follow().want(t, 200, "Lò Thị Mai", "12/QĐ-UBND", "20/12/2022", `id="imported"`)
	b.get("/register?as=csv").want(t, 200, "Lò Thị Mai")

	unit := w.unit("Sở Y tế")
	d := dossier.Dossier{ID: strings.Repeat("d", 32), Round: "bk-2023", Unit: unit, UnitName: "Sở Y tế", State: dossier.InAppraisal, Receipt: "HS-1/1"}
	id := register.Identity(dossier.Individual, "Lò Thị Mai", "", "SYT")
	d.Nominees = []dossier.Nominee{{ID: id, Identity: id, Kind: dossier.Individual, Name: "Lò Thị Mai", Unit: "SYT"}}
	ctx := context.Background()
	if _, err := w.store.Commit(ctx, store.Commit{Key: w.key(), Request: "x", At: w.clock(), Writes: []store.Write{dossier.Put(d, 0)}}); err != nil {
		t.Fatal(err)
	}
	if err := w.rooms.Register.Index(ctx, d.ID); err != nil {
		t.Fatal(err)
	}
	b.get("/register").want(t, 200, "Có thể trùng nhau (1)")
	page := b.get("/register/questions")
	page.want(t, 200, "HS-1/1", "12/QĐ-UBND", "chưa đủ ngày sinh")
	q := regexp.MustCompile(`data-question="([0-9a-f]+)"`).FindStringSubmatch(page.body)[1]
	b.post("/register/questions/"+q, "reason", "Theo lý lịch kèm hồ sơ").want(t, 422, "Hãy chọn là một hay là hai")
	b.post("/register/questions/"+q, "same", "yes", "reason", "x").want(t, 422, "ít nhất 10 ký tự")
	b.post("/register/questions/"+q, "same", "yes", "reason", "Theo lý lịch kèm hồ sơ").want(t, 303)
	b.follow().want(t, 200, `id="no-questions"`, `data-answer="`+q+`"`, "Là một", "Theo lý lịch kèm hồ sơ")
	fs, err := register.Facts(ctx, w.store, d, d.Nominees)
	if err != nil || len(fs) != 1 || !fs[0].Sure {
		t.Fatal(fs, err)
	}

	b.get("/register/holds").want(t, 200, `id="no-holds"`)
	b.post("/register/holds", "name", "Lò Thị Mai").want(t, 422, `value="Lò Thị Mai"`)
	b.post("/register/holds", "kind", "ca_nhan", "name", "Lò Thị Mai", "unit", "Sở Y tế", "birth", "01/02/1980", "ground", "complaint", "number", "3/QĐ-TTr", "since", "01/11/2023").want(t, 303)
	page = b.follow()
	page.want(t, 200, "Đang xác minh khiếu nại", "3/QĐ-TTr", "01/11/2023")
	h := regexp.MustCompile(`data-hold="([^"]+)"`).FindStringSubmatch(page.body)[1]
	b.post("/register/holds/"+h+"/lift", "why", "Kết luận 5/KL-TTr: không vi phạm").want(t, 303)
	b.follow().want(t, 200, "Kết luận 5/KL-TTr", "06/11/2023")

	b.get("/register")
	a := regexp.MustCompile(`action="(/register/awards/[^"]+/strike)"`).FindStringSubmatch(b.last.body)[1]
	b.post(a).want(t, 303)
	b.follow().want(t, 200, "Đã gạch bỏ")
	auditor := w.signIn(w.person("ktr@bk.vn", "", people.Auditor))
	auditor.get("/register/holds").want(t, 200, "Lò Thị Mai")
	if strings.Contains(auditor.last.body, `id="hold"`) {
		t.Error("an auditor is offered to put somebody on hold")
	}
}
