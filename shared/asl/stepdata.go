package asl

import (
	"encoding/json"
	"time"
)

// context gives the context object ($$) as the branch's state sees it.
func (s *step) context(b *branch) any {
	execution := map[string]any{
		"Id": s.run.id, "Name": s.run.name, "RoleArn": roleARN, "RedriveCount": json.Number("0"),
		"StartTime": stamp(s.run.started),
	}
	execution["Input"], _ = decode(s.run.input)
	st := map[string]any{"Name": b.State, "EnteredTime": stamp(b.Entered)}
	spec := b.spec()
	if spec.kind == kindTask || spec.kind == kindParallel || spec.kind == kindMap {
		tries := 0
		for _, n := range b.Tries {
			tries += n
		}
		st["RetryCount"] = number(tries)
	}
	out := map[string]any{
		"Execution":    execution,
		"StateMachine": map[string]any{"Id": machineARN(s.run.machine), "Name": s.run.machine},
		"State":        st,
	}
	if b.Task != nil && b.Task.Token != "" {
		out["Task"] = map[string]any{"Token": b.Task.Token}
	}
	for c := b; c != nil; c = c.up {
		if c.Item != nil {
			out["Map"] = map[string]any{"Item": map[string]any{"Index": number(c.Item.Index), "Value": c.Item.Value}}
			break
		}
	}
	return out
}

// stamp writes a time as the context object has it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func machineARN(name string) string { return arnPrefix + "stateMachine:" + name }

// ExecutionARN names an execution of a machine.
func ExecutionARN(machine, name string) string {
	return arnPrefix + "execution:" + machine + ":" + name
}

// finish makes the state's output from its result: ResultSelector, Assign,
// ResultPath, OutputPath.
func (s *step) finish(b *branch, result any, sc scope) *stateError {
	st := b.spec()
	vars, err := assigned(st.assign, sc.with(result))
	if err != nil {
		return err
	}
	if st.selector != nil {
		if result, err = st.selector.eval(sc.with(result)); err != nil {
			return err
		}
	}
	out, err := merge(b.Input, result, st.resultPath, st.noResult)
	if err != nil {
		return err
	}
	return s.leave(b, out, sc, vars)
}

// merge puts a result into the state's raw input (ResultPath).
func merge(raw json.RawMessage, result any, at *path, none bool) (any, *stateError) {
	if at == nil && !none {
		return result, nil
	}
	input, _ := decode(string(raw))
	if none {
		return input, nil
	}
	out, ok := at.put(input, result)
	if !ok {
		e := failure(errResultPath, "Unable to apply ResultPath '%s' to the input '%s'", at.text, raw)
		e.located = true
		return nil, e
	}
	return out, nil
}

// outputOf applies OutputPath.
func (st *state) outputOf(v any, sc scope) (any, *stateError) {
	if st.noOutput {
		return map[string]any{}, nil
	}
	if st.output == nil {
		return v, nil
	}
	out, ok := st.output.find(sc.with(v))
	if !ok {
		return nil, noResults(st.output)
	}
	return out, nil
}

// leave applies OutputPath and goes on to the next state.
func (s *step) leave(b *branch, v any, sc scope, vars map[string]any) *stateError {
	out, err := b.spec().outputOf(v, sc)
	if err != nil {
		return err
	}
	return s.exit(b, out, vars, b.spec().next)
}

// assigned evaluates Assign: "$" is the state's result, or its effective input
// where there is none (developer guide, "Passing data between states with
// variables").
func assigned(assign expression, sc scope) (map[string]any, *stateError) {
	if assign == nil {
		return nil, nil
	}
	v, err := assign.eval(sc)
	if err != nil {
		return nil, err
	}
	vars, _ := v.(map[string]any)
	for _, w := range vars {
		if len(encode(w)) > maxPayload {
			return nil, runtimeError("A variable exceeds the maximum number of bytes service limit.")
		}
	}
	return vars, nil
}

