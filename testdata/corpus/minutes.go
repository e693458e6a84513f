package corpus

import (
	"fmt"
	"strconv"
	"strings"
)

// report of the meeting: the biên bản.
func (s *story) minutesPaper() Document {
	hand, _ := s.filled()
	t := Truth{
		"kind": "bien_ban", "ngay_hop": iso(s.met), "co_quan_ban_hanh": joined(s.a.Issuer), "co_quan_chu_quan": joined(s.a.Parent),
		"so_thanh_vien": s.members, "so_co_mat": s.present, "chu_tri": s.chair.Name, "thu_ky": s.secretary.Name,
		"da_ky": s.minutes == signedBlock, "so_ky_hieu": "", "dia_danh": "",
	}
	printed, date := "", ""
	if s.f.minutesHead != 1 {
		var number string
		printed, number = s.symbol(1+s.number%60, "BB", "HĐTĐKT", hand)
		t["so_ky_hieu"] = number
		s.byHand(t, hand, false)
	}
	if s.f.minutesHead != 2 {
		date = s.dated(s.met, false)
		t["dia_danh"] = s.a.Place
	}
	b := []Block{s.header(s.a.Parent, s.a.Issuer, printed, s.a.Place, date)}
	title, subject := "BIÊN BẢN", ""
	switch s.f.minutesTitle {
	case 0:
		subject = "Họp " + s.a.Label + " xét, đề nghị khen thưởng"
	case 1:
		subject = "Về việc bình xét, đề nghị khen thưởng thành tích trong " + s.campaign
	case 2:
		subject = "Họp xét khen thưởng năm " + strconv.Itoa(s.year)
	case 3:
		title, subject = "BIÊN BẢN CUỘC HỌP", "Hội đồng xét đề nghị tặng "+s.award
	case 4:
		title, subject = "BIÊN BẢN", "Cuộc họp của "+s.a.Label+" về việc xét khen thưởng"
	}
	t["trich_yeu"] = subject
	b = append(b, centre(Line{Text: title, Bold: true, Size: 14}, Line{Text: subject, Bold: true})...)
	b = append(b, paras(s.meeting()...)...)
	b = append(b, para(of(s.d, "Sau khi nghe báo cáo tóm tắt thành tích và thảo luận, Hội đồng tiến hành bỏ phiếu kín.", "Hội đồng đã thảo luận, đánh giá thành tích của từng tập thể, cá nhân và biểu quyết.")))
	votes, nominees := s.voted(t)
	b = append(b, votes...)
	b = append(b, para(fmt.Sprintf("Cuộc họp kết thúc vào hồi %d giờ 30 phút cùng ngày. Biên bản được đọc cho các thành viên cùng nghe, nhất trí thông qua và lập thành 02 bản.", 10+s.d.IntN(7))))
	b = append(b, s.minutesSign())
	t["nominees"] = nominees
	return Document{Truth: t, Blocks: b}
}

// meeting writes when the council met, who was there and who led.
func (s *story) meeting() []string {
	hour := 8 + s.d.IntN(8)
	where := of(s.d, "tại phòng họp số 2", "tại Hội trường cơ quan", "tại phòng họp tầng 3")
	var out []string
	switch s.f.when {
	case 1:
		out = append(out, fmt.Sprintf("1. Thời gian: %02d giờ 00 phút, ngày %s.", hour, slashed(s.met, true)), "2. Địa điểm: "+where[len("tại "):]+", "+s.a.Name+".")
	case 2:
		out = append(out, fmt.Sprintf("Vào lúc %dh00 ngày %s, %s, %s tổ chức cuộc họp.", hour, slashed(s.met, false), where, s.a.Label))
	case 3:
		out = append(out, fmt.Sprintf("Hôm nay, %s, lúc %d giờ 15 phút, %s, chúng tôi gồm các thành viên %s tiến hành họp.", s.dated(s.met, false), hour, where, s.a.Label))
	case 4:
		out = append(out, fmt.Sprintf("- Thời gian: Bắt đầu lúc %dh30, %s.", hour, s.dated(s.met, false)), "- Địa điểm: "+where[len("tại "):]+".")
	default:
		out = append(out, fmt.Sprintf("Hôm nay, vào hồi %02d giờ 00 phút, %s, %s, %s họp để xét khen thưởng.", hour, s.dated(s.met, false), where, s.a.Label))
	}
	m, p := s.members, s.present
	num := func(n int) string {
		if s.f.zero == 0 {
			return two(n)
		}
		return strconv.Itoa(n)
	}
	switch s.f.attendance {
	case 0:
		out = append(out, fmt.Sprintf("Tổng số thành viên Hội đồng: %s người. Có mặt: %s người. Vắng mặt: %s.", num(m), num(p), num(m-p)))
	case 1:
		out = append(out, fmt.Sprintf("Thành phần tham dự: có mặt %s/%s thành viên; vắng mặt %s.", num(p), num(m), num(m-p)))
	case 2:
		out = append(out, fmt.Sprintf("Số thành viên được triệu tập là %s đồng chí, số thành viên dự họp là %s đồng chí.", num(m), num(p)))
	case 3:
		out = append(out, fmt.Sprintf("Hội đồng có %s thành viên; dự họp %s/%s; vắng %s.", num(m), num(p), num(m), num(m-p)))
	case 4:
		out = append(out, fmt.Sprintf("Thành phần: %s/%s thành viên Hội đồng có mặt.", num(p), num(m)))
	case 5:
		out = append(out, fmt.Sprintf("Hội đồng gồm %s đồng chí, có mặt %s đồng chí, vắng %s đồng chí.", num(m), num(p), num(m-p)))
	}
	post := "Chủ tịch Hội đồng"
	lower := strings.ToLower(s.chair.Honour)
	switch s.f.chair {
	case 0:
		out = append(out, "Chủ trì: "+s.chair.Honour+" "+s.chair.Name+", "+post+".")
	case 1:
		out = append(out, "Chủ tọa: "+lower+" "+s.chair.Name+" - "+post+".")
	case 2:
		out = append(out, "- Chủ trì cuộc họp: Đ/c "+s.chair.Name+", "+post+".")
	case 3:
		out = append(out, "Chủ trì cuộc họp: "+s.chair.Honour+" "+s.chair.Name+" - "+post+";")
	case 4:
		out = append(out, "Dưới sự chủ trì của "+lower+" "+s.chair.Name+", "+post+";")
	}
	second := s.secretary
	switch s.f.secretary {
	case 0:
		out = append(out, "Thư ký: "+second.Honour+" "+second.Name+", Chuyên viên.")
	case 1:
		out = append(out, "Thư ký ghi biên bản: "+strings.ToLower(second.Honour)+" "+second.Name+" - Chuyên viên Văn phòng.")
	case 2:
		out = append(out, "- Thư ký: Đ/c "+second.Name+", Thành viên Hội đồng.")
	case 3:
		out = append(out, "Thư ký cuộc họp: "+second.Honour+" "+second.Name+";")
	}
	return out
}

