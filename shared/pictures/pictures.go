// Package pictures gives pages of a PDF as PNG pictures, so that a person can
// look at the place a value was read from and type what no machine could
// read.
//
// The drawing is poppler's (pdfinfo, pdftoppm), each run in a child process
// that the caller's runner keeps within limits: a PDF is never opened in this
// process. Poppler is optional at run time; without it every call says so.
// Pictures are kept by (hash of the PDF, page, resolution) and made again when
// they are missing: they are no evidence.
package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"regexp"
	"strconv"
	"time"

	"hoso/shared/fault"
)

// MaxPixels bounds one picture; a page that would be larger at the asked
// resolution is drawn at a lower one.
const MaxPixels = 50_000_000

// DPI is the resolution for reading on a screen; MinDPI and MaxDPI bound what
// may be asked for, in dots per inch.
const (
	DPI    = 110
	MinDPI = 36
	MaxDPI = 300
)

// CodeNotInstalled marks the error of a machine without poppler;
// CodeNoSuchPage that of a page the file does not have.
const (
	CodeNotInstalled = "pictures-not-installed"
	CodeNoSuchPage   = "no-such-page"
)

// Limits of one child process.
type Limits struct {
	Memory int64         // bytes of address space
	CPU    time.Duration // processor time
	Wall   time.Duration
	Output int64 // bytes of standard output
}

// Child runs a program of this machine in a process of its own, with input as
// its standard input and no other file, and gives its standard output. Errors:
// fault.NotFound (the program is not installed), fault.Unreadable (it failed,
// or met a limit), fault.Transient (it could not be started now).
type Child interface {
	Run(ctx context.Context, program string, args []string, input *os.File, l Limits) ([]byte, error)
}

// Cache keeps pictures by name. Load gives fault.NotFound for one it does not
// hold; Keep may be repeated and may lose.
type Cache interface {
	Load(ctx context.Context, name string) ([]byte, error)
	Keep(ctx context.Context, name string, picture []byte) error
}

// Source is a PDF: its SHA-256 (hex), and how to get an open file with its
// bytes, which Page closes.
type Source struct {
	SHA256 string
	Open   func(ctx context.Context) (*os.File, error)
}

// Picture is one page.
type Picture struct {
	PNG    []byte
	Width  int // pixels
	Height int
}

// Room draws pages, one at a time.
type Room struct {
	child Child
	cache Cache
	turn  chan struct{}
}

