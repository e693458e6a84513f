package storetest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// ErrInjected is the usual error of a fault: a part that did not answer.
var ErrInjected = &fault.Error{
	Kind: fault.Transient, Op: "store", Code: "injected",
	Public: "Hệ thống đang bận. Hãy thử lại sau ít phút.",
}

// Fault is what befalls one call. Without Err nothing does. With Applied the
// call takes effect all the same: the answer alone is lost.
type Fault struct {
	Err     error
	Applied bool
}

// NotApplied is a call that failed before it did anything; AnswerLost one
// that did its work and could not say so.
var (
	NotApplied = Fault{Err: ErrInjected}
	AnswerLost = Fault{Err: ErrInjected, Applied: true}
)

// Call is one call of the port: Op is the method's name, Key the idempotency
// key of a commit, N counts the calls of that method from 1.
type Call struct {
	Op  string
	Key string
	N   int
}

// Delivery is what befalls a message on its way to whoever asks for it.
type Delivery int

const (
	Deliver Delivery = iota
	Delay            // not this time
	Twice            // once more after it was settled
)

// Faults says what befalls calls and messages; a nil function: nothing. The
// functions may be called from several goroutines, one at a time.
type Faults struct {
	Call    func(c Call) Fault
	Message func(m store.Message) Delivery
	Order   func(ms []store.Message) // rearranges what is handed over
}

// Seeded gives faults by chance: of 100 calls, unheard fail without effect and
// unanswered fail after it; of 100 messages, delayed are left out and twice
// come again; order is by chance. The same seed gives the same sequence.
func Seeded(seed uint64, unheard, unanswered, delayed, twice int) Faults {
	rng := rand.New(rand.NewPCG(seed, 0))
	return Faults{
		Call: func(Call) Fault {
			switch n := rng.IntN(100); {
			case n < unheard:
				return NotApplied
			case n < unheard+unanswered:
				return AnswerLost
			}
			return Fault{}
		},
		Message: func(store.Message) Delivery {
			switch n := rng.IntN(100); {
			case n < delayed:
				return Delay
			case n < delayed+twice:
				return Twice
			}
			return Deliver
		},
		Order: func(ms []store.Message) {
			rng.Shuffle(len(ms), func(i, j int) { ms[i], ms[j] = ms[j], ms[i] })
		},
	}
}

// Faulty is a store whose calls and deliveries go wrong as Faults say. What
// the store behind it holds is never anything a sound store would not hold.
type Faulty struct {
	// Inner is the sound store.
	Inner store.Store

	mu     sync.Mutex
	faults Faults
	calls  map[string]int
	next   map[string][]Fault
	twice  map[string]store.Message // handed over, to come again when settled
	again  []store.Message          // settled, and coming again
}

var _ store.Store = (*Faulty)(nil)

// NewFaulty lays faults over a store.
func NewFaulty(s store.Store, f Faults) *Faulty {
	return &Faulty{Inner: s, faults: f, calls: map[string]int{}, next: map[string][]Fault{}, twice: map[string]store.Message{}}
}

// Next lets the next calls of a method ("Commit", "Get", …) meet these faults,
// one each, before any others; Fault{} lets one pass.
func (f *Faulty) Next(op string, faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next[op] = append(f.next[op], faults...)
}

// Heal ends all faults; messages that were to come again still do.
func (f *Faulty) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults, f.next = Faults{}, map[string][]Fault{}
}

// Calls gives how often a method was called.
func (f *Faulty) Calls(op string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[op]
}

// strike counts a call and gives its fault.
func (f *Faulty) strike(op, key string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[op]++
	if q := f.next[op]; len(q) > 0 {
		f.next[op] = q[1:]
		return q[0]
	}
	if f.faults.Call == nil {
		return Fault{}
	}
	return f.faults.Call(Call{Op: op, Key: key, N: f.calls[op]})
}

// meet makes the call unless its fault prevents it. An answer that is lost
// takes the call's own error along.
func meet[V any](f *Faulty, op, key string, call func() (V, error)) (V, error) {
	var none V
	struck := f.strike(op, key)
	if struck.Err == nil {
		return call()
	}
	if struck.Applied {
		_, _ = call()
	}
	return none, struck.Err
}

