package fields_test

import "testing"

var receivers = []string{"*Nơi nhận:", "- Như trên;", "- Lưu: VT."}

func letter(head []string, date string) *paper {
	return newPaper().head(head, date).center("*TỜ TRÌNH", "*Về việc đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho các tập thể, cá nhân").
		center("Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh.")
}

var sở = []string{"UBND TỈNH HÀ NAM", "*SỞ NỘI VỤ", "Số: 12/TTr-SNV"}

func TestHeaderOfALetter(t *testing.T) {
	for name, c := range map[string]struct {
		head []string
		date string
		want map[string]string
	}{
		"usual": {sở, "Hà Nam, ngày 05 tháng 3 năm 2023", map[string]string{
			"kind": "to_trinh", "so_ky_hieu": "12/TTr-SNV", "ngay_ban_hanh": "2023-03-05", "dia_danh": "Hà Nam",
			"co_quan_chu_quan": "UBND TỈNH HÀ NAM", "co_quan_ban_hanh": "SỞ NỘI VỤ",
			"trich_yeu": "Về việc đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho các tập thể, cá nhân", "kinh_gui": "Chủ tịch Ủy ban nhân dân tỉnh",
		}},
		"padded number":      {[]string{"*UBND HUYỆN X", "Số:   09  /TTr-UBND"}, "X, ngày 1 tháng 1 năm 2024", map[string]string{"so_ky_hieu": "09/TTr-UBND", "ngay_ban_hanh": "2024-01-01", "co_quan_ban_hanh": "UBND HUYỆN X", "co_quan_chu_quan": ""}},
		"blank number":       {[]string{"*UBND HUYỆN X", "Số:       /TTr-UBND"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": "", "ngay_ban_hanh": "2024-11-01"}},
		"dotted number":      {[]string{"*UBND HUYỆN X", "Số: ......./TTr-UBND"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": ""}},
		"number with year":   {[]string{"*UBND HUYỆN X", "Số: 57/2021/TTr-UBND"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": "57/2021/TTr-UBND"}},
		"symbol with commas": {[]string{"UBND TỈNH X", "*SỞ VĂN HÓA, THỂ THAO", "*VÀ DU LỊCH", "Số: 8/TTr-SVH,TT,DL"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": "8/TTr-SVH,TT,DL", "co_quan_ban_hanh": "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"}},
		"long symbol":        {[]string{"*SỞ NỘI VỤ", "Số: 3176B/TTr-SNV-TĐKT"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": "3176B/TTr-SNV-TĐKT"}},
		"wrapped symbol":     {[]string{"*SỞ NỘI VỤ", "Số: 31/TTr-", "SNV"}, "X, ngày 01 tháng 11 năm 2024", map[string]string{"so_ky_hieu": "31/TTr-SNV"}},
		"blank day":          {sở, "Hà Nam, ngày      tháng 10 năm 2023", map[string]string{"ngay_ban_hanh": "", "dia_danh": "Hà Nam"}},
		"dots for the day":   {sở, "Hà Nam, ngày ... tháng ... năm 2023", map[string]string{"ngay_ban_hanh": ""}},
		"full stop":          {sở, "Hà Nam, ngày 5 tháng 12 năm 2017.", map[string]string{"ngay_ban_hanh": "2017-12-05"}},
		"figures":            {sở, "Hà Nam, ngày 05/12/2017", map[string]string{"ngay_ban_hanh": "2017-12-05"}},
		"council":            {[]string{"*ỦY BAN NHÂN DÂN", "*HUYỆN CHỢ ĐỒN", "Số: 1/TTr-UBND"}, "Chợ Đồn, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN", "co_quan_chu_quan": ""}},
		"council, half bold": {[]string{"ỦY BAN NHÂN DÂN", "*HUYỆN CHỢ ĐỒN", "Số: 1/TTr-UBND"}, "Chợ Đồn, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "ỦY BAN NHÂN DÂN HUYỆN CHỢ ĐỒN", "co_quan_chu_quan": ""}},
		"front, not secret":  {[]string{"*MẶT TRẬN TỔ QUỐC", "Số: 1/TTr-MTTQ"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "MẶT TRẬN TỔ QUỐC"}},
		"urgent draft":       {[]string{"DỰ THẢO", "*SỞ NỘI VỤ", "HỎA TỐC", "Số: 1/TTr-SNV"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "SỞ NỘI VỤ", "co_quan_chu_quan": ""}},
		"the Party's":        {[]string{"HUYỆN ỦY X", "*ĐẢNG BỘ Y", "Số 12-TTr/ĐB"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "ĐẢNG BỘ Y", "co_quan_chu_quan": "HUYỆN ỦY X", "so_ky_hieu": "12-TTr/ĐB"}},
		"joint issuers":      {[]string{"*SỞ NỘI VỤ -", "*SỞ TÀI CHÍNH", "Số: 1/TTrLN-SNV-STC"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "SỞ NỘI VỤ - SỞ TÀI CHÍNH", "co_quan_chu_quan": ""}},
		"no bold at all":     {[]string{"UBND HUYỆN X", "TRƯỜNG TIỂU HỌC YÊN SƠN", "Số: 1/TTr-THYS"}, "Yên Sơn, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "TRƯỜNG TIỂU HỌC YÊN SƠN", "co_quan_chu_quan": "UBND HUYỆN X"}},
		"wrapped before a word that begins bodies": {[]string{"UBND TỈNH X", "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG", "THÔN", "Số: 1/TTr-SNN"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", "co_quan_chu_quan": "UBND TỈNH X"}},
		"wrapped, no bold":                         {[]string{"UBND TỈNH X", "SỞ TÀI NGUYÊN VÀ MÔI", "TRƯỜNG", "Số: 1/TTr-STNMT"}, "X, ngày 05 tháng 12 năm 2017", map[string]string{"co_quan_ban_hanh": "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "co_quan_chu_quan": "UBND TỈNH X"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := letter(c.head, c.date).paras("Căn cứ Quyết định số 15/QĐ-UBND ngày 07 tháng 7 năm 2019 của Ủy ban nhân dân tỉnh;",
				"Đơn vị kính đề nghị xem xét, tặng Bằng khen cho 01 tập thể và 02 cá nhân.").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
			check(t, p, p.one(t), c.want)
		})
	}
}

func TestDateThatDoesNotExistIsAskedAbout(t *testing.T) {
	d := letter(sở, "Hà Nam, ngày 30 tháng 02 năm 2026").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân.").one(t)
	if d.IssuedOn != "" || !d.IsUnsure("ngay_ban_hanh") {
		t.Errorf("got %q, unsure %v", d.IssuedOn, d.Unsure)
	}
}

func TestHeaderWhoseHalvesShareLines(t *testing.T) {
	p := newPaper()
	p.at(110, 70, "SỞ NỘI VỤ", 0)
	p.at(280, 70, state, 0)
	p.y = 100
	p.center("*TỜ TRÌNH").para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 02 tập thể.")
	check(t, p, p.one(t), map[string]string{"kind": "to_trinh", "co_quan_ban_hanh": "SỞ NỘI VỤ", "so_ky_hieu": "", "ngay_ban_hanh": ""})
	q := newPaper()
	q.at(110, 70, "Số: 12/TTr-SNV", 0)
	q.at(300, 70, "Hà Nam, ngày 5 tháng 3 năm 2023", 0)
	q.y = 100
	q.center(state, "*TỜ TRÌNH").para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 02 tập thể.")
	check(t, q, q.one(t), map[string]string{"so_ky_hieu": "12/TTr-SNV", "ngay_ban_hanh": "2023-03-05", "dia_danh": "Hà Nam"})
}

func TestTitleWithSpacedLetters(t *testing.T) {
	p := newPaper().head(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").center("*T Ờ  T R Ì N H", "*Đề nghị khen thưởng phong trào thi đua năm 2022").
		para("Sở Nội vụ kính đề nghị tặng Bằng khen cho 02 tập thể.")
	check(t, p, p.one(t), map[string]string{"kind": "to_trinh", "trich_yeu": "Đề nghị khen thưởng phong trào thi đua năm 2022"})
}

func TestStatedNumbers(t *testing.T) {
	const null = ""
	for name, c := range map[string]struct{ sentence, groups, people string }{
		"figures":         {"kính đề nghị tặng Bằng khen cho 02 tập thể và 03 cá nhân có thành tích xuất sắc", "2", "3"},
		"other order":     {"kính đề nghị tặng Bằng khen cho 05 cá nhân và 01 tập thể có thành tích", "1", "5"},
		"only people":     {"kính đề nghị tặng Bằng khen cho 05 cá nhân có thành tích xuất sắc trong phong trào", "0", "5"},
		"only groups":     {"kính đề nghị tặng Bằng khen cho 04 tập thể có thành tích xuất sắc", "4", "0"},
		"with words":      {"kính đề nghị tặng Bằng khen cho 02 (hai) tập thể và 10 (mười) cá nhân", "2", "10"},
		"words":           {"kính đề nghị tặng Bằng khen cho hai tập thể và mười hai cá nhân", "2", "12"},
		"behind a colon":  {"kính đề nghị tặng Bằng khen, trong đó tập thể: 02; cá nhân: 03", "2", "3"},
		"blank":           {"kính đề nghị tặng Bằng khen cho      tập thể và      cá nhân có thành tích", null, null},
		"half blank":      {"kính đề nghị tặng Bằng khen cho 02 tập thể và      cá nhân có thành tích", "2", null},
		"not stated":      {"kính đề nghị tặng Bằng khen cho các tập thể, cá nhân có tên sau đây", null, null},
		"dots":            {"kính đề nghị tặng Bằng khen cho ..... tập thể và ....... cá nhân", null, null},
		"total and parts": {"kính đề nghị khen thưởng 07 trường hợp (gồm 02 tập thể, 05 cá nhân) có thành tích", "2", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").paras("Căn cứ Hướng dẫn số 44/HD-HĐTĐKT, mỗi đơn vị được đề nghị không quá 09 tập thể và 09 cá nhân;",
				"Sở Nội vụ "+c.sentence+".").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
			check(t, p, p.one(t), map[string]string{"so_luong_tap_the": c.groups, "so_luong_ca_nhan": c.people, "chi_tieu_tap_the": "9", "chi_tieu_ca_nhan": "9"})
		})
	}
}

func TestListsOfALetter(t *testing.T) {
	want := []string{"TT|Phòng Tài chính - Kế hoạch||UBND huyện Yên Sơn", "CN|Nguyễn Văn Ân|Phó Giám đốc|Sở Nội vụ", "CN|H’Lin Byă|Bác sĩ, Phó Trưởng khoa|Khoa Nội tổng hợp"}
	request := "Đơn vị kính đề nghị tặng Bằng khen cho 01 tập thể và 02 cá nhân, cụ thể như sau:"
	for name, set := range map[string]func(*paper) *paper{
		"numbered": func(p *paper) *paper {
			return p.paras("*I. TẬP THỂ (01 tập thể)", "1. Phòng Tài chính - Kế hoạch, UBND huyện Yên Sơn;", "*II. CÁ NHÂN (02 cá nhân)",
				"1. Ông Nguyễn Văn Ân, Phó Giám đốc, Sở Nội vụ;", "2. Bà H’Lin Byă, Bác sĩ, Phó Trưởng khoa, Khoa Nội tổng hợp;")
		},
		"dashes, no honorific": func(p *paper) *paper {
			return p.paras("1. Tập thể:", "- Phòng Tài chính - Kế hoạch, UBND huyện Yên Sơn.", "2. Cá nhân:", "- Nguyễn Văn Ân, Phó Giám đốc, Sở Nội vụ.", "- H’Lin Byă, Bác sĩ, Phó Trưởng khoa, Khoa Nội tổng hợp.")
		},
		"letters, comrades": func(p *paper) *paper {
			return p.paras("a) Tập thể", "1) Phòng Tài chính - Kế hoạch, UBND huyện Yên Sơn", "b) Cá nhân", "1) Đồng chí Nguyễn Văn Ân - Phó Giám đốc - Sở Nội vụ;", "2) Đ/c H’Lin Byă - Bác sĩ, Phó Trưởng khoa - Khoa Nội tổng hợp.")
		},
		"one table": func(p *paper) *paper {
			return p.table([]float64{40, 150, 110, 155}, [][]string{
				{"STT", "Họ và tên / Tên tập thể", "Chức vụ", "Đơn vị công tác"},
				{"I", "TẬP THỂ", "", ""},
				{"1", "Phòng Tài chính - Kế hoạch", "", "UBND huyện Yên Sơn"},
				{"II", "CÁ NHÂN", "", ""},
				{"1", "Nguyễn Văn Ân", "Phó Giám đốc", "Sở Nội vụ"},
				{"2", "H’Lin Byă", "Bác sĩ, Phó Trưởng khoa", "Khoa Nội tổng hợp"},
			})
		},
		"merged section rows": func(p *paper) *paper {
			return p.table([]float64{40, 150, 110, 155}, [][]string{
				{"TT", "Tên tập thể, cá nhân", "Chức vụ", "Đơn vị"},
				{"I. Tập thể", "<", "<", "<"},
				{"1", "Phòng Tài chính - Kế hoạch", "", "UBND huyện Yên Sơn"},
				{"II. Cá nhân", "<", "<", "<"},
				{"1", "Ông Nguyễn Văn Ân", "Phó Giám đốc", "Sở Nội vụ"},
				{"2", "Bà H’Lin Byă", "Bác sĩ, Phó Trưởng khoa", "Khoa Nội tổng hợp"},
			})
		},
		"two tables": func(p *paper) *paper {
			return p.para("1. Tập thể").table([]float64{40, 200, 200}, [][]string{{"TT", "Tên tập thể", "Đơn vị"}, {"1", "Phòng Tài chính - Kế hoạch", "UBND huyện Yên Sơn"}}).
				para("2. Cá nhân").table([]float64{40, 130, 130, 150}, [][]string{{"TT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"1", "Nguyễn Văn Ân", "Phó Giám đốc", "Sở Nội vụ"}, {"2", "H’Lin Byă", "Bác sĩ, Phó Trưởng khoa", "Khoa Nội tổng hợp"}})
		},
		"one cell": func(p *paper) *paper {
			return p.table([]float64{40, 400}, [][]string{
				{"TT", "Tập thể, cá nhân đề nghị xét khen thưởng"},
				{"I", "Tập thể"},
				{"1", "Phòng Tài chính - Kế hoạch, UBND huyện Yên Sơn"},
				{"II", "Cá nhân"},
				{"1", "Ông Nguyễn Văn Ân, Phó Giám đốc, Sở Nội vụ"},
				{"2", "Bà H’Lin Byă - Bác sĩ, Phó Trưởng khoa, Khoa Nội tổng hợp"},
			})
		},
		"post and unit in one column": func(p *paper) *paper {
			return p.table([]float64{40, 170, 240}, [][]string{
				{"STT", "Tên tập thể, cá nhân", "Chức vụ, đơn vị"},
				{"1", "Phòng Tài chính - Kế hoạch", "UBND huyện Yên Sơn"},
				{"2", "Ông Nguyễn Văn Ân", "Phó Giám đốc, Sở Nội vụ"},
				{"3", "Bà H’Lin Byă", "Bác sĩ, Phó Trưởng khoa, Khoa Nội tổng hợp"},
			})
		},
		"annex on another page": func(p *paper) *paper {
			p.para("(Có danh sách kèm theo).").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"}).page()
			return p.center("*DANH SÁCH", "(Kèm theo Tờ trình số 12/TTr-SNV ngày 05 tháng 3 năm 2023)").table([]float64{40, 150, 110, 155}, [][]string{
				{"STT", "Họ và tên / Tên tập thể", "Chức vụ", "Đơn vị công tác"},
				{"I", "Tập thể", "", ""},
				{"1", "Phòng Tài chính - Kế hoạch", "", "UBND huyện Yên Sơn"},
				{"II", "Cá nhân", "", ""},
				{"1", "Nguyễn Văn Ân", "Phó Giám đốc", "Sở Nội vụ"},
				{"2", "H’Lin Byă", "Bác sĩ, Phó Trưởng khoa", "Khoa Nội tổng hợp"},
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := set(letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para(request))
			if name != "annex on another page" {
				p.para("Sở Nội vụ kính trình Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định./.").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
			}
			d := p.one(t)
			sameList(t, p, nominees(d), want)
			check(t, p, d, map[string]string{"nguoi_ky": "Trần Văn Ân", "da_ky": "true"})
		})
	}
}

func TestNomineesInsideTheSentence(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Sở Nội vụ đề nghị tặng Bằng khen cho: tập thể Phòng Hành chính; ông Nguyễn Văn Ân - Phó Giám đốc, Sở Nội vụ và bà Lê Thị Bình - Chuyên viên.").
		sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
	sameList(t, p, nominees(p.one(t)), []string{"TT|Phòng Hành chính||", "CN|Nguyễn Văn Ân|Phó Giám đốc|Sở Nội vụ", "CN|Lê Thị Bình|Chuyên viên|"})
}

func TestWholePostStaysWhole(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").paras("Kính đề nghị tặng Bằng khen cho 01 cá nhân như sau:", "1. Bà Lê Thị Bình, Trưởng phòng Tài chính huyện Yên Sơn;").
		sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
	sameList(t, p, nominees(p.one(t)), []string{"CN|Lê Thị Bình|Trưởng phòng Tài chính huyện Yên Sơn|"})
}

func TestTableOverThePageBreak(t *testing.T) {
	w := []float64{40, 150, 110, 155}
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 03 cá nhân như sau:").
		table(w, [][]string{{"STT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"1", "Nguyễn Văn Ân", "Chuyên viên", "Phòng Một"}, {"2", "Lê Thị Bình", "Chuyên viên", "Phòng Tổ chức"}}).page().
		table(w, [][]string{{"STT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"", "", "chính", "cán bộ"}, {"3", "Sùng A Chớ", "Lái xe", "Văn phòng"}}).
		para("Sở Nội vụ kính trình Chủ tịch xem xét, quyết định./.").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
	sameList(t, p, nominees(p.one(t)), []string{"CN|Nguyễn Văn Ân|Chuyên viên|Phòng Một", "CN|Lê Thị Bình|Chuyên viên chính|Phòng Tổ chức cán bộ", "CN|Sùng A Chớ|Lái xe|Văn phòng"})
}

func TestUnitMergedOverRows(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 02 cá nhân như sau:").
		table([]float64{40, 150, 110, 155}, [][]string{{"STT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"1", "Nguyễn Văn Ân", "Chuyên viên", "Phòng Tổ chức"}, {"2", "Lê Thị Bình", "Lái xe", "^"}}).
		sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
	sameList(t, p, nominees(p.one(t)), []string{"CN|Nguyễn Văn Ân|Chuyên viên|Phòng Tổ chức", "CN|Lê Thị Bình|Lái xe|Phòng Tổ chức"})
}

func TestSigners(t *testing.T) {
	for name, c := range map[string]struct {
		left, right []string
		want        map[string]string
	}{
		"head":           {receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "GIÁM ĐỐC", "nguoi_ky": "Trần Văn Ân", "da_ky": "true", "quyen_ky": ""}},
		"on behalf":      {receivers, []string{"*TM. ỦY BAN NHÂN DÂN", "*CHỦ TỊCH", "", "(Đã ký)", "", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "CHỦ TỊCH", "quyen_ky": "TM.", "da_ky": "true"}},
		"by order":       {receivers, []string{"*TL. CHỦ TỊCH", "*KT. CHÁNH VĂN PHÒNG", "*PHÓ CHÁNH VĂN PHÒNG", "(Đã ký)", "", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "PHÓ CHÁNH VĂN PHÒNG", "quyen_ky": "TL. KT.", "da_ky": "true"}},
		"committee":      {receivers, []string{"*TM. ỦY BAN NHÂN DÂN", "*KT. CHỦ TỊCH", "*PHÓ CHỦ TỊCH", "(Đã ký)", "", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "PHÓ CHỦ TỊCH", "quyen_ky": "TM. KT.", "da_ky": "true"}},
		"deputy":         {receivers, []string{"*KT. GIÁM ĐỐC", "*PHÓ GIÁM ĐỐC", "", "", "", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "PHÓ GIÁM ĐỐC", "quyen_ky": "KT.", "da_ky": "false"}},
		"three lines":    {receivers, []string{"*TL. CHỦ TỊCH", "*KT. CHÁNH VĂN PHÒNG", "*PHÓ CHÁNH VĂN PHÒNG", "", "(Đã ký)", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "PHÓ CHÁNH VĂN PHÒNG", "nguoi_ky": "Trần Văn Ân"}},
		"degree":         {receivers, []string{"*HIỆU TRƯỞNG", "", "(Đã ký)", "", "*TS. Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "HIỆU TRƯỞNG", "nguoi_ky": "Trần Văn Ân"}},
		"name in caps":   {receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*TRẦN VĂN ÂN"}, map[string]string{"chuc_danh_ky": "GIÁM ĐỐC", "nguoi_ky": "TRẦN VĂN ÂN"}},
		"swapped":        {[]string{"*GIÁM ĐỐC", "", "", "(Đã ký)", "", "*Trần Văn Ân"}, []string{"Nơi nhận:", "- Như trên;", "- Lưu: VT."}, map[string]string{"chuc_danh_ky": "GIÁM ĐỐC", "nguoi_ky": "Trần Văn Ân"}},
		"typed name":     {receivers, []string{"*GIÁM ĐỐC", "", "", "", "*Trần Văn Ân"}, map[string]string{"da_ky": "false", "nguoi_ky": "Trần Văn Ân"}},
		"long name":      {receivers, []string{"*CỤC TRƯỞNG", "", "(Đã ký)", "", "*Tôn Nữ Thị Ngọc Ánh"}, map[string]string{"nguoi_ky": "Tôn Nữ Thị Ngọc Ánh"}},
		"wrapped office": {receivers, []string{"*CHỦ NHIỆM HỢP TÁC XÃ NÔNG", "*NGHIỆP SẠCH", "", "(Đã ký)", "*Trần Văn Ân"}, map[string]string{"chuc_danh_ky": "CHỦ NHIỆM HỢP TÁC XÃ NÔNG NGHIỆP SẠCH"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").paras("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích xuất sắc trong phong trào thi đua.", "Kính trình Chủ tịch xem xét, quyết định./.").sign(c.left, c.right)
			check(t, p, p.one(t), c.want)
		})
	}
}

func TestReceiversBelowTheSignature(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích.")
	p.at(390, p.y+20, "GIÁM ĐỐC", 1)
	p.at(400, p.y+60, "(Đã ký)", 0)
	p.at(385, p.y+100, "Trần Văn Ân", 1)
	p.at(left, p.y+130, "Nơi nhận:", 0)
	p.at(left, p.y+146, "- Như trên;", 0)
	p.at(left, p.y+162, "- Lưu: VT.", 0)
	check(t, p, p.one(t), map[string]string{"nguoi_ky": "Trần Văn Ân", "chuc_danh_ky": "GIÁM ĐỐC", "da_ky": "true"})
}

func TestStampPictureSigns(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích.")
	y := p.y
	p.sign(receivers, []string{"*GIÁM ĐỐC", "", "", "", "*Trần Văn Ân"}).picture(330, y+5, 430, y+75)
	check(t, p, p.one(t), map[string]string{"da_ky": "true"})
	q := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích.")
	q.sign(receivers, []string{"*GIÁM ĐỐC", "", "", "", "*Trần Văn Ân"}).picture(90, 60, 150, 120) // a logo in the header
	check(t, q, q.one(t), map[string]string{"da_ky": "false"})
}

func TestWrappedNameOfTheState(t *testing.T) {
	p := newPaper().pair([]string{"UBND HUYỆN CAO LỘC", "*PHÒNG VĂN HÓA VÀ", "*THÔNG TIN", "Số: 31 /TTr-VHTT"},
		[]string{"*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT", "*NAM", "*Độc lập - Tự do - Hạnh phúc", "Cao Lộc, ngày 27 tháng 9 năm 2022"}, 165, 410, 15, 15).
		center("*TỜ TRÌNH", "*V/v đề nghị khen thưởng tập thể, cá nhân").
		para("Căn cứ Biên bản họp ngày 26/9/2022 của Hội đồng, Phòng Văn hóa và Thông tin kính đề nghị Chủ tịch UBND tỉnh tặng Bằng khen cho 01 tập thể và 02 cá nhân.")
	check(t, p, p.one(t), map[string]string{
		"so_ky_hieu": "31/TTr-VHTT", "ngay_ban_hanh": "2022-09-27", "dia_danh": "Cao Lộc", "co_quan_ban_hanh": "PHÒNG VĂN HÓA VÀ THÔNG TIN",
		"trich_yeu": "V/v đề nghị khen thưởng tập thể, cá nhân", "so_luong_tap_the": "1", "so_luong_ca_nhan": "2", "ngay_bien_ban": "2022-09-26",
	})
}

func TestBlankNumbersAreNoNominee(t *testing.T) {
	p := letter(sở, "Hà Nam, ngày 05 tháng 12 năm 2017").
		para("Sở Nội vụ đề nghị tặng Bằng khen cho            tập thể và            cá nhân đã có thành tích xuất sắc trong phong trào thi đua, cụ thể như sau:").
		paras("- Ông Trần Văn Ân, Chuyên viên, Văn phòng Sở;").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Bình"})
	d := p.one(t)
	sameList(t, p, nominees(d), []string{"CN|Trần Văn Ân|Chuyên viên|Văn phòng Sở"})
	check(t, p, d, map[string]string{"so_luong_tap_the": "", "so_luong_ca_nhan": ""})
}

func decision(article string) *paper {
	return newPaper().head([]string{"*ỦY BAN NHÂN DÂN", "*TỈNH HÀ NAM", "Số: 1187/QĐ-UBND"}, "Hà Nam, ngày 15 tháng 8 năm 2024").
		center("*QUYẾT ĐỊNH", "*Về việc tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh").
		paras("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;", "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 12/TTr-SNV ngày 01 tháng 8 năm 2024,").
		center("*QUYẾT ĐỊNH:").para(article)
}

func TestDecisionSaysWhomItAwards(t *testing.T) {
	end := func(p *paper) *paper {
		return p.paras("Điều 2. Giao Sở Tài chính cấp tiền thưởng theo quy định.", "Điều 3. Chánh Văn phòng Ủy ban nhân dân tỉnh và các cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.").
			sign(receivers, []string{"*TM. ỦY BAN NHÂN DÂN", "*CHỦ TỊCH", "", "(Đã ký)", "", "*Trần Văn Ân"})
	}
	head := map[string]string{"kind": "khac", "so_ky_hieu": "1187/QĐ-UBND", "ngay_ban_hanh": "2024-08-15", "nguoi_ky": "Trần Văn Ân", "co_quan_ban_hanh": "ỦY BAN NHÂN DÂN TỈNH HÀ NAM"}
	for name, p := range map[string]*paper{
		"list":  end(decision("Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho 01 tập thể và 01 cá nhân có thành tích xuất sắc, gồm:").paras("1. Phòng Nội vụ huyện X;", "2. Ông Trần Văn Nam, Chuyên viên, Phòng Nội vụ huyện X.")),
		"blank": end(decision("Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho      tập thể và      cá nhân có thành tích xuất sắc, gồm:").paras("1. Phòng Nội vụ huyện X;", "2. Ông Trần Văn Nam, Chuyên viên, Phòng Nội vụ huyện X.")),
	} {
		t.Run(name, func(t *testing.T) {
			d := p.one(t)
			check(t, p, d, head)
			if len(d.Nominees) != 2 || d.Nominees[0].Name != "Phòng Nội vụ huyện X" || d.Nominees[1].Name != "Trần Văn Nam" {
				t.Errorf("awarded: %+v", d.Nominees)
			}
		})
	}
	other := newPaper().head([]string{"*SỞ NỘI VỤ", "Số: 7/QĐ-SNV"}, "Hà Nam, ngày 15 tháng 8 năm 2024").center("*QUYẾT ĐỊNH", "*Về việc cử cán bộ").
		paras("Điều 1. Cử ông Trần Văn Nam, Chuyên viên, đi học.", "Điều 2. Quyết định này có hiệu lực từ ngày ký.").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
	if d := other.one(t); len(d.Nominees) != 0 {
		t.Errorf("a decision about something else awards %+v", d.Nominees)
	}
}
