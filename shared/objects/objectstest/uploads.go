package objectstest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/objects"
)

func (s *suite) postStores(t *testing.T) {
	st := s.open(t, 0)
	for _, n := range []int{1, 5000, 3 << 20} {
		u, data := s.upload(t, n)
		f, err := st.PresignPost(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		if code, body := post(t, f.URL, f.Fields, data); code != http.StatusNoContent {
			t.Fatalf("%d bytes: %d %s", n, code, body)
		}
		info, err := st.Head(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key})
		if err != nil {
			t.Fatal(err)
		}
		if info.Size != u.Size || info.SHA256 != u.SHA256 || info.ContentType != u.ContentType || info.Version == "" {
			t.Fatalf("stored as %+v, declared %+v", info, u)
		}
		if age := time.Since(info.Modified); age < -time.Minute || age > time.Minute {
			t.Errorf("stored %s ago", age)
		}
		if !bytes.Equal(read(t, st, info.Ref), data) {
			t.Fatalf("%d bytes came back changed", n)
		}
	}
}

func (s *suite) postRefuses(t *testing.T) {
	st, late, early := s.open(t, 0), s.open(t, -20*time.Minute), s.open(t, -2*time.Hour)
	other := s.open(t, 0)
	otherTarget := *s
	otherTarget.target.SecretKey += "x"
	forger := otherTarget.open(t, 0)
	with := func(f map[string]string, changes ...string) map[string]string {
		f = maps.Clone(f)
		for i := 0; i < len(changes); i += 2 {
			if changes[i+1] == "" {
				delete(f, changes[i])
			} else {
				f[changes[i]] = changes[i+1]
			}
		}
		return f
	}
	flipped := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 1
		return b
	}
	for name, c := range map[string]struct {
		signer *objects.Store
		send   func(u objects.Upload, f objects.Form, data []byte) (fields map[string]string, body []byte)
		codes  []int
	}{
		"one byte changed": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return f.Fields, flipped(d)
		}, []int{400}},
		"one byte more": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return f.Fields, append(bytes.Clone(d), 0)
		}, []int{400}},
		"one byte less": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return f.Fields, d[:len(d)-1]
		}, []int{400}},
		"nothing": {st, func(_ objects.Upload, f objects.Form, _ []byte) (map[string]string, []byte) { return f.Fields, nil }, []int{400}},
		"a thousand times the size": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return f.Fields, bytes.Repeat(d, 1000)
		}, []int{400, 0}},
		"another key": {st, func(u objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "key", u.Key+"2"), d
		}, []int{403}},
		"another type": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "Content-Type", "text/html"), d
		}, []int{403}},
		"no type": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "Content-Type", ""), d
		}, []int{403}},
		"another hash, and bytes to match it": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			d = flipped(d)
			return with(f.Fields, "x-amz-checksum-sha256", base64Sum(d)), d
		}, []int{403}},
		"no hash": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "x-amz-checksum-sha256", "", "x-amz-checksum-algorithm", ""), flipped(d)
		}, []int{403}},
		"a field nobody signed": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "x-amz-meta-note", "hello"), d
		}, []int{403}},
		"a redirect nobody signed": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "success_action_redirect", "https://example.com/"), d
		}, []int{403}},
		"a policy that allows more": {st, func(u objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "policy", widened(t, f.Fields["policy"])), append(bytes.Clone(d), 0)
		}, []int{403}},
		"a signature of another policy": {st, func(u objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			u2, _ := s.upload(t, 10)
			f2, err := other.PresignPost(t.Context(), u2)
			if err != nil {
				t.Fatal(err)
			}
			return with(f.Fields, "X-Amz-Signature", f2.Fields["X-Amz-Signature"]), d
		}, []int{403}},
		"no signature": {st, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) {
			return with(f.Fields, "X-Amz-Signature", ""), d
		}, []int{403, 400}},
		"a signature of another secret": {forger, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) { return f.Fields, d }, []int{403}},
		"a policy that has expired":     {late, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) { return f.Fields, d }, []int{403}},
		"a policy of two hours ago":     {early, func(_ objects.Upload, f objects.Form, d []byte) (map[string]string, []byte) { return f.Fields, d }, []int{403}},
	} {
		t.Run(name, func(t *testing.T) {
			u, data := s.upload(t, 3000)
			f, err := c.signer.PresignPost(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			fields, body := c.send(u, f, data)
			code, answer := post(t, f.URL, fields, body)
			if !contains(c.codes, code) {
				t.Errorf("answered %d, want %v: %s", code, c.codes, answer)
			}
			if code != 0 && !strings.Contains(answer, sizeCode[name]) {
				t.Errorf("answered %s, want %s", answer, sizeCode[name])
			}
			if n := versions(t, st, u.Key) + versions(t, st, u.Key+"2"); n != 0 {
				t.Errorf("%d versions were stored", n)
			}
		})
	}
}

