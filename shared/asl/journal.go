package asl

import (
	"context"
	"time"
)

// Journal keeps executions. What Commit has taken survives a crash and a loss
// of power.
type Journal interface {
	// Commit makes one transition durable before it returns, whole or not at
	// all. A Created record whose ID exists gives ErrExists; a record whose
	// Version is not the stored one gives ErrStale. It gives a created record
	// its Position, by which later transitions find it. It may keep the caller
	// waiting to write several callers' transitions together, and does not
	// give up half-way when ctx ends.
	Commit(ctx context.Context, t *Transition) error
	// Load gives the execution with the ID, or the one that the token belongs
	// to. An unknown ID or token gives a record with an empty ID.
	Load(ctx context.Context, key Key) (Record, error)
	// Scan gives one page of executions, in the order of Query.
	Scan(ctx context.Context, q Query) ([]Record, error)
	// Events gives an execution's history from an event number on; limit
	// bounds how many events are given, 0 does not.
	Events(ctx context.Context, id string, from int64, limit int) ([]Event, error)
}

// Record is what the journal holds of one execution, without its history.
type Record struct {
	ID      string // the execution's ARN
	Machine string
	Name    string
	Status  Status
	Started time.Time
	Stopped time.Time // zero while it runs
	Input   string
	Output  string // of a success
	Error   *string
	Cause   *string
	// Definition is the text the execution runs by, Digest its SHA-256.
	Definition string
	Digest     []byte
	// Snapshot is the state of an open execution; Version counts its
	// transitions. Due is when it next acts by itself (zero: never), Active
	// says that it is in the middle of something that a restart must take up.
	Snapshot []byte
	Version  int64
	Due      time.Time
	Active   bool
	// Position orders records by their start; Scan goes on after it.
	Position int64
}

// Transition is one change of one execution.
type Transition struct {
	// Record is the execution after the change, Version counted up by one. If
	// Created, it is new. A Status other than Running closes it.
	Record  Record
	Created bool
	Events  []Event
	// Opened are task tokens by which the execution can be found from now on,
	// also when they count for nothing any more.
	Opened []string
}

// Key finds one execution: by ID, or by a task token.
type Key struct{ ID, Token string }

// Query selects executions, newest first; Machine and Status are optional.
// Open gives only executions that run, oldest first, with ID, Due, Active and
// Position alone. Past goes on after the record with that Position.
type Query struct {
	Machine string
	Status  Status
	Open    bool
	Past    int64
	Limit   int
}

// journalError is what Commit gives for a record that is not as expected.
type journalError string

func (e journalError) Error() string { return string(e) }

const (
	// ErrExists says that an execution with the ID exists.
	ErrExists = journalError("the execution exists")
	// ErrStale says that the record has changed since it was loaded.
	ErrStale = journalError("the execution has changed meanwhile")
)
