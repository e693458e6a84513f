package fields_test

import (
	"math"
	"strings"
	"testing"

	"hoso/shared/reading"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// FuzzFields sets any words in the places of a letter, of minutes and of a
// report: reading must end, and every value must have its evidence.
func FuzzFields(f *testing.F) {
	f.Add("Số: 12/TTr-SNV", "Hà Nam, ngày 5 tháng 3 năm 2023", "TỜ TRÌNH", "Kính đề nghị tặng Bằng khen cho 02 tập thể và 03 cá nhân như sau:\nI. TẬP THỂ\n1. Phòng A, Sở B;\nII. CÁ NHÂN\n1. Ông Nguyễn Văn Ân - Phó Giám đốc;")
	f.Add("Số: /BB", "ngày tháng năm 2023", "BIÊN BẢN", "Hôm nay, ngày 12/11/2023\nHội đồng có 9 thành viên, có mặt 8/9; vắng (01)\n- Bà X: 6/7 phiếu đồng ý, đạt 85,71% khen thưởng;\nbiểu quyết 7/7 nhất trí (100%) đề nghị khen thưởng: ông A; và bà B")
	f.Add("", "", "BÁO CÁO THÀNH TÍCH", "- Họ và tên (ghi rõ: Lê\n- Sinh ngày tháng năm: 1980 khen\n- Chức vụ: ; Đơn vị công tác:")
	f.Fuzz(func(t *testing.T, number, date, title, text string) {
		if len(text) > 4000 || len(title)+len(date)+len(number) > 600 {
			return
		}
		p := newPaper().head([]string{"UBND TỈNH", "*SỞ NỘI VỤ", number}, date).center("*" + title)
		for _, l := range strings.Split(text, "\n") {
			if len(p.sheets) < 4 {
				p.para(l)
			}
		}
		p.sign([]string{number, title}, []string{"*GIÁM ĐỐC", date, "Trần Văn Ân"})
		r := reading.Reading{}
		var pages []fields.Page
		for i := range p.sheets {
			s := p.sheets[i]
			pages = append(pages, fields.Page{Sheet: s, Quality: reading.Text, Blocks: layout.Blocks(&s)})
		}
		fields.Fill(&r, pages)
		for _, d := range r.Documents {
			for _, fd := range reading.Fields(d) {
				if fd.Value != "" && fd.Name != "kind" && fd.Evidence.Source == "" {
					t.Fatalf("%s = %q without evidence", fd.Name, fd.Value)
				}
			}
		}
	})
}

// FuzzBlocks puts letters and lines anywhere: nothing is lost or doubled.
func FuzzBlocks(f *testing.F) {
	f.Add([]byte("\x10\x20A\x40\x20B\x40\x60C\x10\x62D"), []byte("\x00\x10\x90\x00\x30\x90"))
	f.Fuzz(func(t *testing.T, at, lines []byte) {
		if len(at) > 3000 || len(lines) > 900 {
			return
		}
		s := layout.Sheet{N: 1, Width: 595, Height: 842}
		for i := 0; i+2 < len(at); i += 3 {
			x, y := float64(at[i])*2, 100+float64(at[i+1])*2.5
			s.Glyphs = append(s.Glyphs, layout.Glyph{X0: x, X1: x + 6, Base: y, Size: 12, Text: string(rune('A' + at[i+2]%26)), Conf: 1})
		}
		for i := 0; i+2 < len(lines); i += 3 {
			a, b, c := float64(lines[i])*2, float64(lines[i+1])*2, float64(lines[i+2])*2
			if lines[i]%2 == 0 {
				s.Rules = append(s.Rules, layout.Rule{X0: min(b, c), Y0: 100 + a, X1: max(b, c), Y1: 100 + a})
			} else {
				s.Rules = append(s.Rules, layout.Rule{X0: a, Y0: 100 + min(b, c), X1: a, Y1: 100 + max(b, c)})
			}
		}
		in, out := map[rune]int{}, map[rune]int{}
		for i, g := range s.Glyphs {
			double := false
			for _, h := range s.Glyphs[:i] {
				double = double || h.Text == g.Text && math.Abs(h.X0-g.X0) < 3 && math.Abs(h.Base-g.Base) < 5
			}
			if !double {
				in[rune(g.Text[0])]++
			}
		}
		for _, r := range layout.Text(layout.Blocks(&s)) {
			if r >= 'A' && r <= 'Z' {
				out[r]++
			}
		}
		for r, n := range in {
			if out[r] < n {
				t.Fatalf("%c drawn %d times, %d in the text", r, n, out[r])
			}
		}
	})
}
