package mailout

import (
	"bytes"
	"context"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/mail"
)

var noon = time.Date(2023, 12, 1, 5, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func message(t *testing.T, id string) mail.Message {
	t.Helper()
	m, err := mail.Render(id, mail.Notice{
		Template: mail.TaskAppraisal, To: "p1", Dossier: "d1", Link: strings.Repeat("aB3_", 10) + "xyz",
		Data: map[string]string{mail.Number: "0007/2023"}, Due: noon.Add(72 * time.Hour),
	},
		mail.Recipient{Name: "Nông Văn Bình", Email: "binh@so.example"}, "https://hoso.example",
		mail.Sender{Name: "Cổng hồ sơ", Email: "hoso@so.example"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func TestFolderHoldsEachNoticeOnceWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	now := noon
	f := Folder{Dir: dir, Now: func() time.Time { now = now.Add(time.Hour); return now }}
	m := message(t, "dossier/d1/appraisal/1")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := (Folder{Dir: dir, Now: clock}).Send(context.Background(), m); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first, err := os.ReadFile(filepath.Join(dir, FileName(m.ID)))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Send(context.Background(), m); err != nil { // a day later
		t.Fatal(err)
	}
	if err := f.Send(context.Background(), message(t, "dossier/d1/appraisal/2")); err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(filepath.Join(dir, FileName(m.ID)))
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("a repeat changed the mail: %v", err)
	}
	if got := files(t, dir); len(got) != 2 || !strings.HasSuffix(got[0], ".eml") || !strings.HasSuffix(got[1], ".eml") {
		t.Errorf("folder holds %v", got)
	}
	parsed, err := netmail.ReadMessage(bytes.NewReader(first))
	if err != nil || parsed.Header.Get("X-Hoso-Message") != m.ID {
		t.Errorf("mail in the folder: %v", err)
	}
}

func TestFolderMendsATornFile(t *testing.T) {
	dir := t.TempDir()
	m := message(t, "n1")
	name := filepath.Join(dir, FileName(m.ID))
	if err := os.WriteFile(name, []byte("Subject: half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Folder{Dir: dir, Now: clock}).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(name); err != nil || !bytes.Contains(raw, []byte("X-Hoso-Message: n1")) {
		t.Errorf("not mended: %v", err)
	}
}

func TestFolderThatCannotBeWrittenSaysTryLater(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "outbox")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := (Folder{Dir: blocked, Now: clock}).Send(context.Background(), message(t, "n1"))
	if !fault.Is(err, fault.Transient) || mail.Refused(err) {
		t.Errorf("error is %v", err)
	}
}

func TestFileNamesAreSafeAndDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"a/b", "a.b", "../../etc/passwd", "a\\b", "", strings.Repeat("x", 300) + "1", strings.Repeat("x", 300) + "2", "Đ", ".", ".."} {
		n := FileName(id)
		if n != filepath.Base(n) || len(n) > 200 {
			t.Errorf("%q gives %q", id, n)
		}
		if old, ok := seen[n]; ok {
			t.Errorf("%q and %q share %q", old, id, n)
		}
		seen[n] = id
	}
}
