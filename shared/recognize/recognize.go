// Package recognize is the stage for pages without trustworthy text. Pages
// that no recogniser can read are left to a person, who types or corrects the
// fields beside the picture of the page.
package recognize

import (
	"context"
	"strings"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/flow"
	"hoso/shared/store"
)

// Name of the stage, everywhere.
const Name = "recognize"

// Room recognises pages.
type Room struct {
	act.Desk
}

// Run settles the document: its pages without text go to a person. Items:
// document, dossier, two counters, event, head, log, message, key: 9.
func (r Room) Run(ctx context.Context, in flow.In) (flow.Out, error) {
	dossierID, docID, _ := strings.Cut(in.Subject, "/")
	var doc dossier.Document
	if _, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc); err != nil {
		return flow.Out{}, err
	}
	if doc.Generation != in.Generation || doc.Stage != Name {
		return in.To(flow.Done), nil
	}
	_, err := r.Do(ctx, in.Subject+"/"+Name, act.Digest([]any{in.Subject, Name}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var doc dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(dossierID, docID), &doc)
		if err != nil {
			return store.Commit{}, err
		}
		if doc.Stage != Name {
			return store.Commit{}, nil
		}
		doc.State, doc.Stage = dossier.NeedsEyes, ""
		doc.Problem = &dossier.Problem{
			Code:     "needs-person",
			Sentence: "Tệp có trang là ảnh, máy chưa đọc được chữ; hãy nhập các thông tin cần thiết bên cạnh ảnh của trang.",
		}
		c := store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(dossierID), "document.left-to-person", Name, now,
			map[string]any{"document": docID})}}
		if err := dossier.Settle(ctx, r.Store, &c, doc, now); err != nil {
			return store.Commit{}, err
		}
		c.Writes = append(c.Writes, dossier.PutDocument(doc, rev))
		return c, nil
	})
	if err != nil {
		return flow.Out{}, err
	}
	return in.To(flow.Done), nil
}
