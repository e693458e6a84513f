package asl

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"hoso/shared/fault"
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
	resumes  []string  // executions to take up
	calls    int       // functions under way
	steps    int       // executions being advanced otherwise
	visits   int       // calls of the engine's methods that change an execution
	watchers map[string][]chan struct{}
}

// cell is an execution in use. It is in memory only while something works on
// it or a function of it runs.
type cell struct {
	refs int // under Engine.mu

	mu      sync.Mutex
	rec     Record
	run     *run // nil: to be loaded
	machine *Machine
	stop    map[int64]context.CancelFunc // attempts under way
}

// attempt names one attempt of a task. Its execution stays in memory until the
// function is called, unless there are too many.
type attempt struct {
	id        string
	scheduled int64
	cell      *cell
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
			e.timers.set(r.ID, r.Due)
			if r.Active {
				e.resumes = append(e.resumes, r.ID)
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
	if c.machine, err = e.machineOf(rec); err != nil {
		return false, err
	}
	r, err := decodeRun(rec.Snapshot, c.machine)
	if err != nil {
		return false, fmt.Errorf("read the state of %s: %w", id, err)
	}
	r.id, r.machine, r.name, r.input, r.started = rec.ID, rec.Machine, rec.Name, rec.Input, rec.Started
	rec.Snapshot, rec.Input = nil, ""
	c.rec, c.run = rec, r
	return true, nil
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
	ok, err = e.load(ctx, id, c)
	if !ok || err != nil {
		return false, err
	}
	s := e.newStep(c.run)
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
		for _, w := range e.watchers[id] {
			close(w)
		}
		delete(e.watchers, id)
	} else if len(s.queue) > 0 {
		e.resumes = append(e.resumes, id)
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

func refuse(kind fault.Kind, op, code, format string, args ...any) error {
	return &fault.Error{Kind: kind, Op: "asl." + op, Code: code, Err: fmt.Errorf(format, args...)}
}

// StartOutcome says what Start found.
type StartOutcome string

const (
	// Started: a new execution.
	Started StartOutcome = "Started"
	// AlreadyRunning: the same name with the same input runs; Step Functions
	// answers as if it had just been started.
	AlreadyRunning StartOutcome = "AlreadyRunning"
	// AlreadyExists: the name was used with another input, or its execution
	// has ended (ExecutionAlreadyExists).
	AlreadyExists StartOutcome = "AlreadyExists"
)

// Start starts an execution; its name makes repeating the call harmless
// (API reference, StartExecution). When it returns, the journal has the
// execution. Errors: StateMachineDoesNotExist, InvalidName,
// InvalidExecutionInput, or the journal's.
func (e *Engine) Start(ctx context.Context, machine, name string, input []byte) (StartOutcome, error) {
	m := e.machines[machine]
	if m == nil {
		return "", refuse(fault.NotFound, "start", CodeStateMachineDoesNotExist, "no state machine %q", machine)
	}
	if !validName(name) {
		return "", refuse(fault.Invalid, "start", CodeInvalidName, "the name %q has a forbidden character or not 1 to 80 characters", name)
	}
	text, err := compact(string(input))
	if err != nil || len(input) > maxPayload {
		return "", refuse(fault.Invalid, "start", CodeInvalidExecutionInput, "the input is not JSON of at most %d bytes", maxPayload)
	}
	id := ExecutionARN(machine, name)
	defer e.visit()()
	c := e.acquire(id)
	defer e.release(id, c)
	rec, err := e.o.Journal.Load(ctx, Key{ID: id})
	if err != nil {
		return "", err
	}
	if rec.ID != "" {
		if rec.Status == Running && rec.Input == text {
			return AlreadyRunning, nil
		}
		return AlreadyExists, nil
	}
	now := e.now()
	age := maxAge
	if m.timeout > 0 {
		age = min(age, m.timeout)
	}
	c.machine = m
	c.run = &run{id: id, machine: machine, name: name, input: text, started: now, Deadline: now.Add(age)}
	c.rec = Record{ID: id, Machine: machine, Name: name, Started: now, Input: text, Definition: m.text, Digest: m.digest[:]}
	s := e.newStep(c.run)
	s.now = now
	s.begin(m.graph)
	if err := e.commit(ctx, c, s, true); errors.Is(err, ErrExists) {
		return AlreadyExists, nil
	} else if err != nil {
		return "", err
	}
	return Started, nil
}

// validName follows the API reference, StartExecution, "name".
func validName(name string) bool {
	if len(name) < 1 || len(name) > 80 {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c >= 0x7f && c <= 0x9f || strings.ContainsRune("<>{}[]?*\"#%\\^|~`$&,;:/", c) || c >= 0xd800 && c <= 0xdfff
	})
}
