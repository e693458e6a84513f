package frame

import (
	"bytes"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/DataDog/datadog-agent/pkg/template/html"

	"hoso/shared/access"
	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/viettext"
	"hoso/shared/web/words"
)

// View is what a template is given: the frame of the page and its body.
type View struct {
	Lang    words.Lang
	Other   words.Lang // the language to switch to
	Title   string
	Here    string // this page's address, to come back to
	Stays   string // of an answer to a form: the page's address, where the form's own is not to be asked for again
	Menu    []Link
	User    string // name of who is signed in; "" if nobody
	Roles   []people.Role
	Token   string
	FormID  string
	Request string
	Slips   access.Slips
	Body    any
}

// FormView is what the hidden fields of one form are made of.
type FormView struct{ Token, FormID string }

// pages holds the parsed templates by language and name.
type pages map[words.Lang]map[string]*template.Template

func (s *Site) loadPages(files fs.FS, own template.FuncMap) (pages, error) {
	out := pages{}
	for _, l := range words.Langs() {
		base, err := template.New("layout.html").Funcs(s.funcs(l)).Funcs(own).ParseFS(files, "layout.html", "parts/*.html")
		if err != nil {
			return nil, err
		}
		names, err := fs.Glob(files, "pages/*.html")
		if err != nil {
			return nil, err
		}
		out[l] = map[string]*template.Template{}
		for _, name := range names {
			t, err := base.Clone()
			if err != nil {
				return nil, err
			}
			if _, err := t.ParseFS(files, name); err != nil {
				return nil, err
			}
			out[l][strings.TrimSuffix(path.Base(name), ".html")] = t
		}
	}
	return out, nil
}

// funcs are the functions that templates may call.
func (s *Site) funcs(l words.Lang) template.FuncMap {
	return template.FuncMap{
		"t":     func(key string, args ...any) string { return s.words.Say(l, key, args...) },
		"named": func(prefix string, value any) string { return s.words.Say(l, prefix+"."+fmt.Sprint(value)) },
		// said gives what stands in both languages in the page's; saidIn, in which
		// of them that is: what has no English stays Vietnamese.
		"said":   func(vi, en string) string { return spoken(l, vi, en) },
		"saidIn": func(en string) words.Lang { return tongue(l, en) },
		// tell gives a sentence of another room in the page's language.
		"tell":    func(sentence string) string { return s.words.Translate(l, sentence) },
		"date":    Day,
		"day":     ISODay,
		"typed":   instantTyped,
		"instant": Instant,
		"zero":    time.Time.IsZero,
		"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"asset":   s.assets.address,
		"form": func(v View, name string) FormView {
			return FormView{Token: v.Token, FormID: v.FormID + "-" + name}
		},
		"hidden": func(v View) FormView { return FormView{Token: v.Token, FormID: v.FormID} },
		"slip":   slipOf,
		"until":  func(at time.Time) string { return s.until(l, at) },
		"short":  Short,
		// repeats tells that a sentence has the words of another in it already.
		"repeats": func(sentence, words string) bool { return len(words) > 40 && strings.Contains(sentence, words) },
		"bytes":   func(n int64) string { return sized(l, n) },
		"exact":   func(n int64) string { return s.words.Say(l, "files.exact", Grouped(l, n)) },
		"add":     func(a, b int) int { return a + b },
		"dict":    func(pairs ...any) (map[string]any, error) { return pairUp(pairs) },
	}
}

// spoken gives the sentence of the language, the Vietnamese one where there is
// no other.
func spoken(l words.Lang, vi, en string) string {
	if tongue(l, en) == words.English {
		return en
	}
	return vi
}

func tongue(l words.Lang, en string) words.Lang {
	if l == words.English && en != "" {
		return words.English
	}
	return words.Vietnamese
}

func pairUp(pairs []any) (map[string]any, error) {
	m := map[string]any{}
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("odd number of arguments")
	}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// slipOf gives the sentence about one field, or "".
func slipOf(slips access.Slips, field string) string {
	var all []string
	for _, s := range slips {
		if s.Field == field {
			all = append(all, s.Sentence)
		}
	}
	return strings.Join(all, " ")
}

