package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// unitTown is a town with an open round and two units that nominate.
func unitTown(t *testing.T) (w *town, mine, other *browser, me people.Person) {
	t.Helper()
	w = newTown(t)
	w.openRound("bk-2023")
	unit := w.unit("Sở Y tế")
	me = w.person("mai@yte.vn", unit, people.Submitter)
	other = w.signIn(w.person("lan@nn.vn", w.unit("Sở Nông nghiệp"), people.Submitter))
	return w, w.signIn(me), other, me
}

// draft opens a dossier by the pages and gives its id.
func (b *browser) draft() string {
	b.town.Helper()
	b.get("/dossiers/new").want(b.town.T, 200, "Sơ kết 2023")
	b.post("/dossiers/new").want(b.town.T, 303)
	m := regexp.MustCompile(`^/dossiers/([0-9a-f]+)/files$`).FindStringSubmatch(b.last.header.Get("Location"))
	if m == nil {
		b.town.Fatal("led to " + b.last.header.Get("Location"))
	}
	return m[1]
}

type uploadAnswer struct {
	Document string `json:"document"`
	Upload   struct {
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Fields  map[string]string `json:"fields"`
		Headers map[string]string `json:"headers"`
	} `json:"upload"`
}

var samplePDF = []byte("%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n")

// upload sends bytes the way the page's script does and waits for the news.
func (b *browser) send2S3(id, name string, slot dossier.Slot, body []byte) string {
	b.town.Helper()
	sum := sha256.Sum256(body)
	b.header.Set("X-Form-Token", b.token())
	a := b.json("POST", "/api/dossiers/"+id+"/documents", map[string]any{"name": name, "size": len(body), "sha256": hex.EncodeToString(sum[:]), "slot": slot})
	b.header.Del("X-Form-Token")
	a.want(b.town.T, 201)
	var up uploadAnswer
	if err := json.Unmarshal([]byte(a.body), &up); err != nil {
		b.town.Fatal(err)
	}
	postForm(b.town.T, up.Upload.URL, up.Upload.Fields, name, body)
	return up.Document
}

func postForm(t *testing.T, address string, fields map[string]string, name string, body []byte) *http.Response {
	t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(address, m.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode >= 400 {
		t.Fatalf("the object store answers %d", res.StatusCode)
	}
	return res
}

// arrived waits until the store's news has reached the document.
func (w *town) arrived(id, doc string) {
	w.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		d, err := storeLoad[dossier.Document](w, dossier.DocumentKey(id, doc))
		if err != nil {
			w.Fatal(err)
		}
		if d.State != dossier.Expected {
			return
		}
	}
	w.Fatal("no news of the stored object")
}

func letter() reading.Reading {
	two := 1
	return reading.Reading{Tool: reading.Tool, Pages: []reading.Page{{N: 1, Quality: reading.Text, Text: "TỜ TRÌNH"}}, Documents: []reading.Document{{
		Kind: reading.Letter, Pages: [2]int{1, 1}, Number: "109/TTr-SYT", IssuedOn: "2023-11-02", Issuer: "Sở Y tế", StatedIndividuals: &two, Unsure: []string{"ngay_ban_hanh"},
		Evidence: map[string]reading.Evidence{"ngay_ban_hanh": {Page: 1, BBox: reading.Box{300, 80, 420, 95}, Quote: "ngày 2 tháng 11 năm 2023", Confidence: 0.5, Source: reading.FromText}},
		Nominees: []reading.Nominee{{Name: "Lò Thị Mai", Kind: reading.Individual, Position: "Bác sĩ"}},
	}}}
}

