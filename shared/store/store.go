// Package store is the port through which every durable fact goes.
//
// There is one write primitive, Commit: one atomic act that changes records
// (each with the revision it expects), takes or gives counted things, appends
// the audit events that describe it, and queues the effects that must follow.
// Reads are named access patterns; none is a scan.
//
// DynamoDB's limits are the port's limits, on every adapter: at most MaxItems
// items and MaxBytes bytes a commit, MaxRecord bytes a record, one operation
// a key. Adapters pass the suite in store/storetest; there is no other
// implementation, in tests either.
package store

import (
	"context"
	"encoding/json"
	"time"

	"hoso/shared/evidence"
)

// Limits of one commit and one record. Source: Amazon DynamoDB Developer
// Guide, "Service, account, and table quotas" (TransactWriteItems, item size).
const (
	MaxItems  = 100
	MaxBytes  = 4 << 20
	MaxRecord = 400 << 10
	MaxPage   = 200     // records a page
	MaxRead   = 1 << 20 // bytes of bodies a page, reached by its last record
)

// Key names a record: records of one Part are read together in order of Sort.
type Key struct {
	Part string `json:"part"`
	Sort string `json:"sort"`
}

// Record is one stored fact. Rev is 1 on creation and grows by one with every
// write; 0 stands for a record that is not there.
type Record struct {
	Key   Key
	Rev   int64
	Body  json.RawMessage
	Index []Entry
	// Sum is what the adapter keeps to recognise damage; only in a snapshot.
	Sum []byte
}

// Entry places a record in an index: at most one per index slot.
type Entry struct {
	Pattern Pattern
	Part    string
	Sort    string
}

// Pattern is a named access pattern over an index. Slot says which of the
// generic indexes (1 to 3) carries it; patterns of one slot never stand on
// the same record.
type Pattern struct {
	Name string
	Slot int
}

// Write changes one record. With Expect 0 the record must not exist; else its
// revision must be Expect. Check true compares the revision and changes
// nothing. Delete true removes the record.
type Write struct {
	Key    Key
	Expect int64
	Body   json.RawMessage
	Index  []Entry
	Check  bool
	Delete bool
}

// Add changes a counter of free things. A negative N takes: it needs at least
// that many free, or the commit fails with fault.OverQuota and the counter's
// name as code; of a counter that is not there nothing is free. A positive N
// gives, and the counter must be there, or the commit fails with
// fault.NotFound. Create true makes the counter, which must not exist
// (fault.Conflict), with N.
type Add struct {
	Counter string
	N       int64
	Create  bool
}

// Message is an effect to be carried out after the commit, at least once and
// in no order. ID is stable: a repeated delivery carries the same one. It
// names one effect of one act, so it holds what tells that act from the next
// (a revision, a generation, a hash): a message queued while another of its ID
// waits takes that one's place, and settling the ID settles both.
type Message struct {
	ID       string
	Kind     string // see package dispatch
	Body     json.RawMessage
	Due      time.Time // not before; zero: at once
	Attempts int       // deliveries that failed so far
	Error    string    // kind of the last failure
}

// Commit is one act.
type Commit struct {
	// Key makes the act idempotent, for ever: a second commit of the same Key
	// and Request gives the first result and changes nothing; the same Key
	// with another Request is refused with ErrKeyReused.
	Key string
	// Request is a digest or short text of what was asked, without anything
	// that was read to decide it.
	Request string
	// At is the act's instant by the injected clock.
	At time.Time

	Writes   []Write
	Counters []Add
	Events   []evidence.Event
	Outbox   []Message
	// Result is kept with the Key and handed to repeats.
	Result json.RawMessage
}

// Outcome is what a commit, or its first execution, gave.
type Outcome struct {
	Replayed bool
	Result   json.RawMessage
}

// Page selects part of a list. Order is that of the bytes of Sort.
type Page struct {
	Prefix string // only sorts that begin with it
	From   string // only sorts >= it
	To     string // only sorts < it, if not ""
	After  string // the Next of the page before, taken with the same other fields
	Limit  int    // at most MaxPage; 0 or more than that: MaxPage
	Desc   bool   // last sort first
}

// Slice is one page of records. Next is "" on the last page. A page may hold
// fewer records than Limit though more follow (MaxRead): only Next tells.
type Slice struct {
	Records []Record
	Next    string
}

// Reader reads. Get, GetMany, List, Counter, Replay and Events are current;
// Query reads an index that may lag a little.
type Reader interface {
	// Get gives a record, or fault.NotFound.
	Get(ctx context.Context, k Key) (Record, error)
	// GetMany gives one consistent snapshot of at most MaxItems records and
	// MaxBytes bytes, in the order of keys; a missing one has Rev 0.
	GetMany(ctx context.Context, keys []Key) ([]Record, error)
	// List gives records of one part in order of Sort.
	List(ctx context.Context, part string, p Page) (Slice, error)
	// Query gives records of one part of a named index in order of their Sort
	// there, and in some fixed order where that is equal. From, To and Prefix
	// speak of the Sort in the index.
	Query(ctx context.Context, pattern Pattern, part string, p Page) (Slice, error)
	// Counter gives what is free, or fault.NotFound.
	Counter(ctx context.Context, name string) (int64, error)
	// Events gives a chain's events after a place, in order, at most limit
	// and at most MaxPage.
	Events(ctx context.Context, chain string, after int64, limit int) ([]evidence.Placed, error)
	// Head gives the end of a chain; the zero Head if it has no events.
	Head(ctx context.Context, chain string) (evidence.Head, error)
	// Replay gives the first result of an idempotency key, or fault.NotFound;
	// ErrKeyReused if it was used for another request.
	Replay(ctx context.Context, key, request string) (Outcome, error)
}

// Store reads and commits. Reads by key follow writes. Safe for concurrent use.
type Store interface {
	Reader
	Outbox
	// Commit carries out the act whole or not at all. Errors: fault.Conflict
	// (an expected revision does not hold: *ConflictError names the keys),
	// fault.OverQuota, ErrKeyReused, fault.Invalid (a limit of the port is
	// broken), fault.Transient (unknown outcome: repeat with the same Key).
	Commit(ctx context.Context, c Commit) (Outcome, error)
}

// Outbox is the queue of effects that commits leave behind.
type Outbox interface {
	// Pending gives messages that are due, at most limit and at most MaxPage,
	// and at most about MaxRead bytes of bodies.
	Pending(ctx context.Context, now time.Time, limit int) ([]Message, error)
	// Settle removes a message that was delivered; a missing one is fine.
	Settle(ctx context.Context, ids ...string) error
	// Defer keeps a message for later and notes the failure: Attempts grows by
	// one, reason stands in Error. A missing one is fine.
	Defer(ctx context.Context, id string, due time.Time, reason string) error
}
