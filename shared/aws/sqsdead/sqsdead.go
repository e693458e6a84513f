// Package sqsdead keeps news that could not be taken in, on an Amazon SQS
// queue, with the reason, until an operator has it tried again.
//
// SQS moves a message there by itself once it was received too often, without
// a word. Whoever gives a message up says why, and puts it there.
package sqsdead

import (
	"context"
	"errors"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"hoso/shared/fault"
)

// Queue is one queue of dead letters. Safe for concurrent use.
type Queue struct {
	Client *sqs.Client
	URL    string
}

// Letter is one message that was given up.
type Letter struct {
	ID     string `json:"id"`
	Body   string `json:"-"`
	Reason string `json:"reason"` // kind of the fault and where; "" if SQS moved it by itself
	Tries  int    `json:"tries"`  // how often it had been received
}

// attributes of a letter.
const (
	reason = "reason"
	tries  = "tries"
)

// Put keeps a message with the reason. Reasons name kinds and places, never
// content.
func (q Queue) Put(ctx context.Context, l Letter) error {
	text := func(s string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
	}
	_, err := q.Client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &q.URL, MessageBody: &l.Body,
		MessageAttributes: map[string]types.MessageAttributeValue{reason: text(l.Reason), tries: text(strconv.Itoa(l.Tries))},
	})
	return fault.Wrap(fault.Transient, "dead-letters.put", err)
}

// held is how long a letter that is being tried again stays out of sight, in
// seconds: longer than a function may take. One that failed again comes back
// after it.
const held = 360

// Each hands every letter to do, which says whether it is done with; one that
// is not stays. Letters come once each, at most limit of them.
func (q Queue) Each(ctx context.Context, limit int, do func(context.Context, Letter) (bool, error)) error {
	var failed error
	for seen := 0; seen < limit; {
		batch, err := q.receive(ctx, held)
		if err != nil || len(batch) == 0 {
			return errors.Join(failed, err)
		}
		for _, m := range batch {
			seen++
			done, err := do(ctx, letter(m))
			if err == nil && done {
				_, err = q.Client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: m.ReceiptHandle})
				err = fault.Wrap(fault.Transient, "dead-letters.delete", err)
			}
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// looked is how long a letter that was only looked at stays out of sight, in
// seconds: the least that a request can say.
const looked = 1

// List gives letters, at most limit of them, and leaves all where they are.
// SQS shows a part of a long queue at a time: the list may miss some.
func (q Queue) List(ctx context.Context, limit int) ([]Letter, error) {
	found := []Letter{}
	seen := map[string]bool{}
	for len(found) < limit {
		batch, err := q.receive(ctx, looked)
		if err != nil {
			return nil, err
		}
		news := false
		for _, m := range batch {
			if l := letter(m); !seen[l.ID] {
				seen[l.ID], news = true, true
				found = append(found, l)
			}
		}
		if !news {
			break
		}
	}
	return found, nil
}

func (q Queue) receive(ctx context.Context, hide int32) ([]types.Message, error) {
	out, err := q.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.URL, MaxNumberOfMessages: 10, VisibilityTimeout: hide, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, fault.Wrap(fault.Transient, "dead-letters.read", err)
	}
	return out.Messages, nil
}

func letter(m types.Message) Letter {
	n, _ := strconv.Atoi(aws.ToString(m.MessageAttributes[tries].StringValue)) // 0 if nobody said
	return Letter{
		ID: aws.ToString(m.MessageId), Body: aws.ToString(m.Body),
		Reason: aws.ToString(m.MessageAttributes[reason].StringValue), Tries: n,
	}
}
