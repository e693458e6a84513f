package cloud

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/evidence"
	"hoso/shared/fault"
)

var stack awstest.Stack

func TestMain(m *testing.M) { os.Exit(awstest.Main(m, &stack)) }

// TestALogKeyIsItsSeeds signs with the key of a seed and opens with its
// public line; another seed's key has another name and does not open it.
func TestALogKeyIsItsSeeds(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, 32)
	signer, public, err := logKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	if _, again, _ := logKey(seed); again != public {
		t.Error("the same seed gives another key")
	}
	c := evidence.Checkpoint{Origin: logOrigin(seed), Head: evidence.LogHead{}, At: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	c.Head.Root = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	signed, err := c.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (evidence.Keys{{Line: public}}).Open(signed); err != nil {
		t.Errorf("its own key does not open it: %v", err)
	}
	_, other, err := logKey(bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (evidence.Keys{{Line: other}}).Open(signed); err == nil {
		t.Error("another key opens it")
	}
}

// TestADemonstrationsClockIsShared lets two processes see one clock, and
// keeps a store in earnest from ever getting one.
func TestADemonstrationsClockIsShared(t *testing.T) {
	s := stack.Store(t, rand.Float64)
	ctx := context.Background()
	wall := func() time.Time { return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC) }
	a, b := &Clock{wall: wall, store: s, demo: true}, &Clock{wall: wall, store: s, demo: true}
	const start = "2023-11-06T08:00:00+07:00"
	for _, c := range []*Clock{a, b} {
		if err := c.Begin(ctx, start); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the same key advances once
		if _, err := a.Advance(ctx, "k", time.Hour); err != nil && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	}
	if _, err := b.around(lambdahost.Func(func(context.Context, []byte) ([]byte, error) { return nil, nil })).Invoke(ctx, nil); err != nil {
		t.Fatal(err)
	}
	want := time.Date(2023, 11, 6, 2, 0, 0, 0, time.UTC)
	if !a.Now().Equal(want) || !b.Now().Equal(want) {
		t.Errorf("one shows %v, the other %v, want %v", a.Now(), b.Now(), want)
	}
	real := stack.Store(t, rand.Float64)
	if err := (&Clock{wall: wall, store: real}).Begin(ctx, ""); err != nil {
		t.Fatal(err)
	}
	if err := (&Clock{wall: wall, store: real, demo: true}).Begin(ctx, start); !fault.Is(err, fault.Conflict) {
		t.Errorf("a store in earnest became a demonstration: %v", err)
	}
}
