package pdftext_test

import (
	"os"
	"path/filepath"
	"testing"

	"hoso/shared/pdftext"
	"hoso/shared/pdftext/pdftest"
)

// BenchmarkPages reads an ordinary letter in process; pages/s is on one core.
// HOSO_BENCH_PDF names another file.
func BenchmarkPages(b *testing.B) {
	data := pdftest.Doc("", body, body).Bytes()
	if p := os.Getenv("HOSO_BENCH_PDF"); p != "" {
		var err error
		if data, err = os.ReadFile(filepath.Clean(p)); err != nil {
			b.Fatal(err)
		}
	}
	pages := 0
	for b.Loop() {
		r, err := pdftext.Read(data, pdftext.Options{})
		if err != nil {
			b.Fatal(err)
		}
		pages += len(r.Pages)
	}
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
}
