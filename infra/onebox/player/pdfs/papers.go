package pdfs

import (
	"fmt"
	"strings"
	"time"
)

// Office is a body that writes papers.
type Office struct {
	Upper     string // line above the name in the header, in capitals
	Name      string // header name in capitals: "HUYỆN CHỢ ĐỒN"
	Full      string // in a sentence: "Ủy ban nhân dân huyện Chợ Đồn"
	Symbol    string // in document numbers: "UBND"
	Place     string // in the date line
	Council   string // its commendation council, in a sentence
	Authority string // line above the signer's title, or ""
	Title     string // signer's title in capitals
	Head      string // signer's name
}

// Nominee is who or what is put forward.
type Nominee struct {
	Collective bool
	Honor      string // "Ông" or "Bà"; "" for collectives
	Name       string
	Position   string // individuals
	Unit       string // where the person works; for a collective the body it belongs to
	Birth      time.Time
	Home       string
	Degree     string
	Seat       string   // collectives: where its office is
	Staff      int      // collectives: number of staff
	Women      int      // of these, women
	Leader     string   // collectives: who signs its report
	Done       []string // what was done and reached, one sentence group each
	Earlier    [][2]string
}

// Campaign is what the nomination is for.
type Campaign struct {
	Name   string // with quotation marks
	Plan   string // number and date of the plan
	Award  string // "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh …"
	Agency string // to whom letters go
	Event  string // "sơ kết giai đoạn 2022 - 2023"
}

// Letter is a submission letter (tờ trình).
type Letter struct {
	From        Office
	Number      string
	Date        time.Time
	Campaign    Campaign
	Minutes     string // number of the minutes it cites
	Met         time.Time
	Nominees    []Nominee
	Collectives int // as the sentence states; -1: as many as listed
	Individuals int
	Unsigned    bool
	Hand        bool // number and day are written by hand (scans only)
}

// blank is what is left open for handwriting.
const blank = "………"

func dateLine(place string, d time.Time) string {
	month := fmt.Sprintf("%d", int(d.Month()))
	if d.Month() < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("%s, ngày %02d tháng %s năm %d", place, d.Day(), month, d.Year())
}

func longDate(d time.Time) string {
	return fmt.Sprintf("ngày %02d tháng %d năm %d", d.Day(), int(d.Month()), d.Year())
}

const (
	state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	motto = "Độc lập - Tự do - Hạnh phúc"
	split = 200.0
)

// head draws the two-column header.
func (s *sheet) head(upper, name string, number, date cell) {
	l := []cell{{st: regular, size: 12.5, text: upper}, {st: bold, size: 12.5, text: name, gap: 6, rule: true}}
	if number.text != "" {
		l = append(l, number)
	}
	r := []cell{{st: bold, size: 12, text: state}, {st: bold, size: 13, text: motto, gap: 6, rule: true}}
	s.columns(split, l, append(r, date), true)
	s.space(14)
}

// numbered and dated are the header lines for a number and a date.
func numbered(text string) cell { return cell{st: regular, size: 13, text: text} }
func dated(text string) cell    { return cell{st: italic, size: 13, text: text} }

// signed is the run of cells of a signature block.
func signed(lines []string, signed bool, name string) []cell {
	var out []cell
	for i, l := range lines {
		gap := 0.0
		if i == len(lines)-1 {
			gap = 14
		}
		out = append(out, cell{st: bold, size: 13, text: l, gap: gap})
	}
	if signed {
		out = append(out, cell{st: italic, size: 13, text: "(Đã ký)", gap: 14})
	} else {
		out = append(out, cell{st: regular, size: 13, text: "", gap: 14})
	}
	return append(out, cell{st: bold, size: 13, text: name})
}

func (o Office) signature() []string {
	if o.Authority == "" {
		return []string{o.Title}
	}
	return []string{o.Authority, o.Title}
}

func counts(list []Nominee) (collectives, individuals int) {
	for _, n := range list {
		if n.Collective {
			collectives++
		} else {
			individuals++
		}
	}
	return collectives, individuals
}

