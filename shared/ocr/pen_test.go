package ocr

import (
	"math"
	"slices"
	"testing"
)

// sealed draws letters and a ring through the first of them.
func sealed() (clean, drawn *gray) {
	clean = blank(500, 500)
	for x := 150; x < 400; x += 30 { // letters of stems and a bar
		clean.fill(x, 300, x+6, 330)
		clean.fill(x+14, 300, x+20, 330)
		clean.fill(x, 312, x+20, 316)
	}
	drawn = &gray{clean.w, clean.h, slices.Clone(clean.pix)}
	for a := range 7200 {
		s, c := math.Sincos(float64(a) * math.Pi / 3600)
		x, y := 200+int(120*c), 220+int(120*s)
		drawn.fill(x-1, y-1, x+2, y+2)
	}
	return clean, drawn
}

func dots(g *gray, x0, y0, x1, y1 int) int {
	n := 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if g.at(x, y) < 128 {
				n++
			}
		}
	}
	return n
}

func TestSealIsTakenOffTheLettersUnderIt(t *testing.T) {
	clean, drawn := sealed()
	got := drawn.unpenned(30)
	if got == nil {
		t.Fatal("no ring was found")
	}
	if n, was := dots(got, 0, 0, 500, 290), dots(drawn, 0, 0, 500, 290); n > was/10 {
		t.Errorf("%d of %d dots of the ring are left", n, was)
	}
	want := dots(clean, 140, 295, 420, 335)
	if n := dots(got, 140, 295, 420, 335); n < want*95/100 || n > want*105/100 {
		t.Errorf("letters of %d dots have %d", want, n)
	}
	if clean.unpenned(30) != nil {
		t.Error("something was taken off letters that nothing covers")
	}
}

func TestReadingWithoutTheDrawingReplacesWhatWasReadThroughIt(t *testing.T) {
	torn, firm := at(40, 90, "ánh", 40), at(100, 150, "Tài", 95)
	firm.seen, firm.low = twice, 90
	whole, other := at(30, 90, "Khánh", 96), at(100, 150, "Tải", 96)
	got := redrawn([]word{torn, firm}, []word{whole, other}, 30)
	var texts []string
	for i := range got {
		texts = append(texts, got[i].text)
		if confidence(&got[i]) > doubtful && got[i].text == "Khánh" {
			t.Errorf("%q is sure though the page has another reading", got[i].text)
		}
	}
	slices.Sort(texts)
	if !slices.Equal(texts, []string{"Khánh", "Tài"}) {
		t.Errorf("%q", texts)
	}
}
