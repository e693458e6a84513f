package faults

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"hoso/infra/onebox/player"
)

// killsAPlay is how many kills one play meets; it goes on after each.
const killsAPlay = 20

// TestWholeRoundSurvivesKills plays the demonstration while the product is
// killed again and again, in the middle of what people do and of what it does
// by itself.
func TestWholeRoundSurvivesKills(t *testing.T) {
	kills, seed := int(number(t, "HOSO_TORTURE_KILLS", 6)), number(t, "HOSO_TORTURE_SEED", 1)
	done := 0
	for n := uint64(0); done < kills; n++ {
		done += playWithKills(t, seed*1000+n, min(killsAPlay, kills-done))
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills", done)
}

func playWithKills(t *testing.T, seed uint64, kills int) int {
	t.Helper()
	s := newService(t)
	w := between(s, seed, kills)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	w.begin()
	var talk bytes.Buffer
	play := player.New(player.Options{
		Server: s.portal(), Box: player.FolderBox{Dir: filepath.Join(s.data, "outbox")},
		Secret: s.secret, OperatorEmail: operator, Out: &talk,
	})
	began := time.Now()
	err := play.Run(context.Background())
	w.mu.Lock()
	w.left, w.fuse = 0, 0
	w.mu.Unlock()
	if err = errors.Join(err, s.stop()); err != nil {
		t.Errorf("seed %d, after %d kills: %v\n%s", seed, s.kills, err, talk.String())
		return s.kills
	}
	t.Logf("seed %d: %d kills in %.1f s, slowest start %.1f s", seed, s.kills, time.Since(began).Seconds(), s.slow.Seconds())
	if s.kills == 0 {
		t.Error("nothing was killed")
	}
	kept(t, s, w)
	return s.kills
}
