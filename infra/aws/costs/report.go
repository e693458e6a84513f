package costs

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

//go:embed prices.json
var prices []byte

//go:embed ratchet.json
var ratchet []byte

// Prices are list prices by item, with where and when they were read, and
// what no count gives.
type Prices struct {
	Region string
	Day    string
	Items  map[string]struct {
		USD    float64
		Source string
	}
	Assumed map[string]struct {
		N   int
		MS  float64
		Why string
	}
}

// List reads the prices.
func List() (Prices, error) {
	var p Prices
	return p, json.Unmarshal(prices, &p)
}

// Ratchet reads the most that each figure may be: it is only ever lowered.
func Ratchet() (map[string]float64, error) {
	most := map[string]float64{}
	return most, json.Unmarshal(ratchet, &most)
}

// Dossier is what one dossier took.
type Dossier struct {
	Files, Decisions int
	DocumentStates   int // most states entered by a document's run
	DossierStates    int // states entered by the dossier's runs
	Table            Count
	Amounts          map[string]float64 // by item of the prices
}

// USD gives what it comes to, item by item, and together.
func (d Dossier) USD(p Prices) (each map[string]float64, total float64, err error) {
	each = map[string]float64{}
	for _, item := range slices.Sorted(maps.Keys(d.Amounts)) {
		price, ok := p.Items[item]
		if !ok {
			return nil, 0, fmt.Errorf("no price of %s", item)
		}
		each[item] = d.Amounts[item] * price.USD
		total += each[item]
	}
	return each, total, nil
}

// Figures are what the ratchet holds.
func (d Dossier) Figures(total float64, pages map[string]float64) map[string]float64 {
	out := map[string]float64{
		"transitions of a document": float64(d.DocumentStates), "transitions of a dossier": float64(d.DossierStates),
		"write units": Sum(d.Table.Writes) - d.Table.Writes[Lost], "write units of lost races": d.Table.Writes[Lost], "usd": total,
	}
	for page, units := range pages {
		out["read units of "+page] = units
	}
	return out
}

// Write prints the report.
func (d Dossier) Write(w io.Writer, p Prices, pages map[string]float64) error {
	each, total, err := d.USD(p)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', tabwriter.AlignRight)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(t, format+"\t\n", args...) }
	line("One dossier of %d files with %d decisions, returned never, without OCR", d.Files, d.Decisions)
	line("states entered by a document's run\t%d", d.DocumentStates)
	line("states entered by the dossier's runs\t%d", d.DossierStates)
	for _, k := range slices.Sorted(maps.Keys(d.Table.Writes)) {
		line("write units: %s\t%.0f", k, d.Table.Writes[k])
	}
	line("commits\t%d", d.Table.Calls["TransactWriteItems"])
	line("write units together\t%.0f", Sum(d.Table.Writes))
	for _, k := range slices.Sorted(maps.Keys(d.Table.Reads)) {
		line("read units: %s\t%.1f", k, d.Table.Reads[k])
	}
	for _, k := range slices.Sorted(maps.Keys(pages)) {
		line("read units of one page: %s\t%.1f", k, pages[k])
	}
	line("\t")
	line("at list prices of %s (%s)\tamount\tUSD", p.Day, p.Region)
	for _, k := range slices.Sorted(maps.Keys(each)) {
		line("%s\t%.1f\t%.6f", k, d.Amounts[k], each[k])
	}
	line("together\t\t%.6f", total)
	line("100,000 such dossiers a year\t\t%.0f", total*100_000)
	return t.Flush()
}
