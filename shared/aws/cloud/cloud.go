// Package cloud puts the rooms together for AWS Lambda: each function gets
// the one room it runs and what that needs, and nothing else is linked in.
//
// It is the level of adapters. Time, chance, the environment and the end of
// the process come from the functions' mains, through World. A function reads
// its settings once, at its start; one that is missing ends it there, by name.
package cloud

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithytime "github.com/aws/smithy-go/time"
	"github.com/google/uuid"

	"hoso/shared/act"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/calendar"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/parking"
	"hoso/shared/secret"
)

// World is what only a main may choose.
type World struct {
	LookupEnv func(string) (string, bool)
	Now       func() time.Time
	Rand      io.Reader // crypto/rand.Reader
	Out       io.Writer // log lines
	Exit      func(int)
}

// Function is one Lambda function: its name, the settings it reads, and how
// it is put together.
type Function struct {
	Name string
	// Settings are the environment variables that the function reads.
	Settings []string
	// Build makes the handler. It runs with the first event.
	Build func(ctx context.Context, h *Host) (lambda.Handler, error)
}

// Main is the whole main of a function. It does not return while Lambda
// calls it.
func Main(w World, f Function) {
	log := slog.New(slog.NewJSONHandler(w.Out, nil)).With("function", f.Name)
	ctx := context.Background()
	h, err := open(w, f, log)
	if err != nil {
		log.ErrorContext(ctx, "cannot start", "error", err.Error())
		w.Exit(1)
		return
	}
	lambda.Start(&late{log: log, build: func(ctx context.Context) (lambda.Handler, error) { return h.build(ctx, f) }})
}

// Start makes a function's handler at once: it reads the settings, connects,
// and asks services for what the room needs.
func Start(ctx context.Context, w World, f Function, log *slog.Logger) (lambda.Handler, error) {
	h, err := open(w, f, log)
	if err != nil {
		return nil, err
	}
	return h.build(ctx, f)
}

// open reads the settings. It goes to no network.
func open(w World, f Function, log *slog.Logger) (*Host, error) {
	set, err := read(w, f.Settings)
	if err != nil {
		return nil, err
	}
	to, err := connection(w, f.Name)
	if err != nil {
		return nil, err
	}
	return &Host{World: w, AWS: to, name: f.Name, Log: log, set: set, used: map[string]bool{}}, nil
}

// build connects and puts the room together.
func (h *Host) build(ctx context.Context, f Function) (lambda.Handler, error) {
	if err := h.connect(); err != nil {
		return nil, err
	}
	handler, err := f.Build(ctx, h)
	if err != nil {
		return nil, err
	}
	if err := h.settled(f); err != nil {
		return nil, err
	}
	return edge{h.name, h.Log, h.Clock.around(handler)}, nil
}

// late puts a function's room together with the first event: a process that
// is made in advance asks nothing of any service, and one that cannot yet have
// what it needs answers by name and tries again with the next event.
type late struct {
	log   *slog.Logger
	mu    sync.Mutex
	build func(context.Context) (lambda.Handler, error)
	made  lambda.Handler
}

// Invoke hands the event to the room.
func (l *late) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	h, err := l.handler(ctx)
	if err != nil {
		kind := string(fault.KindOf(err))
		l.log.ErrorContext(ctx, "not made", cause(ctx, err)...)
		return nil, messages.InvokeResponse_Error{Type: kind, Message: "start: " + kind}
	}
	return h.Invoke(ctx, payload)
}

func (l *late) handler(ctx context.Context) (lambda.Handler, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made != nil {
		return l.made, nil
	}
	h, err := l.build(ctx)
	if err == nil {
		l.made = h
	}
	return h, err
}

// Host is what a function's room is built from.
type Host struct {
	World
	Log   *slog.Logger
	Store *dynamostore.Store
	Cal   *calendar.Calendar
	AWS   aws.Config

	// Clock is the product's clock: the wall's, or a demonstration's.
	Clock *Clock

	name string
	keys *secret.Box // once it was asked for
	set  map[string]string
	used map[string]bool
}

