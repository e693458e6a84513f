package dynamostore

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// Commit carries out the act whole or not at all; see store.Store.
func (s *Store) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	if err := store.Check(c); err != nil {
		if out, old := s.Replay(ctx, c.Key, c.Request); !fault.Is(old, fault.NotFound) {
			return out, old
		}
		return store.Outcome{}, err
	}
	for n := range tries {
		if n > 0 {
			if err := s.pause(ctx, n-1); err != nil {
				return store.Outcome{}, wrap("store.commit", err)
			}
		}
		// Read after the wait: whoever was in the way has most likely let a
		// chain grow, and what is tried with an old end is paid for and lost.
		heads, err := s.heads(ctx, c.Chains())
		if err != nil {
			return store.Outcome{}, err
		}
		p, err := store.Place(c, heads)
		if err != nil {
			return store.Outcome{}, err
		}
		legs := s.legs(p)
		_, err = s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items(legs)})
		if err == nil {
			return store.Outcome{Result: slices.Clone(c.Result)}, nil
		}
		reasons, ok := canceled(err)
		if !ok {
			var busy *types.TransactionConflictException
			if errors.As(err, &busy) {
				continue
			}
			return store.Outcome{}, wrap("store.commit", err)
		}
		v := judge(legs, reasons)
		switch {
		case v.act != nil:
			return readAct(v.act, c.Request)
		case v.odd != nil:
			return store.Outcome{}, wrap("store.commit", errors.Join(v.odd, err))
		case v.busy:
		case v.refusal.Err() != nil:
			return store.Outcome{}, v.refusal.Err()
		}
	}
	return store.Outcome{}, &fault.Error{
		Kind: fault.Transient, Op: "store.commit", Code: "contended",
		Public: "Nhiều người đang cùng làm việc này. Hãy thử lại sau ít phút.",
	}
}

// legKind says what a leg of the transaction stands for.
type legKind int

const (
	legAct legKind = iota
	legWrite
	legMade    // counter that must not be there
	legTaken   // counter that must have enough
	legGiven   // counter that must be there
	legEvent   // place in a chain, which nobody may have taken
	legMessage // no condition
)

// leg is one operation of the transaction and what it is about.
type leg struct {
	op   types.TransactWriteItem
	kind legKind
	key  store.Key // legWrite
	name string    // counter or chain
}

func items(legs []leg) []types.TransactWriteItem {
	out := make([]types.TransactWriteItem, len(legs))
	for i, l := range legs {
		out[i] = l.op
	}
	return out
}

const (
	absent  = "attribute_not_exists(" + attrPart + ")"
	present = "attribute_exists(" + attrPart + ")"
)

// legs writes a plan as a transaction. The idempotency row comes first.
func (s *Store) legs(p store.Plan) []leg {
	out := make([]leg, 0, p.Items())
	out = append(out, leg{kind: legAct, op: s.put(actItem(p))})
	for _, w := range p.Writes {
		out = append(out, leg{kind: legWrite, key: w.Key, op: s.write(w)})
	}
	for _, a := range p.Counters {
		out = append(out, s.count(a))
	}
	for _, e := range p.Placed {
		out = append(out, leg{kind: legEvent, name: e.Chain, op: s.put(eventItem(e))})
	}
	messages := p.Outbox
	if p.Log != nil {
		messages = append(slices.Clone(messages), *p.Log)
	}
	for _, m := range messages {
		out = append(out, leg{kind: legMessage, op: types.TransactWriteItem{Put: &types.Put{TableName: &s.table, Item: messageItem(m)}}})
	}
	return out
}

// put writes an item that must not be there. What stands in its way comes back
// with the refusal: a repeat is answered without a read.
func (s *Store) put(it item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: it, ConditionExpression: aws.String(absent),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// write is the operation of one record.
func (s *Store) write(w store.Write) types.TransactWriteItem {
	cond, values := aws.String(absent), item(nil)
	if w.Expect > 0 {
		cond, values = aws.String(attrRev+" = :rev"), item{":rev": num(w.Expect)}
	}
	switch {
	case w.Check:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &s.table, Key: recordKey(w.Key),
			ConditionExpression: cond, ExpressionAttributeValues: values,
		}}
	case w.Delete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &s.table, Key: recordKey(w.Key),
			ConditionExpression: cond, ExpressionAttributeValues: values,
		}}
	}
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: recordItem(w),
		ConditionExpression: cond, ExpressionAttributeValues: values,
	}}
}

// count is the operation of one counter.
func (s *Store) count(a store.Add) leg {
	if a.Create {
		it := counterKey(a.Counter)
		it[attrFree] = num(a.N)
		return leg{kind: legMade, name: a.Counter, op: types.TransactWriteItem{Put: &types.Put{
			TableName: &s.table, Item: it,
			ConditionExpression: aws.String(absent),
		}}}
	}
	kind, cond, values := legGiven, present, item{":n": num(a.N)}
	if a.N < 0 {
		kind, cond, values[":need"] = legTaken, "#free >= :need", num(-a.N)
	}
	return leg{kind: kind, name: a.Counter, op: types.TransactWriteItem{Update: &types.Update{
		TableName: &s.table, Key: counterKey(a.Counter),
		UpdateExpression: aws.String("SET #free = #free + :n"), ConditionExpression: aws.String(cond),
		ExpressionAttributeNames: map[string]string{"#free": attrFree}, ExpressionAttributeValues: values,
	}}}
}

// verdict is what the reasons of a canceled transaction amount to.
type verdict struct {
	act     item // the row of the first act: this is a repeat
	refusal store.Refusal
	busy    bool  // another transaction was in flight
	odd     error // a reason that no race explains
}

// judge reads the reasons, one a leg and in their order.
func judge(legs []leg, reasons []types.CancellationReason) verdict {
	var v verdict
	if len(reasons) != len(legs) {
		v.odd = errors.New("reasons do not match the transaction")
		return v
	}
	for i, why := range reasons {
		switch aws.ToString(why.Code) {
		case "None", "":
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			v.busy = true
		case "ConditionalCheckFailed":
			v.failed(legs[i], why.Item)
		default:
			v.odd = errors.New(aws.ToString(why.Code) + ": " + aws.ToString(why.Message))
		}
	}
	return v
}

// failed takes in one condition that did not hold.
func (v *verdict) failed(l leg, found item) {
	r := &v.refusal
	switch l.kind {
	case legAct:
		v.act = found
		if len(found) == 0 {
			v.odd = errors.New("the idempotency row is there and was not given back")
		}
	case legWrite:
		r.Conflict.Keys = append(r.Conflict.Keys, l.key)
	case legMade:
		r.Conflict.Counters = append(r.Conflict.Counters, l.name)
	case legTaken:
		if r.Short == "" {
			r.Short = l.name
		}
	case legGiven:
		if r.Missing == "" {
			r.Missing = l.name
		}
	case legEvent, legMessage: // the chain grew: tried again
	}
}
