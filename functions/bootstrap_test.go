package functions_test

import (
	"context"
	"errors"
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
	"testing"
	"time"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/cloud"
)

// build makes one function's bootstrap as the template's build does.
func build(t testing.TB, function, arch string) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("make", "-s", "-C", "..", "build-"+logical(function), "LAMBDA_GOARCH="+arch, "ARTIFACTS_DIR="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, awstest.Tail(out, 2000))
	}
	return filepath.Join(dir, "bootstrap")
}

// table answers as a DynamoDB that holds nothing, or as one that is ill.
func table(t *testing.T, ill bool) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ill {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte("{}"))))
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func environment(endpoint string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "AWS_REGION=x", "AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s", "AWS_ENDPOINT_URL=" + endpoint,
		"AWS_MAX_ATTEMPTS=1", "HOSO_INBOX=inbox", "HOSO_ARCHIVE=archive", "HOSO_TABLE=T", "HOSO_DEMO=",
	}
}

// smoke runs one bootstrap through what Lambda and Step Functions see of it.
func smoke(t *testing.T, bootstrap string, emulator ...string) {
	t.Helper()
	command := append(emulator, bootstrap)
	const asked = `{"subject":"d/c","revision":1,"generation":1,"from":"recognize"}`
	for name, c := range map[string]struct {
		endpoint, payload, want string
	}{
		"input without a subject": {table(t, false), `{}`, "Invalid"},
		"a document unknown":      {table(t, false), asked, "NotFound"},
		"a table that is ill":     {table(t, true), asked, "Transient"},
	} {
		r, err := awstest.Boot(environment(c.endpoint), command...)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the process is used again after an error
			a, err := r.Invoke(context.Background(), c.payload, 30*time.Second)
			if err != nil || a.ErrorType != c.want {
				t.Errorf("%s: %+v, %v, want the error %s", name, a, err, c.want)
			}
		}
		r.Stop()
	}
	env := environment(table(t, false))
	r, err := awstest.Boot(env[:len(env)-2], command...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Invoke(context.Background(), `{}`, 30*time.Second)
	r.Stop()
	if !errors.Is(err, awstest.ErrEnded) || !strings.Contains(r.Output.String(), "missing: HOSO_TABLE, HOSO_DEMO") {
		t.Errorf("without its settings: %v, said %s", err, r.Output)
	}
}

// TestTheBootstrapAnswersByName runs the built binary under a Runtime API:
// the names that leave it are the ones that flows match.
func TestTheBootstrapAnswersByName(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a function")
	}
	smoke(t, build(t, "recognize", runtime.GOARCH))
}

// TestTheShippedBootstrapsAnswerByName does so with the arm64 binaries, all of
// them: recognize through everything above, each other as far as its start and
// its first event.
func TestTheShippedBootstrapsAnswerByName(t *testing.T) {
	if runtime.GOARCH == "arm64" {
		t.Skip("the test above ran that binary")
	}
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		awstest.Missing(t, "qemu-user-static")
	}
	if testing.Short() {
		t.Skip("builds every function")
	}
	for _, f := range all() {
		t.Run(f.Name, func(t *testing.T) {
			bootstrap := build(t, f.Name, "arm64")
			if f.Name == "recognize" {
				smoke(t, bootstrap, qemu)
				return
			}
			// Who needs keys asks for them first, of a store that is ill.
			want := "Invalid"
			if slices.Contains(f.Settings, cloud.MasterKey) || slices.Contains(f.Settings, cloud.LogKey) {
				want = "Transient"
			}
			env := []string{"LAMBDA_TASK_ROOT=" + filepath.Dir(bootstrap), "AWS_REGION=x", "AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s", "AWS_ENDPOINT_URL=" + table(t, true), "AWS_MAX_ATTEMPTS=1"}
			world := world(t, func(string) bool { return true })
			for _, name := range f.Settings {
				value, _ := world.LookupEnv(name)
				env = append(env, name+"="+value)
			}
			r, err := awstest.Boot(env, qemu, bootstrap)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Stop()
			for range 2 {
				if a, err := r.Invoke(context.Background(), `{}`, patience); err != nil || a.ErrorType != want {
					t.Errorf("answers %+v, %v, want the error %s", a, err, want)
				}
			}
		})
	}
}
