package sqlitestore_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"hoso/shared/onebox/sqlitestore"
)

// killsVar sets how often the writer is killed; by default often enough to
// hit every phase of a commit.
const killsVar = "HOSO_TORTURE_KILLS"

func TestEveryAcknowledgedCommitSurvivesKill(t *testing.T) {
	kills := 15
	if v := os.Getenv(killsVar); v != "" {
		var err error
		if kills, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	path := file(t)
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	acknowledged := []string{}
	var slowest time.Duration
	for k := range kills {
		c := child("write", path)
		lines := begin(t, c)
		// A killed process cannot be asked when: the random moment is the test.
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(40*time.Millisecond))), func() { _ = c.Process.Kill() })
		for lines.Scan() {
			acknowledged = append(acknowledged, lines.Text())
		}
		timer.Stop()
		_ = c.Wait() // it was killed
		began := time.Now()
		s, err := sqlitestore.Open(bg, path, sqlitestore.Options{})
		if err != nil {
			t.Fatalf("after kill %d: %v", k+1, err)
		}
		slowest = max(slowest, time.Since(began))
		found, err := wholeLedger(s)
		if err != nil {
			t.Fatalf("after kill %d: %v", k+1, err)
		}
		for _, id := range acknowledged {
			if !found[id] {
				t.Fatalf("after kill %d: %s was acknowledged and is gone", k+1, id)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) < kills {
		t.Fatalf("%d commits in %d runs: nothing was tested", len(acknowledged), kills)
	}
	t.Logf("%d commits acknowledged over %d kills, slowest start %v", len(acknowledged), kills, slowest)
}
