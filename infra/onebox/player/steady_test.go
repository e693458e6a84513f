package player

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// cutting answers only every third time: first it hangs up, then in the
// middle of its answer.
func cutting(t *testing.T, told *[]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		*told = append(*told, fmt.Sprintf("%s %s %s %s", r.Method, r.URL.Path, body, r.Header.Get("Idempotency-Key")))
		switch len(*told) % 3 {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"half":`)
		case 0:
			if r.Method == http.MethodPut {
				w.WriteHeader(http.StatusPreconditionFailed)
			}
			fmt.Fprint(w, `{"id":"7"}`)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestWhatGotNoWholeAnswerIsSentAgainAsItWas(t *testing.T) {
	var told []string
	s := cutting(t, &told)
	ctx := context.Background()
	b, err := NewBrowser(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(ctx, &Form{Action: "/form", Method: http.MethodPost, Values: map[string][]string{"_form": {"f1"}}}); err != nil {
		t.Error(err)
	}
	var out struct{ ID string }
	if err := (API{Root: s.URL}).Call(ctx, http.MethodPost, "/call", 1, &out); err != nil || out.ID != "7" {
		t.Errorf("%+v, %v", out, err)
	}
	// The bytes were stored the first time: that they are there is success.
	if err := (Ticket{URL: s.URL + "/put", Method: http.MethodPut}).Send(ctx, File{"a.pdf", []byte("%PDF")}); err != nil {
		t.Error(err)
	}
	if len(told) != 9 {
		t.Fatalf("%d requests: %q", len(told), told)
	}
	for i := 0; i < 9; i += 3 {
		if slices.ContainsFunc(told[i:i+3], func(x string) bool { return x != told[i] }) {
			t.Errorf("repeats differ: %q", told[i:i+3])
		}
	}
	if told[3] == "POST /call 1 " {
		t.Error("a call has no key")
	}
}

func TestAServerThatIsGoneIsGivenUp(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*knock)
	defer cancel()
	if err := (API{Root: s.URL}).Call(ctx, http.MethodGet, "/x", nil, nil); err == nil {
		t.Error("a call to nobody succeeded")
	}
}
