package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"hoso/infra/onebox/player"
)

// killsAPlay is how many kills one play meets; it goes on after each.
const killsAPlay = 20

// TestWholeRoundSurvivesKillsAndAFullDisk plays the demonstration while the
// product is killed again and again, in the middle of what people do and of
// what it does by itself, and while its disk has no room now and then: what
// does not fit is refused, and taken when there is room.
func TestWholeRoundSurvivesKillsAndAFullDisk(t *testing.T) {
	kills, seed := int(number(t, "HOSO_TORTURE_KILLS", 6)), number(t, "HOSO_TORTURE_SEED", 1)
	done := 0
	for n := uint64(0); done < kills && !t.Failed(); n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			now := min(killsAPlay, kills-done)
			done += playWithFaults(t, seed*1000+n, now, (now+1)/2)
		})
	}
	t.Logf("%d kills", done)
}

func playWithFaults(t *testing.T, seed uint64, kills, floods int) int {
	t.Helper()
	r, err := newRoom(t, 96)
	if err != nil {
		if os.Getenv("HOSO_COMPLETE") == "1" {
			t.Fatalf("no small disk: %v", err)
		}
		t.Logf("no small disk can be mounted here, a full one is not tried: %v", err)
		r, floods = nil, 0
	}
	s := newService(t, r)
	w := between(s, seed, kills)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	w.begin()
	over := make(chan struct{})
	ended := r.flood(floods, over)
	ok := plays(t, s, w)
	close(over)
	full := <-ended
	refused := 0
	for _, a := range w.acts {
		if a.status == http.StatusServiceUnavailable || a.status == http.StatusInsufficientStorage {
			refused++
		}
	}
	t.Logf("seed %d: %d kills, slowest start %.1f s; full %d times, %d acts refused", seed, s.kills, s.slow.Seconds(), full, refused)
	if ok {
		if r != nil {
			s.seen = r.copyOut(s.data)
		}
		kept(t, s, w)
	}
	if s.kills == 0 || full == 0 && floods > 0 {
		t.Error("nothing befell it")
	}
	return s.kills
}

// plays plays the demonstration to its end, stops the product, and reports
// whether all was as it should be.
func plays(t *testing.T, s *service, w *wire) bool {
	t.Helper()
	var talk bytes.Buffer
	play := player.New(player.Options{
		Server: s.portal(), Box: player.FolderBox{Dir: filepath.Join(s.seen, "outbox")},
		Secret: s.secret, OperatorEmail: operator, Out: &talk,
	})
	err := play.Run(context.Background())
	w.mu.Lock()
	w.left, w.fuse = 0, 0
	w.mu.Unlock()
	if err = errors.Join(err, s.stop()); err != nil {
		t.Errorf("after %d kills: %v\n%s", s.kills, err, talk.String())
	}
	return err == nil
}
