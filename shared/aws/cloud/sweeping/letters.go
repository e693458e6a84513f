package sweeping

import (
	"context"
	"encoding/json"

	"hoso/shared/aws/cloud/services"
	"hoso/shared/aws/lambdahost"
	"hoso/shared/aws/sqsdead"
	"hoso/shared/fault"
	"hoso/shared/intake"
)

// Orders about news that was given up.
const (
	listDead    = "list"
	redriveDead = "redrive"
)

// mostLetters bounds one order; what is left takes another.
const mostLetters = 500

// letters is news that was given up.
type letters struct {
	queue    sqsdead.Queue
	register func(context.Context, intake.Stored) (bool, error)
	returned func(context.Context, lambdahost.Returned) error
}

// told is what an operator is told of a letter.
type told struct {
	sqsdead.Letter
	Done bool   `json:"done"`          // taken in, or nothing waits for it any more
	Now  string `json:"now,omitempty"` // why it still cannot be taken in
}

// order carries out an operator's order.
func (l letters) order(ctx context.Context, what string) ([]byte, error) {
	all := []told{}
	switch what {
	case listDead:
		list, err := l.queue.List(ctx, mostLetters)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			all = append(all, told{Letter: d})
		}
	case redriveDead:
		err := l.queue.Each(ctx, mostLetters, func(ctx context.Context, d sqsdead.Letter) (bool, error) {
			now := l.again(ctx, d)
			all = append(all, told{d, now == "", now})
			return now == "", nil
		})
		if err != nil {
			return nil, err
		}
	default:
		return nil, fault.New(fault.Invalid, "sweep.dead", "")
	}
	return json.Marshal(map[string]any{"letters": all})
}

// again tries a letter again and says why it still fails.
func (l letters) again(ctx context.Context, d sqsdead.Letter) string {
	if lambdahost.OfMail(d.Body) {
		m, why := lambdahost.ReadReturned(d.Body)
		if why != "" {
			return why
		}
		if err := l.returned(ctx, m); err != nil {
			return services.Reason(err)
		}
		return ""
	}
	o, why := lambdahost.ReadStored(d.Body)
	if why != "" {
		return why
	}
	if _, err := l.register(ctx, intake.Stored{Bucket: o.Bucket, Key: o.Key, Version: o.Version, Size: o.Size}); err != nil {
		return services.Reason(err)
	}
	return ""
}
