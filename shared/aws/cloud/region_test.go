package cloud

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hoso/shared/fault"
)

func host(t *testing.T, url string) *Host {
	t.Helper()
	env := map[string]string{"AWS_REGION": "ap-southeast-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t", "AWS_ENDPOINT_URL": url}
	w := World{
		LookupEnv: func(n string) (string, bool) { v, ok := env[n]; return v, ok }, Rand: strings.NewReader(strings.Repeat("x", 1000)),
		Now: func() time.Time { return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC) },
	}
	cfg, err := connection(w, "quota")
	if err != nil {
		t.Fatal(err)
	}
	return &Host{World: w, AWS: cfg}
}

// TestAParameterIsAskedForAgain answers with troubles first; the request is
// signed, names its function and asks for the plain text.
func TestAParameterIsAskedForAgain(t *testing.T) {
	key := strings.Repeat("k", 32)
	for name, c := range map[string]struct {
		troubles int
		value    string
		kind     fault.Kind
	}{
		"at once": {0, key, ""}, "after two": {2, key, ""}, "never": {9, key, fault.Transient}, "too short": {0, "abc", fault.Invalid},
	} {
		asked := 0
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			auth := r.Header.Get("Authorization")
			if !strings.Contains(auth, "Credential=k/20260301/ap-southeast-1/ssm/aws4_request") || r.Header.Get("X-Amz-Security-Token") != "t" ||
				string(body) != `{"Name":"/hoso/key","WithDecryption":true}` || r.Header.Get("User-Agent") != "app/hoso-quota" {
				t.Errorf("%s: %s %s %s", name, auth, r.Header.Get("User-Agent"), body)
			}
			if asked++; asked <= c.troubles {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"__type":"ThrottlingException"}`)
				return
			}
			_, _ = fmt.Fprintf(w, `{"Parameter":{"Value":%q}}`, base64.StdEncoding.EncodeToString([]byte(c.value)))
		}))
		got, err := host(t, srv.URL).parameter(context.Background(), "/hoso/key")
		srv.Close()
		if c.kind == "" && (err != nil || string(got) != key) || c.kind != "" && !fault.Is(err, c.kind) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAFunctionWithoutItsRegionSaysSo(t *testing.T) {
	_, err := connection(World{LookupEnv: func(string) (string, bool) { return "", false }}, "quota")
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY") {
		t.Errorf("%v", err)
	}
}
