package asl_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/asl"
	"hoso/shared/onebox/journal"
	"hoso/shared/secret"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// world is an engine at work with a played clock.
type world struct {
	t       testing.TB
	engine  *asl.Engine
	clock   *asl.VirtualClock
	journal asl.Journal
	stop    func()
}

// calls answers a machine's function calls.
type calls func(ctx context.Context, function string, payload []byte) ([]byte, error)

// memory opens the SQLite journal in memory.
func memory(t testing.TB) *journal.Journal { return openJournal(t, ":memory:") }

// onDisk opens a journal in a file of its own.
func onDisk(t testing.TB) *journal.Journal {
	return openJournal(t, filepath.Join(t.TempDir(), "flows.db"))
}

func openJournal(t testing.TB, path string) *journal.Journal {
	t.Helper()
	box, err := secret.New(make([]byte, secret.KeySize), func(n int) []byte {
		b := make([]byte, n)
		_, _ = rand.Read(b)
		return b
	})
	if err != nil {
		t.Fatal(err)
	}
	vault, err := box.Vault("runs")
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(context.Background(), path, vault)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// newWorld starts an engine on a journal. It stops with the test, or earlier
// by stop.
func newWorld(t testing.TB, j asl.Journal, clock *asl.VirtualClock, invoke calls, machines ...*asl.Machine) *world {
	t.Helper()
	return newWorldOf(t, j, clock, invoke, 0, machines...)
}

// newWorldOf is newWorld with a number of workers.
func newWorldOf(t testing.TB, j asl.Journal, clock *asl.VirtualClock, invoke calls, workers int, machines ...*asl.Machine) *world {
	t.Helper()
	var n atomic.Int64
	id := func(kind string) func() string {
		return func() string { return fmt.Sprintf("%s-%d-%d", kind, clock.Now().UnixNano(), n.Add(1)) }
	}
	e, err := asl.New(context.Background(), asl.Options{
		Workers: workers, Machines: machines, Invoke: invoke, Journal: j, Clock: clock,
		NewToken: id("token"), NewID: id("id"), Random: func() float64 { return 0.5 },
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		e.Run(ctx)
		close(done)
	}()
	w := &world{t: t, engine: e, clock: clock, journal: j}
	w.stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	t.Cleanup(w.stop)
	return w
}

// run starts a machine on a world of its own and waits for its end.
func run(t testing.TB, definition, input string, invoke calls) (*world, asl.Execution) {
	t.Helper()
	w := newWorld(t, memory(t), asl.NewVirtualClock(start), invoke, parse(t, definition))
	return w, w.run("run", input)
}

func (w *world) run(name, input string) asl.Execution {
	w.t.Helper()
	w.begin(name, input)
	return w.await(name)
}

func (w *world) begin(name, input string) {
	w.t.Helper()
	if got, err := w.engine.Start(context.Background(), "flow", name, []byte(input)); err != nil || got != asl.Started {
		w.t.Fatalf("Start(%s) = %v, %v", name, got, err)
	}
}

func (w *world) await(name string) asl.Execution {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	x, err := w.engine.Await(ctx, asl.ExecutionARN("flow", name))
	if err != nil {
		w.t.Fatalf("execution %s: %v; %s", name, err, strings.Join(w.types(name), " "))
	}
	return x
}

// settle waits until every open execution waits for time or a token.
func (w *world) settle() {
	w.t.Helper()
	for past := int64(0); ; {
		page, err := w.journal.Scan(context.Background(), asl.Query{Open: true, Past: past, Limit: 1000})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(page) == 0 {
			return
		}
		if slices.ContainsFunc(page, func(r asl.Record) bool { return r.Active }) {
			runtime.Gosched()
			continue
		}
		past = page[len(page)-1].Position
	}
}

func (w *world) history(name string) []asl.Event {
	w.t.Helper()
	events, err := w.engine.History(context.Background(), asl.ExecutionARN("flow", name), 1, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return events
}

// types gives the types of an execution's events.
func (w *world) types(name string) []string {
	var out []string
	for _, e := range w.history(name) {
		out = append(out, e.Type)
	}
	return out
}

// entered gives the names of the states an execution has entered.
func entered(events []asl.Event) []string {
	var out []string
	for _, e := range events {
		if strings.HasSuffix(e.Type, "StateEntered") {
			out = append(out, e.Details["name"].(string))
		}
	}
	return out
}

func parse(t testing.TB, definition string) *asl.Machine {
	t.Helper()
	m, err := asl.Parse("flow", []byte(definition), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ended checks how an execution ended: its status, and its output or the name
// of its error.
func ended(t testing.TB, x asl.Execution, status asl.Status, result string) {
	t.Helper()
	got := x.Output
	if x.Error != nil {
		got = *x.Error
	}
	if x.Status != status || !sameJSON(got, result) {
		cause := ""
		if x.Cause != nil {
			cause = *x.Cause
		}
		t.Fatalf("ended %s with %s (%s), want %s with %s", x.Status, got, cause, status, result)
	}
}

func sameJSON(a, b string) bool {
	var v, w any
	if json.Unmarshal([]byte(a), &v) != nil || json.Unmarshal([]byte(b), &w) != nil {
		return a == b
	}
	x, _ := json.Marshal(v)
	y, _ := json.Marshal(w)
	return string(x) == string(y)
}

// echo answers every call with its payload.
func echo(_ context.Context, _ string, payload []byte) ([]byte, error) { return payload, nil }

// parked hands out the tokens of tasks that wait for one. When one comes, time
// stands still until the test moves it.
type parked struct {
	clock  *asl.VirtualClock
	mu     sync.Mutex
	tokens []string
	came   chan string
}

func newParked(clock *asl.VirtualClock) *parked {
	return &parked{clock: clock, came: make(chan string, 10000)}
}

// call takes a payload {"token": …}.
func (p *parked) call(_ context.Context, _ string, payload []byte) ([]byte, error) {
	var in struct{ Token string }
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, err
	}
	p.clock.Hold()
	p.mu.Lock()
	p.tokens = append(p.tokens, in.Token)
	p.mu.Unlock()
	p.came <- in.Token
	return []byte(`{}`), nil
}

func (p *parked) next(t testing.TB) string {
	t.Helper()
	select {
	case token := <-p.came:
		return token
	case <-time.After(20 * time.Second):
		t.Fatal("no task came to wait for its token")
		return ""
	}
}

// answering gives the same answer to every call.
func answering(text string) calls {
	return func(context.Context, string, []byte) ([]byte, error) { return []byte(text), nil }
}
