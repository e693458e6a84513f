package roomstest

import (
	"testing"

	"hoso/shared/dossier"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/sweep"
)

// TestASweepSeesPlacesThatDoNotAddUp frees a place by hand, as no act does.
func TestASweepSeesPlacesThatDoNotAddUp(t *testing.T) {
	w := setup(t)
	w.open(nil)
	w.pump()
	rep, err := w.sweep.Run(w.ctx, hours(1))
	w.ok(err)
	if rep != (sweep.Report{}) {
		t.Fatalf("a round as it is: %+v", rep)
	}
	_, err = w.real.Commit(w.ctx, store.Commit{
		Key: "forged", Request: "forged", At: w.now,
		Counters: []store.Add{{Counter: round.PlaceCounter(aRound, dossier.Kinds()[0]), N: 1}},
	})
	w.ok(err)
	if rep, err = w.sweep.Run(w.ctx, hours(1)); rep != (sweep.Report{Unbalanced: 1}) {
		t.Errorf("a place too many: %+v, %v", rep, err)
	}
}
