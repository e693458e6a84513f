package sfnrun_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/sfnrun"
	"hoso/shared/fault"
)

var stack awstest.Stack

func TestMain(m *testing.M) { os.Exit(awstest.Main(m, &stack)) }

func machine(t *testing.T, name, definition string) (*sfn.Client, string) {
	t.Helper()
	if stack.URL == "" {
		awstest.Missing(t, "ministack")
	}
	if os.Getenv("HOSO_TEST_DYNAMODB") != "" {
		t.Skip("HOSO_TEST_DYNAMODB names a DynamoDB only")
	}
	client := sfn.NewFromConfig(stack.Config())
	out, err := client.CreateStateMachine(context.Background(), &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition,
		RoleArn: aws.String("arn:aws:iam::000000000000:role/x"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, *out.StateMachineArn
}

// TestARunIsStartedOnceByItsName starts, starts again and looks.
func TestARunIsStartedOnceByItsName(t *testing.T) {
	client, arn := machine(t, "round", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}`)
	r, err := sfnrun.New(client, map[string]string{"round": arn})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if on, err := r.Alive(ctx, "round", "rou-r1-0-1"); err != nil || on {
		t.Errorf("before: %v, %v", on, err)
	}
	for _, input := range []string{`{"a":1}`, `{"a":1}`, `{"a":2}`} {
		if err := r.Start(ctx, "round", "rou-r1-0-1", []byte(input)); err != nil {
			t.Errorf("start: %v", err)
		}
	}
	out, err := client.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &arn})
	if err != nil || len(out.Executions) != 1 {
		t.Fatalf("%d executions, %v", len(out.Executions), err)
	}
	if on, err := r.Alive(ctx, "round", "rou-r1-0-1"); err != nil || !on {
		t.Errorf("while it waits: %v, %v", on, err)
	}
	if _, err := client.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: out.Executions[0].ExecutionArn}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; {
		on, err := r.Alive(ctx, "round", "rou-r1-0-1")
		if err != nil {
			t.Fatal(err)
		}
		if !on {
			break
		}
		if time.Now().After(end) {
			t.Fatal("a run that was stopped counts as alive")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := r.Start(ctx, "nowhere", "x", nil); !fault.Is(err, fault.Internal) {
		t.Errorf("a machine that is not there: %v", err)
	}
	if _, err := sfnrun.New(client, map[string]string{"round": "round"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a name for an ARN: %v", err)
	}
}

// TestATokenThatIsWorthNothingIsGone resumes with tokens nobody waits on.
func TestATokenThatIsWorthNothingIsGone(t *testing.T) {
	client, arn := machine(t, "dossier", `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`)
	r, err := sfnrun.New(client, map[string]string{"dossier": arn})
	if err != nil {
		t.Fatal(err)
	}
	out, _ := json.Marshal(map[string]string{"from": "done"})
	for _, token := range []string{"nobody", "AQCEAAAAKgAAAAMAAAAAAAAAAQ=="} {
		if err := r.Succeed(context.Background(), token, out); !fault.Is(err, fault.Gone) {
			t.Errorf("%s: %v", token, err)
		}
	}
}

// TestEachErrorHasItsMeaning gives every error that Step Functions documents
// for these calls its kind.
func TestEachErrorHasItsMeaning(t *testing.T) {
	var name string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.swf.service.v2.model#`+name+`","message":"m"}`)
	}))
	defer srv.Close()
	r, err := sfnrun.New(sfn.New(sfn.Options{
		Region: "x", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}), map[string]string{"round": "arn:aws:states:x:1:stateMachine:round"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	start := func() error { return r.Start(ctx, "round", "n", []byte("{}")) }
	succeed := func() error { return r.Succeed(ctx, "t", []byte("{}")) }
	alive := func() error { _, err := r.Alive(ctx, "round", "n"); return err }
	for _, c := range []struct {
		call string
		do   func() error
		name string
		want fault.Kind
	}{
		{"start", start, "ExecutionAlreadyExists", ""},
		{"start", start, "ExecutionLimitExceeded", fault.Transient},
		{"start", start, "InvalidName", fault.Invalid},
		{"start", start, "InvalidExecutionInput", fault.Invalid},
		{"start", start, "StateMachineDoesNotExist", fault.Internal},
		{"start", start, "StateMachineDeleting", fault.Internal},
		{"start", start, "ThrottlingException", fault.Transient},
		{"succeed", succeed, "TaskDoesNotExist", fault.Gone},
		{"succeed", succeed, "TaskTimedOut", fault.Gone},
		{"succeed", succeed, "InvalidToken", fault.Gone},
		{"succeed", succeed, "InvalidOutput", fault.Invalid},
		{"succeed", succeed, "KmsThrottlingException", fault.Transient},
		{"alive", alive, "ExecutionDoesNotExist", ""},
		{"alive", alive, "InvalidArn", fault.Internal},
		{"alive", alive, "AccessDeniedException", fault.Internal},
	} {
		name = c.name
		if err := c.do(); fault.KindOf(err) != c.want {
			t.Errorf("%s, %s: %v, want %q", c.call, c.name, err, c.want)
		}
	}
}
