package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Runtime is a Lambda Runtime API for one bootstrap: the very binary that is
// deployed runs under it.
type Runtime struct {
	srv    *httptest.Server
	next   chan event
	answer chan Answer
	exited chan error
	once   sync.Once
	ready  sync.Once
	Ready  chan struct{}    // closed once the process asks for its first event
	Output *strings.Builder // what the process said; to be read after Stop
	cmd    *exec.Cmd
}

type event struct {
	payload string
	until   time.Time
}

// Answer is what a function answered: its output, or an error's type.
type Answer struct {
	Output    string
	ErrorType string
}

// ErrEnded says that the process ended instead of answering.
var ErrEnded = errors.New("the process ended")

// Boot starts a bootstrap, with an emulator before it if need be.
func Boot(env []string, command ...string) (*Runtime, error) {
	r := &Runtime{next: make(chan event), answer: make(chan Answer, 1), exited: make(chan error, 1), Ready: make(chan struct{}), Output: &strings.Builder{}}
	mux := http.NewServeMux()
	const base = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+base+"invocation/next", func(w http.ResponseWriter, q *http.Request) {
		r.ready.Do(func() { close(r.Ready) })
		select {
		case e := <-r.next:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(e.until.UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:x:1:function:f")
			_, _ = io.WriteString(w, e.payload)
		case <-q.Context().Done():
		}
	})
	mux.HandleFunc("POST "+base+"invocation/1/response", func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		w.WriteHeader(http.StatusAccepted)
		r.answer <- Answer{Output: string(b)}
	})
	mux.HandleFunc("POST "+base+"invocation/1/error", func(w http.ResponseWriter, q *http.Request) {
		var e struct{ ErrorType string }
		_ = json.NewDecoder(q.Body).Decode(&e)
		w.WriteHeader(http.StatusAccepted)
		r.answer <- Answer{ErrorType: e.ErrorType}
	})
	r.srv = httptest.NewServer(mux)
	r.cmd = exec.Command(command[0], command[1:]...)
	r.cmd.Env = append(env, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(r.srv.URL, "http://"))
	r.cmd.Stdout, r.cmd.Stderr = r.Output, r.Output
	if err := r.cmd.Start(); err != nil {
		r.srv.Close()
		return nil, err
	}
	go func() { r.exited <- r.cmd.Wait() }()
	return r, nil
}

// Invoke hands one event over and waits for the answer. One that takes longer
// than timeout is killed, as Lambda does.
func (r *Runtime) Invoke(ctx context.Context, payload string, timeout time.Duration) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout+10*time.Second)
	defer cancel()
	select {
	case r.next <- event{payload, time.Now().Add(timeout)}:
	case err := <-r.exited:
		r.exited <- err
		return Answer{}, fmt.Errorf("%w: %w", ErrEnded, err)
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	select {
	case a := <-r.answer:
		return a, nil
	case err := <-r.exited:
		r.exited <- err
		return Answer{ErrorType: "Runtime.ExitError"}, nil
	case <-ctx.Done():
		_ = r.cmd.Process.Kill()
		return Answer{ErrorType: "Sandbox.Timedout"}, nil
	}
}

// Wait waits for the end of a process that ends by itself.
func (r *Runtime) Wait() error {
	err := <-r.exited
	r.exited <- err
	return err
}

// Kill ends the process at once, whatever it is doing; Stop is still due.
func (r *Runtime) Kill() { _ = r.cmd.Process.Kill() }

// Stop ends the process.
func (r *Runtime) Stop() {
	r.once.Do(func() {
		_ = r.cmd.Process.Kill()
		<-r.exited
		r.srv.CloseClientConnections()
		r.srv.Close()
	})
}
