package objectstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/fault"
	"hoso/shared/objects"
)

func (s *suite) anonymous(t *testing.T) {
	st := s.open(t, 0)
	info, data := s.stored(t, st, 1000)
	base := s.target.Endpoint + "/" + s.target.Inbox
	for _, c := range []struct{ method, url string }{
		{"GET", base + "/" + info.Key},
		{"GET", base + "/" + info.Key + "?versionId=" + info.Version},
		{"HEAD", base + "/" + info.Key},
		{"GET", base},
		{"GET", base + "?list-type=2&prefix=incoming/"},
		{"GET", base + "?versions"},
		{"GET", s.target.Endpoint + "/"},
		{"GET", s.target.Endpoint + "/" + s.target.Archive + "?list-type=2"},
		{"PUT", base + "/" + info.Key + "-x"},
		{"DELETE", base + "/" + info.Key + "?versionId=" + info.Version},
		{"POST", base + "?delete"},
		{"PUT", base + "?policy"},
	} {
		if code, body := send(t, c.method, c.url, nil, nil); code != http.StatusForbidden {
			t.Errorf("%s %s: %d %s", c.method, c.url, code, body)
		}
	}
	if code, body := post(t, base, map[string]string{"key": info.Key + "-y"}, data); code != http.StatusForbidden {
		t.Errorf("form without a signature: %d %s", code, body)
	}
	// A guessed key and a taken one look alike.
	if code, _ := send(t, "GET", base+"/incoming/a/b/c", nil, nil); code != http.StatusForbidden {
		t.Errorf("guessed key: %d", code)
	}
}

