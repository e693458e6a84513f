package pictures

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hoso/shared/fault"
	"hoso/shared/sandbox"
)

// TestMain lets the test binary become a guarded program, as the product's does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == GuardArg {
		err := Guard(os.Args[2:])
		_, _ = os.Stderr.WriteString(err.Error())
		os.Exit(sandbox.ExitInternal)
	}
	os.Exit(m.Run())
}

func guarded(t *testing.T) Guarded {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Guarded{Self: self}
}

func open(t *testing.T, raw []byte) *os.File {
	t.Helper()
	f, err := source(t, "a", raw).Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func roomy() Limits {
	return Limits{Memory: 1 << 30, CPU: 10 * time.Second, Wall: 20 * time.Second, Output: 8 << 20}
}

func TestGuardedProgramDraws(t *testing.T) {
	needsPoppler(t)
	p, err := New(guarded(t), shelf{t.TempDir()}).Page(context.Background(), source(t, "a", document(595, 842, 2)), 2, DPI)
	if err != nil || p.Width != 910 || p.Height != 1287 {
		t.Errorf("%d x %d, %v", p.Width, p.Height, err)
	}
}

func TestGuardedProgramCanReadWriteAndReachNothingElse(t *testing.T) {
	if _, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1); e != 0 {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal("this kernel has no Landlock")
		}
		t.Skip("this kernel has no Landlock: the walls round poppler were not tried")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	g := guarded(t)
	dir := t.TempDir()
	secret := dir + "/secret"
	if err := os.WriteFile(secret, []byte("bí mật"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := g.Run(context.Background(), "cat", []string{"/proc/self/limits"}, open(t, nil), roomy()); err != nil || !strings.Contains(string(out), "Max address space         1073741824") {
		t.Errorf("a harmless program does not run: %v\n%s", err, out)
	}
	for name, c := range map[string][]string{
		"reads a file":                 {"cat", secret},
		"reads passwords":              {"cat", "/etc/passwd"},
		"lists a folder":               {"ls", dir},
		"writes a file":                {"sh", "-c", "echo x > " + dir + "/written"},
		"opens a connection":           {"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port},
		"opens a datagram socket":      {"bash", "-c", "echo x > /dev/udp/127.0.0.1/9"},
		"asks for more memory than it": {"bash", "-c", "printf -v x '%*s' 1500000000 ''"},
	} {
		if out, err := g.Run(context.Background(), c[0], c[1:], open(t, nil), roomy()); !fault.Is(err, fault.Unreadable) {
			t.Errorf("%s: %v, %q", name, err, out)
		}
	}
	if _, err := os.Stat(dir + "/written"); err == nil {
		t.Error("a file was written")
	}
}

func TestGuardedProgramReadsAFileThatLiesInMemory(t *testing.T) {
	in, err := sandbox.Spool([]byte("trong bộ nhớ"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if out, err := guarded(t).Run(context.Background(), "cat", nil, in, roomy()); err != nil || string(out) != "trong bộ nhớ" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestGuardedProgramIsEndedAtItsLimits(t *testing.T) {
	g := guarded(t)
	short := roomy()
	short.Wall = 300 * time.Millisecond
	if _, err := g.Run(context.Background(), "sleep", []string{"30"}, open(t, nil), short); !fault.Is(err, fault.Unreadable) {
		t.Errorf("wall time: %v", err)
	}
	little := roomy()
	little.Output = 1000
	if _, err := g.Run(context.Background(), "yes", nil, open(t, nil), little); !fault.Is(err, fault.Unreadable) {
		t.Errorf("output: %v", err)
	}
	if _, err := g.Run(context.Background(), "no-such-program", nil, open(t, nil), roomy()); !fault.Is(err, fault.NotFound) {
		t.Errorf("missing program: %v", err)
	}
	if _, err := (Guarded{Self: "/nowhere"}).Run(context.Background(), "cat", nil, open(t, nil), roomy()); !fault.Is(err, fault.Transient) {
		t.Errorf("missing guard: %v", err)
	}
}
