package asl

import (
	"strings"
	"time"
	"unicode/utf8"
)

// maxSeconds is the longest time a definition may give, in seconds.
const maxSeconds = 99999999

func (f *faults) machine(m *Machine, doc any) {
	o := f.object("$", doc)
	o.text("Comment")
	if v := o.text("Version"); v != "" && v != "1.0" {
		f.add(o.at("Version"), "version %q of the language", v)
	}
	m.timeout = time.Duration(o.count("TimeoutSeconds", 1, maxSeconds, 0)) * time.Second
	m.graph = f.graph(o, map[string]string{}, nil)
	o.close()
}

// graph reads StartAt and States. seen holds the states' names of the whole
// machine, which must differ, and where each stands; outer the variables that
// enclosing states assign.
func (f *faults) graph(o *fields, seen map[string]string, outer []string) *graph {
	f.language(o)
	g := &graph{start: o.text("StartAt"), states: map[string]*state{}}
	if g.start == "" {
		f.add(o.at("StartAt"), "is missing")
	}
	v, ok := o.take("States")
	if !ok {
		f.add(o.at("States"), "is missing")
		return g
	}
	s := f.object(o.at("States"), v)
	assigned := append(append([]string(nil), outer...), assignedIn(s)...)
	for _, name := range sortedKeys(s.m) {
		at := s.at(name)
		if n := utf8.RuneCountInString(name); n < 1 || n > 80 {
			f.add(at, "a state's name has 1 to 80 characters")
		}
		if first, twice := seen[name]; twice {
			f.add(at, "the name is already used at %s", first)
		}
		seen[name] = at
		g.states[name] = f.state(name, f.object(at, s.m[name]), seen, outer, assigned)
	}
	f.transitions(o, s, g)
	return g
}

// language refuses any query language but JSONPath.
func (f *faults) language(o *fields) {
	if v := o.text("QueryLanguage"); v != "" && v != "JSONPath" {
		f.add(o.at("QueryLanguage"), "query language %s", v)
	}
}

// assignedIn lists the variables that the states of one graph assign.
func assignedIn(states *fields) []string {
	var names []string
	collect := func(v any) {
		m, _ := v.(map[string]any)
		a, _ := m["Assign"].(map[string]any)
		for k := range a {
			names = append(names, strings.TrimSuffix(k, ".$"))
		}
	}
	for _, v := range states.m {
		collect(v)
		m, _ := v.(map[string]any)
		for _, list := range []string{"Choices", "Catch"} {
			l, _ := m[list].([]any)
			for _, w := range l {
				collect(w)
			}
		}
	}
	return names
}

func (f *faults) state(name string, o *fields, seen map[string]string, outer, assigned []string) *state {
	s := &state{name: name, kind: kind(o.text("Type"))}
	o.text("Comment")
	f.language(o)
	read := map[kind]func(){
		kindTask:    func() { f.task(s, o) },
		kindChoice:  func() { f.choice(s, o) },
		kindWait:    func() { f.wait(s, o) },
		kindPass:    func() { f.pass(s, o) },
		kindSucceed: func() {},
		kindFail:    func() { f.failState(s, o) },
		kindParallel: func() {
			f.parallel(s, o, seen, assigned)
		},
		kindMap: func() { f.mapState(s, o, seen, assigned) },
	}[s.kind]
	if read == nil {
		f.add(o.at("Type"), "state type %q", string(s.kind))
		return s
	}
	if s.kind != kindFail {
		s.input, s.noInput = f.pathOrNull(o, "InputPath", parsePath)
		s.output, s.noOutput = f.pathOrNull(o, "OutputPath", parsePath)
	}
	read()
	if s.kind != kindFail && s.kind != kindSucceed {
		s.assign = f.assign(o, outer)
		if s.assign != nil && s.selector != nil {
			f.add(o.at("Assign"), "Assign beside ResultSelector")
		}
	}
	if s.kind != kindFail && s.kind != kindSucceed && s.kind != kindChoice {
		s.next, s.end = o.text("Next"), o.boolean("End")
		if s.end == (s.next != "") {
			f.add(o.path, "needs either Next or \"End\": true")
		}
	}
	o.refuse("a field of the query language JSONata", "Arguments", "Output", "Items")
	o.close()
	return s
}