func (s *suite) preflight(t *testing.T) {
	if s.target.Origin == "" {
		t.Skip("the target names no origin")
	}
	ask := func(origin, method string) (int, string) {
		res, err := do(t.Context(), "OPTIONS", s.target.Endpoint+"/"+s.target.Inbox+"/k", map[string]string{
			"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type,x-amz-checksum-sha256",
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode, res.Header.Get("Access-Control-Allow-Origin")
	}
	for _, method := range []string{"POST", "PUT", "GET"} {
		if code, allowed := ask(s.target.Origin, method); code != http.StatusOK || allowed != s.target.Origin {
			t.Errorf("%s from the portal: %d, allowed %q", method, code, allowed)
		}
	}
	for _, origin := range []string{"https://evil.example", "null", s.target.Origin + ".evil.example", strings.Replace(s.target.Origin, "https", "http", 1)} {
		if code, allowed := ask(origin, "POST"); code < 400 || allowed != "" {
			t.Errorf("from %s: %d, allowed %q", origin, code, allowed)
		}
	}
	if code, allowed := ask(s.target.Origin, "DELETE"); code < 400 || allowed != "" {
		t.Errorf("DELETE from the portal: %d, allowed %q", code, allowed)
	}
}

func (s *suite) download(t *testing.T) {
	st := s.open(t, 0)
	info, data := s.stored(t, st, 5000)
	for _, c := range []struct {
		d                 objects.Download
		kind, name, ctype string
	}{
		{objects.Download{Name: "Tờ trình đề nghị khen thưởng.pdf", ContentType: "application/pdf"}, "attachment", "Tờ trình đề nghị khen thưởng.pdf", "application/pdf"},
		{objects.Download{Name: "a.pdf", ContentType: "application/pdf", Inline: true}, "inline", "a.pdf", "application/pdf"},
		{objects.Download{Name: "x.html", ContentType: "text/html", Inline: true}, "attachment", "x.html", "text/html"},
		{objects.Download{Name: "a\r\nSet-Cookie: b=c\".pdf", ContentType: "application/pdf"}, "attachment", `aSet-Cookie: b=c".pdf`, "application/pdf"},
		{objects.Download{Name: "../../etc/passwd"}, "attachment", "_.._etc_passwd", "application/octet-stream"},
		{objects.Download{Name: "\u202efdp.exe"}, "attachment", "fdp.exe", "application/octet-stream"},
	} {
		c.d.Life = time.Minute
		address, err := st.PresignGet(t.Context(), info.Ref, c.d)
		if err != nil {
			t.Fatal(err)
		}
		res, err := do(t.Context(), "GET", address, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body) // compared below
		res.Body.Close()
		kind, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		if res.StatusCode != http.StatusOK || err != nil || kind != c.kind || params["filename"] != c.name || res.Header.Get("Content-Type") != c.ctype {
			t.Errorf("%q: %d, %q, %q (%v)", c.d.Name, res.StatusCode, res.Header.Get("Content-Disposition"), res.Header.Get("Content-Type"), err)
		}
		if res.Header.Get("Set-Cookie") != "" {
			t.Errorf("%q made a header", c.d.Name)
		}
		if !bytes.Equal(body, data) {
			t.Errorf("%q: %d bytes came", c.d.Name, len(body))
		}
	}
}

func (s *suite) downloadRefuses(t *testing.T) {
	st, late := s.open(t, 0), s.open(t, -5*time.Minute)
	info, _ := s.stored(t, st, 100)
	other, _ := s.stored(t, st, 100)
	d := objects.Download{Name: "a.pdf", ContentType: "application/pdf", Life: time.Minute}
	good, err := st.PresignGet(t.Context(), info.Ref, d)
	if err != nil {
		t.Fatal(err)
	}
	old, err := late.PresignGet(t.Context(), info.Ref, d)
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"expired":         old,
		"another key":     strings.Replace(good, info.Key, other.Key, 1),
		"another version": strings.Replace(good, info.Version, other.Version, 1),
		"another type":    strings.Replace(good, "application%2Fpdf", "text%2Fhtml", 1),
		"longer life":     strings.Replace(good, "X-Amz-Expires=60", "X-Amz-Expires=3600", 1),
	} {
		if address == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if code, body := send(t, "GET", address, nil, nil); code != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if code, _ := send(t, "DELETE", good, nil, nil); code != http.StatusForbidden {
		t.Errorf("delete with an address to read: %d", code)
	}
	d.Life = 2 * objects.MaxSigned
	if _, err := st.PresignGet(t.Context(), info.Ref, d); !fault.Is(err, fault.Invalid) {
		t.Errorf("two hours: %v", err)
	}
}

func (s *suite) facts(t *testing.T) {
	st := s.open(t, 0)
	for _, n := range []int{0, 1, 70_000} {
		fact := randomBytes(n)
		want := hexSum(fact)
		for range 2 {
			got, err := st.PutDigest(t.Context(), fact)
			if err != nil || got != want {
				t.Fatalf("%d bytes: %s, %v", n, got, err)
			}
		}
		back, err := st.GetDigest(t.Context(), want)
		if err != nil || !bytes.Equal(back, fact) {
			t.Fatalf("%d bytes came back as %d: %v", n, len(back), err)
		}
		if list, err := st.LatestVersions(t.Context(), st.Data(), objects.DigestKey(want)); err != nil || len(list) != 1 {
			t.Errorf("%d versions: %v", len(list), err)
		}
	}
	if _, err := st.GetDigest(t.Context(), hexSum(randomBytes(8))); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown digest: %v", err)
	}
	if _, err := st.GetDigest(t.Context(), "../../etc/passwd"); !fault.Is(err, fault.Invalid) {
		t.Errorf("not a digest: %v", err)
	}
}

func (s *suite) archiveCopy(t *testing.T) {
	st := s.open(t, 0)
	u, data := s.upload(t, 200_000)
	f, err := st.PresignPost(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if code, body := post(t, f.URL, f.Fields, data); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, body)
	}
	pinned, err := st.Head(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key})
	if err != nil {
		t.Fatal(err)
	}
	later := randomBytes(len(data)) // a later version, declared anew
	u.SHA256 = hexSum(later)
	if f, err = st.PresignPost(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if code, body := post(t, f.URL, f.Fields, later); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, body)
	}
	key := "dossiers/" + randomID() + "/1/tờ trình+1.pdf"
	first, err := st.Copy(t.Context(), pinned.Ref, key, pinned.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if first.Bucket != s.target.Archive || first.Version == "" || !bytes.Equal(read(t, st, first), data) {
		t.Fatalf("copied to %+v", first)
	}
	again, err := st.Copy(t.Context(), pinned.Ref, key, pinned.SHA256)
	if err != nil || again != first {
		t.Errorf("again: %+v, %v", again, err)
	}
	other, _ := s.stored(t, st, 200_000)
	if _, err := st.Copy(t.Context(), other.Ref, key, other.SHA256); !fault.Is(err, fault.Conflict) {
		t.Errorf("another object to the same key: %v", err)
	}
	if _, err := st.Copy(t.Context(), other.Ref, key+"2", pinned.SHA256); !fault.Is(err, fault.Conflict) {
		t.Errorf("copy that is not of the pinned hash: %v", err)
	}
	if _, err := st.Copy(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key, Version: other.Version}, key+"3", pinned.SHA256); !fault.Is(err, fault.NotFound) {
		t.Errorf("version of another key: %v", err)
	}
}

