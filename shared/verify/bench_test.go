package verify_test

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/store"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

// BenchmarkMillion checks a store of 1,000,000 events in 20,000 chains, all in
// the log, with 100,000 texts (threats.md A9: under 30 seconds).
func BenchmarkMillion(b *testing.B) {
	w := newWorld(b, b.TempDir(), "bench")
	w.close()
	const chains, each = 20_000, 50
	fillFast(b, w.folder, chains, each)
	src, done := sources(b, w.folder)
	defer done()
	src.Checks = nil // the test's own
	for b.Loop() {
		began := time.Now()
		var peak uint64
		r, err := verify.Verify(b.Context(), src, verify.Options{Progress: func(p verify.Progress) {
			if p.Done%(1<<18) == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}})
		if err != nil || !r.OK() || r.Log.Size != chains*each || r.Counts["events"] != chains*each {
			b.Fatalf("%v: %d findings, %v", err, len(r.Findings), r.Counts)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/check")
		b.ReportMetric(float64(peak)/(1<<20), "MiB-heap")
	}
}

// fillFast writes a sound history straight into the tables: the port would
// take a sync for every commit.
func fillFast(b *testing.B, f folder, chains, each int) {
	b.Helper()
	db, err := sql.Open("sqlite", f.db()+"?_pragma=synchronous(0)&_pragma=journal_mode(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	stmts := map[string]*sql.Stmt{}
	exec := func(query string, args ...any) {
		if stmts[query] == nil {
			if stmts[query], err = tx.Prepare(query); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := stmts[query].Exec(args...); err != nil {
			b.Fatal(err)
		}
	}
	var total store.Sum
	put := func(k store.Key, v any) {
		body, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		sum := store.NewSummer(rowKey).Record(store.Record{Key: k, Rev: 1, Body: body})
		total.Add(sum)
		exec(`INSERT INTO records (part, sort, rev, body, entries, sum) VALUES (?, ?, 1, ?, '[]', ?)`, k.Part, k.Sort, string(body), sum[:])
	}
	heads := make([]evidence.Head, chains)
	log := evidence.LogHead{}
	tiles := map[evidence.TileID][]byte{}
	var last, waiting []evidence.LogEntry
	grow := func() {
		edge := map[evidence.TileID][]byte{}
		for _, id := range evidence.Edge(log.Size) {
			edge[id] = tiles[id]
		}
		g, err := evidence.Append(log, edge, last, waiting)
		if err != nil {
			b.Fatal(err)
		}
		for i, e := range waiting {
			put(translog.RowKey(e.Chain, e.Seq), translog.Row{Index: log.Size + int64(i), Hash: e.Hash})
		}
		for _, t := range g.Tiles {
			tiles[t.TileID] = t.Data
		}
		for _, t := range g.Entries {
			if last = t.Entries; len(last) == evidence.TileWidth {
				flush(t, put)
				last = nil
			}
		}
		log, waiting = g.Head, nil
	}
	for n := range each {
		for c := range chains {
			chain := fmt.Sprintf("dossier/%032x", c)
			e := evidence.Event{
				Chain: chain, Type: "document.pinned", Actor: "intake", At: start.Add(time.Duration(n*chains+c) * time.Millisecond),
				Data: json.RawMessage(fmt.Sprintf(`{"document":"%032x","sha256":"%064x","size":%d}`, n, c, n)),
			}
			if n%10 == 0 {
				t := evidence.Text{Salt: hex.EncodeToString(make([]byte, 32)), Text: fmt.Sprintf("Lý do %d của %d", n, c)}
				commit, err := t.Commit()
				if err != nil {
					b.Fatal(err)
				}
				e.Texts = map[string]evidence.Commitment{"reason": commit}
				put(act.TextKey(chain, fmt.Sprint(n)), map[evidence.Commitment]evidence.Text{commit: t})
			}
			p, err := evidence.Place(heads[c], e)
			if err != nil {
				b.Fatal(err)
			}
			heads[c] = p.Head()
			exec(`INSERT INTO events VALUES (?, ?, ?, ?)`, p.Chain, p.Seq, p.Hash, p.Line)
			if waiting = append(waiting, p.Logged()); len(waiting) == evidence.MaxAppend {
				grow()
			}
		}
	}
	if len(waiting) > 0 {
		grow()
	}
	if len(last) > 0 {
		flush(evidence.EntryTile{N: log.Size / evidence.TileWidth, Entries: last}, put)
	}
	for id, data := range tiles {
		put(translog.TileKey(id), translog.Tile{Hashes: data})
	}
	put(translog.HeadKey(), log)
	for c, h := range heads {
		exec(`INSERT INTO heads VALUES (?, ?, ?)`, fmt.Sprintf("dossier/%032x", c), h.Seq, h.Hash)
	}
	exec(`UPDATE sums SET total = ?`, total[:])
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

func flush(t evidence.EntryTile, put func(store.Key, any)) {
	body := translog.Entries{}
	for _, e := range t.Entries {
		body.Entries = append(body.Entries, e.String())
	}
	put(translog.EntriesKey(t.N), body)
}
