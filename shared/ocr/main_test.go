package ocr

import (
	"os"
	"testing"
	"time"

	"hoso/shared/pictures"
	"hoso/shared/readproc"
	"hoso/shared/sandbox"
)

const childWord = "read-child"

// TestMain lets the test binary become the reader's process and a guarded
// program, as the product's does.
func TestMain(m *testing.M) { os.Exit(process(m)) }

func process(m *testing.M) int {
	if len(os.Args) == 3 && os.Args[1] == childWord {
		return readproc.Child(os.Args[2], os.Stdin, os.Stdout, time.Now)
	}
	if len(os.Args) > 1 && os.Args[1] == pictures.GuardArg {
		_, _ = os.Stderr.WriteString(pictures.Guard(os.Args[2:]).Error())
		return sandbox.ExitInternal
	}
	return m.Run()
}

// reader is the whole way from a PDF to its fields.
func reader(t *testing.T) Reader {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Reader{First: readproc.New(sandbox.FromFile(self), readproc.Settings{}, childWord), Recogniser: New(pictures.Guarded{Self: self})}
}
