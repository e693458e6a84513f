package papers

import (
	"slices"
	"testing"
)

func TestSignersByTheirRight(t *testing.T) {
	for _, x := range []struct {
		signer   Signer
		complete bool
		lines    []string
	}{
		{Signer{}, true, []string{"GIÁM ĐỐC"}},
		{Signer{Title: "Chánh Văn phòng"}, true, []string{"CHÁNH VĂN PHÒNG"}},
		{Signer{ForHead, "Giám đốc", "Phó Giám đốc"}, true, []string{"KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"}},
		{Signer{ByOrder, "Chủ tịch", "Giám đốc Sở Nội vụ"}, true, []string{"TL. CHỦ TỊCH", "GIÁM ĐỐC SỞ NỘI VỤ"}},
		{Signer{Empowered, "Giám đốc", "Trưởng phòng"}, true, []string{"TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"}},
		{Signer{OnBehalf, "UBND quận", "Chủ tịch"}, true, []string{"TM. ỦY BAN NHÂN DÂN QUẬN", "CHỦ TỊCH"}},
		{Signer{ForHead, "Giám đốc", ""}, false, nil},
		{Signer{ForHead, "", "Phó Giám đốc"}, false, nil},
		{Signer{"Q.", "Giám đốc", "Phó Giám đốc"}, false, nil},
	} {
		if got := x.signer.Complete(); got != x.complete {
			t.Errorf("%+v: complete is %v", x.signer, got)
		}
		if x.complete && !slices.Equal(x.signer.lines(), x.lines) {
			t.Errorf("%+v: %q, want %q", x.signer, x.signer.lines(), x.lines)
		}
	}
}
