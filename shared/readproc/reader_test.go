package readproc_test

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
	"hoso/shared/readproc"
	"hoso/shared/sandbox"
	"hoso/shared/signature/signtest"
)

func letter() []byte {
	var lines strings.Builder
	for i := range 20 {
		lines.WriteString(pdftest.Line(72, 760-20*float64(i), "An ordinary line of the body of the text"))
	}
	return pdftest.Doc("", lines.String()).Bytes()
}

func TestReadingComesBackWhole(t *testing.T) {
	in, err := sandbox.Spool(letter())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := reader(t, readproc.Settings{})
	for range 2 { // the offset of the file is neither used nor moved
		got, err := r.Read(context.Background(), in)
		if err != nil || len(got.Pages) != 1 || got.Tool != reading.Tool || len(got.SHA256) != 64 || !strings.HasPrefix(got.Pages[0].Text, "An ordinary line") {
			t.Fatalf("%v %+v", err, got)
		}
	}
}

func TestRefusalIsAnErrorWithCodeAndSentence(t *testing.T) {
	in, err := sandbox.Spool([]byte("MZ"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	got, err := reader(t, readproc.Settings{}).Read(context.Background(), in)
	if !fault.Is(err, fault.Unreadable) || fault.CodeOf(err) != reading.CodeNotPDF || fault.Public(err) == "" || len(got.Problems) != 1 {
		t.Errorf("%v %+v", err, got)
	}
}

func TestWallsEndAReaderThatTakesTooMuch(t *testing.T) {
	in, err := sandbox.Spool(letter())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	l := sandbox.DefaultLimits()
	l.Output = 100
	got, err := reader(t, readproc.Settings{Limits: l}).Read(context.Background(), in)
	if fault.CodeOf(err) != reading.CodeOutput || len(got.Problems) != 1 || got.Problems[0].Code != reading.CodeOutput {
		t.Errorf("%v %+v", err, got.Problems)
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	r := reader(t, readproc.Settings{Parallel: 3})
	var wait sync.WaitGroup
	for range 12 {
		wait.Go(func() {
			in, err := sandbox.Spool(letter())
			if err != nil {
				t.Error(err)
				return
			}
			defer in.Close()
			if _, err := r.Read(context.Background(), in); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestWaitingForAPlaceEndsWithTheCaller(t *testing.T) {
	r := reader(t, readproc.Settings{Parallel: 1})
	in, err := sandbox.Spool(letter())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if _, err := r.Read(ctx, in); !fault.Is(err, fault.Transient) {
		t.Errorf("%v", err)
	}
}

func TestAnchorsReachTheProcess(t *testing.T) {
	root := signtest.Root("Gốc thử")
	p := signtest.NewPDF("A letter")
	p.Sign(signtest.Making{By: root.Person("Nguyễn Thị Mẫu")}, signtest.Seal{Declared: signtest.Year(2024)})
	in, err := sandbox.Spool(p.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for _, x := range []struct {
		anchors []byte
		want    reading.Verdict
	}{{signtest.PEM(root), reading.Accept}, {nil, reading.Reject}} {
		r := reader(t, readproc.Settings{Trust: x.anchors})
		for range 2 { // the file of anchors is shared by all processes
			got, err := r.Read(context.Background(), in)
			if err != nil || len(got.Signatures) != 1 || got.Signatures[0].Verdict != x.want || (got.Trust == "") != (x.anchors == nil) {
				t.Errorf("%v %+v", err, got.Signatures)
			}
		}
	}
}

func TestProbeNamesEachWall(t *testing.T) {
	lines := reader(t, readproc.Settings{}).Probe(context.Background())
	if len(lines) < 4 {
		t.Fatalf("%q", lines)
	}
	for _, l := range lines {
		t.Log(l)
	}
}

// BenchmarkProcess reads one file as a whole process, as the product does it.
func BenchmarkProcess(b *testing.B) {
	in, err := sandbox.Spool(letter())
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	r := reader(b, readproc.Settings{})
	for b.Loop() {
		if _, err := r.Read(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
	runtime.KeepAlive(in)
}

// BenchmarkPdftotext starts pdftotext for the same file: the yardstick.
func BenchmarkPdftotext(b *testing.B) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		b.Skip("pdftotext is not installed")
	}
	data := letter()
	for b.Loop() {
		c := exec.Command("pdftotext", "-layout", "-", "-")
		c.Stdin = strings.NewReader(string(data))
		if err := c.Run(); err != nil {
			b.Fatal(err)
		}
	}
}
