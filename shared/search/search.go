// Package search finds dossiers by words: of a nominee's name, a unit's name,
// a receipt's or a decision's number, with or without marks.
//
// Rows are a projection: one row per rotation of a text, so that consecutive
// words from any word on are found by one prefix read. They are written after
// the fact, compared with what they should be, and can be recomputed at any
// time; nothing decides by them.
package search

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"hoso/shared/act"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/viettext"
)

// Room writes and reads rows.
type Room struct{ act.Desk }

// Row is one way to find one dossier.
type Row struct {
	Dossier  string `json:"dossier"`
	What     string `json:"what"` // "nominee", "unit", "receipt" or "decision"
	Text     string `json:"text"` // as written
	Round    string `json:"round"`
	Campaign string `json:"campaign"`
	Unit     string `json:"unit"`
	Year     int    `json:"year"` // of opening
}

// part spreads rows over partitions by their first two letters, which every
// query has.
func part(folded string) string {
	r := []rune(folded)
	return "search/" + string(r[:min(2, len(r))])
}

// rowsOf gives every row that should stand for a dossier, by key.
func rowsOf(d dossier.Dossier, rd round.Round, by *round.Decision, corrected map[string]round.Facts) map[store.Key]Row {
	out := map[store.Key]Row{}
	add := func(what, text string, rotate bool) {
		folded := []string{viettext.Fold(text)}
		if rotate {
			folded = viettext.Rotations(text)
		}
		for _, f := range folded {
			if len([]rune(f)) < 2 {
				continue
			}
			k := store.Key{Part: part(f), Sort: cut(f) + "/" + what + "/" + d.ID}
			out[k] = Row{Dossier: d.ID, What: what, Text: text, Round: d.Round, Campaign: rd.Settings.Campaign, Unit: d.Unit, Year: d.OpenedAt.Year()}
		}
	}
	for _, n := range d.Nominees {
		// Who was corrected after the decision is found by both names: by every
		// word of the one that counts, by the beginning of the other.
		if now, ok := corrected[n.ID]; ok {
			add("nominee", n.Name, false)
			add("nominee", now.Name, true)
			continue
		}
		add("nominee", n.Name, true)
	}
	add("unit", d.UnitName, true)
	if d.Receipt != "" {
		add("receipt", d.Receipt, false)
	}
	if by != nil && d.State == dossier.Awarded {
		add("decision", by.Number, false)
	}
	return out
}

// maxText is how many bytes of a folded text a key holds, as JSON writes them:
// a dossier's list of rows stays within a record of 400 KB with the most
// nominees, whatever their names are.
const maxText = 120

// cut bounds a folded text to what fits in a key. Queries are cut alike.
func cut(s string) string {
	n := 0
	for i, r := range s {
		switch r {
		case '<', '>', '&', '\u2028', '\u2029':
			n += len(`\u0000`)
		default:
			n += utf8.RuneLen(r)
		}
		if n > maxText {
			return s[:i]
		}
	}
	return s
}

// kept is the list of rows a dossier has now.
type kept struct {
	Keys []store.Key `json:"keys"`
}

func keptKey(id string) store.Key { return store.Key{Part: "searched/" + id, Sort: "rows"} }

// pageSize is how many rows one commit changes.
const pageSize = 90

// tries bounds the steps of one indexing, pages and lost races together.
const tries = 100

// Index brings a dossier's rows up to what its record says. It may run twice,
// late, or at the same time as another.
func (r Room) Index(ctx context.Context, id string) error {
	for range tries {
		more, err := r.step(ctx, id)
		if err != nil || !more {
			return err
		}
	}
	return &fault.Error{Kind: fault.Conflict, Op: "search.index", Code: id}
}

// step changes at most a page of rows and says whether more are left.
func (r Room) step(ctx context.Context, id string) (bool, error) {
	var d dossier.Dossier
	dRev, err := store.Load(ctx, r.Store, dossier.Key(id), &d)
	if err != nil {
		return false, err
	}
	var rd round.Round
	if _, err := store.Load(ctx, r.Store, round.Key(d.Round), &rd); err != nil {
		return false, err
	}
	var have kept
	rev, err := store.Load(ctx, r.Store, keptKey(id), &have)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	var corrected map[string]round.Facts
	if d.State == dossier.Awarded || d.State == dossier.Annulled {
		if corrected, err = round.Corrected(ctx, r.Store, d); err != nil {
			return false, err
		}
	}
	by, err := round.DecisionOn(ctx, r.Store, rd, d)
	if err != nil {
		return false, err
	}
	want := rowsOf(d, rd, by, corrected)
	c := store.Commit{Key: "search/" + id + "/" + r.NewID(), Request: id, At: r.Now()}
	keep := have.Keys[:0:0]
	for _, k := range have.Keys {
		if _, ok := want[k]; ok || len(c.Writes) >= pageSize {
			keep = append(keep, k)
			delete(want, k)
			continue
		}
		c.Writes = append(c.Writes, store.Remove(k, 1))
	}
	left := false
	for _, k := range slices.SortedFunc(maps.Keys(want), func(a, b store.Key) int { return strings.Compare(a.Part+a.Sort, b.Part+b.Sort) }) {
		if len(c.Writes) >= pageSize {
			left = true
			break
		}
		c.Writes = append(c.Writes, store.Put(k, 0, want[k]))
		keep = append(keep, k)
	}
	if len(c.Writes) == 0 {
		return false, nil
	}
	c.Writes = append(c.Writes, store.Put(keptKey(id), rev, kept{keep}), store.Unchanged(dossier.Key(id), dRev))
	_, err = r.Store.Commit(ctx, c)
	if fault.Is(err, fault.Conflict) {
		return true, nil
	}
	return left, err
}

// Query is what is looked for.
type Query struct {
	Text     string
	Year     int    // 0: any
	Campaign string // "": any
	Unit     string // "": any
	After    string // Next of the page before
}

// Hit is a dossier that was found.
type Hit struct {
	Row
	Exact bool // the text holds the words with the marks that were typed
}

// PageSize is how many dossiers one page holds.
const PageSize = 20

// Find gives a page of dossiers, each once a page, those with the very marks
// that were typed first. fault.Invalid: fewer than two letters.
func (r Room) Find(ctx context.Context, q Query) ([]Hit, string, error) {
	folded := viettext.Fold(q.Text)
	if len([]rune(folded)) < 2 {
		return nil, "", fault.New(fault.Invalid, "search.find", "Hãy nhập ít nhất hai chữ để tìm.")
	}
	var out []Hit
	seen := map[string]bool{}
	page := store.Page{Prefix: cut(folded), After: q.After}
	for len(out) < PageSize {
		s, err := r.Store.List(ctx, part(folded), page)
		if err != nil {
			return nil, "", err
		}
		for i, rec := range s.Records {
			var row Row
			if err := rec.Decode(&row); err != nil {
				return nil, "", err
			}
			if seen[row.Dossier] || q.Year != 0 && row.Year != q.Year || q.Campaign != "" && row.Campaign != q.Campaign || q.Unit != "" && row.Unit != q.Unit {
				continue
			}
			seen[row.Dossier] = true
			out = append(out, Hit{Row: row, Exact: strings.Contains(viettext.Key(row.Text), viettext.Key(q.Text))})
			if len(out) == PageSize && i < len(s.Records)-1 {
				s.Next = rec.Key.Sort
				break
			}
		}
		if page.After = s.Next; s.Next == "" || len(out) >= PageSize {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int {
		switch {
		case a.Exact == b.Exact:
			return 0
		case a.Exact:
			return -1
		}
		return 1
	})
	return out, page.After, nil
}
