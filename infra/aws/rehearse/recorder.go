package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// recorder stands between whoever asks AWS for something and the stand-in. It
// notes each call of each function, and can make the world worse: requests
// that fail, conditions that are not there.
type recorder struct {
	next http.Handler

	mu     sync.Mutex
	calls  map[string]map[call]int // by function
	ways   map[way]int             // conditions that were seen
	ill    map[string]int          // requests that were made to fail, by service
	share  float64                 // of requests that fail
	deaths float64                 // of requests whose function is killed
	killed int
	chance *rand.Rand
	drop   map[way]bool // conditions that are taken out
	poison string       // requests of dispatch that speak of it fail
}

func newRecorder(target *url.URL, seed uint64) *recorder {
	return &recorder{
		next: httputil.NewSingleHostReverseProxy(target), calls: map[string]map[call]int{}, ways: map[way]int{}, ill: map[string]int{},
		chance: rand.New(rand.NewPCG(seed, 2)),
	}
}

var (
	appName = regexp.MustCompile(`app/hoso-([a-z]+)`)
	scope   = regexp.MustCompile(`Credential=[^/]+/[0-9]+/[^/]+/([a-z0-9-]+)/aws4_request`)
)

// asker tells which function asks which service. An address that was signed
// before, or a form, is used by somebody else: the right is the signer's, and
// only the portal signs.
func asker(r *http.Request) (function, service string) {
	app, of := appName.FindStringSubmatch(r.Header.Get("User-Agent")), scope.FindStringSubmatch(r.Header.Get("Authorization"))
	switch {
	case app != nil && of != nil:
		return app[1], of[1]
	case r.URL.Query().Has("X-Amz-Signature") || isForm(r):
		return "web", "s3"
	}
	return "", ""
}

func isForm(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

func (rec *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	function, service := asker(r)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if service == "dynamodb" {
		body = rec.conditions(r, body)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	seen := &answer{ResponseWriter: w}
	defer func() {
		if function != "" {
			rec.note(function, calls(service, r, body, seen.status))
		}
	}()
	ours := appName.MatchString(r.Header.Get("User-Agent"))
	if ours && rec.kills(r) {
		panic(http.ErrAbortHandler)
	}
	if ours && rec.fails(seen, service, r, body) {
		return
	}
	if isForm(r) {
		rec.form(seen, r, body)
		return
	}
	if r.Header.Get("X-Amz-Copy-Source") != "" {
		// The stand-in takes the sum of a copy under the name it has for uploads.
		r.Header.Set("X-Amz-Sdk-Checksum-Algorithm", r.Header.Get("X-Amz-Checksum-Algorithm"))
	}
	rec.next.ServeHTTP(seen, r)
}

// form takes a browser's form for an object. The stand-in keeps no checksum
// that comes as a field of a form, as S3 does: the form goes on as the PUT
// that says the same, whose checksum it compares and keeps.
// A form without one goes on as it is.
func (rec *recorder) form(w http.ResponseWriter, r *http.Request, whole []byte) {
	if err := r.ParseMultipartForm(64 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	sum := r.FormValue("x-amz-checksum-sha256")
	file, _, err := r.FormFile("file")
	if sum == "" || err != nil {
		r.Body = io.NopCloser(bytes.NewReader(whole))
		rec.next.ServeHTTP(w, r)
		return
	}
	defer func() { _ = file.Close() }()
	body, err := io.ReadAll(file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	put := r.Clone(r.Context())
	put.Method, put.Body, put.ContentLength = http.MethodPut, io.NopCloser(bytes.NewReader(body)), int64(len(body))
	put.URL.Path, put.URL.RawPath = strings.TrimSuffix(r.URL.Path, "/")+"/"+r.FormValue("key"), ""
	put.Header = http.Header{"Content-Type": {r.FormValue("Content-Type")}, "X-Amz-Checksum-Sha256": {sum}}
	rec.next.ServeHTTP(&noContent{w}, put)
}

// noContent answers a form as S3 does: 204 where a PUT is 200.
type noContent struct{ http.ResponseWriter }

// WriteHeader writes the status.
func (s *noContent) WriteHeader(code int) {
	if code == http.StatusOK {
		s.Header().Del("Content-Length")
		code = http.StatusNoContent
	}
	s.ResponseWriter.WriteHeader(code)
}

// answer remembers the status of an answer.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader writes the status.
func (a *answer) WriteHeader(code int) {
	if a.status == 0 {
		a.status = code
	}
	a.ResponseWriter.WriteHeader(code)
}

// Write writes; without a status before it is 200.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

func (rec *recorder) note(function string, list []call) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.calls[function] == nil {
		rec.calls[function] = map[call]int{}
	}
	for _, c := range list {
		rec.calls[function][c]++
	}
}
