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

// Pending gives messages that are due, those due longest first as far as the
// index knows.
func (s *Store) Pending(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	limit = bound(limit)
	until := now.UTC().Format(evidence.TimeLayout)
	in := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(dueIndex),
		KeyConditionExpression:    aws.String(attrQueue + " = :queue AND " + attrWhen + " <= :now"),
		ExpressionAttributeValues: item{":queue": str(queue), ":now": str(until)},
		Limit:                     aws.Int32(int32(limit)),
	}
	var out []store.Message
	for size := 0; ; {
		res, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, wrap("store.pending", err)
		}
		for keys := range slices.Chunk(res.Items, readAtOnce) {
			ms, err := s.messages(ctx, keys, until)
			if err != nil {
				return nil, err
			}
			for _, m := range ms {
				out = append(out, m)
				if size += len(m.Body); size >= store.MaxRead || len(out) == limit {
					return out, nil
				}
			}
		}
		if in.ExclusiveStartKey = res.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return out, nil
		}
	}
}

// messages reads what the index named, without those that were settled or
// deferred since, in the index's order.
func (s *Store) messages(ctx context.Context, found []item, until string) ([]store.Message, error) {
	keys := make([]item, len(found))
	order := map[string]int{}
	for i, it := range found {
		part := getS(it, attrPart)
		keys[i], order[part] = keyOf(part, getS(it, attrSort)), i
	}
	its, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	its = slices.DeleteFunc(its, func(it item) bool { return getS(it, attrWhen) > until })
	slices.SortFunc(its, func(a, b item) int { return order[getS(a, attrPart)] - order[getS(b, attrPart)] })
	out := make([]store.Message, len(its))
	for i, it := range its {
		out[i] = readMessage(it)
	}
	return out, nil
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
	when := str(dueText(due))
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: messageKey(id),
		ConditionExpression:       aws.String(present),
		UpdateExpression:          aws.String("SET #when = :due, #due = :due, #failed = :why ADD #tries :one"),
		ExpressionAttributeNames:  map[string]string{"#when": attrWhen, "#due": attrDue, "#failed": attrFailed, "#tries": attrTries},
		ExpressionAttributeValues: item{":due": when, ":why": str(reason), ":one": num(1)},
	})
	var gone *types.ConditionalCheckFailedException
	if errors.As(err, &gone) {
		return nil
	}
	return wrap("store.defer", err)
}
