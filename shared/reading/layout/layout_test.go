package layout_test

import (
	"strings"
	"testing"

	"hoso/shared/reading"
	"hoso/shared/reading/layout"
)

// sheet sets words on an A4 page; letters are 6 points wide, spaces 3.
type sheet struct{ layout.Sheet }

func newSheet() *sheet { return &sheet{layout.Sheet{N: 1, Width: 595, Height: 842}} }

func (s *sheet) put(x, y float64, text string) *sheet {
	for _, r := range text {
		w := 6.0
		if r == ' ' {
			w = 3
		}
		s.Glyphs = append(s.Glyphs, layout.Glyph{X0: x, X1: x + w, Base: y, Size: 12, Text: string(r), Source: reading.FromText, Conf: 1})
		x += w
	}
	return s
}

func (s *sheet) rules(rs ...layout.Rule) *sheet {
	s.Rules = append(s.Rules, rs...)
	return s
}

func h(x0, x1, y float64) layout.Rule { return layout.Rule{X0: x0, Y0: y, X1: x1, Y1: y} }

func v(x, y0, y1 float64) layout.Rule { return layout.Rule{X0: x, Y0: y0, X1: x, Y1: y1} }

// kinds names the blocks of a page with their text.
func kinds(s *sheet) string {
	var out []string
	bs := layout.Blocks(&s.Sheet)
	for i := range bs {
		name := map[layout.Kind]string{layout.Paragraph: "P", layout.Columns: "C", layout.Grid: "T", layout.PageNumber: "N"}[bs[i].Kind]
		out = append(out, name+"["+strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(bs[i].Text(), "\n", "/"), "\t", "|"))+"]")
	}
	return strings.Join(out, " ")
}

// A full line and a first line, which ends at the same edge from its indent.
const (
	full  = "mot dong chu dai het ca be ngang cua trang giay kho A bon va them vai chu nua cho du day"
	first = "mot dong chu dai het ca be ngang cua trang giay kho A bon va them vai chu nua cho"
)

