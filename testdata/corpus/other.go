package corpus

import "fmt"

// other writes a document that is none of the three kinds.
func (s *story) other() Document {
	t := Truth{"kind": "khac"}
	hand, _ := s.filled()
	var b []Block
	head := func(kind, subject string) {
		printed, _ := s.symbol(1+s.d.IntN(900), kind, s.a.Code, hand)
		h := s.header(s.a.Parent, s.a.Issuer, printed, s.a.Place, s.dated(s.date, false))
		if subject != "" {
			h.Left = append(h.Left, Line{Text: subject, Size: 12})
		}
		b = append(b, h)
	}
	switch s.d.IntN(5) {
	case 0:
		head("QĐ", "")
		b = append(b, centre(Line{Text: "QUYẾT ĐỊNH", Bold: true, Size: 14}, Line{Text: "Về việc tặng Giấy khen", Bold: true}, Line{Text: s.a.Head + " " + joined(s.a.Issuer), Bold: true})...)
		b = append(b, paras(grounds[0], grounds[3], "Xét đề nghị của Trưởng phòng Nội vụ,")...)
		b = append(b, centre(Line{Text: "QUYẾT ĐỊNH:", Bold: true})...)
		b = append(b, para("Điều 1. Tặng Giấy khen cho các tập thể, cá nhân sau đây đã có thành tích xuất sắc trong "+s.campaign+":"))
		for i := range s.noms {
			b = append(b, para(fmt.Sprintf("%d. %s;", i+1, s.inOneCell(&s.noms[i], false).text)))
		}
		b = append(b, paras("Điều 2. Quyết định này có hiệu lực kể từ ngày ký.", "Điều 3. Chánh Văn phòng và các tập thể, cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.")...)
	case 1:
		head("CV", "V/v gửi hồ sơ khen thưởng")
		b = append(b, centre(Line{Text: "Kính gửi: " + s.a.Super})...)
		b = append(b, paras("Thực hiện Công văn số 871/SNV-TĐKT ngày 22 tháng 9 năm 2020, "+s.a.Name+" gửi kèm theo hồ sơ đề nghị khen thưởng thành tích trong "+s.campaign+".", "Đề nghị quý cơ quan xem xét, tổng hợp./.")...)
	case 2:
		head("KH", "")
		b = append(b, centre(Line{Text: "KẾ HOẠCH", Bold: true, Size: 14}, Line{Text: "Tổ chức thực hiện " + s.campaign, Bold: true})...)
		b = append(b, paras("I. MỤC ĐÍCH, YÊU CẦU", deeds[2], "II. NỘI DUNG", deeds[4], "III. TỔ CHỨC THỰC HIỆN", "Giao Văn phòng theo dõi, đôn đốc và báo cáo kết quả trước ngày 15 tháng 12.")...)
	case 3:
		head("GM", "")
		b = append(b, centre(Line{Text: "GIẤY MỜI", Bold: true, Size: 14}, Line{Text: "Dự họp xét khen thưởng", Bold: true})...)
		b = append(b, paras("Kính mời các đồng chí thành viên Hội đồng dự họp vào hồi 08 giờ 00 phút "+s.dated(s.met, false)+" để xét khen thưởng.", "Đề nghị các đồng chí đến dự đúng thành phần, thời gian./.")...)
	default:
		head("BC", "")
		b = append(b, centre(Line{Text: "BÁO CÁO", Bold: true, Size: 14}, Line{Text: "Kết quả công tác thi đua, khen thưởng 6 tháng đầu năm", Bold: true})...)
		b = append(b, paras(deeds[0], deeds[3], deeds[6], "Trên đây là báo cáo kết quả công tác 6 tháng đầu năm./.")...)
	}
	b = append(b, Block{Kind: Pair, Role: "sign", Left: []Line{{Text: "Nơi nhận:", Bold: true, Italic: true}, {Text: "- Như trên;", Size: 11}, {Text: "- Lưu: VT.", Size: 11}}, Right: s.signature([]string{s.a.Head}, "", signedBlock, true, false, s.signer.Name)})
	return Document{Truth: t, Blocks: b}
}
