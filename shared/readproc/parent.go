package readproc

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"sync"

	"hoso/shared/fault"
	"hoso/shared/reading"
	"hoso/shared/sandbox"
)

// Settings are the limits of one document. Zero fields mean the defaults.
type Settings struct {
	Limits   sandbox.Limits
	MaxPages int
	MaxBytes int64
	Parallel int // documents read at the same time; 0: one a processor
	// Trust holds the anchors of digital signatures, PEM (see package trust);
	// empty for none.
	Trust []byte
}

// request is what the child is told.
type request struct {
	Mode     string         `json:"mode"` // "read" or "probe"
	Limits   sandbox.Limits `json:"limits"`
	MaxPages int            `json:"max_pages"`
	MaxBytes int64          `json:"max_bytes"`
	Trust    int            `json:"trust,omitempty"` // bytes of anchors in the file beside
}

// Reader reads each document in a new process. It is safe for concurrent use.
type Reader struct {
	program sandbox.Program
	before  []string // arguments before the request
	set     Settings
	slots   chan struct{}
	trust   func() (*os.File, error) // the anchors as a file, made once
}

var _ reading.Reader = (*Reader)(nil)

// New makes a reader that runs the program. Before stands in front of the
// request among the arguments: the name by which a larger binary knows that it
// is to be the reader.
func New(program sandbox.Program, s Settings, before ...string) *Reader {
	if s.Limits == (sandbox.Limits{}) {
		s.Limits = sandbox.DefaultLimits()
	}
	if s.Parallel <= 0 {
		s.Parallel = runtime.NumCPU()
	}
	return &Reader{
		program: program, before: before, set: s, slots: make(chan struct{}, s.Parallel),
		trust: sync.OnceValues(func() (*os.File, error) { return sandbox.Spool(s.Trust) }),
	}
}

// Read implements reading.Reader. The file must be open for reading; its
// offset is neither used nor moved.
func (r *Reader) Read(ctx context.Context, pdf *os.File) (reading.Reading, error) {
	const op = "readproc.read"
	out, err := r.run(ctx, "read", pdf)
	if err != nil {
		got := reading.Reading{Tool: reading.Tool, Pages: []reading.Page{}, Documents: []reading.Document{}}
		if fault.Is(err, fault.Unreadable) {
			got.Add(reading.NewProblem(fault.CodeOf(err), 0, ""))
		}
		return got, err
	}
	var got reading.Reading
	if err := json.Unmarshal(out, &got); err != nil {
		return got, fault.Wrap(fault.Internal, op, err)
	}
	if got.Tool != reading.Tool {
		return got, fault.New(fault.Internal, op, "Chương trình đọc không cùng phiên bản với hệ thống; hãy dựng lại bằng make build.")
	}
	if p, refused := got.Refusal(); refused {
		return got, p.Fault(op)
	}
	return got, nil
}

func (r *Reader) run(ctx context.Context, mode string, in *os.File) ([]byte, error) {
	const op = "readproc.run"
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Transient, op, ctx.Err())
	}
	var beside *os.File
	if len(r.set.Trust) > 0 {
		var err error
		if beside, err = r.trust(); err != nil {
			return nil, err
		}
	}
	arg, err := json.Marshal(request{mode, r.set.Limits, r.set.MaxPages, r.set.MaxBytes, len(r.set.Trust)})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, op, err)
	}
	args := append(append([]string{}, r.before...), string(arg))
	return sandbox.Run(ctx, sandbox.Command{Program: r.program, Args: args, Input: in, Beside: beside, Limits: r.set.Limits})
}

// probed is the answer of a probe.
type probed struct {
	Report   sandbox.Report    `json:"report"`
	Attempts []sandbox.Attempt `json:"attempts"`
}

// Probe starts the reader, lets it try to get out, and says in Vietnamese
// which walls stand on this machine and what they did not stop: one line each.
func (r *Reader) Probe(ctx context.Context) []string {
	in, err := sandbox.Spool(nil)
	if err != nil {
		return []string{"Tiến trình đọc: không tạo được vùng nhớ tạm."}
	}
	defer in.Close()
	out, err := r.run(ctx, "probe", in)
	var got probed
	if err != nil || json.Unmarshal(out, &got) != nil {
		return []string{"Tiến trình đọc: không khởi động được."}
	}
	onOff := func(name string, on bool) string {
		if on {
			return "Tiến trình đọc: " + name + " có hiệu lực."
		}
		return "Tiến trình đọc: " + name + " không có trên máy này."
	}
	lines := []string{
		onOff("giới hạn tài nguyên", got.Report.Limits),
		onOff("cấm nâng quyền", got.Report.NoPrivs),
		onOff("hàng rào tệp và mạng (Landlock)", got.Report.Landlock),
		onOff("bộ lọc lời gọi hệ thống (seccomp)", got.Report.Seccomp),
	}
	for _, a := range got.Attempts {
		if !a.Held {
			lines = append(lines, "Tiến trình đọc: KHÔNG chặn được việc "+a.Name+".")
		}
	}
	return lines
}
