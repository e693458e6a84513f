package player

import (
	"context"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPlayerKnowsNothingOfTheProductsInside(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if p := strings.Trim(i.Path.Value, `"`); (p == "hoso" || strings.HasPrefix(p, "hoso/")) && !strings.HasPrefix(p, "hoso/infra/onebox/player/") {
				t.Errorf("%s imports %s", path, p)
			}
		}
		return nil
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files, %v", files, err)
	}
}

const formPage = `<!doctype html><title>x</title><h1>Biểu mẫu</h1>
<form id="search" action="/tim"><input name="q" value="cũ"><select name="nam"><option value="2022">2022<option value="2023" selected>2023</select></form>
<form id="decide" method="post" action="/decide">
<input type="hidden" name="form" value="abc"><input type="radio" name="n1" value="approve"><input type="radio" name="n1" value="refuse">
<input type="checkbox" name="noted" value="f1"><input type="checkbox" name="noted" value="f2" checked>
<textarea name="reason">
giữ nguyên</textarea><input name="off" disabled value="x">
<button name="do" value="save">Lưu</button><button name="do" value="send">Quyết định</button></form>
<input form="decide" name="late" value="1">
<form id="file" method="post" enctype="multipart/form-data"><input type="file" name="pdf"><input name="number" value=""></form>
<a href="/ho-so/1">Hồ sơ 0007</a><script>var hidden = "bí mật"</script>`

func site(t *testing.T) (*httptest.Server, *Browser) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "s", Value: "1", Path: "/"})
		fmt.Fprint(w, formPage)
	})
	echo := func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
			http.Error(w, err.Error(), 400)
			return
		}
		c, err := r.Cookie("s")
		if err != nil {
			c = &http.Cookie{}
		}
		fmt.Fprintf(w, "<h1>%s</h1><p>%s %s origin=%s cookie=%s</p>", r.Method, strings.ReplaceAll(r.Form.Encode(), "&", "&amp;"), r.URL.RawQuery, r.Header.Get("Origin"), c.Value)
		if r.MultipartForm != nil {
			for name, f := range r.MultipartForm.File {
				fmt.Fprintf(w, "<p>%s=%s:%d</p>", name, f[0].Filename, f[0].Size)
			}
		}
	}
	mux.HandleFunc("POST /decide", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("do") == "send" && r.FormValue("n1") == "" {
			w.WriteHeader(422)
			fmt.Fprint(w, `<h1>Có lỗi</h1><div role="alert">Chưa chọn quyết định</div>`)
			return
		}
		echo(w, r)
	})
	mux.HandleFunc("POST /", echo)
	mux.HandleFunc("GET /tim", echo)
	mux.HandleFunc("GET /ho-so/1", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/tim?q=sau", http.StatusSeeOther) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	b, err := NewBrowser(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Open(context.Background(), "/"); err != nil {
		t.Fatal(err)
	}
	return s, b
}

func TestFormIsSentAsABrowserWould(t *testing.T) {
	s, b := site(t)
	ctx := context.Background()
	if b.Page.Has("bí mật") || !b.Page.Has("Biểu mẫu", "Hồ sơ 0007") {
		t.Errorf("text %q", b.Page.Text())
	}
	start := b.Page
	if err := b.Submit(ctx, start.Form("decide").Set("n1", "approve").Set("noted", "f1", "f2").Set("do", "send")); err != nil {
		t.Fatal(err)
	}
	want := "do=send&form=abc&late=1&n1=approve&noted=f1&noted=f2&reason=gi%E1%BB%AF+nguy%C3%AAn origin=" + s.URL + " cookie=1"
	if !b.Page.Has(want) {
		t.Errorf("sent %s\nwant %s", b.Page.Text(), want)
	}
	b.Page = start
	if err := b.Submit(ctx, start.Form("search").Set("q", "Lý Thị")); err != nil || !b.Page.Has("nam=2023&q=L%C3%BD+Th%E1%BB%8B") {
		t.Errorf("%v, %s", err, b.Page.Text())
	}
	b.Page = start
	if err := b.Submit(ctx, start.Form("file").Set("number", "12").Attach("pdf", File{"a.pdf", []byte("12345")})); err != nil || !b.Page.Has("number=12", "pdf=a.pdf:5") {
		t.Errorf("%v, %s", err, b.Page.Text())
	}
	if err := b.Open(ctx, start.Link("Hồ sơ 0007")); err != nil || b.Page.URL.RequestURI() != "/tim?q=sau" {
		t.Errorf("%v at %s", err, b.Page.URL)
	}
}

