package sqsdead_test

import (
	"context"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/sqsdead"
	"hoso/shared/fault"
)

var stack awstest.Stack

func TestMain(m *testing.M) { os.Exit(awstest.Main(m, &stack)) }

// TestALetterKeepsItsReasonAndGoesWhenItIsDone also shows that one that is
// not done stays, and that a queue that is not there is an error.
func TestALetterKeepsItsReasonAndGoesWhenItIsDone(t *testing.T) {
	if stack.URL == "" {
		awstest.Missing(t, "ministack")
	}
	ctx := context.Background()
	client := sqs.NewFromConfig(stack.Config())
	name := "dead"
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	q := sqsdead.Queue{Client: client, URL: *made.QueueUrl}
	want := map[string]sqsdead.Letter{}
	for _, body := range []string{"a", "b", "c"} {
		l := sqsdead.Letter{Body: body, Reason: "Transient: store.get", Tries: 5}
		if err := q.Put(ctx, l); err != nil {
			t.Fatal(err)
		}
		want[body] = l
	}
	bare := "moved by SQS"
	if _, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: &bare}); err != nil {
		t.Fatal(err)
	}
	want[bare] = sqsdead.Letter{Body: bare}
	read := func(done func(sqsdead.Letter) bool) map[string]sqsdead.Letter {
		got := map[string]sqsdead.Letter{}
		if err := q.Each(ctx, 100, func(_ context.Context, l sqsdead.Letter) (bool, error) {
			d := done(l)
			l.ID = ""
			got[l.Body] = l
			return d, nil
		}); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for range 2 { // looking changes nothing
		soon(t, func() bool {
			list, err := q.List(ctx, 100)
			return err == nil && len(list) == len(want)
		})
	}
	soon(t, func() bool { // nor keeps anybody from the letters for long
		out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.URL, AttributeNames: []types.QueueAttributeName{"All"}})
		return err == nil && out.Attributes["ApproximateNumberOfMessages"] == "4"
	})
	if got := read(func(l sqsdead.Letter) bool { return l.Body != "b" }); !reflect.DeepEqual(got, want) {
		t.Errorf("letters %+v, want %+v", got, want)
	}
	if got := read(func(sqsdead.Letter) bool { return true }); len(got) != 0 {
		t.Errorf("a letter that was just looked at came again: %+v", got)
	}
	gone := sqsdead.Queue{Client: client, URL: q.URL + "-nowhere"}
	if err := gone.Put(ctx, want["a"]); !fault.Is(err, fault.Transient) {
		t.Errorf("put into no queue: %v", err)
	}
	if err := gone.Each(ctx, 1, nil); !fault.Is(err, fault.Transient) {
		t.Errorf("reading no queue: %v", err)
	}
}

// soon waits until something is so.
func soon(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never was so")
		}
	}
}
