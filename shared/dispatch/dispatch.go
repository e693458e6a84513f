// Package dispatch delivers the outbox: it starts and resumes runs, hands
// mails over, takes events into the log and carries rounds' outcomes to their
// dossiers. Delivery is at least once and in no order; every effect checks
// the record it is about, or is idempotent by name.
package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/mail"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/yearly"
)

// Keeper opens sealed tokens and derives what mails carry.
type Keeper interface {
	Unseal(sealed string) (string, error)
	Token(purpose, id string) string
	Digits(purpose, id string, n int) string
}

// Room delivers.
type Room struct {
	act.Desk
	Runs   flow.Runs
	Keeper Keeper
	Mail   mail.Transport
	Portal string // root address of the portal, for links
	Sender mail.Sender
	// Integrate takes "log" messages into the transparency log.
	Integrate func(ctx context.Context, ms []store.Message) error
	// Index brings a dossier's search rows up to date.
	Index func(ctx context.Context, dossier string) error
	// Checkpoint carries out the log's own messages.
	Checkpoint func(ctx context.Context, m store.Message) error
	Fanout     func(ctx context.Context, f round.Fanout) error
	Yearly     func(ctx context.Context, t yearly.Telling) error
	Log        *slog.Logger
}

// batch is how many messages one pass looks at; workers how many it delivers
// at the same time.
const (
	batch   = 100
	workers = 8
)

// Pass delivers what is due once and reports how many messages it settled.
// A message that fails is kept for later and does not hold up the others.
func (r Room) Pass(ctx context.Context) (int, error) {
	ms, err := r.Store.Pending(ctx, r.Now(), batch)
	if err != nil || len(ms) == 0 {
		return 0, err
	}
	var logged, others []store.Message
	for _, m := range ms {
		if m.Kind == store.LogMessage {
			logged = append(logged, m)
		} else {
			others = append(others, m)
		}
	}
	settled := 0
	if len(logged) > 0 {
		settled += r.integrate(ctx, logged)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for _, m := range others {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wg.Done() }()
			n := r.settle(ctx, []store.Message{m}, r.deliver(ctx, m))
			mu.Lock()
			settled += n
			mu.Unlock()
		}()
	}
	wg.Wait()
	return settled, ctx.Err()
}

// integrate takes events into the log. A message that the log refuses stays
// for people to look at; it does not hold up the others.
func (r Room) integrate(ctx context.Context, ms []store.Message) int {
	err := r.Integrate(ctx, ms)
	var refused *translog.RefusedError
	if !errors.As(err, &refused) {
		return r.settle(ctx, ms, err)
	}
	taken, left := ms[:0:0], ms[:0:0]
	for _, m := range ms {
		if slices.Contains(refused.Messages, m.ID) {
			left = append(left, m)
		} else {
			taken = append(taken, m)
		}
	}
	r.settle(ctx, left, err)
	if len(taken) == 0 {
		return 0
	}
	return r.settle(ctx, taken, nil)
}

// settle removes delivered messages, or keeps them for later.
func (r Room) settle(ctx context.Context, ms []store.Message, err error) int {
	if err == nil {
		ids := make([]string, len(ms))
		for i, m := range ms {
			ids[i] = m.ID
		}
		if err := r.Store.Settle(ctx, ids...); err != nil {
			r.Log.WarnContext(ctx, "outbox: settle failed", "kind", ms[0].Kind, "error", fault.KindOf(err))
			return 0
		}
		return len(ms)
	}
	for _, m := range ms {
		r.Log.WarnContext(ctx, "outbox: delivery failed", "kind", m.Kind, "attempt", m.Attempts+1, "error", err.Error())
		if derr := r.Store.Defer(ctx, m.ID, r.Now().Add(backoff(m.Attempts)), string(fault.KindOf(err))); derr != nil {
			r.Log.WarnContext(ctx, "outbox: defer failed", "kind", m.Kind, "error", fault.KindOf(derr))
		}
	}
	return 0
}

// backoff is how long a message waits after its n-th failure: from a second
// to ten minutes.
func backoff(failures int) time.Duration {
	return min(time.Second<<min(failures, 10), 10*time.Minute)
}

func (r Room) deliver(ctx context.Context, m store.Message) error {
	switch m.Kind {
	case flow.StartMessage:
		return decoded(m, func(s flow.Start) error { return r.start(ctx, s) })
	case flow.ResumeMessage:
		return decoded(m, func(s flow.Resume) error { return r.resume(ctx, s) })
	case flow.StrayMessage:
		return decoded(m, func(s flow.Stray) error { return r.stray(ctx, s) })
	case flow.FanoutMessage:
		return decoded(m, func(f round.Fanout) error { return r.Fanout(ctx, f) })
	case flow.YearlyMessage:
		return decoded(m, func(t yearly.Telling) error { return r.Yearly(ctx, t) })
	case flow.ProjectMessage:
		return decoded(m, func(p dossier.Project) error { return r.Index(ctx, p.Dossier) })
	case translog.CheckpointMessage, translog.ErasedMessage:
		return r.Checkpoint(ctx, m)
	case flow.MailMessage:
		return decoded(m, func(n mail.Notice) error { return r.mail(ctx, m.ID, n) })
	}
	return &fault.Error{Kind: fault.Invalid, Op: "dispatch", Code: "unknown-kind"}
}

func decoded[T any](m store.Message, do func(T) error) error {
	var body T
	if err := json.Unmarshal(m.Body, &body); err != nil {
		return fault.Wrap(fault.Invalid, "dispatch "+m.Kind, err)
	}
	return do(body)
}

func (r Room) start(ctx context.Context, s flow.Start) error {
	in, err := json.Marshal(s.In)
	if err != nil {
		return fault.Wrap(fault.Invalid, "dispatch.start", err)
	}
	return r.Runs.Start(ctx, s.Machine, s.Name, in)
}

// resume hands the decision to the parked run. A run that is gone is driven
// again from the record by sweep; the decision stands either way.
func (r Room) resume(ctx context.Context, s flow.Resume) error {
	var t round.Task
	if _, err := store.Load(ctx, r.Store, round.TaskKey(s.Task), &t); err != nil {
		return err
	}
	token, err := r.Keeper.Unseal(t.Token)
	if err != nil {
		return err
	}
	err = r.Runs.Succeed(ctx, token, s.Out)
	if fault.Is(err, fault.Gone) {
		r.Log.InfoContext(ctx, "outbox: parked run is gone", "task", s.Task)
		return nil
	}
	return err
}

func (r Room) stray(ctx context.Context, s flow.Stray) error {
	out, err := json.Marshal(s.Out)
	if err != nil {
		return fault.Wrap(fault.Invalid, "dispatch.stray", err)
	}
	token, err := r.Keeper.Unseal(s.Token)
	if err != nil {
		return err
	}
	if err := r.Runs.Succeed(ctx, token, out); err != nil && !fault.Is(err, fault.Gone) {
		return err
	}
	return nil
}
