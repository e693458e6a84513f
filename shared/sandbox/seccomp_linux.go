package sandbox

import (
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Offsets in the data a filter sees (struct seccomp_data).
const (
	offNr   = 0
	offArch = 4
	offArgs = 16 // 8 bytes each, low half first on the machines we run on
)

// filter installs a filter on every thread that answers EPERM to every call
// but those listed for this machine: no file can be opened, no connection
// made, no process started.
func filter() bool {
	prog := program(auditArch, uint32(os.Getpid()))
	fprog := unix.SockFprog{Len: uint16(len(prog)), Filter: &prog[0]}
	_, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(prog)
	return e == 0
}

func program(arch, pid uint32) []unix.SockFilter {
	load := func(off uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: off}
	}
	jump := func(op uint16, k uint32, yes, no uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | op | unix.BPF_K, Jt: yes, Jf: no, K: k}
	}
	ret := func(action uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
	}
	deny := ret(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM))
	allow := ret(unix.SECCOMP_RET_ALLOW)
	p := []unix.SockFilter{
		load(offArch),
		jump(unix.BPF_JEQ, arch, 1, 0),
		ret(unix.SECCOMP_RET_KILL_PROCESS),
		load(offNr),
	}
	for _, nr := range allowed() {
		p = append(p, jump(unix.BPF_JEQ, nr, 0, 1), allow)
	}
	// clone only for threads; clone3 does not exist, so that callers fall back.
	p = append(p,
		jump(unix.BPF_JEQ, unix.SYS_CLONE, 0, 4),
		load(offArgs),
		jump(unix.BPF_JSET, unix.CLONE_THREAD, 0, 1),
		allow,
		deny,
		jump(unix.BPF_JEQ, unix.SYS_CLONE3, 0, 1),
		ret(unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)),
	)
	// mmap and mprotect without executable memory.
	for _, nr := range []uint32{unix.SYS_MMAP, unix.SYS_MPROTECT} {
		p = append(p,
			jump(unix.BPF_JEQ, nr, 0, 4),
			load(offArgs+2*8),
			jump(unix.BPF_JSET, unix.PROT_EXEC, 0, 1),
			deny,
			allow,
		)
	}
	// Signals only to this process: the runtime interrupts its own threads.
	for _, nr := range []uint32{unix.SYS_TGKILL, unix.SYS_KILL} {
		p = append(p,
			jump(unix.BPF_JEQ, nr, 0, 4),
			load(offArgs),
			jump(unix.BPF_JEQ, pid, 0, 1),
			allow,
			deny,
		)
	}
	return append(p, deny)
}

// allowed lists the calls that are harmless whatever their arguments: memory,
// threads, time, and files that are already open.
func allowed() []uint32 {
	return append([]uint32{
		unix.SYS_READ, unix.SYS_WRITE, unix.SYS_PREAD64, unix.SYS_WRITEV, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_LSEEK,
		unix.SYS_MUNMAP, unix.SYS_BRK, unix.SYS_MADVISE, unix.SYS_MINCORE, unix.SYS_MREMAP,
		unix.SYS_FUTEX, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP,
		unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETRANDOM,
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_RESTART_SYSCALL,
		unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
		unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_SETITIMER,
		unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_FCNTL,
	}, ownCalls()...)
}
