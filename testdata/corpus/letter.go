package corpus

import (
	"fmt"
	"strconv"
	"strings"
)

// letter writes the tờ trình.
func (s *story) letter() Document {
	hand, day := s.filled()
	printed, number := s.symbol(s.number, "TTr", s.a.Code, hand)
	t := Truth{
		"kind": "to_trinh", "so_ky_hieu": number, "ngay_ban_hanh": iso(s.date), "co_quan_chu_quan": joined(s.a.Parent),
		"co_quan_ban_hanh": joined(s.a.Issuer), "dia_danh": s.a.Place, "nguoi_ky": s.signer.Name, "da_ky": s.letterSigned,
	}
	s.byHand(t, hand, day)
	b := []Block{s.header(s.a.Parent, s.a.Issuer, printed, s.a.Place, s.dated(s.date, day))}
	subject := s.subject()
	t["trich_yeu"] = subject
	b = append(b, centre(Line{Text: "TỜ TRÌNH", Bold: true, Size: 14})...)
	title := Line{Text: subject, Bold: true, Under: 0.2}
	if s.f.titleForm == 1 {
		title.Under = 0
	}
	b = append(b, centre(title)...)
	b = append(b, s.addressed()...)
	for i := range 2 + s.f.grounds {
		b = append(b, para(grounds[(s.f.grounds*3+i)%len(grounds)]))
	}
	b = append(b, paras(s.preamble()...)...)
	b = append(b, para(s.request(t)))
	list, nominees := s.list(number)
	annex := s.f.list == 3 || s.f.list == 6
	if !annex {
		b = append(b, list...)
	}
	if s.f.body == 2 {
		b = append(b, para("Các tập thể, cá nhân nêu trên đã được bình xét từ cơ sở, bảo đảm đúng đối tượng, tiêu chuẩn; hồ sơ gửi kèm theo gồm biên bản họp xét và báo cáo thành tích có xác nhận."))
	}
	b = append(b, para(of(s.d, "Kính đề nghị ", "Kính trình ")+s.a.Super+" xem xét, quyết định./."))
	b = append(b, s.letterSign(t))
	if annex {
		b = append(b, list...)
	}
	t["nominees"] = nominees
	return Document{Truth: t, Blocks: b}
}

func (s *story) who() string {
	c, i := s.count(collective), s.count(individual)
	switch {
	case c == 0:
		return "các cá nhân"
	case i == 0:
		return "các tập thể"
	}
	return "các tập thể, cá nhân"
}

func (s *story) subject() string {
	switch s.f.subjectForm {
	case 1:
		return "Đề nghị tặng " + s.award + " cho " + s.who() + " có thành tích xuất sắc trong " + s.campaign
	case 2:
		return "V/v đề nghị khen thưởng thành tích trong " + s.campaign
	case 3:
		return "Về việc xét, tặng " + s.award + " đối với " + s.who() + " tiêu biểu trong " + s.campaign
	case 4:
		return "Về khen thưởng " + s.who() + " trong " + s.campaign
	}
	return "Về việc đề nghị tặng " + s.award + " cho " + s.who() + " đã có thành tích trong " + s.campaign
}

func (s *story) addressed() []Block {
	board := "Ban Thi đua - Khen thưởng, Sở Nội vụ"
	if strings.Contains(s.a.Super, "huyện") {
		board = "Phòng Nội vụ huyện"
	}
	switch s.f.to {
	case 1:
		return []Block{
			{Kind: Para, Align: Left, Lines: []Line{{Text: "Kính gửi:"}}},
			{Kind: Para, Lines: []Line{{Text: "- " + s.a.Super + ";"}}},
			{Kind: Para, Lines: []Line{{Text: "- " + board + "."}}},
		}
	case 2:
		return centre(Line{Text: "Kính gửi: Chủ tịch " + s.a.Super})
	case 3:
		return nil // letters without an addressee exist
	}
	return centre(Line{Text: "Kính gửi: " + s.a.Super + "."})
}

