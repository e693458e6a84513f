package verify

import (
	"context"
	"strings"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/register"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// textPrefix begins the parts that hold personal texts.
var textPrefix = act.TextsPart("")

// recordPass walks every record: the rows of the log, the texts, and the
// objects that records speak of are looked at here.
func (a *audit) recordPass(ctx context.Context) error {
	a.texts.seal()
	a.erased.seal()
	sums, err := a.sums(ctx)
	if err != nil {
		return err
	}
	err = a.snap.Walk(ctx, store.Walker{Record: func(r store.Record) error {
		a.report.count("records", 1)
		sums.record(a, r)
		a.progress("Bản ghi", a.report.Counts["records"], 0)
		if p := translog.PlaceOf(r.Key); p.Kind == translog.IsRow {
			a.row(r, p)
		} else if p.Kind == translog.Unknown && r.Key.Part != translog.Part {
			a.report.find("log-record", r.Key.Part+"|"+r.Key.Sort, "")
		}
		if chain, ok := strings.CutPrefix(r.Key.Part, textPrefix); ok {
			a.text(r, chain)
		}
		if c, ok := register.CommittedRow(r); ok {
			a.stays(register.Chain, c, r)
		}
		return ctx.Err()
	}, Plain: func(p store.Plain) error {
		sums.plain(a, p)
		return ctx.Err()
	}})
	if err == nil {
		sums.judge(a)
	}
	return err
}

// row compares a row with the entry that it points to.
func (a *audit) row(r store.Record, p translog.Place) {
	if p.Kind != translog.IsRow {
		return
	}
	var row translog.Row
	ok := translog.Read(r.Body, &row)
	mark := printOf(evidence.LogEntry{Chain: p.Chain, Seq: p.Seq, Hash: row.Hash}.String())
	if mark.class(a.classes) != a.class {
		return
	}
	i := a.table.find(mark)
	if !ok || i < 0 || a.table.slots[i].n != row.Index {
		a.report.find("log-row", place(p.Chain, p.Seq), "points to entry %d with hash %.16s", row.Index, row.Hash)
	}
	if i >= 0 {
		a.table.mark(byRow, i)
	}
}

// text compares the texts of one record with the commitments of events.
func (a *audit) text(r store.Record, chain string) {
	var kept map[evidence.Commitment]evidence.Text
	if !translog.Read(r.Body, &kept) {
		a.report.find("text-changed", r.Key.Part+"|"+r.Key.Sort, "")
	}
	for name, t := range kept {
		a.report.count("texts", 1)
		where := chain + " " + string(name)
		if c, err := t.Commit(); err != nil || c != name {
			a.report.find("text-changed", where, "record %s", r.Key.Sort)
			continue
		}
		i := a.texts.find(printOf(chain, string(name)))
		switch {
		case i < 0:
			a.report.find("text-orphan", where, "record %s", r.Key.Sort)
			continue
		case a.texts.mark(byEvent, i):
			a.report.find("text-orphan", where, "record %s: kept twice", r.Key.Sort)
		}
		a.stays(chain, name, r)
	}
}

// stays tells of what is there although it was erased.
func (a *audit) stays(chain string, c evidence.Commitment, r store.Record) {
	where, mark := chain+" "+string(c), printOf(chain, string(c))
	if a.erased.find(mark) >= 0 {
		a.report.find("text-not-erased", where, "record %s", r.Key.Sort)
	} else if a.noted.find(mark) >= 0 {
		a.report.find("text-returned", where, "record %s", r.Key.Sort)
	}
}

// judgeTexts names the commitments whose text is gone and was not erased.
func (a *audit) judgeTexts(ctx context.Context) error {
	missing := map[print]bool{}
	lost, n := a.texts.unmarked(byEvent, len(a.texts.slots))
	for _, s := range lost {
		if a.erased.find(s.print) >= 0 {
			n--
		} else if len(missing) <= MaxFindings {
			missing[s.print] = true
		}
	}
	a.report.count("texts-erased", int64(len(lost))-n)
	if len(missing) == 0 {
		return nil
	}
	return a.snap.Walk(ctx, store.Walker{Event: func(p evidence.Placed) error {
		e, err := evidence.Read(p)
		if err != nil {
			return ctx.Err()
		}
		for name, c := range e.Texts {
			if missing[printOf(e.Chain, string(c))] {
				a.report.find("text-missing", place(e.Chain, e.Seq), "%s %s", name, c)
			}
		}
		return ctx.Err()
	}})
}
