package sqlitestore_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
	"hoso/shared/store/storetest"
)

func TestActsRepeatedUnderFaultsHappenOnce(t *testing.T) {
	s := open(t, ":memory:", sqlitestore.Options{})
	if err := setUp(s); err != nil {
		t.Fatal(err)
	}
	f := storetest.NewFaulty(s, storetest.Seeded(7, 20, 20, 20, 20))
	var wg sync.WaitGroup
	var mu sync.Mutex
	lost, replayed := 0, 0
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 25 {
				act := ledgerAct(fmt.Sprintf("%d-%d", g, n), 1)
				for {
					out, err := f.Commit(bg, act)
					mu.Lock()
					if err != nil {
						lost++
					} else if out.Replayed {
						replayed++
					}
					mu.Unlock()
					if err == nil {
						if string(out.Result) != string(act.Result) {
							t.Errorf("result %s, want %s", out.Result, act.Result)
						}
						break
					}
					if !errors.Is(err, storetest.ErrInjected) {
						t.Error(err)
						return
					}
				}
			}
		}()
	}
	wg.Wait()
	if found, err := wholeLedger(s); err != nil || len(found) != 200 {
		t.Errorf("%d entries, %v", len(found), err)
	}
	if replayed == 0 || lost <= replayed {
		t.Errorf("%d failures, %d of them after the effect: the faults did not strike", lost, replayed)
	}
	// Every message is delivered, some more than once, none for ever.
	got := map[string]int{}
	for range 2000 {
		ms, err := f.Pending(bg, at, 50)
		if err != nil {
			continue
		}
		for _, m := range ms {
			got[m.ID]++
			for f.Settle(bg, m.ID) != nil {
				continue
			}
		}
	}
	if len(got) != 400 {
		t.Errorf("%d messages, want a note and a log message of each of 200 acts", len(got))
	}
	if counts := slices.Collect(func(yield func(int) bool) {
		for _, n := range got {
			if !yield(n) {
				return
			}
		}
	}); slices.Max(counts) < 2 {
		t.Error("no message came twice")
	}
	if left, err := s.Pending(bg, at, 0); err != nil || len(left) > 0 {
		t.Errorf("%d messages left, %v", len(left), err)
	}
}

func TestFaultsStrikeWhereTheyAreAimed(t *testing.T) {
	s := open(t, ":memory:", sqlitestore.Options{})
	f := storetest.NewFaulty(s, storetest.Faults{})
	k := func(n int) store.Key { return store.Key{Part: "p", Sort: fmt.Sprint(n)} }
	put := func(n int) store.Commit {
		return store.Commit{
			Key: fmt.Sprint(n), At: at, Writes: []store.Write{{Key: k(n), Body: body(n)}},
			Outbox: []store.Message{store.Msg(fmt.Sprint("m", n), "k", n)},
		}
	}
	f.Next("Commit", storetest.Fault{}, storetest.NotApplied, storetest.AnswerLost)
	for n, want := range []error{nil, storetest.ErrInjected, storetest.ErrInjected, nil} {
		if _, err := f.Commit(bg, put(n)); !errors.Is(err, want) {
			t.Errorf("commit %d: %v", n, err)
		}
	}
	for n, there := range []bool{true, false, true, true} {
		if _, err := f.Get(bg, k(n)); (err == nil) != there || (!there && !fault.Is(err, fault.NotFound)) {
			t.Errorf("record %d: %v", n, err)
		}
	}
	f.Next("Get", storetest.NotApplied)
	if _, err := f.Get(bg, k(0)); !errors.Is(err, storetest.ErrInjected) {
		t.Errorf("get: %v", err)
	}
	if n := f.Calls("Commit"); n != 4 {
		t.Errorf("%d commits counted", n)
	}
	f = storetest.NewFaulty(s, storetest.Faults{Message: func(m store.Message) storetest.Delivery {
		switch m.ID {
		case "m0":
			return storetest.Delay
		case "m2":
			return storetest.Twice
		}
		return storetest.Deliver
	}})
	pending := func() []string {
		ms, err := f.Pending(bg, at, 0)
		if err != nil {
			t.Fatal(err)
		}
		ids := []string{}
		for _, m := range ms {
			ids = append(ids, m.ID)
		}
		slices.Sort(ids)
		return ids
	}
	for i, want := range [][]string{{"m2", "m3"}, {"m2", "m3"}, {"m2"}, {}} {
		if got := pending(); !slices.Equal(got, want) {
			t.Errorf("pending %d: %v, want %v", i, got, want)
		}
		if i == 1 {
			if err := f.Settle(bg, "m2", "m3"); err != nil {
				t.Fatal(err)
			}
		}
	}
	f.Heal()
	if got := pending(); !slices.Equal(got, []string{"m0"}) {
		t.Errorf("healed: %v", got)
	}
}
