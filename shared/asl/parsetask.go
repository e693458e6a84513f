package asl

import (
	"encoding/json"
	"regexp"
	"strings"
)

const (
	lambdaInvoke = "arn:aws:states:::lambda:invoke"
	tokenSuffix  = ".waitForTaskToken"
	// maxDelay bounds MaxDelaySeconds: it "must be greater than 0 and less
	// than 31622400" (developer guide, "Retrying after an error").
	maxDelay = 31622399
)

// functionARN is a Lambda function named directly: an ARN with or without a
// version or alias, or a placeholder for one.
var functionARN = regexp.MustCompile(`^(arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(:[^:]+)?|\$\{[^}]+\})$`)

func (f *faults) task(s *state, o *fields) {
	t := &taskSpec{}
	s.task = t
	resource := o.text("Resource")
	base, token := strings.CutSuffix(resource, tokenSuffix)
	switch {
	case base == lambdaInvoke:
		t.token = token
	case functionARN.MatchString(resource):
		t.resource = resource
	case resource == "":
		f.add(o.at("Resource"), "is missing")
	case strings.HasPrefix(resource, "arn:aws:states:::"):
		f.add(o.at("Resource"), "service integration %s", strings.TrimPrefix(resource, "arn:aws:states:::"))
	default:
		f.add(o.at("Resource"), "resource %s", resource)
	}
	if v, ok := o.take("Parameters"); ok {
		s.params = f.template(o.at("Parameters"), v)
		if base == lambdaInvoke {
			f.invokeParameters(f.object(o.at("Parameters"), v))
		}
	} else if base == lambdaInvoke {
		f.add(o.at("Parameters"), "is missing")
	}
	o.only("TimeoutSeconds", "TimeoutSecondsPath")
	o.only("HeartbeatSeconds", "HeartbeatSecondsPath")
	t.timeout = o.count("TimeoutSeconds", 1, maxSeconds, 0)
	t.timeoutPath = f.reference(o, "TimeoutSecondsPath")
	t.heartbeat = o.count("HeartbeatSeconds", 1, maxSeconds, 0)
	t.heartbeatPath = f.reference(o, "HeartbeatSecondsPath")
	if !t.token && (t.heartbeat > 0 || t.heartbeatPath != nil) {
		f.add(o.path, "a heartbeat on a task without %s", tokenSuffix)
	}
	if t.timeout > 0 && t.heartbeat >= t.timeout {
		f.add(o.at("HeartbeatSeconds"), "must be less than TimeoutSeconds")
	}
	f.outcome(s, o)
	o.refuse("Credentials", "Credentials")
}

// invokeParameters checks what is handed to the lambda:invoke integration.
func (f *faults) invokeParameters(o *fields) {
	if !o.has("FunctionName") && !o.has("FunctionName.$") {
		f.add(o.at("FunctionName"), "is missing")
	}
	for _, k := range sortedKeys(o.m) {
		switch k {
		case "FunctionName", "FunctionName.$", "Payload", "Payload.$":
		case "InvocationType":
			if o.m[k] != "RequestResponse" {
				f.add(o.at(k), "Lambda invocation type %v", o.m[k])
			}
		default:
			f.add(o.at(k), "Lambda parameter %s", strings.TrimSuffix(k, ".$"))
		}
	}
}

// outcome reads what Task, Parallel and Map share: what becomes of the result
// and of errors.
func (f *faults) outcome(s *state, o *fields) {
	if v, ok := o.take("ResultSelector"); ok {
		f.object(o.at("ResultSelector"), v)
		s.selector = f.template(o.at("ResultSelector"), v)
	}
	s.resultPath, s.noResult = f.resultPath(o)
	for i, v := range o.list("Retry") {
		s.retry = append(s.retry, f.retrier(f.object(element(o.at("Retry"), i), v), i == len(o.m["Retry"].([]any))-1))
	}
	for i, v := range o.list("Catch") {
		s.catch = append(s.catch, f.catcher(f.object(element(o.at("Catch"), i), v), i == len(o.m["Catch"].([]any))-1))
	}
}

func (f *faults) retrier(o *fields, last bool) retrier {
	o.text("Comment")
	r := retrier{
		errors:      f.errorNames(o, last),
		interval:    float64(o.count("IntervalSeconds", 1, maxSeconds, 1)),
		maxAttempts: int(o.count("MaxAttempts", 0, maxSeconds, 3)),
		backoff:     2,
		maxDelay:    float64(o.count("MaxDelaySeconds", 1, maxDelay, 0)),
	}
	if v, ok := o.take("BackoffRate"); ok {
		n, _ := v.(json.Number)
		rate, err := n.Float64()
		if err != nil || rate < 1 {
			f.add(o.at("BackoffRate"), "must be a number of at least 1.0")
			rate = 1
		}
		r.backoff = rate
	}
	if r.maxDelay > 0 && r.maxDelay <= r.interval {
		f.add(o.at("MaxDelaySeconds"), "must be greater than IntervalSeconds")
	}
	switch j := o.text("JitterStrategy"); j {
	case "", "NONE":
	case "FULL":
		r.fullJitter = true
	default:
		f.add(o.at("JitterStrategy"), "jitter strategy %q", j)
	}
	o.close()
	return r
}

func (f *faults) catcher(o *fields, last bool) catcher {
	o.text("Comment")
	c := catcher{errors: f.errorNames(o, last), next: o.text("Next")}
	c.resultPath, c.noResult = f.resultPath(o)
	c.assign = f.assign(o, nil)
	o.close()
	return c
}

// errorNames reads ErrorEquals; States.ALL must stand alone, in the last of
// its list.
func (f *faults) errorNames(o *fields, last bool) []string {
	var names []string
	for i, v := range o.list("ErrorEquals") {
		name, ok := v.(string)
		if !ok {
			f.add(element(o.at("ErrorEquals"), i), "must be a string")
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		f.add(o.at("ErrorEquals"), "must name at least one error")
	}
	for _, n := range names {
		if n == errAll && (len(names) > 1 || !last) {
			f.add(o.at("ErrorEquals"), "States.ALL must stand alone and last")
		}
	}
	return names
}
