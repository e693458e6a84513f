package asl

import (
	"encoding/json"
	"fmt"
	"time"
)

const (
	// maxEvents is how many events an execution's history may hold (Step
	// Functions quotas). The last one says how the execution ended.
	maxEvents = 25000
	// maxAge is how long an execution may run (Step Functions quotas).
	maxAge = 365 * 24 * time.Hour
	// stepStates and stepBytes bound what one commit may hold: a machine that
	// loops without waiting is written in parts.
	stepStates = 500
	stepBytes  = 4 << 20

	roleARN   = "arn:aws:iam::000000000000:role/onebox"
	arnPrefix = "arn:aws:states:local:000000000000:"
	region    = "local"
)

// Status is how an execution stands.
type Status string

// The statuses of Step Functions.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// outcome is how an execution ended.
type outcome struct {
	status Status
	output string // of a success
	err    *stateError
}

// step computes transitions of one execution, in memory. It reads no clock and
// calls nothing: what is to be done is left in its fields, for after the
// journal has it.
type step struct {
	run   *run
	now   time.Time
	funcs *intrinsics
	token func() string

	queue  []*branch // branches whose state is to be entered
	events []Event
	bytes  int
	// calls are attempts to start, stopped those whose answer no longer counts.
	calls    []*branch
	stopped  []int64
	opened   []string // tokens
	ended    *outcome
	overflow bool
	touched  bool // changed without an event
}

// begin starts the execution in its first state.
func (s *step) begin(g *graph) {
	s.run.Root = &branch{State: g.start, Input: json.RawMessage(s.run.input), graph: g}
	s.emit(s.run.Root, "ExecutionStarted", map[string]any{"input": s.run.input, "roleArn": roleARN})
	s.run.Root.Previous = 0 // as recorded: the first state does not refer to the start
	s.queue = append(s.queue, s.run.Root)
	s.loop()
}

// restart is resume for a new process. A function that the old one was calling
// is called anew, with the whole of its time: the time of the outage is not
// its own. A token's time runs on.
func (s *step) restart() {
	s.run.Root.each(func(b *branch) {
		if t := b.Task; t != nil && t.Token == "" && t.Limit > 0 {
			t.Deadline = s.now.Add(time.Duration(t.Limit) * time.Second)
			s.touched = true
		}
	})
}

// resume takes up what was left in the middle: branches of a long step, and
// functions whose answer the journal does not have.
func (s *step) resume() {
	s.run.Root.each(func(b *branch) {
		switch {
		case b.Phase == ready:
			s.queue = append(s.queue, b)
		case b.Task != nil && !b.Task.Submitted:
			s.calls = append(s.calls, b)
		}
	})
	s.loop()
}

// loop enters states until every branch waits for something, or the step has
// grown long enough.
func (s *step) loop() {
	for n := 0; len(s.queue) > 0 && s.ended == nil && !s.overflow; n++ {
		if n == stepStates || s.bytes > stepBytes {
			return
		}
		b := s.queue[0]
		s.queue = s.queue[1:]
		if b.Phase == ready {
			s.enter(b)
		}
	}
	if s.overflow && s.ended == nil {
		s.end(Failed, "", failure(errRuntime, "The execution reached the maximum number of history events (%d).", maxEvents))
	}
}

// emit adds an event that follows the branch's last one, and gives its number.
// The last place in the history is kept for the execution's end.
func (s *step) emit(b *branch, eventType string, details map[string]any) int64 {
	if s.ended != nil {
		return s.run.Events
	}
	if s.run.Events >= maxEvents-1 {
		s.overflow = true
		return s.run.Events
	}
	return s.record(b, eventType, details)
}

func (s *step) record(b *branch, eventType string, details map[string]any) int64 {
	s.run.Events++
	s.events = append(s.events, Event{
		ID: s.run.Events, PreviousEventID: b.Previous, Timestamp: s.now, Type: eventType, Details: details,
	})
	for _, k := range []string{"input", "output", "parameters"} {
		if text, ok := details[k].(string); ok {
			s.bytes += len(text)
		}
	}
	b.Previous = s.run.Events
	return s.run.Events
}

// end closes the execution.
func (s *step) end(status Status, output string, err *stateError) {
	if s.ended != nil {
		return
	}
	s.run.Root.each(s.drop)
	s.queue, s.calls = nil, nil
	details := map[string]any{}
	if err != nil {
		details = err.details(details)
	} else {
		details["output"] = output
	}
	name := map[Status]string{
		Succeeded: "ExecutionSucceeded", Failed: "ExecutionFailed", TimedOut: "ExecutionTimedOut", Aborted: "ExecutionAborted",
	}[status]
	s.record(s.run.Root, name, details)
	s.ended = &outcome{status: status, output: output, err: err}
}

// drop forgets a branch's attempt: its token and its answer no longer count.
func (s *step) drop(b *branch) {
	if b.Task == nil {
		return
	}
	s.stopped = append(s.stopped, b.Task.Scheduled)
	b.Task = nil
}

func (s *step) enter(b *branch) {
	st := b.spec()
	b.Entered, b.Tries = s.now, nil
	b.EnteredID = s.emit(b, string(st.kind)+"StateEntered", map[string]any{"name": st.name, "input": string(b.Input)})
	s.act(b)
}

