package fields

import (
	"strings"

	"hoso/shared/reading"
	"hoso/shared/viettext"
)

// checkLetters asks about values that hold invisible or look-alike letters,
// and about nominees whose names do: they may read as one thing and be another.
func (d *doc) checkLetters() {
	odd := ""
	for _, f := range reading.Fields(*d.out) {
		if f.Type != reading.TypeText || f.Value == "" {
			continue
		}
		clean, what := viettext.Clean(f.Value)
		if len(what) == 0 && clean == f.Value {
			continue
		}
		if len(what) == 0 {
			continue
		}
		odd = f.Label
		if f.Nominee == reading.WholeDocument {
			d.out.Doubt(f.Name)
		} else {
			d.out.Nominees[f.Nominee].Unsure = true
		}
	}
	if odd != "" {
		d.r.Add(reading.NewProblem(reading.CodeOddLetters, d.out.Pages[0], "ở mục "+strings.ToLower(odd)))
	}
	for i := range d.out.Nominees {
		n := &d.out.Nominees[i]
		if n.Evidence["ten"].Confidence < asking {
			n.Unsure = true
		}
	}
}

// checkPages asks about what stands on pages that were not read whole or that
// look otherwise than they read: about every value of such a page, and, where
// something may be missing, about everything that was not found.
func (d *doc) checkPages() {
	missing := false
	suspect := map[int]bool{}
	for n := d.out.Pages[0]; n <= d.out.Pages[1] && n <= len(d.pages); n++ {
		p := &d.pages[n-1]
		unread := !p.Quality.Read() && p.Quality != reading.Empty
		missing = missing || unread || p.Damaged
		suspect[n] = p.Damaged || p.Differs
	}
	for _, f := range reading.Fields(*d.out) {
		if !suspect[f.Evidence.Page] && !(missing && (f.Value == "" || f.Type == reading.TypeBool)) {
			continue
		}
		if f.Nominee == reading.WholeDocument {
			d.out.Doubt(f.Name)
		} else if f.Value != "" {
			d.out.Nominees[f.Nominee].Unsure = true
		}
	}
	if missing {
		d.out.Doubt(reading.FieldNominees)
	}
}
