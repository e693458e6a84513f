package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// recorder stands between the functions and the stand-in and notes which
// right each request needs.
type recorder struct {
	next http.Handler
	mu   sync.Mutex
	used map[string]map[string]int // function, action, times
}

func newRecorder(target *url.URL) *recorder {
	return &recorder{next: httputil.NewSingleHostReverseProxy(target), used: map[string]map[string]int{}}
}

var (
	appName = regexp.MustCompile(`app/hoso-([a-z]+)`)
	scope   = regexp.MustCompile(`Credential=[^/]+/[0-9]+/[^/]+/([a-z0-9-]+)/aws4_request`)
)

func (rec *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	app, service := appName.FindStringSubmatch(r.Header.Get("User-Agent")), scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if app != nil && service != nil {
		for _, action := range actions(service[1], r) {
			rec.note(app[1], action)
		}
	}
	if r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		rec.form(w, r)
		return
	}
	if r.Header.Get("X-Amz-Copy-Source") != "" {
		// The stand-in takes the sum of a copy under the name it has for uploads.
		r.Header.Set("X-Amz-Sdk-Checksum-Algorithm", r.Header.Get("X-Amz-Checksum-Algorithm"))
	}
	rec.next.ServeHTTP(w, r)
}

// form takes a browser's form for an object. The stand-in keeps no checksum
// that comes as a field of a form, as S3 does: the form goes on as the PUT
// that says the same, whose checksum it compares and keeps.
// A form without one goes on as it is.
func (rec *recorder) form(w http.ResponseWriter, r *http.Request) {
	whole, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(whole))
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
	rec.next.ServeHTTP(&status{w}, put)
}

// status answers a form as S3 does: 204 where a PUT is 200.
type status struct{ http.ResponseWriter }

// WriteHeader writes the status.
func (s *status) WriteHeader(code int) {
	if code == http.StatusOK {
		s.Header().Del("Content-Length")
		code = http.StatusNoContent
	}
	s.ResponseWriter.WriteHeader(code)
}

func (rec *recorder) note(function, action string) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.used[function] == nil {
		rec.used[function] = map[string]int{}
	}
	rec.used[function][action]++
}

// actions gives the rights that a request needs.
func actions(service string, r *http.Request) []string {
	target := r.Header.Get("X-Amz-Target")
	op := target[strings.LastIndex(target, ".")+1:]
	switch service {
	case "dynamodb":
		return tableActions(op, r)
	case "states":
		return []string{"states:" + op}
	case "ssm":
		return []string{"ssm:" + op}
	case "s3":
		return objectActions(r)
	case "ses":
		return []string{"ses:SendEmail"}
	}
	return []string{service + ":?"}
}

// tableActions takes transactions apart: rights are those of their legs.
func tableActions(op string, r *http.Request) []string {
	switch op {
	case "TransactGetItems":
		return []string{"dynamodb:GetItem"}
	case "TransactWriteItems":
	default:
		return []string{"dynamodb:" + op}
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in struct{ TransactItems []map[string]json.RawMessage }
	if err != nil || json.Unmarshal(body, &in) != nil {
		return []string{"dynamodb:?"}
	}
	var out []string
	for _, item := range in.TransactItems {
		for leg := range item {
			a := "dynamodb:" + leg + "Item"
			if leg == "ConditionCheck" {
				a = "dynamodb:ConditionCheckItem"
			}
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func objectActions(r *http.Request) []string {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	q := r.URL.Query()
	get := "s3:GetObject"
	if q.Has("versionId") {
		get = "s3:GetObjectVersion"
	}
	switch {
	case key == "" && q.Has("versions"):
		return []string{"s3:ListBucketVersions"}
	case key == "":
		return []string{"s3:ListBucket"}
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") != "":
		return []string{"s3:PutObject", "s3:GetObjectVersion"}
	case r.Method == http.MethodPut:
		return []string{"s3:PutObject"}
	}
	return []string{get}
}

// rights compares what was asked with what each role allows.
func (s *stage) rights() error {
	dir, err := os.MkdirTemp("", "policies-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if out, err := exec.Command(filepath.Join(s.root, ".tools/sam/bin/python"), filepath.Join(s.root, "infra/aws/policies.py"), filepath.Join(s.root, "template.yaml"), dir).CombinedOutput(); err != nil {
		return fmt.Errorf("policies: %w: %s", err, out)
	}
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	var missing []string
	for function, used := range s.recorder.used {
		text, err := os.ReadFile(filepath.Join(dir, strings.ToUpper(function[:1])+function[1:]+"Role.json"))
		if err != nil {
			return err
		}
		var policy struct{ Statement []struct{ Action any } }
		if err := json.Unmarshal(text, &policy); err != nil {
			return err
		}
		var granted, idle []string
		for _, st := range policy.Statement {
			if list, ok := st.Action.([]any); ok {
				for _, a := range list {
					granted = append(granted, fmt.Sprint(a))
				}
			} else {
				granted = append(granted, fmt.Sprint(st.Action))
			}
		}
		for action := range used {
			if !slices.Contains(granted, action) {
				missing = append(missing, function+": "+action)
			}
		}
		for _, g := range slices.Compact(slices.Sorted(slices.Values(granted))) {
			if used[g] == 0 && !strings.HasPrefix(g, "logs:") {
				idle = append(idle, g)
			}
		}
		say("%-10s used %d rights; not used: %s", function, len(used), strings.Join(idle, " "))
	}
	total := map[string]int{}
	for _, used := range s.recorder.used {
		for action, n := range used {
			total[action] += n
		}
	}
	for _, action := range slices.Sorted(maps.Keys(total)) {
		say("asked %6d × %s", total[action], action)
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return fmt.Errorf("rights that roles lack: %s", strings.Join(missing, ", "))
	}
	return nil
}
