package papers

import (
	"fmt"
	"strings"
	"time"
)

// Results is what the standing agency's consolidated report of a year is made
// of. What is not known is "" and stays a blank.
type Results struct {
	Issuer   string // who launched the campaign
	Agency   string // standing agency, which reports
	Onward   string // to whom
	Campaign string
	Plan     string // số, ký hiệu
	PlanDate string // ISO
	Year     int
	Before   string // the deadline in words
	Owing    int
	Excused  int
	Late     int
	Units    []ResultUnit
	Missing  []string
	Figures  []ResultFigure
	Signer   Signer
	Made     time.Time
}

// ResultUnit is a unit that reported.
type ResultUnit struct {
	Name   string
	Number string // of its receipt
	At     string
	Late   bool
	Values []string // one for each of Figures; "" where it gave none
}

// ResultFigure is what the units' figures of one item come to, in words.
type ResultFigure struct {
	Title string
	Want  string // the plan's threshold, or ""
	N     int
	Met   string
	Low   string
	Mean  string
	High  string
	Total string
}

// valuesAcross is how many figures stand beside each other in the annex.
const valuesAcross = 6

// Consolidation makes the standing agency's consolidated report of a year.
func Consolidation(r Results) Paper {
	place := strings.TrimSpace(strings.NewReplacer("UBND", "", "Ủy ban nhân dân", "", "tỉnh", "", "thành phố", "", "quận", "").Replace(r.Issuer))
	p := Paper{
		Parent: strings.ToUpper(r.Issuer), Organ: strings.ToUpper(or(r.Agency, Blank)), Number: "       /BC-" + Blank, Place: place,
		Type: "BÁO CÁO", Subject: fmt.Sprintf("Tổng hợp kết quả thực hiện phong trào thi đua “%s” năm %d", r.Campaign, r.Year), Made: r.Made,
		Signer: r.Signer.lines(), CC: []string{"Như trên", "Các đơn vị báo cáo", "Lưu: VT, hồ sơ"},
		Closing: fmt.Sprintf("Trên đây là kết quả thực hiện phong trào thi đua năm %d, %s tổng hợp, báo cáo", r.Year, or(r.Agency, Blank)),
	}
	if r.Onward != "" {
		p.To = []string{full(r.Onward)}
	}
	if r.Plan != "" {
		plan := "Kế hoạch số " + r.Plan
		if t, err := time.Parse(time.DateOnly, r.PlanDate); err == nil {
			plan += " ngày " + t.Format("02/01/2006")
		}
		p.Basis = []string{plan + " về phong trào thi đua “" + r.Campaign + "”"}
	}
	told := fmt.Sprintf("Đến hạn báo cáo (%s), có %s/%s đơn vị báo cáo", r.Before, two(len(r.Units)), two(r.Owing))
	for _, x := range []struct {
		n    int
		text string
	}{{r.Late, "gửi sau hạn"}, {len(r.Missing), "chưa báo cáo"}, {r.Excused, "được miễn báo cáo"}} {
		if x.n > 0 {
			told += fmt.Sprintf(", %s đơn vị %s", two(x.n), x.text)
		}
	}
	p.Body = []string{told + "."}
	if len(r.Figures) > 0 {
		t := Table{Title: "I. KẾT QUẢ THEO CHỈ TIÊU", Heads: []string{"STT", "Chỉ tiêu", "Mức kế hoạch", "Số đơn vị có số liệu", "Số đơn vị đạt", "Thấp nhất", "Trung bình", "Cao nhất", "Tổng"}, Widths: []float64{0.07, 0.29, 0.09, 0.10, 0.09, 0.09, 0.09, 0.09, 0.09}}
		for i, f := range r.Figures {
			t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), f.Title, f.Want, fmt.Sprint(f.N), f.Met, f.Low, f.Mean, f.High, f.Total})
		}
		p.Tables = append(p.Tables, t)
	}
	units := Table{Title: numeral(len(p.Tables)) + ". ĐƠN VỊ ĐÃ BÁO CÁO", Heads: []string{"STT", "Đơn vị", "Số tiếp nhận", "Thời điểm nhận", "Ghi chú"}, Widths: []float64{0.07, 0.38, 0.23, 0.17, 0.15}}
	for i, u := range r.Units {
		note := ""
		if u.Late {
			note = "Sau hạn"
		}
		units.Rows = append(units.Rows, []string{fmt.Sprint(i + 1), u.Name, u.Number, u.At, note})
	}
	p.Tables = append(p.Tables, units)
	if len(r.Missing) > 0 {
		t := Table{Title: numeral(len(p.Tables)) + ". ĐƠN VỊ CHƯA BÁO CÁO", Heads: []string{"STT", "Đơn vị"}, Widths: []float64{0.07, 0.93}}
		for i, name := range r.Missing {
			t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), name})
		}
		p.Tables = append(p.Tables, t)
	}
	p.Tables = append(p.Tables, r.annex(len(p.Tables))...)
	return p
}

// annex gives the figures of each unit, some beside each other, named by their
// number in the first table.
func (r Results) annex(before int) []Table {
	var out []Table
	for from := 0; from < len(r.Figures); from += valuesAcross {
		to := min(from+valuesAcross, len(r.Figures))
		t := Table{Heads: []string{"STT", "Đơn vị"}, Widths: []float64{0.07, 0.33}}
		if from == 0 {
			t.Title = numeral(before) + ". SỐ LIỆU CỦA TỪNG ĐƠN VỊ (theo số thứ tự chỉ tiêu ở mục I)"
		} else {
			t.Title = "Tiếp theo"
		}
		for n := from; n < to; n++ {
			t.Heads = append(t.Heads, fmt.Sprintf("(%d)", n+1))
			t.Widths = append(t.Widths, 0.60/float64(to-from))
		}
		for i, u := range r.Units {
			row := []string{fmt.Sprint(i + 1), u.Name}
			for n := from; n < to; n++ {
				v := ""
				if n < len(u.Values) {
					v = u.Values[n]
				}
				row = append(row, v)
			}
			t.Rows = append(t.Rows, row)
		}
		out = append(out, t)
	}
	return out
}

// numeral is the Roman number of the next part.
func numeral(before int) string {
	return []string{"I", "II", "III", "IV", "V", "VI"}[min(before, 5)]
}