// sizeCode is S3's own code for uploads refused for their size, before their
// bytes are looked at.
var sizeCode = map[string]string{
	"one byte more":             "<Code>EntityTooLarge</Code>",
	"one byte less":             "<Code>EntityTooSmall</Code>",
	"nothing":                   "<Code>EntityTooSmall</Code>",
	"a thousand times the size": "<Code>EntityTooLarge</Code>",
}

func (s *suite) postRepeats(t *testing.T) {
	st := s.open(t, 0)
	u, data := s.upload(t, 2000)
	f, err := st.PresignPost(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	var pinned objects.Info
	for i := range 3 {
		if code, body := post(t, f.URL, f.Fields, data); code != http.StatusNoContent {
			t.Fatalf("post %d: %d %s", i, code, body)
		}
		if i == 0 {
			if pinned, err = st.Head(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key}); err != nil {
				t.Fatal(err)
			}
		}
	}
	neighbour := u // a key that only starts with this one
	neighbour.Key += "x"
	if p, err := st.PresignPut(t.Context(), neighbour); err != nil {
		t.Fatal(err)
	} else if code, body := put(t, p, data); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	list, err := st.LatestVersions(t.Context(), st.Inbox(), u.Key)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d versions: %v", len(list), err)
	}
	if first := list[2]; first.Version != pinned.Version || first.Size != u.Size {
		t.Errorf("first version is listed as %+v, pinned was %+v", first, pinned)
	}
	again, err := st.Head(t.Context(), pinned.Ref)
	if err != nil || again != pinned {
		t.Fatalf("pinned version is now %+v (%v), was %+v", again, err, pinned)
	}
	if !bytes.Equal(read(t, st, pinned.Ref), data) {
		t.Error("pinned version reads differently")
	}
}

