package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

func TestASoundStoreHolds(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	trusted := evidence.Keys{{Line: w.public}}
	for name, o := range map[string]verify.Options{
		"with a key":       {Keys: trusted},
		"with small table": {Keys: trusted, Table: 10},
	} {
		r := verified(t, w.folder, o)
		if !r.OK() || !slices.Equal(codes(r.Notes), []string{"note-pending"}) {
			t.Errorf("%s: %v, %v", name, r.Findings, r.Notes)
		}
		if r.Counts["events"] != r.Log.Size+4 || r.Counts["log-waiting"] != 4 || r.Counts["chains"] != 25 || r.Counts["texts-erased"] != 3 ||
			r.Counts["texts"] != 47 || r.Counts["objects"] != 50 || r.Counts["checkpoints"] != 3 {
			t.Errorf("%s: %v", name, r.Counts)
		}
	}
	if r := verified(t, w.folder, verify.Options{}); !r.OK() || !slices.Contains(codes(r.Notes), "note-key-unconfirmed") {
		t.Errorf("without a key: %v, %v", r.Findings, r.Notes)
	}
}

func TestAnEmptyStoreHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), "x")
	defer w.close()
	if r := verified(t, w.folder, verify.Options{}); !r.OK() || len(r.Notes) > 0 {
		t.Errorf("%v, %v", r.Findings, r.Notes)
	}
}

func TestALiveStoreGivesNoFalseAlarm(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	src, done := sources(t, w.folder)
	defer done()
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Add(1)
	go func() {
		defer busy.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				w.dossier(fmt.Sprintf("live%d", i), 2)
				if i%3 == 0 {
					w.settle(i%2 == 0)
				}
			}
		}
	}()
	for range 12 {
		var err error
		if src.Files, err = w.notes(); err != nil {
			t.Fatal(err)
		}
		r, err := verify.Verify(context.Background(), src, verify.Options{})
		if err != nil || !r.OK() {
			t.Errorf("%v, %v", err, r.Findings)
		}
	}
	close(stop)
	busy.Wait()
}

func TestARewrittenHistoryIsFoundByACheckpointKeptElsewhere(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	w.close()
	kept, err := os.ReadFile(filepath.Join(w.checkpoints(), translog.FileName(verified(t, w.folder, verify.Options{}).Log.Size)))
	if err != nil {
		t.Fatal(err)
	}
	outside := verify.Options{Keys: evidence.Keys{{Line: w.public}}, Checkpoints: []verify.Note{{Name: "kept.txt", Data: kept}}}
	if r := verified(t, w.folder, outside); !r.OK() || len(r.Confirmed) != 1 {
		t.Fatalf("the true history: %v, %v", r.Findings, r.Confirmed)
	}
	for name, tc := range map[string]struct {
		dossiers int
		want     string
	}{"shorter": {6, "checkpoint-ahead"}, "as long and longer": {40, "checkpoint-forked"}} {
		// Whoever owns the machine also owns the key: everything fits again.
		forged := newWorld(t, t.TempDir(), "forged")
		for i := range tc.dossiers {
			forged.dossier(fmt.Sprintf("d%02d", i), 9)
		}
		forged.settle(true)
		forged.close()
		if r := verified(t, forged.folder, verify.Options{Keys: outside.Keys}); !r.OK() {
			t.Errorf("%s: by itself the forgery fits: %v", name, r.Findings)
		}
		if r := verified(t, forged.folder, outside); !slices.Equal(codes(r.Findings), []string{tc.want}) {
			t.Errorf("%s: %v, want %s", name, r.Findings, tc.want)
		}
	}
}

func TestARestoreThatIsRecordedIsNoForgery(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	w.close()
	backup := clone(t, w.folder)
	after := reopen(t, w.folder)
	after.dossier("after", 5)
	after.settle(true)
	last, err := after.log.Latest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	after.close()

	restored := reopen(t, backup)
	defer restored.close()
	restored.settle(true)
	kept := verify.Options{Keys: evidence.Keys{{Line: w.public}}, Checkpoints: []verify.Note{{Name: "kept.txt", Data: last.Signed}}}
	if r := verified(t, restored.folder, kept); r.OK() {
		t.Error("a restore that is not recorded passes")
	}
	lost, ok, err := restored.log.Restoration(context.Background(), kept.Keys, [][]byte{last.Signed})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	restored.do("restore", func(now time.Time) store.Commit {
		return store.Commit{Events: []evidence.Event{act.Event(evidence.LogChain, evidence.LogRestored, "operator", now, lost)}}
	})
	restored.settle(true)
	r := verified(t, restored.folder, kept)
	if !r.OK() || !slices.Equal(codes(r.Notes), []string{"note-behind-restore", "note-restored"}) || len(r.Confirmed) != 0 {
		t.Errorf("%v, %v", r.Findings, r.Notes)
	}
}

func TestAnEventThatTheLogPassedByIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), "x")
	defer w.close()
	w.dossier("a", 0)
	held, err := w.store.Pending(context.Background(), w.now, 10)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(3 * time.Hour)
	w.dossier("b", 0)
	all, err := w.store.Pending(context.Background(), w.now, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if !slices.ContainsFunc(held, func(h store.Message) bool { return h.ID == m.ID }) {
			if err := w.log.Integrate(context.Background(), []store.Message{m}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := verified(t, w.folder, verify.Options{}); !slices.Equal(codes(r.Findings), []string{"event-late"}) {
		t.Errorf("%v", r.Findings)
	}
}

func TestAnErasureThatWasOnlyRecordedIsFound(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	s, err := w.store.List(context.Background(), act.TextsPart("dossier/d05"), store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	var kept map[evidence.Commitment]evidence.Text
	if err := s.Records[0].Decode(&kept); err != nil {
		t.Fatal(err)
	}
	for c := range kept {
		w.do("erase/"+string(c), func(now time.Time) store.Commit {
			return store.Commit{Events: []evidence.Event{act.Event("dossier/d05", evidence.TextErased, "p3", now, evidence.Erasure{Texts: []evidence.Commitment{c}})}}
		})
	}
	r := verified(t, w.folder, verify.Options{})
	if !slices.Equal(codes(r.Findings), []string{"text-not-erased"}) || len(r.Findings) != len(kept) {
		t.Errorf("%v", r.Findings)
	}
}

func TestACheckpointThatIsStillToBePublishedIsNoFault(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	w.settle(false)
	if _, err := w.log.Checkpoint(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, w.folder, verify.Options{}); !r.OK() || !slices.Contains(codes(r.Notes), "note-checkpoint-pending") {
		t.Errorf("%v, %v", r.Findings, r.Notes)
	}
}

func TestKeysChangeHandsWithoutAnAlarm(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	private, public, err := evidence.NewKey(rand.NewChaCha8([32]byte{9}), origin)
	if err != nil {
		t.Fatal(err)
	}
	next, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	handover := w.now.Add(time.Minute)
	w.now = handover
	w.dossier("x", 1)
	w.log.Signers = append(w.log.Signers, next) // both sign
	w.settle(true)
	w.now = w.now.Add(time.Minute)
	w.dossier("y", 1)
	w.log.Signers = w.log.Signers[1:]
	w.settle(true)
	keys := evidence.Keys{{Line: w.public, Until: handover.Add(time.Minute)}, {Line: public, From: handover}}
	w.write(filepath.Join(w.checkpoints(), "log.pub"), keys.Format())
	if r := verified(t, w.folder, verify.Options{Keys: keys}); !r.OK() || len(r.Notes) > 0 {
		t.Errorf("%v, %v", r.Findings, r.Notes)
	}
	// Without the new key, what it signed alone is not proved.
	w.write(filepath.Join(w.checkpoints(), "log.pub"), keys[:1].Format())
	if r := verified(t, w.folder, verify.Options{Keys: keys[:1]}); !slices.Equal(codes(r.Findings), []string{"checkpoint-bad"}) {
		t.Errorf("%v", r.Findings)
	}
}

func TestTheReportIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, t.TempDir(), "x")
	defer w.close()
	for i := range 150 {
		w.dossier(fmt.Sprint(i), 0)
	}
	w.settle(false)
	for _, d := range []string{"inbox", "archive"} {
		if err := os.RemoveAll(filepath.Join(string(w.folder), "objects", d)); err != nil {
			t.Fatal(err)
		}
	}
	r := verified(t, w.folder, verify.Options{})
	if len(r.Findings) != verify.MaxFindings || r.More["object-missing"] != 300-verify.MaxFindings {
		t.Errorf("%d findings, %v more", len(r.Findings), r.More)
	}
}

func TestACancelledCheckStops(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	defer w.close()
	src, done := sources(t, w.folder)
	defer done()
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := verify.Verify(ctx, src, verify.Options{Progress: func(verify.Progress) { cancel() }}); err == nil {
		t.Error("no error")
	}
}
