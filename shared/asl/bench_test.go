package asl_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hoso/shared/asl"

	_ "modernc.org/sqlite" // the yardstick writes to SQLite by itself
)

// counting counts the transitions a journal takes.
type counting struct {
	asl.Journal
	n atomic.Int64
}

func (c *counting) Commit(ctx context.Context, t *asl.Transition) error {
	c.n.Add(1)
	return c.Journal.Commit(ctx, t)
}

// tenTasks calls a function ten times; each call is one transition.
func tenTasks(b *testing.B) *asl.Machine {
	states := ""
	for i := range 10 {
		states += fmt.Sprintf(`"T%d":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":60,
		  "Parameters":{"FunctionName":"f","Payload":{"subject.$":"$.subject","from.$":"$.from"}},"ResultSelector":{"from.$":"$.Payload.from"},"ResultPath":"$.last","Next":"T%d"},`, i, i+1)
	}
	return parse(b, `{"StartAt":"T0","States":{`+states+`"T10":{"Type":"Succeed"}}}`)
}

const benchInput = `{"subject":"dossier-2025-0001","revision":1,"generation":1,"from":"validate"}`

// BenchmarkTransitions runs 1,000 executions at once with full durability,
// beside a program that writes as much by hand, one transaction for each
// transition, on the same disk and at the same time of day.
func BenchmarkTransitions(b *testing.B) {
	const executions = 1000
	m := tenTasks(b)
	var byEngine, byHand time.Duration
	n := 0
	for b.Loop() {
		j := &counting{Journal: onDisk(b)}
		w := newWorldOf(b, j, asl.NewVirtualClock(start), echo, 256, m)
		began := time.Now()
		var all sync.WaitGroup
		for i := range executions {
			all.Go(func() {
				if _, err := w.engine.Start(context.Background(), "flow", fmt.Sprintf("run-%d", i), []byte(benchInput)); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
		for i := range executions {
			w.await(fmt.Sprintf("run-%d", i))
		}
		byEngine += time.Since(began)
		w.stop()
		began = time.Now()
		writeByHand(b, int(j.n.Load()))
		byHand += time.Since(began)
		n += int(j.n.Load())
	}
	b.ReportMetric(float64(n)/byEngine.Seconds(), "transitions/s")
	b.ReportMetric(float64(n)/byHand.Seconds(), "by-hand/s")
	b.ReportMetric(byHand.Seconds()/byEngine.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// writeByHand writes one row of state and one of history in each of n
// transactions, as large as the engine's.
func writeByHand(b *testing.B, n int) {
	path := filepath.Join(b.TempDir(), "hand.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE run (id INTEGER PRIMARY KEY, state TEXT);
		CREATE TABLE history (run, last, events TEXT, PRIMARY KEY (run, last)) WITHOUT ROWID;
		INSERT INTO run VALUES (1, '')`); err != nil {
		b.Fatal(err)
	}
	set, err := db.Prepare(`UPDATE run SET state = ? WHERE id = 1`)
	if err != nil {
		b.Fatal(err)
	}
	add, err := db.Prepare(`INSERT INTO history VALUES (1, ?, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	state, events := strings.Repeat("x", 350), strings.Repeat("x", 1700)
	for i := range n {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tx.Stmt(set).Exec(state); err != nil {
			b.Fatal(err)
		}
		if _, err := tx.Stmt(add).Exec(i, events); err != nil {
			b.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParked measures what 10,000 executions that wait for a person cost
// over an idle engine: memory, and the time to take them up after a restart.
func BenchmarkParked(b *testing.B) {
	const executions = 10000
	m := parse(b, parks(`"TimeoutSeconds":31449600,`))
	for b.Loop() {
		j := onDisk(b)
		clock := asl.NewVirtualClock(start)
		people := newParked(clock)
		w := newWorldOf(b, j, clock, people.call, 256, m)
		idle := heap()
		var all sync.WaitGroup
		for i := range executions {
			all.Go(func() {
				if _, err := w.engine.Start(context.Background(), "flow", fmt.Sprintf("run-%d", i), []byte(benchInput)); err != nil {
					b.Error(err)
				}
			})
		}
		all.Wait()
		for range executions {
			people.next(b)
		}
		w.settle()
		people.tokens = nil
		b.ReportMetric(float64(heap()-idle)/1e6, "MB-over-idle")
		b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
		w.stop()
		began := time.Now()
		newWorldOf(b, j, clock, people.call, 256, m)
		b.ReportMetric(float64(time.Since(began).Microseconds())/1e3, "ms-to-take-up")
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc + s.StackInuse)
}
