package verify_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

const origin = "hoso.example.gov.vn/log"

// rowKey is the key of the records' sums.
var rowKey = []byte("a key of the installation")

var start = time.Date(2025, 3, 4, 1, 0, 0, 0, time.UTC)

// folder is a data folder: the store's file, objects, and checkpoints.
type folder string

func (f folder) db() string          { return filepath.Join(string(f), "hoso.db") }
func (f folder) checkpoints() string { return filepath.Join(string(f), "checkpoints") }
func (f folder) object(bucket, key, version string) string {
	return filepath.Join(string(f), "objects", bucket, strings.ReplaceAll(key, "/", "_")+"@"+version)
}

// Sum hashes an object; it makes folder a verify.Objects.
func (f folder) Sum(_ context.Context, bucket, key, version string) (string, int64, error) {
	b, err := os.ReadFile(f.object(bucket, key, version))
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, fault.Wrap(fault.NotFound, "test", err)
	}
	return sumOf(b), int64(len(b)), err
}

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// world fills a data folder through the port, as the product would.
type world struct {
	testing.TB
	folder
	desk   act.Desk
	log    translog.Log
	now    time.Time
	rand   *rand.Rand
	serial int
	store  *sqlitestore.Store
	public string
}

func newWorld(t testing.TB, dir, seed string) *world {
	t.Helper()
	w := &world{TB: t, folder: folder(dir), now: start, rand: rand.New(rand.NewChaCha8(sha256.Sum256([]byte(seed))))}
	for _, d := range []string{"checkpoints", "objects/inbox", "objects/archive"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s, err := sqlitestore.Open(context.Background(), w.db(), sqlitestore.Options{RowKey: func() ([]byte, error) { return rowKey, nil }})
	if err != nil {
		t.Fatal(err)
	}
	w.store = s
	clock := func() time.Time { return w.now }
	w.desk = act.Desk{Store: s, Now: clock, NewID: func() string { w.serial++; return fmt.Sprintf("%032x", w.serial) }, Rand: w.bytes}
	private, public, err := evidence.NewKey(rand.NewChaCha8(sha256.Sum256([]byte("key"))), origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	w.public = public
	w.write(filepath.Join(w.checkpoints(), "log.pub"), evidence.Keys{{Line: public}}.Format())
	w.log = translog.Log{
		Store: s, Now: clock, Origin: origin, Signers: []evidence.Signer{signer},
		Publish: func(_ context.Context, name string, signed []byte) error {
			beside := filepath.Join(string(w.folder), name+".new") // a file is never seen half written
			return errors.Join(os.WriteFile(beside, signed, 0o600), os.Rename(beside, filepath.Join(w.checkpoints(), name)))
		},
	}
	return w
}

func (w *world) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.rand.Uint32())
	}
	return b
}

func (w *world) write(path string, b []byte) {
	w.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) close() {
	if err := w.store.Close(); err != nil {
		w.Error(err)
	}
}

func (w *world) do(key string, decide func(now time.Time) store.Commit) {
	w.Helper()
	w.now = w.now.Add(time.Second)
	if _, err := w.desk.Do(context.Background(), key, "x", func(_ context.Context, now time.Time) (store.Commit, error) { return decide(now), nil }); err != nil {
		w.Fatal(err)
	}
}

// dossier opens a dossier with a document, texts, and more events.
func (w *world) dossier(id string, more int) {
	w.Helper()
	chain := dossier.Chain(id)
	pdf, reading := append([]byte("%PDF-1.7 "+id), w.bytes(200)...), []byte(`{"of":"`+id+`"}`)
	doc := dossier.Document{
		ID: "d1", Dossier: id, Name: "Tờ trình.pdf", State: dossier.Pinned, Size: int64(len(pdf)), SHA256: sumOf(pdf),
		Bucket: "inbox", ObjectKey: "incoming/" + id, Version: "v1", Reading: sumOf(reading), OpenedAt: w.now,
	}
	w.write(w.object("inbox", doc.ObjectKey, "v1"), pdf)
	w.write(w.object("archive", "data/"+doc.Reading[:2]+"/"+doc.Reading, ""), reading)
	w.do(id+"/pin", func(now time.Time) store.Commit {
		put := dossier.PutDocument(doc, 0)
		return store.Commit{Writes: []store.Write{put}, Events: []evidence.Event{
			act.Event(chain, "dossier.opened", "p1", now, nil),
			act.Event(chain, "document.pinned", "intake", now, map[string]any{"document": doc.ID, "sha256": doc.SHA256, "reading": doc.Reading, "record": sumOf(put.Body)}),
		}}
	})
	w.do(id+"/decide", func(now time.Time) store.Commit {
		texts := w.desk.Texts(chain, "act1")
		texts.Add("reason", "Chưa đủ điều kiện "+id)
		texts.Add("note", "Ghi chú "+id)
		writes, err := texts.Writes()
		if err != nil {
			w.Fatal(err)
		}
		e := act.Event(chain, "appraisal.decided", "p2", now, map[string]any{"is": "refused"})
		e.Texts = texts.Named()
		return store.Commit{Writes: writes, Events: []evidence.Event{e}}
	})
	for i := range more {
		w.do(fmt.Sprintf("%s/more/%d", id, i), func(now time.Time) store.Commit {
			return store.Commit{Events: []evidence.Event{act.Event(chain, "dossier.seen", "p1", now, map[string]int{"n": i})}}
		})
	}
}

