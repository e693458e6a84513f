package sqlitestore_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

func TestAFullDiskRefusesWhatDoesNotFitAndRecovers(t *testing.T) {
	for _, path := range []string{file(t), ":memory:"} {
		s := open(t, path, sqlitestore.Options{})
		if err := setUp(s); err != nil {
			t.Fatal(err)
		}
		pages, err := s.Pages()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Confine(pages + 40); err != nil {
			t.Fatal(err)
		}
		// One act too big for the disk arrives together with small ones.
		const small = 24
		var wg sync.WaitGroup
		errs := make([]error, small+1)
		for i := range errs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				act := ledgerAct(fmt.Sprint(i), 50)
				if i == small {
					act = ledgerAct(fmt.Sprint(i), 300<<10)
				}
				_, errs[i] = s.Commit(bg, act)
			}()
		}
		wg.Wait()
		for i, err := range errs {
			if i < small && err != nil {
				t.Errorf("small act %d fell with the big one: %v", i, err)
			}
		}
		if err := errs[small]; !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "disk-full" || fault.Public(err) == "" {
			t.Errorf("big act gave %v", err)
		}
		if found, err := wholeLedger(s); err != nil || len(found) != small {
			t.Errorf("on the full disk: %d entries, %v", len(found), err)
		}
		if err := s.Healthy(); err != nil {
			t.Errorf("a full disk is no reason to stop for good: %v", err)
		}
		if err := s.Confine(0); err != nil {
			t.Fatal(err)
		}
		if out, err := s.Commit(bg, ledgerAct(fmt.Sprint(small), 300<<10)); err != nil || out.Replayed {
			t.Errorf("with room again: %+v, %v", out, err)
		}
		if found, err := wholeLedger(s); err != nil || len(found) != small+1 {
			t.Errorf("with room again: %d entries, %v", len(found), err)
		}
	}
}

// TestADiskOfThreeMegabytes runs on a real file system that fills up.
func TestADiskOfThreeMegabytes(t *testing.T) {
	inOwnDisk(t, "full-disk")
}

// inOwnDisk plays a part that mounts a disk of its own, where nobody sees it.
func inOwnDisk(t *testing.T, part string) {
	t.Helper()
	c := child(part, t.TempDir())
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	var out strings.Builder
	c.Stdout, c.Stderr = &out, &out
	switch err := c.Run(); {
	case errors.Is(err, os.ErrPermission) || strings.Contains(out.String(), noMount):
		t.Skip("this kernel lets no ordinary process mount a small disk of its own: run the test as root")
	case err != nil:
		t.Fatalf("%v\n%s", err, out.String())
	}
}

const noMount = "no mount allowed"

