package dynamostore

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// Options says where the table is and lends the store time and chance.
type Options struct {
	Client *dynamodb.Client
	Table  string
	// Jitter gives a number in [0, 1) by chance.
	Jitter func() float64
	// Wait returns after d, or with the error of a context that ended.
	Wait func(ctx context.Context, d time.Duration) error
	// Scratch makes the file that a Snapshot needs; nil if none is wanted.
	Scratch func() (Scratch, error)
}

// Store is a store.Store over one table. Safe for concurrent use.
type Store struct {
	db    *dynamodb.Client
	table string
	opts  Options
}

var _ store.Store = (*Store)(nil)

// New makes a store over a table that is there. It does not connect.
func New(o Options) (*Store, error) {
	if o.Client == nil || o.Table == "" || o.Jitter == nil || o.Wait == nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: "store.open", Err: errors.New("client, table, jitter and wait are required")}
	}
	return &Store{db: o.Client, table: o.Table, opts: o}, nil
}

// Table is the name of the store's table.
func (s *Store) Table() string { return s.table }

// tries bounds how often a commit is repeated after losing a race: each loss
// means that another one succeeded. With the waits below that is about half a
// minute, longer than any caller waits.
const tries = 96

// Waits between tries: by chance up to a bound that doubles to the last. The
// first is a few times what a transaction takes: one that comes too early is
// paid for and lost again.
const (
	firstWait = 24 * time.Millisecond
	lastWait  = 500 * time.Millisecond
)

// pause waits before the n-th repetition.
func (s *Store) pause(ctx context.Context, n int) error {
	bound := lastWait
	if n < 7 {
		bound = min(firstWait<<n, lastWait)
	}
	return s.opts.Wait(ctx, time.Duration(s.opts.Jitter()*float64(bound)))
}

// wrap gives what DynamoDB or the network said its kind. What the request
// itself broke is a defect or a limit; all else may work later.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var own *fault.Error
	if errors.As(err, &own) {
		return err
	}
	var api smithy.APIError
	kind := fault.Transient
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "ValidationException", "ItemCollectionSizeLimitExceededException":
			kind = fault.Invalid
		case "ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException", "MissingAuthenticationTokenException":
			kind = fault.Internal
		}
	}
	return fault.Wrap(kind, op, err)
}

// canceled gives why a transaction did not happen, leg by leg.
func canceled(err error) ([]types.CancellationReason, bool) {
	var c *types.TransactionCanceledException
	if !errors.As(err, &c) {
		return nil, false
	}
	return c.CancellationReasons, true
}
