package asl_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"hoso/shared/asl"
)

// definition gives the recorded definition. A task that sends its token to a
// queue becomes one that hands it to a function: what is recorded about tokens
// holds for both.
func (c *recorded) definition() (text []byte, byToken bool) {
	const queue = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
	if !strings.Contains(string(c.Runs[0].Definition), queue) {
		return c.Runs[0].Definition, false
	}
	var doc any
	if json.Unmarshal(c.Runs[0].Definition, &doc) != nil {
		return c.Runs[0].Definition, false
	}
	var rewrite func(v any)
	rewrite = func(v any) {
		m, _ := v.(map[string]any)
		if m["Resource"] == queue {
			m["Resource"] = "arn:aws:states:::lambda:invoke.waitForTaskToken"
			m["Parameters"] = map[string]any{"FunctionName": "queue", "Payload": m["Parameters"]}
		}
		for _, w := range m {
			rewrite(w)
		}
		l, _ := v.([]any)
		for _, w := range l {
			rewrite(w)
		}
	}
	rewrite(doc)
	return []byte(show(doc)), true
}

// answers gives to function calls what the recording says they gave, and
// checks that they got what they got on AWS. Where the history is not in the
// recording, it does what the function's file name says.
// As a journal it passes everything on, and replies to a token once the task
// that has it is submitted.
type answers struct {
	asl.Journal
	clock    *asl.VirtualClock
	engine   *asl.Engine
	lambdas  map[string]string
	events   []map[string]any
	mu       sync.Mutex
	wait     sync.WaitGroup
	used     map[int]bool
	replies  map[string]map[string]any // by token
	problems []string
}

func (a *answers) call(ctx context.Context, _ string, payload []byte) ([]byte, error) {
	if e := a.find(payload); e != nil {
		for kind, details := range e {
			d, ok := details.(map[string]any)
			if !ok {
				continue
			}
			switch {
			case a.byToken(payload, e):
				return []byte(`{}`), nil
			case strings.Contains(kind, "TimedOut"):
				return nil, a.clock.Sleep(ctx, time.Hour)
			case d["error"] == "States.DataLimitExceeded":
				return []byte(show(strings.Repeat("a", 300*1024))), nil
			case strings.Contains(kind, "Failed"):
				cause := d["cause"]
				if _, ok := cause.(string); !ok {
					cause = show(cause)
				}
				return nil, &asl.TaskError{Name: d["error"].(string), Cause: cause.(string)}
			}
			out := unquoted(d["output"])
			if strings.HasPrefix(kind, "task") {
				out = out.(map[string]any)["Payload"]
			}
			return []byte(show(out)), nil
		}
	}
	for _, file := range a.lambdas {
		if strings.HasSuffix(file, "raise_exception.py") {
			return nil, &asl.TaskError{Name: "Exception", Cause: `{"errorMessage":"Some exception was raised.","errorType":"Exception",` +
				`"requestId":"r","stackTrace":["  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n"]}`}
		}
	}
	return payload, nil
}

// find gives the event that ended the recorded call with this payload.
func (a *answers) find(payload []byte) map[string]any {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used == nil {
		a.used = map[int]bool{}
	}
	var diffs []string
	for i, e := range a.events {
		var want any
		if d, ok := e["lambdaFunctionScheduledEventDetails"].(map[string]any); ok {
			want = unquoted(d["input"])
		} else if d, ok := e["taskScheduledEventDetails"].(map[string]any); ok {
			p, _ := unquoted(d["parameters"]).(map[string]any)
			if want = p["Payload"]; d["resourceType"] == "sqs" {
				want = p
			}
		} else {
			continue
		}
		if a.used[i] {
			continue
		}
		if diff := difference("payload", want, unquoted(string(payload))); diff != "" {
			diffs = append(diffs, diff)
			continue
		}
		a.used[i] = true
		id := e["id"]
		for _, next := range a.events[i+1:] { // scheduled, started, answered
			if next["previousEventId"] == id {
				if kind := next["type"].(string); strings.HasSuffix(kind, "Started") || kind == "TaskSubmitted" {
					id = next["id"]
					continue
				}
				return next
			}
		}
	}
	a.problems = append(a.problems, diffs...)
	return nil
}

// byToken keeps the recorded reply for a task that waits for its token. Time
// stands still until the reply is given.
func (a *answers) byToken(payload []byte, end map[string]any) bool {
	var in struct{ MessageBody struct{ TaskToken string } }
	if json.Unmarshal(payload, &in) != nil {
		return false
	}
	token := in.MessageBody.TaskToken
	if token == "" || end["type"] == "TaskTimedOut" {
		return strings.Contains(string(payload), "MessageBody")
	}
	a.clock.Hold()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.replies == nil {
		a.replies = map[string]map[string]any{}
	}
	a.replies[token] = end
	return true
}

// Commit replies to the tokens of tasks that are now submitted.
func (a *answers) Commit(ctx context.Context, t *asl.Transition) error {
	err := a.Journal.Commit(ctx, t)
	for _, e := range t.Events {
		if e.Type != "TaskSubmitted" {
			continue
		}
		a.mu.Lock()
		replies := a.replies
		a.replies = nil
		a.mu.Unlock()
		for token, end := range replies {
			a.wait.Go(func() { a.reply(token, end) })
		}
	}
	return err
}

func (a *answers) reply(token string, end map[string]any) {
	ctx := context.Background()
	var err error
	if d, ok := end["taskFailedEventDetails"].(map[string]any); ok {
		name, _ := d["error"].(string)
		cause, _ := d["cause"].(string)
		err = a.engine.Fail(ctx, token, name, cause)
	} else {
		d, _ := end["taskSucceededEventDetails"].(map[string]any)
		err = a.engine.Succeed(ctx, token, []byte(show(unquoted(d["output"]))))
	}
	a.clock.Let()
	if err != nil {
		a.mu.Lock()
		a.problems = append(a.problems, err.Error())
		a.mu.Unlock()
	}
}