func (l Letter) draw(s *sheet) {
	number := numbered(fmt.Sprintf("Số: %s/TTr-%s", l.Number, l.From.Symbol))
	date := dated(dateLine(l.From.Place, l.Date))
	if l.Hand {
		number.text, number.hand = fmt.Sprintf("Số: %s/TTr-%s", blank, l.From.Symbol), l.Number
		date.text = fmt.Sprintf("%s, ngày %s tháng %d năm %d", l.From.Place, blank, int(l.Date.Month()), l.Date.Year())
		date.hand = fmt.Sprintf("%02d", l.Date.Day())
	}
	s.head(l.From.Upper, l.From.Name, number, date)
	s.centre(bold, 14, "TỜ TRÌNH")
	s.centre(bold, 13.5, "Về việc đề nghị tặng "+l.Campaign.Award+" cho tập thể, cá nhân có thành tích xuất sắc trong phong trào thi đua "+l.Campaign.Name)
	s.space(8)
	s.centre(regular, 13.5, "Kính gửi: "+l.Campaign.Agency+".")
	s.space(6)
	s.para(italic, "Căn cứ Luật Thi đua, Khen thưởng năm 2003 và các luật sửa đổi, bổ sung;")
	s.para(italic, "Căn cứ Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ;")
	s.para(italic, "Căn cứ Kế hoạch số "+l.Campaign.Plan+" của Ủy ban nhân dân tỉnh về tổ chức phong trào thi đua "+l.Campaign.Name+";")
	s.para(regular, fmt.Sprintf("Xét thành tích trong %s và Biên bản số %s/BB-%s %s của %s,", l.Campaign.Event, l.Minutes, l.From.Symbol, longDate(l.Met), l.From.Council))
	c, i := counts(l.Nominees)
	if l.Collectives >= 0 {
		c = l.Collectives
	}
	if l.Individuals >= 0 {
		i = l.Individuals
	}
	s.para(regular, fmt.Sprintf("%s kính đề nghị xem xét, trình tặng %s cho %s có thành tích xuất sắc trong phong trào thi đua %s, gồm:",
		l.From.Full, l.Campaign.Award, amount(c, i), l.Campaign.Name))
	s.nominees(l.Nominees)
	s.para(regular, "(Có biên bản họp xét và báo cáo thành tích kèm theo)")
	s.para(regular, l.From.Full+" kính đề nghị "+l.Campaign.Agency+" xem xét./.")
	s.need(110)
	s.space(6)
	receivers := []cell{{st: italic, size: 11.5, text: "Nơi nhận:"}, {st: regular, size: 11, text: "- Như trên;"}, {st: regular, size: 11, text: "- Lưu: VT, TĐKT."}}
	s.columns(230, receivers, signed(l.From.signature(), !l.Unsigned, l.From.Head), false)
}

// amount says how many of each kind, leaving out a kind that is absent.
func amount(c, i int) string {
	var parts []string
	if c > 0 {
		parts = append(parts, fmt.Sprintf("%02d tập thể", c))
	}
	if i > 0 {
		parts = append(parts, fmt.Sprintf("%02d cá nhân", i))
	}
	return strings.Join(parts, " và ")
}

