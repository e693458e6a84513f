package aslcli

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"hoso/shared/asl"
)

// taskAnswers gives each function its answers: used in order, the last one
// again and again.
type taskAnswers map[string][]answer

// answer is what a function gives, or what is sent with its token.
type answer struct {
	Output json.RawMessage `json:"output"`
	Error  string          `json:"error"`
	Cause  string          `json:"cause"`
	Token  *answer         `json:"token"`
}

// player answers for the functions of a machine. As a journal it passes
// everything on and watches: the answer to a token is sent when its task has
// been submitted, as it would be outside.
type player struct {
	asl.Journal
	tasks     taskAnswers
	engine    *asl.Engine
	hold, let func() // of a played clock, which must not jump over an answer
	replies   sync.WaitGroup

	mu     sync.Mutex
	used   map[string]int
	tokens map[string]bool   // open
	waits  map[string]answer // by token: to be sent once submitted
	// params and follows lead from a TaskSubmitted event back to the
	// parameters, and so to the token, of its TaskScheduled event.
	params  map[int64]string
	follows map[int64]int64
}

func newPlayer(j asl.Journal, tasks taskAnswers) *player {
	return &player{
		Journal: j, tasks: tasks, hold: func() {}, let: func() {},
		used: map[string]int{}, tokens: map[string]bool{}, waits: map[string]answer{},
		params: map[int64]string{}, follows: map[int64]int64{},
	}
}

// next gives a function's next answer. It is known by its name as it stands,
// by the last part of its ARN, or by its placeholder.
func (p *player) next(function string) (answer, bool) {
	names := []string{function, function[strings.LastIndexByte(function, ':')+1:], strings.TrimSuffix(strings.TrimPrefix(function, "${"), "}")}
	for _, name := range names {
		list := p.tasks[name]
		if len(list) == 0 {
			continue
		}
		i := min(p.used[name], len(list)-1)
		p.used[name]++
		return list[i], true
	}
	return answer{}, false
}

func (p *player) invoke(_ context.Context, function string, payload []byte) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.next(function)
	switch {
	case !ok:
		return nil, &asl.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: "no answer is given for " + function}
	case a.Token != nil:
		if token := p.tokenIn(payload); token != "" {
			p.hold()
			p.waits[token] = *a.Token
		}
		return []byte("{}"), nil
	case a.Error != "":
		return nil, &asl.TaskError{Name: a.Error, Cause: a.Cause}
	case a.Output == nil:
		return []byte("null"), nil
	}
	return a.Output, nil
}

// tokenIn finds an open token among the texts of a payload.
func (p *player) tokenIn(payload []byte) string {
	var v any
	if json.Unmarshal(payload, &v) != nil {
		return ""
	}
	return p.search(v)
}

func (p *player) search(v any) string {
	switch v := v.(type) {
	case string:
		if p.tokens[v] {
			return v
		}
	case []any:
		for _, w := range v {
			if t := p.search(w); t != "" {
				return t
			}
		}
	case map[string]any:
		for _, w := range v {
			if t := p.search(w); t != "" {
				return t
			}
		}
	}
	return ""
}

// Commit passes a transition on and then sends the answers that are due.
func (p *player) Commit(ctx context.Context, t *asl.Transition) error {
	p.mu.Lock()
	for _, token := range t.Opened {
		p.tokens[token] = true
	}
	p.mu.Unlock()
	err := p.Journal.Commit(ctx, t)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range t.Events {
		p.follows[e.ID] = e.PreviousEventID
		if e.Type == "TaskScheduled" {
			p.params[e.ID], _ = e.Details["parameters"].(string)
		}
		if e.Type != "TaskSubmitted" {
			continue
		}
		token := p.tokenIn([]byte(p.params[p.follows[e.PreviousEventID]]))
		a, ok := p.waits[token]
		if !ok {
			continue
		}
		delete(p.waits, token)
		p.replies.Go(func() {
			defer p.let()
			p.reply(token, a)
		})
	}
	return err
}

// reply sends the answer to a token. A task that is over by then stays as it is.
func (p *player) reply(token string, a answer) {
	if a.Error != "" {
		_ = p.engine.Fail(context.Background(), token, a.Error, a.Cause)
		return
	}
	if a.Output == nil {
		a.Output = json.RawMessage("null")
	}
	_ = p.engine.Succeed(context.Background(), token, a.Output)
}
