package translog_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
	"hoso/shared/translog"
)

const origin = "hoso.example.gov.vn/log"

var start = time.Date(2025, 3, 4, 1, 0, 0, 0, time.UTC)

// bench is a log over a store in memory.
type bench struct {
	*testing.T
	store.Store
	log  translog.Log
	keys evidence.Keys
	now  time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), ":memory:", sqlitestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	private, public, err := evidence.NewKey(rand.NewChaCha8(sha256.Sum256([]byte("key"))), origin)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := evidence.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, Store: s, now: start, keys: evidence.Keys{{Line: public}}}
	b.log = translog.Log{Store: s, Now: func() time.Time { return b.now }, Origin: origin, Signers: []evidence.Signer{signer}, Every: time.Hour}
	return b
}

// commit records n events on a chain in one commit, and gives their message.
func (b *bench) commit(chain string, n int) store.Message {
	b.Helper()
	head, err := b.Head(b.Context(), chain)
	if err != nil {
		b.Fatal(err)
	}
	c := store.Commit{Key: fmt.Sprintf("%s/%d", chain, head.Seq), Request: "x", At: start}
	for range n {
		c.Events = append(c.Events, evidence.Event{Chain: chain, Type: "dossier.seen", Actor: "p", At: start})
	}
	if _, err := b.Commit(b.Context(), c); err != nil {
		b.Fatal(err)
	}
	for _, m := range b.pending() {
		var logged []store.Logged
		if err := json.Unmarshal(m.Body, &logged); err == nil && logged[0].Chain == chain && logged[0].Seq == head.Seq+1 {
			return m
		}
	}
	b.Fatalf("no message for %s", c.Key)
	return store.Message{}
}

func (b *bench) pending() []store.Message {
	b.Helper()
	ms, err := b.Pending(b.Context(), b.now.Add(time.Hour), 1000)
	if err != nil {
		b.Fatal(err)
	}
	return ms
}

func (b *bench) integrate(ms ...store.Message) {
	b.Helper()
	if err := b.log.Integrate(b.Context(), ms); err != nil {
		b.Fatal(err)
	}
}

func entriesOf(t *testing.T, ms []store.Message) []evidence.LogEntry {
	t.Helper()
	var out []evidence.LogEntry
	for _, m := range ms {
		var logged []store.Logged
		if err := json.Unmarshal(m.Body, &logged); err != nil {
			t.Fatal(err)
		}
		for _, l := range logged {
			out = append(out, evidence.LogEntry(l))
		}
	}
	return out
}

// holds checks that the stored log holds exactly the entries, in any order,
// and that head, tiles and rows agree with them.
func (b *bench) holds(want []evidence.LogEntry) []evidence.LogEntry {
	b.Helper()
	var head evidence.LogHead
	if _, err := store.Load(b.Context(), b.Store, translog.HeadKey(), &head); err != nil {
		b.Fatal(err)
	}
	var got []evidence.LogEntry
	var sum evidence.Summit
	for n := int64(0); n*evidence.TileWidth < head.Size; n++ {
		var tile translog.Entries
		if _, err := store.Load(b.Context(), b.Store, translog.EntriesKey(n), &tile); err != nil {
			b.Fatal(err)
		}
		for _, s := range tile.Entries {
			e, err := evidence.ParseLogEntry(s)
			if err != nil {
				b.Fatal(err)
			}
			leaf, err := e.Leaf()
			if err != nil {
				b.Fatal(err)
			}
			sum.Add(leaf)
			var row translog.Row
			if _, err := store.Load(b.Context(), b.Store, translog.RowKey(e.Chain, e.Seq), &row); err != nil || row != (translog.Row{Index: int64(len(got)), Hash: e.Hash}) {
				b.Errorf("row of entry %d: %+v, %v", len(got), row, err)
			}
			got = append(got, e)
		}
	}
	if sum.Head() != head {
		b.Errorf("head %+v, entries give %+v", head, sum.Head())
	}
	byLine := func(a, b evidence.LogEntry) int { return strings.Compare(a.String(), b.String()) }
	if a, b2 := slices.SortedFunc(slices.Values(got), byLine), slices.SortedFunc(slices.Values(want), byLine); !slices.Equal(a, b2) {
		b.Errorf("the log holds %d entries, want %d, or others", len(a), len(b2))
	}
	ev, err := b.log.Evidence(b.Context(), got)
	if err != nil {
		b.Fatal(err)
	}
	c, err := b.keys.Open(ev.Signed)
	if err != nil {
		b.Fatal(err)
	}
	for i, p := range ev.Inclusions {
		if err := p.Check(c.Head); err != nil || p.LogEntry != got[i] || p.Index != int64(i) {
			b.Errorf("entry %d: %+v, %v", i, p, err)
		}
	}
	return got
}

