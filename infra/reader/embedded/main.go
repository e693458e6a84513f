package embedded

import (
	"os"
	"time"

	"hoso/shared/readproc"
)

// Main is the reader's main if the arguments say that this process is one;
// otherwise it returns false and nothing has happened.
func Main() (status int, isReader bool) {
	if len(os.Args) != 3 || os.Args[1] != Word {
		return 0, false
	}
	return readproc.Child(os.Args[2], os.Stdin, os.Stdout, time.Now), true
}
