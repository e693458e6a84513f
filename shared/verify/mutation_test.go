package verify_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the mutations are made behind the store's back

	"hoso/shared/evidence"
	"hoso/shared/translog"
	"hoso/shared/verify"
)

// mutant damages a copy of a data folder in one random way.
type mutant struct {
	t   *testing.T
	r   *rand.Rand
	f   folder
	db  *sql.DB
	did string
}

// tables are the tables that verify answers for, with the columns whose every
// bit counts. Times of delivery and the like carry no evidence.
var tables = []struct {
	name, where string
	columns     []string
	weight      int
}{
	{"events", "true", []string{"chain", "seq", "hash", "line"}, 6},
	{"heads", "true", []string{"chain", "seq", "hash"}, 2},
	{"records", "part = 'log'", []string{"part", "sort", "body"}, 5},
	{"records", "part LIKE 'log/%'", []string{"part", "sort", "body"}, 3},
	{"records", "part LIKE 'text/%' AND body <> '{}'", []string{"part", "body"}, 3},
	{"records", "part LIKE 'dossier/%'", []string{"part", "sort", "body"}, 2},
	{"records", "part LIKE 'place/%' OR part LIKE 'cap/%'", []string{"part"}, 1},
	{"records", "true", []string{"part", "sort", "rev", "body", "entries", "sum"}, 4},
	{"records", "part LIKE 'plain/%'", []string{"part", "sort", "rev", "body", "entries", "sum"}, 4}, // no event speaks of them
	{"entries", "true", []string{"pattern", "part", "sort", "rec_part", "rec_sort"}, 1},
	{"sums", "true", []string{"name", "key", "total"}, 1},
	{"counters", "true", []string{"name", "free", "sum"}, 2},
	{"idempotency", "true", []string{"key", "request", "result", "at", "sum"}, 3},
	{"outbox", "kind = 'log'", []string{"id", "kind", "body"}, 1},
}

// keyOf names the primary key of each table.
var keyOf = map[string][]string{
	"events": {"chain", "seq"}, "heads": {"chain"}, "records": {"part", "sort"}, "counters": {"name"}, "outbox": {"id"},
	"entries": {"pattern", "part", "sort", "rec_part", "rec_sort"}, "sums": {"name"}, "idempotency": {"key"},
}

// mutate makes one change and tells whether anything changed.
func (m *mutant) mutate() bool {
	switch m.r.IntN(20) {
	case 0:
		return m.file()
	case 1:
		return m.tailCut()
	case 2:
		return m.object()
	}
	total := 0
	for _, t := range tables {
		total += t.weight
	}
	n := m.r.IntN(total)
	i := slices.IndexFunc(tables, func(t struct {
		name, where string
		columns     []string
		weight      int
	},
	) bool {
		n -= t.weight
		return n < 0
	})
	table := tables[i]
	row, ok := m.row(table.name, table.where)
	if !ok {
		return false
	}
	column := table.columns[m.r.IntN(len(table.columns))]
	m.did = fmt.Sprintf("%s %v %s", table.name, row, column)
	switch m.r.IntN(6) {
	case 0:
		m.did = "delete " + m.did
		return m.exec("DELETE FROM "+table.name+" WHERE "+where(table.name), row...)
	case 1:
		m.did = "insert beside " + m.did
		return m.insert(table.name, row)
	case 2:
		m.did = "swap " + m.did
		return m.swap(table.name, table.where, column, row)
	}
	m.did = "flip " + m.did
	return m.flip(table.name, column, row)
}

func where(table string) string {
	var out []string
	for _, c := range keyOf[table] {
		out = append(out, c+" = ?")
	}
	return strings.Join(out, " AND ")
}

// row picks a row by its key.
func (m *mutant) row(table, cond string) ([]any, bool) {
	var n int
	if err := m.db.QueryRow("SELECT count(*) FROM " + table + " WHERE " + cond).Scan(&n); err != nil || n == 0 {
		return nil, false
	}
	key := make([]any, len(keyOf[table]))
	to := make([]any, len(key))
	for i := range key {
		to[i] = &key[i]
	}
	err := m.db.QueryRow("SELECT "+strings.Join(keyOf[table], ", ")+" FROM "+table+" WHERE "+cond+" LIMIT 1 OFFSET ?", m.r.IntN(n)).Scan(to...)
	if err != nil {
		m.t.Fatal(err)
	}
	return key, true
}

// exec runs a change; one that the tables themselves refuse is no mutation.
func (m *mutant) exec(query string, args ...any) bool {
	res, err := m.db.Exec(query, args...)
	if err != nil {
		return false
	}
	n, err := res.RowsAffected()
	return err == nil && n > 0
}

