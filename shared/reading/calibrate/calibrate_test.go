package calibrate

import (
	"math"
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
		{"grounds":"ocr name as-read","right":3,"of":3},{"grounds":"ocr any any","right":919,"of":998},{"grounds":"ocr any as-read","right":919,"of":998}]`))
	if err != nil {
		t.Fatal(err)
	}
	d := letter(0.97, false)
	table.Apply(d)
	// Few values move the share of more general grounds little, many decide.
	for field, want := range map[string]float64{"so_ky_hieu": 0.995, "nguoi_ky": 0.92, "dia_danh": 1} {
		if got := d.Evidence[field].Confidence; math.Abs(got-want) > 0.003 {
			t.Errorf("%s is given at %v, want %v", field, got, want)
		}
	}
	if got := d.Nominees[0].Evidence["ten"].Confidence; got < 0.87 || got > 0.92 {
		t.Errorf("three right ones of three make it %v", got)
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
	before := again.Evidence["so_ky_hieu"].Confidence
	table.Apply(&again)
	if got := again.Evidence["so_ky_hieu"].Confidence; got != before {
		t.Errorf("twice measured: %v", got)
	}
}

func TestAFewWrongByChanceAskNobody(t *testing.T) {
	table := Table{"ocr signer as-read": {Grounds: "ocr signer as-read", Right: 46, Of: 49}}
	d := letter(0.97, false)
	table.Apply(d)
	if got := d.Evidence["nguoi_ky"].Confidence; got != 0.9215 || d.IsUnsure("nguoi_ky") {
		t.Errorf("given at %v, asked %v", got, d.Unsure)
	}
}

func TestNamesThatAgreeHaveTheShareOfSuchNames(t *testing.T) {
	scan := func(kind reading.Kind, names ...string) reading.Reading {
		d := reading.Document{Kind: kind, Evidence: map[string]reading.Evidence{}}
		for _, n := range names {
			d.Nominees = append(d.Nominees, reading.Nominee{Name: n, Kind: reading.Individual, Unsure: true, Evidence: map[string]reading.Evidence{
				"ten": {Source: reading.FromOCR, Confidence: 0.92},
			}})
		}
		return reading.Reading{Documents: []reading.Document{d}}
	}
	table := Table{
		"ocr name likely asked":     {Right: 8, Of: 10},
		"ocr name likely confirmed": {Right: 98, Of: 98},
		"ocr any any proposed":      {Right: 5, Of: 18},
	}
	rs := []reading.Reading{scan(reading.Letter, "Lê Thị Hoa", "Định Văn Tú"), scan(reading.Minutes, "Lê Thị Hoa")}
	for i := range rs {
		table.Apply(&rs[i].Documents[0])
	}
	got := table.Agree(rs)[0].Documents[0].Nominees
	if c := got[0].Evidence["ten"].Confidence; c != 0.99 || got[0].Unsure {
		t.Errorf("a confirmed name is given at %v, asked %v", c, got[0].Unsure)
	}
	if c := got[1].Evidence["ten"].Confidence; c != 0.3 || !got[1].Unsure || got[1].Name != "Đinh Văn Tú" {
		t.Errorf("a proposed name, %s, is given at %v, asked %v", got[1].Name, c, got[1].Unsure)
	}
	table["ocr name likely confirmed"] = Row{Right: 60, Of: 98}
	if got := table.Agree(rs)[0].Documents[0].Nominees; !got[0].Unsure {
		t.Error("names of which four in ten are wrong are given as certain because two scans have them")
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
