package s3gateway

import (
	"context"
	"testing"
)

func TestObjectToldOfWhileStoppingIsHandedOver(t *testing.T) {
	for range 30 { // which of two ready things is taken first is a matter of chance
		ctx, cancel := context.WithCancel(t.Context())
		var e *events
		ready := make(chan struct{})
		var told []string
		e = newEvents(ctx, func(_ context.Context, o Object) {
			<-ready
			told = append(told, o.Key)
			if o.Key == "first" {
				e.add(Object{Key: "second"})
				cancel()
			}
		})
		close(ready)
		e.add(Object{Key: "first"})
		<-e.done
		if len(told) != 2 {
			t.Fatalf("told of %v", told)
		}
	}
}

func TestKeyIsEitherWrittenOrRemoved(t *testing.T) {
	d := &durable{keys: map[string]int{}}
	for range 2 {
		if !d.enter("b", "k") {
			t.Fatal("two uploads of a key at once are refused")
		}
	}
	if d.claim("b", "k") {
		t.Error("removal begins during an upload")
	}
	d.leave("b", "k")
	if d.claim("b", "k") {
		t.Error("removal begins during the other upload")
	}
	d.leave("b", "k")
	if !d.claim("b", "k") {
		t.Error("removal is refused after both uploads")
	}
	if d.claim("b", "k") {
		t.Error("two removals at a time")
	}
	if d.enter("b", "k") {
		t.Error("upload begins during a removal")
	}
	if !d.enter("b", "other") {
		t.Error("another key waits")
	}
	d.release("b", "k")
	if !d.enter("b", "k") {
		t.Error("upload is refused after the removal")
	}
}
