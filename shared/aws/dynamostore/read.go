package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// get reads one item consistently; nil if it is not there.
func (s *Store) get(ctx context.Context, key item) (item, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, wrap("store.read", err)
	}
	if len(out.Item) == 0 {
		return nil, nil
	}
	return out.Item, nil
}

// Get gives a record, or fault.NotFound.
func (s *Store) Get(ctx context.Context, k store.Key) (store.Record, error) {
	it, err := s.get(ctx, recordKey(k))
	if err == nil && it == nil {
		err = missing("store.get", "record "+k.Part+"|"+k.Sort)
	}
	if err != nil {
		return store.Record{}, err
	}
	return readRecord(it), nil
}

// GetMany gives one consistent snapshot of at most store.MaxItems records and
// store.MaxBytes bytes.
func (s *Store) GetMany(ctx context.Context, keys []store.Key) ([]store.Record, error) {
	if len(keys) > store.MaxItems {
		return nil, tooMany(len(keys), "keys", store.MaxItems)
	}
	out := make([]store.Record, len(keys))
	at := map[store.Key]int{} // place in the request: one operation a key
	var gets []types.TransactGetItem
	for i, k := range keys {
		out[i].Key = k
		if _, asked := at[k]; !asked {
			at[k] = len(gets)
			gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: &s.table, Key: recordKey(k)}})
		}
	}
	if len(gets) == 0 {
		return out, nil
	}
	var found []types.ItemResponse
	var err error
	if len(gets) == 1 { // one item is a snapshot by itself, for half of the units
		var it item
		if it, err = s.get(ctx, gets[0].Get.Key); err == nil {
			found = []types.ItemResponse{{Item: it}}
		}
	} else {
		found, err = s.snapshot(ctx, gets)
	}
	if err != nil {
		return nil, err
	}
	size := 0
	for i, k := range keys {
		if it := found[at[k]].Item; len(it) > 0 {
			out[i] = readRecord(it)
		}
		if size += len(out[i].Body); size > store.MaxBytes {
			return nil, tooMany(size, "bytes", store.MaxBytes)
		}
	}
	return out, nil
}

// snapshot reads items as of one moment, again if writers were in the way.
func (s *Store) snapshot(ctx context.Context, gets []types.TransactGetItem) ([]types.ItemResponse, error) {
	for n := range tries {
		if n > 0 {
			if err := s.pause(ctx, n-1); err != nil {
				return nil, wrap("store.getmany", err)
			}
		}
		res, err := s.db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: gets})
		if err == nil {
			if len(res.Responses) != len(gets) {
				return nil, &fault.Error{Kind: fault.Internal, Op: "store.getmany", Err: fmt.Errorf("%d answers to %d keys", len(res.Responses), len(gets))}
			}
			return res.Responses, nil
		}
		reasons, ok := canceled(err)
		if !ok {
			return nil, wrap("store.getmany", err)
		}
		for _, why := range reasons {
			if c := aws.ToString(why.Code); c != "" && c != "None" && c != "TransactionConflict" {
				return nil, wrap("store.getmany", err)
			}
		}
	}
	return nil, &fault.Error{Kind: fault.Transient, Op: "store.getmany", Code: "contended"}
}

func tooMany(n int, what string, most int) error {
	return &fault.Error{Kind: fault.Invalid, Op: "store.getmany", Err: fmt.Errorf("%d %s, at most %d", n, what, most)}
}

// Counter gives what is free, or fault.NotFound.
func (s *Store) Counter(ctx context.Context, name string) (int64, error) {
	it, err := s.get(ctx, counterKey(name))
	if err == nil && it == nil {
		err = missing("store.counter", "counter "+name)
	}
	return getN(it, attrFree), err
}

// Head gives the end of a chain; the zero Head if it has no events. The end is
// the last event: an item of its own would be written with every act and say
// nothing else.
func (s *Store) Head(ctx context.Context, chain string) (evidence.Head, error) {
	res, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(1),
		KeyConditionExpression:    aws.String(attrPart + " = :part"),
		ExpressionAttributeValues: item{":part": str(eventPart + chain)},
	})
	if err != nil || len(res.Items) == 0 {
		return evidence.Head{}, wrap("store.head", err)
	}
	return readEvent(res.Items[0]).Head(), nil
}

// heads gives the ends of chains, consistently each.
func (s *Store) heads(ctx context.Context, chains []string) (map[string]evidence.Head, error) {
	out := map[string]evidence.Head{}
	for _, c := range chains {
		h, err := s.Head(ctx, c)
		if err != nil {
			return nil, err
		}
		out[c] = h
	}
	return out, nil
}

// batchMost is how many keys one batch read may name.
const batchMost = 100

// batch reads items consistently, each by itself, in no order.
func (s *Store) batch(ctx context.Context, keys []item) ([]item, error) {
	var out []item
	for n := 0; len(keys) > 0; n++ {
		if n > tries {
			return nil, &fault.Error{Kind: fault.Transient, Op: "store.read", Code: "throttled"}
		}
		now := keys[:min(len(keys), batchMost)]
		res, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			s.table: {Keys: now, ConsistentRead: aws.Bool(true)},
		}})
		if err != nil {
			return nil, wrap("store.read", err)
		}
		out = append(out, res.Responses[s.table]...)
		left := res.UnprocessedKeys[s.table].Keys
		keys = append(left, keys[len(now):]...)
		if len(left) == len(now) { // nothing came: throttled, not merely too large
			if err := s.pause(ctx, n); err != nil {
				return nil, wrap("store.read", err)
			}
		}
	}
	return out, nil
}

// Replay gives the first result of an idempotency key, fault.NotFound, or
// store.ErrKeyReused.
func (s *Store) Replay(ctx context.Context, key, request string) (store.Outcome, error) {
	it, err := s.get(ctx, actKey(key))
	if err == nil && it == nil {
		err = missing("store.replay", "act "+key)
	}
	if err != nil {
		return store.Outcome{}, err
	}
	return readAct(it, request)
}

// Events gives a chain's events after a place, in order.
func (s *Store) Events(ctx context.Context, chain string, after int64, limit int) ([]evidence.Placed, error) {
	limit = bound(limit)
	in := &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String(attrPart + " = :part AND " + attrSort + " > :after"),
		ExpressionAttributeValues: item{":part": str(eventPart + chain), ":after": str(place(max(after, 0)))},
		Limit:                     aws.Int32(int32(limit)),
	}
	var out []evidence.Placed
	for size := 0; ; {
		res, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, wrap("store.events", err)
		}
		for _, it := range res.Items {
			p := readEvent(it)
			out = append(out, p)
			if size += len(p.Line); size >= store.MaxRead || len(out) == limit {
				return out, nil
			}
		}
		if in.ExclusiveStartKey = res.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return out, nil
		}
	}
}

// bound gives how many rows a call may have.
func bound(limit int) int {
	if limit <= 0 || limit > store.MaxPage {
		return store.MaxPage
	}
	return limit
}
