package player

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// API speaks the public JSON interface: with a token, as a program does, or
// with the cookies of a person's browser, as the pages' script does.
type API struct {
	Root   string
	Token  string
	Client *http.Client
	// FormToken is the token of the page that calls, for calls with cookies.
	FormToken string
}

// Problem is an RFC 9457 answer.
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// Error shows status, code and sentence.
func (p *Problem) Error() string {
	return fmt.Sprintf("%d %s: %s %s", p.Status, p.Code, p.Title, p.Detail)
}

// Call sends in (nil: no body) and reads the answer into out (nil: dropped).
func (a API) Call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(a.Root, "/")+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.Token != "" {
		r.Header.Set("Authorization", "Bearer "+a.Token)
	} else {
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("X-Form-Token", a.FormToken)
	}
	if r.Method != http.MethodGet {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	client := a.Client
	if client == nil {
		client = network()
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxPage))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		p := &Problem{}
		if json.Unmarshal(raw, p) != nil {
			p.Title = string(raw[:min(len(raw), 200)])
		}
		p.Status = answer.StatusCode
		return fmt.Errorf("%s %s: %w", method, path, p)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// sum is the SHA-256 of bytes in hex, as the server asks for it.
func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Ticket is an upload the server signed: a form to post, or an address to put to.
type Ticket struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Fields  map[string]string `json:"fields"`
	Headers map[string]string `json:"headers"`
}

// Send carries the bytes to the object store the way the ticket says.
func (t Ticket) Send(ctx context.Context, f File) error {
	var r *http.Request
	var err error
	if t.Method == http.MethodPut {
		r, err = http.NewRequestWithContext(ctx, http.MethodPut, t.URL, bytes.NewReader(f.Bytes))
	} else {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		for k, v := range t.Fields {
			err = errors.Join(err, m.WriteField(k, v))
		}
		part, e := m.CreateFormFile("file", f.Name)
		if e == nil {
			_, e = part.Write(f.Bytes)
		}
		if err = errors.Join(err, e, m.Close()); err != nil {
			return err
		}
		if r, err = http.NewRequestWithContext(ctx, http.MethodPost, t.URL, &body); err == nil {
			r.Header.Set("Content-Type", m.FormDataContentType())
		}
	}
	if err != nil {
		return err
	}
	for k, v := range t.Headers {
		r.Header.Set(k, v)
	}
	answer, err := network().Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if t.Method == http.MethodPut && answer.StatusCode == http.StatusPreconditionFailed {
		return nil // an earlier try was stored and its answer lost: nobody else can write to this address
	}
	says, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		u, _ := url.Parse(t.URL)
		return fmt.Errorf("kho tệp %s trả lời %s: %s", u.Host, answer.Status, says)
	}
	return nil
}

// Clock is the demonstration clock of the server.
type Clock struct{ Root string }

// Now asks what time the server thinks it is.
func (c Clock) Now(ctx context.Context) (time.Time, error) {
	var out struct {
		Now time.Time `json:"now"`
	}
	err := API{Root: c.Root}.Call(ctx, http.MethodGet, "/demo/clock", nil, &out)
	return out.Now, err
}

// Advance moves the clock forward.
func (c Clock) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	var out struct {
		Now time.Time `json:"now"`
	}
	err := API{Root: c.Root}.Call(ctx, http.MethodPost, "/demo/clock", map[string]string{"advance": by.String()}, &out)
	return out.Now, err
}
