package campaign

import (
	"fmt"
	"testing"
)

// TestLinesThatDifferAreNamed also where no value of a plan does.
func TestLinesThatDifferAreNamed(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"a\nb", "a\nb", "[]"},
		{"a\npipeline: true\nc", "a\npipeline: false\nc", "[{2 false pipeline: true} {2 true pipeline: false}]"},
		{"a\nb\nc", "a\nc\nd", "[{2 false b} {3 true d}]"},
		{"a\nb", "b\na", "[{1 false a} {2 true a}]"},
		{"", "a", "[{1 false } {1 true a}]"},
	} {
		if got := fmt.Sprint(LinesChanged(c.was, c.is)); got != c.want {
			t.Errorf("%q to %q: %s, want %s", c.was, c.is, got, c.want)
		}
	}
}
