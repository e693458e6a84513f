package lambdahost

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"hoso/shared/fault"
)

// Stored is one object that a bucket took in, and the message that said so.
type Stored struct {
	Bucket  string
	Key     string
	Version string
	Size    int64
	Tries   int    // how often the message was handed out, this time included
	Body    string // of the message
}

// News is what woke the dispatcher: objects that arrived and mails that came
// back, by their queue message, and whether the outbox should be looked at.
type News struct {
	Stored   map[string]Stored // by id of the queue's message
	Returned map[string]Returned
	Foreign  map[string]string // messages that are no news of ours, by id: why not
	Outbox   bool
}

// source tells the kinds of events apart; each carries a name of its own.
type source struct {
	Records []struct {
		Source     string `json:"eventSource"`
		MessageID  string `json:"messageId"`
		Body       string `json:"body"`
		Attributes struct {
			Tries string `json:"ApproximateReceiveCount"`
		} `json:"attributes"`
	} `json:"Records"`
}

// objectCreated is EventBridge's event of a bucket.
type objectCreated struct {
	Kind   string `json:"detail-type"`
	Detail struct {
		Schema string `json:"version"`
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

// schema is the only version of a bucket's events that is known.
const schema = "0"

// ReadStored reads a message as news of an object. why says what it is not.
func ReadStored(body string) (s Stored, why string) {
	var e objectCreated
	if json.Unmarshal([]byte(body), &e) != nil {
		return s, "no event"
	}
	d := e.Detail
	switch {
	case e.Kind != "Object Created":
		return s, "another event"
	case d.Schema != "" && d.Schema != schema:
		return s, "another version"
	case d.Bucket.Name == "" || d.Object.Key == "":
		return s, "no object"
	}
	return Stored{Bucket: d.Bucket.Name, Key: d.Object.Key, Version: d.Object.Version, Size: d.Object.Size, Body: body}, ""
}

// ReadNews reads an event. One that holds no records is a clock's: the outbox
// is looked at. A queue's message that is neither of an object nor of a mail is
// foreign: trying it again would not make it one.
func ReadNews(payload []byte) (News, error) {
	var s source
	if err := json.Unmarshal(payload, &s); err != nil {
		return News{}, fault.Wrap(fault.Invalid, "news", err)
	}
	n := News{Stored: map[string]Stored{}, Returned: map[string]Returned{}, Foreign: map[string]string{}, Outbox: len(s.Records) == 0}
	for _, r := range s.Records {
		if r.Source != "aws:sqs" {
			n.Outbox = true
			continue
		}
		tries, _ := strconv.Atoi(r.Attributes.Tries) // 0 where nobody counts
		if OfMail(r.Body) {
			returned, why := ReadReturned(r.Body)
			if why != "" {
				n.Foreign[r.MessageID] = why
				continue
			}
			returned.Tries = tries
			n.Returned[r.MessageID] = returned
			continue
		}
		stored, why := ReadStored(r.Body)
		if why != "" {
			n.Foreign[r.MessageID] = why
			continue
		}
		stored.Tries = tries
		n.Stored[r.MessageID] = stored
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
