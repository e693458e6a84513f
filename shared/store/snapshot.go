package store

import (
	"context"

	"hoso/shared/evidence"
)

// Source opens a snapshot of a whole store, for the auditor's check. Adapters
// implement it.
type Source interface {
	// Snapshot gives one consistent view: every walk over it sees the same
	// commits, whatever is written meanwhile. It does not block writers.
	Snapshot(ctx context.Context) (Snapshot, error)
}

// Snapshot is one consistent view of a whole store.
type Snapshot interface {
	// Walk hands everything that w asks for to its functions, each thing once,
	// in the order of Walker's fields. It stops at the first error of a
	// function and gives it back unchanged. It holds a bounded number of rows
	// in memory. What it hands out is as stored, not checked: a damaged row is
	// handed out damaged, never passed over and never an error, as long as the
	// database itself can be read.
	Walk(ctx context.Context, w Walker) error
	// Sums says how the sums of its records were made.
	Sums(ctx context.Context) (Sums, error)
	// Close lets the view go.
	Close() error
}

// Sums are how an adapter keeps the sums of records.
type Sums struct {
	Key string // ID of the summer
	// Total is the sum of the sums of all records and plain rows, where the adapter keeps it: it
	// changes when a record goes or comes back as it was before.
	Total    Sum
	HasTotal bool
}

// Walker says what a walk visits; a nil function skips its kind. What a
// function is given is its own to keep.
type Walker struct {
	// Head is given the stored end of every chain, in byte order of the name.
	Head func(chain string, h evidence.Head) error
	// Event is given every event; the events of one chain come together and in
	// order of their place. (An adapter that can gives chains in byte order.)
	Event func(p evidence.Placed) error
	// Record is given every record, with its Sum, or only those whose Part begins with
	// Part; the records of one part come together and in byte order of Sort.
	Record func(r Record) error
	Part   string
	// Counter is given every counter and what is free of it.
	Counter func(name string, free int64) error
	// Plain is given every row beside the records of which the adapter keeps a
	// sum; their sums are part of the total.
	Plain func(p Plain) error
	// Message is given every message that is not settled, due or not.
	Message func(m Message) error
}
