package functions_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/cloud"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/dossier"
	"hoso/shared/flow"
	"hoso/shared/objects"
	"hoso/shared/round"
	"hoso/shared/secret"
	"hoso/shared/store"
)

// ward is a small stack in which bootstraps meet faults: what they ask of AWS
// passes through it, and it may strike at any request.
type ward struct {
	t     *testing.T
	stack *awstest.Stack
	front string
	st    *dynamostore.Store
	set   map[string]string
	boots map[string]string // built bootstraps by function

	mu     sync.Mutex
	count  int
	strike func(n int, pass func())
	ill    func(*http.Request) bool // requests that a service fails
}

func newWard(t *testing.T) *ward {
	t.Helper()
	if testing.Short() {
		t.Skip("builds functions and starts a stand-in")
	}
	stack, err := awstest.Start(awstest.Tool(t, "ministack/bin/ministack"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stack.Stop)
	w := &ward{t: t, stack: stack, boots: map[string]string{}}
	target, err := url.Parse(stack.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // who was struck down asks no more
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.count++
		n, strike, ill := w.count, w.strike, w.ill
		w.mu.Unlock()
		if ill != nil && ill(r) {
			rw.WriteHeader(http.StatusInternalServerError)
			return
		}
		if strike == nil {
			strike = func(_ int, pass func()) { pass() }
		}
		strike(n, func() { proxy.ServeHTTP(rw, r) })
	}))
	t.Cleanup(srv.Close)
	w.front = srv.URL
	w.set = map[string]string{
		cloud.Table: "ward", cloud.Demo: "", cloud.Inbox: "ward-inbox", cloud.Archive: "ward-archive", cloud.MasterKey: "/ward/key", cloud.LogKey: "/ward/log-key",
		cloud.Portal: "https://hoso.example", cloud.Sender: "a@hoso.example", cloud.SenderAs: "A", cloud.MailSet: "set", cloud.Dead: stack.URL + "/000000000000/dead",
	}
	w.furnish()
	return w
}