// pathOrNull reads a path field where null means "nothing".
func (f *faults) pathOrNull(o *fields, name string, parse func(string) (*path, error)) (p *path, none bool) {
	v, ok := o.take(name)
	if !ok {
		return nil, false
	}
	if v == nil {
		return nil, true
	}
	text, ok := v.(string)
	if !ok {
		f.add(o.at(name), "must be a path or null")
		return nil, false
	}
	p, err := parse(text)
	if err != nil {
		f.add(o.at(name), "%s", err)
	}
	return p, false
}

// reference reads a field that is a Reference Path; absent gives nil.
func (f *faults) reference(o *fields, name string) *path {
	if !o.has(name) {
		return nil
	}
	p, err := parseReference(o.text(name))
	if err != nil {
		f.add(o.at(name), "%s", err)
	}
	return p
}

// resultPath reads a ResultPath: a Reference Path into the state's input.
func (f *faults) resultPath(o *fields) (p *path, none bool) {
	p, none = f.pathOrNull(o, "ResultPath", parseReference)
	if p != nil && p.root != fromInput {
		f.add(o.at("ResultPath"), "%q does not lead into the state's input", p.text)
	}
	return p, none
}

// assign reads Assign. A variable of an enclosing state cannot be assigned
// inside Parallel and Map (developer guide, "Variable scope").
func (f *faults) assign(o *fields, outer []string) expression {
	v, ok := o.take("Assign")
	if !ok {
		return nil
	}
	a := f.object(o.at("Assign"), v)
	for _, k := range sortedKeys(a.m) {
		name := strings.TrimSuffix(k, ".$")
		if strings.ContainsFunc(name, func(c rune) bool { return !identifier(c) }) || name == "" || len(name) > 80 || name == "states" {
			f.add(a.at(k), "%q cannot be a variable's name", name)
		}
		for _, n := range outer {
			if n == name {
				f.add(a.at(k), "the variable %s belongs to an enclosing state", name)
				break
			}
		}
	}
	return f.template(a.path, v)
}

func (f *faults) pass(s *state, o *fields) {
	if v, ok := o.take("Result"); ok {
		s.result = literal{v}
	}
	if v, ok := o.take("Parameters"); ok {
		s.params = f.template(o.at("Parameters"), v)
	}
	s.resultPath, s.noResult = f.resultPath(o)
}

func (f *faults) wait(s *state, o *fields) {
	names := []string{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}
	o.only(names...)
	given := false
	for _, n := range names {
		given = given || o.has(n)
	}
	if !given {
		f.add(o.path, "needs Seconds, SecondsPath, Timestamp or TimestampPath")
	}
	s.wait.seconds = o.count("Seconds", 0, maxSeconds, 0)
	s.wait.secondsPath = f.reference(o, "SecondsPath")
	s.wait.timestampPath = f.reference(o, "TimestampPath")
	if o.has("Timestamp") {
		text := o.text("Timestamp")
		if s.wait.timestamp, s.wait.fixed = timestamp(text); !s.wait.fixed {
			f.add(o.at("Timestamp"), "%q is not a time such as 2026-08-18T17:33:00Z", text)
		}
	}
}

func (f *faults) failState(s *state, o *fields) {
	read := func(name string) (fixed *string, p *path, e expression) {
		o.only(name, name+"Path")
		if o.has(name) {
			text := o.text(name)
			fixed = &text
		}
		if text := o.text(name + "Path"); strings.HasPrefix(text, "States.") {
			call, err := parseIntrinsic(text)
			if err != nil {
				f.add(o.at(name+"Path"), "%s", err)
			}
			return fixed, nil, call
		}
		return fixed, f.reference(o, name+"Path"), nil
	}
	s.fail.name, s.fail.namePath, s.fail.nameCall = read("Error")
	s.fail.cause, s.fail.causePath, s.fail.causeCall = read("Cause")
}

// timestamp reads a time as the language has it: RFC 3339 with T and Z (or an
// offset) in capitals.
func timestamp(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil && !strings.Contains(text, ",")
}
