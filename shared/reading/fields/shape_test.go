package fields_test

import (
	"testing"

	"hoso/shared/reading/layout"
)

// thirds sets three signature halves side by side.
func (p *paper) thirds(cols [3][]string) *paper {
	if p.y > height-190 {
		p.page()
	}
	top, low := p.y, p.y
	for i, col := range cols {
		mid := []float64{135, 310, 475}[i]
		y := top
		for _, s := range col {
			s, style := styled(s)
			if s != "" {
				p.at(mid-width(s)/2, y, s, style)
			}
			y += 16
		}
		low = max(low, y)
	}
	p.y = low + pitch
	return p
}

func TestThreeSignaturesSideBySide(t *testing.T) {
	p := minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Chủ trì: Ông Trần Văn Ân, Giám đốc.", "Thư ký: Bà Lê Thị Bình, Chuyên viên.", "Biên bản kết thúc vào hồi 16 giờ cùng ngày./.").
		thirds([3][]string{{"*THƯ KÝ", "", "(Đã ký)", "", "*Lê Thị Bình"}, {"*THÀNH VIÊN", "", "(Đã ký)", "", "*Hoàng Văn Cường"}, {"*CHỦ TRÌ", "", "(Đã ký)", "", "*Trần Văn Ân"}})
	d := p.one(t)
	check(t, p, d, map[string]string{"chu_tri": "Trần Văn Ân", "thu_ky": "Lê Thị Bình", "da_ky": "true"})
	if len(d.Unsure) > 0 {
		t.Errorf("asks about %v", d.Unsure)
	}
	q := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").paras("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích xuất sắc trong phong trào thi đua.", "Kính trình Chủ tịch xem xét, quyết định./.").
		thirds([3][]string{{"*Nơi nhận:", "- Như trên;", "- Lưu: VT."}, {"*CHỦ TỊCH CÔNG ĐOÀN", "", "(Đã ký)", "", "*Lê Thị Bình"}, {"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"}})
	check(t, q, q.one(t), map[string]string{"nguoi_ky": "Trần Văn Ân", "chuc_danh_ky": "GIÁM ĐỐC", "da_ky": "true"})
}

