package asl

import (
	"strings"
)

// expression gives a value from what a state can see. field names the place
// in messages.
type expression interface {
	eval(s scope) (any, *stateError)
}

type (
	// literal is a value that stands in the definition.
	literal struct{ value any }
	// objectTemplate is an object with at least one part to be filled in.
	objectTemplate map[string]expression
	listTemplate   []expression
	// reference is a "name.$" member whose value is a path.
	reference struct {
		field string // with its .$
		path  *path
	}
)

func (l literal) eval(scope) (any, *stateError) { return l.value, nil }

func (t objectTemplate) eval(s scope) (any, *stateError) {
	out := make(map[string]any, len(t))
	for _, k := range sortedKeys(t) {
		v, err := t[k].eval(s)
		if err != nil {
			return nil, err
		}
		out[k] = v
	}
	return out, nil
}

func (t listTemplate) eval(s scope) (any, *stateError) {
	out := make([]any, len(t))
	for i := range t {
		v, err := t[i].eval(s)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (r reference) eval(s scope) (any, *stateError) {
	v, ok := r.path.find(s)
	if !ok {
		return nil, pathFailure(r.path, r.field, s.input)
	}
	return v, nil
}

// template reads a payload template: Parameters, ResultSelector, ItemSelector
// or Assign.
func (f *faults) template(path string, v any) expression {
	switch v := v.(type) {
	case map[string]any:
		out := objectTemplate{}
		plain := true
		for _, k := range sortedKeys(v) {
			at := member(path, k)
			name, dynamic := strings.CutSuffix(k, ".$")
			if !dynamic {
				e := f.template(at, v[k])
				if _, ok := e.(literal); !ok {
					plain = false
				}
				out[k] = e
				continue
			}
			plain = false
			if _, twice := v[name]; twice {
				f.add(at, "%q is also given without .$", name)
			}
			out[name] = f.dynamic(at, k, v[k])
		}
		if plain {
			return literal{v}
		}
		return out
	case []any:
		out := make(listTemplate, len(v))
		plain := true
		for i := range v {
			out[i] = f.template(element(path, i), v[i])
			if _, ok := out[i].(literal); !ok {
				plain = false
			}
		}
		if plain {
			return literal{v}
		}
		return out
	}
	return literal{v}
}

// dynamic reads the value of a "name.$" member: a path or an intrinsic
// function.
func (f *faults) dynamic(at, field string, v any) expression {
	text, ok := v.(string)
	if !ok {
		f.add(at, "must be a string: a path or an intrinsic function")
		return literal{}
	}
	if strings.HasPrefix(text, "$") {
		p, err := parsePath(text)
		if err != nil {
			f.add(at, "%s", err)
			return literal{}
		}
		return reference{field: field, path: p}
	}
	e, err := parseIntrinsic(text)
	if err != nil {
		f.add(at, "%s", err)
		return literal{}
	}
	return e
}
