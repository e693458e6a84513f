package sweep

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/evidence"
	"hoso/shared/mail"
	"hoso/shared/store"
)

// generations is how often a file's reading is tried, each time as often as
// its flow tries a stage, before it is left to a person. Since patience
// doubles, an outage of some hours costs no file its reading.
const generations = 6

// patience is how long a document of a generation must have been quiet before
// its run is driven again: twice as long each time.
func patience(quiet time.Duration, generation int) time.Duration {
	return quiet << min(max(generation-1, 0), generations)
}

// hopeless reports whether the reading of a pinned file failed too often. A
// file that was never pinned is not judged: the store could not give it.
func hopeless(doc dossier.Document) bool {
	return doc.State == dossier.Pinned && doc.Generation >= generations
}

// giveUp leaves a file to a person. It counts as read, so that its dossier
// goes on; what is said of it never blocks. Items: document, dossier, event,
// head, log, start of the dossier's run or mail, key: 7.
func (r Room) giveUp(ctx context.Context, doc dossier.Document, rep *Report) error {
	done := false
	key := act.StageKey("document/"+doc.ID, doc.Generation, "given-up")
	_, err := r.Do(ctx, key, act.Digest([]any{"given-up", doc.ID, doc.Generation}), func(ctx context.Context, now time.Time) (store.Commit, error) {
		var d dossier.Document
		rev, err := store.Load(ctx, r.Store, dossier.DocumentKey(doc.Dossier, doc.ID), &d)
		if err != nil || d.Stage == "" || d.Generation != doc.Generation || !hopeless(d) {
			return store.Commit{}, err
		}
		done = true
		stage := d.Stage
		d.State, d.Stage = dossier.NeedsEyes, ""
		d.Problem = &dossier.Problem{Code: dossier.GivenUp, Sentence: fmt.Sprintf(
			"Máy đã thử đọc tệp này %d lần mà không được; hãy mở tệp và nhập các thông tin bên cạnh, hoặc tải lên bản khác.", generations)}
		c := store.Commit{Events: []evidence.Event{act.Event(dossier.Chain(d.Dossier), "document.given-up", "sweep", now,
			map[string]any{"document": d.ID, "stage": stage, "generation": d.Generation})}}
		if err := dossier.Settle(ctx, r.Store, &c, d, now); err != nil {
			return c, err
		}
		c.Writes = append(c.Writes, dossier.PutDocument(d, rev))
		if d.State == dossier.NeedsEyes {
			return c, mail.LeftToPerson(ctx, r.Store, &c, d.Dossier)
		}
		return c, nil
	})
	if err == nil && done {
		rep.GivenUp++
	}
	return err
}
