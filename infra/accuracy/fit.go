package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"hoso/shared/reading/calibrate"
	"hoso/testdata/corpus/score"
)

// tableFile is the table of confidences that the product carries.
const tableFile = "shared/reading/calibrate/table.json"

// fit counts, for each kind of grounds, how many values on them were right,
// and writes the table. Layouts of the report may not come in.
func fit(values []score.Value) error {
	rows := map[string]*calibrate.Row{}
	count := func(grounds string, right bool) {
		r := rows[grounds]
		if r == nil {
			r = &calibrate.Row{Grounds: grounds}
			rows[grounds] = r
		}
		r.Of++
		if right {
			r.Right++
		}
	}
	for _, v := range values {
		if v.Grounds != "" {
			count(v.Grounds, v.Right)
			for _, g := range calibrate.General(v.Grounds) {
				count(g, v.Right)
			}
		}
	}
	var b bytes.Buffer
	b.WriteString("[\n")
	for i, g := range slices.Sorted(maps.Keys(rows)) {
		if i > 0 {
			b.WriteString(",\n")
		}
		line, err := json.Marshal(rows[g])
		if err != nil {
			return err
		}
		b.Write(line)
	}
	b.WriteString("\n]\n")
	fmt.Printf("%d values on %d kinds of grounds\n", len(values), len(rows))
	return os.WriteFile(tableFile, b.Bytes(), 0o644)
}
