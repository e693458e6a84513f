package faults

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"
)

// wire lies between people and the product, where a line may break at any
// moment. It keeps a ledger of every answer that people really got.
type wire struct {
	s       *service
	portal  *httptest.Server
	objects *httptest.Server

	mu       sync.Mutex
	rng      *rand.Rand
	left     int // kills that are still to come
	fuse     int // unsafe requests until the next of them; 0: it comes by the clock
	acts     []told
	uploaded map[string]string // object key -> SHA-256 of the acknowledged bytes
}

// told is an act that somebody asked for and was answered.
type told struct {
	method, path string
	id           string // of the form or call: repeats have the same
	status       int
}

// between puts a wire between people and the service, which is killed
// kills times.
func between(s *service, seed uint64, kills int) *wire {
	w := &wire{s: s, rng: rand.New(rand.NewPCG(seed, 0)), left: kills, uploaded: map[string]string{}}
	w.portal = httptest.NewServer(w.to(s.inside[0], w.tellAct))
	w.objects = httptest.NewServer(w.to(s.inside[1], w.tellUpload))
	s.public = [2]string{w.portal.Listener.Addr().String(), w.objects.Listener.Addr().String()}
	s.t.Cleanup(func() { w.portal.Close(); w.objects.Close() })
	return w
}

// begin lets the first kill come.
func (w *wire) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next()
}

// next chooses when the next kill comes: at one of the next requests that
// change something, or some time from now, when only the product itself works.
func (w *wire) next() {
	w.fuse = 0
	if w.left == 0 {
		return
	}
	w.left--
	if w.rng.IntN(3) > 0 {
		w.fuse = 1 + w.rng.IntN(25)
		return
	}
	time.AfterFunc(time.Duration(w.rng.Int64N(int64(1200*time.Millisecond))), func() { w.cut() })
}

// cut kills the product, has it started again and chooses the next kill.
func (w *wire) cut() {
	w.s.again()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next()
}

// Moments of a request at which the product is killed.
const (
	never  = iota
	before // the request does not reach it
	during
	after // the answer does not reach whoever asked
)

// moment says what befalls a request.
func (w *wire) moment(r *http.Request) (when int, delay time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Method == http.MethodGet || w.fuse == 0 {
		return never, 0
	}
	if w.fuse--; w.fuse > 0 {
		return never, 0
	}
	return before + w.rng.IntN(3), time.Duration(w.rng.Int64N(int64(12 * time.Millisecond)))
}

// to passes requests on to an address inside, whole or not at all.
func (w *wire) to(address string, tell func(r *http.Request, body []byte, status int)) http.Handler {
	inside := &http.Transport{DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		when, delay := w.moment(r)
		switch when {
		case before:
			w.cut()
			panic(http.ErrAbortHandler)
		case during:
			go func() { time.Sleep(delay); w.cut() }()
		}
		out := r.Clone(r.Context())
		out.URL.Scheme, out.URL.Host, out.RequestURI = "http", address, ""
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		answer, err := inside.RoundTrip(out)
		var raw []byte
		if err == nil {
			raw, err = io.ReadAll(answer.Body)
			answer.Body.Close()
		}
		if when == after {
			w.cut()
		}
		if err != nil || when == after {
			panic(http.ErrAbortHandler) // the line is dead
		}
		for k, v := range answer.Header {
			rw.Header()[k] = v
		}
		rw.WriteHeader(answer.StatusCode)
		if _, err := rw.Write(raw); err == nil && r.Method != http.MethodGet {
			tell(r, body, answer.StatusCode)
		}
	})
}

// tellAct notes that somebody was told how an act ended.
func (w *wire) tellAct(r *http.Request, body []byte, status int) {
	id := r.Header.Get("Idempotency-Key")
	if id == "" {
		form, err := url.ParseQuery(string(body))
		if err == nil {
			id = form.Get("_form")
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acts = append(w.acts, told{r.Method, r.URL.Path, id, status})
}

// tellUpload notes that somebody was told that bytes are stored.
func (w *wire) tellUpload(r *http.Request, body []byte, status int) {
	if status >= 400 && status != http.StatusPreconditionFailed {
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if r.Method == http.MethodPost {
		key, body = posted(r.Header.Get("Content-Type"), body)
	}
	sum := sha256.Sum256(body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uploaded[bucket+"/"+key] = hex.EncodeToString(sum[:])
}

// posted gives key and file of a form that was posted to the object store.
func posted(kind string, body []byte) (key string, file []byte) {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return "", nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := parts.NextPart()
		if err != nil {
			return key, file
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return key, file
		}
		switch p.FormName() {
		case "key":
			key = string(b)
		case "file":
			file = b
		}
	}
}