// furnish makes the table, the buckets, the keys and the machines.
func (w *ward) furnish() {
	t, ctx, cfg := w.t, context.Background(), w.stack.Config()
	db := dynamodb.NewFromConfig(cfg)
	if _, err := db.CreateTable(ctx, dynamostore.Table("ward")); err != nil {
		t.Fatal(err)
	}
	buckets := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	for _, b := range []string{w.set[cloud.Inbox], w.set[cloud.Archive]} {
		if _, err := buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: awstest.Region}}); err != nil {
			t.Fatal(err)
		}
		versions := &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}
		if _, err := buckets.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &b, VersioningConfiguration: versions}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{w.set[cloud.MasterKey], w.set[cloud.LogKey]} {
		key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(name[6:7]), 32))
		if _, err := ssm.NewFromConfig(cfg).PutParameter(ctx, &ssm.PutParameterInput{Name: &name, Value: &key, Type: ssmtypes.ParameterTypeSecureString, Overwrite: aws.Bool(true)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, setting := range map[string]string{flow.Document: cloud.Documents, flow.Dossier: cloud.Dossiers, flow.Round: cloud.Rounds} {
		m, err := sfn.NewFromConfig(cfg).CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: &name, RoleArn: aws.String("arn:aws:iam::000000000000:role/x"), Definition: aws.String(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.set[setting] = *m.StateMachineArn
	}
	var err error
	if w.st, err = dynamostore.New(dynamostore.Options{Client: db, Table: "ward", Jitter: rand.Float64, Wait: awstest.Wait, Scratch: awstest.Scratch(t)}); err != nil {
		t.Fatal(err)
	}
}

// boot starts a function's bootstrap.
func (w *ward) boot(function string) *awstest.Runtime {
	w.t.Helper()
	if w.boots[function] == "" {
		w.boots[function] = build(w.t, function, runtime.GOARCH)
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "AWS_REGION=" + awstest.Region, "AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s", "AWS_ENDPOINT_URL=" + w.front}
	for k, v := range w.set {
		env = append(env, k+"="+v)
	}
	r, err := awstest.Boot(env, w.boots[function])
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(r.Stop)
	return r
}

// when says what happens at requests from now on, which it counts from one.
func (w *ward) when(strike func(n int, pass func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count, w.strike = 0, strike
}

// strikes says which requests are answered with a failure from now on.
func (w *ward) strikes(ill func(*http.Request) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ill = ill
}

// upload is a document that waits for its bytes, which have arrived.
func (w *ward) upload(name string) (dossier.Document, string) {
	w.t.Helper()
	ctx := context.Background()
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	body := "%PDF-1.4\n" + name
	d := dossier.Document{ID: sum(name)[:32], Dossier: sum("d" + name)[:32], Unit: sum("u")[:32], Name: name, Size: int64(len(body)), SHA256: sum(body), State: dossier.Expected, Bucket: w.set[cloud.Inbox]}
	var err error
	if d.ObjectKey, err = objects.UploadKey(d.Unit, d.Dossier, d.ID); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.st.Commit(ctx, store.Commit{Key: "expect/" + d.ID, Request: "r", At: time.Now(), Writes: []store.Write{dossier.PutDocument(d, 0)}}); err != nil {
		w.t.Fatal(err)
	}
	put, err := s3.NewFromConfig(w.stack.Config(), func(o *s3.Options) { o.UsePathStyle = true }).PutObject(ctx, &s3.PutObjectInput{Bucket: &d.Bucket, Key: &d.ObjectKey, Body: strings.NewReader(body)})
	if err != nil {
		w.t.Fatal(err)
	}
	event := fmt.Sprintf(`{"detail-type":"Object Created","detail":{"version":"0","bucket":{"name":%q},"object":{"key":%q,"version-id":%q,"size":%d}}}`, d.Bucket, d.ObjectKey, *put.VersionId, d.Size)
	return d, event
}

// leased lets the time pass for which a dispatcher that died keeps others from
// its work.
func (w *ward) leased() {
	w.t.Helper()
	key := map[string]dbtypes.AttributeValue{"pk": &dbtypes.AttributeValueMemberS{Value: "b#outbox"}, "sk": &dbtypes.AttributeValueMemberS{Value: "-"}}
	if _, err := dynamodb.NewFromConfig(w.stack.Config()).DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: aws.String(w.set[cloud.Table]), Key: key}); err != nil {
		w.t.Fatal(err)
	}
}

// queued is a queue's event of messages, each by its place.
func queued(bodies ...string) string {
	type record struct {
		Source string            `json:"eventSource"`
		ID     string            `json:"messageId"`
		Body   string            `json:"body"`
		Attr   map[string]string `json:"attributes"`
	}
	var list []record
	for i, b := range bodies {
		list = append(list, record{"aws:sqs", fmt.Sprint("m", i), b, map[string]string{"ApproximateReceiveCount": "1"}})
	}
	out, _ := json.Marshal(map[string]any{"Records": list})
	return string(out)
}

// woken is the event of a clock: the outbox is looked at.
const woken = `{"source":"aws.events"}`

const patience = time.Minute

// happened checks that an upload was taken in once: one event of each kind, one run.
func (w *ward) happened(d dossier.Document, kinds ...string) {
	w.t.Helper()
	ctx := context.Background()
	events, err := w.st.Events(ctx, dossier.Chain(d.Dossier), 0, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		var line struct{ Type string }
		if err := json.Unmarshal([]byte(e.Line), &line); err != nil {
			w.t.Fatal(err)
		}
		got = append(got, line.Type)
	}
	if !slices.Equal(got, kinds) {
		w.t.Errorf("%s: events %v, want %v", d.Name, got, kinds)
	}
	runs, err := sfn.NewFromConfig(w.stack.Config()).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: aws.String(w.set[cloud.Documents])})
	if err != nil {
		w.t.Fatal(err)
	}
	name, n := flow.RunName(flow.Document, dossier.Subject(d.Dossier, d.ID), 1, 1), 0
	for _, x := range runs.Executions {
		if *x.Name == name {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("%s: %d runs", d.Name, n)
	}
}

// TestAKilledFunctionDoesItsWorkOnce kills dispatch, then intake, at each of
// its requests, before the request was carried out and after, starts it anew
// with the same event, and finds one of everything.
func TestAKilledFunctionDoesItsWorkOnce(t *testing.T) {
	w := newWard(t)
	for _, carried := range []bool{false, true} {
		for at := 1; ; at++ {
			d, event := w.upload(fmt.Sprint("killed ", at, carried))
			steps := []struct{ function, event string }{
				{"dispatch", queued(event)},
				{"dispatch", woken},
				{"intake", fmt.Sprintf(`{"subject":%q,"revision":1,"generation":1,"from":"intake"}`, dossier.Subject(d.Dossier, d.ID))},
			}
			struck := false
			r := map[string]*awstest.Runtime{}
			var of string
			w.when(func(n int, pass func()) {
				if n != at {
					pass()
					return
				}
				if carried {
					pass()
				}
				struck = true
				r[of].Kill()
			})
			for _, s := range steps {
				of = s.function
				for try := 0; ; try++ {
					if r[of] == nil {
						r[of] = w.boot(of)
					}
					a, err := r[of].Invoke(context.Background(), s.event, patience)
					if err == nil && a.ErrorType == "" {
						break
					}
					if try > 3 {
						t.Fatalf("killed at %d: %s answers %+v, %v", at, of, a, err)
					}
					r[of].Stop()
					delete(r, of)
					w.leased()
				}
			}
			for _, x := range r {
				x.Stop()
			}
			w.happened(d, "document.stored", "document.pinned")
			if !struck {
				t.Logf("%d requests, each the last of a process once (carried out: %v)", at-1, carried)
				break
			}
		}
	}
}

