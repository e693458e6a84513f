package asl

import (
	"container/heap"
	"time"
)

// timers holds, for each execution that acts by itself, when it next does.
type timers struct {
	heap  timerHeap
	place map[string]*timer
}

type timer struct {
	id    string
	at    time.Time
	index int
}

// set gives an execution's next moment; the zero time takes it out.
func (t *timers) set(id string, at time.Time) {
	e := t.place[id]
	switch {
	case e == nil && at.IsZero():
	case e == nil:
		e = &timer{id: id, at: at}
		t.place[id] = e
		heap.Push(&t.heap, e)
	case at.IsZero():
		heap.Remove(&t.heap, e.index)
		delete(t.place, id)
	default:
		e.at = at
		heap.Fix(&t.heap, e.index)
	}
}

// next gives the earliest moment, zero if there is none.
func (t *timers) next() time.Time {
	if len(t.heap) == 0 {
		return time.Time{}
	}
	return t.heap[0].at
}

// pop takes out an execution whose moment has come.
func (t *timers) pop(now time.Time) (id string, ok bool) {
	if len(t.heap) == 0 || t.heap[0].at.After(now) {
		return "", false
	}
	id = t.heap[0].id
	t.set(id, time.Time{})
	return id, true
}

type timerHeap []*timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	t, _ := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return t
}
