package player

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// File is a file that a person has on the disk.
type File struct {
	Name  string
	Bytes []byte
}

// SHA256 is the hash of the bytes, as an upload must state it.
func (f File) SHA256() string { return sum(f.Bytes) }

// Form is a form of a page with what is filled in so far: at first what the
// page filled in.
type Form struct {
	ID        string
	Action    string
	Method    string
	Multipart bool
	Values    url.Values
	fields    map[string][]string // name -> allowed values; empty list: free text
	labels    map[string]string   // name and value -> what the choice is called
	around    map[string]string   // name -> text of the group it stands in
	files     map[string]File
	missing   []string
}

// Form finds the form whose id or action is what, else the first whose action
// contains it. A form
// that is missing makes an error on Submit only, so that scripts read simply.
func (p *Page) Form(what string) *Form {
	forms := p.Forms()
	for _, fits := range []func(f *Form) bool{
		func(f *Form) bool { return f.ID == what || f.Action == what },
		func(f *Form) bool { return strings.Contains(f.Action, what) },
	} {
		if i := slices.IndexFunc(forms, fits); i >= 0 {
			return forms[i]
		}
	}
	return &Form{ID: what, Method: http.MethodPost, Values: url.Values{}, missing: []string{"(không có biểu mẫu này trên trang " + p.URL.Path + ")"}}
}

// FormWith finds the first form that has a control of that name.
func (p *Page) FormWith(control string) *Form {
	for _, f := range p.Forms() {
		if f.Has(control) {
			return f
		}
	}
	return p.Form("có ô " + control)
}

// HasForm reports whether the page has such a form.
func (p *Page) HasForm(what string) bool {
	return slices.ContainsFunc(p.Forms(), func(f *Form) bool { return f.ID == what || strings.Contains(f.Action, what) })
}

// Forms are the page's forms in order. Controls outside a form that name it
// by its id belong to it.
func (p *Page) Forms() []*Form {
	var out []*Form
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			out = append(out, p.form(n))
		}
	}
	return out
}

func (p *Page) form(n *html.Node) *Form {
	f := &Form{
		ID: attr(n, "id"), Action: attr(n, "action"), Method: strings.ToUpper(attr(n, "method")),
		Multipart: attr(n, "enctype") == "multipart/form-data", Values: url.Values{}, fields: map[string][]string{}, labels: map[string]string{}, around: map[string]string{}, files: map[string]File{},
	}
	if f.Method == "" {
		f.Method = http.MethodGet
	}
	if f.Action == "" {
		f.Action = p.URL.RequestURI()
	}
	for c := range n.Descendants() {
		if attr(c, "form") == "" {
			f.control(c)
		}
	}
	if f.ID != "" {
		for c := range p.root.Descendants() {
			if attr(c, "form") == f.ID {
				f.control(c)
			}
		}
	}
	return f
}

// control takes one element into the form, if it is a control.
func (f *Form) control(n *html.Node) {
	name := attr(n, "name")
	if n.Type != html.ElementNode || hasAttr(n, "disabled") {
		return
	}
	if _, seen := f.around[name]; !seen && name != "" {
		f.around[name] = groupText(n)
	}
	switch n.Data {
	case "button":
		f.button(n, name)
	case "textarea":
		if name != "" {
			f.fields[name] = nil
			f.Values.Set(name, rawText(n))
		}
	case "select":
		if name != "" {
			f.choices(n, name)
		}
	case "input":
		f.input(n, name)
	}
}

// button offers a button's value as a choice: who sets it presses the button.
func (f *Form) button(n *html.Node, name string) {
	if t := strings.ToLower(attr(n, "type")); name != "" && (t == "" || t == "submit") {
		f.fields[name] = append(f.fields[name], attr(n, "value"))
	}
}

func (f *Form) input(n *html.Node, name string) {
	if name == "" {
		return
	}
	switch strings.ToLower(attr(n, "type")) {
	case "submit":
		f.button(n, name)
	case "radio", "checkbox":
		v := attr(n, "value")
		if v == "" {
			v = "on"
		}
		f.fields[name] = append(f.fields[name], v)
		f.labels[name+"\x00"+v] = labelOf(n)
		if hasAttr(n, "checked") {
			f.Values.Add(name, v)
		}
	case "file":
		f.fields[name] = nil
	case "button", "reset", "image":
	default:
		f.fields[name] = nil
		f.Values.Add(name, attr(n, "value"))
	}
}

