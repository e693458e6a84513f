package sandbox

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Attempt is one thing a process inside the walls tried, and whether it was
// stopped.
type Attempt struct {
	Name string `json:"name"` // Vietnamese, for the operator
	Held bool   `json:"held"`
}

// Attempts tries, from inside, what a document that took over its reader
// would try. Call it after Enter; it changes nothing where a wall is missing.
func Attempts() []Attempt {
	try := func(name string, err error) Attempt {
		return Attempt{name, errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES)}
	}
	return []Attempt{
		try("mở tệp khác trên máy", openFile("/etc/hostname", unix.O_RDONLY)),
		try("ghi tệp", openFile("/tmp", unix.O_TMPFILE|unix.O_RDWR)),
		try("nối mạng TCP", socket(unix.AF_INET, unix.SOCK_STREAM)),
		try("gửi gói UDP", socket(unix.AF_INET, unix.SOCK_DGRAM)),
		try("nối ổ cắm cục bộ", socket(unix.AF_UNIX, unix.SOCK_STREAM)),
		try("chạy chương trình khác", unix.Exec("/hoso-no-such-program", nil, nil)),
		try("tạo tiến trình con", fork()),
		try("gửi tín hiệu cho tiến trình cha", unix.Kill(os.Getppid(), 0)),
		try("tạo vùng nhớ thực thi", executableMemory()),
		{"đọc biến môi trường", len(os.Environ()) == 0},
	}
}

func openFile(path string, flags int) error {
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0o600)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

func socket(domain, kind int) error {
	fd, err := unix.Socket(domain, kind|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

// fork tries to make a process without running anything in it: the child of a
// successful call ends at once by the signal it is to send, which is none.
func fork() error {
	const invalid = 0x1ff // no such exit signal: the kernel refuses after the filter let it pass
	_, _, e := unix.RawSyscall6(unix.SYS_CLONE, unix.CLONE_SIGHAND|invalid, 0, 0, 0, 0, 0)
	if e == 0 {
		return nil
	}
	return e
}

func executableMemory() error {
	m, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err == nil {
		_ = syscall.Munmap(m)
	}
	return err
}