// exit leaves the state with its output; next "" ends the branch.
func (s *step) exit(b *branch, out any, vars map[string]any, next string) *stateError {
	text := encode(out)
	if len(text) > maxPayload {
		e := tooLarge(b.State)
		e.terminal = true
		return e
	}
	details := map[string]any{"name": b.State, "output": text}
	if len(vars) > 0 {
		shown := map[string]any{}
		all := make(map[string]any, len(b.Vars)+len(vars))
		for k, v := range b.Vars {
			all[k] = v
		}
		for k, v := range vars {
			all[k], shown[k] = v, encode(v)
		}
		b.Vars = all
		details["assignedVariables"] = shown
	}
	s.drop(b)
	s.emit(b, string(b.spec().kind)+"StateExited", details)
	b.Fan, b.Due, b.Phase = nil, time.Time{}, ready
	if next == "" {
		s.done(b, text)
		return nil
	}
	b.State, b.Input = next, json.RawMessage(text)
	s.queue = append(s.queue, b)
	return nil
}

// asRuntime gives an error as a state without Retry and Catch reports it: a
// path that leads nowhere is States.Runtime there (recorded for Pass and Fail).
func (e *stateError) asRuntime() *stateError {
	if !e.is(errParameterPath) && !e.is(errResultPath) {
		return e
	}
	name := errRuntime
	return &stateError{name: &name, cause: e.cause, terminal: true, located: e.located}
}

// fail deals with an error of the branch's state: retry, catch, or the end of
// the branch.
func (s *step) fail(b *branch, err *stateError) {
	st := b.spec()
	if st.kind != kindTask && st.kind != kindParallel && st.kind != kindMap {
		err = err.asRuntime()
	}
	err = err.locate(b)
	started := b.Fan != nil
	s.drop(b)
	s.dropInside(b)
	if s.retry(b, err) {
		return
	}
	if started {
		s.emit(b, string(st.kind)+"StateFailed", nil)
	}
	if c := st.catcher(err); c != nil {
		if err = s.caught(b, c, err); err == nil {
			return
		}
	}
	s.failBranch(b, err)
}

// retry schedules the next attempt if one of the state's retriers says so. The
// first that names the error decides (language specification, "Retry").
func (s *step) retry(b *branch, err *stateError) bool {
	if err.is(errRuntime) && err.terminal {
		return false
	}
	st := b.spec()
	for i, r := range st.retry {
		if !err.matches(r.errors) {
			continue
		}
		if b.Tries == nil {
			b.Tries = make([]int, len(st.retry))
		}
		if b.Tries[i] >= r.maxAttempts {
			return false
		}
		b.Phase, b.Due = retrying, s.now.Add(r.delay(b.Tries[i], s.funcs.random))
		b.Tries[i]++
		return true
	}
	return false
}

// delay is how long to wait before the retry after n earlier ones.
func (r retrier) delay(n int, random func() float64) time.Duration {
	seconds := r.interval
	for range n {
		seconds = min(seconds*r.backoff, maxSeconds)
	}
	if r.maxDelay > 0 {
		seconds = min(seconds, r.maxDelay)
	}
	if r.fullJitter {
		seconds *= random()
	}
	return time.Duration(seconds * float64(time.Second))
}

func (st *state) catcher(err *stateError) *catcher {
	if err.is(errRuntime) && err.terminal {
		return nil
	}
	for i := range st.catch {
		if err.matches(st.catch[i].errors) {
			return &st.catch[i]
		}
	}
	return nil
}

// caught goes on in the state that a Catch names.
func (s *step) caught(b *branch, c *catcher, err *stateError) *stateError {
	_, sc, _ := s.effective(b)
	vars, failed := assigned(c.assign, sc.with(err.output()))
	if failed != nil {
		return failed.locate(b)
	}
	out, failed := merge(b.Input, err.output(), c.resultPath, c.noResult)
	if failed != nil {
		return failed.locate(b)
	}
	if failed = s.exit(b, out, vars, c.next); failed != nil {
		return failed.locate(b)
	}
	return nil
}
