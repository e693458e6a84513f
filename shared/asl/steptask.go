package asl

import (
	"encoding/json"
	"time"
)

// schedule prepares one attempt of a Task. The function is called once the
// journal has the attempt.
func (s *step) schedule(b *branch, sc scope) *stateError {
	st := b.spec()
	t := &taskRun{}
	b.Task = t
	if st.task.token {
		t.Token = s.token()
	}
	var err *stateError
	if t.Limit, err = seconds(st.task.timeout, st.task.timeoutPath, sc); err != nil {
		return err
	}
	if t.Every, err = seconds(st.task.heartbeat, st.task.heartbeatPath, sc); err != nil {
		return err
	}
	params := sc.input
	if st.params != nil {
		if params, err = st.params.eval(sc); err != nil {
			return err
		}
	}
	text := encode(params)
	if len(text) > maxPayload {
		e := tooLarge(st.name)
		e.terminal = true
		return e
	}
	details := map[string]any{}
	kind, started := "TaskScheduled", "TaskStarted"
	if st.task.resource != "" {
		t.Function, t.Payload = st.task.resource, json.RawMessage(text)
		kind, started = "LambdaFunctionScheduled", "LambdaFunctionStarted"
		details["resource"], details["input"] = st.task.resource, text
	} else {
		p, _ := params.(map[string]any)
		name, ok := p["FunctionName"].(string)
		if !ok || name == "" {
			return runtimeError("The field 'FunctionName' must be a string: %s", encode(p["FunctionName"]))
		}
		payload, given := p["Payload"]
		if !given {
			payload = map[string]any{}
		}
		t.Function, t.Payload = name, json.RawMessage(encode(payload))
		details = st.task.resourceOf(details)
		details["region"], details["parameters"] = region, text
	}
	if t.Limit > 0 {
		t.Deadline = s.now.Add(time.Duration(t.Limit) * time.Second)
		details["timeoutInSeconds"] = t.Limit
	}
	if t.Every > 0 {
		t.Heartbeat = s.now.Add(time.Duration(t.Every) * time.Second)
		details["heartbeatInSeconds"] = t.Every
	}
	t.Scheduled = s.emit(b, kind, details)
	s.emit(b, started, st.task.resourceOf(nil))
	if t.Token != "" {
		s.opened = append(s.opened, t.Token)
	}
	b.Phase, b.Due = calling, time.Time{}
	s.calls = append(s.calls, b)
	return nil
}

// resourceOf adds the names that events of an integration carry.
func (t *taskSpec) resourceOf(details map[string]any) map[string]any {
	if t.resource != "" {
		return details
	}
	if details == nil {
		details = map[string]any{}
	}
	details["resourceType"], details["resource"] = "lambda", "invoke"
	if t.token {
		details["resource"] = "invoke" + tokenSuffix
	}
	return details
}

// event names an event of a task: TaskFailed for an integration,
// LambdaFunctionFailed for a function called directly.
func (t *taskSpec) event(what string) string {
	if t.resource != "" {
		return "LambdaFunction" + what
	}
	return "Task" + what
}

// seconds gives a time limit that stands in the definition or in the input.
func seconds(fixed int64, p *path, sc scope) (int64, *stateError) {
	if p == nil {
		return fixed, nil
	}
	v, ok := p.find(sc)
	if !ok {
		return 0, noResults(p)
	}
	n, ok := whole(v)
	if !ok || n < 1 || n > maxSeconds {
		return 0, runtimeError("The path '%s' must refer to a whole number of seconds from 1 to %d: %s", p.text, maxSeconds, shown(v))
	}
	return n, nil
}

// answered takes a function's answer, a JSON text.
func (s *step) answered(b *branch, payload string) {
	st := b.spec()
	result, err := decode(payload)
	if err != nil {
		s.taskFailed(b, failure("Lambda.Unknown", "The function's answer is not JSON: %s", err))
		return
	}
	if st.task.resource == "" {
		result = s.invocation(result, len(payload))
	}
	text := encode(result)
	if len(text) > maxPayload {
		what := st.task.resource
		if what == "" {
			what = "lambda"
		}
		// As recorded: a result too large is an error of the task, which
		// States.ALL does catch.
		s.taskFailed(b, tooLarge(what))
		return
	}
	if st.task.token {
		s.emit(b, "TaskSubmitted", st.task.resourceOf(map[string]any{"output": text}))
		b.Task.Submitted, b.Task.Payload = true, nil
		s.loop()
		return
	}
	s.succeeded(b, result, text)
}

// succeeded takes a task's result.
func (s *step) succeeded(b *branch, result any, text string) {
	st := b.spec()
	s.emit(b, st.task.event("Succeeded"), st.task.resourceOf(map[string]any{"output": text}))
	_, sc, err := s.effective(b)
	if err == nil {
		err = s.finish(b, result, sc)
	}
	if err != nil {
		s.fail(b, err)
	}
	s.loop()
}

// taskFailed takes a task's failure.
func (s *step) taskFailed(b *branch, err *stateError) {
	st := b.spec()
	s.emit(b, st.task.event("Failed"), st.task.resourceOf(err.details(nil)))
	s.fail(b, err)
	s.loop()
}

// taskTimedOut ends an attempt whose time is over. A missed heartbeat reports
// States.Timeout too, as recorded; Retry and Catch find it under both names.
func (s *step) taskTimedOut(b *branch, heartbeat bool) {
	st := b.spec()
	name := errTimeout
	err := &stateError{name: &name}
	if heartbeat {
		err.also = errHeartbeatTimeout
	}
	s.emit(b, st.task.event("TimedOut"), st.task.resourceOf(err.details(nil)))
	s.fail(b, err)
	s.loop()
}

// invocation wraps a function's answer as the lambda:invoke integration does.
func (s *step) invocation(payload any, size int) map[string]any {
	id := s.funcs.uuid()
	length := number(size).String()
	return map[string]any{
		"ExecutedVersion": "$LATEST",
		"Payload":         payload,
		"SdkHttpMetadata": map[string]any{
			"AllHttpHeaders": map[string]any{
				"Content-Length": []any{length}, "Content-Type": []any{"application/json"},
				"X-Amz-Executed-Version": []any{"$LATEST"}, "x-amzn-RequestId": []any{id},
			},
			"HttpHeaders": map[string]any{
				"Content-Length": length, "Content-Type": "application/json",
				"X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": id,
			},
			"HttpStatusCode": number(200),
		},
		"SdkResponseMetadata": map[string]any{"RequestId": id},
		"StatusCode":          number(200),
	}
}

// fire does everything whose time has come, the earliest first.
func (s *step) fire() {
	for s.ended == nil {
		at := s.run.due()
		if at.IsZero() || at.After(s.now) {
			return
		}
		if !s.run.Deadline.After(at) {
			name := errTimeout
			s.end(TimedOut, "", &stateError{name: &name})
			return
		}
		var b *branch
		s.run.Root.each(func(c *branch) {
			if c.due().Equal(at) && b == nil {
				b = c
			}
		})
		s.wake(b)
	}
}

// wake does what a branch was waiting to do.
func (s *step) wake(b *branch) {
	switch {
	case b.Task != nil:
		s.taskTimedOut(b, !b.Task.Heartbeat.IsZero() && (b.Task.Deadline.IsZero() || b.Task.Heartbeat.Before(b.Task.Deadline)))
	case b.Phase == retrying:
		b.Phase, b.Due = ready, time.Time{}
		s.act(b)
		s.loop()
	default:
		if err := s.waited(b); err != nil {
			s.fail(b, err)
		}
		s.loop()
	}
}
