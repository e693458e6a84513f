package functions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"hoso/shared/aws/cloud"
	"hoso/shared/aws/cloud/services"
	"hoso/shared/people"
	"hoso/shared/store"
)

// created is news of an object as EventBridge hands it on.
func created(kind, version, bucket, key string) string {
	return fmt.Sprintf(`{"detail-type":%q,"source":"aws.s3","detail":{"version":%q,"bucket":{"name":%q},"object":{"key":%q,"version-id":"v","size":1}}}`, kind, version, bucket, key)
}

// bounced is news of a mail as EventBridge hands it on.
func bounced(set, kind, address string) string {
	return fmt.Sprintf(`{"detail-type":"Email Bounced","source":"aws.ses","detail":{"bounce":{"feedbackId":"f","bounceType":%q,"bouncedRecipients":[{"emailAddress":%q}]},"mail":{"tags":{"ses:configuration-set":[%q]}}}}`, kind, address, set)
}

// TestForeignNewsIsPassedOverAndCounted: whatever is none of the product's is
// neither taken in nor tried again, and each is one line, of which the
// template makes a metric.
func TestForeignNewsIsPassedOverAndCounted(t *testing.T) {
	w := newWard(t)
	inbox, set := w.set[cloud.Inbox], w.set[cloud.MailSet]
	const key = "incoming/a/b/c"
	foreign := []struct{ body, why string }{
		{"words", "no event"},
		{"", "no event"},
		{"{}", "another event"},
		{`{"detail-type":`, "no event"},
		{`{"detail-type":7}`, "no event"},
		{created("Object Deleted", "0", inbox, key), "another event"},
		{created("Object Created", "7", inbox, key), "another version"},
		{created("Object Created", "0", "somebody-elses", key), "another bucket"},
		{created("Object Created", "0", inbox, "elsewhere/file.pdf"), "unknown key"},
		{created("Object Created", "0", inbox, "incoming/../../keys"), "unknown key"},
		{created("Object Created", "0", inbox, ""), "no object"},
		{bounced(set, "Transient", "a@x.example"), "a bounce that passes"},
		{bounced("another", "Permanent", "a@x.example"), "another configuration set"},
		{bounced(set, "Permanent", ""), "no address"},
	}
	var bodies []string
	for _, f := range foreign {
		bodies = append(bodies, f.body)
	}
	r := w.boot("dispatch")
	a, err := r.Invoke(context.Background(), queued(bodies...), patience)
	r.Stop()
	if err != nil || a.ErrorType != "" || a.Output != `{"batchItemFailures":[]}` {
		t.Errorf("the queue is told %+v, %v", a, err)
	}
	said := r.Output.String()
	if n := strings.Count(said, `"msg":"news: passed over"`); n != len(foreign) {
		t.Errorf("%d of %d are counted:\n%s", n, len(foreign), said)
	}
	for _, f := range foreign {
		if !strings.Contains(said, fmt.Sprintf(`"reason":%q`, f.why)) {
			t.Errorf("nothing was passed over as %q", f.why)
		}
	}
}

