// Package intake is the stage that receives a stored object: it registers the
// object once, whatever is delivered twice or late, pins the version, and
// checks hash, type and size before anything reads the content.
package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/flow"
	"hoso/shared/objects"
	"hoso/shared/reading"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "intake"

// Objects reads pinned versions.
type Objects interface {
	// Open gives the bytes of one version; fault.NotFound if it is not there.
	Open(ctx context.Context, ref objects.Ref) (io.ReadCloser, int64, error)
}

// Room registers and pins objects.
type Room struct {
	act.Desk
	Objects Objects
	MaxFile int64 // bytes; 0: the product's limit
}

// Stored is the news of a stored object. It is a hint: what counts is read
// from the store and the object itself.
type Stored struct {
	Bucket  string `json:"bucket"`
	Key     string `json:"key"`
	Version string `json:"version"`
	Size    int64  `json:"size"`
}

// Register takes note that bytes are there for an open upload slot and queues
// the document's run. The first version counts; later ones, unknown keys and
// repeats are ignored and false is returned. Items: document, event, head,
// log, message, key: 6.
func (r Room) Register(ctx context.Context, s Stored) (bool, error) {
	_, dossierID, docID, ok := objects.ParseUploadKey(s.Key)
	if !ok {
		return false, nil
	}
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return false, err
	}
	if doc.ObjectKey != s.Key || doc.Bucket != s.Bucket {
		return false, nil
	}
	if doc.State != dossier.Expected {
		return false, r.leftover(ctx, doc, s.Version)
	}
	out, err := r.Do(ctx, "stored/"+docID, act.Digest([]any{"stored", s.Bucket, s.Key}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc)
		if err != nil {
			return store.Commit{}, err
		}
		if doc.State != dossier.Expected {
			return store.Commit{Result: act.Result(false)}, nil
		}
		doc.State, doc.Version, doc.StoredAt = dossier.Stored, s.Version, now.UTC()
		doc.Stage, doc.Generation = Name, 1
		doc.Watch(now)
		return store.Commit{
			Writes: []store.Write{dossier.PutDocument(doc, rev)},
			Events: []evidence.Event{act.Event(dossier.Chain(dossierID), "document.stored", Name, now,
				map[string]any{"document": docID, "version": s.Version, "size": s.Size})},
			Outbox: []store.Message{dossier.StartDocument(doc)},
			Result: act.Result(true),
		}, nil
	})
	if err != nil {
		return false, err
	}
	var first bool
	err = act.ReadResult(out, &first)
	return first && !out.Replayed, err
}

// leftover has sweep look for a version that came after its document's first,
// or after its slot was closed, unless it will look anyway.
func (r Room) leftover(ctx context.Context, doc dossier.Document, version string) error {
	if version == "" || version == doc.Version || !doc.Collect.IsZero() {
		return nil
	}
	_, err := r.Do(ctx, "leftover/"+doc.ID+"/"+version, act.Digest([]any{"leftover", doc.ID, version}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(doc.Dossier, doc.ID), &d)
		if err != nil || !d.Collect.IsZero() {
			return store.Commit{}, err
		}
		d.Watch(now)
		return store.Commit{Writes: []store.Write{dossier.PutDocument(d, rev)}}, nil
	})
	return err
}

// Run pins the document's version: true hash and size, a PDF's first bytes.
// A file that fails is refused with its reason; that is an answer, not an
// error. Items: document, dossier, two counters, event, head, log, message,
// key: 9.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	dossierID, docID, _ := strings.Cut(in.Subject, "/")
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		return flow.Out{}, err
	}
	if doc.Generation != in.Generation || doc.Stage != Name {
		return in.To(flow.Done), nil
	}
	found, err := r.inspect(ctx, doc)
	if err != nil {
		return flow.Out{}, err
	}
	_, err = r.Do(ctx, in.Subject+"/"+Name, act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc)
		if err != nil {
			return store.Commit{}, err
		}
		if doc.Stage != Name {
			return store.Commit{}, nil
		}
		doc.SHA256, doc.Size = found.sha256, found.size
		doc.State, doc.Stage = dossier.Pinned, "extract"
		c := store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(dossierID), "document.pinned", Name, now,
			map[string]any{"document": docID, "version": doc.Version, "sha256": doc.SHA256, "size": doc.Size, "problem": found.code()})}}
		if found.problem != nil {
			doc.State, doc.Stage, doc.Problem = dossier.Rejected, "", found.problem
			if err := dossier.Settle(ctx, r.Store, &c, doc, now); err != nil {
				return store.Commit{}, err
			}
		}
		c.Writes = append(c.Writes, dossier.PutDocument(doc, rev))
		return c, nil
	})
	if err != nil {
		return flow.Out{}, err
	}
	if found.problem != nil {
		return in.To(flow.Done), nil
	}
	return in.To("extract"), nil
}

type inspected struct {
	sha256  string
	size    int64
	problem *dossier.Problem
}

func (i inspected) code() string {
	if i.problem == nil {
		return ""
	}
	return i.problem.Code
}

// inspect reads the whole version once.
func (r Room) inspect(ctx context.Context, doc dossier.Document) (inspected, error) {
	body, _, err := r.Objects.Open(ctx, objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: doc.Version})
	if fault.Is(err, fault.NotFound) {
		p := problem(dossier.Problem{Code: dossier.FileMissing, Sentence: "Tệp không còn trong kho lưu; hãy tải lên lại."})
		return inspected{sha256: doc.SHA256, size: doc.Size, problem: p}, nil
	}
	if err != nil {
		return inspected{}, err
	}
	defer body.Close()
	limit := r.MaxFile
	if limit <= 0 || limit > dossier.MaxFile {
		limit = dossier.MaxFile
	}
	h := sha256.New()
	var head bytes.Buffer
	n, err := io.Copy(io.MultiWriter(h, &headWriter{buf: &head, left: 1024}), io.LimitReader(body, limit+1))
	if err != nil {
		return inspected{}, fault.Wrap(fault.Transient, Name, err)
	}
	got := inspected{sha256: hex.EncodeToString(h.Sum(nil)), size: n}
	switch {
	case n == 0:
		got.problem = fromReading(reading.NewProblem(reading.CodeEmpty, 0, ""))
	case n > limit:
		got.problem = fromReading(reading.NewProblem(reading.CodeTooBig, 0, "100 MB"))
	case doc.SHA256 != "" && got.sha256 != doc.SHA256:
		got.problem = problem(dossier.Problem{Code: "file-changed", Sentence: "Tệp nhận được khác với tệp đã chọn (sai mã băm); hãy tải lên lại."})
	case !bytes.Contains(head.Bytes(), []byte("%PDF-")):
		got.problem = fromReading(reading.NewProblem(reading.CodeNotPDF, 0, realType(head.Bytes())))
	}
	return got, nil
}

func problem(p dossier.Problem) *dossier.Problem { return &p }

func fromReading(p reading.Problem) *dossier.Problem {
	return &dossier.Problem{Code: p.Code, Sentence: p.Message, Page: p.Page}
}

// headWriter keeps the first bytes written to it.
type headWriter struct {
	buf  *bytes.Buffer
	left int
}

// Write keeps what still fits and accepts the rest.
func (w *headWriter) Write(p []byte) (int, error) {
	if k := min(w.left, len(p)); k > 0 {
		w.buf.Write(p[:k])
		w.left -= k
	}
	return len(p), nil
}