func TestEveryEventIsInTheLogOnceWhateverTheDelivery(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 40 {
		b.commit(fmt.Sprintf("dossier/%d", i%9), 1+i%17)
	}
	b.commit("dossier/large", 95)
	ms := b.pending()
	want := entriesOf(t, ms)
	r := rand.New(rand.NewPCG(1, 1))
	for range 6 {
		r.Shuffle(len(ms), func(i, j int) { ms[i], ms[j] = ms[j], ms[i] })
		b.integrate(ms[:r.IntN(len(ms))]...)
		b.integrate(ms[0], ms[0])
	}
	b.integrate(ms...)
	got := b.holds(want)
	b.integrate(ms...)
	if again := b.holds(want); !slices.Equal(got, again) {
		t.Error("a repeated delivery changed the log")
	}
}

func TestWorkersAtTheSameTimeLoseNothingAndRepeatNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 60 {
		b.commit(fmt.Sprintf("dossier/%d", i%7), 1+i%5)
	}
	ms := b.pending()
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(w), 9))
			mine := slices.Clone(ms)
			r.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			for part := range slices.Chunk(mine, 1+r.IntN(9)) {
				err := b.log.Integrate(t.Context(), part)
				for n := 0; n < 100 && fault.Is(err, fault.Conflict); n++ {
					err = b.log.Integrate(t.Context(), part)
				}
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := b.log.Checkpoint(t.Context(), true); err != nil && !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	b.holds(entriesOf(t, ms))
	b.linked()
}

// linked checks that each checkpoint names the one before it, and gives their
// sizes.
func (b *bench) linked() []int64 {
	b.Helper()
	s, err := b.List(b.Context(), translog.Part, store.Page{Prefix: "checkpoint/"})
	if err != nil {
		b.Fatal(err)
	}
	var sizes []int64
	prev := int64(0)
	for _, r := range s.Records {
		var c translog.Checkpoint
		if err := r.Decode(&c); err != nil {
			b.Fatal(err)
		}
		opened, err := b.keys.Open([]byte(c.Signed))
		if err != nil || c.Prev != prev || translog.CheckpointKey(opened.Head.Size) != r.Key {
			b.Errorf("checkpoint %s: before it %d, want %d, %v", r.Key.Sort, c.Prev, prev, err)
		}
		prev = opened.Head.Size
		sizes = append(sizes, prev)
	}
	return sizes
}

// flaky is a store whose commits fail by turns before and after they are
// carried out, and counts their items.
type flaky struct {
	store.Store
	fail  func(n int) (before, after bool)
	n     int
	items int
}

var errAway = &fault.Error{Kind: fault.Transient, Op: "test"}

// Commit commits, unless it is its turn to fail.
func (f *flaky) Commit(ctx context.Context, c store.Commit) (store.Outcome, error) {
	f.n++
	f.items = max(f.items, c.Items())
	before, after := f.fail(f.n)
	if before {
		return store.Outcome{}, errAway
	}
	out, err := f.Store.Commit(ctx, c)
	if after {
		return store.Outcome{}, errAway
	}
	return out, err
}

func TestAnUnknownOutcomeIsHarmless(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 20 {
		b.commit(fmt.Sprintf("dossier/%d", i%3), 30)
	}
	ms := b.pending()
	f := &flaky{Store: b.Store, fail: func(n int) (bool, bool) { return n%3 == 1, n%3 == 2 }}
	b.log.Store = f
	failures := 0
	for {
		err := b.log.Integrate(t.Context(), ms)
		if err == nil {
			break
		}
		if !errors.Is(err, errAway) {
			t.Fatal(err)
		}
		failures++
	}
	if failures < 5 {
		t.Fatalf("only %d failures", failures)
	}
	b.log.Store = b.Store
	b.holds(entriesOf(t, ms))
}

