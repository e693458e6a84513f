package dynamostore

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"hoso/shared/fault"
)

// Bell lets one of many callers do a piece of work that must not be done by
// two at once, and loses no call: who finds somebody at work leaves a ring,
// and whoever is at work goes on until it has seen the last one. One who died
// at work, or has not said for Lease that he still is, is stepped over.
//
// It is not a fact and goes beside the port: nothing that must be right
// depends on it, only that effects are not carried out twice for nothing.
type Bell struct {
	Store *Store
	Name  string
	Who   string        // unique to the process
	Lease time.Duration // without a word for so long: dead
	Now   func() time.Time
	Wait  func(ctx context.Context, d time.Duration) error // returns after d, or when ctx ends
}

// words is how often in a lease one says that he is at work: all but one may
// be lost.
const words = 7

// errSteppedOver ends work that another may have taken up.
var errSteppedOver = errors.New("stepped over")

const bellPart = "b#"

// Ring does the work, or leaves it to who is at it. did reports which. However
// long the work takes nobody steps over who goes on saying that he is at it;
// who no longer can, or was stepped over, has the work's context canceled.
func (b Bell) Ring(ctx context.Context, work func(context.Context) error) (did bool, err error) {
	heard := b.Now()
	rung, taken, err := b.take(ctx)
	if err != nil {
		return false, err
	}
	if !taken {
		if _, err := b.ring(ctx); err != nil {
			return false, err
		}
		// Whoever was at work may have looked for the last time just before.
		heard = b.Now()
		if rung, taken, err = b.take(ctx); err != nil || !taken {
			return false, err
		}
	}
	for {
		if err := b.held(ctx, heard, work); err != nil {
			mine, left := b.letGo(ctx)
			if errors.Is(err, errSteppedOver) {
				if err = nil; mine { // nobody took it up: the caller has to come again
					err = fault.Wrap(fault.Transient, "store.bell", errSteppedOver)
				}
			}
			return true, errors.Join(err, left)
		}
		last, err := b.leave(ctx, rung)
		if err != nil || last {
			return true, err
		}
		// Its time runs anew, or somebody would step over who is at work.
		heard = b.Now()
		mine, err := b.Keep(ctx)
		if err == nil && mine {
			rung, mine, err = b.rung(ctx)
		}
		if err != nil || !mine {
			_, left := b.letGo(ctx)
			return true, errors.Join(err, left)
		}
	}
}

// held does the work and says meanwhile that it is being done. heard is when
// what was said last was said.
func (b Bell) held(ctx context.Context, heard time.Time, work func(context.Context) error) error {
	left := b.left(heard, b.Now())
	if left <= 0 {
		return errSteppedOver
	}
	ctx, stop := context.WithCancelCause(ctx)
	said := make(chan struct{})
	go func() {
		defer close(said)
		b.speak(ctx, heard, left, stop)
	}()
	err := work(ctx)
	stop(nil)
	<-said
	if errors.Is(context.Cause(ctx), errSteppedOver) {
		return errSteppedOver
	}
	return err
}

// word is how often one says that he is at work, and how long saying it may take.
func (b Bell) word() time.Duration { return b.Lease / words }

// left is how long one may still work at an instant who was heard last: until
// one word before others may step over him, so that he has stopped by then.
func (b Bell) left(heard, at time.Time) time.Duration { return b.Lease - b.word() - at.Sub(heard) }

// speak says again and again that the caller is at work, until ctx ends. It
// stops the work when the lease is another's, or runs out unsaid.
func (b Bell) speak(ctx context.Context, heard time.Time, left time.Duration, stop context.CancelCauseFunc) {
	for b.Wait(ctx, min(b.word(), left)) == nil {
		at := b.Now()
		if left = b.left(heard, at); left > 0 {
			short, cancel := context.WithTimeout(ctx, min(b.word(), left))
			mine, err := b.Keep(short)
			cancel()
			if err == nil && !mine {
				stop(errSteppedOver)
				return
			}
			if err == nil {
				heard = at
			}
		}
		if left = b.left(heard, b.Now()); left <= 0 {
			stop(errSteppedOver)
			return
		}
	}
}

// Keep says that the caller is still at work, and reports whether nobody has
// stepped over him.
func (b Bell) Keep(ctx context.Context) (mine bool, err error) {
	return b.update(ctx, "SET til = :til", "who = :who", item{":who": str(b.Who), ":til": num(b.Now().Add(b.Lease).UnixMilli())})
}

func (b Bell) key() item { return keyOf(bellPart+b.Name, one) }

// ring counts a call and gives the count.
func (b Bell) ring(ctx context.Context) (int64, error) {
	out, err := b.Store.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &b.Store.table, Key: b.key(),
		UpdateExpression: aws.String("ADD rung :one"), ExpressionAttributeValues: item{":one": num(1)},
		ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return 0, wrap("store.bell", err)
	}
	return getN(out.Attributes, "rung"), nil
}

// rung gives the count of calls and whether the work is still the caller's:
// one who took longer than Lease was stepped over.
func (b Bell) rung(ctx context.Context) (n int64, mine bool, err error) {
	it, err := b.Store.get(ctx, b.key())
	return getN(it, "rung"), getS(it, "who") == b.Who, err
}

// take rings and begins the work, in one request, unless somebody else is at
// it. A request whose answer was lost is sent again, and finds its own name.
func (b Bell) take(ctx context.Context) (rung int64, taken bool, err error) {
	now := b.Now()
	out, err := b.Store.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &b.Store.table, Key: b.key(),
		UpdateExpression:    aws.String("SET who = :who, til = :til ADD rung :one"),
		ConditionExpression: aws.String("attribute_not_exists(who) OR who = :who OR til < :now"),
		ExpressionAttributeValues: item{
			":who": str(b.Who), ":til": num(now.Add(b.Lease).UnixMilli()), ":now": num(now.UnixMilli()), ":one": num(1),
		},
		ReturnValues: types.ReturnValueAllNew,
	})
	var no *types.ConditionalCheckFailedException
	if errors.As(err, &no) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fault.Wrap(fault.Transient, "store.bell", err)
	}
	return getN(out.Attributes, "rung"), true, nil
}

// leave ends the work unless somebody rang since.
func (b Bell) leave(ctx context.Context, rung int64) (bool, error) {
	return b.update(ctx, "REMOVE who, til", "who = :who AND rung = :rung", item{":who": str(b.Who), ":rung": num(rung)})
}

// letGo ends the work whatever rang since and whether or not ctx did, and
// reports whether it was still the caller's. What it cannot say in time, the
// end of the lease says.
func (b Bell) letGo(ctx context.Context) (mine bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.word())
	defer cancel()
	return b.update(ctx, "REMOVE who, til", "who = :who", item{":who": str(b.Who)})
}

func (b Bell) update(ctx context.Context, set, cond string, values item) (bool, error) {
	_, err := b.Store.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &b.Store.table, Key: b.key(),
		UpdateExpression: &set, ConditionExpression: &cond, ExpressionAttributeValues: values,
	})
	var no *types.ConditionalCheckFailedException
	if errors.As(err, &no) {
		return false, nil
	}
	if err != nil {
		return false, fault.Wrap(fault.Transient, "store.bell", err)
	}
	return true, nil
}
