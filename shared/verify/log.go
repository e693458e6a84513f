package verify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"hoso/shared/evidence"
	"hoso/shared/store"
	"hoso/shared/translog"
)

// logState is what the pass over the log's own records finds out.
type logState struct {
	head   evidence.LogHead // as worked out
	broken bool             // some entry could not be read: no root can be worked out
	stored *evidence.LogHead

	summit evidence.Summit
	next   int64          // entry tile that must come next
	levels []*tileBuilder // of hashes, from the leaves up
	tiles  int64          // tiles of hashes met

	roots       map[int64]string // by size: roots that checkpoints speak of
	checkpoints []storedCheckpoint
}

// storedCheckpoint is a checkpoint record.
type storedCheckpoint struct {
	size int64
	prev int64
	note Note
	ok   bool // the record is as it was written
}

// tileBuilder works out the tiles of one level: their digests, since the
// stored ones come later.
type tileBuilder struct {
	data []byte
	sums []print // of whole tiles
}

// logPass walks part "log": it works out tree, tiles and roots from the
// entries, compares what is stored, and collects the checkpoints.
func (a *audit) logPass(ctx context.Context) error {
	l := &a.log
	l.roots = map[int64]string{}
	for _, c := range a.outside {
		l.roots[c.Head.Size] = ""
	}
	for _, c := range a.filed {
		l.roots[c.Head.Size] = ""
	}
	closed := false
	err := a.walkLog(ctx, func(r store.Record, p translog.Place) {
		if !closed && (p.Kind == translog.IsHead || p.Kind == translog.IsTile) {
			// Sorts are in byte order: all entries have come.
			l.close()
			closed = true
		}
		a.logRecord(r, p)
	})
	if err != nil {
		return err
	}
	if !closed {
		l.close()
	}
	a.judgeHead()
	return nil
}

// errEnough ends a walk that has seen all it wants.
var errEnough = errors.New("seen all")