func TestUnitOpensUploadsChecksSubmitsAndGetsItsReceipt(t *testing.T) {
	w, b, _, me := unitTown(t)
	b.get("/tasks").want(t, 200, `id="nothing"`)
	id := b.draft()
	b.follow().want(t, 200, `id="no-files"`, `id="drop"`, `<noscript>`)
	doc := b.send2S3(id, `tờ trình "1".pdf`, dossier.Letter, samplePDF)
	w.arrived(id, doc)
	b.get("/dossiers/"+id+"/files").want(t, 200, `data-document="`+doc+`" data-state="stored"`, "tờ trình &#34;1&#34;.pdf")
	b.get("/dossiers/"+id+"/documents/"+doc).want(t, 200, `role="status"`)
	w.read(id, doc, letter())
	b.get("/dossiers/"+id+"/check").want(t, 200, `id="doubtful"`, `data-severity="block"`, "Lò Thị Mai")

	page := b.get("/dossiers/" + id + "/documents/" + doc)
	page.want(t, 200, `data-doubtful data-page="1" data-box="300.0,80.0,420.0,95.0"`, `value="02/11/2023"`, "ngày 2 tháng 11 năm 2023")
	b.post("/dossiers/"+id+"/documents/"+doc, "v.0.-1.ngay_ban_hanh", "99/99/2023").want(t, 422, `value="99/99/2023"`)
	b.get("/dossiers/" + id + "/documents/" + doc)
	b.post("/dossiers/"+id+"/documents/"+doc, "v.0.-1.ngay_ban_hanh", "02/11/2023", "ok.v.0.-1.ngay_ban_hanh", "1", "v.0.1.ten", "Hoàng A", "v.0.0.ten", "Lò Thị Mai").want(t, 303)
	b.follow().want(t, 200, "đã sửa", "Hoàng A")
	if strings.Contains(b.last.body, "data-doubtful ") {
		t.Error("what a person confirmed is still asked")
	}
	b.post("/dossiers/"+id+"/documents/"+doc, "v.0.1.removed", "1").want(t, 303)
	b.follow().want(t, 200)
	if strings.Contains(b.last.body, "Hoàng A") {
		t.Error("a nominee taken off is still listed")
	}
	b.get("/tasks").want(t, 200, `data-task="`+id+`"`)

	b.get("/dossiers/"+id+"/submit").want(t, 200, `id="blocking"`, `id="do-submit"`)
	m := regexp.MustCompile(`name="(contest\.[^"]*)"`).FindStringSubmatch(b.last.body)
	if m == nil {
		t.Fatal("no finding can be contested")
	}
	b.post("/dossiers/"+id+"/submit", m[1], "ngắn").want(t, 422, `href="#`+m[1]+`"`)
	b.get("/dossiers/" + id + "/submit")
	form := b.hidden("/dossiers/" + id + "/submit")
	form.Set(m[1], "Biên bản đã gửi kèm công văn trước")
	b.send("/dossiers/"+id+"/submit", form).want(t, 303)
	receipt := b.last.header.Get("Location")
	b.send("/dossiers/"+id+"/submit", form).want(t, 303)
	if b.last.header.Get("Location") != receipt {
		t.Error("the form sent twice gave two receipts")
	}
	b.get(receipt).want(t, 200, `id="receipt-number"`, `id="receipt-code"`, me.Name, dossierHash(w, id, doc))
	b.get("/dossiers/"+id).want(t, 200, `data-state="validating"`, `data-event="dossier.submitted"`)
	b.get("/dossiers/"+id+"/submit").want(t, 200, `id="closed"`)
	b.get("/dossiers?f_state=validating").want(t, 200, "HS-")
}

func dossierHash(w *town, id, doc string) string {
	d, err := storeLoad[dossier.Document](w, dossier.DocumentKey(id, doc))
	if err != nil {
		w.Fatal(err)
	}
	return d.SHA256
}

