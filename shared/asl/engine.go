package asl

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options is what an engine needs. All but Workers must be given.
type Options struct {
	Machines []*Machine
	// Invoke calls a function by its name, or by what stands as FunctionName
	// or Resource in the definition. A *TaskError gives the failure its name;
	// any other error is Lambda.Unknown. It must be safe for concurrent use
	// and return soon after ctx ends.
	Invoke  func(ctx context.Context, function string, payload []byte) ([]byte, error)
	Journal Journal
	Clock   Clock
	// NewToken gives task tokens: at most 2,048 characters, never guessable,
	// never twice the same.
	NewToken func() string
	// NewID gives UUIDs, Random numbers from 0 up to, and without, 1. Both
	// must be safe for concurrent use.
	NewID  func() string
	Random func() float64
	// Workers bounds the functions that run at once; 0 is 32.
	Workers int
	Log     *slog.Logger
}

// Codes of the errors that the engine's methods give, as the API of Step
// Functions names them; fault.CodeOf reads them.
const (
	CodeExecutionDoesNotExist    = "ExecutionDoesNotExist"
	CodeInvalidExecutionInput    = "InvalidExecutionInput"
	CodeInvalidName              = "InvalidName"
	CodeInvalidOutput            = "InvalidOutput"
	CodeInvalidToken             = "InvalidToken"
	CodeStateMachineDoesNotExist = "StateMachineDoesNotExist"
	CodeTaskDoesNotExist         = "TaskDoesNotExist"
	CodeTaskTimedOut             = "TaskTimedOut"
)

const (
	defaultWorkers = 32
	// maxSteps bounds the executions that are advanced at once.
	maxSteps = 256
	// maxHeld bounds the executions that are kept in memory while they queue.
	maxHeld = 2048
	// pause is how long the engine waits after the journal failed.
	pause = time.Second
)

// Engine runs executions. Its methods are safe for concurrent use.
type Engine struct {
	o        Options
	funcs    *intrinsics
	machines map[string]*Machine
	wake     chan struct{}

	mu       sync.Mutex
	byDigest map[[sha256.Size]byte]*Machine
	cells    map[string]*cell
	timers   timers
	pending  []attempt // functions to call
	resumes  []resume  // executions to take up
	calls    int       // functions under way
	steps    int       // executions being advanced otherwise
	visits   int       // calls of the engine's methods that change an execution
	watchers map[string][]chan struct{}
}

// cell is an execution in use. It is in memory only while something works on
// it or a function of it runs.
type cell struct {
	refs int // under Engine.mu

	mu   sync.Mutex
	rec  Record
	run  *run                         // nil: to be loaded
	stop map[int64]context.CancelFunc // attempts under way
}

// attempt names one attempt of a task. Its execution stays in memory until the
// function is called, unless there are too many.
type attempt struct {
	id        string
	scheduled int64
	cell      *cell
}

// resume names an execution that is in the middle of something; restart says
// that another process left it so.
type resume struct {
	id      string
	restart bool
}

// New prepares an engine and takes up what the journal holds: it learns when
// each open execution next acts, without loading any.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	e := &Engine{
		o: o, funcs: &intrinsics{uuid: o.NewID, random: o.Random},
		machines: map[string]*Machine{}, byDigest: map[[sha256.Size]byte]*Machine{},
		wake:  make(chan struct{}, 1),
		cells: map[string]*cell{}, timers: timers{place: map[string]*timer{}},
		watchers: map[string][]chan struct{}{},
	}
	for _, m := range o.Machines {
		if e.machines[m.name] != nil {
			return nil, fmt.Errorf("two state machines are called %s", m.name)
		}
		e.machines[m.name], e.byDigest[m.digest] = m, m
	}
	for past := int64(0); ; {
		page, err := o.Journal.Scan(ctx, Query{Open: true, Past: past, Limit: 1000})
		if err != nil {
			return nil, fmt.Errorf("read the open executions: %w", err)
		}
		if len(page) == 0 {
			return e, nil
		}
		for _, r := range page {
			if r.Active {
				e.resumes = append(e.resumes, resume{r.ID, true})
			} else {
				e.timers.set(r.ID, r.Due)
			}
			past = r.Position
		}
	}
}

// visit says that a method of the engine is at work, until its result is
// called: a played clock must not jump meanwhile.
func (e *Engine) visit() func() {
	e.mu.Lock()
	e.visits++
	e.mu.Unlock()
	return func() {
		e.mu.Lock()
		e.visits--
		e.mu.Unlock()
		e.poke()
	}
}

// acquire gives the cell of an execution, locked.
func (e *Engine) acquire(id string) *cell {
	e.mu.Lock()
	c := e.cells[id]
	if c == nil {
		c = &cell{stop: map[int64]context.CancelFunc{}}
		e.cells[id] = c
	}
	c.refs++
	e.mu.Unlock()
	c.mu.Lock()
	return c
}

// release unlocks a cell and forgets it if nobody else uses it.
func (e *Engine) release(id string, c *cell) {
	c.mu.Unlock()
	e.unuse(id, c)
}

func (e *Engine) unuse(id string, c *cell) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c.refs--; c.refs == 0 {
		delete(e.cells, id)
	}
}

