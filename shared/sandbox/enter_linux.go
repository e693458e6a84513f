package sandbox

import (
	"os"
	"runtime/debug"
	"strconv"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

// Report says which walls stand around this process.
type Report struct {
	Limits   bool // resource limits are set
	NoPrivs  bool // no program can gain privileges
	Landlock bool // the kernel's file and network rules are in force
	Seccomp  bool // only the calls a reader needs are answered
}

// Enter shuts the calling process in, for good. Call it before looking at
// anything a stranger wrote. Open files stay usable. Walls the kernel does not
// offer are left out of the report; nothing fails for their lack.
func Enter(l Limits) Report {
	var r Report
	closeInherited()
	debug.SetGCPercent(-1) // a short life: collect only when memory runs short
	debug.SetMemoryLimit(l.Memory * 6 / 10)
	debug.SetMaxStack(int(min(l.Memory/8, 64<<20)))
	r.Limits = setLimits(l)
	r.Landlock = landlock.V6.BestEffort().Restrict() == nil && landlockInForce()
	r.NoPrivs = noNewPrivs()
	r.Seccomp = r.NoPrivs && filter()
	return r
}

// closeInherited closes the files that whoever started the service left open:
// anything but the three standard ones and the runtime's own, which are no
// files of any type.
func closeInherited() {
	dir, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, e := range dir {
		fd, err := strconv.Atoi(e.Name())
		var st unix.Stat_t
		if err != nil || fd < 3 || unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT == 0 {
			continue
		}
		_ = unix.Close(fd)
	}
}

// setLimits sets the limits of this process. Private memory is limited as
// RLIMIT_DATA, which counts what a Go program really takes, where RLIMIT_AS
// would count the address space it only reserves.
func setLimits(l Limits) bool {
	ok := true
	set := func(what int, n uint64) {
		lim := syscall.Rlimit{Cur: n, Max: n}
		ok = syscall.Setrlimit(what, &lim) == nil && ok
	}
	cpu := uint64(max(1, l.CPU.Seconds()))
	set(unix.RLIMIT_DATA, uint64(l.Memory))
	set(unix.RLIMIT_AS, uint64(l.Memory)+8<<30)
	set(unix.RLIMIT_CPU, cpu)
	set(unix.RLIMIT_FSIZE, 0)
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_NOFILE, uint64(l.Files))
	return ok
}

func noNewPrivs() bool {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return false
	}
	n, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	return err == nil && n == 1
}

// landlockInForce asks the kernel whether it knows Landlock at all: best
// effort succeeds also where it does nothing.
func landlockInForce() bool {
	const version = 1
	n, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, version)
	return e == 0 && int(n) >= 1
}
