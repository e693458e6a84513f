package store

import (
	"encoding/json"
	"errors"
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
var ErrKeyReused = &fault.Error{
	Kind: fault.Conflict, Op: "store.commit", Code: "key-reused",
	Public: "Yêu cầu này đã được dùng cho một việc khác. Hãy tải lại trang và làm lại.",
}

// ConflictError names every record whose expected revision did not hold, in
// the order of the commit's writes, and every counter that was to be made and
// was there.
type ConflictError struct {
	Keys     []Key
	Counters []string
}

// Error lists the keys; it is for logs.
func (e *ConflictError) Error() string {
	s := make([]string, 0, len(e.Keys)+len(e.Counters))
	for _, k := range e.Keys {
		s = append(s, k.Part+"|"+k.Sort)
	}
	for _, c := range e.Counters {
		s = append(s, "counter "+c)
	}
	return "expected state does not hold: " + strings.Join(s, ", ")
}

// Refusal is what the stored state says against a commit. Adapters fill it
// and give Err, so that all of them refuse in the same words and order.
type Refusal struct {
	Conflict ConflictError
	Short    string // first counter, in the commit's order, with too little free
	Missing  string // first counter that was to be given to and is not there
}

// Err gives the one error of the refusal, or nil: a conflict before a
// shortage, since with other revisions the act would not have been tried.
func (r Refusal) Err() error {
	switch {
	case len(r.Conflict.Keys)+len(r.Conflict.Counters) > 0:
		return &fault.Error{
			Kind: fault.Conflict, Op: "store.commit", Err: &r.Conflict,
			Public: "Dữ liệu vừa được người khác thay đổi. Hãy tải lại trang, xem lại rồi làm tiếp.",
		}
	case r.Short != "":
		return &fault.Error{
			Kind: fault.OverQuota, Op: "store.commit", Code: r.Short,
			Public: "Không còn đủ suất để thực hiện việc này.",
		}
	case r.Missing != "":
		return &fault.Error{
			Kind: fault.NotFound, Op: "store.commit", Code: r.Missing,
			Err: errors.New("no such counter"),
		}
	}
	return nil
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

// Bytes is how much the commit weighs against MaxBytes: bodies, keys, and an
// allowance for what an event costs beside its data (its line's frame, its
// hash, its place in the log message).
func (c Commit) Bytes() int {
	n := len(c.Key) + len(c.Request) + len(c.Result)
	for _, w := range c.Writes {
		n += len(w.Body) + len(w.Key.Part) + len(w.Key.Sort)
		for _, e := range w.Index {
			n += len(e.Pattern.Name) + len(e.Part) + len(e.Sort)
		}
	}
	for _, a := range c.Counters {
		n += len(a.Counter)
	}
	for _, m := range c.Outbox {
		n += len(m.ID) + len(m.Kind) + len(m.Body)
	}
	for _, e := range c.Events {
		n += len(e.Data) + 3*len(e.Chain) + 96*len(e.Texts) + 512
	}
	return n
}

// Prepare checks the port's limits and places the events behind heads, which
// must hold every chain of c.Chains().
func Prepare(c Commit, heads map[string]evidence.Head) (Plan, error) {
	if err := Check(c); err != nil {
		return Plan{}, err
	}
	return Place(c, heads)
}

// Check holds the commit against the port's limits, without any stored state:
// fault.Invalid names what is broken. Reused keys are looked up before it
// counts: a repeat of an act gets its result whatever it now carries.
func Check(c Commit) error {
	if err := check(c); err != nil {
		return &fault.Error{Kind: fault.Invalid, Op: "store.commit", Err: err}
	}
	return nil
}

// Place puts the events of a checked commit behind heads, which must hold
// every chain of c.Chains().
func Place(c Commit, heads map[string]evidence.Head) (Plan, error) {
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
