package fields_test

import (
	"testing"

	"hoso/shared/reading"
)

func report() *paper {
	return newPaper().head([]string{"SỞ NỘI VỤ", "*PHÒNG TỔ CHỨC"}, "Hà Nam, ngày 05 tháng 3 năm 2023").
		center("*BÁO CÁO THÀNH TÍCH", "*ĐỀ NGHỊ TẶNG BẰNG KHEN CỦA CHỦ TỊCH UBND TỈNH", "(Mẫu số 07 - Nghị định số 91/2017/NĐ-CP)").para("*I. SƠ LƯỢC LÝ LỊCH")
}

func deeds(p *paper) *paper {
	return p.paras("*II. THÀNH TÍCH ĐẠT ĐƯỢC", "1. Chức vụ nào cũng hoàn thành; sinh ngày nào cũng đúng: đạt 100% kế hoạch, được tặng Giấy khen ngày 02/02/2002.")
}

var (
	confirmed = []string{"*XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "(Ký, đóng dấu)", "*GIÁM ĐỐC", "(Đã ký)", "", "*Trần Văn Ân"}
	reporter  = []string{"*NGƯỜI BÁO CÁO THÀNH TÍCH", "(Ký, ghi rõ họ và tên)", "", "", "*Lê Thị Bình"}
)

func TestReportsOfAPerson(t *testing.T) {
	want := map[string]string{
		"kind": "bao_cao", "loai": "ca_nhan", "ten": "Lê Thị Bình", "ngay_sinh": "1980-11-05", "chuc_vu": "Chuyên viên chính", "don_vi": "Phòng Tổ chức, Sở Nội vụ",
		"xac_nhan": "true", "nguoi_xac_nhan": "Trần Văn Ân", "nguoi_bao_cao": "Lê Thị Bình", "ngay_ban_hanh": "2023-03-05", "co_quan_ban_hanh": "PHÒNG TỔ CHỨC",
	}
	for name, set := range map[string]func(*paper) *paper{
		"dashes": func(p *paper) *paper {
			return p.paras("- Họ và tên: Lê Thị Bình; Giới tính: Nữ", "- Sinh ngày 05 tháng 11 năm 1980", "- Quê quán: xã A, huyện B.", "- Đơn vị công tác: Phòng Tổ chức, Sở Nội vụ.", "- Chức vụ hiện nay (Đảng, chính quyền, đoàn thể): Chuyên viên chính.")
		},
		"numbers": func(p *paper) *paper {
			return p.paras("1. Họ và tên (Ghi đầy đủ bằng chữ in thường, không viết tắt): Lê Thị Bình", "2. Ngày, tháng, năm sinh: 05/11/1980    Giới tính: Nữ", "3. Nơi công tác: Phòng Tổ chức, Sở Nội vụ", "4. Chức vụ: Chuyên viên chính")
		},
		"one line": func(p *paper) *paper {
			return p.paras("Họ tên: Lê Thị Bình   Nam/Nữ: Nữ   Bí danh: không", "Ngày sinh: 5/11/1980   Dân tộc: Kinh", "Chức vụ: Chuyên viên chính   Đơn vị công tác: Phòng Tổ chức, Sở Nội vụ")
		},
		"table": func(p *paper) *paper {
			return p.table([]float64{160, 280}, [][]string{{"Họ và tên:", "Lê Thị Bình"}, {"Ngày, tháng, năm sinh:", "05/11/1980"}, {"Chức vụ:", "Chuyên viên chính"}, {"Đơn vị công tác:", "Phòng Tổ chức, Sở Nội vụ"}})
		},
		"with honorific": func(p *paper) *paper {
			return p.paras("- Họ và tên: Bà Lê Thị Bình, Bí danh: không", "- Sinh ngày, tháng, năm: 05/11/1980", "- Chức vụ, chức danh: Chuyên viên chính", "- Cơ quan, đơn vị công tác: Phòng Tổ chức, Sở Nội vụ")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := deeds(set(report())).sign(confirmed, reporter)
			check(t, p, p.one(t), want)
		})
	}
}

func TestReportsOfACollective(t *testing.T) {
	for _, label := range []string{"1. Tên tập thể: ", "- Tên đơn vị: ", "1. Tên tập thể (ghi đầy đủ, không viết tắt): ", "Tập thể: "} {
		p := deeds(report().paras(label+"Trung tâm Giám sát, điều hành đô thị thông minh.", "2. Địa điểm trụ sở chính: phường A. Điện thoại: 024.1.", "3. Cơ cấu tổ chức: tổng số 35 người.")).
			sign(confirmed, []string{"*THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ và tên)", "", "", "*Lê Thị Bình"})
		check(t, p, p.one(t), map[string]string{"loai": "tap_the", "ten": "Trung tâm Giám sát, điều hành đô thị thông minh", "ngay_sinh": "", "chuc_vu": "", "don_vi": "", "nguoi_bao_cao": "Lê Thị Bình"})
	}
}