// Commit commits, unless its fault prevents it.
func (f *Faulty) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	return meet(f, "Commit", c.Key, func() (store.Outcome, error) { return f.Inner.Commit(ctx, c) })
}

// Get reads from the sound store, unless its fault prevents it; so do the
// other reads.
func (f *Faulty) Get(ctx context.Context, k store.Key) (store.Record, error) {
	return meet(f, "Get", "", func() (store.Record, error) { return f.Inner.Get(ctx, k) })
}

// GetMany reads; see Get.
func (f *Faulty) GetMany(ctx context.Context, keys []store.Key) ([]store.Record, error) {
	return meet(f, "GetMany", "", func() ([]store.Record, error) { return f.Inner.GetMany(ctx, keys) })
}

// List reads; see Get.
func (f *Faulty) List(ctx context.Context, part string, p store.Page) (store.Slice, error) {
	return meet(f, "List", "", func() (store.Slice, error) { return f.Inner.List(ctx, part, p) })
}

// Query reads; see Get.
func (f *Faulty) Query(ctx context.Context, pattern store.Pattern, part string, p store.Page) (store.Slice, error) {
	return meet(f, "Query", "", func() (store.Slice, error) { return f.Inner.Query(ctx, pattern, part, p) })
}

// Counter reads; see Get.
func (f *Faulty) Counter(ctx context.Context, name string) (int64, error) {
	return meet(f, "Counter", "", func() (int64, error) { return f.Inner.Counter(ctx, name) })
}

// Events reads; see Get.
func (f *Faulty) Events(ctx context.Context, chain string, after int64, limit int) ([]evidence.Placed, error) {
	return meet(f, "Events", "", func() ([]evidence.Placed, error) { return f.Inner.Events(ctx, chain, after, limit) })
}

// Head reads; see Get.
func (f *Faulty) Head(ctx context.Context, chain string) (evidence.Head, error) {
	return meet(f, "Head", "", func() (evidence.Head, error) { return f.Inner.Head(ctx, chain) })
}

// Replay reads; see Get.
func (f *Faulty) Replay(ctx context.Context, key, request string) (store.Outcome, error) {
	return meet(f, "Replay", key, func() (store.Outcome, error) { return f.Inner.Replay(ctx, key, request) })
}

// Pending gives the sound store's messages without those that are delayed,
// and those that come again, in the order the faults choose.
func (f *Faulty) Pending(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	return meet(f, "Pending", "", func() ([]store.Message, error) {
		ms, err := f.Inner.Pending(ctx, now, limit)
		if err != nil {
			return nil, err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		ms = slices.DeleteFunc(ms, func(m store.Message) bool {
			if f.faults.Message == nil {
				return false
			}
			d := f.faults.Message(m)
			if d == Twice {
				f.twice[m.ID] = m
			}
			return d == Delay
		})
		ms = append(ms, f.again...)
		f.again = nil
		if limit > 0 && len(ms) > limit {
			ms, f.again = ms[:limit], slices.Clone(ms[limit:])
		}
		if f.faults.Order != nil {
			f.faults.Order(ms)
		}
		return ms, nil
	})
}

// Settle settles; a message that is to come twice will be pending once more.
func (f *Faulty) Settle(ctx context.Context, ids ...string) error {
	_, err := meet(f, "Settle", "", func() (struct{}, error) {
		err := f.Inner.Settle(ctx, ids...)
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, id := range ids {
			if m, ok := f.twice[id]; ok && err == nil {
				delete(f.twice, id)
				f.again = append(f.again, m)
			}
		}
		return struct{}{}, err
	})
	return err
}

// Defer keeps a message for later, unless its fault prevents it.
func (f *Faulty) Defer(ctx context.Context, id string, due time.Time, reason string) error {
	_, err := meet(f, "Defer", "", func() (struct{}, error) { return struct{}{}, f.Inner.Defer(ctx, id, due, reason) })
	return err
}
