package dynamostore

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
)

// readAtOnce is how many messages are read together: large ones must not come
// by the hundred.
const readAtOnce = 25

// Pending gives messages that are due: those for at once in the order of
// their ids, then those whose time has come.
func (s *Store) Pending(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	p := pending{limit: bound(limit)}
	in := &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String(attrPart + " = :part"),
		FilterExpression:          aws.String("attribute_not_exists(" + attrWhen + ")"),
		ExpressionAttributeValues: item{":part": str(messagePart)},
		Limit:                     aws.Int32(int32(p.limit)),
	}
	for full := false; !full; {
		res, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, wrap("store.pending", err)
		}
		full = p.add(res.Items)
		if in.ExclusiveStartKey = res.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			break
		}
	}
	if p.full() {
		return p.out, nil
	}
	return s.timely(ctx, p, now.UTC().Format(evidence.TimeLayout))
}

// pending gathers messages up to what one call may give.
type pending struct {
	limit, size int
	out         []store.Message
}

func (p *pending) full() bool { return len(p.out) >= p.limit || p.size >= store.MaxRead }

// add takes messages up and reports whether there is no room for more.
func (p *pending) add(its []item) bool {
	for _, it := range its {
		if p.full() {
			break
		}
		m := readMessage(it)
		p.out, p.size = append(p.out, m), p.size+len(m.Body)
	}
	return p.full()
}

// timely adds the messages for later whose time has come, those due longest
// first as far as the index knows.
func (s *Store) timely(ctx context.Context, p pending, until string) ([]store.Message, error) {
	in := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(dueIndex),
		KeyConditionExpression:    aws.String(attrQueue + " = :queue AND " + attrWhen + " <= :now"),
		ExpressionAttributeValues: item{":queue": str(queue), ":now": str(until)},
		Limit:                     aws.Int32(int32(p.limit)),
	}
	for {
		res, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, wrap("store.pending", err)
		}
		for keys := range slices.Chunk(res.Items, readAtOnce) {
			its, err := s.still(ctx, keys, until)
			if err != nil {
				return nil, err
			}
			if p.add(its) {
				return p.out, nil
			}
		}
		if in.ExclusiveStartKey = res.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return p.out, nil
		}
	}
}

// still reads what the index named, without those that were settled or
// deferred since, in the index's order. One that has become a message for at
// once was given already, or will be.
func (s *Store) still(ctx context.Context, found []item, until string) ([]item, error) {
	keys := make([]item, len(found))
	order := map[string]int{}
	for i, it := range found {
		sort := getS(it, attrSort)
		keys[i], order[sort] = keyOf(getS(it, attrPart), sort), i
	}
	its, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	its = slices.DeleteFunc(its, func(it item) bool { when := getS(it, attrWhen); return when == "" || when > until })
	slices.SortFunc(its, func(a, b item) int { return order[getS(a, attrSort)] - order[getS(b, attrSort)] })
	return its, nil
}

// deleteMost is how many items one batch write may name.
const deleteMost = 25

// Settle removes messages that were delivered; a missing one is fine.
func (s *Store) Settle(ctx context.Context, ids ...string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var left []types.WriteRequest
	for _, id := range ids {
		left = append(left, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: messageKey(id)}})
	}
	for n := 0; len(left) > 0; n++ {
		if n > tries {
			return &fault.Error{Kind: fault.Transient, Op: "store.settle", Code: "throttled"}
		}
		now := left[:min(len(left), deleteMost)]
		res, err := s.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{s.table: now}})
		if err != nil {
			return wrap("store.settle", err)
		}
		again := res.UnprocessedItems[s.table]
		left = append(again, left[len(now):]...)
		if len(again) > 0 {
			if err := s.pause(ctx, n); err != nil {
				return wrap("store.settle", err)
			}
		}
	}
	return nil
}

// Defer keeps a message for later and notes the failure; a missing one is fine.
func (s *Store) Defer(ctx context.Context, id string, due time.Time, reason string) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: messageKey(id),
		ConditionExpression:       aws.String(present),
		UpdateExpression:          aws.String("SET #queue = :queue, #when = :due, #failed = :why ADD #tries :one"),
		ExpressionAttributeNames:  map[string]string{"#queue": attrQueue, "#when": attrWhen, "#failed": attrFailed, "#tries": attrTries},
		ExpressionAttributeValues: item{":queue": str(queue), ":due": str(dueText(due)), ":why": str(reason), ":one": num(1)},
	})
	var gone *types.ConditionalCheckFailedException
	if errors.As(err, &gone) {
		return nil
	}
	return wrap("store.defer", err)
}
