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
	d := letter(sở, "Lạng Sơn, ngày 24 tháng 2 2022").para("Kính đề nghị tặng Bằng khen cho 01 cá nhân.").recognised().one(t)
	if d.IssuedOn != "2022-02-24" {
		t.Errorf("a word that was not read takes the date away: %q", d.IssuedOn)
	}
}
