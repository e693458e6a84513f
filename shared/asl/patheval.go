package asl

import "strings"

// scope is what paths and intrinsic functions of one state can see.
type scope struct {
	input    any
	context  func() any
	variable func(name string) (any, bool)
	funcs    *intrinsics
}

// with gives the same scope with another input.
func (s scope) with(input any) scope { s.input = input; return s }

// find gives the value at p. A definite path that leads nowhere is not found;
// any other path always gives an array, which may be empty (recorded on AWS
// also for paths whose fixed beginning is missing).
func (p *path) find(s scope) (any, bool) {
	start := s.input
	switch p.root {
	case fromContext:
		start = s.context()
	case fromVariable:
		v, ok := s.variable(p.name)
		if !ok {
			return nil, false
		}
		start = v
	}
	return p.from(start)
}

func (p *path) from(start any) (any, bool) {
	if p.definite {
		v, ok := start, true
		for i := 0; i < len(p.steps) && ok; i++ {
			v, ok = p.steps[i].one(v)
		}
		return v, ok
	}
	found := []any{start}
	for i := range p.steps {
		next := []any{}
		for _, v := range found {
			if p.steps[i].deep {
				p.steps[i].below(v, start, &next)
			} else {
				p.steps[i].each(v, start, &next)
			}
		}
		found = next
	}
	return found, true
}

// one follows a step that leads to at most one value.
func (s *pathStep) one(v any) (any, bool) {
	if s.kind == stepChild {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		v, ok = m[s.name]
		return v, ok
	}
	l, ok := v.([]any)
	if !ok {
		return nil, false
	}
	i := s.indexes[0]
	if i < 0 {
		i += len(l)
	}
	if i < 0 || i >= len(l) {
		return nil, false
	}
	return l[i], true
}

// each appends every value that the step selects from v.
func (s *pathStep) each(v, root any, out *[]any) {
	switch s.kind {
	case stepChild:
		if w, ok := s.one(v); ok {
			*out = append(*out, w)
		}
	case stepIndex:
		for _, i := range s.indexes {
			one := pathStep{kind: stepIndex, indexes: []int{i}}
			if w, ok := one.one(v); ok {
				*out = append(*out, w)
			}
		}
	case stepSlice:
		if l, ok := v.([]any); ok {
			from, to := s.bounds(len(l))
			*out = append(*out, l[from:to]...)
		}
	case stepAll:
		*out = append(*out, children(v)...)
	case stepFilter:
		if m, ok := v.(map[string]any); ok {
			if s.filter.holds(m, root) {
				*out = append(*out, m)
			}
			return
		}
		for _, w := range children(v) {
			if s.filter.holds(w, root) {
				*out = append(*out, w)
			}
		}
	}
}

// below applies the step to v and to everything below it.
func (s *pathStep) below(v, root any, out *[]any) {
	s.each(v, root, out)
	for _, w := range children(v) {
		s.below(w, root, out)
	}
}

// bounds gives the part of an array of n elements that a slice names.
func (s *pathStep) bounds(n int) (from, to int) {
	from, to = 0, n
	if s.from != nil {
		from = *s.from
	}
	if s.to != nil {
		to = *s.to
	}
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	from, to = max(0, min(from, n)), max(0, min(to, n))
	return from, max(from, to)
}

// children gives the elements of an array, or the members of an object in the
// order of their names.
func children(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case map[string]any:
		out := make([]any, 0, len(v))
		for _, k := range sortedKeys(v) {
			out = append(out, v[k])
		}
		return out
	}
	return nil
}

// put gives into with value at p, a definite path from "$". Objects on the
// way are made if missing; neither argument is changed. ok is false if the
// way leads through something that is not an object (or past an array's end).
func (p *path) put(into, value any) (any, bool) { return put(into, p.steps, value) }

func put(into any, steps []pathStep, value any) (any, bool) {
	if len(steps) == 0 {
		return value, true
	}
	s := &steps[0]
	if s.kind == stepIndex {
		l, ok := into.([]any)
		if !ok || s.indexes[0] < 0 || s.indexes[0] >= len(l) {
			return nil, false
		}
		w, ok := put(l[s.indexes[0]], steps[1:], value)
		if !ok {
			return nil, false
		}
		out := append([]any(nil), l...)
		out[s.indexes[0]] = w
		return out, true
	}
	m, ok := into.(map[string]any)
	if !ok && into != nil {
		return nil, false
	}
	w, ok := put(m[s.name], steps[1:], value)
	if !ok {
		return nil, false
	}
	out := make(map[string]any, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	out[s.name] = w
	return out, true
}

// normal gives the path the way error messages of Step Functions spell it:
// $['a']['b'].
func (p *path) normal() string {
	var b strings.Builder
	b.WriteString("$")
	for i := range p.steps {
		if s := &p.steps[i]; s.kind == stepChild {
			b.WriteString("['" + s.name + "']")
		} else {
			b.WriteString("[" + number(s.indexes[0]).String() + "]")
		}
	}
	return b.String()
}
