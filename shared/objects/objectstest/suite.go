// Package objectstest is what every object store the product runs on must do,
// as tests over real HTTP: the store's own client, plain clients that know
// only what was signed for them, and clients that try what must not work.
package objectstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"hoso/shared/objects"
)

// Target is a store to be tried. Its buckets are versioned; keys made by the
// suite are new in each run.
type Target struct {
	Endpoint  string
	Region    string
	AccessKey string
	SecretKey string
	Inbox     string
	Archive   string
	Origin    string // of the portal, allowed by CORS; "": not tried
}

// Run tries the target.
func Run(t *testing.T, target Target) {
	s := &suite{target: target, unit: randomID()}
	for _, c := range []struct {
		name string
		run  func(*suite, *testing.T)
	}{
		{"browser upload of the declared bytes is stored and carries their hash", (*suite).postStores},
		{"browser upload of anything else is refused and stores nothing", (*suite).postRefuses},
		{"browser upload repeated is another version and leaves the pinned one", (*suite).postRepeats},
		{"program upload of the declared bytes is stored once", (*suite).putStoresOnce},
		{"program upload of anything else is refused and stores nothing", (*suite).putRefuses},
		{"upload cut off leaves no object and can be done again", (*suite).cutOff},
		{"upload key is the server's, and only that", (*suite).keys},
		{"nobody without a signature reads, lists or writes", (*suite).anonymous},
		{"preflight is answered for the portal's origin alone", (*suite).preflight},
		{"two addresses of one key at once: one program upload wins", (*suite).race},
		{"download carries our name and type", (*suite).download},
		{"download is refused when expired, tampered with or too long", (*suite).downloadRefuses},
		{"fact is found by its digest, written once, and checked", (*suite).facts},
		{"archive copy is of the pinned version, whatever came later", (*suite).archiveCopy},
		{"archive key is written once", (*suite).archiveOnce},
		{"what is not there is NotFound", (*suite).missing},
		{"walk visits every key of a prefix, in order", (*suite).walk},
		{"removal takes one version and no other", (*suite).remove},
		{"public address is signed for the public host", (*suite).publicHost},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(s, t) })
	}
}

type suite struct {
	target Target
	unit   string
}

// open gives a store whose signatures start at the real time moved by shift.
func (s *suite) open(t *testing.T, shift time.Duration) *objects.Store {
	t.Helper()
	st, err := objects.Open(objects.Config{
		Endpoint: s.target.Endpoint, Region: s.target.Region,
		Credentials: credentials.NewStaticCredentialsProvider(s.target.AccessKey, s.target.SecretKey, ""),
		Inbox:       s.target.Inbox, Archive: s.target.Archive,
		Now: func() time.Time { return time.Now().Add(shift) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// upload declares n random bytes under a new key.
func (s *suite) upload(t *testing.T, n int) (objects.Upload, []byte) {
	t.Helper()
	key, err := objects.UploadKey(s.unit, "d-1", randomID())
	if err != nil {
		t.Fatal(err)
	}
	data := randomBytes(n)
	return objects.Upload{
		Key: key, Size: int64(n), SHA256: hexSum(data), ContentType: "application/pdf", Life: 10 * time.Minute,
	}, data
}

// stored puts n random bytes into the inbox and gives the pinned version.
func (s *suite) stored(t *testing.T, st *objects.Store, n int) (objects.Info, []byte) {
	t.Helper()
	u, data := s.upload(t, n)
	p, err := st.PresignPut(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if code, body := put(t, p, data); code != http.StatusOK {
		t.Fatalf("put: %d %s", code, body)
	}
	info, err := st.Head(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key})
	if err != nil {
		t.Fatal(err)
	}
	return info, data
}

// versions counts the versions of an inbox key.
func versions(t *testing.T, st *objects.Store, key string) int {
	t.Helper()
	list, err := st.LatestVersions(t.Context(), st.Inbox(), key)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func read(t *testing.T, st *objects.Store, ref objects.Ref) []byte {
	t.Helper()
	r, size, err := st.Open(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || int64(len(b)) != size {
		t.Fatalf("read %d of %d bytes: %v", len(b), size, err)
	}
	return b
}

// form builds the body of a browser upload: fields first, the file last.
func form(fields map[string]string, data []byte) (contentType string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	names := make([]string, 0, len(fields))
	for n := range fields {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		_ = w.WriteField(n, fields[n]) // a bytes.Buffer does not fail
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="file"; filename="x.pdf"`)
	h.Set("Content-Type", "application/pdf")
	p, _ := w.CreatePart(h)
	_, _ = p.Write(data)
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}

// post sends a browser upload and gives status and answer.
func post(t *testing.T, url string, fields map[string]string, data []byte) (int, string) {
	t.Helper()
	contentType, body := form(fields, data)
	return send(t, http.MethodPost, url, map[string]string{"Content-Type": contentType}, body)
}

func put(t *testing.T, p objects.Put, data []byte) (int, string) {
	t.Helper()
	return send(t, http.MethodPut, p.URL, p.Headers, data)
}

// send does one request; a refusal may also end the connection while the body
// is on its way, which counts as status 0.
func send(t *testing.T, method, url string, headers map[string]string, body []byte) (int, string) {
	t.Helper()
	res, err := do(t.Context(), method, url, headers, bytes.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body) // the status is what counts
	return res.StatusCode, string(b)
}

func do(ctx context.Context, method, url string, headers map[string]string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	for n, v := range headers {
		if !strings.EqualFold(n, "Content-Length") {
			r.Header.Set(n, v)
		}
	}
	return http.DefaultClient.Do(r)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func randomID() string { return strings.ToLower(rand.Text()) }

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
