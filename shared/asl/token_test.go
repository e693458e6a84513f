package asl_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"hoso/shared/asl"
	"hoso/shared/fault"
)

// parks waits for a token; fields go into the Task.
func parks(fields string) string {
	return oneTask(`"Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
	  "Parameters":{"FunctionName":"ask","Payload":{"Token.$":"$$.Task.Token"}},` + fields)
}

// oneTask is a machine with one Task, and the states F and G if it leads there.
func oneTask(fields string) string {
	definition := `{"StartAt":"T","States":{"T":{"Type":"Task",` + fields + `"Next":"S"},"S":{"Type":"Succeed"}`
	if strings.Contains(fields, `"Next":"F"`) {
		definition += `,"F":{"Type":"Pass","End":true}`
	}
	if strings.Contains(fields, `"Next":"G"`) {
		definition += `,"G":{"Type":"Pass","Result":"heartbeat","End":true}`
	}
	return definition + `}}`
}

func code(t *testing.T, err error, want string) {
	t.Helper()
	if got := fault.CodeOf(err); got != want || (err == nil) != (want == "") {
		t.Errorf("got error %v, want code %q", err, want)
	}
}

// asked starts a machine that parks and gives the token.
func asked(t *testing.T, definition string) (*world, *parked, string) {
	t.Helper()
	clock := asl.NewVirtualClock(start)
	people := newParked(clock)
	w := newWorld(t, memory(t), clock, people.call, parse(t, definition))
	w.begin("run", `{"a":1}`)
	return w, people, people.next(t)
}

