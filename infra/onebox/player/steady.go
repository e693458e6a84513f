package player

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

// How long a server that does not answer is waited for, and how often it is
// asked.
const (
	steadfast = time.Minute
	knock     = 100 * time.Millisecond
)

// network is the way to the server of everybody in the play.
func network() *http.Client {
	return &http.Client{Transport: steady{http.DefaultTransport}, Timeout: 2 * time.Minute}
}

// steady is a network on which the server may go away at any moment and come
// back. A request that got no whole answer is sent again as it was. That is
// one act all the same: looking at a page changes nothing, a form carries its
// own id, a call of a program its key, and an upload the hash of its bytes.
type steady struct{ below http.RoundTripper }

// RoundTrip sends the request until it is answered whole, or patience ends.
func (s steady) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
		if r.GetBody == nil {
			return nil, fmt.Errorf("%s %s: the body cannot be sent twice", r.Method, r.URL.Path)
		}
	}
	end := time.Now().Add(steadfast)
	for {
		answer, err := s.once(r)
		if err == nil && !away(answer.StatusCode) {
			return answer, nil
		}
		if time.Now().After(end) {
			return answer, err
		}
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-time.After(knock):
		}
	}
}

// away: a proxy answers in place of a server that is not there, or the server
// says itself that it cannot do anything at the moment, or has no room for it.
func away(status int) bool {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusInsufficientStorage:
		return true
	}
	return false
}

// once sends the request one time and reads its answer to the end.
func (s steady) once(r *http.Request) (*http.Response, error) {
	try := r.Clone(r.Context())
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		try.Body = body
	}
	answer, err := s.below.RoundTrip(try)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(answer.Body)
	if cerr := answer.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(raw))
	answer.Request = r
	return answer, nil
}
