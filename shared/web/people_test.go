package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hoso/shared/access"
	"hoso/shared/people"
)

func TestOperatorAddsAndChangesAPerson(t *testing.T) {
	w := newTown(t)
	unit := w.unit("Sở Y tế")
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/people/new")
	b.post("/people/new", "name", "", "email", "khong", "roles", "unit").want(t, 422, `href="#name"`, `href="#email"`, `href="#unit"`, `value="khong"`, `id="roles-unit" name="roles" value="unit" checked`)
	b.post("/people/new", "name", "Lò Thị Mai", "email", "mai@yte.vn", "unit", unit, "roles", "unit", "invite", "1").want(t, 303)
	page := b.follow()
	page.want(t, 200, "Lò Thị Mai", "Sở Y tế", `data-event="person.invited"`)
	here := page.path
	b.post(here+"/roles", "roles", "admin", "roles", "appraiser").want(t, 422, `id="errors"`)
	b.get(here)
	b.post(here+"/disable").want(t, 303)
	b.follow().want(t, 200, `data-event="person.disabled"`, `id="enable"`)
	b.get("/people?q=lo+thi").want(t, 200, "Lò Thị Mai")
	b.get("/people?q=khongco").want(t, 200, `id="list-empty"`)
	b.get("/people?f_state=disabled&sort=-name").want(t, 200, "Lò Thị Mai", `aria-sort="descending"`)
}

func TestListKeepsItsStateInTheAddress(t *testing.T) {
	w := newTown(t)
	for i := range 120 {
		w.unit(fmt.Sprintf("Xã số %03d", i))
	}
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/units?q=xa&sort=-name&page=2").want(t, 200, "51–100", "Xã số 069", `href="/units?page=3&amp;q=xa&amp;sort=-name"`, `href="/units?as=csv&amp;q=xa&amp;sort=-name"`)
	b.get("/units?page=999").want(t, 200, "101–120")
	b.get("/units?page=-1&sort=nothing").want(t, 200, "1–50")
}

func TestExportsRunNoFormula(t *testing.T) {
	w := newTown(t)
	w.unit(`=cmd|'/c calc'!A1`)
	w.unit("@SUM(1)")
	w.unit("Sở Y tế")
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	a := b.get("/units?as=csv")
	a.want(t, 200)
	if !strings.HasPrefix(a.body, "\ufeff") || !strings.Contains(a.header.Get("Content-Disposition"), `filename=units.csv`) {
		t.Errorf("file is %q %q", a.header.Get("Content-Disposition"), a.body[:20])
	}
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	for _, row := range rows[1:] {
		if strings.ContainsAny(row[0][:1], "=+-@") {
			t.Errorf("cell %q", row[0])
		}
	}
	x, err := excelize.OpenReader(strings.NewReader(b.get("/units?as=xlsx").body))
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"A2", "A3", "A4"} {
		if f, err := x.GetCellFormula("Sheet1", cell); err != nil || f != "" {
			t.Errorf("%s holds a formula %q %v", cell, f, err)
		}
	}
	for range 8 {
		b.get("/units?as=csv").want(t, 200)
	}
	b.get("/units?as=csv").want(t, http.StatusTooManyRequests)
}

