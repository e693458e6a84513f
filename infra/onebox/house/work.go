package house

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"time"

	"hoso/shared/archive"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
	"hoso/shared/sweep"
	"hoso/shared/translog"
	"hoso/shared/translog/auditors"
)

// checkpointEvery is the least time between two checkpoints nobody asked for.
const checkpointEvery = 10 * time.Minute

// Ended runs are kept as long as Step Functions keeps them
// (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html), and
// forgotten some at a time, so that no writer waits.
const (
	keepRuns    = 90 * 24 * time.Hour
	purgeAtOnce = 200
)

// openLog opens the transparency log with the installation's signing key,
// made on first use: keys/log.key (private) and checkpoints/log.pub.
func (h *House) openLog() error {
	// The name of the log is this installation's own: two of them never sign
	// under one name.
	origin := "ho-so-" + hex.EncodeToString(h.Keys.Key("log origin")[:6])
	private := filepath.Join(h.cfg.Data, "keys", "log.key")
	dir := filepath.Join(h.cfg.Data, "checkpoints")
	if err := folder(dir, 0o755); err != nil {
		return err
	}
	key, err := os.ReadFile(private)
	if errors.Is(err, os.ErrNotExist) {
		key, err = newLogKey(private, filepath.Join(dir, "log.pub"), origin)
	}
	if err != nil {
		return err
	}
	signer, err := evidence.NewSigner(string(key))
	if err != nil {
		return err
	}
	h.log = translog.Log{
		Store: h.Desk.Store, Now: h.Clock.Now, Origin: origin, Signers: []evidence.Signer{signer}, Every: checkpointEvery,
		Publish: func(_ context.Context, name string, signed []byte) error {
			return writeDurable(filepath.Join(dir, name), signed)
		},
		Notices: func(ctx context.Context, c evidence.Checkpoint, signed []byte) ([]store.Message, error) {
			return auditors.Mails(ctx, h.Desk.Store, c, signed)
		},
	}
	return nil
}

// newLogKey makes the signing key. A copy that came without its keys signs with
// a new one; what the old one signed is still to be checked.
func newLogKey(private, public, origin string) ([]byte, error) {
	sk, pk, err := evidence.NewKey(entropy{}, origin)
	if err != nil {
		return nil, err
	}
	old, err := os.ReadFile(public)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if err := writeDurable(public, append([]byte(pk+"\n"), old...)); err != nil {
		return nil, err
	}
	key := []byte(sk + "\n")
	return key, writeDurable(private, key)
}

// entropy reads the system's randomness.
type entropy struct{}

// Read fills b; it does not fail.
func (entropy) Read(b []byte) (int, error) { return copy(b, random(len(b))), nil }

// prove gives the log's proofs for a package, with the key's public line.
func (h *House) prove(ctx context.Context, events []evidence.Placed) (archive.Proven, error) {
	entries := make([]evidence.LogEntry, len(events))
	for i, e := range events {
		entries[i] = e.Logged()
	}
	ev, err := h.log.Evidence(ctx, entries)
	if err != nil {
		return archive.Proven{}, err
	}
	pub, err := os.ReadFile(filepath.Join(h.cfg.Data, "checkpoints", "log.pub"))
	if err != nil {
		return archive.Proven{}, fault.Wrap(fault.Internal, "house.prove", err)
	}
	// The key that signed it, which is an older one just after a restore
	// without keys.
	keys, err := evidence.ParseKeys(pub)
	if err != nil {
		return archive.Proven{}, fault.Wrap(fault.Internal, "house.prove", err)
	}
	for _, k := range keys {
		if _, err := (evidence.Keys{k}).Open(ev.Signed); err == nil {
			return archive.Proven{Proofs: ev.Inclusions, Checkpoint: ev.Signed, Key: k.Line}, nil
		}
	}
	return archive.Proven{}, fault.Wrap(fault.Internal, "house.prove", evidence.ErrUnsigned)
}

// Work starts the workers: engine, outbox, clock and sweep. They end with
// Close.
func (h *House) Work(ctx context.Context) {
	ctx, h.stop = context.WithCancel(ctx)
	h.go_(func() { h.engine.engine.Run(ctx) })
	h.go_(func() { h.outbox(ctx) })
	h.go_(func() { h.every(ctx, tick, h.Tick) })
	h.go_(func() {
		h.sweep(ctx, quiet)
		h.every(ctx, sweepEvery, func(ctx context.Context) { h.sweep(ctx, quiet) })
	})
}

func (h *House) go_(f func()) {
	h.done.Add(1)
	go func() { defer h.done.Done(); f() }()
}

// outbox delivers until ctx ends: at once when a commit left something, and
// now and then for what is due later.
func (h *House) outbox(ctx context.Context) {
	idle := outboxIdle
	if h.cfg.overIdle > 0 {
		idle = h.cfg.overIdle
	}
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for ctx.Err() == nil {
		n, err := h.rooms.dispatch.Pass(ctx)
		if err != nil && ctx.Err() == nil {
			h.Log.WarnContext(ctx, "outbox: pass failed", "error", err.Error())
		}
		if n > 0 {
			continue
		}
		timer.Reset(idle)
		select {
		case <-ctx.Done():
		case <-h.wake:
		case <-timer.C:
		}
	}
}

func (h *House) every(ctx context.Context, d time.Duration, do func(context.Context)) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			do(ctx)
		}
	}
}

// Tick looks at everything that is due and signs a checkpoint if one is.
func (h *House) Tick(ctx context.Context) {
	if _, err := h.rooms.clock.Tick(ctx); err != nil && ctx.Err() == nil {
		h.Log.WarnContext(ctx, "clock: tick failed", "error", err.Error())
	}
	if _, err := h.log.Checkpoint(ctx, false); err != nil && !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
		h.Log.WarnContext(ctx, "log: no checkpoint", "error", err.Error())
	}
}

func (h *House) sweep(ctx context.Context, quiet time.Duration) {
	if _, err := h.Sweep(ctx, quiet); err != nil && ctx.Err() == nil {
		h.Log.WarnContext(ctx, "sweep failed", "error", err.Error())
	}
	if _, err := h.journal.Purge(ctx, h.Clock.Now().Add(-keepRuns), purgeAtOnce); err != nil && ctx.Err() == nil {
		h.Log.WarnContext(ctx, "ended runs could not be forgotten", "error", err.Error())
	}
}

// Sweep finds what events forgot and drives lost runs again.
func (h *House) Sweep(ctx context.Context, quiet time.Duration) (sweep.Report, error) {
	return h.rooms.sweep.Run(ctx, quiet)
}

// Advance sets a demonstration's clock forward and looks at what became due.
func (h *House) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	return h.advance(ctx, newID(), by)
}

// advance is Advance, once for each key.
func (h *House) advance(ctx context.Context, key string, by time.Duration) (time.Time, error) {
	now, err := h.Clock.Advance(ctx, h.Store, key, by)
	if err != nil {
		return now, err
	}
	h.Tick(ctx)
	h.poke()
	return now, nil
}
