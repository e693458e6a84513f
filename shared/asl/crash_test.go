package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/asl"
)

// dying is a journal whose process dies after a number of transitions: the
// one after them is lost, or durable without anybody having been told.
type dying struct {
	asl.Journal
	mu    sync.Mutex
	left  int
	after bool // the last transition is durable
	dead  chan struct{}
	clock *asl.VirtualClock // stands still at death
}

var errDead = errors.New("the process is dead")

func (d *dying) Commit(ctx context.Context, t *asl.Transition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left--
	if d.left == -1 {
		d.clock.Hold()
		defer close(d.dead)
		if d.after {
			if err := d.Journal.Commit(ctx, t); err != nil {
				return err
			}
		}
	}
	if d.left < 0 {
		return errDead
	}
	return d.Journal.Commit(ctx, t)
}

// everything has each kind of state: tasks that fail and are tried again, a
// token, a wait, branches and items.
const everything = `{"StartAt":"first","States":{
  "first":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"task":"first"}},
    "ResultSelector":{"done.$":"$.Payload.task"},"ResultPath":"$.first","TimeoutSeconds":60,"Next":"second"},
  "second":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:f","Parameters":{"task":"second"},"ResultPath":"$.second",
    "Retry":[{"ErrorEquals":["Transient"],"MaxAttempts":2}],"Next":"pause"},
  "pause":{"Type":"Wait","Seconds":3600,"Next":"ask"},
  "ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":9999999,
    "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"ResultPath":"$.answer","Next":"sides"},
  "sides":{"Type":"Parallel","ResultPath":"$.sides","Next":"items","Branches":[
    {"StartAt":"left","States":{"left":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:f","Parameters":{"task":"left"},"Next":"rest"},"rest":{"Type":"Wait","Seconds":5,"End":true}}},
    {"StartAt":"right","States":{"right":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:f","Parameters":{"task":"right"},"End":true}}}]},
  "items":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ResultPath":"$.items","Next":"good",
    "ItemSelector":{"task.$":"States.Format('item {}', $$.Map.Item.Value)"},
    "ItemProcessor":{"StartAt":"item","States":{"item":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:f","End":true}}}},
  "good":{"Type":"Choice","Choices":[{"Variable":"$.answer","StringEquals":"yes","Next":"end"}],"Default":"bad"},
  "end":{"Type":"Succeed","OutputPath":"$"},
  "bad":{"Type":"Fail","Error":"Bad"}}}`

const everythingInput = `{"items":[1,2,3]}`

const everythingEnds = `{"first":{"done":"first"},"second":{"task":"second"},"answer":"yes",
  "sides":[{"task":"left"},{"task":"right"}],"items":[{"task":"item 1"},{"task":"item 2"},{"task":"item 3"}]}`

// hands does the work of "everything" and counts it, across processes.
type hands struct {
	mu     sync.Mutex
	calls  map[string]int
	clock  *asl.VirtualClock
	engine *asl.Engine
	tokens []string
	wait   sync.WaitGroup
}

func (h *hands) call(_ context.Context, function string, payload []byte) ([]byte, error) {
	var in struct{ Task, Token string }
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if function == "ask" {
		h.calls["ask"]++
		h.tokens = append(h.tokens, in.Token)
		e := h.engine
		h.clock.Hold() // until the answer is given
		h.wait.Go(func() {
			defer h.clock.Let()
			_ = e.Succeed(context.Background(), in.Token, []byte(`"yes"`))
		})
		return []byte(`{}`), nil
	}
	h.calls[in.Task]++
	if in.Task == "second" && h.calls["second"] == 1 {
		return nil, &asl.TaskError{Name: "Transient"}
	}
	return payload, nil
}

// answerAgain repeats every answer, as an outbox does after a crash.
func (h *hands) answerAgain() {
	h.mu.Lock()
	tokens, e := h.tokens, h.engine
	h.mu.Unlock()
	for _, token := range tokens {
		_ = e.Succeed(context.Background(), token, []byte(`"yes"`))
	}
}

