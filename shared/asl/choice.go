package asl

import (
	"encoding/json"
	"strings"
)

// rule is one of a Choice state's Choices.
type rule struct {
	test   test
	next   string
	assign expression
}

// test is the condition of a rule.
type test interface {
	// passes reports whether the condition holds. A path that leads nowhere
	// is an error, except for IsPresent.
	passes(s scope) (bool, *stateError)
}

type (
	andTest []test
	orTest  []test
	notTest struct{ test }
	// typeTest is IsPresent, IsNull, IsString, …
	typeTest struct {
		variable *path
		op       string
		want     bool
	}
	// valueTest compares a variable with a literal, or with a second path.
	valueTest struct {
		comparison
		variable *path
		literal  any
		path     *path
	}
)

// comparison says what an operator compares, and how.
type comparison struct {
	kind     kindOfValue
	relation string
}

// comparisons lists the comparison operators. Each but StringMatches exists
// also with "Path" at its end.
func comparisons() map[string]comparison {
	ops := map[string]comparison{
		"BooleanEquals": {boolValue, "Equals"},
		"StringMatches": {stringValue, "Matches"},
	}
	for _, r := range []string{"Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"} {
		ops["String"+r] = comparison{stringValue, r}
		ops["Numeric"+r] = comparison{numberValue, r}
		ops["Timestamp"+r] = comparison{timeValue, r}
	}
	return ops
}

type kindOfValue int

const (
	boolValue kindOfValue = iota
	stringValue
	numberValue
	timeValue
)

func (k kindOfValue) is(v any) bool {
	switch v := v.(type) {
	case bool:
		return k == boolValue
	case json.Number:
		return k == numberValue
	case string:
		if k == timeValue {
			_, ok := timestamp(v)
			return ok
		}
		return k == stringValue
	}
	return false
}

func (f *faults) choice(s *state, o *fields) {
	choices := o.list("Choices")
	if len(choices) == 0 {
		f.add(o.at("Choices"), "must hold at least one rule")
	}
	for i, v := range choices {
		r := f.object(element(o.at("Choices"), i), v)
		out := rule{next: r.text("Next"), assign: f.assign(r, nil)}
		if out.next == "" {
			f.add(r.at("Next"), "is missing")
		}
		out.test = f.test(r)
		s.choices = append(s.choices, out)
	}
	s.dflt = o.text("Default")
}

// test reads one condition and closes its object.
func (f *faults) test(o *fields) test {
	o.text("Comment")
	o.refuse("a field of the query language JSONata", "Condition")
	defer o.close()
	var ops []string
	for _, k := range sortedKeys(o.m) {
		if !o.used[k] && k != "Variable" {
			ops = append(ops, k)
		}
	}
	if len(ops) != 1 {
		if len(ops) > 1 || !o.has("Condition") {
			f.add(o.path, "needs exactly one comparison")
		}
		for _, k := range ops {
			o.take(k)
		}
		o.take("Variable")
		return andTest{}
	}
	op := ops[0]
	switch op {
	case "And", "Or":
		var tests []test
		for i, v := range o.list(op) {
			tests = append(tests, f.test(f.object(element(o.at(op), i), v)))
		}
		if len(tests) == 0 {
			f.add(o.at(op), "must hold at least one condition")
		}
		if op == "And" {
			return andTest(tests)
		}
		return orTest(tests)
	case "Not":
		v, _ := o.take(op)
		return notTest{f.test(f.object(o.at(op), v))}
	}
	variable := f.reference(o, "Variable")
	if variable == nil {
		f.add(o.at("Variable"), "is missing or no path")
	}
	switch op {
	case "IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp":
		return typeTest{variable: variable, op: op, want: o.boolean(op)}
	}
	name, viaPath := strings.CutSuffix(op, "Path")
	c, known := comparisons()[name]
	if !known || name == "StringMatches" && viaPath {
		o.take(op)
		f.add(o.at(op), "comparison %s", op)
		return andTest{}
	}
	t := valueTest{comparison: c, variable: variable}
	if viaPath {
		t.path = f.reference(o, op)
	} else if t.literal, _ = o.take(op); !c.kind.is(t.literal) {
		f.add(o.at(op), "is no value that %s can compare", op)
	}
	return t
}

func (t andTest) passes(s scope) (bool, *stateError) {
	for _, c := range t {
		if ok, err := c.passes(s); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func (t orTest) passes(s scope) (bool, *stateError) {
	for _, c := range t {
		if ok, err := c.passes(s); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func (t notTest) passes(s scope) (bool, *stateError) {
	ok, err := t.test.passes(s)
	return !ok, err
}

func (t typeTest) passes(s scope) (bool, *stateError) {
	v, ok := t.variable.find(s)
	if t.op == "IsPresent" {
		return ok == t.want, nil
	}
	if !ok {
		return false, invalidChoice(t.variable)
	}
	is := false
	switch t.op {
	case "IsNull":
		is = v == nil
	case "IsString":
		is = stringValue.is(v)
	case "IsNumeric":
		is = numberValue.is(v)
	case "IsBoolean":
		is = boolValue.is(v)
	case "IsTimestamp":
		is = timeValue.is(v)
	}
	return is == t.want, nil
}

func (t valueTest) passes(s scope) (bool, *stateError) {
	left, ok := t.variable.find(s)
	if !ok {
		return false, invalidChoice(t.variable)
	}
	right := t.literal
	if t.path != nil {
		if right, ok = t.path.find(s); !ok {
			return false, invalidChoice(t.path)
		}
	}
	if !t.kind.is(left) || !t.kind.is(right) {
		return false, nil
	}
	order := 0
	switch l := left.(type) {
	case bool:
		return left == right, nil
	case json.Number:
		r, _ := right.(json.Number)
		order = compareNumbers(l, r)
	case string:
		r, _ := right.(string)
		if t.relation == "Matches" {
			return wildcard(r, l), nil
		}
		order = strings.Compare(l, r)
		if t.kind == timeValue {
			at, _ := timestamp(l)
			than, _ := timestamp(r)
			order = at.Compare(than)
		}
	}
	switch t.relation {
	case "Equals":
		return order == 0, nil
	case "LessThan":
		return order < 0, nil
	case "GreaterThan":
		return order > 0, nil
	case "LessThanEquals":
		return order <= 0, nil
	}
	return order >= 0, nil
}

func invalidChoice(p *path) *stateError {
	return runtimeError("Invalid path '%s': The choice state's condition path references an invalid value.", p.text)
}

// wildcard compares text with a pattern in which * stands for any characters;
// a backslash takes a * or a backslash for itself.
func wildcard(pattern, text string) bool {
	type piece struct {
		c   byte
		any bool
	}
	var p []piece
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			p = append(p, piece{c: pattern[i]})
		case c == '*':
			p = append(p, piece{any: true})
		default:
			p = append(p, piece{c: c})
		}
	}
	// i walks the pattern, j the text; star and mark remember the last * and
	// where its match would go on.
	i, j, star, mark := 0, 0, -1, 0
	for j < len(text) {
		switch {
		case i < len(p) && !p[i].any && p[i].c == text[j]:
			i++
			j++
		case i < len(p) && p[i].any:
			star, mark = i, j
			i++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i].any {
		i++
	}
	return i == len(p)
}
