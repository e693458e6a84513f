package journal_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hoso/shared/asl"
	"hoso/shared/onebox/journal"
)

// parking asks somebody and takes the token along in its input, its result
// and its state, as a careless flow would.
const parking = `{"StartAt":"ask","States":{"ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
  "Parameters":{"FunctionName":"ask","Payload":{"token.$":"$$.Task.Token"}},"TimeoutSeconds":99999,"End":true}}}`

// TestNoLiveTokenLiesInTheFile searches the bytes of the file and of its log
// for a token that resumes a run, then resumes the run by it after a crash.
func TestNoLiveTokenLiesInTheFile(t *testing.T) {
	const token = "a-token-that-resumes-a-run-for-whoever-has-it"
	dir := t.TempDir()
	path := filepath.Join(dir, "runs.db")
	machine, err := asl.Parse("flow", []byte(parking), nil)
	must(t, err)
	start := func(j *journal.Journal) (*asl.Engine, chan string, func()) {
		asked := make(chan string, 1)
		e, err := asl.New(bg, asl.Options{
			Machines: []*asl.Machine{machine}, Journal: j, Clock: asl.WallClock(time.Now), Log: slog.New(slog.DiscardHandler),
			NewToken: func() string { return token }, NewID: func() string { return "id" }, Random: func() float64 { return 0 },
			Invoke: func(_ context.Context, _ string, payload []byte) ([]byte, error) {
				var in struct{ Token string }
				err := json.Unmarshal(payload, &in)
				asked <- in.Token
				return payload, err // the answer of a function that repeats what it was given
			},
		})
		must(t, err)
		ctx, stop := context.WithCancel(bg)
		done := make(chan struct{})
		go func() { defer close(done); e.Run(ctx) }()
		return e, asked, func() { stop(); <-done }
	}
	id := asl.ExecutionARN("flow", "run")
	submitted := func(j *journal.Journal) bool {
		events, err := j.Events(bg, id, 1, 0)
		must(t, err)
		for _, e := range events {
			if e.Type == "TaskSubmitted" {
				return true
			}
		}
		return false
	}
	clean := func(when string) {
		t.Helper()
		for _, name := range []string{path, path + "-wal"} {
			held, err := os.ReadFile(name)
			if err != nil && (when != "closed" || !errors.Is(err, os.ErrNotExist)) {
				t.Fatal(err)
			}
			for _, secret := range []string{token, token[:12], `"token"`} {
				if bytes.Contains(held, []byte(secret)) {
					t.Errorf("%s: %s holds %q", when, filepath.Base(name), secret)
				}
			}
		}
	}

	j, err := journal.Open(bg, path, vault(1))
	must(t, err)
	e, asked, stop := start(j)
	_, err = e.Start(bg, "flow", "run", []byte(`{}`))
	must(t, err)
	if got := <-asked; got != token {
		t.Fatalf("the function was given %q", got)
	}
	for !submitted(j) {
		time.Sleep(time.Millisecond)
	}
	clean("parked")
	stop()
	// The crash: what the process held in memory is gone, the files are taken as they lie.
	crashed := t.TempDir()
	for _, end := range []string{"", "-wal"} {
		held, err := os.ReadFile(path + end)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(crashed, "runs.db"+end), held, 0o600))
	}
	must(t, j.Close())
	clean("closed")

	j = open(t, filepath.Join(crashed, "runs.db"))
	e, _, stop = start(j)
	defer stop()
	must(t, e.Succeed(bg, token, []byte(`{"decided":true}`)))
	r, err := j.Load(bg, asl.Key{ID: id})
	must(t, err)
	if r.Status != asl.Succeeded || r.Output != `{"decided":true}` {
		t.Errorf("after the crash: %s %s", r.Status, r.Output)
	}
}

// TestAJournalThatCannotBeReadIsBegunAnew: of an older layout, whose texts lay
// open, or of another master key.
func TestAJournalThatCannotBeReadIsBegunAnew(t *testing.T) {
	const token = "a-token-in-plain-text"
	older := filepath.Join(t.TempDir(), "runs.db")
	db, err := sql.Open("sqlite", "file:"+older+"?_pragma=journal_mode(WAL)")
	must(t, err)
	for _, s := range []string{
		`CREATE TABLE schema (version INTEGER NOT NULL)`, `INSERT INTO schema VALUES (1)`,
		`CREATE TABLE run (execution INTEGER PRIMARY KEY, snapshot TEXT NOT NULL)`, `INSERT INTO run VALUES (1, '` + token + `')`,
	} {
		_, err := db.Exec(s)
		must(t, err)
	}
	must(t, db.Close())
	j := open(t, older)
	must(t, begin("a").commit(j))
	files, err := filepath.Glob(older + "*")
	must(t, err)
	for _, name := range files {
		held, err := os.ReadFile(name)
		must(t, err)
		if bytes.Contains(held, []byte(token)) {
			t.Errorf("%s still holds the older layout's token", name)
		}
	}

	path := filepath.Join(t.TempDir(), "runs.db")
	j, err = journal.Open(bg, path, vault(2))
	must(t, err)
	must(t, errors.Join(begin("a").commit(j), j.Close()))
	j = open(t, path)
	if r, err := j.Load(bg, asl.Key{ID: asl.ExecutionARN("flow", "a")}); err != nil || r.ID != "" {
		t.Errorf("of another key: %+v, %v", r, err)
	}
	must(t, begin("a").commit(j))

	if _, err := journal.Open(bg, filepath.Join(t.TempDir(), "runs.db"), nil); err == nil || !strings.Contains(err.Error(), "sealer") {
		t.Errorf("a file without a sealer: %v", err)
	}
}

// TestSealedTextsOpenOnlyInTheirPlace: one run's state put in another's row is
// an error, never another run.
func TestSealedTextsOpenOnlyInTheirPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.db")
	j, err := journal.Open(bg, path, vault(1))
	must(t, err)
	must(t, errors.Join(begin("a").commit(j), begin("b").commit(j), j.Close()))
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	_, err = db.Exec(`UPDATE run SET snapshot = (SELECT snapshot FROM run WHERE execution = 1) WHERE execution = 2`)
	must(t, errors.Join(err, db.Close()))
	j = open(t, path)
	if _, err := j.Load(bg, asl.Key{ID: asl.ExecutionARN("flow", "a")}); err != nil {
		t.Error(err)
	}
	if _, err := j.Load(bg, asl.Key{ID: asl.ExecutionARN("flow", "b")}); err == nil {
		t.Error("another run's state passes")
	}
}