func (s *story) preamble() []string {
	n := s.a.Name
	switch s.f.body {
	case 1:
		return []string{
			"Thực hiện " + s.campaign + ", trong thời gian qua tập thể lãnh đạo, cán bộ, công chức, viên chức và người lao động " + n + " đã nỗ lực khắc phục khó khăn, hoàn thành tốt các chỉ tiêu, nhiệm vụ được giao.",
			"Căn cứ kết quả bình xét tại Biên bản họp ngày " + slashed(s.met, true) + " của " + s.a.Label + ";",
		}
	case 2:
		return []string{n + " báo cáo và đề nghị như sau:", of(s.d, deeds...)}
	}
	return []string{"Xét thành tích đạt được của các tập thể, cá nhân trong " + s.campaign + " và theo đề nghị của " + s.a.Label + ","}
}

// request writes the sentence that asks, with the counts it states.
func (s *story) request(t Truth) string {
	c, i := s.count(collective), s.count(individual)
	if n, ok := s.stated[collective]; ok {
		c = n
	}
	if n, ok := s.stated[individual]; ok {
		i = n
	}
	t["so_luong_tap_the"], t["so_luong_ca_nhan"] = c, i
	num := two
	if s.f.zero == 1 {
		num = strconv.Itoa
	}
	var parts []string
	if c > 0 {
		parts = append(parts, num(c)+" tập thể")
	}
	if i > 0 {
		parts = append(parts, num(i)+" cá nhân")
	}
	counts := strings.Join(parts, " và ")
	why := " đã có thành tích xuất sắc trong " + s.campaign
	tail := ", cụ thể như sau:"
	if s.f.list == 3 || s.f.list == 6 {
		tail = " (có danh sách kèm theo)."
	}
	switch s.f.request {
	case 1:
		return fmt.Sprintf("%s trân trọng đề nghị %s xem xét, tặng %s cho %s%s%s", s.a.Name, s.a.Super, s.award, counts, why, tail)
	case 2:
		return fmt.Sprintf("Để kịp thời động viên, khích lệ, %s đề nghị tặng %s cho %s%s%s", s.a.Name, s.award, counts, why, tail)
	case 3:
		if len(s.stated) == 0 { // blanks are left for the numbers
			t["so_luong_tap_the"], t["so_luong_ca_nhan"] = nil, nil
			return fmt.Sprintf("%s đề nghị tặng %s cho %c tập thể và %c cá nhân%s%s", s.a.Name, s.award, Gap, Gap, why, tail)
		}
	case 4:
		return fmt.Sprintf("Kính trình %s quyết định khen thưởng (%s) đối với %s%s%s", s.a.Super, s.award, counts, why, tail)
	case 5:
		return fmt.Sprintf("%s kính đề nghị %s xét khen thưởng %s, hình thức: %s%s", s.a.Name, s.a.Super, counts, s.award, tail)
	}
	return fmt.Sprintf("%s kính đề nghị %s xem xét, quyết định tặng %s cho %s%s%s", s.a.Name, s.a.Super, s.award, counts, why, tail)
}

func (s *story) letterSign(t Truth) Block {
	titles := []string{}
	title := s.a.Head
	switch {
	case s.deputy && s.a.On != "":
		titles = append(titles, s.a.On, "KT. "+s.a.Head, "PHÓ "+s.a.Head)
		title = "PHÓ " + s.a.Head
	case s.deputy:
		titles = append(titles, "KT. "+s.a.Head, "PHÓ "+s.a.Head)
		title = "PHÓ " + s.a.Head
	case s.a.On != "":
		titles = append(titles, s.a.On, s.a.Head)
	default:
		titles = append(titles, s.a.Head)
	}
	if title == "PHÓ CHI CỤC TRƯỞNG" {
		titles[len(titles)-1] = title
	}
	t["chuc_danh_ky"] = title
	state := signedBlock
	if !s.letterSigned {
		state = emptyBlock
	}
	rubber := s.d.scan && s.f.rubber
	if rubber {
		t["stamped"] = []string{"nguoi_ky"}
	}
	left := []Line{{Text: "Nơi nhận:", Bold: true, Italic: true}, {Text: "- Như trên;", Size: 11}, {Text: "- " + of(s.d, "Sở Nội vụ", "Lãnh đạo cơ quan", "Ban TĐKT tỉnh") + ";", Size: 11}, {Text: "- Lưu: VT, " + of(s.d, "TCCB", "TĐKT", "HC") + ".", Size: 11}}
	return Block{Kind: Pair, Role: "sign", Left: left, Right: s.signature(titles, "", state, s.f.sealed != 1 || s.d.scan, rubber, s.signer.Name)}
}
