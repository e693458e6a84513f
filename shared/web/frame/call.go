package frame

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"hoso/shared/access"
	"hoso/shared/act"
	"hoso/shared/fault"
	"hoso/shared/web/words"
)

// Call is one request on its way through a route.
type Call struct {
	W     http.ResponseWriter
	R     *http.Request
	Route Route
	// Who is the visitor; its ID is "" where nobody is signed in.
	Who    access.Visitor
	Lang   words.Lang
	Origin string // network address, for limits
	ID     string // of the request

	site   *Site
	secret string // that signed the visitor in: of the session, or "" for an API token
	sent   bool
	kept   map[string]any // what an owner check found, for the handler
}

// Context is the request's.
func (c *Call) Context() context.Context { return c.R.Context() }

// Present reports whether somebody is signed in.
func (c *Call) Present() bool { return c.Who.ID != "" }

// Param gives a part of the address by its name in the pattern.
func (c *Call) Param(name string) string { return c.R.PathValue(name) }

// Query gives a value after the question mark.
func (c *Call) Query(name string) string { return c.R.URL.Query().Get(name) }

// Field gives a trimmed field of the sent form.
func (c *Call) Field(name string) string { return strings.TrimSpace(c.R.PostFormValue(name)) }

// Fields gives every value of a repeated field.
func (c *Call) Fields(name string) []string { return c.R.PostForm[name] }

// Keep remembers what an owner check found; Kept gives it back.
func (c *Call) Keep(name string, v any) {
	if c.kept == nil {
		c.kept = map[string]any{}
	}
	c.kept[name] = v
}

// Kept gives what Keep remembered under the name.
func Kept[T any](c *Call, name string) T {
	v, _ := c.kept[name].(T)
	return v
}

// Say gives a sentence in the visitor's language.
func (c *Call) Say(key string, args ...any) string { return c.site.words.Say(c.Lang, key, args...) }

// Key is the idempotency key of the act that this request asks for: the same
// form sent twice, or the same Idempotency-Key of an API client, is one act.
// Keys of two persons or two addresses never meet.
func (c *Call) Key() string {
	id := c.R.Header.Get("Idempotency-Key")
	if id == "" {
		id = c.R.PostFormValue(formField)
	}
	if id == "" || len(id) > 200 {
		id = c.site.newID()
	}
	who := c.Who.ID
	if who == "" {
		who = "browser." + act.Hash(c.Browser())
	}
	return "web/" + who + "/" + act.Hash(c.Route.Method + " " + c.R.URL.Path + "\n" + id)[:40]
}

// Form is the id of the sent form.
func (c *Call) Form() string { return c.R.PostFormValue(formField) }

// See answers 303: look there.
func (c *Call) See(local string) error {
	c.W.Header().Set("Location", local)
	return c.send(http.StatusSeeOther, "text/plain; charset=utf-8", nil)
}

// SeeNext answers 303 to a local address that came from outside, or to
// fallback if it is not local.
func (c *Call) SeeNext(next, fallback string) error {
	if Local(next) {
		return c.See(next)
	}
	return c.See(fallback)
}

// Local reports whether an address stays on this site.
func Local(next string) bool {
	if len(next) == 0 || len(next) > 500 || next[0] != '/' || strings.HasPrefix(next, "//") {
		return false
	}
	for i := 0; i < len(next); i++ {
		if next[i] <= ' ' || next[i] == '\\' || next[i] >= 0x7f {
			return false
		}
	}
	return true
}

// JSON answers a program.
func (c *Call) JSON(status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fault.Wrap(fault.Internal, "web.json", err)
	}
	return c.send(status, "application/json", b.Bytes())
}

// Nothing answers a program that it is done.
func (c *Call) Nothing() error {
	c.sent = true
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

// Page answers with a page of the templates. body is its view model.
func (c *Call) Page(status int, name, title string, body any) error {
	b, err := c.site.render(c, name, title, body)
	if err != nil {
		return err
	}
	return c.send(status, "text/html; charset=utf-8", b)
}

// Download answers with a file to be saved under a name.
func (c *Call) Download(name, contentType string, body []byte) error {
	c.W.Header().Set("Content-Disposition", disposition(name))
	return c.send(http.StatusOK, contentType, body)
}

// Bytes answers with a body as it is.
func (c *Call) Bytes(contentType string, body []byte) error {
	return c.send(http.StatusOK, contentType, body)
}

func (c *Call) send(status int, contentType string, body []byte) error {
	c.sent = true
	c.W.Header().Set("Content-Type", contentType)
	c.W.WriteHeader(status)
	if c.R.Method == http.MethodHead {
		return nil
	}
	// A client that went away is not an error of ours.
	_, _ = c.W.Write(body)
	return nil
}

// Slips gives the faults of single fields in an error, to show beside them.
func Slips(err error) (access.Slips, bool) {
	for e := err; e != nil; {
		if s, ok := e.(access.Slips); ok {
			return s, true
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			return nil, false
		}
		e = u.Unwrap()
	}
	return nil, false
}
