package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"hoso/infra/reader/embedded"
	"hoso/shared/pdftext"
	"hoso/shared/readproc"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
)

// benchFiles are the papers of a few dossiers as unlike producers leave them.
func benchFiles(b *testing.B) []string {
	b.Helper()
	var out []string
	var p produce.Producer
	for k, name := range []string{"own", "tcvn3", "cairo", "ghostscript", "packed"} {
		f, _ := produce.Find(name)
		dir := filepath.Join(b.TempDir(), name)
		if _, err := p.Make(context.Background(), f, corpus.Wish{ID: name, Seed: uint64(600_000 + 31*k)}, dir); err != nil {
			b.Fatal(err)
		}
		paths, _ := filepath.Glob(filepath.Join(dir, "*.pdf"))
		out = append(out, paths...)
	}
	return out
}

// processor is the processor time of this process, or of all that it started
// and that have ended: what else the machine does is not in it.
func processor(b *testing.B, who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// BenchmarkOneFile reads files with their fields, a process each within its
// walls, in turns with pdftotext -layout on the same file.
func BenchmarkOneFile(b *testing.B) {
	files := benchFiles(b)
	reader, err := embedded.Reader(readproc.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	var ours, theirs []time.Duration
	var oursCPU, theirsCPU time.Duration
	timed := func(wall *[]time.Duration, cpu *time.Duration, run func() error) {
		was, start := processor(b, syscall.RUSAGE_CHILDREN), time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		*wall = append(*wall, time.Since(start))
		*cpu += processor(b, syscall.RUSAGE_CHILDREN) - was
	}
	for b.Loop() {
		for _, path := range files {
			timed(&ours, &oursCPU, func() error {
				f, err := os.Open(path)
				if err != nil {
					return err
				}
				defer f.Close()
				_, err = reader.Read(context.Background(), f)
				return err
			})
			timed(&theirs, &theirsCPU, func() error {
				c := exec.Command("pdftotext", "-layout", path, "-")
				c.Stdout = io.Discard
				return c.Run()
			})
		}
	}
	n := float64(len(ours))
	b.ReportMetric(middle(ours).Seconds()*1000, "p50-ms")
	b.ReportMetric(middle(ours).Seconds()/middle(theirs).Seconds(), "wall-ratio")
	b.ReportMetric(oursCPU.Seconds()*1000/n, "cpu-ms")
	b.ReportMetric(oursCPU.Seconds()/theirsCPU.Seconds(), "cpu-ratio")
}

// BenchmarkPaper reads the same files in this process: pages in a second of
// one core, the collector's work included.
func BenchmarkPaper(b *testing.B) {
	var files [][]byte
	for _, path := range benchFiles(b) {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, data)
	}
	pages, was := 0, processor(b, syscall.RUSAGE_SELF)
	for b.Loop() {
		for _, data := range files {
			r, err := pdftext.Read(data, pdftext.Options{})
			if err != nil {
				b.Fatal(err)
			}
			pages += len(r.Pages)
		}
	}
	b.ReportMetric(float64(pages)/(processor(b, syscall.RUSAGE_SELF)-was).Seconds(), "pages/core-s")
}
