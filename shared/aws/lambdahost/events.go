package lambdahost

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// Stored is one object that a bucket took in.
type Stored struct {
	Bucket  string
	Key     string
	Version string
	Size    int64
}

// News is what woke the dispatcher: objects that arrived, by their queue
// message, and whether the outbox should be looked at.
type News struct {
	Stored map[string]Stored // by id of the queue's message
	Outbox bool
}

// source tells the kinds of events apart; each carries a name of its own.
type source struct {
	Records []struct {
		Source    string `json:"eventSource"`
		MessageID string `json:"messageId"`
		Body      string `json:"body"`
	} `json:"Records"`
}

// objectCreated is EventBridge's event of a bucket.
type objectCreated struct {
	Detail struct {
		Bucket struct {
			Name string `json:"name"`
		} `json:"bucket"`
		Object struct {
			Key     string `json:"key"`
			Version string `json:"version-id"`
			Size    int64  `json:"size"`
		} `json:"object"`
	} `json:"detail"`
}

// ReadNews reads an event. One that holds no records is a clock's: the outbox
// is looked at. A queue's message that is no object's event is passed over:
// trying it again would not make it one.
func ReadNews(payload []byte) (News, error) {
	var s source
	if err := json.Unmarshal(payload, &s); err != nil {
		return News{}, err
	}
	n := News{Stored: map[string]Stored{}, Outbox: len(s.Records) == 0}
	for _, r := range s.Records {
		if r.Source != "aws:sqs" {
			n.Outbox = true
			continue
		}
		var e objectCreated
		if json.Unmarshal([]byte(r.Body), &e) != nil || e.Detail.Object.Key == "" {
			continue
		}
		o := e.Detail.Object
		n.Stored[r.MessageID] = Stored{Bucket: e.Detail.Bucket.Name, Key: o.Key, Version: o.Version, Size: o.Size}
	}
	return n, nil
}

// Func is a Lambda function over raw events.
type Func func(ctx context.Context, payload []byte) ([]byte, error)

// Invoke makes Func a lambda.Handler.
func (f Func) Invoke(ctx context.Context, payload []byte) ([]byte, error) { return f(ctx, payload) }

// Failed names the queue's messages that are to come again.
func Failed(ids []string) ([]byte, error) {
	out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, id := range ids {
		out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return json.Marshal(out)
}