func TestBlocks(t *testing.T) {
	grid := []layout.Rule{h(80, 500, 100), h(80, 500, 130), h(80, 500, 160), v(80, 100, 160), v(200, 100, 160), v(500, 100, 160)}
	for name, c := range map[string]struct {
		page *sheet
		want string
	}{
		"lines of one paragraph":                 {newSheet().put(113, 100, first).put(85, 118, full).put(85, 136, "het."), "P[" + first + " " + full + " het./]"},
		"a wide header keeps margins of its own": {newSheet().put(60, 60, "TRAI MOT").put(330, 60, "PHAI MOT RA NGOAI LE CUA CA TRANG GIAY").put(60, 76, "TRAI HAI").put(330, 76, "PHAI HAI").put(85, 100, full).put(85, 118, full).put(85, 136, full).put(85, 154, "het."), "C[TRAI MOT/TRAI HAI/PHAI MOT RA NGOAI LE CUA CA TRANG GIAY/PHAI HAI/] P[" + full + " " + full + " " + full + " het./]"},
		"a short line ends it":                   {newSheet().put(113, 100, first).put(85, 118, "het.").put(113, 136, first), "P[" + first + " het./] P[" + first + "/]"},
		"an indent begins one":                   {newSheet().put(113, 100, first).put(85, 118, full).put(113, 136, first), "P[" + first + " " + full + "/] P[" + first + "/]"},
		"columns":                                {newSheet().put(100, 80, "TRAI MOT").put(350, 80, "PHAI MOT").put(100, 96, "TRAI HAI").put(350, 98, "PHAI HAI"), "C[TRAI MOT/TRAI HAI/PHAI MOT/PHAI HAI/]"},
		"columns of other heights":               {newSheet().put(100, 80, "TRAI MOT").put(350, 84, "PHAI MOT").put(100, 94, "TRAI HAI").put(350, 100, "PHAI HAI"), "C[TRAI MOT/TRAI HAI/PHAI MOT/PHAI HAI/]"},
		"a centred title is no column":           {newSheet().put(100, 80, "TRAI MOT").put(350, 80, "PHAI MOT RAT DAI").put(100, 96, "TRAI HAI").put(350, 96, "PHAI HAI RAT DAI").put(275, 130, "TO TRINH"), "C[TRAI MOT/TRAI HAI/PHAI MOT RAT DAI/PHAI HAI RAT DAI/] P[TO TRINH/]"},
		"a tab is no column":                     {newSheet().put(113, 80, "Ngay sinh: mot").put(350, 80, "Gioi tinh: Nam").put(113, 98, full), "P[Ngay sinh: mot Gioi tinh: Nam/] P[" + full + "/]"},
		"a table":                                {newSheet().rules(grid...).put(85, 120, "mot").put(210, 120, "hai").put(85, 150, "ba").put(210, 150, "bon"), "T[mot|hai/ba|bon/]"},
		"a table between paragraphs":             {newSheet().rules(grid...).put(85, 80, "truoc").put(85, 120, "mot").put(210, 120, "hai").put(85, 150, "ba").put(210, 150, "bon").put(85, 190, "sau"), "P[truoc/] T[mot|hai/ba|bon/] P[sau/]"},
		"cells of several lines":                 {newSheet().rules(grid...).put(85, 112, "mot").put(210, 112, "hai").put(210, 126, "ba").put(85, 150, "bon"), "T[mot|hai ba/bon|/]"},
		"merged over columns":                    {newSheet().rules(h(80, 500, 100), h(80, 500, 130), h(80, 500, 160), v(80, 100, 160), v(200, 130, 160), v(500, 100, 160)).put(85, 120, "ca hai").put(85, 150, "ba").put(210, 150, "bon"), "T[ca hai/ba|bon/]"},
		"merged over rows":                       {newSheet().rules(h(80, 500, 100), h(200, 500, 130), h(80, 500, 160), v(80, 100, 160), v(200, 100, 160), v(500, 100, 160)).put(85, 130, "ca hai").put(210, 120, "hai").put(210, 150, "bon"), "T[ca hai|hai/bon/]"},
		"broken rules":                           {newSheet().rules(h(80, 290, 100), h(290, 500, 100.4), h(80, 500, 130), h(80, 500, 160), v(80, 100, 131), v(80.3, 130, 160), v(200, 100, 160), v(500, 100, 160)).put(85, 120, "mot").put(210, 120, "hai").put(85, 150, "ba").put(210, 150, "bon"), "T[mot|hai/ba|bon/]"},
		"a table without rules":                  {newSheet().put(85, 80, "truoc").put(90, 100, "TT").put(150, 100, "Ho va ten").put(350, 100, "Don vi").put(95, 120, "1").put(140, 120, "Nguyen Van A").put(340, 120, "Phong Mot").put(140, 140, "Tran").put(340, 140, "Phong").put(95, 146, "2").put(140, 152, "Thi B").put(340, 152, "Hai").put(85, 180, full), "P[truoc/] T[TT|Ho va ten|Don vi/1|Nguyen Van A|Phong Mot/2|Tran Thi B|Phong Hai/] P[" + full + "/]"},
		"no rule below":                          {newSheet().rules(h(80, 500, 100), h(80, 500, 130), v(80, 100, 160), v(200, 100, 160), v(500, 100, 160)).put(85, 120, "mot").put(210, 120, "hai").put(85, 150, "ba").put(210, 150, "bon"), "T[mot|hai/ba|bon/]"},
		"a frame is no table":                    {newSheet().rules(h(60, 540, 60), h(60, 540, 800), v(60, 60, 800), v(540, 60, 800)).put(113, 100, first).put(85, 118, "het."), "P[" + first + " het./]"},
		"an underline is no table":               {newSheet().rules(h(280, 330, 106)).put(280, 100, "TIEU DE"), "P[TIEU DE/]"},
		"page number above":                      {newSheet().put(295, 40, "2").put(85, 100, full), "N[] P[" + full + "/]"},
		"page number with dashes":                {newSheet().put(280, 810, "- 12 -").put(85, 100, full), "P[" + full + "/] N[]"},
		"a number alone in the text stays":       {newSheet().put(85, 400, "2").put(85, 100, full), "P[" + full + "/] P[2/]"},
		"letter spacing":                         {newSheet().put(200, 100, "T").put(209, 100, "O").put(226, 100, "T").put(235, 100, "R"), "P[T O T R/]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kinds(c.page); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestProducersThatWriteNoSpaces(t *testing.T) {
	s := newSheet()
	x := 85.0
	for _, w := range strings.Split("Ủy ban nhân dân tỉnh", " ") {
		s.put(x, 100, w)
		x += 6*float64(len([]rune(w))) + 3
	}
	if got := kinds(s); got != "P[Ủy ban nhân dân tỉnh/]" {
		t.Error(got)
	}
}

func TestLettersDrawnTwiceStandOnceAndBold(t *testing.T) {
	s := newSheet().put(85, 100, "Tên").put(85.4, 100, "Tên")
	b := layout.Blocks(&s.Sheet)
	if len(b) != 1 || b[0].Lines[0].Text() != "Tên" || !b[0].Lines[0].Bold() {
		t.Errorf("%+v", b)
	}
}

func TestNumberSetOverTypedBlanks(t *testing.T) {
	s := newSheet().put(85, 100, "Số:          /TTr-UBND")
	for i, r := range "845" {
		x := 106 + 6*float64(i)
		s.Glyphs = append(s.Glyphs, layout.Glyph{X0: x, X1: x + 6, Base: 100, Size: 12, Text: string(r), Source: reading.FromSignature, Conf: 1})
	}
	if got := kinds(s); got != "P[Số: 845 /TTr-UBND/]" {
		t.Error(got)
	}
	b := layout.Blocks(&s.Sheet)
	if w := b[0].Lines[0].Words[1]; w.Source != reading.FromSignature {
		t.Errorf("%+v", w)
	}
}
