package papers

import (
	"fmt"
	"strings"
	"time"
)

// Nominee is one line of a consolidated list.
type Nominee struct {
	Collective bool
	Name       string
	Position   string
	Unit       string
}

// Request is what a consolidated letter is made of. What the plan or the
// round does not say is "" and stays a blank in the paper.
type Request struct {
	Issuer   string // who launched the campaign, such as "UBND tỉnh Bắc Kạn"
	Agency   string // standing agency, which sends the letter
	Reviewer string // body that reviews the list
	Award    string // form and decider
	Campaign string
	Round    string
	Plan     string // số, ký hiệu of the plan
	PlanDate string // ISO
	Laws     []string
	Nominees []Nominee
	Signer   Signer
	Made     time.Time
}

// Consolidated makes the standing agency's letter by which it submits what
// its head confirmed, with the lists (domain: TTr of the agency, not an upload
// of units).
func Consolidated(r Request) Paper {
	place := strings.TrimSpace(strings.NewReplacer("UBND", "", "Ủy ban nhân dân", "", "tỉnh", "", "thành phố", "", "quận", "").Replace(r.Issuer))
	award := or(r.Award, "Bằng khen")
	p := Paper{
		Parent: strings.ToUpper(r.Issuer), Organ: strings.ToUpper(or(r.Agency, Blank)), Number: "       /TTr-" + Blank, Place: place,
		Type: "TỜ TRÌNH", Subject: "Về việc đề nghị tặng " + award, Made: r.Made,
		Signer: r.Signer.lines(), Closing: "Kính đề nghị " + or(r.Reviewer, Blank) + " thẩm định, trình cấp có thẩm quyền xem xét, quyết định",
	}
	if r.Reviewer != "" {
		p.To = append(p.To, r.Reviewer)
	}
	if r.Issuer != "" {
		p.To = append(p.To, "Chủ tịch "+full(r.Issuer))
	}
	p.Basis = append(p.Basis, r.Laws...)
	if r.Plan != "" {
		plan := "Kế hoạch số " + r.Plan
		if t, err := time.Parse(time.DateOnly, r.PlanDate); err == nil {
			plan += " ngày " + t.Format("02/01/2006")
		}
		if r.Issuer != "" {
			plan += " của " + full(r.Issuer)
		}
		p.Basis = append(p.Basis, plan+" về phong trào thi đua “"+r.Campaign+"”")
	}
	collectives, individuals := split(r.Nominees)
	p.Body = []string{fmt.Sprintf("Sau khi thẩm định hồ sơ của các đơn vị và lựa chọn trong số lượng của đợt “%s” thuộc phong trào thi đua “%s”, %s đề nghị tặng %s cho %s tập thể và %s cá nhân có danh sách dưới đây.",
		r.Round, r.Campaign, or(r.Agency, Blank), award, two(len(collectives)), two(len(individuals)))}
	if len(collectives) > 0 {
		t := Table{Title: "I. TẬP THỂ", Heads: []string{"STT", "Tên tập thể", "Đơn vị trình"}, Widths: []float64{0.08, 0.52, 0.40}}
		for i, n := range collectives {
			t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), n.Name, n.Unit})
		}
		p.Tables = append(p.Tables, t)
	}
	if len(individuals) > 0 {
		t := Table{Title: "II. CÁ NHÂN", Heads: []string{"STT", "Họ và tên", "Chức vụ", "Đơn vị trình"}, Widths: []float64{0.08, 0.30, 0.30, 0.32}}
		if len(collectives) == 0 {
			t.Title = "I. CÁ NHÂN"
		}
		for i, n := range individuals {
			t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), n.Name, n.Position, n.Unit})
		}
		p.Tables = append(p.Tables, t)
	}
	p.CC = []string{"Như trên", "Các đơn vị trình", "Lưu: VT, hồ sơ"}
	return p
}

func split(ns []Nominee) (collectives, individuals []Nominee) {
	for _, n := range ns {
		if n.Collective {
			collectives = append(collectives, n)
		} else {
			individuals = append(individuals, n)
		}
	}
	return collectives, individuals
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// full writes an organisation's name out.
func full(s string) string { return strings.ReplaceAll(s, "UBND", "Ủy ban nhân dân") }

// two writes a count as documents do: below ten with a nought.
func two(n int) string { return fmt.Sprintf("%02d", n) }