func (s *suite) archiveOnce(t *testing.T) {
	st := s.open(t, 0)
	key, data := "packages/"+randomID()+".zip", randomBytes(300_000)
	stream := func(b []byte) io.Reader { return io.MultiReader(bytes.NewReader(b)) } // cannot be rewound
	first, err := st.PutArchive(t.Context(), key, "application/zip", int64(len(data)), hexSum(data), stream(data))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, st, first), data) {
		t.Fatal("reads differently")
	}
	again, err := st.PutArchive(t.Context(), key, "application/zip", int64(len(data)), hexSum(data), stream(data))
	if err != nil || again != first {
		t.Errorf("again: %+v, %v; first %+v", again, err, first)
	}
	other := randomBytes(300_000)
	if _, err := st.PutArchive(t.Context(), key, "application/zip", int64(len(other)), hexSum(other), stream(other)); !fault.Is(err, fault.Conflict) {
		t.Errorf("other bytes: %v", err)
	}
	if _, err := st.PutArchive(t.Context(), key+"2", "application/zip", int64(len(other)), hexSum(data), stream(other)); err == nil {
		t.Error("bytes of another hash were taken")
	}
	if _, err := st.Head(t.Context(), objects.Ref{Bucket: s.target.Archive, Key: key + "2"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("after bytes of another hash: %v", err)
	}
}

func (s *suite) missing(t *testing.T) {
	st := s.open(t, 0)
	info, _ := s.stored(t, st, 10)
	for _, ref := range []objects.Ref{
		{Bucket: st.Inbox(), Key: "incoming/a/b/" + randomID()},
		{Bucket: st.Inbox(), Key: info.Key, Version: "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		{Bucket: "no-such-bucket-of-ours", Key: "k"},
	} {
		if _, err := st.Head(t.Context(), ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("head %+v: %v", ref, err)
		}
		if _, _, err := st.Open(t.Context(), ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("open %+v: %v", ref, err)
		}
	}
	if list, err := st.LatestVersions(t.Context(), st.Inbox(), "incoming/a/b/"+randomID()); err != nil || len(list) != 0 {
		t.Errorf("versions: %v, %v", list, err)
	}
	if err := st.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func (s *suite) walk(t *testing.T) {
	st := s.open(t, 0)
	var want []string
	for range 5 {
		info, _ := s.stored(t, st, 10)
		want = append(want, info.Key)
	}
	slices.Sort(want)
	var got []string
	collect := func(i objects.Info) error {
		if slices.Contains(want, i.Key) {
			got = append(got, i.Key)
		}
		return nil
	}
	if err := st.Walk(t.Context(), st.Inbox(), objects.DossierPrefix(s.unit, "d-1"), collect); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("walked %v, want %v", got, want)
	}
	n := 0
	err := st.Walk(t.Context(), st.Inbox(), objects.DossierPrefix(s.unit, "d-1"), func(objects.Info) error { n++; return objects.ErrStop })
	if err != nil || n != 1 {
		t.Errorf("stopped after %d: %v", n, err)
	}
}

func (s *suite) remove(t *testing.T) {
	st := s.open(t, 0)
	u, data := s.upload(t, 1000)
	f, err := st.PresignPost(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if code, body := post(t, f.URL, f.Fields, data); code != http.StatusNoContent {
			t.Fatalf("%d %s", code, body)
		}
	}
	list, err := st.LatestVersions(t.Context(), st.Inbox(), u.Key)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d versions: %v", len(list), err)
	}
	if err := st.Remove(t.Context(), objects.Ref{Bucket: st.Inbox(), Key: u.Key}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a version: %v", err)
	}
	for i, v := range list { // the current one first, so that older ones move up
		if err := st.Remove(t.Context(), v.Ref); err != nil {
			t.Fatal(err)
		}
		if _, err := st.Head(t.Context(), v.Ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("removed version: %v", err)
		}
		for _, rest := range list[i+1:] {
			if !bytes.Equal(read(t, st, rest.Ref), data) {
				t.Errorf("version %s reads differently", rest.Version)
			}
			if h, err := st.Head(t.Context(), rest.Ref); err != nil || h.SHA256 != u.SHA256 {
				t.Errorf("version %s: %+v, %v", rest.Version, h, err)
			}
		}
	}
}

func base64Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func contains(list []int, n int) bool { return slices.Contains(list, n) }
