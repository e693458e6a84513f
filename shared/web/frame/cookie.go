package frame

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"time"

	"hoso/shared/access"
	"hoso/shared/fault"
	"hoso/shared/web/words"
)

// Names of form fields and headers that every form has.
const (
	tokenField  = "_token"
	formField   = "_form"
	tokenHeader = "X-Form-Token"
)

// Cookies. Behind https their names begin with __Host-, which ties them to
// this very host; plain http (one machine, local) cannot have that.
const (
	sessionCookie = "hoso"
	browserCookie = "hoso-browser"
	linkCookie    = "hoso-link"
	langCookie    = "hoso-lang"
)

func (s *Site) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (c *Call) cookie(name string) string {
	k, err := c.R.Cookie(c.site.cookieName(name))
	if err != nil {
		return ""
	}
	return k.Value
}

// setCookie sets a cookie for life, or until the browser closes if life is 0;
// "" removes it.
func (c *Call) setCookie(name, value string, life time.Duration) {
	k := &http.Cookie{Name: c.site.cookieName(name), Value: value, Path: "/", Secure: c.site.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	switch {
	case value == "":
		k.MaxAge = -1
	case life > 0:
		k.MaxAge = int(life / time.Second)
	}
	http.SetCookie(c.W, k)
}

// Browser is the secret by which this browser is known before sign-in, made
// now if it has none yet.
func (c *Call) Browser() string {
	if v, ok := c.kept[browserCookie].(string); ok {
		return v
	}
	v := c.cookie(browserCookie)
	if len(v) != 43 {
		v = c.site.access.Browser()
		c.setCookie(browserCookie, v, 0)
	}
	c.Keep(browserCookie, v)
	return v
}

// SetBrowser gives the browser another secret.
func (c *Call) SetBrowser(secret string) {
	c.Keep(browserCookie, secret)
	c.setCookie(browserCookie, secret, 0)
}

// SignIn puts a new session into the browser; what it had before sign-in goes.
func (c *Call) SignIn(in access.SignedIn) {
	c.setCookie(sessionCookie, in.Secret, 0)
	c.setCookie(browserCookie, "", 0)
}

// SignOut takes the session out of the browser and gives its secret.
func (c *Call) SignOut() string {
	c.setCookie(sessionCookie, "", 0)
	return c.secret
}

// Link is the token of the mailed link that this browser last opened.
func (c *Call) Link() string { return c.cookie(linkCookie) }

// SetLink keeps the token of a mailed link in the browser, so that no address
// has to hold it; "" forgets it.
func (c *Call) SetLink(token string) { c.setCookie(linkCookie, token, time.Hour) }

// SetLang keeps the chosen language.
func (c *Call) SetLang(l words.Lang) {
	c.Lang = l
	c.setCookie(langCookie, string(l), 365*24*time.Hour)
}

// Token is the form token of this session, or of this browser before sign-in:
// a page of another site cannot know it.
func (c *Call) Token() string {
	secret := c.secret
	if secret == "" {
		secret = c.Browser()
	}
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("form token"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:24])
}

// checkToken refuses a form or call that does not hold the token. Programs
// with an API token send no cookies and need none.
func (c *Call) checkToken() error {
	if c.Present() && c.secret == "" {
		return nil
	}
	got := c.R.Header.Get(tokenHeader)
	if got == "" && c.Route.Kind != API {
		got = c.R.PostFormValue(tokenField)
	}
	if subtle.ConstantTimeCompare([]byte(got), []byte(c.Token())) != 1 {
		return &fault.Error{
			Kind: fault.Denied, Op: "web.token", Code: "form-token",
			Public: "Trang này đã cũ hoặc được gửi từ nơi khác; hãy tải lại trang rồi gửi lại.",
		}
	}
	return nil
}
