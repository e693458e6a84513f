package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"hoso/testdata/corpus/score"
)

// leastBin is how many values a bin of the calibration report holds at least.
const leastBin = 200

// bin is a run of values of like confidence.
type bin struct {
	low, high, mean float64
	right           score.Share
}

// bins sorts values by confidence and cuts them into bins; values of one
// confidence stay together.
func bins(values []score.Value) []bin {
	sorted := slices.Clone(values)
	slices.SortStableFunc(sorted, func(a, b score.Value) int {
		switch {
		case a.Confidence < b.Confidence:
			return -1
		case a.Confidence > b.Confidence:
			return 1
		}
		return 0
	})
	var out []bin
	for i := 0; i < len(sorted); {
		k := i
		for k < len(sorted) && (k-i < leastBin || sorted[k].Confidence == sorted[k-1].Confidence) {
			k++
		}
		if len(sorted)-k < leastBin { // what is left is too little for a bin of its own
			if next := sorted[k:]; len(next) > 0 {
				k = len(sorted)
			}
		}
		b := bin{low: sorted[i].Confidence, high: sorted[k-1].Confidence}
		for _, v := range sorted[i:k] {
			b.mean += v.Confidence / float64(k-i)
			b.right.Add(v.Right)
		}
		out = append(out, b)
		i = k
	}
	return out
}

// calibration prints what share is right of the values given at a confidence,
// on kept layouts that it was not counted on either, and names what is wrong with it.
func calibration(values []score.Value) []string {
	bs := bins(values)
	fmt.Printf("\nconfidence on layouts that nothing was fitted to: %d values in bins of at least %d\n", len(values), leastBin)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "confidence\tmean\tvalues\tright\t")
	var wrong []string
	for _, b := range bs {
		mark := ""
		low, high := interval(b.right)
		// A confidence may fall short of the truth by little, never go beyond it.
		if b.mean > high+0.002 || b.mean < low-0.05 {
			mark = "off"
			wrong = append(wrong, fmt.Sprintf("values given at %.3f are right in %s", b.mean, percent(b.right, 1)))
		}
		fmt.Fprintf(w, "%.4f-%.4f\t%.4f\t%d\t%s\t%s\n", b.low, b.high, b.mean, b.right.N, percent(b.right, 2), mark)
	}
	w.Flush()
	if len(bs) < 3 || bs[0].mean > 0.97 {
		wrong = append(wrong, "confidence hardly differs from value to value: it says nothing")
	}
	return wrong
}
