package round_test

import (
	"fmt"
	"math/big"
	"testing"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/round"
)

// TestSharesOfAHeadcountAreExact holds the limit against exact fractions for
// every headcount up to ten thousand.
func TestSharesOfAHeadcountAreExact(t *testing.T) {
	for _, share := range []campaign.Ratio{{Num: 3, Den: 20}, {Num: 1, Den: 3}, {Num: 9333, Den: 10000}} {
		for n := 1; n <= 10000; n++ {
			exact := new(big.Rat).Mul(big.NewRat(share.Num, share.Den), big.NewRat(int64(n), 1))
			down := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
			up := down
			if !exact.IsInt() {
				up++
			}
			near := down
			if new(big.Rat).Sub(exact, big.NewRat(down, 1)).Cmp(big.NewRat(1, 2)) >= 0 {
				near++
			}
			for how, want := range map[campaign.Rounding]int64{campaign.RoundDown: down, campaign.RoundUp: up, campaign.RoundNearest: near} {
				s := round.Settings{UnitShare: &share, Rounding: how}
				if most, _ := s.Nominations(n); int64(most[dossier.Individual]) != want {
					t.Fatalf("%v of %d, %s: %d, want %d", share, n, how, most[dossier.Individual], want)
				}
			}
		}
	}
	s := round.Settings{UnitShare: &campaign.Ratio{Num: 3, Den: 20}, Rounding: campaign.RoundDown, UnitCaps: map[dossier.Kind]int{dossier.Individual: 5, dossier.Collective: 1}}
	for people, want := range map[int]string{0: "5 ", 19: "2 3/20 của 19 người, làm tròn xuống", 100: "5 "} {
		if most, how := s.Nominations(people); fmt.Sprint(most[dossier.Individual], " ", how) != want || most[dossier.Collective] != 1 {
			t.Errorf("%d people: %v %q, want %q", people, most, how, want)
		}
	}
	if most, _ := (round.Settings{UnitShare: s.UnitShare}).Nominations(0); len(most) != 0 {
		t.Errorf("a share of nobody knows how many: %v", most)
	}
}
