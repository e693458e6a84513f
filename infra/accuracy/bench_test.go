package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hoso/shared/ocr"
	"hoso/shared/pictures"
	"hoso/shared/reading"
	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
	"hoso/testdata/corpus/score"
)

// used gives the processor time of this process and of its children so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var sum time.Duration
	for _, who := range [2]int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}

// BenchmarkRecognise holds the recognition of scanned pages, fields included,
// against plain Tesseract on the same pictures: processor time and letters.
func BenchmarkRecognise(b *testing.B) {
	for _, p := range []string{"pdftoppm", "tesseract", "mutool", "gs"} {
		if _, err := exec.LookPath(p); err != nil {
			b.Skip("not run for lack of " + p)
		}
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	reader := ocr.Reader{First: textReader{}, Recogniser: ocr.New(pictures.Guarded{Self: self})}
	var pdfs []string
	for k, family := range []string{"bit200", "grey300", "colour200"} {
		f, _ := produce.Find(family)
		dir := filepath.Join(b.TempDir(), family)
		var p produce.Producer
		if _, err := p.Make(ctx, f, corpus.Wish{ID: family, Seed: uint64(340_001 + k)}, dir); err != nil {
			b.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
		if err != nil || len(found) == 0 {
			b.Fatal(found, err)
		}
		pdfs = append(pdfs, found...)
	}
	b.ResetTimer()
	for range b.N {
		var ours, plain score.Result
		var ourTime, plainTime time.Duration
		pages := 0
		for _, pdf := range pdfs {
			start := used(b)
			got := recognised(b, reader, pdf)
			ourTime += used(b) - start
			scored(b, &ours, pdf, got)
			pages += len(got.Pages)
			simple, took := plainly(b, pdf, len(got.Pages))
			plainTime += took
			scored(b, &plain, pdf, simple)
		}
		b.ReportMetric(float64(ourTime.Milliseconds())/float64(pages), "CPU-ms/page")
		b.ReportMetric(float64(ourTime)/float64(plainTime), "ratio")
		b.ReportMetric(100*rate(ours.Letters), "letters-wrong-%")
		b.ReportMetric(rate(ours.Letters)/rate(plain.Letters), "error-ratio")
	}
}

func recognised(b *testing.B, r reading.Reader, pdf string) reading.Reading {
	b.Helper()
	f, err := os.Open(pdf)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	got, err := r.Read(context.Background(), f)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

// plainly runs Tesseract as it comes over the pages of a PDF, and tells the
// time without the drawing of the pictures.
func plainly(b *testing.B, pdf string, pages int) (reading.Reading, time.Duration) {
	b.Helper()
	stem := filepath.Join(b.TempDir(), "page")
	if out, err := exec.Command("pdftoppm", "-r", "200", pdf, stem).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	pictures, err := filepath.Glob(stem + "*.ppm")
	if err != nil || len(pictures) != pages {
		b.Fatal(pictures, err)
	}
	var got reading.Reading
	start := used(b)
	for i, p := range pictures {
		c := exec.Command("tesseract", p, "-", "-l", "vie")
		c.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
		text, err := c.Output()
		if err != nil {
			b.Fatal(err)
		}
		got.Pages = append(got.Pages, reading.Page{N: i + 1, Text: string(text)})
	}
	return got, used(b) - start
}

func scored(b *testing.B, r *score.Result, pdf string, got reading.Reading) {
	b.Helper()
	truth, err := os.ReadFile(strings.TrimSuffix(pdf, ".pdf") + ".truth.json")
	if err != nil {
		b.Fatal(err)
	}
	raw, err := json.Marshal(got)
	if err == nil {
		err = r.File(filepath.Base(pdf), truth, raw)
	}
	if err != nil {
		b.Fatal(err)
	}
}
