package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	smithytime "github.com/aws/smithy-go/time"

	"hoso/shared/objects"
)

// belated sends the news of every upload there is, twice each and the last
// first: news comes at least once, and in no order.
func (s *stage) belated(ctx context.Context) error {
	obj, err := s.objects()
	if err != nil {
		return err
	}
	var bodies []string
	err = obj.Walk(ctx, obj.Inbox(), "incoming/", func(i objects.Info) error {
		b := fmt.Sprintf(`{"detail-type":"Object Created","source":"aws.s3","detail":{"version":"0","bucket":{"name":%q},"object":{"key":%q,"size":%d}}}`, i.Bucket, i.Key, i.Size)
		bodies = append(bodies, b, b)
		return nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(bodies)
	cfg := aws.Config{Region: region, BaseEndpoint: &s.standIn, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	client := sqs.NewFromConfig(cfg)
	for _, b := range bodies {
		if _, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(s.outputs["QueueUrl"]), MessageBody: &b}); err != nil {
			return err
		}
	}
	say("%d pieces of news came late, twice each and the last first", len(bodies)/2)
	return nil
}

// unmet is how long runs stay lost before they are driven again.
const unmet = 8 * time.Second

// gone loses every run that is under way and does something, which resumes
// runs that are no more, and only then drives them again. The stand-in takes
// resumes of some runs that are gone without a word: they are lost then, too.
func (s *stage) gone(ctx context.Context, do func(context.Context) error) error {
	met := func() (int, error) {
		const gone = `"outbox: parked run is gone"`
		lines, err := s.lines(ctx, "DispatchLog", gone)
		return count(lines, gone), err
	}
	before, err := met()
	if err != nil {
		return err
	}
	n, err := s.lose(ctx)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	said := fmt.Sprintf("%d runs lost", n)
	for until := time.Now().Add(unmet); time.Now().Before(until); {
		select {
		case err := <-done:
			return err
		default:
		}
		now, err := met()
		if err != nil {
			return err
		}
		if now > before {
			said += ", a resume met one that was gone"
			break
		}
		if err := smithytime.SleepWithContext(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
	say("%s", said)
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(2 * time.Second):
			if err := s.redrive(ctx); err != nil {
				return err
			}
		}
	}
}

// again gives every stage each event that it was ever given once more, as
// Lambda may. Nothing may come of it, and nobody may be told an error but that
// the time for it is over.
func (s *stage) again(ctx context.Context) error {
	given := 0
	for _, machine := range machineOutputs {
		var list struct {
			Executions []struct{ ExecutionArn string }
		}
		if err := s.call(ctx, "states", "AWSStepFunctions.ListExecutions", map[string]any{"stateMachineArn": s.outputs[machine], "maxResults": 1000}, &list); err != nil {
			return err
		}
		for _, run := range list.Executions {
			n, err := s.repeat(ctx, run.ExecutionArn)
			if err != nil {
				return err
			}
			given += n
		}
	}
	if given == 0 {
		return errors.New("no event to give again")
	}
	say("%d events were given to their stages once more", given)
	return nil
}

// late are the answers to an event whose time is over.
var late = []string{"Gone", "Conflict"}

// repeat gives one run's events again.
func (s *stage) repeat(ctx context.Context, run string) (int, error) {
	var history struct {
		Events []struct {
			TaskScheduledEventDetails struct{ Parameters string }
		}
	}
	if err := s.call(ctx, "states", "AWSStepFunctions.GetExecutionHistory", map[string]any{"executionArn": run, "maxResults": 1000}, &history); err != nil {
		return 0, err
	}
	n := 0
	for _, e := range history.Events {
		var task struct {
			FunctionName string
			Payload      json.RawMessage
		}
		if e.TaskScheduledEventDetails.Parameters == "" {
			continue
		}
		if err := json.Unmarshal([]byte(e.TaskScheduledEventDetails.Parameters), &task); err != nil {
			return n, fmt.Errorf("%s: %w", run, err)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.standIn+"/2015-03-31/functions/"+url.PathEscape(task.FunctionName)+"/invocations", strings.NewReader(string(task.Payload)))
		if err != nil {
			return n, err
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return n, err
		}
		var said struct{ ErrorType string }
		failed := res.Header.Get("X-Amz-Function-Error") != ""
		err = json.NewDecoder(res.Body).Decode(&said)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			return n, err
		}
		if failed && !slices.Contains(late, said.ErrorType) || res.StatusCode != http.StatusOK {
			return n, fmt.Errorf("%s given %s again: %s %s", task.FunctionName, task.Payload, res.Status, said.ErrorType)
		}
		n++
	}
	return n, nil
}
