package house

import (
	"context"
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
		Opens: now, Closes: now.Add(72 * time.Hour), ReturnDays: 5, Head: []string{head.ID}, Preparers: []string{admin.ID}, Clerks: []string{admin.ID, head.ID},
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
