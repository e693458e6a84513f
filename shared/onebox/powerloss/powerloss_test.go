package powerloss_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"hoso/shared/onebox/powerloss"
)

// writerEnv makes the test binary play a writer on the folder in HOSO_BASE.
const writerEnv = "HOSO_POWERLOSS_WRITER"

func TestMain(m *testing.M) {
	if name := os.Getenv(writerEnv); name != "" {
		if err := writers[name](os.Getenv("HOSO_BASE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var writers = map[string]func(base string) error{
	"careful":        func(base string) error { return files(base, true, true, true) },
	"no file sync":   func(base string) error { return files(base, false, true, true) },
	"no folder sync": func(base string) error { return files(base, true, false, true) },
	"no first sync":  func(base string) error { return files(base, true, true, false) },
	"sqlite full":    func(base string) error { return commits(base, "FULL") },
	"sqlite normal":  func(base string) error { return commits(base, "NORMAL") },
	"counter":        counter,
	"threads":        threads,
}

func ack(format string, args ...any) { fmt.Printf("ack "+format+"\n", args...) }

// files replaces files by the usual recipe, or by one with a step left out.
func files(base string, syncFile, syncFolder, syncFirst bool) error {
	dir := filepath.Join(base, "a", "b")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if syncFirst {
		for _, d := range []string{base, filepath.Join(base, "a")} {
			if err := syncPath(d); err != nil {
				return err
			}
		}
	}
	for i := range 8 {
		name := filepath.Join(dir, strconv.Itoa(i%3))
		f, err := os.CreateTemp(dir, "tmp-")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprint(f, strings.Repeat(strconv.Itoa(i), 9000)); err != nil {
			return err
		}
		if syncFile {
			if err := f.Sync(); err != nil {
				return err
			}
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), name); err != nil {
			return err
		}
		if syncFolder {
			if err := syncPath(dir); err != nil {
				return err
			}
		}
		ack("%d", i)
	}
	return nil
}

func syncPath(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// checkFiles wants under each name a whole file, of the promised turn or the next one.
func checkFiles(dir string, acked []string) error {
	last := map[int]int{}
	for _, a := range acked {
		i, err := strconv.Atoi(a)
		if err != nil {
			return err
		}
		last[i%3] = i
	}
	for slot, i := range last {
		b, err := os.ReadFile(filepath.Join(dir, "a", "b", strconv.Itoa(slot)))
		if err != nil {
			return err
		}
		if s := string(b); s != strings.Repeat(strconv.Itoa(i), 9000) && s != strings.Repeat(strconv.Itoa(i+3), 9000) {
			return fmt.Errorf("slot %d has %d bytes, not turn %d", slot, len(b), i)
		}
	}
	return nil
}

func commits(base, synchronous string) error {
	db, err := openDB(base, synchronous)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, pad TEXT)"); err != nil {
		return err
	}
	if err := syncPath(base); err != nil { // SQLite makes its own files' names durable, not the folder's
		return err
	}
	for i := range 25 {
		if _, err := db.Exec("INSERT INTO t VALUES (?, ?)", i, strings.Repeat("x", 3000)); err != nil {
			return err
		}
		ack("%d", i)
	}
	return nil
}

func openDB(dir, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "hoso.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")&_pragma=wal_autocheckpoint(10)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func checkDB(dir string, acked []string) error {
	db, err := openDB(dir, "FULL")
	if err != nil {
		return err
	}
	defer db.Close()
	var whole string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&whole); err != nil || whole != "ok" {
		return fmt.Errorf("integrity: %q, %w", whole, err)
	}
	if len(acked) == 0 {
		return nil
	}
	var n int
	if err := db.QueryRow("SELECT count(*) FROM t").Scan(&n); err != nil {
		return err
	}
	if n < len(acked) {
		return fmt.Errorf("%d rows, %d promised", n, len(acked))
	}
	return nil
}