func (m *mutant) get(table, column string, row []any) string {
	var v string
	if err := m.db.QueryRow("SELECT "+column+" FROM "+table+" WHERE "+where(table), row...).Scan(&v); err != nil {
		m.t.Fatal(err)
	}
	return v
}

// flip changes one bit of a column.
func (m *mutant) flip(table, column string, row []any) bool {
	old := m.get(table, column, row)
	if old == "" {
		return false
	}
	var changed any
	if n, err := strconv.ParseInt(old, 10, 64); err == nil && (column == "seq" || column == "free" || column == "rev") {
		changed = n ^ 1<<m.r.IntN(8)
	} else {
		b := []byte(old)
		b[m.r.IntN(len(b))] ^= 1 << m.r.IntN(8)
		changed = kept(column, string(b))
	}
	return m.exec("UPDATE "+table+" SET "+column+" = ? WHERE "+where(table), append([]any{changed}, row...)...)
}

// kept gives a value in the type of its column.
func kept(column, v string) any {
	if column == "sum" || column == "total" {
		return []byte(v)
	}
	return v
}

// swap exchanges a column of two rows.
func (m *mutant) swap(table, cond, column string, row []any) bool {
	other, _ := m.row(table, cond)
	a, b := m.get(table, column, row), m.get(table, column, other)
	if a == b || slices.Contains(keyOf[table], column) {
		return false
	}
	return m.exec("UPDATE "+table+" SET "+column+" = ? WHERE "+where(table), append([]any{kept(column, b)}, row...)...) &&
		m.exec("UPDATE "+table+" SET "+column+" = ? WHERE "+where(table), append([]any{kept(column, a)}, other...)...)
}

// insert puts a copy of a row beside it, under another key.
func (m *mutant) insert(table string, row []any) bool {
	last := len(row) - 1
	var moved any = fmt.Sprintf("%v0", row[last])
	if n, ok := row[last].(int64); ok {
		moved = n + 1 + m.r.Int64N(20)
	}
	columns := map[string]string{
		"events": "chain, ?, hash, line", "sums": "?, key, total", "heads": "?, seq, hash", "counters": "?, free, sum", "idempotency": "?, request, result, at, sum",
		"records": "NULL, part, ?, rev, body, entries, sum", "entries": "pattern, part, sort, rec_part, ?", "outbox": "?, kind, replace(body, '\"seq\":', '\"seq\":1'), due, attempts, error",
	}
	return m.exec("INSERT INTO "+table+" SELECT "+columns[table]+" FROM "+table+" WHERE "+where(table), append([]any{moved}, row...)...)
}

// tailCut removes the end of a chain and mends its head: a forger's cut.
func (m *mutant) tailCut() bool {
	row, _ := m.row("heads", "seq > 2")
	var seq int64
	if err := m.db.QueryRow("SELECT seq FROM heads WHERE chain = ?", row[0]).Scan(&seq); err != nil {
		m.t.Fatal(err)
	}
	keep := 1 + m.r.Int64N(seq-1)
	m.did = fmt.Sprintf("cut %v after #%d of %d", row[0], keep, seq)
	return m.exec("DELETE FROM events WHERE chain = ? AND seq > ?", row[0], keep) &&
		m.exec("UPDATE heads SET seq = ?2, hash = (SELECT hash FROM events WHERE chain = ?1 AND seq = ?2) WHERE chain = ?1", row[0], keep)
}

// object damages the bytes of an object.
func (m *mutant) object() bool { return m.spoil(filepath.Join(string(m.f), "objects", "*", "*")) }

// file damages a published checkpoint or the keys.
func (m *mutant) file() bool { return m.spoil(filepath.Join(m.f.checkpoints(), "*")) }

func (m *mutant) spoil(pattern string) bool {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		m.t.Fatal(pattern, err)
	}
	name := names[m.r.IntN(len(names))]
	b, err := os.ReadFile(name)
	if err != nil {
		m.t.Fatal(err)
	}
	kind, old := m.r.IntN(6), bytes.Clone(b)
	m.did = fmt.Sprintf("file %s %d", filepath.Base(name), kind)
	switch kind {
	case 0:
		return os.Remove(name) == nil
	case 1:
		b = b[:m.r.IntN(len(b))]
	case 2:
		b = append(b, "\nx"...)
	default:
		i := m.r.IntN(len(b))
		b[i] ^= 1 << m.r.IntN(8)
	}
	if filepath.Base(name) == "log.pub" {
		// Other white space, or bounds that say nothing left out, are no damage.
		if keys, err := evidence.ParseKeys(b); err == nil && bytes.Equal(keys.Format(), old) {
			return false
		}
	}
	return os.WriteFile(name, b, 0o600) == nil
}

