package dynamostore_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"hoso/shared/aws/awstest"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/fault"
)

// line carries requests until it is cut.
type line struct {
	through dynamodb.HTTPClient
	cut     atomic.Pointer[func(*http.Request) error]
}

func (l *line) Do(r *http.Request) (*http.Response, error) {
	if cut := l.cut.Load(); cut != nil {
		return nil, (*cut)(r)
	}
	return l.through.Do(r)
}

// TestOneWhoCannotSayThatHeIsAtWorkStopsInTime cuts the line of one at work:
// he must stop before another may begin, also where his requests hang.
func TestOneWhoCannotSayThatHeIsAtWorkStopsInTime(t *testing.T) {
	const lease, word = 700 * time.Millisecond, 100 * time.Millisecond
	for name, hang := range map[string]bool{"ran out unsaid, requests fail": false, "ran out unsaid, requests hang": true} {
		t.Run(name, func(t *testing.T) {
			s := stack.Store(t, rand.Float64)
			var l line
			db := dynamodb.NewFromConfig(stack.Config(), func(o *dynamodb.Options) { l.through, o.HTTPClient = o.HTTPClient, &l })
			cutOff, err := dynamostore.New(dynamostore.Options{Client: db, Table: s.Table(), Jitter: rand.Float64, Wait: awstest.Wait})
			if err != nil {
				t.Fatal(err)
			}
			a := pace(cutOff, "a")
			a.Lease = lease
			cut := func(r *http.Request) error {
				if hang {
					<-r.Context().Done()
					a.pause(word)
				}
				return errors.New("the line is cut")
			}
			other := dynamostore.Bell{Store: s, Name: "outbox", Who: "b", Lease: lease, Now: a.at, Wait: never}
			none := func(context.Context) error { return nil }
			ctx := context.Background()
			began := a.at()
			did, err := a.Ring(ctx, func(ctx context.Context) error {
				l.cut.Store(&cut)
				defer l.cut.Store(nil)
				for ctx.Err() == nil {
					select {
					case d := <-a.waiting:
						a.pause(d)
						a.pass <- struct{}{}
					case <-ctx.Done():
					}
				}
				if took := a.at().Sub(began); took != lease-word {
					t.Errorf("he stopped after %v of %v", took, lease)
				}
				if did, err := other.Ring(context.Background(), none); did || err != nil {
					t.Errorf("another began before he had stopped: %v, %v", did, err)
				}
				return ctx.Err()
			})
			if !did || !fault.Is(err, fault.Transient) {
				t.Errorf("whose work nobody took up is told %v, %v", did, err)
			}
			if did, err := other.Ring(ctx, none); !did || err != nil {
				t.Errorf("afterwards: %v, %v", did, err)
			}
		})
	}
}

// pause lets time pass.
func (p *paced) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}
