package viettext

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestKeyIgnoresOnlyTheWriting(t *testing.T) {
	same := [][]string{
		{"Hòa", "hoà", "HÒA", norm.NFD.String("Hòa"), "Hoà "},
		{"Ủy ban", "Uỷ ban", "UỶ BAN", "ủy  ban", "Uỷ\u00a0ban", "Ủy ban."},
		{"Lê Thị Thúy", "Lê Thị Thuý", "lê thị thúy"},
		{"quý", "qúy"},
		{"khỏe", "khoẻ"},
		{"hoàn", "hòan"},
		{"Quý IV/2023", "Qúy IV / 2023"},
		{"H’Lin Byă", "H'Lin Byă", "HʼLin Byă", "h`lin byă"},
		{"152/2025/NĐ-CP", "152/2025/NĐ-C\u0420", "152/2025/NÐ–CP", "152 / 2025 / NĐ - CP", "152/2025/NĐ\u00adCP"},
		{"thưởng", "th\u01a3ởng", "thưở\u200bng"},
		{"“Chuyển đổi số”", `"Chuyển đổi số"`},
		{"Ｓở", "Sở"},
	}
	for _, group := range same {
		for _, s := range group[1:] {
			if Key(s) != Key(group[0]) {
				t.Errorf("Key(%q) = %q, Key(%q) = %q", s, Key(s), group[0], Key(group[0]))
			}
		}
	}
	for _, pair := range [][2]string{
		{"Tuấn", "Tuân"}, {"Hoàng", "Hoang"}, {"Thuý", "Thui"}, {"Kỳ", "Kì"}, {"Đình", "Dình"}, {"của", "cua"}, {"Nguyễn Văn An", "NguyễnVăn An"},
	} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("Key makes %q and %q one", pair[0], pair[1])
		}
	}
}

func TestLooseKeyFindsVariantsButKeepsTones(t *testing.T) {
	for _, pair := range [][2]string{
		{"Nguyễn Văn Kỳ", "Nguyễn Văn Kì"},
		{"Quý", "Quí"},
		{"Lý Sỹ", "Lí Sĩ"},
		{"Quỳnh", "Quình"},
		{"Nguyễn Thị Hòa", "NguyễnThị  Hoà"},
		{"H’Lin", "HLin"},
		{"Y Blưng", "Y-Blưng"},
		{"Mỹ", "Mĩ"},
	} {
		if LooseKey(pair[0]) != LooseKey(pair[1]) {
			t.Errorf("%q %q: %q, %q", pair[0], pair[1], LooseKey(pair[0]), LooseKey(pair[1]))
		}
	}
	for _, pair := range [][2]string{{"Tuấn", "Tuân"}, {"Thúy", "Thúi"}, {"Tay", "Tai"}, {"Duyên", "Duiên"}, {"Yến", "Iến"}} {
		if LooseKey(pair[0]) == LooseKey(pair[1]) {
			t.Errorf("%q and %q are two words", pair[0], pair[1])
		}
	}
}