// load brings the execution into the cell. open is false if it is not running.
func (e *Engine) load(ctx context.Context, id string, c *cell) (open bool, err error) {
	if c.run != nil {
		return true, nil
	}
	rec, err := e.o.Journal.Load(ctx, Key{ID: id})
	if err != nil || rec.ID == "" || rec.Status != Running {
		return false, err
	}
	m, err := e.machineOf(rec)
	var r *run
	if err == nil {
		r, err = decodeRun(rec.Snapshot, m)
	}
	if err != nil {
		return false, e.abandon(ctx, rec, err)
	}
	r.id, r.machine, r.name, r.input, r.started = rec.ID, rec.Machine, rec.Name, rec.Input, rec.Started
	rec.Snapshot, rec.Input = nil, ""
	c.rec, c.run = rec, r
	return true, nil
}

// abandon ends an execution that this program cannot read, by its definition
// or its state: nobody may take it for one that goes on.
func (e *Engine) abandon(ctx context.Context, rec Record, why error) error {
	failed := failure(errRuntime, "The execution cannot be taken up: %s", why)
	rec.Version++
	rec.Status, rec.Stopped, rec.Error, rec.Cause = Failed, e.now(), failed.name, failed.cause
	if err := e.o.Journal.Commit(ctx, &Transition{Record: rec}); err != nil {
		return err
	}
	e.o.Log.ErrorContext(ctx, "execution abandoned", slog.String("execution", rec.ID), slog.Any("error", why))
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timers.set(rec.ID, time.Time{})
	e.tell(rec.ID)
	return nil
}

// tell wakes those who await an execution's end. The caller holds the lock.
func (e *Engine) tell(id string) {
	for _, w := range e.watchers[id] {
		close(w)
	}
	delete(e.watchers, id)
}

// machineOf gives the definition an execution was started with.
func (e *Engine) machineOf(rec Record) (*Machine, error) {
	var digest [sha256.Size]byte
	copy(digest[:], rec.Digest)
	e.mu.Lock()
	m := e.byDigest[digest]
	e.mu.Unlock()
	if m != nil {
		return m, nil
	}
	m, err := Parse(rec.Machine, []byte(rec.Definition), nil)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.byDigest[digest] = m
	e.mu.Unlock()
	return m, nil
}

func (e *Engine) now() time.Time { return e.o.Clock.Now().UTC().Round(0) }

func (e *Engine) newStep(r *run) *step {
	return &step{run: r, now: e.now(), funcs: e.funcs, token: e.o.NewToken}
}

// transition changes an open execution: first what is due, then change. The
// caller holds the cell. ok is false if the execution is not running.
func (e *Engine) transition(ctx context.Context, id string, c *cell, change func(*step) error) (ok bool, err error) {
	return e.transitionFrom(ctx, id, c, func(*step) {}, change)
}

// transitionFrom is transition with something to be done even before what is due.
func (e *Engine) transitionFrom(ctx context.Context, id string, c *cell, before func(*step), change func(*step) error) (ok bool, err error) {
	ok, err = e.load(ctx, id, c)
	if !ok || err != nil {
		return false, err
	}
	s := e.newStep(c.run)
	before(s)
	s.fire()
	refused := change(s)
	if err := e.commit(ctx, c, s, false); err != nil {
		return true, err
	}
	return true, refused
}

// commit writes what a step has done, and then sets going what follows.
func (e *Engine) commit(ctx context.Context, c *cell, s *step, created bool) error {
	if len(s.events) > 0 || s.touched {
		if err := e.write(ctx, c, s, created); err != nil {
			c.run = nil // memory is ahead of the journal: read it again
			return err
		}
	}
	for _, n := range s.stopped {
		if stop := c.stop[n]; stop != nil {
			stop()
		}
	}
	e.after(c, s)
	return nil
}

func (e *Engine) write(ctx context.Context, c *cell, s *step, created bool) error {
	r := c.rec
	r.Version++
	r.Status, r.Due, r.Active = Running, s.run.due(), s.run.active()
	if s.ended != nil {
		r.Status, r.Stopped, r.Output = s.ended.status, s.now, s.ended.output
		r.Due, r.Active = time.Time{}, false
		if s.ended.err != nil {
			r.Error, r.Cause = s.ended.err.name, s.ended.err.cause
		}
	} else {
		var err error
		if r.Snapshot, err = s.run.encode(); err != nil {
			return fmt.Errorf("write the state of %s: %w", r.ID, err)
		}
	}
	t := &Transition{Record: r, Created: created, Events: s.events, Opened: s.opened}
	if err := e.o.Journal.Commit(ctx, t); err != nil {
		return err
	}
	c.rec = t.Record
	c.rec.Snapshot, c.rec.Input, c.rec.Definition = nil, "", ""
	return nil
}

// after notes what is to be done next. The caller holds the cell.
func (e *Engine) after(c *cell, s *step) {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := c.rec.ID
	e.timers.set(id, c.rec.Due)
	for _, b := range s.calls {
		if b.Task != nil {
			a := attempt{id: id, scheduled: b.Task.Scheduled}
			if len(e.cells) < maxHeld {
				a.cell = c
				c.refs++
			}
			e.pending = append(e.pending, a)
		}
	}
	if s.ended != nil {
		c.run = nil
		e.tell(id)
	} else if len(s.queue) > 0 {
		e.resumes = append(e.resumes, resume{id: id})
	}
	e.poke()
}

// Wake makes the engine look at its clock again, after it was set forward.
func (e *Engine) Wake() { e.poke() }

func (e *Engine) poke() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
