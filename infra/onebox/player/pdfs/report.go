package pdfs

import (
	"fmt"
	"strings"
	"time"
)

// Report is an achievement report (báo cáo thành tích).
type Report struct {
	From        Office // who confirms
	Date        time.Time
	Campaign    Campaign
	Nominee     Nominee
	Unconfirmed bool // the confirmation block is not signed
}

func (r Report) draw(s *sheet) {
	n := r.Nominee
	lower := n.Name
	if !n.Collective {
		lower = n.Unit
	}
	s.head(strings.ToUpper(r.From.Full), strings.ToUpper(lower), cell{}, dated(dateLine(r.From.Place, r.Date)))
	s.centre(bold, 14, "BÁO CÁO THÀNH TÍCH")
	s.centre(bold, 13.5, strings.ToUpper("Đề nghị tặng "+r.Campaign.Award))
	s.centre(italic, 12.5, "(Mẫu số 07, Nghị định số 91/2017/NĐ-CP)")
	s.space(8)
	if n.Collective {
		s.para(bold, "I. THÔNG TIN CHUNG")
		s.para(regular, "1. Tên tập thể: "+n.Name+".")
		s.para(regular, "2. Trụ sở: "+n.Seat+".")
		s.para(regular, fmt.Sprintf("3. Tổ chức: %d công chức, viên chức, người lao động, trong đó %d nữ.", n.Staff, n.Women))
	} else {
		gender := "Nam"
		if n.Honor == "Bà" {
			gender = "Nữ"
		}
		s.para(bold, "I. THÔNG TIN CÁ NHÂN")
		s.para(regular, "- Họ và tên: "+n.Name+"; giới tính: "+gender+".")
		s.para(regular, "- Sinh "+longDate(n.Birth)+".")
		s.para(regular, "- Quê quán: "+n.Home+".")
		s.para(regular, "- Đơn vị công tác: "+n.Unit+".")
		s.para(regular, "- Chức vụ: "+n.Position+".")
		s.para(regular, "- Trình độ chuyên môn: "+n.Degree+".")
	}
	s.para(bold, "II. THÀNH TÍCH ĐẠT ĐƯỢC TRONG PHONG TRÀO")
	for i, d := range n.Done {
		s.para(regular, fmt.Sprintf("%d. %s", i+1, d))
	}
	if len(n.Earlier) > 0 {
		s.para(bold, "III. HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG")
		rows := [][]string{{"Năm", "Danh hiệu, hình thức khen thưởng; số quyết định"}}
		for _, e := range n.Earlier {
			rows = append(rows, []string{e[0], e[1]})
		}
		s.table([]float64{0.15, 0.85}, []bool{true, false}, rows)
	}
	s.need(140)
	s.space(6)
	own, who := "NGƯỜI BÁO CÁO", n.Name
	if n.Collective {
		own, who = "THỦ TRƯỞNG ĐƠN VỊ", n.Leader
	}
	confirm := append([]string{"XÁC NHẬN CỦA CƠ QUAN TRÌNH KHEN THƯỞNG"}, r.From.signature()...)
	name := r.From.Head
	if r.Unconfirmed {
		confirm, name = confirm[:1], ""
	}
	s.columns(260, signed(confirm, !r.Unconfirmed, name), signed([]string{own}, true, who), true)
}

// Decision is the Chairman's decision with its list.
type Decision struct {
	From     Office
	Number   string // with symbol
	Date     time.Time
	Campaign Campaign
	Nominees []Nominee
}

func (d Decision) draw(s *sheet) {
	s.head(d.From.Upper, d.From.Name, numbered("Số: "+d.Number), dated(dateLine(d.From.Place, d.Date)))
	s.centre(bold, 14, "QUYẾT ĐỊNH")
	s.centre(bold, 13.5, "Về việc tặng "+d.Campaign.Award)
	s.space(4)
	s.centre(bold, 13.5, "CHỦ TỊCH "+d.From.Upper+" "+d.From.Name)
	s.space(6)
	s.para(italic, "Căn cứ Luật Tổ chức chính quyền địa phương;")
	s.para(italic, "Căn cứ Luật Thi đua, Khen thưởng năm 2003 và các luật sửa đổi, bổ sung;")
	s.para(italic, "Xét đề nghị của Giám đốc Sở Nội vụ,")
	s.centre(bold, 13.5, "QUYẾT ĐỊNH:")
	c, i := counts(d.Nominees)
	s.para(regular, fmt.Sprintf("Điều 1. Tặng %s cho %s có thành tích xuất sắc trong phong trào thi đua %s (danh sách kèm theo).", d.Campaign.Award, amount(c, i), d.Campaign.Name))
	s.para(regular, "Điều 2. Kinh phí khen thưởng thực hiện theo quy định hiện hành.")
	s.para(regular, "Điều 3. Quyết định có hiệu lực từ ngày ký. Thủ trưởng các đơn vị liên quan và các tập thể, cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành./.")
	s.need(110)
	s.space(6)
	receivers := []cell{{st: italic, size: 11.5, text: "Nơi nhận:"}, {st: regular, size: 11, text: "- Như Điều 3;"}, {st: regular, size: 11, text: "- Lưu: VT."}}
	s.columns(230, receivers, signed([]string{d.From.Title}, true, d.From.Head), false)
	s.newPage()
	s.centre(bold, 14, "DANH SÁCH")
	s.centre(italic, 13, fmt.Sprintf("(Kèm theo Quyết định số %s %s)", d.Number, longDate(d.Date)))
	s.space(6)
	rows := [][]string{{"STT", "Tên tập thể, cá nhân", "Chức vụ, đơn vị"}}
	for n, x := range d.Nominees {
		name := x.Name
		if x.Honor != "" {
			name = x.Honor + " " + x.Name
		}
		rows = append(rows, []string{fmt.Sprint(n + 1), name, joined(x.Position, x.Unit)})
	}
	s.table([]float64{0.1, 0.42, 0.48}, []bool{true, false, false}, rows)
}

// Other is any other paper with a title and paragraphs: what units upload by
// mistake.
type Other struct {
	From  Office
	Title string
	Date  time.Time
	Text  []string
}

func (o Other) draw(s *sheet) {
	s.head(o.From.Upper, o.From.Name, cell{}, dated(dateLine(o.From.Place, o.Date)))
	s.centre(bold, 14, strings.ToUpper(o.Title))
	s.space(8)
	for _, t := range o.Text {
		s.para(regular, t)
	}
}

// Paper is any of the papers above.
type Paper interface {
	draw(*sheet)
	made() time.Time
	title() string
}

func (l Letter) made() time.Time   { return l.Date }
func (m Minutes) made() time.Time  { return m.Met }
func (r Report) made() time.Time   { return r.Date }
func (d Decision) made() time.Time { return d.Date }
func (o Other) made() time.Time    { return o.Date }

func (l Letter) title() string   { return "Tờ trình" }
func (m Minutes) title() string  { return "Biên bản" }
func (r Report) title() string   { return "Báo cáo thành tích" }
func (d Decision) title() string { return "Quyết định" }
func (o Other) title() string    { return o.Title }

// Write gives the papers, one after the other, as one born-digital file.
func Write(papers ...Paper) ([]byte, error) {
	if len(papers) == 0 {
		return nil, fmt.Errorf("no paper to write")
	}
	k := newInk(papers[0].title(), papers[0].made())
	for _, p := range papers {
		p.draw(newSheet(k))
	}
	return k.bytes()
}
