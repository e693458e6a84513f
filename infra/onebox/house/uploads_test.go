package house

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/viettext"
)

// readerFiles are the reader's own test files. The path is taken at the start:
// a gateway moves the process to another folder.
var readerFiles = absolute("../../../shared/pdftext/testdata")

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

// cases are files that are not what they claim to be.
func cases(t *testing.T) []pdftest.Case {
	t.Helper()
	all := pdftest.Hostile()
	for name, code := range map[string]string{"password-128": reading.CodePassword, "password-256": reading.CodePassword, "rc4-128": "", "aes-256": ""} {
		data, err := os.ReadFile(filepath.Join(readerFiles, name+".pdf"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pdftest.Case{Name: name, Data: data, Want: code})
	}
	good, err := os.ReadFile(filepath.Join(samples(t), "S01", "to_trinh.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 10; i++ {
		all = append(all, pdftest.Case{Name: fmt.Sprintf("%d tenths", i), Data: good[:len(good)*i/10]})
	}
	return all
}

// TestEveryFileEndsWithOneSentence sends every hostile and damaged file there
// is through the public interface. Each ends at that file with one sentence;
// files before, between and after them are read; nothing lies about afterwards.
func TestEveryFileEndsWithOneSentence(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	all := cases(t)
	good, err := os.ReadFile(filepath.Join(samples(t), "S01", "bao_cao_01.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t)
	refused := 0
	for from := 0; from < len(all); from += 40 {
		if from > 0 {
			p.dossier()
		}
		sent := map[string]pdftest.Case{}
		for i, c := range all[from:min(from+40, len(all))] {
			k := p.ask(c.Name+".pdf", []string{"PUT", "POST"}[i%2], c.Data)
			if len(c.Data) == 0 {
				if k.Status != http.StatusBadRequest && k.Status != http.StatusUnprocessableEntity || !clear(k.Detail) {
					t.Errorf("an empty file is answered %+v", k)
				}
				continue
			}
			if status := k.send(t, c.Data); status >= 300 {
				t.Fatalf("%s: %d", c.Name, status)
			}
			sent[k.Document] = c
		}
		k := p.ask("tốt.pdf", "PUT", good)
		if status := k.send(t, good); status != http.StatusOK {
			t.Fatal(status)
		}
		sent[k.Document] = pdftest.Case{Name: "the good one", Data: good}
		files := p.files()
		if files[k.Document].State != string(dossier.Read) {
			t.Errorf("the good file is %+v", files[k.Document])
		}
		for id, c := range sent {
			s := files[id]
			switch {
			case !s.Settled || !clear(s.Says+"."):
				t.Errorf("%s: %+v", c.Name, s)
			case s.State == string(dossier.Rejected):
				refused++
				if s.Problem == nil || !clear(s.Problem.Sentence) {
					t.Errorf("%s is refused without one clear sentence: %+v", c.Name, s.Problem)
				} else if c.Want != "" && s.Problem.Code != c.Want && s.Problem.Code != "not-pdf" {
					t.Errorf("%s is refused as %s, not %s", c.Name, s.Problem.Code, c.Want)
				}
			case c.Want != "":
				t.Errorf("%s is taken, state %s", c.Name, s.State)
			}
			for _, n := range s.Notes {
				if !clear(n.Sentence) {
					t.Errorf("%s: note %+v", c.Name, n)
				}
			}
		}
	}
	t.Logf("%d files, %d refused", len(all), refused)
	if refused < 40 {
		t.Error("hardly any was refused")
	}
	if err := p.h.ready(context.Background()); err != nil {
		t.Error(err)
	}
	p.verify()
	for _, dir := range []string{temp, filepath.Join(p.dir, "objects", Inbox, ".sgwtmp"), filepath.Join(p.dir, "objects", Archive, ".sgwtmp")} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				t.Errorf("left behind: %s", name)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestNamesOfFilesHarmNobody gives files the worst names and takes the dossier
// to its sealed package: names are shown as they were given, and no path
// anywhere is made of them.
func TestNamesOfFilesHarmNobody(t *testing.T) {
	names := []string{
		"../../../etc/passwd", "a\nb\r\nSubject: x.pdf", strings.Repeat("ế", 85) + ".pdf", strings.Repeat("a", 255), "CON.pdf", ".hidden.pdf", "=cmd|' /C calc'!A0.pdf",
		"Tờ trình.pdf", "To\u031b\u0300 tri\u0300nh.pdf", "<script>alert(1)</script>.pdf", "C:\\temp\\x.pdf", "\u202egnp.pdf", "..", "/",
	}
	p := newProgram(t)
	good := pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line of text")).Bytes()
	want := map[string]string{}
	for i, name := range names {
		data := append(bytes.Clone(good), fmt.Sprintf("%% %d\n", i)...)
		k := p.ask(name, "PUT", data)
		if status := k.send(t, data); status != http.StatusOK {
			t.Fatalf("%q: %d %+v", name, status, k)
		}
		want[k.Document] = name
	}
	for id, s := range p.files() {
		if s.Name != want[id] {
			t.Errorf("%q is shown as %q", want[id], s.Name)
		}
	}
	ctx := context.Background()
	if _, err := p.h.rooms.submission.Submit(ctx, "submit", p.sub, p.id, submission.Submitting{}); err != nil {
		t.Fatal(err)
	}
	if err := p.h.rooms.submission.Withdraw(ctx, "withdraw", p.admin, p.id, "Đơn vị xin rút hồ sơ này."); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sealed", func() bool { return p.h.dossierNow(t, p.id).Sealed })
	pack := p.h.dossierNow(t, p.id).Package
	in, err := s3gateway.Disk{Dir: p.dir}.Open(pack.Bucket, pack.Key, pack.Version)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	raw, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	originals := 0
	taken := map[string]bool{}
	for _, f := range z.File {
		plain := strings.ToLower(viettext.NFC(f.Name))
		last := f.Name[strings.LastIndexByte(f.Name, '/')+1:]
		if !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, "\\:*?\"<>|\n\r\x00") || taken[plain] || len(last) > 200 || strings.HasPrefix(last, ".") {
			t.Errorf("the package holds %q", f.Name)
		}
		taken[plain] = true
		if strings.Contains(f.Name, "/originals/") {
			originals++
		}
	}
	if originals != len(names) {
		t.Errorf("%d originals of %d files", originals, len(names))
	}
	p.verify()
}

// TestAnUploadIsWhatWasAskedForAndCountsOnce sends bytes other than those
// asked for, elsewhere, and again.
func TestAnUploadIsWhatWasAskedForAndCountsOnce(t *testing.T) {
	p := newProgram(t)
	good := pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line of text")).Bytes()
	other := bytes.Clone(good)
	other[len(other)-1] ^= 1
	long := append(bytes.Clone(good), "more"...)
	for _, method := range []string{"PUT", "POST"} {
		k := p.ask("a.pdf", method, good)
		for what, data := range map[string][]byte{"longer": long, "shorter": good[:len(good)-1], "other bytes": other} {
			if status := k.send(t, data); status < 400 || status >= 500 {
				t.Errorf("%s %s: %d", method, what, status)
			}
		}
		astray := k
		u, err := url.Parse(k.Upload.URL)
		if err != nil {
			t.Fatal(err)
		}
		if method == "PUT" {
			u.Path += "x"
			astray.Upload.URL = u.String()
		} else {
			astray.Upload.Fields = map[string]string{}
			for name, v := range k.Upload.Fields {
				astray.Upload.Fields[name] = v
			}
			astray.Upload.Fields["key"] += "x"
		}
		if status := astray.send(t, good); status != http.StatusForbidden {
			t.Errorf("%s to another key: %d", method, status)
		}
		if d := p.document(k.Document); d.State != dossier.Expected {
			t.Fatalf("%s: what was refused made the document %s", method, d.State)
		}
		if status := k.send(t, good); status >= 300 {
			t.Fatalf("%s: %d", method, status)
		}
		p.files()
		first := p.document(k.Document)
		if first.State != dossier.Read || first.SHA256 != hash(string(good)) {
			t.Fatalf("%s: %+v", method, first)
		}
		again := k.send(t, good)
		if method == "PUT" && again != http.StatusPreconditionFailed {
			t.Errorf("PUT again: %d", again)
		}
		p.unchanged(k.Document, first)
		var refusal ticket
		if status := p.call("POST", "/api/dossiers/"+p.id+"/documents/"+k.Document+"/upload", map[string]string{"method": method}, &refusal); status != http.StatusGone || !clear(refusal.Detail) {
			t.Errorf("signing anew what is stored: %d %+v", status, refusal)
		}
	}
	// A form for browsers without script is bound to no hash: who sends it
	// again may send anything. The first counts.
	ctx := context.Background()
	doc, err := p.h.rooms.submission.AddDocument(ctx, "plain", p.sub, p.id, submission.Upload{Name: "b.pdf", Size: 10 << 20})
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.h.Objects.PresignPlain(ctx, objects.PlainUpload{Key: doc.ObjectKey, Max: 10 << 20, Back: "http://portal.test/", Life: submission.UploadLife})
	if err != nil {
		t.Fatal(err)
	}
	plain := ticket{Document: doc.ID}
	plain.Upload.Method, plain.Upload.URL, plain.Upload.Fields = "POST", f.URL, f.Fields
	if status := plain.send(t, good); status >= 400 {
		t.Fatal(status)
	}
	p.files()
	first := p.document(doc.ID)
	if status := plain.send(t, long); status >= 400 {
		t.Logf("a second form is refused: %d", status)
	}
	p.unchanged(doc.ID, first)
	if first.SHA256 != hash(string(good)) || first.Size != int64(len(good)) {
		t.Errorf("the plain upload: %+v", first)
	}
	if _, err := p.h.Sweep(ctx, 0); err != nil {
		t.Error(err)
	}
	p.unchanged(doc.ID, first)
	p.verify()
}

func (p *program) document(id string) dossier.Document {
	p.t.Helper()
	var d dossier.Document
	if _, err := store.Load(context.Background(), p.h.Store, dossier.DocumentKey(p.id, id), &d); err != nil {
		p.t.Fatal(err)
	}
	return d
}

// unchanged gives the product a chance to take note, and looks that it did not.
func (p *program) unchanged(id string, was dossier.Document) {
	p.t.Helper()
	p.quiet()
	if d := p.document(id); d.Version != was.Version || d.SHA256 != was.SHA256 || d.State != was.State || d.StoredAt != was.StoredAt {
		p.t.Errorf("sent again, the document changed from %+v to %+v", was, d)
	}
}
