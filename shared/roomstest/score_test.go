package roomstest

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"hoso/shared/appraisal"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/people"
	"hoso/shared/round"
	"hoso/shared/selection"
)

// scoredRound opens a round that is scored by two criteria, with three
// appraisers at its step and a dossier of two nominees before them.
func scoredRound(t *testing.T) (*world, string) {
	w := setup(t)
	w.open(func(s *round.Settings) {
		s.Steps[0].Persons = ids(w.appraisers[:3])
		for _, k := range dossier.Kinds() {
			s.Criteria = append(s.Criteria, round.Criterion{ID: "a", Kind: k, Text: "A", Max: 60}, round.Criterion{ID: "b", Kind: k, Text: "B", Max: 30})
		}
	})
	w.seed("dossier-01", dossier.InAppraisal, dossier.Pending, 2)
	w.pump()
	return w, w.dossier("dossier-01").Task
}

func (w *world) score(who people.Actor, task string, points ...[2]int) error {
	d := w.dossier("dossier-01")
	say := appraisal.Scoring{Shown: get[dossier.Revision](w, dossier.RevisionKey(d.ID, d.Revision)).Hash, Marks: map[string]map[string]int{}}
	for i, p := range points {
		say.Marks[d.Nominees[i].ID] = map[string]int{"a": p[0], "b": p[1]}
	}
	return w.appraisal.Score(w.ctx, w.id(), who, task, say)
}

func TestSeveralAppraisersScoreAndTheSpreadIsKept(t *testing.T) {
	w, task := scoredRound(t)
	w.ok(w.score(w.appraisers[0], task, [2]int{60, 30}, [2]int{0, 0}))
	w.ok(w.score(w.appraisers[1], task, [2]int{30, 15}, [2]int{1, 0}))
	w.ok(w.score(w.appraisers[1], task, [2]int{30, 0}, [2]int{1, 0})) // again, instead
	w.refused(w.score(w.appraisers[4], task, [2]int{1, 1}, [2]int{1, 1}), fault.NotFound)
	for _, bad := range [][][2]int{{{61, 0}, {0, 0}}, {{-1, 0}, {0, 0}}, {{1, 1}}} {
		w.refused(w.score(w.appraisers[2], task, bad...), fault.Invalid)
	}
	own := people.Actor{Person: w.appraisers[2].Person, Method: "code"}
	own.Unit = "u1"
	w.refused(w.score(own, task, [2]int{1, 1}, [2]int{1, 1}), fault.Denied)
	w.ok(w.ruleAll(w.appraisers[2], "dossier-01", dossier.Approved))
	w.refused(w.score(w.appraisers[0], task, [2]int{1, 1}, [2]int{1, 1}), fault.Gone)
	w.pump()
	d := w.dossier("dossier-01")
	// 100 and 33,33: mean 66,67 (66,665, a half goes up); 0 and 1,11: mean 0,56.
	if a := d.Nominees[0]; a.Score != 6667 || *a.Marked != (dossier.Marked{Sheets: 2, Mean: 6667, Low: 3333, High: 10000}) {
		t.Errorf("%d, %+v", a.Score, a.Marked)
	}
	if b := d.Nominees[1]; b.Score != 56 || b.Marked.High != 111 {
		t.Errorf("%d, %+v", b.Score, b.Marked)
	}
	cs, err := selection.Candidates(w.ctx, w.real, aRound)
	w.ok(err)
	if len(cs) != 2 || cs[0].Marked == nil {
		t.Errorf("%+v", cs)
	}
	if n := w.most["appraisal.scored"]; n != 6 {
		t.Errorf("a sheet is %d items", n)
	}
}

func TestASheetBesideADecisionComesBeforeOrNotAtAll(t *testing.T) {
	w, task := scoredRound(t)
	w.store.before = beside(func() { w.ok(w.ruleAll(w.appraisers[1], "dossier-01", dossier.Approved)) })
	w.refused(w.score(w.appraisers[0], task, [2]int{60, 30}, [2]int{0, 0}), fault.Gone)
	w.pump()
	if n := w.dossier("dossier-01").Nominees[0]; n.Marked != nil {
		t.Errorf("a sheet that never came counts: %+v", n.Marked)
	}
}

// TestMeansAreExact holds the mean against exact fractions.
func TestMeansAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		totals := rapid.SliceOfN(rapid.IntRange(0, 10000), 1, 10).Draw(t, "totals")
		var sheets []dossier.Sheet
		sum := new(big.Rat)
		for _, x := range totals {
			sheets = append(sheets, dossier.Sheet{Totals: map[string]int{"n": x}})
			sum.Add(sum, big.NewRat(int64(x), 1))
		}
		sum.Quo(sum, big.NewRat(int64(len(totals)), 1)).Add(sum, big.NewRat(1, 2))
		want := new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
		if m := dossier.Marks(sheets, "n"); int64(m.Mean) != want || m.Sheets != len(totals) || m.Low > m.Mean || m.High < m.Mean {
			t.Fatalf("%+v, want %d", m, want)
		}
	})
}
