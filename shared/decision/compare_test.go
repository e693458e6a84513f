package decision_test

import (
	"slices"
	"strings"
	"testing"

	"hoso/shared/decision"
	"hoso/shared/dossier"
	"hoso/shared/round"
)

const head = `ỦY BAN NHÂN DÂN	CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH BẮC KẠN	Độc lập - Tự do - Hạnh phúc
Số: 2418/QĐ-UBND	Bắc Kạn, ngày 05 tháng 12 năm 2023
QUYẾT ĐỊNH
Căn cứ Kế hoạch số 635/KH-UBND ngày 10/10/2022;
Điều 1. Tặng Bằng khen cho các tập thể, cá nhân sau:
`

func entry(name string) round.Entry {
	return round.Entry{Name: name, Dossier: "d", Nominee: name, Kind: dossier.Individual, Place: round.Taken}
}

func TestTheDecisionIsHeldAgainstTheList(t *testing.T) {
	list := []round.Entry{entry("Phòng Văn hóa và Thông tin"), entry("Hoàng Đức Thiện"), entry("Nông Thị Dậu")}
	others := []dossier.Nominee{{Name: "Lý Văn Cử"}, {Name: "Hoàng Đức"}, {Name: "Nông Thị Dậu"}}
	in := decision.Entering{Number: "2418/QĐ-UBND", Date: "2023-12-05"}
	all := "1. Phòng Văn hoá và Thông tin\tChợ Đồn\n1\tÔng HOÀNG ĐỨC THIỆN\tTrưởng phòng\n2\tBà Nông Thị Dậu, Phó Giám đốc\nĐiều 2. Chánh Văn phòng chịu trách nhiệm thi hành.\n"
	for name, c := range map[string]struct {
		text string
		in   decision.Entering
		want []string
	}{
		"as it should be":                  {all, in, nil},
		"a name broken over a table's row": {strings.Replace(all, "1\tÔng HOÀNG ĐỨC THIỆN\tTrưởng phòng", "1\tÔng HOÀNG ĐỨC\tTrưởng\n\tTHIỆN\tphòng", 1), in, nil},
		"somebody is left out":             {strings.Replace(all, "2\tBà Nông Thị Dậu, Phó Giám đốc\n", "", 1), in, []string{"left-out Nông Thị Dậu"}},
		"marks differ":                     {strings.Replace(all, "Dậu", "Dâu", 1), in, []string{"left-out Nông Thị Dậu", "unknown-line 2 Bà Nông Thị Dâu, Phó Giám đốc"}},
		"somebody was not selected":        {strings.Replace(all, "Điều 2", "3\tÔng Lý Văn Cử\tCán bộ\nĐiều 2", 1), in, []string{"not-selected Lý Văn Cử"}},
		"a stranger":                       {strings.Replace(all, "Điều 2", "3. Ông Trần Văn Lạ\nĐiều 2", 1), in, []string{"unknown-line 3. Ông Trần Văn Lạ"}},
		"another number":                   {all, decision.Entering{Number: "2419/QĐ-UBND", Date: "2023-12-05"}, []string{"other-number 2419/QĐ-UBND"}},
		"another day":                      {all, decision.Entering{Number: "2418/QĐ-UBND", Date: "2023-12-06"}, []string{"other-date 2023-12-06"}},
		"part of a longer name":            {strings.Replace(all, "Nông Thị Dậu", "Nông Thị Dậuu", 1), in, []string{"left-out Nông Thị Dậu", "unknown-line 2 Bà Nông Thị Dậuu, Phó Giám đốc"}},
	} {
		var got []string
		for _, d := range decision.Compare([]string{head, c.text}, c.in, list, others) {
			got = append(got, d.Code+" "+d.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(head, "Nông Thị Dậu")
	f.Fuzz(func(t *testing.T, text, name string) {
		got := decision.Compare([]string{text}, decision.Entering{Number: "1/QĐ-UBND", Date: "2023-12-05"}, []round.Entry{entry(name)}, []dossier.Nominee{{Name: text}})
		for _, d := range got {
			if len([]rune(d.Name)) > 201 && d.Code == round.UnknownLine {
				t.Errorf("%d characters are kept", len(d.Name))
			}
		}
	})
}
