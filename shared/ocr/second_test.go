package ocr

import (
	"math"
	"slices"
	"testing"

	"hoso/shared/reading"
	"hoso/shared/reading/fields"
	"hoso/shared/reading/layout"
)

// blank is a white picture.
func blank(w, h int) *gray {
	g := &gray{w, h, make([]byte, w*h)}
	for i := range g.pix {
		g.pix[i] = 255
	}
	return g
}

func (g *gray) fill(x0, y0, x1, y1 int) {
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			g.pix[y*g.w+x] = 0
		}
	}
}

func at(x0, x1 float64, text string, conf float64) word {
	return word{x0: x0, y0: 0, x1: x1, y1: 30, base: 24, size: 30, conf: conf, text: text, line: 1}
}

func TestOnlyWhatBothReadingsHaveAlikeIsTakenAsRead(t *testing.T) {
	ordered := []word{at(0, 50, "Trung", 95), at(60, 110, "TAM", 95), at(200, 290, "SỞYTẾ", 30), at(400, 450, "Xqzt", 95), at(600, 650, "Hiền", 95)}
	sparse := []word{at(0, 50, "Trung", 90), at(60, 110, "TÂM", 80), at(200, 225, "SỞ", 92), at(230, 240, "Y", 92), at(245, 290, "TẾ", 92), at(400, 450, "Xqzt", 95), at(500, 550, "Nam", 96), at(600, 650, "Hiền", 95)}
	want := map[string]float64{"Trung": asRead, "TAM": doubtful, "SỞ": doubtful, "Y": doubtful, "TẾ": doubtful, "Xqzt": doubtful, "Nam": doubtful, "Hiền": marksInDoubt}
	got := merge(ordered, sparse)
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for _, w := range got {
		most, known := want[w.text]
		if !known || confidence(&w) > most || most > doubtful && confidence(&w) != most {
			t.Errorf("%q has confidence %.2f, not %.2f", w.text, confidence(&w), most)
		}
	}
	for name, spoil := range map[string]func(*word){
		"beside ink that was not read": func(w *word) { w.spoilt = true },
		"crossed by a stroke":          func(w *word) { w.crossed = true },
		"not printed":                  func(w *word) { w.byHand = true },
		"read weakly once":             func(w *word) { w.low = 70 },
	} {
		w := got[0]
		if spoil(&w); confidence(&w) > doubtful {
			t.Errorf("a word %s is sure", name)
		}
	}
}

func TestBaselinesAreThoseOfTheSparseReading(t *testing.T) {
	a, b := at(0, 50, "KHOA", 95), at(0, 50, "KHOA", 95)
	a.base, b.base = 40, 25 // one baseline through two columns
	only := at(60, 110, "NỘI", 95)
	only.base = 40
	for _, w := range merge([]word{a, only}, []word{b}) {
		if w.base != 25 {
			t.Errorf("%s stands at %.0f", w.text, w.base)
		}
	}
}

func TestTwoOfThreeReadingsDecide(t *testing.T) {
	w := at(0, 50, "Tú", 90)
	w.seen, w.other, w.otherConf = split, "Tu", 80
	o := at(0, 50, "Tu", 92)
	if got := w.confirmed(&o); got.text != "Tu" || got.seen != twice || got.low != 80 {
		t.Errorf("%+v", got)
	}
	same := at(0, 50, "Tú", 93)
	if got := w.confirmed(&same); got.text != "Tú" || got.seen != twice {
		t.Errorf("%+v", got)
	}
	third := at(0, 50, "Tứ", 99)
	if got := w.confirmed(&third); got.text != "Tú" || got.seen != split {
		t.Errorf("three readings, and one is believed: %+v", got)
	}
}

