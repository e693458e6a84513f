package asl_test

import (
	"context"
	"testing"

	"hoso/shared/asl"
)

// dossierLike has the shape of the product's flows: it enters where $.from
// says, calls functions by lambda:invoke, and parks on a token.
const dossierLike = `{
  "StartAt": "from",
  "States": {
    "from": {"Type": "Choice", "Choices": [{"Variable": "$.from", "StringEquals": "appraisal", "Next": "appraisal"}], "Default": "validate"},
    "validate": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "${ValidateFunctionArn}", "Payload": {"subject.$": "$.subject", "run.$": "$$.Execution.Name"}},
      "ResultSelector": {"verdict.$": "$.Payload.verdict"}, "ResultPath": "$.validate", "TimeoutSeconds": 60,
      "Retry": [{"ErrorEquals": ["Transient"], "IntervalSeconds": 1, "MaxAttempts": 2}],
      "Catch": [{"ErrorEquals": ["Gone"], "ResultPath": "$.error", "Next": "superseded"}], "Next": "judged"},
    "judged": {"Type": "Choice", "Choices": [{"Variable": "$.validate.verdict", "StringEquals": "clean", "Next": "appraisal"}], "Default": "returned"},
    "appraisal": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "Parameters": {"FunctionName": "${AppraisalFunctionArn}", "Payload": {"subject.$": "$.subject", "token.$": "$$.Task.Token"}},
      "ResultSelector": {"verdict.$": "$.verdict"}, "ResultPath": "$.appraisal", "TimeoutSeconds": 31536000, "Next": "done"},
    "done": {"Type": "Succeed"},
    "returned": {"Type": "Succeed"},
    "superseded": {"Type": "Fail", "Error": "Superseded", "Cause": "a newer run has taken over"}
  }}`

func TestAFlowOfTheProductRunsThrough(t *testing.T) {
	clock := asl.NewVirtualClock(start)
	people := newParked(clock)
	tries := 0
	w := newWorld(t, memory(t), clock, func(ctx context.Context, function string, payload []byte) ([]byte, error) {
		if function == "validate-fn" {
			if tries++; tries < 3 {
				return nil, &asl.TaskError{Name: "Transient", Cause: "{}"}
			}
			return []byte(`{"verdict": "clean", "ignored": 1}`), nil
		}
		return people.call(ctx, function, payload)
	}, resolved(t, dossierLike))
	w.begin("d1-1-1", `{"subject": "d1", "from": "validate"}`)
	if err := w.engine.Succeed(context.Background(), people.next(t), []byte(`{"verdict": "eligible"}`)); err != nil {
		t.Fatal(err)
	}
	ended(t, w.await("d1-1-1"), asl.Succeeded,
		`{"subject":"d1","from":"validate","validate":{"verdict":"clean"},"appraisal":{"verdict":"eligible"}}`)
	if got := entered(w.history("d1-1-1")); len(got) != 5 {
		t.Fatalf("entered %v", got)
	}
}

func resolved(t testing.TB, definition string) *asl.Machine {
	t.Helper()
	m, err := asl.Parse("flow", []byte(definition), func(name string) (string, bool) {
		v, ok := map[string]string{"ValidateFunctionArn": "validate-fn", "AppraisalFunctionArn": "appraisal-fn"}[name]
		return v, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
