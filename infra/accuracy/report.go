package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"hoso/testdata/corpus/produce"
	"hoso/testdata/corpus/score"
)

// interval is Wilson's 95 % interval of a share.
func interval(s score.Share) (low, high float64) {
	if s.N == 0 {
		return 0, 1
	}
	const z = 1.96
	n, p := float64(s.N), float64(s.OK)/float64(s.N)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

func rate(s score.Share) float64 {
	if s.N == 0 {
		return math.NaN()
	}
	return float64(s.OK) / float64(s.N)
}

// percent writes a share with its interval.
func percent(s score.Share, digits int) string {
	if s.N == 0 {
		return "-"
	}
	low, high := interval(s)
	return fmt.Sprintf("%.*f (%.*f-%.*f)", digits, 100*rate(s), digits, 100*low, digits, 100*high)
}

// class says which row of the targets a group belongs to.
func class(group string) string {
	f, ok := produce.Find(group)
	switch {
	case strings.HasPrefix(group, "secret "):
		return "secret"
	case group == "poor150":
		return "scans 150 dpi"
	case group == "photo":
		return "photographed"
	case ok && f.Scanned():
		return "scans 200-300 dpi"
	case ok && f.Layer == "no_tounicode":
		return "text without a map"
	case ok:
		return "text layer"
	}
	return group
}

// columns of the report: what is counted, and how it is held to the bar.
var columns = []struct {
	name, head string
	of         func(r *score.Result) score.Share
	lower      bool // lower is better
}{
	{"cer", "CER", func(r *score.Result) score.Share { return r.Letters }, true},
	{"kind", "kind", shareOf("kind"), false},
	{"fields", "fields", shareOf("fields"), false},
	{"key", "key", shareOf("key"), false},
	{"lists", "lists", shareOf("lists"), false},
	{"attrs", "list fields", shareOf("attrs"), false},
	{"cells", "cells", shareOf("cells"), false},
	{"silent", "silent", func(r *score.Result) score.Share { return r.Silent }, true},
	{"asked", "asked", func(r *score.Result) score.Share { return r.Asked }, true},
	{"precision", "precision", func(r *score.Result) score.Share { return score.Share{OK: r.TP, N: r.TP + r.FP} }, false},
	{"recall", "recall", func(r *score.Result) score.Share { return score.Share{OK: r.TP, N: r.TP + r.FN} }, false},
	{"stopped", "stopped", shareOf("stopped"), false},
	{"exact", "dossiers exact", func(r *score.Result) score.Share { return r.Exact }, false},
}

func shareOf(name string) func(r *score.Result) score.Share {
	return func(r *score.Result) score.Share { return r.Shares[name] }
}

// tell prints the report and holds it to the bar.
func tell(o options, jobs []job, results []*score.Result, whole, part bool) error {
	sums, order := map[string]*score.Result{}, []string{}
	add := func(name string, r *score.Result) {
		if sums[name] == nil {
			sums[name] = &score.Result{}
			order = append(order, name)
		}
		sums[name].Plus(r)
	}
	var tuned, held, misses, all []string
	var fitted, kept []score.Value
	for i, j := range jobs {
		r := results[i]
		add(j.group, r)
		if j.wish.Held {
			held = append(held, r.Misses...)
		} else {
			tuned = append(tuned, r.Misses...)
		}
		if j.wish.Held && !j.counted() {
			kept = append(kept, r.Values...)
		} else {
			fitted = append(fitted, r.Values...)
		}
		all = append(all, r.Misses...)
	}
	groups := len(order)
	for i, j := range jobs {
		name := class(j.group)
		add("= "+name, results[i])
		if j.wish.Held {
			add("= "+name+", kept layouts", results[i])
		}
	}
	slices.Sort(order[groups:])
	table(order, groups, sums, jobs)
	perField(sums)
	if o.verbose {
		for _, m := range tuned {
			fmt.Println("  !", m)
		}
		fmt.Printf("and %d on kept layouts, which nobody looks at while changing the reader\n", len(held))
	}
	if o.misses != "" {
		if err := writeLines(o.misses, append(misses, all...)); err != nil {
			return err
		}
	}
	if o.fit {
		return fit(fitted)
	}
	wrong := calibration(kept)
	if o.record {
		return record(sums)
	}
	if part {
		wrong = nil // some rows alone cannot show what confidence means
	}
	wrong = append(wrong, belowBar(sums, whole)...)
	if len(wrong) > 0 {
		return fmt.Errorf("below the bar:\n  %s", strings.Join(wrong, "\n  "))
	}
	return nil
}

func table(order []string, groups int, sums map[string]*score.Result, jobs []job) {
	count := map[string]int{}
	for _, j := range jobs {
		count[j.group]++
		count["= "+class(j.group)]++
		if j.wish.Held {
			count["= "+class(j.group)+", kept layouts"]++
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "percent (95 % interval)\tdossiers\tfiles")
	for _, c := range columns {
		fmt.Fprint(w, "\t", c.head)
	}
	fmt.Fprintln(w)
	for i, name := range order {
		if i == groups {
			fmt.Fprintln(w)
		}
		r := sums[name]
		fmt.Fprintf(w, "%s\t%d\t%d", name, count[name], r.Files)
		for _, c := range columns {
			digits := 1
			if c.name == "cer" || c.name == "silent" {
				digits = 2
			}
			fmt.Fprint(w, "\t", percent(c.of(r), digits))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// perField prints the share of each field that is right, by class.
func perField(sums map[string]*score.Result) {
	classes := []string{"= text layer", "= scans 200-300 dpi", "= scans 150 dpi"}
	names := map[string]bool{}
	for _, c := range classes {
		if sums[c] != nil {
			for k := range sums[c].Shares {
				if strings.HasPrefix(k, "f:") || k == "hand" {
					names[k] = true
				}
			}
		}
	}
	var sorted []string
	for n := range names {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "\nfield")
	for _, c := range classes {
		fmt.Fprint(w, "\t", strings.TrimPrefix(c, "= "))
	}
	fmt.Fprintln(w)
	for _, n := range sorted {
		name := strings.TrimPrefix(n, "f:")
		if n == "hand" {
			name = "by hand or stamp, really read"
		}
		fmt.Fprint(w, name)
		for _, c := range classes {
			cell := "-"
			if sums[c] != nil {
				cell = percent(sums[c].Shares[n], 1)
			}
			fmt.Fprint(w, "\t", cell)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// barFile records what was reached; a run below it fails.
const barFile = "infra/accuracy/bar.json"

// barred are the classes held to the bar, with their columns. What a scan
// gives depends a little on chance: its bar is the worse end of the interval
// of the run that was recorded.
var barred = []struct {
	class   string
	chance  bool
	columns []string
}{
	{"= text layer", false, []string{"cer", "kind", "fields", "key", "lists", "attrs", "cells", "silent", "asked"}},
	{"= scans 200-300 dpi", true, []string{"cer", "kind", "fields", "key", "lists", "cells", "silent", "asked"}},
	{"= scans 150 dpi", true, []string{"cer", "kind", "fields", "key", "lists", "cells", "silent", "asked"}},
	{"= photographed", true, []string{"cer", "kind", "silent"}},
	{"= secret", false, []string{"stopped"}},
	{"= faulty", false, []string{"precision", "recall"}},
	{"= clean", false, []string{"exact"}},
}

// bar is the least (or most) of each column in percent, by class.
type bar map[string]map[string]float64

func record(sums map[string]*score.Result) error {
	out := bar{}
	for _, b := range barred {
		if sums[b.class] == nil {
			return fmt.Errorf("the run has no %q: record a run of everything", b.class)
		}
		out[b.class] = map[string]float64{}
		for _, c := range columns {
			if !slices.Contains(b.columns, c.name) {
				continue
			}
			s := c.of(sums[b.class])
			v := rate(s)
			if low, high := interval(s); b.chance {
				v = low
				if c.lower {
					v = high
				}
			}
			out[b.class][c.name] = math.Round(1e3*100*v) / 1e3
		}
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(barFile, append(b, '\n'), 0o644)
}

// belowBar names what is worse than the bar: by the figures themselves if the
// corpus was run whole, else only where chance does not explain it.
func belowBar(sums map[string]*score.Result, whole bool) []string {
	raw, err := os.ReadFile(barFile)
	if err != nil {
		return []string{err.Error()}
	}
	var least bar
	if err := json.Unmarshal(raw, &least); err != nil {
		return []string{barFile + ": " + err.Error()}
	}
	var out []string
	for _, b := range barred {
		if sums[b.class] == nil {
			if whole {
				out = append(out, "no "+b.class)
			}
			continue
		}
		for _, c := range columns {
			want, ok := least[b.class][c.name]
			s := c.of(sums[b.class])
			if !ok || s.N == 0 {
				continue
			}
			low, high := interval(s)
			best := 100 * rate(s)
			switch {
			case whole:
			case c.lower:
				best = 100 * low
			default:
				best = 100 * high
			}
			const slack = 1e-3
			if !c.lower && best < want-slack || c.lower && best > want+slack {
				out = append(out, fmt.Sprintf("%s, %s: %s, the bar is %.3f", b.class, c.head, percent(s, 3), want))
			}
		}
	}
	return out
}
