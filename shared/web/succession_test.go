package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/flow"
	"hoso/shared/people"
)

func TestAUnitGetsOtherNamesAndEndsWithASuccessor(t *testing.T) {
	w := newTown(t)
	old, next := w.unit("Sở Thông tin và Truyền thông"), w.unit("Sở Khoa học và Công nghệ")
	w.person("mai@tttt.vn", old, people.Submitter)
	for _, role := range []people.Role{people.Admin, people.Operator} {
		b := w.signIn(w.person(string(role)+"@bk.vn", "", role))
		name := "STTTT của " + string(role)
		b.get("/units/"+old).want(t, 200, `id="alias-form"`, `id="end-form"`)
		b.post("/units/"+old+"/alias", "alias", name).want(t, 303)
		b.follow().want(t, 200, name, `data-event="unit.alias-added"`)
		b.post("/units/"+old+"/alias", "alias", name).want(t, 422, "Đơn vị đã có tên này", `value="`+name+`"`)
		b.post("/units/"+old+"/alias", "alias", "Sở Khoa học và công nghệ").want(t, 422, "tên của một đơn vị khác")
	}
	b := w.signIn(w.person("qt@bk.vn", "", people.Admin))
	b.get("/units/" + old)
	b.post("/units/"+old+"/end", "until", "31/12/2099", "successors", "Sở Lạ").want(t, 422,
		"ở tương lai", "văn bản làm căn cứ", "Chưa có đơn vị “Sở Lạ”", `value="31/12/2099"`, `id="ending" open`)
	b.post("/units/"+old+"/end", "until", "31/10/2023", "source", "Nghị quyết 1/NQ", "source-date", "20/10/2023", "successors", "Sở Khoa học và Công nghệ").want(t, 303)
	b.follow().want(t, 200, `id="ended"`, "31/10/2023", "Nghị quyết 1/NQ", `href="/units/`+next+`"`, `data-event="unit.ended"`)
	b.get("/units/"+next).want(t, 200, `id="follows"`, `href="/units/`+old+`"`)
	b.get("/units").want(t, 200, "Thôi hoạt động từ sau ngày 31/10/2023")
	b.get("/units?lang=en").want(t, 200)
	u, err := w.access.Unit(context.Background(), old)
	if err != nil || u.Active || u.Ended == nil || u.Ended.Receiver != next {
		t.Fatal(u, err)
	}
	msgs, err := w.store.Pending(context.Background(), w.clock(), 100)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range msgs {
		if m.Kind == flow.FanoutMessage {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d messages hand over", n)
	}
	if err := w.access.EndUnit(context.Background(), w.key(), people.Actor{Person: w.person("nm@bk.vn", "", people.Auditor)}, next, access.Ending{}); err == nil {
		t.Error("an auditor ended a unit")
	}
}

func TestTheCatalogueOnlyProposes(t *testing.T) {
	w := newTown(t)
	gone := w.unit("UBND quận Dương Kinh")
	b := w.signIn(w.person("qt@bk.vn", "", people.Admin))
	if b.get("/units/" + gone); b.last.status != 200 || strings.Contains(b.last.body, `id="known"`) {
		t.Error("said to have ceased before it did")
	}
	w.pass(2 * 365 * 24 * time.Hour)
	b = w.signIn(w.person("qt2@bk.vn", "", people.Admin))
	b.get("/units/"+gone).want(t, 200, `id="known"`, "UBND phường Dương Kinh", "UBND phường Hưng Đạo", "chưa chắc chắn", "01/07/2025")
	if u, err := w.access.Unit(context.Background(), gone); err != nil || u.Ended != nil {
		t.Error("the catalogue ended a unit by itself", err)
	}
}
