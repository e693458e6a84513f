package web

import (
	"net/url"
	"strconv"

	"hoso/shared/dossier"
	"hoso/shared/round"
	"hoso/shared/selection"
	"hoso/shared/web/frame"
)

// rankPage is how many nominees of each kind one page of the ranking shows.
const rankPage = 100

// pageOf is the page the address asks for, from 1.
func pageOf(c *frame.Call) int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil || n < 1 || n > 1000 {
		return 1
	}
	return n
}

// maxAddress is how long an address may be that holds what was ticked: what
// servers between take.
const maxAddress = 4000

// rankingAt is the address of a page of the ranking with what is chosen, or ""
// if so much is chosen that only a form holds it.
func rankingAt(id string, page int, chosen []string) string {
	q := url.Values{"choose": chosen}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	at := "/rounds/" + id + "/ranking?" + q.Encode()
	if len(at) > maxAddress {
		return ""
	}
	return at
}

// value is how a nominee is named in the form.
func value(x selection.Candidate) string { return x.Dossier + "." + x.Nominee }

// chosenOf gives who is chosen: by the form that is shown again, else by what
// is prepared.
func chosenOf(form map[string][]string, prepared []round.Entry) map[string]bool {
	out := map[string]bool{}
	for _, v := range form["choose"] {
		out[v] = true
	}
	if form == nil {
		for _, e := range prepared {
			out[e.Dossier+"."+e.Nominee] = true
		}
	}
	return out
}

// ranked gives who of a kind competes without a place, best first.
func ranked(cs []selection.Candidate, k dossier.Kind, list round.List) []selection.Candidate {
	holds := map[string]bool{}
	for _, e := range list.Holding() {
		if e.Kind == k {
			holds[e.Identity] = true
		}
	}
	var out []selection.Candidate
	for _, x := range cs {
		if x.Kind == k && !holds[x.Identity] {
			out = append(out, x)
		}
	}
	return out
}

// withMost is how many others of the same score a row names.
const withMost = 5

// rankOf is the row of the i-th: equals share the first one's rank.
func (p *portal) rankOf(c *frame.Call, rows []selection.Candidate, i int, chosen map[string]bool) rankView {
	x := rows[i]
	lo, hi := i, i+1
	for lo > 0 && rows[lo-1].Score == x.Score {
		lo--
	}
	for hi < len(rows) && rows[hi].Score == x.Score && hi-lo <= withMost {
		hi++
	}
	r := rankView{entryView: entries([]round.Entry{x.Entry})[0], Rank: lo + 1, Value: value(x), Chosen: chosen[value(x)], Tie: hi-lo > 1}
	for j := lo; j < hi && r.Tie && len(r.With) < withMost; j++ {
		if j != i {
			r.With = append(r.With, rows[j].Name)
		}
	}
	if x.Marked != nil {
		r.Spread = c.Say("ranking.sheets", x.Marked.Sheets, pointsText(x.Marked.Low), pointsText(x.Marked.High))
	}
	return r
}

// fill chooses the best, as many as places are free; of equals it takes all or
// none: people break ties.
func fill(rows []selection.Candidate, free int, chosen map[string]bool) {
	n := min(len(rows), free)
	for n > 0 && n < len(rows) && rows[n].Score == rows[n-1].Score {
		n--
	}
	for i, x := range rows {
		if i < n {
			chosen[value(x)] = true
		} else {
			delete(chosen, value(x))
		}
	}
}