var ctx = context.Background()

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
func TestATaskWaitsForItsTokenAndTakesItsOutput(t *testing.T) {
	w, _, token := asked(t, parks(`"ResultPath":"$.answer",`))
	code(t, w.engine.Succeed(ctx, token, []byte(`{"verdict":"eligible"}`)), "")
	ended(t, w.await("run"), asl.Succeeded, `{"a":1,"answer":{"verdict":"eligible"}}`)
	want := "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded"
	if got := strings.Join(w.types("run"), " "); got != want && got != strings.Replace(want, "TaskSubmitted ", "", 1) {
		t.Errorf("events %s", got)
	}
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
func TestATokenThatCountsForNothingIsNamed(t *testing.T) {
	w, _, token := asked(t, parks(""))
	code(t, w.engine.Succeed(ctx, "", []byte(`1`)), asl.CodeInvalidToken)
	code(t, w.engine.Succeed(ctx, strings.Repeat("t", 2049), []byte(`1`)), asl.CodeInvalidToken)
	code(t, w.engine.Succeed(ctx, strings.Repeat("t", 2048), []byte(`1`)), asl.CodeTaskDoesNotExist)
	code(t, w.engine.Succeed(ctx, token, []byte(`{`)), asl.CodeInvalidOutput)
	code(t, w.engine.Succeed(ctx, token, []byte(`"`+strings.Repeat("x", 256*1024)+`"`)), asl.CodeInvalidOutput)
	code(t, w.engine.Succeed(ctx, token, []byte(`1`)), "")
	code(t, w.engine.Succeed(ctx, token, []byte(`2`)), asl.CodeTaskTimedOut)
	code(t, w.engine.Fail(ctx, token, "E", ""), asl.CodeTaskTimedOut)
	code(t, w.engine.Heartbeat(ctx, token), asl.CodeTaskTimedOut)
	ended(t, w.await("run"), asl.Succeeded, `1`)
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
func TestAFailureByTokenIsCaughtByItsName(t *testing.T) {
	w, _, token := asked(t, parks(`"Catch":[{"ErrorEquals":["Returned"],"ResultPath":"$.e","Next":"F"}],`))
	code(t, w.engine.Fail(ctx, token, "Returned", "a page is missing"), "")
	ended(t, w.await("run"), asl.Succeeded, `{"a":1,"e":{"Error":"Returned","Cause":"a page is missing"}}`)
}

// https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html ("TimeoutSeconds")
func TestExactlyOneOfDecisionAndTimeOutWins(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		code  string
		out   string
	}{
		"just before the deadline": {10*time.Second - time.Millisecond, "", `"yes"`},
		"at the deadline":          {10 * time.Second, asl.CodeTaskTimedOut, `{"Error":"States.Timeout","Cause":null}`},
		"after the deadline":       {10*time.Second + time.Millisecond, asl.CodeTaskTimedOut, `{"Error":"States.Timeout","Cause":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, token := asked(t, parks(`"TimeoutSeconds":10,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"F"}],`))
			w.clock.Advance(c.after)
			code(t, w.engine.Succeed(ctx, token, []byte(`"yes"`)), c.code)
			ended(t, w.await("run"), asl.Succeeded, c.out)
		})
	}
}

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
// ("$$.Task.Token"): each attempt has a token of its own.
func TestARetryGetsANewTokenAndTheOldOneCountsForNothing(t *testing.T) {
	w, people, first := asked(t, parks(`"TimeoutSeconds":10,"Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1}],`))
	w.clock.Advance(10 * time.Second)
	w.clock.Let()
	second := people.next(t)
	if first == second {
		t.Fatal("the retry has the same token")
	}
	code(t, w.engine.Succeed(ctx, first, []byte(`"late"`)), asl.CodeTaskTimedOut)
	code(t, w.engine.Succeed(ctx, second, []byte(`"in time"`)), "")
	ended(t, w.await("run"), asl.Succeeded, `"in time"`)
}

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html ("States.HeartbeatTimeout")
func TestHeartbeatsKeepATaskAlive(t *testing.T) {
	const fields = `"TimeoutSeconds":100,"HeartbeatSeconds":10,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"G"},{"ErrorEquals":["States.ALL"],"Next":"F"}],`
	w, _, token := asked(t, parks(fields))
	for range 5 {
		w.clock.Advance(9 * time.Second)
		code(t, w.engine.Heartbeat(ctx, token), "")
	}
	w.clock.Advance(10 * time.Second)
	code(t, w.engine.Heartbeat(ctx, token), asl.CodeTaskTimedOut)
	ended(t, w.await("run"), asl.Succeeded, `"heartbeat"`)

	w, _, token = asked(t, parks(strings.Replace(fields, `{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"G"},`, "", 1)))
	w.clock.Advance(10 * time.Second)
	code(t, w.engine.Succeed(ctx, token, []byte(`1`)), asl.CodeTaskTimedOut)
	ended(t, w.await("run"), asl.Succeeded, `{"Error":"States.Timeout","Cause":null}`)
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
func TestAStoppedExecutionForgetsItsTokens(t *testing.T) {
	w, _, token := asked(t, parks(""))
	id := asl.ExecutionARN("flow", "run")
	code(t, w.engine.Stop(ctx, id, "Withdrawn", "by the unit"), "")
	ended(t, w.await("run"), asl.Aborted, `Withdrawn`)
	code(t, w.engine.Succeed(ctx, token, []byte(`1`)), asl.CodeTaskTimedOut)
	code(t, w.engine.Stop(ctx, id, "", ""), "")
	code(t, w.engine.Stop(ctx, id+"x", "", ""), asl.CodeExecutionDoesNotExist)
}

func TestADecisionAfterARestartFindsItsTask(t *testing.T) {
	clock := asl.NewVirtualClock(start)
	people := newParked(clock)
	j := onDisk(t)
	m := parse(t, parks(`"TimeoutSeconds":10,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"F"}],`))
	w := newWorld(t, j, clock, people.call, m)
	w.begin("run", `{}`)
	w.begin("late", `{}`)
	for range 2 {
		people.next(t)
	}
	w.stop()
	tokens := people.byName(t, w)
	w = newWorld(t, j, clock, people.call, m)
	code(t, w.engine.Succeed(ctx, tokens["run"], []byte(`"yes"`)), "")
	ended(t, w.await("run"), asl.Succeeded, `"yes"`)
	w.stop()
	clock.Advance(time.Hour)
	w = newWorld(t, j, clock, people.call, m)
	code(t, w.engine.Succeed(ctx, tokens["late"], []byte(`"yes"`)), asl.CodeTaskTimedOut)
	ended(t, w.await("late"), asl.Succeeded, `{"Error":"States.Timeout","Cause":null}`)
}

// byName finds the tokens of the executions "run" and "late" in their histories.
func (p *parked) byName(t *testing.T, w *world) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"run", "late"} {
		for _, e := range w.history(name) {
			if text, ok := e.Details["parameters"].(string); ok {
				for _, token := range p.tokens {
					if strings.Contains(text, token+`"`) {
						out[name] = token
					}
				}
			}
		}
	}
	return out
}
