// Package embedded carries the small reader program inside a larger binary,
// so that one file is all there is to install. The build puts the program
// into the folder bin before it compiles whatever imports this package; a bare
// build finds the folder empty and the larger binary then serves as its own
// reader, which costs more at each start and nothing else.
package embedded

import (
	"embed"
	"os"

	"hoso/shared/fault"
	"hoso/shared/readproc"
	"hoso/shared/sandbox"
)

//go:embed all:bin
var files embed.FS

// Word is the first argument by which a larger binary knows that it is to be
// the reader: its main must call Main before anything else.
const Word = "read-child"

// Reader makes a reader of the embedded program, or of this very binary if
// none is embedded or the machine does not run programs from memory.
func Reader(s readproc.Settings) (*readproc.Reader, error) {
	if exe, err := files.ReadFile("bin/hoso-reader"); err == nil {
		if p, err := sandbox.FromBytes("hoso-reader", exe); err == nil && sandbox.Runs(p) {
			return readproc.New(p, s), nil
		}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "reader.embedded", err)
	}
	return readproc.New(sandbox.FromFile(self), s, Word), nil
}
