package web_test

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hoso/shared/launch"
	"hoso/shared/people"
	"hoso/shared/round"
)

// TestANewCampaignIsMadeInThePortal: an administrator copies Bắc Kạn's plan,
// writes what differs, a head puts it in force, a round is opened under it and
// the missing values are asked for as for any other.
func TestANewCampaignIsMadeInThePortal(t *testing.T) {
	w := newTown(t)
	admin := w.signIn(w.person("quantri@bk.vn", "", people.Admin))
	head := w.signIn(w.person("giamdoc@bk.vn", "", people.Head))
	auditor := w.signIn(w.person("thanhtra@bk.vn", "", people.Auditor))
	unit := w.signIn(w.person("mai@yte.vn", w.unit("Sở Y tế"), people.Submitter))

	unit.get("/campaigns").want(t, 403)
	auditor.get("/campaigns/bac-kan-2022-2025").want(t, 200, "Kế hoạch nêu", "635/KH-UBND", `id="facts-not_stated"`, "Chưa nêu")
	admin.get("/campaigns").want(t, 200, "bac-kan-2022-2025", "kèm phần mềm", "bản trống")
	admin.post("/campaigns", "id", "Phú Thọ 2027", "copy", "").want(t, 422, "chữ thường không dấu")
	admin.get("/campaigns")
	admin.post("/campaigns", "id", "ninh-thuan-2024", "copy", "").want(t, 422, "đã có")
	admin.get("/campaigns")
	admin.post("/campaigns", "id", "bac-kan-2026", "copy", "bac-kan-2022-2025").want(t, 303)
	page := "/campaigns/bac-kan-2026/draft"
	admin.follow().want(t, 200, "Văn bản dữ liệu hợp lệ", "Thông tin chính")

	// What is typed is written with its faults, each with line, field and what to write.
	text := written(admin)
	spoilt := strings.Replace(text, "tap_the: {value: 15,", "tap_the: {value: -1,", 1)
	admin.post(page, "text", strings.Replace(spoilt, "principles:", "principle:", 1)).want(t, 303)
	admin.get(page).want(t, 200, "lỗi phải sửa", "principle", "không có trong mẫu")
	if strings.Contains(admin.last.body, `id="propose"`) {
		t.Error("a faulty draft can be proposed")
	}
	admin.post(page, "text", spoilt).want(t, 303)
	admin.get(page).want(t, 200, "rounds[0].caps.tap_the", "nhỏ hơn 0", "Viết số từ 0 trở lên")
	admin.post(page, "text", strings.Repeat("[", 90000)).want(t, 303)
	admin.get(page).want(t, 200, "quá nhiều ngoặc")
	admin.post(page, "text", strings.Repeat("x", 200000)).want(t, 422, "không quá 96 KB")
	admin.get(page)
	seen := admin.hidden(page)
	admin.post(page, "text", text).want(t, 303)
	// Also of another tab, and with the browser's way back to the old page.
	back := url.Values{}
	for k, v := range seen {
		back[k] = v
	}
	back.Set("text", "lui")
	admin.send(page, back).want(t, 409, "lui</textarea>")
	admin.get(page)
	stale := admin.hidden(page)
	stale.Set("digest", seen.Get("digest"))
	stale.Set("text", "muộn")
	if admin.send(page, stale).want(t, 409, "muộn</textarea>", stale.Get("digest")); strings.Contains(admin.last.body, `id="propose"`) {
		t.Error("a text that is not kept can be proposed")
	}

	// The form of the main facts leaves the rest of the text as it is.
	admin.get(page)
	v := admin.hidden("/campaigns/bac-kan-2026/mains")
	for name, value := range map[string]string{
		"value-title": "Chuyển đổi số Bắc Kạn 2026", "quote-title": "Chuyển đổi số Bắc Kạn 2026", "source-title": "tiêu đề",
		"value-rounds[0].caps.tap_the": "9", "quote-rounds[0].caps.tap_the": "09 tập thể", "source-rounds[0].caps.tap_the": "mục IV",
		"value-rounds[0].caps.ca_nhan": "", "quote-rounds[0].caps.ca_nhan": "", "source-rounds[0].caps.ca_nhan": "",
	} {
		v.Set(name, value)
	}
	admin.send("/campaigns/bac-kan-2026/mains", v).want(t, 303)
	admin.get(page).want(t, 200, "Văn bản dữ liệu hợp lệ", "Chuyển đổi số Bắc Kạn 2026", "09 tập thể", "Đài Phát thanh và Truyền hình")

	// Nobody uses it before a head put it in force; who administers may not.
	if admin.get("/rounds/new").want(t, 200); strings.Contains(admin.last.body, "bac-kan-2026/") {
		t.Error("a draft can be opened as a round")
	}
	admin.get(page)
	admin.post("/campaigns/bac-kan-2026/propose").want(t, 303)
	admin.get(page).want(t, 200, "chờ thủ trưởng")
	v = admin.hidden(page)
	admin.send("/campaigns/bac-kan-2026/in-force", v).want(t, 403)
	head.get("/tasks").want(t, 200, "Cho phong trào có hiệu lực", page)
	head.get(page).want(t, 200, `id="in-force"`, `id="text-draft"`, "pipeline: true", "09 tập thể", `id="facts-stated"`)
	confirm := head.hidden("/campaigns/bac-kan-2026/in-force")
	// Changed after the head looked: not confirmed unseen.
	admin.get(page)
	admin.post(page, "text", written(admin)+"# thêm\n").want(t, 303)
	head.send("/campaigns/bac-kan-2026/in-force", confirm).want(t, 409)
	admin.get(page)
	admin.post("/campaigns/bac-kan-2026/propose").want(t, 303)
	head.get(page)
	head.post("/campaigns/bac-kan-2026/in-force").want(t, 303)
	head.follow().want(t, 200, "Bản 1", "giamdoc", "Chuyển đổi số Bắc Kạn 2026")
	head.get(page).want(t, 404)

	// A round opens on it; what the copy leaves open is asked.
	admin.get("/rounds/new").want(t, 200, "bac-kan-2026/so-ket-2023")
	admin.get("/rounds/new?campaign="+url.QueryEscape("bac-kan-2026/so-ket-2023")).want(t, 200, "need-caps.ca_nhan", `value="9"`)
	admin.get("/api/campaigns").want(t, 200, `"id":"bac-kan-2026"`, `"versions":1`)

	// English, and the history without words of the plan.
	auditor.get("/help")
	auditor.post("/language", "lang", "en", "next", "/campaigns/bac-kan-2026").want(t, 303)
	auditor.get("/campaigns/bac-kan-2026").want(t, 200, "Stated by the plan", "Version 1", "Put in force", "Rounds, so-ket-2023, caps, collectives")
	events, err := w.store.Events(t.Context(), launch.Chain("bac-kan-2026"), 0, 50)
	if err != nil || len(events) != 10 {
		t.Fatalf("%d events, %v", len(events), err)
	}
}

