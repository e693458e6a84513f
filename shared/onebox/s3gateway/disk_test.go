package s3gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func TestFullDiskRefusesCleanlyAndGoesOnWhenThereIsRoom(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatalf("a small disk cannot be mounted: %v", err)
		}
		t.Skipf("a small disk cannot be mounted (%v): a full one is not tried", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	g := start(t, config(filepath.Join(dir, "data")))
	w := writer(t.Context(), g, io.Discard)
	key := func(i int) string { return fmt.Sprintf("incoming/u/d%d/k", i) }
	data := bytes.Repeat([]byte("0123456789abcdef"), 64<<10) // 1 MiB
	var kept []promise
	refused := 0
	for i := range 12 {
		p, err := w.put("inbox", key(i), data)
		if err == nil {
			kept = append(kept, p)
			continue
		}
		refused++
		if code := status(err); code != 507 {
			t.Errorf("upload %d: %d, %v", i, code, err)
		}
		if list, err := w.store.LatestVersions(t.Context(), "inbox", key(i)); err != nil || len(list) != 0 {
			t.Errorf("upload %d left %d versions, %v", i, len(list), err)
		}
	}
	if len(kept) == 0 || refused == 0 {
		t.Fatalf("%d kept, %d refused", len(kept), refused)
	}
	if _, err := w.put("inbox", kept[0].Key, data); status(err) != 507 { // the copy of the version has no room
		t.Errorf("overwrite: %v", err)
	}
	for _, p := range kept {
		if got, err := readSum(t.Context(), w.store, p.Ref); err != nil || got != p.SHA256 {
			t.Errorf("%+v reads as %s, %v", p, got, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "data", "*", "*", ".sgwtmp", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := w.store.Remove(t.Context(), kept[1].Ref); err != nil {
		t.Fatal(err)
	}
	if _, err := w.put("inbox", key(99), data[:900<<10]); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if g.Failed() != nil {
		t.Errorf("a full disk is no failure: %v", g.Failed())
	}
}

// TestDiskErrors lets the kernel report errors to a gateway in another process.
func TestDiskErrors(t *testing.T) {
	needStrace(t)
	for _, c := range []struct {
		name  string
		fault string // of strace, for calls of the gateway
		on    string // only on this folder below the data folder; "": any
		code  int
		stops bool // no write is accepted afterwards
	}{
		{"fsync fails", "fsync:error=EIO", "", 503, true},
		{"fsync of the new folder's name fails", "fsync:error=EIO", "objects/inbox/incoming/u", 503, true},
		{"no room at fsync of the file", "fsync:error=ENOSPC:when=1", "", 507, false},
		{"no room for an attribute", "fsetxattr:error=ENOSPC", "", 507, false},
		{"no room for a folder", "mkdirat:error=ENOSPC", "", 507, false},
		{"no room for the name", "renameat:error=ENOSPC", "", 500, false},
		{"disk refuses an attribute", "fsetxattr:error=EIO", "", 500, false},
		{"disk refuses the name", "renameat:error=EIO", "", 500, false},
		{"disk turned read-only", "openat,renameat,mkdirat:error=EROFS", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := serveElsewhere(t)
			w := writer(t.Context(), g, io.Discard)
			before, err := w.put("inbox", "incoming/u/d/before", content("disk", 0))
			if err != nil {
				t.Fatal(err)
			}
			detach := g.attach(t, c.fault, c.on)
			key := "incoming/u/new-folder/k"
			_, err = w.put("inbox", key, content("disk", 1))
			if code := status(err); err == nil || (c.code != 0 && code != c.code) {
				t.Errorf("answered %d, want %d: %v", code, c.code, err)
			}
			detach()
			if got, err := readSum(t.Context(), w.store, before.Ref); err != nil || got != before.SHA256 {
				t.Errorf("what was there reads as %s, %v", got, err)
			}
			_, err = w.put("inbox", "incoming/u/d/after", content("disk", 2))
			if c.stops && status(err) != 503 {
				t.Errorf("a write after the error: %v", err)
			}
			if !c.stops && err != nil {
				t.Errorf("a write after the error: %v", err)
			}
			if list, err := w.store.LatestVersions(t.Context(), "inbox", key); !c.stops && (err != nil || len(list) != 0) {
				t.Errorf("%d versions of what was refused, %v", len(list), err)
			}
			if says := g.end(t); (says != "<nil>") != c.stops {
				t.Errorf("at the end the gateway says %q", says)
			}
		})
	}
}

// The library gives up for good when it once cannot accept a connection; the
// gateway starts it again.
func TestWantOfFileDescriptorsPassesAndUploadsGoOn(t *testing.T) {
	needStrace(t)
	g := serveElsewhere(t)
	w := writer(t.Context(), g, io.Discard)
	before, err := w.put("inbox", "incoming/u/d/before", content("files", 0))
	if err != nil {
		t.Fatal(err)
	}
	// Eight connections to the gateway share one inside while used in turn; at
	// once they need more, and those cannot be accepted.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	clients := make([]*objectWriter, 8)
	for i := range clients {
		clients[i] = writer(ctx, g, io.Discard)
		if _, err := clients[i].put("inbox", fmt.Sprintf("incoming/u/d/in-turn%d", i), content("files", i)); err != nil {
			t.Fatal(err)
		}
	}
	detach := g.attach(t, "accept4:error=EMFILE", "")
	failed := make([]error, len(clients))
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			_, failed[i] = clients[i].put("inbox", fmt.Sprintf("incoming/u/d/at-once%d", i), content("files", i))
		})
	}
	wg.Wait()
	detach()
	if errors.Join(failed...) == nil {
		t.Error("nothing failed: the want of descriptors was not felt")
	}
	for range 200 {
		if _, err = w.put("inbox", "incoming/u/d/after", content("files", 9)); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond) // another process is starting its server
	}
	if err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if got, err := readSum(t.Context(), w.store, before.Ref); err != nil || got != before.SHA256 {
		t.Errorf("what was there reads as %s, %v", got, err)
	}
	if says := g.end(t); says != "<nil>" {
		t.Errorf("at the end the gateway says %q", says)
	}
}

