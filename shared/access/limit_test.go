package access_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
)

func TestAskingTooOftenIsLimitedPerAddressAndOrigin(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"binh@example.vn", "nobody@example.vn"} {
		for range 5 {
			if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: email, Origin: email}); err != nil {
				t.Fatal(err)
			}
		}
		want(t, w.AskCode(context.Background(), w.Browser(), access.Ask{Email: email, Origin: email}), fault.Limited, "too-often")
	}
	w.pass(12 * time.Minute)
	if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: "binh@example.vn", Origin: "x"}); err != nil {
		t.Errorf("after a fifth of the hour: %v", err)
	}
	for i := range 20 {
		if err := w.AskCode(context.Background(), w.Browser(), access.Ask{Email: fmt.Sprint(i, "@example.vn"), Origin: "one"}); err != nil {
			t.Fatal(err)
		}
	}
	want(t, w.AskCode(context.Background(), w.Browser(), access.Ask{Email: "more@example.vn", Origin: "one"}), fault.Limited, "too-often")
}

func TestLimiterAdmitsExactlyTheBurst(t *testing.T) {
	w := newWorld(t)
	rate := access.Rate{Burst: 12, Per: time.Minute}
	var wg sync.WaitGroup
	var mu sync.Mutex
	admitted := 0
	for range 400 {
		wg.Go(func() {
			if _, ok := w.Limits.Take(access.Spend{Rate: rate, Key: "k"}); ok {
				mu.Lock()
				admitted++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if admitted != 12 {
		t.Errorf("%d admitted, want 12", admitted)
	}
	wait, _ := w.Limits.Take(access.Spend{Rate: rate, Key: "k"})
	if wait != 5*time.Second {
		t.Errorf("wait %v, want 5s", wait)
	}
	other := access.Spend{Rate: rate, Key: "other"}
	w.Limits.Take(other, access.Spend{Rate: rate, Key: "k"})
	w.pass(time.Minute)
	for range 12 {
		if _, ok := w.Limits.Take(access.Spend{Rate: rate, Key: "k"}, other); !ok {
			t.Fatal("a full minute later the burst is not free again")
		}
	}
}
