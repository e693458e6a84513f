package functions_test

import (
	"os"
	"testing"
)

// largest is the most that a function's program may be, in MiB, arm64 and
// stripped: what it is today and a little. It is only lowered. The aims are 12,
// and 20 for the portal.
var largest = map[string]float64{"web": 18.9, "dispatch": 12.4, "sweep": 13.3, "clock": 10.0}

// TestProgramsStayWithinTheirSizes builds the programs that link most. One
// import can bring a library to all of them: a template that calls methods by
// name brought every request of every service, eight MiB, to the portal.
func TestProgramsStayWithinTheirSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds functions")
	}
	for function, most := range largest {
		st, err := os.Stat(build(t, function, "arm64"))
		if err != nil {
			t.Fatal(err)
		}
		switch size := float64(st.Size()) / (1 << 20); {
		case size > most:
			t.Errorf("%s is %.1f MiB, at most %.1f", function, size, most)
		case size < most-1:
			t.Errorf("%s is %.1f MiB: lower the %.1f that it may be", function, size, most)
		}
	}
}
