package asl

import (
	"context"

	"hoso/shared/fault"
)

// Describe gives an execution. Error: ExecutionDoesNotExist.
func (e *Engine) Describe(ctx context.Context, id string) (Execution, error) {
	rec, err := e.o.Journal.Load(ctx, Key{ID: id})
	if err != nil {
		return Execution{}, err
	}
	if rec.ID == "" {
		return Execution{}, refuse(fault.NotFound, "describe", CodeExecutionDoesNotExist, "no execution %q", id)
	}
	return describe(rec), nil
}

// History gives up to limit events of an execution from an event number on
// (1 is the first); limit 0 gives all. Error: ExecutionDoesNotExist.
func (e *Engine) History(ctx context.Context, id string, from int64, limit int) ([]Event, error) {
	if _, err := e.Describe(ctx, id); err != nil {
		return nil, err
	}
	return e.o.Journal.Events(ctx, id, from, limit)
}

// List gives up to limit executions, newest first; machine and status are
// optional. It goes on after an execution's Position, from 0; limit 0 is 100.
func (e *Engine) List(ctx context.Context, machine string, status Status, past int64, limit int) ([]Execution, error) {
	if limit <= 0 {
		limit = 100
	}
	page, err := e.o.Journal.Scan(ctx, Query{Machine: machine, Status: status, Past: past, Limit: limit})
	out := make([]Execution, len(page))
	for i := range page {
		out[i] = describe(page[i])
	}
	return out, err
}
