package fields_test

import "testing"

// TestNamesThatLookLikeOtherWords: without their marks these are posts, labels
// and words of a vote.
func TestNamesThatLookLikeOtherWords(t *testing.T) {
	for _, name := range []string{"Trương Thị Lan", "Đoàn Thị Hồng Chi", "Lưu Thúy Vân", "Tống Văn Bình", "Bàn Tài Đức", "Kim Sô Phi", "Sơn Ngọc Quyền", "Trần Hoài Đạt", "Cổ Văn Được"} {
		p := letter(sở, "Hà Nam, ngày 05 tháng 12 năm 2017").para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 01 cá nhân, cụ thể như sau:").
			para("1. "+name+", Chuyên viên, Văn phòng Sở;").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*" + name})
		d := p.one(t)
		check(t, p, d, map[string]string{"nguoi_ky": name, "chuc_danh_ky": "GIÁM ĐỐC"})
		sameList(t, p, nominees(d), []string{"CN|" + name + "|Chuyên viên|Văn phòng Sở"})
	}
}

func TestNamesThatLookLikeWordsOfAVote(t *testing.T) {
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Kết quả:",
		"- Khoa Dược được 5/5 phiếu tán thành (100%);", "- Ông Trần Hoài Đạt: 4/5 phiếu đồng ý, đạt 80%;", "- Bà Ngô Thị Có có 5/5 phiếu, đạt 100%.", "+ Công đoàn cơ sở Kho bạc Nhà nước được 5/5 phiếu (100%)."))
	d := p.one(t)
	sameList(t, p, votes(d), []string{"Khoa Dược 5/5 100", "Trần Hoài Đạt 4/5 80", "Ngô Thị Có 5/5 100", "Công đoàn cơ sở Kho bạc Nhà nước 5/5 100"})
}

func TestUnitsInColumnsForPersons(t *testing.T) {
	p := signed(minutes("").para("Hôm nay, ngày 12/11/2023, Hội đồng họp.").table([]float64{30, 180, 70, 70}, [][]string{
		{"TT", "Họ và tên", "Số phiếu đồng ý", "Tỷ lệ %"},
		{"1", "Phòng Kế hoạch - Tài chính", "9/9", "100"},
		{"2", "Công an xã", "9/9", "100"},
		{"3", "Đỗ Thị Mai", "8/9", "88,89"},
		{"", "Cộng", "26", ""},
	}))
	sameList(t, p, votes(p.one(t)), []string{"Phòng Kế hoạch - Tài chính 9/9 100", "Công an xã 9/9 100", "Đỗ Thị Mai 8/9 88.89"})
}

func TestPersonsWithoutTitlesUnderOneVote(t *testing.T) {
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.",
		"Hội đồng đã thống nhất và biểu quyết 06/06 thành viên có mặt (100%) đề nghị khen thưởng các tập thể, cá nhân sau:",
		"1. Đoàn Thanh niên xã.", "2. Lò Văn Pâng, Trưởng thôn, Đoàn Thanh niên xã."))
	sameList(t, p, votes(p.one(t)), []string{"Đoàn Thanh niên xã 6/6 100", "Lò Văn Pâng 6/6 100"})
}

func TestSubjectBrokenBeforeADash(t *testing.T) {
	p := newPaper().head(sở, "Hà Nam, ngày 05 tháng 12 năm 2017").center("*TỜ TRÌNH", "*Về việc đề nghị tặng Bằng khen năm học 2022", "*- 2023").
		para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 01 cá nhân.")
	check(t, p, p.one(t), map[string]string{"trich_yeu": "Về việc đề nghị tặng Bằng khen năm học 2022 - 2023"})
}

func TestSubjectWhoseQuotationGoesOnWithADash(t *testing.T) {
	p := newPaper().head(sở, "Hà Nam, ngày 05 tháng 12 năm 2017").
		center("*TỜ TRÌNH", "*Về việc xét, tặng Bằng khen trong phong trào thi đua “Cả nước vì người nghèo", "*- Không để ai bị bỏ lại phía sau”").
		para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 01 cá nhân.")
	check(t, p, p.one(t), map[string]string{"trich_yeu": "Về việc xét, tặng Bằng khen trong phong trào thi đua “Cả nước vì người nghèo - Không để ai bị bỏ lại phía sau”"})
}
