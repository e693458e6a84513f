package dynamostore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"hoso/shared/aws/dynamostore"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// answer is what the endpoint says to one request.
type answer struct {
	status int
	body   string
}

// wire is an endpoint that writes down what it is asked and answers from a
// list; when the list is used up it says that all went well.
type wire struct {
	asked   []string // operation and body, without the request token
	answers []answer
	waits   []time.Duration
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.Unmarshal(b, &body)
	delete(body, "ClientRequestToken")
	op := r.Header.Get("X-Amz-Target")
	plain, _ := json.Marshal(body)
	w.asked = append(w.asked, op[strings.LastIndex(op, ".")+1:]+" "+string(plain))
	a := answer{200, "{}"}
	if len(w.answers) > 0 {
		a, w.answers = w.answers[0], w.answers[1:]
	}
	rw.Header().Set("Content-Type", "application/x-amz-json-1.0")
	rw.WriteHeader(a.status)
	_, _ = io.WriteString(rw, a.body)
}

func (w *wire) store(t *testing.T) *dynamostore.Store {
	t.Helper()
	srv := httptest.NewServer(w)
	t.Cleanup(srv.Close)
	s, err := dynamostore.New(dynamostore.Options{
		Table: "T", Jitter: func() float64 { return 0.5 }, Scratch: func() (dynamostore.Scratch, error) { return os.CreateTemp(t.TempDir(), "scratch") },
		Wait: func(_ context.Context, d time.Duration) error { w.waits = append(w.waits, d); return nil },
		Client: dynamodb.New(dynamodb.Options{
			Region: "x", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// canceled is DynamoDB's refusal with one reason a leg: a code, or a code
// and, behind a space, the item that stood in the way.
func canceled(reasons ...string) answer {
	var rs []map[string]any
	for _, r := range reasons {
		code, found, has := strings.Cut(r, " ")
		m := map[string]any{"Code": code}
		if has {
			m["Item"] = json.RawMessage(found)
		}
		rs = append(rs, m)
	}
	b, _ := json.Marshal(map[string]any{
		"__type":  "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"message": "Transaction cancelled", "CancellationReasons": rs,
	})
	return answer{400, string(b)}
}

var (
	at    = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	byDay = store.Pattern{Name: "by-day", Slot: 1}
)

const (
	actLeg = `{"Put":{"ConditionExpression":"attribute_not_exists(pk)","Item":{"asked":{"S":"r"},"at":{"S":"2026-03-01T08:00:00.000Z"},"pk":{"S":"i#k"},"sk":{"S":"-"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"T"}}`
)

// TestTheWireSaysWhatTheConditionIs compares the whole request of each kind
// of conditional write with what DynamoDB must be asked.
func TestTheWireSaysWhatTheConditionIs(t *testing.T) {
	k := store.Key{Part: "p", Sort: "s"}
	for name, c := range map[string]struct {
		do   store.Commit
		legs []string
	}{
		"an act alone": {store.Commit{}, nil},
		"a record that must not be there": {
			store.Commit{Writes: []store.Write{store.Put(k, 0, 1, store.Entry{Pattern: byDay, Part: "d", Sort: "1"})}},
			[]string{`{"Put":{"ConditionExpression":"attribute_not_exists(pk)","Item":{"body":{"S":"1"},"by1p":{"S":"by-day#d"},"by1s":{"S":"1"},"pk":{"S":"r#p"},"rev":{"N":"1"},"sk":{"S":"s"},"sum":{"B":"9hFWe0aVm1yYnd3pmVnB1PPmKaeH84AQJ1qepufhjKc="}},"TableName":"T"}}`},
		},
		"a record of a revision": {
			store.Commit{Writes: []store.Write{store.Put(k, 7, 1)}},
			[]string{`{"Put":{"ConditionExpression":"rev = :rev","ExpressionAttributeValues":{":rev":{"N":"7"}},"Item":{"body":{"S":"1"},"pk":{"S":"r#p"},"rev":{"N":"8"},"sk":{"S":"s"},"sum":{"B":"RxLFjA93tLaJUQyUk66Ox1l78YhjGigql+i9ONo0QVg="}},"TableName":"T"}}`},
		},
		"a check of a revision": {
			store.Commit{Writes: []store.Write{store.Unchanged(k, 7)}},
			[]string{`{"ConditionCheck":{"ConditionExpression":"rev = :rev","ExpressionAttributeValues":{":rev":{"N":"7"}},"Key":{"pk":{"S":"r#p"},"sk":{"S":"s"}},"TableName":"T"}}`},
		},
		"a check that nothing is there": {
			store.Commit{Writes: []store.Write{store.Unchanged(k, 0)}},
			[]string{`{"ConditionCheck":{"ConditionExpression":"attribute_not_exists(pk)","Key":{"pk":{"S":"r#p"},"sk":{"S":"s"}},"TableName":"T"}}`},
		},
		"a removal": {
			store.Commit{Writes: []store.Write{store.Remove(k, 7)}},
			[]string{`{"Delete":{"ConditionExpression":"rev = :rev","ExpressionAttributeValues":{":rev":{"N":"7"}},"Key":{"pk":{"S":"r#p"},"sk":{"S":"s"}},"TableName":"T"}}`},
		},
		"places taken, given and made": {
			store.Commit{Counters: []store.Add{{Counter: "a", N: -3}, {Counter: "b", N: 2}, {Counter: "c", N: 9, Create: true}}},
			[]string{
				`{"Update":{"ConditionExpression":"#free >= :need","ExpressionAttributeNames":{"#free":"free"},"ExpressionAttributeValues":{":n":{"N":"-3"},":need":{"N":"3"}},"Key":{"pk":{"S":"c#a"},"sk":{"S":"-"}},"TableName":"T","UpdateExpression":"SET #free = #free + :n"}}`,
				`{"Update":{"ConditionExpression":"attribute_exists(pk)","ExpressionAttributeNames":{"#free":"free"},"ExpressionAttributeValues":{":n":{"N":"2"}},"Key":{"pk":{"S":"c#b"},"sk":{"S":"-"}},"TableName":"T","UpdateExpression":"SET #free = #free + :n"}}`,
				`{"Put":{"ConditionExpression":"attribute_not_exists(pk)","Item":{"free":{"N":"9"},"pk":{"S":"c#c"},"sk":{"S":"-"}},"TableName":"T"}}`,
			},
		},
		"a message": {
			store.Commit{Outbox: []store.Message{store.Msg("m", "mail", 1)}},
			[]string{`{"Put":{"Item":{"body":{"S":"1"},"kind":{"S":"mail"},"pk":{"S":"o#"},"sk":{"S":"m"}},"TableName":"T"}}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wire{}
			c.do.Key, c.do.Request, c.do.At = "k", "r", at
			if _, err := w.store(t).Commit(context.Background(), c.do); err != nil {
				t.Fatal(err)
			}
			want := "TransactWriteItems " + canonical(t, `{"TransactItems":[`+strings.Join(append([]string{actLeg}, c.legs...), ",")+`]}`)
			if len(w.asked) != 1 || w.asked[0] != want {
				t.Errorf("asked\n%s\nwant\n%s", strings.Join(w.asked, "\n"), want)
			}
		})
	}
}

// TestAChainGrowsAtItsEndOnly follows one event through a read of the head,
// a lost race, and the write behind the event that was in the way.
func TestAChainGrowsAtItsEndOnly(t *testing.T) {
	e := evidence.Event{Chain: "ch", Type: "x", Actor: "a", At: at}
	h := strings.Repeat("a", 64)
	taken := `{"pk":{"S":"e#ch"},"sk":{"S":"` + fmt.Sprintf("%019d", 4) + `"},"hash":{"S":"` + h + `"}}`
	w := &wire{answers: []answer{{200, "{}"}, canceled("None", "ConditionalCheckFailed "+taken, "None"), {200, `{"Items":[` + taken + `]}`}}}
	if _, err := w.store(t).Commit(context.Background(), store.Commit{Key: "k", Request: "r", At: at, Events: []evidence.Event{e}}); err != nil {
		t.Fatal(err)
	}
	first, _ := evidence.Place(evidence.Head{}, e)
	fifth, _ := evidence.Place(evidence.Head{Seq: 4, Hash: h}, e)
	write := func(p evidence.Placed) string {
		line, _ := json.Marshal(p.Line)
		log, _ := json.Marshal(fmt.Sprintf(`[{"chain":"ch","seq":%d,"hash":"%s"}]`, p.Seq, p.Hash))
		return canonical(t, `{"TransactItems":[`+actLeg+
			`,{"Put":{"ConditionExpression":"attribute_not_exists(pk)","Item":{"body":{"S":`+string(line)+`},"hash":{"S":"`+p.Hash+`"},"pk":{"S":"e#ch"},"sk":{"S":"`+fmt.Sprintf("%019d", p.Seq)+`"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"T"}}`+
			`,{"Put":{"Item":{"body":{"S":`+string(log)+`},"kind":{"S":"log"},"pk":{"S":"o#"},"sk":{"S":"log/`+p.Hash+`"}},"TableName":"T"}}]}`)
	}
	look := `Query {"ConsistentRead":true,"ExpressionAttributeValues":{":part":{"S":"e#ch"}},"KeyConditionExpression":"pk = :part","Limit":1,"ScanIndexForward":false,"TableName":"T"}`
	want := []string{look, "TransactWriteItems " + write(first), look, "TransactWriteItems " + write(fifth)}
	if !reflect.DeepEqual(w.asked, want) {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(w.asked, "\n"), strings.Join(want, "\n"))
	}
	if !reflect.DeepEqual(w.waits, []time.Duration{12 * time.Millisecond}) {
		t.Errorf("waited %v", w.waits)
	}
}

// canonical writes JSON as the wire's log does.
func canonical(t *testing.T, s string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// TestReasonsBecomeThePortsErrors gives each refusal of DynamoDB its meaning.
func TestReasonsBecomeThePortsErrors(t *testing.T) {
	one := store.Commit{
		Key: "k", Request: "r", At: at,
		Writes:   []store.Write{store.Put(store.Key{Part: "p", Sort: "s"}, 1, 1)},
		Counters: []store.Add{{Counter: "c", N: -1}},
	}
	const ok, no, busy = "None", "ConditionalCheckFailed", "TransactionConflict"
	row := func(asked string) string {
		return no + ` {"pk":{"S":"i#k"},"sk":{"S":"-"},"asked":{"S":"` + asked + `"},"body":{"S":"\"first\""}}`
	}
	for name, c := range map[string]struct {
		answers []answer
		kind    fault.Kind
		code    string
		result  string
		waits   int
	}{
		"a record of another revision":              {answers: []answer{canceled(ok, no, ok)}, kind: fault.Conflict},
		"no place":                                  {answers: []answer{canceled(ok, ok, no)}, kind: fault.OverQuota, code: "c"},
		"both: with other revisions not tried":      {answers: []answer{canceled(ok, no, no)}, kind: fault.Conflict},
		"a repeat":                                  {answers: []answer{canceled(row("r"), no, no)}, result: `"first"`},
		"a key of another request":                  {answers: []answer{canceled(row("q"), ok, ok)}, kind: fault.Conflict, code: "key-reused"},
		"another transaction in flight, then none":  {answers: []answer{canceled(ok, busy, ok), canceled(busy, ok, ok)}, waits: 2},
		"in flight outranks a condition, then full": {answers: []answer{canceled(ok, busy, no), canceled(ok, ok, no)}, kind: fault.OverQuota, code: "c", waits: 1},
		"throttled, then not":                       {answers: []answer{canceled(ok, "ThrottlingError", ok)}, waits: 1},
		"a reason that no race explains":            {answers: []answer{canceled(ok, "ValidationError", ok)}, kind: fault.Transient},
		"reasons of another transaction":            {answers: []answer{canceled(no)}, kind: fault.Transient},
		"too large for DynamoDB":                    {answers: []answer{{400, `{"__type":"ValidationException","message":"too large"}`}}, kind: fault.Invalid},
		"no such table":                             {answers: []answer{{400, `{"__type":"ResourceNotFoundException","message":"no"}`}}, kind: fault.Internal},
		"not allowed":                               {answers: []answer{{400, `{"__type":"AccessDeniedException","message":"no"}`}}, kind: fault.Internal},
		"no answer that can be read":                {answers: []answer{{500, `<html>`}}, kind: fault.Transient},
	} {
		t.Run(name, func(t *testing.T) {
			w := &wire{answers: c.answers}
			out, err := w.store(t).Commit(context.Background(), one)
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("gave %v, want %q %q", err, c.kind, c.code)
			}
			if string(out.Result) != c.result || out.Replayed != (c.result != "") {
				t.Errorf("outcome %+v", out)
			}
			if len(w.waits) != c.waits {
				t.Errorf("waited %v", w.waits)
			}
			if name == "a key of another request" && !errors.Is(err, store.ErrKeyReused) {
				t.Errorf("%v is not ErrKeyReused", err)
			}
		})
	}
}

// TestAContendedCommitGivesUp ends after a bounded number of waits, none
// longer than half a second.
func TestAContendedCommitGivesUp(t *testing.T) {
	w := &wire{}
	for range 200 {
		w.answers = append(w.answers, canceled("TransactionConflict"))
	}
	_, err := w.store(t).Commit(context.Background(), store.Commit{Key: "k", At: at})
	if !fault.Is(err, fault.Transient) || fault.CodeOf(err) != "contended" || fault.Public(err) == "" {
		t.Errorf("gave %v", err)
	}
	var longest, total time.Duration
	for _, d := range w.waits {
		longest, total = max(longest, d), total+d
	}
	if longest != 250*time.Millisecond || total > 30*time.Second {
		t.Errorf("%d waits, the longest %v, together %v", len(w.waits), longest, total)
	}
}

// TestASettledMessageThatTheIndexStillNamesDoesNotComeAgain: the index may
// lag behind the table by a little.
func TestASettledMessageThatTheIndexStillNamesDoesNotComeAgain(t *testing.T) {
	const early = "2026-02-01T00:00:00.000Z"
	k := func(id string) string {
		return `{"pk":{"S":"o#"},"sk":{"S":"` + id + `"},"dpk":{"S":"o"},"dsk":{"S":"` + early + `"}}`
	}
	m := func(id, when string) string {
		return `{"pk":{"S":"o#"},"sk":{"S":"` + id + `"},"kind":{"S":"k"},"dpk":{"S":"o"},"dsk":{"S":"` + when + `"}}`
	}
	atOnce := `{"pk":{"S":"o#"},"sk":{"S":"c"},"kind":{"S":"k"}}`
	w := &wire{answers: []answer{
		{200, `{"Items":[` + atOnce + `]}`},
		{200, `{"Items":[` + k("settled") + `,` + k("deferred") + `,` + k("b") + `,` + k("a") + `]}`},
		{200, `{"Responses":{"T":[` + m("a", early) + `,` + m("deferred", "2026-03-02T00:00:00.000Z") + `,` + m("b", early) + `]}}`},
	}}
	ms, err := w.store(t).Pending(context.Background(), at, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range ms {
		got = append(got, m.ID)
	}
	if !reflect.DeepEqual(got, []string{"c", "b", "a"}) {
		t.Errorf("pending: %v", got)
	}
	for i, want := range []string{
		`Query {"ConsistentRead":true,"ExpressionAttributeValues":{":part":{"S":"o#"}},"FilterExpression":"attribute_not_exists(dsk)","KeyConditionExpression":"pk = :part","Limit":10,"TableName":"T"}`,
		`Query {"ExpressionAttributeValues":{":now":{"S":"2026-03-01T08:00:00.000Z"},":queue":{"S":"o"}},"IndexName":"due","KeyConditionExpression":"dpk = :queue AND dsk \u003c= :now","Limit":10,"TableName":"T"}`,
	} {
		if w.asked[i] != want {
			t.Errorf("asked\n%s\nwant\n%s", w.asked[i], want)
		}
	}
}
