package campaign

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// LeafRow is one leaf as a list shows it.
type LeafRow struct {
	Name   string // "rounds.so-ket-2023.caps.tap_the"
	Text   string // the value as text; "" if not stated
	Status Status
	Quote  string
	Source string
}

// Leaves lists every leaf of the campaign in the order of its file.
func (c *Campaign) Leaves() []LeafRow {
	var rows []LeafRow
	visit(c, func(_, name string, l anyLeaf) {
		f := l.facts()
		rows = append(rows, LeafRow{Name: name, Text: textOf(f), Status: f.status, Quote: f.quote, Source: f.source})
	})
	return rows
}

func textOf(f leafFacts) string {
	switch v := f.value.(type) {
	case nil:
		return ""
	case []string:
		return strings.Join(v, "; ")
	case bool:
		if v {
			return "có"
		}
		return "không"
	case Form:
		return v.String()
	}
	data, err := json.Marshal(f.value)
	if err != nil {
		return fmt.Sprint(f.value)
	}
	return strings.Trim(string(data), `"`)
}

var layerLine = regexp.MustCompile(`(?m)^layer:`)

// IsRuleFile reports whether data is meant as a rule file: only those have a
// layer.
func IsRuleFile(data []byte) bool { return layerLine.Match(data) }
