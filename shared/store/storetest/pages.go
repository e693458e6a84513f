package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/store"
)

// names are sorts whose order by bytes differs from any other order one
// could mistake it for.
var names = []string{"!", "10", "9", "A", "B", "Z", "a", "a\x01", "a/", "a/1", "a/10", "a/2", "a0", "b", "z", "~", "Ê", "à", "ê", "đ", "ệ", "\U0001f600"}

// lister is List or Query: the same pages over the same sorts.
type lister func(b *bench, p store.Page) (store.Slice, error)

// both runs a promise on List and on Query.
func both(promise string, run func(b *bench, list lister)) test {
	return test{promise, func(b *bench) {
		for name, list := range map[string]lister{
			"list": func(b *bench, p store.Page) (store.Slice, error) { return b.Store.List(ctx, "names", p) },
			"query": func(b *bench, p store.Page) (store.Slice, error) {
				b.catchUp()
				return b.Store.Query(ctx, byDay, "names", p)
			},
		} {
			b.Run(name, func(t *testing.T) { run(&bench{T: t, Harness: b.Harness, n: b.n}, list) })
		}
	}}
}

// fill puts names into a part and into an index, in no order, among
// neighbours that no page may show.
func fill(b *bench) {
	if _, err := b.Store.Get(ctx, key("names", "a")); err == nil {
		return
	}
	var ws []store.Write
	for i := range names {
		n := names[(i*7+3)%len(names)]
		ws = append(ws, store.Put(key("names", n), 0, doc{Text: n}, store.Entry{Pattern: byDay, Part: "names", Sort: n}))
	}
	for _, part := range []string{"name", "namesa", "names\x01", "names/"} {
		ws = append(ws, store.Put(key(part, "a"), 0, doc{}, store.Entry{Pattern: byDay, Part: part, Sort: "a"}))
	}
	ws = append(ws, store.Put(key("others", "a"), 0, doc{}, store.Entry{Pattern: byWho, Part: "names", Sort: "a"}))
	b.writes(ws...)
}

// want gives what a page's bounds select, worked out from its words.
func want(p store.Page) []string {
	out := []string{}
	for _, n := range names {
		if strings.HasPrefix(n, p.Prefix) && n >= p.From && (p.To == "" || n < p.To) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	if p.Desc {
		slices.Reverse(out)
	}
	return out
}

// bounds are pages that differ in what they select.
func bounds() []store.Page {
	var out []store.Page
	for _, prefix := range []string{"", "a", "a/", "a/1", "à", "\u0103", "zz", "\U0001f600", "\u00ea"} {
		for _, r := range [][2]string{{"", ""}, {"a", ""}, {"", "a"}, {"a/1", "a/2"}, {"b", "a"}, {"a\x01", "ê"}} {
			for _, desc := range []bool{false, true} {
				out = append(out, store.Page{Prefix: prefix, From: r[0], To: r[1], Desc: desc})
			}
		}
	}
	return out
}

var pageTests = []test{
	both("order is that of bytes, forwards and backwards, within bounds", func(b *bench, list lister) {
		fill(b)
		for _, p := range bounds() {
			s, err := list(b, p)
			if err != nil {
				b.Fatal(err)
			}
			same(b, fmt.Sprintf("%v", p), sorts(s.Records), want(p))
			same(b, "next", s.Next, "")
		}
	}),
	both("pages of every size join without gap or repetition", func(b *bench, list lister) {
		fill(b)
		for _, p := range bounds() {
			whole := want(p)
			for _, limit := range []int{1, 2, 3, 7, len(whole), len(whole) + 1} {
				p.Limit, p.After = limit, ""
				got := []string{}
				for {
					s, err := list(b, p)
					if err != nil {
						b.Fatal(err)
					}
					if limit > 0 && len(s.Records) > limit {
						b.Fatalf("%d records on a page of %d", len(s.Records), limit)
					}
					got = append(got, sorts(s.Records)...)
					if s.Next == "" {
						break
					}
					if len(s.Records) == 0 || len(got) > len(whole) {
						b.Fatalf("%v does not end: %q", p, got)
					}
					p.After = s.Next
				}
				same(b, fmt.Sprintf("%v", p), got, whole)
			}
		}
	}),
	both("a place from elsewhere does not lead out of the bounds", func(b *bench, list lister) {
		fill(b)
		everything := store.Page{Limit: 1}
		places := []string{}
		for {
			s, err := list(b, everything)
			if err != nil {
				b.Fatal(err)
			}
			if s.Next == "" || len(places) > len(names) {
				break
			}
			places, everything.After = append(places, s.Next), s.Next
		}
		for _, p := range bounds() {
			for _, p.After = range places {
				s, err := list(b, p)
				if err != nil && !fault.Is(err, fault.Invalid) {
					b.Fatal(err)
				}
				for _, got := range sorts(s.Records) {
					if !slices.Contains(want(p), got) {
						b.Fatalf("%v shows %q", p, got)
					}
				}
			}
		}
	}),
	{"a page holds at most 200 records, whatever is asked", func(b *bench) {
		for i := range 3 {
			var ws []store.Write
			for j := range 90 {
				n := fmt.Sprintf("%03d", i*90+j)
				ws = append(ws, store.Put(key("p", n), 0, doc{}, store.Entry{Pattern: byDay, Part: "p", Sort: n}))
			}
			b.writes(ws...)
		}
		for _, limit := range []int{0, -1, store.MaxPage, store.MaxPage + 1, 1 << 40} {
			s, err := b.Store.List(ctx, "p", store.Page{Limit: limit})
			if err != nil {
				b.Fatal(err)
			}
			q := b.query(byDay, "p", store.Page{Limit: limit})
			same(b, fmt.Sprintf("records of %d", limit), []int{len(s.Records), len(q.Records)}, []int{store.MaxPage, store.MaxPage})
			if s.Next == "" || q.Next == "" {
				b.Error("a page that is not the last has no next")
			}
		}
		s, err := b.Store.List(ctx, "none", store.Page{})
		if err != nil || len(s.Records) != 0 || s.Next != "" {
			b.Errorf("list of an empty part: %v, %v", s, err)
		}
	}},
	{"pages of large records are short, and nothing is lost between them", func(b *bench) {
		for i := range 8 {
			n := fmt.Sprint(i)
			b.writes(store.Write{Key: key("p", n), Body: sized(300 << 10), Index: []store.Entry{{Pattern: byDay, Part: "p", Sort: n}}})
		}
		for name, list := range map[string]func(p store.Page) (store.Slice, error){
			"list":  func(p store.Page) (store.Slice, error) { return b.Store.List(ctx, "p", p) },
			"query": func(p store.Page) (store.Slice, error) { return b.Store.Query(ctx, byDay, "p", p) },
		} {
			b.catchUp()
			p, got := store.Page{}, []string{}
			for {
				s, err := list(p)
				if err != nil {
					b.Fatal(err)
				}
				size := 0
				for _, r := range s.Records {
					size += len(r.Body)
				}
				if size > store.MaxRead+store.MaxRecord {
					b.Errorf("%s: a page of %d bytes", name, size)
				}
				got = append(got, sorts(s.Records)...)
				if p.After = s.Next; s.Next == "" || len(got) > 8 {
					break
				}
			}
			same(b, name, got, []string{"0", "1", "2", "3", "4", "5", "6", "7"})
		}
	}},
}