// TestOthersDossierIsLikeNone asks for every dossier route as another unit:
// what belongs to somebody and what does not exist look the same.
func TestOthersDossierIsLikeNone(t *testing.T) {
	w, b, other, _ := unitTown(t)
	id := b.draft()
	doc := b.send2S3(id, "a.pdf", dossier.Letter, samplePDF)
	w.arrived(id, doc)
	clean := regexp.MustCompile(`value="[^"]*"|<code>[^<]*</code>|"requestId":"[^"]*"|[0-9a-f]{32}`)
	other.header.Set("X-Form-Token", other.token())
	mine := 0
	for _, r := range w.handler.Routes() {
		if !strings.Contains(r.Pattern, "/dossiers/{id}") {
			continue
		}
		ask := func(x *browser, dossierID, docID string) *answer {
			path := strings.NewReplacer("{id}", dossierID, "{document}", docID, "{revision}", "1").Replace(r.Pattern)
			if !r.Unsafe() {
				return x.get(path)
			}
			if r.Kind == "api" {
				return x.json("POST", path, "{}")
			}
			return x.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader("_token="+x.token()))
		}
		foreign := ask(other, id, doc)
		none := ask(other, strings.Repeat("0", 32), strings.Repeat("0", 32))
		if foreign.status != 404 || none.status != 404 || clean.ReplaceAllString(foreign.body, "") != clean.ReplaceAllString(none.body, "") {
			t.Errorf("%s: another unit's gives %d, none gives %d", r.Name(), foreign.status, none.status)
		}
		if !r.Unsafe() && !strings.Contains(r.Pattern, "revision") && !strings.Contains(r.Pattern, "compare") && !strings.HasSuffix(r.Pattern, "/pdf") && !strings.HasSuffix(r.Pattern, "/place") && !strings.HasSuffix(r.Pattern, "/next") {
			mine++
			if a := ask(b, id, doc); a.status != 200 {
				t.Errorf("%s: its own unit gets %d", r.Name(), a.status)
			}
		}
	}
	if mine < 8 {
		t.Errorf("only %d routes were asked for by the owner", mine)
	}
}

func TestUploadWithoutScript(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	b.get("/dossiers/" + id + "/files")
	b.post("/dossiers/"+id+"/files", "name", "Biên bản họp", "slot", "bien_ban", "size", "10").want(t, 303)
	sending := b.follow()
	sending.want(t, 200, `id="plain-send"`)
	b.get(sending.path).want(t, 200, `id="plain-send"`) // loading the page anew asks for nothing again
	if n := strings.Count(b.last.body, "data-document="); n != 1 {
		t.Errorf("%d places were opened", n)
	}
	if csp := b.last.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' "+objectsURL) {
		t.Errorf("policy lets no form go to the object store: %s", csp)
	}
	m := regexp.MustCompile(`(?s)<form method="post" action="(http[^"]*)" enctype="multipart/form-data">(.*?)</form>`).FindStringSubmatch(b.last.body)
	if m == nil {
		t.Fatal("no signed form")
	}
	fields := map[string]string{}
	for _, h := range hiddenPattern.FindAllStringSubmatch(m[2], -1) {
		fields[h[1]] = strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&amp;", "&", "&#39;", "'").Replace(h[2])
	}
	res := postForm(t, m[1], fields, "x.pdf", samplePDF)
	if loc := res.Header.Get("Location"); res.StatusCode != 303 || !strings.HasPrefix(loc, testURL+"/dossiers/"+id+"/files") {
		t.Errorf("the store answers %d, Location %q", res.StatusCode, loc)
	}
	docs := b.get("/dossiers/" + id + "/files?key=x")
	docs.want(t, 200, `id="came"`, "Biên bản họp")
	doc := regexp.MustCompile(`data-document="([0-9a-f]+)"`).FindStringSubmatch(docs.body)[1]
	w.arrived(id, doc)
	if after := b.get(sending.path); after.status != 303 {
		t.Errorf("the form for a file that came is shown again: %d", after.status)
	}
}