// erase removes one text by a recorded act.
func (w *world) erase(id, name string) {
	w.Helper()
	chain := dossier.Chain(id)
	events, err := w.store.Events(context.Background(), chain, 0, store.MaxPage)
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range events {
		e, err := evidence.Read(p)
		if err != nil {
			w.Fatal(err)
		}
		c, ok := e.Texts[name]
		if !ok {
			continue
		}
		kept := map[evidence.Commitment]evidence.Text{}
		rev, err := store.Load(context.Background(), w.store, act.TextKey(chain, "act1"), &kept)
		if err != nil {
			w.Fatal(err)
		}
		delete(kept, c)
		w.do(id+"/erase/"+name, func(now time.Time) store.Commit {
			return store.Commit{
				Writes: []store.Write{store.Put(act.TextKey(chain, "act1"), rev, kept)},
				Events: []evidence.Event{act.Event(chain, evidence.TextErased, "p3", now, evidence.Erasure{Texts: []evidence.Commitment{c}})},
			}
		})
	}
}

// settle delivers the outbox: log first, then what a checkpoint left there.
func (w *world) settle(checkpoint bool) {
	w.Helper()
	ctx := context.Background()
	for range 2 {
		ms, err := w.store.Pending(ctx, w.now.Add(time.Hour), 1000)
		if err != nil {
			w.Fatal(err)
		}
		var logged []store.Message
		for _, m := range ms {
			if m.Kind == store.LogMessage {
				logged = append(logged, m)
			} else if err := w.log.Deliver(ctx, m); err != nil {
				w.Fatal(err)
			}
		}
		if err := w.log.Integrate(ctx, logged); err != nil {
			w.Fatal(err)
		}
		ids := make([]string, len(ms))
		for i, m := range ms {
			ids[i] = m.ID
		}
		if err := w.store.Settle(ctx, ids...); err != nil {
			w.Fatal(err)
		}
		if checkpoint {
			if _, err := w.log.Checkpoint(ctx, true); err != nil {
				w.Fatal(err)
			}
		}
	}
}

// places makes a counter of places with rows of those that are taken.
func (w *world) places(round string, places, taken int) {
	w.Helper()
	w.do("open/"+round, func(time.Time) store.Commit {
		return store.Commit{
			Counters: []store.Add{{Counter: "places/" + round, N: int64(places), Create: true}},
			Writes:   []store.Write{store.Put(store.Key{Part: "cap/" + round, Sort: "cap"}, 0, places)},
		}
	})
	for i := range taken {
		w.do(fmt.Sprintf("take/%s/%d", round, i), func(time.Time) store.Commit {
			return store.Commit{
				Counters: []store.Add{{Counter: "places/" + round, N: -1}},
				Writes:   []store.Write{store.Put(store.Key{Part: "place/" + round, Sort: fmt.Sprint(i)}, 0, "taken")},
			}
		})
	}
}

// small fills a folder with some hundred events: what the tests damage.
func small(t testing.TB, dir string) *world {
	t.Helper()
	w := newWorld(t, dir, "small")
	for i := range 24 {
		w.dossier(fmt.Sprintf("d%02d", i), 3+i%9)
		if i%5 == 4 {
			w.settle(i%10 == 9)
		}
	}
	w.places("r1", 15, 4)
	for i := range 20 { // no event speaks of them
		w.do(fmt.Sprint("plain/", i), func(time.Time) store.Commit {
			return store.Commit{Writes: []store.Write{store.Put(store.Key{Part: "plain/" + fmt.Sprint(i%3), Sort: fmt.Sprint(i)}, 0,
				map[string]int{"n": i}, store.Entry{Pattern: store.Pattern{Name: "plain", Slot: 1}, Part: "all", Sort: fmt.Sprint(i)})}}
		})
	}
	w.erase("d03", "reason")
	w.erase("d07", "reason")
	w.erase("d07", "note")
	w.settle(true)
	w.dossier("late", 1) // still waits for the log
	return w
}

