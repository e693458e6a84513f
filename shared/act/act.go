// Package act runs one act of a person or a stage against the store: look for
// an earlier run of the same act, read a snapshot, decide, commit, and decide
// again if somebody else was faster.
//
// It is the only place where acts are retried inside the product; state
// machines retry whole stages on top of it.
package act

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// Desk is what every act needs: the store, the clock, ids and randomness.
type Desk struct {
	Store store.Store
	Now   func() time.Time
	NewID func() string      // UUIDv7 as 32 hex digits: unique, ordered by time
	Rand  func(n int) []byte // n random bytes from a secure source
	// Blind is a secret that Request mixes in, of which nothing lies in the
	// store. nil: requests are plain digests.
	Blind []byte
}

// tries bounds how often an act decides again after losing a race.
const tries = 12

// Do runs the act named key. request tells repeats of the act from another
// act under the same key; it must not depend on anything that was read.
// decide reads what it needs and returns the commit; Key, Request and At are
// filled in here. A decide that finds nothing to do returns a commit without
// effects: its Result is remembered all the same.
func (d Desk) Do(ctx context.Context, key, request string, decide func(ctx context.Context, now time.Time) (store.Commit, error)) (store.Outcome, error) {
	if out, err := d.Store.Replay(ctx, key, request); err == nil {
		return out, nil
	} else if !fault.Is(err, fault.NotFound) {
		return store.Outcome{}, err
	}
	var last error
	for range tries {
		now := d.Now()
		c, err := decide(ctx, now)
		if err != nil {
			// A repeat that ran beside the first finds the act done: it gets
			// the first one's result, not a refusal of doing it again.
			if out, rerr := d.Store.Replay(ctx, key, request); rerr == nil {
				return out, nil
			}
			return store.Outcome{}, err
		}
		c.Key, c.Request, c.At = key, request, now
		out, err := d.Store.Commit(ctx, c)
		if err == nil {
			return out, nil
		}
		var lost *store.ConflictError
		if !errors.As(err, &lost) {
			return store.Outcome{}, err
		}
		last = err
		if ctx.Err() != nil {
			return store.Outcome{}, fault.Wrap(fault.Transient, "act", ctx.Err())
		}
	}
	return store.Outcome{}, &fault.Error{
		Kind: fault.Conflict, Op: "act", Err: last,
		Public: "Có người khác vừa thay đổi cùng hồ sơ này. Hãy tải lại trang và thử lại.",
	}
}

// Event makes an event; data must be a small JSON-encodable value of ids,
// numbers and digests.
func Event(chain, kind, actor string, at time.Time, data any) evidence.Event {
	body, err := json.Marshal(data)
	if err != nil {
		body = nil
	}
	if string(body) == "null" {
		body = nil
	}
	return evidence.Event{Chain: chain, Type: kind, Actor: actor, At: at, Data: body}
}

// Digest gives the SHA-256 of v's JSON in lower-case hex: what a decision is
// bound to, and what an act's request is told apart by.
func Digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Request gives what tells repeats of an act from another act, where what was
// asked holds words of a person. It is kept with the act's result for ever, so
// it is keyed: who reads the store can try no guess at an erased text against
// it. A repeat is known again as long as the key is the same.
func (d Desk) Request(v any) string {
	if len(d.Blind) == 0 {
		return Digest(v)
	}
	m := hmac.New(sha256.New, d.Blind)
	m.Write([]byte(Digest(v)))
	return hex.EncodeToString(m.Sum(nil))
}

// Hash gives the SHA-256 of a secret in lower-case hex: what is stored of
// links, codes, sessions and tokens.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Result encodes a small value as a commit's result.
func Result(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

// ResultString reads a result that Result made of a string.
func ResultString(o store.Outcome) string {
	var s string
	if json.Unmarshal(o.Result, &s) != nil {
		return ""
	}
	return s
}

// ReadResult decodes a commit's result into v.
func ReadResult(o store.Outcome, v any) error {
	return fault.Wrap(fault.Internal, "act.result", json.Unmarshal(o.Result, v))
}

// StageKey is the idempotency key of a stage: subject, revision and stage,
// without the generation, since a re-driven run must not repeat effects.
func StageKey(subject string, revision int, stage string, more ...string) string {
	key := fmt.Sprintf("%s/%d/%s", subject, revision, stage)
	for _, m := range more {
		key += "/" + m
	}
	return key
}