func TestIssuersOfSeveralLines(t *testing.T) {
	for name, c := range map[string]struct {
		head           []string
		parent, issuer string
	}{
		"two with a dash":       {[]string{"*SỞ NỘI VỤ - SỞ TÀI CHÍNH", "Số: 1/TTrLN"}, "", "SỞ NỘI VỤ - SỞ TÀI CHÍNH"},
		"three joint":           {[]string{"*SỞ NỘI VỤ -", "*SỞ TÀI CHÍNH -", "*KHO BẠC NHÀ NƯỚC", "Số: 1/TTrLN-SNV"}, "", "SỞ NỘI VỤ - SỞ TÀI CHÍNH - KHO BẠC NHÀ NƯỚC"},
		"dash begins the line":  {[]string{"*SỞ NỘI VỤ", "*- SỞ TÀI CHÍNH", "Số: 1/TTrLN-SNV"}, "", "SỞ NỘI VỤ - SỞ TÀI CHÍNH"},
		"place under both":      {[]string{"*LIÊN ĐOÀN LAO ĐỘNG -", "*HỘI NÔNG DÂN", "*TỈNH HÀ NAM", "Số: 1/TTrLN"}, "", "LIÊN ĐOÀN LAO ĐỘNG - HỘI NÔNG DÂN TỈNH HÀ NAM"},
		"joint below a parent":  {[]string{"UBND TỈNH HÀ NAM", "*SỞ NỘI VỤ -", "*SỞ TÀI CHÍNH", "Số: 1/TTrLN-SNV"}, "UBND TỈNH HÀ NAM", "SỞ NỘI VỤ - SỞ TÀI CHÍNH"},
		"three lines, bold":     {[]string{"UBND HUYỆN THANH LIÊM", "*BAN QUẢN LÝ DỰ ÁN", "*ĐẦU TƯ XÂY DỰNG", "Số: 1/TTr-BQL"}, "UBND HUYỆN THANH LIÊM", "BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ XÂY DỰNG"},
		"parent of two lines":   {[]string{"ỦY BAN NHÂN DÂN", "TỈNH HÀ NAM", "*SỞ NỘI VỤ", "Số: 1/TTr-SNV"}, "ỦY BAN NHÂN DÂN TỈNH HÀ NAM", "SỞ NỘI VỤ"},
		"council of a province": {[]string{"*HỘI ĐỒNG", "*THI ĐUA - KHEN THƯỞNG", "*TỈNH HÀ NAM", "Số: 1/TTr-HĐ"}, "", "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG TỈNH HÀ NAM"},
		"no bold, joint":        {[]string{"SỞ NỘI VỤ - SỞ TÀI CHÍNH", "Số: 1/TTrLN-SNV"}, "", "SỞ NỘI VỤ - SỞ TÀI CHÍNH"},
		"no bold, joint lines":  {[]string{"SỞ NỘI VỤ -", "SỞ TÀI CHÍNH", "Số: 1/TTrLN-SNV"}, "", "SỞ NỘI VỤ - SỞ TÀI CHÍNH"},
		"no bold, three lines":  {[]string{"ỦY BAN NHÂN DÂN", "TỈNH HÀ NAM", "SỞ NỘI VỤ", "Số: 1/TTr-SNV"}, "ỦY BAN NHÂN DÂN TỈNH HÀ NAM", "SỞ NỘI VỤ"},
	} {
		t.Run(name, func(t *testing.T) {
			p := letter(c.head, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân có thành tích.").
				sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Ân"})
			check(t, p, p.one(t), map[string]string{"co_quan_chu_quan": c.parent, "co_quan_ban_hanh": c.issuer})
		})
	}
}

// bare sets a table without ruling lines.
func (p *paper) bare(xs []float64, rows [][]string) *paper {
	for r, row := range rows {
		lines := 1
		if r > 0 && row[0] == "" {
			p.at(xs[0], p.y+7, "1", 0)
		}
		for c, s := range row {
			room := right - xs[c]
			if c+1 < len(xs) {
				room = xs[c+1] - xs[c] - 12
			}
			for i, l := range wrap(s, room, room) {
				style := layout.Style(0)
				if r == 0 {
					style = layout.Bold
				}
				p.at(xs[c], p.y+float64(i)*15, l, style)
				lines = max(lines, i+1)
			}
		}
		p.y += float64(lines)*15 + 7
	}
	p.y += pitch
	return p
}

func TestTablesWithoutLines(t *testing.T) {
	want := []string{"CN|Nguyễn Văn Ân|Trưởng phòng|Phòng Tổ chức", "CN|Lê Thị Bình|Chuyên viên|Văn phòng Sở"}
	for name, c := range map[string]struct {
		xs   []float64
		rows [][]string
		want []string
	}{
		"usual":           {[]float64{85, 120, 260, 390}, [][]string{{"TT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"1", "Nguyễn Văn Ân", "Trưởng phòng", "Phòng Tổ chức"}, {"2", "Lê Thị Bình", "Chuyên viên", "Văn phòng Sở"}}, want},
		"without numbers": {[]float64{85, 230, 380}, [][]string{{"Họ và tên", "Chức vụ", "Đơn vị"}, {"Nguyễn Văn Ân", "Trưởng phòng", "Phòng Tổ chức"}, {"Lê Thị Bình", "Chuyên viên", "Văn phòng Sở"}}, want},
		"headings wrap":   {[]float64{85, 120, 260, 390}, [][]string{{"Số TT", "Họ và tên", "Chức vụ", "Đơn vị công tác hiện nay của cá nhân"}, {"1", "Nguyễn Văn Ân", "Trưởng phòng", "Phòng Tổ chức"}, {"2", "Lê Thị Bình", "Chuyên viên", "Văn phòng Sở"}}, want},
		"cells wrap": {
			[]float64{85, 120, 250, 400},
			[][]string{{"TT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"1", "Nguyễn Văn Ân", "Phó Trưởng phòng kiêm Chủ tịch Công đoàn", "Phòng Tổ chức"}, {"2", "Lê Thị Bình", "Chuyên viên", "Văn phòng Sở"}},
			[]string{"CN|Nguyễn Văn Ân|Phó Trưởng phòng kiêm Chủ tịch Công đoàn|Phòng Tổ chức", want[1]},
		},
		"number in the middle": {
			[]float64{85, 120, 250, 400},
			[][]string{{"TT", "Họ và tên", "Chức vụ", "Đơn vị"}, {"", "Nguyễn Văn Ân", "Phó Trưởng phòng kiêm Chủ tịch Công đoàn", "Phòng Tổ chức"}, {"2", "Lê Thị Bình", "Chuyên viên", "Văn phòng Sở"}},
			[]string{"CN|Nguyễn Văn Ân|Phó Trưởng phòng kiêm Chủ tịch Công đoàn|Phòng Tổ chức", want[1]},
		},
		"two columns": {[]float64{85, 130}, [][]string{{"TT", "Tập thể, cá nhân đề nghị"}, {"1", "Ông Nguyễn Văn Ân, Trưởng phòng, Phòng Tổ chức"}, {"2", "Bà Lê Thị Bình, Chuyên viên, Văn phòng Sở"}}, want},
	} {
		t.Run(name, func(t *testing.T) {
			p := letter(sở, "Hà Nam, ngày 05 tháng 3 năm 2023").para("Kính đề nghị tặng Bằng khen cho 02 cá nhân như sau:").bare(c.xs, c.rows).
				para("Kính trình Chủ tịch xem xét, quyết định./.").sign(receivers, []string{"*GIÁM ĐỐC", "", "(Đã ký)", "", "*Trần Văn Nam"})
			sameList(t, p, nominees(p.one(t)), c.want)
		})
	}
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Chủ trì: Ông Trần Văn Ân, Giám đốc.", "Thư ký: Bà Lê Thị Bình, Chuyên viên.", "Kết quả bỏ phiếu như sau:").
		bare([]float64{85, 120, 300, 400, 480}, [][]string{{"TT", "Họ và tên", "Tổng số phiếu", "Đồng ý", "Tỷ lệ"}, {"1", "Nguyễn Văn Cường", "9", "8", "88,89%"}, {"2", "Lê Thị Dung", "9", "9", "100%"}}))
	sameList(t, p, votes(p.one(t)), []string{"Nguyễn Văn Cường 8/9 88.89", "Lê Thị Dung 9/9 100"})
}

// TestOfficialLettersAndDecisions: the kinds besides the three have their
// header, addressees, signer and, for a decision, whom it awards.
func TestOfficialLettersAndDecisions(t *testing.T) {
	p := newPaper().head([]string{"UBND TỈNH HÀ NAM", "*SỞ NỘI VỤ", "Số: 215/SNV-VP", "V/v đề nghị bổ sung hồ sơ", "khen thưởng"}, "Hà Nam, ngày 05 tháng 3 năm 2023").
		center("Kính gửi: Ủy ban nhân dân huyện Thanh Liêm").paras("Thực hiện Kế hoạch số 12/KH-UBND ngày 01 tháng 02 năm 2023, Sở Nội vụ đề nghị quý cơ quan bổ sung hồ sơ khen thưởng trước ngày 20 tháng 3 năm 2023./.").
		sign(receivers, []string{"*KT. GIÁM ĐỐC", "*PHÓ GIÁM ĐỐC", "(Đã ký)", "", "*Trần Văn Ân"})
	check(t, p, p.one(t), map[string]string{
		"kind": "khac", "so_ky_hieu": "215/SNV-VP", "ngay_ban_hanh": "2023-03-05", "dia_danh": "Hà Nam", "co_quan_chu_quan": "UBND TỈNH HÀ NAM", "co_quan_ban_hanh": "SỞ NỘI VỤ",
		"trich_yeu": "V/v đề nghị bổ sung hồ sơ khen thưởng", "kinh_gui": "Ủy ban nhân dân huyện Thanh Liêm", "nguoi_ky": "Trần Văn Ân", "chuc_danh_ky": "PHÓ GIÁM ĐỐC", "quyen_ky": "KT.", "da_ky": "true",
	})
	for name, q := range map[string]*paper{
		"table": decision("Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho 01 tập thể và 01 cá nhân (có danh sách kèm theo).").
			paras("Điều 2. Giao Sở Tài chính cấp tiền thưởng theo quy định.", "Điều 3. Quyết định này có hiệu lực kể từ ngày ký./.").
			sign(receivers, []string{"*CHỦ TỊCH", "", "(Đã ký)", "", "*Trần Văn Ân"}).page().
			center("*DANH SÁCH", "(Kèm theo Quyết định số 1187/QĐ-UBND ngày 15 tháng 8 năm 2024)").
			table([]float64{40, 170, 245}, [][]string{{"TT", "Họ và tên/Tên tập thể", "Chức vụ, đơn vị"}, {"I", "TẬP THỂ", ""}, {"1", "Phòng Nội vụ huyện X", ""}, {"II", "CÁ NHÂN", ""}, {"1", "Ông Trần Văn Nam", "Chuyên viên, Phòng Nội vụ huyện X"}}),
		"paragraphs": decision("Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho các tập thể và cá nhân sau đây:").
			paras("I. TẬP THỂ", "1. Phòng Nội vụ huyện X;", "II. CÁ NHÂN", "1. Ông Trần Văn Nam, Chuyên viên, Phòng Nội vụ huyện X.", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.").
			sign(receivers, []string{"*CHỦ TỊCH", "", "(Đã ký)", "", "*Trần Văn Ân"}),
	} {
		t.Run(name, func(t *testing.T) {
			d := q.one(t)
			check(t, q, d, map[string]string{
				"kind": "khac", "so_ky_hieu": "1187/QĐ-UBND", "ngay_ban_hanh": "2024-08-15", "nguoi_ky": "Trần Văn Ân", "chuc_danh_ky": "CHỦ TỊCH", "da_ky": "true",
				"hinh_thuc": "Bằng khen", "trich_yeu": "Về việc tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
			})
			sameList(t, q, nominees(d), []string{"TT|Phòng Nội vụ huyện X||", "CN|Trần Văn Nam|Chuyên viên|Phòng Nội vụ huyện X"})
		})
	}
}
