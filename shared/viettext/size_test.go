package viettext

import (
	"strings"
	"testing"
)

// A hostile text is long. What grows faster than its input would not end here.
func TestLongTextsAreRead(t *testing.T) {
	for _, unit := range []string{"p. ", "ngày ", "1/", "a\u0301", "- ", "UBND huyện, "} {
		s := strings.Repeat(unit, 300_000/len(unit))
		CompareBodies(s, s, s)
		FindDates(s)
		FindDocNumbers(s)
		StripHonorifics(s)
		Rotations(s)
		LooseKey(s)
	}
}
