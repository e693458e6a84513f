package objectstest

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"hoso/shared/objects"
)

func (s *suite) publicHost(t *testing.T) {
	st, err := objects.Open(objects.Config{
		Endpoint: s.target.Endpoint, PublicEndpoint: "https://kho.example.vn", Region: s.target.Region,
		Credentials: credentials.NewStaticCredentialsProvider(s.target.AccessKey, s.target.SecretKey, ""),
		Inbox:       s.target.Inbox, Archive: s.target.Archive, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	u, data := s.upload(t, 100)
	p, err := st.PresignPut(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	f, err := st.PresignPost(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(p.URL, "https://kho.example.vn/") || !strings.HasPrefix(f.URL, "https://kho.example.vn/") {
		t.Fatalf("signed for %s and %s", p.URL, f.URL)
	}
	// What a proxy does: the public host in the Host header, the store's own address behind it.
	direct, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(s.target.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	direct.Scheme, direct.Host = target.Scheme, target.Host
	for _, c := range []struct {
		host string
		code int
	}{{target.Host, http.StatusForbidden}, {"kho.example.vn", http.StatusOK}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, direct.String(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for n, v := range p.Headers {
			r.Header.Set(n, v)
		}
		r.Host = c.host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.code {
			t.Errorf("with host %s: %d, want %d", c.host, res.StatusCode, c.code)
		}
	}
}