func (s *suite) putStoresOnce(t *testing.T) {
	st := s.open(t, 0)
	u, data := s.upload(t, 100_000)
	p, err := st.PresignPut(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Content-Type", "If-None-Match", "X-Amz-Checksum-Sha256"} {
		if p.Headers[name] == "" {
			t.Errorf("%s is not among the headers to send: %v", name, p.Headers)
		}
	}
	if code, body := put(t, p, data); code != http.StatusOK {
		t.Fatalf("first: %d %s", code, body)
	}
	if code, body := put(t, p, data); code != http.StatusPreconditionFailed {
		t.Errorf("second: %d %s", code, body)
	}
	info, err := st.Head(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key})
	if err != nil || info.SHA256 != u.SHA256 || info.Size != u.Size || info.ContentType != u.ContentType {
		t.Fatalf("stored as %+v: %v", info, err)
	}
	if n := versions(t, st, u.Key); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func (s *suite) putRefuses(t *testing.T) {
	st, late := s.open(t, 0), s.open(t, -20*time.Minute)
	without := func(p objects.Put, name string) objects.Put {
		p.Headers = maps.Clone(p.Headers)
		for n := range p.Headers {
			if strings.EqualFold(n, name) {
				delete(p.Headers, n)
			}
		}
		return p
	}
	moved := func(p objects.Put, from, to string) objects.Put {
		p.URL = strings.Replace(p.URL, from, to, 1)
		return p
	}
	for name, c := range map[string]struct {
		signer *objects.Store
		method string
		change func(u objects.Upload, p objects.Put, data []byte) (objects.Put, []byte)
		codes  []int
	}{
		"one byte changed": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			d = bytes.Clone(d)
			d[7] ^= 1
			return p, d
		}, []int{400}},
		"one byte more": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return p, append(bytes.Clone(d), 0)
		}, []int{403}},
		"one byte less": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) { return p, d[1:] }, []int{403}},
		"overwrite allowed": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return without(p, "If-None-Match"), d
		}, []int{403}},
		"hash left out": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return without(p, "X-Amz-Checksum-Sha256"), d
		}, []int{403}},
		"type left out": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return without(p, "Content-Type"), d
		}, []int{403}},
		"another key": {st, "PUT", func(u objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return moved(p, u.Key, u.Key+"2"), d
		}, []int{403}},
		"longer life": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			return moved(p, "X-Amz-Expires=600", "X-Amz-Expires=3600"), d
		}, []int{403}},
		"expired":        {late, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) { return p, d }, []int{403}},
		"read instead":   {st, "GET", func(_ objects.Upload, p objects.Put, _ []byte) (objects.Put, []byte) { return p, nil }, []int{403}},
		"delete instead": {st, "DELETE", func(_ objects.Upload, p objects.Put, _ []byte) (objects.Put, []byte) { return p, nil }, []int{403}},
		"signature cut away": {st, "PUT", func(_ objects.Upload, p objects.Put, d []byte) (objects.Put, []byte) {
			p.URL, _, _ = strings.Cut(p.URL, "?")
			return p, d
		}, []int{403}},
	} {
		t.Run(name, func(t *testing.T) {
			u, data := s.upload(t, 3000)
			p, err := c.signer.PresignPut(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			p, data = c.change(u, p, data)
			if code, answer := send(t, c.method, p.URL, p.Headers, data); !contains(c.codes, code) {
				t.Errorf("answered %d, want %v: %s", code, c.codes, answer)
			}
			if n := versions(t, st, u.Key) + versions(t, st, u.Key+"2"); n != 0 {
				t.Errorf("%d versions were stored", n)
			}
		})
	}
}

func (s *suite) race(t *testing.T) {
	st := s.open(t, 0)
	u, data := s.upload(t, 50_000)
	p, err := st.PresignPut(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]int, 8)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() { codes[i], _ = put(t, p, data) })
	}
	wg.Wait()
	won := 0
	for _, c := range codes {
		switch c {
		case http.StatusOK:
			won++
		case http.StatusPreconditionFailed, http.StatusConflict:
		default:
			t.Errorf("answered %d", c)
		}
	}
	if n := versions(t, st, u.Key); won != 1 || n != 1 {
		t.Errorf("%d won, %d versions", won, n)
	}
}

func (s *suite) keys(t *testing.T) {
	st := s.open(t, 0)
	for _, id := range []string{"", ".", "..", "../x", "a/b", `a\b`, "%2e%2e", "a b", "é", "a\x00", strings.Repeat("a", 65), ".hidden"} {
		if _, err := objects.UploadKey(s.unit, "d-1", id); !fault.Is(err, fault.Invalid) {
			t.Errorf("id %q: %v", id, err)
		}
		u, _ := s.upload(t, 10)
		u.Key = "incoming/" + s.unit + "/d-1/" + id
		if _, err := st.PresignPost(t.Context(), u); !fault.Is(err, fault.Invalid) {
			t.Errorf("form for key %q: %v", u.Key, err)
		}
		if _, err := st.PresignPut(t.Context(), u); !fault.Is(err, fault.Invalid) {
			t.Errorf("address for key %q: %v", u.Key, err)
		}
	}
	key, err := objects.UploadKey("u-1", "d_2", "X3")
	unit, dossier, document, ok := objects.ParseUploadKey(key)
	if err != nil || !ok || unit != "u-1" || dossier != "d_2" || document != "X3" {
		t.Errorf("%q reads as %q %q %q: %v", key, unit, dossier, document, err)
	}
}

// widened gives a policy with a larger length range, not signed.
func widened(t *testing.T, policy string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(policy)
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Conditions []any  `json:"conditions"`
		Expiration string `json:"expiration"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Conditions {
		if l, ok := c.([]any); ok && l[0] == "content-length-range" {
			l[2] = 1 << 30
		}
	}
	raw, err = json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}
