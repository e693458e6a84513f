package functions_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"hoso/shared/aws/cloud"
	"hoso/shared/flow"
	"hoso/shared/round"
	"hoso/shared/store"
)

// TestAPostingBeginsParksAndEndsOnItsDay runs the stage, the clock and the
// dispatcher as they are built: the posting begins once whatever comes twice,
// stands until its day, and then the run is resumed at the decision.
func TestAPostingBeginsParksAndEndsOnItsDay(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	begins := time.Date(2023, 11, 20, 8, 0, 0, 0, time.FixedZone("+07", 7*3600))
	w.set[cloud.Demo] = begins.Format(time.RFC3339)
	days := int64(0)
	today := func(by time.Duration) { // what the demonstration's clock shows
		days++
		c := store.Commit{Key: "clock" + string(rune('0'+days)), Request: "r", At: begins}
		c.Writes = []store.Write{store.Put(store.Key{Part: "demonstration", Sort: "clock"}, days-1, map[string]time.Duration{"offset": time.Until(begins) + by})}
		if _, err := w.st.Commit(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	today(0)
	r := round.Round{ID: "ward-2023", State: round.Closed, Stage: "posting", Generation: 1, OpenedAt: begins.AddDate(0, -1, 0), ClosedAt: begins, Settings: round.Settings{PostingDays: 5}}
	made := store.Commit{Key: "round", Request: "r", At: begins, Writes: []store.Write{round.Put(r, 0), store.Put(round.ListKey(r.ID), 0, round.List{Round: r.ID, Version: 1})}}
	if _, err := w.st.Commit(ctx, made); err != nil {
		t.Fatal(err)
	}
	call := func(function, payload string) string {
		t.Helper()
		f := w.boot(function)
		defer f.Stop()
		var out string
		for range 2 { // events may come twice
			a, err := f.Invoke(ctx, payload, patience)
			if err != nil || a.ErrorType != "" {
				f.Stop()
				t.Fatalf("%s: %+v, %v\n%s", function, a, err, f.Output)
			}
			out = a.Output
		}
		return out
	}
	load := func() (got round.Round) {
		t.Helper()
		if _, err := store.Load(ctx, w.st, round.Key(r.ID), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	in, err := json.Marshal(flow.In{Subject: r.ID, Generation: 1, From: "posting", TaskToken: "token"})
	if err != nil {
		t.Fatal(err)
	}
	call("posting", string(in))
	call("clock", "{}")
	if got := load(); got.Stage != "posting" || got.Task == "" || got.PostedTill.IsZero() {
		t.Fatalf("posted: %+v", got)
	}
	today(load().PostedTill.Sub(begins) + time.Minute)
	call("clock", "{}")
	if got := load(); got.Stage != "decision" {
		t.Errorf("after the last day: %+v", got)
	}
	call("dispatch", woken) // the token is unknown here: the decision stands all the same
	left, err := w.st.Pending(ctx, begins.AddDate(1, 0, 0), 10)
	if err != nil || slices.ContainsFunc(left, func(m store.Message) bool { return m.Kind == flow.ResumeMessage }) {
		t.Errorf("still to be delivered: %+v, %v", left, err)
	}
	events, err := w.st.Events(ctx, round.Chain(r.ID), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		var line struct{ Type string }
		if err := json.Unmarshal([]byte(e.Line), &line); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, line.Type)
	}
	if !slices.Equal(kinds, []string{"posting.begun", "posting.ended"}) {
		t.Errorf("events %v", kinds)
	}
}
