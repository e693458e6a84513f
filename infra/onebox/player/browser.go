package player

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Browser is one person's web browser without script: it keeps cookies,
// follows redirects, and knows of a site only what its pages say.
type Browser struct {
	root   *url.URL
	client *http.Client
	Page   *Page // the page being looked at
}

// NewBrowser opens an empty browser on the site at root.
func NewBrowser(root string) (*Browser, error) {
	u, err := url.Parse(root)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("địa chỉ cổng %q không đúng", root)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := network()
	client.Jar = jar
	return &Browser{root: u, client: client}, nil
}

// maxPage bounds what is read of one answer.
const maxPage = 8 << 20

// StatusError is an answer that is not a success.
type StatusError struct {
	Method, URL string
	Status      int
	Says        string // the page's headings and error texts
}

// Error shows method, address, status and what the page said.
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: %d %s", e.Method, e.URL, e.Status, e.Says)
}

// Open goes to an address: absolute, or relative to the page being looked at.
func (b *Browser) Open(ctx context.Context, address string) error {
	u, err := b.resolve(address)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	return b.do(r)
}

func (b *Browser) resolve(address string) (*url.URL, error) {
	base := b.root
	if b.Page != nil && !strings.HasPrefix(address, "/") {
		base = b.Page.URL
	}
	u, err := base.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("địa chỉ %q: %w", address, err)
	}
	return u, nil
}

// do sends a request as a browser of today does and looks at the answer.
func (b *Browser) do(r *http.Request) error {
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	r.Header.Set("Accept-Language", "vi")
	r.Header.Set("User-Agent", "hoso-demo")
	if r.Method != http.MethodGet {
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxPage))
	if err != nil {
		return err
	}
	p, err := newPage(answer.Request.URL, answer.StatusCode, raw)
	if err != nil {
		return err
	}
	b.Page = p
	if answer.StatusCode >= 400 {
		return &StatusError{Method: r.Method, URL: r.URL.String(), Status: answer.StatusCode, Says: p.Complaint()}
	}
	return nil
}

// Download fetches an address and gives its type and number of bytes; the
// page being looked at stays.
func (b *Browser) Download(ctx context.Context, address string) (kind string, size int64, err error) {
	u, err := b.resolve(address)
	if err != nil {
		return "", 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", 0, err
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", 0, &StatusError{Method: http.MethodGet, URL: u.Path, Status: answer.StatusCode}
	}
	size, err = io.Copy(io.Discard, answer.Body)
	return answer.Header.Get("Content-Type"), size, err
}

// Cookies are those the browser would send to the site.
func (b *Browser) Cookies() []*http.Cookie { return b.client.Jar.Cookies(b.root) }

// Submit sends a form as its button would. A form with a file goes as
// multipart, any other as its method says.
func (b *Browser) Submit(ctx context.Context, f *Form) error {
	u, err := b.resolve(f.Action)
	if err != nil {
		return err
	}
	if len(f.missing) > 0 {
		return fmt.Errorf("biểu mẫu %s không có ô %s", f.Name(), strings.Join(f.missing, ", "))
	}
	var r *http.Request
	switch {
	case f.Method == http.MethodGet:
		u.RawQuery = f.Values.Encode()
		r, err = http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	case f.Multipart:
		var body bytes.Buffer
		var kind string
		if kind, err = f.encode(&body); err == nil {
			r, err = http.NewRequestWithContext(ctx, http.MethodPost, u.String(), &body)
		}
		if err == nil {
			r.Header.Set("Content-Type", kind)
		}
	default:
		r, err = http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(f.Values.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	if err != nil {
		return err
	}
	return b.do(r)
}

func (f *Form) encode(w io.Writer) (kind string, err error) {
	m := multipart.NewWriter(w)
	for name, values := range f.Values {
		for _, v := range values {
			err = errors.Join(err, m.WriteField(name, v))
		}
	}
	for name, file := range f.files {
		part, e := m.CreateFormFile(name, file.Name)
		if e == nil {
			_, e = part.Write(file.Bytes)
		}
		err = errors.Join(err, e)
	}
	return m.FormDataContentType(), errors.Join(err, m.Close())
}

// Page is what an answer showed.
type Page struct {
	URL    *url.URL
	Status int
	Raw    []byte
	root   *html.Node
}

func newPage(u *url.URL, status int, raw []byte) (*Page, error) {
	// Without script what stands in noscript is part of the page.
	root, err := html.ParseWithOptions(bytes.NewReader(raw), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, fmt.Errorf("đọc trang %s: %w", u.Path, err)
	}
	return &Page{URL: u, Status: status, Raw: raw, root: root}, nil
}

// Text is the page's text, spaces run together; what only programs read is
// left out.
func (p *Page) Text() string { return textOf(p.root) }

// Main is the text of the page's main part.
func (p *Page) Main() string { return p.ByID("main") }

// Has reports whether the page shows every one of the texts.
func (p *Page) Has(texts ...string) bool {
	all := p.Text()
	for _, t := range texts {
		if !strings.Contains(all, t) {
			return false
		}
	}
	return true
}

// Complaint is what the page says is wrong: its alerts and error summary, or
// its main heading.
func (p *Page) Complaint() string {
	var out []string
	for n := range p.root.Descendants() {
		if attr(n, "role") == "alert" || hasClass(n, "error-summary") || hasClass(n, "usa-alert--error") {
			out = append(out, textOf(n))
		}
	}
	if len(out) == 0 {
		for n := range p.root.Descendants() {
			if n.Data == "h1" && n.Type == html.ElementNode {
				out = append(out, textOf(n))
			}
		}
	}
	s := strings.Join(out, " | ")
	if r := []rune(s); len(r) > 400 {
		s = string(r[:400]) + "…"
	}
	return s
}

// Link is the address of the first link whose text or address contains what.
func (p *Page) Link(what string) string {
	for _, l := range p.Links() {
		if strings.Contains(l.Text, what) || strings.Contains(l.Href, what) {
			return l.Href
		}
	}
	return ""
}

// Anchor is a link of a page.
type Anchor struct{ Text, Href string }

// Links are the page's links in order.
func (p *Page) Links() []Anchor {
	var out []Anchor
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && attr(n, "href") != "" {
			out = append(out, Anchor{Text: textOf(n), Href: attr(n, "href")})
		}
	}
	return out
}

// ByID is the text of the element with an id.
func (p *Page) ByID(id string) string {
	for n := range p.root.Descendants() {
		if attr(n, "id") == id {
			return textOf(n)
		}
	}
	return ""
}

// Token is the form token of the page, which its script sends with calls.
func (p *Page) Token() string {
	for _, f := range p.Forms() {
		if t := f.Values.Get("_token"); t != "" {
			return t
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	if n.Type != html.ElementNode {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, class string) bool {
	for _, c := range strings.Fields(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

func textOf(root *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "template" || n.Data == "head"):
			return
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return strings.Join(strings.Fields(b.String()), " ")
}
