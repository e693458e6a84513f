package main

import (
	"context"
	"fmt"
	"slices"
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