func number(printed string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(printed, ",", ".", 1), 64)
	if err != nil {
		panic(err) // the corpus writes it itself
	}
	return v
}

// voted writes the votes in the layout's form and gives their truth.
func (s *story) voted(t Truth) ([]Block, []Truth) {
	var noms []*nominee
	for i := range s.noms {
		if s.noms[i].InMinutes {
			noms = append(noms, &s.noms[i])
		}
	}
	var truth []Truth
	for _, n := range noms {
		truth = append(truth, Truth{"ten": n.Name, "loai": n.Kind, "phieu_dong_y": n.For, "phieu_tong": s.present, "ty_le": number(n.Percent)})
	}
	form := s.f.votes
	same := true
	for _, n := range noms {
		same = same && n.For == noms[0].For && n.Percent == noms[0].Percent
	}
	if form == 3 && !same {
		form = 2
	}
	ratio := func(n *nominee) string { return fmt.Sprintf("%d/%d", n.For, s.present) }
	var b []Block
	switch form {
	case 0, 5:
		rows := [][]string{{"TT", "Họ và tên, tên tập thể", "Số phiếu đồng ý", "Tỷ lệ %"}}
		if form == 5 {
			rows[0] = []string{"STT", "Tập thể, cá nhân", "Kết quả (số phiếu)", "Tỷ lệ"}
		}
		for i, n := range noms {
			percent := n.Percent
			if form == 5 {
				percent += "%"
			}
			rows = append(rows, []string{strconv.Itoa(i + 1), s.titled(n), ratio(n), percent})
		}
		b = append(b, para("Kết quả bỏ phiếu như sau:"), Block{Kind: Table, Rows: rows, Widths: []float64{0.1, 0.45, 0.25, 0.2}, Head: 1})
	case 1:
		rows := [][]string{{"STT", "Họ và tên", "Tổng số phiếu", "Số phiếu đồng ý", "Số phiếu không đồng ý", "Tỷ lệ %"}}
		for i, n := range noms {
			rows = append(rows, []string{strconv.Itoa(i + 1), s.titled(n), two(s.present), two(n.For), two(s.present - n.For), n.Percent})
		}
		b = append(b, para("Kết quả kiểm phiếu:"), Block{Kind: Table, Rows: rows, Widths: []float64{0.08, 0.34, 0.14, 0.15, 0.16, 0.13}, Head: 1})
	case 2:
		b = append(b, para("Kết quả cụ thể:"))
		for _, n := range noms {
			b = append(b, para("- "+s.titled(n)+": "+ratio(n)+" phiếu đồng ý, đạt "+n.Percent+"%."))
		}
	case 3:
		t["vote_scope"] = "list"
		b = append(b, para(fmt.Sprintf("Hội đồng đã thống nhất và biểu quyết %s/%s thành viên có mặt (%s%%) đề nghị khen thưởng các tập thể, cá nhân sau:", two(noms[0].For), two(s.present), noms[0].Percent)))
		for i, n := range noms {
			b = append(b, para(strconv.Itoa(i+1)+". "+s.inOneCell(n, false).text+"."))
		}
	case 4:
		b = append(b, para("Kết quả bỏ phiếu kín đối với từng trường hợp:"))
		for i, n := range noms {
			b = append(b, para(fmt.Sprintf("%d. %s: số phiếu tán thành: %s phiếu (tỷ lệ %s%%).", i+1, s.titled(n), ratio(n), n.Percent)))
		}
	case 6:
		b = append(b, para("Ban kiểm phiếu công bố kết quả:"))
		for _, n := range noms {
			b = append(b, para(fmt.Sprintf("+ %s được %s phiếu tán thành (%s%%);", s.titled(n), ratio(n), n.Percent)))
		}
	}
	return b, truth
}

func (s *story) minutesSign() Block {
	left := s.signature([]string{style(s.d, "THƯ KÝ", "THƯ KÝ CUỘC HỌP", "NGƯỜI GHI BIÊN BẢN")}, "", s.minutes, false, false, s.secretary.Name)
	right := s.signature([]string{style(s.d, "CHỦ TRÌ", "CHỦ TỌA", "CHỦ TỊCH HỘI ĐỒNG")}, "", s.minutes, s.f.sealed == 2, false, s.chair.Name)
	return Block{Kind: Pair, Role: "sign", Left: left, Right: right}
}
