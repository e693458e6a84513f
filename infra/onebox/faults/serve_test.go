package faults

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// operator is the first operator's address.
const operator = "vanhanh@so.backan.example"

// service is the product on a data folder, always at the same addresses: it
// may be killed and started again.
type service struct {
	t      *testing.T
	data   string    // its data folder, as the product names it
	seen   string    // and as this process reaches it
	room   *room     // the small disk it lives on; nil: the ordinary one
	secret string    // the first operator's
	inside [2]string // addresses the product listens on: portal, object store
	public [2]string // addresses people are told; the inside ones if there is nothing between
	temp   string    // its folder for temporary files

	mu     sync.Mutex
	cmd    *exec.Cmd
	log    *os.File
	kills  int
	slow   time.Duration // the slowest start
	failed error
}

// newService makes a data folder with an operator. Nothing is served yet.
func newService(t *testing.T, r *room) *service {
	t.Helper()
	dir := t.TempDir()
	s := &service{t: t, data: filepath.Join(dir, "data"), room: r, temp: filepath.Join(dir, "tmp"), inside: [2]string{freeAddress(t), freeAddress(t)}}
	if r != nil {
		s.data = filepath.Join(r.dir, "data")
	}
	s.seen = r.path(s.data)
	s.public = s.inside
	if err := os.Mkdir(s.temp, 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := s.command("invite", "--demo", "--data", s.data, "--name", "Người vận hành", "--email", operator).Output()
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	s.secret = strings.TrimSpace(string(out))
	if s.log, err = os.Create(filepath.Join(dir, "serve.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			b, err := os.ReadFile(s.log.Name())
			t.Logf("the product said (%v):\n%s", err, tail(b, 4000))
		}
		s.log.Close()
	})
	return s
}

// command is the product with arguments, where its data is.
func (s *service) command(args ...string) *exec.Cmd {
	cmd := exec.Command(product, args...)
	if s.room != nil {
		cmd = s.room.inside(product, args...)
	}
	cmd.Env = append(os.Environ(), "TMPDIR="+s.temp)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

func tail(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// freeAddress is an address nobody listens on at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *service) portal() string { return "http://" + s.public[0] }

// start serves and returns when the product says that it is ready.
func (s *service) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.startLocked()
}

func (s *service) startLocked() error {
	cmd := s.command("serve", "--demo", "--data", s.data, "--listen", s.inside[0], "--listen-s3", s.inside[1],
		"--public-url", "http://"+s.public[0], "--s3-public-url", "http://"+s.public[1])
	cmd.Stderr = s.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n') // "" if it ended
		ready <- line
		_, _ = io.Copy(io.Discard, out) // nothing else is read of it
	}()
	select {
	case line := <-ready:
		if !strings.HasPrefix(line, "ready http://"+s.public[0]+" ") {
			err = fmt.Errorf("serve said %q, not ready", line)
		}
	case <-time.After(time.Minute):
		err = fmt.Errorf("serve was not ready within a minute")
	}
	if err != nil {
		_ = cmd.Process.Kill()
		return fmt.Errorf("%w (%v)", err, cmd.Wait())
	}
	s.cmd, s.slow = cmd, max(s.slow, time.Since(began))
	return nil
}

// kill ends the process at once, as a power cut would end it but for the disk.
func (s *service) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killLocked()
}

func (s *service) killLocked() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed
	s.cmd = nil
	s.kills++
}

// again kills the process and starts the next one.
func (s *service) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil || s.failed != nil {
		return
	}
	s.killLocked()
	// On a disk without room it may refuse to start; whoever watches over it
	// tries again.
	err := s.startLocked()
	for end := time.Now().Add(30 * time.Second); err != nil && s.room != nil && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
		err = s.startLocked()
	}
	if err != nil {
		s.failed = fmt.Errorf("after kill %d: %w", s.kills, err)
	}
}

// stop ends the process as an operator would.
func (s *service) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return s.failed
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := s.cmd.Wait()
	s.cmd = nil
	return err
}

// lastWords is what the product last said on standard error.
func (s *service) lastWords() string {
	b, err := os.ReadFile(s.log.Name())
	if err != nil {
		s.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}

// hoso runs another command of the product and gives what it said and its status.
func (s *service) hoso(args ...string) (said string, status int) {
	cmd := s.command(args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return err.Error(), -1
	}
	return out.String(), cmd.ProcessState.ExitCode()
}
