package asl_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/asl"
)

func TestAnOutageIsNotCountedAgainstTheFunctionItCutOff(t *testing.T) {
	clock := asl.NewVirtualClock(start)
	j := memory(t)
	m := parse(t, calling(`"TimeoutSeconds":60,"ResultSelector":{"v.$":"$.Payload"},`))
	under := make(chan struct{})
	w := newWorld(t, j, clock, func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		close(under)
		<-ctx.Done()
		return nil, ctx.Err()
	}, m)
	w.begin("run", `{}`)
	<-under
	w.stop()
	clock.Advance(24 * time.Hour)
	w = newWorld(t, j, clock, func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		return []byte(`"done"`), clock.Sleep(ctx, 59*time.Second)
	}, m)
	ended(t, w.await("run"), asl.Succeeded, `{"v":"done"}`)
	w = newWorld(t, memory(t), clock, func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		return []byte(`"done"`), clock.Sleep(ctx, 60*time.Second)
	}, m)
	ended(t, w.run("run", `{}`), asl.Failed, `States.Timeout`)
}

// spoilt is a journal whose snapshots cannot be read.
type spoilt struct {
	asl.Journal
	snapshot string
}

func (s spoilt) Load(ctx context.Context, key asl.Key) (asl.Record, error) {
	r, err := s.Journal.Load(ctx, key)
	r.Snapshot = []byte(s.snapshot)
	return r, err
}

func TestAnExecutionThatCannotBeReadEndsFailed(t *testing.T) {
	for _, snapshot := range []string{``, `{}`, `{"root":{"state":"gone","input":1}}`, `{"root":{"state":"T","fan":{"live":[{"state":"T"}]}}}`} {
		clock := asl.NewVirtualClock(start)
		people := newParked(clock)
		j := memory(t)
		m := parse(t, parks(""))
		w := newWorld(t, j, clock, people.call, m)
		w.begin("run", `{}`)
		token := people.next(t)
		w.settle()
		w.stop()
		w = newWorld(t, spoilt{j, snapshot}, clock, people.call, m)
		code(t, w.engine.Succeed(ctx, token, []byte(`1`)), asl.CodeTaskTimedOut)
		x := w.await("run")
		if ended(t, x, asl.Failed, "States.Runtime"); !strings.Contains(*x.Cause, "cannot be taken up") {
			t.Errorf("cause %s", *x.Cause)
		}
	}
}

func TestAClockThatIsSetForwardIsNoticed(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	e, err := asl.New(ctx, asl.Options{
		Machines: []*asl.Machine{parse(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":86400,"End":true}}}`)},
		Invoke:   echo, Journal: memory(t), Clock: asl.WallClock(now), Log: slog.New(slog.DiscardHandler),
		NewToken: func() string { return "" }, NewID: func() string { return "" }, Random: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		e.Run(working)
		close(done)
	}()
	defer func() {
		stop()
		<-done
	}()
	if _, err := e.Start(ctx, "flow", "run", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(24 * time.Hour))
	e.Wake()
	waiting, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	x, err := e.Await(waiting, asl.ExecutionARN("flow", "run"))
	if err != nil {
		t.Fatal(err)
	}
	ended(t, x, asl.Succeeded, `{}`)
}