func (f *Form) choices(n *html.Node, name string) {
	first, chosen := "", false
	for o := range n.Descendants() {
		if o.Type != html.ElementNode || o.Data != "option" {
			continue
		}
		v := attr(o, "value")
		if !hasAttr(o, "value") {
			v = textOf(o)
		}
		f.fields[name] = append(f.fields[name], v)
		f.labels[name+"\x00"+v] = textOf(o)
		if len(f.fields[name]) == 1 {
			first = v
		}
		if hasAttr(o, "selected") {
			f.Values.Add(name, v)
			chosen = true
		}
	}
	if !chosen && !hasAttr(n, "multiple") && len(f.fields[name]) > 0 {
		f.Values.Set(name, first)
	}
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// labelOf is what a tick box is called: by its own words, by a label that
// names it or holds it, or by the row it stands in.
func labelOf(n *html.Node) string {
	if l := attr(n, "aria-label"); l != "" {
		return l
	}
	root := n
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == "label" {
			return textOf(p)
		}
		root = p
	}
	text := ""
	if id := attr(n, "id"); id != "" {
		for l := range root.Descendants() {
			if l.Type == html.ElementNode && l.Data == "label" && attr(l, "for") == id {
				text = textOf(l)
			}
		}
	}
	for p := n.Parent; p != nil && text == ""; p = p.Parent {
		if p.Data == "tr" || p.Data == "li" {
			text = textOf(p)
		}
	}
	return text
}

// groupText is the title of the smallest group that a control stands in: the
// legend of a fieldset without its marks, or the text of a row or list item.
func groupText(n *html.Node) string {
	for p := n.Parent; p != nil; p = p.Parent {
		switch p.Data {
		case "fieldset":
			for c := range p.ChildNodes() {
				if c.Data == "legend" {
					return textOf(c)
				}
			}
		case "tr", "li":
			return textOf(p)
		case "form":
			return ""
		}
	}
	return ""
}

// About gives the names of the controls that begin with prefix and stand in a
// group that speaks of what.
func (f *Form) About(prefix, what string) []string {
	var out []string
	for _, n := range f.Names(prefix) {
		if strings.Contains(f.around[n], what) {
			out = append(out, n)
		}
	}
	return out
}

// Name is how the form is spoken of in errors.
func (f *Form) Name() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Action
}

// Has reports whether the form has a control of that name.
func (f *Form) Has(name string) bool {
	_, ok := f.fields[name]
	return ok
}

// Names are the names of the form's controls that begin with prefix, sorted.
func (f *Form) Names(prefix string) []string {
	var out []string
	for n := range f.fields {
		if strings.HasPrefix(n, prefix) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// Set fills a control in. A value that a choice does not offer, or a control
// that is not there, makes Submit fail: a person could not do it either.
func (f *Form) Set(name string, values ...string) *Form {
	allowed, ok := f.fields[name]
	if !ok {
		f.missing = append(f.missing, name)
		return f
	}
	for _, v := range values {
		if len(allowed) > 0 && !slices.Contains(allowed, v) {
			f.missing = append(f.missing, fmt.Sprintf("%s=%q (có: %s)", name, v, strings.Join(allowed, ", ")))
		}
	}
	f.Values[name] = values
	return f
}

// Choice gives the value of the choice of a control that a label calls by
// text; "" makes Submit fail later, since no choice is called so.
func (f *Form) Choice(name, text string) string {
	for _, v := range f.fields[name] {
		if strings.Contains(f.labels[name+"\x00"+v], text) {
			return v
		}
	}
	return "(" + text + ")"
}

// Attach puts a file into a file control.
func (f *Form) Attach(name string, file File) *Form {
	if !f.Has(name) {
		f.missing = append(f.missing, name)
		return f
	}
	f.files[name] = file
	return f
}