func TestFoldFindsWithoutMarks(t *testing.T) {
	for in, want := range map[string]string{
		"Nguyễn Đình Hòa":           "nguyen dinh hoa",
		"NGUYỄN ÐÌNH HOÀ":           "nguyen dinh hoa",
		"đƣợc th\u01a3ởng":          "duoc thuong",
		"635/KH-UBND":               "635/kh ubnd",
		"Hành chính –\u00a0Tổ chức": "hanh chinh to chuc",
		"H'Mông, “Y”":               "hmong y",
		"Sở TT&TT":                  "so tt&tt",
		"":                          "",
		"  ---  ":                   "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	rows := Rotations("Nguyễn Văn  An")
	if strings.Join(rows, "|") != "nguyen van an|van an|an" {
		t.Errorf("rows %q", rows)
	}
	if n := len(Rotations(strings.Repeat("a ", 5000))); n != MaxRotations {
		t.Errorf("%d rows", n)
	}
}

func TestCleanReportsWhatItTakesAway(t *testing.T) {
	got, odd := Clean("Tu\u200bấn\u202e А\x00\xff\nB\ue000")
	if got != "Tuấn А\ufffd\nB\ue000" {
		t.Errorf("text %q", got)
	}
	var kinds []string
	for _, o := range odd {
		kinds = append(kinds, string(o.Kind))
	}
	if strings.Join(kinds, " ") != "zero-width bidi-control look-alike control broken private-use" {
		t.Errorf("report %v", odd)
	}
	if odd[0].Offset != 2 || odd[0].Rune != 0x200b {
		t.Errorf("first oddity %+v", odd[0])
	}
	if _, odd := Clean("Quyết định số 12, ngày 05/3/2023 – “Đ”, H’Mông…\u00a0\u00ad"); len(odd) != 0 {
		t.Errorf("ordinary text reported: %v", odd)
	}
	if got := Reveal("a\u202eb"); got != "a‹U+202E›b" {
		t.Errorf("Reveal = %q", got)
	}
}

func TestNewToneMovesTonesOfRealSyllablesOnly(t *testing.T) {
	for in, want := range map[string]string{
		"HÒA": "HOÀ", "Thúy": "Thuý", "khỏe": "khoẻ", "Ủy": "Uỷ", "qúy": "quý", "của": "của", "mía": "mía", "hòai": "hoài",
		"khuỷu": "khuỷu", "thuở": "thuở", "giữa": "giữa", "gìa": "già", "giếng": "giếng", "được": "được", "nguyễn": "nguyễn", "tòan": "toàn",
		"hoạch": "hoạch", "nghĩa": "nghĩa", "chịu": "chịu", "tuổi": "tuổi", "Hùynh": "Huỳnh", "quỳnh": "quỳnh", "thủy": "thuỷ", "luỹ": "luỹ",
		"Byòa": "Byòa", "Kông-Krô": "Kông-Krô", "lòẹ": "lòẹ", "xòe": "xoè", "bìa": "bìa", "mùa": "mùa", "sữa": "sữa", "ngoèo": "ngoèo",
	} {
		if got := NewTone(in); got != want {
			t.Errorf("NewTone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsSyllable(t *testing.T) {
	for _, w := range strings.Fields("Nguyễn Kạn Hoàng nghiêng quyết được trường ở y ỷ gì giếng khuỷu thoăn Huỳnh quốc quynh xoong Đắk là nghề ghi ngoằn Ủy hoà hòa thể Xuyên Phượng uống yêu yến") {
		if !IsSyllable(w) {
			t.Errorf("%q is a syllable", w)
		}
	}
	for _, w := range strings.Fields("Byă cac thưongf nghan ci H Thơng CƠNG chuyển1 xyz quuy hoaf àà q gh đuợcc Blưng") {
		if IsSyllable(w) {
			t.Errorf("%q is none", w)
		}
	}
	ok, all := Plausibility("Ủy ban nhân dân tỉnh Bắc Kạn phát động Phong trào thi đua số 635/KH-UBND năm 2022")
	if ok != all || all != 17 {
		t.Errorf("sound text: %d of %d", ok, all)
	}
	ok, all = Plausibility("ñy ban nh©n d©n tØnh B¾c K¹n ph¸t ®éng Phong trµo thi ®ua")
	if ok*2 > all {
		t.Errorf("text in TCVN3: %d of %d", ok, all)
	}
}

func TestStripHonorificsKeepsTheNameExactly(t *testing.T) {
	for in, want := range map[string]string{
		"Ông Nguyễn Văn An": "Nguyễn Văn An", "bà  Trần Thị  Hoà": "Trần Thị  Hoà", "Đ/c Lê Đăng Khoa": "Lê Đăng Khoa", "đồng chí: Lê Nam": "Lê Nam",
		"Đ/C Ông TS. Mai Kiên": "Mai Kiên", "PGS.TS. Lê An": "Lê An", "ThS Vũ Trí": "Vũ Trí", "BS.CKII Hồ Tú": "Hồ Tú", "BSCKI. Hồ Tú": "Hồ Tú",
		"Bác sĩ Trần Luân": "Trần Luân", "Trung tá Lò Long": "Lò Long", "Đại úy Lò Long": "Lò Long", "Bác sĩ": "Bác sĩ", "Ông": "Ông", "": "",
		"Ông Thị Mai": "Ông Thị Mai", "Ông Ông Văn Khôi": "Ông Văn Khôi", "Bà Thị Pư": "Thị Pư", "Anh Đức": "Anh Đức", "anh Đức": "Đức", "Anh Lê Đức": "Lê Đức",
		"H’Lin Byă": "H’Lin Byă", "Y Blưng": "Y Blưng", "CN Lê Mai": "Lê Mai", "Ông: Sùng A Chớ": "Sùng A Chớ", norm.NFD.String("Bà Hòa Mỹ"): norm.NFD.String("Hòa Mỹ"),
		"LÊ ĐĂNG KHOA": "LÊ ĐĂNG KHOA", "Tuấn": "Tuấn", "Cô Tô": "Cô Tô",
	} {
		if got, _ := StripHonorifics(in); got != want {
			t.Errorf("StripHonorifics(%q) = %q, want %q", in, got, want)
		}
	}
	_, cut := StripHonorifics("Đồng chí Ông TS. BS Lê Nam")
	if strings.Join(cut, "|") != "Đồng chí|Ông|TS.|BS" {
		t.Errorf("cut %q", cut)
	}
}

func TestManyNamesCompareLikeTwo(t *testing.T) {
	names := []string{"Công an tỉnh", "Công an tỉnh Hưng Yên", "Công an tỉnh Hải Dương", "UBND huyện Yên Mỹ", "Ủy ban nhân dân huyện Yên Mỹ, tỉnh Hưng Yên", "Sở Y tế", "Sở Y tế Hưng Yên", "UBND thành phố", ""}
	within := []string{"UBND TỈNH HƯNG YÊN", "huyện Yên Mỹ"}
	all := Within(within...)
	for range 2 { // the second time from what was kept
		for _, a := range names {
			for _, b := range names {
				if got, want := all.Compare(a, b), CompareBodies(a, b, within...); got != want {
					t.Errorf("%q, %q: %s, alone %s", a, b, got, want)
				}
			}
		}
	}
	for name, want := range map[string]string{"UBND tỉnh Bắc Kạn": "bắc kạn", "UBND TP. Hải Phòng": "hải phòng", "UBND huyện Chợ Đồn": "", "Sở Y tế": ""} {
		if got := all.Province(name); got != want {
			t.Errorf("province of %q: %q", name, got)
		}
	}
}
