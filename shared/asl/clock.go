package asl

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Clock gives the time and lets the engine wait for it.
type Clock interface {
	Now() time.Time
	// Wait returns when the clock reaches until (never, if that is zero), when
	// wake has something, or when ctx ends; it may return early. busy is how
	// many pieces of work are under way: a clock that only plays time may
	// jump when there is none.
	Wait(ctx context.Context, until time.Time, busy int, wake <-chan struct{})
}

type wallClock func() time.Time

// WallClock is the clock of a running system. now gives the time; when it is
// set forward, Engine.Wake makes the engine look again.
func WallClock(now func() time.Time) Clock { return wallClock(now) }

func (now wallClock) Now() time.Time { return now() }

// longestWait bounds a wait by the machine's own timers: they do not notice a
// clock that is set, nor a machine that sleeps.
const longestWait = 30 * time.Second

func (now wallClock) Wait(ctx context.Context, until time.Time, _ int, wake <-chan struct{}) {
	var due <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(min(until.Sub(now()), longestWait))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-ctx.Done():
	case <-wake:
	case <-due:
	}
}

// VirtualClock plays time: it stands still while there is work, and jumps to
// the next moment that something waits for when there is none.
type VirtualClock struct {
	mu       sync.Mutex
	now      time.Time
	sleepers sleepers
	changed  chan struct{}
	held     int
}

// NewVirtualClock gives a clock that starts at a moment.
func NewVirtualClock(start time.Time) *VirtualClock {
	return &VirtualClock{now: start, changed: make(chan struct{}, 1)}
}

// Now gives the played time.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Hold keeps the clock from jumping, so that only Advance moves it, until Let
// has been called as often as Hold.
func (c *VirtualClock) Hold() { c.hold(1) }

// Let takes back one Hold.
func (c *VirtualClock) Let() { c.hold(-1) }

func (c *VirtualClock) hold(n int) {
	c.mu.Lock()
	c.held += n
	c.mu.Unlock()
	c.poke()
}

// Advance moves the clock forward.
func (c *VirtualClock) Advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.release()
	c.mu.Unlock()
	c.poke()
}

// Sleep is for functions that the engine calls: it returns when the played
// time has passed, or when ctx ends.
func (c *VirtualClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	s := &sleeper{until: c.now.Add(d), done: make(chan struct{})}
	heap.Push(&c.sleepers, s)
	c.mu.Unlock()
	c.poke()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		if s.place >= 0 {
			heap.Remove(&c.sleepers, s.place)
		}
		c.mu.Unlock()
		c.poke()
		return ctx.Err()
	}
}

// Wait jumps if all that is under way sleeps.
func (c *VirtualClock) Wait(ctx context.Context, until time.Time, busy int, wake <-chan struct{}) {
	for ctx.Err() == nil {
		c.mu.Lock()
		if !until.IsZero() && !until.After(c.now) {
			c.mu.Unlock()
			return
		}
		jumped := false
		if busy <= len(c.sleepers) && c.held == 0 {
			next := until
			if len(c.sleepers) > 0 {
				next = earlier(next, c.sleepers[0].until)
			}
			if next.After(c.now) {
				c.now = next
				jumped = true
			}
			c.release()
		}
		reached := !until.IsZero() && !until.After(c.now)
		c.mu.Unlock()
		if reached || jumped {
			return
		}
		select {
		case <-ctx.Done():
		case <-wake:
			return
		case <-c.changed:
		}
	}
}

// release wakes those whose time has come. The caller holds the lock.
func (c *VirtualClock) release() {
	for len(c.sleepers) > 0 && !c.sleepers[0].until.After(c.now) {
		close(c.sleepers[0].done)
		heap.Remove(&c.sleepers, 0)
	}
}

func (c *VirtualClock) poke() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

type sleeper struct {
	until time.Time
	done  chan struct{}
	place int
}

type sleepers []*sleeper

func (s sleepers) Len() int           { return len(s) }
func (s sleepers) Less(i, j int) bool { return s[i].until.Before(s[j].until) }
func (s sleepers) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

func (s *sleepers) Push(x any) {
	sl, _ := x.(*sleeper)
	sl.place = len(*s)
	*s = append(*s, sl)
}

func (s *sleepers) Pop() any {
	old := *s
	last := old[len(old)-1]
	last.place = -1
	*s = old[:len(old)-1]
	return last
}
