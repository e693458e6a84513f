package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// run is the state of one open execution: what the journal keeps between two
// transitions, apart from its name, definition and input.
type run struct {
	id      string
	machine string
	name    string
	input   string
	started time.Time

	// Deadline ends the execution: one year, or the machine's own TimeoutSeconds.
	Deadline time.Time `json:"deadline"`
	// Events counts the history's events; the last one has this number.
	Events int64   `json:"events"`
	Root   *branch `json:"root"`
}

// phase says what a branch waits for.
type phase string

const (
	ready    phase = ""       // nothing: its state is to be entered
	calling  phase = "call"   // a function under way, or a token to come back
	waiting  phase = "wait"   // the end of a Wait state
	retrying phase = "retry"  // the next attempt
	inside   phase = "inside" // the branches of Parallel or Map
	given    phase = "given up"
)

// branch is one line of states: the machine itself, a branch of Parallel or
// one item of Map.
type branch struct {
	Index   int             `json:"index,omitempty"` // among its siblings
	State   string          `json:"state"`
	Phase   phase           `json:"phase,omitempty"`
	Input   json.RawMessage `json:"input"`
	Vars    map[string]any  `json:"vars,omitempty"`
	Item    *mapItem        `json:"item,omitempty"`
	Entered time.Time       `json:"entered,omitzero"`
	// EnteredID is the number of the event that entered the state, Previous
	// that of the branch's last event.
	EnteredID int64 `json:"enteredId,omitempty"`
	Previous  int64 `json:"previous,omitempty"`
	// Tries counts the retries by each of the state's retriers.
	Tries []int     `json:"tries,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	Task  *taskRun  `json:"task,omitempty"`
	Fan   *fanRun   `json:"fan,omitempty"`

	up    *branch
	graph *graph
}

type mapItem struct {
	Index int `json:"index"`
	Value any `json:"value"`
}

// taskRun is one attempt of a Task.
type taskRun struct {
	// Scheduled is the number of the event that scheduled the attempt; it
	// identifies the attempt within the execution.
	Scheduled int64           `json:"scheduled"`
	Function  string          `json:"function"`
	Payload   json.RawMessage `json:"payload,omitempty"`
	Token     string          `json:"token,omitempty"`
	// Submitted: the function has answered and the token is awaited.
	Submitted bool `json:"submitted,omitempty"`
	// Limit is the seconds the attempt may take, Deadline when they are over.
	Limit    int64     `json:"limit,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
	// Heartbeat is when the next heartbeat must have come, Every the seconds
	// between two.
	Heartbeat time.Time `json:"heartbeat,omitzero"`
	Every     int64     `json:"every,omitempty"`
}

// fanRun is a Parallel or Map under way.
type fanRun struct {
	Items       []any             `json:"items,omitempty"` // Map
	Next        int               `json:"next"`            // first item or branch not started
	Left        int               `json:"left"`            // not finished
	Concurrency int               `json:"concurrency,omitempty"`
	Outputs     []json.RawMessage `json:"outputs"`
	Live        []*branch         `json:"live"`
}

func (r *run) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	return b.Bytes(), err
}

// decodeRun reads a snapshot and ties its branches to the machine.
func decodeRun(snapshot []byte, m *Machine) (*run, error) {
	r := &run{}
	d := json.NewDecoder(bytes.NewReader(snapshot))
	d.UseNumber()
	if err := d.Decode(r); err != nil {
		return nil, err
	}
	if r.Root == nil {
		return nil, errors.New("the state is empty")
	}
	return r, r.Root.tie(nil, m.graph)
}

// tie connects a branch with the state machine and with the branch around it.
func (b *branch) tie(up *branch, g *graph) error {
	b.up, b.graph = up, g
	if b.spec() == nil {
		return fmt.Errorf("there is no state %q", b.State)
	}
	if b.Fan == nil {
		return nil
	}
	for _, c := range b.Fan.Live {
		fan := b.spec().fan
		if fan == nil || fan.each == nil && c.Index >= len(fan.branches) {
			return fmt.Errorf("the state %q has no such branch", b.State)
		}
		if err := c.tie(b, fan.graph(c.Index)); err != nil {
			return err
		}
	}
	return nil
}

func (f *fanSpec) graph(i int) *graph {
	if f.each != nil {
		return f.each
	}
	return f.branches[i]
}

func (b *branch) spec() *state { return b.graph.states[b.State] }

// each calls visit for the branch and every one inside it, outermost first.
func (b *branch) each(visit func(*branch)) {
	visit(b)
	if b.Fan != nil {
		for _, c := range b.Fan.Live {
			c.each(visit)
		}
	}
}

// variable looks a variable up, in the branch and then outwards.
func (b *branch) variable(name string) (any, bool) {
	for ; b != nil; b = b.up {
		if v, ok := b.Vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

// due gives the branch's next moment to act, the zero time if there is none.
func (b *branch) due() time.Time {
	at := b.Due
	if b.Task != nil {
		at = earlier(at, earlier(b.Task.Deadline, b.Task.Heartbeat))
	}
	return at
}

// due gives the execution's next moment to act.
func (r *run) due() time.Time {
	at := r.Deadline
	r.Root.each(func(b *branch) { at = earlier(at, b.due()) })
	return at
}

// active reports whether something is to be done without waiting for time or
// a token.
func (r *run) active() bool {
	active := false
	r.Root.each(func(b *branch) {
		active = active || b.Phase == ready || b.Task != nil && !b.Task.Submitted
	})
	return active
}

// attempt finds the attempt with the number of its TaskScheduled event.
func (r *run) attempt(scheduled int64) *branch {
	return r.search(func(t *taskRun) bool { return t.Scheduled == scheduled })
}

func (r *run) search(is func(*taskRun) bool) *branch {
	var found *branch
	r.Root.each(func(b *branch) {
		if b.Task != nil && is(b.Task) {
			found = b
		}
	})
	return found
}

// earlier gives the earlier of two times; the zero time is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
