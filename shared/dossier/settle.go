package dossier

import (
	"context"
	"fmt"
	"time"

	"hoso/shared/act"
	"hoso/shared/flow"
	"hoso/shared/store"
)

// Settle adds to c what a dossier must learn when one of its documents is
// settled. A draft only proves that it is still a draft, so that a submission
// cannot slip in between; a submitted dossier counts the document as read,
// and the last one starts its run. Exactly one commit can be that last one,
// since each changes the dossier's record.
func Settle(ctx context.Context, r store.Reader, c *store.Commit, doc Document, now time.Time) error {
	var d Dossier
	rev, err := store.Load(ctx, r, Key(doc.Dossier), &d)
	if err != nil {
		return err
	}
	if d.State != Submitted {
		c.Writes = append(c.Writes, store.Unchanged(Key(d.ID), rev))
		return nil
	}
	var rv Revision
	if _, err := store.Load(ctx, r, RevisionKey(d.ID, d.Revision), &rv); err != nil {
		return err
	}
	pinned := false
	for _, p := range rv.Pinned {
		pinned = pinned || p.Document == doc.ID
	}
	if !pinned {
		c.Writes = append(c.Writes, store.Unchanged(Key(d.ID), rev))
		return nil
	}
	d.Unread--
	if d.Unread <= 0 {
		Begin(&d, now)
		c.Outbox = append(c.Outbox, Start(d))
	}
	Record(c, d, rev)
	return nil
}

// Begin moves a submitted dossier whose files are all read into its run.
func Begin(d *Dossier, now time.Time) {
	d.Move(Validating, now)
	d.Stage, d.Generation, d.Holder, d.Unread = "validate", d.Generation+1, "validate", 0
}

// Start is the message that starts the dossier's run at its stage.
func Start(d Dossier) store.Message {
	start := flow.StartRun(flow.Dossier, flow.In{Subject: d.ID, Revision: d.Revision, Generation: d.Generation, From: d.Stage})
	return store.Msg("start/"+start.Name, flow.StartMessage, start)
}

// StartDocument is the message that starts a document's run at its stage.
func StartDocument(doc Document) store.Message {
	start := flow.StartRun(flow.Document, flow.In{Subject: Subject(doc.Dossier, doc.ID), Revision: 1, Generation: doc.Generation, From: doc.Stage})
	return store.Msg("start/"+start.Name, flow.StartMessage, start)
}

// Seal sets the dossier on its way into the archive and gives the message
// that starts that run. Whatever act gives a submitted dossier its final
// outcome calls it.
func Seal(d *Dossier) store.Message {
	d.Stage, d.Generation, d.Task, d.Deciding = "archive", d.Generation+1, "", ""
	return Start(*d)
}

// Project is the body of a "project" message: a dossier whose search rows are
// to be brought up to date.
type Project struct {
	Dossier string `json:"dossier"`
}

// Projected makes the message that asks for it, in the commit that changed
// the dossier.
func Projected(d Dossier, at time.Time) store.Message {
	return store.Msg(fmt.Sprintf("project/%s/%s/%d", d.ID, d.State, at.UnixMilli()), flow.ProjectMessage, Project{d.ID})
}

// RevisionName is the revision as people see it.
func RevisionName(n int) string { return fmt.Sprintf("lần %d", n) }

// SendBack returns the dossier's revision to its unit, to be mended until due.
func (d *Dossier) SendBack(by string, reason act.TextRef, due, now time.Time) {
	d.Move(Returned, now)
	d.Stage, d.Task, d.Due, d.Holder, d.Decided = "", "", due, "unit", nil
	d.Return = &Return{Revision: d.Revision, By: by, Reason: reason, Due: due}
}