func TestYearOfBirthAloneIsKeptAndAskedAbout(t *testing.T) {
	d := deeds(report().paras("- Họ và tên: Lê Thị Bình", "- Năm sinh: 1980", "- Chức vụ: Chuyên viên")).sign(confirmed, reporter).one(t)
	if d.BirthDate != "1980" || !d.IsUnsure("ngay_sinh") {
		t.Errorf("%q, unsure %v", d.BirthDate, d.Unsure)
	}
}

func TestConfirmations(t *testing.T) {
	for name, c := range map[string]struct {
		left, right []string
		want        map[string]string
	}{
		"swapped":           {reporter, confirmed, map[string]string{"xac_nhan": "true", "nguoi_xac_nhan": "Trần Văn Ân", "nguoi_bao_cao": "Lê Thị Bình"}},
		"from above":        {[]string{"*XÁC NHẬN CỦA CẤP TRÊN TRỰC", "*TIẾP", "*CHỦ TỊCH", "(Đã ký)", "*Trần Văn Ân"}, reporter, map[string]string{"xac_nhan": "true", "nguoi_xac_nhan": "Trần Văn Ân"}},
		"head confirms":     {[]string{"*THỦ TRƯỞNG ĐƠN VỊ XÁC NHẬN,", "*ĐỀ NGHỊ", "(Đã ký)", "*Trần Văn Ân"}, reporter, map[string]string{"xac_nhan": "true", "nguoi_xac_nhan": "Trần Văn Ân"}},
		"not signed":        {[]string{"*XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "(Ký, đóng dấu)", "", "", "*Trần Văn Ân"}, []string{"*NGƯỜI BÁO CÁO", "", "(Đã ký)", "", "*Lê Thị Bình"}, map[string]string{"xac_nhan": "false", "nguoi_xac_nhan": "Trần Văn Ân", "nguoi_bao_cao": "Lê Thị Bình"}},
		"empty block":       {[]string{"*XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "(Ký, đóng dấu)"}, reporter, map[string]string{"xac_nhan": "false", "nguoi_xac_nhan": ""}},
		"only the reporter": {[]string{"", ""}, reporter, map[string]string{"xac_nhan": "false", "nguoi_xac_nhan": "", "nguoi_bao_cao": "Lê Thị Bình"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := deeds(report().paras("- Họ và tên: Lê Thị Bình", "- Sinh ngày 05 tháng 11 năm 1980")).sign(c.left, c.right)
			check(t, p, p.one(t), c.want)
		})
	}
}

func TestStampInTheOtherHalfDoesNotConfirm(t *testing.T) {
	p := deeds(report().paras("- Họ và tên: Lê Thị Bình"))
	y := p.y
	p.sign([]string{"*XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "", "", "", "", "*Trần Văn Ân"}, []string{"*NGƯỜI BÁO CÁO", "", "", "", "*Lê Thị Bình"}).picture(380, y+10, 470, y+70)
	check(t, p, p.one(t), map[string]string{"xac_nhan": "false"})
}

func TestOtherDocuments(t *testing.T) {
	head := []string{"UBND TỈNH HÀ NAM", "*SỞ NỘI VỤ", "Số: 215/SNV-TĐKT"}
	for name, p := range map[string]*paper{
		"official letter": newPaper().head(append(head, "V/v nộp hồ sơ khen thưởng"), "Hà Nam, ngày 05 tháng 3 năm 2023").center("Kính gửi: Các sở, ban, ngành.").para("Sở Nội vụ đề nghị các đơn vị nộp hồ sơ khen thưởng."),
		"decision":        newPaper().head([]string{"*UBND TỈNH HÀ NAM", "Số: 2/QĐ-UBND"}, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*QUYẾT ĐỊNH", "*Về việc tặng Bằng khen").para("Căn cứ Tờ trình số 5/TTr-SNV;"),
		"invoice":         newPaper().center("*HÓA ĐƠN GIÁ TRỊ GIA TĂNG").para("Đơn vị bán hàng: Công ty A. Số lượng: 3."),
		"plan":            newPaper().head([]string{"*UBND TỈNH HÀ NAM", "Số: 2/KH-UBND"}, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*KẾ HOẠCH", "*Phát động phong trào thi đua").para("Thực hiện."),
		"other letter":    newPaper().head(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*TỜ TRÌNH", "*Về việc xin kinh phí sửa chữa trụ sở").para("Đề nghị cấp 100 triệu đồng cho công tác sửa chữa."),
		"activity report": newPaper().head(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*BÁO CÁO", "*Kết quả công tác quý I").para("Đã làm tốt."),
		"handover":        newPaper().head(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*BIÊN BẢN", "*Bàn giao tài sản").para("Bên A giao bên B 3 máy tính."),
	} {
		t.Run(name, func(t *testing.T) {
			if d := p.one(t); d.Kind != reading.Other {
				t.Errorf("kind %s of\n%s", d.Kind, p.text())
			}
		})
	}
}

func TestSeveralDocumentsInOneFile(t *testing.T) {
	p := report().para("- Họ và tên: Lê Thị Bình")
	deeds(p).sign(confirmed, reporter).page()
	p.head([]string{"SỞ NỘI VỤ", "*PHÒNG KHÁC"}, "Hà Nam, ngày 06 tháng 3 năm 2023").center("*BÁO CÁO THÀNH TÍCH").para("- Họ và tên: Sùng A Chớ")
	deeds(p).sign(confirmed, []string{"*NGƯỜI BÁO CÁO", "", "", "*Sùng A Chớ"}).page()
	p.head(council, "").center("*BIÊN BẢN", "*Họp xét khen thưởng").para("Hôm nay, ngày 12/11/2023, Hội đồng họp.")
	r := signed(p).read(t)
	if len(r.Documents) != 3 {
		t.Fatalf("%d documents\n%s", len(r.Documents), p.text())
	}
	got := []string{r.Documents[0].Name, r.Documents[1].Name, string(r.Documents[2].Kind)}
	sameList(t, p, got, []string{"Lê Thị Bình", "Sùng A Chớ", "bien_ban"})
	for i, want := range [][2]int{{1, 1}, {2, 2}, {3, 3}} {
		if r.Documents[i].Pages != want {
			t.Errorf("document %d on pages %v, want %v", i, r.Documents[i].Pages, want)
		}
	}
}

func TestAnnexWithTheStatesNameStaysWithItsLetter(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân (có danh sách kèm theo).").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"}).page()
	p.head([]string{"UBND TỈNH HÀ NAM", "*SỞ NỘI VỤ"}, "").center("*DANH SÁCH", "*ĐỀ NGHỊ TẶNG BẰNG KHEN", "(Kèm theo Tờ trình số 12/TTr-SNV)").
		table([]float64{40, 200, 200}, [][]string{{"STT", "Họ và tên", "Chức vụ"}, {"1", "Sùng A Chớ", "Lái xe"}})
	sameList(t, p, nominees(p.one(t)), []string{"CN|Sùng A Chớ|Lái xe|"})
}

func TestSecrecyMark(t *testing.T) {
	for mark, want := range map[string]bool{"MẬT": true, "TỐI MẬT": true, "TUYỆT MẬT": true, "HỎA TỐC": false} {
		p := newPaper()
		p.at(100, 50, mark, 1)
		p.head(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*TỜ TRÌNH", "*Đề nghị khen thưởng").para("Giữ gìn bí mật nhà nước, tài liệu mật; đề nghị tặng Bằng khen cho 01 cá nhân.")
		r := p.read(t)
		_, refused := r.Refusal()
		if refused != want {
			t.Errorf("%s: refused %v, want %v", mark, refused, want)
		}
	}
}

func TestOddLettersAreAskedAbout(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").paras("Kính đề nghị tặng Bằng khen cho 01 cá nhân như sau:", "1. Ông Nguyễn Vаn Ân, Phó Giám đốc, Sở Nội vụ;") // the а is Cyrillic
	r := p.read(t)
	if d := r.Documents[0]; len(d.Nominees) != 1 || !d.Nominees[0].Unsure || len(r.Problems) == 0 {
		t.Errorf("%+v %v", d.Nominees, r.Problems)
	}
}

func TestLabelsThatAskForSeveralThings(t *testing.T) {
	p := deeds(report().paras("Họ tên, chức vụ và đơn vị công tác: Triệu Mùi Chài, Phó Chủ tịch, UBND xã Hợp Thành", "- Ngày sinh: 05/11/1985")).sign(confirmed, reporter)
	check(t, p, p.one(t), map[string]string{"ten": "Triệu Mùi Chài", "chuc_vu": "Phó Chủ tịch", "don_vi": "UBND xã Hợp Thành", "loai": "ca_nhan"})
	q := deeds(report().paras("- Họ và tên: TRIỆU MÙI CHÀI   Nam, nữ: Nam", "- Chức vụ, đơn vị công tác: Phó Chủ tịch, UBND xã Hợp Thành")).sign(confirmed, reporter)
	check(t, q, q.one(t), map[string]string{"ten": "TRIỆU MÙI CHÀI", "chuc_vu": "Phó Chủ tịch", "don_vi": "UBND xã Hợp Thành"})
}

func TestHalvesOneBelowTheOther(t *testing.T) {
	p := deeds(report().para("- Họ và tên: Lê Thị Bình"))
	p.at(390, p.y, "Người báo cáo", 1)
	p.at(385, p.y+60, "Lê Thị Bình", 1)
	p.at(100, p.y+90, "Xác nhận của thủ trưởng đơn vị", 1)
	p.at(180, p.y+130, "(Đã ký)", 0)
	p.at(160, p.y+170, "Trần Văn Ân", 1)
	check(t, p, p.one(t), map[string]string{"xac_nhan": "true", "nguoi_xac_nhan": "Trần Văn Ân", "nguoi_bao_cao": "Lê Thị Bình"})
}
