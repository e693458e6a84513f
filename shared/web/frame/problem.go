package frame

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/web/words"
)

// Status is the HTTP status of an error's kind: the only such table.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid, fault.Unreadable:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict, fault.OverQuota:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.SignIn:
		return http.StatusUnauthorized
	case fault.Gone:
		return http.StatusGone
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Transient, fault.Unfinished:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Problem is an RFC 9457 problem document. Code is stable.
type Problem struct {
	Type   string    `json:"type"`
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Code   string    `json:"code"`
	Detail string    `json:"detail"`
	Fields []Mistake `json:"fields,omitempty"`
	ID     string    `json:"requestId"`
}

// Mistake is what is wrong with one field of a request.
type Mistake struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// failure is an error as people see it.
type failure struct {
	Status  int
	Code    string
	Title   string
	Detail  string
	Advice  string
	SignIn  bool
	Request string
}

// Said gives an error's sentence in the visitor's language, or "".
func (c *Call) Said(err error) string {
	if slips, ok := Slips(err); ok {
		said := make([]string, len(slips))
		for i, s := range slips {
			said[i] = c.site.words.Translate(c.Lang, s.Sentence)
		}
		return strings.Join(said, " ")
	}
	return c.site.words.Translate(c.Lang, fault.Public(err))
}

// describe says an error in the visitor's language.
func (c *Call) describe(err error) failure {
	kind, code := fault.KindOf(err), fault.CodeOf(err)
	f := failure{
		Status: Status(kind), Code: code, Request: c.ID, SignIn: kind == fault.SignIn,
		Title: c.Say("fault.title." + string(kind)), Advice: c.Say("fault.advice." + string(kind)),
	}
	if f.Code == "" {
		f.Code = kindCode(kind)
	}
	f.Detail = c.Said(err)
	if key := "fault." + code; c.Lang != words.Vietnamese && code != "" && c.site.words.Has(key) {
		f.Detail = c.Say(key)
	}
	if kind == fault.Internal || f.Detail == "" {
		f.Detail = c.Say("fault.detail." + string(kind))
	}
	return f
}

// kindCode is the code of an error that has none of its own.
func kindCode(k fault.Kind) string {
	switch k {
	case fault.NotFound:
		return "not-found"
	case fault.SignIn:
		return "sign-in"
	case fault.OverQuota:
		return "over-quota"
	}
	b := []byte(string(k))
	if len(b) > 0 {
		b[0] += 'a' - 'A'
	}
	return string(b)
}

// fail answers with an error, in the form the route's users read.
func (c *Call) fail(err error) {
	if c.sent {
		return
	}
	f := c.describe(err)
	h := c.W.Header()
	h.Del("Content-Disposition")
	h.Del("Location")
	if f.Status == http.StatusTooManyRequests {
		h.Set("Retry-After", strconv.Itoa(retryAfter(err)))
	}
	if f.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	if f.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="hoso"`)
	}
	if c.Route.Kind == API || c.Route.Kind == Plain {
		p := Problem{Type: "about:blank", Title: f.Title, Status: f.Status, Code: f.Code, Detail: f.Detail, ID: c.ID}
		if slips, ok := Slips(err); ok {
			for _, s := range slips {
				p.Fields = append(p.Fields, Mistake{Field: s.Field, Detail: c.site.words.Translate(c.Lang, s.Sentence)})
			}
		}
		b, jerr := json.Marshal(p)
		if jerr != nil {
			b = []byte(`{"type":"about:blank","status":500}`)
		}
		_ = c.send(f.Status, "application/problem+json", b)
		return
	}
	if f.SignIn && c.Route.Kind == Page && c.site.signIn != nil {
		if c.site.signIn(c) == nil {
			return
		}
	}
	if err := c.Page(f.Status, "error", f.Title, f); err != nil {
		c.site.log.Error("error page", "id", c.ID, "cause", err.Error())
		_ = c.send(f.Status, "text/plain; charset=utf-8", []byte(f.Detail))
	}
}

func retryAfter(err error) int {
	var w access.Wait
	if errors.As(err, &w) {
		return max(1, int(math.Ceil(time.Duration(w).Seconds())))
	}
	return 60
}
