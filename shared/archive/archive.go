// Package archive is the stage that seals a dossier once it has its final
// outcome: the originals are copied to the archive by the object store
// itself, and one package holds everything about the dossier, readable
// without this software.
package archive

import (
	"context"
	"io"
	"os"
	"time"

	"hoso/shared/act"
	"hoso/shared/bag"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/objects"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "archive"

// Sealed is the type of the event that names a dossier's package.
const Sealed = "dossier.sealed"

// Objects reads facts and originals and writes the archive.
type Objects interface {
	Open(ctx context.Context, ref objects.Ref) (io.ReadCloser, int64, error)
	GetDigest(ctx context.Context, digest string) ([]byte, error)
	Copy(ctx context.Context, from objects.Ref, toKey, sha256 string) (objects.Ref, error)
	PutArchive(ctx context.Context, key, contentType string, size int64, sha256 string, body io.Reader) (objects.Ref, error)
}

// Proven is the proof that events stand in the transparency log.
type Proven struct {
	Proofs     []evidence.Inclusion
	Checkpoint []byte // signed
	Key        string // public key line of its signer
}

// Room seals.
type Room struct {
	act.Desk
	Objects Objects
	// Prove proves events in the log; fault.Transient while one of them is
	// not in it yet.
	Prove func(ctx context.Context, events []evidence.Placed) (Proven, error)
	// Scratch gives an empty file that disappears when it is closed.
	Scratch func() (*os.File, error)
}

// packageKey is where a package is in the archive. It names the content, so
// that an attempt that died leaves nothing in the way of the next.
func packageKey(id, sha256 string) string { return "packages/" + id + "/" + sha256 + ".zip" }

// Run seals the dossier. The package is written before the commit that
// records its digest; a run that is killed in between writes it again. Items:
// dossier, event, head, log, key: 5.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d); err != nil {
		return flow.Out{}, err
	}
	if d.Generation != in.Generation || d.Stage != Name {
		return in.To(flow.Done), nil
	}
	input, err := r.gather(ctx, d, r.Now())
	if err != nil {
		return flow.Out{}, err
	}
	file, err := r.Scratch()
	if err != nil {
		return flow.Out{}, fault.Wrap(fault.Transient, Name, err)
	}
	defer file.Close()
	sealed, err := bag.Write(ctx, file, input)
	if err != nil {
		return flow.Out{}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return flow.Out{}, fault.Wrap(fault.Transient, Name, err)
	}
	ref, err := r.Objects.PutArchive(ctx, packageKey(d.ID, sealed.SHA256), "application/zip", sealed.Size, sealed.SHA256, file)
	if err != nil {
		return flow.Out{}, err
	}
	_, err = r.Do(ctx, act.StageKey(d.ID, d.Revision, Name, string(d.State)), act.Digest([]any{d.ID, Name, d.State}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Dossier
		rev, err := store.Load(ctx, r.Store, dossier.Key(in.Subject), &d)
		if err != nil || d.Stage != Name {
			return store.Commit{}, err
		}
		d.Stage, d.Sealed, d.Holder = "", true, ""
		d.Package = &dossier.Package{SHA256: sealed.SHA256, Size: sealed.Size, Bag: sealed.Bag, Bucket: ref.Bucket, Key: ref.Key, Version: ref.Version}
		return store.Commit{
			Writes: []store.Write{dossier.Put(d, rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(d.ID), Sealed, Name, now,
				map[string]any{"package": sealed.SHA256, "bag": sealed.Bag, "size": sealed.Size, "files": sealed.Files, "state": d.State})},
		}, nil
	})
	if err != nil {
		return flow.Out{}, err
	}
	return in.To(flow.Done), nil
}
