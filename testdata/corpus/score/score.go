package score

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Fields that are scored, as the samples' scorer has them.
var (
	scalars = map[string][]string{
		"to_trinh": {"so_ky_hieu", "ngay_ban_hanh", "co_quan_ban_hanh", "co_quan_chu_quan", "dia_danh", "trich_yeu", "so_luong_tap_the", "so_luong_ca_nhan", "nguoi_ky", "chuc_danh_ky", "da_ky"},
		"bien_ban": {"so_ky_hieu", "ngay_hop", "co_quan_ban_hanh", "dia_danh", "trich_yeu", "so_thanh_vien", "so_co_mat", "chu_tri", "thu_ky", "da_ky"},
		"bao_cao":  {"ngay_ban_hanh", "dia_danh", "co_quan_ban_hanh", "ten", "loai", "ngay_sinh", "chuc_vu", "don_vi", "xac_nhan", "nguoi_xac_nhan", "nguoi_bao_cao"},
	}
	ofNominee = map[string][]string{"to_trinh": {"loai", "chuc_vu", "don_vi"}, "bien_ban": {"phieu_dong_y", "phieu_tong", "ty_le"}}
	keys      = []string{"so_ky_hieu", "ngay_ban_hanh", "ngay_hop", "ten", "ngay_sinh", "so_thanh_vien", "so_co_mat", "nguoi_ky", "xac_nhan"}
	weighty   = append(slices.Clone(keys), "da_ky", "loai", "so_luong_tap_the", "so_luong_ca_nhan")
)

// Share is a count of trials and how many of them went right.
type Share struct {
	OK int `json:"ok"`
	N  int `json:"n"`
}

// Add counts one trial.
func (s *Share) Add(ok bool) {
	s.N++
	if ok {
		s.OK++
	}
}

// Plus adds another count.
func (s *Share) Plus(o Share) { s.OK += o.OK; s.N += o.N }

// Value is one value that the reader gave.
type Value struct {
	Field      string  `json:"f"`
	Source     string  `json:"s"`
	Grounds    string  `json:"g"`
	Confidence float64 `json:"c"`
	Asked      bool    `json:"a,omitempty"`
	Right      bool    `json:"r,omitempty"`
}

// Result is the score of one dossier, or the sum of many.
type Result struct {
	Files   int              `json:"files"`
	Shares  map[string]Share `json:"shares"`  // kind, split, fields, key, lists, attrs, cells, f:<field>, hand
	Silent  Share            `json:"silent"`  // OK counts the values wrong in silence
	Asked   Share            `json:"asked"`   // OK counts the values asked
	Letters Share            `json:"letters"` // OK counts the letters to change
	TP      int              `json:"tp"`
	FP      int              `json:"fp"`
	FN      int              `json:"fn"`
	Exact   Share            `json:"exact"` // dossiers whose findings are all right
	Values  []Value          `json:"values,omitempty"`
	Misses  []string         `json:"misses,omitempty"`
}

func (r *Result) add(name string, ok bool) {
	if r.Shares == nil {
		r.Shares = map[string]Share{}
	}
	s := r.Shares[name]
	s.Add(ok)
	r.Shares[name] = s
}

func (r *Result) miss(format string, args ...any) {
	r.Misses = append(r.Misses, fmt.Sprintf(format, args...))
}

// Plus adds another result.
func (r *Result) Plus(o *Result) {
	if r.Shares == nil {
		r.Shares = map[string]Share{}
	}
	for k, v := range o.Shares {
		s := r.Shares[k]
		s.Plus(v)
		r.Shares[k] = s
	}
	r.Files += o.Files
	r.Silent.Plus(o.Silent)
	r.Asked.Plus(o.Asked)
	r.Letters.Plus(o.Letters)
	r.TP, r.FP, r.FN = r.TP+o.TP, r.FP+o.FP, r.FN+o.FN
	r.Exact.Plus(o.Exact)
	r.Values = append(r.Values, o.Values...)
	r.Misses = append(r.Misses, o.Misses...)
}

// object is a JSON object.
type object = map[string]any

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return fmt.Sprint(v)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

// equal holds a value against the truth.
func equal(field string, truth, got any) bool {
	switch t := truth.(type) {
	case bool:
		g, ok := got.(bool)
		return ok && g == t
	case float64:
		g, ok := number(got)
		tolerance := 0.0
		if field == "ty_le" {
			tolerance = 0.011
		}
		return ok && math.Abs(g-t) <= tolerance
	}
	a, b := Norm(text(truth)), Norm(text(got))
	return a == b || field == "don_vi" && a != "" && len(b) > len(a) && b[:len(a)+1] == a+","
}

