package sqlitestore_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"hoso/shared/evidence"
	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/store"
)

// childVar makes this test binary play a part of its own on the file in
// fileVar instead of running tests: processes can be killed, and can be given
// a disk that fails.
const (
	childVar = "HOSO_STORE_TEST_CHILD"
	fileVar  = "HOSO_STORE_TEST_FILE"
)

func TestMain(m *testing.M) {
	parts := map[string]func(path string) error{
		"write":     writeForEver,
		"hold":      holdForLong,
		"sync":      withoutSync,
		"writes":    withoutWrites,
		"full-disk": onSmallDisk,
		"little":    writeALittle,
		"stubborn":  tryHard,
		"read-only": readOnly,
	}
	part, ok := parts[os.Getenv(childVar)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := part(os.Getenv(fileVar)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child prepares this binary to play part on path.
func child(part, path string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVar+"="+part, fileVar+"="+path)
	return c
}

// play runs a part to its end, which must be without error.
func play(t *testing.T, c *exec.Cmd) {
	t.Helper()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
}

// begin starts a part and waits for its first line.
func begin(t *testing.T, c *exec.Cmd) *bufio.Scanner {
	t.Helper()
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the process ended before it began")
	}
	return lines
}

// supply is how many places the ledger has.
const supply = 1 << 40

// setUp makes the ledger that ledgerAct takes from, once.
func setUp(s store.Store) error {
	_, err := s.Commit(bg, store.Commit{
		Key: "places", At: at,
		Counters: []store.Add{{Counter: "places", N: supply, Create: true}},
	})
	return err
}

// ledgerAct is one entry of a ledger: its row, its place, its event and its
// message stand or fall together. size is that of the row.
func ledgerAct(id string, size int) store.Commit {
	note, _ := json.Marshal(map[string]string{"id": id, "note": string(bytes.Repeat([]byte("x"), size))})
	return store.Commit{
		Key: "act/" + id, At: at, Result: json.RawMessage(`"` + id + `"`),
		Writes: []store.Write{{
			Key: store.Key{Part: "ledger", Sort: id}, Body: note,
			Index: []store.Entry{{Pattern: byState, Part: "all", Sort: id}},
		}},
		Counters: []store.Add{{Counter: "places", N: -1}},
		Events:   []evidence.Event{{Chain: "ledger", Type: "entered", Actor: "tester", At: at, Data: json.RawMessage(`{"id":"` + id + `"}`)}},
		Outbox:   []store.Message{store.Msg("m/"+id, "note", id)},
	}
}

// writeForEver enters acts from four goroutines and says each one that the
// store acknowledged.
func writeForEver(path string) error {
	s, err := sqlitestore.Open(context.Background(), path, sqlitestore.Options{})
	if err != nil {
		return err
	}
	if err := setUp(s); err != nil {
		return err
	}
	fmt.Println("open")
	var wg sync.WaitGroup
	failed := make(chan error, 4)
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), g, n)
				if _, err := s.Commit(bg, ledgerAct(id, 100+n%2000)); err != nil {
					failed <- err
					return
				}
				fmt.Println(id)
			}
		}()
	}
	wg.Wait()
	return <-failed
}

// holdForLong keeps the store open until it is killed.
func holdForLong(path string) error {
	if _, err := sqlitestore.Open(context.Background(), path, sqlitestore.Options{}); err != nil {
		return err
	}
	fmt.Println("open")
	time.Sleep(time.Minute)
	return nil
}

// wholeLedger checks that row, place, event, message and index of every entry
// stand together, and gives the entries.
func wholeLedger(r interface {
	store.Reader
	Damage(ctx context.Context) ([]string, error)
},
) (map[string]bool, error) {
	found := map[string]bool{}
	for p := (store.Page{}); ; {
		s, err := r.List(bg, "ledger", p)
		if err != nil {
			return nil, err
		}
		for _, rec := range s.Records {
			found[rec.Key.Sort] = true
		}
		if p.After = s.Next; s.Next == "" {
			break
		}
	}
	indexed := 0
	for p := (store.Page{}); ; {
		s, err := r.Query(bg, byState, "all", p)
		if err != nil {
			return nil, err
		}
		indexed += len(s.Records)
		if p.After = s.Next; s.Next == "" {
			break
		}
	}
	var h evidence.Head
	told := map[string]bool{}
	for {
		es, err := r.Events(bg, "ledger", h.Seq, 0)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if h, err = evidence.Follow(h, e); err != nil {
				return nil, err
			}
			entry, err := evidence.Read(e)
			if err != nil {
				return nil, err
			}
			var d struct{ ID string }
			if err := json.Unmarshal(entry.Data, &d); err != nil {
				return nil, err
			}
			if !found[d.ID] || told[d.ID] {
				return nil, fmt.Errorf("event %s #%d has no row, or comes twice", d.ID, e.Seq)
			}
			told[d.ID] = true
		}
		if len(es) == 0 {
			break
		}
	}
	head, err := r.Head(bg, "ledger")
	if err != nil {
		return nil, err
	}
	free, err := r.Counter(bg, "places")
	if err != nil {
		return nil, err
	}
	bad, err := r.Damage(bg)
	if err != nil {
		return nil, err
	}
	if head != h || supply-free != int64(len(found)) || len(told) != len(found) || indexed != len(found) || len(bad) > 0 {
		return nil, fmt.Errorf("%d rows, %d events, head %v after %v, %d places taken, %d in the index, damage: %v",
			len(found), len(told), head, h, supply-free, indexed, bad)
	}
	return found, nil
}
