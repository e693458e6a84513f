// Package awstest lends tests a stand-in for AWS on this machine.
//
// HOSO_TEST_DYNAMODB names another DynamoDB to test against. Without it the
// stand-in of infra/aws/tools.sh is started for the test's own process. Where
// it is not installed the test is skipped with a line on standard error;
// HOSO_AWS_TEST=1 (make aws-test, make test) makes that a failure, and so does
// HOSO_COMPLETE=1.
package awstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"hoso/shared/aws/dynamostore"
)

// here is the tested package's folder, found before anything in the process
// can change the working directory.
var here, hereErr = os.Getwd()

// Root gives the project's root.
func Root() (string, error) {
	dir, err := here, hereErr
	for err == nil {
		if _, found := os.Stat(filepath.Join(dir, "go.mod")); found == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Required reports whether a missing tool is a failure.
func Required() bool { return os.Getenv("HOSO_AWS_TEST") == "1" || os.Getenv("HOSO_COMPLETE") == "1" }

// Missing skips a test for want of a tool, or fails it if that is required.
func Missing(t testing.TB, what string) {
	t.Helper()
	if Required() {
		t.Fatalf("%s is not installed: run infra/aws/tools.sh", what)
	}
	fmt.Fprintf(os.Stderr, "not run: %s: %s is not installed (make aws-test installs it)\n", t.Name(), what)
	t.Skipf("%s is not installed", what)
}

// Tool gives the path of a program of .tools, or skips or fails the test.
func Tool(t testing.TB, path string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	p := filepath.Join(root, ".tools", path)
	if _, err := os.Stat(p); err != nil {
		Missing(t, path)
	}
	return p
}

// Stack is a running stand-in.
type Stack struct {
	URL string // "" if none runs
	cmd *exec.Cmd
	dir string // its temporary files
}

// Region is where the stand-in says it is.
const Region = "ap-southeast-1"

// Start starts the stand-in on a free port of this machine and waits until it
// answers. It ends with Stop, and with the process that started it.
func Start(program string) (*Stack, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &Stack{URL: "http://127.0.0.1:" + port}
	if s.dir, err = os.MkdirTemp("", "hoso-stand-in-"); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(program)
	s.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "IOT_MTLS_ENABLED=0", "LOG_LEVEL=ERROR",
		"GATEWAY_PORT=" + port, "MINISTACK_REGION=" + Region, "AWS_ENDPOINT_URL=" + s.URL, "TMPDIR=" + s.dir,
	}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		_ = os.RemoveAll(s.dir)
		return nil, err
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(s.URL + "/_ministack/health")
		if err == nil {
			_ = res.Body.Close()
			return s, nil
		}
	}
	s.Stop()
	return nil, fmt.Errorf("%s did not answer", program)
}

// Stop ends the stand-in.
func (s *Stack) Stop() {
	if s != nil && s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		_ = os.RemoveAll(s.dir) // what it unpacked
	}
}

// Main runs a package's tests with the stand-in that they share, if it is
// installed or HOSO_TEST_DYNAMODB names one. Tests read it through the
// pointer's URL.
func Main(m *testing.M, s *Stack) int {
	if url := os.Getenv("HOSO_TEST_DYNAMODB"); url != "" {
		s.URL = url
		return m.Run()
	}
	root, err := Root()
	program := filepath.Join(root, ".tools", "ministack", "bin", "ministack")
	if _, found := os.Stat(program); err != nil || found != nil {
		return m.Run()
	}
	started, err := Start(program)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	*s = *started
	defer s.Stop()
	return m.Run()
}

// Config gives clients of the stand-in their settings.
func (s *Stack) Config() aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

// Store makes a store over a new, empty table. chance seeds its waits.
func (s *Stack) Store(t testing.TB, chance func() float64) *dynamostore.Store {
	t.Helper()
	if s.URL == "" {
		Missing(t, "ministack")
	}
	ctx := context.Background()
	db := dynamodb.NewFromConfig(s.Config())
	name := fmt.Sprintf("hoso-%d-%d", os.Getpid(), tables.Add(1))
	if _, err := db.CreateTable(ctx, dynamostore.Table(name)); err != nil {
		t.Fatalf("table: %v", err)
	}
	t.Cleanup(func() {
		if _, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Logf("table %s stays: %v", name, err)
		}
	})
	if err := dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 20*time.Millisecond, time.Second
	}).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatalf("table: %v", err)
	}
	st, err := dynamostore.New(dynamostore.Options{Client: db, Table: name, Jitter: chance, Wait: Wait, Scratch: Scratch(t)})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

var tables atomic.Int64

// Scratch makes files that go with the test.
func Scratch(t testing.TB) func() (dynamostore.Scratch, error) {
	return func() (dynamostore.Scratch, error) { return os.CreateTemp(t.TempDir(), "scratch") }
}

// Wait waits by the wall clock.
func Wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Tail cuts a long text for a test's output.
func Tail(b []byte, n int) string {
	s := strings.TrimSpace(string(b))
	return s[max(0, len(s)-n):]
}