// walkLog walks the records of part "log" alone. They come together, so the
// walk ends when another part follows them.
func (a *audit) walkLog(ctx context.Context, visit func(r store.Record, p translog.Place)) error {
	met := false
	err := a.snap.Walk(ctx, store.Walker{Part: translog.Part, Record: func(r store.Record) error {
		if r.Key.Part == translog.Part {
			met = true
			visit(r, translog.PlaceOf(r.Key))
		} else if met {
			return errEnough
		}
		return ctx.Err()
	}})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (a *audit) logRecord(r store.Record, p translog.Place) {
	l := &a.log
	switch p.Kind {
	case translog.IsCheckpoint:
		var body translog.Checkpoint
		ok := translog.Read(r.Body, &body)
		l.checkpoints = append(l.checkpoints, storedCheckpoint{p.N, body.Prev, Note{r.Key.Sort, []byte(body.Signed)}, ok})
		if c, err := evidence.Peek([]byte(body.Signed)); err == nil {
			l.roots[c.Head.Size] = ""
		}
	case translog.IsEntries:
		a.entries(r, p.N)
	case translog.IsHead:
		var h evidence.LogHead
		if translog.Read(r.Body, &h) {
			l.stored = &h
		} else {
			l.stored = &evidence.LogHead{Size: -1}
		}
	case translog.IsTile:
		a.tile(r, p.Tile)
	case translog.Unknown:
		a.report.find("log-record", r.Key.Part+"|"+r.Key.Sort, "")
	}
}

// entries takes one entry tile.
func (a *audit) entries(r store.Record, n int64) {
	l := &a.log
	var body translog.Entries
	canonical := translog.Read(r.Body, &body)
	if n != l.next || !canonical || len(body.Entries) == 0 || len(body.Entries) > evidence.TileWidth {
		a.report.find("log-entries", r.Key.Sort, "%d entries, tile %d was to come", len(body.Entries), l.next)
		l.broken = true
	}
	if l.summit.Head().Size%evidence.TileWidth != 0 && !l.broken {
		a.report.find("log-entries", translog.EntriesKey(n-1).Sort, "%d entries, and tile %d follows", l.summit.Head().Size%evidence.TileWidth, n)
		l.broken = true
	}
	l.next = n + 1
	for i, line := range body.Entries {
		index := n*evidence.TileWidth + int64(i)
		e, err := evidence.ParseLogEntry(line)
		if err != nil {
			a.report.find("log-entries", fmt.Sprintf("%s, %d", r.Key.Sort, index), "%v", err)
			l.broken = true
			continue
		}
		a.take(e, index)
		if l.broken {
			continue
		}
		leaf, err := e.Leaf()
		if err != nil {
			l.broken = true // ParseLogEntry has checked the hash
			continue
		}
		l.add(leaf)
	}
	a.report.count("log-entries", int64(len(body.Entries)))
	a.progress("Sổ minh bạch", a.report.Counts["log-entries"], 0)
}

// add takes one leaf hash.
func (l *logState) add(leaf evidence.Hash) {
	l.summit.Add(leaf)
	l.push(0, leaf)
	size := l.summit.Size()
	if _, wanted := l.roots[size]; wanted {
		l.roots[size] = l.summit.Head().Root
	}
}

// push adds a hash to the open tile of a level.
func (l *logState) push(level int, h evidence.Hash) {
	if level == len(l.levels) {
		l.levels = append(l.levels, &tileBuilder{})
	}
	b := l.levels[level]
	if b.data = append(b.data, h[:]...); len(b.data) < evidence.TileWidth*tlog.HashSize {
		return
	}
	root := evidence.TileRoot(b.data)
	b.end()
	l.push(level+1, root)
}

// end closes the open tile.
func (b *tileBuilder) end() {
	sum := sha256.Sum256(b.data)
	b.sums = append(b.sums, print(sum[:16]))
	b.data = b.data[:0]
}

// close ends the log: no more entries come.
func (l *logState) close() {
	for _, b := range l.levels {
		if len(b.data) > 0 {
			b.end()
		}
	}
	l.head = l.summit.Head()
}

// tile compares one stored tile of hashes.
func (a *audit) tile(r store.Record, id evidence.TileID) {
	l := &a.log
	l.tiles++
	var body translog.Tile
	ok := translog.Read(r.Body, &body)
	if l.broken {
		return // there is nothing to compare with
	}
	sum := sha256.Sum256(body.Hashes)
	if !ok || id.Level >= len(l.levels) || id.N >= int64(len(l.levels[id.Level].sums)) || l.levels[id.Level].sums[id.N] != print(sum[:16]) {
		a.report.find("log-tile", r.Key.Sort, "")
	}
}

// judgeHead compares the stored head and the number of tiles with what was
// worked out.
func (a *audit) judgeHead() {
	l := &a.log
	a.report.Log = l.head
	want := int64(0)
	for _, b := range l.levels {
		want += int64(len(b.sums))
	}
	if l.tiles < want && !l.broken {
		a.report.find("log-tile", "tile/", "%d tiles, %d belong there", l.tiles, want)
	}
	switch {
	case l.stored == nil && l.next > 0:
		a.report.find("log-head-missing", translog.HeadKey().Sort, "")
	case l.stored != nil && l.broken:
		a.report.find("log-head", translog.HeadKey().Sort, "the entries cannot be read through")
	case l.stored != nil && *l.stored != l.head:
		a.report.find("log-head", translog.HeadKey().Sort, "stored %d %s, entries give %d %s", l.stored.Size, l.stored.Root, l.head.Size, l.head.Root)
	}
}

// take puts an entry into the table if it is of the pass's class. A table that
// grows too large gives half of its class away to later passes.
func (a *audit) take(e evidence.LogEntry, index int64) {
	p := printOf(e.String())
	if p.class(a.classes) != a.class {
		return
	}
	a.table.add(p, index)
	if int64(len(a.table.slots)) > a.opts.Table && a.class == 0 && a.classes < 256 {
		a.classes *= 2
		a.table.slots = slices.DeleteFunc(a.table.slots, func(s slot) bool { return s.class(a.classes) != 0 })
	}
}

// refill walks the log again for the entries of a later class.
func (a *audit) refill(ctx context.Context) error {
	a.table = table{}
	return a.walkLog(ctx, func(r store.Record, p translog.Place) {
		if p.Kind == translog.IsEntries {
			each(r, p.N, a.take)
		}
	})
}

// each gives the readable entries of a tile.
func each(r store.Record, n int64, take func(e evidence.LogEntry, index int64)) {
	var body translog.Entries
	translog.Read(r.Body, &body)
	for i, line := range body.Entries {
		if e, err := evidence.ParseLogEntry(line); err == nil {
			take(e, n*evidence.TileWidth+int64(i))
		}
	}
}

// name walks the log for the entries at some indexes.
func (a *audit) name(ctx context.Context, indexes []int64, take func(e evidence.LogEntry, index int64)) error {
	if len(indexes) == 0 {
		return nil
	}
	slices.Sort(indexes)
	return a.walkLog(ctx, func(r store.Record, p translog.Place) {
		if p.Kind == translog.IsEntries {
			each(r, p.N, func(e evidence.LogEntry, index int64) {
				if _, found := slices.BinarySearch(indexes, index); found {
					take(e, index)
				}
			})
		}
	})
}