func TestReturnedDossierSaysWhyAndComparesWithTheRevisionBefore(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	doc := b.send2S3(id, "to-trinh.pdf", dossier.Letter, samplePDF)
	w.arrived(id, doc)
	w.read(id, doc, letter())
	b.get("/dossiers/" + id + "/submit")
	b.post("/dossiers/"+id+"/submit").want(t, 303)
	// What `validate` does on blocking findings, as far as the pages see it.
	ctx := context.Background()
	var d dossier.Dossier
	rev, err := store.Load(ctx, w.store, dossier.Key(id), &d)
	if err != nil {
		t.Fatal(err)
	}
	d.Move(dossier.Returned, w.clock())
	d.Holder, d.Due, d.Return = "unit", w.clock().Add(5*24*time.Hour), &dossier.Return{Revision: 1, By: "validate", Due: w.clock().Add(5 * 24 * time.Hour)}
	if _, err := w.store.Commit(ctx, store.Commit{Key: w.key(), Request: "x", At: w.clock(), Writes: []store.Write{dossier.Put(d, rev)}}); err != nil {
		t.Fatal(err)
	}
	b.get("/tasks").want(t, 200, "bị trả lại", `data-task="`+id+`"`)
	b.get("/dossiers/"+id).want(t, 200, `data-state="returned"`, `id="return-reason"`, `id="to-compare"`)
	second := b.send2S3(id, "bien-ban.pdf", dossier.Minutes, append([]byte{}, append(samplePDF, '\n')...))
	w.arrived(id, second)
	b.get("/dossiers/"+id+"/compare").want(t, 200, `data-change="added"`, `data-change="same"`)
	w.pass(6 * 24 * time.Hour)
	b = w.signIn(me(w))
	b.get("/dossiers/"+id+"/submit").want(t, 200, `id="closed"`)
}

