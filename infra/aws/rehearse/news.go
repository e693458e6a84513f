package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithytime "github.com/aws/smithy-go/time"
)

// poison is part of a key that dispatch never manages to look up.
const poison = "poison"

// foreign is news that is none of the product's.
func (s *stage) foreign() []string {
	event := func(kind, version, bucket, key string) string {
		return fmt.Sprintf(`{"version":"0","detail-type":%q,"source":"aws.s3","detail":{"version":%q,"bucket":{"name":%q},"object":{"key":%q,"size":1}}}`, kind, version, bucket, key)
	}
	const key, created = "incoming/a/b/c", "Object Created"
	return []string{
		"words", "{}", `{"detail":`,
		event("Object Deleted", "0", s.outputs["InboxName"], key), event(created, "7", s.outputs["InboxName"], key),
		event(created, "0", "somebody-elses", key), event(created, "0", s.outputs["InboxName"], "elsewhere/file.pdf"),
	}
}

// badNews sends news that is none of ours, and news that fails for ever: the
// first is passed over and counted, the second put aside with the reason, and
// tried again by an order.
func (s *stage) badNews(ctx context.Context) error {
	cfg := aws.Config{Region: region, BaseEndpoint: &s.standIn, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	queue, dead := s.outputs["QueueUrl"], s.outputs["DeadQueue"]
	client := sqs.NewFromConfig(cfg)
	// What was not taken in is hidden for twelve minutes: a rehearsal waits less.
	if _, err := client.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &queue, Attributes: map[string]string{"VisibilityTimeout": "1"}}); err != nil {
		return err
	}
	lines, err := s.lines(ctx, "DispatchLog", passedOver)
	if err != nil {
		return err
	}
	already := count(lines, passedOver)
	s.refuse(poison)
	foreign := s.foreign()
	bad := fmt.Sprintf(`{"detail-type":"Object Created","detail":{"version":"0","bucket":{"name":%q},"object":{"key":"incoming/%s/%s/%s","size":1}}}`, s.outputs["InboxName"], poison, poison, poison)
	for _, body := range append(foreign, bad) {
		if _, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: &body}); err != nil {
			return err
		}
	}
	err = eventually(ctx, "bad news to be put aside", func() (bool, error) {
		waiting, err := depth(ctx, client, queue)
		if err != nil || waiting > 0 {
			return false, err
		}
		n, err := depth(ctx, client, dead)
		return n == 1, err
	})
	if err != nil {
		return err
	}
	s.refuse("")
	letters, err := s.letters(ctx, "list")
	if err != nil {
		return err
	}
	if l := letters[0]; len(letters) != 1 || l.Tries != 5 || !strings.HasPrefix(l.Reason, "Transient: ") {
		return fmt.Errorf("put aside: %+v", letters)
	}
	say("put aside with its reason: %+v", letters[0])
	if letters, err = s.letters(ctx, "redrive"); err != nil {
		return err
	}
	if n, err := depth(ctx, client, dead); err != nil || n > 0 || len(letters) != 1 || !letters[0].Done {
		return fmt.Errorf("tried again: %+v, %d left, %w", letters, n, err)
	}
	if lines, err = s.lines(ctx, "DispatchLog", passedOver); err != nil {
		return err
	}
	passed := count(lines, passedOver) - already
	if passed != len(foreign) {
		return fmt.Errorf("%d messages were passed over and %d were foreign", passed, len(foreign))
	}
	say("%d foreign messages were passed over and counted", passed)
	return nil
}

// passedOver is what dispatch logs of news that is none of ours.
const passedOver = `"news: passed over"`

func count(lines []string, what string) (n int) {
	for _, l := range lines {
		if strings.Contains(l, what) {
			n++
		}
	}
	return n
}

type letter struct {
	Reason string
	Tries  int
	Done   bool
}

// letters gives an operator's order about what was put aside; SQS may show a
// message a moment later.
func (s *stage) letters(ctx context.Context, order string) (list []letter, err error) {
	err = eventually(ctx, "letters", func() (bool, error) {
		text, err := s.invoke(ctx, "SweepName", fmt.Sprintf(`{"dead":%q}`, order))
		if err != nil {
			return false, err
		}
		var out struct{ Letters []letter }
		err = json.Unmarshal(text, &out)
		list = out.Letters
		return len(list) > 0, err
	})
	return list, err
}

// depth counts a queue's messages, those that are out included.
func depth(ctx context.Context, client *sqs.Client, queue string) (n int, err error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil {
		return 0, err
	}
	for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		var some int
		if _, err := fmt.Sscan(out.Attributes[name], &some); err != nil {
			return 0, fmt.Errorf("%s of %s: %w", name, queue, err)
		}
		n += some
	}
	return n, nil
}

// eventually waits until something is so.
func eventually(ctx context.Context, what string, is func() (bool, error)) error {
	for until := time.Now().Add(3 * time.Minute); ; {
		ok, err := is()
		if err != nil || ok {
			return err
		}
		if time.Now().After(until) {
			return fmt.Errorf("waited in vain for %s", what)
		}
		if err := smithytime.SleepWithContext(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// smoke runs the test that a person with an account runs after deploying. The
// stand-in takes no lock of a bucket from a template.
func (s *stage) smoke(ctx context.Context) error {
	var out bytes.Buffer
	err := s.run(ctx, &out, filepath.Join(s.root, ".tools/sam/bin/python"), "infra/aws/smoke.py", stack, "lock")
	for line := range strings.Lines(out.String()) {
		say("smoke: %s", strings.TrimSpace(line))
	}
	return err
}

// minutes waits until the clock came by itself: nobody may call it meanwhile.
func (s *stage) minutes(ctx context.Context) error {
	before := s.asked("clock")
	err := eventually(ctx, "the minute in which the clock comes by itself", func() (bool, error) { return s.asked("clock") > before, nil })
	if err == nil {
		say("the clock came by itself")
	}
	return err
}

func (s *stage) asked(function string) (n int) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	for _, times := range s.recorder.calls[function] {
		n += times
	}
	return n
}

// refuse lets every request of dispatch fail that speaks of this.
func (s *stage) refuse(what string) {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	s.recorder.poison = what
}

// lines gives what a log group of the template holds with these words: all of
// it may be more than one answer gives.
func (s *stage) lines(ctx context.Context, group, words string) ([]string, error) {
	var groups struct {
		LogGroups []struct{ LogGroupName string }
	}
	if err := s.call(ctx, "logs", "Logs_20140328.DescribeLogGroups", map[string]any{}, &groups); err != nil {
		return nil, err
	}
	for _, g := range groups.LogGroups {
		if !strings.Contains(g.LogGroupName, group) {
			continue
		}
		var out struct{ Events []struct{ Message string } }
		if err := s.call(ctx, "logs", "Logs_20140328.FilterLogEvents", map[string]any{"logGroupName": g.LogGroupName, "limit": 10000, "filterPattern": words}, &out); err != nil {
			return nil, err
		}
		var lines []string
		for _, e := range out.Events {
			lines = append(lines, e.Message)
		}
		return lines, nil
	}
	return nil, errors.New("no log group " + group)
}