// settled reports whether the function read exactly what it declares.
func (h *Host) settled(f Function) error {
	var wrong []string
	for n := range h.used {
		if !slices.Contains(f.Settings, n) {
			wrong = append(wrong, n+" is read and not declared")
		}
	}
	for _, n := range f.Settings {
		if !h.used[n] {
			wrong = append(wrong, n+" is declared and not read")
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return &fault.Error{Kind: fault.Internal, Op: "settings of " + f.Name, Err: errors.New(strings.Join(wrong, ", "))}
	}
	return nil
}

// connect makes what every function uses. It does not go to the network.
func (h *Host) connect() (err error) {
	h.Store, err = dynamostore.New(dynamostore.Options{
		Client: dynamodb.NewFromConfig(h.AWS), Table: h.Setting(Table),
		Jitter: h.chance, Wait: smithytime.SleepWithContext,
	})
	if err != nil {
		return err
	}
	if h.Cal, err = calendar.Builtin(); err != nil {
		return err
	}
	h.Clock = &Clock{wall: h.World.Now, store: h.Store, demo: h.Setting(Demo) != ""}
	return nil
}

// Setting gives a setting that the function declared.
func (h *Host) Setting(name string) string {
	h.used[name] = true
	return h.set[name]
}

// Desk is what every act needs.
func (h *Host) Desk() act.Desk {
	return act.Desk{Store: h.Store, Now: h.Clock.Now, NewID: h.NewID, Rand: h.Random}
}

// Parking is the desk of stages that ask persons, and of what persons do.
func (h *Host) Parking(ctx context.Context) (parking.Desk, error) {
	keys, err := h.Keys(ctx)
	if err != nil {
		return parking.Desk{}, err
	}
	desk := h.Desk()
	desk.Blind = keys.Key(secret.Requests)
	return parking.Desk{Desk: desk, Keeper: keys, Due: h.Cal.DueInstant}, nil
}

// Objects opens the buckets.
func (h *Host) Objects() (*objects.Store, error) {
	// The endpoint is the SDK's own variable: empty on AWS.
	return objects.Open(objects.Config{
		Endpoint: aws.ToString(h.AWS.BaseEndpoint), Region: h.AWS.Region, Credentials: h.AWS.Credentials,
		Inbox: h.Setting(Inbox), Archive: h.Setting(Archive), Data: h.Setting(Archive), Now: h.World.Now,
		HTTP: &http.Client{Transport: named{h.name}},
	})
}

// Keys opens the installation's master key.
func (h *Host) Keys(ctx context.Context) (*secret.Box, error) {
	if h.keys != nil {
		return h.keys, nil
	}
	master, err := h.parameter(ctx, h.Setting(MasterKey))
	if err != nil {
		return nil, err
	}
	h.keys, err = secret.New(master, h.Random)
	return h.keys, err
}

// NewID gives a UUIDv7 as 32 hex digits.
func (h *Host) NewID() string {
	id, err := uuid.NewV7FromReader(h.Rand)
	if err != nil {
		id = uuid.New()
	}
	return hex.EncodeToString(id[:])
}

// Random gives n random bytes; the system's source does not fail.
func (h *Host) Random(n int) []byte {
	b := make([]byte, n)
	_, _ = io.ReadFull(h.Rand, b)
	return b
}

// chance gives a number in [0, 1).
func (h *Host) chance() float64 {
	return float64(binary.BigEndian.Uint64(h.Random(8))>>11) / (1 << 53)
}

// named says in each request which function makes it, as the SDK's own
// clients do: who did what stands in AWS's trail.
type named struct{ function string }

// RoundTrip sends the request. Signatures do not cover the header.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", r.Header.Get("User-Agent")+" app/hoso-"+n.function)
	return http.DefaultTransport.RoundTrip(r)
}
