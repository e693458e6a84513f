package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"hoso/shared/evidence"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// marks of table and the others.
const (
	byEvent = 0 // an event (or text, chain) was met
	byRow   = 1 // a row of the log's index was met
)

// messagePass collects the events that wait in the outbox for the log.
func (a *audit) messagePass(ctx context.Context) error {
	err := a.snap.Walk(ctx, store.Walker{Message: func(m store.Message) error {
		if size, ok := translog.Unpublished(m); ok {
			a.unpublished[size] = true
		}
		if m.Kind != store.LogMessage {
			return ctx.Err()
		}
		var logged []store.Logged
		if !translog.Read(m.Body, &logged) || len(logged) == 0 || m.ID != store.LogMessage+"/"+logged[0].Hash {
			a.report.find("message-orphan", m.ID, "body is not the list of events that the message is named after")
		}
		for _, l := range logged {
			a.pending.add(printOf(evidence.LogEntry(l).String()), int64(len(a.pending.slots)))
		}
		return ctx.Err()
	}})
	a.pending.seal()
	return err
}

// eventPass follows every chain from its first event to its stored head, and
// looks every event up in the log.
func (a *audit) eventPass(ctx context.Context) error {
	a.table.seal()
	walk := &chains{audit: a}
	err := a.snap.Walk(ctx, store.Walker{
		Head: func(chain string, h evidence.Head) error {
			a.heads.add(headPrint(chain, h), int64(len(a.heads.slots)))
			return ctx.Err()
		},
		Event: func(p evidence.Placed) error {
			walk.event(p)
			return ctx.Err()
		},
	})
	if err != nil {
		return err
	}
	walk.finish()
	if err := a.orphanHeads(ctx); err != nil {
		return err
	}
	return a.orphanMessages(ctx)
}

// chains follows chains as their events come.
type chains struct {
	*audit
	chain string
	head  evidence.Head
}

func (c *chains) event(p evidence.Placed) {
	if p.Chain != c.chain {
		c.finish()
		c.chain, c.head = p.Chain, evidence.Head{}
	}
	where := place(p.Chain, p.Seq)
	e, err := evidence.Read(p)
	switch {
	case err != nil:
		c.report.find("event-damaged", where, "%v", err)
	case e.Seq != c.head.Seq+1:
		c.report.find("event-gap", where, "#%d follows #%d", e.Seq, c.head.Seq)
	case e.Prev != c.head.Hash:
		c.report.find("event-broken", where, "prev is %.16s, the event before it is %.16s", e.Prev, c.head.Hash)
	}
	// Go on from what is there, so that one fault is told once.
	c.head = p.Head()
	c.report.count("events", 1)
	c.progress("Chuỗi sự kiện", c.report.Counts["events"], c.log.head.Size)
	if err == nil {
		c.content(e)
	}
	c.lookUp(p, e)
}

// content collects what an event says about texts, objects and the log.
func (c *chains) content(e evidence.Entry) {
	for _, commitment := range e.Texts {
		c.texts.add(printOf(e.Chain, string(commitment)), 0)
	}
	gone, err := e.Erased()
	if err != nil {
		c.report.find("event-damaged", place(e.Chain, e.Seq), "%v", err)
	}
	for _, commitment := range gone {
		c.erased.add(printOf(e.Chain, string(commitment)), 0)
	}
	r, ok, err := e.Restored()
	if err != nil {
		c.report.find("event-damaged", place(e.Chain, e.Seq), "%v", err)
	}
	if ok {
		c.restored = append(c.restored, r)
		c.report.note("note-restored", place(e.Chain, e.Seq), instant(e.At))
	}
	if c.src.Refs != nil {
		for _, digest := range hexDigest.FindAll(e.Data, -1) {
			c.digests.add(printOf(e.Chain, string(digest)), 0)
		}
	}
}

var hexDigest = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// lookUp looks an event up in the log, or among those that wait for it.
func (c *chains) lookUp(p evidence.Placed, e evidence.Entry) {
	mark := printOf(p.Logged().String())
	waits := c.pending.find(mark)
	if waits >= 0 {
		c.pending.mark(byEvent, waits)
	}
	if mark.class(c.classes) != c.class {
		return // a later pass looks for it
	}
	switch i := c.table.find(mark); {
	case i >= 0:
		c.table.mark(byEvent, i)
		if e.At.After(c.lastLogged) {
			c.lastLogged = e.At
		}
	case waits >= 0:
		c.waiting++
		if !e.At.IsZero() && (c.firstPending.IsZero() || e.At.Before(c.firstPending)) {
			c.firstPending = e.At
		}
	default:
		c.report.find("event-not-logged", place(p.Chain, p.Seq), "hash %.16s", p.Hash)
	}
}

