// Package lambdahost lets the product's handlers be called by AWS Lambda: an
// http.Handler behind an HTTP API, and events of queues, streams and clocks.
//
// It knows shapes of events only. It decides nothing.
package lambdahost

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"hoso/shared/fault"
)

// HTTP answers requests of an HTTP API (payload format 2.0) with a handler.
type HTTP struct {
	Handler http.Handler
}

// MaxAnswer bounds an answer: Lambda's six megabytes, less what base64 and
// the frame around it cost.
const MaxAnswer = 4 << 20

// Answer carries out one request.
func (h HTTP) Answer(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	r, err := request(ctx, e)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
	}
	w := &recorder{header: http.Header{}}
	h.Handler.ServeHTTP(w, r)
	return w.response(), nil
}

// request makes the request that the caller sent to the HTTP API.
func request(ctx context.Context, e events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, fault.Wrap(fault.Invalid, "lambda.http", err)
		}
	}
	target := &url.URL{Path: e.RawPath, RawQuery: e.RawQueryString}
	if path, err := url.PathUnescape(e.RawPath); err == nil {
		target.Path, target.RawPath = path, e.RawPath
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "lambda.http", err)
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.Host = e.Headers["host"]
	if r.Host == "" {
		r.Host = e.RequestContext.DomainName
	}
	// The address the HTTP API saw, never what the caller says of itself.
	r.RemoteAddr = e.RequestContext.HTTP.SourceIP + ":0"
	if strings.Contains(e.RequestContext.HTTP.SourceIP, ":") {
		r.RemoteAddr = "[" + e.RequestContext.HTTP.SourceIP + "]:0"
	}
	r.RequestURI = target.RequestURI()
	return r, nil
}

// recorder keeps what a handler answers.
type recorder struct {
	header http.Header
	sent   http.Header // as they were when the status was written
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.body.Len()+len(b) > MaxAnswer {
		return 0, fault.Wrap(fault.Invalid, "lambda.http", http.ErrContentLength)
	}
	return w.body.Write(b)
}

func (w *recorder) response() events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}, Cookies: w.sent.Values("Set-Cookie")}
	if w.sent.Get("Content-Type") == "" && w.body.Len() > 0 {
		w.sent.Set("Content-Type", http.DetectContentType(w.body.Bytes()))
	}
	for name, values := range w.sent {
		if name != "Set-Cookie" {
			out.Headers[name] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(w.body.Bytes()) {
		out.Body = w.body.String()
	} else {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return out
}
