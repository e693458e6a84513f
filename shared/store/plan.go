package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hoso/shared/evidence"
	"hoso/shared/fault"
)

// LogMessage is the kind of the outbox message that a commit with events
// leaves behind: its body is a JSON list of Logged, to be taken into the
// transparency log.
const LogMessage = "log"

// Logged names one event for the transparency log.
type Logged struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

// ErrKeyReused: an idempotency key came back with another request.
var ErrKeyReused = &fault.Error{Kind: fault.Conflict, Op: "store.commit", Code: "key-reused",
	Public: "Yêu cầu này đã được dùng cho một việc khác. Hãy tải lại trang và làm lại."}

// ConflictError names the records whose expected revision did not hold.
type ConflictError struct{ Keys []Key }

// Error lists the keys; it is for logs.
func (e *ConflictError) Error() string {
	s := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		s[i] = k.Part + "|" + k.Sort
	}
	return "expected revision does not hold: " + strings.Join(s, ", ")
}

// Plan is a commit ready to be written: what every adapter stores, worked out
// in one place so that adapters cannot differ.
type Plan struct {
	Commit
	Placed []evidence.Placed        // events at their places
	Heads  map[string]evidence.Head // new end of each chain touched
	Before map[string]evidence.Head // expected end of each chain touched
	Log    *Message                 // the message that takes Placed into the log
}

// Chains gives the chains that c appends to, each once, in order of first use.
// An adapter reads their heads before it plans.
func (c Commit) Chains() []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range c.Events {
		if !seen[e.Chain] {
			seen[e.Chain] = true
			out = append(out, e.Chain)
		}
	}
	return out
}

// Items is how many items the commit costs on DynamoDB: its writes, counters,
// events, chain heads, messages, the idempotency row and the log message.
func (c Commit) Items() int {
	n := len(c.Writes) + len(c.Counters) + len(c.Events) + len(c.Chains()) + len(c.Outbox) + 1
	if len(c.Events) > 0 {
		n++
	}
	return n
}

// Prepare checks the port's limits and places the events behind heads, which
// must hold every chain of c.Chains().
func Prepare(c Commit, heads map[string]evidence.Head) (Plan, error) {
	if err := check(c); err != nil {
		return Plan{}, &fault.Error{Kind: fault.Invalid, Op: "store.commit", Err: err}
	}
	p := Plan{Commit: c, Heads: map[string]evidence.Head{}, Before: map[string]evidence.Head{}}
	var logged []Logged
	for _, chain := range c.Chains() {
		p.Before[chain] = heads[chain]
		p.Heads[chain] = heads[chain]
	}
	for _, e := range c.Events {
		placed, err := evidence.Place(p.Heads[e.Chain], e)
		if err != nil {
			return Plan{}, &fault.Error{Kind: fault.Invalid, Op: "store.commit", Err: err}
		}
		p.Placed = append(p.Placed, placed)
		p.Heads[e.Chain] = placed.Head()
		logged = append(logged, Logged{Chain: placed.Chain, Seq: placed.Seq, Hash: placed.Hash})
	}
	if len(logged) > 0 {
		body, err := json.Marshal(logged)
		if err != nil {
			return Plan{}, &fault.Error{Kind: fault.Internal, Op: "store.commit", Err: err}
		}
		p.Log = &Message{ID: LogMessage + "/" + logged[0].Hash, Kind: LogMessage, Body: body}
	}
	return p, nil
}

func check(c Commit) error {
	if c.Key == "" || len(c.Key) > 512 {
		return errors.New("idempotency key must have 1 to 512 bytes")
	}
	if c.At.IsZero() {
		return errors.New("instant is missing")
	}
	if n := c.Items(); n > MaxItems {
		return fmt.Errorf("%d items, at most %d", n, MaxItems)
	}
	total := len(c.Result) + len(c.Request)
	seen := map[Key]bool{}
	for _, w := range c.Writes {
		if err := checkWrite(w); err != nil {
			return fmt.Errorf("record %s|%s: %w", w.Key.Part, w.Key.Sort, err)
		}
		if seen[w.Key] {
			return fmt.Errorf("record %s|%s: two operations on one key", w.Key.Part, w.Key.Sort)
		}
		seen[w.Key] = true
		total += len(w.Body) + len(w.Key.Part) + len(w.Key.Sort)
	}
	counters := map[string]bool{}
	for _, a := range c.Counters {
		if a.Counter == "" || counters[a.Counter] || (a.N == 0 && !a.Create) || (a.Create && a.N < 0) {
			return fmt.Errorf("counter %q: empty, repeated, or without effect", a.Counter)
		}
		counters[a.Counter] = true
	}
	ids := map[string]bool{}
	for _, m := range c.Outbox {
		if m.ID == "" || m.Kind == "" || ids[m.ID] {
			return fmt.Errorf("message %q: id and kind are needed, each id once", m.ID)
		}
		ids[m.ID] = true
		total += len(m.Body)
	}
	for _, e := range c.Events {
		if e.Chain == "" || e.Type == "" || e.Actor == "" || e.At.IsZero() {
			return fmt.Errorf("event %q on %q: chain, type, actor and time are needed", e.Type, e.Chain)
		}
		total += len(e.Data) + 400
	}
	if total > MaxBytes {
		return fmt.Errorf("%d bytes, at most %d", total, MaxBytes)
	}
	return nil
}

func checkWrite(w Write) error {
	switch {
	case w.Key.Part == "" || w.Key.Sort == "":
		return errors.New("key is incomplete")
	case len(w.Key.Part) > 1024 || len(w.Key.Sort) > 900:
		return errors.New("key is too long")
	case w.Check && w.Delete:
		return errors.New("check and delete at once")
	case (w.Check || w.Delete) && (len(w.Body) > 0 || len(w.Index) > 0):
		return errors.New("check or delete with a body")
	case w.Check && w.Expect < 0, !w.Check && w.Expect < 0, w.Delete && w.Expect == 0:
		return errors.New("expected revision is out of range")
	}
	if w.Check || w.Delete {
		return nil
	}
	if len(w.Body) > MaxRecord-2048 {
		return fmt.Errorf("%d bytes, at most %d", len(w.Body), MaxRecord-2048)
	}
	if !json.Valid(w.Body) || bytes.IndexByte(w.Body, 0) >= 0 {
		return errors.New("body is not JSON")
	}
	slots := map[int]bool{}
	for _, e := range w.Index {
		if e.Pattern.Name == "" || e.Pattern.Slot < 1 || e.Pattern.Slot > 3 || slots[e.Pattern.Slot] || e.Part == "" || e.Sort == "" {
			return fmt.Errorf("index entry %q is incomplete or its slot is taken", e.Pattern.Name)
		}
		slots[e.Pattern.Slot] = true
	}
	return nil
}
