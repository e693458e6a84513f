package readproc

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"hoso/shared/pdftext"
	"hoso/shared/sandbox"
)

// Child is the main of the reader's process. It shuts itself in before it
// looks at the document. The result is the exit status.
func Child(arg string, in, out *os.File, now func() time.Time) int {
	var q request
	if err := json.Unmarshal([]byte(arg), &q); err != nil {
		return sandbox.ExitInternal
	}
	trust, err := anchors(q.Trust)
	if err != nil {
		return sandbox.ExitInternal
	}
	report := sandbox.Enter(q.Limits)
	var answer any
	switch q.Mode {
	case "probe":
		answer = probed{report, sandbox.Attempts()}
	case "read":
		data, err := contents(in)
		if err != nil {
			return sandbox.ExitInternal
		}
		// A refused document is an answer: its problems are in the reading.
		answer, _ = pdftext.Read(data, pdftext.Options{
			MaxPages: q.MaxPages, MaxBytes: q.MaxBytes, Now: now, For: q.Limits.CPU * 9 / 10, Trust: trust,
		})
	default:
		return sandbox.ExitInternal
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return sandbox.ExitInternal
	}
	if _, err := out.Write(b); err != nil {
		return sandbox.ExitInternal
	}
	return 0
}

// anchors reads the anchors of digital signatures from the file beside the
// document. The file is shared with other children: its offset is not used.
func anchors(size int) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	out := make([]byte, size)
	_, err := os.NewFile(sandbox.BesideFD, "trust").ReadAt(out, 0)
	return out, err
}

// contents gives the bytes of the document: mapped where it is a file, so
// that a large scan does not count as memory of the process.
func contents(in *os.File) ([]byte, error) {
	st, err := in.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return io.ReadAll(in)
	}
	if st.Size() == 0 {
		return nil, nil
	}
	return unix.Mmap(int(in.Fd()), 0, int(st.Size()), unix.PROT_READ, unix.MAP_SHARED)
}
