package dynamostore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/fault"
	"hoso/shared/store"
)

var _ store.Source = (*Store)(nil)

// Snapshot opens one view of the whole table: it reads everything, then looks
// whether anything changed meanwhile, and begins again if so. DynamoDB has no
// snapshots of a table in use: one that never rests long enough is answered
// with fault.Transient, and is checked on a copy restored to a point in time.
// The view is held in memory.
func (s *Store) Snapshot(ctx context.Context) (store.Snapshot, error) {
	for range 3 {
		view := &snapshot{}
		if err := s.scan(ctx, func(it item) { view.items = append(view.items, it) }); err != nil {
			return nil, err
		}
		var again []string
		if err := s.scan(ctx, func(it item) { again = append(again, state(it)) }); err != nil {
			return nil, err
		}
		if view.is(again) {
			view.order()
			return view, nil
		}
	}
	return nil, &fault.Error{
		Kind: fault.Transient, Op: "store.snapshot", Code: "in-use",
		Public: "Kho dữ liệu đang được ghi nên không kiểm tra được ngay. Hãy khôi phục một bản theo thời điểm và kiểm tra bản đó.",
	}
}

// scan reads every item of the table consistently.
func (s *Store) scan(ctx context.Context, visit func(item)) error {
	in := &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)}
	for {
		out, err := s.db.Scan(ctx, in)
		if err != nil {
			return wrap("store.snapshot", err)
		}
		for _, it := range out.Items {
			visit(it)
		}
		if in.ExclusiveStartKey = out.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return nil
		}
	}
}

// state tells one state of an item from every other.
func state(it item) string {
	names := make([]string, 0, len(it))
	for n := range it {
		names = append(names, n)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, n := range names {
		_, _ = fmt.Fprintf(h, "%q=%q%d%q;", n, getS(it, n), getN(it, n), getBody(item{attrPacked: it[n]}))
	}
	return getS(it, attrPart) + "\x00" + getS(it, attrSort) + "\x00" + hex.EncodeToString(h.Sum(nil))
}

// snapshot is everything the table held.
type snapshot struct{ items []item }

// is reports whether the view shows these states.
func (s *snapshot) is(states []string) bool {
	mine := make([]string, len(s.items))
	for i, it := range s.items {
		mine[i] = state(it)
	}
	slices.Sort(mine)
	slices.Sort(states)
	return slices.Equal(mine, states)
}

// order sorts the view by kind, then name: parts and chains in byte order.
func (s *snapshot) order() {
	slices.SortFunc(s.items, func(a, b item) int {
		return cmp.Or(cmp.Compare(getS(a, attrPart), getS(b, attrPart)), cmp.Compare(getS(a, attrSort), getS(b, attrSort)))
	})
}

// Close lets the view go.
func (s *snapshot) Close() error {
	s.items = nil
	return nil
}

// Sums says how the sums of records were made. There is no total: an item that
// every commit changes would make all of them wait for each other.
func (s *snapshot) Sums(context.Context) (store.Sums, error) {
	return store.Sums{Key: summer.ID()}, nil
}

// Walk hands everything w asks for to its functions; see store.Snapshot.
func (s *snapshot) Walk(ctx context.Context, w store.Walker) error {
	visits := []struct {
		prefix string
		wanted bool
		visit  func(it item) error
	}{
		{headPart, w.Head != nil, func(it item) error {
			return w.Head(strings.TrimPrefix(getS(it, attrPart), headPart), readHead(it))
		}},
		{eventPart, w.Event != nil, func(it item) error { return w.Event(readEvent(it)) }},
		{recordPart + w.Part, w.Record != nil, func(it item) error {
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
		for _, it := range s.items {
			if !strings.HasPrefix(getS(it, attrPart), v.prefix) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := v.visit(it); err != nil {
				return err
			}
		}
	}
	return nil
}
