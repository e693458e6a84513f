package asl

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxNesting is how deep intrinsic functions may be nested (developer guide,
// "Intrinsics for JSONPath states").
const maxNesting = 10

// call is an intrinsic function with its arguments.
type call struct {
	name string
	args []expression
	run  func(*intrinsics, []any) (any, error)
}

// quotedText is a string literal inside an intrinsic function, as written
// between its quotes: States.Format must still see which braces are escaped.
type quotedText string

func (q quotedText) eval(scope) (any, *stateError) { return unescape(string(q)), nil }

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (c call) eval(s scope) (any, *stateError) {
	args := make([]any, len(c.args))
	for i, a := range c.args {
		if q, ok := a.(quotedText); ok && c.name == "States.Format" && i == 0 {
			args[i] = string(q)
			continue
		}
		v, err := a.eval(s)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	v, err := c.run(s.funcs, args)
	if err != nil {
		e := failure(errIntrinsic, "The function '%s' had the following arguments: %s. %s", c.name, encode(args), err)
		e.located = true
		return nil, e
	}
	return v, nil
}

// parseIntrinsic reads "States.Name(argument, …)".
func parseIntrinsic(text string) (expression, error) {
	r := &pathReader{text: text}
	e, err := r.call(1)
	if err != nil {
		return nil, err
	}
	if r.space(); r.pos != len(text) {
		return nil, fmt.Errorf("%q is not an intrinsic function: unexpected %q", text, text[r.pos:])
	}
	return e, nil
}

func (r *pathReader) call(depth int) (expression, error) {
	name := r.word(func(c rune) bool { return identifier(c) || c == '.' })
	if !strings.HasPrefix(name, "States.") || !r.accept("(") {
		return nil, fmt.Errorf("%q is neither a path nor an intrinsic function", r.text)
	}
	if depth > maxNesting {
		return nil, fmt.Errorf("intrinsic functions nested more than %d deep", maxNesting)
	}
	f, ok := functions()[name]
	if !ok {
		return nil, fmt.Errorf("intrinsic function %s", name)
	}
	c := call{name: name, run: f.run}
	for r.space(); !r.accept(")"); r.space() {
		if len(c.args) > 0 && !r.accept(",") {
			return nil, fmt.Errorf("%q: a comma or ) is missing at character %d", r.text, r.pos+1)
		}
		r.space()
		a, err := r.argument(depth)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, a)
	}
	if len(c.args) < f.least || f.most >= 0 && len(c.args) > f.most {
		return nil, fmt.Errorf("intrinsic function %s with %d arguments", name, len(c.args))
	}
	return c, nil
}

func (r *pathReader) argument(depth int) (expression, error) {
	switch {
	case r.peek("$"):
		start := r.pos
		p, err := r.root()
		if err != nil {
			return nil, err
		}
		p.text = r.text[start:r.pos]
		return reference{field: r.text, path: p}, nil
	case r.peek("'"):
		return r.literalText()
	case r.peek("States."):
		return r.call(depth + 1)
	}
	word := r.word(func(c rune) bool { return identifier(c) || c == '-' || c == '+' || c == '.' })
	if v, err := decode(word); err == nil {
		switch v.(type) {
		case json.Number, bool, nil:
			return literal{v}, nil
		}
	}
	return nil, fmt.Errorf("%q: an argument is missing at character %d", r.text, r.pos+1)
}

// literalText reads a string in single quotes; \' \{ \} and \\ are its escapes.
func (r *pathReader) literalText() (expression, error) {
	start := r.pos + 1
	for i := start; i < len(r.text); i++ {
		switch r.text[i] {
		case '\'':
			r.pos = i + 1
			return quotedText(r.text[start:i]), nil
		case '\\':
			if i++; i == len(r.text) || !strings.ContainsRune(`'{}\`, rune(r.text[i])) {
				return nil, fmt.Errorf(`%q: a backslash in a string is only known before ' { } and \`, r.text)
			}
		}
	}
	return nil, fmt.Errorf("%q: a string is not closed", r.text)
}
