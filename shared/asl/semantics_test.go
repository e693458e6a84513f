package asl_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/asl"
)

// calling is one Task that calls a function; fields go into the Task.
func calling(fields string) string {
	return oneTask(`"Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},` + fields)
}

func failing(name string) calls {
	return func(context.Context, string, []byte) ([]byte, error) {
		return nil, &asl.TaskError{Name: name, Cause: "because"}
	}
}

func large(context.Context, string, []byte) ([]byte, error) {
	return []byte(`"` + strings.Repeat("x", 256*1024) + `"`), nil
}

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
func TestErrorsAreCaughtByTheNamesThatCoverThem(t *testing.T) {
	catch := func(names string) string {
		return `"Catch":[{"ErrorEquals":["` + names + `"],"Next":"F"}],`
	}
	caught := func(name string) string { return `{"Error":"` + name + `","Cause":"because"}` }
	const limit = `{"Error":"States.DataLimitExceeded","Cause":"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit."}`
	for name, c := range map[string]struct {
		definition string
		call       calls
		status     asl.Status
		result     string
	}{
		"a name by itself":               {calling(catch("Conflict")), failing("Conflict"), asl.Succeeded, caught("Conflict")},
		"another name":                   {calling(catch("Other")), failing("Conflict"), asl.Failed, "Conflict"},
		"a name by TaskFailed":           {calling(catch("States.TaskFailed")), failing("Conflict"), asl.Succeeded, caught("Conflict")},
		"a name by ALL":                  {calling(catch("States.ALL")), failing("Conflict"), asl.Succeeded, caught("Conflict")},
		"no time-out by TaskFailed":      {calling(`"TimeoutSeconds":5,` + catch("States.TaskFailed")), failing("States.Timeout"), asl.Failed, "States.Timeout"},
		"a path in Parameters by name":   {calling(strings.Replace(catch("States.ParameterPathFailure"), `"Catch"`, `"InputPath":"$.in","Catch"`, 1)), echo, asl.Failed, "States.Runtime"},
		"a missing parameter by name":    {strings.Replace(calling(catch("States.ParameterPathFailure")), `"Payload.$":"$"`, `"Payload.$":"$.none"`, 1), echo, asl.Succeeded, `{"Error":"States.ParameterPathFailure","Cause":"An error occurred while executing the state 'T' (entered at the event id #2). The JSONPath '$.none' specified for the field 'Payload.$' could not be found in the input '{\"n\":1}'"}`},
		"no runtime error by ALL":        {calling(`"OutputPath":"$.none",` + catch("States.ALL")), echo, asl.Failed, "States.Runtime"},
		"no runtime error by its name":   {calling(`"OutputPath":"$.none",` + catch("States.Runtime")), echo, asl.Failed, "States.Runtime"},
		"no runtime error by TaskFailed": {calling(`"OutputPath":"$.none",` + catch("States.TaskFailed")), echo, asl.Failed, "States.Runtime"},
		"a result path by name":          {calling(`"ResultPath":"$.n.m",` + catch("States.ResultPathMatchFailure")), echo, asl.Succeeded, `{"Error":"States.ResultPathMatchFailure","Cause":"An error occurred while executing the state 'T' (entered at the event id #2). Unable to apply ResultPath '$.n.m' to the input '{\"n\":1}'"}`},
		"a large result by ALL":          {calling(catch("States.ALL")), large, asl.Succeeded, fmt.Sprintf(limit, "lambda")},
		"a large output by its name":     {calling(`"ResultSelector":{"a.$":"$.Payload","b.$":"$.Payload"},` + catch("States.DataLimitExceeded")), half, asl.Succeeded, fmt.Sprintf(limit, "T")},
		"no large output by ALL":         {calling(`"ResultSelector":{"a.$":"$.Payload","b.$":"$.Payload"},` + catch("States.ALL")), half, asl.Failed, "States.DataLimitExceeded"},
		"an error without a name":        {calling(catch("Lambda.Unknown")), nameless, asl.Succeeded, `{"Error":"Lambda.Unknown","Cause":"no route"}`},
		"a panic by its type":            {calling(catch("string")), panicking, asl.Succeeded, `{"Error":"string","Cause":"boom"}`},
		"an intrinsic by name":           {strings.Replace(calling(catch("States.IntrinsicFailure")), `"Payload.$":"$"`, `"Payload.$":"States.StringToJson('{')"`, 1), echo, asl.Succeeded, `{"Error":"States.IntrinsicFailure","Cause":"An error occurred while executing the state 'T' (entered at the event id #2). The function 'States.StringToJson' had the following arguments: [\"{\"]. unexpected EOF"}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, x := run(t, c.definition, `{"n":1}`, c.call)
			ended(t, x, c.status, c.result)
		})
	}
}

func half(context.Context, string, []byte) ([]byte, error) {
	return []byte(`"` + strings.Repeat("x", 200*1024) + `"`), nil
}

func nameless(context.Context, string, []byte) ([]byte, error) { return nil, errors.New("no route") }

func panicking(context.Context, string, []byte) ([]byte, error) { panic("boom") }

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html ("Retrying after an error")
func TestRetriesComeWhenTheirRetrierSays(t *testing.T) {
	for name, c := range map[string]struct {
		retry string
		waits []time.Duration
	}{
		"the defaults":    {`{"ErrorEquals":["E"]}`, []time.Duration{1, 2, 4}},
		"a constant rate": {`{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":1,"MaxAttempts":2}`, []time.Duration{3, 3}},
		"a longest delay": {`{"ErrorEquals":["E"],"IntervalSeconds":2,"BackoffRate":3,"MaxDelaySeconds":7,"MaxAttempts":4}`, []time.Duration{2, 6, 7, 7}},
		"full jitter":     {`{"ErrorEquals":["E"],"IntervalSeconds":4,"JitterStrategy":"FULL","MaxAttempts":2}`, []time.Duration{2, 4}},
		"none":            {`{"ErrorEquals":["E"],"MaxAttempts":0}`, nil},
		"the first match": {`{"ErrorEquals":["E"],"MaxAttempts":1},{"ErrorEquals":["States.ALL"],"MaxAttempts":5}`, []time.Duration{1}},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := run(t, calling(`"Retry":[`+c.retry+`],"Catch":[{"ErrorEquals":["E"],"Next":"F"}],`), `{}`, failing("E"))
			ended(t, x, asl.Succeeded, `{"Error":"E","Cause":"because"}`)
			var waits []time.Duration
			var last time.Time
			for _, e := range w.history("run") {
				if e.Type == "TaskScheduled" {
					if !last.IsZero() {
						waits = append(waits, e.Timestamp.Sub(last)/time.Second)
					}
					last = e.Timestamp
				}
			}
			if fmt.Sprint(waits) != fmt.Sprint(c.waits) {
				t.Errorf("waited %v seconds, want %v", waits, c.waits)
			}
		})
	}
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func TestANameStartsOneExecution(t *testing.T) {
	w, _, token := asked(t, parks(""))
	try := func(name, input string, want asl.StartOutcome, wantCode string) {
		t.Helper()
		got, err := w.engine.Start(ctx, "flow", name, []byte(input))
		code(t, err, wantCode)
		if got != want {
			t.Errorf("Start(%q, %s) = %q, want %q", name, input, got, want)
		}
	}
	try("run", ` { "a" : 1 } `, asl.AlreadyRunning, "")
	try("run", `{"a":2}`, asl.AlreadyExists, "")
	code(t, w.engine.Succeed(ctx, token, []byte(`1`)), "")
	w.await("run")
	try("run", `{"a":1}`, asl.AlreadyExists, "")
	try("", `{}`, "", asl.CodeInvalidName)
	try("a b", `{}`, "", asl.CodeInvalidName)
	try("a/b", `{}`, "", asl.CodeInvalidName)
	try(strings.Repeat("n", 81), `{}`, "", asl.CodeInvalidName)
	try("other", `{`, "", asl.CodeInvalidExecutionInput)
	try("other", `"`+strings.Repeat("x", 256*1024)+`"`, "", asl.CodeInvalidExecutionInput)
	_, err := w.engine.Start(ctx, "nothing", "other", []byte(`{}`))
	code(t, err, asl.CodeStateMachineDoesNotExist)
	_, err = w.engine.Describe(ctx, asl.ExecutionARN("flow", "other"))
	code(t, err, asl.CodeExecutionDoesNotExist)
}

func TestTheSameNameStartedManyTimesAtOnceRunsOnce(t *testing.T) {
	var mu sync.Mutex
	n := 0
	w := newWorld(t, memory(t), asl.NewVirtualClock(start), func(context.Context, string, []byte) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		n++
		return []byte(`1`), nil
	}, parse(t, calling("")))
	var wait sync.WaitGroup
	var outcomes sync.Map
	for i := range 20 {
		wait.Go(func() {
			got, err := w.engine.Start(ctx, "flow", "run", []byte(`{}`))
			if err != nil {
				t.Error(err)
			}
			outcomes.Store(i, got)
		})
	}
	wait.Wait()
	w.await("run")
	started := 0
	outcomes.Range(func(_, v any) bool {
		if v == asl.Started {
			started++
		}
		return true
	})
	if started != 1 || n != 1 {
		t.Errorf("started %d times, called %d times", started, n)
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html ("Maximum execution history size")
func TestAHistoryEndsAtItsLimit(t *testing.T) {
	w, x := run(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.n","IsNumeric":true,"Next":"A"}],"Default":"C"},"C":{"Type":"Succeed"}}}`, `{"n":1}`, echo)
	ended(t, x, asl.Failed, "States.Runtime")
	events := w.history("run")
	if last := events[len(events)-1]; len(events) != 25000 || last.ID != 25000 || last.Type != "ExecutionFailed" {
		t.Errorf("%d events, the last is %d %s", len(events), last.ID, last.Type)
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html ("Maximum execution time"),
// https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html ("TimeoutSeconds")
func TestAnExecutionEndsAfterItsTime(t *testing.T) {
	clock := func(definition string, want time.Duration) {
		t.Helper()
		w, x := run(t, definition, `{}`, echo)
		ended(t, x, asl.TimedOut, "States.Timeout")
		if got := x.Stopped.Sub(x.Started); got != want {
			t.Errorf("ended after %s, want %s", got, want)
		}
		if types := w.types("run"); types[len(types)-1] != "ExecutionTimedOut" {
			t.Errorf("events %v", types)
		}
	}
	wait := `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":99999999,"End":true}}}`
	clock(wait, 365*24*time.Hour)
	clock(strings.Replace(wait, `{`, `{"TimeoutSeconds":60,`, 1), time.Minute)
}

func TestAChoiceWithoutAMatchFailsByName(t *testing.T) {
	_, x := run(t, `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":2,"Next":"S"}]},"S":{"Type":"Succeed"}}}`, `{"n":1}`, echo)
	ended(t, x, asl.Failed, "States.NoChoiceMatched")
}

func TestAnExecutionGoesOnByTheDefinitionItWasStartedWith(t *testing.T) {
	clock := asl.NewVirtualClock(start)
	people := newParked(clock)
	j := onDisk(t)
	w := newWorld(t, j, clock, people.call, parse(t, parks("")))
	w.begin("run", `{}`)
	token := people.next(t)
	w.stop()
	w = newWorld(t, j, clock, people.call, parse(t, `{"StartAt":"New","States":{"New":{"Type":"Pass","Result":"new","End":true}}}`))
	code(t, w.engine.Succeed(ctx, token, []byte(`"old"`)), "")
	ended(t, w.await("run"), asl.Succeeded, `"old"`)
	ended(t, w.run("next", `{}`), asl.Succeeded, `"new"`)
}

func TestAFunctionStoppedWithTheEngineIsCalledAgain(t *testing.T) {
	clock := asl.NewVirtualClock(start)
	j := memory(t)
	m := parse(t, calling(`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"F"}],`))
	under := make(chan struct{})
	w := newWorld(t, j, clock, func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		close(under)
		<-ctx.Done()
		return nil, ctx.Err()
	}, m)
	w.begin("run", `{}`)
	<-under
	w.stop()
	w = newWorld(t, j, clock, func(context.Context, string, []byte) ([]byte, error) { return []byte(`"done"`), nil }, m)
	if x := w.await("run"); x.Status != asl.Succeeded || !strings.Contains(x.Output, `"Payload":"done"`) {
		t.Errorf("ended %s with %s", x.Status, x.Output)
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html ("Error handling")
func TestABranchThatFailsStopsTheOthers(t *testing.T) {
	under, stopped := make(chan struct{}), make(chan struct{})
	_, x := run(t, `{"StartAt":"P","States":{"F":{"Type":"Pass","End":true},"P":{"Type":"Parallel","End":true,"Catch":[{"ErrorEquals":["E"],"Next":"F"}],"Branches":[
	  {"StartAt":"slow","States":{"slow":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:slow","End":true}}},
	  {"StartAt":"bad","States":{"bad":{"Type":"Task","Resource":"arn:aws:lambda:x:1:function:bad","End":true}}}]}}}`, `{}`,
		func(ctx context.Context, function string, _ []byte) ([]byte, error) {
			if strings.HasSuffix(function, "bad") {
				<-under
				return nil, &asl.TaskError{Name: "E", Cause: "because"}
			}
			close(under)
			<-ctx.Done()
			close(stopped)
			return []byte(`"late"`), nil
		})
	ended(t, x, asl.Succeeded, `{"Error":"E","Cause":"because"}`)
	select {
	case <-stopped:
	case <-time.After(20 * time.Second):
		t.Error("the other branch's function goes on")
	}
}

func TestAVariableStaysAsItIsWhileMapGoesOverIt(t *testing.T) {
	_, x := run(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"list":[1,2,3]},"Next":"M"},
	  "M":{"Type":"Map","ItemsPath":"$list","Next":"E","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}},
	  "E":{"Type":"Pass","Parameters":{"list.$":"$list","out.$":"$"},"End":true}}}`, `{}`, echo)
	ended(t, x, asl.Succeeded, `{"list":[1,2,3],"out":[1,2,3]}`)
}
