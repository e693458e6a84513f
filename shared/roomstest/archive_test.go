package roomstest

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoso/shared/act"
	"hoso/shared/archive"
	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/objects"
	"hoso/shared/recognize"
	"hoso/shared/review"
	"hoso/shared/store"
	"hoso/shared/submission"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

// GetDigest gives bytes by their hash.
func (f files) GetDigest(_ context.Context, digest string) ([]byte, error) {
	b, ok := f[digest]
	if !ok {
		return nil, fault.New(fault.NotFound, "files", "")
	}
	return b, nil
}

// vault is the object store with an archive.
type vault struct{ files }

// Copy copies a version to the archive if it has the hash.
func (f vault) Copy(_ context.Context, from objects.Ref, toKey, sha256 string) (objects.Ref, error) {
	b, ok := f.files[from.Key+"@"+from.Version]
	switch {
	case len(sha256) != 64:
		return objects.Ref{}, fault.New(fault.Invalid, "files", "")
	case !ok:
		return objects.Ref{}, fault.New(fault.NotFound, "files", "")
	case act.Hash(string(b)) != sha256:
		return objects.Ref{}, fault.New(fault.Conflict, "files", "")
	}
	f.files[toKey+"@v1"] = b
	return objects.Ref{Bucket: "archive", Key: toKey, Version: "v1"}, nil
}

// PutArchive keeps a package.
func (f vault) PutArchive(_ context.Context, key, _ string, _ int64, _ string, body io.Reader) (objects.Ref, error) {
	b, err := io.ReadAll(body)
	f.files[key+"@v1"] = b
	return objects.Ref{Bucket: "archive", Key: key, Version: "v1"}, err
}

// sealing gives the real archive stage, with a log that takes in what waits.
func (w *world) sealing(dir string) archive.Room {
	w.Helper()
	private, public, err := evidence.NewKey(rand.NewChaCha8([32]byte{}), "test-log")
	w.ok(err)
	signer, err := evidence.NewSigner(private)
	w.ok(err)
	log := translog.Log{
		Store: w.real, Now: w.submission.Now, Origin: "test-log", Signers: []evidence.Signer{signer},
		Publish: func(context.Context, string, []byte) error { return nil },
	}
	return archive.Room{
		Desk: w.submission.Desk, Objects: vault{w.files},
		Prove: func(ctx context.Context, events []evidence.Placed) (archive.Proven, error) {
			ms, err := w.real.Pending(ctx, w.now, store.MaxPage)
			w.ok(err)
			w.ok(log.Integrate(ctx, w.logged))
			w.ok(log.Integrate(ctx, slices.DeleteFunc(ms, func(m store.Message) bool { return m.Kind != store.LogMessage })))
			_, err = log.Checkpoint(ctx, true)
			w.ok(err)
			entries := make([]evidence.LogEntry, len(events))
			for i, e := range events {
				entries[i] = e.Logged()
			}
			ev, err := log.Evidence(ctx, entries)
			return archive.Proven{Proofs: ev.Inclusions, Checkpoint: ev.Signed, Key: public}, err
		},
		Scratch: func() (*os.File, error) { return os.Create(filepath.Join(dir, w.id())) },
	}
}

// withdrawn submits one file without a declared hash and withdraws at once.
func (w *world) withdrawn() (dossier.Dossier, dossier.Document) {
	w.Helper()
	w.open(nil)
	id := w.draft()
	doc := w.add(id, "one")
	change(w, dossier.DocumentKey(id, doc.ID), dossier.PutDocument, func(d *dossier.Document) { d.SHA256 = "" })
	w.register(doc)
	_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
	w.ok(err)
	w.ok(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, reason))
	return w.dossier(id), doc
}

func TestADossierWithdrawnUnreadIsSealedWithItsFiles(t *testing.T) {
	w := setup(t)
	d, doc := w.withdrawn()
	room, in := w.sealing(t.TempDir()), flow.In{Subject: d.ID, Revision: 1, Generation: d.Generation, From: "archive"}
	_, err := room.Run(w.ctx, in)
	w.refused(err, fault.Transient) // nobody has hashed the file yet
	for _, step := range w.flowOf(doc) {
		step()
	}
	_, err = room.Run(w.ctx, in)
	w.ok(err)
	if got := w.dossier(d.ID); !got.Sealed || got.Package == nil {
		t.Fatalf("not sealed: %+v", got)
	}
	if kept := w.files["originals/"+d.ID+"/"+w.doc(doc).SHA256+"@v1"]; len(kept) == 0 {
		t.Error("the original is not in the archive")
	}
}