// finish compares the chain that ends here with its stored head.
func (c *chains) finish() {
	if c.chain == "" && c.head.Seq == 0 {
		return
	}
	c.report.count("chains", 1)
	i := c.heads.find(headPrint(c.chain, c.head))
	if i < 0 {
		c.report.find("chain-head", c.chain, "last event is #%d %.16s", c.head.Seq, c.head.Hash)
		return
	}
	c.heads.mark(byEvent, i)
}

func headPrint(chain string, h evidence.Head) print {
	return printOf(chain, strconv.FormatInt(h.Seq, 10), h.Hash)
}

// orphanHeads names the stored heads that no chain ends at.
func (a *audit) orphanHeads(ctx context.Context) error {
	lost, n := a.heads.unmarked(byEvent, MaxFindings)
	if n == 0 {
		return nil
	}
	want := map[print]bool{}
	for _, s := range lost {
		want[s.print] = true
	}
	return a.snap.Walk(ctx, store.Walker{Head: func(chain string, h evidence.Head) error {
		if want[headPrint(chain, h)] {
			a.report.find("chain-gone", chain, "stored end is #%d %.16s", h.Seq, h.Hash)
		}
		return ctx.Err()
	}})
}

// orphanMessages names the messages that would log events that are not there.
func (a *audit) orphanMessages(ctx context.Context) error {
	lost, n := a.pending.unmarked(byEvent, MaxFindings)
	if n == 0 {
		return nil
	}
	want := map[print]bool{}
	for _, s := range lost {
		want[s.print] = true
	}
	return a.snap.Walk(ctx, store.Walker{Message: func(m store.Message) error {
		var logged []store.Logged
		if m.Kind != store.LogMessage || json.Unmarshal(m.Body, &logged) != nil {
			return ctx.Err()
		}
		for _, l := range logged {
			if want[printOf(evidence.LogEntry(l).String())] {
				a.report.find("message-orphan", place(l.Chain, l.Seq), "message %s", m.ID)
			}
		}
		return ctx.Err()
	}})
}

// judgeEntries ends a pass over the events of one class: entries without an
// event, without their row, or twice in the log.
func (a *audit) judgeEntries(ctx context.Context) error {
	for _, kind := range []struct {
		mark int
		code string
	}{{byEvent, "log-entry-orphan"}, {byRow, "log-row"}} {
		lost, _ := a.table.unmarked(kind.mark, MaxFindings)
		indexes := make([]int64, len(lost))
		for i, s := range lost {
			indexes[i] = s.n
		}
		if err := a.name(ctx, indexes, func(e evidence.LogEntry, index int64) {
			a.report.find(kind.code, place(e.Chain, e.Seq), "log entry %d", index)
		}); err != nil {
			return err
		}
	}
	return a.name(ctx, a.table.seal(), func(e evidence.LogEntry, index int64) {
		a.report.find("log-entry-twice", place(e.Chain, e.Seq), "log entry %d", index)
	})
}

// laterClasses repeats the matching of events, rows and entries for the parts
// of a log that was too large for one table.
func (a *audit) laterClasses(ctx context.Context) error {
	for {
		if err := a.judgeEntries(ctx); err != nil {
			return err
		}
		if a.class++; a.class == a.classes {
			break
		}
		if err := a.refill(ctx); err != nil {
			return err
		}
		a.table.seal()
		again := &chains{audit: a}
		if err := a.snap.Walk(ctx, store.Walker{
			Event: func(p evidence.Placed) error {
				e, _ := evidence.Read(p)
				again.lookUp(p, e)
				return ctx.Err()
			},
			Part: translog.Part + "/",
			Record: func(r store.Record) error {
				a.row(r, translog.PlaceOf(r.Key))
				return ctx.Err()
			},
		}); err != nil {
			return err
		}
	}
	if a.waiting > 0 {
		a.report.note("note-pending", translog.Part, fmt.Sprintf("%d", a.waiting))
		if a.lastLogged.Sub(a.firstPending) > late {
			a.report.find("event-late", translog.Part, "waiting since %s, logged until %s", instant(a.firstPending), instant(a.lastLogged))
		}
	}
	return nil
}

// place names an event.
func place(chain string, seq int64) string { return fmt.Sprintf("%s #%d", chain, seq) }
