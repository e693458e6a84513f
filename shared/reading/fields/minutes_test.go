package fields_test

import (
	"fmt"
	"testing"

	"hoso/shared/reading"
)

var council = []string{"SỞ NỘI VỤ", "*HỘI ĐỒNG THI ĐUA", "*KHEN THƯỞNG", "Số: 05/BB-HĐTĐKT"}

func minutes(date string) *paper {
	return newPaper().head(council, date).center("*BIÊN BẢN", "*Họp Hội đồng Thi đua - Khen thưởng xét, đề nghị khen thưởng")
}

func signed(p *paper) *paper {
	return p.para("Biên bản kết thúc vào hồi 16 giờ 40 phút cùng ngày 01/01/2001./.").
		sign([]string{"*THƯ KÝ", "", "(Đã ký)", "", "*Lê Thị Bình"}, []string{"*CHỦ TRÌ", "", "(Đã ký)", "", "*Trần Văn Ân"})
}

func votes(d reading.Document) []string {
	var out []string
	num := func(p *int) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprint(*p)
	}
	for _, n := range d.Nominees {
		pct := "-"
		if n.Percent != nil {
			pct = fmt.Sprint(*n.Percent)
		}
		out = append(out, n.Name+" "+num(n.VotesFor)+"/"+num(n.VotesOf)+" "+pct)
	}
	return out
}

func TestMeetingDate(t *testing.T) {
	for opening, want := range map[string]string{
		"Hôm nay, vào hồi 08 giờ 00 phút, ngày 12 tháng 11 năm 2023, tại Phòng họp số 1, Hội đồng tiến hành họp.": "2023-11-12",
		"Hôm nay, ngày 12/11/2023, vào hồi 14 giờ 30, tại Hội trường.":                                            "2023-11-12",
		"Vào lúc 14h00 ngày 26/9/2022, tại phòng họp.":                                                            "2022-09-26",
		"- Thời gian: 13 giờ 30, ngày 5 tháng 1 năm 2024.":                                                        "2024-01-05",
		"Thời gian bắt đầu: 8h00, ngày 05-01-2024":                                                                "2024-01-05",
		"Hồi 9 giờ ngày 3 tháng 10 năm 2022, tại trụ sở.":                                                         "2022-10-03",
	} {
		p := signed(minutes("").paras(opening, "Căn cứ Quyết định số 1/QĐ ngày 02 tháng 02 năm 2002;", "Chủ trì: Ông Trần Văn Ân, Giám đốc."))
		check(t, p, p.one(t), map[string]string{"kind": "bien_ban", "ngay_hop": want, "ngay_ban_hanh": ""})
	}
}

func TestMinutesWithoutAnOpeningDateAskForIt(t *testing.T) {
	d := signed(minutes("Hà Nam, ngày 05 tháng 3 năm 2023").para("Hội đồng Thi đua - Khen thưởng tiến hành họp.")).one(t)
	if d.MetOn != "2023-03-05" || !d.IsUnsure("ngay_hop") {
		t.Errorf("%q, unsure %v", d.MetOn, d.Unsure)
	}
}

func TestAttendance(t *testing.T) {
	const null = ""
	for sentence, want := range map[string][3]string{
		"Các thành viên Hội đồng: có mặt 8/9 thành viên; vắng mặt 01 (bà Lê Thị Hoa, lý do: nghỉ ốm).":                                            {"9", "8", "1"},
		"Tổng số thành viên Hội đồng: 9 người. Có mặt: 8 người. Vắng: 01 người (ông Lê Hoa).":                                                     {"9", "8", "1"},
		"Thành viên Hội đồng được triệu tập là 9 đồng chí, số thành viên dự họp là 8 đồng chí, vắng 1 đồng chí; đủ điều kiện tiến hành cuộc họp.": {"9", "8", "1"},
		"3, Thành phần tham dự: 10/11 thành viên Hội đồng (đạt tỷ lệ 90,9%); vắng 1 (bà Đinh Hoa, lý do: nghỉ ốm).":                               {"11", "10", "1"},
		"Hội đồng có 07 thành viên; dự họp 07/07; vắng 0.":                                                                                        {"7", "7", "0"},
		"Có mặt: 09/09; Vắng: 0.": {"9", "9", "0"},
		"Tổng số thành viên Hội đồng: chín người; có mặt: tám người; vắng: một người.":        {"9", "8", "1"},
		"Hội đồng gồm 11 thành viên, có 10 thành viên tham dự (vắng 01 có lý do).":            {"11", "10", "1"},
		"Tham dự cuộc họp có 8/9 thành viên Hội đồng.":                                        {"9", "8", null},
		"Tổng số thành viên Hội đồng là 09 (chín) đồng chí; số có mặt là 09 (chín) đồng chí.": {"9", "9", null},
	} {
		p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", sentence,
			"Các trường hợp đề nghị phải đạt tỷ lệ phiếu đồng ý từ 70% trở lên tính trên tổng số thành viên Hội đồng."))
		check(t, p, p.one(t), map[string]string{"so_thanh_vien": want[0], "so_co_mat": want[1], "so_vang": want[2]})
	}
}

