package pictures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"

	"hoso/shared/fault"
	"hoso/shared/sandbox"
)

// GuardArg is the first argument by which this product's binary knows that it
// is to become a guarded program: its main calls Guard with what follows.
const GuardArg = "picture-guard"

// Guarded runs programs behind walls: this binary is started anew, shuts
// itself in, and becomes the program.
type Guarded struct {
	Self string // absolute path of this binary
}

// programDirs is where poppler is looked for.
func programDirs() []string { return []string{"/usr/bin", "/usr/local/bin"} }

// Find gives the absolute path of an installed program, or fault.NotFound.
func Find(program string) (string, error) {
	for _, dir := range programDirs() {
		path := filepath.Join(dir, program)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", &fault.Error{Kind: fault.NotFound, Op: "pictures.find", Code: CodeNotInstalled, Err: fmt.Errorf("%s is not in %v", program, programDirs())}
}

// Run runs the program. See Child for its errors.
func (g Guarded) Run(ctx context.Context, program string, args []string, input *os.File, l Limits) ([]byte, error) {
	path, err := Find(program)
	if err != nil {
		return nil, err
	}
	argv := append([]string{GuardArg, strconv.FormatInt(l.Memory, 10), strconv.Itoa(int(l.CPU / time.Second)), path}, args...)
	out, err := sandbox.Run(ctx, sandbox.Command{
		Program: sandbox.FromFile(g.Self), Args: argv, Input: input,
		Limits: sandbox.Limits{Wall: l.Wall, CPU: l.CPU, Memory: l.Memory, Output: l.Output, Files: 64},
	})
	if fault.Is(err, fault.Internal) {
		return nil, fault.Wrap(fault.Transient, "pictures.guarded", err)
	}
	return out, err
}

// Guard shuts this process in and becomes the program named by argv (memory
// in bytes, processor seconds, absolute path, arguments). It returns only if
// it fails; the caller then ends with sandbox.ExitInternal.
//
// Behind the walls the program may read system folders and its open files; it
// writes no file, opens no connection, and gains no privilege. Walls that the
// kernel lacks are left out, as in package sandbox.
func Guard(argv []string) error {
	if len(argv) < 3 {
		return errors.New("guard: memory, seconds and program are needed")
	}
	memory, e1 := strconv.ParseUint(argv[0], 10, 62)
	seconds, e2 := strconv.ParseUint(argv[1], 10, 31)
	if e1 != nil || e2 != nil || memory == 0 || seconds == 0 || !filepath.IsAbs(argv[2]) {
		return fmt.Errorf("guard: limits %q %q or program %q", argv[0], argv[1], argv[2])
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("guard: no new privileges: %w", err)
	}
	readable := landlock.RODirs("/usr", "/lib", "/lib64", "/etc/fonts", "/var/cache/fontconfig", "/proc/self").IgnoreIfMissing()
	loader := landlock.ROFiles("/etc/ld.so.cache", "/dev/null").IgnoreIfMissing()
	input := landlock.ROFiles("/dev/stdin").IgnoreIfMissing()
	if err := landlock.V6.BestEffort().Restrict(readable, loader, input); err != nil {
		// No rule can name a file that lies in memory only, and none is needed.
		if err := landlock.V6.BestEffort().Restrict(readable, loader); err != nil {
			return fmt.Errorf("guard: landlock: %w", err)
		}
	}
	noSockets() // best effort, like Landlock
	for _, l := range []struct {
		what int
		n    uint64
	}{{unix.RLIMIT_CPU, seconds}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_CORE, 0}, {unix.RLIMIT_NOFILE, 64}, {unix.RLIMIT_AS, memory}} {
		// The address space comes last: this process has already reserved more
		// than the program will be allowed.
		if err := syscall.Setrlimit(l.what, &syscall.Rlimit{Cur: l.n, Max: l.n}); err != nil {
			return fmt.Errorf("guard: limit %d: %w", l.what, err)
		}
	}
	err := syscall.Exec(argv[2], argv[2:], []string{"LC_ALL=C.UTF-8", "PATH=/usr/bin", "OMP_THREAD_LIMIT=1"})
	return fmt.Errorf("guard: %s: %w", argv[2], err)
}

// noSockets makes every attempt to open a socket fail, on this thread, which
// is the one that becomes the program.
func noSockets() bool {
	const offNr = 0 // struct seccomp_data
	p := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offNr},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_SOCKET, Jt: 0, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	f := unix.SockFprog{Len: uint16(len(p)), Filter: &p[0]}
	_, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&f)))
	runtime.KeepAlive(p)
	return e == 0
}
