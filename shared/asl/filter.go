package asl

import (
	"encoding/json"
	"strings"
)

// condition is the inside of a JSONPath filter: [?( … )]. It follows Jayway
// JsonPath, which Step Functions uses.
type condition interface {
	// holds reports whether item, an element below root, is selected.
	holds(item, root any) bool
}

type (
	anyOf  []condition
	allOf  []condition
	negate struct{ condition }
	exists struct{ operand }
	// compare relates two operands; op is one of == != < <= > >=.
	compare struct {
		op          string
		left, right operand
	}
)

// operand is a literal, a path from the item (@) or a path from the root ($).
type operand struct {
	path     *path
	fromItem bool
	literal  any
}

func (o operand) value(item, root any) (any, bool) {
	if o.path == nil {
		return o.literal, true
	}
	if o.fromItem {
		return o.path.from(item)
	}
	return o.path.from(root)
}

func (a anyOf) holds(item, root any) bool {
	for _, c := range a {
		if c.holds(item, root) {
			return true
		}
	}
	return false
}

func (a allOf) holds(item, root any) bool {
	for _, c := range a {
		if !c.holds(item, root) {
			return false
		}
	}
	return true
}

func (n negate) holds(item, root any) bool { return !n.condition.holds(item, root) }

func (e exists) holds(item, root any) bool {
	v, ok := e.value(item, root)
	if l, many := v.([]any); many && !e.path.definite {
		return len(l) > 0
	}
	return ok
}

func (c compare) holds(item, root any) bool {
	l, okL := c.left.value(item, root)
	r, okR := c.right.value(item, root)
	if !okL || !okR {
		return c.op == "!=" && okL != okR
	}
	switch c.op {
	case "==":
		return looselySame(l, r)
	case "!=":
		return !looselySame(l, r)
	}
	order := 0
	switch l := l.(type) {
	case json.Number:
		r, ok := r.(json.Number)
		if !ok {
			return false
		}
		order = compareNumbers(l, r)
	case string:
		r, ok := r.(string)
		if !ok {
			return false
		}
		order = strings.Compare(l, r)
	default:
		return false
	}
	switch c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// looselySame is Jayway's equality: a number equals a text that spells it.
func looselySame(l, r any) bool {
	switch a := l.(type) {
	case json.Number:
		if b, ok := r.(string); ok {
			v, err := decode(b)
			n, isNumber := v.(json.Number)
			return err == nil && isNumber && compareNumbers(a, n) == 0
		}
	case string:
		if b, ok := r.(json.Number); ok {
			return a == b.String()
		}
	}
	return same(l, r)
}

// filter reads conditions joined by ||.
func (r *pathReader) filter() (condition, error) {
	var out anyOf
	for {
		c, err := r.conjunction()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
		if r.space(); !r.accept("||") {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (r *pathReader) conjunction() (condition, error) {
	var out allOf
	for {
		c, err := r.comparison()
		if err != nil {
			return nil, err
		}
		out = append(out, c)
		if r.space(); !r.accept("&&") {
			break
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

func (r *pathReader) comparison() (condition, error) {
	r.space()
	if r.peek("!") && !r.peek("!=") {
		r.accept("!")
		c, err := r.comparison()
		return negate{c}, err
	}
	if r.accept("(") {
		c, err := r.filter()
		if err == nil && !r.accept(")") {
			err = r.fail(") is missing")
		}
		return c, err
	}
	left, err := r.operand()
	if err != nil {
		return nil, err
	}
	r.space()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if r.accept(op) {
			right, err := r.operand()
			return compare{op: op, left: left, right: right}, err
		}
	}
	if word := r.word(func(c rune) bool { return c == '=' || c == '~' || c >= 'a' && c <= 'z' }); word != "" {
		return nil, unsupportedPath("the JSONPath filter operator " + word)
	}
	if left.path == nil {
		return nil, r.fail("a filter that compares nothing")
	}
	return exists{left}, nil
}

func (r *pathReader) operand() (operand, error) {
	r.space()
	switch {
	case r.accept("@"):
		p := &path{definite: true}
		return operand{path: p, fromItem: true}, r.steps(p)
	case r.peek("$"):
		p, err := r.root()
		if err == nil && p.root != fromInput {
			err = unsupportedPath("a variable or the context object inside a JSONPath filter")
		}
		return operand{path: p}, err
	case r.peek("'"), r.peek(`"`):
		s, err := r.quoted()
		return operand{literal: s}, err
	}
	word := r.word(func(c rune) bool { return identifier(c) || c == '-' || c == '+' || c == '.' })
	switch v, err := decode(word); v := v.(type) {
	case json.Number, bool, nil:
		if err == nil {
			return operand{literal: v}, nil
		}
	}
	return operand{}, r.fail("a filter's operand is missing")
}
