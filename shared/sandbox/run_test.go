package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/sandbox"
)

func run(t *testing.T, ctx context.Context, deed string, change func(*sandbox.Limits)) ([]byte, error) {
	t.Helper()
	l := sandbox.DefaultLimits()
	l.CPU, l.Memory = 5*time.Second, 160<<20
	if change != nil {
		change(&l)
	}
	arg, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, err := sandbox.Spool([]byte("what the document holds"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	return sandbox.Run(ctx, sandbox.Command{
		Program: sandbox.FromFile(exe), Args: []string{"child", deed, string(arg)}, Input: in, Limits: l,
	})
}

func TestChildReadsItsInputAndAnswers(t *testing.T) {
	got, err := run(t, context.Background(), "echo", nil)
	if err != nil || string(got) != "what the document holds" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestBadEndingsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		deed, code string
		change     func(*sandbox.Limits)
	}{
		{"spin", reading.CodeTimeout, func(l *sandbox.Limits) { l.CPU = time.Second }},
		{"sleep", reading.CodeTimeout, func(l *sandbox.Limits) { l.Wall = 300 * time.Millisecond }},
		{"flood", reading.CodeOutput, func(l *sandbox.Limits) { l.Output = 1 << 20 }},
		{"hoard", reading.CodeMemory, nil},
		{"recurse", reading.CodeMemory, nil},
		{"panic", reading.CodeCrash, nil},
	} {
		t.Run(c.deed, func(t *testing.T) {
			_, err := run(t, context.Background(), c.deed, c.change)
			if !fault.Is(err, fault.Unreadable) || fault.CodeOf(err) != c.code || fault.Public(err) == "" {
				t.Errorf("got %v, code %q; want %s", err, fault.CodeOf(err), c.code)
				if f := (*sandbox.Failure)(nil); errors.As(err, &f) {
					t.Log(f.Stderr)
				}
			}
		})
	}
}

func TestChildsOwnFailureIsNotTheDocuments(t *testing.T) {
	if _, err := run(t, context.Background(), "own", nil); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v", err)
	}
}

func TestCancelledCallerIsTransient(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := run(t, ctx, "sleep", nil); !fault.Is(err, fault.Transient) {
		t.Errorf("got %v", err)
	}
}

func TestChildHasOnlyItsThreeFiles(t *testing.T) {
	t.Setenv("SECRET_TOKEN", "x")
	got, err := run(t, context.Background(), "fds", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range strings.Fields(string(got)) {
		if fd != "0" && fd != "1" && fd != "2" && !runtimeFD(fd) {
			t.Errorf("descriptor %s is open in the child (all: %s)", fd, got)
		}
	}
}

// runtimeFD allows the few descriptors the Go runtime itself opens for polling.
func runtimeFD(fd string) bool { return fd == "3" || fd == "4" || fd == "5" }

// TestWallsThatTheKernelOffersHold fails where a wall is said to stand and
// something got through it. What this kernel does not offer is logged, not
// claimed.
func TestWallsThatTheKernelOffersHold(t *testing.T) {
	var report sandbox.Report
	got, err := run(t, context.Background(), "report", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &report); err != nil {
		t.Fatal(err)
	}
	t.Logf("in force: %+v", report)
	if !report.Limits || !report.NoPrivs {
		t.Errorf("limits and no_new_privs are in every kernel: %+v", report)
	}
	if got, err = run(t, context.Background(), "attempts", nil); err != nil {
		t.Fatal(err)
	}
	var attempts []sandbox.Attempt
	if err := json.Unmarshal(got, &attempts); err != nil {
		t.Fatal(err)
	}
	for _, a := range attempts {
		if !a.Held && (report.Seccomp || a.Name == "đọc biến môi trường") {
			t.Errorf("not stopped: %s", a.Name)
		} else {
			t.Logf("%s: stopped=%v", a.Name, a.Held)
		}
	}
}
