package asl

import (
	"fmt"
	"strconv"
	"strings"
)

// root says what a path starts from.
type root int

const (
	fromInput    root = iota // $
	fromContext              // $$
	fromVariable             // $name
)

// path is a parsed JSONPath.
type path struct {
	text string
	root root
	name string // the variable's name
	// definite paths name at most one value; the others give an array of all
	// the values they match.
	definite bool
	steps    []pathStep
}

type stepKind int

const (
	stepChild stepKind = iota
	stepIndex
	stepSlice
	stepAll
	stepFilter
)

// pathStep selects children of a value; deep applies it to the value and to
// everything below it.
type pathStep struct {
	kind     stepKind
	deep     bool
	name     string
	indexes  []int
	from, to *int
	filter   condition
}

// unsupportedPath is an error whose text names a feature of JSONPath.
type unsupportedPath string

func (e unsupportedPath) Error() string { return string(e) }

// parsePath reads a JSONPath as Step Functions has it: the root may be the
// input ($), the context object ($$) or a variable ($name).
func parsePath(text string) (*path, error) {
	p := &pathReader{text: text}
	out, err := p.root()
	if err != nil {
		return nil, err
	}
	if p.pos != len(text) {
		return nil, fmt.Errorf("%q is not a JSONPath: unexpected %q", text, text[p.pos:])
	}
	out.text = text
	return out, nil
}

// parseReference reads a Reference Path: a path that names exactly one place.
func parseReference(text string) (*path, error) {
	p, err := parsePath(text)
	if err != nil {
		return nil, err
	}
	if !p.definite {
		return nil, fmt.Errorf("%q may match several values where one is needed", text)
	}
	return p, nil
}

type pathReader struct {
	text string
	pos  int
}

func (r *pathReader) peek(s string) bool { return strings.HasPrefix(r.text[r.pos:], s) }

func (r *pathReader) accept(s string) bool {
	if r.peek(s) {
		r.pos += len(s)
		return true
	}
	return false
}

func (r *pathReader) fail(what string) error {
	return fmt.Errorf("%q is not a JSONPath: %s at character %d", r.text, what, r.pos+1)
}

// word takes characters for as long as ok holds.
func (r *pathReader) word(ok func(rune) bool) string {
	start := r.pos
	for _, c := range r.text[start:] {
		if !ok(c) {
			break
		}
		r.pos += len(string(c))
	}
	return r.text[start:r.pos]
}

func identifier(c rune) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c > 127
}

// root reads a whole path that starts with "$", "$$" or "$name".
func (r *pathReader) root() (*path, error) {
	if !r.accept("$") {
		return nil, fmt.Errorf("%q is not a JSONPath: it does not start with $", r.text)
	}
	p := &path{definite: true}
	if r.accept("$") {
		p.root = fromContext
	} else if name := r.word(identifier); name != "" {
		p.root, p.name = fromVariable, name
		if name == "states" {
			return nil, unsupportedPath("the variable $states belongs to JSONata")
		}
	}
	return p, r.steps(p)
}

// steps reads what follows the root.
func (r *pathReader) steps(p *path) error {
	for {
		var s pathStep
		var err error
		switch {
		case r.accept(".."):
			s, err = r.afterDots()
			s.deep = true
		case r.accept("."):
			s, err = r.dotted()
		case r.peek("["):
			s, err = r.bracket()
		default:
			return nil
		}
		if err != nil {
			return err
		}
		if s.deep || s.kind != stepChild && (s.kind != stepIndex || len(s.indexes) > 1) {
			p.definite = false
		}
		p.steps = append(p.steps, s)
	}
}

func (r *pathReader) afterDots() (pathStep, error) {
	if r.peek("[") {
		return r.bracket()
	}
	return r.dotted()
}

func (r *pathReader) dotted() (pathStep, error) {
	if r.accept("*") {
		return pathStep{kind: stepAll}, nil
	}
	name := r.word(func(c rune) bool { return !strings.ContainsRune(".[]()*, \t\r\n\"'<>=!&|", c) })
	if name == "" {
		return pathStep{}, r.fail("a name is missing")
	}
	if r.peek("(") {
		return pathStep{}, unsupportedPath("JSONPath function " + name + "()")
	}
	return pathStep{kind: stepChild, name: name}, nil
}

// bracket reads ['name'], [0], [0,1], [1:3], [*] or [?(…)].
func (r *pathReader) bracket() (pathStep, error) {
	r.accept("[")
	r.space()
	var s pathStep
	var err error
	switch {
	case r.accept("*"):
		s.kind = stepAll
	case r.accept("?("):
		s.kind = stepFilter
		if s.filter, err = r.filter(); err == nil && !r.accept(")") {
			err = r.fail("a filter is not closed")
		}
	case r.peek("'"), r.peek(`"`):
		s.kind = stepChild
		s.name, err = r.quoted()
	case r.peek("("):
		err = unsupportedPath("a JSONPath script in brackets")
	default:
		s, err = r.numbers()
	}
	if err != nil {
		return s, err
	}
	r.space()
	if s.kind == stepChild && r.peek(",") {
		return s, unsupportedPath("several names in one pair of JSONPath brackets")
	}
	if !r.accept("]") {
		return s, r.fail("] is missing")
	}
	return s, nil
}

func (r *pathReader) space() { r.word(func(c rune) bool { return c == ' ' || c == '\t' }) }

// quoted reads a quoted name. A recording shows that a backslash before the
// other kind of quote stays part of the name; what it does elsewhere is not
// known, so that is refused.
func (r *pathReader) quoted() (string, error) {
	quote := r.text[r.pos]
	var b strings.Builder
	for i := r.pos + 1; i < len(r.text); i++ {
		switch c := r.text[i]; c {
		case quote:
			r.pos = i + 1
			return b.String(), nil
		case '\\':
			if i+1 == len(r.text) {
				return "", r.fail("a quote is not closed")
			}
			switch i++; r.text[i] {
			case quote:
				b.WriteByte(quote)
			case '\'', '"':
				b.WriteByte('\\')
				b.WriteByte(r.text[i])
			default:
				return "", unsupportedPath("a backslash in a quoted JSONPath name")
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", r.fail("a quote is not closed")
}

// numbers reads indexes or a slice.
func (r *pathReader) numbers() (pathStep, error) {
	first, given := r.integer()
	r.space()
	if r.accept(":") {
		s := pathStep{kind: stepSlice}
		if given {
			s.from = &first
		}
		r.space()
		if last, given := r.integer(); given {
			s.to = &last
		}
		if r.peek(":") {
			return s, unsupportedPath("a JSONPath slice with a step")
		}
		return s, nil
	}
	s := pathStep{kind: stepIndex}
	for given {
		s.indexes = append(s.indexes, first)
		if r.space(); !r.accept(",") {
			return s, nil
		}
		r.space()
		first, given = r.integer()
	}
	return s, r.fail("an index is missing")
}

// integer reads a whole number; given is false if there is none.
func (r *pathReader) integer() (n int, given bool) {
	digits := r.word(func(c rune) bool { return c == '-' || c >= '0' && c <= '9' })
	n, err := strconv.Atoi(digits)
	return n, err == nil
}
