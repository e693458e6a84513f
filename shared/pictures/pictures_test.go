package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hoso/shared/fault"
)

// exe runs programs as they are installed, within wall time and output only.
type exe struct {
	mu      sync.Mutex
	runs    []string
	busy    int
	atOnce  int
	without bool // as on a machine without poppler
}

func (e *exe) Run(ctx context.Context, program string, args []string, input *os.File, l Limits) ([]byte, error) {
	e.mu.Lock()
	e.runs = append(e.runs, program)
	e.busy++
	e.atOnce = max(e.atOnce, e.busy)
	e.mu.Unlock()
	defer func() { e.mu.Lock(); e.busy--; e.mu.Unlock() }()
	path, err := exec.LookPath(program)
	if err != nil || e.without {
		return nil, fault.Wrap(fault.NotFound, "test", errors.Join(err, errors.New("not installed")))
	}
	ctx, cancel := context.WithTimeout(ctx, l.Wall)
	defer cancel()
	c := exec.CommandContext(ctx, path, args...)
	c.Stdin = input
	out, err := c.Output()
	if err != nil || int64(len(out)) > l.Output {
		return nil, fault.Wrap(fault.Unreadable, "test", errors.Join(err, errors.New("failed")))
	}
	return out, nil
}

// shelf is a cache in a folder.
type shelf struct{ dir string }

func (s shelf) path(name string) string {
	return filepath.Join(s.dir, strings.ReplaceAll(name, "/", "_"))
}

func (s shelf) Load(_ context.Context, name string) ([]byte, error) {
	b, err := os.ReadFile(s.path(name))
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, "test", err)
	}
	return b, nil
}

func (s shelf) Keep(_ context.Context, name string, b []byte) error {
	return os.WriteFile(s.path(name), b, 0o600)
}

// document writes a PDF with one black square on each page of the given size in points.
func document(width, height float64, pages int) []byte {
	var b bytes.Buffer
	var at []int
	obj := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n")
	obj("<< /Type /Catalog /Pages 2 0 R >>")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+i))
	}
	obj(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), pages))
	obj("<< /Length 23 >>\nstream\n0 g 10 10 50 50 re f  \nendstream")
	for range pages {
		obj(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents 3 0 R >>", width, height))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func source(t *testing.T, digit string, raw []byte) Source {
	t.Helper()
	name := filepath.Join(t.TempDir(), "in.pdf")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return Source{SHA256: strings.Repeat(digit, 64), Open: func(context.Context) (*os.File, error) { return os.Open(name) }}
}

func needsPoppler(t *testing.T) {
	t.Helper()
	for _, p := range []string{"pdfinfo", "pdftoppm"} {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("HOSO_COMPLETE") == "1" {
				t.Fatal(p + " is missing")
			}
			t.Skip(p + " is not installed: drawing pages was not run")
		}
	}
}

func TestPageIsDrawnOnceAndKept(t *testing.T) {
	needsPoppler(t)
	e, s := &exe{}, shelf{t.TempDir()}
	r := New(e, s)
	src := source(t, "a", document(144, 72, 3))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			p, err := r.Page(context.Background(), src, 2, 72)
			if err != nil || p.Width != 144 || p.Height != 72 {
				t.Errorf("%d x %d, %v", p.Width, p.Height, err)
			}
		})
	}
	wg.Wait()
	if got := strings.Join(e.runs, " "); got != "pdfinfo pdftoppm" {
		t.Errorf("programs run: %s", got)
	}
	p, err := New(&exe{without: true}, s).Page(context.Background(), src, 2, 72)
	if err != nil {
		t.Fatalf("a kept picture needs poppler: %v", err)
	}
	img, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := img.At(30, 72-30).RGBA(); r != 0 {
		t.Error("the square of the page is not on the picture")
	}
	if r, _, _, _ := img.At(130, 10).RGBA(); r != 0xffff {
		t.Error("the ground of the page is not white")
	}
}

func TestPagesAreDrawnOneAtATime(t *testing.T) {
	needsPoppler(t)
	e := &exe{}
	r := New(e, shelf{t.TempDir()})
	src := source(t, "a", document(144, 72, 6))
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			if _, err := r.Page(context.Background(), src, n+1, 72); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if e.atOnce != 1 {
		t.Errorf("%d children at once", e.atOnce)
	}
}

func TestHugePageIsDrawnWithinThePixelLimit(t *testing.T) {
	needsPoppler(t)
	p, err := New(&exe{}, shelf{t.TempDir()}).Page(context.Background(), source(t, "b", document(14400, 14400, 1)), 1, 150)
	if err != nil {
		t.Fatal(err)
	}
	if n := p.Width * p.Height; n > MaxPixels || n < MaxPixels*9/10 {
		t.Errorf("%d x %d pixels", p.Width, p.Height)
	}
}

func TestMissingProgramsSayWhatToInstall(t *testing.T) {
	_, err := New(&exe{without: true}, shelf{t.TempDir()}).Page(context.Background(), source(t, "c", document(72, 72, 1)), 1, DPI)
	if !fault.Is(err, fault.NotFound) || fault.CodeOf(err) != CodeNotInstalled || !strings.Contains(fault.Public(err), "poppler-utils") {
		t.Errorf("error is %v, public %q", err, fault.Public(err))
	}
}

func TestPageOrFileThatIsNotThereIsTold(t *testing.T) {
	needsPoppler(t)
	r := New(&exe{}, shelf{t.TempDir()})
	_, err := r.Page(context.Background(), source(t, "d", document(72, 72, 2)), 3, 72)
	if !fault.Is(err, fault.NotFound) || fault.CodeOf(err) != CodeNoSuchPage {
		t.Errorf("page 3 of 2: %v", err)
	}
	for name, raw := range map[string][]byte{"junk": []byte("not a PDF"), "empty": nil, "cut": document(72, 72, 1)[:120]} {
		if _, err := r.Page(context.Background(), source(t, "e", raw), 1, 72); !fault.Is(err, fault.Unreadable) || fault.Public(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRequestsOutOfBoundsAreRefusedBeforeAnythingRuns(t *testing.T) {
	e := &exe{}
	r := New(e, shelf{t.TempDir()})
	src := source(t, "f", document(72, 72, 1))
	for _, c := range []struct {
		sum       string
		page, dpi int
	}{{src.SHA256, 0, 72}, {src.SHA256, 1, 10}, {src.SHA256, 1, 5000}, {"../../etc", 1, 72}, {"", 1, 72}} {
		s := src
		s.SHA256 = c.sum
		if _, err := r.Page(context.Background(), s, c.page, c.dpi); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if len(e.runs) != 0 {
		t.Errorf("ran %v", e.runs)
	}
}

func TestDamagedKeptPictureIsDrawnAgain(t *testing.T) {
	needsPoppler(t)
	s := shelf{t.TempDir()}
	src := source(t, "a", document(144, 72, 1))
	if err := s.Keep(context.Background(), Name(src.SHA256, 1, 72), []byte("half")); err != nil {
		t.Fatal(err)
	}
	p, err := New(&exe{}, s).Page(context.Background(), src, 1, 72)
	if err != nil || p.Width != 144 {
		t.Errorf("%+v, %v", p, err)
	}
}
