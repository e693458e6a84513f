// Package costs counts what the AWS edition's requests to its table cost and
// what a dossier comes to at list prices. Units are worked out from the items
// that requests and answers carry, by Amazon's published rules; no stand-in's
// own count is used.
package costs

import (
	"encoding/base64"
	"math"
	"strings"
	"unicode/utf8"
)

// Item is a DynamoDB item as its JSON protocol writes it: attribute name to
// type to value.
type Item map[string]map[string]any

// size is the item's size in bytes: names and values. Source: Amazon DynamoDB
// Developer Guide, "Item sizes and formats".
func (it Item) size() int {
	n := 0
	for name, v := range it {
		n += len(name)
		for kind, x := range v {
			s, _ := x.(string)
			switch kind {
			case "S":
				n += len(s)
			case "N":
				n += (utf8.RuneCountInString(strings.Trim(s, "-0."))+1)/2 + 1
			case "B":
				n += base64.StdEncoding.DecodedLen(len(s)) - strings.Count(s, "=")
			default:
				n++
			}
		}
	}
	return n
}

// text gives an attribute that is a string.
func (it Item) text(name string) string {
	s, _ := it[name]["S"].(string)
	return s
}

// writeUnits is what writing so many bytes costs: one for each started KB.
func writeUnits(bytes int) float64 { return math.Max(1, math.Ceil(float64(bytes)/1024)) }

// readUnits is what a consistent read of so many bytes costs: one for each
// started 4 KB.
func readUnits(bytes int) float64 { return math.Max(1, math.Ceil(float64(bytes)/4096)) }

// indexes are the global indexes: the attributes that key them, and whether
// they hold whole items.
var indexes = map[string]struct {
	part, sort string
	whole      bool
}{
	"due": {"dpk", "dsk", false}, "by1": {"by1p", "by1s", true}, "by2": {"by2p", "by2s", true}, "by3": {"by3p", "by3s", true},
}

// indexUnits is what the global indexes cost when an item becomes another:
// one write where an entry appears, changes or goes, two where it moves.
// Source: Developer Guide, "Provisioned throughput considerations for Global
// Secondary Indexes".
func indexUnits(before, after Item) float64 {
	total := 0.0
	for _, x := range indexes {
		in := func(it Item) (key string, bytes int) {
			if it == nil || it.text(x.part) == "" || it.text(x.sort) == "" {
				return "", 0
			}
			if x.whole {
				return it.text(x.part) + "\x00" + it.text(x.sort), it.size()
			}
			keys := Item{}
			for _, a := range []string{"pk", "sk", x.part, x.sort} {
				keys[a] = it[a]
			}
			return it.text(x.part) + "\x00" + it.text(x.sort), keys.size()
		}
		was, old := in(before)
		is, now := in(after)
		switch {
		case was == "" && is == "", was == is && !x.whole:
		case was == "":
			total += writeUnits(now)
		case is == "":
			total += writeUnits(old)
		case was == is:
			total += writeUnits(max(old, now))
		default:
			total += writeUnits(old) + writeUnits(now)
		}
	}
	return total
}