// TestAScanWithASecrecyMarkIsNotSealedByAHastyWithdrawal: a unit withdraws while
// its scan is still being read; whatever the reading finds, the archive waits
// for it.
func TestAScanWithASecrecyMarkIsNotSealedByAHastyWithdrawal(t *testing.T) {
	for content, sealed := range map[string]int{"scan mark": 0, "scan": 1} {
		t.Run(content, func(t *testing.T) {
			w := setup(t)
			w.open(nil)
			w.recognize = recognize.Room{Desk: w.recognize.Desk, Recogniser: &scanner{}, Objects: shelf{w.files}, Spool: spool}
			id := w.draft()
			doc := w.add(id, content)
			steps := w.flowOf(doc)
			steps[0]()
			_, err := w.submission.Submit(w.ctx, w.id(), w.unit, id, submission.Submitting{})
			w.ok(err)
			w.ok(w.submission.Withdraw(w.ctx, w.id(), w.unit, id, reason))
			room, in := w.sealing(t.TempDir()), flow.In{Subject: id, Revision: 1, Generation: w.dossier(id).Generation, From: "archive"}
			for _, step := range steps[1:] {
				_, err := room.Run(w.ctx, in)
				w.refused(err, fault.Transient)
				step()
			}
			_, err = room.Run(w.ctx, in)
			w.ok(err)
			originals := 0
			for key := range w.files {
				if strings.HasPrefix(key, "originals/") {
					originals++
				}
			}
			if originals != sealed || !w.dossier(id).Sealed {
				t.Errorf("%d originals in the archive, want %d", originals, sealed)
			}
		})
	}
}

func TestAnOriginalThatIsGoneIsNotPassedOver(t *testing.T) {
	w := setup(t)
	d, doc := w.withdrawn()
	for _, step := range w.flowOf(doc) {
		step()
	}
	delete(w.files, doc.ObjectKey+"@v1")
	in := flow.In{Subject: d.ID, Revision: 1, Generation: d.Generation, From: "archive"}
	_, err := w.sealing(t.TempDir()).Run(w.ctx, in)
	w.refused(err, fault.NotFound)
	if w.dossier(d.ID).Sealed {
		t.Error("a package without an original was sealed")
	}
}

// parcel seals a dossier anew by the real stage and opens its package.
func (w *world) parcel(dir, id string) *bag.Package {
	w.Helper()
	change(w, dossier.Key(id), dossier.Put, func(d *dossier.Dossier) { d.Stage, d.Sealed, d.Generation = "archive", false, d.Generation+1 })
	d := w.dossier(id)
	_, err := w.sealing(dir).Run(w.ctx, flow.In{Subject: id, Revision: d.Revision, Generation: d.Generation, From: "archive"})
	w.ok(err)
	raw := w.files[w.dossier(id).Package.Key+"@v1"]
	p, err := bag.Open(bytes.NewReader(raw), int64(len(raw)))
	w.ok(err)
	return p
}

func TestAPackageHoldsWhatWasSaidOfItsOwnDossierAlone(t *testing.T) {
	w := setup(t)
	w.closed("dossier-01", "dossier-02")
	w.confirm(append(w.choose("dossier-01", 1), w.choose("dossier-02", 1)...))
	say := review.Deciding{Shown: w.list().Digest(), Nominees: map[string]review.Rule{}}
	for _, e := range w.list().Holding() {
		say.Nominees[review.Key(e)] = review.Rule{Is: dossier.RefusedOne, Reason: "Lý do về " + e.Dossier}
	}
	w.ok(w.review.Decide(w.ctx, w.id(), w.reviewers[0], w.round().Task, say))
	w.pump()
	p := w.parcel(t.TempDir(), "dossier-01")
	texts, err := p.Bytes(bag.TextsFile)
	w.ok(err)
	page, err := p.Bytes(bag.PageFile)
	w.ok(err)
	for what, in := range map[string]string{"texts": string(texts), "page": string(page)} {
		if !strings.Contains(in, "Lý do về dossier-01") || strings.Contains(in, "Lý do về dossier-02") {
			t.Errorf("%s of dossier-01's package: %s", what, in)
		}
	}
	if !strings.Contains(string(page), "(1 văn bản không kèm gói này") {
		t.Error("the page does not say that a text about others is left out")
	}
}

// TestAPackageIsGivenOutWithTheProofThatTheLogKnowsIt: once the log has taken
// in the event that seals it; before that it is named as not there yet.
func TestAPackageIsGivenOutWithTheProofThatTheLogKnowsIt(t *testing.T) {
	w := setup(t)
	d, doc := w.withdrawn()
	for _, step := range w.flowOf(doc) {
		step()
	}
	room := w.sealing(t.TempDir())
	_, err := room.Run(w.ctx, flow.In{Subject: d.ID, Revision: 1, Generation: d.Generation, From: "archive"})
	w.ok(err)
	d = w.dossier(d.ID)
	_, err = archive.Seal(w.ctx, w.real, d, nil)
	w.refused(err, fault.Transient)

	proven, err := room.Prove(w.ctx, nil) // the log goes on
	w.ok(err)
	_, err = archive.Seal(w.ctx, w.real, d, nil)
	w.refused(err, fault.Denied)
	keys := evidence.Keys{{Line: proven.Key}}
	seal, err := archive.Seal(w.ctx, w.real, d, keys)
	w.ok(err)
	plain := w.files[d.Package.Key+"@v1"]
	var out bytes.Buffer
	w.ok(bag.WithSeal(w.ctx, &out, bytes.NewReader(plain), int64(len(plain)), w.now, seal))
	rep, err := verify.Package(w.ctx, bytes.NewReader(out.Bytes()), int64(out.Len()), verify.Options{Keys: keys})
	w.ok(err)
	if len(rep.Findings) != 0 || slices.ContainsFunc(rep.Notes, func(n verify.Finding) bool { return n.Code == "note-not-sealed" }) {
		t.Errorf("%+v", rep)
	}
	d.Package.Bag = act.Hash("another")
	_, err = archive.Seal(w.ctx, w.real, d, keys)
	w.refused(err, fault.NotFound)
}