func TestFixedPhrasesGetTheirMarksAndNamesKeepTheirs(t *testing.T) {
	line := func(texts ...string) []word {
		var out []word
		for i, s := range texts {
			out = append(out, at(float64(60*i), float64(60*i+50), s, 90))
		}
		return out
	}
	for _, c := range []struct{ read, want []string }{
		{[]string{"02", "tập", "thế,", "cá", "nhần"}, []string{"02", "tập", "thể,", "cá", "nhân"}},
		{[]string{"HỘI", "ĐÓNG", "THỊ", "ĐUA", "-", "KHEN", "THUỞNG"}, []string{"HỘI", "ĐỒNG", "THI", "ĐUA", "-", "KHEN", "THƯỞNG"}},
		{[]string{"Tống", "số", "phiếu"}, []string{"Tổng", "số", "phiếu"}},
		{[]string{"Lê", "Thị", "Đua"}, []string{"Lê", "Thị", "Đua"}},
		{[]string{"465/TIr-SNV"}, []string{"465/TTr-SNV"}},
		{[]string{"BỆNH", "VIỆN", "ĐA", "KHOA", "'TÍNH"}, []string{"BỆNH", "VIỆN", "ĐA", "KHOA", "TỈNH"}},
		{[]string{"TÍNH"}, []string{"TỈNH"}},
		{[]string{"Giới", "tính:", "Nam"}, []string{"Giới", "tính:", "Nam"}},
		{[]string{"la", "Dom,", "ngày"}, []string{"Ia", "Dom,", "ngày"}},
		{[]string{"Điểu", "K?Ré"}, []string{"Điểu", "K’Ré"}},
		{[]string{"648/QĐð-SNN", "thánøg", "sở_", "___"}, []string{"648/QĐ-SNN", "tháng", "sở", "___"}},
		{[]string{"Số", "phiếu", "không", "đồng", "m"}, []string{"Số", "phiếu", "không", "đồng", "ý"}},
		{[]string{"ngày,", "tháng.", "năm"}, []string{"ngày,", "tháng,", "năm"}},
		{[]string{"“Thị", "Hồng"}, []string{"Thị", "Hồng"}},
		{[]string{"“Thị", "xã", "xanh”"}, []string{"“Thị", "xã", "xanh”"}},
	} {
		words := line(c.read...)
		repair(words)
		for i := range words {
			if words[i].text != c.want[i] {
				t.Errorf("%v: %q for %q", c.read, words[i].text, c.want[i])
			}
		}
	}
}

func TestAPhraseGoesOnInTheLineBelow(t *testing.T) {
	place := func(s string, x, base float64, line int) word {
		return word{text: s, x0: x, x1: x + 18*float64(len([]rune(s))), y0: base - 22, y1: base + 6, base: base, size: 30, conf: 90, line: line}
	}
	words := []word{
		place("TRƯỜNG", 100, 100, 0), place("TRUNG", 230, 100, 0), place("HỌC", 340, 100, 0), place("CỘNG", 900, 100, 0),
		place("PHO", 150, 145, 1), place("THÔNG", 220, 145, 1), place("BÀN", 330, 145, 1),
		place("khen", 100, 300, 2), place("thường", 900, 340, 3), // not below it
	}
	repair(words)
	if words[4].text != "PHỔ" || words[8].text != "thường" {
		t.Errorf("%q, %q", words[4].text, words[8].text)
	}
}

func TestSealsAndSignaturesAreDrawings(t *testing.T) {
	g := blank(1000, 1000)
	for a := range 3600 { // a ring
		s, c := math.Sincos(float64(a) * math.Pi / 1800)
		x, y := 500+int(90*c), 500+int(90*s)
		g.fill(x-2, y-2, x+2, y+2)
	}
	g.fill(480, 490, 500, 510) // a letter inside
	g.fill(700, 700, 720, 724) // a letter outside
	g.fill(5, 300, 65, 360)    // a punched hole
	inside, crossed := at(0, 0, "L2", 60), at(0, 0, "Dung", 90)
	inside.x0, inside.y0, inside.x1, inside.y1 = 478, 488, 502, 512
	crossed.x0, crossed.y0, crossed.x1, crossed.y1 = 500, 580, 580, 630
	far := at(0, 0, "Nam", 90)
	far.x0, far.y0, far.x1, far.y1 = 698, 698, 722, 726
	d := g.drawings([]word{far}, 30, 200)
	if len(d.regions) != 1 || d.regions[0].x0 > 410 || d.regions[0].x1 < 590 {
		t.Fatalf("regions %+v", d.regions)
	}
	got := d.strip([]word{inside, crossed, far})
	if len(got) != 2 || !got[0].crossed || got[1].crossed {
		t.Errorf("%+v", got)
	}
}