// act does what the branch's state is there for; a retry does it again.
func (s *step) act(b *branch) {
	st := b.spec()
	in, sc, err := s.effective(b)
	if err == nil {
		switch st.kind {
		case kindPass:
			err = s.pass(b, in, sc)
		case kindSucceed:
			err = s.leave(b, in, sc, nil)
		case kindFail:
			s.failBranch(b, st.fail.eval(sc).locate(b))
			return
		case kindChoice:
			err = s.choose(b, in, sc)
		case kindWait:
			err = s.wait(b, sc)
		case kindTask:
			err = s.schedule(b, sc)
		case kindParallel, kindMap:
			err = s.fanOut(b, sc)
		}
	}
	if err != nil {
		s.fail(b, err)
	}
}

// effective gives the state's input after InputPath, and what its paths see.
func (s *step) effective(b *branch) (any, scope, *stateError) {
	st := b.spec()
	raw, _ := decode(string(b.Input))
	sc := scope{input: raw, funcs: s.funcs, variable: b.variable, context: func() any { return s.context(b) }}
	if st.noInput {
		raw = map[string]any{}
	} else if st.input != nil {
		v, ok := st.input.find(sc)
		if !ok {
			return nil, sc, noResults(st.input)
		}
		raw = v
	}
	return raw, sc.with(raw), nil
}

func noResults(p *path) *stateError {
	return runtimeError("Invalid path '%s' : No results for path: %s", p.text, p.normal())
}

func (s *step) pass(b *branch, in any, sc scope) *stateError {
	st := b.spec()
	result := in
	var err *stateError
	switch {
	case st.result != nil:
		result, err = st.result.eval(sc)
	case st.params != nil:
		result, err = st.params.eval(sc)
	}
	if err != nil {
		return err
	}
	return s.finish(b, result, sc)
}

func (s *step) choose(b *branch, in any, sc scope) *stateError {
	st := b.spec()
	next, assign := st.dflt, st.assign
	for _, r := range st.choices {
		ok, err := r.test.passes(sc)
		if err != nil {
			return err
		}
		if ok {
			next, assign = r.next, r.assign
			break
		}
	}
	if next == "" {
		e := failure(errNoChoice, "No choice matched and the state has no Default.")
		e.located = true
		return e
	}
	vars, err := assigned(assign, sc)
	if err != nil {
		return err
	}
	out, err := st.outputOf(in, sc)
	if err != nil {
		return err
	}
	return s.exit(b, out, vars, next)
}

func (s *step) wait(b *branch, sc scope) *stateError {
	due, err := b.spec().wait.until(s.now, sc)
	if err != nil {
		return err
	}
	if due.After(s.now) {
		b.Phase, b.Due = waiting, due
		return nil
	}
	return s.waited(b)
}

// waited leaves a Wait state whose time has come.
func (s *step) waited(b *branch) *stateError {
	b.Phase, b.Due = ready, time.Time{}
	in, sc, err := s.effective(b)
	if err != nil {
		return err
	}
	vars, err := assigned(b.spec().assign, sc)
	if err != nil {
		return err
	}
	return s.leave(b, in, sc, vars)
}

func (w waitSpec) until(now time.Time, sc scope) (time.Time, *stateError) {
	switch {
	case w.fixed:
		return w.timestamp, nil
	case w.secondsPath != nil:
		v, ok := w.secondsPath.find(sc)
		if !ok {
			return now, noResults(w.secondsPath)
		}
		n, ok := whole(v)
		if !ok {
			return now, runtimeError("The SecondsPath parameter cannot be parsed as a long value: %s == %s", w.secondsPath.text, shown(v))
		}
		if n < 0 || n > maxSeconds {
			return now, runtimeError("The SecondsPath parameter is out of range: %s == %s", w.secondsPath.text, shown(v))
		}
		return now.Add(time.Duration(n) * time.Second), nil
	case w.timestampPath != nil:
		v, ok := w.timestampPath.find(sc)
		if !ok {
			return now, noResults(w.timestampPath)
		}
		text, _ := v.(string)
		at, ok := timestamp(text)
		if !ok {
			return now, runtimeError("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", w.timestampPath.text, shown(v))
		}
		return at, nil
	}
	return now.Add(time.Duration(w.seconds) * time.Second), nil
}

// shown gives a value for a message: a text without its quotes.
func shown(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return encode(v)
}

func (f failSpec) eval(sc scope) *stateError {
	name, err := f.one("ErrorPath", f.name, f.namePath, f.nameCall, sc)
	if err != nil {
		return err
	}
	cause, err := f.one("CausePath", f.cause, f.causePath, f.causeCall, sc)
	if err != nil {
		return err
	}
	return &stateError{name: name, cause: cause}
}

func (f failSpec) one(field string, fixed *string, p *path, call expression, sc scope) (*string, *stateError) {
	if p == nil && call == nil {
		return fixed, nil
	}
	if p != nil {
		call = reference{field: field, path: p}
	}
	v, err := call.eval(sc)
	if err != nil {
		return nil, err.asRuntime()
	}
	text, ok := v.(string)
	if !ok {
		return nil, runtimeError("The %s does not refer to a string: %s", field, shown(v))
	}
	return &text, nil
}

func (e *stateError) locate(b *branch) *stateError {
	if !e.located {
		return e
	}
	cause := fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s", b.State, b.EnteredID, *e.cause)
	return &stateError{name: e.name, cause: &cause, also: e.also, terminal: e.terminal}
}
