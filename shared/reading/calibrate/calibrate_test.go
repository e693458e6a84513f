package calibrate

import (
	"testing"

	"hoso/shared/reading"
)

func letter(c float64, unsure bool) *reading.Document {
	d := &reading.Document{
		Kind: reading.Letter, Number: "1/TTr-SNV", SignedBy: "Trần Văn Ân", Place: "Hà Nam",
		Evidence: map[string]reading.Evidence{
			"so_ky_hieu": {Source: reading.FromOCR, Confidence: c},
			"nguoi_ky":   {Source: reading.FromOCR, Confidence: c},
			"dia_danh":   {Source: reading.FromPerson, Confidence: 1},
		},
		Nominees: []reading.Nominee{{Name: "Đỗ Thị Mai", Evidence: map[string]reading.Evidence{"ten": {Source: reading.FromOCR, Confidence: c}}}},
	}
	if unsure {
		d.Doubt("so_ky_hieu")
	}
	return d
}

func TestConfidenceIsWhatWasMeasured(t *testing.T) {
	table, err := Parse([]byte(`[{"grounds":"ocr number as-read","right":998,"of":998},{"grounds":"ocr number as-read asked","right":49,"of":98},
		{"grounds":"ocr name as-read","right":3,"of":3},{"grounds":"ocr any as-read","right":919,"of":998}]`))
	if err != nil {
		t.Fatal(err)
	}
	d := letter(0.97, false)
	table.Apply(d)
	for field, want := range map[string]float64{"so_ky_hieu": 0.999, "nguoi_ky": 0.92, "dia_danh": 1} {
		if got := d.Evidence[field].Confidence; got != want {
			t.Errorf("%s is given at %v, want %v", field, got, want)
		}
	}
	if d.IsUnsure("so_ky_hieu") || !d.IsUnsure("nguoi_ky") || !d.Nominees[0].Unsure {
		t.Errorf("asked: %v, nominee %v", d.Unsure, d.Nominees[0].Unsure)
	}
	if g := d.Evidence["so_ky_hieu"].Grounds; g != "ocr number as-read" {
		t.Errorf("grounds are %q", g)
	}
	asked := letter(0.97, true)
	table.Apply(asked)
	if got := asked.Evidence["so_ky_hieu"].Confidence; got != 0.5 {
		t.Errorf("an asked number is given at %v", got)
	}
	again := *d
	table.Apply(&again)
	if got := again.Evidence["so_ky_hieu"].Confidence; got != 0.999 {
		t.Errorf("twice measured: %v", got)
	}
}

func TestAFewWrongByChanceAskNobody(t *testing.T) {
	table := Table{"ocr name as-read": {Grounds: "ocr name as-read", Right: 46, Of: 49}}
	d := letter(0.97, false)
	table.Apply(d)
	if got := d.Evidence["nguoi_ky"].Confidence; got != 0.9215 || d.IsUnsure("nguoi_ky") {
		t.Errorf("given at %v, asked %v", got, d.Unsure)
	}
}

func TestUnmeasuredGroundsKeepTheReadersOwnDegree(t *testing.T) {
	d := letter(0.97, false)
	Table{}.Apply(d)
	if got := d.Evidence["nguoi_ky"].Confidence; got != 0.97 || d.IsUnsure("nguoi_ky") {
		t.Errorf("given at %v, asked %v", got, d.Unsure)
	}
}

func TestTableThatTheProgramCarries(t *testing.T) {
	table, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	for g, r := range table {
		if r.Right < 0 || r.Right > r.Of || r.Of == 0 {
			t.Errorf("%s: %+v", g, r)
		}
	}
}