func TestAttendanceThatCannotBeIsAskedAbout(t *testing.T) {
	d := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Hội đồng có 9 thành viên. Có mặt: 8. Vắng: 3.")).one(t)
	if !d.IsUnsure("so_thanh_vien") || !d.IsUnsure("so_co_mat") {
		t.Errorf("unsure %v", d.Unsure)
	}
}

func TestChairAndSecretary(t *testing.T) {
	for name, c := range map[string][2]string{
		"colon":          {"1. Chủ trì: Ông Trần Văn Ân, Giám đốc Sở, Chủ tịch Hội đồng.", "2. Thư ký: Bà Lê Thị Bình, Chuyên viên."},
		"of the meeting": {"- Chủ trì cuộc họp: Đ/c Trần Văn Ân, Bí thư Đảng ủy, Giám đốc Sở", "- Thư ký cuộc họp: Đ/c Lê Thị Bình - Chuyên viên"},
		"chủ tọa":        {"Chủ tọa: ông Trần Văn Ân, Giám đốc.", "Thư ký ghi biên bản: bà Lê Thị Bình, Chuyên viên Văn phòng."},
		"role behind":    {"- Ông Trần Văn Ân, Giám đốc, Chủ tịch Hội đồng - Chủ trì;", "- Bà Lê Thị Bình, Chuyên viên - Thư ký;"},
		"no honorific":   {"Chủ trì: Trần Văn Ân - Giám đốc", "Thư ký: Lê Thị Bình - Chuyên viên"},
		"degree":         {"Chủ trì: TS. Trần Văn Ân, Giám đốc", "Thư ký: ThS. Lê Thị Bình"},
	} {
		t.Run(name, func(t *testing.T) {
			p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", c[0], c[1], "2. Thư ký Hội đồng báo cáo tóm tắt thành tích của các trường hợp đề nghị khen thưởng."))
			d := p.one(t)
			check(t, p, d, map[string]string{"chu_tri": "Trần Văn Ân", "thu_ky": "Lê Thị Bình", "da_ky": "true"})
			if len(d.Unsure) > 0 {
				t.Errorf("asks about %v", d.Unsure)
			}
		})
	}
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Chủ trì: Ông Trần Văn Ấn, Giám đốc."))
	if d := p.one(t); !d.IsUnsure("chu_tri") {
		t.Errorf("label and signature differ (%q), not asked", d.Chair)
	}
}

func TestVotes(t *testing.T) {
	want := []string{"Phòng Tổ chức - Cán bộ 8/9 88.89", "Nguyễn Văn Ân 9/9 100"}
	for name, set := range map[string]func(*paper) *paper{
		"table with fractions": func(p *paper) *paper {
			return p.table([]float64{40, 150, 130, 70, 65}, [][]string{
				{"STT", "Tên tập thể, cá nhân", "Chức vụ, đơn vị", "Số phiếu đồng ý", "Tỷ lệ"},
				{"1", "Phòng Tổ chức - Cán bộ", "Sở Nội vụ", "8/9", "88,89%"},
				{"2", "Nguyễn Văn Ân", "Chuyên viên, Phòng Tổ chức", "9/9", "100%"},
			})
		},
		"table with columns": func(p *paper) *paper {
			return p.table([]float64{30, 140, 70, 70, 80, 65}, [][]string{
				{"TT", "Họ và tên/Tên tập thể", "Tổng số phiếu", "Số phiếu đồng ý", "Số phiếu không đồng ý", "Tỷ lệ %"},
				{"1", "Phòng Tổ chức - Cán bộ", "9", "8", "1", "88,89"},
				{"2", "Ông Nguyễn Văn Ân", "9", "9", "0", "100"},
			})
		},
		"two rows of headings": func(p *paper) *paper {
			return p.table([]float64{30, 140, 60, 60, 90, 65}, [][]string{
				{"TT", "Họ và tên/Tên tập thể", "Số phiếu", "<", "<", "Tỷ lệ (%)"},
				{"^", "^", "Phát ra", "Đồng ý", "Không đồng ý", "^"},
				{"1", "Phòng Tổ chức - Cán bộ", "9", "8", "1", "88,89"},
				{"2", "Ông Nguyễn Văn Ân", "9", "9", "0", "100"},
			})
		},
		"list": func(p *paper) *paper {
			return p.paras("- Phòng Tổ chức - Cán bộ: 8/9 phiếu đồng ý, đạt 88,89%;", "- Ông Nguyễn Văn Ân: 9/9 phiếu đồng ý, đạt 100%;")
		},
		"list with brackets": func(p *paper) *paper {
			return p.paras("1) Phòng Tổ chức - Cán bộ - số phiếu tán thành: 8/9 phiếu (tỷ lệ 88,89%);", "2) Ông Nguyễn Văn Ân, Chuyên viên - số phiếu tán thành: 9/9 phiếu (tỷ lệ 100%);")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := signed(set(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Thư ký Hội đồng báo cáo 02 trường hợp đề nghị khen thưởng. Các thành viên nhất trí bỏ phiếu kín.", "3. Kết quả bỏ phiếu:")).
				para("Căn cứ kết quả bỏ phiếu, Hội đồng thống nhất trình Giám đốc Sở xem xét."))
			d := p.one(t)
			sameList(t, p, votes(d), want)
			if d.VoteScope != "" {
				t.Errorf("vote scope %q", d.VoteScope)
			}
			if d.Nominees[0].Kind != reading.Collective || d.Nominees[1].Kind != reading.Individual {
				t.Errorf("kinds %v", nominees(d))
			}
		})
	}
}

