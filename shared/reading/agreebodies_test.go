package reading

import "testing"

func issued(kind Kind, issuer string, asked bool) Reading {
	d := Document{Kind: kind, Issuer: issuer, Evidence: map[string]Evidence{"co_quan_ban_hanh": {Confidence: 0.92, Source: FromOCR, Quote: issuer}}}
	if asked {
		d.Unsure = []string{"co_quan_ban_hanh"}
	}
	return Reading{Documents: []Document{d}}
}

func TestBodiesOfADossierAreProposedAsMorePapersHaveThem(t *testing.T) {
	for name, c := range map[string]struct {
		read  string
		asked bool
		also  []string
		want  string
		ask   bool
	}{
		"other marks than two others":           {"TRƯỜNG TIỂU HỌC TÂN LẠP", false, []string{"TRƯỜNG TIỂU HỌC TÂN LẬP", "TRƯỜNG TIỂU HỌC TÂN LẬP"}, "TRƯỜNG TIỂU HỌC TÂN LẬP", true},
		"other marks than one other, both sure": {"TRƯỜNG TIỂU HỌC TÂN LẠP", false, []string{"TRƯỜNG TIỂU HỌC TÂN LẬP"}, "TRƯỜNG TIỂU HỌC TÂN LẠP", false},
		"in doubt, a letter":                    {"TRƯỜNG FIỂU HỌC TÂN LẬP", true, []string{"TRƯỜNG TIỂU HỌC TÂN LẬP"}, "TRƯỜNG TIỂU HỌC TÂN LẬP", true},
		"sure, a letter: two bodies":            {"TRƯỜNG TIỂU HỌC TÂN LẬP", false, []string{"TRƯỜNG TIỂU HỌC TÂN LẬT", "TRƯỜNG TIỂU HỌC TÂN LẬT"}, "TRƯỜNG TIỂU HỌC TÂN LẬP", false},
		"in doubt, another number":              {"PHÒNG NGHIỆP VỤ SỐ 1", true, []string{"PHÒNG NGHIỆP VỤ SỐ 2"}, "PHÒNG NGHIỆP VỤ SỐ 1", true},
		"its beginning is missing":              {"DOANH NGHIỆP", false, []string{"PHÒNG QUẢN LÝ DOANH NGHIỆP"}, "PHÒNG QUẢN LÝ DOANH NGHIỆP", true},
		"its end is missing":                    {"PHÒNG QUẢN LÝ", false, []string{"PHÒNG QUẢN LÝ DOANH NGHIỆP"}, "PHÒNG QUẢN LÝ DOANH NGHIỆP", true},
		"the province is left off":              {"SỞ Y TẾ", false, []string{"SỞ Y TẾ TỈNH HÀ NAM", "SỞ Y TẾ TỈNH HÀ NAM"}, "SỞ Y TẾ", false},
		"two it could be, each as often":        {"PHÒNG QUẢN LÝ", false, []string{"PHÒNG QUẢN LÝ ĐÔ THỊ", "PHÒNG QUẢN LÝ DOANH NGHIỆP"}, "PHÒNG QUẢN LÝ", true},
		"a dash that was not read":              {"PHÒNG KẾ HOẠCH TÀI CHÍNH", true, []string{"PHÒNG KẾ HOẠCH - TÀI CHÍNH"}, "PHÒNG KẾ HOẠCH - TÀI CHÍNH", true},
	} {
		rs := []Reading{issued(Report, c.read, c.asked)}
		for _, s := range c.also {
			rs = append(rs, issued(Letter, s, false))
		}
		got := Agree(rs)[0].Documents[0]
		if got.Issuer != c.want || got.IsUnsure("co_quan_ban_hanh") != c.ask {
			t.Errorf("%s: %q, asked %v", name, got.Issuer, got.Unsure)
		}
		if got.Evidence["co_quan_ban_hanh"].Quote != c.read || rs[0].Documents[0].Issuer != c.read {
			t.Errorf("%s: what was read is gone", name)
		}
	}
}
