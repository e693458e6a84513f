package s3gateway_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/oklog/ulid/v2"

	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
)

func TestRestartKeepsObjectsAndTidiesWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	run := func(act func(w *objectWriter)) {
		t.Helper()
		g, err := s3gateway.Start(t.Context(), config(dir))
		if err != nil {
			t.Fatal(err)
		}
		act(writer(t.Context(), g, io.Discard))
		if err := g.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var kept []promise
	var open string
	run(func(w *objectWriter) {
		for i := range 3 {
			p, err := w.put("inbox", "incoming/u/d/k", content("kept", i))
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, p)
		}
		up, err := w.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String("inbox"), Key: aws.String("incoming/u/d/parts")})
		if err != nil {
			t.Fatal(err)
		}
		open = aws.ToString(up.UploadId)
	})
	left := filepath.Join(dir, "objects", "inbox", ".sgwtmp", "left-by-a-crash")
	if err := os.WriteFile(left, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	uploads, err := filepath.Glob(filepath.Join(dir, "objects", "inbox", ".sgwtmp", "multipart", "*", open))
	if err != nil || len(uploads) != 1 {
		t.Fatalf("%v, %v", uploads, err)
	}
	completing := uploads[0] + ".etag.inprogress"
	if err := os.Mkdir(completing, 0o700); err != nil {
		t.Fatal(err)
	}
	run(func(w *objectWriter) {
		for _, p := range kept {
			if got, err := readSum(t.Context(), w.store, p.Ref); err != nil || got != p.SHA256 {
				t.Errorf("%+v reads as %s, %v", p, got, err)
			}
		}
	})
	for _, name := range []string{left, completing} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if _, err := os.Stat(uploads[0]); err != nil {
		t.Errorf("an upload of today: %v", err)
	}
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(uploads[0], old, old); err != nil {
		t.Fatal(err)
	}
	run(func(*objectWriter) {})
	if _, err := os.Stat(uploads[0]); err == nil {
		t.Error("an upload of yesterday is still there")
	}
}

func TestBucketThatLostItsAttributes(t *testing.T) {
	dir := t.TempDir()
	inbox := filepath.Join(dir, "objects", "inbox")
	if err := os.MkdirAll(inbox, 0o700); err != nil { // a creation cut short
		t.Fatal(err)
	}
	g, err := s3gateway.Start(t.Context(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	w := writer(t.Context(), g, io.Discard)
	if _, err := w.put("inbox", "incoming/u/d/k", content("lost", 0)); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Removexattr(inbox, "user.acl"); err != nil { // a copy that did not keep attributes
		t.Fatal(err)
	}
	if g, err := s3gateway.Start(t.Context(), config(dir)); err == nil || !strings.Contains(err.Error(), "lost its extended attributes") {
		t.Errorf("start: %v, %v", g, err)
	}
}

func TestDamageOnTheDiskIsSeenOnReading(t *testing.T) {
	dir := t.TempDir()
	g := start(t, config(dir))
	w := writer(t.Context(), g, io.Discard)
	id, err := w.store.PutDigest(t.Context(), content("fact", 1))
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.put("inbox", "incoming/u/d/k", content("document", 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{objects.DigestKey(id), p.Key} {
		name := filepath.Join(dir, "objects", "inbox", key)
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	swapped := sum(content("fact", 2))
	if _, err := w.put("inbox", objects.DigestKey(swapped), content("fact", 3)); err != nil { // whole, but not that fact
		t.Fatal(err)
	}
	if _, err := w.store.GetDigest(t.Context(), swapped); fault.CodeOf(err) != objects.CodeTampered {
		t.Errorf("another fact under the key: %v", err)
	}
	if _, err := w.store.GetDigest(t.Context(), id); fault.CodeOf(err) != objects.CodeTampered {
		t.Errorf("fact: %v", err)
	}
	if _, err := readSum(t.Context(), w.store, p.Ref); err == nil {
		t.Error("document reads without an error")
	}
	if err := os.Remove(filepath.Join(dir, "objects", "inbox", p.Key)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Head(t.Context(), p.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed by hand: %v", err)
	}
}

func TestFolderOfAnotherProcessIsRefused(t *testing.T) {
	other := serveElsewhere(t)
	if g, err := s3gateway.Start(t.Context(), config(other.dir)); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("while another process serves it: %v, %v", g, err)
	}
	other.end(t)
	start(t, config(other.dir))
}

func TestReplacedVersionKeepsItsTime(t *testing.T) {
	dir := t.TempDir()
	g := start(t, config(dir))
	w := writer(t.Context(), g, io.Discard)
	p, err := w.put("inbox", "incoming/u/d/k", content("time", 0))
	if err != nil {
		t.Fatal(err)
	}
	id, err := ulid.Parse(p.Version)
	if err != nil {
		t.Fatal(err)
	}
	current := filepath.Join(dir, "objects", "inbox", p.Key)
	replaced := filepath.Join(dir, "versions", "inbox", "*", "*", "*", "*", p.Version)
	for _, pattern := range []string{current, replaced} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) != 1 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		fi, err := os.Stat(names[0])
		if err != nil || !fi.ModTime().Equal(id.Timestamp()) {
			t.Errorf("%s is of %v, its version of %v: %v", names[0], fi.ModTime(), id.Timestamp(), err)
		}
		if _, err := w.put("inbox", p.Key, content("time", 1)); err != nil {
			t.Fatal(err)
		}
	}
}
