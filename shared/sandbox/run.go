package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"hoso/shared/fault"
	"hoso/shared/reading"
)

// Limits bound one run. Every field must be set.
type Limits struct {
	Wall   time.Duration // from start to end, enforced by the parent
	CPU    time.Duration // of all threads, in whole seconds
	Memory int64         // bytes of private memory
	Output int64         // bytes of standard output
	Files  int           // open files at once
}

// DefaultLimits are those of one document.
func DefaultLimits() Limits {
	return Limits{Wall: 30 * time.Second, CPU: 20 * time.Second, Memory: 384 << 20, Output: 64 << 20, Files: 16}
}

// Command is one run of a program over an open document.
type Command struct {
	Program Program
	Args    []string // after the program's name
	Input   *os.File // standard input; nothing else is open in the child
	// Beside is a file of our own that the child finds as BesideFD and reads
	// before it shuts itself in; nil for none.
	Beside *os.File
	Limits Limits
}

// BesideFD is where a child finds Command.Beside.
const BesideFD = 3

// maxErrorOutput is how much of the child's standard error is kept, to tell
// how it ended; it is never shown to people.
const maxErrorOutput = 32 << 10

// Failure is how a child ended badly, for logs: its standard error may quote
// the document and stays out of messages.
type Failure struct {
	How    string // "timeout", "memory", "output", "crash", "exit"
	Status string
	Stderr string
}

func (f *Failure) Error() string { return f.How + ": " + f.Status }

// Run runs the command and gives its standard output. Errors are faults:
// Unreadable with a code of package reading when the document made the child
// exceed a limit or crash, Transient when the caller's context ended, Internal
// when the child could not be started or says by its exit status that the
// failure is its own.
func Run(ctx context.Context, c Command) ([]byte, error) {
	const op = "sandbox.run"
	deadline, cancel := context.WithTimeout(ctx, c.Limits.Wall)
	defer cancel()
	// The child dies with the thread that started it, so keep that thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	out := &bounded{limit: c.Limits.Output, cut: cancel}
	errs := &bounded{limit: maxErrorOutput}
	cmd := exec.CommandContext(deadline, c.Program.path, c.Args...)
	cmd.Args[0] = c.Program.name
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.Stdin = c.Input
	if c.Beside != nil {
		cmd.ExtraFiles = []*os.File{c.Beside} // becomes BesideFD
	}
	cmd.Stdout = out
	cmd.Stderr = errs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Transient, op, ctx.Err())
		}
		return nil, fault.Wrap(fault.Internal, op, err)
	}
	err := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // whatever it left behind
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Transient, op, ctx.Err())
	}
	if err == nil && !out.over {
		return out.buf.Bytes(), nil
	}
	return nil, classify(c.Limits, deadline, cmd.ProcessState, out, errs, err)
}

// ExitInternal is the status by which a child says that it failed by itself,
// not by the document.
const ExitInternal = 70

func classify(l Limits, deadline context.Context, st *os.ProcessState, out, errs *bounded, err error) error {
	const op = "sandbox.run"
	f := &Failure{Stderr: errs.buf.String()}
	if st != nil {
		f.Status = st.String()
	}
	code := reading.CodeCrash
	switch {
	case out.over:
		f.How, code = "output", reading.CodeOutput
	case errors.Is(deadline.Err(), context.DeadlineExceeded):
		f.How, code = "timeout", reading.CodeTimeout
	case st == nil:
		return fault.Wrap(fault.Internal, op, err)
	case st.ExitCode() == ExitInternal:
		f.How = "exit"
		return fault.Wrap(fault.Internal, op, f)
	case killed(st) && st.UserTime()+st.SystemTime() >= l.CPU-500*time.Millisecond:
		f.How, code = "timeout", reading.CodeTimeout
	case outOfMemory(f.Stderr) || killed(st):
		f.How, code = "memory", reading.CodeMemory
	default:
		f.How = "crash"
	}
	e := reading.NewProblem(code, 0, "").Fault(op)
	e.Err = f
	return e
}

// killed reports a death by SIGKILL, which this package did not send: the
// kernel's answer to CPU time or memory used up.
func killed(st *os.ProcessState) bool {
	ws, ok := st.Sys().(syscall.WaitStatus)
	return ok && ws.Signaled() && (ws.Signal() == syscall.SIGKILL || ws.Signal() == syscall.SIGXCPU)
}

// outOfMemory recognises the last words of a Go program that got no memory.
func outOfMemory(stderr string) bool {
	for _, w := range []string{"out of memory", "cannot allocate memory", "stack exceeds", "stack overflow", "failed to allocate", "cannot reserve", "failed to reserve", "cannot map pages", "failed to create new OS thread"} {
		if bytes.Contains([]byte(stderr), []byte(w)) {
			return true
		}
	}
	return false
}

// bounded keeps up to limit bytes. Past it, cut ends the child.
type bounded struct {
	buf   bytes.Buffer
	limit int64
	over  bool
	cut   func()
}

func (b *bounded) Write(p []byte) (int, error) {
	room := b.limit - int64(b.buf.Len())
	if int64(len(p)) <= room {
		return b.buf.Write(p)
	}
	if room > 0 {
		b.buf.Write(p[:room])
	}
	if b.cut == nil {
		return len(p), nil // read on, so that the child is not blocked
	}
	if !b.over {
		b.over = true
		b.cut()
	}
	return 0, io.ErrShortWrite
}
