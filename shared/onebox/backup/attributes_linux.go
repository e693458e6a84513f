package backup

import (
	"errors"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// copyAttributes copies the extended attributes of the user's name space.
// A file system without them has none to copy.
func copyAttributes(in, out *os.File) error {
	size, err := unix.Flistxattr(int(in.Fd()), nil)
	if errors.Is(err, unix.ENOTSUP) || size == 0 && err == nil {
		return nil
	}
	if err != nil {
		return err
	}
	names := make([]byte, size)
	if size, err = unix.Flistxattr(int(in.Fd()), names); err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(names[:size]), "\x00") {
		if !strings.HasPrefix(name, "user.") {
			continue
		}
		n, err := unix.Fgetxattr(int(in.Fd()), name, nil)
		if err != nil {
			return err
		}
		value := make([]byte, n)
		if n, err = unix.Fgetxattr(int(in.Fd()), name, value); err != nil {
			return err
		}
		if err := unix.Fsetxattr(int(out.Fd()), name, value[:n], 0); err != nil {
			return err
		}
	}
	return nil
}
