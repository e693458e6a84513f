package house

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/store"
)

// ask is what a client asks for: "take" a place for a dossier's nominee,
// "leave" with a dossier, or "free", how many places are free.
type ask struct {
	what string
	k    int // dossier, or kind for "free"
}

// answer is what it got: done or refused; neither where the client was gone
// before an answer came.
type answer struct {
	known, done bool
	free        int64
}

// ledger is the places of a contest as one client after the other would see
// them: dossiers 0 and 1 are collectives, 2 to 4 individuals.
type ledger struct {
	free        [2]int64
	taken, gone [5]bool
}

func kindOf(k int) int {
	if k < 2 {
		return 0
	}
	return 1
}

// after gives the ledger after an ask was carried out, if it may be.
func (l ledger) after(a ask) (ledger, bool) {
	kind := kindOf(a.k)
	switch a.what {
	case "take":
		if l.free[kind] == 0 || l.taken[a.k] || l.gone[a.k] {
			return l, false
		}
		l.free[kind]--
		l.taken[a.k] = true
	case "leave":
		if l.gone[a.k] {
			return l, false
		}
		if l.taken[a.k] {
			l.free[kind]++
		}
		l.taken[a.k], l.gone[a.k] = false, true
	}
	return l, true
}

// inOrder is the sequential ledger that every history must be explained by. A
// refusal may always be; what is not known may have happened or not.
var inOrder = porcupine.Model{
	Init: func() any { return ledger{free: [2]int64{1, 2}} },
	Step: func(state, input, output any) (bool, any) {
		l, a, got := state.(ledger), input.(ask), output.(answer)
		if a.what == "free" {
			return !got.known || got.free == l.free[a.k], l
		}
		next, can := l.after(a)
		switch {
		case !got.known:
			return true, next
		case got.done:
			return can, next
		}
		return true, l
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
}

// take prepares a selection of one nominee and has it confirmed.
func (c contest) take(ctx context.Context, key string, k int) error {
	rooms := c.h.rooms
	if err := rooms.selection.Prepare(ctx, "p/"+key, c.admin, c.id, []selection.Choice{{Dossier: c.dossiers[k], Nominee: "n"}}); err != nil {
		return err
	}
	var rd round.Round
	if _, err := store.Load(ctx, c.h.Store, round.Key(c.id), &rd); err != nil {
		return err
	}
	var sel round.Selection
	if _, err := store.Load(ctx, c.h.Store, round.SelectionKey(c.id, rd.Selection+1), &sel); err != nil {
		return err
	}
	if sel.Entries[0].Dossier != c.dossiers[k] {
		return fault.New(fault.Gone, "test", "") // somebody else prepared meanwhile
	}
	return rooms.selection.Confirm(ctx, "c/"+key, c.head, c.id, rd.Selection+1, act.Digest(sel.Entries))
}

// do carries out an ask for a client that may be gone before it is answered.
func (c contest) do(ctx context.Context, key string, a ask) answer {
	c.t.Helper()
	var err error
	var free int64
	switch a.what {
	case "take": // again where others only came in between, or places are being written out
		for n := range 100 {
			err = c.take(ctx, fmt.Sprint(key, "/", n), a.k)
			if err == nil || !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Conflict) && c.round().Stage != "quota" {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	case "leave":
		err = c.h.rooms.submission.Withdraw(ctx, key, c.admin, c.dossiers[a.k], "Đơn vị xin rút hồ sơ này.")
	case "free":
		free, err = c.h.Store.Counter(ctx, round.PlaceCounter(c.id, dossier.Kinds()[a.k]))
	}
	switch {
	case ctx.Err() != nil && err != nil:
		return answer{}
	case !ordinary(err):
		c.t.Errorf("%+v: %v", a, err)
	}
	return answer{known: true, done: err == nil, free: free}
}

// TestHistoriesHaveAnOrder lets six clients take, leave and look at the same
// time, pause and be gone in the middle, and explains what they saw by a
// ledger to which one comes after the other. HOSO_TORTURE_HISTORIES is how
// many histories are made.
func TestHistoriesHaveAnOrder(t *testing.T) {
	seed := uint64(torture(t, "HOSO_TORTURE_SEED", 1))
	var taken, gone int
	inHouses(t, torture(t, "HOSO_TORTURE_HISTORIES", less(10, 3)), func(t *testing.T, h *House, cast contest, i int) {
		c := cast.open(i)
		ops := c.history(rand.New(rand.NewPCG(seed, uint64(i))))
		for _, op := range ops {
			if out := op.Output.(answer); !out.known {
				gone++
			} else if out.done && op.Input.(ask).what == "take" {
				taken++
			}
		}
		if got := porcupine.CheckOperationsTimeout(inOrder, ops, time.Minute); got != porcupine.Ok {
			t.Errorf("%s, seed %d: %s", c.id, seed, got)
			for _, op := range ops {
				t.Logf("client %d, %d to %d: %s", op.ClientId, op.Call, op.Return, inOrder.DescribeOperation(op.Input, op.Output))
			}
		}
	})
	t.Logf("%d places taken, %d clients gone before their answer", taken, gone)
	if taken == 0 || gone == 0 {
		t.Error("nothing was taken, or nobody was ever gone")
	}
}

// history is what six clients saw, eight asks each.
func (c contest) history(rng *rand.Rand) []porcupine.Operation {
	const clients, asks = 6, 8
	began := time.Now()
	since := func() int64 { return time.Since(began).Nanoseconds() }
	var mu sync.Mutex
	var all []porcupine.Operation
	var wg sync.WaitGroup
	for client := range clients {
		own := rand.New(rand.NewPCG(rng.Uint64(), 0))
		wg.Go(func() {
			for n := range asks {
				a := ask{what: []string{"take", "take", "take", "take", "leave", "free", "free"}[own.IntN(7)], k: own.IntN(5)}
				if a.what == "free" {
					a.k = own.IntN(2)
				}
				ctx, cancel := context.WithCancel(context.Background())
				if own.IntN(10) == 0 { // gone somewhere in the middle
					ctx, cancel = context.WithTimeout(context.Background(), time.Duration(own.IntN(3000))*time.Microsecond)
				}
				time.Sleep(time.Duration(own.IntN(2000)) * time.Microsecond)
				op := porcupine.Operation{ClientId: client, Input: a, Call: since()}
				op.Output = c.do(ctx, fmt.Sprint(c.id, "/", client, "/", n), a)
				op.Return = since()
				cancel()
				mu.Lock()
				all = append(all, op)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	// What nobody knows the end of may happen at any time after.
	for i := range all {
		if !all[i].Output.(answer).known {
			all[i].Return, all[i].ClientId = since()+int64(i), clients+i
		}
	}
	return slices.Clip(all)
}