// TestEveryMutationIsFound damages a store in one random way at a time: flips,
// deletions, insertions, swaps and cuts in every table and file that holds
// evidence. HOSO_TORTURE_MUTATIONS sets how many, HOSO_TORTURE_SEED which.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	n, seed := number("HOSO_TORTURE_MUTATIONS", 200), number("HOSO_TORTURE_SEED", 1)
	w := small(t, t.TempDir())
	w.close()
	if r := verified(t, w.folder, verify.Options{}); !r.OK() {
		t.Fatalf("before any mutation: %v", r.Findings)
	}
	found := map[string]int{}
	for i := 0; i < n; {
		m := mutant{t: t, r: rand.New(rand.NewPCG(uint64(seed), uint64(i))), f: clone(t, w.folder)}
		for made := false; !made; {
			db, err := sql.Open("sqlite", m.f.db()+"?_pragma=synchronous(0)")
			if err != nil {
				t.Fatal(err)
			}
			m.db = db
			made = m.mutate()
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		i++
		r := verified(t, m.f, verify.Options{})
		if r.OK() {
			t.Errorf("seed %d, mutation %d is not found: %s", seed, i-1, m.did)
		}
		for _, c := range codes(r.Findings) {
			found[c]++
		}
		if err := os.RemoveAll(string(m.f)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d mutations, found as %v", n, found)
	if n >= 200 {
		for _, c := range []string{"event-damaged", "event-gap", "chain-head", "log-entry-orphan", "log-row", "log-tile", "log-head", "text-missing", "object-differs"} {
			if found[c] == 0 {
				t.Errorf("no mutation was found as %s: the mutations are too tame", c)
			}
		}
	}
}

func number(name string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// TestEachKindOfDamageHasItsName makes one damage of each kind on purpose.
func TestEachKindOfDamageHasItsName(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	w.close()
	for name, tc := range map[string]struct {
		do   string
		want []string
	}{
		"line changed":         {`UPDATE events SET line = replace(line, 'p2', 'p9') WHERE chain = 'dossier/d05' AND seq = 3`, []string{"event-damaged", "text-orphan"}},
		"event deleted":        {`DELETE FROM events WHERE chain = 'dossier/d05' AND seq = 4`, []string{"event-gap", "log-entry-orphan"}},
		"chain gone":           {`DELETE FROM events WHERE chain = 'dossier/d06'`, []string{"chain-gone", "log-entry-orphan", "object-unproved", "record", "text-orphan"}},
		"head gone":            {`DELETE FROM heads WHERE chain = 'dossier/d05'`, []string{"chain-head"}},
		"log message gone":     {`DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox)`, []string{"event-not-logged"}},
		"log's head gone":      {`DELETE FROM records WHERE part = 'log' AND sort = 'head'`, []string{"log-head-missing", "record-set"}},
		"log's head changed":   {`UPDATE records SET body = replace(body, '"size":', '"size":1') WHERE part = 'log' AND sort = 'head'`, []string{"log-head", "record-changed"}},
		"tile gone":            {`DELETE FROM records WHERE part = 'log' AND sort LIKE 'tile/%'`, []string{"log-tile", "record-set"}},
		"row gone":             {`DELETE FROM records WHERE part = 'log/dossier/d05' AND sort = '000000000002'`, []string{"log-row", "record-set"}},
		"row points elsewhere": {`UPDATE records SET body = replace(body, '"index":', '"index":1') WHERE part = 'log/dossier/d05' AND sort = '000000000002'`, []string{"log-row", "record-changed"}},
		"unknown record":       {`INSERT INTO records (part, sort, rev, body, entries) VALUES ('log', 'x', 1, '{}', '[]')`, []string{"log-record", "record-changed"}},
		"checkpoint gone":      {`DELETE FROM records WHERE part = 'log' AND sort = (SELECT min(sort) FROM records WHERE sort LIKE 'checkpoint/%')`, []string{"checkpoint-file", "checkpoint-link", "record-set"}},
		"last checkpoint gone": {`DELETE FROM records WHERE part = 'log' AND sort = (SELECT max(sort) FROM records WHERE sort LIKE 'checkpoint/%')`, []string{"checkpoint-file", "record-set"}},
		"text gone":            {`DELETE FROM records WHERE part = 'text/dossier/d05'`, []string{"record-set", "text-missing"}},
		"text changed":         {`UPDATE records SET body = replace(body, 'Chưa', 'Đã') WHERE part = 'text/dossier/d05'`, []string{"record-changed", "text-changed", "text-missing"}},
		"text moved":           {`UPDATE records SET part = 'text/dossier/d06', sort = 'x' WHERE part = 'text/dossier/d05'`, []string{"record-changed", "text-missing", "text-orphan"}},
		"document re-hashed":   {`UPDATE records SET body = replace(body, '"sha256":"', '"sha256":"0') WHERE part = 'dossier/d05'`, []string{"object-differs", "object-unproved", "record", "record-changed"}},
		"plain record flipped": {`UPDATE records SET body = replace(body, '"n":7', '"n":6') WHERE part LIKE 'plain/%' AND sort = '7'`, []string{"record-changed"}},
		"its revision":         {`UPDATE records SET rev = 2 WHERE part LIKE 'plain/%' AND sort = '7'`, []string{"record-changed"}},
		"its sum":              {`UPDATE records SET sum = zeroblob(32) WHERE part LIKE 'plain/%' AND sort = '7'`, []string{"record-changed", "record-set"}},
		"its list of entries":  {`UPDATE records SET entries = '[}' WHERE part = 'log' AND sort = 'head'`, []string{"record-changed", "record-set"}},
		"plain record gone":    {`DELETE FROM entries WHERE rec_sort = '7'; DELETE FROM records WHERE part LIKE 'plain/%' AND sort = '7'`, []string{"record-set"}},
		"two changed places":   {`UPDATE records SET part = CASE sort WHEN '7' THEN 'plain/2' ELSE 'plain/1' END WHERE part LIKE 'plain/%' AND sort IN ('7', '8')`, []string{"damage", "record-changed"}},
		"all sums' total":      {`UPDATE sums SET total = zeroblob(32)`, []string{"record-set"}},
		"all sums' key":        {`UPDATE sums SET key = 'x'`, []string{"record-key"}},
		"place made up":        {`UPDATE counters SET free = free + 1`, []string{"places", "record-changed"}},
		"an act's answer":      {`UPDATE idempotency SET result = '"other"' WHERE key = (SELECT min(key) FROM idempotency)`, []string{"record-changed"}},
		"an act asked else":    {`UPDATE idempotency SET request = request || 'x' WHERE key = (SELECT max(key) FROM idempotency)`, []string{"record-changed"}},
		"an act forgotten":     {`DELETE FROM idempotency WHERE key = (SELECT max(key) FROM idempotency)`, []string{"record-set"}},
	} {
		f := clone(t, w.folder)
		db, err := sql.Open("sqlite", f.db())
		if err != nil {
			t.Fatal(err)
		}
		res, err := db.Exec(tc.do)
		if err != nil {
			t.Fatal(name, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: nothing was done", name)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if got := codes(verified(t, f, verify.Options{}).Findings); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// TestALogEntryThatNamesAnotherEventIsFound: the tree binds hashes only; the
// names beside them are bound by the events.
func TestALogEntryThatNamesAnotherEventIsFound(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	w.close()
	db, err := sql.Open("sqlite", w.db())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE records SET body = replace(body, 'dossier/d05 2 ', 'dossier/d06 2 ') WHERE part = 'log' AND sort = ?`,
		translog.EntriesKey(0).Sort); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r := verified(t, w.folder, verify.Options{Keys: evidence.Keys{{Line: w.public}}})
	if got := codes(r.Findings); !slices.Equal(got, []string{"event-not-logged", "log-entry-orphan", "log-row", "record-changed"}) {
		t.Errorf("%v", got)
	}
}

// TestAnEventReplacedAsAWholeIsFound: hash and line fit each other, the chain
// and the log do not.
func TestAnEventReplacedAsAWholeIsFound(t *testing.T) {
	t.Parallel()
	w := small(t, t.TempDir())
	before, err := w.store.Events(t.Context(), "dossier/d05", 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	e, err := evidence.Read(before[0])
	if err != nil {
		t.Fatal(err)
	}
	forged, err := evidence.Place(evidence.Head{Seq: 2, Hash: e.Prev},
		evidence.Event{Chain: e.Chain, Type: e.Type, Actor: "p9", At: e.At, Data: e.Data, Texts: e.Texts})
	if err != nil {
		t.Fatal(err)
	}
	w.close()
	db, err := sql.Open("sqlite", w.db())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE events SET hash = ?, line = ? WHERE chain = ? AND seq = 3`, forged.Hash, forged.Line, forged.Chain); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := codes(verified(t, w.folder, verify.Options{}).Findings); !slices.Equal(got, []string{"event-broken", "event-not-logged", "log-entry-orphan"}) {
		t.Errorf("%v", got)
	}
}
