package viettext

import (
	"testing"

	"hoso/shared/fault"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"ngày 05 tháng 3 năm 2023": "2023-03-05", "Ngày 10 tháng 10 năm 2022": "2022-10-10", "Bắc Kạn, ngày 10 tháng 10 năm 2022": "2022-10-10",
		"05/3/2023": "2023-03-05", "5-03-2023": "2023-03-05", "13.09.2024": "2024-09-13", "ngày 4/4/2024": "2024-04-04", "2024-02-29": "2024-02-29",
		"ngày 31 tháng 12 năm 2023.": "2023-12-31", "Ngày  05\u00a0tháng 03  năm 2023": "2023-03-05", "ngay 05 thang 3 nam 2023": "2023-03-05",
		"ngày mồng 5 tháng 3 năm 2023": "2023-03-05", "05 / 3 / 2023": "2023-03-05",
	} {
		got, err := ParseDate(in)
		if err != nil || got.ISO() != want {
			t.Errorf("ParseDate(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
	for in, code := range map[string]string{
		"30/02/2026": "date-impossible", "1/13/2026": "date-impossible", "31/4/2025": "date-impossible", "29/02/2023": "date-impossible", "00/01/2024": "date-impossible",
		"ngày  tháng  năm 2026": "date-blank", "ngày … tháng 3 năm 2024": "date-blank", "ngày    tháng    năm": "date-blank",
		"25/8": "date-no-year", "05/3/0023": "date-year", "05/3/2123": "date-year", "05/3-2023": "date-syntax", "hôm qua": "date-syntax", "": "date-syntax", "05/3/23": "date-syntax",
		"05/3/2023 và 06/3/2023": "date-syntax",
	} {
		if got, err := ParseDate(in); fault.CodeOf(err) != code || fault.Public(err) == "" {
			t.Errorf("ParseDate(%q) = %v, %v; want %s", in, got, err, code)
		}
	}
	if d, _ := ParseDate("25/8"); d.Day != 25 || d.Month != 8 {
		t.Errorf("25/8 read as %v", d)
	}
}

func TestFindDatesKeepsPlacesAndFaults(t *testing.T) {
	text := "Căn cứ Kế hoạch 635/KH-UBND ngày 10/10/2022; họp ngày 05 tháng 3 năm 2023, hạn 30/02/2026, Ngày tháng năm sinh: 05/11/1980; 8/9 phiếu; 192.168.1.2024"
	got := FindDates(text)
	want := []string{"2022-10-10", "2023-03-05", "!", "1980-11-05"}
	if len(got) != len(want) {
		t.Fatalf("found %+v", got)
	}
	for i, m := range got {
		if (m.Err != nil) != (want[i] == "!") || m.Err == nil && m.Date.ISO() != want[i] {
			t.Errorf("%d: %+v %q", i, m, text[m.Start:m.End])
		}
	}
	if s := text[got[1].Start:got[1].End]; s != "ngày 05 tháng 3 năm 2023" {
		t.Errorf("place of the second date: %q", s)
	}
}

func TestPeriods(t *testing.T) {
	for _, s := range []string{"Quý IV/2023", "quý IV năm 2023", "Quý 4 năm 2023", "vào Quí IV / 2023"} {
		if q, ok := ParseQuarter(s); !ok || q != (Quarter{2023, 4}) {
			t.Errorf("%q: %v %v", s, q, ok)
		}
	}
	if first, last := (Quarter{2023, 4}).Days(); first.ISO() != "2023-10-01" || last.ISO() != "2023-12-31" {
		t.Errorf("quarter %v %v", first, last)
	}
	if _, ok := ParseQuarter("Quý V/2023"); ok {
		t.Error("there is no fifth quarter")
	}
	for _, s := range []string{"giai đoạn 2022 - 2025", "2022-2025", "từ năm 2022 đến năm 2025", "2022 – 2025"} {
		if a, b, ok := ParseYears(s); !ok || a != 2022 || b != 2025 {
			t.Errorf("%q: %d %d %v", s, a, b, ok)
		}
	}
	for in, want := range map[string][2]int{"08 giờ 30 phút": {8, 30}, "8h30": {8, 30}, "8 giờ": {8, 0}, "14:05": {14, 5}} {
		if h, m, ok := ParseTimeOfDay(in); !ok || h != want[0] || m != want[1] {
			t.Errorf("%q: %d:%d %v", in, h, m, ok)
		}
	}
	if _, _, ok := ParseTimeOfDay("25 giờ"); ok {
		t.Error("there is no hour 25")
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]int64{"3.510.000": 3510000, "05": 5, "3 510 000": 3510000, "0": 0, "1.000": 1000} {
		if n, err := ParseInteger(in); err != nil || n != want {
			t.Errorf("ParseInteger(%q) = %d, %v", in, n, err)
		}
	}
	for _, in := range []string{"", "3.51.000", "3,5", "-1", "1e3", "x", "12.34.567", "99999999999999999999"} {
		if n, err := ParseInteger(in); err == nil {
			t.Errorf("ParseInteger(%q) = %d", in, n)
		}
	}
	for in, want := range map[string]string{"93,33%": "93,33", "100 %": "100", "= 100%": "100", "88.89%": "88,89", "93.333%": "93,333", "0,5%": "0,5", "88,9": "88,9"} {
		if d, err := ParsePercent(in); err != nil || d.String() != want {
			t.Errorf("ParsePercent(%q) = %v, %v", in, d, err)
		}
	}
	if d, err := ParseDecimal("3.510.000,5"); err != nil || d.Rat().RatString() != "7020001/2" {
		t.Errorf("%v %v", d, err)
	}
	for in, want := range map[string]int{"05": 5, "05 (năm)": 5, "năm": 5, "năm (05)": 5, "15 (mười lăm)": 15, "mười": 10} {
		if n, err := ParseCount(in); err != nil || n != want {
			t.Errorf("ParseCount(%q) = %d, %v", in, n, err)
		}
	}
	for in, code := range map[string]string{"05 (sáu)": "number-mismatch", "…": "number-blank", "": "number-blank", "    ": "number-blank", "nam": "number-syntax", "05 (năm": "number-syntax"} {
		if _, err := ParseCount(in); fault.CodeOf(err) != code {
			t.Errorf("ParseCount(%q): %v", in, err)
		}
	}
}

func TestNumberWordsThereAndBack(t *testing.T) {
	seen := map[string]int{}
	for n := 0; n <= 999; n++ {
		w := NumberWords(n)
		if m, dup := seen[w]; dup {
			t.Fatalf("%d and %d are both %q", m, n, w)
		}
		seen[w] = n
		if back, ok := ParseNumberWords(w); !ok || back != n {
			t.Fatalf("%q reads as %d, %v; want %d", w, back, ok, n)
		}
	}
	for in, want := range map[string]int{"hai mươi tư": 24, "hai mươi bốn": 24, "hai lăm": 25, "một trăm lẻ năm": 105, "BẢY MƯƠI": 70, "bẩy": 7, "ba mươi nhăm": 35} {
		if n, ok := ParseNumberWords(in); !ok || n != want {
			t.Errorf("%q reads as %d, %v", in, n, ok)
		}
	}
	for _, in := range []string{"", "lăm", "trăm", "hai mươi mười", "một hai ba", "không trăm", "mươi", "năm tập thể"} {
		if n, ok := ParseNumberWords(in); ok {
			t.Errorf("%q reads as %d", in, n)
		}
	}
}

func TestParseDocNumber(t *testing.T) {
	for in, want := range map[string]DocNumber{
		"Số: 635 /KH-UBND":      {Number: "635", Type: "KH", Body: "UBND", Symbol: "KH-UBND"},
		"05/BB-HĐTĐKT":          {Number: "05", Type: "BB", Body: "HĐTĐKT", Symbol: "BB-HĐTĐKT"},
		"893/STTTT-CNTT":        {Number: "893", Body: "STTTT-CNTT", Symbol: "STTTT-CNTT"},
		"15/2024/QĐ-UBND":       {Number: "15", Year: 2024, Type: "QĐ", Body: "UBND", Symbol: "QĐ-UBND"},
		"1583/TTr-STC-VP":       {Number: "1583", Type: "TTr", Body: "STC-VP", Symbol: "TTr-STC-VP"},
		"57/2021/TTr-SVH,TT,DL": {Number: "57", Year: 2021, Type: "TTr", Body: "SVH,TT,DL", Symbol: "TTr-SVH,TT,DL"},
		"09-CT/TU":              {Number: "09", Type: "CT", Body: "TU", Symbol: "CT/TU", Party: true},
		"Số:     /TTr-UBND":     {Type: "TTr", Body: "UBND", Symbol: "TTr-UBND"},
		"3   /2025/QĐ-UBND":     {Number: "3", Year: 2025, Type: "QĐ", Body: "UBND", Symbol: "QĐ-UBND"},
		"3176B/QĐ-UBND":         {Number: "3176B", Type: "QĐ", Body: "UBND", Symbol: "QĐ-UBND"},
		"12/UBND- KSTTHC":       {Number: "12", Body: "UBND-KSTTHC", Symbol: "UBND-KSTTHC"},
		"7/TB -SYT":             {Number: "7", Type: "TB", Body: "SYT", Symbol: "TB-SYT"},
		"06/2022/QH15":          {Number: "06", Year: 2022, Body: "QH15", Symbol: "QH15"},
		"1446/KH-BĐHCĐS":        {Number: "1446", Type: "KH", Body: "BĐHCĐS", Symbol: "KH-BĐHCĐS"},
	} {
		if got, ok := ParseDocNumber(in); !ok || got != want {
			t.Errorf("ParseDocNumber(%q) = %+v, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "8/9", "10/10/2022", "tập thể/cá nhân", "KH-UBND", "và/hoặc", "/"} {
		if got, ok := ParseDocNumber(in); ok {
			t.Errorf("ParseDocNumber(%q) = %+v", in, got)
		}
	}
	for _, pair := range [][2]string{{"05/BB-HĐTĐKT", "5/bb-HĐTĐKT"}, {"152/2025/NĐ-CP", "152/2025/NÐ-C\u0420"}, {"635 /KH–UBND", "Số: 635/KH-UBND"}, {"12/TTr-SNV", "12/TTR-SNV"}} {
		if !SameDocNumber(pair[0], pair[1]) {
			t.Errorf("%q and %q are one number", pair[0], pair[1])
		}
	}
	if SameDocNumber("/TTr-UBND", "/TTr-UBND") || SameDocNumber("18/BB-UBND", "81/BB-UBND") {
		t.Error("blank or other numbers taken for one")
	}
	found := FindDocNumbers("Căn cứ Biên bản số 18/BB-UBND ngày 05/3/2023, 8/9 phiếu, Nghị định số 91/2017/NĐ-CP; Chỉ thị 09-CT/TU, km/h")
	if len(found) != 3 || found[0].Number.String() != "18/BB-UBND" || found[1].Number.Year != 2017 || !found[2].Number.Party {
		t.Errorf("found %+v", found)
	}
}

func TestCompareBodies(t *testing.T) {
	const tinh = "UBND tỉnh Hưng Yên"
	for _, c := range []struct {
		a, b   string
		within []string
		want   Sameness
	}{
		{"UBND huyện Yên Mỹ", "Ủy ban nhân dân huyện Yên Mỹ", nil, Same},
		{"UBND huyện Yên Mỹ", "Uỷ ban nhân dân huyện Yên Mỹ, tỉnh Hưng Yên", nil, Same},
		{"UBND huyện Yên Mỹ, tỉnh Hải Dương", "Ủy ban nhân dân huyện Yên Mỹ, tỉnh Hưng Yên", nil, Different},
		{"UBND huyện Yên Mỹ", "UBND huyện Yên Mô", nil, Different},
		{"UBND huyện Yên Mỹ", "UBND thị xã Yên Mỹ", nil, Different},
		{"UBND huyện Yên Mỹ", "UBND xã Yên Mỹ", nil, Different},
		{"UBND huyện Yên Mỹ", "UBND tỉnh Hưng Yên", []string{"huyện Yên Mỹ", tinh}, Different},
		{"UBND huyện Yên Mỹ", "HĐND huyện Yên Mỹ", nil, Different},
		{"UBND phường Hiến Nam", "UBND P. Hiến Nam", nil, Same},
		{"UBND TP. Hưng Yên", "Ủy ban nhân dân thành phố Hưng Yên", nil, Same},
		{"Công an tỉnh", "Công an tỉnh Hưng Yên", []string{tinh}, Same},
		{"Công an tỉnh", "Công an tỉnh Hải Dương", []string{tinh}, Different},
		{"Công an tỉnh", "Công an tỉnh Hải Dương", nil, Unsure},
		{"Công an thành phố", "Công an TP Hải Phòng", []string{"UBND thành phố Hải Phòng"}, Same},
		{"Sở TT&TT", "Sở Thông tin và Truyền thông", nil, Same},
		{"STTTT", "Sở TTTT", nil, Same},
		{"Sở Y tế", "Sở Y tế tỉnh Hà Tĩnh", []string{"tỉnh Hà Tĩnh"}, Same},
		{"Sở Y tế Hà Tĩnh", "Sở Y tế tỉnh Hà Tĩnh", nil, Same},
		{"Sở Y tế Hà Tĩnh", "Sở Y tế", []string{"tỉnh Hà Tĩnh"}, Same},
		{"Sở Y tế", "Sở Nội vụ", nil, Different},
		{"P. Nội vụ", "Phòng Nội vụ", nil, Same},
		{"P.Nội vụ huyện A", "Phòng Nội vụ huyện B", nil, Different},
		{"Phòng Tài chính - Kế hoạch", "Phòng Tài chính – Kế hoạch", nil, Same},
		{"Phòng Tài chính - Kế hoạch huyện Vĩnh Lợi", "Phòng TC-KH huyện Vĩnh Lợi", nil, Same},
		{"Phòng Tài chính - Kế hoạch", "Phòng Tài chính - Kế hoạch huyện Vĩnh Lợi", []string{"UBND tỉnh Bạc Liêu"}, Unsure},
		{"Phòng Thanh niên", "Phòng Thanh niên, Sở Nội vụ", nil, Same},
		{"Phòng Thanh niên thuộc Sở Nội vụ", "Phòng Thanh niên - Sở Nội vụ", nil, Same},
		{"Phòng Tổ chức, Sở Nội vụ", "Phòng Tổ chức, Sở Y tế", nil, Different},
		{"Trạm Y tế xã", "Trạm Y tế xã Minh Bảo", []string{"ỦY BAN NHÂN DÂN XÃ MINH BẢO"}, Same},
		{"Trường THCS Gia Sinh", "Trường trung học cơ sở Gia Sinh", nil, Same},
		{"Trường THCS Gia Sinh", "Trường THPT Gia Sinh", nil, Different},
		{"Hợp tác xã nhãn lồng Quảng Châu", "HTX nhãn lồng Quảng Châu", nil, Same},
		{"HTX Quảng Châu", "HTX Quảng Chu", nil, Different},
		{"Bảo hiểm xã hội tỉnh Hưng Yên", "BHXH tỉnh Hưng Yên", nil, Same},
		{"UBND xã Hội Sơn", "UBND XÃ HỘI SƠN", nil, Same},
		{"Trung tâm Giám sát, điều hành đô thị thông minh", "TRUNG TÂM GIÁM SÁT, ĐIỀU HÀNH ĐÔ THỊ THÔNG MINH", nil, Same},
		{"Phòng Văn hóa và Thông tin", "Phòng VH&TT", nil, Same},
		{"UBND phường 5", "UBND phường 05", nil, Same},
		{"Chi bộ 1", "Chi bộ 2", nil, Different},
		{"", "", nil, Different},
		{"UBND", "UBND huyện Yên Mỹ", []string{"huyện Yên Mỹ"}, Same},
	} {
		got, back := CompareBodies(c.a, c.b, c.within...), CompareBodies(c.b, c.a, c.within...)
		if got != c.want || back != c.want {
			t.Errorf("%q / %q in %q: %s and back %s, want %s", c.a, c.b, c.within, got, back, c.want)
		}
	}
}