// until says a deadline so that nobody is a day wrong: a deadline at midnight
// is the end of the day before.
func (s *Site) until(l words.Lang, at time.Time) string {
	local := at.In(calendar.Zone())
	if local.Hour() == 0 && local.Minute() == 0 && local.Second() == 0 {
		return s.words.Say(l, "due.end-of", Day(at.Add(-time.Nanosecond)))
	}
	return s.words.Say(l, "due.before", local.Format("15:04"), Day(at))
}

// Day is a date as offices write it: dd/mm/yyyy, in Việt Nam.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("02/01/2006")
}

// ISODay writes a date of the form 2006-01-02 as it is written here; what is
// no date stays as it is.
func ISODay(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("02/01/2006")
}

// Instant is an exact instant: hh:mm dd/mm/yyyy, in Việt Nam.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format("15:04 02/01/2006")
}

// Short shows the first characters of a digest or id.
func Short(s string) string {
	if len(s) > 12 {
		return s[:12] + "…"
	}
	return s
}

// sized is a number of bytes as people read it.
func sized(l words.Lang, n int64) string {
	switch {
	case n >= 1<<20:
		mb := strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64)
		if l == words.Vietnamese {
			mb = strings.Replace(mb, ".", ",", 1)
		}
		return mb + " MB"
	case n >= 1<<10:
		return fmt.Sprintf("%d kB", (n+512)>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// Grouped writes a number that is not negative with its thousands apart:
// 59.477, in English 59,477.
func Grouped(l words.Lang, n int64) string {
	s, apart := strconv.FormatInt(n, 10), "."
	if l == words.English {
		apart = ","
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + apart + s[i:]
	}
	return s
}

// WithSlips marks the page being made with the faults of its form.
func (c *Call) WithSlips(s access.Slips) {
	said := make(access.Slips, len(s))
	for i, x := range s {
		x.Sentence = c.site.words.Translate(c.Lang, x.Sentence)
		said[i] = x
	}
	c.Keep("slips", said)
}

// Stay says where the page that answers a form stays: the address to load it
// by anew, or to come back to; "" if it can only be had by sending the form
// again. Without a call that is the page at the form's own address, or else
// the nearest above it.
func (c *Call) Stay(local string) { c.Keep("stays", local) }

func (c *Call) stays() string {
	if at, said := c.kept["stays"].(string); said {
		return at
	}
	for at := c.R.URL.Path; at != "/" && at != "."; at = path.Dir(at) {
		_, pattern := c.site.mux.Handler(&http.Request{Method: http.MethodGet, Host: c.R.Host, URL: &url.URL{Path: at}})
		if r, ok := c.site.routes[pattern]; ok && r.Kind == Page {
			return at
		}
	}
	return "/"
}

func (s *Site) render(c *Call, name, title string, body any) ([]byte, error) {
	t, ok := s.pages[c.Lang][name]
	if !ok {
		return nil, fault.Wrap(fault.Internal, "web.render", fmt.Errorf("no page %q", name))
	}
	v := View{
		Lang: c.Lang, Other: words.English, Title: title, Here: c.R.URL.RequestURI(), User: c.Who.Name, Roles: c.Who.Roles,
		Token: c.Token(), FormID: s.newID(), Request: c.ID, Slips: Kept[access.Slips](c, "slips"), Body: body,
	}
	if c.Lang == words.English {
		v.Other = words.Vietnamese
	}
	if c.R.Method != http.MethodGet && c.R.Method != http.MethodHead {
		v.Stays = c.stays()
		v.Here = v.Stays
	}
	if s.menu != nil {
		v.Menu = s.menu(c)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", v); err != nil {
		return nil, fault.Wrap(fault.Internal, "web.render", err)
	}
	return b.Bytes(), nil
}

// disposition makes the header by which a download gets its name (RFC 6266).
func disposition(name string) string {
	d := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if d == "" {
		return "attachment"
	}
	plain := strings.Map(func(r rune) rune {
		if r > '~' || r < ' ' || strings.ContainsRune(`"\/:*?<>|;`, r) {
			return '-'
		}
		return r
	}, viettext.Fold(strings.TrimSuffix(name, path.Ext(name)))+path.Ext(name))
	if rest, ok := strings.CutPrefix(d, "attachment; filename*="); ok {
		return `attachment; filename="` + plain + `"; filename*=` + rest
	}
	return d
}