// finished gives the tasks whose result the journal has.
func finished(events []asl.Event) map[string]bool {
	out := map[string]bool{}
	for _, e := range events {
		text, _ := e.Details["output"].(string)
		if !strings.HasSuffix(e.Type, "Succeeded") || e.Details["output"] == nil || e.Type == "ExecutionSucceeded" {
			continue
		}
		var result struct {
			Task    string
			Payload struct{ Task string }
		}
		switch {
		case json.Unmarshal([]byte(text), &result) != nil:
			out["ask"] = true
		default:
			out[result.Task+result.Payload.Task] = true
		}
	}
	return out
}

// TestACrashAnywhereRepeatsNoFinishedTask cuts the journal before and after
// every single transition.
func TestACrashAnywhereRepeatsNoFinishedTask(t *testing.T) {
	m := parse(t, everything)
	cuts := 0
	for _, after := range []bool{false, true} {
		for n := 0; ; n++ {
			whole := false
			t.Run(fmt.Sprintf("transition %d durable %v", n, after), func(t *testing.T) { whole = crashAt(t, m, n, after) })
			if whole || t.Failed() {
				break
			}
			cuts++
		}
	}
	if cuts < 26 {
		t.Errorf("only %d cuts were tried", cuts)
	}
	t.Logf("%d crashes", cuts)
}

// crashAt says whether the execution ended before its process died.
func crashAt(t *testing.T, m *asl.Machine, n int, after bool) (whole bool) {
	clock := asl.NewVirtualClock(start)
	file := filepath.Join(t.TempDir(), "flows.db")
	j := openJournal(t, file)
	d := &dying{Journal: j, left: n, after: after, dead: make(chan struct{}), clock: clock}
	h := &hands{calls: map[string]int{}, clock: clock}
	w := newWorld(t, d, clock, h.call, m)
	h.mu.Lock()
	h.engine = w.engine
	h.mu.Unlock()
	id := asl.ExecutionARN("flow", "run")
	input := []byte(everythingInput)
	started, startErr := w.engine.Start(ctx, "flow", "run", input)
	if startErr == nil {
		over, e := make(chan struct{}), w.engine
		go func() {
			_, _ = e.Await(context.Background(), id)
			close(over)
		}()
		select {
		case <-d.dead:
		case <-over:
			whole = true
		case <-time.After(20 * time.Second):
			t.Fatal("neither dead nor at its end")
		}
	} else if !errors.Is(startErr, errDead) {
		t.Fatal(started, startErr)
	}
	w.stop()
	h.wait.Wait()

	events, err := j.Events(ctx, id, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	done := finished(events)
	before := maps.Clone(h.calls)
	j = openJournal(t, asKilled(t, file))
	w = newWorld(t, j, clock, h.call, m)
	h.mu.Lock()
	h.engine = w.engine
	h.mu.Unlock()
	h.answerAgain()
	d.revive()
	if startErr != nil {
		if got, err := w.engine.Start(ctx, "flow", "run", input); err != nil || got == asl.AlreadyExists {
			t.Fatalf("started again: %v, %v", got, err)
		}
	}
	ended(t, w.await("run"), asl.Succeeded, everythingEnds)
	h.wait.Wait()
	for task := range done {
		if h.calls[task] != before[task] {
			t.Errorf("%s was finished and is repeated", task)
		}
	}
	for task, times := range h.calls {
		most := 2 // once, and once again if it was under way
		if task == "second" {
			most = 3 // and its first attempt fails
		}
		if times > most {
			t.Errorf("%s was called %d times", task, times)
		}
	}
	numbered(t, w.history("run"))
	return whole
}

// asKilled gives a copy of a journal's files as a kill leaves them: its writer
// never closed them.
func asKilled(t *testing.T, file string) string {
	t.Helper()
	to := t.TempDir()
	for _, part := range []string{"", "-wal"} {
		data, err := os.ReadFile(file + part)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)+part), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(to, filepath.Base(file))
}

// numbered checks that the history has every event once, in order.
func numbered(t *testing.T, events []asl.Event) {
	t.Helper()
	for i, e := range events {
		if e.ID != int64(i+1) || e.PreviousEventID >= e.ID {
			t.Fatalf("event %d has the number %d and follows %d", i+1, e.ID, e.PreviousEventID)
		}
	}
}

