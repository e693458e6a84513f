package store

import (
	"context"
	"encoding/json"

	"hoso/shared/fault"
)

// Load reads a record into v and gives its revision, or fault.NotFound.
func Load(ctx context.Context, r Reader, k Key, v any) (int64, error) {
	rec, err := r.Get(ctx, k)
	if err != nil {
		return 0, err
	}
	return rec.Rev, rec.Decode(v)
}

// Decode reads the record's body into v. Fields that v does not know are
// passed over: records outlive the code that wrote them.
func (r Record) Decode(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return &fault.Error{Kind: fault.Internal, Op: "store.decode " + r.Key.Part, Err: err}
	}
	return nil
}

// Put makes the write that stores v at k, which must have revision expect
// (0: must not exist).
func Put(k Key, expect int64, v any, index ...Entry) Write {
	body, err := json.Marshal(v)
	if err != nil {
		// A nil body is not JSON: the commit is refused with the key's name.
		body = nil
	}
	return Write{Key: k, Expect: expect, Body: body, Index: index}
}

// Unchanged makes the write that only checks a record's revision
// (0: it must not exist).
func Unchanged(k Key, expect int64) Write { return Write{Key: k, Expect: expect, Check: true} }

// Remove makes the write that deletes a record of a known revision.
func Remove(k Key, expect int64) Write { return Write{Key: k, Expect: expect, Delete: true} }

// Msg makes an outbox message; a body that cannot be encoded fails the commit.
func Msg(id, kind string, body any) Message {
	b, err := json.Marshal(body)
	if err != nil {
		return Message{}
	}
	return Message{ID: id, Kind: kind, Body: b}
}