func list(v any) []object {
	var out []object
	all, _ := v.([]any)
	for _, x := range all {
		if o, ok := x.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func words(v any) map[string]bool {
	out := map[string]bool{}
	all, _ := v.([]any)
	for _, x := range all {
		out[text(x)] = true
	}
	return out
}

func empty(v any) bool { return v == nil || v == "" }

// File scores what was read of one file. truth is its truth.json, got the
// documents as the reader writes them.
func (r *Result) File(name string, truth, got []byte) error {
	var t, g object
	if err := json.Unmarshal(truth, &t); err != nil {
		return fmt.Errorf("truth of %s: %w", name, err)
	}
	if err := json.Unmarshal(got, &g); err != nil {
		return fmt.Errorf("reading of %s: %w", name, err)
	}
	r.Files++
	docs, used := list(g["documents"]), map[int]bool{}
	truths := list(t["documents"])
	for k, td := range truths {
		best, most := -1, math.Inf(-1)
		for j, q := range docs {
			if used[j] {
				continue
			}
			v := -0.01 * math.Abs(float64(j-k))
			if q["kind"] == td["kind"] {
				v += 2
			}
			if td["kind"] == "bao_cao" {
				v += 2 * similarity(Norm(text(td["ten"])), Norm(text(q["ten"])))
			}
			if v > most {
				best, most = j, v
			}
		}
		q := object{}
		if best >= 0 {
			q = docs[best]
			used[best] = true
		}
		r.document(name, td, q)
	}
	r.add("split", len(docs) == len(truths))
	r.cells(list(t["text_blocks"]), list(g["pages"]))
	r.text(list(t["text_blocks"]), list(g["pages"]))
	return nil
}

// silent counts a weighty value: wrong without a hint, or asked.
func (r *Result) silent(where, field string, ok bool, given any, unsure bool) {
	bad := !ok && !empty(given) && !unsure
	r.Silent.Add(bad)
	r.Asked.Add(unsure || !ok && !bad)
	if bad {
		r.miss("SILENT %s %s: %s", where, field, text(given))
	}
}

func (r *Result) value(field string, evidence any, given any, unsure, right bool) {
	if empty(given) {
		return
	}
	e, _ := evidence.(object)
	c, _ := number(e["confidence"])
	r.Values = append(r.Values, Value{field, text(e["source"]), text(e["grounds"]), c, unsure, right})
}

func (r *Result) document(where string, td, q object) {
	kind := text(td["kind"])
	read := q["kind"] == td["kind"]
	unsure := words(q["unsure"])
	r.add("kind", read)
	given := q["kind"]
	if given == "khac" {
		given = nil
	}
	r.silent(where, "kind", read, given, unsure["kind"])
	if !read {
		r.miss("%s kind: %s read as %s", where, kind, text(q["kind"]))
		q = object{}
	}
	left := words(td["handwritten"])
	for f := range words(td["stamped"]) {
		left[f] = true
	}
	evidence, _ := q["evidence"].(object)
	for _, f := range scalars[kind] {
		want, has := td[f]
		if !has {
			continue
		}
		ok := equal(f, want, q[f])
		asked := left[f] && read && (empty(q[f]) || unsure[f])
		r.add("f:"+f, ok || asked)
		r.add("fields", ok || asked)
		if slices.Contains(keys, f) {
			r.add("key", ok || asked)
		}
		if slices.Contains(weighty, f) && !asked {
			r.silent(where, f, ok, q[f], unsure[f])
		}
		if left[f] {
			r.add("hand", ok)
		}
		r.value(kind+"."+f, evidence[f], q[f], unsure[f], ok)
		if !ok && !asked {
			mark := ""
			if unsure[f] {
				mark = " (asked)"
			}
			r.miss("%s %s: want %q, got %q%s", where, f, text(want), text(q[f]), mark)
		}
	}
	if _, has := td["nominees"]; has {
		r.nominees(where, kind, list(td["nominees"]), list(q["nominees"]), unsure["nominees"])
	}
}

func (r *Result) nominees(where, kind string, want, got []object, all bool) {
	pair, exact := map[int]int{}, map[int]bool{}
	free := map[int]bool{}
	for j := range got {
		free[j] = true
	}
	for i, t := range want {
		for j, p := range got {
			if free[j] && Norm(text(p["ten"])) == Norm(text(t["ten"])) {
				pair[i], exact[j] = j, true
				delete(free, j)
				break
			}
		}
	}
	for i, t := range want {
		if _, ok := pair[i]; ok {
			continue
		}
		best, most := -1, 0.8
		for j, p := range got {
			if v := similarity(Norm(text(t["ten"])), Norm(text(p["ten"]))); free[j] && v >= most {
				best, most = j, v
			}
		}
		if best >= 0 {
			pair[i] = best
			delete(free, best)
		}
	}
	whole := len(exact) == len(want) && len(want) == len(got)
	r.add("lists", whole)
	if !whole {
		r.miss("%s nominees: want %v, got %v", where, names(want), names(got))
	}
	for j, p := range got {
		asked := all || p["unsure"] == true
		r.silent(where, "nominee", exact[j], p["ten"], asked)
		e, _ := p["evidence"].(object)
		r.value(kind+".nominee", e["ten"], p["ten"], asked, exact[j])
	}
	r.silent(where, "nominee list short", len(pair) == len(want) || len(got) == 0, float64(len(got)), all)
	for i, t := range want {
		p := object{}
		if j, ok := pair[i]; ok {
			p = got[j]
		}
		e, _ := p["evidence"].(object)
		asked := all || p["unsure"] == true
		for _, f := range ofNominee[kind] {
			ok := equal(f, t[f], p[f])
			r.add("attrs", ok)
			if f == "phieu_dong_y" || f == "phieu_tong" {
				r.silent(where, "nominee."+f, ok, p[f], asked)
			}
			r.value(kind+".nominee."+f, e[f], p[f], asked, ok)
			if !ok {
				r.miss("%s nominee %s.%s: want %q, got %q", where, text(t["ten"]), f, text(t[f]), text(p[f]))
			}
		}
	}
}

func names(in []object) []string {
	var out []string
	for _, o := range in {
		out = append(out, text(o["ten"]))
	}
	return out
}