// written gives the text in the page's text area.
func written(b *browser) string {
	b.town.Helper()
	m := regexp.MustCompile(`(?s)<textarea id="text"[^>]*>(.*?)</textarea>`).FindStringSubmatch(b.last.body)
	if m == nil {
		b.town.Fatal("no text on the page")
	}
	return strings.TrimPrefix(html.UnescapeString(m[1]), "\n")
}

// TestAnAmendedPlanLeavesWhatIsUnderWayAlone: rounds keep their set; those
// opened later have the new one; and it is all done by programs too.
func TestAnAmendedPlanLeavesWhatIsUnderWayAlone(t *testing.T) {
	w := newTown(t)
	open := w.openRound("bk-2023")
	admin, head := w.signIn(w.person("quantri@bk.vn", "", people.Admin)), w.signIn(w.person("giamdoc@bk.vn", "", people.Head))
	id := open.Settings.Campaign
	path := "/api/campaigns/" + id + "/"
	for _, b := range []*browser{admin, head} {
		b.header.Set("X-Form-Token", b.token())
	}
	admin.json("POST", "/api/campaigns", map[string]string{"id": id}).want(t, 422, "đã có")
	admin.json("POST", "/api/campaigns", map[string]string{"id": id, "copy": id}).want(t, 201)
	d := draftIn(t, admin)
	text := strings.Replace(d.Text, "\ntitle:", "\n# sửa đổi\ntitle:", 1)
	admin.json("PUT", path+"draft", map[string]string{"digest": d.Digest, "text": text}).want(t, 200)
	d = draftIn(t, admin)
	admin.json("POST", path+"propose", map[string]string{"digest": d.Digest}).want(t, 422, "căn cứ")
	admin.json("PUT", path+"draft", map[string]string{"digest": d.Digest, "text": text, "basis": "Kế hoạch 12/KH-UBND ngày 05/11/2023"}).want(t, 200)
	d = draftIn(t, admin)
	admin.json("POST", path+"propose", map[string]string{"digest": d.Digest}).want(t, 200)
	admin.json("POST", path+"in-force", map[string]string{"digest": d.Digest}).want(t, 403)
	// What is no value, or differs in none, is shown before it is confirmed.
	head.get("/campaigns/"+id+"/draft").want(t, 200, `id="lines"`, "# sửa đổi", `id="text-now"`, `id="text-draft"`)
	admin.get("/rounds/new?campaign="+id+"/so-ket-2023").want(t, 200)
	stale := admin.hidden("/rounds/new")
	head.json("POST", path+"in-force", map[string]string{"digest": d.Digest}).want(t, 204)

	books, err := w.rooms.Books.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, plan, err := books.Pinned(open.Settings.RuleSet)
	if err != nil || plan.Digest() == d.Digest || set.Campaign != id {
		t.Fatalf("the open round's set: %v", err)
	}
	now, err := books.InForce(id, w.clock())
	if err != nil || now.ID != set.ID || now.Digest == set.Digest {
		t.Errorf("the amended plan's set is the old one: %v %v", now.Pin(), err)
	}
	if rd, err := storeLoad[round.Round](w, round.Key("bk-2023")); err != nil || rd.Settings.RuleSet != open.Settings.RuleSet {
		t.Errorf("%v, %v", rd.Settings.RuleSet, err)
	}
	head.get("/campaigns/"+id).want(t, 200, "Bản 1", "12/KH-UBND", "?text=now#text-now")
	head.get("/campaigns/"+id+"?text=now").want(t, 200, `id="text-now"`, "# sửa đổi")
	head.get("/campaigns/"+id+"?version=1").want(t, 200, `id="text-seen"`)
	stale.Set("basis", "x")
	admin.send("/rounds/new", stale).want(t, 422, "đã được sửa đổi sau khi bạn mở trang")

	// A line that was open keeps its plan, by the rules of the day.
	pin, err := books.PinAt(open.Settings.RuleSet, w.clock())
	if _, of, err2 := books.Pinned(pin); err != nil || err2 != nil || of != plan {
		t.Errorf("an open line goes to the amended plan: %v %v", err, err2)
	}
}

func draftIn(t *testing.T, b *browser) (d struct{ Text, Digest string }) {
	t.Helper()
	if err := json.Unmarshal([]byte(b.last.body), &d); err != nil || d.Digest == "" {
		t.Fatal(err, b.last.body)
	}
	return d
}
