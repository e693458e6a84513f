package pdftext_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hoso/shared/fault"
	"hoso/shared/pdftext"
	"hoso/shared/pdftext/pdftest"
	"hoso/shared/reading"
)

func letterPage() *pdftest.Typed {
	p := pdftest.NewTyped()
	p.Show(80, 780, 13, "", "ỦY BAN NHÂN DÂN")
	p.Show(330, 780, 13, "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	p.Show(80, 745, 13, "", "Số: 12/TTr-UBND")
	for i := range 14 {
		p.Show(80, 560-20*float64(i), 13, "", fmt.Sprintf("Dòng thứ %d của một văn bản bình thường về khen thưởng", i))
	}
	return p
}

func TestASecrecyMarkStopsTheFile(t *testing.T) {
	stamp := func(kind, text string) []byte {
		p := letterPage()
		p.Show(0, 0, 1, "", text) // its letters get codes
		look := p.Beside()
		look.Show(4, 6, 16, "", text)
		return p.File("/Annots [7 0 R]", func(f *pdftest.File) {
			f.Add("<</Type /Annot /Subtype /" + kind + " /Rect [80 690 220 720] /F 4 /AP <</N 8 0 R>>>>")
			f.Stream("/Type /XObject /Subtype /Form /BBox [0 0 140 30] /Resources <</Font <</F1 3 0 R>>>>", []byte(look.Content()))
		})
	}
	line := func(x, y, size float64, matrix, text string) []byte {
		p := letterPage()
		p.Show(x, y, size, matrix, text)
		return p.File("", nil)
	}
	for name, c := range map[string]struct {
		data []byte
		mark string
	}{
		"under the number":     {line(90, 715, 14, "", "MẬT"), "MẬT"},
		"two words":            {line(90, 715, 14, "", "TỐI MẬT"), "TỐI MẬT"},
		"letters apart":        {line(90, 715, 14, "", "T U Y Ệ T  M Ậ T"), "TUYỆT MẬT"},
		"in a sentence's form": {line(90, 715, 14, "", "Độ mật: Tối mật"), "TỐI MẬT"},
		"across the page":      {line(150, 300, 60, "0.7 0.7 -0.7 0.7", "TUYỆT MẬT"), "TUYỆT MẬT"},
		"sideways":             {line(40, 300, 20, "0 1 -1 0", "MẬT"), "MẬT"},
		"decomposed":           {line(90, 715, 14, "", "MA\u0323\u0302T"), "MẬT"},
		"a stamp":              {stamp("Stamp", "TỐI MẬT"), "TỐI MẬT"},
		"a typed note":         {stamp("FreeText", "MẬT"), "MẬT"},
	} {
		r, err := pdftext.Read(c.data, pdftext.Options{})
		if fault.CodeOf(err) != reading.CodeSecret {
			t.Errorf("%s: %v %v", name, err, r.Problems)
			continue
		}
		if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Message, "("+c.mark+")") {
			t.Errorf("%s: %v", name, r.Problems)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"bình thường", "12/TTr", "ỦY BAN"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s: %q is kept", name, word)
			}
		}
		if len(r.Pages) != 1 || len(r.Documents) != 0 {
			t.Errorf("%s: %d pages, %d documents", name, len(r.Pages), len(r.Documents))
		}
	}
}

// TestTheWordsAloneAreNoMark reads fifty innocent lines.
func TestTheWordsAloneAreNoMark(t *testing.T) {
	lines := []string{
		"bảo vệ bí mật nhà nước", "BÍ MẬT NHÀ NƯỚC", "công tác bảo mật", "BẢO MẬT THÔNG TIN", "mật ong rừng", "MẬT ONG", "mật độ dân số",
		"MẬT ĐỘ XÂY DỰNG", "không có tài liệu mật", "(trừ văn bản mật)", "tài liệu TỐI MẬT của đơn vị", "mật", "Mật", "tối mật", "dấu mật",
		"Ban Cơ yếu, mật mã", "MẬT MÃ", "an ninh, mật khẩu", "MẬT KHẨU", "thân mật", "THÂN MẬT", "họp mặt thân mật", "MẶT TRẬN TỔ QUỐC", "MẶT", "MÁT", "MẤT",
		"hồ sơ không mật", "KHÔNG MẬT", "Nguyễn Văn Mật", "NGUYỄN VĂN MẬT", "Trần Thị Mật", "gấu mật", "MẬT GẤU", "túi mật", "sỏi mật", "SỎI MẬT",
		"khoa Gan mật", "KHOA GAN MẬT", "bí mật đời tư", "bí mật kinh doanh", "thư mật", "điện mật", "công văn mật", "chế độ mật",
		"mật thiết", "MẬT THIẾT", "cơ mật", "mật vụ", "Hàn Mặc Tử", "mật báo",
	}
	if len(lines) < 50 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		p := letterPage()
		p.Show(90, 715, 14, "", l)
		p.Show(90, 690, 14, "", "Kính gửi: cơ quan thường trực, về việc "+l+" trong năm qua")
		if r, err := pdftext.Read(p.File("", nil), pdftext.Options{}); err != nil || strings.Contains(codes(r), "secret") {
			t.Errorf("%q: %v %s", l, err, codes(r))
		}
	}
	p := letterPage() // far down it is no mark but an entry
	p.Show(90, 120, 14, "", "MẬT")
	if r, err := pdftext.Read(p.File("", nil), pdftext.Options{}); err != nil {
		t.Errorf("at the foot: %v %s", err, codes(r))
	}
}
