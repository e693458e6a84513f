// Package markup writes HTML without a template engine, for programs whose
// size counts: a template calls methods by their names, and a program that
// holds such calls must keep every method of every type it uses.
package markup

import (
	"html"
	"strings"
)

// literal can only be made of a constant of the source.
type literal string

// Page is HTML as it grows: markup of the source stands as it is, everything
// else is escaped. The zero value is empty and ready.
type Page struct{ b strings.Builder }

// Raw adds markup. Only a constant can be passed; it must end outside of tags,
// or within the quotes of an attribute that takes plain text or an address.
func (p *Page) Raw(markup literal) { p.b.WriteString(string(markup)) }

// Text adds text, or an attribute's value, escaped. An address is the
// caller's to judge: a script's address would be one.
func (p *Page) Text(s string) { p.b.WriteString(html.EscapeString(s)) }

// In adds text between markup.
func (p *Page) In(before literal, s string, after literal) {
	p.Raw(before)
	p.Text(s)
	p.Raw(after)
}

// String gives what was written.
func (p *Page) String() string { return p.b.String() }
