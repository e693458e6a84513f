package house

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAdvanceAskedForTwiceIsOne: whoever did not hear the answer asks again
// with the same key, also after a restart.
func TestAdvanceAskedForTwiceIsOne(t *testing.T) {
	dir := t.TempDir()
	h := openHouse(t, dir)
	ask := func(key string) time.Time {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/demo/clock", strings.NewReader(`{"advance":"24h"}`))
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		h.handler().ServeHTTP(w, r)
		var out struct{ Now time.Time }
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return out.Now
	}
	const day = 24 * time.Hour
	start := h.Clock.Now()
	for _, step := range []struct {
		key  string
		days time.Duration
	}{{"a", 1}, {"a", 1}, {"b", 2}, {"a", 2}} {
		if got := ask(step.key).Sub(start).Truncate(day); got != step.days*day {
			t.Errorf("after %s the clock has gone on by %s", step.key, got)
		}
	}
	h.end(t)
	h = openHouse(t, dir)
	defer h.end(t)
	if got := ask("b").Sub(start).Truncate(day); got != 2*day {
		t.Errorf("after a restart the clock has gone on by %s", got)
	}
	if _, err := h.Clock.Advance(context.Background(), h.Store, "b", time.Hour); err == nil {
		t.Error("the key of another advance was taken")
	}
}

func TestAdvancesBesideEachOtherAllCount(t *testing.T) {
	h := openHouse(t, t.TempDir())
	defer h.end(t)
	start := h.Clock.Now()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := h.Advance(context.Background(), 24*time.Hour); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := h.Clock.Now().Sub(start).Truncate(24 * time.Hour); got != 4*24*time.Hour {
		t.Errorf("the clock has gone on by %s", got)
	}
}