func status(err error) int {
	var resp *smithyhttp.ResponseError
	if !errors.As(err, &resp) {
		return 0
	}
	return resp.HTTPStatusCode()
}

// elsewhere is a gateway in a process of its own.
type elsewhere struct {
	url string
	dir string
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Reader
}

func (g *elsewhere) URL() string { return g.url }

func serveElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=serve", dirEnv+"="+dir)
	cmd.Dir = "/"
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // ended already, unless the test failed
		_ = cmd.Wait()
	})
	g := &elsewhere{dir: dir, cmd: cmd, in: in, out: bufio.NewReader(out)}
	g.url = g.line(t)
	return g
}

func (g *elsewhere) line(t *testing.T) string {
	t.Helper()
	s, err := g.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(s)
}

// attach makes calls of the gateway fail until the function it gives is called.
func (g *elsewhere) attach(t *testing.T, fault, on string) (detach func()) {
	t.Helper()
	calls, _, _ := strings.Cut(fault, ":")
	args := []string{"-f", "-o", os.DevNull, "-e", "trace=" + calls, "-e", "inject=" + fault, "-p", fmt.Sprint(g.cmd.Process.Pid)}
	if on != "" {
		args = append(args, "-P", filepath.Join(g.dir, on))
	}
	cmd := exec.Command("strace", args...)
	says, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(says)
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, "attached") {
		t.Fatalf("strace says %q, %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // so that it never waits for a reader
	return func() {
		_ = cmd.Process.Signal(syscall.SIGINT) // detaches
		_ = cmd.Wait()                         // ends by that signal
	}
}

// end stops the gateway and gives what it said of its state.
func (g *elsewhere) end(t *testing.T) string {
	t.Helper()
	if err := g.in.Close(); err != nil {
		t.Fatal(err)
	}
	says := g.line(t)
	if err := g.cmd.Wait(); err != nil {
		t.Error(err)
	}
	return says
}
