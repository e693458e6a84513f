package dynamostore

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

var _ store.Source = (*Store)(nil)

// shown are the kinds of items that a walk hands out. The rest, answers to
// acts and leases, change without a commit's being missed.
var shown = []string{eventPart, recordPart, counterPart, messagePart}

// Snapshot opens one view of the whole table: it reads everything to a scratch
// file, then looks whether anything changed meanwhile, and begins again if so.
// DynamoDB has no snapshots of a table in use: one that never rests long
// enough is answered with fault.Transient, and is checked on a copy restored to
// a point in time. A few megabytes are in memory, whatever the table's size.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	const op = "store.snapshot"
	if s.opts.Scratch == nil {
		return nil, fault.New(fault.Internal, op+": no scratch file", "")
	}
	for range 3 {
		view, err := s.view(ctx)
		if err != nil {
			return nil, fault.Wrap(fault.Transient, op, err)
		}
		var again state
		err = s.scan(ctx, func(it spooled, _ string) error { again.add(it); return nil })
		if err == nil && view.seen == again {
			return view, nil
		}
		if cerr := view.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, fault.Wrap(fault.Transient, op, err)
		}
	}
	return nil, &fault.Error{
		Kind: fault.Transient, Op: op, Code: "in-use",
		Public: "Kho dữ liệu đang được ghi nên không kiểm tra được ngay. Hãy khôi phục một bản theo thời điểm và kiểm tra bản đó.",
	}
}

// view reads the table once.
func (s *Store) view(ctx context.Context) (*snapshot, error) {
	file, err := s.opts.Scratch()
	if err != nil {
		return nil, err
	}
	v := &snapshot{spool: newSpool(file, runBytes)}
	if err := s.scan(ctx, func(it spooled, kind string) error {
		v.seen.add(it)
		return v.spool.add(kind, it)
	}); err != nil {
		_ = file.Close() // the reading's error says more
		return nil, err
	}
	return v, nil
}

// scan reads every item that a walk hands out, consistently.
func (s *Store) scan(ctx context.Context, visit func(it spooled, kind string) error) error {
	in := &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)}
	for {
		out, err := s.db.Scan(ctx, in)
		if err != nil {
			return wrap("store.snapshot", err)
		}
		for _, it := range out.Items {
			kind := kindOf(it)
			if !slices.Contains(shown, kind) {
				continue
			}
			if err := visit(encode(it), kind); err != nil {
				return err
			}
		}
		if in.ExclusiveStartKey = out.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return nil
		}
	}
}

// state tells one state of a table from every other, in whatever order its
// items come: how many there are, and the sum of their digests.
type state struct {
	items int64
	sum   store.Sum
}

func (t *state) add(it spooled) {
	t.items++
	t.sum.Add(sha256.Sum256(it.text))
}

// snapshot is everything the table held.
type snapshot struct {
	spool *spool
	seen  state
}

// Close lets the view go.
func (s *snapshot) Close() error { return s.spool.file.Close() }

// Sums says how the sums of records were made. There is no total: an item that
// every commit changes would make all of them wait for each other.
func (s *snapshot) Sums(context.Context) (store.Sums, error) {
	return store.Sums{Key: summer.ID()}, nil
}

// Walk hands everything w asks for to its functions; see store.Snapshot.
func (s *snapshot) Walk(ctx context.Context, w store.Walker) error {
	if w.Head != nil {
		if err := s.heads(ctx, w.Head); err != nil {
			return err
		}
	}
	visits := []struct {
		kind   string
		wanted bool
		visit  func(it item) error
	}{
		{eventPart, w.Event != nil, func(it item) error { return w.Event(readEvent(it)) }},
		{recordPart, w.Record != nil, func(it item) error {
			if !strings.HasPrefix(getS(it, attrPart), recordPart+w.Part) {
				return nil
			}
			rec := readRecord(it)
			if sum, ok := it[attrSum].(*types.AttributeValueMemberB); ok {
				rec.Sum = sum.Value
			}
			return w.Record(rec)
		}},
		{counterPart, w.Counter != nil, func(it item) error {
			return w.Counter(strings.TrimPrefix(getS(it, attrPart), counterPart), getN(it, attrFree))
		}},
		{messagePart, w.Message != nil, func(it item) error { return w.Message(readMessage(it)) }},
	}
	for _, v := range visits {
		if !v.wanted {
			continue
		}
		if err := s.spool.each(v.kind, func(it item) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return v.visit(it)
		}); err != nil {
			return err
		}
	}
	return nil
}

// heads hands over the end of each chain: the last of its events, which lie
// together in order.
func (s *snapshot) heads(ctx context.Context, visit func(chain string, h evidence.Head) error) error {
	var last evidence.Placed
	end := func() error {
		if last.Chain == "" {
			return nil
		}
		return visit(last.Chain, last.Head())
	}
	if err := s.spool.each(eventPart, func(it item) error {
		p := readEvent(it)
		if p.Chain != last.Chain {
			if err := errors.Join(ctx.Err(), end()); err != nil {
				return err
			}
		}
		last = p
		return nil
	}); err != nil {
		return err
	}
	return end()
}
