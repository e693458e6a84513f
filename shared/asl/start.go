package asl

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hoso/shared/fault"
)

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
