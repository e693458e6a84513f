package cloud

import (
	"io"
	"os"
	"path/filepath"

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/readproc"
	"hoso/shared/sandbox"
	"hoso/shared/signature/trust"
)

// ReaderProgram is the program that reads documents, beside the function's own.
const ReaderProgram = "hoso-reader"

// Reader reads documents in a child process, with the anchors that lie beside
// the function.
func (h *Host) Reader() (reading.Reader, error) {
	program := h.Beside(ReaderProgram)
	if _, err := os.Stat(program); err != nil {
		return nil, fault.Wrap(fault.Internal, "cloud.reader", err)
	}
	anchors, err := trust.Read(h.Beside("trust"))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "cloud.reader", err)
	}
	return readproc.New(sandbox.FromFile(program), readproc.Settings{Trust: anchors}), nil
}

// Beside gives the path of a file that lies beside the function's program.
func (h *Host) Beside(name string) string {
	root, _ := h.LookupEnv("LAMBDA_TASK_ROOT") // Lambda's own: where the function's files are
	return filepath.Join(root, name)
}

// Scratch gives an empty file without a name: it is gone once it is closed,
// whatever dies. A function's process is used again for other dossiers.
func Scratch() (*os.File, error) {
	f, err := os.CreateTemp("", "hoso-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Spool keeps what r holds in a file without a name.
func Spool(r io.Reader) (*os.File, error) {
	f, err := Scratch()
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(f, r); err != nil {
		_ = f.Close()
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