// onSmallDisk fills a disk of 3 MB, makes room, and goes on.
func onSmallDisk(dir string) error {
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		return fmt.Errorf("%s: %w", noMount, err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		return err
	}
	s, err := sqlitestore.Open(bg, filepath.Join(dir, "hoso.db"), sqlitestore.Options{})
	if err != nil {
		return err
	}
	if err := setUp(s); err != nil {
		return err
	}
	n := 0
	for ; ; n++ {
		if _, err = s.Commit(bg, ledgerAct(fmt.Sprint(n), 4000)); err != nil {
			break
		}
	}
	if n == 0 || !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "disk-full" {
		return fmt.Errorf("after %d commits: %w", n, err)
	}
	found, err := wholeLedger(s)
	if err != nil || len(found) != n {
		return fmt.Errorf("on the full disk: %d entries of %d: %w", len(found), n, err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	for range 20 {
		if _, err := s.Commit(bg, ledgerAct(fmt.Sprint(n), 4000)); err != nil {
			return fmt.Errorf("with room again: %w", err)
		}
		n++
	}
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = sqlitestore.Open(bg, filepath.Join(dir, "hoso.db"), sqlitestore.Options{}); err != nil {
		return err
	}
	found, err = wholeLedger(s)
	if err != nil || len(found) != n {
		return fmt.Errorf("opened again: %d entries of %d: %w", len(found), n, err)
	}
	return s.Close()
}

func TestAStoreStopsWhenTheDiskDoesNotConfirm(t *testing.T) {
	for name, suffix := range map[string]string{"the log": "-wal", "the file": ""} {
		t.Run(name, func(t *testing.T) {
			path := file(t)
			c := child("sync", path)
			c.Env = append(c.Env, suffixVar+"="+suffix)
			play(t, c)
			s := open(t, path, sqlitestore.Options{})
			if _, err := wholeLedger(s); err != nil {
				t.Error(err)
			}
		})
	}
}

const suffixVar = "HOSO_STORE_TEST_SUFFIX"

// withoutSync lets every sync of one file fail from some moment on.
func withoutSync(path string) error {
	s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
	if err != nil {
		return err
	}
	if err := setUp(s); err != nil {
		return err
	}
	fds, err := opened(path + os.Getenv(suffixVar))
	if err != nil {
		return err
	}
	if err := forbid(unix.EIO, fds, unix.SYS_FSYNC, unix.SYS_FDATASYNC); err != nil {
		return err
	}
	// The file itself is synced when the log has grown long.
	n := 0
	for ; n < 1000; n++ {
		if _, err = s.Commit(bg, ledgerAct(fmt.Sprint(n), 40_000)); err != nil {
			break
		}
	}
	if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "disk-error" || !strings.Contains(fault.Public(err), "ngừng nhận thay đổi") {
		return fmt.Errorf("after %d commits: %w", n, err)
	}
	if err := s.Healthy(); err == nil {
		return errors.New("the store calls itself healthy")
	}
	if err := s.Settle(bg, "m/0"); err == nil {
		return errors.New("a later write was taken")
	}
	found, err := wholeLedger(s)
	if err != nil || len(found) != n {
		return fmt.Errorf("reads after the stop: %d entries of %d: %w", len(found), n, err)
	}
	return nil
}

func TestAWriteThatFailsIsRefusedAndNothingOfItStays(t *testing.T) {
	for code, errno := range map[string]string{"disk-full": "28", "disk-error": "5"} {
		t.Run(code, func(t *testing.T) {
			path := file(t)
			c := child("writes", path)
			c.Env = append(c.Env, suffixVar+"="+errno, codeVar+"="+code)
			play(t, c)
			s := open(t, path, sqlitestore.Options{})
			if found, err := wholeLedger(s); err != nil || len(found) != 1 {
				t.Errorf("%d entries, %v", len(found), err)
			}
		})
	}
}

const codeVar = "HOSO_STORE_TEST_CODE"

// withoutWrites lets every write to the log fail from some moment on.
func withoutWrites(path string) error {
	s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
	if err != nil {
		return err
	}
	if err := setUp(s); err != nil {
		return err
	}
	if _, err := s.Commit(bg, ledgerAct("kept", 100)); err != nil {
		return err
	}
	fds, err := opened(path + "-wal")
	if err != nil {
		return err
	}
	var errno uint32
	if _, err := fmt.Sscan(os.Getenv(suffixVar), &errno); err != nil {
		return err
	}
	if err := forbid(unix.Errno(errno), fds, unix.SYS_PWRITE64, unix.SYS_WRITE); err != nil {
		return err
	}
	for i := range 3 {
		_, err := s.Commit(bg, ledgerAct("lost", 100))
		if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != os.Getenv(codeVar) || fault.Public(err) == "" {
			return fmt.Errorf("try %d: %w", i, err)
		}
		if _, err := s.Get(bg, store.Key{Part: "ledger", Sort: "kept"}); err != nil {
			return err
		}
	}
	return nil
}

// opened gives the descriptors by which this process holds a file.
func opened(path string) ([]uint32, error) {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	var fds []uint32
	for _, e := range list {
		var fd uint32
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err != nil || to != path {
			continue
		}
		if _, err := fmt.Sscan(e.Name(), &fd); err != nil {
			return nil, err
		}
		fds = append(fds, fd)
	}
	if len(fds) == 0 {
		return nil, fmt.Errorf("%s is not open", path)
	}
	return fds, nil
}

// forbid makes the kernel answer the calls on these descriptors with errno,
// in every thread, until the process ends.
func forbid(errno unix.Errno, fds []uint32, calls ...uint32) error {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		ret   = unix.BPF_RET | unix.BPF_K
		arg0  = 16 // offset of the first argument's lower half
	)
	var f []unix.SockFilter
	for _, call := range calls {
		for _, fd := range fds {
			f = append(f,
				unix.SockFilter{Code: load, K: 0}, unix.SockFilter{Code: equal, K: call, Jf: 3},
				unix.SockFilter{Code: load, K: arg0}, unix.SockFilter{Code: equal, K: fd, Jf: 1},
				unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ERRNO | uint32(errno)})
		}
	}
	f = append(f, unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW})
	prog := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog))); e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	return nil
}