func TestACommitKeepsToItsWorstCase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := &flaky{Store: b.Store, fail: func(int) (bool, bool) { return false, false }}
	b.log.Store = f
	for range 12 {
		b.commit("dossier/a", 90)
	}
	b.integrate(b.pending()...)
	const worst = evidence.MaxAppend + evidence.MaxAppendTiles + 2
	if f.items > worst || worst > store.MaxItems {
		t.Errorf("%d items, worst case %d, limit %d", f.items, worst, store.MaxItems)
	}
}

func TestARewrittenHistoryIsRefusedAndDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.commit("dossier/a", 2)
	b.integrate(first)
	forged := first
	forged.ID, forged.Body = "forged", json.RawMessage(strings.Replace(string(first.Body), `"hash":"`, `"hash":"0000`, 1))
	broken := store.Message{ID: "broken", Kind: store.LogMessage, Body: json.RawMessage(`{}`)}
	second := b.commit("dossier/b", 3)
	err := b.log.Integrate(t.Context(), []store.Message{forged, broken, second})
	var refused *translog.RefusedError
	if !errors.As(err, &refused) || !slices.Equal(refused.Messages, []string{"forged", "broken"}) && !slices.Equal(refused.Messages, []string{"broken", "forged"}) {
		t.Fatalf("refused: %v", err)
	}
	// The forged hash has 68 digits; one with 64 meets the row.
	var logged []store.Logged
	if err := json.Unmarshal(first.Body, &logged); err != nil {
		t.Fatal(err)
	}
	logged[0].Hash = strings.Repeat("0", 64)
	forged = store.Msg("forged", store.LogMessage, logged)
	if err := b.log.Integrate(t.Context(), []store.Message{first, forged}); !errors.As(err, &refused) || !slices.Equal(refused.Messages, []string{"forged"}) {
		t.Fatalf("refused: %v", err)
	}
	b.holds(entriesOf(t, []store.Message{first, second}))
}

func TestADamagedLogIsNotExtended(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*bench) store.Write{
		"tile": func(b *bench) store.Write {
			return store.Put(translog.TileKey(evidence.TileID{}), 1, translog.Tile{Hashes: make([]byte, 64)})
		},
		"tile is gone": func(*bench) store.Write { return store.Remove(translog.TileKey(evidence.TileID{}), 1) },
		"entries": func(*bench) store.Write {
			return store.Put(translog.EntriesKey(0), 1, translog.Entries{Entries: []string{"a 1 " + strings.Repeat("0", 64), "b 1 " + strings.Repeat("0", 64)}})
		},
		"head": func(*bench) store.Write {
			return store.Put(translog.HeadKey(), 1, evidence.LogHead{Size: 2, Root: strings.Repeat("0", 64)})
		},
	} {
		b := newBench(t)
		b.integrate(b.commit("dossier/a", 2))
		if _, err := b.Commit(t.Context(), store.Commit{Key: "spoil", At: start, Writes: []store.Write{spoil(b)}}); err != nil {
			t.Fatal(err)
		}
		err := b.log.Integrate(t.Context(), []store.Message{b.commit("dossier/b", 1)})
		if fault.CodeOf(err) != "log-damaged" || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryKeyOfTheLogIsRead(t *testing.T) {
	t.Parallel()
	for k, want := range map[store.Key]translog.Place{
		translog.HeadKey():                                {Kind: translog.IsHead},
		translog.EntriesKey(12):                           {Kind: translog.IsEntries, N: 12},
		translog.CheckpointKey(7):                         {Kind: translog.IsCheckpoint, N: 7},
		translog.RowKey("a/b", 3):                         {Kind: translog.IsRow, Chain: "a/b", Seq: 3},
		{Part: "login", Sort: "x"}:                        {Kind: translog.Foreign},
		{Part: "log", Sort: "Head"}:                       {Kind: translog.Unknown},
		{Part: "log", Sort: "entries/12"}:                 {Kind: translog.Unknown},
		{Part: "log", Sort: "tile/0/x"}:                   {Kind: translog.Unknown},
		{Part: "log", Sort: "checkpoint/-00000000000001"}: {Kind: translog.Unknown},
		{Part: "log/a", Sort: "+00000000001"}:             {Kind: translog.Unknown},
		translog.TileKey(evidence.TileID{Level: 2, N: 9}): {Kind: translog.IsTile, Tile: evidence.TileID{Level: 2, N: 9}},
	} {
		if got := translog.PlaceOf(k); got != want {
			t.Errorf("%v is %+v, want %+v", k, got, want)
		}
	}
}
