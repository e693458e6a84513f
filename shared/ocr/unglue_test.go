package ocr

import (
	"slices"
	"strings"
	"testing"

	"hoso/shared/reading"
)

func TestWordsThatStickTogetherAreParted(t *testing.T) {
	for read, want := range map[string]string{
		"TrạmY": "Trạm Y", "Ytếxã": "Y tế xã", "DỤCVÀ": "DỤC VÀ", "ÔngBế": "Ông Bế", "Trạm": "Trạm", "NGHIỆP": "NGHIỆP", "H’Lin": "H’Lin", "UBND": "UBND", "12/TTr-SNV": "12/TTr-SNV",
		"nghiêng": "nghiêng", "Kpă": "Kpă",
	} {
		w := at(100, 200, read, 90)
		got := unglued([]word{w})
		var texts []string
		for _, g := range got {
			texts = append(texts, g.text)
		}
		if s := strings.Join(texts, " "); s != want {
			t.Errorf("%s became %q, want %q", read, s, want)
		}
		for i := 1; i < len(got); i++ {
			if got[i].x0-got[i-1].x1 < 3 {
				t.Errorf("%s: no blank between %q and %q", read, got[i-1].text, got[i].text)
			}
		}
		if got[0].x0 != 100 || got[len(got)-1].x1 != 200 || !slices.IsSortedFunc(got, func(a, b word) int { return int(a.x0 - b.x0) }) {
			t.Errorf("%s: places %+v", read, got)
		}
	}
}

func TestUnitsBeginLikeUnits(t *testing.T) {
	for read, want := range map[string]string{"Tố Ngoại ngữ": "Tổ Ngoại ngữ", "PHÓNG NỘI VỤ": "PHÒNG NỘI VỤ", "Tổ Toán": "Tổ Toán", "Bản Nà Lạn": "Bản Nà Lạn", "Tố": "Tố"} {
		if got := headed(read); got != want {
			t.Errorf("%s became %s", read, got)
		}
	}
	d := &reading.Document{Kind: reading.Letter, Nominees: []reading.Nominee{{Name: "Tố Văn Ân", Kind: reading.Individual}, {Name: "Tố Văn", Kind: reading.Collective}}}
	headUnits(d)
	if d.Nominees[0].Name != "Tố Văn Ân" || d.Nominees[1].Name != "Tổ Văn" {
		t.Errorf("%+v", d.Nominees)
	}
}
