package score

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var pageNumber = regexp.MustCompile(`^\s*\d{1,3}\s*\n`)

// pages gives the texts of the pages, without page numbers.
func pages(got []object) []string {
	var out []string
	for i, p := range got {
		s := text(p["text"])
		if i > 0 {
			s = pageNumber.ReplaceAllString(s, "\n")
		}
		out = append(out, s)
	}
	return out
}

func strs(v any) []string {
	var out []string
	all, _ := v.([]any)
	for _, x := range all {
		out = append(out, text(x))
	}
	return out
}

func rows(b object) [][]string {
	var out [][]string
	all, _ := b["rows"].([]any)
	for _, r := range all {
		out = append(out, strs(r))
	}
	return out
}

// reference writes the truth's text, columns one after the other or row by row.
func reference(blocks []object, byRow bool) string {
	var out []string
	for _, b := range blocks {
		switch b["t"] {
		case "p":
			out = append(out, text(b["s"]))
		case "cols":
			l, r := strs(b["left"]), strs(b["right"])
			if !byRow {
				out = append(append(out, l...), r...)
				continue
			}
			for i := range max(len(l), len(r)) {
				if i < len(l) {
					out = append(out, l[i])
				}
				if i < len(r) {
					out = append(out, r[i])
				}
			}
		case "table":
			for _, row := range rows(b) {
				for _, c := range row {
					if c != "" {
						out = append(out, c)
					}
				}
			}
		}
	}
	return textNorm(strings.Join(out, " "))
}

// text counts the letters that are wrong.
func (r *Result) text(blocks, got []object) {
	have := textNorm(strings.Join(pages(got), "\n"))
	a, b := reference(blocks, false), reference(blocks, true)
	r.Letters.N += len([]rune(a))
	r.Letters.OK += min(Distance(a, have), Distance(b, have))
}

// cells counts the cells of tables that come back as cells.
func (r *Result) cells(blocks, got []object) {
	have := map[string]int{}
	for _, p := range pages(got) {
		for _, l := range strings.Split(p, "\n") {
			if !strings.Contains(l, "\t") {
				continue
			}
			for _, c := range strings.Split(l, "\t") {
				have[Norm(c)]++
			}
		}
	}
	for _, b := range blocks {
		if b["t"] != "table" {
			continue
		}
		for _, row := range rows(b) {
			for _, c := range row {
				if c == "" {
					continue
				}
				n := Norm(c)
				r.add("cells", have[n] > 0)
				if have[n] == 0 {
					r.miss("cell %q", c)
				}
				have[n]--
			}
		}
	}
}

// judged are the codes that are scored; others are left aside.
var judged = strings.Fields(`MISSING_MINUTES MISSING_REPORT NOMINEE_NOT_IN_MINUTES VOTES_UNDER_THRESHOLD PERCENT_MISMATCH OVER_QUOTA COUNT_MISMATCH
	DUPLICATE_NOMINEE MISSING_SIGNATURE MISSING_CONFIRMATION WRONG_DOCUMENT MULTI_DOCUMENT_PDF MINUTES_AFTER_LETTER SIGNATURE_INVALID`)

// Findings scores the findings of a dossier; both are JSON arrays.
func (r *Result) Findings(where string, truth, got []byte) error {
	var want, have []object
	if err := json.Unmarshal(truth, &want); err != nil {
		return fmt.Errorf("expected findings of %s: %w", where, err)
	}
	if err := json.Unmarshal(got, &have); err != nil {
		return fmt.Errorf("findings of %s: %w", where, err)
	}
	have = slices.DeleteFunc(have, func(o object) bool { return !slices.Contains(judged, text(o["code"])) })
	whole := true
	for _, t := range want {
		k := slices.IndexFunc(have, func(p object) bool { return meets(t, p) })
		if k < 0 {
			r.FN++
			whole = false
			r.miss("%s finding missed: %v", where, t)
			continue
		}
		have = slices.Delete(have, k, k+1)
		r.TP++
	}
	r.FP += len(have)
	for _, p := range have {
		r.miss("%s finding false: %s %s %s %s %s", where, text(p["code"]), text(p["nominee"]), text(p["file"]), text(p["loai"]), text(p["message"]))
	}
	r.Exact.Add(whole && len(have) == 0)
	return nil
}

func meets(t, p object) bool {
	if t["code"] != p["code"] {
		return false
	}
	if want := strs(t["names"]); len(want) > 0 {
		normed := func(in []string) []string {
			var out []string
			for _, s := range in {
				out = append(out, Norm(s))
			}
			slices.Sort(out)
			return out
		}
		if have := strs(p["names"]); len(have) > 0 {
			return slices.Equal(normed(want), normed(have))
		}
		return slices.Contains(normed(want), Norm(text(p["nominee"])))
	}
	if n := text(t["nominee"]); n != "" && Norm(n) != Norm(text(p["nominee"])) {
		return false
	}
	file := text(p["file"])
	if f := text(t["file"]); f != "" && f != file[strings.LastIndexByte(file, '/')+1:] {
		return false
	}
	l := text(t["loai"])
	return l == "" || text(p["loai"]) == "" || l == text(p["loai"])
}
