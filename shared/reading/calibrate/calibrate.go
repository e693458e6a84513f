// Package calibrate gives confidence its meaning: of the values given at 0.99,
// 99 in 100 are right.
//
// What reads a value judges its grounds (where the letters came from, the
// worst of them, what it was checked against) and whether to ask a person.
// The table says what share of the values on like grounds was right, measured
// on layouts of the project's corpus; layouts that it was not measured on
// check it. `make calibrate` measures it anew.
package calibrate

import (
	_ "embed"
	"encoding/json"
	"math"
	"strings"
	"sync"

	"hoso/shared/reading"
)

// Confidence below which a person is asked about a value, whatever its reader
// thought of it: of values that a decision hangs on, and of wording.
const (
	AskBelow        = 0.97
	AskWordingBelow = 0.85
)

// Least is how many values a row must rest on to be used by itself; rows that
// rest on fewer give way to the row for all fields on these grounds.
const Least = 40

// Row is the measurement for one kind of grounds.
type Row struct {
	Grounds string `json:"grounds"`
	Right   int    `json:"right"`
	Of      int    `json:"of"`
}

//go:embed table.json
var raw []byte

// Table is the measurement by grounds.
type Table map[string]Row

// Parse reads a table.
func Parse(b []byte) (Table, error) {
	var rows []Row
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, err
	}
	t := Table{}
	for _, r := range rows {
		t[r.Grounds] = r
	}
	return t, nil
}

// measured is the table that the program carries. A broken one measures
// nothing; a test holds it to its form.
var measured = sync.OnceValue(func() Table {
	t, err := Parse(raw)
	if err != nil {
		return nil
	}
	return t
})

// Grounds says on what a value rests: its source, what sort of value it is,
// the degree its reader gave it, and whether a person is asked about it.
func Grounds(field string, typ reading.Type, e reading.Evidence, asked bool) string {
	parts := []string{string(e.Source), sort(field, typ), degree(e.Confidence)}
	if asked {
		parts = append(parts, "asked")
	}
	return strings.Join(parts, " ")
}

// General gives the grounds without the sort of value.
func General(grounds string) string {
	p := strings.Fields(grounds)
	if len(p) < 3 {
		return grounds
	}
	return strings.Join(append([]string{p[0], "any"}, p[2:]...), " ")
}

func sort(field string, typ reading.Type) string {
	switch typ {
	case reading.TypeDate, reading.TypeCount, reading.TypePercent:
		return "figures"
	case reading.TypeBool:
		return "mark"
	case reading.TypeKind, reading.TypeNomineeKind:
		return "kind"
	}
	switch field {
	case "so_ky_hieu":
		return "number"
	case "ten", "nguoi_ky", "chu_tri", "thu_ky", "nguoi_xac_nhan", "nguoi_bao_cao":
		return "name"
	}
	return "words"
}

// least is the confidence below which is asked.
func least(grounds string) float64 {
	if strings.Contains(grounds, " words ") {
		return AskWordingBelow
	}
	return AskBelow
}

// degree names the reader's own degrees.
func degree(c float64) string {
	switch {
	case c >= 0.99:
		return "sure"
	case c >= 0.96:
		return "as-read"
	case c >= 0.9:
		return "likely"
	case c >= 0.75:
		return "fair"
	case c >= 0.5:
		return "doubtful"
	}
	return "poor"
}

// row gives the measurement for grounds, or false where too little was measured.
func (t Table) row(grounds string) (Row, bool) {
	row := t[grounds]
	if row.Of < Least {
		row = t[General(grounds)]
	}
	return row, row.Of >= Least
}

// share is the confidence of values on these grounds. No measurement shows
// that nothing ever goes wrong: one more right and one more wrong are counted.
func (r Row) share() float64 {
	return math.Floor(1e4*float64(r.Right+1)/float64(r.Of+2)) / 1e4
}

// below reports that the share is under least by more than chance explains:
// that the upper end of Wilson's 95 % interval is.
func (r Row) below(least float64) bool {
	const z = 1.96
	n := float64(r.Of)
	p := float64(r.Right) / n
	high := (p + z*z/(2*n) + z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
	return high < least
}

// Apply gives every value of a document its measured confidence, and asks
// about those that it shows, beyond chance, to be too often wrong. A value on grounds that
// were hardly ever met keeps what its reader thought of it.
func Apply(d *reading.Document) { measured().Apply(d) }

// Apply is the same by another table.
func (t Table) Apply(d *reading.Document) {
	for _, f := range reading.Fields(*d) {
		e := f.Evidence
		if f.Value == "" || e.Source == "" || e.Source == reading.FromPerson || e.Grounds != "" {
			continue
		}
		e.Grounds = Grounds(f.Name, f.Type, e, f.Unsure)
		ask := false
		if row, ok := t.row(e.Grounds); ok {
			e.Confidence = row.share()
			ask = row.below(least(e.Grounds)) && !f.Unsure
		}
		if f.Nominee == reading.WholeDocument {
			d.Evidence[f.Name] = e
			if ask {
				d.Doubt(f.Name)
			}
			continue
		}
		n := &d.Nominees[f.Nominee]
		n.Evidence[f.Name] = e
		n.Unsure = n.Unsure || ask
	}
}