func TestFiguresWrittenByHandAreTold(t *testing.T) {
	g := blank(1200, 800)
	text := func(s string, x int, height int, base int) word {
		w := word{text: s, x0: float64(x), base: 120, size: 30, conf: 96}
		for range []rune(s) {
			g.fill(x, base-height, x+12, base)
			x += 18
		}
		w.x1, w.y0, w.y1 = float64(x), float64(120-height), 120
		return w
	}
	so, number := text("Số:", 60, 22, 120), text("465/TTr-SNV", 140, 22, 120)
	place, day := text("ngày", 700, 22, 120), text("24", 800, 31, 126)
	month, four, year, y := text("tháng", 850, 22, 120), text("4", 960, 22, 120), text("năm", 1000, 22, 120), text("2025", 1080, 22, 120)
	words := []word{so, number, place, day, month, four, year, y}
	found, _ := g.shapes(g.inkLimit())
	g.markHands(words, found)
	want := []bool{false, false, false, true, false, false, false, false}
	for i, w := range words {
		if w.byHand != want[i] {
			t.Errorf("%s: written by hand %v", w.text, w.byHand)
		}
	}
}

func TestColouredInkIsTakenOutForReadingAndKeptForStamps(t *testing.T) {
	px := make([]byte, 3*200*200)
	for i := range px {
		px[i] = 250
	}
	for i := range 200 {
		copy(px[3*(100*200+i):], []byte{200, 20, 30}) // red
		copy(px[3*(50*200+i):], []byte{10, 12, 11})   // black
		copy(px[3*(150*200+i):], []byte{20, 30, 180}) // blue
	}
	l := separate(px, 200, 200)
	if l.black.at(5, 100) < 180 || l.black.at(5, 150) < 150 || l.black.at(5, 50) > 20 {
		t.Error("coloured ink is read, or black ink is not")
	}
	if l.all.at(5, 100) > 40 || l.all.at(5, 150) > 40 || l.all.at(5, 50) > 20 {
		t.Error("an ink is lost")
	}
}

func TestPagesOnTheirSideAreTurnedThereAndBack(t *testing.T) {
	g := blank(40, 60)
	g.fill(5, 7, 6, 8)
	for q := range 4 {
		turned := g.quarter(q)
		x, y := -1, -1
		for i, v := range turned.pix {
			if v == 0 {
				x, y = i%turned.w, i/turned.w
			}
		}
		tn := turn{quarters: q, width: float64(turned.w), height: float64(turned.h)}
		b := tn.box(reading.Box{float64(x) + 0.5, float64(y) + 0.5, float64(x) + 0.5, float64(y) + 0.5})
		if math.Abs(b[0]-5.5) > 0.01 || math.Abs(b[1]-7.5) > 0.01 {
			t.Errorf("%d quarters: back at %v", q, b)
		}
	}
}

