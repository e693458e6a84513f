package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"hoso/testdata/corpus"
	"hoso/testdata/corpus/produce"
)

// job is one dossier to make, read and score.
type job struct {
	group  string // row of the report
	family string
	wish   corpus.Wish
}

// counted reports a kept layout that confidence is counted on: nobody looks at
// what was missed there, as on the others, but the report of what confidence
// means leaves it out.
func (j job) counted() bool { return j.wish.Held && j.wish.Layout()%2 == 1 }

// Volumes of the whole corpus, in dossiers. Half of each family has layouts
// that nothing is fitted to.
const (
	perText    = 34   // of each producer with a text layer
	perScan    = 56   // of each chain
	perUnnamed = 12   // text that only a picture tells
	faulty     = 1100 // one fault each, two in every fifth
	clean      = 1000
	secret     = 60 // letters with a secrecy stamp, of each producer that has them
)

// plan lists the jobs of a share of the corpus: every part-th dossier of each
// family. Seeds are counted, so that a larger share holds the smaller one.
func plan(part, of int) []job {
	var out []job
	add := func(group, family string, from uint64, n int, faults func(i int) int) {
		for i := range n {
			if i*part/of == (i-1)*part/of && i > 0 {
				continue
			}
			seed := from + uint64(i)
			out = append(out, job{group, family, corpus.Wish{
				ID: fmt.Sprintf("%s-%05d", group, seed), Seed: seed, Held: rand.NewPCG(seed, 9).Uint64()&1 == 1, Faults: faults(i),
			}})
		}
	}
	none := func(int) int { return 0 }
	for k, f := range produce.Families() {
		n := perText
		switch {
		case f.Scanned():
			n = perScan
		case f.Layer == "no_tounicode":
			n = perUnnamed
		}
		add(f.Name, f.Name, uint64(1000*(k+1)), n, none)
	}
	add("faulty", "own", 100_000, faulty, func(i int) int { return 1 + i%5/4 })
	add("clean", "own", 200_000, clean, none)
	for i, family := range []string{"own", "type1", "tcvn3", "colour200", "bit200"} {
		group := "secret " + family
		from := len(out)
		add(group, family, uint64(300_000+1000*i), secret, none)
		for k := from; k < len(out); k++ {
			out[k].wish.Secret, out[k].wish.ID = true, fmt.Sprintf("secret-%s-%d", family, out[k].wish.Seed)
		}
	}
	// In turns, so that a run that was stopped has something of everything.
	slices.SortStableFunc(out, func(a, b job) int { return int(a.wish.Seed%1000) - int(b.wish.Seed%1000) })
	return out
}

// share reads "1/10".
func share(s string) (part, of int, err error) {
	if s == "" {
		return 1, 1, nil
	}
	a, b, ok := strings.Cut(s, "/")
	part, e1 := strconv.Atoi(a)
	of, e2 := 1, error(nil)
	if ok {
		of, e2 = strconv.Atoi(b)
	}
	if e1 != nil || e2 != nil || part < 1 || of < part {
		return 0, 0, fmt.Errorf("SHARE=%q: want something like 1/10", s)
	}
	return part, of, nil
}
