package house

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"hoso/shared/access"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/submission"
)

// program is a unit's program on the public interface, with a dossier open.
type program struct {
	*play
	sub   people.Actor
	root  string
	id    string
	calls int
	token string
}

// newProgram opens a house with a round, serves it, and opens a dossier.
func newProgram(t *testing.T) *program {
	t.Helper()
	p := &program{play: newPlayAs(t, nil)}
	site := httptest.NewServer(p.h.handler())
	t.Cleanup(site.Close)
	p.root = site.URL
	unit(t, p.h, "u", "Đơn vị")
	p.sub = person(t, p.h, "Cán bộ", "u", people.Submitter)
	p.dossier()
	return p
}

// dossier opens another dossier and uses it from now on.
func (p *program) dossier() {
	p.t.Helper()
	var err error
	if p.id, err = p.h.rooms.submission.Open(context.Background(), "open/"+newID(), p.sub, submission.Opening{Round: theRound}); err != nil {
		p.t.Fatal(err)
	}
	p.ids = append(p.ids, p.id)
}

// call calls the interface; it gives the status and reads the answer into out.
func (p *program) call(method, path string, in, out any) int {
	p.t.Helper()
	if p.calls%15 == 0 { // one token may call only so often
		room := access.Room{Desk: p.h.Desk, Secrets: p.h.Keys, Limits: access.NewLimiter(p.h.Clock.Now), Rates: access.DefaultRates()}
		var err error
		if p.token, err = room.MintToken(context.Background(), "token/"+newID(), p.sub, "máy", 0); err != nil {
			p.t.Fatal(err)
		}
	}
	p.calls++
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			p.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, p.root+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer a.Body.Close()
	if err := json.NewDecoder(a.Body).Decode(out); err != nil {
		p.t.Fatalf("%s %s: %d, %v", method, path, a.StatusCode, err)
	}
	return a.StatusCode
}

// ticket is the interface's answer to a request for an upload.
type ticket struct {
	Document string
	Upload   struct {
		Method, URL     string
		Fields, Headers map[string]string
	}
	Status      int
	Code, Title string // of a refusal
	Detail      string
}

func (p *program) ask(name, method string, data []byte) ticket {
	p.t.Helper()
	var k ticket
	status := p.call("POST", "/api/dossiers/"+p.id+"/documents", map[string]any{"name": name, "size": len(data), "sha256": hash(string(data)), "method": method}, &k)
	k.Status = status
	return k
}

// send sends bytes as the ticket says and gives the object store's status.
func (k ticket) send(t testing.TB, data []byte) int {
	t.Helper()
	var body bytes.Buffer
	kind := "application/pdf"
	if k.Upload.Method == http.MethodPost {
		kind = form(t, &body, k.Upload.Fields, data)
	} else {
		body.Write(data)
	}
	r, err := http.NewRequest(k.Upload.Method, k.Upload.URL, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	for h, v := range k.Upload.Headers {
		r.Header.Set(h, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	return a.StatusCode
}

func form(t testing.TB, to io.Writer, fields map[string]string, data []byte) (kind string) {
	t.Helper()
	m := multipart.NewWriter(to)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", "x.pdf")
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || m.Close() != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType()
}

// seen is a file as the interface shows it.
type seen struct {
	ID, Name, State, Says string
	Settled               bool
	Problem               *dossier.Problem
	Notes                 []dossier.Problem
}

// files gives the dossier's files once all are settled.
func (p *program) files() map[string]seen {
	p.t.Helper()
	eventually(p.t, "all files settled", func() bool {
		docs, _, err := submission.Documents(context.Background(), p.h.Store, p.id)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, d := range docs {
			if !d.Settled() {
				return false
			}
		}
		return true
	})
	var list []seen
	if status := p.call("GET", "/api/dossiers/"+p.id+"/documents", nil, &list); status != http.StatusOK {
		p.t.Fatal(status)
	}
	out := map[string]seen{}
	for _, s := range list {
		out[s.ID] = s
	}
	return out
}

// clear reports whether a sentence is one that a person can act on.
func clear(s string) bool {
	foreign := strings.ContainsFunc(s, func(r rune) bool { return r > 127 && unicode.IsLetter(r) })
	return foreign && !strings.ContainsAny(s, "\n\r\t<>{}") && len([]rune(s)) < 300 && strings.HasSuffix(s, ".")
}