// sources are all that can be checked in a folder.
func sources(t testing.TB, f folder) (verify.Sources, func()) {
	t.Helper()
	r, err := sqlitestore.OpenReader(context.Background(), f.db())
	if err != nil {
		t.Fatal(err)
	}
	src := verify.Sources{Store: r, Objects: f, Refs: verify.RecordRefs("archive"), RowKey: rowKey, HaveFiles: true, Checks: []verify.Check{
		{Name: "chỗ", Run: checkPlaces},
		{Name: "bản ghi", Run: checkRecords},
		{Name: "chỉ mục", Run: func(ctx context.Context, _ store.Snapshot, report func(verify.Finding)) error {
			found, err := r.Damage(ctx)
			for _, d := range found {
				report(verify.Finding{Code: "damage", Message: d})
			}
			return err
		}},
	}}
	src.Reread = f.notes
	if src.Files, err = f.notes(); err != nil {
		t.Fatal(err)
	}
	if src.Keys, err = os.ReadFile(filepath.Join(f.checkpoints(), "log.pub")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return src, func() { _ = r.Close() }
}

// notes reads the published checkpoints.
func (f folder) notes() ([]verify.Note, error) {
	entries, err := os.ReadDir(f.checkpoints())
	if err != nil {
		return nil, err
	}
	var out []verify.Note
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(f.checkpoints(), e.Name()))
		if err != nil {
			return nil, err
		}
		if e.Name() != "log.pub" {
			out = append(out, verify.Note{Name: e.Name(), Data: b})
		}
	}
	return out, nil
}

// checkPlaces: places are the cap less the rows that take one.
func checkPlaces(ctx context.Context, s store.Snapshot, report func(verify.Finding)) error {
	free := map[string]int64{}
	err := s.Walk(ctx, store.Walker{Counter: func(name string, n int64) error { free[name] += n; return nil }})
	if err != nil {
		return err
	}
	if err := s.Walk(ctx, store.Walker{Record: func(r store.Record) error {
		if round, ok := strings.CutPrefix(r.Key.Part, "cap/"); ok {
			var n int64
			if err := r.Decode(&n); err != nil {
				report(verify.Finding{Code: "cap", Where: round, Message: "hỏng"})
			}
			free["places/"+round] -= n
		}
		if round, ok := strings.CutPrefix(r.Key.Part, "place/"); ok {
			free["places/"+round]++
		}
		return nil
	}}); err != nil {
		return err
	}
	for name, n := range free {
		if n != 0 {
			report(verify.Finding{Code: "places", Where: name, Message: "không khớp"})
		}
	}
	return nil
}

// checkRecords: a document's record is the one its event names; the test's
// stand-in for working a record out again from its history.
func checkRecords(ctx context.Context, s store.Snapshot, report func(verify.Finding)) error {
	want := map[string]string{}
	if err := s.Walk(ctx, store.Walker{Event: func(p evidence.Placed) error {
		e, err := evidence.Read(p)
		var d struct{ Document, Record string }
		if err == nil && e.Type == "document.pinned" && json.Unmarshal(e.Data, &d) == nil {
			want[e.Chain+"|document/"+d.Document] = d.Record
		}
		return nil
	}}); err != nil {
		return err
	}
	err := s.Walk(ctx, store.Walker{Part: "dossier/", Record: func(r store.Record) error {
		key := r.Key.Part + "|" + r.Key.Sort
		if want[key] != sumOf(r.Body) {
			report(verify.Finding{Code: "record", Where: key, Message: "khác"})
		}
		delete(want, key)
		return nil
	}})
	for key := range want {
		report(verify.Finding{Code: "record", Where: key, Message: "thiếu"})
	}
	return err
}

func verified(t testing.TB, f folder, o verify.Options) verify.Report {
	t.Helper()
	src, done := sources(t, f)
	defer done()
	r, err := verify.Verify(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range slices.Concat(r.Findings, r.Notes) {
		if x.Message == "" {
			t.Errorf("code %q has no sentence", x.Code)
		}
	}
	return r
}

// clone copies a folder whose store is closed.
func clone(t testing.TB, from folder) folder {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(string(from))); err != nil {
		t.Fatal(err)
	}
	return folder(dir)
}

// reopen goes on in a folder whose store is closed.
func reopen(t testing.TB, f folder) *world {
	t.Helper()
	return newWorld(t, string(f), "reopened")
}
