package asl_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/asl"
)

// TestOneReplyWinsWhateverComesAtOnce lets success, failure, heartbeat, stop,
// time-out and reading of each execution come at the same time.
func TestOneReplyWinsWhateverComesAtOnce(t *testing.T) {
	const executions = 60
	clock := asl.NewVirtualClock(start)
	people := newParked(clock)
	w := newWorld(t, onDisk(t), clock, people.call, parse(t, parks(`"TimeoutSeconds":100,"HeartbeatSeconds":50,
	  "Catch":[{"ErrorEquals":["States.Timeout"],"Next":"F"},{"ErrorEquals":["Refused"],"Next":"G"}],`)))
	for i := range executions {
		w.begin(fmt.Sprint(i), `{}`)
	}
	var mu sync.Mutex
	won := map[string]string{} // by token: the reply that was taken
	var all sync.WaitGroup
	for range executions {
		token := people.next(t)
		for _, reply := range []string{"yes", "no", "again"} {
			all.Go(func() {
				var err error
				if reply == "no" {
					err = w.engine.Fail(ctx, token, "Refused", "")
				} else {
					err = w.engine.Succeed(ctx, token, []byte(`"`+reply+`"`))
				}
				if err == nil {
					mu.Lock()
					won[token] += reply
					mu.Unlock()
				}
			})
		}
		all.Go(func() { _ = w.engine.Heartbeat(ctx, token) })
		all.Go(func() { clock.Advance(time.Second) })
		all.Go(func() {
			if _, err := w.engine.List(ctx, "flow", asl.Running, 0, 10); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range executions {
		if i%5 == 0 {
			all.Go(func() {
				if err := w.engine.Stop(ctx, asl.ExecutionARN("flow", fmt.Sprint(i)), "Stopped", ""); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	clock.Advance(time.Hour)
	replies := 0
	for i := range executions {
		name := fmt.Sprint(i)
		x := w.await(name)
		numbered(t, w.history(name))
		types := strings.Join(w.types(name), " ")
		if n := strings.Count(types, "TaskSucceeded") + strings.Count(types, "TaskFailed"); n > 1 {
			t.Errorf("execution %s took %d replies: %s", name, n, types)
		} else {
			replies += n
		}
		if n := strings.Count(types, "Execution") - 1; n != 1 {
			t.Errorf("execution %s ended %d times: %s", name, n, types)
		}
		if x.Status != asl.Succeeded && x.Status != asl.Aborted {
			t.Errorf("execution %s ended %s", name, x.Status)
		}
	}
	if len(won) != replies {
		t.Errorf("%d replies were taken and %d are in the histories", len(won), replies)
	}
	for token, reply := range won {
		if reply != "yes" && reply != "no" && reply != "again" {
			t.Errorf("token %s: %q were both taken", token, reply)
		}
	}
}
