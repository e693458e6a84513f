package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/objects"
	"hoso/shared/onebox/backup"
	"hoso/shared/onebox/s3gateway"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/sweep"
	"hoso/shared/verify"
)

// versions gives what lies under a document's key, newest first.
func (p *program) versions(id string) []string {
	p.t.Helper()
	d := p.document(id)
	list, err := p.h.Objects.LatestVersions(context.Background(), d.Bucket, d.ObjectKey)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, v := range list {
		out = append(out, v.Version)
	}
	return out
}

// plain gives a form for browsers without script, which binds no hash: it can
// be sent several times.
func (p *program) plain(name string) ticket {
	p.t.Helper()
	ctx := context.Background()
	doc, err := p.h.rooms.submission.AddDocument(ctx, "plain/"+newID(), p.sub, p.id, submission.Upload{Name: name, Size: 1 << 20})
	if err != nil {
		p.t.Fatal(err)
	}
	f, err := p.h.Objects.PresignPlain(ctx, objects.PlainUpload{Key: doc.ObjectKey, Max: 1 << 20, Back: "http://portal.test/", Life: submission.UploadLife})
	if err != nil {
		p.t.Fatal(err)
	}
	k := ticket{Document: doc.ID}
	k.Upload.Method, k.Upload.URL, k.Upload.Fields = http.MethodPost, f.URL, f.Fields
	return k
}

func (p *program) advance(by time.Duration) {
	p.t.Helper()
	if _, err := p.h.Advance(context.Background(), by); err != nil {
		p.t.Fatal(err)
	}
}

// removedEvents counts the events that say which bytes of a document went.
func (p *program) removedEvents(id string) (n int) {
	p.t.Helper()
	return p.eventsOf(id, "document.leftovers-collected")
}

// eventsOf counts the events of a kind that name a document.
func (p *program) eventsOf(id, kind string) (n int) {
	p.t.Helper()
	events, err := p.h.Store.Events(context.Background(), dossier.Chain(p.id), 0, store.MaxPage)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, placed := range events {
		e, err := evidence.Read(placed)
		if err != nil {
			p.t.Fatal(err)
		}
		if e.Type == kind && bytes.Contains(e.Data, []byte(id)) {
			n++
		}
	}
	return n
}

