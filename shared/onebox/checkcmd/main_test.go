package checkcmd_test

import (
	"os"
	"testing"
	"time"

	"hoso/shared/readproc"
	"hoso/shared/sandbox"
)

// The test binary is also the reader's process.
const childWord = "read-child"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == childWord {
		os.Exit(readproc.Child(os.Args[2], os.Stdin, os.Stdout, time.Now))
	}
	os.Exit(m.Run())
}

func reader(t testing.TB) *readproc.Reader {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return readproc.New(sandbox.FromFile(exe), readproc.Settings{}, childWord)
}
