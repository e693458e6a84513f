package fields_test

import (
	"testing"

	"hoso/shared/reading"
)

// recognised makes a paper's letters come from a picture.
func (p *paper) recognised() *paper {
	for i := range p.sheets {
		for k := range p.sheets[i].Glyphs {
			g := &p.sheets[i].Glyphs[k]
			g.Source, g.Conf = reading.FromOCR, 0.97
		}
	}
	return p
}

func TestDayWrittenByHandLeavesThePlaceAndNoDay(t *testing.T) {
	for _, date := range []string{"Lạng Sơn, ngày 1 §_ tháng 2 năm 2022", "Lạng Sơn, ngày 2 4 tháng 2 năm 2022", "Lạng Sơn, ngày L? tháng 2 năm 2022"} {
		d := letter(sở, date).para("Kính đề nghị tặng Bằng khen cho 01 cá nhân.").recognised().one(t)
		if d.Place != "Lạng Sơn" || d.IssuedOn != "" {
			t.Errorf("%s: place %q, day %q", date, d.Place, d.IssuedOn)
		}
	}
	p := newPaper().pair(sở, []string{"*" + state, "*Độc lập - Tự do - Hạnh phúc.", "Phù Ninh, ngày tháng 5 năm 2024"}, 165, 410, 15, 16).center("*TỜ TRÌNH", "*Đề nghị khen thưởng").para("Kính gửi: Sở Nội vụ")
	if d := p.recognised().one(t); d.Place != "Phù Ninh" || d.IssuedOn != "" {
		t.Errorf("place %q, day %q", d.Place, d.IssuedOn)
	}
	d := letter(sở, "Lạng Sơn, ngày 24 tháng 2 2022").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân.").recognised().one(t)
	if d.IssuedOn != "2022-02-24" {
		t.Errorf("a word that was not read takes the date away: %q", d.IssuedOn)
	}
}

func TestTornSignatureBlockIsReadByThePlacesOfItsWords(t *testing.T) {
	p := letter(sở, "Lạng Sơn, ngày 24 tháng 2 năm 2022").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân./.")
	p.at(left, p.y, "Nơi nhận:", 0)
	p.at(370, p.y, "KT. GIAM ĐỐC", 0)
	p.at(370, p.y+18, "HÓ-GIÁM ĐỐC", 0)
	p.at(left, p.y+20, "- Lưu: VT.", 0)
	p.at(380, p.y+80, "Cao hanh Toàn", 0)
	d := p.recognised().one(t)
	check(t, p, d, map[string]string{"nguoi_ky": "Cao hanh Toàn", "chuc_danh_ky": "PHÓ GIÁM ĐỐC", "quyen_ky": "KT."})
	if !d.IsUnsure("nguoi_ky") || !d.IsUnsure("chuc_danh_ky") {
		t.Errorf("not asked: %v", d.Unsure)
	}
}

func TestNamesOfBothHalvesOnOneLineArePartedByTheirPlaces(t *testing.T) {
	p := newPaper().head([]string{"SỞ NỘI VỤ", "*VĂN PHÒNG"}, "Lạng Sơn, ngày 24 tháng 2 năm 2022").
		center("*BÁO CÁO THÀNH TÍCH", "*Đề nghị tặng Bằng khen").para("Họ và tên: Mai Bích Chi").para("Kính đề nghị cấp trên khen thưởng./.")
	p.at(110, p.y, "XÁC NHẠN CUA ĐƠN VỊ", 0)
	p.at(370, p.y+4, "NGƯỜI BÁO CÁO", 0)
	p.at(140, p.y+60, "VIỆT", 0)
	p.at(130, p.y+100, "Rơ Châm Huỳnh", 0)
	p.at(380, p.y+100, "Mai Bích Chi", 0)
	p.recognised()
	p.picture(100, p.y+20, 220, p.y+110)
	d := p.one(t)
	check(t, p, d, map[string]string{"nguoi_xac_nhan": "Rơ Châm Huỳnh", "nguoi_bao_cao": "Mai Bích Chi", "xac_nhan": "true"})
}

func TestKindOfALetterWhoseTitleIsStamped(t *testing.T) {
	p := newPaper().head(sở, "Lạng Sơn, ngày 24 tháng 2 năm 2022").center("*CÔNG VĂN ĐẾN", "*TỜ®##RÌNH”", "*Về việc đề nghị tặng Bằng khen").
		para("Kính gửi: Ủy ban nhân dân tỉnh").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân.")
	if d := p.one(t); d.Kind != reading.Other {
		t.Errorf("a text that has no such title is a %s", d.Kind)
	}
	d := p.recognised().one(t)
	check(t, p, d, map[string]string{"kind": "to_trinh", "trich_yeu": "Về việc đề nghị tặng Bằng khen"})
}