func TestWhatIsAskedOfScans(t *testing.T) {
	ev := func(c float64) reading.Evidence {
		return reading.Evidence{Page: 1, Confidence: c, Source: reading.FromOCR, BBox: reading.Box{300, 600, 500, 700}}
	}
	letter := func() *reading.Document {
		yes, one := true, 1
		return &reading.Document{
			Kind: reading.Letter, Number: "12/TTr-STTTT", Issuer: "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", IssuedOn: "2024-04-24", Signed: &yes, SignedBy: "Trần Nam",
			Subject: "Về việc đề nghị", SignTitle: "GIÁM ĐỐC", StatedCollectives: &one, StatedIndividuals: new(int),
			Nominees: []reading.Nominee{{Name: "A", Kind: reading.Collective, Evidence: map[string]reading.Evidence{"ten": ev(asRead), "loai": ev(asRead)}}},
			Evidence: map[string]reading.Evidence{
				"so_ky_hieu": ev(asRead), "ngay_ban_hanh": ev(asRead), "da_ky": ev(asRead), "nguoi_ky": ev(asRead), "chuc_danh_ky": ev(marksInDoubt), "co_quan_ban_hanh": ev(asRead),
				"trich_yeu": ev(marksInDoubt), "so_luong_tap_the": ev(asRead), "so_luong_ca_nhan": ev(asRead),
			},
		}
	}
	for name, c := range map[string]struct {
		change func(*reading.Document)
		asked  []string
	}{
		"all sure":                   {func(*reading.Document) {}, nil},
		"number written by hand":     {func(d *reading.Document) { d.Evidence["so_ky_hieu"] = ev(doubtful) }, []string{"so_ky_hieu"}},
		"symbol is not the issuer's": {func(d *reading.Document) { d.Number = "12/TTr-STTTI" }, []string{"so_ky_hieu"}},
		"day written by hand":        {func(d *reading.Document) { d.Evidence["ngay_ban_hanh"] = ev(doubtful) }, []string{"ngay_ban_hanh"}},
		"name with marks to doubt":   {func(d *reading.Document) { d.SignedBy = "La Thị Hiền"; d.Evidence["nguoi_ky"] = ev(marksInDoubt) }, []string{"nguoi_ky"}},
		"perhaps signed":             {func(d *reading.Document) { d.Evidence["da_ky"] = ev(doubtful) }, []string{"da_ky"}},
		"not signed":                 {func(d *reading.Document) { *d.Signed = false }, nil},
		"not signed, ink in the block": {func(d *reading.Document) {
			*d.Signed = false
			d.Evidence["da_ky"] = reading.Evidence{Page: 2, Confidence: asRead, BBox: reading.Box{300, 600, 500, 700}}
		}, []string{"da_ky"}},
		"fewer listed than stated": {func(d *reading.Document) { two := 2; d.StatedCollectives = &two }, []string{reading.FieldNominees}},
		"counts left blank":        {func(d *reading.Document) { d.StatedCollectives, d.StatedIndividuals = nil, nil }, []string{reading.FieldNominees}},
	} {
		d := letter()
		c.change(d)
		ask(d, []fields.Page{{}, {Sheet: layout.Sheet{Pictures: []layout.Picture{{Box: reading.Box{350, 650, 360, 655}}}}}})
		if !slices.Equal(d.Unsure, c.asked) {
			t.Errorf("%s: asked %v", name, d.Unsure)
		}
		if d.IsUnsure("so_ky_hieu") && d.Number != "" || d.IsUnsure("ngay_ban_hanh") && d.IssuedOn != "" {
			t.Errorf("%s: figures are guessed", name)
		}
	}
}

func TestVotesConfirmedByTheirPercentage(t *testing.T) {
	eight, nine, all := 8, 9, 9
	right, wrong, hundred := 88.89, 98.89, 100.0
	for _, c := range []struct {
		n    reading.Nominee
		want bool
	}{
		{reading.Nominee{VotesFor: &eight, VotesOf: &nine, Percent: &right}, true},
		{reading.Nominee{VotesFor: &eight, VotesOf: &nine, Percent: &wrong}, false},
		{reading.Nominee{VotesFor: &all, VotesOf: &nine, Percent: &hundred}, false}, // 6/6 is 100 % as well
		{reading.Nominee{VotesFor: &eight, VotesOf: &nine}, false},
	} {
		if votesAgree(&c.n) != c.want {
			t.Errorf("%d/%d: %v", *c.n.VotesFor, *c.n.VotesOf, !c.want)
		}
	}
}
