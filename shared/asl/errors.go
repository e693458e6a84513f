package asl

import (
	"fmt"
	"slices"
)

// Error names of the language (developer guide, "Handling errors in Step
// Functions workflows").
const (
	errAll              = "States.ALL"
	errTimeout          = "States.Timeout"
	errHeartbeatTimeout = "States.HeartbeatTimeout"
	errTaskFailed       = "States.TaskFailed"
	errRuntime          = "States.Runtime"
	errDataLimit        = "States.DataLimitExceeded"
	errNoChoice         = "States.NoChoiceMatched"
	errParameterPath    = "States.ParameterPathFailure"
	errResultPath       = "States.ResultPathMatchFailure"
	errIntrinsic        = "States.IntrinsicFailure"
)

// TaskError is how a function reports a failure: the name that Retry and Catch
// match, and a cause for people and logs. Lambda puts the function's whole
// error document, as JSON text, into the cause.
type TaskError struct {
	Name  string
	Cause string
}

// Error gives name and cause.
func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// stateError is why a state failed.
type stateError struct {
	// name and cause are nil where Step Functions has none: a task failed by
	// its token need not give them.
	name, cause *string
	// also is another name under which Retry and Catch find the error.
	also string
	// terminal errors are found by their own name only, never by States.ALL
	// or States.TaskFailed.
	terminal bool
	// located errors name the state in their cause once it is known.
	located bool
}

func failure(name, format string, args ...any) *stateError {
	cause := fmt.Sprintf(format, args...)
	return &stateError{name: &name, cause: &cause}
}

// runtimeError is States.Runtime: never retried, and not caught by States.ALL.
func runtimeError(format string, args ...any) *stateError {
	e := failure(errRuntime, format, args...)
	e.terminal, e.located = true, true
	return e
}

// pathFailure is a payload template that asks for what is not there.
func pathFailure(p *path, field string, input any) *stateError {
	e := failure(errParameterPath, "The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", p.text, field, encode(input))
	e.located = true
	return e
}

// tooLarge is a payload over the limit: a task's result, or a state's output.
func tooLarge(what string) *stateError {
	return failure(errDataLimit, "The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", what)
}

func (e *stateError) is(name string) bool { return e.name != nil && *e.name == name }

// matches says whether one of a Retry's or Catch's names covers the error.
func (e *stateError) matches(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		switch {
		case e.is(n) || e.also != "" && e.also == n:
			return true
		case e.terminal:
			return false
		case n == errAll:
			return true
		}
		// States.TaskFailed covers every error but the time-outs.
		return n == errTaskFailed && !e.is(errTimeout)
	})
}

// output is the error as Catch hands it on.
func (e *stateError) output() map[string]any {
	out := map[string]any{"Error": nil, "Cause": nil}
	if e.name != nil {
		out["Error"] = *e.name
	}
	if e.cause != nil {
		out["Cause"] = *e.cause
	}
	return out
}

// details gives the members "error" and "cause" of an event.
func (e *stateError) details(into map[string]any) map[string]any {
	if into == nil {
		into = map[string]any{}
	}
	if e.name != nil {
		into["error"] = *e.name
	}
	if e.cause != nil {
		into["cause"] = *e.cause
	}
	return into
}
