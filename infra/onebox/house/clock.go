package house

import (
	"context"
	"sync/atomic"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Clock is the house's clock: the wall clock, or, in a data folder that was
// made as a demonstration, the wall clock with an offset: it begins on a day of
// its own and can only be set forward.
type Clock struct {
	Demo   bool
	offset atomic.Int64
}

// Now is the time in the house.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

type clockRecord struct {
	Offset time.Duration `json:"offset"`
}

var clockKey = store.Key{Part: "demonstration", Sort: "clock"}

// openClock reads whether the folder is a demonstration. Only a folder
// without any history can become one.
func openClock(ctx context.Context, s store.Store, demo bool, start time.Time) (*Clock, error) {
	c := &Clock{}
	var rec clockRecord
	_, err := store.Load(ctx, s, clockKey, &rec)
	switch {
	case err == nil:
		c.Demo = true
		c.offset.Store(int64(rec.Offset))
		return c, nil
	case !fault.Is(err, fault.NotFound):
		return nil, err
	case !demo:
		return c, nil
	}
	if _, err := s.Get(ctx, madeKey); err == nil {
		return nil, fault.New(fault.Invalid, "house.clock", "Thư mục dữ liệu này đã dùng thật nên không thể trở thành bản trình diễn; hãy chọn thư mục khác.")
	} else if !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if !start.IsZero() {
		rec.Offset = time.Until(start)
		c.offset.Store(int64(rec.Offset))
	}
	_, err = s.Commit(ctx, store.Commit{
		Key: "demonstration", Request: "demonstration", At: c.Now(),
		Writes: []store.Write{store.Put(clockKey, 0, rec)},
		Events: []evidence.Event{act.Event("house", "demonstration.made", "command-line", c.Now(), nil)},
	})
	c.Demo = err == nil
	return c, err
}

// NowIn is the time in a data folder, which somebody else may be serving.
func NowIn(ctx context.Context, r store.Reader) (time.Time, error) {
	var rec clockRecord
	if _, err := store.Load(ctx, r, clockKey, &rec); err != nil && !fault.Is(err, fault.NotFound) {
		return time.Time{}, err
	}
	return time.Now().Add(rec.Offset), nil
}

// madeKey marks a folder that serves for real.
var madeKey = store.Key{Part: "house", Sort: "made"}

// markReal notes that the folder serves for real, so that it never gets a
// clock that can be advanced.
func markReal(ctx context.Context, s store.Store) error {
	if _, err := s.Get(ctx, madeKey); !fault.Is(err, fault.NotFound) {
		return err
	}
	_, err := s.Commit(ctx, store.Commit{
		Key: "house-made", Request: "house-made", At: time.Now(),
		Writes: []store.Write{store.Put(madeKey, 0, map[string]string{"at": time.Now().UTC().Format(time.RFC3339)})},
	})
	return err
}

// advanceTries bounds how often an advance is done again beside others.
const advanceTries = 8

// Advance sets a demonstration's clock forward, once for each key. Two at the
// same time both count.
func (c *Clock) Advance(ctx context.Context, s store.Store, key string, by time.Duration) (now time.Time, err error) {
	if !c.Demo {
		return time.Time{}, fault.New(fault.NotFound, "house.clock", "Không có đồng hồ trình diễn.")
	}
	if by <= 0 || by > 400*24*time.Hour {
		return time.Time{}, fault.New(fault.Invalid, "house.clock", "Chỉ có thể tiến đồng hồ, mỗi lần không quá 400 ngày.")
	}
	for range advanceTries {
		if now, err = c.advance(ctx, s, key, by); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return now, err
}

func (c *Clock) advance(ctx context.Context, s store.Store, key string, by time.Duration) (time.Time, error) {
	var rec clockRecord
	rev, err := store.Load(ctx, s, clockKey, &rec)
	if err != nil {
		return time.Time{}, err
	}
	rec.Offset += by
	out, err := s.Commit(ctx, store.Commit{
		Key: "demonstration/" + key, Request: "advance " + by.String(), At: c.Now(),
		Writes: []store.Write{store.Put(clockKey, rev, rec)},
		Events: []evidence.Event{act.Event("house", "demonstration.advanced", "demonstration", c.Now(), map[string]any{"by": by.String()})},
	})
	if err != nil {
		return time.Time{}, err
	}
	if out.Replayed {
		rec.Offset -= by // what was read holds it already
	}
	for {
		old := c.offset.Load() // another advance may have come by meanwhile: the clock never goes back
		if old >= int64(rec.Offset) || c.offset.CompareAndSwap(old, int64(rec.Offset)) {
			return c.Now(), nil
		}
	}
}
