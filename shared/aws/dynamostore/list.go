package dynamostore

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// lane is where a list runs: the table, or an index.
type lane struct {
	index      string // "" for the table
	part, sort string // names of its key attributes
	value      string // the partition
}

// List gives records of one part in order of Sort.
func (s *Store) List(ctx context.Context, part string, p store.Page) (store.Slice, error) {
	l := lane{part: attrPart, sort: attrSort, value: recordPart + part}
	return s.page(ctx, l, p, p.After, keyOf(l.value, p.After), func(it item) string { return getS(it, attrSort) })
}

// Query gives records of one part of a named index in order of its Sort.
func (s *Store) Query(ctx context.Context, pattern store.Pattern, part string, p store.Page) (store.Slice, error) {
	if pattern.Slot < 1 || pattern.Slot >= len(slots) {
		return store.Slice{}, fault.Wrap(fault.Invalid, "store.query", errors.New("no such index slot"))
	}
	l := lane{index: slots[pattern.Slot], part: slotPart(pattern.Slot), sort: slotSort(pattern.Slot), value: indexPart(pattern, part)}
	at, err := position(p.After)
	if err != nil {
		return store.Slice{}, err
	}
	start := keyOf(recordPart+at[1], at[2])
	start[l.part], start[l.sort] = str(l.value), str(at[0])
	return s.page(ctx, l, p, at[0], start, func(it item) string {
		return strings.Join([]string{getS(it, l.sort), strings.TrimPrefix(getS(it, attrPart), recordPart), getS(it, attrSort)}, "\x00")
	})
}

// position reads a page's place in an index: sort and key of its last record.
func position(after string) ([3]string, error) {
	if after == "" {
		return [3]string{}, nil
	}
	at := strings.Split(after, "\x00")
	if len(at) != 3 || at[0] == "" || at[1] == "" || at[2] == "" {
		return [3]string{}, &fault.Error{
			Kind: fault.Invalid, Op: "store.query", Err: errors.New("position of a page is not one that was given out"),
			Public: "Đường dẫn tới trang này không còn dùng được. Hãy mở lại danh sách từ đầu.",
		}
	}
	return [3]string{at[0], at[1], at[2]}, nil
}

// span is what a page's bounds select: sorts from low on (if not "") and up
// to high (if not ""), high itself included.
type span struct{ low, high string }

// last is greater than or equal to every sort that begins with prefix: no
// sort is longer than 900 bytes and no character greater than this one.
func last(prefix string) string {
	const top = "\U0010ffff"
	return prefix + strings.Repeat(top, max(1, (904-len(prefix))/len(top)))
}

func bounds(p store.Page) span {
	r := span{low: max(p.From, p.Prefix), high: p.To}
	if p.Prefix != "" {
		if end := last(p.Prefix); r.high == "" || end < r.high {
			r.high = end
		}
	}
	return r
}

// empty reports whether nothing can lie between the bounds.
func (r span) empty() bool { return r.high != "" && r.low > r.high }

// page reads one page of a lane. after is the sort of the place to go on
// behind, start its whole key, and where gives the place of a record. A place
// that lies outside the bounds must not lead out of them.
func (s *Store) page(ctx context.Context, l lane, p store.Page, after string, start item, where func(item) string) (store.Slice, error) {
	r := bounds(p)
	limit := bound(p.Limit)
	in := &dynamodb.QueryInput{TableName: &s.table, ScanIndexForward: aws.Bool(!p.Desc), Limit: aws.Int32(int32(limit + 1))}
	if l.index != "" {
		in.IndexName = &l.index
	} else {
		in.ConsistentRead = aws.Bool(true)
	}
	if after != "" {
		switch below, above := after < r.low, r.high != "" && after > r.high; {
		case below && p.Desc, above && !p.Desc:
			return store.Slice{}, nil
		case !below && !above:
			in.ExclusiveStartKey = start
		}
	}
	if r.empty() {
		return store.Slice{}, nil
	}
	cond, values := "#part = :part", item{":part": str(l.value)}
	in.ExpressionAttributeNames = map[string]string{"#part": l.part}
	if sorts := r.condition(values); sorts != "" {
		cond += " AND " + sorts
		in.ExpressionAttributeNames["#sort"] = l.sort
	}
	in.KeyConditionExpression, in.ExpressionAttributeValues = &cond, values
	return s.gather(ctx, in, l, p, limit, where)
}

// condition is the one condition on the sort key that DynamoDB allows.
func (r span) condition(values item) string {
	switch {
	case r.low != "" && r.high != "":
		values[":low"], values[":high"] = str(r.low), str(r.high)
		return "#sort BETWEEN :low AND :high"
	case r.low != "":
		values[":low"] = str(r.low)
		return "#sort >= :low"
	case r.high != "":
		values[":high"] = str(r.high)
		return "#sort <= :high"
	}
	return ""
}

// gather reads until the page is full; one record beyond it tells that more
// follow.
func (s *Store) gather(ctx context.Context, in *dynamodb.QueryInput, l lane, p store.Page, limit int, where func(item) string) (store.Slice, error) {
	var out store.Slice
	size, end := 0, ""
	for {
		res, err := s.db.Query(ctx, in)
		if err != nil {
			return store.Slice{}, wrap("store.list", err)
		}
		for _, it := range res.Items {
			sort := getS(it, l.sort)
			if !strings.HasPrefix(sort, p.Prefix) || p.To != "" && sort >= p.To {
				continue // the upper bound itself
			}
			if len(out.Records) > 0 && (len(out.Records) == limit || size >= store.MaxRead) {
				out.Next = end
				return out, nil
			}
			rec := readRecord(it)
			out.Records, end = append(out.Records, rec), where(it)
			size += len(rec.Body)
		}
		if in.ExclusiveStartKey = res.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return out, nil
		}
	}
}
