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
			b := dynamostore.Bell{Store: s, Name: "outbox", Who: fmt.Sprint(p), Lease: time.Minute, Now: time.Now}
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

func TestOneWhoDiedAtWorkIsSteppedOver(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	now := time.Now()
	bell := func(who string) dynamostore.Bell {
		return dynamostore.Bell{Store: s, Name: "outbox", Who: who, Lease: time.Minute, Now: func() time.Time { return now }}
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
	b := dynamostore.Bell{Store: s, Name: "outbox", Who: "a", Lease: time.Minute, Now: time.Now}
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