// TestAMailThatCameBackIsTakenInOnce by dispatch; while the table is ill its
// news comes again, at the last try it is put aside with the reason, and an
// order of the sweep takes it in.
func TestAMailThatCameBackIsTakenInOnce(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	queue := sqs.NewFromConfig(w.stack.Config())
	made, err := queue.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("dead")})
	if err != nil {
		t.Fatal(err)
	}
	w.set[cloud.Dead] = *made.QueueUrl
	p := people.Person{ID: "p", Name: "P", Email: "p@x.example", Roles: []people.Role{people.Operator}, Active: true, Created: time.Now()}
	if _, err := w.st.Commit(ctx, store.Commit{Key: "p", Request: "r", At: time.Now(), Writes: []store.Write{
		people.PutPerson(p, 0), store.Put(people.EmailKey(p.Email), 0, people.Owner{Person: p.ID}),
	}}); err != nil {
		t.Fatal(err)
	}
	marked := func() bool {
		var now people.Person
		if _, err := store.Load(ctx, w.st, people.Key(p.ID), &now); err != nil {
			t.Fatal(err)
		}
		return now.Bounced != ""
	}
	news := bounced(w.set[cloud.MailSet], "Permanent", p.Email)
	r := w.boot("dispatch")
	invoke := func(payload, want string) {
		t.Helper()
		if a, err := r.Invoke(ctx, payload, patience); err != nil || a.ErrorType != "" || a.Output != want {
			t.Errorf("the queue is told %+v, %v", a, err)
		}
	}
	invoke(queued(), `{"batchItemFailures":[]}`) // it has its keys
	w.strikes(func(q *http.Request) bool { return strings.Contains(q.Header.Get("X-Amz-Target"), "DynamoDB") })
	invoke(queued(news), `{"batchItemFailures":[{"itemIdentifier":"m0"}]}`)
	invoke(strings.Replace(queued(news), `"ApproximateReceiveCount":"1"`, fmt.Sprintf(`"ApproximateReceiveCount":"%d"`, services.LastTry), 1), `{"batchItemFailures":[]}`)
	w.strikes(nil)
	r.Stop()
	if marked() {
		t.Error("it was taken in while the table was ill")
	}
	sweep := w.boot("sweep")
	for _, order := range []string{"list", "redrive"} {
		a, err := sweep.Invoke(ctx, fmt.Sprintf(`{"dead":%q}`, order), patience)
		var told struct {
			Letters []struct {
				Reason string
				Tries  int
				Done   bool
			}
		}
		if jerr := json.Unmarshal([]byte(a.Output), &told); err != nil || jerr != nil || len(told.Letters) != 1 {
			t.Fatalf("%s answers %+v, %v, %v", order, a, err, jerr)
		}
		if l := told.Letters[0]; !strings.HasPrefix(l.Reason, "Transient: ") || l.Tries != services.LastTry || l.Done != (order == "redrive") {
			t.Errorf("%s tells %+v", order, l)
		}
		time.Sleep(1100 * time.Millisecond) // a letter that was looked at is hidden for a second
	}
	if !marked() {
		t.Error("the order did not take it in")
	}
	if a, err := sweep.Invoke(ctx, `{"dead":"list"}`, patience); err != nil || a.Output != `{"letters":[]}` {
		t.Errorf("left: %+v, %v", a, err)
	}
	again := w.boot("dispatch")
	for range 2 {
		if a, err := again.Invoke(ctx, queued(news, news), patience); err != nil || a.Output != `{"batchItemFailures":[]}` {
			t.Errorf("the same news again: %+v, %v", a, err)
		}
	}
	events, err := w.st.Events(ctx, people.Chain(p.ID), 0, 10)
	if err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// TestInputThatIsNoneIsRefusedByName: functions that flows, clocks and
// operators call answer to what is hand-made with a name that nothing retries
// for ever, and go on serving.
func TestInputThatIsNoneIsRefusedByName(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	for function, inputs := range map[string]map[string]string{
		"intake": {
			`{}`: "Invalid", `[]`: "Invalid", `"x"`: "Invalid", `{"subject":7}`: "Invalid",
			`{"subject":"d/c","revision":1,"generation":1,"from":"nowhere"}`: "NotFound",
		},
		"sweep": {`{"dead":"burn"}`: "Invalid", `[]`: "Invalid", `{"invite":{"name":"","email":"x"}}`: "Invalid"},
	} {
		r := w.boot(function)
		for input, want := range inputs {
			if a, err := r.Invoke(ctx, input, patience); err != nil || a.ErrorType != want {
				t.Errorf("%s, given %s, answers %+v, %v, want the error %s", function, input, a, err, want)
			}
		}
		r.Stop()
	}
	// What wakes dispatch is looked at, not obeyed.
	r := w.boot("dispatch")
	for _, event := range []string{`{}`, `{"Records":[]}`, `{"Records":[{"eventSource":"aws:s3"}]}`, `{"Records":[{"eventSource":"aws:dynamodb","dynamodb":7}]}`} {
		if a, err := r.Invoke(ctx, event, patience); err != nil || a.ErrorType != "" {
			t.Errorf("dispatch, given %s, answers %+v, %v", event, a, err)
		}
	}
	if a, err := r.Invoke(ctx, `{"Records":7}`, patience); err != nil || a.ErrorType != "Invalid" {
		t.Errorf("an event that cannot be read: %+v, %v", a, err)
	}
	r.Stop()
}
