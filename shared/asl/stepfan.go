package asl

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// maxInline is how many items of an inline Map run at once (Step Functions
// quotas).
const maxInline = 40

// fanOut starts a Parallel or a Map.
func (s *step) fanOut(b *branch, sc scope) *stateError {
	b.Phase, b.Due = inside, time.Time{}
	if b.spec().kind == kindMap {
		return s.mapOver(b, sc)
	}
	input := sc.input
	if p := b.spec().params; p != nil {
		var err *stateError
		if input, err = p.eval(sc); err != nil {
			return err
		}
	}
	text := encode(input)
	if len(text) > maxPayload {
		e := tooLarge(b.State)
		e.terminal = true
		return e
	}
	started := s.emit(b, "ParallelStateStarted", nil)
	n := len(b.spec().fan.branches)
	b.Fan = &fanRun{Next: n, Left: n, Outputs: make([]json.RawMessage, n)}
	for i := range n {
		s.spawn(b, &branch{Index: i, Input: json.RawMessage(text), Previous: started})
	}
	return nil
}

// spawn starts one branch inside b.
func (s *step) spawn(b, child *branch) {
	g := b.spec().fan.graph(child.Index)
	child.State = g.start
	child.up, child.graph = b, g
	b.Fan.Live = append(b.Fan.Live, child)
	s.queue = append(s.queue, child)
}

func (s *step) mapOver(b *branch, sc scope) *stateError {
	st := b.spec()
	concurrency, err := st.fan.limit(sc)
	if err != nil {
		return err
	}
	v := sc.input
	if p := st.fan.items; p != nil {
		var ok bool
		if v, ok = p.find(sc); !ok {
			return noResults(p)
		}
	}
	items, ok := v.([]any)
	if !ok {
		at := "$"
		if st.fan.items != nil {
			at = st.fan.items.text
		}
		return runtimeError("Reference path \"%s\" must point to array.", at)
	}
	if concurrency == 0 || concurrency > maxInline {
		concurrency = maxInline
	}
	started := s.emit(b, "MapStateStarted", map[string]any{"length": len(items)})
	b.Fan = &fanRun{Items: slices.Clone(items), Left: len(items), Concurrency: concurrency, Outputs: make([]json.RawMessage, len(items))}
	for range min(concurrency, len(items)) {
		if err := s.nextItem(b, started); err != nil {
			return err
		}
	}
	if len(items) == 0 {
		return s.gather(b)
	}
	return nil
}

// limit gives how many items run at once; 0 is as many as are allowed. A text
// that spells a number is taken too, as recorded.
func (f *fanSpec) limit(sc scope) (int, *stateError) {
	if f.concurrencyPath == nil {
		return int(f.concurrency), nil
	}
	v, ok := f.concurrencyPath.find(sc)
	if !ok {
		return 0, noResults(f.concurrencyPath)
	}
	n, ok := whole(v)
	if text, isText := v.(string); isText {
		var err error
		n, err = strconv.ParseInt(text, 10, 32)
		ok = err == nil
	}
	if !ok || n < 0 {
		return 0, runtimeError("The MaxConcurrencyPath field refers to value \"%s\" which is not a valid integer: %s", shown(v), f.concurrencyPath.text)
	}
	return int(min(n, maxInline)), nil
}

// nextItem starts the next item of a Map, after the event with the number.
func (s *step) nextItem(b *branch, after int64) *stateError {
	i := b.Fan.Next
	b.Fan.Next++
	child := &branch{Index: i, Item: &mapItem{Index: i, Value: b.Fan.Items[i]}, Previous: after, up: b, graph: b.spec().fan.each}
	value := child.Item.Value
	if sel := b.spec().fan.selector; sel != nil {
		_, sc, err := s.effective(b)
		if err != nil {
			return err
		}
		item := child.Item
		sc.context = func() any {
			c, _ := s.context(b).(map[string]any)
			c["Map"] = map[string]any{"Item": map[string]any{"Index": number(item.Index), "Value": item.Value}}
			return c
		}
		if value, err = sel.eval(sc); err != nil {
			return err
		}
	}
	text := encode(value)
	if len(text) > maxPayload {
		e := tooLarge(b.State)
		e.terminal = true
		return e
	}
	child.Input = json.RawMessage(text)
	s.emit(child, "MapIterationStarted", map[string]any{"name": b.State, "index": i})
	s.spawn(b, child)
	return nil
}

// done ends a branch with its output.
func (s *step) done(b *branch, output string) {
	up := b.up
	if up == nil {
		s.end(Succeeded, output, nil)
		return
	}
	fan := up.Fan
	fan.Outputs[b.Index] = json.RawMessage(output)
	fan.Left--
	fan.remove(b)
	before := b.Previous
	if up.spec().kind == kindMap {
		s.emit(b, "MapIterationSucceeded", map[string]any{"name": up.State, "index": b.Index})
		fan.Items[b.Index] = nil
	}
	up.Previous = b.Previous
	var err *stateError
	switch {
	case fan.Left == 0:
		err = s.gather(up)
	case fan.Next < len(fan.Items):
		err = s.nextItem(up, before)
	}
	if err != nil {
		s.fail(up, err)
	}
}

func (f *fanRun) remove(b *branch) {
	for i, c := range f.Live {
		if c == b {
			f.Live = append(f.Live[:i:i], f.Live[i+1:]...)
			return
		}
	}
}

// gather makes the result of a Parallel or Map whose branches have all ended.
func (s *step) gather(b *branch) *stateError {
	result := make([]any, len(b.Fan.Outputs))
	for i, o := range b.Fan.Outputs {
		result[i], _ = decode(string(o))
	}
	last := b.Previous
	s.emit(b, string(b.spec().kind)+"StateSucceeded", nil)
	b.Previous = last // as recorded: the exit follows the last branch's event
	_, sc, err := s.effective(b)
	if err != nil {
		return err
	}
	return s.finish(b, result, sc)
}

// failBranch ends a branch with an error: the execution, or the Parallel or
// Map around it.
func (s *step) failBranch(b *branch, err *stateError) {
	up := b.up
	if up == nil {
		s.end(Failed, "", err)
		return
	}
	if b.spec().kind == kindTask {
		s.abortedEvent(b)
	}
	if up.spec().kind == kindMap {
		at := b.Previous
		s.emit(b, "MapIterationFailed", map[string]any{"name": up.State, "index": b.Index})
		b.Previous = at
	}
	up.Previous = b.Previous
	up.Fan.remove(b)
	for _, c := range up.Fan.Live {
		c.each(s.abortedEvent)
		if up.spec().kind == kindMap {
			s.emit(c, "MapIterationAborted", map[string]any{"name": up.State, "index": c.Index})
		}
	}
	s.fail(up, err)
}

// abortedEvent notes that a state was given up because of another branch. The
// event stands beside the branch's line, as recorded.
func (s *step) abortedEvent(b *branch) {
	k := b.spec().kind
	if k != kindTask && k != kindWait && k != kindParallel && k != kindMap {
		return
	}
	at := b.Previous
	s.emit(b, string(k)+"StateAborted", nil)
	b.Previous = at
}

// dropInside forgets everything inside a Parallel or Map.
func (s *step) dropInside(b *branch) {
	if b.Fan == nil {
		return
	}
	for _, c := range b.Fan.Live {
		c.each(s.drop)
		c.each(func(c *branch) { c.Phase = given })
	}
	b.Fan = nil
}
