package house

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/people"
	"hoso/shared/verify"
)

// TestARestoreIsAnEntryOfTheLog copies a folder, goes on, loses it, and
// restores the copy: the log says which checkpoints it fell behind, and an
// auditor who kept one of them is told, not alarmed.
func TestARestoreIsAnEntryOfTheLog(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	h := openHouse(t, filepath.Join(dir, "data"))
	rest := func() {
		t.Helper()
		eventually(t, "the outbox empty", func() bool {
			ms, err := h.Store.Pending(ctx, h.Clock.Now().Add(time.Hour), 1)
			return err == nil && len(ms) == 0
		})
	}
	settle := func() evidence.LogHead {
		t.Helper()
		rest()
		out, err := h.log.Checkpoint(ctx, true)
		if err != nil {
			t.Fatal(err)
		}
		rest() // it is published
		return out.Checkpoint.Head
	}
	add := func(who string) {
		t.Helper()
		if _, err := h.Advance(ctx, 1e9); err != nil { // an event of the house
			t.Fatal(err)
		}
		person(t, h, who, "", people.Auditor)
	}
	add("Một")
	before := settle()
	copied := filepath.Join(dir, "copy")
	if err := backup.Make(ctx, filepath.Join(dir, "data"), copied, backup.Options{Keys: true}); err != nil {
		t.Fatal(err)
	}
	add("Hai")
	after := settle()
	if after.Size <= before.Size {
		t.Fatal("nothing happened after the copy")
	}
	h.end(t)

	names, err := filepath.Glob(filepath.Join(dir, "data", "checkpoints", "checkpoint-*"))
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	kept, err := os.ReadFile(slices.Max(names))
	if err != nil {
		t.Fatal(err)
	}
	pub, err := os.ReadFile(filepath.Join(dir, "data", "checkpoints", "log.pub"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := evidence.ParseKeys(pub)
	if err != nil {
		t.Fatal(err)
	}
	audit := func(data string) verify.Report {
		t.Helper()
		key, err := RowKey(data)
		if err != nil {
			t.Fatal(err)
		}
		r, err := sqlitestore.OpenReader(ctx, filepath.Join(data, "hoso.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		rep, err := verify.Verify(ctx, verify.Sources{Store: r, Keys: pub, RowKey: key, Objects: s3gateway.Disk{Dir: data}, Refs: verify.RecordRefs(Archive)},
			verify.Options{Keys: keys, Checkpoints: []verify.Note{{Name: "kept", Data: kept}}})
		if err != nil {
			t.Fatal(err)
		}
		return rep
	}
	// A restore that names nothing does not excuse the kept checkpoint.
	silent := filepath.Join(dir, "silent")
	if r, err := Restore(ctx, copied, silent, backup.Options{}, Kept{}); err != nil || len(r.Lost) != 0 {
		t.Fatal(r, err)
	}
	if audit(silent).OK() {
		t.Error("a checkpoint that nobody named is excused")
	}
	named := filepath.Join(dir, "named")
	r, err := Restore(ctx, copied, named, backup.Options{}, Kept{Checkpoints: []verify.Note{{Name: "kept", Data: kept}}})
	if err != nil || r.Size != before.Size || !slices.Contains(r.Lost, after) {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := Restore(ctx, copied, named, backup.Options{}, Kept{}); err == nil {
		t.Error("a folder with data was overwritten")
	}
	h = openHouse(t, named)
	settle()
	h.end(t)
	rep := audit(named)
	var notes []string
	for _, n := range rep.Notes {
		notes = append(notes, n.Code)
	}
	if !rep.OK() || !slices.Contains(notes, "note-restored") || !slices.Contains(notes, "note-behind-restore") {
		t.Errorf("findings %+v, notes %v", rep.Findings, notes)
	}
}

// TestARestoreFarBackIsRecorded: a copy that is years older than what is kept
// of the log fell behind more checkpoints than one entry can name.
func TestARestoreFarBackIsRecorded(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	h := openHouse(t, filepath.Join(dir, "data"))
	person(t, h, "Một", "", people.Auditor)
	origin := h.log.Origin
	h.end(t)
	copied := filepath.Join(dir, "copy")
	if err := backup.Make(ctx, filepath.Join(dir, "data"), copied, backup.Options{Keys: true}); err != nil {
		t.Fatal(err)
	}
	private, err := os.ReadFile(filepath.Join(dir, "data", "keys", "log.key"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(string(private))
	if err != nil {
		t.Fatal(err)
	}
	var kept Kept
	for n := range 2000 {
		c := evidence.Checkpoint{Origin: origin, Head: evidence.LogHead{Size: int64(1e6 + n), Root: fmt.Sprintf("%064x", n+1)}, At: time.Now()}
		text, err := c.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		kept.Checkpoints = append(kept.Checkpoints, verify.Note{Data: text})
	}
	restored := filepath.Join(dir, "restored")
	r, err := Restore(ctx, copied, restored, backup.Options{}, kept)
	if err != nil || len(r.Lost) != len(kept.Checkpoints) {
		t.Fatal(len(r.Lost), err)
	}
	s, err := sqlitestore.OpenReader(ctx, filepath.Join(restored, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	events, err := s.Events(ctx, evidence.LogChain, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	named := map[evidence.LogHead]bool{}
	for _, p := range events {
		e, err := evidence.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		part, ok, err := e.Restored()
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range part.Lost {
			named[head] = ok
		}
	}
	if len(named) != len(kept.Checkpoints) {
		t.Errorf("%d of %d lost heads are recorded", len(named), len(kept.Checkpoints))
	}
}
