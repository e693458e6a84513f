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
	"slices"
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

// Least is how many values a row must rest on to have a person asked; rows
// that rest on fewer give way to the row for all fields on these grounds.
const Least = 40

// heft is how many values the share on more general grounds counts for, and
// most how many any row counts for at most: values of one layout are right or
// wrong together, so that thousands tell little more than the layouts they
// stand on, of which the corpus has 120.
const (
	heft = 12
	most = 400
)

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

// General gives what grounds are a kind of, from near to far: the same without
// the sort of value, and without the degree.
func General(grounds string) []string {
	p := strings.Fields(grounds)
	if len(p) < 3 {
		return nil
	}
	join := func(degree string) string { return strings.Join(append([]string{p[0], "any", degree}, p[3:]...), " ") }
	return []string{join(p[2]), join("any")}
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
	case "nguoi_ky", "nguoi_xac_nhan", "nguoi_bao_cao":
		return "signer"
	case "ten", "chu_tri", "thu_ky":
		return "name"
	case "co_quan_ban_hanh", "co_quan_chu_quan":
		return "body"
	case "dia_danh":
		return "place"
	case "trich_yeu":
		return "subject"
	}
	return "words"
}

// least is the confidence below which is asked.
func least(grounds string) float64 {
	switch p := strings.Fields(grounds); p[1] {
	case "words", "body", "place", "subject":
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

// share is the confidence of values on these grounds, or false where nothing
// like them was measured. It goes from far to near: what was counted on more
// general grounds weighs as much as heft values, so that a few values move it
// a little and many decide. No measurement shows that nothing ever goes
// wrong: at each step one more wrong is counted.
func (t Table) share(grounds string) (float64, bool) {
	rows := General(grounds)
	slices.Reverse(rows)
	p, known := 0.0, false
	for _, g := range append(rows, grounds) {
		r := t[g]
		if r.Of == 0 {
			continue
		}
		n := min(float64(r.Of), most)
		right := n * float64(r.Right) / float64(r.Of)
		if !known {
			p, known = (right+1)/(n+2), true
			continue
		}
		p = (right + heft*p) / (n + heft + 1)
	}
	return math.Floor(1e4*p) / 1e4, known
}

// proven reports that so few values on these grounds were right that chance
// does not explain it: a person must be asked.
func (t Table) proven(grounds string) bool {
	row := t[grounds]
	if g := General(grounds); row.Of < Least && len(g) > 0 {
		row = t[g[0]]
	}
	return row.Of >= Least && row.below(least(grounds))
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
// about those that the table shows, beyond chance, to be too often wrong. A
// value on grounds that were never met keeps what its reader thought of it.
func Apply(d *reading.Document) { measured().Apply(d) }

// Apply is the same by another table.
func (t Table) Apply(d *reading.Document) {
	t.measure(d, func(f reading.Field) string {
		if f.Evidence.Grounds != "" {
			return ""
		}
		return Grounds(f.Name, f.Type, f.Evidence, f.Unsure)
	})
}

// Agree lays the readings of one dossier beside each other (reading.Agree)
// and gives the names that this confirmed or proposed the confidence that
// confirmed and proposed names were measured to have.
func Agree(rs []reading.Reading) []reading.Reading { return measured().Agree(rs) }

// Agree is the same by another table.
func (t Table) Agree(rs []reading.Reading) []reading.Reading {
	out := reading.Agree(rs)
	for i := range out {
		for k := range out[i].Documents {
			t.measure(&out[i].Documents[k], func(f reading.Field) string {
				g := f.Evidence.Grounds
				if strings.HasSuffix(g, " confirmed") || strings.HasSuffix(g, " proposed") {
					return g
				}
				return ""
			})
		}
	}
	return out
}

// measure gives values their share by the grounds that on names; "" leaves a
// value as it is.
func (t Table) measure(d *reading.Document, on func(reading.Field) string) {
	for _, f := range reading.Fields(*d) {
		e := f.Evidence
		if f.Value == "" || e.Source == "" || e.Source == reading.FromPerson {
			continue
		}
		grounds := on(f)
		if len(strings.Fields(grounds)) < 3 {
			continue
		}
		e.Grounds = grounds
		if c, ok := t.share(grounds); ok {
			e.Confidence = c
		}
		ask := !f.Unsure && t.proven(grounds)
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