// TestManyCrashesInARow lets a process with many executions die again and
// again, at places drawn from a seed.
func TestManyCrashesInARow(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { crashAgain(t, seed) })
	}
}

func crashAgain(t *testing.T, seed uint64) {
	const executions = 8
	random := rand.New(rand.NewPCG(seed, 1))
	m := parse(t, everything)
	clock := asl.NewVirtualClock(start)
	j := memory(t)
	h := &hands{calls: map[string]int{}, clock: clock}
	done := map[string]int{} // calls of a finished task, by execution and task
	for life := 0; ; life++ {
		d := &dying{Journal: j, left: random.IntN(12), after: random.IntN(2) == 0, dead: make(chan struct{}), clock: clock}
		w := newWorld(t, d, clock, h.call, m)
		h.mu.Lock()
		h.engine = w.engine
		h.mu.Unlock()
		h.answerAgain()
		if life > 0 {
			clock.Let()
		}
		all := make(chan struct{})
		go func() {
			defer close(all)
			for i := range executions {
				name := fmt.Sprintf("run-%d", i)
				input := fmt.Sprintf(`{"items":[%d,%d]}`, 10*i+1, 10*i+2)
				if _, err := w.engine.Start(ctx, "flow", name, []byte(input)); err != nil {
					return
				}
			}
			for i := range executions {
				if _, err := w.engine.Await(context.Background(), asl.ExecutionARN("flow", fmt.Sprintf("run-%d", i))); err != nil {
					return
				}
			}
		}()
		over := false
		select {
		case <-d.dead:
		case <-all:
			over = d.alive()
		case <-time.After(20 * time.Second):
			t.Fatal("neither dead nor at its end")
		}
		w.stop()
		h.wait.Wait()
		for key, calls := range done {
			if h.calls[key] != calls {
				t.Errorf("life %d: %s was finished and is repeated", life, key)
			}
		}
		for i := range executions {
			events, err := j.Events(ctx, asl.ExecutionARN("flow", fmt.Sprintf("run-%d", i)), 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			numbered(t, events)
			for task := range finished(events) {
				if strings.HasPrefix(task, "item") { // the others are shared by all executions
					done[task] = h.calls[task]
				}
			}
		}
		if over {
			t.Logf("%d lives", life+1)
			break
		}
	}
	for i := range executions {
		x, err := j.Load(ctx, asl.Key{ID: asl.ExecutionARN("flow", fmt.Sprintf("run-%d", i))})
		if err != nil || x.Status != asl.Succeeded {
			events, _ := j.Events(ctx, x.ID, 1, 0)
			text, _ := json.Marshal(events)
			t.Errorf("execution %d ended %s, %v: %s", i, x.Status, err, text)
		}
	}
	if len(done) != 2*executions {
		t.Errorf("%d items are finished, want %d", len(done), 2*executions)
	}
}

// revive lets time go on after a death.
func (d *dying) revive() {
	if !d.alive() {
		d.clock.Let()
	}
}

func (d *dying) alive() bool {
	select {
	case <-d.dead:
		return false
	default:
		return true
	}
}

// TestALongChainOfStatesIsTakenUpInTheMiddle crashes between the parts in
// which a machine that never waits is written.
func TestALongChainOfStatesIsTakenUpInTheMiddle(t *testing.T) {
	m := parse(t, `{"StartAt":"add","States":{
	  "add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"enough"},
	  "enough":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThanEquals":2000,"Next":"end"}],"Default":"add"},
	  "end":{"Type":"Succeed"}}}`)
	for n := range 5 {
		clock := asl.NewVirtualClock(start)
		j := memory(t)
		d := &dying{Journal: j, left: n + 1, dead: make(chan struct{}), clock: clock}
		w := newWorld(t, d, clock, echo, m)
		w.begin("run", `{"n":0}`)
		<-d.dead
		w.stop()
		d.revive()
		w = newWorld(t, j, clock, echo, m)
		ended(t, w.await("run"), asl.Succeeded, `{"n":2000}`)
		numbered(t, w.history("run"))
	}
}
