package validate

import (
	"fmt"
	"slices"
	"unicode"

	"hoso/shared/dossier"
	"hoso/shared/reading"
)

const (
	// shingle is how many words in a row are compared: fewer are turns of
	// phrase that all reports share, more miss a sentence with one word changed.
	shingle = 6
	// copied is the share of the shorter report's text that stands in the
	// other from which a person should look.
	copied = 0.8
	// fewShingles is the least text that is compared: shorter reports are all
	// headings.
	fewShingles = 60
	// sampled: one shingle in so many is kept. Which ones depends on the words
	// alone, so that two reports keep the same of what they share.
	sampled = 4
)

// alike hints at reports that are copies of each other. What most reports of
// the dossier share is the form they were written on and is left out.
func (c *dossierCase) alike() {
	var sets [][]uint64
	var of []part
	for _, r := range c.reports {
		if s, n := shingles(r.text()); n >= fewShingles {
			sets, of = append(sets, s), append(of, r)
		}
	}
	if len(sets) < 2 {
		return
	}
	if len(sets) > 3 {
		sets = withoutForm(sets)
	}
	group := make([]int, len(sets)) // union of those alike, by their first
	best := make([]float64, len(sets))
	for i := range sets {
		group[i] = i
	}
	for i := range sets {
		for k := i + 1; k < len(sets); k++ {
			if len(sets[i]) < fewShingles/sampled || len(sets[k]) < fewShingles/sampled || onePage(of[i], of[k]) || c.onePerson(of[i].doc, of[k].doc) {
				continue
			}
			share := float64(common(sets[i], sets[k])) / float64(min(len(sets[i]), len(sets[k])))
			if share >= copied {
				a, b := root(group, i), root(group, k)
				group[max(a, b)] = min(a, b)
				best[min(a, b)] = max(best[a], best[b], share)
			}
		}
	}
	for i := range sets {
		if root(group, i) != i {
			continue
		}
		var names []string
		for k := range sets {
			if root(group, k) == i {
				names = append(names, nameOr(of[k]))
			}
		}
		if len(names) > 1 {
			f := at(of[i])
			f.Names, f.Loai, f.Found = names, dossier.Kind(of[i].doc.NomineeKind), fmt.Sprintf("%.0f%%", 100*best[i])
			c.tell("REPORTS_ALIKE", f, english{})
		}
	}
}

func nameOr(p part) string {
	if p.doc.Name != "" {
		return p.doc.Name
	}
	return p.file.Name
}

// onePage reports two reports of one file that share a page, and so its text.
func onePage(a, b part) bool {
	return a.file == b.file && a.doc.Pages[0] <= b.doc.Pages[1] && b.doc.Pages[0] <= a.doc.Pages[1]
}

// onePerson reports two reports about one nominee: an earlier draft, not a copy.
func (c *dossierCase) onePerson(a, b *reading.Document) bool {
	return a.Name != "" && c.nameKey(a.Name, a.NomineeKind) == c.nameKey(b.Name, b.NomineeKind)
}

func root(group []int, i int) int {
	for group[i] != i {
		i = group[i]
	}
	return i
}

// withoutForm takes out of every set what more than half of the sets have.
func withoutForm(sets [][]uint64) [][]uint64 {
	var all, form []uint64
	for _, s := range sets {
		all = append(all, s...)
	}
	slices.Sort(all)
	for i := 0; i < len(all); {
		k := i
		for k < len(all) && all[k] == all[i] {
			k++
		}
		if 2*(k-i) > len(sets) {
			form = append(form, all[i])
		}
		i = k
	}
	out := make([][]uint64, len(sets))
	for i, s := range sets {
		out[i] = slices.DeleteFunc(s, func(h uint64) bool {
			_, ok := slices.BinarySearch(form, h)
			return ok
		})
	}
	return out
}

// shingles gives the hashes of runs of words, sorted, each once, as a sample;
// n is how many runs there are. Numbers count as words: two reports that
// differ in their figures differ.
func shingles(text string) (sample []uint64, n int) {
	words := wordHashes(text)
	for i := 0; i+shingle <= len(words); i++ {
		run := uint64(fnvOffset)
		for _, w := range words[i : i+shingle] {
			run = (run ^ w) * fnvPrime
			run ^= run >> 32
		}
		n++
		if run%sampled == 0 {
			sample = append(sample, run)
		}
	}
	slices.Sort(sample)
	return slices.Compact(sample), n
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// wordHashes hashes each word of a text, whatever its case.
func wordHashes(text string) []uint64 {
	words := make([]uint64, 0, len(text)/5)
	h, in := uint64(fnvOffset), false
	for _, r := range text {
		if r = wordRune(r); r != 0 {
			h, in = (h^uint64(r))*fnvPrime, true
			continue
		}
		if in {
			words = append(words, h)
			h, in = fnvOffset, false
		}
	}
	if in {
		words = append(words, h)
	}
	return words
}

// wordRune gives a rune of a word in lower case, 0 for what stands between
// words. The ranges of Vietnamese letters are told first: these texts are long.
func wordRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return r
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < 0x80:
		return 0
	case r >= 0x1ea0 && r <= 0x1ef9:
		return r | 1
	case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
		return unicode.ToLower(r)
	}
	return 0
}

// common counts what two sorted sets share.
func common(a, b []uint64) int {
	n := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			n, i, k = n+1, i+1, k+1
		case a[i] < b[k]:
			i++
		default:
			k++
		}
	}
	return n
}
