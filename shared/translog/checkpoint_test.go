package translog_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/store"
	"hoso/shared/translog"
)

func TestCheckpointsComeWhenTheLogGrewAndNotTooOften(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	published := map[string]string{}
	b.log.Publish = func(_ context.Context, name string, signed []byte) error {
		published[name] = string(signed)
		return nil
	}
	b.log.Notices = func(_ context.Context, c evidence.Checkpoint, _ []byte) ([]store.Message, error) {
		return []store.Message{store.Msg(fmt.Sprintf("mail/%d", c.Head.Size), "mail", c.Head.Size)}, nil
	}
	if _, err := b.log.Checkpoint(t.Context(), true); !fault.Is(err, fault.NotFound) {
		t.Errorf("empty log: %v", err)
	}
	b.integrate(b.commit("dossier/a", 2))
	if _, err := b.log.Latest(t.Context()); !fault.Is(err, fault.NotFound) {
		t.Errorf("no checkpoint yet: %v", err)
	}
	for _, step := range []struct {
		grow  int
		pass  time.Duration
		now   bool
		sizes []int64
	}{
		{0, 0, false, []int64{2}},
		{0, 2 * time.Hour, true, []int64{2}}, // not grown
		{3, 0, false, []int64{2, 5}},
		{1, 59 * time.Minute, false, []int64{2, 5}}, // too soon
		{0, 0, true, []int64{2, 5, 6}},              // asked for
		{1, 60 * time.Minute, false, []int64{2, 5, 6, 7}},
	} {
		if step.grow > 0 {
			b.integrate(b.commit("dossier/a", step.grow))
		}
		b.now = b.now.Add(step.pass)
		issued, err := b.log.Checkpoint(t.Context(), step.now)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := b.keys.Open(issued.Signed)
		if err != nil || opened != issued.Checkpoint || opened.Head.Size != step.sizes[len(step.sizes)-1] {
			t.Errorf("issued %+v, %v", opened, err)
		}
		if got := b.linked(); !slices.Equal(got, step.sizes) {
			t.Errorf("checkpoints %v, want %v", got, step.sizes)
		}
	}
	mails := 0
	for _, m := range b.pending() {
		switch m.Kind {
		case translog.CheckpointMessage:
			if err := b.log.Deliver(t.Context(), m); err != nil {
				t.Error(err)
			}
		case "mail":
			mails++
		}
	}
	if len(published) != 4 || mails != 4 || !strings.Contains(published["checkpoint-000000000006.txt"], origin+"\n6\n") {
		t.Errorf("%d mails, published %v", mails, published)
	}
}

func TestWhoHoldsNoKeyAsksForACheckpoint(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.commit("dossier/a", 2)
	keyless := b.log
	keyless.Signers = nil
	if _, err := keyless.Evidence(t.Context(), entriesOf(t, []store.Message{m})); fault.CodeOf(err) != "log-behind" || !fault.Is(err, fault.Transient) {
		t.Errorf("not in the log: %v", err)
	}
	b.integrate(m)
	for range 2 {
		if _, err := keyless.Evidence(t.Context(), entriesOf(t, []store.Message{m})); fault.CodeOf(err) != "log-behind" {
			t.Errorf("no checkpoint: %v", err)
		}
	}
	asked := 0
	for _, m := range b.pending() {
		if m.Kind == translog.CheckpointMessage {
			asked++
			if err := b.log.Deliver(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	ev, err := keyless.Evidence(t.Context(), entriesOf(t, []store.Message{m}))
	if err != nil || len(ev.Inclusions) != 2 || asked != 1 {
		t.Errorf("%d times asked, %+v, %v", asked, ev, err)
	}
}

func TestARestoreNamesTheCheckpointsItFellBehind(t *testing.T) {
	t.Parallel()
	lost, kept := newBench(t), newBench(t)
	var signed [][]byte
	issue := func(b *bench) evidence.LogHead {
		c, err := b.log.Checkpoint(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		signed = append(signed, c.Signed)
		return c.Head
	}
	for _, b := range []*bench{lost, kept} {
		b.integrate(b.commit("dossier/a", 3))
	}
	issue(kept) // before the fork: the log still leads to it
	lost.integrate(lost.commit("dossier/b", 2))
	fork := issue(lost)
	lost.integrate(lost.commit("dossier/b", 4))
	ahead := issue(lost)
	kept.integrate(kept.commit("dossier/c", 3))
	r, ok, err := kept.log.Restoration(t.Context(), kept.keys, signed)
	if err != nil || !ok || r.Size != 6 || !slices.Equal(r.Lost, []evidence.LogHead{fork, ahead}) {
		t.Errorf("%+v, %v, %v", r, ok, err)
	}
	if r, ok, err := lost.log.Restoration(t.Context(), lost.keys, signed); err != nil || ok {
		t.Errorf("nothing was lost: %+v, %v, %v", r, ok, err)
	}
	signed[0][len(origin)+1] ^= 1
	if _, _, err := kept.log.Restoration(t.Context(), kept.keys, signed); !fault.Is(err, fault.Invalid) {
		t.Errorf("a forged checkpoint: %v", err)
	}
}
