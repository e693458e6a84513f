package corpus

import (
	"strconv"
	"strings"
)

// entry is how a nominee stands in a letter's list, with what a reader should
// make of it.
type entry struct {
	text, post, unit string
}

func (s *story) titled(n *nominee) string {
	if n.Kind == individual && s.f.honour != 1 && n.Honour != "" {
		return n.Honour + " " + n.Name
	}
	return n.Name
}

// inOneCell writes name, post and unit in one text.
func (s *story) inOneCell(n *nominee, lower bool) entry {
	if n.Kind == collective {
		return entry{text: n.Name}
	}
	name := s.titled(n)
	if lower {
		name = strings.Replace(strings.Replace(name, "Ông ", "ông ", 1), "Bà ", "bà ", 1)
	}
	return entry{name + ", " + n.Post + ", " + n.Unit, n.Post, n.Unit}
}

// list writes the nominees in the layout's form and gives the truth of them.
func (s *story) list(number string) ([]Block, []Truth) {
	var truth []Truth
	add := func(n *nominee, post, unit string) {
		truth = append(truth, Truth{"ten": n.Name, "loai": n.Kind, "chuc_vu": post, "don_vi": unit})
	}
	group := func(kind string) []*nominee {
		var out []*nominee
		for i := range s.noms {
			if s.noms[i].Kind == kind {
				out = append(out, &s.noms[i])
			}
		}
		return out
	}
	var b []Block
	switch s.f.list {
	case 0, 7: // numbered lines
		for g, kind := range []string{collective, individual} {
			noms := group(kind)
			if len(noms) == 0 {
				continue
			}
			head := []string{"1. Tập thể:", "2. Cá nhân:"}[g]
			if s.f.list == 7 {
				head = []string{"I. TẬP THỂ", "II. CÁ NHÂN"}[g]
			}
			b = append(b, bold(head))
			for i, n := range noms {
				e := s.inOneCell(n, false)
				mark := "- "
				if s.f.list == 7 {
					mark = strconv.Itoa(i+1) + ". "
				}
				b = append(b, para(mark+e.text+[]string{";", "."}[boolInt(i == len(noms)-1)]))
				add(n, e.post, e.unit)
			}
		}
	case 1, 3, 6: // one table; 3 and 6 on a page of its own
		rows := [][]string{{"STT", "Họ và tên", "Chức vụ", "Đơn vị công tác"}}
		if s.f.order == 1 {
			rows[0] = []string{"TT", "Họ và tên/Tên tập thể", "Chức vụ", "Đơn vị"}
		}
		both := len(group(collective)) > 0
		k := 0
		for g, kind := range []string{collective, individual} {
			noms := group(kind)
			if len(noms) == 0 {
				continue
			}
			if both {
				rows = append(rows, []string{[]string{"I", "II"}[g], []string{"TẬP THỂ", "CÁ NHÂN"}[g], "", ""})
				k = 0
			}
			for _, n := range noms {
				k++
				unit := n.Unit
				if n.Kind == collective && s.f.body == 1 {
					unit = s.a.Name
				}
				rows = append(rows, []string{strconv.Itoa(k), s.titled(n), n.Post, unit})
				add(n, n.Post, unit)
			}
		}
		table := Block{Kind: Table, Rows: rows, Widths: []float64{0.09, 0.33, 0.24, 0.34}, Head: 1}
		if s.f.list != 1 {
			kind := Break
			if s.f.list == 6 {
				kind = Wide
			}
			b = append(b, Block{Kind: kind})
			b = append(b, centre(Line{Text: "DANH SÁCH", Bold: true, Size: 14}, Line{Text: "Tập thể, cá nhân đề nghị tặng " + s.award, Bold: true},
				Line{Text: "(Kèm theo Tờ trình số " + number + " " + s.dated(s.date, false) + " của " + s.a.Name + ")", Italic: true})...)
		}
		b = append(b, table)
	case 2, 8: // a table for each kind; 8 without lines
		for g, kind := range []string{collective, individual} {
			noms := group(kind)
			if len(noms) == 0 {
				continue
			}
			b = append(b, bold([]string{"1. Tập thể", "2. Cá nhân"}[g]))
			rows := [][]string{{"TT", "Tên tập thể", "Ghi chú"}}
			widths := []float64{0.1, 0.6, 0.3}
			if kind == individual {
				rows, widths = [][]string{{"TT", "Họ và tên", "Chức vụ", "Đơn vị"}}, []float64{0.1, 0.3, 0.25, 0.35}
			}
			for i, n := range noms {
				if kind == collective {
					rows = append(rows, []string{strconv.Itoa(i + 1), n.Name, ""})
				} else {
					rows = append(rows, []string{strconv.Itoa(i + 1), s.titled(n), n.Post, n.Unit})
				}
				add(n, n.Post, n.Unit)
			}
			b = append(b, Block{Kind: Table, Rows: rows, Widths: widths, Head: 1, Bare: s.f.list == 8})
		}
	case 4: // name, post and unit share a cell
		rows := [][]string{{"TT", "Tập thể, cá nhân đề nghị khen thưởng"}}
		for g, kind := range []string{collective, individual} {
			noms := group(kind)
			if len(noms) == 0 {
				continue
			}
			rows = append(rows, []string{[]string{"I", "II"}[g], []string{"Tập thể", "Cá nhân"}[g]})
			for i, n := range noms {
				e := s.inOneCell(n, false)
				rows = append(rows, []string{strconv.Itoa(i + 1), e.text})
				add(n, e.post, e.unit)
			}
		}
		b = append(b, Block{Kind: Table, Rows: rows, Widths: []float64{0.12, 0.88}, Head: 1})
	case 5: // with the form of award for each
		rows := [][]string{{"Số TT", "Họ và tên, tên tập thể", "Chức vụ, đơn vị công tác", "Hình thức đề nghị"}}
		for _, kind := range []string{collective, individual} {
			for _, n := range group(kind) {
				at := ""
				if n.Kind == individual {
					at = n.Post + ", " + n.Unit
				}
				form, _, _ := strings.Cut(s.award, " của")
				rows = append(rows, []string{strconv.Itoa(len(rows)), s.titled(n), at, form})
				add(n, n.Post, n.Unit)
			}
		}
		b = append(b, Block{Kind: Table, Rows: rows, Widths: []float64{0.09, 0.3, 0.41, 0.2}, Head: 1})
	}
	return b, truth
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
