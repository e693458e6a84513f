package corpus

import (
	"fmt"
	"strconv"
	"strings"
)

// report writes the báo cáo thành tích of one nominee.
func (s *story) report(n *nominee) Document {
	_, day := s.filled()
	at := s.met.AddDate(0, 0, -1-s.d.IntN(20))
	t := Truth{
		"kind": "bao_cao", "ten": n.Name, "loai": n.Kind, "dia_danh": s.a.Place, "ngay_ban_hanh": iso(at),
		"ngay_sinh": "", "chuc_vu": n.Post, "don_vi": n.Unit,
	}
	s.byHand(t, false, day)
	parent, issuer := s.a.Issuer, []string{strings.ToUpper(n.Unit)}
	if n.Kind == collective {
		issuer = []string{strings.ToUpper(n.Name)}
	}
	if s.f.reportHead == 1 {
		parent, issuer = s.a.Parent, s.a.Issuer
	}
	t["co_quan_ban_hanh"], t["co_quan_chu_quan"] = joined(issuer), joined(parent)
	b := []Block{s.header(parent, issuer, "", s.a.Place, s.dated(at, day))}
	form := "ĐỀ NGHỊ TẶNG " + strings.ToUpper(s.award)
	b = append(b, centre(Line{Text: "BÁO CÁO THÀNH TÍCH", Bold: true, Size: 14}, Line{Text: form, Bold: true})...)
	if s.f.reportHead == 2 {
		b = append(b, centre(Line{Text: "(Mẫu dùng cho thành tích theo chuyên đề)", Italic: true})...)
	}
	if n.Kind == collective {
		b = append(b, s.ofUnit(n)...)
	} else {
		b = append(b, s.ofPerson(n, t)...)
	}
	b = append(b, bold([]string{"II. THÀNH TÍCH ĐẠT ĐƯỢC", "II. TÓM TẮT THÀNH TÍCH", "B. THÀNH TÍCH"}[s.f.body]))
	k := s.d.IntN(len(deeds))
	for i := range 4 + s.d.IntN(4) {
		text := deeds[(k+i)%len(deeds)]
		if s.f.body == 1 {
			text = strconv.Itoa(i+1) + ". " + text
		}
		b = append(b, para(text))
	}
	b = append(b, bold([]string{"III. CÁC HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG", "III. HÌNH THỨC ĐÃ ĐƯỢC KHEN", "C. CÁC HÌNH THỨC KHEN THƯỞNG ĐÃ NHẬN"}[s.f.body]), s.earlier())
	b = append(b, para(of(s.d, "Trên đây là báo cáo thành tích, kính đề nghị cấp trên xem xét./.", "Kính đề nghị các cấp xét, khen thưởng./.")))
	b = append(b, s.confirmation(n, t))
	return Document{Truth: t, Blocks: b}
}

func (s *story) ofUnit(n *nominee) []Block {
	out := []Block{bold([]string{"I. SƠ LƯỢC ĐẶC ĐIỂM, TÌNH HÌNH", "I. ĐẶC ĐIỂM, TÌNH HÌNH", "A. ĐẶC ĐIỂM CHUNG"}[s.f.body])}
	label := []string{"1. Tên tập thể: ", "- Tên đơn vị: ", "1. Tên tập thể: ", "Tên đơn vị: ", "1. Tên tập thể đề nghị khen thưởng: "}[s.f.report]
	return append(out,
		para(label+n.Name+[]string{"", "."}[s.f.zero]),
		para(fmt.Sprintf("2. Địa điểm trụ sở chính: %s, tỉnh %s. Điện thoại: 02%d.3.%03d.%03d.", s.a.Place, s.a.Province, 10+s.d.IntN(80), s.d.IntN(1000), s.d.IntN(1000))),
		para(fmt.Sprintf("3. Cơ cấu tổ chức: tổng số %d cán bộ, công chức, viên chức, người lao động; trong đó nữ %d người.", 12+s.d.IntN(30), 3+s.d.IntN(9))))
}

