package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryBenchmarkIsThere: the benchmarks are not run by the tests, so one
// that went away, or a metric that is called otherwise, would be missed late.
func TestEveryBenchmarkIsThere(t *testing.T) {
	for _, s := range sources {
		names, err := filepath.Glob(filepath.Join("..", "..", s.pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		for name := range strings.SplitSeq(s.bench, "|") {
			if name = strings.TrimSuffix(name, "$"); !strings.Contains(all.String(), "func "+name+"(b *testing.B)") {
				t.Errorf("%s has no %s", s.pkg, name)
			}
		}
		for _, r := range s.figures {
			for _, metric := range []string{r.metric, r.ratio} {
				if metric != "" && (metric == r.metric || r.of() == "") && !strings.Contains(all.String(), `"`+metric+`"`) {
					t.Errorf("%s: nothing reports %q", s.pkg, metric)
				}
			}
		}
	}
}