func TestOneSentenceVotesForAll(t *testing.T) {
	want := []string{"UBND phường Hiến Nam 7/7 100", "Nguyễn Văn Ân 7/7 100"}
	for name, set := range map[string]func(*paper) *paper{
		"table": func(p *paper) *paper {
			return p.para("Hội đồng biểu quyết: 07/07 thành viên nhất trí (100%) đề nghị khen thưởng tất cả các tập thể, cá nhân trong danh sách sau:").
				table([]float64{40, 400}, [][]string{{"TT", "Tập thể, cá nhân đề nghị xét khen thưởng"}, {"I", "Tập thể"}, {"1", "UBND phường Hiến Nam"}, {"II", "Cá nhân"}, {"1", "Ông Nguyễn Văn Ân, Phó Giám đốc Sở"}})
		},
		"list": func(p *paper) *paper {
			return p.paras("Sau khi thảo luận, Hội đồng đã thống nhất và biểu quyết 07/07 thành viên có mặt (100%) đề nghị khen thưởng các trường hợp sau:",
				"*I. Tập thể", "1. UBND phường Hiến Nam", "*II. Cá nhân", "1. Ông Nguyễn Văn Ân, Phó Giám đốc Sở")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := signed(set(minutes("").para("Hôm nay, ngày 12/11/2023, Hội đồng họp.")))
			d := p.one(t)
			sameList(t, p, votes(d), want)
			if d.VoteScope != reading.VoteScopeList {
				t.Errorf("vote scope %q", d.VoteScope)
			}
		})
	}
}

func TestUnanimityWithoutNumbersIsNoVote(t *testing.T) {
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Hội đồng nhất trí cao đề nghị khen thưởng các cá nhân sau:", "1. Ông Nguyễn Văn Ân, Phó Giám đốc Sở"))
	sameList(t, p, votes(p.one(t)), []string{"Nguyễn Văn Ân -/- -"})
}

func TestListOfThosePresentIsNoList(t *testing.T) {
	p := signed(minutes("").paras("Hôm nay, ngày 12/11/2023, Hội đồng họp.", "Thành phần dự họp:").
		table([]float64{40, 180, 200}, [][]string{{"STT", "Họ và tên", "Chức vụ"}, {"1", "Trần Văn Ân", "Chủ tịch Hội đồng"}, {"2", "Lê Thị Bình", "Thư ký"}}).
		para("Kết quả bỏ phiếu:").
		table([]float64{40, 180, 100, 100}, [][]string{{"STT", "Họ và tên", "Số phiếu đồng ý", "Tỷ lệ"}, {"1", "Sùng A Chớ", "2/2", "100%"}}))
	sameList(t, p, votes(p.one(t)), []string{"Sùng A Chớ 2/2 100"})
}

func TestWordsOfTheTitleAreNoSubject(t *testing.T) {
	p := signed(newPaper().head(council, "").center("*BIÊN BẢN CUỘC HỌP", "*Hội đồng xét khen thưởng năm 2023").para("Hôm nay, ngày 12/11/2023, Hội đồng họp."))
	check(t, p, p.one(t), map[string]string{"kind": "bien_ban", "trich_yeu": "Hội đồng xét khen thưởng năm 2023"})
}
