package lambdahost_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"hoso/shared/aws/lambdahost"
)

func ask(t *testing.T, h http.HandlerFunc, event string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(event), &e); err != nil {
		t.Fatal(err)
	}
	out, err := lambdahost.HTTP{Handler: h}.Answer(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const posted = `{"version":"2.0","routeKey":"$default","rawPath":"/h%E1%BB%93/a%2Fb","rawQueryString":"q=1&q=2",
	"cookies":["a=1","b=2"],"headers":{"host":"hoso.example","x-forwarded-for":"6.6.6.6","content-type":"text/plain","x-many":"1,2"},
	"requestContext":{"http":{"method":"POST","sourceIp":"203.0.113.9"},"domainName":"api.example"},
	"body":"4buH","isBase64Encoded":true}`

func TestARequestArrivesAsItWasSent(t *testing.T) {
	var got []string
	ask(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		a, _ := r.Cookie("a")
		c, _ := r.Cookie("b")
		got = []string{
			r.Method, r.URL.Path, r.URL.EscapedPath(), r.Host, r.RemoteAddr, string(b), a.Value + c.Value,
			strings.Join(r.URL.Query()["q"], ""), r.Header.Get("X-Many"), fmt.Sprint(r.ContentLength),
		}
	}, posted)
	want := []string{"POST", "/hồ/a/b", "/h%E1%BB%93/a%2Fb", "hoso.example", "203.0.113.9:0", "ệ", "12", "12", "1,2", "3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestAnAnswerArrivesAsItWasWritten(t *testing.T) {
	raw := string([]byte{0xff, 0, 1})
	out := ask(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		w.Header().Add("Vary", "a")
		w.Header().Add("Vary", "b")
		w.WriteHeader(http.StatusTeapot)
		w.Header().Set("Late", "1")
		_, _ = io.WriteString(w, raw)
	}, posted)
	if out.StatusCode != http.StatusTeapot || !reflect.DeepEqual(out.Cookies, []string{"a=1", "b=2"}) ||
		out.Headers["Vary"] != "a, b" || out.Headers["Late"] != "" || !out.IsBase64Encoded ||
		out.Body != base64.StdEncoding.EncodeToString([]byte(raw)) {
		t.Errorf("%+v", out)
	}
	out = ask(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "Hồ sơ") }, posted)
	if out.StatusCode != 200 || out.IsBase64Encoded || out.Body != "Hồ sơ" || !strings.HasPrefix(out.Headers["Content-Type"], "text/plain") {
		t.Errorf("%+v", out)
	}
	out = ask(t, func(w http.ResponseWriter, r *http.Request) {}, `{"rawPath":"/","requestContext":{"http":{"method":"GET","sourceIp":"::1"}}}`)
	if out.StatusCode != 200 || out.Body != "" {
		t.Errorf("%+v", out)
	}
}

func TestAnAnswerThatLambdaWouldRefuseIsCutOff(t *testing.T) {
	var err error
	ask(t, func(w http.ResponseWriter, r *http.Request) {
		_, err = w.Write(make([]byte, lambdahost.MaxAnswer+1))
	}, posted)
	if err == nil {
		t.Error("an answer above the limit was taken")
	}
}

func TestNewsIsToldApartByItsSource(t *testing.T) {
	const event = `{"detail-type":"Object Created","detail":{"version":"0","bucket":{"name":"in"},"object":{"key":"k","version-id":"v","size":7}}}`
	queued := func(body string) string {
		q, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return `{"Records":[{"eventSource":"aws:sqs","messageId":"m","attributes":{"ApproximateReceiveCount":"3"},"body":` + string(q) + `}]}`
	}
	object := lambdahost.Stored{Bucket: "in", Key: "k", Version: "v", Size: 7, Tries: 3, Body: event}
	none, unread, nobody := map[string]lambdahost.Stored{}, map[string]lambdahost.Returned{}, map[string]string{}
	foreign := func(why string) lambdahost.News {
		return lambdahost.News{Stored: none, Returned: unread, Foreign: map[string]string{"m": why}}
	}
	for name, c := range map[string]struct {
		event string
		want  lambdahost.News
	}{
		"an object":         {queued(event), lambdahost.News{Stored: map[string]lambdahost.Stored{"m": object}, Returned: unread, Foreign: nobody}},
		"words":             {queued("x"), foreign("no event")},
		"another event":     {queued(strings.Replace(event, "Created", "Deleted", 1)), foreign("another event")},
		"another version":   {queued(strings.Replace(event, `"version":"0"`, `"version":"9"`, 1)), foreign("another version")},
		"no key":            {queued(strings.Replace(event, `"k"`, `""`, 1)), foreign("no object")},
		"no bucket":         {queued(strings.Replace(event, `"in"`, `""`, 1)), foreign("no object")},
		"a size of letters": {queued(strings.Replace(event, `7`, `"7"`, 1)), foreign("no event")},
		"a queued effect":   {`{"Records":[{"eventSource":"aws:dynamodb","eventName":"INSERT"}]}`, lambdahost.News{Stored: none, Returned: unread, Foreign: nobody, Outbox: true}},
		"a clock":           {`{"source":"aws.scheduler"}`, lambdahost.News{Stored: none, Returned: unread, Foreign: nobody, Outbox: true}},
	} {
		got, err := lambdahost.ReadNews([]byte(c.event))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := lambdahost.ReadNews([]byte("[")); err == nil {
		t.Error("what is no event was taken for one")
	}
}
