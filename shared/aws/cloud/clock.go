package cloud

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"hoso/shared/act"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Clock is the functions' clock: the wall clock, or, in a stack that was made
// as a demonstration, the wall clock with an offset that is a record in the
// store. Every event begins by reading it: many processes share the clock.
type Clock struct {
	wall   func() time.Time
	store  store.Store
	demo   bool
	offset atomic.Int64
}

// Now is the time in the product.
func (c *Clock) Now() time.Time { return c.wall().Add(time.Duration(c.offset.Load())) }

type clockRecord struct {
	Offset time.Duration `json:"offset"`
}

var (
	clockKey = store.Key{Part: "demonstration", Sort: "clock"}
	// madeKey marks a store that serves for real: it never becomes a
	// demonstration.
	madeKey = store.Key{Part: "house", Sort: "made"}
)

// around lets every event begin with the demonstration's clock.
func (c *Clock) around(h lambda.Handler) lambda.Handler {
	if !c.demo {
		return h
	}
	return lambdahost.Func(func(ctx context.Context, payload []byte) ([]byte, error) {
		if _, err := c.load(ctx); err != nil {
			return nil, err
		}
		return h.Invoke(ctx, payload)
	})
}

// Demonstration reports whether the stack was made as one.
func (c *Clock) Demonstration() bool { return c.demo }

// load takes the offset from the store.
func (c *Clock) load(ctx context.Context) (int64, error) {
	var rec clockRecord
	rev, err := store.Load(ctx, c.store, clockKey, &rec)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err == nil {
		c.offset.Store(int64(rec.Offset))
	}
	return rev, err
}

// Begin makes the demonstration's clock if there is none: from then on it
// shows start and goes on. A store that serves for real is refused. Without a
// demonstration it marks the store as real.
func (c *Clock) Begin(ctx context.Context, start string) error {
	if !c.demo {
		if _, err := c.store.Get(ctx, madeKey); !fault.Is(err, fault.NotFound) {
			return err
		}
		at := c.wall()
		_, err := c.store.Commit(ctx, store.Commit{
			Key: "house-made", Request: "house-made", At: at,
			Writes: []store.Write{store.Put(madeKey, 0, map[string]string{"at": at.UTC().Format(time.RFC3339)})},
		})
		return err
	}
	rev, err := c.load(ctx)
	if err != nil || rev > 0 {
		return err
	}
	first, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return fault.Wrap(fault.Invalid, "cloud.clock", err)
	}
	offset := first.Sub(c.wall())
	_, err = c.store.Commit(ctx, store.Commit{
		Key: "demonstration", Request: "demonstration", At: first,
		Writes: []store.Write{store.Put(clockKey, 0, clockRecord{Offset: offset}), store.Unchanged(madeKey, 0)},
		Events: []evidence.Event{act.Event("house", "demonstration.made", "command-line", first, nil)},
	})
	if err != nil {
		return err
	}
	_, err = c.load(ctx)
	return err
}

// advanceTries bounds how often an advance is done again beside others.
const advanceTries = 8

// Advance sets a demonstration's clock forward, once for each key. Two at the
// same time both count.
func (c *Clock) Advance(ctx context.Context, key string, by time.Duration) (now time.Time, err error) {
	if by <= 0 || by > 400*24*time.Hour {
		return time.Time{}, fault.New(fault.Invalid, "cloud.clock", "Chỉ có thể tiến đồng hồ, mỗi lần không quá 400 ngày.")
	}
	for range advanceTries {
		if now, err = c.advance(ctx, key, by); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return now, err
}

func (c *Clock) advance(ctx context.Context, key string, by time.Duration) (time.Time, error) {
	rev, err := c.load(ctx)
	if err != nil {
		return time.Time{}, err
	}
	rec := clockRecord{Offset: time.Duration(c.offset.Load()) + by}
	_, err = c.store.Commit(ctx, store.Commit{
		Key: "demonstration/" + key, Request: "advance " + by.String(), At: c.Now(),
		Writes: []store.Write{store.Put(clockKey, rev, rec)},
		Events: []evidence.Event{act.Event("house", "demonstration.advanced", "demonstration", c.Now(), map[string]any{"by": by.String()})},
	})
	if err != nil {
		return time.Time{}, err
	}
	_, err = c.load(ctx)
	return c.Now(), err
}
