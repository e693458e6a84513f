package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	region = "ap-southeast-1"
	stack  = "hoso"
	begins = "2023-11-06T08:00:00+07:00" // when the demonstration's clock begins
)

// stage is a rehearsal under way.
type stage struct {
	root     string
	standIn  string // address of the stand-in
	endpoint string // address of the recorder before it
	recorder *recorder
	env      []string
	outputs  map[string]string
	races    int
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "rehearse: "+format+"\n", args...) }

// listen takes a free port of this machine and gives its address.
func listen() (net.Listener, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	return l, "http://" + l.Addr().String(), nil
}

func serve(l net.Listener, h http.Handler) {
	_ = (&http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}).Serve(l) // ends with the process
}

// start starts the stand-in behind the recorder, in an environment of its
// own: what stands in it reaches the functions.
func (s *stage) start(ctx context.Context, seed uint64) (end func(), err error) {
	l, address, err := listen()
	if err != nil {
		return nil, err
	}
	s.standIn = address
	port := address[strings.LastIndex(address, ":")+1:]
	if err := l.Close(); err != nil {
		return nil, err
	}
	target, err := url.Parse(s.standIn)
	if err != nil {
		return nil, err
	}
	between, endpoint, err := listen()
	if err != nil {
		return nil, err
	}
	s.recorder, s.endpoint = newRecorder(target, seed), endpoint
	go serve(between, s.recorder)
	dir, err := os.MkdirTemp("", "hoso-stand-in-")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.root, ".tools/ministack/bin/ministack"))
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "IOT_MTLS_ENABLED=0", "LOG_LEVEL=WARNING",
		"GATEWAY_PORT=" + port, "MINISTACK_REGION=" + region, "AWS_ENDPOINT_URL=" + endpoint,
		"TMPDIR=" + dir, // it unpacks every function there and leaves it
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	log, err := os.Create(filepath.Join(s.root, ".tools", "rehearse.log"))
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.env = append(os.Environ(), "AWS_ENDPOINT_URL="+s.standIn, "AWS_DEFAULT_REGION="+region, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"SAM_CLI_TELEMETRY=0", "LAMBDA_GOARCH=amd64")
	end = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = log.Close()
		_ = os.RemoveAll(dir)
	}
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get(s.standIn + "/_ministack/health"); err == nil {
			_ = res.Body.Close()
			return end, nil
		}
	}
	end()
	return nil, errors.New("the stand-in does not answer; see .tools/rehearse.log")
}

// call sends an AWS JSON request; the stand-in checks no signatures.
func (s *stage) call(ctx context.Context, service, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.standIn, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body)
		return fmt.Errorf("%s: %s: %s", target, res.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// complaints shows what functions said of errors.
func (s *stage) complaints(ctx context.Context) {
	for _, group := range []string{
		"DispatchLog", "WebLog", "ClockLog", "SweepLog", "IntakeLog", "ExtractLog", "RecognizeLog", "ValidateLog", "AppraisalLog",
		"SelectionLog", "QuotaLog", "ReviewLog", "PostingLog", "DecisionLog", "ArchiveLog",
	} {
		lines, err := s.lines(ctx, group, "")
		if err != nil {
			say("logs of %s: %v", group, err)
		}
		for _, l := range lines {
			if strings.Contains(l, "ERROR") || strings.Contains(l, "WARN") || strings.Contains(l, "panic") {
				say("%s: %s", group, strings.TrimSpace(l))
			}
		}
	}
}

// deploy deploys the template by the very script that deploys it to AWS, with
// functions for this machine. built: they are built already.
func (s *stage) deploy(ctx context.Context, portal string, built bool) error {
	env := s.env
	s.env = append(s.env, "STACK="+stack, "PARAMETERS=PublicUrl="+portal+" Demonstration="+begins)
	if built {
		s.env = append(s.env, "BUILT=1")
	}
	err := s.run(ctx, nil, filepath.Join(s.root, "infra/aws/deploy.sh"), "--no-progressbar")
	s.env = env
	if err != nil {
		return err
	}
	var out bytes.Buffer
	sam := filepath.Join(s.root, ".tools/sam/bin/sam")
	if err := s.run(ctx, &out, sam, "list", "stack-outputs", "--stack-name", stack, "--output", "json"); err != nil {
		return err
	}
	var rows []struct{ OutputKey, OutputValue string }
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		return fmt.Errorf("stack outputs: %w", err)
	}
	s.outputs = map[string]string{}
	for _, r := range rows {
		s.outputs[r.OutputKey] = r.OutputValue
	}
	return nil
}

// run runs a program of the project; what it says is shown only if it fails.
func (s *stage) run(ctx context.Context, out io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = s.root, s.env
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if out != nil {
		cmd.Stdout = out
	}
	if err := cmd.Run(); err != nil {
		text := said.String()
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), args[0], err, text[max(0, len(text)-4000):])
	}
	return nil
}

// portal passes requests to the HTTP API, which the stand-in knows by host.
// Nobody waits for the minute in which the clock comes: it comes at once when
// a demonstration's time was moved on.
func (s *stage) portal() http.Handler {
	target, _ := url.Parse(s.standIn)
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = s.outputs["HttpApiId"] + ".execute-api.localhost:" + target.Port()
		},
		ModifyResponse: func(r *http.Response) error {
			if r.StatusCode == http.StatusInternalServerError && r.Header.Get("Content-Type") == "application/json" {
				// The API's own: the function ended without an answer. Whoever
				// looks at that does it again.
				r.StatusCode = http.StatusBadGateway
			}
			if r.Request.Method != http.MethodPost || r.Request.URL.Path != "/demo/clock" || r.StatusCode != http.StatusOK {
				return nil
			}
			_, err := s.patiently(r.Request.Context(), "ClockName", "{}")
			return err
		},
	}
}
