package asl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"
)

// Run works until ctx ends: it calls functions, keeps time limits, and takes
// up what an earlier process left. When ctx ends, functions under way are told
// to stop; what they still answer is kept, what they do not is called again by
// the next engine on the journal. Only one Run may work on a journal.
func (e *Engine) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	for ctx.Err() == nil {
		e.dispatch(ctx, &all)
		e.mu.Lock()
		until := e.timers.next()
		busy := e.visits + e.steps + e.calls + len(e.pending) + len(e.resumes)
		e.mu.Unlock()
		e.o.Clock.Wait(ctx, until, busy, e.wake)
	}
}

// dispatch starts everything that can start now.
func (e *Engine) dispatch(ctx context.Context, all *sync.WaitGroup) {
	now := e.now()
	for ctx.Err() == nil {
		e.mu.Lock()
		count := &e.steps
		work := e.nextStep(ctx, now)
		if work == nil {
			count = &e.calls
			work = e.nextCall(ctx)
		}
		if work == nil {
			e.mu.Unlock()
			return
		}
		*count++
		e.mu.Unlock()
		all.Go(func() {
			work()
			e.mu.Lock()
			*count--
			e.mu.Unlock()
			e.poke()
		})
	}
}

// nextStep takes an execution that is to be advanced. The caller holds the lock.
func (e *Engine) nextStep(ctx context.Context, now time.Time) func() {
	if e.steps == maxSteps {
		return nil
	}
	if id, due := e.timers.pop(now); due {
		return func() { e.advance(ctx, id, nothing, nothing) }
	}
	if len(e.resumes) > 0 {
		r := e.resumes[0]
		e.resumes = e.resumes[1:]
		before := nothing
		if r.restart {
			before = (*step).restart
		}
		return func() { e.advance(ctx, r.id, before, (*step).resume) }
	}
	return nil
}

func nothing(*step) {}

// nextCall takes a function to be called. The caller holds the lock.
func (e *Engine) nextCall(ctx context.Context) func() {
	if len(e.pending) == 0 || e.calls == e.o.Workers {
		return nil
	}
	a := e.pending[0]
	e.pending = e.pending[1:]
	return func() { e.call(ctx, a) }
}

// advance makes one transition of an execution and tries again for as long as
// the journal fails: what has happened must not get lost.
func (e *Engine) advance(ctx context.Context, id string, before, change func(*step)) {
	for {
		c := e.acquire(id)
		_, err := e.transitionFrom(context.WithoutCancel(ctx), id, c, before, func(s *step) error {
			change(s)
			return nil
		})
		e.release(id, c)
		if err == nil {
			return
		}
		e.o.Log.ErrorContext(ctx, "execution not advanced", slog.String("execution", id), slog.Any("error", err))
		e.o.Clock.Wait(ctx, e.now().Add(pause), 0, nil)
		if ctx.Err() != nil {
			return
		}
	}
}

// call makes one call of a function and journals its answer.
func (e *Engine) call(ctx context.Context, a attempt) {
	c := a.cell
	if c == nil {
		c = e.acquire(a.id)
	} else {
		c.mu.Lock()
	}
	open, err := e.load(ctx, a.id, c)
	var b *branch
	if open {
		b = c.run.attempt(a.scheduled)
	}
	if b == nil || b.Task.Submitted || c.stop[a.scheduled] != nil {
		e.release(a.id, c)
		if err != nil && ctx.Err() == nil {
			e.advance(ctx, a.id, nothing, (*step).resume)
		}
		return
	}
	// The cell stays in memory, unlocked, while the function runs.
	function, payload := b.Task.Function, b.Task.Payload
	callCtx, stop := context.WithCancel(ctx)
	c.stop[a.scheduled] = stop
	c.mu.Unlock()
	defer e.unuse(a.id, c)

	answer, failed := e.invoke(callCtx, function, payload)
	stop()

	c.mu.Lock()
	delete(c.stop, a.scheduled)
	c.mu.Unlock()
	if failed != nil && ctx.Err() != nil {
		return // stopped with the engine: called again by the next one
	}
	e.advance(ctx, a.id, nothing, func(s *step) {
		b := s.run.attempt(a.scheduled)
		switch {
		case s.ended != nil || b == nil || b.Task.Submitted:
			// Timed out, stopped, or answered by its token meanwhile.
		case failed != nil:
			s.taskFailed(b, failed)
		default:
			s.answered(b, string(answer))
		}
	})
}

// invoke calls a function and gives its failure the name that Retry and Catch
// match. A panic is named after the type of its value, as Lambda's Go runtime
// does.
func (e *Engine) invoke(ctx context.Context, function string, payload []byte) (answer []byte, failed *stateError) {
	defer func() {
		if v := recover(); v != nil {
			e.o.Log.ErrorContext(ctx, "function panicked", slog.String("function", function), slog.Any("panic", v))
			failed = failure(reflect.TypeOf(v).String(), "%v", v)
		}
	}()
	answer, err := e.o.Invoke(ctx, function, payload)
	if err == nil {
		return answer, nil
	}
	var t *TaskError
	if errors.As(err, &t) {
		return nil, &stateError{name: &t.Name, cause: &t.Cause}
	}
	return nil, failure("Lambda.Unknown", "%s", err)
}

// Await returns when the execution has ended, and how.
func (e *Engine) Await(ctx context.Context, id string) (Execution, error) {
	for {
		ended := make(chan struct{})
		e.mu.Lock()
		e.watchers[id] = append(e.watchers[id], ended)
		e.mu.Unlock()
		x, err := e.Describe(ctx, id)
		if err != nil || x.Status != Running {
			return x, err
		}
		select {
		case <-ended:
		case <-ctx.Done():
			e.mu.Lock()
			e.watchers[id] = slices.DeleteFunc(e.watchers[id], func(w chan struct{}) bool { return w == ended })
			e.mu.Unlock()
			return x, ctx.Err()
		}
	}
}

// Execution describes an execution (API reference, DescribeExecution).
type Execution struct {
	ID      string
	Machine string
	Name    string
	Status  Status
	Started time.Time
	Stopped time.Time // zero while it runs
	Input   string
	Output  string  // of a success
	Error   *string // of a failure that has one
	Cause   *string
	// Position is what List goes on after.
	Position int64
}

func describe(r Record) Execution {
	return Execution{
		ID: r.ID, Machine: r.Machine, Name: r.Name, Status: r.Status, Started: r.Started, Stopped: r.Stopped,
		Input: r.Input, Output: r.Output, Error: r.Error, Cause: r.Cause, Position: r.Position,
	}
}

// String gives machine, name and status.
func (x Execution) String() string { return fmt.Sprintf("%s/%s %s", x.Machine, x.Name, x.Status) }