// TestEventsTwiceAndOutOfOrderChangeNothing: the outbox before its news, news
// twice in one batch and again in two processes at once, a stage again.
func TestEventsTwiceAndOutOfOrderChangeNothing(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	d, event := w.upload("twice")
	one, two, intake := w.boot("dispatch"), w.boot("dispatch"), w.boot("intake")
	stage := fmt.Sprintf(`{"subject":%q,"revision":1,"generation":1,"from":"intake"}`, dossier.Subject(d.Dossier, d.ID))
	invoke := func(r *awstest.Runtime, payload string) string {
		a, err := r.Invoke(ctx, payload, patience)
		if err != nil || a.ErrorType != "" {
			t.Errorf("%s: %+v, %v", payload, a, err)
		}
		return a.Output
	}
	invoke(one, woken)
	var both sync.WaitGroup
	for _, r := range []*awstest.Runtime{one, two} {
		both.Go(func() {
			if got := invoke(r, queued(event, event)); got != `{"batchItemFailures":[]}` {
				t.Errorf("the queue is told %s", got)
			}
			invoke(r, woken)
		})
	}
	both.Wait()
	if first, again := invoke(intake, stage), invoke(intake, stage); !strings.Contains(first, `"extract"`) || !strings.Contains(again, `"done"`) {
		t.Errorf("intake answers %s, and of what is behind it %s", first, again)
	}
	invoke(one, queued(event))
	invoke(two, woken)
	w.happened(d, "document.stored", "document.pinned")
}

// TestAHangingServiceIsGivenUpInTime: a request that is never answered ends by
// the function's own time, under a name that flows try again; what is not
// answered at all is killed by the host.
func TestAHangingServiceIsGivenUpInTime(t *testing.T) {
	w := newWard(t)
	d, event := w.upload("hanging")
	r := w.boot("dispatch")
	if _, err := r.Invoke(context.Background(), woken, patience); err != nil {
		t.Fatal(err)
	}
	free := make(chan struct{})
	w.when(func(_ int, _ func()) { <-free })
	a, err := r.Invoke(context.Background(), queued(event), 3*time.Second)
	close(free)
	w.when(nil)
	// Either the message is handed back, or the process was killed: never an answer that loses it.
	if err != nil || a.ErrorType == "" && !strings.Contains(a.Output, "m0") {
		t.Errorf("a hanging service: %+v, %v", a, err)
	}
	r.Stop()
	again := w.boot("dispatch")
	for _, e := range []string{queued(event), woken} {
		if a, err := again.Invoke(context.Background(), e, patience); err != nil || a.ErrorType != "" {
			t.Errorf("afterwards: %+v, %v", a, err)
		}
	}
	w.happened(d, "document.stored")
}

// TestADecisionForARunThatIsGoneIsSettled: the token is unknown to Step
// Functions; the decision's record stands, and nobody is told an error.
func TestADecisionForARunThatIsGoneIsSettled(t *testing.T) {
	w := newWard(t)
	ctx := context.Background()
	box, err := secret.New(bytes.Repeat([]byte("k"), 32), func(n int) []byte { return make([]byte, n) })
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := box.Seal("a token of a run that ended")
	if err != nil {
		t.Fatal(err)
	}
	task := round.Task{ID: strings.Repeat("ab", 16), Kind: "review", State: round.TaskDecided, Token: sealed, Next: "done"}
	resume := store.Msg("resume/"+task.ID, flow.ResumeMessage, flow.Resume{Task: task.ID, Out: json.RawMessage(`{"from":"done"}`)})
	if _, err := w.st.Commit(ctx, store.Commit{Key: "decided", Request: "r", At: time.Now(), Writes: []store.Write{round.PutTask(task, 0)}, Outbox: []store.Message{resume}}); err != nil {
		t.Fatal(err)
	}
	r := w.boot("dispatch")
	a, err := r.Invoke(ctx, woken, patience)
	r.Stop()
	if err != nil || a.ErrorType != "" || !strings.Contains(r.Output.String(), "parked run is gone") {
		t.Errorf("%+v, %v, said %s", a, err, r.Output)
	}
	left, err := w.st.Pending(ctx, time.Now().Add(time.Hour), 10)
	if err != nil || len(left) != 0 {
		t.Errorf("still to be delivered: %+v, %v", left, err)
	}
	if _, err := w.st.Get(ctx, round.TaskKey(task.ID)); err != nil {
		t.Errorf("the decision: %v", err)
	}
}
