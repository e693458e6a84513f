package s3gateway_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hoso/shared/objects"
	"hoso/shared/onebox/s3gateway"
)

const benchSize = 100 << 10

// BenchmarkDurablePut is one client uploading documents of 100 KiB, 20 a
// dossier, each answered when it would survive power loss. Its yardstick is
// BenchmarkPlainFile on the same disk.
func BenchmarkDurablePut(b *testing.B) {
	g := benchGateway(b)
	st := store(g)
	data := benchBytes()
	b.SetBytes(benchSize)
	var n int
	for b.Loop() {
		put(b, st, fmt.Sprintf("d%d", n/20), fmt.Sprintf("f%d", n), data)
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

// BenchmarkDurablePutParallel is several such clients at once.
func BenchmarkDurablePutParallel(b *testing.B) {
	g := benchGateway(b)
	st := store(g)
	data := benchBytes()
	b.SetBytes(benchSize)
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		id := rand.Text()
		for n := 0; pb.Next(); n++ {
			put(b, st, fmt.Sprintf("%s-%d", id, n/20), fmt.Sprintf("f%d", n), data)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

// BenchmarkPlainFile is the least a durable write can do: a new file written,
// synced, renamed, its folder synced.
func BenchmarkPlainFile(b *testing.B) {
	dir := b.TempDir()
	data := benchBytes()
	b.SetBytes(benchSize)
	var n int
	for b.Loop() {
		if err := plainFile(dir, fmt.Sprintf("f%d", n), data); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

// BenchmarkStart is the time from Start on an existing folder to the first
// answered request.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	ctx := context.Background()
	for b.Loop() {
		g, err := s3gateway.Start(ctx, config(dir))
		if err != nil {
			b.Fatal(err)
		}
		if err := store(g).Ready(ctx); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := g.Close(ctx); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func plainFile(dir, name string, data []byte) error {
	f, err := os.CreateTemp(dir, "tmp-")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func put(b *testing.B, st *objects.Store, dossier, document string, data []byte) {
	key, err := objects.UploadKey("u", dossier, document)
	if err != nil {
		b.Fatal(err)
	}
	p, err := st.PresignPut(context.Background(), objects.Upload{
		Key: key, Size: benchSize, SHA256: sum(data), ContentType: "application/pdf", Life: time.Minute,
	})
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPut, p.URL, bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	for n, v := range p.Headers {
		r.Header.Set(n, v)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b.Fatalf("answered %d", res.StatusCode)
	}
}

func benchGateway(b *testing.B) *s3gateway.Gateway {
	g, err := s3gateway.Start(context.Background(), config(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := g.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return g
}

func benchBytes() []byte {
	data := make([]byte, benchSize)
	_, _ = rand.Read(data) // never fails
	return data
}