// counter appends to one file and truncates another, so that every kind of
// change is seen by the comparison at the end of Record.
func counter(base string) error {
	log, err := os.OpenFile(filepath.Join(base, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	w := bufio.NewWriter(log)
	for i := range 3000 {
		fmt.Fprintln(w, i)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(base, "d"), 0o700); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(base, "d"), filepath.Join(base, "e")); err != nil {
		return err
	}
	if err := os.Link(filepath.Join(base, "log"), filepath.Join(base, "e", "same")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(base, "e", "gone"), []byte("x"), 0o600); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(base, "e", "gone")); err != nil {
		return err
	}
	if err := log.Truncate(100); err != nil {
		return err
	}
	copied, err := os.Create(filepath.Join(base, "copy"))
	if err != nil {
		return err
	}
	defer copied.Close()
	from, err := os.Open(filepath.Join(base, "log"))
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = copied.ReadFrom(from)
	return err
}

// threads writes from many threads at once.
func threads(base string) error {
	var wg sync.WaitGroup
	errs := make([]error, 8)
	var mu sync.Mutex
	for i := range errs {
		wg.Go(func() {
			for k := range 10 {
				name := filepath.Join(base, fmt.Sprintf("%d-%d", i, k))
				f, err := os.Create(name)
				if err == nil {
					_, err = f.WriteString(strings.Repeat("y", 100*(i+1)))
				}
				if err == nil {
					err = f.Sync()
				}
				if err == nil {
					err = f.Close()
				}
				if err == nil {
					err = syncPath(base)
				}
				if err != nil {
					errs[i] = err
					return
				}
				mu.Lock()
				ack("%d-%d %d", i, k, 100*(i+1))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func record(t *testing.T, writer string) *powerloss.Trace {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatal("strace is not installed")
		}
		t.Skip("strace is not installed: power loss is not tried")
	}
	base := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+writer, "HOSO_BASE="+base)
	tr, err := powerloss.Record(t.Context(), base, cmd, powerloss.Options{
		Transient: func(path string) bool { return strings.HasSuffix(path, "-shm") },
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func scratch(t *testing.T) string {
	t.Helper()
	dir, err := powerloss.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestWhatIsPromisedSurvives(t *testing.T) {
	for _, c := range []struct {
		writer string
		check  func(string, []string) error
	}{
		{"careful", checkFiles},
		{"sqlite full", checkDB},
		{"threads", func(dir string, acked []string) error {
			for _, a := range acked {
				name, size, _ := strings.Cut(a, " ")
				fi, err := os.Stat(filepath.Join(dir, name))
				if err != nil || strconv.FormatInt(fi.Size(), 10) != size {
					return fmt.Errorf("%s of %s bytes: %v, %w", name, size, fi, err)
				}
			}
			return nil
		}},
		{"counter", func(string, []string) error { return nil }},
	} {
		t.Run(c.writer, func(t *testing.T) {
			tr := record(t, c.writer)
			if err := tr.Check(powerloss.Plan{Seed: 1, States: 100, Scratch: scratch(t)}, c.check); err != nil {
				t.Error(err)
			}
		})
	}
}

// A proof that cannot fail is none: each missing step must be found.
func TestCarelessWritersAreFound(t *testing.T) {
	for _, c := range []struct {
		writer string
		check  func(string, []string) error
	}{
		{"no file sync", checkFiles},
		{"no folder sync", checkFiles},
		{"no first sync", checkFiles},
		{"sqlite normal", checkDB},
	} {
		t.Run(c.writer, func(t *testing.T) {
			tr := record(t, c.writer)
			err := tr.Check(powerloss.Plan{Seed: 1, States: 100, Scratch: scratch(t)}, c.check)
			if err == nil {
				t.Error("100 states and nothing was lost")
			}
			t.Log(err)
		})
	}
}

func TestSameSeedGivesTheSameState(t *testing.T) {
	tr := record(t, "careful")
	for i := range 20 {
		var seen [2]string
		for k := range seen {
			dir := t.TempDir()
			if err := tr.State(7, i).Write(dir); err != nil {
				t.Fatal(err)
			}
			err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				b, err := os.ReadFile(path)
				seen[k] += fmt.Sprintf("%s %d %q\n", strings.TrimPrefix(path, dir), len(b), b)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if seen[0] != seen[1] {
			t.Fatalf("state %d: %d bytes and %d bytes differ", i, len(seen[0]), len(seen[1]))
		}
	}
}
