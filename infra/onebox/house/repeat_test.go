package house

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hoso/shared/board"
	"hoso/shared/dossier"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/store"
)

// TestARoundIsOpenedOncePerForm: whoever did not hear that a round is open
// sends the form again, a second or a day later.
func TestARoundIsOpenedOncePerForm(t *testing.T) {
	h, ctx := openHouse(t, t.TempDir()), context.Background()
	defer h.end(t)
	admin, head := person(t, h, "Quản trị", "", people.Admin), person(t, h, "Thủ trưởng", "", people.Head)
	now := h.Clock.Now()
	s := round.Settings{
		Campaign: "c", Title: "Phong trào", Name: "Đợt một", Caps: map[dossier.Kind]int{dossier.Collective: 3, dossier.Individual: 3},
		Opens: now, Closes: now.Add(72 * time.Hour), ReturnDays: 5, Head: []string{head.ID}, Preparers: []string{admin.ID}, Clerks: clerks(t, h),
		Steps: []round.Step{{ID: "nv", Title: "Sở Nội vụ", Scope: round.ByRound, Persons: []string{head.ID}, DueDays: 5}},
	}
	for i := range 3 {
		if err := h.rooms.board.Open(ctx, "the form", admin, board.RoundID("c", "r", now.Add(time.Duration(i)*time.Second)), s); err != nil {
			t.Errorf("sent for the %d. time: %v", i+1, err)
		}
	}
	all, err := h.Store.Query(ctx, round.All, round.AllPart, store.Page{})
	if err != nil || len(all.Records) != 1 {
		t.Errorf("%d rounds, %v", len(all.Records), err)
	}
	s.Name = "Đợt hai"
	if err := h.rooms.board.Open(ctx, "the form", admin, "other", s); err == nil {
		t.Error("another round was taken for the same act")
	}
}

// TestWhatADeadProcessLeftIsRemoved: half a mail or key that a killed process
// was writing is gone after the next start, and nothing else is.
func TestWhatADeadProcessLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	openHouse(t, dir).end(t)
	for _, name := range []string{"outbox/.mail-123.tmp", "keys/.new-4", "checkpoints/.new-5", "outbox/a.eml"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openHouse(t, dir).end(t)
	var left []string
	for _, part := range []string{"outbox", "keys", "checkpoints"} {
		list, err := os.ReadDir(filepath.Join(dir, part))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			left = append(left, e.Name())
		}
	}
	slices.Sort(left)
	if got := strings.Join(left, " "); got != "a.eml log.key log.pub master.key" {
		t.Errorf("left: %s", got)
	}
}
