package faults

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"hoso/infra/onebox/player"
)

// room is a small disk of its own that nobody but its processes sees.
type room struct {
	t    *testing.T
	dir  string
	hold *exec.Cmd
}

// needRoom is newRoom, or the end of the test where nobody may mount a disk.
func needRoom(t *testing.T, megabytes int) *room {
	t.Helper()
	r, err := newRoom(t, megabytes)
	if err == nil {
		return r
	}
	if os.Getenv("HOSO_COMPLETE") == "1" {
		t.Fatalf("no small disk: %v", err)
	}
	t.Skipf("no small disk can be mounted here, a full one was not tried: %v", err)
	return nil
}

// newRoom mounts a disk of so many megabytes.
func newRoom(t *testing.T, megabytes int) (*room, error) {
	t.Helper()
	r := &room{t: t, dir: t.TempDir()}
	r.hold = exec.Command("/bin/sh", "-c", `mount -t tmpfs -o "size=$1m" none "$0" && echo mounted && exec cat`, r.dir, fmt.Sprint(megabytes))
	r.hold.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	in, err := r.hold.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.hold.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.hold.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		in.Close()
		_ = r.hold.Wait() // it ends with its input
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "mounted\n" {
		return nil, fmt.Errorf("mount said %q: %w", line, err)
	}
	return r, syscall.Setxattr(r.path(r.dir), "user.probe", []byte("1"), 0)
}

// path is where this process finds a path of the room.
func (r *room) path(name string) string {
	if r == nil {
		return name
	}
	return fmt.Sprintf("/proc/%d/root%s", r.hold.Process.Pid, name)
}

// inside is a command that runs in the room.
func (r *room) inside(name string, args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--target", fmt.Sprint(r.hold.Process.Pid), "--user", "--preserve-credentials", "--mount", "--", name}, args...)...)
}

func (r *room) ballast() string { return r.path(filepath.Join(r.dir, "ballast")) }

// fill leaves no room at all.
func (r *room) fill() {
	r.t.Helper()
	f, err := os.OpenFile(r.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		for {
			if _, err = f.Write(make([]byte, size)); err != nil {
				break
			}
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		r.t.Fatal(err)
	}
}

// free makes room again.
func (r *room) free() {
	r.t.Helper()
	if err := os.Remove(r.ballast()); err != nil {
		r.t.Fatal(err)
	}
}

// flood fills the disk n times, for a while each time, until over is closed.
// It gives how often it did.
func (r *room) flood(n int, over <-chan struct{}) <-chan int {
	ended := make(chan int, 1)
	go func() {
		done := 0
		for ; done < n; done++ {
			select {
			case <-over:
				n = 0
			case <-time.After(900 * time.Millisecond):
				r.fill()
				time.Sleep(300 * time.Millisecond)
				r.free()
			}
		}
		ended <- done
	}()
	return ended
}

// copyOut copies a folder of the room to where every process can read it.
func (r *room) copyOut(from string) string {
	r.t.Helper()
	to := filepath.Join(r.t.TempDir(), "copy")
	if out, err := r.inside("cp", "-a", from, to).CombinedOutput(); err != nil {
		r.t.Fatalf("%v\n%s", err, out)
	}
	return to
}

// TestAFullDiskIsSaidAndGotOver: on a disk without room an act is refused with
// a sentence, pages are shown as before, and what was refused is taken once
// there is room. A start without room says so too.
func TestAFullDiskIsSaidAndGotOver(t *testing.T) {
	r := needRoom(t, 48)
	s := newService(t, r)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	b, err := player.NewBrowser(s.portal())
	if err == nil {
		err = b.Open(ctx, "/invitation/local")
	}
	if err == nil {
		err = b.Submit(ctx, b.Page.Form("/invitation/local").Set("secret", s.secret))
	}
	if err != nil {
		t.Fatal(err)
	}
	r.fill()
	// A few acts may still find room in what the files hold already.
	var form *player.Form
	status, page, n := 0, "", 0
	for ; status != http.StatusServiceUnavailable && n < 2000; n++ {
		if err := b.Open(ctx, "/units/new"); err != nil {
			t.Fatal(err)
		}
		form = b.Page.Form("/units/new").Set("name", fmt.Sprint("Đơn vị số ", n))
		if status, page = once(t, b, s.portal()+"/units/new", form); status != http.StatusSeeOther && status != http.StatusServiceUnavailable {
			t.Fatalf("act %d on a full disk: %d %s", n, status, page)
		}
	}
	if !strings.Contains(page, "Ổ đĩa của máy chủ đã đầy") {
		t.Errorf("act %d on a full disk: %d %s", n, status, page)
	}
	if err := b.Open(ctx, "/units"); err != nil || b.Page.Has(fmt.Sprint("Đơn vị số ", n-1)) || n > 1 && !b.Page.Has(fmt.Sprint("Đơn vị số ", n-2)) {
		t.Errorf("after act %d on a full disk: %v %s", n, err, b.Page.Main())
	}
	s.kill()
	if err := s.start(); err == nil {
		t.Log("it starts on a full disk")
	} else if said := s.lastWords(); !strings.Contains(said, "Ổ đĩa") && !strings.Contains(said, "chỗ trống") || strings.Contains(said, "goroutine") {
		t.Errorf("a start on a full disk says %q (%v)", said, err)
	}
	r.free()
	s.kill()
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Submit(ctx, form); err != nil {
			t.Errorf("with room again: %v", err)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.seen = r.copyOut(s.data)
	if made := read(t, s.seen).events["unit.added"]; made != n {
		t.Errorf("%d units were made by %d acts", made, n)
	}
}

// once sends a form one time, whatever is answered.
func once(t *testing.T, b *player.Browser, address string, f *player.Form) (status int, page string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(f.Values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range b.Cookies() {
		r.AddCookie(c)
	}
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(raw)
}

// TestAFolderThatIsNotItsOwnIsRefused: data of a version to come, and data
// that another process serves, are left alone, with a sentence.
func TestAFolderThatIsNotItsOwnIsRefused(t *testing.T) {
	s := newService(t, nil)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	refused := func(word string, args ...string) {
		t.Helper()
		said, status := s.hoso(args...)
		if status <= 0 || !strings.Contains(said, word) || strings.Count(strings.TrimSpace(said), "\n") > 0 {
			t.Errorf("%s: status %d, %q", strings.Join(args, " "), status, said)
		}
	}
	serve := []string{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}
	refused("đang được một tiến trình khác sử dụng", serve...)
	refused("đang được một tiến trình khác sử dụng", "person", "--data", s.data, "--name", "A B", "--email", "a@b.vn", "--role", "auditor")
	refused("đang được một tiến trình khác sử dụng", "redrive", "--data", s.data)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(s.data, "hoso.db")
	db, err := sql.Open("sqlite", name)
	if err == nil {
		_, err = db.Exec(`PRAGMA user_version = 9999`)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before := digest(t, name)
	for _, args := range [][]string{serve, {"verify", "--data", s.data}, {"rebuild", "--data", s.data}, {"unit", "--data", s.data, "--name", "Sở Y tế"}} {
		refused("phiên bản phần mềm mới hơn", args...)
	}
	if digest(t, name) != before {
		t.Error("the data of a newer version was touched")
	}
}

func digest(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
