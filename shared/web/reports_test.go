package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"hoso/shared/people"
	"hoso/shared/yearly"
)

// paperTo sends a PDF to a slot the way a page's script does and gives its id.
func (b *browser) paperTo(path string, body []byte) string {
	b.town.Helper()
	sum := sha256.Sum256(body)
	b.header.Set("X-Form-Token", b.token())
	a := b.json("POST", path, map[string]any{"size": len(body), "sha256": hex.EncodeToString(sum[:])})
	b.header.Del("X-Form-Token")
	a.want(b.town.T, 201)
	var slot struct {
		ID   string `json:"id"`
		Form struct {
			URL    string            `json:"url"`
			Fields map[string]string `json:"fields"`
		} `json:"form"`
	}
	if err := json.Unmarshal([]byte(a.body), &slot); err != nil {
		b.town.Fatal(err)
	}
	postForm(b.town.T, slot.Form.URL, slot.Form.Fields, "bao-cao.pdf", body)
	return slot.ID
}

func TestYearlyReportsOnPages(t *testing.T) {
	w := newTown(t)
	yte, gt := w.unit("Sở Y tế"), w.unit("=Sở Giao thông") // a name that a spreadsheet would run
	other := w.unit("Sở Nội vụ")
	admin := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	w.person("kiemtra@bk.vn", "", people.Auditor)
	unit, late := w.signIn(w.person("mai@yte.vn", yte, people.Submitter)), w.signIn(w.person("ha@gt.vn", gt, people.Submitter))
	stranger := w.signIn(w.person("la@nv.vn", other, people.Submitter))

	admin.get("/yearly").want(t, 200, `id="new-year"`)
	admin.get("/yearly/new?campaign=bac-kan-2022-2025&year=2023").want(t, 200, "trước ngày 15/12/2023", "mục V.5", "Kế hoạch không nêu", `name="inclusive"`)
	if strings.Contains(admin.last.body, `name="to"`) {
		t.Error("what the plan states is asked for")
	}
	admin.post("/yearly/new", "dayOff", "keep", "units", yte).want(t, 422, "có tính cả ngày đó không")
	items := regexp.MustCompile(`name="items" value="([^"]*)"`).FindAllStringSubmatch(admin.last.body, -1)
	if len(items) < 2 {
		t.Fatal("no figures are offered")
	}
	percent := items[0][1]
	admin.post("/yearly/new", "dayOff", "keep", "inclusive", "no", "units", yte, "units", gt, "remind", "10, 3", "items", percent, "counts", "Số sáng kiến").want(t, 303)
	const id = "bac-kan-2022-2025-2023"
	admin.follow().want(t, 200, "hết ngày 14/12/2023", "0/2 đơn vị", "08:00 30/11/2023", "quyết định", "nêu tại Kế hoạch 635/KH-UBND, mục V")

	// The unit's first screen says it, with the exact instant.
	unit.get("/tasks").want(t, 200, "Báo cáo kết quả phong trào năm 2023", "hết ngày 14/12/2023", `href="/reports/`+id+`"`)
	stranger.get("/reports").want(t, 200, `id="no-reports"`)
	stranger.get("/reports/"+id).want(t, 404)
	stranger.get("/reports/"+id+"/files/1").want(t, 404)
	unit.get("/reports/"+id).want(t, 200, "Sở Thông tin và Truyền thông", "figure-"+percent)
	unit.post("/reports/"+id, "figure-"+percent, "nhiều").want(t, 422, "hãy ghi tỷ lệ", `value="nhiều"`)
	unit.post("/reports/"+id, "note", "Chưa có số liệu").want(t, 422, "Hãy nhập số liệu hoặc tải lên")
	unit.post("/reports/"+id, "upload", strings.Repeat("0", 32)).want(t, 422, "Hãy tải lên bản PDF")
	pdf := append(bytes.Clone(samplePDF), "% của Sở Y tế"...)
	slot := unit.paperTo("/api/reports/"+id+"/uploads", pdf)
	road := w.signIn(w.person("giaothong2@bk.vn", gt, people.Submitter))
	road.get("/reports/"+id).want(t, 200)
	x := road.hidden("/reports/" + id)
	x.Set("upload", slot) // of another unit, under the same duty
	road.send("/reports/"+id, x).want(t, 422, "Hãy tải lên bản PDF")
	unit.get("/reports/"+id).want(t, 200)
	v := unit.hidden("/reports/" + id)
	v.Set("upload", slot)
	v.Set("figure-"+percent, "93,33")
	v.Set("figure-them-1", "12")
	unit.send("/reports/"+id, v).want(t, 303)
	first := unit.last.header.Get("Location")
	unit.send("/reports/"+id, v).want(t, 303)
	if unit.last.header.Get("Location") != first {
		t.Error("the form sent twice is two reports")
	}
	sum := sha256.Sum256(pdf)
	unit.follow().want(t, 200, "BC-", hex.EncodeToString(sum[:]), "93,33%", "09:00 06/11/2023")
	unit.get("/reports/"+id+"/files/1").want(t, 303)
	unit.get("/tasks").want(t, 200, `id="nothing"`)
	unit.get("/reports/"+id).want(t, 200, "gửi đúng hạn", `value="93,33"`)
	unit.get("/reports/"+id+"/files/2").want(t, 404)
	unit.get("/reports/"+id+"/receipts/2").want(t, 404)
	late.get("/reports/"+id+"/receipts/1").want(t, 404) // another unit's receipt is not there for it

	// After the instant the board says who is missing, and what still comes is late.
	w.pass(39 * 24 * time.Hour)
	if err := w.rooms.Yearly.Look(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	admin = w.signIn(mustPerson(w, "quantri@bk.vn"))
	admin.get("/yearly/"+id).want(t, 200, "1/2 đơn vị", "quá hạn, chưa gửi", "1 chưa báo cáo")
	late = w.signIn(mustPerson(w, "ha@gt.vn"))
	late.get("/reports/"+id).want(t, 200, "được ghi là gửi sau hạn")
	late.post("/reports/"+id, "figure-them-1", "3").want(t, 303)
	late.follow().want(t, 200, "Gửi sau hạn (hết ngày 14/12/2023)")

	admin.get("/yearly/"+id+"?f_status=late").want(t, 200, "=Sở Giao thông")
	admin.get("/yearly/"+id+"?as=csv").want(t, 200, "'=Sở Giao thông", "93.33", hex.EncodeToString(sum[:]))
	admin.get("/yearly/"+id+"?as=xlsx").want(t, 200)
	admin.get("/yearly/"+id+"/units/"+yte).want(t, 200, "BC-", "93,33%")
	admin.get("/yearly/"+id+"/units/"+yte+"/files/1").want(t, 303)
	admin.get("/yearly/"+id+"/units/"+other).want(t, 404)
	admin.get("/yearly/"+id+"/report.docx").want(t, 200)
	text := docxText(t, admin.last.body)
	for _, want := range []string{"TỔNG HỢP", "BÁO CÁO", "UBND TỈNH BẮC KẠN", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "635/KH-UBND", "02/02 đơn vị báo cáo, 01 đơn vị gửi sau hạn", "93,33%", "Sau hạn"} {
		if !strings.Contains(strings.ToUpper(text), strings.ToUpper(want)) {
			t.Errorf("the consolidated report lacks %q: %s", want, text[:min(len(text), 2500)])
		}
	}
	admin.get("/yearly/"+id+"/report.pdf").want(t, 200, "%PDF-")
	admin.get("/yearly/" + id)
	signed := admin.paperTo("/api/yearly/"+id+"/uploads", append(bytes.Clone(samplePDF), "% đã ký"...))
	admin.get("/yearly/" + id)
	c := admin.hidden("/yearly/" + id + "/conclusion")
	c.Set("number", "120/BC-STTTT")
	c.Set("date", "2023-12-15")
	c.Set("upload", signed)
	admin.send("/yearly/"+id+"/conclusion", c).want(t, 303)
	auditor := w.signIn(mustPerson(w, "kiemtra@bk.vn"))
	auditor.get("/yearly/"+id).want(t, 200, "120/BC-STTTT", "Ghi nhận báo cáo tổng hợp", "Nhận báo cáo")
	auditor.get("/yearly/"+id+"/conclusion.pdf").want(t, 303)
	number := regexp.MustCompile(`BC-[0-9A-F]+`).FindString(auditor.get("/yearly/" + id).body)
	auditor.get("/search?q="+strings.ToLower(number)).want(t, 200, `id="report-hit"`, `/yearly/`+id+`/units/`)
	auditor.get("/search?q=BC-0000").want(t, 200, `id="no-hits"`)
	a := auditor.get("/api/yearly/" + id)
	a.want(t, 200, `"reported":2`, `"late":1`)
	var y yearly.Year
	if y, _ = storeLoad[yearly.Year](w, yearly.Key(id)); y.Closed == nil || y.Closed.Paper == nil {
		t.Errorf("%+v", y.Closed)
	}
	// English says the same.
	late.get("/reports")
	late.post("/language", "lang", "en")
	late.get("/reports/"+id).want(t, 200, "Report of results of 2023", "sent late")
}

func mustPerson(w *town, email string) people.Person {
	w.Helper()
	all, err := w.access.AllPeople(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range all {
		if p.Email == email {
			return p
		}
	}
	w.Fatal("no " + email)
	return people.Person{}
}

// docxText gives the text of a Word document.
func docxText(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(string(raw), "</w:p>", "\n"), "")
}
