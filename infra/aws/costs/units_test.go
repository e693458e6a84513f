package costs

import "testing"

func s(v string) map[string]any { return map[string]any{"S": v} }

// TestUnitsFollowTheRules holds sizes and index writes to hand-worked cases.
func TestUnitsFollowTheRules(t *testing.T) {
	it := Item{"pk": s("r#a"), "sk": s("b"), "rev": map[string]any{"N": "12"}, "x": map[string]any{"B": "AAAA"}}
	if got := it.size(); got != 2+3+2+1+3+2+1+3 {
		t.Errorf("size %d", got)
	}
	for bytes, want := range map[int]float64{0: 1, 1: 1, 1024: 1, 1025: 2, 5000: 5} {
		if got := writeUnits(bytes); got != want {
			t.Errorf("%d bytes: %v write units", bytes, got)
		}
	}
	for bytes, want := range map[int]float64{1: 1, 4096: 1, 4097: 2} {
		if got := readUnits(bytes); got != want {
			t.Errorf("%d bytes: %v read units", bytes, got)
		}
	}
	in := func(sort string) Item { return Item{"pk": s("r#a"), "sk": s("b"), "by1p": s("p"), "by1s": s(sort)} }
	due := Item{"pk": s("o#a"), "sk": s("-"), "dpk": s("o"), "dsk": s("0")}
	for name, c := range map[string]struct {
		before, after Item
		want          float64
	}{
		"none": {nil, it, 0}, "appears": {nil, in("1"), 1}, "changes": {in("1"), in("1"), 1}, "moves": {in("1"), in("2"), 2},
		"goes": {in("1"), nil, 1}, "keys only, unchanged": {due, due, 0}, "keys only, settled": {due, nil, 1},
	} {
		if got := indexUnits(c.before, c.after); got != c.want {
			t.Errorf("%s: %v units, want %v", name, got, c.want)
		}
	}
}