func TestWhatAPersonCouldNotDoIsAnError(t *testing.T) {
	_, b := site(t)
	ctx := context.Background()
	start := b.Page
	for name, f := range map[string]func() *Form{
		"no such form":   func() *Form { return start.Form("nothing") },
		"no such field":  func() *Form { return start.Form("decide").Set("score", "9") },
		"no such choice": func() *Form { return start.Form("decide").Set("n1", "maybe") },
		"disabled field": func() *Form { return start.Form("decide").Set("off", "y") },
	} {
		if err := b.Submit(ctx, f()); err == nil {
			t.Errorf("%s was possible", name)
		}
	}
	err := b.Submit(ctx, start.Form("decide").Set("do", "send"))
	if err == nil || !strings.Contains(err.Error(), "422 Chưa chọn quyết định") {
		t.Errorf("the page's complaint is lost: %v", err)
	}
	if l := start.Link("Không có"); l != "" {
		t.Errorf("a link that is not there leads to %s", l)
	}
}

func TestMailsAreReadOnceByWhomTheyAreFor(t *testing.T) {
	ctx := context.Background()
	r := &Reader{Box: FolderBox{Dir: "testdata"}}
	m, err := r.Next(ctx, "thẩm định", For("BINH@so.example", "task-appraisal"))
	if err != nil || m.Link() != "https://hoso.backan.example/v/AbCd_efGh-ijKl0123456789mnopQRSTUVwxyz01234" || m.Dossier != "d1" || m.ID != "d1/appraisal/1" {
		t.Errorf("%+v, %v", m, err)
	}
	if !strings.Contains(m.Subject, "Mời thẩm định hồ sơ 0007/2023") {
		t.Errorf("subject %q", m.Subject)
	}
	if c, err := r.Next(ctx, "mã", For("binh@so.example", "sign-in-code")); err != nil || c.Code() != "48210077" || c.Link() != "" {
		t.Errorf("%+v, %v", c, err)
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := r.Next(short, "thẩm định", For("binh@so.example", "task-appraisal")); err == nil {
		t.Error("the same mail was read twice")
	}
	if _, err := r.Next(short, "mã", For("other@so.example", "sign-in-code")); err == nil {
		t.Error("somebody else's mail was read")
	}
}

func TestMailboxBehindAnAddressGivesTheSameMails(t *testing.T) {
	var raw []string
	for _, name := range []string{"testdata/task.eml", "testdata/code.eml"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, string(b))
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(raw); err != nil {
			t.Error(err)
		}
	}))
	defer s.Close()
	there, err := HTTPBox{URL: s.URL}.Mails(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	here, err := FolderBox{Dir: "testdata"}.Mails(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(there, func(a, b Mail) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(here, func(a, b Mail) int { return strings.Compare(a.ID, b.ID) })
	if len(here) != 2 || !slices.Equal(here, there) {
		t.Errorf("folder: %+v\naddress: %+v", here, there)
	}
}

func TestUploadGoesAsTheTicketSays(t *testing.T) {
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.Header.Get("X-Amz-Checksum-Sha256"))
		if r.Method == http.MethodPost {
			if err := r.ParseMultipartForm(1 << 20); err != nil {
				t.Error(err)
			}
			got = append(got, r.FormValue("key")+" "+r.MultipartForm.File["file"][0].Filename)
		}
		if r.URL.Path == "/denied" {
			http.Error(w, "SignatureDoesNotMatch", http.StatusForbidden)
		}
	}))
	defer s.Close()
	f := File{"a.pdf", []byte("%PDF")}
	ctx := context.Background()
	if err := (Ticket{URL: s.URL, Method: "PUT", Headers: map[string]string{"x-amz-checksum-sha256": "abc="}}).Send(ctx, f); err != nil {
		t.Fatal(err)
	}
	if err := (Ticket{URL: s.URL, Method: "POST", Fields: map[string]string{"key": "incoming/1"}}).Send(ctx, f); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, ", ") != "PUT abc=, POST , incoming/1 a.pdf" {
		t.Errorf("got %v", got)
	}
	if err := (Ticket{URL: s.URL + "/denied", Method: "PUT"}).Send(ctx, f); err == nil || !strings.Contains(err.Error(), "SignatureDoesNotMatch") {
		t.Errorf("error %v", err)
	}
}
