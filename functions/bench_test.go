package functions_test

import (
	"archive/zip"
	"compress/flate"
	"context"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/cloud"
)

// packed gives the size of a function's zip, as SAM makes it.
func packed(b *testing.B, dir string) int64 {
	var n counted
	z := zip.NewWriter(&n)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return int64(n)
}

type counted int64

func (c *counted) Write(p []byte) (int, error) { *c += counted(len(p)); return len(p), nil }

// BenchmarkSizes builds every function as it is deployed and gives the largest
// program and zip; the portal's, which carries pages, by itself.
func BenchmarkSizes(b *testing.B) {
	const mb = 1 << 20
	for b.Loop() {
		program, zipped := 0.0, 0.0
		for _, f := range all() {
			path := build(b, f.Name, "arm64")
			st, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			size, pack := float64(st.Size())/mb, float64(packed(b, filepath.Dir(path)))/mb
			if f.Name == "web" {
				b.ReportMetric(size, "web-MB")
				b.ReportMetric(pack, "web-zip-MB")
				continue
			}
			program, zipped = max(program, size), max(zipped, pack)
		}
		b.ReportMetric(program, "MB")
		b.ReportMetric(zipped, "zip-MB")
	}
}

// answering stands for an AWS that holds nothing but keys, and counts what is asked.
func answering(b *testing.B) (url string, asked *atomic.Int64) {
	asked = &atomic.Int64{}
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body := "{}"
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetParameter") {
			body = fmt.Sprintf(`{"Parameter":{"Value":%q}}`, key)
		}
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(body))))
		_, _ = io.WriteString(w, body)
	}))
	b.Cleanup(srv.Close)
	return srv.URL, asked
}

// settings gives a function every setting that it declares.
func settings(name, endpoint string) []string {
	env := environment(endpoint)
	for _, f := range all() {
		if f.Name != name {
			continue
		}
		for _, v := range f.Settings {
			switch {
			case slices.ContainsFunc(env, func(e string) bool { return strings.HasPrefix(e, v+"=") }):
			case v == cloud.Portal:
				env = append(env, v+"=https://hoso.example")
			case strings.HasPrefix(v, "HOSO_MACHINE_"):
				env = append(env, v+"=arn:aws:states:x:1:stateMachine:"+v)
			default:
				env = append(env, v+"=value")
			}
		}
	}
	return env
}

// boot gives how long a process takes to ask for its first event, and that
// process.
func boot(b *testing.B, env []string, program string) (*awstest.Runtime, time.Duration) {
	b.Helper()
	began := time.Now()
	r, err := awstest.Boot(env, program)
	if err != nil {
		b.Fatal(err)
	}
	select {
	case <-r.Ready:
	case <-time.After(30 * time.Second):
		b.Fatalf("%s never asked for an event", program)
	}
	return r, time.Since(began)
}

func median(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)/2].Microseconds()) / 1000
}

// BenchmarkStart gives the time from a process's start to its request for the
// first event, beside a function that does nothing, taken in turn; and the
// time of its first answer. Nothing may be asked of a service before.
func BenchmarkStart(b *testing.B) {
	empty := filepath.Join(b.TempDir(), "bootstrap")
	if out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", empty, "../infra/bench/empty").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"validate", "appraisal", "quota", "dispatch", "web"} {
		program := build(b, name, runtime.GOARCH)
		b.Run(name, func(b *testing.B) {
			url, asked := answering(b)
			var own, none, first []time.Duration
			for b.Loop() {
				r, took := boot(b, settings(name, url), program)
				own = append(own, took)
				if n := asked.Load(); n > 0 {
					b.Fatalf("%d requests before the first event", n)
				}
				began := time.Now()
				if _, err := r.Invoke(context.Background(), `{"subject":"d","revision":1,"generation":1,"from":"x"}`, 30*time.Second); err != nil {
					b.Fatal(err)
				}
				first = append(first, time.Since(began))
				r.Stop()
				asked.Store(0)
				r, took = boot(b, environment(url), empty)
				none = append(none, took)
				r.Stop()
			}
			b.ReportMetric(median(own), "start-ms")
			b.ReportMetric(median(own)/median(none), "ratio")
			b.ReportMetric(median(first), "first-ms")
		})
	}
}

// BenchmarkWarm gives the time of a warm event that reads its subject, beside
// a bare request to the same stand-in.
func BenchmarkWarm(b *testing.B) {
	for _, name := range []string{"validate", "appraisal", "quota"} {
		program := build(b, name, runtime.GOARCH)
		b.Run(name, func(b *testing.B) {
			url, _ := answering(b)
			r, _ := boot(b, settings(name, url), program)
			defer r.Stop()
			db := dynamodb.New(dynamodb.Options{Region: "x", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("k", "s", "")})
			var own, bare []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, err := r.Invoke(context.Background(), `{"subject":"d","revision":1,"generation":1,"from":"x"}`, 30*time.Second); err != nil {
					b.Fatal(err)
				}
				own = append(own, time.Since(began))
				began = time.Now()
				if _, err := db.GetItem(context.Background(), &dynamodb.GetItemInput{
					TableName: aws.String("T"), ConsistentRead: aws.Bool(true),
					Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "r#d"}, "sk": &types.AttributeValueMemberS{Value: "d"}},
				}); err != nil {
					b.Fatal(err)
				}
				bare = append(bare, time.Since(began))
			}
			b.ReportMetric(median(own), "warm-ms")
			b.ReportMetric(median(own)/median(bare), "ratio")
		})
	}
}