// nominees writes the list of a letter: a heading per kind, numbered lines.
func (s *sheet) nominees(list []Nominee) {
	c, i := counts(list)
	part := 0
	roman := func() string { part++; return [...]string{"I", "II"}[part-1] }
	if c > 0 {
		s.para(bold, roman()+". TẬP THỂ")
		n := 0
		for _, x := range list {
			if x.Collective {
				n++
				s.para(regular, fmt.Sprintf("%d. %s;", n, joined(x.Name, x.Unit)))
			}
		}
	}
	if i > 0 {
		s.para(bold, roman()+". CÁ NHÂN")
		n := 0
		for _, x := range list {
			if !x.Collective {
				n++
				s.para(regular, fmt.Sprintf("%d. %s %s, %s;", n, x.Honor, x.Name, joined(x.Position, x.Unit)))
			}
		}
	}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// Voted is a nominee with the votes it got.
type Voted struct {
	Nominee
	For, Of int
	Printed string // percentage as printed; "": as computed
}

// Minutes are the minutes of the meeting (biên bản).
type Minutes struct {
	From      Office
	Number    string
	Met       time.Time // with the hour it began
	Campaign  Campaign
	Room      string
	Members   int
	Present   int
	Chair     string // with Ông or Bà
	ChairJob  string
	Secretary string
	SecJob    string
	Votes     []Voted
	Unsigned  bool
}

func (m Minutes) draw(s *sheet) {
	s.head(m.From.Upper, m.From.Name, numbered(fmt.Sprintf("Số: %s/BB-%s", m.Number, m.From.Symbol)), dated(dateLine(m.From.Place, m.Met)))
	s.centre(bold, 14, "BIÊN BẢN")
	s.centre(bold, 13.5, "Họp "+m.From.Council+" xét, đề nghị tặng "+m.Campaign.Award)
	s.space(8)
	s.para(regular, fmt.Sprintf("Hôm nay, vào hồi %02d giờ %02d phút %s, tại %s, %s họp xét khen thưởng phong trào thi đua %s.",
		m.Met.Hour(), m.Met.Minute(), longDate(m.Met), m.Room, m.From.Council, m.Campaign.Name))
	s.para(bold, "I. THÀNH PHẦN")
	s.para(regular, fmt.Sprintf("1. Chủ trì: %s, %s.", m.Chair, m.ChairJob))
	s.para(regular, fmt.Sprintf("2. Thư ký: %s, %s.", m.Secretary, m.SecJob))
	absent := "không có thành viên vắng mặt"
	if n := m.Members - m.Present; n > 0 {
		absent = fmt.Sprintf("vắng %d thành viên có lý do", n)
	}
	s.para(regular, fmt.Sprintf("3. Tổng số thành viên Hội đồng: %d; số thành viên có mặt: %d; %s.", m.Members, m.Present, absent))
	s.para(bold, "II. NỘI DUNG")
	s.para(regular, "Chủ trì nêu tiêu chuẩn theo Kế hoạch số "+m.Campaign.Plan+". Thư ký trình bày tóm tắt thành tích của từng trường hợp. Các thành viên trao đổi, nhận xét, rồi bỏ phiếu kín.")
	s.para(regular, "Kết quả bỏ phiếu:")
	rows := [][]string{{"STT", "Tên tập thể, cá nhân", "Chức vụ, đơn vị", "Số phiếu đồng ý", "Tỷ lệ"}}
	for i, v := range m.Votes {
		p := v.Printed
		if p == "" {
			p = percent(v.For, v.Of)
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), v.Name, joined(v.Position, v.Unit), fmt.Sprintf("%d/%d", v.For, v.Of), p})
	}
	s.table([]float64{0.08, 0.31, 0.33, 0.14, 0.14}, []bool{true, false, false, true, true}, rows)
	s.para(regular, "Hội đồng thống nhất đề nghị "+m.Campaign.Award+" cho các trường hợp trên.")
	end := m.Met.Add(80 * time.Minute)
	s.para(regular, fmt.Sprintf("Cuộc họp kết thúc vào hồi %02d giờ %02d phút cùng ngày. Biên bản đã được đọc lại cho các thành viên cùng nghe và thông qua./.", end.Hour(), end.Minute()))
	s.need(95)
	s.space(6)
	s.columns(240, signed([]string{"THƯ KÝ"}, !m.Unsigned, bare(m.Secretary)), signed([]string{"CHỦ TRÌ"}, !m.Unsigned, bare(m.Chair)), true)
}

// bare takes the honorific off.
func bare(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "Ông "), "Bà ")
}

// percent writes a share the Vietnamese way: 88,89%, 100%.
func percent(n, of int) string {
	p := strings.ReplaceAll(fmt.Sprintf("%.2f", 100*float64(n)/float64(of)), ".", ",")
	return strings.TrimSuffix(p, ",00") + "%"
}
