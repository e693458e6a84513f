package s3gateway

import (
	"context"
	"strings"
	"sync"
)

// Object is one stored object version, as told to OnObject.
type Object struct {
	Bucket  string
	Key     string
	Version string
	Size    int64 // bytes
	ETag    string
}

// events hands stored objects over one by one, in the order they became
// durable, off the request path. The queue has no bound: an entry is a few
// hundred bytes and dropping one would leave a document unread.
type events struct {
	handle func(context.Context, Object)
	mu     sync.Mutex
	queue  []Object
	wake   chan struct{}
	done   chan struct{}
}

// newEvents starts the hand-over; it goes on until ctx is cancelled and the
// queue is empty.
func newEvents(ctx context.Context, handle func(context.Context, Object)) *events {
	e := &events{handle: handle, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go e.run(ctx)
	return e
}

func (e *events) add(o Object) {
	if e.handle == nil {
		return
	}
	// The library's strings are windows into buffers of the request.
	o.Bucket, o.Key = strings.Clone(o.Bucket), strings.Clone(o.Key)
	o.Version, o.ETag = strings.Clone(o.Version), strings.Clone(o.ETag)
	e.mu.Lock()
	e.queue = append(e.queue, o)
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *events) take() []Object {
	e.mu.Lock()
	defer e.mu.Unlock()
	q := e.queue
	e.queue = nil
	return q
}

func (e *events) run(ctx context.Context) {
	defer close(e.done)
	// Entries left at the end are still handed over, so the handler gets a
	// context that outlives the stop.
	live := context.WithoutCancel(ctx)
	for {
		for _, o := range e.take() {
			e.handle(live, o)
		}
		select {
		case <-e.wake:
		case <-ctx.Done():
			for _, o := range e.take() {
				e.handle(live, o)
			}
			return
		}
	}
}
