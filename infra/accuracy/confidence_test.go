package main

import (
	"testing"

	"hoso/testdata/corpus/score"
)

// given makes values of which right in a hundred are right, stated at c.
func given(n int, c float64, right int) []score.Value {
	var out []score.Value
	for i := range n {
		out = append(out, score.Value{Field: "to_trinh.nguoi_ky", Confidence: c, Right: i%100 < right})
	}
	return out
}

func TestConfidenceMustMeanWhatItSays(t *testing.T) {
	join := func(all ...[]score.Value) (out []score.Value) {
		for _, v := range all {
			out = append(out, v...)
		}
		return out
	}
	for name, c := range map[string]struct {
		values []score.Value
		well   bool
	}{
		"each bin as stated":         {join(given(300, 0.8, 80), given(300, 0.95, 95), given(300, 0.995, 100)), true},
		"the lowest promises more":   {join(given(300, 0.9, 78), given(300, 0.95, 95), given(300, 0.995, 100)), false},
		"the highest promises more":  {join(given(300, 0.8, 80), given(300, 0.95, 95), given(300, 0.999, 97)), false},
		"far more right than stated": {join(given(300, 0.6, 100), given(300, 0.95, 95), given(300, 0.995, 100)), false},
		"a constant":                 {given(900, 0.95, 95), false},
	} {
		if wrong := calibration(c.values); (len(wrong) == 0) != c.well {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}

// TestConfidenceIsNotJudgedWhereItWasCounted: the layouts of the report are
// none of those that the table was counted on.
func TestConfidenceIsNotJudgedWhereItWasCounted(t *testing.T) {
	counted, judged := map[int]bool{}, map[int]bool{}
	for _, j := range plan(1, 1) {
		if layout := j.wish.Layout(); j.counted() || !j.wish.Held {
			counted[layout] = true
		} else {
			judged[layout] = true
		}
	}
	for layout := range judged {
		if counted[layout] {
			t.Errorf("layout %d is on both sides", layout)
		}
	}
	if len(judged) < 20 || len(counted) < 20 {
		t.Errorf("%d layouts judged, %d counted", len(judged), len(counted))
	}
}
