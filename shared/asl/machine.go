package asl

import (
	"crypto/sha256"
	"errors"
	"regexp"
	"strings"
	"time"
)

// Machine is a definition that the engine can run.
type Machine struct {
	name string
	// text is the definition with its placeholders filled in; an execution
	// keeps the definition it was started with.
	text    string
	digest  [sha256.Size]byte
	timeout time.Duration // of a whole execution; 0 is none of its own
	graph   *graph
}

// Name is the machine's name.
func (m *Machine) Name() string { return m.name }

// States gives the names of the top-level states, in order of their names.
func (m *Machine) States() []string { return sortedKeys(m.graph.states) }

// graph is a set of states that refer to each other: a machine, a branch of
// Parallel, or what Map runs for each item.
type graph struct {
	start  string
	states map[string]*state
}

type kind string

const (
	kindTask     kind = "Task"
	kindChoice   kind = "Choice"
	kindWait     kind = "Wait"
	kindPass     kind = "Pass"
	kindSucceed  kind = "Succeed"
	kindFail     kind = "Fail"
	kindParallel kind = "Parallel"
	kindMap      kind = "Map"
)

// state is one compiled state. Fields that its kind does not have are zero.
type state struct {
	name string
	kind kind
	next string
	end  bool

	input, output *path // nil is "$"
	noInput       bool  // InputPath null: the input is {}
	noOutput      bool
	params        expression // nil: the input as it is
	selector      expression // nil: the result as it is
	assign        expression
	resultPath    *path // nil is "$"
	noResult      bool

	retry []retrier
	catch []catcher

	task    *taskSpec
	choices []rule // Choice
	dflt    string
	wait    waitSpec
	result  expression // Pass; nil: the input is the result
	fail    failSpec
	fan     *fanSpec
}

// taskSpec says what a Task calls, and for how long it waits.
type taskSpec struct {
	resource                   string // a function's ARN; "" means the lambda:invoke integration
	token                      bool   // .waitForTaskToken
	timeout, heartbeat         int64  // seconds; 0 is none
	timeoutPath, heartbeatPath *path
}

type retrier struct {
	errors      []string
	interval    float64 // seconds
	maxAttempts int
	backoff     float64
	maxDelay    float64 // seconds; 0 is none
	fullJitter  bool
}

type catcher struct {
	errors     []string
	next       string
	resultPath *path
	noResult   bool
	assign     expression
}

// waitSpec has exactly one way to say until when.
type waitSpec struct {
	seconds                    int64
	secondsPath, timestampPath *path
	timestamp                  time.Time
	fixed                      bool // timestamp is given
}

type failSpec struct {
	name, cause         *string
	namePath, causePath *path
	nameCall, causeCall expression // an intrinsic function in ErrorPath, CausePath
}

// fanSpec is what Parallel and Map run inside themselves.
type fanSpec struct {
	branches        []*graph // Parallel
	each            *graph   // Map
	items           *path
	selector        expression
	concurrency     int64
	concurrencyPath *path
}

var placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9_.:]+)\}`)

// Parse reads a definition. resolve gives the value of a placeholder
// "${Name}", as DefinitionSubstitutions do in a template; nil leaves
// placeholders as they stand. The error is a *RefusedError that lists
// everything the engine does not run and everything that is wrong, or says
// that the text is not JSON.
func Parse(name string, definition []byte, resolve func(name string) (string, bool)) (*Machine, error) {
	f := &faults{}
	doc, err := f.document(definition)
	if err != nil {
		return nil, &RefusedError{Machine: name, Places: []Unsupported{{Path: "$", Feature: err.Error()}}}
	}
	if resolve != nil {
		doc = f.substitute("$", doc, resolve)
	}
	m := &Machine{name: name, text: encode(doc)}
	m.digest = sha256.Sum256([]byte(m.text))
	f.machine(m, doc)
	if len(f.places) > 0 {
		return nil, &RefusedError{Machine: name, Places: f.sorted()}
	}
	return m, nil
}

// Lint lists what Parse would refuse, with placeholders left as they stand.
func Lint(definition []byte) []Unsupported {
	_, err := Parse("", definition, nil)
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused.Places
	}
	return nil
}

func (f *faults) substitute(path string, v any, resolve func(string) (string, bool)) any {
	switch v := v.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(p string) string {
			name := strings.TrimSuffix(strings.TrimPrefix(p, "${"), "}")
			value, ok := resolve(name)
			if !ok {
				f.add(path, "placeholder %s has no value", p)
			}
			return value
		})
	case []any:
		for i := range v {
			v[i] = f.substitute(element(path, i), v[i], resolve)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			v[k] = f.substitute(member(path, k), v[k], resolve)
		}
	}
	return v
}
