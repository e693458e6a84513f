package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/dynamostore"
)

// TestOneIsAtWorkAndNoRingIsLost lets many ring at once, each for a piece of
// work it left before it rang.
func TestOneIsAtWorkAndNoRingIsLost(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	var left, done, atWork, rings atomic.Int64
	var wg sync.WaitGroup
	for p := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := dynamostore.Bell{Store: s, Name: "outbox", Who: fmt.Sprint(p), Lease: time.Minute, Now: time.Now, Wait: awstest.Wait}
			for range 10 {
				left.Add(1)
				did, err := b.Ring(context.Background(), func(context.Context) error {
					if atWork.Add(1) != 1 {
						t.Error("two are at work")
					}
					seen := left.Load()
					time.Sleep(time.Millisecond)
					done.Store(max(done.Load(), seen))
					atWork.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				if did {
					rings.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	if done.Load() != 160 {
		t.Errorf("of 160 pieces %d were done", done.Load())
	}
	if rings.Load() == 160 {
		t.Error("nobody left the work to another")
	}
}

// never is a wait that only its context ends.
func never(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// paced is a bell whose time passes only as a test lets it: each step is one
// wait, after which the bell is waiting again.
type paced struct {
	dynamostore.Bell
	mu      sync.Mutex
	now     time.Time
	waiting chan time.Duration
	pass    chan struct{}
}

func pace(s *dynamostore.Store, who string) *paced {
	p := &paced{now: time.Now(), waiting: make(chan time.Duration), pass: make(chan struct{})}
	p.Bell = dynamostore.Bell{Store: s, Name: "outbox", Who: who, Lease: time.Minute, Now: p.at, Wait: p.wait}
	return p
}

func (p *paced) at() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *paced) wait(ctx context.Context, d time.Duration) error {
	select {
	case p.waiting <- d:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-p.pass:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// on lets the time of a wait pass.
func (p *paced) on() {
	d := <-p.waiting
	p.mu.Lock()
	p.now = p.now.Add(d)
	p.mu.Unlock()
	p.pass <- struct{}{}
}

// TestLongWorkIsDoneByOne lets one piece of work take three leases while
// another rings; and lets one be stepped over, whose work must end.
func TestLongWorkIsDoneByOne(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	ctx := context.Background()
	a := pace(s, "a")
	other := dynamostore.Bell{Store: s, Name: "outbox", Who: "b", Lease: time.Minute, Now: a.at, Wait: never}
	none := func(context.Context) error { return nil }
	first := true
	did, err := a.Ring(ctx, func(ctx context.Context) error {
		if !first {
			return nil // for the rings of the other
		}
		first = false
		for began := a.at(); a.at().Sub(began) < 3*time.Minute; {
			a.on()
			if did, err := other.Ring(ctx, none); did || err != nil {
				t.Fatalf("after %v another took over: %v, %v", a.at().Sub(began), did, err)
			}
		}
		return ctx.Err()
	})
	if !did || err != nil {
		t.Fatalf("%v, %v", did, err)
	}
	did, err = a.Ring(ctx, func(ctx context.Context) error {
		late := other
		late.Now = func() time.Time { return a.at().Add(2 * time.Minute) }
		if did, err := late.Ring(context.Background(), func(context.Context) error {
			a.on() // he speaks, and hears that it is another's
			<-ctx.Done()
			return nil
		}); !did || err != nil {
			t.Errorf("nobody stepped over: %v, %v", did, err)
		}
		return ctx.Err()
	})
	if !did || err != nil {
		t.Errorf("who was stepped over ends with %v, %v", did, err)
	}
	if did, err := other.Ring(ctx, none); !did || err != nil {
		t.Errorf("afterwards the bell is not free: %v, %v", did, err)
	}
}

func TestOneWhoDiedAtWorkIsSteppedOver(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	now := time.Now()
	bell := func(who string) dynamostore.Bell {
		return dynamostore.Bell{Store: s, Name: "outbox", Who: who, Lease: time.Minute, Now: func() time.Time { return now }, Wait: never}
	}
	ctx := context.Background()
	none := func(context.Context) error { return nil }
	_, _ = bell("a").Ring(ctx, func(context.Context) error {
		for _, c := range []struct {
			after time.Duration
			did   bool
		}{{time.Second, false}, {2 * time.Minute, true}} {
			at := now
			now = at.Add(c.after)
			if did, err := bell("b").Ring(ctx, none); err != nil || did != c.did {
				t.Errorf("after %v: %v, %v", c.after, did, err)
			}
			now = at
		}
		return nil
	})
	// Who says in time that he is at work is not stepped over; who was is told.
	if _, err := bell("a").Ring(ctx, func(context.Context) error {
		for range 3 {
			now = now.Add(50 * time.Second)
			if mine, err := bell("a").Keep(ctx); err != nil || !mine {
				t.Errorf("who is at work is told %v, %v", mine, err)
			}
			if did, err := bell("b").Ring(ctx, none); err != nil || did {
				t.Errorf("he was stepped over: %v, %v", did, err)
			}
		}
		now = now.Add(2 * time.Minute)
		_, err := bell("b").Ring(ctx, func(context.Context) error {
			if mine, err := bell("a").Keep(ctx); err != nil || mine {
				t.Errorf("who was stepped over is told %v, %v", mine, err)
			}
			return nil
		})
		return err
	}); err != nil {
		t.Error(err)
	}
	failed := errors.New("failed")
	if did, err := bell("c").Ring(ctx, func(context.Context) error { return failed }); !did || !errors.Is(err, failed) {
		t.Errorf("work that failed: %v, %v", did, err)
	}
	if did, err := bell("d").Ring(ctx, none); err != nil || !did {
		t.Errorf("after work that failed: %v, %v", did, err)
	}
}

// TestAnAnswerThatWasLostDoesNotLeaveTheBellTaken: a request that took effect
// and is sent again must find itself at work.
func TestAnAnswerThatWasLostDoesNotLeaveTheBellTaken(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	ctx := context.Background()
	b := dynamostore.Bell{Store: s, Name: "outbox", Who: "a", Lease: time.Minute, Now: time.Now, Wait: awstest.Wait}
	inner := false
	did, err := b.Ring(ctx, func(ctx context.Context) error {
		if inner {
			return nil
		}
		inner = true
		// The same name takes again: as the repeated request does.
		again, err := b.Ring(ctx, func(context.Context) error { return nil })
		if !again {
			t.Error("who is at work is kept out by his own name")
		}
		return err
	})
	if err != nil || !did {
		t.Errorf("%v, %v", did, err)
	}
	b.Who = "b"
	if did, err := b.Ring(ctx, func(context.Context) error { return nil }); err != nil || !did {
		t.Errorf("afterwards: %v, %v", did, err)
	}
}
