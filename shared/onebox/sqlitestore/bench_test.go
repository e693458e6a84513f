package sqlitestore_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

var (
	bg      = context.Background()
	at      = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	byState = store.Pattern{Name: "by-state", Slot: 1}
	padding = strings.Repeat("Ủy ban nhân dân tỉnh Bắc Kạn ", 20)
)

// typical is the commit of one act on dossier d, the n-th: two records made,
// two changed, one of them moved in its index, one place taken, two events,
// two messages.
func typical(d, n int) store.Commit {
	dossier := fmt.Sprintf("dossier/%06d", d)
	body := func(what string) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"what":%q,"n":%d,"note":%q}`, what, n, padding))
	}
	entry := func(state int, sort string) []store.Entry {
		return []store.Entry{{Pattern: byState, Part: fmt.Sprintf("state/%d", state), Sort: sort}}
	}
	data := json.RawMessage(fmt.Sprintf(`{"revision":%d,"form":"%064d"}`, n, n))
	return store.Commit{
		Key: fmt.Sprintf("%s/act/%d", dossier, n), Request: fmt.Sprintf("%064d", n), At: at,
		Writes: []store.Write{
			{Key: store.Key{Part: dossier, Sort: "dossier"}, Expect: int64(n), Body: body("dossier"), Index: entry(n%5, dossier)},
			{Key: store.Key{Part: dossier, Sort: "summary"}, Expect: int64(n), Body: body("summary")},
			{Key: store.Key{Part: dossier, Sort: fmt.Sprintf("task/%06d", n)}, Body: body("task"), Index: entry(9, fmt.Sprintf("%s/%06d", dossier, n))},
			{Key: store.Key{Part: dossier, Sort: fmt.Sprintf("text/%06d", n)}, Body: body("text")},
		},
		Counters: []store.Add{{Counter: "places", N: -1}},
		Events: []evidence.Event{
			{Chain: dossier, Type: "dossier.decided", Actor: "person/1", At: at, Data: data},
			{Chain: dossier, Type: "task.closed", Actor: "person/1", At: at, Data: data},
		},
		Outbox: []store.Message{
			store.Msg(fmt.Sprintf("%s/mail/%d", dossier, n), "mail", map[string]string{"to": "person/1", "dossier": dossier}),
			store.Msg(fmt.Sprintf("%s/resume/%d", dossier, n), "resume", map[string]string{"token": fmt.Sprintf("%064d", n)}),
		},
		Result: json.RawMessage(`{"state":"decided"}`),
	}
}

// byHand writes the rows of typical as one would write them for this very
// act: prepared statements, every condition in its statement, nothing generic.
type byHand struct {
	mu sync.Mutex
	c  *sql.Conn
	st map[string]*sql.Stmt
}

func newByHand(b *testing.B, path string) *byHand {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	c, err := db.Conn(bg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	for _, p := range []string{`PRAGMA synchronous = FULL`, `PRAGMA journal_mode = WAL`, `PRAGMA cache_size = -16384`, `PRAGMA wal_autocheckpoint = 4000`} {
		if _, err := c.ExecContext(bg, p); err != nil {
			b.Fatal(err)
		}
	}
	return &byHand{c: c, st: map[string]*sql.Stmt{}}
}

func (h *byHand) exec(one bool, query string, args ...any) error {
	s, ok := h.st[query]
	if !ok {
		var err error
		if s, err = h.c.PrepareContext(bg, query); err != nil {
			return err
		}
		h.st[query] = s
	}
	r, err := s.ExecContext(bg, args...)
	if err != nil || !one {
		return err
	}
	if n, _ := r.RowsAffected(); n != 1 {
		return fmt.Errorf("%d rows: %s", n, query)
	}
	return nil
}

// rows is what byHand writes, made outside the measured time.
type rows struct {
	p     store.Plan
	index []string
	body  []string
	log   string
}

func prepare(b *testing.B, c store.Commit, head evidence.Head) rows {
	p, err := store.Prepare(c, map[string]evidence.Head{c.Events[0].Chain: head})
	if err != nil {
		b.Fatal(err)
	}
	r := rows{p: p, log: string(p.Log.Body)}
	for _, w := range p.Writes {
		list := "[]"
		if len(w.Index) > 0 {
			list = fmt.Sprintf(`[{"name":%q,"slot":1,"part":%q,"sort":%q}]`, w.Index[0].Pattern.Name, w.Index[0].Part, w.Index[0].Sort)
		}
		r.index, r.body = append(r.index, list), append(r.body, string(w.Body))
	}
	return r
}

func (h *byHand) commit(n int, r rows) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.exec(false, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	err := h.write(n, r)
	if err != nil {
		return errors.Join(err, h.exec(false, `ROLLBACK`))
	}
	return h.exec(false, `COMMIT`)
}

func (h *byHand) write(n int, r rows) error {
	p := r.p
	if err := h.exec(true, `INSERT INTO idempotency (key, request, result, at) VALUES (?, ?, ?, ?)`,
		p.Key, p.Request, string(p.Result), p.At.Format(evidence.TimeLayout)); err != nil {
		return err
	}
	const (
		update = `UPDATE records SET rev = rev + 1, body = ?, entries = ? WHERE part = ? AND sort = ? AND rev = ?`
		insert = `INSERT INTO records (body, entries, part, sort, rev) VALUES (?, ?, ?, ?, ?)`
		place  = `INSERT INTO entries (pattern, part, sort, rec_part, rec_sort) VALUES (?, ?, ?, ?, ?)`
		unplac = `DELETE FROM entries WHERE pattern = ? AND part = ? AND sort = ? AND rec_part = ? AND rec_sort = ?`
		queue  = `INSERT INTO outbox (id, kind, body, due, attempts, error) VALUES (?, ?, ?, '', 0, '')`
	)
	for i, w := range p.Writes {
		query, rev := update, w.Expect
		if w.Expect == 0 {
			query, rev = insert, 1
		}
		if err := h.exec(true, query, r.body[i], r.index[i], w.Key.Part, w.Key.Sort, rev); err != nil {
			return err
		}
		for _, e := range w.Index {
			if w.Expect > 0 {
				if err := h.exec(true, unplac, e.Pattern.Name, fmt.Sprintf("state/%d", (n+4)%5), e.Sort, w.Key.Part, w.Key.Sort); err != nil {
					return err
				}
			}
			if err := h.exec(true, place, e.Pattern.Name, e.Part, e.Sort, w.Key.Part, w.Key.Sort); err != nil {
				return err
			}
		}
	}
	if err := h.exec(true, `UPDATE counters SET free = free - 1 WHERE name = ? AND free >= 1`, "places"); err != nil {
		return err
	}
	for _, e := range p.Placed {
		if err := h.exec(true, `INSERT INTO events (chain, seq, hash, line) VALUES (?, ?, ?, ?)`, e.Chain, e.Seq, e.Hash, e.Line); err != nil {
			return err
		}
	}
	head := p.Heads[p.Placed[0].Chain]
	if err := h.exec(true, `INSERT INTO heads (chain, seq, hash) VALUES (?, ?, ?)
		ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`, p.Placed[0].Chain, head.Seq, head.Hash); err != nil {
		return err
	}
	for _, m := range p.Outbox {
		if err := h.exec(true, queue, m.ID, m.Kind, string(m.Body)); err != nil {
			return err
		}
	}
	return h.exec(true, queue, p.Log.ID, p.Log.Kind, r.log)
}

// BenchmarkCommit commits the typical act through the store and writes the
// same rows by hand, in turns, each to its own file on one disk. Both keep the
// rows of a fixed number of dossiers growing.
func BenchmarkCommit(b *testing.B) {
	for _, clients := range []int{1, 16} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			dir := b.TempDir()
			s := open(b, filepath.Join(dir, "store.db"), sqlitestore.Options{})
			// The hand-written side starts from the same tables.
			hand := open(b, filepath.Join(dir, "hand.db"), sqlitestore.Options{})
			for _, st := range []store.Store{s, hand} {
				if _, err := st.Commit(bg, store.Commit{
					Key: "places", At: at,
					Counters: []store.Add{{Counter: "places", N: 1 << 40, Create: true}},
				}); err != nil {
					b.Fatal(err)
				}
			}
			if err := hand.Close(); err != nil {
				b.Fatal(err)
			}
			h := newByHand(b, filepath.Join(dir, "hand.db"))
			const each = 32 // commits of a client in one turn
			heads := make([]evidence.Head, clients)
			var ours, theirs time.Duration
			took := make([][]time.Duration, clients)
			turn := func(f func(client int)) time.Duration {
				began := time.Now()
				var wg sync.WaitGroup
				for c := range clients {
					wg.Add(1)
					go func() { defer wg.Done(); f(c) }()
				}
				wg.Wait()
				return time.Since(began)
			}
			n := 0
			for b.Loop() {
				acts := make([][]store.Commit, clients)
				made := make([][]rows, clients)
				for c := range clients {
					for i := range each {
						act := typical(c, n+i)
						r := prepare(b, act, heads[c])
						heads[c] = r.p.Heads[act.Events[0].Chain]
						acts[c], made[c] = append(acts[c], act), append(made[c], r)
					}
				}
				ours += turn(func(c int) {
					for _, act := range acts[c] {
						began := time.Now()
						if _, err := s.Commit(bg, act); err != nil {
							b.Error(err)
						}
						took[c] = append(took[c], time.Since(began))
					}
				})
				theirs += turn(func(c int) {
					for i, r := range made[c] {
						if err := h.commit(n+i, r); err != nil {
							b.Error(err)
						}
					}
				})
				n += each
			}
			total := float64(n * clients)
			b.ReportMetric(total/ours.Seconds(), "commits/s")
			b.ReportMetric(total/theirs.Seconds(), "by-hand/s")
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
			all := slices.Concat(took...)
			slices.Sort(all)
			b.ReportMetric(micros(all[len(all)*99/100]), "p99-us")
			b.ReportMetric(micros(all[len(all)/2]), "p50-us")
			b.ReportMetric(micros(all[len(all)-1]), "max-us")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// BenchmarkRead reads dossiers and pages of an index from small and large
// stores; p99 must not grow with the number of dossiers.
func BenchmarkRead(b *testing.B) {
	for _, dossiers := range []int{1_000, 100_000} {
		path := filepath.Join(b.TempDir(), "hoso.db")
		s := open(b, path, sqlitestore.Options{})
		var ws []store.Write
		for i := range dossiers {
			d := fmt.Sprintf("dossier/%06d", i)
			ws = append(ws, store.Write{
				Key:   store.Key{Part: d, Sort: "dossier"},
				Body:  json.RawMessage(fmt.Sprintf(`{"n":%d,"note":%q}`, i, padding)),
				Index: []store.Entry{{Pattern: byState, Part: fmt.Sprintf("state/%d", i%50), Sort: d}},
			})
			if len(ws) == 90 || i == dossiers-1 {
				if _, err := s.Commit(bg, store.Commit{Key: d, At: at, Writes: ws}); err != nil {
					b.Fatal(err)
				}
				ws = nil
			}
		}
		measure := func(name string, f func(i int) error) {
			b.Run(fmt.Sprintf("%s/dossiers=%d", name, dossiers), func(b *testing.B) {
				var took []time.Duration
				i := 0
				for b.Loop() {
					i += 7919
					began := time.Now()
					if err := f(i); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(began))
				}
				slices.Sort(took)
				b.ReportMetric(micros(took[len(took)*99/100]), "p99-us")
				b.ReportMetric(micros(took[len(took)/2]), "p50-us")
			})
		}
		measure("get", func(i int) error {
			_, err := s.Get(bg, store.Key{Part: fmt.Sprintf("dossier/%06d", i%dossiers), Sort: "dossier"})
			return err
		})
		measure("query-20", func(i int) error {
			_, err := s.Query(bg, byState, fmt.Sprintf("state/%d", i%50), store.Page{From: fmt.Sprintf("dossier/%06d", i%dossiers), Limit: 20})
			return err
		})
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("open/dossiers=%d", dossiers), func(b *testing.B) {
			for b.Loop() {
				again, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if err := again.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
