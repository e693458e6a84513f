package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"

	"hoso/shared/fault"
)

// Program is an executable to run: a file, or bytes held in memory.
type Program struct {
	name string
	path string
	file *os.File // keeps the memory of FromBytes
}

// FromFile names an executable file by its absolute path.
func FromFile(path string) Program { return Program{name: "hoso-reader", path: path} }

// FromBytes puts an executable into anonymous memory, sealed against change,
// once a process. It fails with Internal where the kernel does not allow to
// run such memory; a file serves then.
func FromBytes(name string, exe []byte) (Program, error) {
	const op = "sandbox.program"
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_EXEC)
	if err != nil { // kernels before 6.3 do not know MFD_EXEC
		fd, err = unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return Program{}, fault.Wrap(fault.Internal, op, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(exe); err != nil {
		f.Close()
		return Program{}, fault.Wrap(fault.Internal, op, err)
	}
	if _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_WRITE|unix.F_SEAL_SEAL); err != nil {
		f.Close()
		return Program{}, fault.Wrap(fault.Internal, op, err)
	}
	return Program{name: name, path: "/proc/self/fd/" + strconv.Itoa(fd), file: f}, nil
}

// Close frees the memory of a program made from bytes.
func (p Program) Close() error {
	if p.file == nil {
		return nil
	}
	defer runtime.KeepAlive(p.file)
	return p.file.Close()
}

// Spool gives an open file that holds what r holds, without a name anywhere:
// bytes that are not in a file yet become one a child can be given. Closing
// it frees it.
func Spool(data []byte) (*os.File, error) {
	const op = "sandbox.spool"
	fd, err := unix.MemfdCreate("document", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fault.Wrap(fault.Transient, op, err)
	}
	f := os.NewFile(uintptr(fd), "document")
	if _, err := f.Write(data); err != nil {
		f.Close()
		return nil, fault.Wrap(fault.Transient, op, err)
	}
	if _, err := f.Seek(0, 0); err != nil {
		f.Close()
		return nil, fault.Wrap(fault.Transient, op, err)
	}
	return f, nil
}

// Runs reports whether the machine starts the program at all: some forbid to
// run what has no file. The program is started without arguments and ends at
// once.
func Runs(p Program) bool {
	cmd := exec.Command(p.path)
	cmd.Args[0], cmd.Env, cmd.Dir = p.name, []string{}, "/"
	err := cmd.Run()
	var exit *exec.ExitError
	return err == nil || errors.As(err, &exit)
}
