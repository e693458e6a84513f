// Package extract is the stage that reads a pinned document: its text layer
// and its fields, in a process that can be killed.
package extract

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
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
const Name = "extract"

// Objects gives pinned bytes and keeps readings by digest.
type Objects interface {
	Open(ctx context.Context, ref objects.Ref) (io.ReadCloser, int64, error)
	// PutDigest keeps bytes under their SHA-256 (hex), which it returns.
	PutDigest(ctx context.Context, data []byte) (string, error)
}

// Room reads documents.
type Room struct {
	act.Desk
	Objects Objects
	Reader  reading.Reader
	// Spool gives an open file with what r holds; closing it removes it.
	Spool func(r io.Reader) (*os.File, error)
}

// Run reads the document and records the reading. Pages without trustworthy
// text send it on to recognition. Items: document, dossier, two counters,
// event, head, log, message, key: 9.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	dossierID, docID, _ := strings.Cut(in.Subject, "/")
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		return flow.Out{}, err
	}
	if doc.Generation != in.Generation || doc.Stage != Name {
		return in.To(next(doc)), nil
	}
	got, err := r.read(ctx, doc)
	if err != nil {
		return flow.Out{}, err
	}
	body, err := json.Marshal(got)
	if err != nil {
		return flow.Out{}, fault.Wrap(fault.Internal, Name, err)
	}
	digest, err := r.Objects.PutDigest(ctx, body)
	if err != nil {
		return flow.Out{}, err
	}
	key := in.Subject + "/" + Name
	if doc.Reading != "" { // read before, and sent back because that reading is gone
		key += fmt.Sprintf("/again/%d", in.Generation)
	}
	_, err = r.Do(ctx, key, act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc)
		if err != nil {
			return store.Commit{}, err
		}
		if doc.Stage != Name {
			return store.Commit{}, nil
		}
		c := record(&doc, got, digest, now)
		if doc.Settled() {
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
	// The record says where to go on, also after a repeat that changed nothing.
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		return flow.Out{}, err
	}
	return in.To(next(doc)), nil
}

func next(doc dossier.Document) string {
	if doc.Stage == "recognize" {
		return "recognize"
	}
	return flow.Done
}

// read gives the reading of the pinned version. A file that cannot be read
// gives a reading with its problems, not an error.
func (r Room) read(ctx context.Context, doc dossier.Document) (reading.Reading, error) {
	body, _, err := r.Objects.Open(ctx, objects.Ref{Bucket: doc.Bucket, Key: doc.ObjectKey, Version: doc.Version})
	if fault.Is(err, fault.NotFound) {
		// Trying again brings no bytes back, and the dossier must not wait for them.
		gone := reading.NewProblem(reading.CodeDamaged, 0, "")
		gone.Code, gone.Message = dossier.FileMissing, "Tệp không còn trong kho lưu; hãy tải lên lại."
		return reading.Reading{SHA256: doc.SHA256, Size: doc.Size, Tool: reading.Tool, Problems: []reading.Problem{gone}}, nil
	}
	if err != nil {
		return reading.Reading{}, err
	}
	defer body.Close()
	file, err := r.Spool(body)
	if err != nil {
		return reading.Reading{}, fault.Wrap(fault.Transient, Name, err)
	}
	defer file.Close()
	got, err := r.Reader.Read(ctx, file)
	if fault.Is(err, fault.Unreadable) {
		if _, refused := got.Refusal(); !refused {
			got.Problems = append(got.Problems, reading.NewProblem(codeOr(fault.CodeOf(err), reading.CodeDamaged), 0, ""))
		}
		got.SHA256, got.Size, got.Tool = doc.SHA256, doc.Size, reading.Tool
		return got, nil
	}
	return got, err
}

func codeOr(code, other string) string {
	if code == "" {
		return other
	}
	return code
}

// record lays the reading over the document's record.
func record(doc *dossier.Document, got reading.Reading, digest string, now time.Time) store.Commit {
	doc.Reading, doc.Pages = digest, len(got.Pages)
	doc.Notes = nil
	for _, p := range got.Problems {
		if p.Severity != reading.Refuse {
			doc.Notes = append(doc.Notes, dossier.Problem{Code: p.Code, Sentence: p.Message, Page: p.Page})
		}
	}
	kind := "document.read"
	pagesLeft := 0
	for _, p := range got.Pages {
		if p.NeedsPerson() {
			pagesLeft++
		}
	}
	switch refusal, refused := got.Refusal(); {
	case refused && refusal.Code == reading.CodeSecret:
		doc.Bar(refusal.Page, now)
		kind = "document.refused"
	case refused:
		doc.State, doc.Stage, kind = dossier.Rejected, "", "document.refused"
		doc.Problem = &dossier.Problem{Code: refusal.Code, Sentence: refusal.Message, Page: refusal.Page}
	case pagesLeft > 0:
		doc.Stage = "recognize"
	default:
		doc.State, doc.Stage = dossier.Read, ""
	}
	return store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(doc.Dossier), kind, Name, now, map[string]any{
		"document": doc.ID, "reading": digest, "tool": got.Tool, "pages": len(got.Pages), "unread": pagesLeft, "problem": problemCode(doc.Problem),
	})}}
}

func problemCode(p *dossier.Problem) string {
	if p == nil {
		return ""
	}
	return p.Code
}