func (s *story) ofPerson(n *nominee, t Truth) []Block {
	t["ngay_sinh"] = iso(n.Birth)
	sex := "Nam"
	if n.Honour == "Bà" {
		sex = "Nữ"
	}
	born := slashed(n.Birth, s.f.zero == 0)
	words := fmt.Sprintf("ngày %s tháng %s năm %d", two(n.Birth.Day()), two(int(n.Birth.Month())), n.Birth.Year())
	home := of(s.d, "xã ", "thị trấn ") + of(s.d, communes...) + ", tỉnh " + s.a.Province
	out := []Block{bold([]string{"I. SƠ LƯỢC TIỂU SỬ", "I. THÔNG TIN CÁ NHÂN", "A. SƠ LƯỢC LÝ LỊCH"}[s.f.body])}
	var lines []string
	switch s.f.report {
	case 0:
		lines = []string{"- Họ và tên: " + n.Name + ". Giới tính: " + sex, "- Sinh " + words, "- Quê quán: " + home, "- Chức vụ: " + n.Post, "- Đơn vị công tác: " + n.Unit + ", " + s.a.Name, "- Trình độ chuyên môn: Đại học"}
	case 1:
		lines = []string{"1. Họ và tên: " + n.Name, "2. Ngày, tháng, năm sinh: " + born, "3. Quê quán: " + home, "4. Chức vụ hiện nay (Đảng, chính quyền, đoàn thể): " + n.Post, "5. Đơn vị công tác: " + n.Unit, "6. Trình độ: Cử nhân"}
	case 2:
		lines = []string{"Họ và tên (Ghi đầy đủ bằng chữ in thường, không viết tắt): " + n.Name, "Ngày sinh: " + born, "Giới tính: " + sex, "Chức vụ, đơn vị công tác: " + n.Post + ", " + n.Unit}
	case 3:
		lines = []string{"- Họ tên: " + n.Name, "- Năm sinh: " + born + " " + string(Gap) + " Giới tính: " + sex, "- Chức vụ: " + n.Post + ";", "- Nơi công tác: " + n.Unit + ";"}
	case 4:
		lines = []string{"1. Họ và tên: " + strings.ToUpper(n.Name), "2. Sinh ngày: " + born, "3. Chức danh, chức vụ: " + n.Post, "4. Cơ quan, đơn vị công tác: " + n.Unit + ", " + s.a.Name}
	}
	for _, l := range lines {
		out = append(out, para(l))
	}
	return out
}

// earlier is the table of what was given before: full of dates and numbers
// that belong to nobody's field.
func (s *story) earlier() Block {
	b := Block{Kind: Table, Head: 1, Widths: []float64{0.14, 0.4, 0.46}, Rows: [][]string{{"Năm", "Danh hiệu, hình thức khen thưởng", "Số, ngày, tháng, năm của quyết định; cơ quan ban hành"}}}
	for i := range 2 + s.d.IntN(3) {
		y := s.year - 5 + i
		b.Rows = append(b.Rows, []string{
			strconv.Itoa(y), of(s.d, "Lao động tiên tiến", "Chiến sĩ thi đua cơ sở", "Giấy khen", "Bằng khen của Bộ"),
			fmt.Sprintf("Quyết định số %d/QĐ-%s ngày %02d/%02d/%d", 100+s.d.IntN(1800), s.a.Code, 1+s.d.IntN(28), 1+s.d.IntN(12), y),
		})
	}
	return b
}

// confirmation is the two blocks at the end of a report.
func (s *story) confirmation(n *nominee, t Truth) Block {
	reporter := n.Name
	right := []string{"NGƯỜI BÁO CÁO", "NGƯỜI BÁO CÁO THÀNH TÍCH", "NGƯỜI VIẾT BÁO CÁO"}[s.f.reporter]
	if n.Kind == collective {
		right, reporter = "THỦ TRƯỞNG ĐƠN VỊ", s.d.person().Name
	}
	note := []string{"", "(Ký, ghi rõ họ tên)", ""}[s.f.reporter]
	t["nguoi_bao_cao"] = reporter
	out := Block{Kind: Pair, Role: "sign", Right: s.signature([]string{right}, note, signedBlock, false, false, reporter)}
	t["xac_nhan"], t["nguoi_xac_nhan"] = n.Confirmed == signedBlock, ""
	if n.Confirmed == noBlock {
		return out
	}
	boss := s.signer
	if boss.Name == n.Name {
		boss = s.secretary
	}
	t["nguoi_xac_nhan"] = boss.Name
	titles := [][]string{
		{"XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ"},
		{"THỦ TRƯỞNG ĐƠN VỊ", "XÁC NHẬN, ĐỀ NGHỊ"},
		{"XÁC NHẬN CỦA ĐƠN VỊ"},
		{"XÁC NHẬN CỦA CẤP TRÊN TRỰC TIẾP"},
		{"XÁC NHẬN CỦA CƠ QUAN, ĐƠN VỊ"},
	}[s.f.confirm]
	if s.f.confirm != 1 {
		titles = append(titles, s.a.Head)
	}
	out.Left = s.signature(titles, "", n.Confirmed, true, false, boss.Name)
	return out
}