func me(w *town) people.Person {
	p, err := w.access.ByEmail(context.Background(), "mai@yte.vn")
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func TestWithdrawAsksOnceWithAReason(t *testing.T) {
	_, b, _, _ := unitTown(t)
	id := b.draft()
	b.get("/dossiers/"+id+"/withdraw").want(t, 200, `id="do-withdraw"`)
	b.post("/dossiers/"+id+"/withdraw", "reason", "x").want(t, 422, `id="errors"`)
	b.get("/dossiers/" + id + "/withdraw")
	b.post("/dossiers/"+id+"/withdraw", "reason", "Đơn vị không tham gia nữa").want(t, 303)
	b.follow().want(t, 200, `data-state="withdrawn"`, "Đơn vị không tham gia nữa")
}

func TestClerkEntersAPaperDossier(t *testing.T) {
	w, _, _, _ := unitTown(t)
	unit := w.unit("Xã Vân Tùng")
	b := w.signIn(w.person("vanthu@bk.vn", "", people.Clerk))
	b.get("/dossiers/new").want(t, 200, "Xã Vân Tùng")
	b.post("/dossiers/new").want(t, 422)
	b.get("/dossiers/new")
	b.post("/dossiers/new", "unit", unit, "paper", "125/VP").want(t, 303)
	b.follow().want(t, 200, "125/VP")
	b.get("/dossiers").want(t, 200, "125/VP", "Xã Vân Tùng")
}

func TestProgramDoesTheSameByToken(t *testing.T) {
	w, b, _, p := unitTown(t)
	token, err := w.access.MintToken(context.Background(), w.key(), people.Actor{Person: p}, "hoso submit", 0)
	if err != nil {
		t.Fatal(err)
	}
	prog := w.browser()
	prog.header.Set("Authorization", "Bearer "+token)
	prog.get("/api/me").want(t, 200, `"method":"token"`)
	prog.get("/api/rounds").want(t, 200, `"id":"bk-2023"`)
	prog.header.Set("Idempotency-Key", "one")
	prog.json("POST", "/api/dossiers", map[string]string{"round": "bk-2023"}).want(t, 201)
	first := prog.last.body
	prog.json("POST", "/api/dossiers", map[string]string{"round": "bk-2023"}).want(t, 201)
	if prog.last.body != first {
		t.Error("the same Idempotency-Key opened two dossiers")
	}
	prog.json("POST", "/api/dossiers", map[string]string{"round": "bk-2023", "state": "awarded"}).want(t, 422, `"bad-json"`)
	prog.header.Del("Idempotency-Key")
	var d struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(first), &d); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(samplePDF)
	ask := map[string]any{"name": "to-trinh.pdf", "size": len(samplePDF), "sha256": hex.EncodeToString(sum[:]), "method": "PUT"}
	a := prog.json("POST", "/api/dossiers/"+d.ID+"/documents", ask)
	a.want(t, 201, `"method":"PUT"`)
	var up uploadAnswer
	if err := json.Unmarshal([]byte(a.body), &up); err != nil {
		t.Fatal(err)
	}
	prog.json("POST", "/api/dossiers/"+d.ID+"/documents/"+up.Document+"/upload", map[string]string{"method": "PUT"}).want(t, 200)
	r, err := http.NewRequest(http.MethodPut, up.Upload.URL, bytes.NewReader(samplePDF))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range up.Upload.Headers {
		r.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("PUT: %d", res.StatusCode)
	}
	w.arrived(d.ID, up.Document)
	prog.json("POST", "/api/dossiers/"+d.ID+"/documents/"+up.Document+"/upload", map[string]string{}).want(t, 410, `"already-stored"`)
	prog.get("/api/dossiers/"+d.ID+"/findings").want(t, 200, `"ready":false`)
	w.read(d.ID, up.Document, letter())
	prog.get("/api/dossiers/"+d.ID+"/findings").want(t, 200, `"ready":true`, `"severity":"block"`)
	prog.get("/api/dossiers/"+d.ID+"/documents/"+up.Document).want(t, 200, `"so_ky_hieu":"109/TTr-SYT"`)
	prog.json("POST", "/api/dossiers/"+d.ID+"/documents/"+up.Document+"/corrections",
		map[string]any{"corrections": []any{map[string]any{"document": 0, "nominee": -1, "field": "ngay_ban_hanh", "value": "2023-11-03", "by": "x"}}}).want(t, 422)
	prog.json("POST", "/api/dossiers/"+d.ID+"/documents/"+up.Document+"/corrections",
		map[string]any{"corrections": []any{map[string]any{"document": 0, "nominee": -1, "field": "ngay_ban_hanh", "value": "2023-11-03"}}}).want(t, 204)
	prog.json("POST", "/api/dossiers/"+d.ID+"/submit", map[string]any{}).want(t, 201, `"number":"HS-`)
	prog.get("/api/dossiers/"+d.ID+"/receipts/1").want(t, 200, `"code":"`)
	prog.get("/tasks").want(t, 401)
	prog.header.Set("Authorization", "Bearer "+token+"x")
	prog.get("/api/me").want(t, 401)
	prog.header.Del("Authorization")
	prog.json("POST", "/api/dossiers", map[string]string{"round": "bk-2023"}).want(t, 401)
	b.json("POST", "/api/dossiers", map[string]string{"round": "bk-2023"}).want(t, 403, `"form-token"`)
}

func TestDraftAndSubmissionAreJudgedAlike(t *testing.T) {
	w, b, _, _ := unitTown(t)
	id := b.draft()
	doc := b.send2S3(id, "to-trinh.pdf", dossier.Letter, samplePDF)
	w.arrived(id, doc)
	w.read(id, doc, letter())
	before := b.get("/api/dossiers/" + id + "/findings").body
	b.get("/dossiers/" + id + "/check")
	if after := b.get("/api/dossiers/" + id + "/findings").body; after != before {
		t.Error("looking at the check page changed the findings")
	}
	codes := regexp.MustCompile(`"code":"([^"]*)"`).FindAllStringSubmatch(before, -1)
	for _, c := range codes {
		b.get("/dossiers/"+id+"/check").want(t, 200, `data-code="`+c[1]+`"`)
	}
	if len(codes) == 0 {
		t.Error("a dossier of one letter has no findings")
	}
}
