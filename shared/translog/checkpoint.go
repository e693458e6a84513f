package translog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// CheckpointMessage is the kind of the outbox messages that Deliver carries
// out: a checkpoint is to be published, or one is wanted.
const CheckpointMessage = "checkpoint"

// ErasedMessage is the kind of the outbox messages that have Deliver publish
// what was erased; the body is an evidence.Gone without its origin.
const ErasedMessage = "erased"

// checkpointBody is the body of a CheckpointMessage: the size of the
// checkpoint to publish; 0: a new one is wanted.
type checkpointBody struct {
	Size int64 `json:"size"`
}

// Issued is a checkpoint with its signatures.
type Issued struct {
	evidence.Checkpoint
	Signed []byte
}

// Latest gives the newest checkpoint; fault.NotFound if there is none.
func (l Log) Latest(ctx context.Context) (Issued, error) { return latest(ctx, l.Store) }

func latest(ctx context.Context, r store.Reader) (Issued, error) {
	s, err := r.List(ctx, Part, store.Page{Prefix: checkpointPrefix, Desc: true, Limit: 1})
	if err != nil {
		return Issued{}, err
	}
	if len(s.Records) == 0 {
		return Issued{}, &fault.Error{Kind: fault.NotFound, Op: "translog.latest", Code: "no-checkpoint"}
	}
	return issuedOf(s.Records[0])
}

func issuedOf(r store.Record) (Issued, error) {
	var body Checkpoint
	if err := r.Decode(&body); err != nil {
		return Issued{}, damaged(err)
	}
	c, err := evidence.Peek([]byte(body.Signed))
	if err != nil {
		return Issued{}, damaged(err)
	}
	return Issued{Checkpoint: c, Signed: []byte(body.Signed)}, nil
}

// Checkpoint signs the log as it is and queues the checkpoint to be published
// (see Deliver). It gives the newest checkpoint instead if the log has not
// grown since, or, unless now is true, if that one is younger than l.Every.
//
// Errors: fault.NotFound (the log is empty), fault.Invalid (no signer),
// fault.Conflict (the log grows too fast to be caught), and the store's own.
func (l Log) Checkpoint(ctx context.Context, now bool) (Issued, error) {
	var last error
	for range tries {
		// The head is read before the newest checkpoint and must be unchanged
		// when the new one is written: so each knows the one before it.
		var head evidence.LogHead
		rev, err := store.Load(ctx, l.Store, HeadKey(), &head)
		if err != nil {
			return Issued{}, err
		}
		prev, err := l.Latest(ctx)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Issued{}, err
		}
		at := l.Now()
		if prev.Signed != nil && (prev.Head.Size >= head.Size || !now && at.Sub(prev.At) < l.Every) {
			return prev, nil
		}
		issued, err := l.issue(ctx, evidence.Checkpoint{Origin: l.Origin, Head: head, At: at}, rev, prev.Head.Size)
		if !errors.Is(err, errRace) {
			return issued, err
		}
		last = err
	}
	return Issued{}, fault.Wrap(fault.Conflict, "translog.checkpoint", last)
}

// issue signs and commits c, whose head has revision rev.
func (l Log) issue(ctx context.Context, c evidence.Checkpoint, rev, prev int64) (Issued, error) {
	signed, err := c.Sign(l.Signers...)
	if err != nil {
		return Issued{}, fault.Wrap(fault.Invalid, "translog.checkpoint", err)
	}
	key := CheckpointKey(c.Head.Size)
	outbox := []store.Message{store.Msg(fmt.Sprintf("%s/%d", CheckpointMessage, c.Head.Size), CheckpointMessage, checkpointBody{c.Head.Size})}
	if l.Notices != nil {
		notices, err := l.Notices(ctx, c, signed)
		if err != nil {
			return Issued{}, err
		}
		outbox = append(outbox, notices...)
	}
	out, err := l.Store.Commit(ctx, store.Commit{
		Key: fmt.Sprintf("log/checkpoint/%d", c.Head.Size), Request: c.Head.Root, At: c.At,
		Writes: []store.Write{store.Unchanged(HeadKey(), rev), store.Put(key, 0, Checkpoint{Signed: string(signed), Prev: prev})},
		Outbox: outbox,
	})
	var lost *store.ConflictError
	switch {
	case errors.As(err, &lost):
		return Issued{}, fmt.Errorf("%w: %w", errRace, err)
	case err != nil:
		return Issued{}, err
	case out.Replayed:
		// Another worker signed this size first: its signature is the one.
		r, err := l.Store.Get(ctx, key)
		if err != nil {
			return Issued{}, err
		}
		return issuedOf(r)
	}
	return Issued{Checkpoint: c, Signed: signed}, nil
}

// Unpublished tells whether m is a message that will publish a checkpoint,
// and of what size.
func Unpublished(m store.Message) (size int64, ok bool) {
	var body checkpointBody
	if m.Kind != CheckpointMessage || json.Unmarshal(m.Body, &body) != nil {
		return 0, false
	}
	return body.Size, body.Size > 0
}

// Deliver carries out a CheckpointMessage or an ErasedMessage.
func (l Log) Deliver(ctx context.Context, m store.Message) error {
	if m.Kind == ErasedMessage {
		return l.publishGone(ctx, m)
	}
	var body checkpointBody
	if err := json.Unmarshal(m.Body, &body); err != nil || m.Kind != CheckpointMessage {
		return &fault.Error{Kind: fault.Invalid, Op: "translog.deliver", Err: err}
	}
	if body.Size == 0 {
		_, err := l.Checkpoint(ctx, true)
		return err
	}
	r, err := l.Store.Get(ctx, CheckpointKey(body.Size))
	if err != nil {
		return err
	}
	issued, err := issuedOf(r)
	if err != nil {
		return err
	}
	return l.Publish(ctx, FileName(body.Size), issued.Signed)
}

// publishGone signs what was erased and puts it beside the checkpoints.
func (l Log) publishGone(ctx context.Context, m store.Message) error {
	var g evidence.Gone
	if err := json.Unmarshal(m.Body, &g); err != nil {
		return &fault.Error{Kind: fault.Invalid, Op: "translog.deliver", Err: err}
	}
	g.Origin = l.Origin
	signed, err := g.Sign(l.Signers...)
	if err != nil {
		return fault.Wrap(fault.Invalid, "translog.deliver", err)
	}
	return l.Publish(ctx, g.FileName(), signed)
}

// FileName is the name under which a checkpoint is published.
func FileName(size int64) string { return fmt.Sprintf("checkpoint-%012d.txt", size) }