func (b *browser) upload(action, name string, data []byte, fields ...string) *answer {
	b.town.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	v := b.hidden(action)
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	for k := range v {
		if err := m.WriteField(k, v.Get(k)); err != nil {
			b.town.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		b.town.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		b.town.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.town.Fatal(err)
	}
	return b.do(http.MethodPost, action, m.FormDataContentType(), &body)
}

func TestImportShowsEveryLineThenDoesIt(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/import/units")
	b.upload("/import/units", "x.csv", []byte("Tên đơn vị,Đơn vị cấp trên\nSở Y tế,\nPhòng Y,Sở Lạ\n")).want(t, 200, `data-will="add"`, `data-will="fault"`, "Sở Lạ")
	text := regexp.MustCompile(`(?s)<textarea name="text"[^>]*>(.*?)</textarea>`).FindStringSubmatch(b.last.body)[1]
	if all, _ := w.access.AllUnits(t.Context()); len(all) != 0 {
		t.Error("looking changed something")
	}
	b.post("/import/units/do", "text", text).want(t, 303)
	b.follow().want(t, 200, "Sở Y tế")
	b.get("/import/people")
	b.upload("/import/people", "x.csv", []byte("not a table")).want(t, 422, `href="#file"`)
	b.get("/import/people/form").want(t, 200)
	x, err := excelize.OpenReader(strings.NewReader(b.last.body))
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := x.GetCellValue("Sheet1", "A1"); v != access.PersonHeadings()[0] {
		t.Errorf("form begins with %q", v)
	}
}

func TestRoundAdministratorSeesPeopleButChangesNone(t *testing.T) {
	w := newTown(t)
	p := w.person("binh@example.vn", "", people.Auditor)
	b := w.signIn(w.person("admin@example.vn", "", people.Admin))
	b.get("/people").want(t, 200, p.Name)
	b.get("/people/"+p.ID).want(t, 200, p.Email)
	if strings.Contains(b.last.body, `id="disable"`) {
		t.Error("the page offers what is not allowed")
	}
	b.get("/people/new").want(t, 403)
}

func TestEnglishSwitchIsComplete(t *testing.T) {
	w := newTown(t)
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/people")
	b.post("/language", "lang", "en").want(t, 303)
	if b.last.header.Get("Location") != "/people" {
		t.Errorf("led to %q", b.last.header.Get("Location"))
	}
	for _, path := range []string{"/tasks", "/people", "/people/new", "/units", "/units/new", "/account", "/account/passkey", "/notices", "/help", "/import/people", "/import/units", "/nothing", "/sign-in", "/invitation/local", "/sign-in/code"} {
		a := b.get(path)
		if !strings.Contains(a.body, `<html lang="en">`) {
			t.Errorf("%s is not English", path)
		}
		if strings.Contains(a.body, "⟨") {
			t.Errorf("%s lacks a sentence: %s", path, regexp.MustCompile(`⟨[^⟩]*⟩`).FindString(a.body))
		}
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(a.body, " ")
		text = strings.NewReplacer("Hồ sơ", "", "Tiếng Việt", "", "Người op@example.vn", "", "Chuyên viên", "", "MẬT", "", "TỐI", "", "TUYỆT", "", "Họ và tên", "", "Thư điện tử", "", "Chức vụ", "", "Đơn vị", "", "Vai trò", "").Replace(text)
		if m := regexp.MustCompile(`[^ ]*[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ][^ ]*`).FindString(text); m != "" {
			t.Errorf("%s says %q", path, m)
		}
	}
}

func TestFirstPageIsSmall(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	b.header.Set("Accept-Encoding", "gzip")
	page := b.get("/")
	total := len(page.body)
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]*)"`).FindAllStringSubmatch(page.body, -1) {
		a := b.get(m[1])
		a.want(t, 200)
		total += len(a.body)
	}
	for _, font := range []string{"latin", "vietnamese"} {
		total += len(b.get("/assets/vendor/font/" + font + ".woff2").body)
	}
	t.Logf("first page: %d bytes", total)
	if total > 100_000 {
		t.Errorf("first page has %d bytes, at most 100 kB", total)
	}
}

func TestAUnitsHeadcountIsKeptAndChecked(t *testing.T) {
	w := newTown(t)
	id := w.unit("Sở Y tế")
	b := w.signIn(w.person("op@example.vn", "", people.Operator))
	b.get("/units/"+id).want(t, 200, `name="headcount"`)
	b.post("/units/"+id, "name", "Sở Y tế", "headcount", "nhiều").want(t, 422, "từ 0 đến 1.000.000", `value="nhiều"`)
	b.post("/units/"+id, "name", "Sở Y tế", "headcount", "119").want(t, 303)
	b.follow().want(t, 200, `value="119"`)
}