// New makes a room.
func New(child Child, cache Cache) *Room {
	return &Room{child: child, cache: cache, turn: make(chan struct{}, 1)}
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Name is where a picture is kept.
func Name(sha256 string, page, dpi int) string {
	return fmt.Sprintf("pictures/%s/%d/%d.png", sha256, dpi, page)
}

// Page gives page number page (from 1) at dpi dots per inch. Errors:
// fault.Invalid (the request is out of bounds), fault.NotFound
// (CodeNotInstalled, CodeNoSuchPage), fault.Unreadable (the page cannot be
// drawn within the limits).
func (r *Room) Page(ctx context.Context, src Source, page, dpi int) (Picture, error) {
	const op = "pictures.page"
	if !hexSum.MatchString(src.SHA256) || page < 1 || page > 10_000 || dpi < MinDPI || dpi > MaxDPI {
		return Picture{}, &fault.Error{Kind: fault.Invalid, Op: op, Err: fmt.Errorf("page %d at %d dpi of %q", page, dpi, src.SHA256)}
	}
	name := Name(src.SHA256, page, dpi)
	if p, err := r.cached(ctx, name); err == nil {
		return p, nil
	} else if !fault.Is(err, fault.NotFound) {
		return Picture{}, err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Picture{}, fault.Wrap(fault.Transient, op, ctx.Err())
	}
	// Somebody may have drawn the page while this call waited its turn.
	if p, err := r.cached(ctx, name); err == nil {
		return p, nil
	}
	raw, err := r.draw(ctx, src, page, dpi)
	if err != nil {
		return Picture{}, err
	}
	p, err := picture(raw)
	if err != nil {
		return Picture{}, unreadable(op, err)
	}
	if err := r.cache.Keep(ctx, name, raw); err != nil {
		return Picture{}, err
	}
	return p, nil
}

// cached gives a kept picture; one that is damaged counts as missing.
func (r *Room) cached(ctx context.Context, name string) (Picture, error) {
	raw, err := r.cache.Load(ctx, name)
	if err != nil {
		return Picture{}, err
	}
	p, err := picture(raw)
	if err != nil {
		return Picture{}, fault.Wrap(fault.NotFound, "pictures.cached", err)
	}
	return p, nil
}

func picture(raw []byte) (Picture, error) {
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, fmt.Errorf("not a PNG: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width*c.Height > MaxPixels+MaxPixels/100 {
		return Picture{}, fmt.Errorf("%d x %d pixels", c.Width, c.Height)
	}
	return Picture{PNG: raw, Width: c.Width, Height: c.Height}, nil
}

func unreadable(op string, err error) error {
	return &fault.Error{
		Kind: fault.Unreadable, Op: op, Err: err,
		Public: "Không vẽ được trang này thành ảnh. Hãy tải tệp về và mở bằng chương trình đọc PDF.",
	}
}

// infoLimits are those of a look at a file's facts.
func infoLimits() Limits {
	return Limits{Memory: 512 << 20, CPU: 5 * time.Second, Wall: 10 * time.Second, Output: 64 << 10}
}

// draw runs poppler: once for the page's size, once for the picture.
func (r *Room) draw(ctx context.Context, src Source, page, dpi int) ([]byte, error) {
	n := strconv.Itoa(page)
	info, err := r.run(ctx, src, "pdfinfo", []string{"-f", n, "-l", n, "-"}, infoLimits())
	if fault.Is(err, fault.Unreadable) {
		return nil, r.why(ctx, src, page, err)
	}
	if err != nil {
		return nil, err
	}
	width, height, err := size(info, page)
	if err != nil {
		return nil, err
	}
	fit := fitting(width, height, float64(dpi))
	if fit < 1 {
		return nil, unreadable("pictures.draw", fmt.Errorf("page of %g x %g points", width, height))
	}
	args := []string{"-png", "-cropbox", "-singlefile", "-f", n, "-l", n, "-r", strconv.FormatFloat(fit, 'f', 2, 64), "-"}
	return r.run(ctx, src, "pdftoppm", args, Limits{Memory: 1 << 30, CPU: 20 * time.Second, Wall: 40 * time.Second, Output: 64 << 20})
}

var pageCount = regexp.MustCompile(`(?m)^Pages:\s+(\d+)$`)

// why tells a page that is not there from a file that cannot be read: pdfinfo
// fails alike on both.
func (r *Room) why(ctx context.Context, src Source, page int, failed error) error {
	info, err := r.run(ctx, src, "pdfinfo", []string{"-"}, infoLimits())
	if err != nil {
		return err
	}
	m := pageCount.FindSubmatch(info)
	if m == nil {
		return failed
	}
	if n, err := strconv.Atoi(string(m[1])); err == nil && page > n {
		return &fault.Error{Kind: fault.NotFound, Op: "pictures.page", Code: CodeNoSuchPage, Err: failed, Public: "Tệp không có trang này."}
	}
	return failed
}

func (r *Room) run(ctx context.Context, src Source, program string, args []string, l Limits) ([]byte, error) {
	file, err := src.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	out, err := r.child.Run(ctx, program, args, file, l)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, &fault.Error{
			Kind: fault.NotFound, Op: "pictures.run", Code: CodeNotInstalled, Err: err,
			Public: "Máy chủ chưa cài bộ công cụ poppler-utils nên chưa xem được ảnh trang. Hãy tải tệp về để xem; người vận hành cài bằng lệnh: apt-get install poppler-utils.",
		}
	case fault.Is(err, fault.Unreadable):
		return nil, unreadable("pictures.run", err)
	}
	return out, err
}

var pageSize = regexp.MustCompile(`(?m)^Page\s+(\d+) size:\s+([0-9.]+) x ([0-9.]+) pts`)

// size takes the size of the page, in points, out of pdfinfo's answer.
func size(info []byte, page int) (width, height float64, err error) {
	m := pageSize.FindSubmatch(info)
	if m == nil || string(m[1]) != strconv.Itoa(page) {
		return 0, 0, unreadable("pictures.size", errors.New("no size of this page in pdfinfo's answer"))
	}
	width, e1 := strconv.ParseFloat(string(m[2]), 64)
	height, e2 := strconv.ParseFloat(string(m[3]), 64)
	if e1 != nil || e2 != nil || width <= 0 || height <= 0 {
		return 0, 0, unreadable("pictures.size", fmt.Errorf("page size %q", m[0]))
	}
	return width, height, nil
}

// fitting gives the resolution at which the page has at most MaxPixels.
func fitting(width, height, dpi float64) float64 {
	pixels := (width / 72 * dpi) * (height / 72 * dpi)
	if pixels <= MaxPixels {
		return dpi
	}
	return math.Floor(dpi*math.Sqrt(MaxPixels/pixels)*100) / 100
}