// TestWhatNothingPinsIsCollectedWithinADay leaves all kinds of bytes that
// nothing pins, sets the clock forward, and looks at the object store: they are
// gone, and everything that a record pins is there. The process dies once in
// the middle.
func TestWhatNothingPinsIsCollectedWithinADay(t *testing.T) {
	ctx := context.Background()
	p := newProgram(t)
	pdf := func(n int) []byte {
		return append(pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line of text")).Bytes(), fmt.Sprintf("%% %d\n", n)...)
	}
	put := func(k ticket, n int) {
		t.Helper()
		if status := k.send(t, pdf(n)); status >= 400 {
			t.Fatal(status)
		}
	}
	upload := func(name string, n int) string {
		t.Helper()
		k := p.ask(name, "PUT", pdf(n))
		put(k, n)
		return k.Document
	}
	pinned, removed := upload("giữ.pdf", 1), upload("bỏ trước khi nộp.pdf", 2)
	twice := p.plain("hai bản.pdf")
	put(twice, 3)
	p.files()
	first := p.versions(twice.Document)
	put(twice, 4)
	late := p.plain("đến muộn.pdf")
	if err := p.h.rooms.submission.RemoveDocument(ctx, "rm-1", p.sub, p.id, removed); err != nil {
		t.Fatal(err)
	}
	if n := len(p.versions(twice.Document)); n != 2 {
		t.Fatalf("%d versions of what was sent twice", n)
	}
	if _, err := p.h.rooms.submission.Submit(ctx, "submit", p.sub, p.id, submission.Submitting{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "returned", func() bool { return p.h.dossierNow(t, p.id).State == dossier.Returned })
	// Pinned by a revision, then taken out of the next one.
	if err := p.h.rooms.submission.RemoveDocument(ctx, "rm-2", p.sub, p.id, pinned); err != nil {
		t.Fatal(err)
	}

	// Nobody's bytes go before their time.
	if rep, err := p.h.Sweep(ctx, quiet); err != nil || rep.Collected != 0 {
		t.Fatalf("at once: %+v, %v", rep, err)
	}
	p.advance(dossier.CollectAfter + time.Minute)

	// The process dies after the first removal is recorded: of what it removed,
	// nothing is known to it.
	died := errors.New("died")
	dying := p.h.rooms.sweep
	dying.Remove = func(context.Context, objects.Ref) error { return died }
	if _, err := dying.Run(ctx, quiet); !errors.Is(err, died) {
		t.Fatal(err)
	}
	for _, id := range []string{removed, twice.Document} {
		if d := p.document(id); len(d.Doomed) != 1 || d.Collect.IsZero() {
			t.Errorf("after the death %s: %+v", d.Name, d)
		}
	}
	rep, err := p.h.Sweep(ctx, quiet)
	if err != nil || rep.Collected != 2 {
		t.Errorf("then: %+v, %v", rep, err)
	}
	if rep, err := p.h.Sweep(ctx, quiet); err != nil || rep.Collected != 0 {
		t.Errorf("again: %+v, %v", rep, err)
	}

	// The slot that nobody used closes; then its bytes come all the same.
	p.advance(13 * time.Hour)
	if rep, err := p.h.Sweep(ctx, quiet); err != nil || rep.Closed != 1 {
		t.Errorf("the slot: %+v, %v", rep, err)
	}
	p.advance(dossier.CollectAfter + time.Minute)
	if _, err := p.h.Sweep(ctx, quiet); err != nil || !p.document(late.Document).Collect.IsZero() {
		t.Error("the closed slot is still looked at", err)
	}
	put(late, 5)
	eventually(t, "the late bytes noticed", func() bool { return !p.document(late.Document).Collect.IsZero() })
	p.advance(dossier.CollectAfter + time.Minute)
	if rep, err := p.h.Sweep(ctx, quiet); err != nil || rep.Collected != 1 {
		t.Errorf("the late bytes: %+v, %v", rep, err)
	}

	for id, want := range map[string][]string{pinned: {p.document(pinned).Version}, removed: nil, twice.Document: first, late.Document: nil} {
		if got := p.versions(id); !slices.Equal(got, want) {
			t.Errorf("%s: versions %v, want %v", p.document(id).Name, got, want)
		}
		events := 1
		if id == pinned {
			events = 0
		}
		if n := p.removedEvents(id); n != events {
			t.Errorf("%s: %d events of removal", p.document(id).Name, n)
		}
	}
	var sum sweep.Collected
	if _, err := store.Load(ctx, p.h.Store, sweep.CollectedKey, &sum); err != nil || sum.Versions != 3 || sum.Bytes == 0 {
		t.Errorf("operators are told %+v, %v", sum, err)
	}
	if all, overdue, err := sweep.Waiting(ctx, p.h.Store, p.h.Clock.Now()); all != 0 || overdue != 0 || err != nil {
		t.Errorf("%d wait, %d for long, %v", all, overdue, err)
	}
	p.verify()
}

// TestADecisionsUploadIsCollectedUnlessEntered: of two files that a clerk sent,
// the one that was entered as evidence stays.
func TestADecisionsUploadIsCollectedUnlessEntered(t *testing.T) {
	ctx := context.Background()
	p := newPlay(t, "S01")
	p.close()
	p.confirm()
	p.review()
	p.stage("decision")
	h, room := p.h, p.h.rooms.decision
	data := []byte("%PDF-1.4 quyết định")
	send := func(key string) decision.Slot {
		t.Helper()
		var slot decision.Slot
		eventually(t, "a slot", func() (ok bool) {
			var err error
			slot, err = room.OpenSlot(ctx, key, p.clerk1, p.round().Task, int64(len(data)), hash(string(data)))
			return err == nil
		})
		f, err := h.Objects.PresignPost(ctx, objects.Upload{Key: slot.Key, Size: slot.Size, SHA256: slot.SHA256, ContentType: "application/pdf", Life: submission.UploadLife})
		if err != nil {
			t.Fatal(err)
		}
		k := ticket{}
		k.Upload.Method, k.Upload.URL, k.Upload.Fields = http.MethodPost, f.URL, f.Fields
		if status := k.send(t, data); status >= 400 {
			t.Fatal(status)
		}
		return slot
	}
	stray, kept := send("slot-1"), send("slot-2")
	e, err := room.Uploaded(ctx, theRound, kept.ID)
	if err != nil {
		t.Fatal(err)
	}
	e.Number, e.Date = "2105/QĐ-UBND", h.Clock.Now().Format(time.DateOnly)
	if err := room.Enter(ctx, "enter", p.clerk1, p.round().Task, e); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Advance(ctx, dossier.CollectAfter+time.Minute); err != nil {
		t.Fatal(err)
	}
	if rep, err := h.Sweep(ctx, quiet); err != nil || rep.Collected != 1 {
		t.Errorf("collected %+v, %v", rep, err)
	}
	for slot, want := range map[string]int{stray.Key: 0, kept.Key: 1} {
		if list, err := h.Objects.LatestVersions(ctx, Inbox, slot); err != nil || len(list) != want {
			t.Errorf("%s: %d versions, %v", slot, len(list), err)
		}
	}
	if _, err := room.Uploaded(ctx, theRound, stray.ID); err == nil {
		t.Error("what was collected can be entered")
	}
	if err := room.Enter(ctx, "enter-2", p.clerk1, p.round().Task, decision.Entering{Number: e.Number, Date: e.Date, SHA256: e.SHA256, Bucket: Inbox, Key: stray.Key, Version: e.Version}); err == nil {
		t.Error("what is being collected was entered")
	}
	p.verify()
}

// TestACopyMissesNothingThatMovesMeanwhile collects a second version, which
// moves the first back to its place, while the folder is being copied.
func TestACopyMissesNothingThatMovesMeanwhile(t *testing.T) {
	ctx := context.Background()
	p := newProgram(t)
	twice := p.plain("hai bản.pdf")
	data := pdftest.Doc("", pdftest.Line(72, 700, "An ordinary line of text")).Bytes()
	if status := twice.send(t, data); status >= 400 {
		t.Fatal(status)
	}
	p.files()
	for at := range 8 { // how many files are copied when it moves
		p.advance(dossier.CollectAfter + time.Minute)
		if _, err := p.h.Sweep(ctx, quiet); err != nil {
			t.Fatal(err)
		}
		for _, back := range []bool{true, false} {
			move := func() {
				if !back {
					if status := twice.send(t, append(bytes.Clone(data), byte('a'+at))); status >= 400 {
						t.Error(status)
					}
					return
				}
				if rep, err := p.h.Sweep(ctx, quiet); err != nil || rep.Collected != 1 {
					t.Errorf("%+v, %v", rep, err)
				}
			}
			if back {
				if status := twice.send(t, append(bytes.Clone(data), byte('A'+at))); status >= 400 {
					t.Fatal(status)
				}
				eventually(t, "noticed", func() bool { return !p.document(twice.Document).Collect.IsZero() })
				p.advance(dossier.CollectAfter + time.Minute)
			}
			to := filepath.Join(t.TempDir(), "copy")
			err := backup.Make(ctx, p.dir, to, backup.Options{Progress: func(files int, _ int64) {
				if files == at+1 {
					move()
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			p.checkCopy(to)
			if !back {
				eventually(t, "noticed", func() bool { return !p.document(twice.Document).Collect.IsZero() })
			}
		}
	}
}

// checkCopy checks a copied folder as an auditor would.
func (p *program) checkCopy(dir string) {
	p.t.Helper()
	r, err := sqlitestore.OpenReader(context.Background(), filepath.Join(dir, "hoso.db"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Close()
	pub, err := os.ReadFile(filepath.Join(dir, "checkpoints", "log.pub"))
	if err != nil {
		p.t.Fatal(err)
	}
	rep, err := verify.Verify(context.Background(), verify.Sources{
		Store: r, Objects: s3gateway.Disk{Dir: dir}, Refs: verify.RecordRefs(Archive), Keys: pub, RowKey: p.h.Keys.Key(rowPurpose), Checks: []verify.Check{verify.Places()},
	}, verify.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, f := range rep.Findings {
		p.t.Errorf("the copy: %+v", f)
	}
}
